//! The frozen shape of `claims --format json`: fields may come, none may go
//! or change its meaning. Contract: `schema_version` 1.

use crate::{
    claims::{ClaimResult, ClaimsReport, JudgedClaim},
    output::sanitize::visible,
};
use schemars::JsonSchema;
use serde::Serialize;

/// What `claims` found.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(title = "goenv-ci claims")]
pub struct ClaimsV1 {
    /// 1.
    pub schema_version: u32,
    /// In the order in which they were read.
    pub claims: Vec<ClaimV1>,
}

/// A claim and its verdicts.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ClaimV1 {
    /// Stable: `goroot-from-registry`.
    pub id: String,
    /// What is said, in one sentence.
    pub statement: String,
    /// Where it is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// What one learns from it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lesson: Option<String>,
    /// One for each Go version, oldest first.
    pub verdicts: Vec<ClaimVerdictV1>,
}

/// The verdict on one Go version.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ClaimVerdictV1 {
    /// `1.22.10`, or what was asked for and is nowhere.
    pub go: String,
    /// What it came to.
    pub verdict: ClaimWordV1,
    /// Lines to paste into `sh`, on Windows into `cmd`, to see the same; empty where there is nothing to type.
    pub command: String,
    /// What was seen, one line for each case; empty where nothing was tried.
    pub observed: String,
    /// Why, and what the control showed.
    pub reason: String,
}

/// The four verdicts.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ClaimWordV1 {
    /// What it predicts was seen, and the control failed as it must.
    Holds,
    /// It was not seen, and the control shows that it could have been.
    Refuted,
    /// It was seen in some cases only; the reason says in which.
    Depends,
    /// This machine cannot tell, or the experiment went wrong; the reason says why.
    Untestable,
}

impl ClaimsV1 {
    /// With a line feed at its end.
    ///
    /// # Errors
    /// As serde says; none is known.
    pub fn to_text(&self) -> Result<String, serde_json::Error> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }
}

impl From<&ClaimsReport> for ClaimsV1 {
    fn from(report: &ClaimsReport) -> Self {
        Self { schema_version: 1, claims: report.claims.iter().map(ClaimV1::from).collect() }
    }
}

impl From<&JudgedClaim> for ClaimV1 {
    fn from(judged: &JudgedClaim) -> Self {
        let claim = &judged.claim;
        Self {
            id: claim.id.clone(),
            statement: claim.statement.clone(),
            source: claim.source.clone(),
            lesson: claim.lesson.clone(),
            verdicts: judged.results.iter().map(ClaimVerdictV1::from).collect(),
        }
    }
}

impl From<&ClaimResult> for ClaimVerdictV1 {
    fn from(result: &ClaimResult) -> Self {
        use crate::claims::ClaimVerdict as V;
        let verdict = match result.verdict {
            V::Holds => ClaimWordV1::Holds,
            V::Refuted => ClaimWordV1::Refuted,
            V::Depends => ClaimWordV1::Depends,
            V::Untestable | V::Error => ClaimWordV1::Untestable,
        };
        Self {
            go: result.go.clone(),
            verdict,
            command: visible(&result.command).into_owned(),
            observed: visible(&result.observed).into_owned(),
            reason: visible(&result.reason).into_owned(),
        }
    }
}

/// The JSON Schema of `claims --format json`.
///
/// # Errors
/// As serde says; none is known.
pub fn schema() -> Result<String, serde_json::Error> {
    crate::output::json::schema::<ClaimsV1>("claims", schemars::generate::Contract::Deserialize)
}
