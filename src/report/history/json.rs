//! What `report history --format json` prints, frozen like report.json.

use crate::report::history::{Lasting, Trend, Wavering};
use crate::{
    output::json,
    report::compare::json::{CellV1, SurveyV1},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Reports in a row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "goenv-ci history")]
pub struct TrendV1 {
    /// Always 1 in this format.
    #[schemars(extend("const" = 1))]
    pub schema_version: u32,
    /// Each report, oldest first.
    pub reports: Vec<SurveyV1>,
    /// Cells that do not hold in the last report; the first five hundred, the longest first.
    pub lasting: Vec<LastingV1>,
    /// All of these.
    pub lasting_count: usize,
    /// Cells that went to and fro at least three times; the first five hundred, the most often first.
    pub wavering: Vec<WaveringV1>,
    /// All of these.
    pub wavering_count: usize,
    /// Results that did not hold, beyond the cells that are told apart.
    pub untold: usize,
}

/// A cell that does not hold in the last report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LastingV1 {
    /// Which.
    pub cell: CellV1,
    /// `fail` or `error`.
    pub verdict: String,
    /// The place in `reports`, from 0, of the first without a gap in which it did not hold.
    pub since: usize,
}

/// A cell that went to and fro.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WaveringV1 {
    /// Which.
    pub cell: CellV1,
    /// How often it turned.
    pub turns: usize,
}

impl From<&Trend> for TrendV1 {
    fn from(trend: &Trend) -> Self {
        let lasting = |one: &Lasting| LastingV1 {
            cell: (&one.cell).into(),
            verdict: one.status.name().to_owned(),
            since: one.since,
        };
        let wavering = |one: &Wavering| WaveringV1 { cell: (&one.cell).into(), turns: one.turns };
        Self {
            schema_version: 1,
            reports: trend.reports.iter().map(SurveyV1::from).collect(),
            lasting: trend.lasting.named.iter().map(lasting).collect(),
            lasting_count: trend.lasting.count,
            wavering: trend.wavering.named.iter().map(wavering).collect(),
            wavering_count: trend.wavering.count,
            untold: trend.untold,
        }
    }
}

impl TrendV1 {
    /// As it is printed; no character of it commands a terminal.
    ///
    /// # Errors
    /// As serde says; none is known.
    pub fn to_text(&self) -> Result<String, serde_json::Error> {
        json::to_text(self)
    }
}

/// The published schema.
///
/// # Errors
/// As serde says; none is known.
pub fn schema() -> Result<String, serde_json::Error> {
    crate::output::json::schema::<TrendV1>("history", schemars::generate::Contract::Deserialize)
}
