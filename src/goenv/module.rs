//! Which module and workspace a command is in, and which toolchain they or
//! GOTOOLCHAIN choose. Source: Go, `cmd/go/internal/modload/init.go`,
//! `cmd/go/internal/toolchain/select.go: Select`.

use crate::goenv::{
    go::{ComputedValue, Go},
    text::{clean, join},
    user_dirs,
};
use crate::{
    goenv::{
        explanation::{Chosen, Layer::Computed, UnreadSource},
        settings::keeps_busy,
        version::GoVersion,
    },
    platform::Platform,
    ports::{Kind, ReadLimit, UnreadFile},
};

/// A toolchain that a setting or a file asks for.
struct Wanted {
    /// As in `go1.24.1`.
    name: String,
    version: GoVersion,
    /// A version of the language, such as `1.24`: for Go older than any candidate of it.
    is_language: bool,
    /// Which setting or line asks for it.
    because: String,
}

impl Wanted {
    fn or_newer(self, other: Self) -> Self {
        if other.rank() > self.rank() { other } else { self }
    }

    /// Source: Go, `internal/gover: Compare`.
    fn rank(&self) -> ((u64, u64), bool, &GoVersion) {
        (self.version.minor(), !self.is_language, &self.version)
    }
}

impl Go<'_> {
    pub(crate) fn gomod(&self) -> ComputedValue {
        let null = if self.platform == Platform::Windows { "NUL" } else { "/dev/null" };
        match (self.getenv("GO111MODULE").as_str(), self.module_root()) {
            ("off", _) => ComputedValue::of(Computed, "").because("GO111MODULE is off"),
            (_, Some(root)) => {
                ComputedValue::of(Computed, join(self.platform, &[&root, "go.mod"])).because("the nearest one above")
            }
            ("auto", None) => ComputedValue::of(Computed, "").because("GO111MODULE is auto, and no go.mod is above"),
            (_, None) => ComputedValue::of(Computed, null).because("no go.mod is above"),
        }
    }

    /// Whether commands work on modules.
    pub(crate) fn modules_enabled(&self) -> bool {
        match self.getenv("GO111MODULE").as_str() {
            "off" => false,
            "auto" => self.module_root().is_some(),
            _ => true,
        }
    }

    /// The directory of the nearest go.mod; one directly in the directory for temporary files does not count.
    fn module_root(&self) -> Option<String> {
        let root = self.upwards("go.mod", None)?;
        let temp = self.temp_dir();
        let same = clean(self.platform, &temp) == clean(self.platform, &root)
            || self.host.same_file(&self.absolute(&temp), &root) == Some(true);
        (!same).then_some(root)
    }

    /// `os.TempDir`.
    pub(crate) fn temp_dir(&self) -> String {
        user_dirs::temp_dir(self.subject.env).1
    }

    /// The nearest directory that holds a file of this name; the search does not go into `fence` from below.
    fn upwards(&self, name: &str, fence: Option<&str>) -> Option<String> {
        let mut dir = clean(self.platform, &self.cwd);
        loop {
            if self.host.kind(&join(self.platform, &[&dir, name])) == Kind::File {
                return Some(dir);
            }
            let above = self.platform.parent(&dir).filter(|above| *above != dir)?;
            if fence == Some(above.as_str()) {
                return None;
            }
            dir = above;
        }
    }

    /// The file of the workspace; the error is what Go says.
    pub(crate) fn work_file(&self) -> Result<Option<String>, &'static str> {
        match self.getenv("GOWORK").as_str() {
            "off" => Ok(None),
            "" | "auto" => {
                let dir = self.upwards("go.work", Some(&self.goroot()));
                Ok(dir.map(|dir| join(self.platform, &[&dir, "go.work"])))
            }
            file if self.platform.is_absolute(file) => Ok(Some(file.to_owned())),
            _ => Err("invalid GOWORK: not an absolute path"),
        }
    }

    pub(crate) fn gowork(&self) -> ComputedValue {
        let set = self.winner("GOWORK").filter(|held| held.value != "auto");
        match (set, self.work_file()) {
            (Some(held), _) => ComputedValue { at: held.at, ..ComputedValue::of(held.source, held.value) },
            (None, Ok(Some(file))) => ComputedValue::of(Computed, file).because("the nearest one above"),
            (None, _) => ComputedValue::of(Computed, "").because("no go.work is above"),
        }
    }

    /// Whether go.work and go.mod may choose the toolchain.
    pub(crate) fn follows_files(&self) -> bool {
        let setting = self.getenv("GOTOOLCHAIN");
        let mode = setting.split_once('+').map_or(setting.as_str(), |(_, mode)| mode);
        self.getenv("GO111MODULE") != "off" && matches!(mode, "auto" | "path")
    }

    /// Which toolchain answers when this one is called.
    pub(crate) fn chosen(&self) -> Chosen {
        self.select().unwrap_or_else(Chosen::Refused)
    }

    /// Source: Go, `toolchain.Select`; the error is what Go says.
    fn select(&self) -> Result<Chosen, String> {
        let looks = match self.getenv("GO111MODULE").as_str() {
            "" | "on" => true,
            "auto" => self.module_root().is_some(),
            _ => false,
        };
        let setting = self.getenv("GOTOOLCHAIN");
        if !looks || setting.is_empty() {
            return Ok(Chosen::This);
        }
        let (least, mode) = match setting.as_str() {
            "auto" | "path" => ("local", setting.as_str()),
            text => text.split_once('+').unwrap_or((text, "")),
        };
        let local = format!("go{}", self.subject.version);
        let least = if least == "local" { local.as_str() } else { least };
        let version = if least == local { Some(self.subject.version.clone()) } else { version_of(least) };
        let follows_files = matches!(mode, "auto" | "path");
        let mut wanted = match version {
            Some(version) => {
                let is_language = is_language(version_text(least), &version);
                Wanted { name: least.to_owned(), version, is_language, because: format!("GOTOOLCHAIN={setting}") }
            }
            None if setting.contains('+') => {
                return Err(format!("invalid GOTOOLCHAIN {setting:?}: invalid minimum toolchain {least:?}"));
            }
            None => return Err(format!("invalid GOTOOLCHAIN {setting:?}")),
        };
        if setting.contains('+') && !follows_files {
            return Err(format!("invalid GOTOOLCHAIN {setting:?}: only version suffixes are +auto and +path"));
        }
        if follows_files {
            wanted = self.wanted_by_files(wanted)?;
        }
        match wanted {
            Wanted { name, .. } if name == local => Ok(Chosen::This),
            Wanted { name, .. } if !name.starts_with("go1") => Err(format!("invalid GOTOOLCHAIN {name:?}")),
            Wanted { name, because, .. } => Ok(Chosen::Other { goroot: self.toolchain_here(&name), name, because }),
        }
    }

    /// What go.work, or else go.mod, wants, where that is newer than `least`.
    fn wanted_by_files(&self, least: Wanted) -> Result<Wanted, String> {
        let work = self.work_file()?.filter(|file| self.host.kind(file) != Kind::Absent);
        let file = work.or_else(|| self.module_root().map(|dir| join(self.platform, &[&dir, "go.mod"])));
        let Some(file) = file else { return Ok(least) };
        let content = match self.host.read(&file, ReadLimit::Module) {
            Ok(content) => content,
            // What it asks for is not known; `unread` says so.
            Err(why) if keeps_busy(&why) => return Ok(least),
            Err(_) => return Err(format!("read {file}")),
        };
        let content = String::from_utf8_lossy(&content);
        let (go, toolchain) = (lookup(&content, "go"), lookup(&content, "toolchain"));
        if toolchain == "default" {
            return Ok(least);
        }
        let mut wanted = least;
        if !toolchain.is_empty() {
            let version = version_of(toolchain).ok_or_else(|| format!("invalid toolchain {toolchain:?} in {file}"))?;
            let because = format!("`toolchain {toolchain}` in `{file}`");
            let is_language = is_language(version_text(toolchain), &version);
            let named = Wanted { name: toolchain.to_owned(), version, is_language, because };
            // Go 1.21 prefers the line to an equal minimum, which may have a suffix: `go1.22.1-custom`.
            wanted = if self.minor == 21 && named.rank() == wanted.rank() { named } else { wanted.or_newer(named) };
        }
        // `go go1.23` is no version of the language; commands that read the whole file say so.
        if let Some(version) = go.parse::<GoVersion>().ok().filter(|_| !go.starts_with("go")) {
            let is_language = is_language(go, &version);
            let name = format!("go{go}{}", if is_language && self.asks_for_releases() { ".0" } else { "" });
            wanted = wanted.or_newer(Wanted { name, version, is_language, because: format!("`go {go}` in `{file}`") });
        }
        Ok(wanted)
    }

    /// Whether `go 1.24` in go.mod asks for go1.24.0; earlier patches ask for go1.24, which no toolchain is called.
    /// Source: Go 1.21.11 and 1.22.4, `select.go`.
    fn asks_for_releases(&self) -> bool {
        let since = match self.subject.version.minor() {
            (1, 21) => "1.21.11",
            (1, 22) => "1.22.4",
            _ => return true,
        };
        since.parse().is_ok_and(|since: GoVersion| *self.subject.version >= since)
    }

    /// Files that go commands read beside the settings, and that were not read here, with why.
    fn unread_beside_settings(&self) -> Vec<(String, UnreadFile)> {
        let mut files = Vec::new();
        if self.getenv("GO111MODULE") != "off" {
            files.extend(self.work_file().ok().flatten());
            files.extend(self.module_root().map(|dir| join(self.platform, &[&dir, "go.mod"])));
        }
        files.extend(self.telemetry_mode_file().filter(|_| self.minor >= 23).map(|file| self.absolute(&file)));
        let why = |file: String| {
            let why = self.host.read(&file, ReadLimit::Module).err()?;
            (why != UnreadFile::Absent).then_some((file, why))
        };
        files.into_iter().filter_map(why).collect()
    }

    /// The first file beside the settings that Go reads and that may have no end.
    pub(crate) fn endless_file(&self) -> Option<(String, UnreadFile)> {
        self.unread_beside_settings().into_iter().find(|(_, why)| why.is_endless())
    }

    /// What was not read, of the settings and beside them.
    pub(crate) fn unread(&self) -> Vec<UnreadSource> {
        let of_settings = self.settings.unread().map(|(file, why)| (file.to_owned(), why.clone()));
        of_settings
            .chain(self.unread_beside_settings())
            .map(|(file, why)| UnreadSource { file, keeps_go_busy: keeps_busy(&why), why: why.to_string() })
            .collect()
    }

    /// A sentence for each file beside the settings that was not read.
    pub(crate) fn notes_of_module_files(&self) -> Vec<String> {
        let sentence = |(file, why): (String, UnreadFile)| match &why {
            why if why.is_endless() => format!(
                "`{file}` is not read: {why}; go commands that read it may never come to an end; put a file there, or remove it"
            ),
            UnreadFile::TooLarge { .. } => {
                format!(
                    "`{file}` is not read, so which Go it asks for is not known here: {why}; Go itself reads all of it"
                )
            }
            _ => format!("`{file}` cannot be read: {why}"),
        };
        self.unread_beside_settings().into_iter().map(sentence).collect()
    }

    /// A toolchain by its name: a program of that name on PATH, else one that Go fetched before.
    fn toolchain_here(&self, name: &str) -> Option<String> {
        if let Some(program) = self.look_path(name) {
            let real = self.host.canonical(&program).unwrap_or(program);
            return self.platform.parent(&real).and_then(|bin| self.platform.parent(&bin));
        }
        let cache = self.answer("GOMODCACHE").value.filter(|cache| !cache.is_empty())?;
        let module = format!("golang.org/toolchain@v0.0.1-{name}.{}-{}", self.platform.goos(), self.subject.goarch);
        let dir = self.platform.join(&cache, &module);
        let program = format!("bin/go{}", self.platform.exe_suffix());
        (self.host.kind(&self.platform.join(&dir, &program)) == Kind::File).then_some(dir)
    }
}

/// `gover.FromToolchain`.
fn version_of(name: &str) -> Option<GoVersion> {
    if !name.starts_with("go") || name.contains(['/', '\\']) {
        return None;
    }
    version_text(name).parse().ok()
}

/// `1.24.1` of `go1.24.1-custom`.
fn version_text(name: &str) -> &str {
    let bare = name.strip_prefix("go").unwrap_or(name);
    bare.split([' ', '\t', '-']).next().unwrap_or_default()
}

/// `gover.IsLang`, of what was read as a version; before 1.21 a release had no third number, and of that Go
/// looks at the 21 alone, whatever stands before it.
fn is_language(text: &str, version: &GoVersion) -> bool {
    let (_, minor) = version.minor();
    text.matches('.').count() == 1 && !text.contains(['r', 'b']) && version.minor() >= (1, 21) && minor >= 21
}

/// `gover.GoModLookup`.
fn lookup<'t>(content: &'t str, key: &str) -> &'t str {
    let found = content.lines().map(str::trim).find_map(|line| {
        let rest = line.strip_prefix(key).filter(|rest| rest.starts_with([' ', '\t']))?;
        Some(rest.split("//").next().unwrap_or_default().trim())
    });
    found.unwrap_or_default()
}

/// What `go install` calls the program of a package: the last element of its path, or the one before `v2`.
/// Source: Go, `cmd/go/internal/load: DefaultExecName`.
#[must_use]
pub fn program_name(path: &str) -> Option<&str> {
    let mut elements = path.rsplit('/');
    let last = elements.next()?;
    let is_major = last.strip_prefix('v').is_some_and(|digits| {
        digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.starts_with('0') && !matches!(digits, "" | "1")
    });
    if is_major { elements.next().or(Some(last)) } else { Some(last) }
}

#[cfg(test)]
mod tests {
    use crate::{
        goenv::{Chosen, Subject, look},
        platform::{Platform, env::EnvBlock},
        ports::fake::FakeHost,
    };

    fn chosen_by(version: &str, setting: &str, file: &str) -> String {
        let host = FakeHost::new(Platform::Linux).file("/w/go.mod", file);
        let env = EnvBlock::from_pairs(Platform::Linux, [("GOTOOLCHAIN", setting), ("HOME", "/h")]);
        let version = version.parse().unwrap();
        let subject = Subject { version: &version, goroot: None, goarch: "amd64", env: &env, current_dir: "/w" };
        match look(&subject, &host).chosen {
            Chosen::Other { name, .. } => name,
            other => format!("{other:?}"),
        }
    }

    /// Measured with these patches of Go: what GOTOOLCHAIN=path does not find on PATH.
    #[test]
    fn older_patches_ask_for_a_toolchain_that_there_is_not() {
        for (version, file, want) in [
            ("1.21.0", "go 1.29", "go1.29"),
            ("1.21.10", "go 1.29", "go1.29"),
            ("1.21.11", "go 1.29", "go1.29.0"),
            ("1.22.0", "go 1.29", "go1.29"),
            ("1.22.3", "go 1.29", "go1.29"),
            ("1.22.4", "go 1.29", "go1.29.0"),
            ("1.23.0", "go 1.29", "go1.29.0"),
            ("1.21.0", "go 1.29.1", "go1.29.1"),
            ("1.21.0", "go 1.29rc1", "go1.29rc1"),
            ("1.23.9", "go 13.5", "go13.5"),
            ("1.23.9", "go 13.21", "go13.21.0"),
        ] {
            assert_eq!(chosen_by(version, "path", file), want, "{version}, {file}");
        }
    }

    /// Measured with Go 1.22.10: `GOTOOLCHAIN=... go version` says which toolchain it looks for.
    #[test]
    fn a_version_of_the_language_is_older_than_its_candidates() {
        let chosen = |setting: &str, file: &str| chosen_by("1.22.10", setting, file);
        for (setting, file, want) in [
            ("go1.24rc1+path", "go 1.24", "go1.24rc1"),
            ("go1.24+path", "go 1.24\ntoolchain go1.24rc1", "go1.24rc1"),
            ("path", "go 1.24\ntoolchain go1.24rc1", "go1.24rc1"),
            ("path", "go 1.24", "go1.24.0"),
            ("go1.24rc1+path", "go 1.24.0", "go1.24.0"),
            ("go1.24rc1+path", "go go1.25", "go1.24rc1"),
            ("go1.24.1+path", "go 1.24", "go1.24.1"),
        ] {
            assert_eq!(chosen(setting, file), want, "{setting}, {file}");
        }
    }
}
