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

/// After a public report: a step moves GOBIN, by the script of a local action.
#[test]
fn a_script_that_filled_the_environment_is_the_origin() {
    let runner = Runner::new();
    put(
        &runner,
        ".github/workflows/ci.yml",
        "jobs:\n  build:\n    runs-on: ubuntu-latest\n    env: { GOFLAGS: -v }\n    steps:\n      - uses: ./.github/actions/go\n        with: { dir: \"${{ runner.temp }}/bin\" }\n      - run: |\n          echo \"GOFLAGS=-mod=mod\" >> \"$GITHUB_ENV\"\n          echo \"$GITHUB_WORKSPACE/bin\" >> \"$GITHUB_PATH\"\n          go env -w GOPROXY=direct\n        shell: bash\n",
    );
    put(
        &runner,
        ".github/actions/go/action.yml",
        "inputs: { dir: {} }\nruns:\n  using: composite\n  steps:\n    - shell: bash\n      env: { DIR: \"${{ inputs.dir }}\" }\n      run: |\n        mkdir -p \"$DIR\"\n        echo \"GOBIN=$DIR\" >> \"$GITHUB_ENV\"\n",
    );
    fs::write(runner.path("goenv"), "GOPROXY=direct\n").unwrap();
    let gobin = support::below(&runner.path("temp"), "bin");
    let (goenv, temp) = (runner.text("goenv"), runner.text("temp"));
    // On Windows the path has separators of both kinds, as the workflow makes it.
    let gobin = if cfg!(windows) { format!("{temp}/bin") } else { gobin.to_str().unwrap().to_owned() };
    let env = [
        ("GITHUB_ACTIONS", "true"),
        ("GITHUB_JOB", "build"),
        ("GITHUB_WORKFLOW_REF", "org/app/.github/workflows/ci.yml@refs/heads/main"),
        ("RUNNER_TEMP", &temp),
        ("GOBIN", &gobin),
        ("GOFLAGS", "-mod=mod"),
        ("GOENV", &goenv),
    ];
    let said = explained(&runner, &env);
    let origin = |name: &str| variable(&said, name)["origin"]["at"].as_str().unwrap_or("").to_owned();
    let at = |name: &str| origin(name).rsplit(['/', '\\']).next().unwrap().to_owned();
    assert!(at("GOBIN").starts_with("action.yml:9, job build, step 1, step 1 of the action"), "{said:#}");
    assert_eq!(at("GOFLAGS"), "ci.yml:9, job build, step 2, to GITHUB_ENV");
    assert_eq!(at("GOPROXY"), "ci.yml:11, job build, step 2, `go env -w`");
    assert_eq!(variable(&said, "GOBIN")["origin"]["value"], "$DIR");
    assert_eq!(elsewhere(&said, "PATH"), ["workflow ci.yml:10, job build, step 2, to GITHUB_PATH"]);
    let mut command = runner.goenv();
    let output = command.envs(env).args(["explain"]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("environment, set by a workflow,"), "{text}");
    assert!(!text.contains("GITHUB_PATH"), "what is put in front of PATH is told where PATH is asked for: {text}");
}

#[test]
#[cfg(unix)]
fn profiles_are_followed_where_they_lead_and_not_in_circles() {
    let runner = Runner::new();
    let home = runner.path("home");
    let file = |name: &str, text: &str| {
        let path = support::below(&home, name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    file(".bashrc", "export GOBIN=\"$HOME/bin\"\n[ -f ~/.aliases ] && . ~/.aliases\n");
    file(".aliases", "export GOFLAGS=-v\nsource ~/.more\n");
    file(".more", ". $HOME/.bashrc\n");
    file(".zlogin", "export GOVCS=off\n");
    file(".config/environment.d/10-go.conf", "GOENV=$HOME/goenv\n");
    file(".config/fish/conf.d/go.fish", "set -gx GOTMPDIR ~/tmp\n");
    let (home, bin) = (home.to_str().unwrap(), home.join("bin").to_str().unwrap().to_owned());
    let env = [("HOME", home), ("XDG_CONFIG_HOME", ""), ("GOBIN", bin.as_str())];
    let said = explained(&runner, &env);
    assert_eq!(variable(&said, "GOBIN")["origin"]["at"], format!("{home}/.bashrc:1"));
    assert_eq!(variable(&said, "GOBIN")["origin"]["value"], "$HOME/bin");
    for (name, at) in
        [("GOFLAGS", ".aliases:1"), ("GOVCS", ".zlogin:1"), ("GOENV", "10-go.conf:1"), ("GOTMPDIR", "go.fish:1")]
    {
        assert_eq!(elsewhere(&said, name), [format!("shell-profile {at}")], "{name}");
    }
    let notes = said["notes"].to_string();
    assert!(notes.contains("/.bashrc` reads itself again, by `") && notes.contains("/.more`"), "{notes}");
}

#[test]
#[cfg(unix)]
fn mise_is_named_where_it_has_set_the_variable_by_itself() {
    let runner = Runner::new();
    put(&runner, "mise.toml", "[tools]\ngo = \"1.22.10\"\n");
    let installs = format!("{}/.local/share/mise/installs/go/1.22.10", runner.text("home"));
    let bin = format!("{installs}/bin");
    let home = runner.text("home");
    let env = [("HOME", home.as_str()), ("XDG_DATA_HOME", ""), ("GOBIN", &bin)];
    let said = explained(&runner, &env);
    let origin = &variable(&said, "GOBIN")["origin"];
    assert_eq!(origin["source"], "mise", "{said:#}");
    assert!(origin["at"].as_str().unwrap().ends_with("/mise.toml:2"), "{origin}");
}
