//! `plan`: what it prints, on any machine, and that it touches nothing.

use crate::support::{assert_file, assert_snapshot, goenv};
use predicates::prelude::*;

fn plan(args: &[&str]) -> assert_cmd::assert::Assert {
    goenv().arg("plan").args(args).assert()
}

fn stdout(args: &[&str]) -> String {
    String::from_utf8(plan(args).success().get_output().stdout.clone()).unwrap()
}

#[test]
fn a_windows_plan_is_printed_for_a_person() {
    assert_snapshot("plan/windows-2022.txt", &stdout(&["--repository", "org/app"]));
}

#[test]
fn every_recorded_runner_has_its_plan_as_json() {
    for runner in ["windows-2022", "windows-2025", "ubuntu-24.04", "macos-15"] {
        assert_snapshot(
            &format!("plan/{runner}.json"),
            &stdout(&["--runner", runner, "--repository", "org/app", "--format", "json"]),
        );
    }
}

#[test]
fn the_matrix_is_one_line_for_from_json() {
    let line = stdout(&["--repository", "org/app", "--go", "1.21,1.22.10", "--format", "github-matrix"]);
    assert_eq!(
        line,
        "{\"include\":[{\"go\":\"1.21\",\"os\":\"windows-2022\"},{\"go\":\"1.22.10\",\"os\":\"windows-2022\"}]}\n"
    );
}

#[test]
fn the_variables_are_printed_as_lines() {
    let lines = stdout(&["--repository", "org/app", "--format", "env"]);
    assert_eq!(lines, "GOCACHE=D:\\a\\_temp\\go-cache\nGOPATH=D:\\a\\app\\go\nGOBIN=D:\\a\\app\\go\\bin\n");
}

#[test]
fn an_empty_variable_means_the_default_and_a_flag_wins_over_a_variable() {
    let run = |value: &str, args: &[&str]| {
        let output = goenv()
            .env("GOENV_CI_GOPATH", value)
            .env("GOENV_CI_GO_VERSIONS", "")
            .env("GOENV_CI_INSTALL", "")
            .args(["plan", "--format", "env", "--repository", "org/app"])
            .args(args)
            .assert()
            .success()
            .get_output()
            .stdout
            .clone();
        String::from_utf8(output).unwrap()
    };
    assert!(run("", &[]).contains("GOPATH=D:\\a\\app\\go\n"));
    assert!(run("E:\\x", &[]).contains("GOPATH=E:\\x\n"));
    assert!(run("E:\\x", &["--gopath", "F:\\y"]).contains("GOPATH=F:\\y\n"));
}

#[test]
fn a_plan_touches_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let missing = dir.path().join("env");
    goenv()
        .current_dir(dir.path())
        .env("GITHUB_ENV", &missing)
        .env("RUNNER_TEMP", dir.path().join("t"))
        .env("USERPROFILE", dir.path())
        .args(["plan", "--runner", "current"])
        .assert()
        .success();
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
}

#[test]
fn a_bad_value_is_refused_with_its_rule_and_the_way_out() {
    for (args, says) in [
        (&["--gopath", "cache"][..], "not an absolute path"),
        (&["--gopath", "~/go"], "begins with `~`"),
        (&["--gocache", "\"D:\\x\""], "quotation mark"),
        (&["--gobin", "/d/a/bin"], "Unix path"),
        (&["--gopath", "D:\\a;D:\\b"], "is a list"),
        (&["--gopath", "D:\\a\nX=1"], "control character"),
        (&["--gopath", "D:\\a\rX=1"], "control character"),
        (&["--runner", "ubuntu-24.04", "--gopath", "D:\\a"], "Windows path"),
        (&["--runner", "ubuntu-24.04", "--gopath", "/a:/b"], "is a list"),
        (&["--repository", "org/go"], "--gopath D:\\a\\go\\gopath"),
        (&["--runner", "windows-95"], "windows-2022"),
        (&["--go", "latest"], "`latest` is not a Go version"),
    ] {
        let shown = predicate::str::contains(says)
            .and(predicate::str::starts_with("error: "))
            .and(predicate::str::contains("\n  help: "));
        plan(args).code(2).stdout("").stderr(shown);
    }
    // Windows itself has no room for a command line with the longer one.
    let lengths = [("ubuntu-24.04", "/", 5_000), ("windows-2022", "D:\\", 40_000)];
    for (runner, root, length) in lengths.into_iter().filter(|(_, _, length)| cfg!(unix) || *length < 30_000) {
        plan(&["--runner", runner, "--gopath", &format!("{root}{}", "x".repeat(length))])
            .code(2)
            .stderr(predicate::str::contains("longer than").and(predicate::function(|text: &str| text.len() < 1_000)));
    }
}

#[test]
fn the_published_schema_is_the_one_of_the_types() {
    assert_file("docs/schema/plan.schema.json", &goenv_ci::plan::schema().unwrap());
}

#[cfg(unix)]
#[test]
fn a_folder_that_is_gone_is_not_taken_for_the_root() {
    let dir = tempfile::tempdir().unwrap();
    let gone = dir.path().join("gone");
    let script = format!(
        "mkdir '{0}' && cd '{0}' && rmdir '{0}' && exec '{1}' plan --runner current",
        gone.display(),
        env!("CARGO_BIN_EXE_goenv-ci")
    );
    let output = std::process::Command::new("sh")
        .args(["-c", &script])
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2), "{output:?}");
}
