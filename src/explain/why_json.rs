//! `explain --why --format json`: the frozen wire types, masked for every format.

use crate::explain::json::HeldV1;
use crate::{
    explain::origin::{Landing, Part, Reason},
    output::mask::masked,
};
use schemars::JsonSchema;
use serde::Serialize;

/// Why a file lies where it lies.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "goenv-ci explain --why")]
pub struct WhyV1 {
    /// 1.
    pub schema_version: u32,
    /// The file that was asked about, absolute.
    pub file: String,
    /// One for each Go version, in the order asked for.
    pub explanations: Vec<LandingV1>,
}

/// One Go version's answer.
#[derive(Debug, Serialize, JsonSchema)]
pub struct LandingV1 {
    /// `1.22.10`.
    pub go: String,
    /// Null where no toolchain of this version is here.
    pub goroot: Option<String>,
    /// The value in force that puts the file there; null where none does.
    pub reason: Option<ReasonV1>,
    /// Values that are not in force and would put it there: shadowed ones, further folders of GOPATH.
    pub otherwise: Vec<ReasonV1>,
    /// What somebody should know, a sentence each.
    pub notes: Vec<String>,
}

/// One value that puts a file where it lies, or would.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ReasonV1 {
    /// `GOBIN`.
    pub variable: String,
    /// Its value, and where it stands.
    pub held: HeldV1,
    /// Where the environment's own value seems to come from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin: Option<HeldV1>,
    /// What Go puts there: `program`, `build-cache`, `module`, `module-download`, `checksum-database`,
    /// `version-control`, `toolchain`, `fetched-toolchain`, `goenv-file`, `telemetry`, `work-folder`, `gopath-source`,
    /// `folder` for the very folder that the variable names.
    pub deposit: String,
    /// The path from the left to the right.
    pub parts: Vec<PartV1>,
    /// The rule, or why this value is not in force.
    pub because: String,
}

/// A part of the path.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PartV1 {
    /// As it stands in the path.
    pub text: String,
    /// What it is: `GOBIN`, `module path`, `version`.
    pub means: String,
    /// What it says, where that is spelt otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decoded: Option<String>,
}

impl WhyV1 {
    /// Masked.
    #[must_use]
    pub fn of(file: &str, landings: &[Landing]) -> Self {
        let explanations = landings.iter().map(LandingV1::from).collect();
        Self { schema_version: 1, file: masked(file).into_owned(), explanations }
    }
}

impl From<&Landing> for LandingV1 {
    fn from(one: &Landing) -> Self {
        Self {
            go: one.go.to_string(),
            goroot: one.goroot.clone(),
            reason: one.reason.as_ref().map(ReasonV1::from),
            otherwise: one.otherwise.iter().map(ReasonV1::from).collect(),
            notes: one.notes.iter().map(|note| masked(note).into_owned()).collect(),
        }
    }
}

impl From<&Reason> for ReasonV1 {
    fn from(one: &Reason) -> Self {
        Self {
            variable: one.variable.clone(),
            held: HeldV1::of(&one.variable, &one.held),
            origin: one.origin.as_ref().map(|held| HeldV1::of(&one.variable, held)),
            deposit: one.deposit.name().to_owned(),
            parts: one.parts.iter().map(PartV1::from).collect(),
            because: masked(&one.because).into_owned(),
        }
    }
}

impl From<&Part> for PartV1 {
    fn from(one: &Part) -> Self {
        let masked = |text: &str| masked(text).into_owned();
        Self { text: masked(&one.text), means: one.means.clone(), decoded: one.decoded.as_deref().map(masked) }
    }
}

/// The published schema.
///
/// # Errors
/// It cannot be written as JSON.
pub fn schema() -> Result<String, serde_json::Error> {
    crate::output::json::schema::<WhyV1>("explain-why", schemars::generate::Contract::Deserialize)
}
