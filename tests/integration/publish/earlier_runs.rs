//! The runs before this one: `report publish --baseline`, `report history --runs`. No test leaves this machine.

use crate::support::{
    Runner,
    forge::{self, Forge, SHA, TOKEN, artifact, artifacts, publish, redirect, shard},
};
use serde_json::{Value, json};
use wiremock::ResponseTemplate;

fn ok(body: Value) -> Option<ResponseTemplate> {
    Some(ResponseTemplate::new(200).set_body_json(body))
}

/// Run 7 with so many failures, and the runs before it of which 6 was good with none.
fn two_runs(failing: usize, good: &'static [u64], expired: bool) -> (Forge, Forge) {
    let storage = Forge::new(move |_, path, _| {
        let failing = if path.starts_with("/blob/now") { failing } else { 0 };
        Some(ResponseTemplate::new(200).set_body_bytes(shard(failing)))
    });
    let url = storage.url();
    let run = |id: u64| json!({"id": id, "run_attempt": 1, "workflow_id": 3, "head_sha": SHA, "run_started_at": "2026-11-24T06:30:00Z"});
    let forge = Forge::new(move |_, path, _| {
        let mut old = artifact(60, "goenv-ci-a");
        old["expired"] = json!(expired);
        match path {
            _ if path.contains("/actions/workflows/3/runs?") => {
                let runs: Vec<Value> = good.iter().map(|id| run(*id)).collect();
                ok(json!({"total_count": runs.len(), "workflow_runs": runs}))
            }
            "/repos/org/app/actions/runs/6" => ok(run(6)),
            _ if path.contains("/runs/6/artifacts") => ok(artifacts(&[old])),
            _ if path.contains("/runs/7/artifacts") => ok(artifacts(&[artifact(70, "goenv-ci-a")])),
            _ if path.ends_with("/artifacts/70/zip") => Some(redirect(&format!("{url}/blob/now"))),
            _ if path.ends_with("/artifacts/60/zip") => Some(redirect(&format!("{url}/blob/before"))),
            _ => None,
        }
    });
    (forge, storage)
}

fn published(failing: usize, good: &'static [u64], expired: bool, args: &[&str]) -> (i32, Value, String, Forge) {
    let (forge, _storage) = two_runs(failing, good, expired);
    let runner = Runner::new();
    let args = [&["--baseline", "main", "--format", "json"], args].concat();
    let output = publish(&runner, &forge.url(), &args);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let json = serde_json::from_slice(&output.stdout).unwrap_or_else(|why| panic!("{why}: {said}"));
    (output.status.code().unwrap(), json, said, forge)
}

#[test]
fn what_is_new_since_the_last_good_run_is_in_the_comment() {
    let (code, said, stderr, forge) = published(2, &[7, 6, 5], false, &[]);
    assert_eq!(code, 1, "{stderr}");
    assert_eq!(said["drift"]["new_failures"]["count"], 2, "{said}");
    let asked = forge.requests().into_iter().map(|(asked, _)| asked).find(|asked| asked.contains("/workflows/3/runs"));
    assert!(asked.unwrap().contains("branch=main&status=success"));
    let comment = forge.bodies("POST /repos/org/app/issues/5/comments")[0]["body"].as_str().unwrap().to_owned();
    assert!(comment.contains("## What changed since"), "{comment}");
    assert!(comment.contains("last good run on"), "{comment}");
}

#[test]
fn where_nothing_changed_that_is_said_and_is_no_drift() {
    let (code, said, stderr, _) = published(0, &[6], false, &["--fail-on", "drift"]);
    assert_eq!((code, &said["drift"]["new_failures"]["count"]), (0, &json!(0)), "{stderr}");
}

#[test]
fn a_baseline_that_is_not_to_be_had_is_named_and_no_failure() {
    for (good, expired, why) in [
        (&[][..], false, "no successful run of this workflow on `main`"),
        (&[7], false, "no successful run of this workflow on `main`"),
        (&[6], true, "run 6 on `main` has no reports: `goenv-ci-a`: it has expired"),
    ] {
        let (code, said, stderr, _) = published(0, good, expired, &["--fail-on", "drift"]);
        assert_eq!(code, 0, "{stderr}");
        assert_eq!(said["drift"], Value::Null);
        let notes = said["notes"].to_string();
        assert!(notes.contains(why), "{notes}");
    }
}

#[test]
fn a_baseline_that_the_token_may_not_read_is_named_and_the_rest_is_published() {
    let storage = Forge::new(|_, _, _| Some(ResponseTemplate::new(200).set_body_bytes(shard(1))));
    let url = storage.url();
    let forge = Forge::new(move |_, path, _| match path {
        _ if path.contains("/actions/workflows/") => {
            Some(forge::refusal(403, "Resource not accessible by integration"))
        }
        _ if path.contains("/runs/7/artifacts") => ok(artifacts(&[artifact(70, "goenv-ci-a")])),
        _ if path.ends_with("/zip") => Some(redirect(&format!("{url}/blob"))),
        _ => None,
    });
    let runner = Runner::new();
    let output = publish(&runner, &forge.url(), &["--baseline", "main"]);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("no baseline") && said.contains("actions: read"), "{said}");
    assert_eq!(forge.count("POST /repos/org/app/issues/5/comments"), 1);
}

/// Runs 9 to 6, the newest first: of 8 the artifact has expired, 7 has none, 9 fails.
fn four_runs() -> (Forge, Forge) {
    let storage = Forge::new(|_, path, _| {
        let failing = usize::from(path.starts_with("/blob/9"));
        Some(ResponseTemplate::new(200).set_body_bytes(shard(failing)))
    });
    let url = storage.url();
    let run = |id: u64| json!({"id": id, "run_attempt": 1, "workflow_id": 3, "head_sha": SHA, "run_started_at": format!("2026-11-2{id}T06:30:00Z")});
    let forge = Forge::new(move |_, path, _| {
        let below = path.strip_prefix("/repos/org/app/actions/")?;
        if below.starts_with("workflows/verify.yml/runs?") || below.starts_with("workflows/3/runs?") {
            let runs: Vec<Value> = [9, 8, 7, 6].map(run).to_vec();
            return ok(json!({"total_count": 4, "workflow_runs": runs}));
        }
        if let Some(rest) = below.strip_prefix("artifacts/") {
            return Some(redirect(&format!("{url}/blob/{}", rest.split('/').next()?)));
        }
        let id: u64 = below.strip_prefix("runs/")?.split('/').next()?.parse().ok()?;
        if !below.contains("/artifacts") {
            return ok(run(id));
        }
        let mut merged = artifact(id, "goenv-ci-merged");
        merged["expired"] = json!(id == 8);
        let all = if id == 7 { vec![artifact(70, "goenv-ci-shard-a")] } else { vec![artifact(5, "other"), merged] };
        ok(artifacts(&all))
    });
    (forge, storage)
}

#[test]
fn the_last_runs_are_told_oldest_first_and_those_without_a_report_are_named() {
    let (forge, storage) = four_runs();
    for args in [&["--workflow", "verify.yml", "--branch", "main"][..], &[]] {
        let runner = Runner::new();
        let mut command = runner.goenv();
        command.env("GITHUB_TOKEN", TOKEN).env("GITHUB_API_URL", forge.url()).env("GITHUB_RUN_ID", "9");
        let output =
            command.args(["report", "history", "--runs", "4", "--format", "json"]).args(args).output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(0), "{stderr}");
        let said: Value = serde_json::from_slice(&output.stdout).unwrap();
        let runs: Vec<&str> = said["reports"].as_array().unwrap().iter().map(|r| r["run"].as_str().unwrap()).collect();
        assert_eq!(runs, ["6", "9"], "{said}");
        assert_eq!(said["reports"][1]["started_at"], "2026-11-29T06:30:00Z");
        assert_eq!(said["lasting_count"], 1, "{said}");
        assert!(stderr.contains("run 8 has no report here: its artifact has expired"), "{stderr}");
        assert!(stderr.contains("run 7 has no report here: no artifact has the name"), "{stderr}");
    }
    let asked: Vec<String> = forge.requests().into_iter().map(|(asked, _)| asked).collect();
    let lists: Vec<&String> = asked.iter().filter(|asked| asked.contains("/workflows/")).collect();
    assert!(lists[0].ends_with("/workflows/verify.yml/runs?status=completed&branch=main&per_page=4"), "{lists:?}");
    assert!(lists[1].ends_with("/workflows/3/runs?status=completed&per_page=4"), "{lists:?}");
    assert!(storage.requests().iter().all(|(_, request)| !request.headers.contains_key("authorization")));
}

#[test]
fn a_history_of_runs_needs_a_token_and_a_workflow() {
    let runner = Runner::new();
    let output = runner.goenv().args(["report", "history", "--runs", "4"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let mut command = runner.goenv();
    command.env("GITHUB_TOKEN", TOKEN).env("GITHUB_API_URL", "http://127.0.0.1:9");
    let output = command.args(["report", "history", "--runs", "4"]).output().unwrap();
    assert!(String::from_utf8_lossy(&output.stderr).contains("--workflow FILE"));
    assert_eq!(output.status.code(), Some(2));
}
