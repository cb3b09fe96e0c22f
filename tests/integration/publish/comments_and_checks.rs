//! `report publish` against a GitHub that misbehaves. No test leaves this machine.

use crate::support::{
    self, Runner,
    forge::{
        Forge, SHA, TOKEN, artifact, artifacts, assert_silent_about_the_token, command, comment, cutting_storage,
        leftovers, publish, publish_for, redirect, refusal, report, run, shard, zip,
    },
    reports,
};
use goenv_ci::report::wire::ReportV1;
use serde_json::{Value, json};
use std::{
    process::Output,
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, Instant},
};
use wiremock::ResponseTemplate;

/// The headline of a report from which something is missing.
const NOT_WHOLE: &str = "No failure, but the report is not whole";

fn ok(body: Value) -> Option<ResponseTemplate> {
    Some(ResponseTemplate::new(200).set_body_json(body))
}

/// Storage that gives each artifact the same archive, at another address than the API.
fn storage(archive: Vec<u8>) -> Forge {
    Forge::new(move |_, path, _| {
        path.starts_with("/blob").then(|| ResponseTemplate::new(200).set_body_bytes(archive.clone()))
    })
}

fn has_shards(all: Vec<Value>, storage: String) -> impl Fn(&str, &str) -> Option<ResponseTemplate> + Send + Sync {
    move |_, path| match path {
        _ if path.contains("/runs/7/artifacts") && path.ends_with("&page=1") => ok(artifacts(&all)),
        _ if path.ends_with("/zip") => Some(redirect(&format!("{storage}/blob?sig=verysecret"))),
        _ => None,
    }
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn says(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[test]
fn all_pages_are_read_the_comment_on_the_third_is_found_and_storage_never_sees_the_token() {
    // Each artifact holds another cell.
    let storage = Forge::new(move |_, path, _| {
        let id = path.strip_prefix("/blob/")?.split('?').next()?;
        let text = String::from_utf8(report(0)).unwrap().replace("gobin/first", &format!("gobin/first-{id}"));
        Some(ResponseTemplate::new(200).set_body_bytes(zip(&[("report.json", text.as_bytes())])))
    });
    let url = storage.url();
    let mark = "<!-- goenv-ci report: verify -->\nold";
    let forge = Forge::new(move |method, path, _| match path {
        _ if path.contains("/runs/7/artifacts") => {
            let page = if path.ends_with("&page=1") { 1..101 } else { 101..104 };
            ok(artifacts(&page.map(|id| artifact(id, &format!("goenv-ci-{id}"))).collect::<Vec<_>>()))
        }
        _ if path.ends_with("/zip") => {
            let id = path.rsplit('/').nth(1).unwrap();
            Some(redirect(&format!("{url}/blob/{id}?sig=verysecret")))
        }
        _ if method == "GET" && path.contains("/issues/5/comments") => {
            let page = path.rsplit('=').next().unwrap().parse::<u64>().unwrap();
            let others: Vec<Value> = (0..100).map(|id| comment(page * 1000 + id, "hello", "someone")).collect();
            match page {
                1 => {
                    let mut with_forgery = others;
                    with_forgery[5] = comment(13, mark, "mallory");
                    ok(json!(with_forgery))
                }
                2 => ok(json!(others)),
                _ => ok(json!([comment(77, mark, "github-actions[bot]")])),
            }
        }
        _ => None,
    });
    let runner = Runner::new();
    let output = publish(&runner, &forge.url(), &["--format", "json"]);
    assert_eq!(code(&output), 0, "{}", says(&output));
    let said: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(said["artifacts"].as_array().unwrap().len(), 103);
    assert_eq!(said["summary"]["pass"], 103);
    assert_eq!(said["comment"]["state"], "updated");
    assert_eq!(forge.count("PATCH /repos/org/app/issues/comments/77"), 1);
    assert_eq!(forge.count("PATCH /repos/org/app/issues/comments/13"), 0, "somebody else's");
    assert_eq!(forge.count("POST"), 0);
    assert!(forge.requests().iter().all(|(_, r)| r.headers["authorization"] == format!("Bearer {TOKEN}").as_str()));
    assert_eq!(storage.count("GET /blob"), 103);
    assert!(storage.requests().iter().all(|(_, request)| !request.headers.contains_key("authorization")));
    assert!(runner.read("summary").contains("<b>103</b> passed"), "{}", runner.read("summary"));
    assert!(!says(&output).contains("verysecret"));
    assert_silent_about_the_token(&output, &runner);
    assert_eq!(leftovers(&runner), Vec::<String>::new());
}

#[test]
fn a_comment_that_may_have_been_written_is_looked_for_before_it_is_written_again() {
    let storage = storage(shard(0));
    for written in [true, false] {
        let shards = has_shards(vec![artifact(1, "goenv-ci-a")], storage.url());
        let posts = AtomicUsize::new(0);
        let forge = Forge::new(move |method, path, _| match (method, path) {
            ("POST", "/repos/org/app/issues/5/comments") => {
                (posts.fetch_add(1, Ordering::SeqCst) == 0).then(|| ResponseTemplate::new(502))
            }
            ("GET", path) if path.contains("/issues/5/comments") => {
                let there = written && posts.load(Ordering::SeqCst) > 0;
                let ours = comment(8, "<!-- goenv-ci report: verify -->\nx", "github-actions[bot]");
                ok(if there { json!([ours]) } else { json!([]) })
            }
            _ => shards(method, path),
        });
        let runner = Runner::new();
        let output = publish(&runner, &forge.url(), &[]);
        assert_eq!(code(&output), 0, "{}", says(&output));
        assert_eq!(forge.count("POST"), if written { 1 } else { 2 });
    }
}

#[test]
fn an_expired_artifact_is_passed_over_and_named_whether_listed_so_or_gone_meanwhile() {
    let storage = storage(shard(0));
    let mut listed = artifact(1, "goenv-ci-old");
    listed["expired"] = json!(true);
    let shards = has_shards(vec![listed, artifact(2, "goenv-ci-gone"), artifact(3, "goenv-ci-here")], storage.url());
    let forge = Forge::new(move |method, path, _| {
        if path.ends_with("/artifacts/2/zip") {
            Some(refusal(410, "Artifact has expired"))
        } else {
            shards(method, path)
        }
    });
    let runner = Runner::new();
    let output = publish(&runner, &forge.url(), &["--check", "--out", &runner.text("merged")]);
    assert_eq!(code(&output), 3, "{}", says(&output));
    let check = &forge.bodies("POST /repos/org/app/check-runs")[0];
    assert_eq!((&check["conclusion"], &check["output"]["title"]), (&json!("failure"), &json!(NOT_WHOLE)));
    let merged: Value = serde_json::from_str(&runner.read("merged/report.json")).unwrap();
    let lost: Vec<&str> =
        merged["merged"]["problems"].as_array().unwrap().iter().map(|one| one["shard"].as_str().unwrap()).collect();
    assert_eq!(lost, ["goenv-ci-gone", "goenv-ci-old"]);
    assert!(runner.read("merged/index.html").contains(NOT_WHOLE));
    for name in ["goenv-ci-old has expired", "goenv-ci-gone has expired"] {
        assert!(says(&output).contains(name), "{}", says(&output));
    }
    assert_eq!(forge.count("/artifacts/1/zip"), 0);
    let body = forge.bodies("POST")[0]["body"].as_str().unwrap().to_owned();
    assert!(body.contains("goenv-ci-gone") && body.contains(NOT_WHOLE), "{body}");
}

#[test]
fn a_missing_permission_is_named_and_decides_the_exit_code_only_where_it_was_asked_for() {
    let storage = storage(shard(0));
    for (args, refused, status, permission, exit) in [
        (&[][..], "/issues/5/comments", 403, "pull-requests: write", 0),
        (&["--comment"], "/issues/5/comments", 403, "pull-requests: write", 6),
        (&["--comment"], "/issues/5/comments", 404, "pull-requests: write", 6),
        (&["--check"], "/check-runs", 403, "checks: write", 6),
        (&[], "/artifacts", 403, "actions: read", 3),
        (&[], "/actions/runs/7", 404, "actions: read", 3),
    ] {
        let shards = has_shards(vec![artifact(1, "goenv-ci-a")], storage.url());
        let forge = Forge::new(move |method, path, _| {
            let hit = path.split("/repos/org/app").nth(1).is_some_and(|below| below.contains(refused));
            if hit { Some(refusal(status, "Resource not accessible by integration")) } else { shards(method, path) }
        });
        let runner = Runner::new();
        let output = publish(&runner, &forge.url(), args);
        assert_eq!(code(&output), exit, "{args:?} {refused}: {}", says(&output));
        assert!(says(&output).contains(permission), "{args:?} {refused}: {}", says(&output));
        assert_eq!(runner.read("summary").contains("<b>1</b> passed"), exit != 3);
        assert_silent_about_the_token(&output, &runner);
    }
}

#[test]
fn the_servers_own_word_on_permissions_counts() {
    let storage = storage(shard(0));
    let shards = has_shards(vec![artifact(1, "goenv-ci-a")], storage.url());
    let forge = Forge::new(move |method, path, _| match (method, path) {
        ("POST", _) => Some(
            refusal(403, "Resource not accessible by integration")
                .insert_header("x-accepted-github-permissions", "issues=write; pull_requests=write"),
        ),
        _ => shards(method, path),
    });
    let output = publish(&Runner::new(), &forge.url(), &[]);
    assert!(says(&output).contains("issues: write; pull-requests: write"), "{}", says(&output));
}

#[test]
fn on_a_forks_pull_request_the_summary_has_it_and_the_reason_is_said() {
    let storage = storage(shard(1));
    let shards = has_shards(vec![artifact(1, "goenv-ci-a")], storage.url());
    let forge = Forge::new(move |method, path, _| match (method, path) {
        ("POST", _) => Some(refusal(403, "Resource not accessible by integration")),
        _ => shards(method, path),
    });
    let event = json!({"pull_request": {"number": 5, "head": {"sha": SHA, "repo": {"full_name": "else/app"}},
        "base": {"repo": {"full_name": "org/app"}}}});
    let runner = Runner::new();
    let output = publish_for(&runner, &forge.url(), &event, &[]);
    assert_eq!(code(&output), 1, "the verdict's: {}", says(&output));
    assert!(says(&output).contains("comes from a fork"), "{}", says(&output));
    assert!(runner.read("summary").contains("<b>1</b> failed"));
}

#[test]
fn limits_failing_servers_and_cut_downloads_are_tried_again() {
    let (address, asked) = cutting_storage(shard(0), 1);
    let shards = has_shards(vec![artifact(1, "goenv-ci-a")], format!("http://{address}"));
    let (runs, lists, posts) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicUsize::new(0));
    let first = |counter: &AtomicUsize| counter.fetch_add(1, Ordering::SeqCst) == 0;
    let forge = Forge::new(move |method, path, _| match (method, path) {
        (_, "/repos/org/app/actions/runs/7") if first(&runs) => Some(ResponseTemplate::new(503)),
        (_, path) if path.contains("/runs/7/artifacts") && first(&lists) => {
            Some(refusal(403, "You have exceeded a secondary rate limit").insert_header("retry-after", "1"))
        }
        ("POST", _) if first(&posts) => Some(ResponseTemplate::new(429).insert_header("retry-after", "1")),
        _ => shards(method, path),
    });
    let (runner, began) = (Runner::new(), Instant::now());
    let output = publish(&runner, &forge.url(), &[]);
    assert_eq!(code(&output), 0, "{}", says(&output));
    assert!(began.elapsed() >= Duration::from_millis(2_500), "{:?}", began.elapsed());
    assert_eq!(asked.lock().unwrap().len(), 2, "a new address for the second download");
    assert_eq!(forge.count("/zip"), 2);
    assert!(asked.lock().unwrap().iter().all(|head| !head.to_lowercase().contains("authorization")));
    assert_eq!(forge.count("POST"), 2);
}

#[test]
fn a_limit_that_takes_an_hour_is_named_and_not_waited_for() {
    let forge = Forge::new(|_, path, _| {
        let full = ResponseTemplate::new(403)
            .insert_header("x-ratelimit-remaining", "0")
            .insert_header("x-ratelimit-reset", "99999999999");
        path.ends_with("/actions/runs/7").then_some(full)
    });
    let output = publish(&Runner::new(), &forge.url(), &[]);
    assert_eq!(code(&output), 3);
    assert!(says(&output).contains("rate limit is used up"), "{}", says(&output));
}

#[test]
fn the_other_jobs_are_waited_for_and_not_for_ever() {
    let storage = storage(shard(0));
    for (ends, exit) in [(true, 0), (false, 3)] {
        let shards = has_shards(vec![artifact(1, "goenv-ci-a")], storage.url());
        let looks = AtomicUsize::new(0);
        let forge = Forge::new(move |method, path, _| {
            if !path.contains("/runs/7/jobs") {
                return shards(method, path);
            }
            let done = ends && looks.fetch_add(1, Ordering::SeqCst) > 0;
            let job =
                |name: &str, status: &str, runner: &str| json!({"name": name, "status": status, "runner_name": runner});
            let verify = job("verify (1.21)", if done { "completed" } else { "in_progress" }, "other");
            ok(json!({"total_count": 2, "jobs": [verify, job("publish", "in_progress", "own")]}))
        });
        let runner = Runner::new();
        let output = publish(&runner, &forge.url(), &["--wait=2", "--check"]);
        assert_eq!(code(&output), exit, "{}", says(&output));
        assert_eq!(runner.read("summary").starts_with("# ✅"), ends, "{}", runner.read("summary"));
        let conclusion = if ends { "success" } else { "failure" };
        assert_eq!(forge.bodies("POST /repos/org/app/check-runs")[0]["conclusion"], conclusion);
        assert_eq!(says(&output).contains("not done  verify (1.21)"), !ends, "{}", says(&output));
        assert!(forge.count("/jobs") >= 2);
    }
}

#[test]
fn of_several_attempts_the_newest_of_each_name_counts() {
    let storage = storage(shard(0));
    let mut old = artifact(1, "goenv-ci-a");
    old["created_at"] = json!("2026-11-25T06:00:00Z");
    let mut kept = artifact(2, "goenv-ci-b");
    kept["created_at"] = json!("2026-11-25T06:00:00Z");
    let shards = has_shards(vec![old, artifact(3, "goenv-ci-a"), kept, artifact(4, "goenv-ci-merged")], storage.url());
    let forge =
        Forge::new(move |method, path, _| if path.ends_with("/runs/7") { ok(run(2)) } else { shards(method, path) });
    let output = publish(&Runner::new(), &forge.url(), &[]);
    assert_eq!(code(&output), 0, "{}", says(&output));
    let asked: Vec<usize> = (1..5).map(|id| forge.count(&format!("/artifacts/{id}/zip"))).collect();
    assert_eq!(asked, [0, 1, 1, 0]);
    assert!(says(&output).contains("passed over: a newer one has its name"), "{}", says(&output));
    assert!(says(&output).contains("1 of the artifacts are of an earlier attempt"), "{}", says(&output));
}

#[test]
fn annotations_go_in_batches_and_the_last_one_concludes_the_check() {
    let storage = storage(shard(120));
    let shards = has_shards(vec![artifact(1, "goenv-ci-a")], storage.url());
    let forge = Forge::new(move |method, path, _| shards(method, path));
    let output = publish(&Runner::new(), &forge.url(), &["--check", "--comment=false"]);
    assert_eq!(code(&output), 1, "{}", says(&output));
    let mut sent = forge.bodies("POST /repos/org/app/check-runs");
    sent.extend(forge.bodies("PATCH /repos/org/app/check-runs/44"));
    let counts: Vec<usize> = sent.iter().map(|body| body["output"]["annotations"].as_array().unwrap().len()).collect();
    assert_eq!(counts, [50, 50, 20]);
    let states: Vec<&str> = sent.iter().map(|body| body["status"].as_str().unwrap()).collect();
    assert_eq!(states, ["in_progress", "in_progress", "completed"]);
    assert_eq!((&sent[0]["head_sha"], &sent[2]["conclusion"]), (&json!(SHA), &json!("failure")));
    assert_eq!(forge.count("comments"), 0);
}

#[test]
fn an_enterprise_server_is_reached_below_its_prefix_and_through_a_proxy() {
    let storage = storage(shard(0));
    let shards = has_shards(vec![artifact(1, "goenv-ci-a")], storage.url());
    // The proxy is asked for whole addresses; wiremock sees their paths.
    let forge = Forge::new(move |method, path, _| shards(method, path));
    let event = json!({"pull_request": {"number": 5, "head": {"sha": SHA}}});
    let runner = Runner::new();
    let mut asked = command(&runner, "http://ghe.example.invalid/api/v3", &event);
    asked.env("HTTP_PROXY", forge.url()).env("GITHUB_SERVER_URL", "http://ghe.example.invalid");
    let output = asked.output().unwrap();
    assert_eq!(code(&output), 0, "{}", says(&output));
    let requests = forge.requests();
    assert!(requests.len() > 4);
    for (asked, request) in requests {
        assert!(asked.contains(" /api/v3/"), "{asked}");
        assert_eq!(request.headers["host"], "ghe.example.invalid", "{asked}");
    }
    let direct = command(&runner, "http://ghe.example.invalid/api/v3", &event)
        .env("HTTP_PROXY", forge.url())
        .env("NO_PROXY", "example.invalid")
        .output()
        .unwrap();
    assert_eq!(code(&direct), 3, "NO_PROXY is obeyed: {}", says(&direct));
}

#[test]
fn a_server_without_the_artifact_api_is_recognised() {
    let forge = Forge::new(|_, _, _| None);
    let event = json!({});
    let runner = Runner::new();
    let mut asked = command(&runner, &forge.url(), &event);
    let output = asked.env("GITHUB_SERVER_URL", "https://git.example.com").output().unwrap();
    assert_eq!(code(&output), 4, "{}", says(&output));
    assert!(says(&output).contains("may not have the artifact API"), "{}", says(&output));
}

#[test]
fn without_a_token_what_lies_here_is_merged_and_summed_up() {
    let runner = Runner::new();
    for (name, failing) in [("a", 0), ("b", 2)] {
        let dir = runner.path("shards").join(name);
        std::fs::create_dir_all(&dir).unwrap();
        std::fs::write(dir.join("report.json"), report(failing)).unwrap();
    }
    let shards = runner.text("shards");
    let run = |args: &[&str]| {
        command(&runner, "http://127.0.0.1:9", &json!({})).env_remove("GITHUB_TOKEN").args(args).output().unwrap()
    };
    let output = run(&["--in", &shards]);
    assert_eq!(code(&output), 1, "{}", says(&output));
    assert!(says(&output).contains("1 passed, 2 failed, 0 errors, 0 skipped in 2 reports"), "{}", says(&output));
    assert!(runner.read("summary").contains("<b>2</b> failed"));
    let absent = run(&["--in", &runner.text("nowhere")]);
    assert_eq!(code(&absent), 2, "{}", says(&absent));
    assert!(says(&absent).contains("is not there"), "{}", says(&absent));
    let refused = run(&[]);
    assert_eq!(code(&refused), 2, "{}", says(&refused));
    assert!(says(&refused).contains("--in DIR"), "{}", says(&refused));
}

#[test]
fn a_hostile_archive_is_left_out_and_named_and_nothing_of_it_stays() {
    let evil = zip(&[("report.json", &report(0)), ("../../escaped/report.json", &report(0))]);
    let storage = storage(evil);
    let shards = has_shards(vec![artifact(1, "goenv-ci-evil")], storage.url());
    let forge = Forge::new(move |method, path, _| shards(method, path));
    let runner = Runner::new();
    let output = publish(&runner, &forge.url(), &[]);
    assert_eq!(code(&output), 4, "{}", says(&output));
    assert!(says(&output).contains("the archive is refused"), "{}", says(&output));
    assert_eq!(leftovers(&runner), Vec::<String>::new());
    assert!(!runner.path("escaped").exists());
}

#[test]
fn nothing_of_a_hostile_report_acts_in_a_comment_a_check_a_log_or_a_terminal() {
    let text = ReportV1::from(&reports::hostile()).to_text().unwrap();
    let storage = storage(zip(&[("report.json", text.as_bytes())]));
    let shards = has_shards(
        vec![artifact(1, "goenv-ci-x"), artifact(2, "goenv-ci-\u{1b}[31m::error::@org/team")],
        storage.url(),
    );
    let forge = Forge::new(move |method, path, _| shards(method, path));
    let runner = Runner::new();
    let output = publish(&runner, &forge.url(), &["--check"]);
    assert_eq!(code(&output), 1, "{}", says(&output));
    let comment = forge.bodies("POST /repos/org/app/issues/5/comments")[0]["body"].as_str().unwrap().to_owned();
    assert!(comment.chars().count() <= 65_536);
    let checks = forge.bodies("POST /repos/org/app/check-runs");
    let summary = checks[0]["output"]["summary"].as_str().unwrap();
    assert!(summary.chars().count() <= 65_535);
    for markdown in [comment.as_str(), summary, &runner.read("summary")] {
        for evil in ["<script", "@org", "](http", "![", "\u{1b}", "\u{9b}", "\u{202e}", "\n::", "##[error", " #12"] {
            assert!(!markdown.contains(evil), "{evil:?}");
        }
        assert_eq!(markdown.matches("<table>").count(), markdown.matches("</table>").count());
        assert_eq!(markdown.matches("<details>").count(), markdown.matches("</details>").count());
    }
    for annotation in checks[0]["output"]["annotations"].as_array().unwrap() {
        let (title, message) = (annotation["title"].as_str().unwrap(), annotation["message"].as_str().unwrap());
        assert!(title.chars().count() <= 255 && !title.contains('\n'));
        assert!(message.len() < 64 << 10 && !message.contains(['\u{1b}', '\u{9b}', '\u{202e}', '\r']));
    }
    let shown = says(&output);
    assert!(!shown.contains(['\u{1b}', '\u{9b}', '\u{202e}']), "{shown}");
    assert!(shown.lines().all(|line| !line.trim_start().starts_with("::") && !line.contains("##[")), "{shown}");
}

#[test]
fn the_published_schema_is_the_one_of_the_types() {
    support::assert_file("docs/schema/publish.schema.json", &goenv_ci::publish::schema().unwrap());
}
