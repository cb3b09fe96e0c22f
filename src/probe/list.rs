//! Which probes there are, as `verify --list` prints them. Who fills the list knows the shells too.

use crate::{
    output::{
        Document,
        document::{Block, Cell, Table, Text},
        json,
    },
    probe::{Probe, ProbeKind},
};
use schemars::{JsonSchema, generate::Contract};
use serde::Serialize;

/// The probes there are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(title = "goenv-ci verify --list")]
pub struct ProbeList {
    /// 1.
    pub schema_version: u32,
    /// In the order in which they run.
    pub probes: Vec<ListedProbe>,
}

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ListedProbe {
    /// `gobin/install-lands-in-gobin`.
    pub id: String,
    /// The variable that a failure blames.
    pub variable: String,
    /// The variables that govern it: where a probe of one of them fails, this one is skipped.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub follows: Vec<String>,
    /// `contract`: holds on any machine; `live`: judges the environment of this step.
    #[schemars(with = "String")]
    pub kind: ProbeKind,
    /// What must be seen, in one sentence.
    pub behaviour: String,
}

impl From<&Probe> for ListedProbe {
    fn from(probe: &Probe) -> Self {
        Self {
            id: probe.id.clone(),
            variable: probe.variable.clone(),
            follows: probe.follows.clone(),
            kind: probe.kind,
            behaviour: probe.why.clone(),
        }
    }
}

impl ProbeList {
    /// A row for each: id, variable, behaviour.
    #[must_use]
    pub fn document(&self) -> Document {
        let row = |probe: &ListedProbe| {
            [Text::words(&probe.id), Text::words(&probe.variable), Text::prose(&probe.behaviour)]
                .map(|text| Cell { status: None, text })
                .to_vec()
        };
        let table = Table { rows: self.probes.iter().map(row).collect(), ..Table::default() };
        Document { command: "verify", blocks: vec![Block::Table(table)], ..Document::default() }
    }
}

/// Of the published file docs/schema/probes.schema.json.
///
/// # Errors
/// As serde says; none is known.
pub fn schema() -> Result<String, serde_json::Error> {
    json::schema::<ProbeList>("probes", Contract::Serialize)
}
