//! What was seen and what it means. A verdict is data; an error is kept for
//! "there is no verdict at all".

use crate::ports::Ended;
use std::time::Duration;

/// The four outcomes of a cell; JUnit knows the same four.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The variable takes effect, and the control failed as it must.
    Pass,
    /// The variable does not take effect.
    Fail {
        /// What must be seen.
        expected: String,
        /// What was seen instead.
        observed: String,
    },
    /// Not run, never silently.
    Skip {
        /// Why.
        reason: String,
    },
    /// The probe itself could not be carried out.
    Error {
        /// Why, and where.
        reason: String,
    },
}

/// One command that was run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// As it was started, placeholders filled.
    pub argv: Vec<String>,
    /// How it ended.
    pub ended: Ended,
    /// At most 4 KiB, CRLF as LF, bytes that are not UTF-8 replaced.
    pub stdout: String,
    /// Likewise.
    pub stderr: String,
    /// From start to end.
    pub duration: Duration,
}
