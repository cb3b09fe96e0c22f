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
    platform::env::EnvBlock,
    ports::{Host, Kind},
};

/// Names where Go 1.23 and newer keep their counters instead of the user's
/// configuration directory, in which nothing may be left.
/// Source: Go, `cmd/internal/telemetry`: `telemetry.go`, `counter/counter.go: Open`.
pub const TELEMETRY_DIR: &str = "TEST_TELEMETRY_DIR";

/// A line that sets something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its number, which begins at 1.
    pub number: usize,
    /// What stands before the first `=`.
    pub name: String,
    /// All behind it, a carriage return at the end included, as for Go.
    pub value: String,
}

/// Why Go finds no line in a file that is there. Go says nothing about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// It is a directory.
    Directory,
    /// It is UTF-16, by its byte order mark.
    Utf16,
    /// The system refuses, and says this.
    Refused(String),
}

/// One of the two files that Go reads settings from, parsed as Go does.
/// Source: Go, `cfg.go: readEnvFile`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingsFile {
    /// `GoenvFile` for the one that `go env -w` writes, `GorootGoEnv` for `go.env` in GOROOT.
    pub layer: Layer,
    /// Where it is, absolute.
    pub path: String,
    /// In the order of the file.
    pub lines: Vec<Line>,
    /// Number and trimmed text of what Go passes over, without blank lines and comments.
    pub ignored: Vec<(usize, String)>,
    /// Why there are no lines, although there is a file.
    pub unreadable: Option<Unreadable>,
}

impl SettingsFile {
    /// Reads a file as Go does: one that cannot be read is as good as none. `path` is absolute.
    #[must_use]
    pub fn read(layer: Layer, path: String, host: &dyn Host) -> Self {
        let mut file = Self { layer, path, lines: Vec::new(), ignored: Vec::new(), unreadable: None };
        if host.kind(&file.path) == Kind::Dir {
            file.unreadable = Some(Unreadable::Directory);
            return file;
        }
        let content = match host.read(&file.path) {
            Ok(content) => content,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return file,
            Err(error) => {
                file.unreadable = Some(Unreadable::Refused(error.to_string()));
                return file;
            }
        };
        if content.starts_with(&[0xFF, 0xFE]) || content.starts_with(&[0xFE, 0xFF]) {
            file.unreadable = Some(Unreadable::Utf16);
        }
        for (at, text) in String::from_utf8_lossy(&content).split('\n').enumerate() {
            let setting = text.split_once('=').filter(|(name, _)| name.starts_with(|c: char| c.is_ascii_uppercase()));
            let bare = text.trim();
            match setting {
                Some((name, value)) => {
                    file.lines.push(Line { number: at + 1, name: name.to_owned(), value: value.to_owned() });
                }
                None if bare.is_empty() || bare.starts_with('#') => {}
                None => file.ignored.push((at + 1, bare.to_owned())),
            }
        }
        file
    }

    /// The line of a name that counts: the last in the user's own file, the first in that of a toolchain.
    #[must_use]
    pub fn line(&self, name: &str) -> Option<&Line> {
        let mut lines = self.lines.iter().filter(|line| line.name == name);
        if self.layer == Layer::GoenvFile { lines.next_back() } else { lines.next() }
    }

    /// The first line whose value ends in a carriage return, which is part of the value for Go.
    #[must_use]
    pub fn carriage_return(&self) -> Option<&Line> {
        self.lines.iter().find(|line| line.value.ends_with('\r'))
    }

    /// What is wrong with the file, a sentence each; Go says nothing about any of it.
    #[must_use]
    pub fn notes(&self) -> Vec<String> {
        let path = &self.path;
        let mut notes = Vec::new();
        match &self.unreadable {
            Some(Unreadable::Directory) => notes.push(format!("`{path}` is a folder; Go reads it as no file at all")),
            Some(Unreadable::Refused(error)) => {
                notes.push(format!("`{path}` cannot be read, and Go ignores it without a word: {error}"));
            }
            Some(Unreadable::Utf16) => {
                notes.push(format!("`{path}` is UTF-16, in which Go finds no line; save it as UTF-8"));
            }
            None => {}
        }
        let numbers: Vec<String> = self.ignored.iter().map(|(number, _)| number.to_string()).collect();
        if !numbers.is_empty() {
            let many = if numbers.len() == 1 { "line" } else { "lines" };
            let shown = numbers.iter().take(5).cloned().collect::<Vec<_>>().join(", ");
            let more = if numbers.len() > 5 { format!(" and {} more", numbers.len() - 5) } else { String::new() };
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
pub struct Settings<'a> {
    env: &'a EnvBlock,
    known: &'static Known,
    current_dir: &'a str,
    /// The file of `go env -w`; `None` where this version reads none.
    pub user: Option<SettingsFile>,
    /// `go.env` in GOROOT; `None` where no toolchain was named.
    pub toolchain: Option<SettingsFile>,
}

impl<'a> Settings<'a> {
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
    pub(crate) fn filed(&self, name: &str) -> Vec<(&SettingsFile, &Line)> {
        if !self.known.is_filed(name) {
            return Vec::new();
        }
        let files = self.files().filter(|file| name != "GOROOT" || file.layer == Layer::GoenvFile);
        files.filter_map(|file| Some((file, file.line(name)?))).collect()
    }

    /// The line that counts where the environment says nothing. An empty line of the user's file
    /// hides that of the toolchain.
    pub(crate) fn filed_winner(&self, name: &str) -> Option<(&SettingsFile, &Line)> {
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
        let every = Known::every_name();
        let names = self.user.iter().flat_map(|file| &file.lines).map(|line| line.name.as_str());
        names.filter(move |name| every.contains(name))
    }

    /// What is wrong with the files, a sentence each.
    pub(crate) fn notes(&self) -> Vec<String> {
        let mut notes: Vec<String> = self.files().flat_map(SettingsFile::notes).collect();
        let every = Known::every_name();
        if let Some(file) = &self.user {
            for Line { number, name, .. } in &file.lines {
                if !every.contains(&name.as_str()) {
                    notes.push(format!("`{}:{number}`: no Go knows `{name}`", file.path));
                } else if !self.known.is_filed(name) {
                    notes.push(format!("`{}:{number}`: {name} is not read from a file", file.path));
                }
            }
        }
        notes
    }
}

fn held(file: &SettingsFile, line: &Line) -> SourcedValue {
    SourcedValue { source: file.layer, value: line.value.clone(), at: Some(format!("{}:{}", file.path, line.number)) }
}

#[cfg(test)]
#[path = "settings_tests.rs"]
mod tests;
