//! What each shell sees: where all see the same, and where one is made to see something else. Exactly
//! that shell × variable must fail, and the report must say why.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "support/judged.rs"]
mod judged;
mod support;

use judged::{below, listed, report, results, text};
use predicates::boolean::PredicateBooleanExt;
use serde_json::Value;
use std::{
    fs,
    os::unix::{fs::PermissionsExt, process::CommandExt},
    path::PathBuf,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// A runner's folders, a `go` that says its version, and whatever is put in front of it.
struct Machine {
    dir: tempfile::TempDir,
    more: Vec<(&'static str, String)>,
}

impl Machine {
    fn new() -> Self {
        let machine = Self { dir: tempfile::tempdir().unwrap(), more: Vec::new() };
        for dir in ["_temp", "app/app", "app/go/bin", "front", "back"] {
            fs::create_dir_all(machine.path(dir)).unwrap();
        }
        machine.file("go/VERSION", "go1.21.13\n");
        machine.program("go/bin/go", "echo go1.21.13\necho /nowhere/go");
        machine
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().canonicalize().unwrap().join(name)
    }

    fn text(&self, name: &str) -> String {
        self.path(name).to_str().unwrap().to_owned()
    }

    fn file(&self, name: &str, content: &str) {
        fs::create_dir_all(self.path(name).parent().unwrap()).unwrap();
        fs::write(self.path(name), content).unwrap();
    }

    fn program(&self, name: &str, script: &str) {
        self.file(name, &format!("#!/bin/sh\n{script}\n"));
        fs::set_permissions(self.path(name), fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// A file that every non-interactive bash reads first.
    fn bash_env(mut self, content: &str) -> Self {
        self.file("bash-env", content);
        self.more.push(("BASH_ENV", self.text("bash-env")));
        self
    }

    fn verify(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_goenv-ci"));
        command.args(["verify", "--go", "1.21", "--format", "json", "--quiet", "--go-root"]).arg(self.path("go"));
        command.args(args).current_dir(self.path("app/app")).env_clear();
        let path = ["app/go/bin", "front", "go/bin"].map(|dir| self.text(dir)).join(":");
        command.env("PATH", format!("{path}:/usr/bin:/bin:{}", self.text("back")));
        command.env("TMPDIR", self.path("_temp")).env("RUNNER_TEMP", self.path("_temp"));
        command.env("RUNNER_WORKSPACE", self.path("app")).env("GITHUB_WORKSPACE", self.path("app/app"));
        command.env("GITHUB_REPOSITORY", "org/app").envs(self.more.iter().cloned());
        command
    }

    /// Exit code and report of the shells' cells.
    fn shells(&self, args: &[&str]) -> (Option<i32>, Value) {
        let output = self.verify(&["--overlay", "--probe", "shells/"]).args(args).output().unwrap();
        (output.status.code(), report(&output))
    }

    /// The one cell that fails: its observation, and its cause.
    fn only_failure(&self, probe: &str) -> (String, String) {
        let (exit, report) = self.shells(&[]);
        let failed: Vec<&Value> = results(&report).iter().filter(|r| text(r, "verdict") == "fail").collect();
        let probes: Vec<&str> = failed.iter().map(|result| text(result, "probe")).collect();
        assert_eq!(probes, [probe], "\n{}", listed(&report, "fail"));
        assert_eq!((listed(&report, "error"), exit), (String::new(), Some(1)));
        let aspect = probe.rsplit('-').next().unwrap();
        let name = if aspect == "go" { "go".to_owned() } else { aspect.to_uppercase() };
        for view in report["shells"].as_array().unwrap() {
            let differs =
                if probe.contains(&format!("/{}-", view["shell"].as_str().unwrap())) { vec![&*name] } else { vec![] };
            assert_eq!(view["differs"], serde_json::json!(differs), "{}", view["shell"]);
        }
        (text(failed[0], "observed").to_owned(), text(failed[0], "reason").to_owned())
    }
}

fn verdicts<'a>(report: &'a Value, shell: &str) -> Vec<(&'a str, &'a str)> {
    let of_shell = |result: &&Value| text(result, "probe").starts_with(&format!("shells/{shell}-sees-"));
    results(report).iter().filter(of_shell).map(|r| (text(r, "verdict"), text(r, "reason"))).collect()
}

#[test]
fn every_shell_sees_the_same_and_each_control_is_seen_to_differ() {
    let machine = Machine::new();
    let (exit, report) = machine.shells(&[]);
    assert_eq!(listed(&report, "fail") + &listed(&report, "error"), "");
    assert_eq!(exit, Some(0));
    for shell in ["direct", "sh", "bash", "pseudo-terminal"] {
        let cells = verdicts(&report, shell);
        assert_eq!(cells, [("pass", ""); 5], "{shell}");
        let view = report["shells"].as_array().unwrap().iter().find(|view| view["shell"] == shell).unwrap();
        assert_eq!(view["sees"]["gobin"], machine.text("app/go/bin"), "{shell}");
        assert_eq!(view["sees"]["go"], machine.text("go/bin/go"), "{shell}");
    }
    for result in results(&report).iter().filter(|result| text(result, "verdict") == "pass") {
        assert!(
            text(result, "control").contains("instead of"),
            "{}: {}",
            text(result, "probe"),
            text(result, "control")
        );
        assert_eq!((text(result, "kind"), text(result, "go")), ("live", "1.21.13"));
    }
    let skipped = results(&report).iter().filter(|result| text(result, "verdict") == "skip");
    assert!(skipped.clone().all(|result| text(result, "reason") == "there is no `pwsh` on PATH"));
    assert_eq!(below(&machine.path("_temp")), Vec::<PathBuf>::new(), "left behind");
}

#[test]
fn a_bash_env_that_sets_gobin_is_named_for_bash_and_gobin_alone() {
    let machine = Machine::new().bash_env("export GOBIN=/opt/bin\n");
    let (observed, cause) = machine.only_failure("shells/bash-sees-gobin");
    assert_eq!(observed, "GOBIN=`/opt/bin`");
    assert!(
        cause.contains("BASH_ENV") && cause.contains("bash-env") && cause.contains("whatever it is given"),
        "{cause}"
    );
}

#[test]
fn a_bash_env_that_takes_gopath_away_is_named_for_bash_and_gopath_alone() {
    let (observed, cause) = Machine::new().bash_env("unset GOPATH\n").only_failure("shells/bash-sees-gopath");
    assert_eq!(observed, "GOPATH is not set");
    assert!(cause.contains("takes GOPATH out"), "{cause}");
}

#[test]
fn an_sh_that_is_a_wrapper_is_named_with_its_file() {
    let machine = Machine::new();
    machine.program("front/sh", "GOCACHE=$GOCACHE/deeper exec /bin/sh \"$@\"");
    let (observed, cause) = machine.only_failure("shells/sh-sees-gocache");
    assert!(observed.ends_with("/go-cache/deeper`"), "{observed}");
    assert!(cause.contains("front/sh") && cause.contains("changes the value on its way"), "{cause}");
}

#[test]
fn a_path_in_another_order_is_named_with_the_folder_that_moved() {
    let machine = Machine::new();
    let back = machine.text("back");
    let machine = machine.bash_env(&format!("PATH={back}:$PATH\n"));
    let (observed, cause) = machine.only_failure("shells/bash-sees-path");
    assert!(observed.starts_with(&format!("`{back}` is entry 1 of PATH")), "{observed}");
    assert!(cause.contains("rewrites PATH"), "{cause}");
}

#[test]
fn a_folder_that_is_taken_off_path_is_named() {
    let machine = Machine::new();
    let front = machine.text("front");
    let machine = machine.bash_env(&format!("PATH=${{PATH%%:{front}*}}${{PATH#*:{front}}}\n"));
    assert_eq!(machine.only_failure("shells/bash-sees-path").0, format!("`{front}` is not on PATH"));
}

#[test]
fn another_go_that_a_shell_puts_in_front_is_named_with_its_folder() {
    let machine = Machine::new();
    machine.program("other/go", "echo go1.20");
    let other = machine.text("other");
    let machine = machine.bash_env(&format!("PATH={other}:$PATH\n"));
    let (observed, cause) = machine.only_failure("shells/bash-sees-go");
    assert_eq!(observed, format!("`go` is `{other}/go`"));
    assert!(cause.contains(&format!("puts `{other}` in front")), "{cause}");
}

#[test]
fn a_function_of_the_name_go_is_no_program() {
    let machine = Machine::new().bash_env("go() { echo not the real one; }\n");
    let (observed, cause) = machine.only_failure("shells/bash-sees-go");
    assert_eq!(observed, "`go` is a function of the shell's own");
    assert!(cause.contains("BASH_ENV") && cause.contains("answers before any program"), "{cause}");
}

#[test]
fn a_folder_in_front_that_hides_a_program_of_gobin_fails_and_one_that_hides_nothing_is_told() {
    let machine = Machine::new();
    machine.program("extra/tool", ":");
    let extra = machine.text("extra");
    let machine = machine.bash_env(&format!("PATH={extra}:$PATH\n"));
    let (exit, report) = machine.shells(&[]);
    assert_eq!((listed(&report, "fail"), exit), (String::new(), Some(0)));
    let bash = report["shells"].as_array().unwrap().iter().find(|view| view["shell"] == "bash").unwrap();
    assert_eq!(bash["adds_to_path"], serde_json::json!([extra]));
    machine.program("app/go/bin/tool", ":");
    let (observed, _) = machine.only_failure("shells/bash-sees-path");
    assert_eq!(observed, format!("`tool` in `{extra}`, which comes earlier on PATH there"));
}

#[test]
fn a_shell_that_hangs_is_an_error_within_its_limit_and_its_tree_is_ended() {
    let machine = Machine::new();
    let mark = machine.text("mark");
    machine.program("front/sh", &format!("sleep 300 &\necho $! >'{mark}'\nwait"));
    let begun = Instant::now();
    let (exit, report) = machine.shells(&["--timeout", "1"]);
    assert!(begun.elapsed() < Duration::from_secs(20), "it waits for the shell");
    assert_eq!(exit, Some(5));
    for (verdict, reason) in verdicts(&report, "sh") {
        assert_eq!(verdict, "error");
        assert!(reason.contains("ran past its limit of 1 s") && reason.contains("front/sh"), "{reason}");
    }
    assert_eq!(verdicts(&report, "bash"), [("pass", ""); 5]);
    assert!(is_gone(fs::read_to_string(machine.path("mark")).unwrap().trim()));
    assert_eq!(below(&machine.path("_temp")), Vec::<PathBuf>::new(), "left behind");
}

#[test]
fn an_interruption_ends_a_shell() {
    let machine = Machine::new();
    let mark = machine.text("mark");
    machine.program("front/sh", &format!("sleep 300 &\necho $! >'{mark}.new'\nmv '{mark}.new' '{mark}'\nwait"));
    let mut verify = machine.verify(&["--overlay", "--probe", "shells/", "--timeout", "300"]);
    let mut child = verify.stdout(Stdio::null()).stderr(Stdio::null()).process_group(0).spawn().unwrap();
    let begun = Instant::now();
    while !machine.path("mark").exists() {
        assert!(begun.elapsed() < Duration::from_secs(60), "the shell never started");
        thread::sleep(Duration::from_millis(10));
    }
    Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert!(is_gone(fs::read_to_string(machine.path("mark")).unwrap().trim()));
    assert_eq!(below(&machine.path("_temp")), Vec::<PathBuf>::new(), "left behind");
}

/// Waits until there is no such process, or a dead one that nobody has waited for.
fn is_gone(number: &str) -> bool {
    let begun = Instant::now();
    let alive = || {
        let state = Command::new("ps").args(["-o", "stat=", "-p", number]).output().unwrap().stdout;
        !state.is_empty() && !state.starts_with(b"Z")
    };
    while alive() {
        if begun.elapsed() > Duration::from_secs(10) {
            return false;
        }
        thread::sleep(Duration::from_millis(20));
    }
    true
}

#[test]
fn a_shell_that_starts_nothing_is_an_error_with_what_it_said() {
    let machine = Machine::new();
    machine.program("front/sh", "echo sorry >&2");
    let (exit, report) = machine.shells(&[]);
    assert_eq!(exit, Some(5));
    for (verdict, reason) in verdicts(&report, "sh") {
        assert_eq!(verdict, "error");
        assert!(reason.contains("exits with 0 and starts nothing") && reason.contains("`sorry`"), "{reason}");
    }
}

#[test]
fn a_shell_that_always_gives_the_right_value_proves_nothing() {
    let machine = Machine::new();
    let right = machine.text("app/go/bin");
    let machine = machine.bash_env(&format!("export GOBIN={right}\n"));
    let (exit, report) = machine.shells(&[]);
    let errors: Vec<&Value> = results(&report).iter().filter(|r| text(r, "verdict") == "error").collect();
    assert_eq!((errors.len(), text(errors[0], "probe"), exit), (1, "shells/bash-sees-gobin", Some(5)));
    assert!(text(errors[0], "reason").contains("the control did not fail"), "{}", text(errors[0], "reason"));
}

#[test]
fn what_did_not_arrive_is_blamed_on_the_direct_start_and_on_no_shell() {
    let machine = Machine::new();
    let mut apply = Command::new(env!("CARGO_BIN_EXE_goenv-ci"));
    for file in ["env", "paths", "output"] {
        machine.file(file, "");
    }
    let like_a_step = machine.verify(&[]);
    apply.arg("apply").env_clear().envs(like_a_step.get_envs().filter_map(|(name, value)| Some((name, value?))));
    apply.env("GITHUB_ENV", machine.path("env")).env("GITHUB_PATH", machine.path("paths"));
    assert!(apply.env("GITHUB_OUTPUT", machine.path("output")).output().unwrap().status.success());
    let mut step = machine.verify(&["--probe", "shells/"]);
    step.env("GOCACHE", machine.path("_temp/go-cache"))
        .env("GOPATH", machine.path("app/go"))
        .env("GOBIN", "/elsewhere");
    let report = report(&step.output().unwrap());
    let failed: Vec<&Value> = results(&report).iter().filter(|r| text(r, "verdict") == "fail").collect();
    assert_eq!(
        (failed.len(), text(failed[0], "probe")),
        (1, "shells/direct-sees-gobin"),
        "{}",
        listed(&report, "fail")
    );
    assert!(text(failed[0], "reason").contains("another GOBIN is in the environment"), "{}", text(failed[0], "reason"));
}

#[test]
fn shells_are_selected_like_probes_and_wait_for_something_to_be_held_against() {
    let machine = Machine::new();
    let ids = |args: &[&str]| -> Vec<String> {
        let report = report(&machine.verify(args).output().unwrap());
        results(&report).iter().map(|result| text(result, "probe").to_owned()).collect()
    };
    let of_bash = ids(&["--overlay", "--probe", "shells/bash"]);
    assert_eq!(of_bash.len(), 5, "{of_bash:?}");
    assert_eq!(ids(&["--overlay", "--probe", "bash-sees-gobin"]), ["shells/bash-sees-gobin"]);
    let output = machine.verify(&["--probe", "shells/"]).output().unwrap();
    let report = report(&output);
    assert_eq!((output.status.code(), report["shells"].as_array().unwrap().len()), (Some(0), 0));
    assert!(results(&report).iter().all(|r| text(r, "verdict") == "skip" && text(r, "reason").contains("apply")));
}

#[test]
fn observing_is_nothing_that_help_speaks_of() {
    support::goenv().arg("--help").assert().success().stdout(predicates::str::contains("observe").not());
    support::goenv().arg("observe").assert().code(3).stderr(predicates::str::contains("goenv-ci verify"));
}
