//! The table of values against Go itself: random values of every variable, right, nearly right and
//! junk, each tried with the cheapest command that reads it, on every toolchain that is here.
//!
//! The long run: `GOENV_CI_VALUES=6000 cargo test --test integration values_are_judged -- --nocapture`, with
//! more toolchains from GOENV_CI_GOROOTS and another GOENV_CI_SEED.

use super::mixtures::{Dice, PLATFORM, toolchains};
use crate::support::write_program;
use goenv_ci::{
    goenv::{Look, Reach, Subject, look, patterns::matches_prefix, syntax, version::GoVersion},
    output::mask::masked,
    platform::env::EnvBlock,
    system::host::LiveHost,
};
use std::{
    collections::BTreeMap,
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::Command,
    sync::Mutex,
};

/// Modules that the proxy has.
const MODULES: [&str; 3] = ["example.com/dep", "corp.example.com/team/repo", "github.com/nobody/none"];

/// What a command fails with where the value was taken: nothing of this is there, and nothing is fetched.
const GOES_ON: [&str; 15] = [
    "invalid flag in #cgo",
    "connection refused",
    "proxyconnect",
    "dial tcp",
    "no such host",
    "no Host in request URL",
    "module lookup disabled by GOPROXY=off",
    "GOVCS disallows using",
    "no such file or directory",
    "404 Not Found",
    "exit status 128",
    "unsupported protocol scheme",
    "server response",
    "GOFLAGS=-mod=vendor",
    "inconsistent vendoring",
];

/// What is asked of Go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trial {
    Version,
    /// `go env` of the variable alone.
    Env,
    /// `go env` without a name.
    WholeEnv,
    Build,
    BuildC,
    Download,
    SecureDownload,
    Origin,
    Install,
}

impl Trial {
    /// Those that read a variable.
    fn of(name: &str) -> &'static [Self] {
        match name {
            "GOFLAGS" => &[Self::Version, Self::Build, Self::Env],
            "GOPROXY" => &[Self::Download, Self::Download, Self::Build],
            "GOSUMDB" | "GOMODCACHE" | "GOPRIVATE" | "GONOPROXY" | "GONOSUMDB" => &[Self::Download],
            "GOAUTH" => &[Self::SecureDownload, Self::Build],
            "GOVCS" | "GOINSECURE" => &[Self::Origin],
            "GOBIN" => &[Self::Install],
            "CC" | "CXX" | "FC" | "GOTMPDIR" | "GOOS" | "GOARCH" => &[Self::WholeEnv, Self::Build],
            "PKG_CONFIG" => &[Self::WholeEnv, Self::WholeEnv, Self::Build],
            name if name.ends_with("ALLOW") => &[Self::BuildC],
            name if name.starts_with("CGO_") && name.ends_with("FLAGS") => &[Self::WholeEnv, Self::Build],
            "GOCACHE" | "GO386" | "GO_EXTLINK_ENABLED" | "GOCACHEPROG" => &[Self::Build],
            "GOWORK" => &[Self::Env, Self::Build],
            "GOEXPERIMENT" | "GODEBUG" => &[Self::Version, Self::Env],
            // `go env GOTOOLCHAIN` answers whatever it is.
            "GOTOOLCHAIN" => &[Self::Version],
            "GO111MODULE" => &[Self::Env],
            name if syntax_is_arch(name) => &[Self::Version, Self::Env, Self::Build],
            _ => &[Self::Env, Self::Version],
        }
    }

    fn is_stopped_by(self, reach: Reach) -> bool {
        let builds = matches!(self, Self::Build | Self::BuildC | Self::Install);
        match reach {
            Reach::Every => true,
            Reach::AllButEnv => !matches!(self, Self::Env | Self::WholeEnv),
            Reach::OnlyEnv => matches!(self, Self::Env | Self::WholeEnv),
            Reach::Most => self != Self::Version,
            Reach::Builds => builds || self == Self::WholeEnv,
            Reach::Compiles => builds,
            Reach::Cgo => matches!(self, Self::BuildC | Self::WholeEnv),
            Reach::CompilesC => self == Self::BuildC,
            Reach::EnvAlone => self == Self::WholeEnv,
            Reach::Downloads => matches!(self, Self::Download | Self::SecureDownload | Self::Origin),
            Reach::SecureDownloads => self == Self::SecureDownload,
            Reach::Origins => self == Self::Origin,
            Reach::Installs => self == Self::Install,
        }
    }

    fn args<'a>(self, name: &'a str, module: &'a str) -> (&'static str, Vec<&'a str>) {
        match self {
            Self::Version => ("m", vec!["version"]),
            Self::Env => ("m", vec!["env", name]),
            Self::WholeEnv => ("m", vec!["env"]),
            Self::Build => ("m", vec!["build", "."]),
            Self::BuildC => ("c", vec!["build", "."]),
            Self::Install => ("main", vec!["install", "-n", "."]),
            Self::Download | Self::SecureDownload | Self::Origin => ("m", vec!["mod", "download", module]),
        }
    }
}

fn syntax_is_arch(name: &str) -> bool {
    matches!(name, "GOAMD64" | "GOARM" | "GOARM64" | "GOMIPS" | "GOMIPS64" | "GOPPC64" | "GORISCV64" | "GOWASM")
}

/// Where Go runs: modules, a proxy with modules, a home.
fn ground(root: &Path) {
    let write = |name: &str, text: &str| {
        let path = root.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    for dir in ["home", "temp", "gp", "m/rel"] {
        fs::create_dir_all(root.join(dir)).unwrap();
    }
    write("m/go.mod", "module example.com/m\n\ngo 1.20\n");
    write("m/m.go", "package m\n");
    write("c/go.mod", "module example.com/c\n\ngo 1.20\n");
    write("c/c.go", "package c\n\n// int x;\nimport \"C\"\n");
    write("main/go.mod", "module example.com/main\n\ngo 1.20\n");
    write("main/main.go", "package main\n\nfunc main() {}\n");
    write("work/go.work", "go 1.20\n\nuse ../m\n");
    write_program(&root.join("tools/cc"), "#!/bin/sh\nexit 1\n");
    for module in MODULES {
        let base = format!("proxy/{module}/@v/v1.0.0");
        write(&format!("{base}.info"), "{\"Version\":\"v1.0.0\"}");
        write(&format!("{base}.mod"), &format!("module {module}\n"));
        let mut archive = zip::ZipWriter::new(fs::File::create(root.join(format!("{base}.zip"))).unwrap());
        let options = zip::write::SimpleFileOptions::default();
        archive.start_file(format!("{module}@v1.0.0/go.mod"), options).unwrap();
        archive.write_all(format!("module {module}\n").as_bytes()).unwrap();
        archive.finish().unwrap();
    }
}

const GOFLAGS_SEEDS: &[&str] = &[
    "-mod=mod",
    "-tags=a,b",
    "-v",
    "'-ldflags=-s -w'",
    "-ldflags='-s -w'",
    "-tags six",
    "-ldflags=-s -w",
    "-trimpath",
    "--x",
    "-nosuch",
    "-race=maybe",
    "-p=4",
    "-p=0",
    "-mod=foo",
    "-mod vendor",
    "-gcflags=all=-N",
    "-gcflags=-N -l",
    "-ldflags=x",
    "-ldflags=",
    "-tags",
    "-buildvcs=false",
    "-artifacts",
    "-droptool=x",
    "-compiler=gc",
    "-compiler=tcc",
    "-covermode=set",
    "-covermode=x",
    "-test.v",
    "-json",
    "-w",
    "-modcacherw",
    "\"-tags=a b\"",
    "-asmflags='-x'",
    "-count=1",
    "-run=X",
    "-changed",
    "six",
    "-",
    "-=x",
    "---v",
    "-ldflags",
];

const GOPROXY_SEEDS: &[&str] = &[
    "https://proxy.example.com",
    "direct",
    "off",
    "none",
    ",",
    " ",
    "https://a b",
    "file://R/proxy",
    "proxy.example.com",
    "https://a.b,direct",
    "direct,https://a.b",
    "off,direct",
    "\"https://a.b\"",
    "'direct'",
    "https://a.b|direct",
    "http://a.b:80",
    "https://a.b:x",
    "https://[::1]:9",
    "https://[a]",
    "https://::1",
    "ftp://a.b",
    "file:R/proxy",
    "file://host/p",
    "R/proxy",
    "https://u:p@a.b",
    "https://a.b/%zz",
    "https://a%41b",
    "a,b",
    "://x",
    "https:/a.b",
    "https://a.b;https://c.d",
    "https://",
    "file:///nowhere",
    "https://a.b?x",
    "https://a.b#x",
    "file:///p?x",
    "HTTPS://a.b",
    "*",
    "localhost:3000",
    "c:\\p",
    "https://a.b,,direct",
];

const GOSUMDB_SEEDS: &[&str] = &[
    "off",
    "sum.golang.org",
    "sum.golang.google.cn",
    "junk",
    "https://sum.golang.org",
    "sum.golang.org https://sum.golang.google.cn",
    "sum.golang.org https://a b c",
    "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8",
    "sum.golang.org+033de0af+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8",
    "a+b+c",
    "sum.golang.org ://x",
    "\"sum.golang.org\"",
    "on",
    "OFF",
    "sum.golang.org+033de0ae",
    " ",
    "sum.golang.org ",
    "0",
    "false",
];

const GOPRIVATE_SEEDS: &[&str] = &[
    "example.com",
    "example.com/dep",
    "https://example.com/dep",
    "*.example.com",
    "*",
    "corp.example.com/team",
    "corp.example.com/*",
    "github.com/nobody",
    "example.com, corp.example.com",
    "\"example.com\"",
    "'github.com/nobody/*'",
    "example.com/...",
    "example.com/",
    "/example.com",
    "example.com//dep",
    "corp",
    "nobody",
    "git@github.com:nobody/none.git",
    "example.com corp.example.com",
    "example.com;github.com",
    "[e]xample.com",
    "[example.com",
    "e?ample.com",
    "example.com:443",
    "github.com/nobody/none@v1",
    "**",
    ".example.com",
    "*.com/team",
    "example.*",
    "\\example.com",
    "example\\",
    "github.com/*/none",
    "example.com/*/x",
];

const GOVCS_SEEDS: &[&str] = &[
    "private:all,public:git",
    "*:git",
    "*:off",
    "git",
    "public:git|hg",
    ":git",
    "github.com:",
    "github.com:git",
    "https://github.com:git",
    "./x:git",
    "public:git,public:hg",
    "public:git||hg",
    "",
    "public:gitt",
    ",",
    "public: git , private : hg",
    "github.com/nobody:hg",
    "*:all",
    "all",
    "off",
    "\"*:git\"",
];

const GOAUTH_SEEDS: &[&str] = &[
    "netrc",
    "off",
    "git R/home",
    "git rel",
    "git",
    "netrc;off",
    "off;netrc",
    ";",
    "netrc;",
    "git R/home x",
    "R/tools/cc",
    "netrc; git ~",
    "\"netrc\"",
    " off ",
    "off off",
    "nosuchcommand",
];

const GODEBUG_SEEDS: &[&str] = &[
    "inittrace=1",
    " inittrace=1",
    "inittrace",
    "'inittrace=1'",
    "inittrace=1 ",
    "http2client=0",
    "junk",
    "inittrace = 1",
    "\"inittrace=1\"",
    "inittrace:1",
    ",inittrace=1,",
    "INITTRACE=1",
    "=1",
];

const GOBIN_SEEDS: &[&str] =
    &["R/temp", "R/gp/bin", "rel", "~/x", "./rel", "off", "'R/temp'", "\"R/temp\"", " R/temp", "C:\\x", "$HOME/x", "."];

const GOPATH_SEEDS: &[&str] = &[
    "R/gp",
    "R/gp:R/temp",
    "rel",
    "~/go",
    "R/gp:~",
    "R/gp:rel",
    "'R/gp'",
    "\"R/gp\"",
    " R/gp",
    ":R/gp",
    "R/gp:",
    "$HOME/go",
    "C:\\go",
    ":",
    "off",
];

const GOTOOLCHAIN_SEEDS: &[&str] = &[
    "local",
    "local+auto",
    "auto",
    "path",
    "local+path",
    "go1.99.0",
    "go1.99",
    "go1.21+auto",
    "1.22",
    "nonsense",
    "go1.21.0+path",
    "local+x",
    "LOCAL",
    "'local'",
    " local",
    "auto+local",
    "go1.21.0+auto",
    "default",
    "latest",
    "go1.18+auto",
    "go1.20.99+path",
    "go",
    "go1",
    "+auto",
    "+",
    "go1.99rc1+path",
    "off",
];

const GOFIPS140_SEEDS: &[&str] = &[
    "off",
    "latest",
    "inprocess",
    "certified",
    "v1.0.0",
    "v1.0.0-c2097c7c",
    "v9.9.9",
    "on",
    "v1.0",
    "v2.0.0",
    "v1.0.0-rc1",
    "v1.0.0-12345678",
    "1.0.0",
    "v1.0.0-rc",
    "v1.26.0",
    "v1.+0.0",
];

const GOEXPERIMENT_SEEDS: &[&str] = &[
    "none",
    "fieldtrack",
    "nonone",
    "noregabi",
    "regabi",
    "arenas",
    "arenas,nosynctest",
    "arenas synctest",
    "no",
    "nonsense",
    "loopvar",
    "rangefunc",
    ",",
    "ARENAS",
    "'arenas'",
    "jsonv2",
    "boringcrypto",
    "greenteagc",
    "simd",
];

const CC_SEEDS: &[&str] = &[
    "gcc",
    "clang -m64",
    "R/tools/cc",
    "rel/cc",
    "./cc",
    "~/cc",
    "'open",
    "\"a b\" c",
    "'R/tools/cc' -x",
    " ",
    "''",
    "ccache gcc",
    "a/b",
    "..",
    "'a'b",
];

const FLAG_PATTERN_SEEDS: &[&str] = &[
    ".*",
    "-f.*",
    "(",
    "[",
    "a{2",
    "a{2000}",
    "(?i)x",
    "\\d+",
    "\\",
    "*",
    "+",
    "a**",
    "(?P<n>x)",
    "(?<n>x)",
    "(?=x)",
    "[a-",
    "[z-a]",
    "\\Q.\\E",
    "\\pL",
    "\\p{Foo}",
    "-fno-(a|b)",
    "a|",
    "[[:word:]]",
    "\\x{10FFFF}",
    "(?x) a",
    "a{,2}",
    "a{3,1}",
    "\\z",
    "\\Z",
    "(?#c)",
    "^$",
    "x??",
    "\\u0041",
    "\\8",
    "[[:foo:]]",
    "(?U)x",
    "[a&&b]",
    "\\b",
    "\\C",
];

const C_FLAG_SEEDS: &[&str] =
    &["-g", "-O2 -g", "-O2 '-DX=a b'", "'open", "\"open", "-DX='a b'", " ", "a\"b", "\"a\" \"b", "-I~/x", "'a'b'"];

/// Values that are right for some version, and some that are not.
fn seeds(name: &str) -> &'static [&'static str] {
    match name {
        "GOFLAGS" => GOFLAGS_SEEDS,
        "GOPROXY" => GOPROXY_SEEDS,
        "GOSUMDB" => GOSUMDB_SEEDS,
        "GOPRIVATE" | "GONOPROXY" | "GONOSUMDB" | "GOINSECURE" => GOPRIVATE_SEEDS,
        "GOVCS" => GOVCS_SEEDS,
        "GOAUTH" => GOAUTH_SEEDS,
        "GODEBUG" => GODEBUG_SEEDS,
        "GOBIN" | "GOCACHE" | "GOMODCACHE" | "GOTMPDIR" => GOBIN_SEEDS,
        "GOPATH" => GOPATH_SEEDS,
        "GOENV" => &["off", "rel", "~/x", "R/nowhere", "'R/x'", " "],
        "GOROOT" => &["rel", "~/go", "R/nowhere", "'R/x'", " "],
        "GOWORK" => {
            &["off", "auto", "R/work/go.work", "rel/go.work", "~/go.work", "on", "'off'", "./go.work", " off", "OFF"]
        }
        "GOTOOLCHAIN" => GOTOOLCHAIN_SEEDS,
        "GO111MODULE" => &["on", "off", "auto", "ON", "true", "1", "maybe", "'on'", " on", "yes"],
        "GOOS" => {
            &["linux", "windows", "darwin", "js", "wasip1", "Linux", "macos", "win", " linux", "'linux'", "nonsense"]
        }
        "GOARCH" => &["amd64", "arm64", "386", "x86_64", "x64", "aarch64", "arm", "AMD64", " amd64", "'amd64'", "i386"],
        "GOAMD64" => &["v1", "v2", "v4", "v5", "1", "V1", " v1", "'v2'", "x"],
        "GOARM" => &["5", "6", "7", "8", "7,softfloat", "6,hardfloat", "7,x", "v7", " 7", "7,softfloat,hardfloat"],
        "GOARM64" => {
            &["v8.0", "v8.9", "v9.5", "v9.6", "v8.0,lse", "v8.0,crypto,lse", "v8", "8.0", "v8.10", "v8.+", ",lse"]
        }
        "GOMIPS" | "GOMIPS64" => &["hardfloat", "softfloat", "hard", "HARDFLOAT", " hardfloat"],
        "GOPPC64" => &["power8", "power9", "power10", "power7", "POWER8", "8"],
        "GORISCV64" => &["rva20u64", "rva22u64", "rva23u64", "rva21u64", "20"],
        "GOWASM" => &["satconv", "signext", "satconv,signext", ",", "satconv,x", "x,satconv", "satconv, signext"],
        "GO386" => &["sse2", "softfloat", "387", "sse", " sse2"],
        "GOFIPS140" => GOFIPS140_SEEDS,
        "GOEXPERIMENT" => GOEXPERIMENT_SEEDS,
        "CGO_ENABLED" | "GO_EXTLINK_ENABLED" => &["0", "1", "2", "yes", "true", "off", " 1", "'1'", "auto"],
        "CC" | "CXX" | "FC" | "AR" | "GCCGO" | "PKG_CONFIG" => CC_SEEDS,
        "GOCACHEPROG" => &["R/nowhere", "nosuchprogram", "'open", " ", "R/nowhere -x", "rel/prog"],
        "GOPACKAGESDRIVER" => &["off", "R/nowhere", "x y"],
        name if name.ends_with("ALLOW") => FLAG_PATTERN_SEEDS,
        name if name.starts_with("CGO_") => C_FLAG_SEEDS,
        _ => &["x", "off", "local", "R/x", "go1.22", "a b", "'q'", " ", "/dev/null", "linux"],
    }
}

const JUNK: [&str; 16] = [" ", "'", "\"", ",", "=", "x", "~", "/", "-", "+", ":", "\t", ".", "*", "%", "é"];

fn value(name: &str, root: &str, dice: &mut Dice) -> String {
    let pick = |dice: &mut Dice| dice.pick(seeds(name)).to_owned();
    let mut text = pick(dice);
    match dice.roll(10) {
        0 => text = format!("{text}{}", dice.pick(&JUNK)),
        1 => text = format!("{}{text}", dice.pick(&JUNK)),
        2 => {
            let mark = dice.pick(&["'", "\"", " "]);
            text = format!("{mark}{text}{mark}");
        }
        3 => {
            let between = dice.pick(&[",", " ", "|", ";", ":", ", "]);
            text = format!("{text}{between}{}", pick(dice));
        }
        4 => {
            let at = dice.roll(text.chars().count().max(1));
            text = text.chars().enumerate().filter(|(n, _)| *n != at).map(|(_, c)| c).collect();
        }
        5 => {
            let at = dice.roll(text.chars().count().max(1));
            let junk = dice.pick(&JUNK);
            text = text
                .chars()
                .enumerate()
                .map(|(n, c)| if n == at { format!("{junk}{c}") } else { c.to_string() })
                .collect();
        }
        _ => {}
    }
    text.replace("R/", &format!("{root}/"))
}

/// One judgement.
#[derive(Clone, Debug)]
struct Case {
    name: &'static str,
    value: String,
    in_file: bool,
    trial: Trial,
    module: &'static str,
    env: BTreeMap<String, String>,
    root: PathBuf,
}

impl Case {
    fn of(root: &Path, version: &GoVersion, dice: &mut Dice, number: usize) -> Self {
        let text = root.to_str().unwrap();
        let rules = syntax::RULES;
        let name = rules[number % rules.len()].name;
        let trial = Trial::of(name)[dice.roll(Trial::of(name).len())];
        let module = match name {
            // Of this one Go knows where the source code is, without asking.
            "GOVCS" => MODULES[2],
            "GOINSECURE" => MODULES[dice.roll(2)],
            _ => MODULES[dice.roll(MODULES.len())],
        };
        let mut env = BTreeMap::new();
        let mut put = |name: &str, value: String| drop(env.insert(name.to_owned(), value));
        put("HOME", format!("{text}/home"));
        put("TMPDIR", format!("{text}/temp"));
        put("TEST_TELEMETRY_DIR", format!("{text}/telemetry"));
        put("PATH", "/usr/bin:/bin".to_owned());
        put("GOCACHE", format!("{text}/cache-{version}"));
        put("GOMODCACHE", format!("{text}/modules"));
        put("GOTOOLCHAIN", "local".to_owned());
        put("GOPROXY", "off".to_owned());
        put("GOSUMDB", "off".to_owned());
        put("GOENV", "off".to_owned());
        put("GIT_TERMINAL_PROMPT", "0".to_owned());
        for name in ["HTTPS_PROXY", "HTTP_PROXY"] {
            put(name, "http://127.0.0.1:9".to_owned());
        }
        match (trial, name) {
            (Trial::Download, "GONOSUMDB") => {
                put("GOSUMDB", "sum.golang.org".to_owned());
                put("GOPROXY", format!("file://{text}/proxy"));
            }
            (Trial::Download, "GOPROXY") => {}
            (Trial::Download, _) => put("GOPROXY", format!("file://{text}/proxy")),
            (Trial::SecureDownload, _) => put("GOPROXY", "https://127.0.0.1:9".to_owned()),
            (Trial::Origin, _) => put("GOPROXY", "direct".to_owned()),
            _ => {}
        }
        if matches!(trial, Trial::Download | Trial::SecureDownload | Trial::Origin) {
            put("GOFLAGS", "-modcacherw".to_owned());
        }
        let arches = match name {
            "GO386" => "386",
            "GOARM" => "arm",
            "GOARM64" => "arm64",
            "GOMIPS" => "mips",
            "GOMIPS64" => "mips64le",
            "GOPPC64" => "ppc64le",
            "GORISCV64" => "riscv64",
            _ => "",
        };
        if !arches.is_empty() && !dice.one_in(3) {
            put("GOARCH", arches.to_owned());
        }
        // A file holds no name that only the process has, and none that this version does not know.
        let mut in_file = dice.one_in(6) && !matches!(name, "GOENV" | "GODEBUG" | "GOROOT");
        let value = value(name, text, dice);
        in_file &= !value.is_empty() && value.trim_end() == value;
        let mut case = Self { name, value: String::new(), in_file, trial, module, env, root: root.to_owned() };
        case.set(value);
        case
    }

    fn set(&mut self, value: String) {
        if self.in_file {
            let file = self.root.join("goenv");
            self.env.remove(self.name);
            self.env.insert("GOENV".to_owned(), file.to_str().unwrap().to_owned());
        } else {
            self.env.insert(self.name.to_owned(), value.clone());
        }
        self.value = value;
    }

    fn dir(&self) -> PathBuf {
        self.root.join(self.trial.args("", "").0)
    }

    fn look(&self, version: &GoVersion, goroot: &str) -> Look {
        if self.in_file {
            fs::write(self.root.join("goenv"), format!("{}={}\n", self.name, self.value)).unwrap();
        }
        let env = EnvBlock::from_pairs(PLATFORM, self.env.iter().map(|(n, v)| (n.as_str(), v.as_str())));
        let goarch = goenv_ci::system::this_machine::goarch();
        let dir = self.dir();
        let current_dir = dir.to_str().unwrap();
        look(&Subject { version, goroot: Some(goroot), goarch: &goarch, env: &env, current_dir }, &LiveHost)
    }

    /// Whether Go stopped, and all that it printed.
    fn run(&self, goroot: &str) -> (bool, String, String) {
        for dir in ["modules", "home/go"] {
            let _ = fs::remove_dir_all(self.root.join(dir));
        }
        let module = format!("{}@v1.0.0", self.module);
        let said = Command::new(format!("{goroot}/bin/go"))
            .args(self.trial.args(self.name, &module).1)
            .env_clear()
            .envs(&self.env)
            .current_dir(self.dir())
            .output()
            .unwrap();
        let text = |bytes: &[u8]| masked(String::from_utf8_lossy(bytes).trim()).replace('\n', " | ");
        (!said.status.success(), text(&said.stdout), text(&said.stderr))
    }

    /// What disagrees, or nothing.
    fn disagreement(&self, version: &GoVersion, goroot: &str) -> Option<String> {
        let seen = self.look(version, goroot);
        let (stopped, stdout, stderr) = self.run(goroot);
        let went_on = GOES_ON.iter().any(|word| stderr.contains(word)) && !stderr.contains("creating work dir");
        let stops = seen.stops.iter().find(|stop| self.trial.is_stopped_by(stop.reach));
        match stops {
            Some(stop) if !stopped => return Some(format!("we say that Go stops ({stop:?}), and it goes on")),
            Some(stop) => {
                let head: String = stop.message.chars().take(28).collect();
                let own = stop.variable.is_some() && !stderr.contains(head.trim_end());
                return own.then(|| format!("we say `{}`, Go says `{stderr}`", stop.message));
            }
            None if stopped && !went_on => return Some(format!("Go stops, and we did not see it: {stderr}")),
            None => {}
        }
        self.misreading(&seen, stopped, &stdout, &stderr)
    }

    /// What Go does with a value that stops nothing.
    fn misreading(&self, seen: &Look, stopped: bool, stdout: &str, stderr: &str) -> Option<String> {
        let wrong = seen.wrong_values.iter().find(|wrong| wrong.name == self.name);
        let told = wrong.map_or("nothing", |wrong| wrong.fault.says.as_str());
        match (self.name, self.trial) {
            ("GOPRIVATE" | "GONOPROXY" | "GONOSUMDB", _) => {
                let matches = matches_prefix(&self.value, self.module);
                // What matches is fetched past the proxy, which fails here, or is not held against the database.
                let matched = stopped != (self.name == "GONOSUMDB");
                if matches != matched {
                    return Some(format!("`{}` and {}: ours {matches}, Go's {matched}", self.value, self.module));
                }
                let alone = !self.value.contains(',') && wrong.is_some();
                (alone && matched).then(|| format!("we say that it matches nothing ({told}), and it matches"))
            }
            ("GOINSECURE", _) => {
                let (matches, matched) =
                    (matches_prefix(&self.value, self.module), stderr.contains("http/https fetch"));
                let alone = !self.value.contains(',') && wrong.is_some();
                (matches != matched || alone && matched)
                    .then(|| format!("`{}` and {}: ours {matches}, Go's {matched}, {told}", self.value, self.module))
            }
            ("GODEBUG", Trial::Version) => {
                let traced = stderr.contains("init ");
                let ours = self.value.split(',').any(|one| one == "inittrace=1");
                let alone = !self.value.contains(',') && wrong.is_some();
                (traced != ours || alone && traced)
                    .then(|| format!("GODEBUG in force: ours {ours}, Go's {traced}, {told}"))
            }
            ("CGO_ENABLED", Trial::Env) if !self.value.is_empty() => {
                let taken = stdout == self.value;
                (taken != wrong.is_none()).then(|| format!("Go takes it for `{stdout}`, we say {told}"))
            }
            ("GOTELEMETRY" | "GOTELEMETRYDIR", Trial::Env) if wrong.is_some() && stdout != "local" => {
                (stdout == self.value).then(|| "Go reads it".to_owned())
            }
            _ => None,
        }
    }
}

/// What Go makes of random values, and what is told of them.
#[test]
fn values_are_judged_as_go_judges_them() {
    let toolchains = toolchains();
    if toolchains.is_empty() {
        eprintln!("no toolchain is here: nothing was compared");
        return;
    }
    let cases: usize = std::env::var("GOENV_CI_VALUES").ok().and_then(|n| n.parse().ok()).unwrap_or(268);
    let seed: u64 = std::env::var("GOENV_CI_SEED").ok().and_then(|n| n.parse().ok()).unwrap_or(20_260_214);
    let threads = std::thread::available_parallelism().map_or(2, usize::from).min(2);
    let wrong: Mutex<Vec<String>> = Mutex::default();
    let counts: Mutex<[usize; 4]> = Mutex::default();
    std::thread::scope(|scope| {
        for thread in 0..threads {
            let (toolchains, wrong, counts) = (&toolchains, &wrong, &counts);
            scope.spawn(move || {
                let dir = tempfile::tempdir().unwrap();
                let root = dir.path().canonicalize().unwrap();
                ground(&root);
                for number in (thread..cases).step_by(threads) {
                    let mut dice = Dice(seed ^ (number as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
                    dice.roll(2);
                    let (version, goroot) = &toolchains[dice.roll(toolchains.len())];
                    let case = Case::of(&root, version, &mut dice, number);
                    let say = |case: &Case, why: &str| {
                        let Case { name, value, in_file, trial, module, env, .. } = case;
                        let arch = env.get("GOARCH").map_or("", String::as_str);
                        wrong.lock().unwrap().push(format!(
                            "{number}, Go {version}, {name}=[{value}] in file {in_file}, {trial:?} {module} {arch}: {why}"
                        ));
                    };
                    if let Some(why) = case.disagreement(version, goroot) {
                        say(&case, &why);
                    }
                    let seen = case.look(version, goroot);
                    let fault = seen.wrong_values.iter().find(|one| one.name == case.name).map(|one| &one.fault);
                    let mut counts = counts.lock().unwrap();
                    counts[0] += 1;
                    counts[1] += usize::from(fault.is_some_and(|fault| fault.stops.is_some()));
                    counts[2] += usize::from(fault.is_some_and(|fault| fault.stops.is_none()));
                    let Some(meant) = fault.and_then(|fault| fault.corrected.clone()) else { continue };
                    counts[3] += 1;
                    drop(counts);
                    // What is proposed instead must be taken.
                    let mut corrected = case.clone();
                    corrected.set(meant);
                    let left = corrected.look(version, goroot).wrong_values.into_iter().find(|one| one.name == case.name);
                    if let Some(left) = left {
                        say(&corrected, &format!("the correction of [{}] is wrong too: {left:?}", case.value));
                    } else if let Some(why) = corrected.disagreement(version, goroot) {
                        say(&corrected, &format!("the correction of [{}]: {why}", case.value));
                    }
                }
            });
        }
    });
    let wrong = wrong.into_inner().unwrap();
    let [judged, refused, misread, corrected] = counts.into_inner().unwrap();
    eprintln!(
        "{judged} values over {} toolchains, {refused} of them refused, {misread} misread, {corrected} corrections tried too; {} disagreements",
        toolchains.len(),
        wrong.len()
    );
    assert!(refused > 0 && misread > 0 && corrected > 0, "the values are all right: nothing was tried");
    assert!(wrong.is_empty(), "{} of {judged}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn the_page_shows_the_table() {
    let page = include_str!("../snapshots/values.md").to_owned() + &syntax::page();
    crate::support::assert_file("docs/values.md", &page);
}
