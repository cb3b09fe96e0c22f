//! Everything that `apply` will do and nothing else; `plan` prints exactly this.

pub mod delivery;
pub(crate) mod jobs;
pub mod json;
pub mod make;
pub(crate) mod order;
pub(crate) mod path;
pub(crate) mod profile;
pub mod runner;
pub mod shard;
pub mod text;
pub(crate) mod value;

pub use jobs::{Wanted as WantedJobs, legs};
pub use make::{matrix_json, plan};
pub use value::{PlanError, Rule};

use crate::{drives::drive::Drives, goenv::variable::GoVar, plan::shard::Shard, platform::Platform};

/// What somebody asked to have otherwise.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overrides {
    /// Instead of `RUNNER_TEMP/go-cache`.
    pub gocache: Option<String>,
    /// Instead of `RUNNER_WORKSPACE/go`.
    pub gopath: Option<String>,
    /// Instead of `GOPATH/bin`.
    pub gobin: Gobin,
}

/// What GOBIN shall be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Gobin {
    /// `GOPATH/bin`.
    #[default]
    Standard,
    /// `--gobin none`: left unset, and the bin folder of GOPATH goes on PATH.
    Unset,
    /// That folder.
    At(String),
}

/// One variable and its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// Which.
    pub variable: GoVar,
    /// Absolute path in the runner's syntax; empty: written empty, because the environment holds another value.
    pub value: String,
    /// Why this value, in one clause.
    pub reason: String,
}

/// One entry of PATH as a later step will see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathStep {
    /// The folder.
    pub entry: String,
    /// Who puts it there.
    pub origin: String,
}

/// One job of the verification matrix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MatrixLeg {
    /// As asked for: `1.21`; for a shard all versions, separated by commas.
    pub go: String,
    /// The runner's name.
    pub os: String,
    /// The part of the cells, where they are cut.
    pub shard: Option<Shard>,
    /// A name that an artifact can have, for shards.
    pub name: Option<String>,
}

/// A shell whose language is spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shell {
    /// `eval "$(goenv-ci apply --shell bash)"`; zsh too.
    Bash,
    /// `goenv-ci apply --shell pwsh | Out-String | Invoke-Expression`.
    Pwsh,
    /// `goenv-ci apply --shell cmd > set-go.cmd` and `call set-go.cmd`.
    Cmd,
    /// `goenv-ci apply --shell fish | source`.
    Fish,
}

/// The file that one of the runner's variables names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CommandFile {
    /// `GITHUB_ENV`.
    Env,
    /// `GITHUB_PATH`.
    Path,
    /// `GITHUB_OUTPUT`.
    Output,
}

impl CommandFile {
    /// The variable that names the file.
    #[must_use]
    pub fn variable(self) -> &'static str {
        match self {
            Self::Env => "GITHUB_ENV",
            Self::Path => "GITHUB_PATH",
            Self::Output => "GITHUB_OUTPUT",
        }
    }
}

/// The lines that one command file gets, in order, without line ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileLines {
    /// Which file.
    pub file: CommandFile,
    /// Each holds no CR, LF or NUL.
    pub lines: Vec<String>,
}

/// What is to be done for one runner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The runner's name.
    pub runner: String,
    /// Its path syntax.
    pub platform: Platform,
    /// In the order of [`GoVar::ALL`]; GOBIN is left out when it stays unset.
    pub assignments: Vec<Assignment>,
    /// Folders for GITHUB_PATH, the one that must come first last, as the runner reverses them.
    pub path_entries: Vec<String>,
    /// Folders to create, outermost first.
    pub directories: Vec<String>,
    /// The lines for each command file, in the order in which they are written.
    pub files: Vec<FileLines>,
    /// PATH of the next step, first entry first.
    pub path_order: Vec<PathStep>,
    /// The verification matrix.
    pub matrix: Vec<MatrixLeg>,
    /// What follows from the plan and may surprise, a sentence each.
    pub warnings: Vec<String>,
    /// Why the plan comes too late in this job, if it does.
    pub too_late: Option<String>,
    /// What had to be assumed, a sentence each.
    pub assumptions: Vec<String>,
    /// Where the bytes go, for the machine that this process is on; empty for a recorded runner.
    pub drives: Drives,
}

impl Plan {
    /// The planned value of a variable, unless it stays unset.
    #[must_use]
    pub fn value(&self, variable: GoVar) -> Option<&str> {
        self.assignments.iter().find(|a| a.variable == variable).map(|a| a.value.as_str()).filter(|v| !v.is_empty())
    }
}
