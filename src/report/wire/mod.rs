//! report.json, schema 1: frozen wire types, so that the model may change
//! freely. A field keeps its name and meaning for good; adding one is allowed.

pub(crate) mod from;
pub mod merged;
pub mod row;
pub(crate) mod shell;

use crate::goenv::toolchain::ToolchainSource;
use crate::report::Tally;
pub use crate::report::wire::merged::{
    CellListV1, DuplicateV1, MergedV1, NamedRunnerV1, ProblemV1, RunV1, ShardV1, UnrunV1,
};
pub use crate::report::wire::shell::{ShellV1, SightV1};
use crate::status::Status;
use crate::{
    drives::wire::{DrivesV1, SourceV1},
    output::json,
};
use schemars::{JsonSchema, generate::Contract};
use serde::{Deserialize, Serialize};

/// What one run of `goenv-ci verify` found, or several merged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "goenv-ci report")]
pub struct ReportV1 {
    /// Always 1 in this format.
    #[schemars(extend("const" = 1))]
    pub schema_version: u32,
    /// What wrote the report.
    pub tool: ToolV1,
    /// The machine that was judged; of a merged report what all its machines have in common, `several` where they differ.
    pub runner: RunnerV1,
    /// How the environment of the live probes came about; null where nothing was applied, and in a merged report where its shards differ.
    #[serde(default)]
    pub delivery: Option<DeliveryV1>,
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
    pub results: Vec<ResultV1>,
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
    /// For example `0.1.0`.
    pub version: String,
}

/// A machine, in the runner's own words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RunnerV1 {
    /// `Windows`, `Linux` or `macOS`.
    pub os: String,
    /// `X64` or `ARM64`.
    pub arch: String,
    /// For example `windows-2022`; empty where it is not known.
    #[serde(default)]
    pub image: String,
    /// For example `20261110.1.0`; left out where it is not known.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub image_version: String,
}

/// How the environment of the live probes came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DeliveryV1 {
    /// An earlier step wrote it, the runner delivered it.
    Runner,
    /// The plan was laid over the environment: proves what Go does, not that a runner delivers it.
    Overlay,
}

/// A Go installation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ToolchainV1 {
    /// For example `1.21.13`.
    pub version: String,
    /// The absolute folder that holds `bin/go`.
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

/// One probe on one Go version. `expected`, `observed` and `reason` are always
/// there; what they say depends on the verdict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ResultV1 {
    /// For example `gobin/install-lands-in-gobin`.
    pub probe: String,
    /// The variable that a `fail` blames.
    pub variable: String,
    /// The Go version; for a version that is nowhere, what was asked for.
    pub go: String,
    /// Which environment the probe ran in.
    #[serde(default)]
    pub kind: KindV1,
    /// What it came to.
    pub verdict: Status,
    /// Time for the probe and its control, in milliseconds.
    #[serde(default)]
    pub duration_ms: u64,
    /// The behaviour that is judged, in one sentence.
    #[serde(default)]
    pub why: String,
    /// For `fail`: what must be seen. Otherwise the same as `why`.
    #[serde(default)]
    pub expected: String,
    /// For `pass`: `as expected`. For `fail`: what was seen instead. For
    /// `skip`: `not run`. For `error`: `could not be judged`.
    #[serde(default)]
    pub observed: String,
    /// For `pass`: empty. For `fail`: the likely cause, in one sentence. For
    /// `skip` and `error`: why. Empty for `pass` only.
    #[serde(default)]
    pub reason: String,
    /// What made the control fail, as it must; empty where the control was not reached.
    #[serde(default)]
    pub control: String,
    /// The commands of the probe, in order; for `fail` and `error` only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<EvidenceV1>,
    /// The machine, by its name in `runners`; merged reports only, elsewhere it is `runner`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub runner: String,
}

/// Which environment a probe runs in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum KindV1 {
    /// A scrubbed one of its own: holds for any machine.
    #[default]
    Contract,
    /// The environment exactly as the step got it.
    Live,
}

/// One command that was run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EvidenceV1 {
    /// The command line, program first.
    pub argv: Vec<String>,
    /// The exit code; null where it did not end by itself.
    #[serde(default)]
    pub exit: Option<i32>,
    /// How it ended.
    pub ended: EndedV1,
    /// The signal that ended it; only with `signal`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signal: Option<i32>,
    /// At most 4 KiB, bytes that are not UTF-8 replaced.
    #[serde(default)]
    pub stdout: String,
    /// Likewise.
    #[serde(default)]
    pub stderr: String,
    /// From start to end, in milliseconds.
    #[serde(default)]
    pub duration_ms: u64,
}

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum EndedV1 {
    /// With the exit code in `exit`.
    Code,
    /// By the signal in `signal`.
    Signal,
    /// It ran past its limit and was ended.
    TimedOut,
    /// The run was interrupted and it was ended.
    Interrupted,
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

impl ReportV1 {
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
    pub fn read(bytes: &[u8]) -> Result<Self, ReadError> {
        #[derive(Deserialize)]
        struct Head {
            schema_version: u64,
        }
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let read: Result<Self, _> = serde_json::from_slice(bytes);
        match (read, serde_json::from_slice::<Head>(bytes)) {
            (_, Ok(Head { schema_version })) if schema_version != 1 => Err(ReadError::Schema { found: schema_version }),
            (read, _) => read.map_err(ReadError::Shape),
        }
    }
}

/// The JSON Schema (2020-12) of report.json, as docs/schema/report.schema.json holds it.
///
/// # Errors
/// As serde says; none is known.
pub fn schema() -> Result<String, serde_json::Error> {
    json::schema::<ReportV1>("report", Contract::Serialize)
}
