//! `explain` as a user meets it.

use crate::support::{self, Runner, assert_file};
use predicates::str::contains;
use std::{fs, path::Path};

/// A list for PATH with so many folders.
fn long_path(entries: usize) -> String {
    let dirs: Vec<String> = (0..entries).map(|at| format!("/opt/a folder/number-{at:05}")).collect();
    std::env::join_paths(dirs).unwrap().into_string().unwrap()
}

#[test]
fn what_differs_between_versions_is_told_in_every_format() {
    let runner = Runner::new();
    fs::write(runner.path("summary"), "").unwrap();
    let ask = |format: &str| {
        let mut command = runner.goenv();
        command.env("GITHUB_STEP_SUMMARY", runner.path("summary")).env("GOCACHE", "/c");
        command.args(["explain", "--go", "1.22,1.27", "--format", format, "--report"]).arg(runner.path("report"));
        String::from_utf8(command.output().unwrap().stdout).unwrap()
    };
    let said: serde_json::Value = serde_json::from_str(&ask("json")).unwrap();
    let differences = said["differences"].as_array().unwrap();
    let of = |name: &str| differences.iter().find(|one| one["name"] == name);
    // Since Go 1.27 it says where programs go, set or not.
    let gobin = of("GOBIN").unwrap();
    assert_eq!(gobin["values"][0]["value"], "");
    assert!(gobin["values"][1]["value"].as_str().unwrap().ends_with("bin"), "{gobin}");
    assert_eq!(of("GOAUTH").unwrap()["values"][0]["value"], serde_json::Value::Null);
    assert!(of("GOCACHE").is_none() && of("GOVERSION").is_none(), "{differences:#?}");
    let human = ask("human");
    assert!(human.contains("What differs between these versions"), "{human}");
    for file in ["summary", "report/explain.md", "report/explain.html"] {
        assert!(runner.read(file).contains("What differs between these versions"), "{file}");
    }
}

#[test]
fn a_version_without_a_patch_and_one_that_is_too_new_say_how_they_are_read() {
    let runner = Runner::new();
    let output = runner.goenv().args(["explain", "--go", "1.22,1.99.1", "GOPATH"]).output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap().split_whitespace().collect::<Vec<_>>().join(" ");
    let first = "warning: Go 1.22.0 stands for 1.22: no toolchain of it is here that would tell its newest patch";
    assert!(said.contains(first), "{said}");
    assert!(said.contains("warning: Go 1.99.1 is newer than this program, which reads it by the rules of"), "{said}");
}

#[test]
fn a_summary_that_the_runner_would_drop_is_said_and_left_as_it_is() {
    let runner = Runner::new();
    let held = [
        ("bytes, and the runner drops one of more than 1048576 whole", vec![b'x'; 1 << 20]),
        ("UTF-16", b"\xff\xfeA\0".to_vec()),
    ];
    for (why, held) in held {
        fs::write(runner.path("summary"), &held).unwrap();
        let mut command = runner.goenv();
        command.env("GITHUB_STEP_SUMMARY", runner.path("summary")).args(["explain", "GOBIN"]);
        command.assert().code(3).stderr(contains(why)).stderr(contains("in a step of its own"));
        assert!(fs::read(runner.path("summary")).unwrap() == held, "{why}");
    }
}

#[test]
fn where_the_runner_stops_reading_github_env_is_said() {
    let runner = Runner::new();
    fs::write(runner.path("env"), "GOBIN=/before\nnothing\nGOBIN=/behind\n").unwrap();
    let mut command = runner.goenv();
    let output = command.args(["explain", "GOBIN", "--format", "json"]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("/before") && !text.contains("/behind"), "{text}");
    assert!(text.contains("line 2 is neither `NAME=value` nor `NAME<<WORD`"), "{text}");
}

#[test]
fn a_long_path_has_a_line_for_each_entry() {
    let runner = Runner::new();
    let mut command = runner.goenv();
    let output = command.env("PATH", long_path(9)).args(["explain", "PATH"]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let entry =
        |line: &&str| line.ends_with("/opt/a folder/number-00000") || line.trim().starts_with("/opt/a folder/number-");
    assert_eq!(text.lines().filter(entry).count(), 9, "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
}

#[test]
fn the_published_schema_is_the_one_of_the_types() {
    assert_file("docs/schema/explain.schema.json", &goenv_ci::explain::values::schema().unwrap());
}

#[test]
fn a_variable_that_nobody_knows_has_a_neighbour() {
    Runner::new().goenv().args(["explain", "GOCAHCE"]).assert().code(2).stderr(contains("did you mean `GOCACHE`?"));
}

#[test]
fn a_goenv_file_that_is_a_folder_is_named_and_the_rest_is_explained() {
    let runner = Runner::new();
    let mut command = runner.goenv();
    command.env("GOENV", runner.path("app")).env("GOBIN", "/b").args(["explain", "GOBIN"]);
    command.assert().code(0).stdout(contains("is a directory")).stdout(contains("/b"));
}

#[test]
fn every_answer_holds_to_its_published_schema() {
    let runner = Runner::new();
    fs::write(runner.path("goenv"), format!("GOBIN={}\n", runner.text("old"))).unwrap();
    let old = support::below(&runner.path("old"), "tool").to_str().unwrap().to_owned();
    for (schema, args) in [
        ("explain", &["GOBIN"][..]),
        ("explain", &["--go", "1.21,1.27"]),
        ("explain-why", &["--why", &old]),
        ("explain-why", &["--why", &old, "--go", "1.21,1.27"]),
        ("explain-environment", &["--environment", "--go", "1.21,1.27"]),
    ] {
        let mut command = runner.goenv();
        command
            .env("GOENV", runner.path("goenv"))
            .env("GOFLAGS", "-v")
            .args(["explain", "--format", "json"])
            .args(args);
        let answer: serde_json::Value = serde_json::from_slice(&command.output().unwrap().stdout).unwrap();
        let file = format!("docs/schema/{schema}.schema.json");
        let text = fs::read_to_string(support::below(Path::new(env!("CARGO_MANIFEST_DIR")), &file)).unwrap();
        let (mut schemas, mut compiler) = (boon::Schemas::new(), boon::Compiler::new());
        compiler.add_resource("mem:schema", serde_json::from_str(&text).unwrap()).unwrap();
        let compiled = compiler.compile("mem:schema", &mut schemas).unwrap();
        if let Err(why) = schemas.validate(&answer, compiled) {
            panic!("{args:?}: {why}\n{answer:#}");
        }
        assert_eq!(answer["schema_version"], 1);
    }
}
