//! What fills the environment before a process begins, as `explain` names it.

use crate::support::{self, Runner};
use serde_json::Value;
use std::fs;

/// The explanation of all, with GOBIN in the environment if one is given.
fn explained(runner: &Runner, env: &[(&str, &str)]) -> Value {
    let mut command = runner.goenv();
    let output = command.envs(env.iter().copied()).args(["explain", "--format", "json"]).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn variable<'a>(said: &'a Value, name: &str) -> &'a Value {
    said["variables"].as_array().unwrap().iter().find(|one| one["name"] == name).unwrap()
}

/// Source and `at`, without the folders.
fn elsewhere(said: &Value, name: &str) -> Vec<String> {
    let held = variable(said, name)["shadowed"].as_array().unwrap();
    let short = |at: &str| at.rsplit(['/', '\\']).next().unwrap().to_owned();
    held.iter()
        .map(|one| format!("{} {}", one["source"].as_str().unwrap(), short(one["at"].as_str().unwrap_or(""))))
        .collect()
}

fn put(runner: &Runner, name: &str, text: &str) {
    let path = support::below(&runner.path("app/app"), name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn filled() -> Runner {
    let runner = Runner::new();
    put(
        &runner,
        ".github/workflows/ci.yml",
        "env: { GOBIN: /flow }\njobs:\n  build:\n    env:\n      GOBIN: /job\n    steps:\n      - env:\n          GOBIN: /step\n  other:\n    env: { GOBIN: /other }\n",
    );
    put(&runner, ".github/workflows/release.yml", "env: { GOBIN: /release }\n");
    put(&runner, "mise.toml", "[env]\nGOBIN = \"/mise\"\n[tools]\ngo = \"1.22\"\n");
    put(&runner, ".vscode/settings.json", "{ // mine\n \"go.toolsEnvVars\": { \"GOBIN\": \"/code\" },\n}\n");
    fs::write(runner.path("env"), "GOBIN<<E\n/next\nE\n").unwrap();
    runner
}

#[test]
fn every_place_that_can_be_read_is_named_with_its_line() {
    let said = explained(&filled(), &[]);
    assert_eq!(
        elsewhere(&said, "GOBIN"),
        [
            "mise mise.toml:2",
            "vscode settings.json:2, go.toolsEnvVars",
            "workflow ci.yml:8, job build, step 1",
            "workflow ci.yml:5, job build",
            "workflow ci.yml:10, job other",
            "workflow ci.yml:1",
            "workflow release.yml:1",
            "github-env env:1",
        ]
    );
    assert_eq!(elsewhere(&said, "go"), ["mise mise.toml:4"]);
}

#[test]
fn on_a_runner_only_the_job_that_runs_counts_and_it_comes_first() {
    let runner = filled();
    let env = [
        ("GITHUB_ACTIONS", "true"),
        ("GITHUB_JOB", "build"),
        ("GITHUB_WORKFLOW_REF", "org/app/.github/workflows/ci.yml@refs/heads/main"),
        ("GOBIN", "/job"),
    ];
    let said = explained(&runner, &env);
    assert_eq!(variable(&said, "GOBIN")["origin"]["source"], "workflow");
    assert_eq!(
        elsewhere(&said, "GOBIN")[1..],
        [
            "workflow ci.yml:8, job build, step 1",
            "workflow ci.yml:1",
            "github-env env:1",
            "mise mise.toml:2",
            "vscode settings.json:2, go.toolsEnvVars",
        ]
    );
    assert!(!said.to_string().contains("/release"));
}

#[test]
fn an_equal_value_in_a_place_that_cannot_have_set_it_is_no_origin() {
    let runner = filled();
    for value in ["/job", "/code", "/next"] {
        let said = explained(&runner, &[("GOBIN", value)]);
        assert_eq!(variable(&said, "GOBIN")["origin"]["source"], "process", "{value}");
    }
    assert_eq!(variable(&explained(&runner, &[("GOBIN", "/mise")]), "GOBIN")["origin"]["source"], "mise");
    let said = explained(&runner, &[("GOBIN", "/code"), ("TERM_PROGRAM", "vscode")]);
    assert_eq!(variable(&said, "GOBIN")["origin"]["source"], "vscode");
}

#[test]
fn broken_files_are_named_and_the_others_are_read() {
    let runner = filled();
    put(&runner, ".github/workflows/release.yml", "jobs: [\n");
    put(&runner, ".mise.toml", "[env\n");
    put(&runner, ".vscode/settings.json", "{ \"go.toolsEnvVars\": \n");
    put(&runner, ".envrc/x", "a folder where a file is looked for");
    let said = explained(&runner, &[]);
    let notes = said["notes"].to_string();
    for file in ["release.yml", ".mise.toml", "settings.json", ".envrc"] {
        assert!(notes.contains(file), "{file}: {notes}");
    }
    let found = elsewhere(&said, "GOBIN");
    assert!(
        found.contains(&"mise mise.toml:2".to_owned()) && found.contains(&"workflow ci.yml:1".to_owned()),
        "{found:?}"
    );
}
