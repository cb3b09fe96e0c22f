//! What is asked of GitHub's REST API, and the few fields of its answers that count.
//!
//! Source: GitHub's OpenAPI description, which `tests/integration/publish/api_contract.rs` holds every request against.

use crate::ports::{
    Forge,
    forge::{Annotation, Artifact, CheckRun, Comment, Conclusion, ForgeError, ForgeJob, ForgeRun, MadeCheck},
};
use crate::status::Severity;
use crate::system::{
    github::{
        client::{Ask, GitHub},
        wire::{ArtifactV, ArtifactsV, CheckV, CommentV, JobV, JobsV, PullV, RunV, RunsV, UserV},
    },
    transfer::{Deadline, GaveUp},
};
use http::Method;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::time::Instant;

/// The most that a page may hold.
const PAGE: usize = 100;

/// A server that never comes to an end does not keep us for ever: fifty thousand artifacts.
const MAX_PAGES: usize = 500;

const ACTIONS: &str = "actions: read";
const PULLS: &str = "pull-requests: write";
const CHECKS: &str = "checks: write";

impl GitHub<'_> {
    fn read<T: DeserializeOwned>(&self, route: &str, doing: &str, permission: &str) -> Result<T, ForgeError> {
        self.exchange(Method::GET, route, None, doing, permission)
    }

    fn exchange<T: DeserializeOwned>(
        &self,
        method: Method,
        route: &str,
        body: Option<Value>,
        doing: &str,
        permission: &str,
    ) -> Result<T, ForgeError> {
        let (harmless, route) = (method != Method::POST, self.route(route));
        let ask = Ask { method, route, body, harmless, doing, permission };
        let answer = self.ask(&ask)?;
        serde_json::from_slice(&answer.body).map_err(|why| self.unreadable(&ask, &why))
    }

    fn route(&self, below: &str) -> String {
        format!("/repos/{}{below}", self.repository)
    }

    /// By number and not by the `link` header, which may lead elsewhere.
    fn pages<T: DeserializeOwned, P>(
        &self,
        route: &str,
        doing: &str,
        permission: &str,
        items: impl Fn(T) -> Vec<P>,
    ) -> Result<Vec<P>, ForgeError> {
        let (mut all, join) = (Vec::new(), if route.contains('?') { '&' } else { '?' });
        let deadline = Deadline::of(&self.policy);
        for page in 1..=MAX_PAGES {
            let late = |why: GaveUp| ForgeError::Lost { doing: doing.to_owned(), reason: why.to_string() };
            deadline.left(Instant::now()).map_err(late)?;
            let found = items(self.read(&format!("{route}{join}per_page={PAGE}&page={page}"), doing, permission)?);
            let last = found.len() < PAGE;
            all.extend(found);
            if last {
                break;
            }
        }
        Ok(all)
    }

    /// One page of a workflow's runs, the newest first.
    fn runs(&self, workflow: &str, query: &str, doing: &str) -> Result<Vec<ForgeRun>, ForgeError> {
        let route = format!("/actions/workflows/{}/runs?{query}", url_encoded(workflow));
        let page: RunsV = self.read(&route, doing, ACTIONS)?;
        Ok(page.workflow_runs.into_iter().map(ForgeRun::from).collect())
    }
}

impl Forge for GitHub<'_> {
    fn run(&self, id: u64) -> Result<ForgeRun, ForgeError> {
        let run: RunV = self.read(&format!("/actions/runs/{id}"), &format!("read run {id}"), ACTIONS)?;
        Ok(run.into())
    }

    fn jobs(&self, run: u64) -> Result<Vec<ForgeJob>, ForgeError> {
        let job = |job: JobV| ForgeJob {
            name: job.name,
            done: job.status == "completed",
            runner: job.runner_name.filter(|name| !name.is_empty()),
        };
        let route = format!("/actions/runs/{run}/jobs?filter=latest");
        self.pages(&route, &format!("list the jobs of run {run}"), ACTIONS, |page: JobsV| {
            page.jobs.into_iter().map(job).collect()
        })
    }

    fn artifacts(&self, run: u64) -> Result<Vec<Artifact>, ForgeError> {
        let artifact = |artifact: ArtifactV| Artifact {
            id: artifact.id,
            name: artifact.name,
            size_bytes: artifact.size_in_bytes,
            expired: artifact.expired,
            created_at: artifact.created_at.unwrap_or_default(),
        };
        let route = format!("/actions/runs/{run}/artifacts");
        self.pages(&route, &format!("list the artifacts of run {run}"), ACTIONS, |page: ArtifactsV| {
            page.artifacts.into_iter().map(artifact).collect()
        })
    }

    fn download(&self, artifact: &Artifact, file: &str, limit_bytes: u64) -> Result<(), ForgeError> {
        let doing = format!("download the artifact `{}`", artifact.name);
        let route = self.route(&format!("/actions/artifacts/{}/zip", artifact.id));
        let ask = Ask { method: Method::GET, route, body: None, harmless: true, doing: &doing, permission: ACTIONS };
        self.fetch(&ask, file, limit_bytes)
    }

    fn last_good_run(&self, workflow: u64, branch: &str, except: u64) -> Result<Option<u64>, ForgeError> {
        let query = format!("branch={}&status=success&per_page=10", url_encoded(branch));
        let runs = self.runs(&workflow.to_string(), &query, &format!("find the last good run on `{branch}`"))?;
        Ok(runs.iter().map(|run| run.id).find(|id| *id != except))
    }

    fn last_runs(&self, workflow: &str, branch: Option<&str>, most: usize) -> Result<Vec<ForgeRun>, ForgeError> {
        let branch = branch.map(|branch| format!("&branch={}", url_encoded(branch))).unwrap_or_default();
        let query = format!("status=completed{branch}&per_page={}", most.min(PAGE));
        let mut runs = self.runs(workflow, &query, &format!("list the last runs of `{workflow}`"))?;
        runs.truncate(most);
        Ok(runs)
    }

    fn pulls_of(&self, sha: &str) -> Result<Vec<u64>, ForgeError> {
        let doing = format!("find the pull request of {sha}");
        let pulls: Vec<PullV> =
            self.pages(&format!("/commits/{}/pulls", url_encoded(sha)), &doing, "pull-requests: read", |page| page)?;
        Ok(pulls.into_iter().filter(|pull| pull.state == "open").map(|pull| pull.number).collect())
    }

    fn own_login(&self) -> Result<Option<String>, ForgeError> {
        let ask = Ask {
            method: Method::GET,
            route: "/user".to_owned(),
            body: None,
            harmless: true,
            doing: "ask whose token this is",
            permission: PULLS,
        };
        match self.ask(&ask) {
            Ok(answer) => {
                let user: UserV = serde_json::from_slice(&answer.body).map_err(|why| self.unreadable(&ask, &why))?;
                Ok(Some(user.login).filter(|_| user.kind != "Bot"))
            }
            // An app has no user.
            Err(ForgeError::Denied { .. } | ForgeError::Missing { .. }) => Ok(None),
            Err(why) => Err(why),
        }
    }

    fn comments(&self, pull: u64) -> Result<Vec<Comment>, ForgeError> {
        let doing = format!("list the comments of pull request {pull}");
        self.pages(&format!("/issues/{pull}/comments"), &doing, PULLS, |page: Vec<CommentV>| {
            page.into_iter().map(Comment::from).collect()
        })
    }

    fn create_comment(&self, pull: u64, body: &str) -> Result<Comment, ForgeError> {
        let doing = format!("comment on pull request {pull}");
        let route = format!("/issues/{pull}/comments");
        self.exchange::<CommentV>(Method::POST, &route, Some(json!({ "body": body })), &doing, PULLS).map(Into::into)
    }

    fn update_comment(&self, id: u64, body: &str) -> Result<Comment, ForgeError> {
        let (doing, route) = (format!("update comment {id}"), format!("/issues/comments/{id}"));
        self.exchange::<CommentV>(Method::PATCH, &route, Some(json!({ "body": body })), &doing, PULLS).map(Into::into)
    }

    fn create_check(&self, check: &CheckRun, annotations: &[Annotation], last: bool) -> Result<MadeCheck, ForgeError> {
        let mut body = check_body(check, annotations, last);
        body["head_sha"] = json!(check.head_sha);
        let made: CheckV = self.exchange(Method::POST, "/check-runs", Some(body), "make the check", CHECKS)?;
        Ok(MadeCheck { id: made.id, url: made.html_url.unwrap_or_default() })
    }

    fn extend_check(
        &self,
        id: u64,
        check: &CheckRun,
        annotations: &[Annotation],
        last: bool,
    ) -> Result<(), ForgeError> {
        let (route, body) = (format!("/check-runs/{id}"), check_body(check, annotations, last));
        // Annotations are added, so that sending them twice shows them twice.
        let ask = Ask {
            method: Method::PATCH,
            route: self.route(&route),
            body: Some(body),
            harmless: annotations.is_empty(),
            doing: "add annotations to the check",
            permission: CHECKS,
        };
        self.ask(&ask).map(drop)
    }
}

fn check_body(check: &CheckRun, annotations: &[Annotation], last: bool) -> Value {
    let annotations: Vec<Value> = annotations.iter().map(annotation).collect();
    let mut body = json!({
        "name": check.name,
        "status": if last { "completed" } else { "in_progress" },
        "output": { "title": check.title, "summary": check.summary, "annotations": annotations },
    });
    if last {
        body["conclusion"] = json!(match check.conclusion {
            Conclusion::Success => "success",
            Conclusion::Failure => "failure",
            Conclusion::Neutral => "neutral",
        });
    }
    body
}

fn annotation(annotation: &Annotation) -> Value {
    json!({
        "path": annotation.path,
        "start_line": 1,
        "end_line": 1,
        "annotation_level": match annotation.severity {
            Severity::Error => "failure",
            Severity::Warning => "warning",
            Severity::Note => "notice",
        },
        "title": annotation.title,
        "message": annotation.message,
    })
}

/// One part of a path or one value of a query.
fn url_encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => encoded.push(char::from(byte)),
            other => encoded += &format!("%{other:02X}"),
        }
    }
    encoded
}
