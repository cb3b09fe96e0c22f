//! Toolchains that lie about one variable, and broken ones. A lying `go` ignores the variable on every
//! command but `env`, which still prints it: what counts is where the bytes go.

use crate::support::{
    self, compiled,
    judged::{self, goroot, listed, report, results, text, variables_with},
    lab,
    toolchain::Fake,
};
use serde_json::Value;
use std::{
    collections::BTreeSet,
    path::PathBuf,
    sync::OnceLock,
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// The Go version that lies.
const MINOR: &str = "1.23";

fn real() -> Option<PathBuf> {
    judged::tool_cache().map(|cache| goroot(&cache.canonicalize().unwrap(), MINOR))
}

/// A build cache in which the runtime is compiled, so that not every lie pays for it; lies write to it.
fn other_cache() -> PathBuf {
    static CACHE: OnceLock<TempDir> = OnceLock::new();
    let dir = CACHE.get_or_init(|| {
        let dir = tempfile::tempdir().unwrap();
        compiled::put_into(&dir.path().join("cache"), &real().unwrap());
        dir
    });
    dir.path().join("cache")
}

/// What `verify` makes of a toolchain: its exit code and its report.
fn verified(fake: &Fake, more: &[&str]) -> (Option<i32>, Value) {
    let output = support::goenv()
        .args(["verify", "--go", MINOR, "--format", "json", "--quiet"])
        .args(more)
        .env("RUNNER_TOOL_CACHE", fake.cache())
        .env("HOME", fake.scratch("home"))
        .env("TMPDIR", fake.scratch("tmp"))
        .output()
        .unwrap();
    (output.status.code(), report(&output))
}

/// True from the second call on that a probe, or its control, makes: each has a HOME of its own.
const AGAIN: &str = r#"again() { [ -e "${HOME%/*}/asked" ] || { : >"${HOME%/*}/asked"; return 1; }; }"#;

/// A `go` that does this before every command but `env`. `$real` is the honest one, `$compiled` another cache, and
/// `again` tells the first call from later ones.
fn liar(lie: &str) -> Option<Fake> {
    let compiled = compiled_if_there()?;
    let real = real()?;
    let go = real.join("bin/go");
    let fake = Fake::of(&real).handing_over(&format!(
        "compiled='{compiled}'; real='{}'\n{AGAIN}\ncase \"$GOCACHE\" in */cache/warm-go1.*) export GOCACHE='{compiled}';; esac\ncase \"$1\" in env) ;; *) {lie};; esac",
        go.display()
    ));
    Some(fake)
}

fn compiled_if_there() -> Option<String> {
    real().map(|_| other_cache().display().to_string())
}

/// Where the bytes of a build, an install and a download go, by what goenv-ci sets and by what moves it: these are looked
/// at beside the variable that a lie is about, and in a thorough run all.
const LOOKED_AT: [&str; 5] = [
    "gocache/build-writes-below-gocache",
    "gopath/install-lands-in-gopath-bin",
    "gopath/download-lands-in-gopath",
    "gobin/install-lands-in-gobin",
    "gomodcache/download-lands-in-gomodcache",
];

fn only_this_variable_fails(variable: &str, lie: &str) {
    let Some(fake) = liar(lie) else { return };
    let looked_at: Vec<&str> = LOOKED_AT.into_iter().chain([variable]).flat_map(|name| ["--probe", name]).collect();
    let (exit, report) = verified(&fake, if lab::is_thorough() { &[] } else { &looked_at });
    let blamed = variables_with(&report, "fail");
    assert_eq!(blamed, BTreeSet::from([variable.to_owned()]), "\n{}", listed(&report, "fail"));
    assert_eq!(listed(&report, "error"), "");
    assert_eq!(exit, Some(1));
}

#[test]
fn an_honest_wrapper_passes_everywhere() {
    let Some(fake) = liar(":") else { return };
    let (exit, report) = verified(&fake, &[]);
    assert_eq!(listed(&report, "fail") + &listed(&report, "error"), "");
    assert_eq!(exit, Some(0));
}

#[test]
fn a_go_that_ignores_gocache_is_blamed_for_gocache_alone() {
    let Some(compiled) = compiled_if_there() else { return };
    only_this_variable_fails("GOCACHE", &format!("export GOCACHE='{compiled}'"));
}

macro_rules! lying {
    ($($test:ident: $variable:literal, $lie:literal);+ $(;)?) => {
        $(
            #[test]
            fn $test() {
                only_this_variable_fails($variable, $lie);
            }
        )+
    };
}

lying! {
    a_go_that_ignores_gopath_is_blamed_for_gopath_alone: "GOPATH", "unset GOPATH";
    a_go_that_ignores_gobin_is_blamed_for_gobin_alone: "GOBIN", "unset GOBIN";
    a_go_that_ignores_gomodcache_is_blamed_for_gomodcache_alone: "GOMODCACHE", "unset GOMODCACHE";
    a_go_that_ignores_goroot_is_blamed_for_goroot_alone: "GOROOT", "unset GOROOT";
    a_go_that_ignores_goenv_is_blamed_for_goenv_alone: "GOENV", "unset GOENV";
    a_go_that_ignores_goflags_is_blamed_for_goflags_alone: "GOFLAGS", "unset GOFLAGS";
    a_go_that_ignores_gowork_is_blamed_for_gowork_alone: "GOWORK", "unset GOWORK";
    a_go_that_ignores_gotoolchain_is_blamed_for_gotoolchain_alone: "GOTOOLCHAIN", "unset GOTOOLCHAIN";
    a_go_that_ignores_goproxy_is_blamed_for_goproxy_alone: "GOPROXY", "unset GOPROXY";
    a_go_that_ignores_gotmpdir_is_blamed_for_gotmpdir_alone: "GOTMPDIR", "unset GOTMPDIR";
    a_go_that_reads_no_goenv_file_is_blamed_for_goenv_alone: "GOENV", "export GOENV=off";
    a_go_that_never_reads_a_workspace_is_blamed_for_gowork_alone: "GOWORK", "export GOWORK=off";
    a_go_that_never_switches_toolchains_is_blamed_for_gotoolchain_alone: "GOTOOLCHAIN", "export GOTOOLCHAIN=local";
}

// One that answers differently the second time.
lying! {
    a_go_that_forgets_gocache_after_its_first_call_is_blamed_for_it: "GOCACHE", "again && export GOCACHE=\"$compiled\"";
    a_go_that_forgets_gopath_after_its_first_call_is_blamed_for_it: "GOPATH", "again && unset GOPATH";
    a_go_that_forgets_gobin_after_its_first_call_is_blamed_for_it: "GOBIN", "again && unset GOBIN";
    a_go_that_forgets_gomodcache_after_its_first_call_is_blamed_for_it: "GOMODCACHE", "again && unset GOMODCACHE";
    a_go_that_forgets_goenv_after_its_first_call_is_blamed_for_it: "GOENV", "again && unset GOENV";
    a_go_that_forgets_gotmpdir_after_its_first_call_is_blamed_for_it: "GOTMPDIR", "again && unset GOTMPDIR";
    a_go_that_hears_of_gocache_in_its_second_call_is_blamed_for_it: "GOCACHE", "again || export GOCACHE=\"$compiled\"";
    a_go_that_hears_of_gobin_in_its_second_call_is_blamed_for_it: "GOBIN", "again || unset GOBIN";
    a_go_whose_second_install_forgets_gobin_is_blamed_for_it: "GOBIN", "[ \"$1\" = install ] && again && unset GOBIN";
    a_go_whose_second_install_forgets_gopath_is_blamed_for_it: "GOPATH", "[ \"$1\" = install ] && again && unset GOPATH";
}

// One that writes to both places.
lying! {
    a_go_that_installs_into_gobin_and_into_gopath_is_blamed_for_gobin: "GOBIN",
        "case \"$1:$GOBIN\" in install:/*) (unset GOBIN; \"$real\" \"$@\") >/dev/null 2>&1;; esac";
    a_go_that_installs_into_gopath_and_into_the_default_is_blamed_for_gopath: "GOPATH",
        "case \"$1:$GOPATH\" in install:/*) (unset GOPATH; \"$real\" \"$@\") >/dev/null 2>&1;; esac";
    a_go_that_builds_in_both_caches_is_blamed_for_gocache: "GOCACHE",
        "case \"$1:$GOCACHE\" in build:/*|install:/*) [ \"$GOCACHE\" = \"$compiled\" ] || (unset GOCACHE; \"$real\" \"$@\") >/dev/null 2>&1;; esac";
    a_go_that_downloads_to_both_places_is_blamed_for_gomodcache: "GOMODCACHE",
        "case \"$1:$GOMODCACHE\" in mod:/*|get:/*) (unset GOMODCACHE; \"$real\" \"$@\") >/dev/null 2>&1;; esac";
}

// One that exits with 0 and does nothing, as soon as one variable is set.
lying! {
    a_go_that_installs_nothing_once_gobin_is_set_is_blamed_for_gobin: "GOBIN", "case \"$1:$GOBIN\" in install:?*) exit 0;; esac";
    a_go_that_installs_nothing_once_gopath_is_set_is_blamed_for_gopath: "GOPATH", "case \"$1:$GOPATH\" in install:?*) exit 0;; esac";
    a_go_that_downloads_nothing_once_gomodcache_is_set_is_blamed_for_it: "GOMODCACHE", "case \"$1:$GOMODCACHE\" in mod:?*) exit 0;; esac";
    a_go_that_builds_nothing_once_gocache_is_not_the_default_is_blamed_for_it: "GOCACHE",
        "case \"$1:$GOCACHE\" in build:\"$compiled\"|build:*/cache/go1.*) ;; build:*) exit 0;; esac";
}

// One of whose commands one alone disregards a variable.
lying! {
    a_go_whose_install_builds_in_another_cache_is_blamed_for_gocache: "GOCACHE", "case \"$1\" in install) export GOCACHE=\"$compiled\";; esac";
    a_go_whose_install_of_files_forgets_gobin_is_blamed_for_gobin: "GOBIN", "case \"$1:$*\" in install:*.go) unset GOBIN;; esac";
    a_go_whose_get_forgets_gomodcache_is_blamed_for_gomodcache: "GOMODCACHE", "case \"$1\" in get) unset GOMODCACHE;; esac";
    a_go_whose_test_forgets_gotmpdir_is_blamed_for_gotmpdir: "GOTMPDIR", "case \"$1\" in test) unset GOTMPDIR;; esac";
    a_go_whose_run_reads_no_goenv_file_is_blamed_for_goenv: "GOENV", "case \"$1\" in run) export GOENV=off;; esac";
}

/// A probe of GOPATH and one of a variable that only follows it.
const FOLLOWING: &str = r#"
- id: gopath-is-heard
  variable: GOPATH
  why: go list names the bin directory of GOPATH
  files: { go.mod: "module probe\n", main.go: "package main\n\nfunc main() {}\n" }
  env: { GOPATH: "${SCRATCH}/gopath" }
  steps: [{ run: [go, list, -f, "{{.Target}}", .] }]
  expect: [{ stdout_path: "${GOPATH}/bin/probe${EXE}" }]
  control: { unset: GOPATH }
- id: unset-gobin-follows
  variable: GOBIN
  follows: [GOPATH]
  why: while GOBIN is unset, programs belong below GOPATH
  files: { go.mod: "module probe\n", main.go: "package main\n\nfunc main() {}\n" }
  env: { GOPATH: "${SCRATCH}/gopath" }
  steps: [{ run: [go, list, -f, "{{.Target}}", .] }]
  expect: [{ stdout_path: "${GOPATH}/bin/probe${EXE}" }]
  control: { set: { GOBIN: "${SCRATCH}/bin" } }
"#;

#[test]
fn a_variable_that_only_follows_another_is_not_blamed_beside_it_nor_told_as_failed() {
    let Some(fake) = liar("unset GOPATH") else { return };
    let probes = fake.scratch("probes");
    std::fs::write(probes.join("mine.yml"), FOLLOWING).unwrap();
    let run = |probe: &str| {
        support::goenv()
            .args(["verify", "--go", MINOR, "--format", "json", "--probe", probe, "--matrix"])
            .arg(&probes)
            .env("RUNNER_TOOL_CACHE", fake.cache())
            .envs(support::homes(&fake.scratch("home"), &fake.scratch("tmp")))
            .output()
            .unwrap()
    };
    let both = run("mine/");
    assert_eq!(variables_with(&report(&both), "fail"), BTreeSet::from(["GOPATH".to_owned()]));
    let skipped = report(&both);
    let skipped: Vec<&str> = results(&skipped)
        .iter()
        .filter(|result| text(result, "verdict") == "skip")
        .map(|result| text(result, "reason"))
        .collect();
    assert_eq!(skipped, ["GOBIN follows GOPATH, which does not take effect here: `mine/gopath-is-heard` fails"]);
    let progress = String::from_utf8(both.stderr).unwrap();
    let told: Vec<&str> = progress.lines().filter(|line| line.contains("unset-gobin-follows")).collect();
    assert!(matches!(told[..], [line] if line.starts_with("skip ")), "{progress}");
    let alone = run("unset-gobin-follows");
    assert_eq!(variables_with(&report(&alone), "fail"), BTreeSet::from(["GOBIN".to_owned()]));
}

/// The toolchain is one error that holds all of `says` and names its folder, its cells lead there, and none of it lasts.
fn cannot_be_judged(fake: &Fake, says: &[&str]) {
    let started = Instant::now();
    let (exit, report) = verified(fake, &["--probe", "gobin/", "--probe", "gocache/off", "--timeout", "2"]);
    assert!(started.elapsed() < Duration::from_secs(30), "it hangs");
    assert_eq!(exit, Some(5), "an error verdict and no failure");
    assert!(results(&report).len() > 10);
    let (errors, cells): (Vec<&Value>, Vec<&Value>) =
        results(&report).iter().partition(|result| text(result, "verdict") == "error");
    let [error] = errors[..] else { panic!("{}", listed(&report, "error")) };
    assert_eq!((text(error, "probe"), text(error, "variable")), ("toolchain/works", "toolchain"));
    let reason = text(error, "reason");
    for part in says.iter().copied().chain([fake.root.to_str().unwrap()]) {
        assert!(reason.contains(part), "no `{part}` in: {reason}");
    }
    for cell in cells {
        let leads_there = format!("Go {} cannot be judged; `toolchain/works` says why", text(error, "go"));
        assert_eq!((text(cell, "verdict"), text(cell, "reason")), ("skip", leads_there.as_str()));
    }
}

#[test]
fn a_go_without_a_compiler_is_an_error_that_names_the_compiler() {
    let Some(real) = real() else { return };
    let fake = Fake::of(&real).without_compiler();
    let own_root = format!("export GOROOT=\"${{GOROOT:-{}}}\"", fake.root.display());
    cannot_be_judged(&fake.handing_over(&own_root), &["compile"]);
}

#[test]
fn a_go_for_another_platform_is_an_error_that_says_it_could_not_be_started() {
    let Some(real) = real() else { return };
    cannot_be_judged(&Fake::of(&real).program("MZ\u{0}\u{1}\u{2}\u{0}not for this machine"), &["could not be started"]);
}

#[test]
fn a_go_for_another_processor_is_an_error_that_says_what_it_is_for() {
    let Some(real) = real() else { return };
    let header = "\u{7f}ELF\u{1}\u{1}\u{1}\0\0\0\0\0\0\0\0\0\u{2}\0\u{3}\0";
    cannot_be_judged(&Fake::of(&real).program(header), &["could not be started", "it is a Linux program for x86"]);
}

#[test]
fn a_go_that_hangs_is_ended_and_is_an_error_that_says_so() {
    let Some(real) = real() else { return };
    cannot_be_judged(&Fake::of(&real).program("#!/bin/sh\nsleep 600\n"), &["ran past its limit of 2 s"]);
}

#[test]
fn a_go_that_prints_garbage_is_an_error_that_shows_it() {
    let Some(real) = real() else { return };
    cannot_be_judged(&Fake::of(&real).program("#!/bin/sh\necho '<html>busy</html>'\n"), &["<html>busy</html>"]);
}

#[test]
fn a_go_that_says_nothing_and_exits_with_0_is_an_error() {
    let Some(real) = real() else { return };
    cannot_be_judged(&Fake::of(&real).program("#!/bin/sh\n"), &["(nothing)"]);
}

#[test]
fn a_go_of_another_version_than_its_version_file_says_is_an_error_that_names_both() {
    let Some(real) = real() else { return };
    let fake = Fake::of(&real).file("VERSION", "go1.23.1\n").handing_over("");
    // The folder's name is the third party to it: it has to agree before anything is run.
    let folder = real.parent().unwrap().file_name().unwrap().to_str().unwrap().to_owned();
    cannot_be_judged(&fake, &[&folder, "1.23.1"]);
}

#[test]
fn a_go_of_another_version_than_both_say_is_an_error_that_names_both() {
    let (Some(real), Some(cache)) = (real(), judged::tool_cache()) else { return };
    let mut fake = Fake::of(&real);
    fake.real = goroot(&cache.canonicalize().unwrap(), "1.22");
    cannot_be_judged(&fake.handing_over(""), &["go1.22.", "go1.23."]);
}

/// What `install` does is found before the probes that link, and the others are judged.
fn cannot_install(lie: &str, says: &str) {
    let Some(fake) = liar(lie) else { return };
    let (exit, report) = verified(&fake, &["--timeout", "20"]);
    assert_eq!(listed(&report, "fail"), "");
    let errors = listed(&report, "error");
    assert!(errors.lines().count() == 1 && errors.contains("toolchain/works") && errors.contains(says), "{errors}");
    assert_eq!(exit, Some(5));
    for variable in ["GOBIN", "GOPATH", "PATH"] {
        let reason = "`toolchain/works` says why";
        let skipped = results(&report).iter().filter(|r| text(r, "variable") == variable);
        assert!(skipped.into_iter().any(|r| text(r, "reason").contains(reason)), "{variable}");
    }
    assert!(results(&report).iter().any(|r| text(r, "verdict") == "pass"));
}

#[test]
fn a_go_that_crashes_is_one_error_that_blames_no_variable() {
    cannot_install("case \"$1\" in install) kill -SEGV $$;; esac", "signal 11");
}

#[test]
fn a_go_whose_install_exits_with_0_and_does_nothing_is_one_error() {
    cannot_install("case \"$1\" in install) exit 0;; esac", "there is no `home/go/bin/probe`");
}

#[test]
fn a_go_whose_programs_do_not_run_is_one_error() {
    let lie = "case \"$1\" in install) mkdir -p \"$HOME/go/bin\"; printf '#!/bin/sh\\nexit 3\\n' >\"$HOME/go/bin/probe\"; chmod +x \"$HOME/go/bin/probe\"; exit 0;; esac";
    cannot_install(lie, "exits with 3");
}

#[test]
fn a_go_that_builds_lists_or_downloads_nothing_and_exits_with_0_is_one_error() {
    for (lie, says) in [
        ("build) exit 0;;", "there is no `lib/lib.a`"),
        ("list) exit 0;;", "`go list .` prints `(nothing)`"),
        ("mod) exit 0;;", "`go mod download example.com/hello@v1.0.0` exits with 0, and there is no"),
    ] {
        let Some(fake) = liar(&format!("case \"$1\" in {lie} esac")) else { return };
        cannot_be_judged(&fake, &[says]);
    }
}

#[test]
fn a_broken_go_is_not_taken_for_a_fault_of_another() {
    let (Some(real), Some(cache)) = (real(), judged::tool_cache()) else { return };
    let fake = Fake::of(&real).program("#!/bin/sh\nexit 7\n");
    for minor in ["1.21", "1.22"] {
        let good = goroot(&cache.canonicalize().unwrap(), minor);
        let version = fake.cache().join("go").join(good.parent().unwrap().file_name().unwrap());
        std::fs::create_dir(&version).unwrap();
        std::os::unix::fs::symlink(&good, version.join(good.file_name().unwrap())).unwrap();
        std::fs::write(version.join(good.file_name().unwrap()).with_extension("complete"), "").unwrap();
    }
    let others = ["goroot/goroot-of-another-version-breaks-builds", "path/first-go-on-path-answers"];
    for (versions, verdict) in [("1.21,1.22,1.23", "pass"), ("1.22,1.23", "skip")] {
        let output = support::goenv()
            .args([
                "verify", "--go", versions, "--format", "json", "--quiet", "--probe", others[0], "--probe", others[1],
            ])
            .env("RUNNER_TOOL_CACHE", fake.cache())
            .envs(support::homes(&fake.scratch("home"), &fake.scratch("tmp")))
            .output()
            .unwrap();
        let report = report(&output);
        assert_eq!(listed(&report, "fail"), "");
        assert_eq!(listed(&report, "error").lines().count(), 1, "{}", listed(&report, "error"));
        for result in results(&report).iter().filter(|r| text(r, "go").starts_with("1.22")) {
            assert_eq!(text(result, "verdict"), verdict, "{result:#}");
        }
    }
}
