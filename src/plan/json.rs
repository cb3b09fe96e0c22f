//! `plan --format json`: the frozen wire types of a plan.

use crate::drives::wire::DrivesV1;
use crate::plan::{MatrixLeg, Plan};
use schemars::JsonSchema;
use serde::Serialize;

/// What would be written for a runner, and the verification matrix.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "goenv-ci plan")]
pub struct PlanV1 {
    /// 1.
    pub schema_version: u32,
    /// `windows-2022`, or `current`.
    pub runner: String,
    /// In the order in which they are written; GOBIN is left out when it stays unset.
    pub variables: Vec<VariableV1>,
    /// Folders that will lead PATH, first entry first.
    pub path: Vec<String>,
    /// The lines of each command file, without line ends.
    pub files: Vec<FileV1>,
    /// PATH of the next step as the runner computes it, first entry first.
    pub path_order: Vec<PathEntryV1>,
    /// Folders that `apply` makes.
    pub directories: Vec<String>,
    /// As `strategy.matrix` takes it.
    pub matrix: MatrixV1,
    /// What follows from the plan and may surprise.
    pub warnings: Vec<String>,
    /// What had to be assumed.
    pub notes: Vec<String>,
    /// Where the bytes go, for `current`; empty for a recorded runner.
    pub drives: DrivesV1,
}

/// A variable and its value.
#[derive(Debug, Serialize, JsonSchema)]
pub struct VariableV1 {
    /// `GOCACHE`.
    pub name: String,
    /// An absolute path in the runner's syntax, or empty.
    pub value: String,
    /// Why this value.
    pub reason: String,
}

/// The lines for one command file.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FileV1 {
    /// `GITHUB_ENV`, `GITHUB_PATH` or `GITHUB_OUTPUT`.
    pub variable: String,
    /// In order.
    pub lines: Vec<String>,
}

/// One entry of PATH.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PathEntryV1 {
    /// The folder.
    pub entry: String,
    /// Who puts it there.
    pub origin: String,
}

/// `strategy.matrix`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct MatrixV1 {
    /// One job each.
    pub include: Vec<LegV1>,
}

/// One job.
#[derive(Debug, Serialize, JsonSchema)]
pub struct LegV1 {
    /// `1.21`; for a shard all versions, separated by commas.
    pub go: String,
    /// For `runs-on`.
    pub os: String,
    /// `3/16`, for `verify --shard`; absent where the job is a whole version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shard: Option<String>,
    /// A name for the job and its artifact; with `shard` only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

impl From<&MatrixLeg> for LegV1 {
    fn from(leg: &MatrixLeg) -> Self {
        Self {
            go: leg.go.clone(),
            os: leg.os.clone(),
            shard: leg.shard.map(|shard| shard.to_string()),
            name: leg.name.clone(),
        }
    }
}

impl From<&Plan> for PlanV1 {
    fn from(plan: &Plan) -> Self {
        let variable = |a: &crate::plan::Assignment| VariableV1 {
            name: a.variable.name().to_owned(),
            value: a.value.clone(),
            reason: a.reason.clone(),
        };
        Self {
            schema_version: 1,
            runner: plan.runner.clone(),
            variables: plan.assignments.iter().map(variable).collect(),
            path: plan.path_entries.iter().rev().cloned().collect(),
            files: plan
                .files
                .iter()
                .map(|f| FileV1 { variable: f.file.variable().to_owned(), lines: f.lines.clone() })
                .collect(),
            path_order: plan
                .path_order
                .iter()
                .map(|s| PathEntryV1 { entry: s.entry.clone(), origin: s.origin.clone() })
                .collect(),
            directories: plan.directories.clone(),
            matrix: MatrixV1 { include: plan.matrix.iter().map(LegV1::from).collect() },
            warnings: plan.warnings.clone(),
            notes: plan.assumptions.clone(),
            drives: (&plan.drives).into(),
        }
    }
}

/// The JSON Schema of `plan --format json`.
///
/// # Errors
/// As serde says; none is known.
pub fn schema() -> Result<String, serde_json::Error> {
    crate::output::json::schema::<PlanV1>("plan", schemars::generate::Contract::Deserialize)
}
