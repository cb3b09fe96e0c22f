//! The record of what each Go knows, `src/goenv/known.json`, held against the
//! toolchains themselves: what they print, refuse and say in their own source.

use crate::support::{self, judged};
use goenv_ci::goenv::{Known, version::GoVersion};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
    process::{Command, Output},
};

type Names = BTreeSet<String>;

pub(super) struct Toolchain {
    pub(super) root: PathBuf,
    pub(super) version: GoVersion,
    known: &'static Known,
}

/// Those of the lab, and the `go` on PATH; of each minor version that is recorded.
pub(super) fn toolchains() -> Vec<Toolchain> {
    let lab = judged::tool_cache().map(|cache| cache.join("go"));
    let versions = lab.iter().filter_map(|dir| fs::read_dir(dir).ok()).flatten().flatten();
    let mut roots: Vec<PathBuf> = versions
        .filter_map(|entry| fs::read_dir(entry.path()).ok())
        .flatten()
        .flatten()
        .map(|one| one.path())
        .collect();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&path).map(|dir| dir.join("go")).find(|go| go.is_file());
    let above = on_path.and_then(|go| Some(go.canonicalize().ok()?.parent()?.parent()?.to_owned()));
    roots.extend(above);
    roots.sort();
    let toolchain = |root: PathBuf| {
        let text = fs::read_to_string(root.join("VERSION")).ok()?;
        let version: GoVersion = text.lines().next()?.trim().parse().ok()?;
        let (minor, known) = Known::of(&version);
        (minor == version.minor().1).then_some(Toolchain { root, version, known })
    };
    let found: Vec<Toolchain> = roots.into_iter().filter_map(toolchain).collect();
    let versions: Vec<String> = found.iter().map(|one| one.version.to_string()).collect();
    eprintln!("compared with Go {}", versions.join(", "));
    assert!(!found.is_empty() || std::env::var_os("CI").is_none(), "no toolchain is here");
    found
}

impl Toolchain {
    fn go(&self, args: &[&str], env: &[(&str, &str)]) -> Output {
        let home = tempfile::tempdir().unwrap();
        let mut command = Command::new(self.root.join("bin/go"));
        command
            .args(args)
            .env_clear()
            .current_dir(home.path())
            .env("HOME", home.path())
            .env("PATH", support::system_path());
        command.env("GOENV", home.path().join("env")).env("GOTOOLCHAIN", "local").envs(env.iter().copied());
        command.output().unwrap()
    }

    fn printed(&self, env: &[(&str, &str)]) -> Names {
        let output = self.go(&["env", "-json"], env);
        let answers: BTreeMap<String, String> = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|_| panic!("Go {}: {}", self.version, String::from_utf8_lossy(&output.stderr)));
        answers.into_keys().collect()
    }

    fn source(&self, name: &str) -> String {
        fs::read_to_string(support::below(&self.root, name)).unwrap()
    }
}

fn names(list: &[String]) -> Names {
    list.iter().cloned().collect()
}

#[track_caller]
fn assert_same(version: &GoVersion, what: &str, record: &Names, truth: &Names) {
    let missing: Vec<_> = truth.difference(record).collect();
    let invented: Vec<_> = record.difference(truth).collect();
    assert!(
        missing.is_empty() && invented.is_empty(),
        "Go {version}, {what}: the record lacks {missing:?}, and has {invented:?} too many"
    );
}

#[test]
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
fn what_go_env_prints_is_what_is_recorded() {
    for go in toolchains() {
        assert_same(&go.version, "go env -json", &names(&go.known.printed), &go.printed(&[]));
    }
}

#[test]
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
fn what_belongs_to_one_architecture_is_printed_for_that_one_only() {
    for go in toolchains() {
        let plain: Names = go.printed(&[]).into_iter().filter(|name| name != "GOAMD64").collect();
        let arches = ["amd64", "arm", "arm64", "386", "mips", "mips64", "ppc64", "riscv64", "wasm"];
        let of = |arch: &str| {
            let system = if arch == "wasm" { "js" } else { "linux" };
            go.printed(&[("GOARCH", arch), ("GOOS", system)])
        };
        let truth: Names = arches.iter().flat_map(|arch| of(arch)).filter(|name| !plain.contains(name)).collect();
        assert_same(&go.version, "by architecture", &names(&go.known.arch), &truth);
    }
}

#[test]
fn what_a_file_may_hold_is_what_go_s_own_source_says() {
    for go in toolchains() {
        let text = go.source("src/internal/cfg/cfg.go");
        let list = text.split_once("KnownEnv = `").unwrap().1.split('`').next().unwrap();
        let truth = list.split_whitespace().map(str::to_owned).collect();
        assert_same(&go.version, "KnownEnv", &names(&go.known.known), &truth);
    }
}

#[test]
fn what_go_env_w_refuses_is_what_is_recorded() {
    for go in toolchains() {
        let all: Names = names(&go.known.printed).union(&names(&go.known.known)).cloned().collect();
        let refused = |name: &&String| {
            let output = go.go(&["env", "-w", &format!("{name}=x")], &[]);
            let said = String::from_utf8_lossy(&output.stderr);
            let words =
                ["cannot be modified", "can only be set using the OS environment", "unknown go command variable"];
            words.iter().any(|words| said.contains(words))
        };
        let truth: Names = all.iter().filter(refused).cloned().collect();
        assert_same(&go.version, "refused by go env -w", &names(&go.known.fixed), &truth);
    }
}

/// `go help environment` names them, and they are for others than the go command: `go env` answers for none.
/// GODEBUG it answers for from Go 1.23 on.
const FOR_OTHERS: [&str; 4] = ["GCCGOTOOLDIR", "GIT_ALLOW_PROTOCOL", "GOCOVERDIR", "GOROOT_FINAL"];

#[test]
fn every_variable_of_go_help_environment_is_known() {
    for go in toolchains() {
        let output = go.go(&["help", "environment"], &[]);
        let text = String::from_utf8(output.stdout).unwrap();
        let is_name = |word: &&str| {
            !word.is_empty() && word.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
        };
        let entries = text.lines().filter(|line| line.starts_with('\t') && !line.starts_with("\t\t"));
        let entries = entries.filter(|line| line.split(',').all(|word| is_name(&word.trim())));
        let named: Names = entries.flat_map(|line| line.split(',')).map(|word| word.trim().to_owned()).collect();
        assert!(
            named.len() > 40 && named.contains("GONOSUMDB"),
            "Go {}: the help is read wrong: {named:?}",
            go.version
        );
        let for_others = |name: &str| FOR_OTHERS.contains(&name) || (name == "GODEBUG" && go.version.minor().1 < 23);
        let unknown: Vec<&String> = named.iter().filter(|name| !go.known.has(name) && !for_others(name)).collect();
        assert!(unknown.is_empty(), "Go {}: {unknown:?}", go.version);
        assert!(FOR_OTHERS.iter().all(|name| !go.known.has(name)), "Go {} knows one of {FOR_OTHERS:?}", go.version);
    }
}

#[test]
fn experiments_and_targets_are_those_of_go_s_own_source() {
    for go in toolchains() {
        let text = go.source("src/internal/goexperiment/flags.go");
        let fields = text.lines().filter_map(|line| line.trim().strip_suffix(" bool"));
        let truth = fields.map(|name| name.trim().to_lowercase()).collect();
        assert_same(&go.version, "experiments", &names(&go.known.experiments), &truth);
        let text = go.source("src/internal/platform/zosarch.go");
        let (mut cgo, mut no_cgo) = (Names::new(), Names::new());
        for line in text.lines().filter(|line| line.starts_with("\t{\"") && line.contains("}:")) {
            let words: Vec<&str> = line.split('"').collect();
            let set = if line.contains("CgoSupported: true") { &mut cgo } else { &mut no_cgo };
            set.insert(format!("{}/{}", words[1], words[3]));
        }
        assert!(cgo.contains("linux/amd64"), "Go {}: the list of targets is read wrong", go.version);
        assert_same(&go.version, "targets with cgo", &names(&go.known.cgo), &cgo);
        assert_same(&go.version, "targets without cgo", &names(&go.known.no_cgo), &no_cgo);
    }
}
