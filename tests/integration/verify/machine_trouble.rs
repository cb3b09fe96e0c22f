//! A machine that has a fault, under a Go that has none: the verdict is an `error` that names the fault, no variable
//! is blamed, and nothing passes by it.

use crate::support::{
    self,
    judged::{self, goroot, report, results, text},
    toolchain::Fake,
};
use std::process::{Command, Output};

/// True from the second command on that a probe runs; each has a HOME of its own.
const AGAIN: &str = r#"again() { [ -e "${HOME%/*}/asked" ] || { : >"${HOME%/*}/asked"; return 1; }; }"#;

/// A `go` that does this before the commands of a probe, and nothing while it is admitted.
fn machine(does: &str) -> Option<Fake> {
    let real = goroot(&judged::tool_cache()?.canonicalize().unwrap(), "1.23");
    Some(Fake::of(&real).handing_over(&format!("{AGAIN}\ncase \"$HOME\" in */admit/*|*/warm/*) ;; *) {does};; esac")))
}

/// What `verify` makes of these probes there, started by `starter`.
fn verified(fake: &Fake, starter: &[&str], probes: &[&str]) -> Output {
    let tmp = fake.scratch("tmp");
    let program = env!("CARGO_BIN_EXE_goenv-ci");
    let mut words = starter.iter().copied().chain([program]);
    let mut command = Command::new(words.next().unwrap());
    command.args(words).args(["verify", "--go", "1.23", "--format", "json", "--quiet"]);
    command.args(probes.iter().flat_map(|probe| ["--probe", probe]));
    command.env_clear().envs(support::homes(&fake.scratch("home"), &tmp)).env("PATH", support::system_path());
    command.env("RUNNER_TOOL_CACHE", fake.cache()).output().unwrap()
}

/// Every probe is an error that says this.
fn is_an_error(does: &str, probe: &str, says: &str) {
    let Some(fake) = machine(does) else { return };
    let output = verified(&fake, &[], &[probe]);
    let report = report(&output);
    assert_eq!((output.status.code(), results(&report).len()), (Some(5), 1), "{report:#}");
    let result = &results(&report)[0];
    let reason = text(result, "reason");
    assert!(text(result, "verdict") == "error" && reason.contains(says), "no `{says}` in: {result:#}");
}

/// It compiles and links nothing, so that no runtime has to be compiled first.
const COMPILES: &str = "gocache/build-writes-below-gocache";

#[test]
fn a_program_that_is_killed_is_an_error() {
    is_an_error("kill -9 $$", COMPILES, "ended by signal 9");
    // A wrapper, as version managers have one, says it by an exit code.
    is_an_error("sh -c 'kill -9 $$'; exit $?", COMPILES, "signal 9");
}

#[test]
fn a_limit_of_the_machine_is_an_error_that_names_it() {
    is_an_error("ulimit -f 1", COMPILES, "ulimit -f");
    is_an_error("ulimit -n 6", COMPILES, "ulimit -n");
}

/// As a program that a service manager starts may find it.
#[cfg(target_os = "linux")]
#[test]
fn a_caller_that_ignores_the_end_of_its_children_is_no_trouble() {
    let Some(fake) = machine(":") else { return };
    let output = verified(&fake, &["env", "--ignore-signal=CHLD"], &[COMPILES]);
    assert_eq!(output.status.code(), Some(0), "{:#}", report(&output));
}

#[test]
fn a_control_that_fails_by_the_machine_s_fault_is_no_pass() {
    let on_the_control = "case \"$HOME\" in */control/*) ulimit -f 1;; esac";
    is_an_error(on_the_control, COMPILES, "the control could not be run");
}

#[test]
fn what_is_removed_while_a_probe_runs_is_an_error_that_names_it() {
    is_an_error("again && rm -rf \"$GOCACHE\"", "gocache/second-build-reads-the-first", "is gone");
    is_an_error("rm -f \"${HOME%/*}\"/work/go.mod", COMPILES, "go.mod` is gone");
    is_an_error("rm -rf \"${HOME%/*}/work\"", COMPILES, "work` is gone");
    is_an_error("rm -rf \"${GOPROXY#file://}\"", "gopath/download-lands-in-gopath", "proxy");
}

/// On a file system of 96 MB in memory, which the probe's command fills.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error_that_says_so_and_where() {
    let fill = "head -c 200M /dev/zero >\"$HOME/fill\" 2>/dev/null";
    let Some(fake) = machine(fill) else { return };
    let tmp = fake.scratch("tmp").display().to_string();
    let mount = format!("mount -t tmpfs -o size=96m none '{tmp}' && exec \"$@\"");
    let starter = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", &mount, "sh"];
    let may = Command::new(starter[0]).args(&starter[1..]).arg("true").status();
    if !may.is_ok_and(|status| status.success()) {
        eprintln!("skipped: no file system can be mounted here, not even by `unshare --map-root-user`");
        return;
    }
    let output = verified(&fake, &starter, &[COMPILES, "gocache/second-build-reads-the-first"]);
    let report = report(&output);
    assert_eq!((output.status.code(), results(&report).len()), (Some(5), 2), "{report:#}");
    for result in results(&report) {
        assert_eq!(text(result, "verdict"), "error", "{result:#}");
        assert!(text(result, "reason").contains("the disk is full; free space there"), "{result:#}");
    }
}
