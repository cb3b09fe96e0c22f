//! `explain --environment --format json`: the frozen wire types, masked for every format.

use crate::{
    explain::environment::{Row, Snapshot},
    output::mask::{masked, shown},
};
use schemars::JsonSchema;
use serde::Serialize;

/// A process's environment beside what `go env` says.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "goenv-ci explain --environment")]
pub struct EnvironmentV1 {
    /// 1.
    pub schema_version: u32,
    /// Whose environment.
    pub process: ProcessV1,
    /// The Go versions that were asked, in the order of each variable's `go`.
    pub versions: Vec<VersionV1>,
    /// Go's variables and what its defaults rest on; differences first.
    pub variables: Vec<RowV1>,
    /// Further names of the environment; their values are not shown.
    pub others: Vec<String>,
    /// What somebody should know, a sentence each.
    pub notes: Vec<String>,
}

/// A process.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ProcessV1 {
    /// Its id; null for goenv-ci itself.
    pub pid: Option<u32>,
    /// Its file, where that may be read.
    pub program: Option<String>,
    /// The folder it works in.
    pub dir: String,
}

/// A Go.
#[derive(Debug, Serialize, JsonSchema)]
pub struct VersionV1 {
    /// `1.22.10`.
    pub go: String,
    /// Null where no toolchain of this version is here.
    pub goroot: Option<String>,
}

/// One name.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RowV1 {
    /// `GOBIN`.
    pub name: String,
    /// `differs`, `go-only`, `same` or `process-only`.
    pub standing: String,
    /// What the system answers for the name; null where it is not set.
    pub process: Option<String>,
    /// Where the environment holds the name in several spellings, each of them; else empty.
    pub spellings: Vec<SpellingV1>,
    /// What each Go says; null where it does not answer for the name.
    pub go: Vec<SaysV1>,
}

/// One spelling of a name.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SpellingV1 {
    /// As it stands in the block.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// What one Go says.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SaysV1 {
    /// The version.
    pub go: String,
    /// What `go env NAME` prints there.
    pub value: Option<String>,
}

impl From<&Snapshot> for EnvironmentV1 {
    fn from(all: &Snapshot) -> Self {
        let versions: Vec<VersionV1> =
            all.versions.iter().map(|(go, goroot)| VersionV1 { go: go.to_string(), goroot: goroot.clone() }).collect();
        let row = |row: &Row| {
            let masked = |name: &str, value: &str| shown(name, value).into_owned();
            RowV1 {
                name: row.name.clone(),
                standing: row.standing.name().to_owned(),
                process: row.process.as_deref().map(|value| masked(&row.name, value)),
                spellings: row
                    .spellings
                    .iter()
                    .map(|(name, value)| SpellingV1 { name: name.clone(), value: masked(name, value) })
                    .collect(),
                go: versions
                    .iter()
                    .zip(&row.says)
                    .map(|(version, said)| SaysV1 {
                        go: version.go.clone(),
                        value: said.as_deref().map(|value| masked(&row.name, value)),
                    })
                    .collect(),
            }
        };
        let process = &all.process;
        Self {
            schema_version: 1,
            process: ProcessV1 { pid: process.pid, program: process.program.clone(), dir: process.dir.clone() },
            variables: all.rows.iter().map(row).collect(),
            others: all.others.clone(),
            notes: all.notes.iter().map(|note| masked(note).into_owned()).collect(),
            versions,
        }
    }
}

/// The published schema.
///
/// # Errors
/// It cannot be written as JSON.
pub fn schema() -> Result<String, serde_json::Error> {
    crate::output::json::schema::<EnvironmentV1>("explain-environment", schemars::generate::Contract::Deserialize)
}
