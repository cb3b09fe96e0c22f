//! The forge that runs the workflow: GitHub, here or on an enterprise server.

use crate::ports::forge::{Annotation, Artifact, Check, Comment, ForgeError, ForgeJob, ForgeRun, MadeCheck};

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
    fn create_check(&self, check: &Check, annotations: &[Annotation], last: bool) -> Result<MadeCheck, ForgeError>;

    /// Adds annotations to a check, 50 at most; `last` also concludes it.
    fn extend_check(&self, id: u64, check: &Check, annotations: &[Annotation], last: bool) -> Result<(), ForgeError>;
}
