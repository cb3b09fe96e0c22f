//! `explain --environment` as a user meets it: this process, and on Linux another one.

use crate::support::{Runner, assert_file, judged};
use predicates::{prelude::PredicateBooleanExt, str::contains};
use serde_json::Value;

fn asked(runner: &Runner, env: &[(&str, &str)], args: &[&str]) -> Value {
    let mut command = runner.goenv();
    command.envs(env.iter().copied()).args(["explain", "--environment", "--format", "json"]).args(args);
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn row<'a>(said: &'a Value, name: &str) -> &'a Value {
    said["variables"].as_array().unwrap().iter().find(|row| row["name"] == name).unwrap()
}

#[test]
fn the_published_schema_is_the_one_of_the_types() {
    assert_file("docs/schema/explain-environment.schema.json", &goenv_ci::explain::environment::schema().unwrap());
}

#[test]
fn what_go_makes_something_else_of_comes_first() {
    let Some(cache) = judged::tool_cache() else { return };
    let runner = Runner::new();
    let roots: Vec<String> =
        ["1.21", "1.23"].iter().map(|minor| judged::goroot(&cache, minor).to_str().unwrap().to_owned()).collect();
    let args = ["--go-root", &roots[0], "--go-root", &roots[1]];
    let said = asked(&runner, &[("GOCACHE", "relative"), ("GOBIN", "/b"), ("GOTOOLCHAIN", "local")], &args);
    assert_eq!(said["variables"][0]["name"], "GOCACHE", "{said:#}");
    assert_eq!(row(&said, "GOCACHE")["process"], "relative");
    assert_eq!(row(&said, "GOCACHE")["go"][1]["value"], "off");
    assert_eq!(row(&said, "GOBIN")["standing"], "same");
    assert_eq!(row(&said, "GOPATH")["standing"], "go-only");
    assert_eq!(row(&said, "PATH")["standing"], "process-only");
    // Go 1.21 does not know it.
    let telemetry = row(&said, "GOTELEMETRY");
    assert_eq!(telemetry["go"][0]["value"], Value::Null);
    assert_eq!(telemetry["go"][1]["value"], "local");
}

#[test]
fn values_that_are_none_of_go_s_business_and_secrets_are_not_shown() {
    let runner = Runner::new();
    let secret = "ghp_0123456789abcdefghijABCDEFGHIJ";
    let env = [("GOPROXY", "https://me:hunter2@proxy.example"), ("MY_SETTING", secret), ("GOFLAGS", secret)];
    let said = asked(&runner, &env, &[]).to_string();
    assert!(said.contains("MY_SETTING") && said.contains("xxxxx@proxy.example"), "{said}");
    assert!(!said.contains("hunter2") && !said.contains(secret), "{said}");
    let mut command = runner.goenv();
    command.envs(env).args(["explain", "--environment"]);
    command
        .assert()
        .code(0)
        .stdout(contains("xxxxx@proxy.example"))
        .stdout(contains("hunter2").not())
        .stdout(contains(secret).not());
}

#[test]
fn a_misspelt_name_is_named_with_what_was_meant() {
    let runner = Runner::new();
    let said = asked(&runner, &[("GOCAHCE", "/c")], &[]);
    assert!(said["notes"].to_string().contains("did you mean `GOCACHE`?"), "{}", said["notes"]);
    assert_eq!(row(&said, "GOCAHCE")["process"], "/c");
}

#[test]
#[cfg(target_os = "linux")]
fn another_process_is_read_by_its_id_with_its_own_folder() {
    let runner = Runner::new();
    let dir = runner.path("app");
    let mut child = std::process::Command::new("sleep")
        .arg("60")
        .env_clear()
        .env("GOBIN", "/of/the/child")
        .env("GOENV", "off")
        .current_dir(&dir)
        .spawn()
        .unwrap();
    let pid = child.id().to_string();
    // The block is there once the program itself has begun.
    let begun = || std::fs::read(format!("/proc/{pid}/environ")).unwrap().starts_with(b"GO");
    while !begun() {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let said = asked(&runner, &[("GOBIN", "/of/the/parent")], &["--pid", &pid]);
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(row(&said, "GOBIN")["process"], "/of/the/child", "{said:#}");
    assert_eq!(said["process"]["dir"], dir.canonicalize().unwrap().to_str().unwrap());
    assert_eq!(said["process"]["pid"].to_string(), pid);
    // It has ended.
    let mut command = runner.goenv();
    command.args(["explain", "--environment", "--pid", &pid]);
    command.assert().code(3).stderr(contains("there is no such process"));
}

#[test]
#[cfg(target_os = "linux")]
fn a_process_of_somebody_else_is_said_to_be_one() {
    use std::os::unix::{
        fs::{MetadataExt, PermissionsExt},
        process::CommandExt,
    };
    let folder = tempfile::tempdir().unwrap();
    let open = |path: &std::path::Path| {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
    };
    let program = folder.path().join("goenv-ci");
    crate::support::copy_program(&program);
    open(&program);
    open(folder.path());
    let owner = |path: &str| std::fs::metadata(path).unwrap().uid();
    let mut command = std::process::Command::new(&program);
    command.env_clear().current_dir("/").args(["explain", "--environment", "--pid"]);
    if owner("/proc/self") == 0 {
        // As nobody, of a process of root's: this one.
        command.arg(std::process::id().to_string()).uid(65_534).gid(65_534);
    } else {
        assert_eq!(owner("/proc/1"), 0, "the first process is expected to be root's");
        command.arg("1");
    }
    let output = command.output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{stderr}");
    assert!(stderr.contains("only by its own user and by root"), "{stderr}");
}

#[test]
#[cfg(not(target_os = "linux"))]
fn another_process_cannot_be_read_here_and_that_is_said() {
    let runner = Runner::new();
    let mut command = runner.goenv();
    command.args(["explain", "--environment", "--pid", "1"]);
    command.assert().code(3).stderr(contains("only Linux"));
}

#[test]
fn an_id_without_its_question_or_a_wrong_one_is_a_wrong_command_line() {
    for args in [&["--pid", "1"][..], &["--environment", "--pid", "0"], &["--environment", "--why", "x"]] {
        Runner::new().goenv().arg("explain").args(args).assert().code(2);
    }
}
