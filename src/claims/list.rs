//! Which claims there are, as `claims --list` prints them.

use crate::{
    claims::Claim,
    output::{
        Document,
        document::{Block, Cell, Table, Text},
        json,
    },
};
use schemars::{JsonSchema, generate::Contract};
use serde::Serialize;

/// The claims there are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(title = "goenv-ci claims --list")]
pub struct ClaimList {
    /// 1.
    pub schema_version: u32,
    /// In the order in which they are judged.
    pub claims: Vec<ListedClaim>,
}

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ListedClaim {
    /// `goroot-from-registry`.
    pub id: String,
    /// What is said, in one sentence.
    pub statement: String,
}

impl From<&[Claim]> for ClaimList {
    fn from(claims: &[Claim]) -> Self {
        let listed = |claim: &Claim| ListedClaim { id: claim.id.clone(), statement: claim.statement.clone() };
        Self { schema_version: 1, claims: claims.iter().map(listed).collect() }
    }
}

impl ClaimList {
    /// A row for each: id, statement.
    #[must_use]
    pub fn document(&self) -> Document {
        let row = |claim: &ListedClaim| {
            [Text::words(&claim.id), Text::prose(&claim.statement)].map(|text| Cell { status: None, text }).to_vec()
        };
        let table = Table { rows: self.claims.iter().map(row).collect(), ..Table::default() };
        Document { command: "claims", blocks: vec![Block::Table(table)], ..Document::default() }
    }
}

/// Of the published file docs/schema/claims-list.schema.json.
///
/// # Errors
/// As serde says; none is known.
pub fn schema() -> Result<String, serde_json::Error> {
    json::schema::<ClaimList>("claims-list", Contract::Serialize)
}
