//! One Go in one process: its settings, where its GOROOT is, and what is wrong with its files.
//! What it makes of each variable is in `values`. Source: Go, `cmd/go/internal/cfg/cfg.go`.

use crate::goenv::{Known, Subject, text};
use crate::{
    goenv::{
        explanation::{Layer, SourcedValue},
        settings::GoSettings,
    },
    platform::Platform,
    ports::{Host, Kind},
};

/// One Go in one process, with the settings it has read.
pub(crate) struct Go<'a> {
    pub subject: Subject<'a>,
    pub host: &'a dyn Host,
    pub platform: Platform,
    /// The minor version whose rules apply: 21 for Go 1.21.
    pub minor: u64,
    pub known: &'static Known,
    /// The environment, the user's settings file and that of the toolchain.
    pub settings: GoSettings<'a>,
    /// The current directory as Go's `os.Getwd` says it.
    pub cwd: String,
}

/// What `go env NAME` prints, and why.
pub(crate) struct ComputedValue {
    pub value: Option<String>,
    pub source: Layer,
    pub at: Option<String>,
    pub because: Option<String>,
    /// What the value would be without the source that wins.
    pub beneath: Option<(Layer, String)>,
}

impl ComputedValue {
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
        let settings = GoSettings::read(subject.version, subject.env, subject.current_dir, host);
        let mut go = Self { subject: *subject, host, platform, minor, known, settings, cwd };
        let goroot = go.found_goroot();
        if !goroot.is_empty() {
            go.settings = go.settings.with_goroot(&goroot, host);
        }
        go
    }

    /// A variable of the process; empty where it is not set.
    pub(crate) fn os(&self, name: &str) -> &'a str {
        self.subject.env.get(name).unwrap_or_default()
    }

    /// The path below the current directory, if it is not absolute already.
    pub(crate) fn absolute(&self, path: &str) -> String {
        self.settings.absolute(path)
    }

    /// The place that gives a name a value which is not empty.
    pub(crate) fn winner(&self, name: &str) -> Option<SourcedValue> {
        self.settings.winner(name)
    }

    /// `cfg.Getenv`.
    pub(crate) fn getenv(&self, name: &str) -> String {
        self.settings.get(name).unwrap_or_default().to_owned()
    }

    /// The winner's value, else a default.
    pub(crate) fn plain(&self, name: &str, source: Layer, default: impl Into<String>) -> ComputedValue {
        let default = default.into();
        match self.winner(name) {
            Some(held) => ComputedValue {
                value: Some(held.value),
                source: held.source,
                at: held.at,
                because: None,
                beneath: (!default.is_empty()).then_some((source, default)),
            },
            None => ComputedValue::of(if default.is_empty() { Layer::Default } else { source }, default),
        }
    }

    pub(crate) fn notes(&self) -> Vec<String> {
        let mut notes = self.settings.notes();
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
                "Go {} is newer than this program, which reads it by the rules of Go 1.{newest}",
                self.subject.version
            ));
        }
        notes
    }

    /// `findGOROOT`: where `go.env` is looked for; the file before the environment.
    pub(crate) fn found_goroot(&self) -> String {
        let file = self.settings.filed("GOROOT").first().map(|(_, line)| line.value.as_str()).unwrap_or_default();
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
