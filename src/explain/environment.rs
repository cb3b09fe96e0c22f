//! The environment that a process has, beside what each Go makes of it.

use crate::goenv::version::GoVersion;

/// How the process and Go stand to each other on one name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// The process has a value, and at least one Go says something else.
    Differs,
    /// The process has none, and Go has.
    GoOnly,
    /// All say the same.
    Same,
    /// No Go answers for the name.
    ProcessOnly,
}

impl Standing {
    /// The word on the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Differs => "differs",
            Self::GoOnly => "go-only",
            Self::Same => "same",
            Self::ProcessOnly => "process-only",
        }
    }
}

/// One name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// As Go spells it.
    pub name: String,
    /// What the system answers for it; `None`: it is not in the block.
    pub process: Option<String>,
    /// Names and values where the block holds it in several spellings; else empty.
    pub spellings: Vec<(String, String)>,
    /// For each version what `go env` says; `None`: it does not answer for the name, or only Go itself can tell.
    pub says: Vec<Option<String>>,
    /// What that comes to.
    pub standing: Standing,
}

/// Whose environment it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Process {
    /// `None`: this one.
    pub pid: Option<u32>,
    /// Its file, where that may be read.
    pub program: Option<String>,
    /// The folder it works in.
    pub dir: String,
}

/// One process's block and every asked Go's view of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// Whose.
    pub process: Process,
    /// Version and GOROOT, in the order of `Row::says`.
    pub versions: Vec<(GoVersion, Option<String>)>,
    /// Differences first.
    pub rows: Vec<Row>,
    /// Further names of the block. Their values are none of Go's business and are not shown.
    pub others: Vec<String>,
    /// What somebody should know, a sentence each.
    pub notes: Vec<String>,
}
