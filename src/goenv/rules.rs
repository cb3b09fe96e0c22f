//! One Go's settings as its own `Getenv` reads them: the environment, the GOENV
//! file, `go.env`. Source: Go, `cmd/go/internal/cfg/cfg.go`.

use crate::goenv::{Known, Subject, text};
use crate::{
    goenv::{
        explanation::{Layer, SourcedValue},
        settings::EnvFile,
    },
    platform::Platform,
    ports::{Host, Kind},
};

/// One Go with what it has read.
pub(crate) struct Go<'a> {
    pub subject: Subject<'a>,
    pub host: &'a dyn Host,
    pub platform: Platform,
    /// Whose rules apply: 21 for Go 1.21.
    pub minor: u64,
    pub known: &'static Known,
    /// What `go env -w` writes.
    pub user: EnvFile,
    /// `go.env`.
    pub root: EnvFile,
    /// The current folder as Go's `os.Getwd` says it.
    pub cwd: String,
}

/// What `go env NAME` prints, and why.
pub(crate) struct Answer {
    pub value: Option<String>,
    pub source: Layer,
    pub at: Option<String>,
    pub because: Option<String>,
    /// What would be there without the winner.
    pub beneath: Option<(Layer, String)>,
}

impl Answer {
    pub(crate) fn of(source: Layer, value: impl Into<String>) -> Self {
        Self { value: Some(value.into()), source, at: None, because: None, beneath: None }
    }

    pub(crate) fn because(mut self, why: impl Into<String>) -> Self {
        self.because = Some(why.into());
        self
    }
}

impl<'a> Go<'a> {
    pub(crate) fn new(subject: &Subject<'a>, host: &'a dyn Host) -> Self {
        let (minor, known) = Known::of(subject.version);
        let platform = subject.env.platform();
        let pwd = subject.env.get_filled("PWD").filter(|_| platform != Platform::Windows);
        let pwd = pwd.filter(|pwd| pwd.starts_with('/') && host.same_file(pwd, subject.current_dir) == Some(true));
        let cwd = pwd.unwrap_or(subject.current_dir).to_owned();
        let (user, root) = (EnvFile::default(), EnvFile::default());
        let mut go = Self { subject: *subject, host, platform, minor, known, user, root, cwd };
        if let Some(path) = go.goenv() {
            go.user = EnvFile::read(&go.absolute(&path), host);
        }
        let goroot = go.found_goroot();
        if !goroot.is_empty() {
            go.root = EnvFile::read(&go.absolute(&text::join(platform, &[&goroot, "go.env"])), host);
        }
        go
    }

    /// A variable of the process; empty where it is not set.
    pub(crate) fn os(&self, name: &str) -> &'a str {
        self.subject.env.get(name).unwrap_or_default()
    }

    /// The path below the current folder, if it is not absolute already.
    pub(crate) fn absolute(&self, path: &str) -> String {
        if self.platform.is_absolute(path) {
            path.to_owned()
        } else {
            text::join(self.platform, &[self.subject.current_dir, path])
        }
    }

    /// The line of the two files that counts: the last of the user's own, which hides that of the
    /// toolchain even where it is empty, else the first of the toolchain's.
    fn filed(&self, name: &str) -> Option<(Layer, usize, &str)> {
        if name == "GOROOT" {
            return self.user.last(name).map(|(at, value)| (Layer::GoenvFile, at, value));
        }
        let user = self.user.last(name).map(|(at, value)| (Layer::GoenvFile, at, value));
        user.or_else(|| self.root.first(name).map(|(at, value)| (Layer::GorootGoEnv, at, value)))
    }

    /// The place that gives a name a value which is not empty.
    pub(crate) fn winner(&self, name: &str) -> Option<SourcedValue> {
        let value = self.os(name);
        if !value.is_empty() {
            return Some(SourcedValue { source: Layer::Environment, value: value.to_owned(), at: None });
        }
        let (source, line, value) = self.filed(name).filter(|(.., value)| !value.is_empty())?;
        let path = if source == Layer::GoenvFile { &self.user.path } else { &self.root.path };
        Some(SourcedValue { source, value: value.to_owned(), at: Some(format!("{path}:{line}")) })
    }

    /// `cfg.Getenv`.
    pub(crate) fn getenv(&self, name: &str) -> String {
        self.winner(name).map(|held| held.value).unwrap_or_default()
    }

    /// The winner's value, else a default.
    pub(crate) fn plain(&self, name: &str, source: Layer, default: impl Into<String>) -> Answer {
        let default = default.into();
        match self.winner(name) {
            Some(held) => Answer {
                value: Some(held.value),
                source: held.source,
                at: held.at,
                because: None,
                beneath: (!default.is_empty()).then_some((source, default)),
            },
            None => Answer::of(if default.is_empty() { Layer::Default } else { source }, default),
        }
    }

    /// Every place that holds the name, the strongest first.
    pub(crate) fn held(&self, name: &str) -> Vec<SourcedValue> {
        let mut held = Vec::new();
        if let Some(value) = self.subject.env.get(name) {
            held.push(SourcedValue { source: Layer::Environment, value: value.to_owned(), at: None });
        }
        let files = [
            (Layer::GoenvFile, &self.user, self.user.last(name)),
            (Layer::GorootGoEnv, &self.root, self.root.first(name)),
        ];
        for (source, file, line) in files {
            if let Some((line, value)) = line {
                held.push(SourcedValue { source, value: value.to_owned(), at: Some(format!("{}:{line}", file.path)) });
            }
        }
        held
    }

    /// Names that no Go knows and that stand in the user's file.
    pub(crate) fn named_in_files(&self) -> impl Iterator<Item = &str> {
        let names = self.user.lines.iter().map(|(_, name, _)| name.as_str());
        names.filter(|name| self.known.has(name) || Known::every_name().contains(name))
    }

    pub(crate) fn notes(&self) -> Vec<String> {
        let mut notes: Vec<String> = self.user.notes.iter().chain(&self.root.notes).cloned().collect();
        for (line, name, _) in &self.user.lines {
            if !Known::every_name().contains(&name.as_str()) {
                notes.push(format!("`{}:{line}`: no Go knows `{name}`", self.user.path));
            } else if self.known.fixed.contains(name) && name != "GOROOT" {
                notes.push(format!("`{}:{line}`: {name} is not read from a file", self.user.path));
            }
        }
        if let Some(goroot) = self.subject.goroot {
            for file in ["go.env", "VERSION"] {
                if self.host.kind(&self.platform.join(goroot, file)) != Kind::File {
                    notes.push(format!("`{goroot}` has no file `{file}`"));
                }
            }
        }
        let newest = Known::newest();
        if self.subject.version.minor().1 > newest {
            notes.push(format!(
                "Go {} is newer than this program: it is read by the rules of Go 1.{newest}",
                self.subject.version
            ));
        }
        notes
    }

    /// The user's folder for settings, as Go's `os.UserConfigDir` says it.
    pub(crate) fn config_dir(&self) -> Option<String> {
        let home = || Some(self.os("HOME")).filter(|home| !home.is_empty());
        match self.platform {
            Platform::Windows => Some(self.os("APPDATA")).filter(|dir| !dir.is_empty()).map(str::to_owned),
            Platform::Macos => Some(format!("{}/Library/Application Support", home()?)),
            Platform::Linux => match self.os("XDG_CONFIG_HOME") {
                "" => Some(format!("{}/.config", home()?)),
                dir if self.minor >= 24 && !dir.starts_with('/') => None,
                dir => Some(dir.to_owned()),
            },
        }
    }

    /// `cfg.EnvFile`.
    pub(crate) fn goenv(&self) -> Option<String> {
        match self.os("GOENV") {
            "off" => None,
            "" => Some(text::join(self.platform, &[&self.config_dir()?, "go/env"])),
            file => Some(file.to_owned()),
        }
    }

    /// `findGOROOT`: where `go.env` is looked for; the file before the environment.
    pub(crate) fn found_goroot(&self) -> String {
        let file = self.user.last("GOROOT").map(|(_, value)| value).unwrap_or_default();
        let named = if file.is_empty() { self.os("GOROOT") } else { file };
        match (named, self.subject.goroot) {
            ("", None) => String::new(),
            ("", Some(place)) => self.place(place),
            (named, _) => text::clean(self.platform, named),
        }
    }

    /// The toolchain as Go finds it by its own program, whose path Linux gives with links followed.
    pub(crate) fn place(&self, goroot: &str) -> String {
        if self.platform != Platform::Linux {
            return text::clean(self.platform, goroot);
        }
        let real = self.host.canonical(&self.platform.join(goroot, "bin/go"));
        let above = real.and_then(|real| self.platform.parent(&real)).and_then(|bin| self.platform.parent(&bin));
        let is_goroot = |dir: &String| self.host.kind(&self.platform.join(dir, "pkg/tool")) == Kind::Dir;
        above.filter(is_goroot).unwrap_or_else(|| goroot.to_owned())
    }

    /// `cfg.GOROOT`.
    pub(crate) fn goroot(&self) -> String {
        let named = self.os("GOROOT");
        if named.is_empty() { self.found_goroot() } else { named.to_owned() }
    }
}
