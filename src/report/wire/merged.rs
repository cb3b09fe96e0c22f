//! What report.json says of shards and of merges, frozen like the rest of it.

use crate::report::ShardFacts;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A workflow run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RunV1 {
    /// GITHUB_RUN_ID.
    pub id: String,
    /// GITHUB_RUN_ATTEMPT; null where it is not known.
    #[serde(default)]
    pub attempt: Option<u64>,
}

/// A part of the cells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ShardV1 {
    /// From 1.
    pub index: usize,
    /// How many shards there are.
    pub total: usize,
    /// How many of the planned cells are in this one; those that no version needs give no result.
    #[serde(default)]
    pub cells: usize,
    /// Equal for shards that were cut from the same cells in the same way.
    #[serde(default)]
    pub fingerprint: String,
    /// All cells that were cut.
    #[serde(default)]
    pub planned: CellListV1,
}

/// Cells in order: each version with every probe, then the live ones.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CellListV1 {
    /// Go versions as they were asked for.
    #[serde(default)]
    pub versions: Vec<String>,
    /// Probes that run on each version.
    #[serde(default)]
    pub probes: Vec<String>,
    /// Cells of the environment, each there once.
    #[serde(default)]
    pub live: Vec<String>,
    /// The number of each shard's first cell, from 0.
    #[serde(default)]
    pub starts: Vec<usize>,
}

/// A machine and the name that results know it by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NamedRunnerV1 {
    /// `win22 Windows X64`.
    pub name: String,
    /// As in `runner`.
    #[serde(default)]
    pub os: String,
    /// As in `runner`.
    #[serde(default)]
    pub arch: String,
    /// As in `runner`.
    #[serde(default)]
    pub image: String,
    /// As in `runner`; several with commas.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub image_version: String,
}

/// What a merge has to say of its inputs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MergedV1 {
    /// Reports that are in this one.
    pub shards: usize,
    /// Inputs that are not, or that did not arrive; the first thousand.
    #[serde(default)]
    pub problems: Vec<ProblemV1>,
    /// Problems in all.
    #[serde(default)]
    pub problem_count: usize,
    /// Cells that came from two shards, the first thousand.
    #[serde(default)]
    pub duplicates: Vec<DuplicateV1>,
    /// Duplicates in all.
    #[serde(default)]
    pub duplicate_count: usize,
    /// Duplicates with another verdict than the one that is kept, which is the worst.
    #[serde(default)]
    pub conflict_count: usize,
    /// Planned cells that no shard ran, the first thousand.
    #[serde(default)]
    pub unrun: Vec<UnrunV1>,
    /// Unrun cells in all.
    #[serde(default)]
    pub unrun_count: usize,
    /// Entries of `toolchains`, `missing`, `sources`, `notes`, `drives` and `shells` that found no room.
    #[serde(default)]
    pub left_out: usize,
}

/// An input that is not in the report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProblemV1 {
    /// `missing`, `half-written`, `foreign`, `newer-schema`, `unreadable`, `other-plan` or `empty`.
    pub kind: String,
    /// The file, or the shard that is missing.
    pub shard: String,
    /// What is known of it.
    #[serde(default)]
    pub detail: String,
}

/// A cell that came twice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DuplicateV1 {
    /// Probe, Go version and runner.
    pub cell: String,
    /// The shard whose result is in the report.
    pub kept: String,
    /// The shard whose result is not.
    pub left_out: String,
    /// Whether the verdicts differ.
    #[serde(default)]
    pub conflict: bool,
}

/// A planned cell that no shard ran.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UnrunV1 {
    /// For example `gobin/install-lands-in-gobin`.
    pub probe: String,
    /// As it was asked for; empty for a cell of the environment.
    #[serde(default)]
    pub go: String,
    /// The machine's name.
    #[serde(default)]
    pub runner: String,
}

impl From<&ShardFacts> for ShardV1 {
    fn from(facts: &ShardFacts) -> Self {
        let ShardFacts { shard, list, starts, fingerprint } = facts;
        let start = |index: usize| starts.get(index).copied().unwrap_or(list.len());
        Self {
            index: shard.index,
            total: shard.total,
            cells: start(shard.index) - start(shard.index - 1),
            fingerprint: fingerprint.clone(),
            planned: CellListV1 {
                versions: list.versions.clone(),
                probes: list.probes.clone(),
                live: list.live.clone(),
                starts: starts.clone(),
            },
        }
    }
}
