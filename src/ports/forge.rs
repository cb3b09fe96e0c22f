//! The forge that runs the workflow, GitHub or an enterprise server: what it says of a run, and what
//! is written there.

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
pub struct CheckRun {
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
    /// This program was built without one (no feature `github`).
    #[error(
        "this goenv-ci was built without the client for it. Take one of a release, or build it with its default \
         features. Without GITHUB_TOKEN it still merges: report publish --in DIR"
    )]
    NoClient,
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

/// One repository on a forge. Each call is bounded in time and tries again what may pass.
///
/// # Errors
/// Every method: see [`ForgeError`].
#[allow(clippy::missing_errors_doc, reason = "said once, above")]
pub trait Forge: Sync {
    /// A run, in its latest attempt.
    fn run(&self, id: u64) -> Result<ForgeRun, ForgeError>;

    /// The jobs of a run's latest attempt, all pages.
    fn jobs(&self, run: u64) -> Result<Vec<ForgeJob>, ForgeError>;

    /// The artifacts of all attempts of a run, all pages.
    fn artifacts(&self, run: u64) -> Result<Vec<Artifact>, ForgeError>;

    /// An artifact's archive, into the file at an absolute path; a part that arrived is removed.
    fn download(&self, artifact: &Artifact, file: &str, limit_bytes: u64) -> Result<(), ForgeError>;

    /// The latest successful run of a workflow on a branch, other than `except`.
    fn last_good_run(&self, workflow: u64, branch: &str, except: u64) -> Result<Option<u64>, ForgeError>;

    /// The latest completed runs of a workflow (its number, or the name of its file), the newest first;
    /// at most 100.
    fn last_runs(&self, workflow: &str, branch: Option<&str>, most: usize) -> Result<Vec<ForgeRun>, ForgeError>;

    /// The open pull requests that a commit belongs to.
    fn pulls_of(&self, sha: &str) -> Result<Vec<u64>, ForgeError>;

    /// The account of the token; `None` where it is an app's.
    fn own_login(&self) -> Result<Option<String>, ForgeError>;

    /// The comments of a pull request, all pages, oldest first.
    fn comments(&self, pull: u64) -> Result<Vec<Comment>, ForgeError>;

    /// Writes a comment; not tried again where it may have been written.
    fn create_comment(&self, pull: u64, body: &str) -> Result<Comment, ForgeError>;

    /// Replaces a comment's text.
    fn update_comment(&self, id: u64, body: &str) -> Result<Comment, ForgeError>;

    /// Makes a check with its first annotations, 50 at most; `last` also concludes it.
    fn create_check(&self, check: &CheckRun, annotations: &[Annotation], last: bool) -> Result<MadeCheck, ForgeError>;

    /// Adds annotations to a check, 50 at most; `last` also concludes it.
    fn extend_check(&self, id: u64, check: &CheckRun, annotations: &[Annotation], last: bool)
    -> Result<(), ForgeError>;
}
