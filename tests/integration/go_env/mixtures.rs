//! Our reading of Go's rules against Go itself: random mixtures of every source,
//! each asked of the real `go env` of every toolchain that is here.

use crate::support::{self, judged, lab};
use goenv_ci::{
    goenv::{Known, Look, Reach, Subject, explanation::Chosen, look, version::GoVersion},
    platform::{Platform, env::EnvBlock},
    system::host::LiveHost,
};
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::Mutex,
};

/// Not compared: Go asks the C compiler, which only Go can do.
const EXCLUDED: [&str; 1] = ["GOGCCFLAGS"];
/// What `go env` takes longer for: asked for in a part of the cases.
const COSTLY: [&str; 6] = ["CGO_CFLAGS", "CGO_CPPFLAGS", "CGO_CXXFLAGS", "CGO_FFLAGS", "CGO_LDFLAGS", "PKG_CONFIG"];

pub(super) const PLATFORM: Platform = if cfg!(windows) {
    Platform::Windows
} else if cfg!(target_os = "macos") {
    Platform::Macos
} else {
    Platform::Linux
};

/// Xorshift: the same cases for the same seed, everywhere.
pub(super) struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 16).unwrap_or(0) % sides
    }

    pub fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.roll(from.len())]
    }

    pub fn one_in(&mut self, sides: usize) -> bool {
        self.roll(sides) == 0
    }
}

/// One mixture.
#[derive(Debug)]
struct Case {
    env: BTreeMap<String, String>,
    goenv: String,
    dir: PathBuf,
    costly: bool,
}

/// A folder with modules, workspaces, homes and roots in it; made once for each thread.
fn ground(root: &Path) {
    let write = |name: &str, text: &str| {
        let path = support::below(root, name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    for dir in ["plain/deep", "home", "temp", "gp/bin", "root/pkg/tool", "bareroot", "mod/sub/go.mod"] {
        fs::create_dir_all(support::below(root, dir)).unwrap();
    }
    write("mod/go.mod", "module m\n\ngo 1.20\n");
    write("work/go.work", "go 1.20\n\nuse ./m\n");
    write("work/m/go.mod", "module w\n");
    write("new/go.mod", "module n\n\ngo 1.99 // far\n");
    write("newer/go.mod", "module n\ngo 1.20\ntoolchain go1.98.1\n");
    write("default/go.mod", "module n\ngo 1.21\ntoolchain default\n");
    write("odd/go.mod", "module n\ngo abc\ntoolchain nonsense\n");
    write("temp/go.mod", "module t\n");
    write("gpmod/go.mod", "module g\n");
    write(
        "root/go.env",
        "# a comment\nGOPROXY=file:///from-root\nGOPROXY=file:///second\nGOTOOLCHAIN=local\nGOBIN=/root/bin\nGOROOT=/elsewhere\nGOFLAGS=-x=1\n",
    );
    write("tools/gcc", "#!/bin/sh\nexit 1\n");
    write("tools/gccgo", "#!/bin/sh\nexit 1\n");
    write("home/.config/go/telemetry/mode", "off 2024-01-01\n");
    #[cfg(unix)]
    for tool in ["tools/gcc", "tools/gccgo"] {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(support::below(root, tool), fs::Permissions::from_mode(0o755)).unwrap();
    }
}

fn value(name: &str, root: &str, dice: &mut Dice) -> String {
    let text = match name {
        "GOPATH" => dice.pick(&[
            "R/gp",
            "R/gp:R/home",
            "R/gpmod",
            "rel",
            "~/go",
            ":R/gp",
            "R/a/../gp/",
            "R/root",
            "R/home/go",
            "gp:R/gp",
        ]),
        "GOBIN" | "GOMODCACHE" | "GOTMPDIR" => dice.pick(&["R/gp/bin", "rel", "R/temp", "R/gp//bin/", "R/nowhere"]),
        "GOCACHE" => dice.pick(&["off", "R/cache", "rel/cache", "R/cache/", "~/cache"]),
        "GOROOT" => dice.pick(&["R/root", "R/root/", "R/bareroot", "R/nowhere", "R/a/../root", "R/home/go"]),
        "GOWORK" => dice.pick(&["off", "auto", "R/work/go.work", "rel/go.work", "R/nowhere/go.work"]),
        "GO111MODULE" => dice.pick(&["on", "off", "auto", "maybe", "on", "auto"]),
        "GOTOOLCHAIN" => dice.pick(&[
            "local",
            "auto",
            "path",
            "local+auto",
            "go1.21.0+auto",
            "nonsense",
            "go1.99.0",
            "local+other",
            "go9/x",
        ]),
        "GOOS" => dice.pick(&["linux", "windows", "darwin", "freebsd", "plan9", "nonsense", "js"]),
        "GOARCH" => dice.pick(&[
            "amd64", "arm64", "arm", "386", "mips", "mips64le", "ppc64", "riscv64", "wasm", "nonsense", "loong64",
        ]),
        "GOAMD64" => dice.pick(&["v1", "v3", "v9", "1"]),
        "GOARM" => dice.pick(&["5", "6", "7", "7,softfloat", "8", "7,hardfloat"]),
        "GOARM64" => dice.pick(&["v8.0", "v8.3,lse", "v9.5,crypto,lse", "v9.6", "x"]),
        "GO386" => dice.pick(&["sse2", "softfloat", "387"]),
        "GOMIPS" | "GOMIPS64" => dice.pick(&["hardfloat", "softfloat", "x"]),
        "GOPPC64" => dice.pick(&["power8", "power10", "power7"]),
        "GORISCV64" => dice.pick(&["rva20u64", "rva22u64", "x"]),
        "GOWASM" => dice.pick(&["satconv", "signext,satconv", "x"]),
        "GOFIPS140" => dice.pick(&["off", "latest", "v1.0.0", "x"]),
        "GOEXPERIMENT" => dice.pick(&[
            "none",
            "fieldtrack",
            "noregabi",
            "arenas,cgocheck2",
            "nonsense",
            "loopvar",
            "synctest",
            ",",
            "noarenas",
        ]),
        "GOFLAGS" => dice.pick(&["-mod=mod", "-tags=a -v", "-nosuch", "x", "-ldflags='-s", "-modfile=other.mod"]),
        "GOPROXY" => dice.pick(&["off", "direct", "file:///p", "https://u:p@h/,direct"]),
        "CGO_ENABLED" => dice.pick(&["0", "1", "2", "yes"]),
        "CC" | "CXX" | "FC" | "PKG_CONFIG" | "GCCGO" | "AR" => {
            dice.pick(&["clang", "gcc -m32", "R/tools/gcc", "rel/cc", " ", "'a b' c", "'open", "gccgo", "./x"])
        }
        "CGO_CFLAGS" | "CGO_CXXFLAGS" | "CGO_CPPFLAGS" | "CGO_FFLAGS" | "CGO_LDFLAGS" => {
            dice.pick(&["-O3", "-g  '-Da b'", "\"x'y\"", "'open", "-a -b", "  "])
        }
        _ => dice.pick(&["x", "R/x", "a,b", "off", "a b", " ", "\"q\"", "example.com/*", "*.example.com"]),
    };
    let list = if PLATFORM == Platform::Windows { text.replace(':', ";") } else { text.to_owned() };
    list.replace("R/", &format!("{root}/"))
}

fn case(root: &Path, dice: &mut Dice) -> Case {
    let text = root.to_str().unwrap();
    let names = Known::every_name();
    let mut env: BTreeMap<String, String> = BTreeMap::new();
    let put = |env: &mut BTreeMap<String, String>, name: &str, value: String| drop(env.insert(name.to_owned(), value));
    for (name, path) in [("HOME", "home"), ("TMPDIR", "temp"), ("TEST_TELEMETRY_DIR", "telemetry")] {
        put(&mut env, name, format!("{text}/{path}"));
    }
    if dice.one_in(12) {
        env.remove("HOME");
    } else if dice.one_in(20) {
        put(&mut env, "HOME", "relative".to_owned());
    }
    // Below the scratch directory: Go makes what it is told, and root may do so anywhere.
    for name in ["XDG_CONFIG_HOME", "XDG_CACHE_HOME"] {
        if dice.one_in(10) {
            put(&mut env, name, if dice.one_in(3) { "xdg".to_owned() } else { format!("{text}/xdg") });
        }
    }
    if dice.one_in(20) {
        put(&mut env, "TMPDIR", format!("{text}/nowhere"));
    }
    put(&mut env, "PATH", value_of_path(text, dice));
    let goenv = format!("{text}/goenv");
    put(&mut env, "GOENV", goenv.clone());
    match dice.roll(16) {
        0 => put(&mut env, "GOENV", "off".to_owned()),
        1 => put(&mut env, "GOENV", format!("{text}/nowhere")),
        2 => put(&mut env, "GOENV", text.to_owned()),
        3 => put(&mut env, "GOENV", String::new()),
        _ => {}
    }
    // Few of each, so that most mixtures do not stop Go.
    for _ in 0..dice.roll(7) {
        let name = names[dice.roll(names.len())];
        if name != "GOENV" {
            let value = if dice.one_in(5) { String::new() } else { value(name, text, dice) };
            put(&mut env, name, value);
        }
    }
    let mut lines = String::new();
    for _ in 0..dice.roll(7) {
        let name = names[dice.roll(names.len())];
        let value = if dice.one_in(6) { String::new() } else { value(name, text, dice) };
        lines += &match dice.roll(14) {
            0 => format!("# {name}={value}\n"),
            1 => format!(" {name}={value}\n"),
            2 => format!("{name}\n\n=x\n"),
            3 => format!("{name}={value}\r\n"),
            4 => format!("{}={value}\n", name.to_lowercase()),
            5 => format!("{name}={value}\n{name}=\n"),
            6 => format!("{name} ={value}\n"),
            7 => format!("{name}={value}\n{name}={value}-second\n"),
            8 => "UNKNOWN_NAME=1\n".to_owned(),
            _ => format!("{name}={value}\n"),
        };
    }
    let dirs = [
        "plain/deep",
        "mod",
        "mod/sub",
        "work/m",
        "work",
        "new",
        "newer",
        "default",
        "odd",
        "temp",
        "gp/bin",
        "root/pkg",
    ];
    let dir = support::below(root, dice.pick(&dirs));
    put(&mut env, "HTTPS_PROXY", "http://127.0.0.1:9".to_owned());
    put(&mut env, "HTTP_PROXY", "http://127.0.0.1:9".to_owned());
    Case { env, goenv: lines, dir, costly: dice.one_in(8) }
}

fn value_of_path(root: &str, dice: &mut Dice) -> String {
    dice.pick(&["R/tools", "/nowhere", "", "/usr/bin:/bin", ".", "R/nowhere:R/tools", "../tools"])
        .replace("R/", &format!("{root}/"))
}

fn ours(case: &Case, version: &GoVersion, goroot: &str) -> Look {
    let env = EnvBlock::from_pairs(PLATFORM, case.env.iter().map(|(n, v)| (n.as_str(), v.as_str())));
    let goarch = goenv_ci::system::this_machine::goarch();
    let dir = case.dir.to_str().unwrap();
    look(&Subject { version, goroot: Some(goroot), goarch: &goarch, env: &env, current_dir: dir }, &LiveHost)
}

/// Whether `go env` of names stops; `costly` ones are those of C settings.
fn reaches(reach: Reach, costly: bool) -> bool {
    match reach {
        Reach::Every | Reach::Most | Reach::OnlyEnv => true,
        Reach::Builds | Reach::Cgo | Reach::EnvAlone => costly,
        Reach::AllButEnv
        | Reach::Compiles
        | Reach::CompilesC
        | Reach::Downloads
        | Reach::Origins
        | Reach::SecureDownloads
        | Reach::Installs => false,
    }
}

/// What disagrees, or nothing.
fn disagreement(case: &mut Case, version: &GoVersion, goroot: &str) -> Option<String> {
    fs::write(
        case.dir.ancestors().find_map(|dir| Some(dir.join("goenv")).filter(|f| f.exists())).unwrap(),
        &case.goenv,
    )
    .unwrap();
    let mut expected = ours(case, version, goroot);
    if matches!(expected.chosen, Chosen::Other { .. }) {
        // No test fetches: with this every switch stops.
        case.env.insert("GOPROXY".to_owned(), "off".to_owned());
        expected = ours(case, version, goroot);
    }
    let names: Vec<&str> = Known::every_name()
        .iter()
        .copied()
        .filter(|name| !EXCLUDED.contains(name) && (case.costly || !COSTLY.contains(name)))
        .collect();
    let go = format!("{goroot}/bin/go{}", std::env::consts::EXE_SUFFIX);
    let mut command = Command::new(go);
    command.args(["env", "-json"]).args(&names).env_clear().envs(&case.env).current_dir(&case.dir);
    let said = command.output().unwrap();
    let stops = expected.stops.iter().find(|stop| reaches(stop.reach, case.costly));
    let message = String::from_utf8_lossy(&said.stderr).trim().replace('\n', " | ");
    match (stops, said.status.success()) {
        (Some(_), false) => return None,
        (Some(stop), true) => return Some(format!("we say Go stops: {stop:?}, and it answers")),
        (None, false) => return Some(format!("Go stops, and we did not see it: {message}")),
        (None, true) => {}
    }
    let answers: BTreeMap<String, String> = serde_json::from_slice(&said.stdout).unwrap();
    let differ = names.iter().filter_map(|name| {
        let ours =
            expected.variables.iter().find(|v| v.name == *name).and_then(|v| v.value.as_deref()).unwrap_or_default();
        let theirs = answers.get(*name).map(String::as_str).unwrap_or_default();
        (ours != theirs).then(|| format!("{name}: ours `{ours}`, Go's `{theirs}`"))
    });
    let differ: Vec<String> = differ.collect();
    (!differ.is_empty()).then(|| differ.join("; "))
}

/// The toolchains of the lab, and those that GOENV_CI_GOROOTS lists.
pub(super) fn toolchains() -> Vec<(GoVersion, String)> {
    let lab = judged::tool_cache().map(|cache| cache.join("go"));
    let arch = if cfg!(target_arch = "aarch64") { "arm64" } else { "x64" };
    let mut roots: Vec<PathBuf> = Vec::new();
    for entry in lab.iter().filter_map(|dir| fs::read_dir(dir).ok()).flatten().flatten() {
        roots.push(entry.path().join(arch));
    }
    if let Some(more) = std::env::var_os("GOENV_CI_GOROOTS") {
        roots.extend(std::env::split_paths(&more));
    }
    roots.sort();
    let mut found = Vec::new();
    for root in roots {
        let Ok(text) = fs::read_to_string(root.join("VERSION")) else { continue };
        let version: GoVersion = text.lines().next().unwrap().trim().parse().unwrap();
        found.push((version, root.canonicalize().unwrap().to_str().unwrap().trim_start_matches(r"\\?\").to_owned()));
    }
    found
}

#[test]
fn thousands_of_mixtures_are_read_as_go_reads_them() {
    let toolchains = toolchains();
    if toolchains.is_empty() {
        eprintln!("no toolchain is here: nothing was compared");
        return;
    }
    let usual = if lab::is_thorough() { 10_200 } else { 3_400 };
    let cases: usize = std::env::var("GOENV_CI_MIXTURES").ok().and_then(|n| n.parse().ok()).unwrap_or(usual);
    let seed: u64 = std::env::var("GOENV_CI_SEED").ok().and_then(|n| n.parse().ok()).unwrap_or(20_260_101);
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    let wrong: Mutex<Vec<String>> = Mutex::default();
    let answered = Mutex::new(0_usize);
    std::thread::scope(|scope| {
        for thread in 0..threads {
            let (toolchains, wrong, answered) = (&toolchains, &wrong, &answered);
            scope.spawn(move || {
                let dir = tempfile::tempdir().unwrap();
                let root = dir.path().canonicalize().unwrap();
                ground(&root);
                fs::write(root.join("goenv"), "").unwrap();
                for number in (thread..cases).step_by(threads) {
                    let mut dice = Dice(seed ^ (number as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
                    dice.roll(2);
                    let mut case = case(&root, &mut dice);
                    let (version, goroot) = &toolchains[number % toolchains.len()];
                    if let Some(why) = disagreement(&mut case, version, goroot) {
                        wrong
                            .lock()
                            .unwrap()
                            .push(format!("seed {seed}, mixture {number}, Go {version}: {why}\n  {case:?}"));
                    } else if ours(&case, version, goroot).stops.iter().all(|stop| !reaches(stop.reach, false)) {
                        *answered.lock().unwrap() += 1;
                    }
                }
            });
        }
    });
    let wrong = wrong.into_inner().unwrap();
    eprintln!(
        "{cases} mixtures over {} toolchains, {} disagreements; Go answered {} of them, and stopped in the rest; not compared: {}",
        toolchains.len(),
        wrong.len(),
        answered.into_inner().unwrap(),
        EXCLUDED.join(", "),
    );
    assert!(
        wrong.is_empty(),
        "{} of {cases}:\n{}",
        wrong.len(),
        wrong.iter().take(20).cloned().collect::<Vec<_>>().join("\n")
    );
}
