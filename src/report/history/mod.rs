//! Several reports, oldest first: their counts, and since when what does not hold
//! has not held. Its types are what `--format json` prints: a field keeps its name
//! and meaning.

pub mod builder;
pub mod view;

pub use builder::HistoryBuilder;

use crate::{
    output::json,
    report::compare::{CellName, ReportSummary},
    status::Status,
};
use schemars::{JsonSchema, generate::Contract};
use serde::Serialize;

/// Reports in a row.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(title = "goenv-ci history")]
pub struct History {
    /// Always 1 in this format.
    #[schemars(extend("const" = 1))]
    pub schema_version: u32,
    /// Each report, oldest first.
    pub reports: Vec<ReportSummary>,
    /// Cells that do not hold in the last report; the first five hundred, the longest first.
    #[serde(rename = "lasting")]
    pub ongoing: Vec<Ongoing>,
    /// All of these.
    #[serde(rename = "lasting_count")]
    pub ongoing_count: usize,
    /// Cells that went to and fro at least three times; the first five hundred, the most often first.
    #[serde(rename = "wavering")]
    pub flaky: Vec<Flaky>,
    /// All of these.
    #[serde(rename = "wavering_count")]
    pub flaky_count: usize,
    /// Results that did not hold, beyond the cells that are told apart.
    pub untold: usize,
    /// Runs that have no report here, and why.
    pub lost: Vec<String>,
    /// Whether the newest run is one of them.
    pub last_lost: bool,
}

/// A cell that does not hold in the last report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "LastingV1")]
pub struct Ongoing {
    /// Which, as the last report names it.
    pub cell: CellName,
    /// `fail` or `error`.
    #[serde(rename = "verdict")]
    #[schemars(with = "String")]
    pub status: Status,
    /// The place in `reports`, from 0, of the first without a gap in which it did not hold.
    pub since: usize,
}

/// A cell that went to and fro.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "WaveringV1")]
pub struct Flaky {
    /// Which, as the last report names it in which it did not hold.
    pub cell: CellName,
    /// How often it turned from holding to not holding or back.
    pub turns: usize,
}

/// The published schema, docs/schema/history.schema.json.
///
/// # Errors
/// As serde says; none is known.
pub fn schema() -> Result<String, serde_json::Error> {
    json::schema::<History>("history", Contract::Deserialize)
}
