//! Published claims about Go's environment, and what experiments say of them.

pub(crate) mod judge;
pub mod list;
pub(crate) mod load;
pub(crate) mod repro;
pub(crate) mod schema;
pub mod view;

pub use judge::{JudgeOptions, judge};
pub use load::load_claims;

use crate::{
    goenv::{
        toolchain::{MissingToolchain, Toolchain},
        version::GoVersion,
    },
    output,
    probe::Probe,
    report::RunnerFacts,
    status::Status,
};
use schemars::JsonSchema;
use serde::Serialize;
use std::time::Duration;

/// A claim as it was read: a statement and the cases it is tried in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Stable, kebab-case: `goroot-from-registry`.
    pub id: String,
    /// What is said, in one sentence.
    pub statement: String,
    /// Where it is said, if somebody knows.
    pub source: Option<String>,
    /// What one learns from it, whatever the verdict.
    pub lesson: Option<String>,
    /// Why nobody can try it here; then there are no cases.
    pub untestable: Option<String>,
    /// At least one, unless it is untestable. In each the probe's expectations are what the claim
    /// predicts, and its control is the one change that must turn the outcome round.
    pub cases: Vec<Case>,
}

/// One experiment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// The circumstance, for a claim that depends on it: `GOBIN is empty`.
    pub given: Option<String>,
    /// Arrange, act, assert and control.
    pub probe: Probe,
}

/// What it came to; why is the result's `reason`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "ClaimWordV1")]
pub enum ClaimVerdict {
    /// What it predicts was seen, and the control failed as it must.
    Holds,
    /// It was not seen, and the control shows that it could have been.
    Refuted,
    /// It was seen in some cases only; the reason says in which.
    Depends,
    /// This machine cannot tell, or the experiment went wrong; the reason says why.
    Untestable,
    /// The experiment itself went wrong: untestable on the wire.
    #[serde(rename = "untestable")]
    #[schemars(skip)]
    Error,
}

impl ClaimVerdict {
    /// Whether somebody may rely on the claim: only one that holds everywhere passes.
    #[must_use]
    pub fn status(self) -> Status {
        match self {
            Self::Refuted | Self::Depends => Status::Fail,
            Self::Error => Status::Error,
            Self::Untestable => Status::Skip,
            Self::Holds => Status::Pass,
        }
    }

    /// The word for a reader, who is told of an experiment that went wrong.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::Refuted => "refuted",
            Self::Depends => "depends",
            Self::Untestable => "untestable",
            Self::Error => "error",
        }
    }
}

/// The verdict on one Go version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "ClaimVerdictV1")]
pub struct ClaimResult {
    /// `1.22.10`, or what was asked for and is nowhere.
    pub go: String,
    /// What it came to.
    pub verdict: ClaimVerdict,
    /// Lines to paste into `sh`, on Windows into `cmd`, to see the same; empty where there is nothing to type.
    pub command: String,
    /// What was seen, one line for each case; empty where nothing was tried.
    pub observed: String,
    /// Why, and what the control showed.
    pub reason: String,
}

/// A claim and its verdicts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "ClaimV1")]
pub struct JudgedClaim {
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
    #[serde(rename = "verdicts")]
    pub results: Vec<ClaimResult>,
}

/// All that one run of `claims` found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimsReport {
    /// The machine.
    pub runner: RunnerFacts,
    /// What was judged on, oldest version first.
    pub toolchains: Vec<Toolchain>,
    /// What was asked for and is nowhere.
    pub missing: Vec<MissingToolchain>,
    /// In the order in which they were read.
    pub claims: Vec<JudgedClaim>,
    /// Wall time of the whole run.
    pub duration: Duration,
}

impl ClaimsReport {
    /// The worst of all verdicts; `None`: nothing was judged.
    #[must_use]
    pub fn status(&self) -> Option<Status> {
        self.claims.iter().flat_map(|judged| &judged.results).map(|result| result.verdict.status()).min()
    }

    /// As JSON, with a line feed at its end.
    ///
    /// # Errors
    /// As serde says; none is known.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        output::json::pretty(&ClaimsWire { schema_version: 1, claims: &self.claims })
    }

    /// The Go versions of the results, oldest first, each once.
    #[must_use]
    pub fn versions(&self) -> Vec<String> {
        let mut seen: Vec<String> = Vec::new();
        for result in self.claims.iter().flat_map(|judged| &judged.results) {
            if !seen.contains(&result.go) {
                seen.push(result.go.clone());
            }
        }
        seen.sort_by_key(|text| text.parse::<GoVersion>().ok());
        seen
    }
}

impl JudgedClaim {
    /// A claim with its verdicts, the oldest version first.
    #[must_use]
    pub fn new(claim: &Claim, results: Vec<ClaimResult>) -> Self {
        let Claim { id, statement, source, lesson, .. } = claim.clone();
        Self { id, statement, source, lesson, results }
    }

    /// The verdict that stands for all versions: the worst for somebody who relies on the claim.
    #[must_use]
    pub fn worst(&self) -> ClaimVerdict {
        let verdicts = self.results.iter().map(|result| result.verdict);
        verdicts.min_by_key(|verdict| (verdict.status(), *verdict)).unwrap_or(ClaimVerdict::Untestable)
    }

    /// Results that say the same, with the versions they are of; in the order of the versions.
    #[must_use]
    pub fn alike(&self) -> Vec<(Vec<&str>, &ClaimResult)> {
        let mut groups: Vec<(Vec<&str>, &ClaimResult)> = Vec::new();
        for result in &self.results {
            let same = |other: &ClaimResult| other.verdict == result.verdict && other.reason == result.reason;
            match groups.iter_mut().find(|(_, other)| same(other)) {
                Some((versions, _)) => versions.push(&result.go),
                None => groups.push((vec![&result.go], result)),
            }
        }
        groups
    }
}

/// What `claims` found.
// Machine, missing toolchains and duration are no part of it.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "goenv-ci claims")]
struct ClaimsWire<'a> {
    /// 1.
    schema_version: u32,
    /// In the order in which they were read.
    claims: &'a [JudgedClaim],
}

/// The published schema, docs/schema/claims.schema.json.
///
/// # Errors
/// As serde says; none is known.
pub fn schema() -> Result<String, serde_json::Error> {
    output::json::schema::<ClaimsWire<'_>>("claims", schemars::generate::Contract::Deserialize)
}

/// The schema of a file of claims, docs/schema/claim-file.schema.json.
///
/// # Errors
/// As serde says; none is known.
pub fn file_schema() -> Result<String, serde_json::Error> {
    schema::file_shape()
}
