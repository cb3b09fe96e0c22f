//! `explain --why` as a user meets it, on files that real toolchains made too.

use crate::support::{self, Runner, assert_file, judged};
use predicates::str::contains;
use serde_json::Value;
use std::{fs, process::Command};

/// The exit code and the answer as JSON.
fn asked(runner: &Runner, env: &[(&str, &str)], args: &[&str]) -> (i32, Value) {
    let mut command = runner.goenv();
    command.envs(env.iter().copied()).args(["explain", "--format", "json", "--why"]).args(args);
    let output = command.output().unwrap();
    let code = output.status.code().unwrap();
    let said = serde_json::from_slice(&output.stdout);
    (code, said.unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr))))
}

#[test]
fn the_published_schema_is_the_one_of_the_types() {
    assert_file("docs/schema/explain-why.schema.json", &goenv_ci::explain::why::schema().unwrap());
}

#[test]
fn a_program_is_traced_to_the_line_that_go_env_w_wrote() {
    let runner = Runner::new();
    let (goenv, bin) = (runner.text("goenv"), runner.text("tools"));
    fs::write(&goenv, format!("GOFLAGS=-v\nGOBIN={bin}\n")).unwrap();
    let file = support::below(runner.path("tools").as_path(), "gopls");
    let (code, said) = asked(&runner, &[("GOENV", &goenv)], &[file.to_str().unwrap()]);
    let reason = &said["explanations"][0]["reason"];
    assert_eq!(code, 0, "{said:#}");
    assert_eq!(reason["variable"], "GOBIN");
    assert_eq!(reason["held"]["source"], "goenv-file");
    assert_eq!(reason["held"]["at"], format!("{goenv}:2"));
    assert_eq!(reason["parts"][0]["text"].as_str(), Some(bin.as_str()));
    assert_eq!(reason["parts"][1]["means"], "program");
}

#[test]
fn what_no_variable_explains_is_exit_code_4_and_says_which_shadowed_value_would() {
    let runner = Runner::new();
    let goenv = runner.text("goenv");
    fs::write(&goenv, format!("GOBIN={}\n", runner.text("old"))).unwrap();
    let file = support::below(runner.path("old").as_path(), "tool");
    let mut command = runner.goenv();
    command.env("GOENV", &goenv).env("GOBIN", runner.path("new")).args(["explain", "--why"]).arg(&file);
    command
        .assert()
        .code(4)
        .stdout(contains("no variable that is in force puts a file there"))
        .stdout(contains(format!("{goenv}:1")))
        .stdout(contains("shadowed value"));
    let (code, said) = asked(&runner, &[], &[runner.path("nowhere").to_str().unwrap()]);
    assert_eq!(code, 4);
    assert_eq!(said["explanations"][0]["reason"], Value::Null);
    assert_eq!(said["explanations"][0]["otherwise"].as_array().unwrap().len(), 0);
}

#[test]
fn a_value_of_the_environment_is_traced_to_the_profile_that_set_it() {
    let runner = Runner::new();
    let (tools, envrc) = (runner.text("tools"), runner.path("app/app").join(".envrc"));
    fs::write(&envrc, format!("# mine\nexport GOBIN='{tools}'\n")).unwrap();
    let file = support::below(runner.path("tools").as_path(), "gopls");
    let (code, said) = asked(&runner, &[("GOBIN", &tools)], &[file.to_str().unwrap()]);
    let origin = &said["explanations"][0]["reason"]["origin"];
    assert_eq!((code, &origin["source"]), (0, &"envrc".into()), "{said:#}");
    assert!(origin["at"].as_str().unwrap().ends_with(".envrc:2"), "{origin}");
}

#[test]
fn a_file_beside_names_of_variables_is_a_wrong_command_line() {
    Runner::new().goenv().args(["explain", "GOBIN", "--why", "x"]).assert().code(2);
    Runner::new().goenv().args(["explain", "--why", ""]).assert().code(2);
}

#[test]
fn what_real_toolchains_left_is_traced_to_the_variable_that_they_obeyed() {
    let Some(cache) = judged::tool_cache() else { return };
    for minor in ["1.21", "1.22", "1.23"] {
        let goroot = judged::goroot(&cache, minor);
        let runner = Runner::new();
        let module = runner.path("app/app");
        fs::write(module.join("go.mod"), "module m\n\ngo 1.21\n").unwrap();
        fs::write(module.join("m.go"), "package m\n").unwrap();
        let program = |name: &str| goroot.join("bin").join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
        let (kept, tools) = (runner.text("kept"), runner.path("tools"));
        let mut command = Command::new(program("go"));
        command.args(["list", "-export", "-work", "-f", "{{.Export}}", "."]).current_dir(&module).env_clear();
        command.envs(support::system_needs()).envs(support::homes(&runner.path("home"), &runner.path("_temp")));
        command.env("GOCACHE", &kept).env("GOTOOLCHAIN", "local").env("PATH", support::system_path());
        let output = command.output().unwrap();
        let entry = String::from_utf8(output.stdout).unwrap().trim().to_owned();
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        let work = stderr.lines().find_map(|line| line.strip_prefix("WORK=")).unwrap_or_else(|| panic!("{stderr}"));
        fs::create_dir_all(&tools).unwrap();
        // Go's own programs are programs of Go's.
        let copied = tools.join(program("gofmt").file_name().unwrap());
        fs::copy(program("gofmt"), &copied).unwrap();
        fs::write(tools.join("script"), "#!/bin/sh\n").unwrap();

        let bin = tools.to_str().unwrap();
        let traced = |file: &str| {
            let args = [file, "--go-root", goroot.to_str().unwrap()];
            let (code, said) = asked(&runner, &[("GOCACHE", &kept), ("GOBIN", bin)], &args);
            let one = &said["explanations"][0];
            let reason = &one["reason"];
            let told = format!("{} {}", reason["variable"].as_str().unwrap(), reason["deposit"].as_str().unwrap());
            (code, told, one["notes"].to_string())
        };
        let (code, told, _) = traced(&entry);
        assert_eq!((code, told.as_str()), (0, "GOCACHE build-cache"), "Go {minor}: {entry}");
        let (code, told, _) = traced(program("go").to_str().unwrap());
        assert_eq!((code, told.as_str()), (0, "GOROOT toolchain"), "Go {minor}");
        let (code, told, _) = traced(work);
        let named = if cfg!(windows) { "TMP work-folder" } else { "TMPDIR work-folder" };
        assert_eq!((code, told.as_str()), (0, named), "Go {minor}: {work}");
        let (code, told, notes) = traced(copied.to_str().unwrap());
        assert_eq!((code, told.as_str()), (0, "GOBIN program"), "Go {minor}");
        assert!(!notes.contains("no build information"), "Go {minor}: {notes}");
        let (_, told, notes) = traced(tools.join("script").to_str().unwrap());
        assert!(told == "GOBIN program" && notes.contains("no build information"), "Go {minor}: {told} {notes}");
    }
}
