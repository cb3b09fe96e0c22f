//! What each shell sees: where all see the same, and where one is made to see something else. Exactly
//! that shell × variable must fail, and the report must say why.

use crate::support::{
    self,
    judged::{below, listed, report, results, text},
};
use assert_cmd::assert::OutputAssertExt;
use predicates::boolean::PredicateBooleanExt;
use serde_json::Value;
use std::{
    fs,
    path::PathBuf,
    process::Command,
    time::{Duration, Instant},
};

/// The shell of the system itself, which a wrapper in front of it stands in for.
const SHELL: &str = if cfg!(windows) { "cmd" } else { "sh" };

const SEPARATOR: &str = if cfg!(windows) { ";" } else { ":" };

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
        machine.file("root/VERSION", "go1.21.13\n");
        // Never started: no probe but the shells' is asked for.
        machine.file(if cfg!(windows) { "root/bin/go.exe" } else { "root/bin/go" }, "");
        machine.program("go/go", "echo go1.21.13\necho /nowhere/go");
        machine
    }

    fn path(&self, name: &str) -> PathBuf {
        // Not made canonical on Windows, where that would be another spelling than the system's own.
        let root = self.dir.path().canonicalize().unwrap();
        support::below(if cfg!(windows) { self.dir.path() } else { &root }, name)
    }

    fn text(&self, name: &str) -> String {
        self.path(name).to_str().unwrap().to_owned()
    }

    fn file(&self, name: &str, content: &str) {
        fs::create_dir_all(self.path(name).parent().unwrap()).unwrap();
        fs::write(self.path(name), content).unwrap();
    }

    /// A script that starts by its bare name; `script` is one for `sh` and for `cmd`. Its file.
    fn program(&self, name: &str, script: &str) -> String {
        let (name, head) =
            if cfg!(windows) { (format!("{name}.bat"), "@echo off") } else { (name.to_owned(), "#!/bin/sh") };
        let script = format!("{head}\n{script}\n");
        #[cfg(windows)]
        self.file(&name, &script.replace('\n', "\r\n"));
        #[cfg(unix)]
        support::write_program(&self.path(&name), &script);
        self.text(&name)
    }

    /// A wrapper, the first on PATH, that sets this variable before it starts the shell. `{old}` is its value.
    fn wrapper(&self, variable: &str, value: &str) -> String {
        let (old, rest) = match cfg!(windows) {
            true => (format!("%{variable}%"), "\"%SystemRoot%\\system32\\cmd.exe\" %*"),
            false => (format!("${variable}"), "exec /bin/sh \"$@\""),
        };
        let value = value.replace("{old}", &old);
        let set = if cfg!(windows) {
            format!("set \"{variable}={value}\"")
        } else {
            format!("export {variable}=\"{value}\"")
        };
        self.program(&format!("front/{SHELL}"), &format!("{set}\n{rest}"))
    }

    /// A file that every non-interactive bash reads first.
    #[cfg(unix)]
    fn bash_env(mut self, content: &str) -> Self {
        self.file("bash-env", content);
        self.more.push(("BASH_ENV", self.text("bash-env")));
        self
    }

    /// What every step of this machine gets.
    fn step(&self, command: &str) -> Command {
        let mut step = Command::new(env!("CARGO_BIN_EXE_goenv-ci"));
        let temp = self.path("_temp");
        step.arg(command).current_dir(self.path("app/app")).env_clear().envs(support::system_needs());
        step.env("PATH", self.path_variable()).envs(support::homes(&self.path("home"), &temp)).env("RUNNER_TEMP", temp);
        step.env("RUNNER_WORKSPACE", self.path("app")).env("GITHUB_WORKSPACE", self.path("app/app"));
        step.env("GITHUB_REPOSITORY", "org/app").envs(self.more.iter().cloned());
        step
    }

    fn path_variable(&self) -> String {
        let [gobin, front, go, back] = ["app/go/bin", "front", "go", "back"].map(|dir| self.text(dir));
        [&gobin, &front, &go, &support::system_path(), &back].map(String::as_str).join(SEPARATOR)
    }

    fn verify(&self, args: &[&str]) -> Command {
        let mut command = self.step("verify");
        command.args(["--go", "1.21", "--format", "json", "--quiet", "--go-root"]).arg(self.path("root")).args(args);
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
fn only_the_shells_that_were_asked_for_are_looked_through_beside_the_direct_start() {
    let machine = Machine::new();
    // Blanks and the other systems' shells do no harm: one list serves every runner.
    let (exit, report) = machine.shells(&["--shells", &format!("{SHELL}, console-host,pseudo-terminal")]);
    assert_eq!(exit, Some(0), "{}", listed(&report, "fail"));
    let seen = report["shells"].as_array().unwrap().iter().map(|view| view["shell"].as_str().unwrap());
    let terminal = if cfg!(windows) { "console-host" } else { "pseudo-terminal" };
    assert_eq!(seen.collect::<Vec<_>>(), ["direct", SHELL, terminal]);
    assert_eq!(results(&report).len(), 3 * 5);

    machine.verify(&["--overlay", "--probe", "shells/", "--shells", "none"]).assert().code(4);
    machine.verify(&["--overlay", "--probe", "shells/", "--shells", "all"]).assert().code(0);
    let unknown = machine.verify(&["--overlay", "--shells", "zsh"]).assert().code(2);
    unknown.stderr(predicates::str::contains("possible values: all, none, sh"));
    let mut by_variable = machine.verify(&["--overlay", "--probe", "shells/"]);
    let output = by_variable.env("GOENV_CI_SHELLS", "").output().unwrap();
    assert_eq!(output.status.code(), Some(0), "empty means the default");
}

#[test]
fn every_shell_sees_the_same_and_each_control_is_seen_to_differ() {
    let machine = Machine::new();
    let (exit, report) = machine.shells(&[]);
    assert_eq!(listed(&report, "fail") + &listed(&report, "error"), "");
    assert_eq!(exit, Some(0));
    let there: &[&str] = match cfg!(windows) {
        true => &["direct", "cmd", "pseudo-console", "console-host"],
        false => &["direct", "sh", "bash", "pseudo-terminal"],
    };
    for shell in there {
        assert_eq!(verdicts(&report, shell), [("pass", ""); 5], "{shell}");
        let view = report["shells"].as_array().unwrap().iter().find(|view| view["shell"] == *shell).unwrap();
        assert_eq!(view["sees"]["gobin"], machine.text("app/go/bin"), "{shell}");
        assert_eq!(view["sees"]["go"], machine.text(if cfg!(windows) { "go/go.bat" } else { "go/go" }), "{shell}");
    }
    for result in results(&report) {
        let (probe, control, reason) = (text(result, "probe"), text(result, "control"), text(result, "reason"));
        match text(result, "verdict") {
            "pass" => assert!(control.contains("instead of"), "{probe}: {control}"),
            _ => assert!(["on PATH", "is a stub"].iter().any(|why| reason.contains(why)), "{probe}: {reason}"),
        }
        assert_eq!((text(result, "kind"), text(result, "go")), ("live", "1.21.13"));
    }
    assert_eq!(below(&machine.path("_temp")), Vec::<PathBuf>::new(), "left behind");
}

#[test]
fn a_shell_that_sets_a_variable_itself_is_named_for_that_variable_alone() {
    let machine = Machine::new();
    let elsewhere = machine.text("elsewhere");
    let wrapper = machine.wrapper("GOBIN", &elsewhere);
    let (observed, cause) = machine.only_failure(&format!("shells/{SHELL}-sees-gobin"));
    assert_eq!(observed, format!("GOBIN=`{elsewhere}`"));
    assert!(cause.contains(&wrapper) && cause.contains("sets GOBIN itself, whatever it is given"), "{cause}");
}

#[test]
fn a_shell_that_changes_a_value_on_its_way_is_named_with_its_file() {
    let machine = Machine::new();
    let wrapper = machine.wrapper("GOCACHE", "{old}-deeper");
    let (observed, cause) = machine.only_failure(&format!("shells/{SHELL}-sees-gocache"));
    assert!(observed.ends_with("go-cache-deeper`"), "{observed}");
    assert!(cause.contains(&wrapper) && cause.contains("changes the value on its way"), "{cause}");
}

#[test]
fn a_shell_that_takes_a_variable_away_is_named_for_that_variable_alone() {
    let machine = Machine::new();
    machine.wrapper("GOPATH", "");
    let (observed, cause) = machine.only_failure(&format!("shells/{SHELL}-sees-gopath"));
    assert_eq!(observed, "GOPATH is not set");
    assert!(cause.contains("takes GOPATH out"), "{cause}");
}

#[test]
fn a_path_in_another_order_is_named_with_the_folder_that_moved() {
    let machine = Machine::new();
    let back = machine.text("back");
    machine.wrapper("PATH", &format!("{back}{SEPARATOR}{{old}}"));
    let (observed, cause) = machine.only_failure(&format!("shells/{SHELL}-sees-path"));
    assert!(observed.starts_with(&format!("`{back}` is entry 1 of PATH")), "{observed}");
    assert!(cause.contains("rewrites PATH"), "{cause}");
}

#[test]
fn a_path_of_the_shells_own_loses_folders_and_cannot_be_judged_for_go() {
    let machine = Machine::new();
    machine.wrapper("PATH", &machine.path_variable().replace(&format!("{}{SEPARATOR}", machine.text("front")), ""));
    let (exit, report) = machine.shells(&[]);
    let seen = results(&report).iter().find(|r| text(r, "verdict") == "fail").unwrap();
    assert_eq!(text(seen, "observed"), format!("`{}` is not on PATH", machine.text("front")));
    let error = results(&report).iter().find(|r| text(r, "verdict") == "error").unwrap();
    assert_eq!((text(error, "probe"), exit), (&*format!("shells/{SHELL}-sees-go"), Some(1)));
    assert!(text(error, "reason").contains("the control did not fail"), "{}", text(error, "reason"));
}

#[test]
fn another_go_that_a_shell_puts_in_front_is_named_with_its_folder() {
    let machine = Machine::new();
    let go = machine.program("other/go", "echo go1.20");
    let other = machine.text("other");
    machine.wrapper("PATH", &format!("{other}{SEPARATOR}{{old}}"));
    let (observed, cause) = machine.only_failure(&format!("shells/{SHELL}-sees-go"));
    assert_eq!(observed, format!("`go` is `{go}`"));
    assert!(cause.contains(&format!("puts `{other}` in front")), "{cause}");
}

#[test]
fn a_folder_in_front_that_hides_a_program_of_gobin_fails_and_one_that_hides_nothing_is_told() {
    let machine = Machine::new();
    machine.file("extra/tool", "");
    let extra = machine.text("extra");
    machine.wrapper("PATH", &format!("{extra}{SEPARATOR}{{old}}"));
    let (exit, report) = machine.shells(&[]);
    assert_eq!((listed(&report, "fail"), exit), (String::new(), Some(0)));
    let view = report["shells"].as_array().unwrap().iter().find(|view| view["shell"] == SHELL).unwrap();
    assert_eq!(view["adds_to_path"], serde_json::json!([extra]));
    machine.file("app/go/bin/tool", "");
    let (observed, _) = machine.only_failure(&format!("shells/{SHELL}-sees-path"));
    assert_eq!(observed, format!("`tool` in `{extra}`, which comes earlier on PATH there"));
}

#[test]
fn a_shell_that_hangs_is_an_error_within_its_limit() {
    let machine = Machine::new();
    let hang = if cfg!(windows) { ":again\ngoto again" } else { "sleep 300 &\nwait" };
    let wrapper = machine.program(&format!("front/{SHELL}"), hang);
    let begun = Instant::now();
    let (exit, report) = machine.shells(&["--timeout", "5"]);
    assert!(begun.elapsed() < Duration::from_secs(100), "it waits for the shell");
    assert_eq!(exit, Some(5));
    for (verdict, reason) in verdicts(&report, SHELL) {
        assert_eq!(verdict, "error");
        assert!(reason.contains("ran past its limit of 5 s") && reason.contains(&wrapper), "{reason}");
    }
    assert_eq!(verdicts(&report, "direct"), [("pass", ""); 5]);
    assert_eq!(below(&machine.path("_temp")), Vec::<PathBuf>::new(), "left behind");
}

#[test]
fn a_shell_that_starts_nothing_is_an_error_with_what_it_said() {
    let machine = Machine::new();
    machine.program(&format!("front/{SHELL}"), "echo sorry");
    let (exit, report) = machine.shells(&[]);
    assert_eq!(exit, Some(5));
    for (verdict, reason) in verdicts(&report, SHELL) {
        assert_eq!(verdict, "error");
        assert!(reason.contains("exits with 0 and starts nothing") && reason.contains("`sorry`"), "{reason}");
    }
}

#[test]
fn a_shell_that_always_gives_the_right_value_proves_nothing() {
    let machine = Machine::new();
    machine.wrapper("GOBIN", &machine.text("app/go/bin"));
    let (exit, report) = machine.shells(&[]);
    let errors: Vec<&Value> = results(&report).iter().filter(|r| text(r, "verdict") == "error").collect();
    let ids: Vec<&str> = errors.iter().map(|result| text(result, "probe")).collect();
    assert_eq!((ids, exit), (vec![&*format!("shells/{SHELL}-sees-gobin")], Some(5)));
    assert!(text(errors[0], "reason").contains("the control did not fail"), "{}", text(errors[0], "reason"));
}

#[test]
fn what_did_not_arrive_is_blamed_on_the_direct_start_and_on_no_shell() {
    let machine = Machine::new();
    let mut apply = machine.step("apply");
    for (name, file) in [("GITHUB_ENV", "env"), ("GITHUB_PATH", "paths"), ("GITHUB_OUTPUT", "output")] {
        machine.file(file, "");
        apply.env(name, machine.path(file));
    }
    let applied = apply.output().unwrap();
    assert!(applied.status.success(), "{}", String::from_utf8_lossy(&applied.stderr));
    let mut step = machine.verify(&["--probe", "shells/"]);
    step.env("GOCACHE", machine.path("_temp/go-cache")).env("GOPATH", machine.path("app/go"));
    let report = report(&step.env("GOBIN", machine.path("elsewhere")).output().unwrap());
    let failed: Vec<&Value> = results(&report).iter().filter(|r| text(r, "verdict") == "fail").collect();
    let ids: Vec<&str> = failed.iter().map(|result| text(result, "probe")).collect();
    assert_eq!(ids, ["shells/direct-sees-gobin"], "{}", listed(&report, "fail"));
    assert!(text(failed[0], "reason").contains("another GOBIN is in the environment"), "{}", text(failed[0], "reason"));
}

#[test]
fn shells_are_selected_like_probes_and_wait_for_something_to_be_held_against() {
    let machine = Machine::new();
    let ids = |args: &[&str]| -> Vec<String> {
        let report = report(&machine.verify(args).output().unwrap());
        results(&report).iter().map(|result| text(result, "probe").to_owned()).collect()
    };
    let all = ids(&["--overlay", "--probe", &format!("shells/{SHELL}")]);
    assert_eq!(all.len(), 5, "{all:?}");
    let one = format!("shells/{SHELL}-sees-gobin");
    assert_eq!(ids(&["--overlay", "--probe", &one]), std::slice::from_ref(&one));
    let output = machine.verify(&["--probe", "shells/"]).output().unwrap();
    let report = report(&output);
    assert_eq!((output.status.code(), report["shells"].as_array().unwrap().len()), (Some(0), 0));
    assert!(results(&report).iter().all(|r| text(r, "verdict") == "skip" && text(r, "reason").contains("apply")));
}

/// What only a shell with start-up files can do to itself, and how a tree of it ends.
#[cfg(unix)]
mod unix {
    use super::{Machine, below};
    use std::{
        fs,
        os::unix::process::CommandExt,
        path::PathBuf,
        process::{Command, Stdio},
        thread,
        time::{Duration, Instant},
    };

    #[test]
    fn a_bash_env_that_sets_gobin_is_named_for_bash_and_gobin_alone() {
        let machine = Machine::new().bash_env("export GOBIN=/opt/bin\n");
        let (observed, cause) = machine.only_failure("shells/bash-sees-gobin");
        assert_eq!(observed, "GOBIN=`/opt/bin`");
        for part in ["BASH_ENV", "bash-env", "whatever it is given"] {
            assert!(cause.contains(part), "{cause}");
        }
    }

    #[test]
    fn a_folder_that_is_taken_off_path_is_named() {
        // The third entry: the overlay has put GOBIN in front once more.
        let machine = Machine::new().bash_env("kept=${PATH#*:*:*:}\nPATH=${PATH%%:*}:$kept\n");
        let (observed, _) = machine.only_failure("shells/bash-sees-path");
        assert_eq!(observed, format!("`{}` is not on PATH", machine.text("front")));
    }

    #[test]
    fn a_function_of_the_name_go_is_no_program() {
        let machine = Machine::new().bash_env("go() { echo not the real one; }\n");
        let (observed, cause) = machine.only_failure("shells/bash-sees-go");
        assert_eq!(observed, "`go` is a function of the shell's own");
        assert!(cause.contains("BASH_ENV") && cause.contains("answers before any program"), "{cause}");
    }

    #[test]
    fn a_time_out_and_an_interruption_end_what_a_shell_has_started() {
        for (limit, signal, exit) in [("2", None, 5), ("300", Some("-INT"), 130)] {
            let machine = Machine::new();
            let mark = machine.text("mark");
            let script = format!("sleep 300 &\necho $! >'{mark}.new'\nmv '{mark}.new' '{mark}'\nwait");
            machine.program("front/sh", &script);
            let mut verify = machine.verify(&["--overlay", "--probe", "shells/", "--timeout", limit]);
            // In a group of its own, so that only the signal sent here reaches it.
            let mut child = verify.stdout(Stdio::null()).stderr(Stdio::null()).process_group(0).spawn().unwrap();
            let begun = Instant::now();
            while !machine.path("mark").exists() {
                assert!(begun.elapsed() < Duration::from_secs(60), "the shell never started");
                thread::sleep(Duration::from_millis(10));
            }
            if let Some(signal) = signal {
                Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
            }
            assert_eq!(child.wait().unwrap().code(), Some(exit));
            assert!(is_gone(fs::read_to_string(machine.path("mark")).unwrap().trim()));
            assert_eq!(below(&machine.path("_temp")), Vec::<PathBuf>::new(), "left behind");
        }
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
}

#[test]
fn observing_is_nothing_that_help_speaks_of() {
    support::goenv().arg("--help").assert().success().stdout(predicates::str::contains("observe").not());
    support::goenv().arg("observe").assert().code(3).stderr(predicates::str::contains("goenv-ci verify"));
}
