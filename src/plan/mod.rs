//! Everything that `apply` will do and nothing else; `plan` prints exactly this.

pub mod delivery;
pub(crate) mod jobs;
pub mod make;
pub(crate) mod order;
pub(crate) mod path;
pub(crate) mod profile;
pub mod runner;
pub mod shard;
pub(crate) mod value;
pub mod view;

pub use jobs::{JobOptions, matrix};
pub use make::{DEFAULT_VERSIONS, plan};
pub(crate) use value::is_of_name;
pub use value::{PlanError, Rule, ValueOrigin, leading_reference, leads_into};

use crate::{
    drives::{drive::Drives, wire::DrivesV1},
    goenv::variable::GoVar,
    output::json,
    plan::shard::Shard,
    platform::Platform,
};
use schemars::{JsonSchema, generate::Contract};
use serde::{Serialize, Serializer};

/// What somebody asked to have otherwise.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overrides {
    /// Instead of `RUNNER_TEMP/go-cache`, without a runner of Go's own default.
    pub gocache: Option<Override>,
    /// Instead of `RUNNER_WORKSPACE/go`, without a runner of Go's own default.
    pub gopath: Option<Override>,
    /// Instead of `GOPATH/bin`.
    pub gobin: Gobin,
}

/// A value, and who asked for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Override {
    /// As it was given.
    pub value: String,
    /// Never [`Giver::Default`].
    pub giver: Giver,
}

impl Override {
    /// A value that was given so.
    #[must_use]
    pub fn new(value: impl Into<String>, giver: Giver) -> Self {
        Self { value: value.into(), giver }
    }
}

/// Who says what a setting is: the first of these that says something.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "source", rename_all = "lowercase")]
#[schemars(rename = "GiverV1")]
pub enum Giver {
    /// A flag.
    Flag,
    /// A variable `GOENV_CI_*`, as the action sets for its inputs.
    Variable,
    /// The repository's `.github/goenv-ci.yml`.
    File {
        /// `FILE:LINE:COLUMN`.
        at: String,
    },
    /// Nobody.
    #[default]
    Default,
}

impl Giver {
    /// How a setting was given, by the name of its flag: `with --gocache`; for nobody `by default`.
    #[must_use]
    pub fn way(&self, flag: &str) -> String {
        match self {
            Self::Flag => format!("with --{flag}"),
            Self::Variable => format!("with {}", variable_of(flag)),
            Self::File { at } => format!("in {at}"),
            Self::Default => "by default".to_owned(),
        }
    }
}

/// The variable of a flag; that of `--go` is called as the action's input.
fn variable_of(flag: &str) -> String {
    let name = if flag == "go" { "go-versions" } else { flag };
    format!("GOENV_CI_{}", name.replace('-', "_").to_uppercase())
}

/// What GOBIN is to be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Gobin {
    /// `GOPATH/bin`.
    #[default]
    Standard,
    /// `--gobin none`: left unset, and the `bin` directory of GOPATH goes on PATH.
    Unset(Giver),
    /// That directory.
    At(Override),
}

impl Overrides {
    /// What a variable was asked to be, if it is to be a directory.
    #[must_use]
    pub fn of(&self, variable: GoVar) -> Option<&Override> {
        match (variable, &self.gobin) {
            (GoVar::Gocache, _) => self.gocache.as_ref(),
            (GoVar::Gopath, _) => self.gopath.as_ref(),
            (GoVar::Gobin, Gobin::At(wanted)) => Some(wanted),
            (GoVar::Gobin, _) => None,
        }
    }

    /// Who says what a variable is.
    #[must_use]
    pub fn giver(&self, variable: GoVar) -> Giver {
        match (variable, &self.gobin) {
            (GoVar::Gobin, Gobin::Unset(giver)) => giver.clone(),
            _ => self.of(variable).map_or(Giver::Default, |wanted| wanted.giver.clone()),
        }
    }
}

/// A setting and who says what it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "SettingV1")]
pub struct PlanSetting {
    /// By its flag: `go`, `gocache`.
    #[serde(rename = "name")]
    pub flag: &'static str,
    /// As it counts; absent where nobody says anything and there is no one default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Who says so.
    #[serde(flatten)]
    pub giver: Giver,
}

/// A variable and its value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "VariableV1")]
pub struct Assignment {
    /// `GOCACHE`.
    #[serde(rename = "name")]
    #[schemars(with = "String")]
    pub variable: GoVar,
    /// An absolute path in the runner's syntax; empty where the environment holds another value, which Go then reads
    /// as unset.
    pub value: String,
    /// Why this value, in one clause.
    pub reason: String,
    /// Who says so.
    #[serde(flatten)]
    pub giver: Giver,
}

/// One entry of PATH as a later step will see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "PathEntryV1")]
pub struct PathEntry {
    /// The directory.
    pub entry: String,
    /// Who puts it there.
    pub origin: String,
}

/// `strategy.matrix`: the jobs that verify.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "MatrixV1")]
pub struct Matrix {
    /// One job each.
    pub include: Vec<Job>,
    /// The cells of each runner, without those of its shells; `None` where they were not counted.
    #[serde(skip)]
    pub cells: Option<usize>,
}

impl Matrix {
    /// As the runner's `fromJSON` reads it, on one line; the names of a job in alphabetical order.
    #[must_use]
    pub fn to_line(&self) -> String {
        serde_json::to_value(self).map(|value| value.to_string()).unwrap_or_default()
    }
}

/// One job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "LegV1")]
pub struct Job {
    /// As asked for: `1.21`; for a shard all versions, separated by commas.
    pub go: String,
    /// For `runs-on`.
    pub os: String,
    /// `3/16`, for `verify --shard`; absent where the job is a whole version.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub shard: Option<Shard>,
    /// A name for the job and its artifact; with `shard` only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// What follows from a plan and may surprise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Warning {
    /// A sentence without a full stop; backquotes enclose code.
    pub text: String,
    /// Whether it follows from what nobody asked for otherwise.
    #[serde(skip)]
    pub by_default: bool,
}

impl From<String> for Warning {
    fn from(text: String) -> Self {
        Self { text, by_default: false }
    }
}

/// A shell for which `apply` prints lines.
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

impl Serialize for CommandFile {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.variable())
    }
}

/// The lines for one command file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "FileV1")]
pub struct FileLines {
    /// `GITHUB_ENV`, `GITHUB_PATH` or `GITHUB_OUTPUT`.
    #[serde(rename = "variable")]
    #[schemars(with = "String")]
    pub file: CommandFile,
    /// In order; each holds no CR, LF or NUL.
    pub lines: Vec<String>,
}

/// What would be written for a runner, and the verification matrix.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(title = "goenv-ci plan")]
pub struct Plan {
    /// 1.
    pub schema_version: u32,
    /// `windows-2022`, or `current`.
    pub runner: String,
    /// In the order in which they are written; GOBIN is left out when it stays unset.
    #[serde(rename = "variables")]
    pub assignments: Vec<Assignment>,
    /// Directories that will lead PATH, first entry first.
    pub path: Vec<String>,
    /// The lines of each command file, without line ends, in the order in which the files are written.
    pub files: Vec<FileLines>,
    /// PATH of the next step as the runner computes it, first entry first.
    pub path_order: Vec<PathEntry>,
    /// Directories that `apply` makes, outermost first.
    pub directories: Vec<String>,
    /// As `strategy.matrix` takes it.
    pub matrix: Matrix,
    /// The repository's `.github/goenv-ci.yml`, where one was read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub config: Option<String>,
    /// What could be given by flag, variable or that file, and who said what it is.
    pub settings: Vec<PlanSetting>,
    /// What follows from the plan and may surprise.
    #[schemars(with = "Vec<String>")]
    pub warnings: Vec<Warning>,
    /// What had to be assumed.
    #[serde(rename = "notes")]
    pub assumptions: Vec<String>,
    /// Where the bytes go, for `current`; empty for a recorded runner.
    #[serde(serialize_with = "drives")]
    #[schemars(with = "DrivesV1")]
    pub drives: Drives,
    /// The runner's path syntax.
    #[serde(skip)]
    pub platform: Platform,
    /// Why the plan comes too late in this job, if it does.
    #[serde(skip)]
    pub too_late: Option<String>,
}

/// As in report.json.
fn drives<S: Serializer>(drives: &Drives, serializer: S) -> Result<S::Ok, S::Error> {
    DrivesV1::from(drives).serialize(serializer)
}

/// The JSON Schema of `plan --format json`.
///
/// # Errors
/// It cannot be written as JSON.
pub fn schema() -> Result<String, serde_json::Error> {
    json::schema::<Plan>("plan", Contract::Deserialize)
}

impl Plan {
    /// The planned value of a variable, unless it stays unset.
    #[must_use]
    pub fn value(&self, variable: GoVar) -> Option<&str> {
        self.assignments.iter().find(|a| a.variable == variable).map(|a| a.value.as_str()).filter(|v| !v.is_empty())
    }
}
