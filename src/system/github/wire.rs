//! The few fields of GitHub's answers that count; all others are passed over.

use crate::ports::forge::{Comment, ForgeRun};
use serde::Deserialize;

#[derive(Deserialize)]
pub(crate) struct RunV {
    pub id: u64,
    #[serde(default)]
    pub run_attempt: Option<u64>,
    #[serde(default)]
    pub workflow_id: u64,
    #[serde(default)]
    pub head_sha: String,
    #[serde(default)]
    pub run_started_at: Option<String>,
}

#[derive(Deserialize)]
pub(crate) struct RunsV {
    pub workflow_runs: Vec<RunV>,
}

#[derive(Deserialize)]
pub(crate) struct JobsV {
    pub jobs: Vec<JobV>,
}

#[derive(Deserialize)]
pub(crate) struct JobV {
    pub name: String,
    pub status: String,
    #[serde(default)]
    pub runner_name: Option<String>,
}

#[derive(Deserialize)]
pub(crate) struct ArtifactsV {
    pub artifacts: Vec<ArtifactV>,
}

#[derive(Deserialize)]
pub(crate) struct ArtifactV {
    pub id: u64,
    pub name: String,
    #[serde(default)]
    pub size_in_bytes: u64,
    #[serde(default)]
    pub expired: bool,
    #[serde(default)]
    pub created_at: Option<String>,
}

#[derive(Deserialize)]
pub(crate) struct PullV {
    pub number: u64,
    #[serde(default)]
    pub state: String,
}

#[derive(Deserialize)]
pub(crate) struct UserV {
    pub login: String,
    #[serde(default, rename = "type")]
    pub kind: String,
}

#[derive(Deserialize)]
pub(crate) struct CommentV {
    pub id: u64,
    #[serde(default)]
    pub body: Option<String>,
    #[serde(default)]
    pub html_url: String,
    #[serde(default)]
    pub user: Option<UserV>,
}

#[derive(Deserialize)]
pub(crate) struct CheckV {
    pub id: u64,
    #[serde(default)]
    pub html_url: Option<String>,
}

impl From<CommentV> for Comment {
    fn from(CommentV { id, body, html_url, user }: CommentV) -> Self {
        let by_bot = user.as_ref().is_some_and(|user| user.kind == "Bot");
        let author = user.map(|user| user.login).unwrap_or_default();
        Self { id, body: body.unwrap_or_default(), author, by_bot, url: html_url }
    }
}

impl From<RunV> for ForgeRun {
    fn from(run: RunV) -> Self {
        Self {
            id: run.id,
            attempt: run.run_attempt.unwrap_or(1),
            workflow: run.workflow_id,
            head_sha: run.head_sha,
            started_at: run.run_started_at.unwrap_or_default(),
        }
    }
}
