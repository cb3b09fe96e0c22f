//! The workflow of a release does nothing that `scripts/rehearse-release.sh` could not run: its steps
//! are scripts, its systems are those of the scripts, and what writes is apart from what builds.

use serde_json::Value;
use std::{collections::BTreeSet, fs, path::Path, process::Command};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

fn jobs() -> Vec<(String, Value)> {
    let text = fs::read_to_string(Path::new(ROOT).join(".github/workflows/release.yml")).expect("release.yml");
    let workflow: Value = serde_yaml::from_str(&text).expect("YAML");
    let jobs = workflow["jobs"].as_object().expect("jobs").clone();
    jobs.into_iter().collect()
}

fn job(name: &str) -> Value {
    jobs().into_iter().find_map(|(found, job)| (found == name).then_some(job)).expect("a job of this name")
}

fn scripts_of(job: &Value) -> Vec<String> {
    let steps = job["steps"].as_array().expect("steps").iter();
    steps.filter_map(|step| step["run"].as_str().map(str::to_owned)).collect()
}

#[test]
fn every_step_of_a_release_is_a_script_that_the_rehearsal_has_too() {
    let rehearsal = fs::read_to_string(Path::new(ROOT).join("scripts/rehearse-release.sh")).expect("the rehearsal");
    let mut called = BTreeSet::new();
    for (name, job) in jobs() {
        for line in scripts_of(&job) {
            let mut words = line.split(' ');
            if line == "cargo fetch --locked" || line.starts_with("bash scripts/lab.sh ") {
                continue;
            }
            assert_eq!(words.next(), Some("bash"), "{name}: no call of a script: {line}");
            let script = words.next().expect("a script").to_owned();
            assert!(Path::new(ROOT).join(&script).is_file(), "{name}: {script}");
            assert!(words.all(|word| word == "\"$TARGET\"" || word == "assets"), "{name}: more than a call: {line}");
            called.insert(script);
        }
    }
    // What it installs is for hosted runners alone.
    assert!(called.remove("scripts/release/prepare.sh") && called.len() > 5, "{called:?}");
    for script in called {
        assert!(rehearsal.contains(&format!("bash {script}")), "the rehearsal leaves out {script}");
    }
}

#[test]
fn the_workflow_builds_for_the_systems_that_the_scripts_ask_for_and_tries_each() {
    let mut bash = Command::new("bash");
    bash.current_dir(ROOT).args(["-c", ". scripts/release/repository.sh && echo \"${targets[@]}\""]);
    let asked = String::from_utf8(bash.output().expect("bash").stdout).expect("UTF-8");
    let asked: BTreeSet<_> = asked.split_whitespace().map(str::to_owned).collect();
    let build = &job("build")["strategy"]["matrix"]["include"];
    let of_rows = |key: &str| -> BTreeSet<_> {
        let rows = build.as_array().expect("rows").iter();
        rows.map(|row| row[key].as_str().expect("a name").to_owned()).collect()
    };
    assert_eq!(of_rows("target"), asked);
    assert_eq!(asked.len(), 6);
    let tried = job("try")["strategy"]["matrix"]["os"].as_array().expect("systems").clone();
    let tried: BTreeSet<_> = tried.iter().map(|os| os.as_str().expect("a name").to_owned()).collect();
    assert_eq!(tried, of_rows("os"));
}

/// A crate's build script runs with what its job may do.
#[test]
fn a_job_that_runs_cargo_may_only_read_and_what_signs_checks_nothing_out() {
    let read_only = serde_json::json!({ "contents": "read" });
    let mut writing = Vec::new();
    for (name, job) in jobs() {
        let permissions = &job["permissions"];
        if permissions["contents"] == "write" {
            writing.push(name.clone());
        }
        let runs_cargo =
            |script: &String| ["cargo ", "build.sh", "lab.sh", "try.sh"].iter().any(|part| script.contains(part));
        if scripts_of(&job).iter().any(runs_cargo) {
            assert_eq!(*permissions, read_only, "{name}");
        }
        if permissions["id-token"] == "write" {
            assert!(scripts_of(&job).is_empty() && permissions["contents"].is_null(), "{name}");
        }
    }
    assert_eq!(writing, ["propose", "publish"]);
}
