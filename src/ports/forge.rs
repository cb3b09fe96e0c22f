//! What a forge says of a workflow run, and what is laid down there: plain values.
use crate::status::Severity;

/// One run of a workflow, in its latest attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForgeRun {
    /// Its number, the same for all attempts.
    pub id: u64,
    /// 1 for the first.
    pub attempt: u64,
    /// The workflow's own number, which its name does not change.
    pub workflow: u64,
    /// The commit.
    pub head_sha: String,
    /// When this attempt began, as `2026-11-25T06:30:00Z`; empty where it is not said.
    pub started_at: String,
}

/// One job of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForgeJob {
    /// As it is shown.
    pub name: String,
    /// Whether it has ended.
    pub done: bool,
    /// The runner that works on it.
    pub runner: Option<String>,
}

/// What a job uploaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Artifact {
    /// Its number.
    pub id: u64,
    /// Once for each attempt at most.
    pub name: String,
    /// Of the archive.
    pub size_bytes: u64,
    /// The forge has removed the content.
    pub expired: bool,
    /// As `2026-11-25T06:30:00Z`; empty where it is not said.
    pub created_at: String,
}

/// A comment on a pull request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// Its number.
    pub id: u64,
    /// Markdown.
    pub body: String,
    /// Who wrote it; empty where the account is gone.
    pub author: String,
    /// Whether that is an app.
    pub by_bot: bool,
    /// Its page.
    pub url: String,
}

/// A remark on a line of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Annotation {
    /// Relative to the repository, with `/`.
    pub path: String,
    /// How bad.
    pub severity: Severity,
    /// Plain text in one line.
    pub title: String,
    /// Plain text.
    pub message: String,
}

/// What a check comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conclusion {
    /// All holds.
    Success,
    /// Something does not.
    Failure,
    /// Nothing was judged, or not all could be.
    Neutral,
}

/// A check on a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// As it is shown.
    pub name: String,
    /// The commit.
    pub head_sha: String,
    /// What it comes to.
    pub conclusion: Conclusion,
    /// One line.
    pub title: String,
    /// Markdown.
    pub summary: String,
}

/// A check that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MadeCheck {
    /// Its number.
    pub id: u64,
    /// Its page.
    pub url: String,
}

/// Why the forge did not do what it was asked for. Neither tokens nor signed addresses are in here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ForgeError {
    /// 401: no token, or one that counts no more.
    #[error("{doing}: the token is not accepted ({said})")]
    Unknown {
        /// `list the artifacts of run 7`.
        doing: String,
        /// The status and what the forge says.
        said: String,
    },
    /// 403, or a 404 where the thing is known to be there.
    #[error("{doing}: the token lacks the permission `{permission}` ({said})")]
    Denied {
        /// What was tried.
        doing: String,
        /// As it stands below `permissions:` in a workflow.
        permission: String,
        /// The status and what the forge says.
        said: String,
    },
    /// 410: it was there.
    #[error("{doing}: it has expired")]
    Expired {
        /// What was tried.
        doing: String,
    },
    /// 404: it is not there, or the token must not know of it.
    #[error("{doing}: there is no such thing, or the token lacks the permission `{permission}` ({said})")]
    Missing {
        /// What was tried.
        doing: String,
        /// As it stands below `permissions:` in a workflow.
        permission: String,
        /// The status and what the forge says.
        said: String,
    },
    /// It asks for a longer pause than we take.
    #[error("{doing}: the rate limit is used up, the server asks to wait for {seconds} s ({said})")]
    Limited {
        /// What was tried.
        doing: String,
        /// How long.
        seconds: u64,
        /// The status and what the forge says.
        said: String,
    },
    /// The connection broke, or the server failed, so that it may have been done or not.
    #[error("{doing}: {reason}")]
    Lost {
        /// What was tried.
        doing: String,
        /// The status, or the chain of causes.
        reason: String,
    },
    /// Any other answer.
    #[error("{doing}: {reason}")]
    Failed {
        /// What was tried.
        doing: String,
        /// What is wrong.
        reason: String,
    },
    /// The user asked to stop.
    #[error("interrupted")]
    Interrupted,
}

impl ForgeError {
    /// Whether the token may not do this, whatever the reason.
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        matches!(self, Self::Unknown { .. } | Self::Denied { .. } | Self::Missing { .. })
    }
}
