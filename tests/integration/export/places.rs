//! Where an export goes and an import comes from: what is there already, what cannot be written, what cannot be read.

use crate::support::{Runner, assert_file};
use std::fs;

fn ran(runner: &Runner, arguments: &[&str]) -> (i32, Vec<u8>, String) {
    let output = runner.goenv().args(arguments).output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.code().unwrap(), output.stdout, errors)
}

#[test]
fn a_file_is_written_once_and_replaced_only_where_that_is_asked_for() {
    let runner = Runner::new();
    let first = ran(&runner, &["export", "reg", "--gocache", r"D:\one", "--out", "go.reg"]);
    assert_eq!((first.0, first.1.as_slice()), (0, b"".as_slice()), "{}", first.2);
    let written = fs::read(runner.path("app/app/go.reg")).unwrap();
    let second = ran(&runner, &["export", "reg", "--gocache", r"D:\two", "--out", "go.reg"]);
    assert_eq!(second.0, 2, "{}", second.2);
    assert!(second.2.contains("is there already") && second.2.contains("--force"), "{}", second.2);
    assert_eq!(fs::read(runner.path("app/app/go.reg")).unwrap(), written);
    assert_eq!(ran(&runner, &["export", "reg", "--gocache", r"D:\two", "--out", "go.reg", "--force"]).0, 0);
    let replaced = fs::read(runner.path("app/app/go.reg")).unwrap();
    assert_ne!(replaced, written);
    let printed = ran(&runner, &["export", "reg", "--gocache", r"D:\two"]);
    assert_eq!(printed.1, replaced, "the same bytes on standard output");
}

#[test]
fn what_cannot_be_written_is_exit_code_3_and_leaves_nothing() {
    let runner = Runner::new();
    for out in [".", "go.reg/inside"] {
        let _ = fs::write(runner.path("app/app/go.reg"), "");
        let (code, _, errors) = ran(&runner, &["export", "reg", "--out", out]);
        assert_eq!(code, 3, "{out}: {errors}");
        assert!(errors.contains("was not written"), "{errors}");
        assert!(!errors.contains("os error"), "{errors}");
    }
}

#[test]
fn a_value_that_a_format_cannot_hold_is_exit_code_2_with_value_format_and_rule() {
    let runner = Runner::new();
    let dir = if cfg!(windows) { r"D:\a$b" } else { "/a$b" };
    let (code, out, errors) = ran(&runner, &["export", "dotenv", "--gocache", dir, "--out", "x"]);
    assert_eq!((code, out.len()), (2, 0));
    for part in ["`dotenv`", "GOCACHE", dir, "do not agree on `$`"] {
        assert!(errors.contains(part), "{part}: {errors}");
    }
    assert!(!runner.path("app/app/x").exists());
    for bad in ["a\nb", "\"x\"", "relative"] {
        let (code, _, errors) = ran(&runner, &["export", "reg", "--gocache", bad]);
        assert_eq!(code, 2, "{errors}");
        assert!(errors.contains("GOCACHE cannot be"), "{errors}");
    }
}

#[test]
fn of_several_files_all_are_there_or_none() {
    let runner = Runner::new();
    fs::create_dir_all(runner.path("app/app/pair/remediate.ps1/in the way")).unwrap();
    let (code, _, errors) = ran(&runner, &["export", "intune", "--out", "pair", "--force"]);
    assert_eq!(code, 3, "{errors}");
    assert!(errors.contains("was not written"), "{errors}");
    assert!(!runner.path("app/app/pair/detect.ps1").exists());
    assert_eq!(ran(&runner, &["export", "intune", "--out", "whole"]).0, 0);
    for name in ["detect.ps1", "remediate.ps1"] {
        assert!(runner.path(&format!("app/app/whole/{name}")).is_file(), "{name}");
    }
}

#[test]
fn a_plan_for_another_system_is_refused() {
    let runner = Runner::new();
    let (code, _, errors) = ran(&runner, &["export", "reg", "--runner", "ubuntu-24.04"]);
    assert_eq!(code, 2);
    assert!(errors.contains("`reg` is not for Linux, and the plan is for ubuntu-24.04"), "{errors}");
}

#[test]
fn a_format_with_room_for_one_go_takes_the_first_that_is_asked_for_and_else_the_newest() {
    let runner = Runner::new();
    for (flags, tag) in [(&[][..], "golang:1.23"), (&["--go", "1.22,1.24"], "golang:1.22")] {
        let (code, out, errors) = ran(&runner, &[&["export", "dockerfile"], flags].concat());
        assert_eq!(code, 0, "{errors}");
        assert!(String::from_utf8_lossy(&out).contains(tag), "{tag}: {}", String::from_utf8_lossy(&out));
    }
}

#[test]
fn a_scope_that_a_format_does_not_know_is_refused() {
    let (code, _, errors) = ran(&Runner::new(), &["export", "dotenv", "--scope", "machine"]);
    assert_eq!(code, 2, "{errors}");
    assert!(errors.contains("makes no difference between a user and the machine"), "{errors}");
}

#[test]
fn import_shows_what_would_be_set_and_what_that_shadows() {
    let runner = Runner::new();
    assert_eq!(
        ran(&runner, &["export", "reg", "--gocache", r"D:\c", "--gopath", r"%USERPROFILE%\p", "--out", "go.reg"]).0,
        0
    );
    let output = runner
        .goenv()
        .env("GOCACHE", r"D:\other")
        .args(["import", "reg", "go.reg", "--format", "json"])
        .output()
        .unwrap();
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let values: Vec<_> = json["variables"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["name"].as_str().unwrap(), one["value"].as_str().unwrap()))
        .collect();
    assert_eq!(values, [("GOCACHE", r"D:\c"), ("GOPATH", r"%USERPROFILE%\p"), ("GOBIN", r"%USERPROFILE%\p\bin")]);
    assert_eq!(json["variables"][0]["shadows"][0]["value"], r"D:\other");
    assert_eq!(json["scope"], "user");
    crate::support::fits(&goenv_ci::export::import_report::schema().unwrap(), &json);
}

#[test]
fn a_broken_file_is_exit_code_2_with_file_line_and_column() {
    let runner = Runner::new();
    fs::write(runner.path("app/app/x.reg"), "REGEDIT4\r\n\r\n[HKEY_CURRENT_USER\\Environment]\r\n\"GOBIN\"=D:\\go\r\n")
        .unwrap();
    let (code, out, errors) = ran(&runner, &["import", "reg", "x.reg"]);
    assert_eq!((code, out.len()), (2, 0));
    assert!(errors.contains("x.reg:4:9: "), "{errors}");
    assert_eq!(ran(&runner, &["import", "reg", "nowhere.reg"]).0, 2);
}

#[test]
fn the_published_schema_is_the_one_of_the_types() {
    assert_file("docs/schema/import.schema.json", &goenv_ci::export::import_report::schema().unwrap());
}
