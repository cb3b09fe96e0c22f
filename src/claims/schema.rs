//! The YAML shapes of claims, as they are written. A case is a probe without
//! a name of its own; an unknown or a duplicate key is an error.

use crate::probe::schema::{ControlShape, ExpectShape, OsShape, StepShape, Text};
use serde::Deserialize;
use serde_yaml::Spanned;
use std::collections::BTreeMap;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ClaimShape {
    pub id: Text,
    pub statement: Text,
    pub source: Option<String>,
    pub lesson: Option<String>,
    pub untestable: Option<Text>,
    #[serde(default)]
    pub cases: Vec<Spanned<CaseShape>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CaseShape {
    pub given: Option<String>,
    pub go: Option<Text>,
    #[serde(default)]
    pub os: Vec<OsShape>,
    #[serde(default)]
    pub files: BTreeMap<String, Text>,
    #[serde(default)]
    pub env: BTreeMap<String, Text>,
    #[serde(default)]
    pub steps: Vec<StepShape>,
    #[serde(default)]
    pub expect: Vec<Spanned<ExpectShape>>,
    pub control: Option<Spanned<ControlShape>>,
    pub limit_seconds: Option<Spanned<u64>>,
    pub wine: Option<String>,
    pub changes: Option<Text>,
    #[serde(default)]
    pub restore: Vec<Vec<Text>>,
}
