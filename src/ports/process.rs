//! Programs that are run, and how they ended.

use crate::output::trouble::system;
use crate::platform::env::EnvBlock;
use std::{io, time::Duration};
use thiserror::Error;

/// A command to run.
#[derive(Clone, Debug)]
pub struct Invocation<'a> {
    /// Program first; a bare name is looked up on the PATH of `env`.
    pub argv: &'a [String],
    /// The whole environment of the child, nothing is inherited.
    pub env: &'a EnvBlock,
    /// Absolute directory to run in.
    pub dir: &'a str,
    /// After this the whole process tree is ended.
    pub limit: Duration,
}

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// With this exit code.
    Code(i32),
    /// By a signal.
    Signal(i32),
    /// It ran past its limit, and its whole process tree was ended.
    TimedOut,
    /// We were interrupted, and its whole process tree was ended.
    Interrupted,
}

/// A command that was started and has ended.
#[derive(Clone, Debug)]
pub struct Completed {
    /// How.
    pub ended: Ended,
    /// As UTF-8 whatever it was written in, and capped by the adapter.
    pub stdout: Vec<u8>,
    /// Converted and capped as `stdout` is.
    pub stderr: Vec<u8>,
    /// From start to end.
    pub duration: Duration,
}

/// Why nothing is known of a command.
#[derive(Debug, Error)]
pub enum NotRun {
    /// The system refused to start it.
    #[error("{}: {}", self.what(), system(_0))]
    NotStarted(io::Error),
    /// It was started, and the system refused to say what it wrote or how it ended.
    #[error("{}: {}", self.what(), system(_0))]
    Unread(io::Error),
}

impl NotRun {
    /// What did not work, to stand behind the command's name.
    #[must_use]
    pub fn what(&self) -> &'static str {
        match self {
            Self::NotStarted(_) => "cannot be started",
            Self::Unread(_) => "was started, but what became of it cannot be read",
        }
    }

    /// Why, as the system says.
    #[must_use]
    pub fn why(&self) -> &io::Error {
        let (Self::NotStarted(why) | Self::Unread(why)) = self;
        why
    }
}

/// Runs programs.
pub trait Executor: Sync {
    /// Runs to the end, to the limit or to the interruption.
    ///
    /// # Errors
    /// It could not be started, or what it said could not be read.
    fn run(&self, invocation: &Invocation<'_>) -> Result<Completed, NotRun>;

    /// Whether the user asked to stop.
    fn interrupted(&self) -> bool;
}
