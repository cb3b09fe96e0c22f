//! Go's settings, in one place for all parts: where the settings files are, how they are
//! parsed, which line counts, and which source wins: the environment, then the file of
//! `go env -w`, then `go.env` in GOROOT. Source: Go, `cmd/go/internal/cfg/cfg.go`.

use crate::{
    goenv::{
        Known,
        explanation::{Layer, SourcedValue},
        text::{join, split_list},
        user_dirs::{config_dir, default_gopath},
        version::GoVersion,
    },
    output::sanitize::clip,
    platform::env::EnvBlock,
    ports::{Host, Irregular, ReadLimit, UnreadFile},
};
use std::collections::HashMap;

/// Names where Go 1.23 and newer keep their counters instead of the user's
/// configuration directory, in which nothing may be left.
/// Source: Go, `cmd/internal/telemetry`: `telemetry.go`, `counter/counter.go: Open`.
pub const TELEMETRY_DIR: &str = "TEST_TELEMETRY_DIR";

/// A line that sets something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingsLine {
    /// Its number, which begins at 1.
    pub number: usize,
    /// What stands before the first `=`.
    pub name: String,
    /// All behind it, a carriage return at the end included, as for Go.
    pub value: String,
}

/// Why no line is known of a file that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// It is UTF-16, by its byte order mark, and Go finds no line in it.
    Utf16,
    /// It was not read.
    Unread(UnreadFile),
}

/// Lines that are named in a sentence; how many there are beyond is said.
const NAMED: usize = 5;

/// In bytes. Linux takes no path of more than 4,096, Windows no value of more than 32,766 characters.
const OVERLONG: usize = 32 << 10;

/// Characters of a line that are kept to be shown.
const SHOWN: usize = 200;

/// Lines that set nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OddLines {
    /// All their numbers.
    pub numbers: Vec<usize>,
    /// What the first few say, clipped.
    pub first: Vec<String>,
}

impl OddLines {
    fn add(&mut self, number: usize, text: &str) {
        if self.numbers.len() < NAMED {
            self.first.push(clip(text, SHOWN).into_owned());
        }
        self.numbers.push(number);
    }
}

/// One of the two files that Go reads settings from, parsed as Go does.
/// Source: Go, `cfg.go: readEnvFile`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingsFile {
    /// `GoenvFile` for the one that `go env -w` writes, `GorootGoEnv` for `go.env` in GOROOT.
    pub layer: Layer,
    /// Where it is, absolute.
    pub path: String,
    /// Those that set a name which any Go knows, in the order of the file.
    pub lines: Vec<SettingsLine>,
    /// Those that set a name which no Go knows, by their names.
    pub unknown: OddLines,
    /// What Go passes over, without blank lines and comments.
    pub ignored: OddLines,
    /// Why there are no lines, although there is a file.
    pub unreadable: Option<Unreadable>,
    /// The first line whose value ends in a carriage return.
    carriage_return: Option<(usize, String)>,
    /// The line of each name that counts, as an index of `lines`.
    counts: HashMap<String, usize>,
}

impl SettingsFile {
    /// Reads a file as Go does: one that cannot be read is as good as none. `path` is absolute.
    #[must_use]
    pub fn read(layer: Layer, path: String, host: &dyn Host) -> Self {
        let mut file = Self {
            layer,
            path,
            lines: Vec::new(),
            unknown: OddLines::default(),
            ignored: OddLines::default(),
            unreadable: None,
            carriage_return: None,
            counts: HashMap::new(),
        };
        let content = match host.read(&file.path, ReadLimit::Settings) {
            Ok(content) => content,
            Err(UnreadFile::Absent) => return file,
            Err(why) => {
                file.unreadable = Some(Unreadable::Unread(why));
                return file;
            }
        };
        let every = Known::every_name();
        if content.starts_with(&[0xFF, 0xFE]) || content.starts_with(&[0xFE, 0xFF]) {
            file.unreadable = Some(Unreadable::Utf16);
        }
        for (at, text) in String::from_utf8_lossy(&content).split('\n').enumerate() {
            let setting = text.split_once('=').filter(|(name, _)| name.starts_with(|c: char| c.is_ascii_uppercase()));
            let bare = text.trim();
            match setting {
                Some((name, value)) => {
                    if value.ends_with('\r') && file.carriage_return.is_none() {
                        file.carriage_return = Some((at + 1, clip(name, SHOWN).into_owned()));
                    }
                    if every.binary_search(&name).is_err() {
                        file.unknown.add(at + 1, name);
                        continue;
                    }
                    if layer == Layer::GoenvFile || !file.counts.contains_key(name) {
                        file.counts.insert(name.to_owned(), file.lines.len());
                    }
                    file.lines.push(SettingsLine { number: at + 1, name: name.to_owned(), value: value.to_owned() });
                }
                None if bare.is_empty() || bare.starts_with('#') => {}
                None => file.ignored.add(at + 1, bare),
            }
        }
        file
    }

    /// The line of a name that counts: the last in the user's own file, the first in that of a toolchain.
    #[must_use]
    pub fn line(&self, name: &str) -> Option<&SettingsLine> {
        self.counts.get(name).map(|at| &self.lines[*at])
    }

    /// Number and name of the first line whose value ends in a carriage return, which is part of the value for Go.
    #[must_use]
    pub fn carriage_return(&self) -> Option<(usize, &str)> {
        self.carriage_return.as_ref().map(|(number, name)| (*number, name.as_str()))
    }

    /// The names that the lines set, each once.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.counts.keys().map(String::as_str)
    }

    /// The first line with a value of a length that no path and no list has: Go may take minutes for it.
    pub(crate) fn overlong(&self) -> Option<&SettingsLine> {
        self.lines.iter().find(|line| line.value.len() > OVERLONG)
    }

    /// Whether asking Go is no use: it would wait for what is no file, or read more than anybody has memory for.
    #[must_use]
    pub fn keeps_go_busy(&self) -> bool {
        matches!(&self.unreadable, Some(Unreadable::Unread(why)) if keeps_busy(why))
    }

    /// What is wrong with the file, a sentence each; Go says nothing about any of it.
    #[must_use]
    pub fn notes(&self) -> Vec<String> {
        let path = &self.path;
        let mut notes = Vec::new();
        match &self.unreadable {
            Some(Unreadable::Unread(UnreadFile::Irregular(Irregular::Directory))) => {
                notes.push(format!("`{path}` is a directory; Go reads it as no file at all"));
            }
            Some(Unreadable::Unread(why)) if why.is_endless() => {
                notes.push(format!(
                    "`{path}` is not read: {why}; every go command reads it and may never come to an end; put a file there, or remove it"
                ));
            }
            Some(Unreadable::Unread(why @ UnreadFile::TooLarge { .. })) => {
                notes.push(format!(
                    "`{path}` is not read, so what it sets is not in this answer: {why}; Go itself reads all of it"
                ));
            }
            Some(Unreadable::Unread(why)) => {
                notes.push(format!("`{path}` cannot be read, and Go ignores it without a word: {why}"));
            }
            Some(Unreadable::Utf16) => {
                notes.push(format!("`{path}` is UTF-16, in which Go finds no line; save it as UTF-8"));
            }
            None => {}
        }
        let numbers = &self.ignored.numbers;
        if !numbers.is_empty() {
            let many = if numbers.len() == 1 { "line" } else { "lines" };
            let shown = numbers.iter().take(NAMED).map(usize::to_string).collect::<Vec<_>>().join(", ");
            let more = numbers.len().saturating_sub(NAMED);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            notes.push(format!(
                "`{path}`, {many} {shown}{more}: Go ignores what does not begin with a capital letter and hold a `=`"
            ));
        }
        if self.carriage_return().is_some() {
            notes.push(format!(
                "`{path}` has lines that end in CR LF, and the CR is part of the value for Go; save it with LF alone"
            ));
        }
        notes
    }
}

/// Whether whoever reads all of a file may never come to an end, or run out of memory.
pub(crate) fn keeps_busy(why: &UnreadFile) -> bool {
    why.is_endless() || matches!(why, UnreadFile::TooLarge { .. })
}

/// The file that `go env -w` writes, as `go env GOENV` prints it: GOENV, else `go/env` in the
/// user's directory for settings. It may be relative to the directory that Go runs in. `None`
/// where this version reads none: for `GOENV=off`, and without a directory for settings.
/// Source: Go, `cfg.go: EnvFile`.
#[must_use]
pub fn goenv_file(version: &GoVersion, env: &EnvBlock) -> Option<String> {
    match env.get_filled("GOENV") {
        Some("off") => None,
        Some(file) => Some(file.to_owned()),
        None => Some(join(env.platform(), &[&config_dir(version, env).ok()?, "go/env"])),
    }
}

/// Where the module cache is, and which setting says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModuleCache {
    /// Absolute, or as somebody wrote it.
    pub dir: String,
    /// `GOMODCACHE`, `GOPATH` or `default`.
    pub setting: &'static str,
}

/// The settings of one Go in one process.
#[derive(Clone, Debug)]
pub struct GoSettings<'a> {
    env: &'a EnvBlock,
    known: &'static Known,
    current_dir: &'a str,
    /// The file of `go env -w`; `None` where this version reads none.
    pub user: Option<SettingsFile>,
    /// `go.env` in GOROOT; `None` where no toolchain was named.
    pub toolchain: Option<SettingsFile>,
}

impl<'a> GoSettings<'a> {
    /// Reads the file of `go env -w`; a relative one is looked for in `current_dir`, which is absolute.
    #[must_use]
    pub fn read(version: &GoVersion, env: &'a EnvBlock, current_dir: &'a str, host: &dyn Host) -> Self {
        let mut settings = Self { env, known: Known::of(version).1, current_dir, user: None, toolchain: None };
        settings.user =
            goenv_file(version, env).map(|path| SettingsFile::read(Layer::GoenvFile, settings.absolute(&path), host));
        settings
    }

    /// Reads `go.env` in a GOROOT too.
    #[must_use]
    pub fn with_goroot(mut self, goroot: &str, host: &dyn Host) -> Self {
        let path = self.absolute(&join(self.env.platform(), &[goroot, "go.env"]));
        self.toolchain = Some(SettingsFile::read(Layer::GorootGoEnv, path, host));
        self
    }

    /// The path below the current directory, if it is not absolute already.
    pub(crate) fn absolute(&self, path: &str) -> String {
        let platform = self.env.platform();
        if platform.is_absolute(path) { path.to_owned() } else { join(platform, &[self.current_dir, path]) }
    }

    fn files(&self) -> impl Iterator<Item = &SettingsFile> {
        self.user.iter().chain(&self.toolchain)
    }

    /// What the two files say of a name, the stronger one first. Some names are read from neither,
    /// and GOROOT not from the file that lies in it.
    pub(crate) fn filed(&self, name: &str) -> Vec<(&SettingsFile, &SettingsLine)> {
        if !self.known.is_filed(name) {
            return Vec::new();
        }
        let files = self.files().filter(|file| name != "GOROOT" || file.layer == Layer::GoenvFile);
        files.filter_map(|file| Some((file, file.line(name)?))).collect()
    }

    /// The line that counts where the environment says nothing. An empty line of the user's file
    /// hides that of the toolchain.
    pub(crate) fn filed_winner(&self, name: &str) -> Option<(&SettingsFile, &SettingsLine)> {
        self.filed(name).into_iter().next().filter(|(_, line)| !line.value.is_empty())
    }

    /// The value in force, which is never empty: an empty variable of the environment counts as
    /// none. Source: Go, `cfg.go: Getenv`.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.env.get_filled(name).or_else(|| self.filed_winner(name).map(|(_, line)| line.value.as_str()))
    }

    /// The value in force, and the place that it is from.
    pub(crate) fn winner(&self, name: &str) -> Option<SourcedValue> {
        if let Some(value) = self.env.get_filled(name) {
            return Some(SourcedValue { source: Layer::Environment, value: value.to_owned(), at: None });
        }
        self.filed_winner(name).map(|(file, line)| held(file, line))
    }

    /// Every place that holds the name, the strongest first.
    pub(crate) fn held(&self, name: &str) -> Vec<SourcedValue> {
        let value = self.env.get(name);
        let environment =
            value.map(|value| SourcedValue { source: Layer::Environment, value: value.to_owned(), at: None });
        environment.into_iter().chain(self.filed(name).into_iter().map(|(file, line)| held(file, line))).collect()
    }

    /// GOPATH, else `go` in the home directory; empty where there is neither. What Go makes of a
    /// wrong one is not looked at.
    #[must_use]
    pub fn gopath(&self) -> String {
        self.get("GOPATH").map_or_else(|| default_gopath(self.env), str::to_owned)
    }

    /// A directory in the first entry of GOPATH; empty where that is.
    pub(crate) fn below_gopath(&self, part: &str) -> String {
        let platform = self.env.platform();
        match split_list(platform, &self.gopath()).first() {
            Some(first) if !first.is_empty() => join(platform, &[first, part]),
            _ => String::new(),
        }
    }

    /// The module cache; `None` where nothing says where it is.
    #[must_use]
    pub fn module_cache(&self) -> Option<ModuleCache> {
        let below = || self.below_gopath("pkg/mod");
        let (dir, setting) = match (self.get("GOMODCACHE"), self.get("GOPATH")) {
            (Some(dir), _) => (dir.to_owned(), "GOMODCACHE"),
            (None, Some(_)) => (below(), "GOPATH"),
            (None, None) => (below(), "default"),
        };
        (!dir.is_empty()).then_some(ModuleCache { dir, setting })
    }

    /// Names of variables in the user's file that any Go knows.
    pub(crate) fn named_by_user(&self) -> impl Iterator<Item = &str> {
        self.user.iter().flat_map(SettingsFile::names)
    }

    /// The files that are there and were not read, with why.
    pub(crate) fn unread(&self) -> impl Iterator<Item = (&str, &UnreadFile)> {
        self.files().filter_map(|file| match &file.unreadable {
            Some(Unreadable::Unread(why)) => Some((file.path.as_str(), why)),
            _ => None,
        })
    }

    /// `file:line` of the first value that is too long to ask Go about.
    pub(crate) fn overlong(&self) -> Option<String> {
        self.files().find_map(|file| Some(format!("{}:{}", file.path, file.overlong()?.number)))
    }

    /// What is wrong with the files, a sentence each.
    pub(crate) fn notes(&self) -> Vec<String> {
        let mut notes: Vec<String> = self.files().flat_map(SettingsFile::notes).collect();
        if let Some(file) = &self.user {
            let path = &file.path;
            let OddLines { numbers, first } = &file.unknown;
            notes.extend(numbers.iter().zip(first).map(|(at, name)| format!("`{path}:{at}`: no Go knows `{name}`")));
            if let Some(more @ 1..) = numbers.len().checked_sub(first.len()) {
                notes.push(format!("`{path}`: {more} more lines set names that no Go knows"));
            }
            let mut unfiled = file.lines.iter().filter(|line| !self.known.is_filed(&line.name));
            let named = unfiled.by_ref().take(NAMED);
            notes.extend(named.map(|line| format!("`{path}:{}`: {} is not read from a file", line.number, line.name)));
            let more = unfiled.count();
            if more > 0 {
                notes.push(format!("`{path}`: {more} more lines set what is not read from a file"));
            }
        }
        notes
    }
}

fn held(file: &SettingsFile, line: &SettingsLine) -> SourcedValue {
    SourcedValue { source: file.layer, value: line.value.clone(), at: Some(format!("{}:{}", file.path, line.number)) }
}

#[cfg(test)]
mod tests {
    //! Go's settings on machines in memory, and that every part which speaks of them says the same.

    use super::*;
    use crate::{
        doctor::{Context, WindowsFacts, examine},
        explain::explain,
        goenv::{
            Subject, look,
            sources::{self, SourceKind, Sources},
            toolchain::{Toolchain, ToolchainSource},
        },
        plan::delivery::{Delivery, DeliveryRecord, DeliverySource},
        platform::Platform::{self, Linux, Macos, Windows},
        ports::fake::{FakeHost, FakeScopes, NoDisks},
        verify::{
            Machine,
            cause::{Asked, live},
        },
    };

    fn env(platform: Platform, pairs: &[(&str, &str)]) -> EnvBlock {
        EnvBlock::from_pairs(platform, pairs.iter().copied())
    }

    fn version(text: &str) -> GoVersion {
        text.parse().unwrap()
    }

    fn parsed(layer: Layer, text: &str) -> SettingsFile {
        SettingsFile::read(layer, "/f".to_owned(), &FakeHost::new(Linux).file("/f", text))
    }

    #[test]
    fn the_environment_wins_and_an_empty_value_falls_through_to_the_file() {
        let host = FakeHost::new(Linux)
            .file("/h/.config/go/env", "# x\nGOPROXY=file:///p\nGOSUMDB=off\nGOFLAGS=\nbad\n")
            .file("/go/go.env", "GOFLAGS=-x\nGOTOOLCHAIN=auto\nGOPROXY=direct\nGOROOT=/elsewhere\n");
        let env = env(Linux, &[("HOME", "/h"), ("GOPROXY", ""), ("GOSUMDB", "sum.golang.org")]);
        let settings = GoSettings::read(&version("1.23.0"), &env, "/w", &host).with_goroot("/go", &host);
        assert_eq!(settings.get("GOPROXY"), Some("file:///p"));
        assert_eq!(settings.get("GOSUMDB"), Some("sum.golang.org"));
        assert_eq!(settings.get("GOTOOLCHAIN"), Some("auto"));
        assert_eq!(settings.get("GOFLAGS"), None, "an empty line of the user's hides that of the toolchain");
        assert_eq!(settings.get("GOROOT"), None, "the file in GOROOT cannot say that GOROOT is elsewhere");
        assert_eq!(settings.get("GOPRIVATE"), None);
    }

    #[test]
    fn of_two_lines_the_last_counts_for_the_user_and_the_first_for_a_toolchain() {
        let text = "GOBIN=/a\nGOBIN=/b\n";
        assert_eq!(parsed(Layer::GoenvFile, text).line("GOBIN").map(|line| line.number), Some(2));
        assert_eq!(parsed(Layer::GorootGoEnv, text).line("GOBIN").map(|line| line.number), Some(1));
    }

    #[test]
    fn what_go_passes_over_is_kept_with_its_number() {
        let file =
            parsed(Layer::GoenvFile, "\u{feff}GOBIN=/b\n# c\n\n GOPATH=/p\ngoflags=-x\nGOPROXY\nGOCACHE=/c=d\r\n");
        assert_eq!(file.lines, [SettingsLine { number: 7, name: "GOCACHE".into(), value: "/c=d\r".into() }]);
        let ignored = &file.ignored.numbers;
        assert_eq!(*ignored, [1, 4, 5, 6], "a byte order mark hides the first line");
        assert_eq!(file.carriage_return().map(|(number, _)| number), Some(7));
        assert_eq!(file.notes().len(), 2, "{:?}", file.notes());
    }

    #[test]
    fn what_go_would_wait_for_is_named_and_stops_what_reads_it() {
        let env = env(Linux, &[("HOME", "/h"), ("GOTOOLCHAIN", "auto")]);
        let version = version("1.23.9");
        let subject = Subject { version: &version, goroot: None, goarch: "amd64", env: &env, current_dir: "/w" };
        let fifo = |path: &str| FakeHost::new(Linux).irregular(path, Irregular::Fifo);
        for path in ["/h/.config/go/env", "/w/go.mod", "/w/go.work", "/h/.config/go/telemetry/mode"] {
            let seen = look(&subject, &fifo(path));
            let [unread] = &*seen.unread else { panic!("{path}: {:?}", seen.unread) };
            assert!(unread.file == path && unread.keeps_go_busy, "{unread:?}");
            assert!(seen.notes.iter().any(|note| note.contains(path) && note.contains("it is a FIFO")), "{path}");
            let stops =
                seen.stops.iter().any(|stop| stop.message.contains(path) && stop.reach == crate::goenv::Reach::Every);
            assert_eq!(stops, path != "/h/.config/go/env", "{path}: {:?}", seen.stops);
        }
        // Go takes a socket or a directory for no file, and comes back.
        let socket = FakeHost::new(Linux).irregular("/h/.config/go/env", Irregular::Socket);
        assert!(!look(&subject, &socket).unread[0].keeps_go_busy);
    }

    #[test]
    fn of_fifty_thousand_odd_lines_a_few_are_told_and_the_others_counted() {
        let text: String = (0..50_000).map(|n| format!("GOX{n}=1\nno setting {n}\nGOVERSION=1\n")).collect();
        let host = FakeHost::new(Linux).file("/f", &text[..1 << 20]);
        let env = env(Linux, &[("GOENV", "/f")]);
        let notes = GoSettings::read(&version("1.23.9"), &env, "/w", &host).notes();
        assert!(notes.len() < 20 && notes.iter().map(String::len).sum::<usize>() < 4_000, "{notes:?}");
        assert!(notes.iter().any(|note| note.ends_with("more lines set names that no Go knows")), "{notes:?}");
    }

    #[test]
    fn names_that_no_settings_file_can_set_are_not_read_from_one() {
        let host = FakeHost::new(Linux).file("/f", "GOENV=/x\nGOTOOLDIR=/x\nGODEBUG=a=1\nGOWORK=/x/go.work\n");
        let env = env(Linux, &[("GOENV", "/f")]);
        let of = |text: &str, name: &str| {
            let settings = GoSettings::read(&version(text), &env, "/w", &host);
            (settings.get(name).map(str::to_owned), settings.notes().iter().any(|note| note.contains(name)))
        };
        assert_eq!(of("1.21.13", "GOTOOLDIR"), (None, true));
        assert_eq!(of("1.21.13", "GODEBUG"), (Some("a=1".to_owned()), false));
        assert_eq!(of("1.23.9", "GODEBUG"), (None, true));
        assert_eq!(of("1.23.9", "GOWORK"), (Some("/x/go.work".to_owned()), false), "though `go env -w` refuses it");
        assert_eq!(GoSettings::read(&version("1.23.9"), &env, "/w", &host).filed("GOENV"), []);
    }

    #[test]
    fn the_goenv_file_is_where_each_platform_keeps_settings() {
        let file = |env: &EnvBlock| goenv_file(&version("1.23.9"), env);
        let windows = env(Windows, &[("AppData", r"C:\Users\r\AppData\Roaming")]);
        assert_eq!(file(&windows).as_deref(), Some(r"C:\Users\r\AppData\Roaming\go\env"));
        let macos = env(Macos, &[("HOME", "/Users/r")]);
        assert_eq!(file(&macos).as_deref(), Some("/Users/r/Library/Application Support/go/env"));
        assert_eq!(file(&env(Linux, &[("XDG_CONFIG_HOME", "/c"), ("HOME", "/h")])).as_deref(), Some("/c/go/env"));
        assert_eq!(file(&env(Linux, &[("HOME", "/h"), ("GOENV", "off")])), None);
        assert_eq!(file(&env(Linux, &[("GOENV", "/elsewhere")])).as_deref(), Some("/elsewhere"));
        assert_eq!(file(&env(Linux, &[])), None);
    }

    #[test]
    fn a_relative_goenv_file_is_looked_for_where_go_runs() {
        let host = FakeHost::new(Linux).file("/w/my/env", "GOBIN=/b\n");
        let env = env(Linux, &[("GOENV", "my/env")]);
        let of = |dir| GoSettings::read(&version("1.26.0"), &env, dir, &host).get("GOBIN").map(str::to_owned);
        assert_eq!((of("/w").as_deref(), of("/elsewhere")), (Some("/b"), None));
    }

    #[test]
    fn the_module_cache_follows_gomodcache_then_gopath_then_home() {
        let host = FakeHost::new(Linux);
        let cache = |platform, pairs: &[(&str, &str)]| {
            let env = env(platform, pairs);
            GoSettings::read(&version("1.23.9"), &env, "/w", &host)
                .module_cache()
                .map(|found| (found.dir, found.setting))
        };
        let found = |dir: &str, setting| Some((dir.to_owned(), setting));
        assert_eq!(cache(Linux, &[("GOMODCACHE", "/m"), ("GOPATH", "/p")]), found("/m", "GOMODCACHE"));
        assert_eq!(cache(Linux, &[("GOPATH", "/p:/q"), ("HOME", "/h")]), found("/p/pkg/mod", "GOPATH"));
        assert_eq!(cache(Linux, &[("HOME", "/h")]), found("/h/go/pkg/mod", "default"));
        assert_eq!(cache(Linux, &[("HOME", "/h"), ("GOROOT", "/h/go/")]), None, "Go takes no GOROOT as GOPATH");
        assert_eq!(cache(Linux, &[]), None);
        assert_eq!(cache(Windows, &[("USERPROFILE", r"C:\Users\r")]), found(r"C:\Users\r\go\pkg\mod", "default"));
    }

    /// What each part takes for the value that `go env -w` left of GOBIN.
    fn left_of_gobin(text: &str, pairs: &[(&str, &str)], host: &FakeHost) -> [bool; 5] {
        let scopes = FakeScopes::of(pairs);
        let (version, env, dir) = (version(text), scopes.env(Linux), "/w");
        let subject = Subject { version: &version, goroot: Some("/go"), goarch: "amd64", env: &env, current_dir: dir };
        let explanation = explain(&subject, host, &scopes);
        let look = look(&subject, host);
        let context = Context {
            subject,
            explanation: &explanation,
            look: &look,
            block: &scopes.block,
            registry: &[],
            windows: &WindowsFacts::default(),
            host,
            disks: &NoDisks,
        };
        let ids: Vec<&str> = examine(&context, &[]).iter().map(|finding| finding.id).collect();
        let go = Toolchain { version: version.clone(), goroot: "/go".into(), source: ToolchainSource::Path };
        let read = sources::read(&env, dir, &scopes, host, &[go]);
        let record = DeliveryRecord { schema_version: 1, variables: Vec::new(), path: Vec::new() };
        let machine = Machine {
            platform: Linux,
            goarch: "amd64".into(),
            wine: None,
            env: env.clone(),
            scratch: "/s".into(),
            delivery: Some(Delivery { source: DeliverySource::Runner, record }),
            sources: Sources::default(),
        };
        let cause = live("GOBIN", &Asked { version: &version, dir, machine: &machine, host });
        [
            explanation.value("GOBIN") == "/left",
            ids.contains(&"goenv-file-in-force"),
            ids.contains(&"goenv-file-broken-lines"),
            read.found.iter().any(|source| source.kind == SourceKind::GoenvFile && source.value == "/left"),
            cause.is_some_and(|cause| cause.text.contains("go env -w GOBIN=/left")),
        ]
    }

    #[test]
    fn every_part_reads_the_file_that_this_version_of_go_reads() {
        let text = "broken\nGOBIN=/first\nGOBIN=/left\n";
        let host =
            FakeHost::new(Linux).file("/w/rel/go/env", text).file("/h/.config/go/env", text).goroot("/go", "1.23.9");
        let relative = [("HOME", "/elsewhere"), ("XDG_CONFIG_HOME", "rel")];
        assert_eq!(left_of_gobin("1.23.9", &relative, &host), [true; 5], "Go 1.23 takes a relative directory");
        assert_eq!(left_of_gobin("1.24.0", &relative, &host), [false; 5], "Go 1.24 refuses it and reads no file");
        for version in ["1.23.9", "1.24.0"] {
            assert_eq!(left_of_gobin(version, &[("HOME", "/h")], &host), [true; 5], "{version}");
            assert_eq!(left_of_gobin(version, &[("HOME", "/h"), ("GOENV", "off")], &host), [false; 5], "{version}");
            assert_eq!(
                left_of_gobin(version, &[("HOME", "/h"), ("GOENV", "rel/go/env")], &host),
                [true; 5],
                "{version}"
            );
        }
    }
}
