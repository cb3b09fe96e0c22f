//! A GitHub that misbehaves: a wiremock server, and one that cuts connections.

use crate::support::{Runner, below};
use serde_json::{Value, json};
use std::{
    fs,
    io::{Cursor, Read, Write},
    net::{SocketAddr, TcpListener},
    sync::Arc,
    thread,
};
use tokio::runtime::Runtime;
use wiremock::{Mock, MockServer, Request, ResponseTemplate, matchers::any};
use zip::{ZipWriter, write::SimpleFileOptions};

pub const TOKEN: &str = "ghs_0123456789abcdefghijABCDEFGHIJ456789";
pub const SHA: &str = "0123456789abcdef0123456789abcdef01234567";

/// Answers by method and path with its query.
type Answers = dyn Fn(&str, &str, &Request) -> Option<ResponseTemplate> + Send + Sync;

pub struct Forge {
    runtime: Runtime,
    pub server: MockServer,
}

impl Forge {
    /// `answers` says what it wants to say; the rest is a run with no jobs, comments or artifacts.
    pub fn new(answers: impl Fn(&str, &str, &Request) -> Option<ResponseTemplate> + Send + Sync + 'static) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let answers: Arc<Answers> = Arc::new(answers);
        let server = runtime.block_on(async {
            let server = MockServer::start().await;
            let answer = move |request: &Request| {
                let (method, path) = (request.method.as_str(), target(request));
                answers(method, &path, request).unwrap_or_else(|| usual(method, &path))
            };
            Mock::given(any()).respond_with(answer).mount(&server).await;
            server
        });
        Self { runtime, server }
    }

    pub fn url(&self) -> String {
        self.server.uri()
    }

    /// What was asked for, as `GET /path?query`, with what was sent.
    pub fn requests(&self) -> Vec<(String, Request)> {
        let all = self.runtime.block_on(self.server.received_requests()).unwrap();
        all.into_iter().map(|request| (format!("{} {}", request.method, target(&request)), request)).collect()
    }

    pub fn count(&self, text: &str) -> usize {
        self.requests().iter().filter(|(asked, _)| asked.contains(text)).count()
    }

    /// The bodies of the requests of one kind.
    pub fn bodies(&self, text: &str) -> Vec<Value> {
        let found = self.requests().into_iter().filter(|(asked, _)| asked.contains(text));
        found.map(|(_, request)| serde_json::from_slice(&request.body).unwrap()).collect()
    }
}

fn target(request: &Request) -> String {
    match request.url.query() {
        Some(query) => format!("{}?{query}", request.url.path()),
        None => request.url.path().to_owned(),
    }
}

fn usual(method: &str, path: &str) -> ResponseTemplate {
    let below = path.split("/repos/org/app").nth(1).unwrap_or(path);
    let ok = |body: Value| ResponseTemplate::new(200).set_body_json(body);
    match method {
        "GET" if below == "/actions/runs/7" => ok(run(1)),
        "GET" if below.starts_with("/actions/runs/7/artifacts") => ok(artifacts(&[])),
        "GET" if below.starts_with("/issues/5/comments") => ok(json!([])),
        "POST" if below == "/issues/5/comments" => {
            ResponseTemplate::new(201).set_body_json(comment(99, "", "github-actions[bot]"))
        }
        "PATCH" if below.starts_with("/issues/comments/") => ok(comment(99, "", "github-actions[bot]")),
        "POST" if below == "/check-runs" => {
            ResponseTemplate::new(201).set_body_json(json!({"id": 44, "html_url": "https://github.example/checks/44"}))
        }
        "PATCH" if below == "/check-runs/44" => ok(json!({"id": 44})),
        // The token of a job is an app's.
        "GET" if path.ends_with("/user") => refusal(403, "Resource not accessible by integration"),
        _ => refusal(404, "Not Found"),
    }
}

pub fn refusal(status: u16, message: &str) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_json(json!({ "message": message }))
}

pub fn run(attempt: u64) -> Value {
    json!({"id": 7, "run_attempt": attempt, "workflow_id": 3, "head_sha": SHA, "run_started_at": "2026-11-25T06:30:00Z"})
}

pub fn artifact(id: u64, name: &str) -> Value {
    json!({"id": id, "name": name, "size_in_bytes": 9, "expired": false, "created_at": "2026-11-25T06:40:00Z"})
}

pub fn artifacts(all: &[Value]) -> Value {
    json!({ "total_count": all.len(), "artifacts": all })
}

pub fn comment(id: u64, body: &str, login: &str) -> Value {
    let kind = if login.ends_with("[bot]") { "Bot" } else { "User" };
    json!({"id": id, "body": body, "html_url": format!("https://github.example/comments/{id}"),
           "user": {"login": login, "type": kind}})
}

/// To the content of an artifact, at a server of its own.
pub fn redirect(to: &str) -> ResponseTemplate {
    ResponseTemplate::new(302).insert_header("location", to)
}

pub fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A report with one passing and so many failing results.
pub fn report(failing: usize) -> Vec<u8> {
    let result = |probe: String, verdict: &str| {
        json!({"probe": probe, "variable": "GOBIN", "go": "1.21.13", "verdict": verdict, "expected": "a file",
               "observed": "nothing", "reason": "a leftover"})
    };
    let mut results = vec![result("gobin/first".to_owned(), "pass")];
    results.extend((0..failing).map(|at| result(format!("gobin/probe-{at}"), "fail")));
    serde_json::to_vec(&json!({"schema_version": 1, "tool": {"name": "goenv-ci", "version": "1.0.0"},
        "runner": {"os": "Windows", "arch": "X64"}, "results": results,
        "summary": {"pass": 1, "fail": failing, "skip": 0, "error": 0}}))
    .unwrap()
}

pub fn shard(failing: usize) -> Vec<u8> {
    zip(&[("report.json", &report(failing)), ("index.html", b"<html>")])
}

/// `report publish` as a step of run 7, for pull request 5, against a server.
pub fn publish(runner: &Runner, api: &str, args: &[&str]) -> std::process::Output {
    let event = json!({"pull_request": {"number": 5,
        "head": {"sha": SHA, "repo": {"full_name": "org/app"}}, "base": {"repo": {"full_name": "org/app"}}}});
    publish_for(runner, api, &event, args)
}

pub fn publish_for(runner: &Runner, api: &str, event: &Value, args: &[&str]) -> std::process::Output {
    command(runner, api, event).args(args).output().unwrap()
}

pub fn command(runner: &Runner, api: &str, event: &Value) -> assert_cmd::Command {
    let (path, summary) = (runner.path("event.json"), runner.path("summary"));
    fs::write(&path, event.to_string()).unwrap();
    fs::write(&summary, "").unwrap();
    let mut command = runner.goenv();
    command.env("GITHUB_TOKEN", TOKEN).env("GITHUB_API_URL", api).env("GITHUB_RUN_ID", "7");
    command.env("GITHUB_EVENT_PATH", path).env("GITHUB_STEP_SUMMARY", summary).env("GITHUB_WORKFLOW", "verify");
    command.env("GITHUB_SHA", SHA).env("RUNNER_NAME", "own");
    command.args(["report", "publish"]);
    command
}

/// Nothing of it may ever be shown.
pub fn assert_silent_about_the_token(output: &std::process::Output, runner: &Runner) {
    let shown = [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text).into_owned()).concat();
    assert!(!shown.contains(TOKEN) && !runner.read("summary").contains(TOKEN), "{shown}");
}

/// Whether nothing of a run is left where it works.
pub fn leftovers(runner: &Runner) -> Vec<String> {
    let entries = fs::read_dir(below(&runner.path("_temp"), "")).unwrap();
    entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect()
}

/// A storage that cuts the first so many downloads in the middle; keeps what it was sent.
pub fn cutting_storage(body: Vec<u8>, cuts: usize) -> (SocketAddr, Arc<std::sync::Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let asked: Arc<std::sync::Mutex<Vec<String>>> = Arc::default();
    let seen = Arc::clone(&asked);
    thread::spawn(move || {
        for (at, stream) in listener.incoming().enumerate() {
            let Ok(mut stream) = stream else { return };
            let mut buffer = [0; 4096];
            let read = stream.read(&mut buffer).unwrap_or(0);
            seen.lock().unwrap().push(String::from_utf8_lossy(&buffer[..read]).into_owned());
            let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
            let part = if at < cuts { body.len() / 2 } else { body.len() };
            let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body[..part]));
        }
    });
    (address, asked)
}
