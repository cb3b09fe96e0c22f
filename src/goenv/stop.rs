//! What keeps Go from answering at all. Source: Go, `cmd/go/main.go`,
//! `internal/buildcfg`, `cmd/go/internal/work: BuildInit, NewBuilder`.

use crate::goenv::{
    explanation::Chosen,
    go::Go,
    text::{split_list, words},
};
use crate::ports::Kind;

/// How far a stop reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Every go command, `go env` and `go version` too.
    Every,
    /// Every command that builds or looks at modules, and `go env` of any name.
    Most,
    /// Every command that builds, and `go env` without a name or of a C setting.
    Builds,
    /// Every command that compiles; `go env` answers.
    Compiles,
}

impl Reach {
    /// The subject of a sentence.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Every => "every go command",
            Self::Most => "`go env` and every command that builds",
            Self::Builds => "`go env` without a name and every command that builds",
            Self::Compiles => "every command that compiles",
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
}

impl Go<'_> {
    /// In the order in which Go stumbles over them.
    pub(crate) fn stops(&self, chosen: &Chosen) -> Vec<Stop> {
        let mut stops = Vec::new();
        let mut add = |reach, message: String| stops.push(Stop { reach, message });
        match chosen {
            Chosen::Refused(message) => add(Reach::Every, message.clone()),
            Chosen::Other { name, goroot: None, because } => {
                add(
                    Reach::Every,
                    format!("{because} wants {name}, which is not here: Go would have to fetch it first"),
                );
            }
            _ => {}
        }
        let goroot = self.goroot();
        if goroot.is_empty() && self.subject.goroot.is_some() {
            add(Reach::Every, "cannot find GOROOT directory: 'go' binary is trimmed and GOROOT is not set".to_owned());
        } else if !goroot.is_empty() && self.host.kind(&self.absolute(&goroot)) != Kind::Dir {
            add(Reach::Every, format!("cannot find GOROOT directory: {goroot}"));
        }
        if let Some(message) = self.bad_gopath() {
            add(Reach::Every, message);
        }
        if let Some(message) = self.bad_arch_setting().or_else(|| self.bad_experiment()) {
            add(Reach::Most, message);
        }
        let modules = self.getenv("GO111MODULE");
        if !matches!(modules.as_str(), "" | "on" | "off" | "auto") {
            add(Reach::Most, format!("unknown environment setting GO111MODULE={modules}"));
        }
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
        if let Err(message) = self.work_file() {
            add(Reach::Most, message.to_owned());
        }
        if let Some((file, why)) = self.endless_file() {
            // Which toolchain answers is asked of them before anything else.
            let reach = if self.follows_files() { Reach::Every } else { Reach::Compiles };
            add(reach, format!("`{file}` may never come to an end: {why}"));
        }
        if let Some(message) = self.bad_build() {
            add(Reach::Builds, message);
        }
        if let Some(message) = self.bad_cache() {
            // `go env` asks the compiler for its flags, and wants to keep the answer.
            let cc = self.answer("CC").value.unwrap_or_default();
            let found = words(&cc).ok().and_then(|words| self.look_path(words.first()?)).is_some();
            let asks = found && matches!(self.flag_lists(), FlagLists::Fine);
            add(if asks { Reach::Builds } else { Reach::Compiles }, message);
        }
        stops
    }

    fn bad_cache(&self) -> Option<String> {
        let cache = self.answer("GOCACHE");
        if cache.value.as_deref() == Some("off") {
            let why = cache.because.unwrap_or_else(|| "GOCACHE is off".to_owned());
            return Some(format!("build cache is required: {why}"));
        }
        let program = self.getenv("GOCACHEPROG");
        let words = words(&program).ok().filter(|words| self.minor >= 24 && !words.is_empty())?;
        let missing = self.look_path(words[0]).is_none();
        missing.then(|| format!("error starting GOCACHEPROG program {:?}: not found on PATH", words[0]))
    }

    fn bad_gopath(&self) -> Option<String> {
        if self.gopath_is_goroot() {
            return None;
        }
        let set = !self.getenv("GOPATH").is_empty();
        let raw = self.settings.gopath();
        split_list(self.platform, &raw).iter().filter(|entry| !entry.is_empty()).find_map(|entry| {
            if entry.starts_with('~') {
                return Some(format!("GOPATH entry cannot start with shell metacharacter '~': {entry:?}"));
            }
            let relative = set && !self.platform.is_absolute(entry);
            relative.then(|| format!("GOPATH entry is relative; must be absolute path: {entry:?}"))
        })
    }

    /// Only the environment is looked at, and the last complaint counts. From Go 1.23 on the look at
    /// GOARM64 forgets those before it.
    fn bad_arch_setting(&self) -> Option<String> {
        let mut wrong = None;
        let mut judge = |name: &str, fine: fn(&str) -> bool| {
            let value = self.os(name);
            if !value.is_empty() && !fine(value) {
                wrong = Some(format!("invalid {name}: `{value}`"));
            } else if name == "GOARM64" {
                wrong = None;
            }
        };
        judge("GOAMD64", |v| matches!(v, "v1" | "v2" | "v3" | "v4"));
        if self.minor == 21 {
            judge("GOARM", |v| matches!(v, "5" | "6" | "7"));
        } else {
            judge("GOARM", |v| {
                let bare = v.strip_suffix(",softfloat").unwrap_or(v);
                matches!(bare.strip_suffix(",hardfloat").unwrap_or(bare), "5" | "6" | "7")
            });
        }
        if self.minor >= 23 {
            judge("GOARM64", |v| {
                let mut bare = v;
                while let Some(less) = bare.strip_suffix(",lse").or_else(|| bare.strip_suffix(",crypto")) {
                    bare = less;
                }
                let number = |start: &str| {
                    bare.strip_prefix(start).and_then(|n| (n.len() == 1).then(|| n.parse::<u8>().ok())?)
                };
                number("v8.").is_some() || number("v9.").is_some_and(|n| n <= 5)
            });
        }
        judge("GOMIPS", |v| matches!(v, "hardfloat" | "softfloat"));
        judge("GOMIPS64", |v| matches!(v, "hardfloat" | "softfloat"));
        judge("GOPPC64", |v| matches!(v, "power8" | "power9" | "power10"));
        if self.minor >= 23 {
            judge("GORISCV64", |v| matches!(v, "rva20u64" | "rva22u64" | "rva23u64"));
        }
        judge("GOWASM", |v| v.split(',').all(|one| matches!(one, "" | "satconv" | "signext")));
        if self.minor >= 24 {
            judge("GOFIPS140", |v| {
                matches!(v, "off" | "latest" | "inprocess" | "certified")
                    || v.strip_prefix('v').is_some_and(|v| v.split('.').all(|n| n.parse::<u32>().is_ok()))
            });
        }
        wrong
    }

    fn bad_experiment(&self) -> Option<String> {
        let set = self.getenv("GOEXPERIMENT");
        let unknown = set.split(',').filter(|one| !one.is_empty() && *one != "none").find_map(|one| {
            let bare = one.strip_prefix("no").unwrap_or(one);
            let fine = bare == "regabi" || self.known.experiments.iter().any(|known| known == bare);
            (!fine).then(|| bare.to_owned())
        });
        unknown.map(|name| format!("unknown GOEXPERIMENT {name}"))
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
        for name in ["CC", "CXX", "FC"] {
            let value = self.getenv(name);
            match words(&value) {
                Err(mark) => {
                    return Some(format!(
                        "{name} environment variable could not be parsed: unterminated {mark} string"
                    ));
                }
                Ok(words) => {
                    let first = words.first().copied().unwrap_or_default();
                    let bare = self.platform.file_name(first).is_none_or(|name| name == first);
                    if !first.is_empty() && !bare && !self.platform.is_absolute(first) {
                        return Some(format!(
                            "{name} environment variable is relative; must be absolute path: {first}"
                        ));
                    }
                }
            }
        }
        let set = self.getenv("GOTMPDIR");
        let temp = if set.is_empty() { self.temp_dir() } else { set };
        if self.host.kind(&self.absolute(&temp)) != Kind::Dir {
            return Some(format!("creating work dir: `{temp}` is no folder"));
        }
        let target = format!("{}/{}", self.goos(), self.goarch());
        if self.known.cgo(&target).is_none() {
            return Some(format!("unsupported GOOS/GOARCH pair {target}"));
        }
        match self.flag_lists() {
            FlagLists::Fine => {}
            FlagLists::Dropped(_) => return None,
            FlagLists::Unreadable(message) => return Some(message),
        }
        ["PKG_CONFIG", "CC"].iter().find_map(|name| match words(&self.getenv(name)) {
            Err(mark) => Some(format!("could not parse {name}: unterminated {mark} string")),
            Ok(words) => (words.is_empty() && !self.getenv(name).is_empty()).then(|| format!("{name} is blank")),
        })
    }

    /// The lists of C flags in the order in which Go reads them.
    pub(crate) fn flag_lists(&self) -> FlagLists {
        for name in ["CPPFLAGS", "CFLAGS", "CXXFLAGS", "FFLAGS", "LDFLAGS"] {
            for ending in ["ALLOW", "DISALLOW"] {
                let pattern = format!("CGO_{name}_{ending}");
                if regex_syntax::ast::parse::Parser::new().parse(&self.getenv(&pattern)).is_err() {
                    return FlagLists::Dropped(pattern);
                }
            }
            if let Err(mark) = words(&self.getenv(&format!("CGO_{name}"))) {
                return FlagLists::Unreadable(format!("could not parse CGO_{name}: unterminated {mark} string"));
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
    /// Go stops with this.
    Unreadable(String),
}
