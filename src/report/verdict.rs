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

/// Why a variable does not take effect, as far as that can be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    /// One sentence without a full stop.
    pub text: String,
    /// A command line that removes it, in the shell of its platform; only where the cause is certain.
    pub fix: Option<String>,
    /// Whether the variable does take effect, and by that stops Go.
    pub stops_go: bool,
}

impl From<String> for Cause {
    fn from(text: String) -> Self {
        Self { text, fix: None, stops_go: false }
    }
}

impl From<&str> for Cause {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

/// One command that was run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// As it was started, placeholders filled.
    pub argv: Vec<String>,
    /// How it ended.
    pub ended: Ended,
    /// Standard output: at most 4 KiB, CRLF as LF, bytes that are not UTF-8 replaced.
    pub stdout: String,
    /// Standard error, in the same form.
    pub stderr: String,
    /// From start to end.
    pub duration: Duration,
}
