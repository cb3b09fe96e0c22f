//! Every request of the client against the mock that prism makes of GitHub's own OpenAPI
//! description: prism refuses what the description does not allow. `scripts/lab.sh api` installs it.
//! Requests are the same on every system, and Wine starts no Node.

use crate::support::lab;
use goenv_ci::status::Severity;
use goenv_ci::{
    ports::{
        Forge,
        forge::{Annotation, CheckRun, Conclusion, ForgeError},
    },
    system::github::{Connection, GitHub},
};
use std::{
    io::{BufRead, BufReader},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

const SHA: &str = "0123456789abcdef0123456789abcdef01234567";

/// github.com, and the oldest enterprise server of the lab.
const DESCRIPTIONS: [&str; 2] = ["api.github.com.json", "ghes-3.19.json"];

/// The folder that `scripts/lab.sh` fills; without it a printed skip, and on CI a failure.
fn lab() -> Option<PathBuf> {
    let api = lab::lab().join("api");
    if DESCRIPTIONS.iter().all(|name| api.join(name).exists()) && api.join("node_modules/.bin/prism").exists() {
        return Some(api);
    }
    lab::skip("no mock of GitHub's API: run `bash scripts/lab.sh api`");
    None
}

struct Prism {
    child: Child,
    url: String,
}

impl Prism {
    fn of(api: &Path, description: &str) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut child = Command::new("node")
            .arg(api.join("node_modules/@stoplight/prism-cli/dist/index.js"))
            .args(["mock", "--errors", "--host", "127.0.0.1", "--port", &port.to_string()])
            .arg(api.join(description))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("node starts");
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let listens = lines.by_ref().map_while(Result::ok).any(|line| line.contains("Prism is listening"));
        assert!(listens, "prism does not start");
        // What it logs must go somewhere, or it stops.
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, url: format!("http://127.0.0.1:{port}") }
    }

    fn client<'a>(&self, stop: &'a (dyn Fn() -> bool + Sync)) -> GitHub<'a> {
        let token = "ghs_0123456789abcdefghijABCDEFGHIJ456789".to_owned();
        GitHub::new(Connection { api: self.url.clone(), repository: "org/app".to_owned(), token }, stop).unwrap()
    }
}

impl Drop for Prism {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn check() -> CheckRun {
    CheckRun {
        name: "goenv-ci verify".to_owned(),
        head_sha: SHA.to_owned(),
        conclusion: Conclusion::Neutral,
        title: "Nothing was judged".to_owned(),
        summary: "text".to_owned(),
    }
}

fn annotations(count: usize) -> Vec<Annotation> {
    let annotation = |at: usize| Annotation {
        path: ".github/workflows/verify.yml".to_owned(),
        severity: if at.is_multiple_of(2) { Severity::Error } else { Severity::Warning },
        title: format!("title {at}"),
        message: "message".to_owned(),
    };
    (0..count).map(annotation).collect()
}

#[test]
fn every_request_is_one_that_githubs_description_allows() {
    let Some(api) = lab() else { return };
    for description in DESCRIPTIONS {
        let prism = Prism::of(&api, description);
        let stop = || false;
        let github = prism.client(&stop);
        let run = github.run(7).unwrap();
        assert!(run.id > 0 && run.workflow > 0 && run.head_sha.len() == 40, "{description}: {run:?}");
        assert!(!github.jobs(7).unwrap().is_empty());
        let artifacts = github.artifacts(7).unwrap();
        assert!(artifacts.iter().all(|artifact| artifact.id > 0 && !artifact.created_at.is_empty()), "{artifacts:?}");
        assert!(!artifacts.is_empty());
        assert!(github.last_good_run(3, "release/1 #&ü", 1).unwrap().is_some());
        for branch in [None, Some("release/1 #&ü")] {
            let runs = github.last_runs("verify.yml", branch, 5).unwrap();
            assert!(runs.iter().all(|run| run.id > 0 && !run.started_at.is_empty()) && !runs.is_empty(), "{runs:?}");
        }
        assert!(!github.pulls_of(SHA).unwrap().is_empty());
        assert!(github.own_login().unwrap().is_some_and(|login| !login.is_empty()));
        let comments = github.comments(5).unwrap();
        assert!(
            comments.iter().all(|comment| comment.id > 0 && !comment.body.is_empty() && !comment.author.is_empty())
        );
        assert!(!github.create_comment(5, "text").unwrap().url.is_empty());
        assert!(github.update_comment(9, "text").unwrap().id > 0);
        for (count, last) in [(0, true), (50, false)] {
            assert!(github.create_check(&check(), &annotations(count), last).unwrap().id > 0);
            github.extend_check(4, &check(), &annotations(count), last).unwrap();
        }
    }
}

/// The storage of the description's example is on the network: a proxy that is not there keeps us from it.
#[test]
fn a_download_is_asked_for_as_the_description_says() {
    let Some(api) = lab() else { return };
    let prism = Prism::of(&api, DESCRIPTIONS[0]);
    let temp = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_goenv-ci"))
        .env_clear()
        .envs([("GITHUB_TOKEN", "ghs_0123456789abcdef"), ("GITHUB_REPOSITORY", "org/app"), ("GITHUB_RUN_ID", "7")])
        .envs([("HTTPS_PROXY", "http://127.0.0.1:1"), ("HTTP_PROXY", "http://127.0.0.1:1")])
        .env("GITHUB_API_URL", &prism.url)
        .env("RUNNER_TEMP", temp.path())
        .args(["report", "publish", "--artifacts", "*", "--comment=false"])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(4), "{said}");
    // The request was right; what is missing is the content.
    assert!(said.contains("its storage: ") && !said.contains("422"), "{said}");
}

#[test]
fn the_mock_refuses_what_the_description_does_not_allow() {
    let Some(api) = lab() else { return };
    let prism = Prism::of(&api, DESCRIPTIONS[0]);
    let stop = || false;
    let github = prism.client(&stop);
    let refused = github.create_check(&check(), &annotations(51), true).unwrap_err();
    assert!(matches!(&refused, ForgeError::Failed { reason, .. } if reason.contains("422")), "{refused:?}");
    let long = CheckRun { summary: "x".repeat(65_536), ..check() };
    assert!(github.create_check(&long, &[], true).is_err());
    let post = |body: &'static str| {
        let agent: ureq::Agent = ureq::Agent::config_builder().proxy(None).http_status_as_error(false).build().into();
        let request = agent.post(format!("{}/repos/org/app/issues/5/comments", prism.url));
        request.header("content-type", "application/json").send(body).unwrap().status().as_u16()
    };
    assert_eq!(post(r#"{"body": "text"}"#), 201);
    assert_eq!(post(r#"{"text": "text"}"#), 422);
}
