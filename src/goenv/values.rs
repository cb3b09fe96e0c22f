//! What Go derives for each variable from its settings, its files and its machine.
//! Source: Go, `cmd/go/internal/envcmd/env.go: MkEnv`, `cmd/go/internal/cfg`.

use crate::goenv::{
    c_tools::default_cc,
    explanation::Layer::{Computed, Default, Environment},
    go::{ComputedValue, Go},
    settings,
    stop::FlagLists,
    text::{clean, join, split_list, words},
    user_dirs,
};
use crate::{output::sanitize::clip, ports::ReadLimit};

/// What Go hands to C compilers by default.
const DEFAULT_CFLAGS: &str = "-O2 -g";

impl Go<'_> {
    /// What `go env NAME` prints.
    pub(crate) fn answer(&self, name: &str) -> ComputedValue {
        let (goos, goarch) = (self.goos(), self.goarch());
        match name {
            "AR" => self.plain(name, Default, "ar"),
            "CC" => self.plain(name, Default, default_cc(&goos, "gcc", "clang")),
            "CXX" => self.plain(name, Default, default_cc(&goos, "g++", "clang++")),
            "CGO_CFLAGS" | "CGO_CXXFLAGS" | "CGO_FFLAGS" | "CGO_LDFLAGS" => self.flags(name, DEFAULT_CFLAGS),
            "CGO_CPPFLAGS" => self.flags(name, ""),
            "PKG_CONFIG" => {
                let mut answer = self.flags(name, "pkg-config");
                if matches!(self.flag_lists(), FlagLists::Dropped(_)) {
                    return answer;
                }
                let whole = answer.value.take().unwrap_or_default();
                answer.value = words(&whole).ok().and_then(|words| words.first().map(|word| (*word).to_owned()));
                answer
            }
            "CGO_ENABLED" => self.cgo_enabled(&goos, &goarch),
            "GCCGO" => self.gccgo(),
            "GOGCCFLAGS" => ComputedValue { value: None, ..ComputedValue::of(Computed, "") }
                .because("Go asks the C compiler which flags it knows; only Go itself can tell"),
            "GOARCH" => self.plain(name, Computed, self.subject.goarch),
            "GOOS" => self.plain(name, Computed, self.platform.goos()),
            "GOHOSTARCH" => {
                ComputedValue::of(Computed, self.subject.goarch).because("the machine that Go was built for")
            }
            "GOHOSTOS" => ComputedValue::of(Computed, self.platform.goos()).because("the system that Go was built for"),
            "GOAUTH" if self.minor >= 24 => self.plain(name, Default, "netrc"),
            "GOBIN" if self.minor >= 27 => self.effective_gobin(),
            "GOCACHE" => self.gocache(),
            "GODEBUG" if self.minor >= 23 => self.process_only(name),
            "GOPACKAGESDRIVER" if self.minor >= 27 => self.process_only(name),
            "GOENV" => self.goenv_answer(),
            "GOEXE" => ComputedValue::of(Computed, if goos == "windows" { ".exe" } else { "" }).because("from GOOS"),
            "GOFIPS140" if self.minor >= 24 => self.plain(name, Default, "off"),
            "GOMOD" => self.gomod(),
            "GOWORK" => self.gowork(),
            "GOMODCACHE" => self
                .plain(name, Computed, self.settings.below_gopath("pkg/mod"))
                .derived("`pkg/mod` in the first folder of GOPATH"),
            "GONOPROXY" | "GONOSUMDB" => self.plain(name, Computed, self.getenv("GOPRIVATE")).derived("from GOPRIVATE"),
            "GOPATH" => self.gopath_answer(),
            "GOROOT" => self.goroot_answer(),
            "GOTELEMETRY" if self.minor >= 23 => self.telemetry(),
            "GOTELEMETRYDIR" if self.minor >= 23 => {
                ComputedValue::of(Computed, self.telemetry_dir().unwrap_or_default())
                    .because("in the user's settings folder")
            }
            "GOTOOLDIR" => {
                let goroot = self.goroot();
                let host = format!("{}_{}", self.platform.goos(), self.subject.goarch);
                let dir = if goroot.is_empty() {
                    String::new()
                } else {
                    join(self.platform, &[&goroot, "pkg", "tool", &host])
                };
                ComputedValue::of(Computed, dir).because("from GOROOT")
            }
            "GOVERSION" => {
                ComputedValue::of(Computed, format!("go{}", self.subject.version)).because("the version of Go itself")
            }
            _ if self.arch_variable(&goarch) == Some(name) => self.plain(name, Default, self.arch_default(&goarch)),
            // Without a default of its own; another version's name is answered for where a file holds it.
            _ if self.known.has(name) || !self.settings.filed(name).is_empty() => self.plain(name, Default, ""),
            _ => ComputedValue::of(Default, "").because("this version does not know it"),
        }
    }

    pub(crate) fn goos(&self) -> String {
        Some(self.getenv("GOOS")).filter(|goos| !goos.is_empty()).unwrap_or_else(|| self.platform.goos().to_owned())
    }

    pub(crate) fn goarch(&self) -> String {
        Some(self.getenv("GOARCH")).filter(|a| !a.is_empty()).unwrap_or_else(|| self.subject.goarch.to_owned())
    }

    fn process_only(&self, name: &str) -> ComputedValue {
        let value = self.os(name);
        ComputedValue::of(if value.is_empty() { Default } else { Environment }, value)
    }

    /// Source: Go, `cfg.go: GetArchEnv`.
    fn arch_variable(&self, goarch: &str) -> Option<&'static str> {
        let name = match goarch {
            "arm" => "GOARM",
            "arm64" => "GOARM64",
            "386" => "GO386",
            "amd64" => "GOAMD64",
            "mips" | "mipsle" => "GOMIPS",
            "mips64" | "mips64le" => "GOMIPS64",
            "ppc64" | "ppc64le" => "GOPPC64",
            "riscv64" => "GORISCV64",
            "wasm" => "GOWASM",
            _ => return None,
        };
        self.known.arch.iter().any(|known| known == name).then_some(name)
    }

    fn arch_default(&self, goarch: &str) -> &'static str {
        match goarch {
            "arm" if (22..24).contains(&self.minor) => "7,hardfloat",
            "arm" => "7",
            "arm64" => "v8.0",
            "386" => "sse2",
            "amd64" => "v1",
            "mips" | "mipsle" | "mips64" | "mips64le" => "hardfloat",
            "ppc64" | "ppc64le" => "power8",
            "riscv64" => "rva20u64",
            _ => "",
        }
    }

    fn gocache(&self) -> ComputedValue {
        let (default, unset) = match user_dirs::default_gocache(self.subject.version, self.subject.env) {
            Ok(dir) => (dir, None),
            Err(why) => ("off".to_owned(), Some(why)),
        };
        let mut answer = self.plain("GOCACHE", Computed, default);
        let value = answer.value.clone().unwrap_or_default();
        if answer.source == Computed {
            answer.because = Some(match unset {
                Some(why) => format!("{why}, so nothing can be built"),
                None => "in the user's cache folder".to_owned(),
            });
        } else if value != "off" && !self.platform.is_absolute(&value) {
            answer.because = Some(format!("`{value}` is not an absolute path, so nothing can be built"));
            answer.value = Some("off".to_owned());
        }
        answer
    }

    fn goenv_answer(&self) -> ComputedValue {
        match (self.os("GOENV"), settings::goenv_file(self.subject.version, self.subject.env)) {
            ("", Some(file)) => ComputedValue::of(Computed, file).because("in the user's settings folder"),
            ("", None) => {
                let why = user_dirs::config_dir(self.subject.version, self.subject.env).err().unwrap_or_default();
                ComputedValue::of(Computed, "").because(format!("{why}, so no file is read"))
            }
            (_, None) => ComputedValue::of(Environment, "").because("`off`: no file is read"),
            (_, Some(file)) => ComputedValue::of(Environment, file),
        }
    }

    fn goroot_answer(&self) -> ComputedValue {
        let place = self.subject.goroot.map(|place| self.place(place)).unwrap_or_default();
        let mut answer = self.plain("GOROOT", Computed, place);
        answer.value = Some(self.goroot());
        answer.derived("the folder above the one where `go` lies")
    }

    /// GOPATH as every command has it: a default that is no use is dropped.
    pub(crate) fn gopath(&self) -> String {
        let raw = self.settings.gopath();
        let relative = |list: &str| {
            split_list(self.platform, list).iter().any(|entry| !entry.is_empty() && !self.platform.is_absolute(entry))
        };
        if self.getenv("GOPATH").is_empty() && !self.gopath_is_goroot() && relative(&raw) { String::new() } else { raw }
    }

    /// Then its entries are not looked at.
    pub(crate) fn gopath_is_goroot(&self) -> bool {
        let goroot = if self.minor == 21 { self.os("GOROOT").to_owned() } else { self.goroot() };
        clean(self.platform, &self.settings.gopath()) == clean(self.platform, &goroot)
    }

    fn gopath_answer(&self) -> ComputedValue {
        let mut answer = self.plain("GOPATH", Computed, user_dirs::default_gopath(self.subject.env));
        if answer.source == Computed || answer.source == Default {
            answer.value = Some(self.gopath());
            answer.because = Some("`go` in the user's folder".to_owned());
        }
        answer
    }

    /// Since Go 1.27 `go env GOBIN` says where programs go, set or not.
    fn effective_gobin(&self) -> ComputedValue {
        let list = split_list(self.platform, &self.gopath());
        let first = list.first().cloned().unwrap_or_default();
        let dir = if self.modules_enabled() {
            if first.is_empty() { String::new() } else { join(self.platform, &[&first, "bin"]) }
        } else {
            let around = list.iter().find(|entry| self.cwd.starts_with(entry.as_str()));
            if list.is_empty() { String::new() } else { join(self.platform, &[around.unwrap_or(&first), "bin"]) }
        };
        self.plain("GOBIN", Computed, dir).derived("`bin` in GOPATH")
    }

    fn telemetry_dir(&self) -> Option<String> {
        let named = self.os(settings::TELEMETRY_DIR);
        if !named.is_empty() {
            return Some(named.to_owned());
        }
        user_dirs::config_dir(self.subject.version, self.subject.env)
            .ok()
            .map(|dir| join(self.platform, &[&dir, "go", "telemetry"]))
    }

    pub(crate) fn telemetry_mode_file(&self) -> Option<String> {
        self.telemetry_dir().map(|dir| join(self.platform, &[&dir, "mode"]))
    }

    fn telemetry(&self) -> ComputedValue {
        let Some(file) = self.telemetry_mode_file() else {
            return ComputedValue::of(Computed, "off").because("the user has no settings folder");
        };
        match self.host.read(&self.absolute(&file), ReadLimit::Settings) {
            Ok(content) => {
                let text = String::from_utf8_lossy(&content);
                let text = clip(&text, 300);
                let mode = text.trim();
                ComputedValue::of(Computed, mode.split(' ').next().unwrap_or_default())
                    .because(format!("`{file}` says so"))
            }
            Err(_) => ComputedValue::of(Default, "local"),
        }
    }
}

impl ComputedValue {
    /// The reason, where the value was derived.
    fn derived(mut self, why: &str) -> Self {
        if self.source == Computed {
            self.because = Some(why.to_owned());
        }
        self
    }
}
