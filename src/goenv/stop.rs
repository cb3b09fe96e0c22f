//! What keeps Go from answering at all. Source: Go, `cmd/go/main.go`,
//! `internal/buildcfg`, `cmd/go/internal/work: BuildInit, NewBuilder`. What a value alone tells is in `syntax`.

use crate::goenv::{
    explanation::Chosen,
    go::Go,
    syntax::{self, JudgedValue, ValueFault, targets::ARCH_SETTINGS},
    text::{split_list, words},
    version::GoVersion,
};
use crate::ports::Kind;

/// How far a stop reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Every go command, `go env` and `go version` too.
    Every,
    /// Every go command but `go env`.
    AllButEnv,
    /// `go env` alone, of any name or none.
    OnlyEnv,
    /// Every command that builds or looks at modules, and `go env` of any name.
    Most,
    /// Every command that builds, and `go env` without a name or of a C setting.
    Builds,
    /// Every command that compiles; `go env` answers.
    Compiles,
    /// Every command that compiles C, and `go env` without a name or of a C setting.
    Cgo,
    /// Every command that compiles C; `go env` answers.
    CompilesC,
    /// `go env` without a name or of a C setting, and what asks pkg-config.
    EnvAlone,
    /// Every command that downloads modules.
    Downloads,
    /// Every command that fetches a module from where its source code is kept.
    Origins,
    /// Every command that downloads from an address with https.
    SecureDownloads,
    /// `go install`.
    Installs,
}

impl Reach {
    /// The subject of a sentence.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Every => "every go command",
            Self::AllButEnv => "every go command but `go env`",
            Self::OnlyEnv => "`go env`",
            Self::Most => "`go env` and every command that builds",
            Self::Builds => "`go env` without a name and every command that builds",
            Self::Compiles => "every command that compiles",
            Self::Cgo => "`go env` without a name and every command that compiles C",
            Self::CompilesC => "every command that compiles C",
            Self::EnvAlone => "`go env` without a name and every command that asks pkg-config",
            Self::Downloads => "every command that downloads modules",
            Self::Origins => "every command that fetches modules from version control",
            Self::SecureDownloads => "every command that downloads over https",
            Self::Installs => "`go install`",
        }
    }
}

/// Why Go stops.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stop {
    /// Which commands.
    pub reach: Reach,
    /// What Go says, or nearly.
    pub message: String,
    /// The variable whose value alone is at fault.
    pub variable: Option<&'static str>,
}

impl Stop {
    /// What is said of it wherever it is said: which commands stop.
    #[must_use]
    pub fn subject(&self) -> String {
        format!("{} stops", self.reach.name())
    }

    /// With what Go says.
    #[must_use]
    pub fn sentence(&self) -> String {
        format!("{}: {}", self.subject(), self.message)
    }
}

/// A value in force that Go refuses, or reads otherwise than it is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrongValue {
    /// For example `GOPROXY`.
    pub name: &'static str,
    /// As it is set.
    pub value: String,
    /// What is wrong with it.
    pub fault: ValueFault,
}

impl Go<'_> {
    /// By the table of `syntax`, in its order. Another toolchain that takes over judges them, before this one does.
    pub(crate) fn wrong_values(&self, chosen: &Chosen) -> Vec<WrongValue> {
        let other = match chosen {
            Chosen::Other { name, .. } => name.strip_prefix("go").and_then(|text| text.parse::<GoVersion>().ok()),
            _ => None,
        };
        let version = other.as_ref().unwrap_or(self.subject.version);
        let dropped = matches!(self.flag_lists(), FlagLists::Dropped(_));
        let goarch = self.goarch();
        let one = |rule: &'static syntax::ValueRule| {
            let name = rule.name;
            let set = self.os(name);
            let value = if set.is_empty() { self.getenv(name) } else { set.to_owned() };
            let unread = match name {
                "GOPATH" => self.gopath_is_goroot(),
                // `go env` does not look at them, and what compiles C stops at the pattern.
                "PKG_CONFIG" => dropped,
                _ => dropped && name.starts_with("CGO_") && name.ends_with("FLAGS"),
            };
            if value.is_empty() || unread {
                return None;
            }
            let fault = syntax::judge(&JudgedValue {
                value: &value,
                name,
                version,
                in_environment: !set.is_empty(),
                platform: self.platform,
                goarch: &goarch,
            })?;
            Some(WrongValue { name, value, fault })
        };
        syntax::RULES.iter().filter_map(one).collect()
    }

    /// In the order in which Go stumbles over them.
    pub(crate) fn stops(&self, chosen: &Chosen, wrong: &[WrongValue]) -> Vec<Stop> {
        let mut stops = Vec::new();
        let mut told: Vec<&str> = Vec::new();
        let refused = |name: &str| {
            let wrong = wrong.iter().find(|wrong| wrong.name == name)?;
            Some(Stop { reach: wrong.fault.stops?, message: wrong.fault.says.clone(), variable: Some(wrong.name) })
        };
        let mut add = |reach, message: String| stops.push(Stop { reach, message, variable: None });
        match chosen {
            Chosen::Refused(message) => add(Reach::Every, message.clone()),
            Chosen::Other { name, goroot: None, because } => {
                let then = if is_no_release(name) {
                    "and there is no release of that name"
                } else {
                    "Go would have to fetch it first"
                };
                add(Reach::Every, format!("{because} wants {name}, which is not here: {then}"));
            }
            _ => {}
        }
        let goroot = self.goroot();
        if goroot.is_empty() && self.subject.goroot.is_some() {
            add(Reach::Every, "cannot find GOROOT directory: 'go' binary is trimmed and GOROOT is not set".to_owned());
        } else if !goroot.is_empty() && self.host.kind(&self.absolute(&goroot)) != Kind::Dir {
            add(Reach::Every, format!("cannot find GOROOT directory: {goroot}"));
        }
        if let Some(message) = self.bad_default_gopath() {
            add(Reach::Every, message);
        }
        // The last complaint of these counts.
        let arch = ARCH_SETTINGS.iter().rev().find_map(|name| refused(name).filter(|stop| stop.reach == Reach::Every));
        told.extend(ARCH_SETTINGS);
        stops.extend(refused("GOPATH"));
        stops.extend(arch);
        stops.extend(["GOEXPERIMENT", "GOFLAGS", "GO111MODULE"].into_iter().filter_map(refused));
        told.extend(["GOPATH", "GOEXPERIMENT", "GOFLAGS", "GO111MODULE"]);
        let mut add = |reach, message: String| stops.push(Stop { reach, message, variable: None });
        let first = split_list(self.platform, &self.gopath()).into_iter().next().unwrap_or_default();
        if self.minor == 21 && self.modules_enabled() && !first.is_empty() {
            let file = self.platform.join(&first, "go.mod");
            if self.host.kind(&self.absolute(&file)) != Kind::Absent {
                add(Reach::Most, "$GOPATH/go.mod exists but should not".to_owned());
            }
        }
        if let Some(message) = self.bad_fips() {
            add(Reach::Most, message);
        }
        if let Some((file, why)) = self.endless_file() {
            // Which toolchain answers is asked of them before anything else.
            let reach = if self.follows_files() { Reach::Every } else { Reach::Compiles };
            add(reach, format!("`{file}` may never come to an end: {why}"));
        }
        if let Some(message) = self.bad_build() {
            add(Reach::Builds, message);
        }
        if let Some((message, variable)) = self.bad_cache(wrong) {
            // `go env` asks the compiler for its flags, and wants to keep the answer.
            let cc = self.answer("CC").value.unwrap_or_default();
            let found = words(&cc).ok().and_then(|words| self.look_path(words.first()?)).is_some();
            let asks = found && matches!(self.flag_lists(), FlagLists::Fine);
            let reach = if asks { Reach::Builds } else { Reach::Compiles };
            stops.push(Stop { reach, message, variable });
        }
        let files = ARCH_SETTINGS.into_iter().filter_map(refused).filter(|stop| stop.reach == Reach::Compiles);
        stops.extend(files);
        // These are told above, with what `go env` does about them.
        told.extend(["GOCACHE", "GOCACHEPROG"]);
        stops.extend(wrong.iter().filter(|wrong| !told.contains(&wrong.name)).filter_map(|wrong| refused(wrong.name)));
        stops
    }

    /// What Go says, and the variable whose value alone is at fault.
    fn bad_cache(&self, wrong: &[WrongValue]) -> Option<(String, Option<&'static str>)> {
        let cache = self.answer("GOCACHE");
        if cache.value.as_deref() == Some("off") {
            let why = cache.because.unwrap_or_else(|| "GOCACHE is off".to_owned());
            let fault = wrong.iter().find(|wrong| wrong.name == "GOCACHE");
            let message = fault.map_or_else(|| format!("build cache is required: {why}"), |one| one.fault.says.clone());
            return Some((message, fault.map(|one| one.name)));
        }
        if let Some(one) = wrong.iter().find(|wrong| wrong.name == "GOCACHEPROG") {
            return Some((one.fault.says.clone(), Some(one.name)));
        }
        let program = self.getenv("GOCACHEPROG");
        let words = words(&program).ok().filter(|words| self.minor >= 24 && !words.is_empty())?;
        let missing = self.look_path(words[0]).is_none();
        missing.then(|| (format!("error starting GOCACHEPROG program {:?}: not found on PATH", words[0]), None))
    }

    /// What is in the home directory, where GOPATH is not set: a relative one is dropped by Go.
    fn bad_default_gopath(&self) -> Option<String> {
        if self.gopath_is_goroot() || !self.getenv("GOPATH").is_empty() {
            return None;
        }
        let raw = self.settings.gopath();
        let entries = split_list(self.platform, &raw);
        let entry = entries.iter().find(|entry| entry.starts_with('~'))?;
        Some(format!("GOPATH entry cannot start with shell metacharacter '~': {entry:?}"))
    }

    /// A module that is not with this toolchain. Source: Go, `cmd/go/internal/fips140`.
    fn bad_fips(&self) -> Option<String> {
        let set = self.getenv("GOFIPS140");
        if self.minor < 24 || matches!(set.as_str(), "" | "off" | "latest") {
            return None;
        }
        let file = |ending: &str| self.platform.join(&self.goroot(), &format!("lib/fips140/{set}.{ending}"));
        if !["zip", "txt"].iter().any(|ending| self.host.kind(&self.absolute(&file(ending))) == Kind::File) {
            return Some(format!("unknown GOFIPS140 version {set:?}"));
        }
        let cache = self.answer("GOMODCACHE").value.unwrap_or_default();
        if cache.is_empty() {
            return Some("module cache not found: neither GOMODCACHE nor GOPATH is set".to_owned());
        }
        let relative = !self.platform.is_absolute(&cache);
        relative.then(|| format!("GOMODCACHE entry is relative; must be absolute path: {cache:?}"))
    }

    fn bad_build(&self) -> Option<String> {
        let set = self.getenv("GOTMPDIR");
        let temp = if set.is_empty() { self.temp_dir() } else { set };
        if self.host.kind(&self.absolute(&temp)) != Kind::Dir {
            return Some(format!("creating work dir: `{temp}` is no folder"));
        }
        let target = format!("{}/{}", self.goos(), self.goarch());
        if self.known.cgo(&target).is_none() {
            return Some(format!("unsupported GOOS/GOARCH pair {target}"));
        }
        None
    }

    /// The lists of C flags in the order in which Go reads them.
    pub(crate) fn flag_lists(&self) -> FlagLists {
        for name in ["CPPFLAGS", "CFLAGS", "CXXFLAGS", "FFLAGS", "LDFLAGS"] {
            for ending in ["ALLOW", "DISALLOW"] {
                let pattern = format!("CGO_{name}_{ending}");
                if !syntax::is_regexp(&self.getenv(&pattern), self.minor) {
                    return FlagLists::Dropped(pattern);
                }
            }
            if words(&self.getenv(&format!("CGO_{name}"))).is_err() {
                return FlagLists::Unreadable;
            }
        }
        FlagLists::Fine
    }
}

/// What became of CGO_CFLAGS and its like.
pub(crate) enum FlagLists {
    /// They count.
    Fine,
    /// A pattern is no regular expression, by this name: `go env` then knows none of them.
    Dropped(String),
    /// `go env` stops at one of them.
    Unreadable,
}

/// Whether a name such as `go1.24` is one of a version of the language, which no toolchain has since Go 1.21.
fn is_no_release(name: &str) -> bool {
    let bare = name.strip_prefix("go").unwrap_or(name);
    let numbers = bare.split('.').count() == 2 && bare.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    numbers && bare.parse::<GoVersion>().is_ok_and(|version| version.minor() >= (1, 21))
}
