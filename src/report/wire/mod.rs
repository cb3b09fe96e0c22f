//! report.json, schema 1: wire types that stay as they are, so that the rest of the program may change freely. A
//! field keeps its name and meaning for good; adding one is allowed.

pub mod merged;
pub mod result;

pub use merged::{CellListV1, DuplicateV1, MergedV1, NamedRunnerV1, ProblemV1, RunV1, ShardV1, UnrunV1};
pub use result::{EndedV1, EvidenceV1, ResultV1};

use crate::{
    drives::wire::DrivesV1,
    goenv::{sources::SourceV1, toolchain::ToolchainSource},
    output::json,
    plan::delivery::DeliverySource,
    report::{
        Report, RunnerFacts, Tally,
        shells::{ShellView, Sight},
    },
};
use schemars::{JsonSchema, generate::Contract};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// What one run of `goenv-ci verify` found, or several merged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "goenv-ci report")]
pub struct ReportV1<'a> {
    /// Always 1 in this format.
    #[schemars(extend("const" = 1))]
    pub schema_version: u32,
    /// What wrote the report.
    pub tool: ToolV1,
    /// The machine that was judged; of a merged report what all its machines have in common, `several` where they differ.
    pub runner: RunnerFacts,
    /// How the environment of the live probes came about; null where nothing was applied, and in a merged report where its shards differ.
    #[serde(default)]
    pub delivery: Option<DeliverySource>,
    /// The Go installations that were judged.
    #[serde(default)]
    pub toolchains: Vec<ToolchainV1>,
    /// The Go versions that were asked for and are nowhere.
    #[serde(default)]
    pub missing: Vec<MissingV1>,
    /// What each source holds for Go's variables on this machine; for each variable the environment first.
    #[serde(default)]
    pub sources: Vec<SourceV1>,
    /// What is odd about the environment, a sentence each.
    #[serde(default)]
    pub notes: Vec<String>,
    /// Where the bytes go.
    #[serde(default)]
    pub drives: DrivesV1,
    /// One entry for each probe on each Go version.
    #[serde(borrow)]
    pub results: Vec<ResultV1<'a>>,
    /// What was seen through each shell; empty where none was started. Its verdicts are in
    /// `results`, as `shells/SHELL-sees-WHAT`.
    #[serde(default)]
    pub shells: Vec<ShellV1>,
    /// How many results have which verdict.
    pub summary: Tally,
    /// Wall time of the whole run, in milliseconds; of a merged report the sum.
    #[serde(default)]
    pub duration_ms: u64,
    /// When the run began, UTC, as RFC 3339 has it; of a merged report the first; absent where it is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<String>,
    /// The workflow run; absent where there was none, or several were merged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<RunV1>,
    /// Which part of the cells this is; absent where it is all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shard: Option<ShardV1>,
    /// The machines that the results name; merged reports only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub runners: Vec<NamedRunnerV1>,
    /// What a merge has to say of its inputs; merged reports only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged: Option<MergedV1>,
}

/// A program and its version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ToolV1 {
    /// `goenv-ci`.
    pub name: String,
    /// For example `1.0.0`.
    pub version: String,
}

/// A Go installation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ToolchainV1 {
    /// For example `1.21.13`.
    pub version: String,
    /// The absolute directory that holds `bin/go`.
    pub goroot: String,
    /// Where it was found.
    pub source: ToolchainSource,
}

/// A Go version that is nowhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MissingV1 {
    /// As it was asked for, for example `1.23`.
    pub request: String,
    /// Every place that was looked at, each with what was found there.
    #[serde(default)]
    pub looked_at: Vec<String>,
}

/// A shell, or another way in which programs are started.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ShellV1 {
    /// `direct` (no shell), `sh`, `bash`, `cmd`, `powershell` (5.1), `pwsh`, `pseudo-terminal`,
    /// `pseudo-console` or `console-host`.
    pub shell: String,
    /// The file that was started; null where there is none.
    #[serde(default)]
    pub program: Option<String>,
    /// What a program sees that it starts; null where nothing was seen.
    #[serde(default)]
    pub sees: Option<Sight>,
    /// What is seen otherwise than without the shell: `go`, `GOCACHE`, `GOPATH`, `GOBIN`, `PATH`.
    #[serde(default)]
    pub differs: Vec<String>,
    /// Entries that the shell puts into PATH, which hide nothing of Go's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub adds_to_path: Vec<String>,
}

/// A text that is no report this version can read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// Not JSON, or not in this shape.
    #[error("not a goenv-ci report: {0}")]
    Shape(#[source] serde_json::Error),
    /// Written by a version that has another schema.
    #[error("the report has `schema_version` {found}, this version reads 1")]
    Schema {
        /// What it says.
        found: u64,
    },
}

impl<'a> ReportV1<'a> {
    /// report.json as it is written; the same value always gives the same bytes.
    ///
    /// # Errors
    /// As serde says; no value is known that makes it do so.
    pub fn to_text(&self) -> Result<String, serde_json::Error> {
        json::to_text(self)
    }

    /// Reads a report. Unknown fields are passed over, fields that came later
    /// may be absent, a byte-order mark does no harm; an unknown verdict does.
    ///
    /// # Errors
    /// `Shape`: it is no report. `Schema`: it is one of another schema.
    pub fn read(bytes: &'a [u8]) -> Result<Self, ReadError> {
        #[derive(Deserialize)]
        struct VersionHead {
            schema_version: u64,
        }
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let read: Result<Self, _> = serde_json::from_slice(bytes);
        match (read, serde_json::from_slice::<VersionHead>(bytes)) {
            (_, Ok(VersionHead { schema_version })) if schema_version != 1 => {
                Err(ReadError::Schema { found: schema_version })
            }
            (read, _) => read.map_err(ReadError::Shape),
        }
    }
}

/// The JSON Schema (2020-12) of report.json, as docs/schema/report.schema.json holds it.
///
/// # Errors
/// As serde says; none is known.
pub fn schema() -> Result<String, serde_json::Error> {
    json::schema::<ReportV1<'_>>("report", Contract::Serialize)
}

impl<'a> From<&'a Report> for ReportV1<'a> {
    fn from(report: &'a Report) -> Self {
        let Report {
            tool_version,
            runner,
            delivery,
            toolchains,
            missing,
            sources,
            drives,
            results,
            shells,
            duration,
            run,
            shard,
        } = report;
        Self {
            schema_version: 1,
            tool: ToolV1 { name: "goenv-ci".to_owned(), version: tool_version.clone() },
            runner: runner.clone(),
            delivery: *delivery,
            toolchains: toolchains
                .iter()
                .map(|t| ToolchainV1 { version: t.version.to_string(), goroot: t.goroot.clone(), source: t.source })
                .collect(),
            missing: missing
                .iter()
                .map(|m| MissingV1 { request: m.request.to_string(), looked_at: m.looked_at.clone() })
                .collect(),
            sources: sources.found.iter().map(SourceV1::from).collect(),
            notes: sources.notes.clone(),
            drives: drives.into(),
            results: results.iter().map(ResultV1::from).collect(),
            shells: shells.iter().map(ShellV1::from).collect(),
            summary: report.tally(),
            duration_ms: ms(*duration),
            started_at: run.started_at.clone(),
            run: run.id.clone().map(|id| RunV1 { id, attempt: run.attempt }),
            shard: shard.as_ref().map(ShardV1::from),
            runners: Vec::new(),
            merged: None,
        }
    }
}

impl From<&ShellView> for ShellV1 {
    fn from(ShellView { shell, program, sees, differs, added }: &ShellView) -> Self {
        Self {
            shell: shell.id().to_owned(),
            program: program.clone(),
            sees: sees.clone(),
            differs: differs.iter().map(|aspect| aspect.title().to_owned()).collect(),
            adds_to_path: added.clone(),
        }
    }
}

impl From<NamedRunnerV1> for RunnerFacts {
    fn from(NamedRunnerV1 { os, arch, image, image_version, .. }: NamedRunnerV1) -> Self {
        Self { os, arch, image, image_version }
    }
}

fn ms(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}
