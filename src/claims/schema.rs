//! The YAML shapes of claims, as they are written. A case is a probe without
//! a name of its own; an unknown or a duplicate key is an error.

use crate::probe::schema::{ControlShape, ExpectShape, OsShape, SpannedText, StepShape};
use serde::Deserialize;
use serde_yaml::Spanned;
use std::collections::BTreeMap;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ClaimShape {
    pub id: SpannedText,
    pub statement: SpannedText,
    pub source: Option<String>,
    pub lesson: Option<String>,
    pub untestable: Option<SpannedText>,
    #[serde(default)]
    pub cases: Vec<Spanned<CaseShape>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CaseShape {
    pub given: Option<String>,
    pub go: Option<SpannedText>,
    #[serde(default)]
    pub os: Vec<OsShape>,
    #[serde(default)]
    pub files: BTreeMap<String, SpannedText>,
    #[serde(default)]
    pub env: BTreeMap<String, SpannedText>,
    #[serde(default)]
    pub steps: Vec<StepShape>,
    #[serde(default)]
    pub expect: Vec<Spanned<ExpectShape>>,
    pub control: Option<Spanned<ControlShape>>,
    pub limit_seconds: Option<Spanned<u64>>,
    pub wine: Option<String>,
    pub changes: Option<SpannedText>,
    #[serde(default)]
    pub restore: Vec<Vec<SpannedText>>,
}
