//! The merged report.json without its results, which are streamed: what comes before
//! and after them, and what `report merge --format json` prints.

use crate::report::{
    RunnerFacts, Tally,
    merge::{Merged, Problem},
};
use crate::{
    drives::wire::DrivesV1,
    goenv::sources::SourceV1,
    output::json,
    plan::delivery::DeliverySource,
    report::wire::{
        MissingV1, ShellV1, ToolV1, ToolchainV1,
        merged::{MergedV1, NamedRunnerV1, ProblemV1, RunV1},
    },
};
use serde::Serialize;

#[derive(Serialize)]
struct JsonHead {
    schema_version: u32,
    tool: ToolV1,
}

/// What the shards say beside their results, each entry once; named as in report.json.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rest {
    pub started_at: Option<String>,
    pub run: Option<RunV1>,
    pub delivery: Option<DeliverySource>,
    pub toolchains: Vec<ToolchainV1>,
    pub missing: Vec<MissingV1>,
    pub sources: Vec<SourceV1>,
    pub notes: Vec<String>,
    pub drives: DrivesV1,
    pub shells: Vec<ShellV1>,
    /// How many entries found no room.
    pub left_out: usize,
}

#[derive(Serialize)]
struct Tail<'a> {
    runner: RunnerFacts,
    runners: Vec<NamedRunnerV1>,
    delivery: Option<DeliverySource>,
    toolchains: &'a [ToolchainV1],
    missing: &'a [MissingV1],
    sources: &'a [SourceV1],
    notes: &'a [String],
    drives: &'a DrivesV1,
    shells: &'a [ShellV1],
    summary: Tally,
    duration_ms: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    started_at: &'a Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    run: &'a Option<RunV1>,
    merged: MergedV1,
}

/// From the opening brace to the bracket of the results; each result follows with `\n    ` in front.
///
/// # Errors
/// As serde says; none is known.
pub(crate) fn head() -> Result<String, serde_json::Error> {
    let tool = ToolV1 { name: "goenv-ci".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() };
    let text = json::to_text(&JsonHead { schema_version: 1, tool })?;
    Ok(text.strip_suffix("\n}\n").unwrap_or(&text).to_owned() + ",\n  \"results\": [")
}

/// What follows the results: their closing bracket and its comma excluded.
///
/// # Errors
/// As serde says; none is known.
pub(crate) fn tail(merged: &Merged, rest: &Rest) -> Result<String, serde_json::Error> {
    let named = |facts: &RunnerFacts| NamedRunnerV1 {
        name: facts.name(),
        os: facts.os.clone(),
        arch: facts.arch.clone(),
        image: facts.image.clone(),
        image_version: facts.image_version.clone(),
    };
    let tail = Tail {
        runner: common(&merged.runners),
        runners: merged.runners.iter().map(named).collect(),
        delivery: rest.delivery,
        toolchains: &rest.toolchains,
        missing: &rest.missing,
        sources: &rest.sources,
        notes: &rest.notes,
        drives: &rest.drives,
        shells: &rest.shells,
        summary: merged.tally,
        duration_ms: u64::try_from(merged.duration.as_millis()).unwrap_or(u64::MAX),
        started_at: &rest.started_at,
        run: &rest.run,
        merged: of_inputs(merged, rest.left_out),
    };
    let text = json::to_text(&tail)?;
    Ok(text.strip_prefix("{\n").unwrap_or(&text).to_owned())
}

#[derive(Serialize)]
struct MergeAnswer {
    schema_version: u32,
    tool: ToolV1,
    runner: RunnerFacts,
    results: [(); 0],
    summary: Tally,
    merged: MergedV1,
}

/// What `report merge --format json` prints: the merged report without its results, which can be too many for a pipe.
///
/// # Errors
/// As serde says; none is known.
pub fn answer(merged: &Merged) -> Result<String, serde_json::Error> {
    let tool = ToolV1 { name: "goenv-ci".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() };
    json::to_text(&MergeAnswer {
        schema_version: 1,
        tool,
        runner: common(&merged.runners),
        results: [],
        summary: merged.tally,
        merged: of_inputs(merged, 0),
    })
}

/// What all machines have in common; `several` where they differ.
fn common(runners: &[RunnerFacts]) -> RunnerFacts {
    let shared = |field: fn(&RunnerFacts) -> &String| {
        let mut all = runners.iter().map(field);
        let first = all.next().cloned().unwrap_or_default();
        if all.all(|other| *other == first) { first } else { "several".to_owned() }
    };
    RunnerFacts {
        os: shared(|r| &r.os),
        arch: shared(|r| &r.arch),
        image: shared(|r| &r.image),
        image_version: shared(|r| &r.image_version),
    }
}

fn of_inputs(merged: &Merged, left_out: usize) -> MergedV1 {
    let problem =
        |p: &Problem| ProblemV1 { kind: p.kind.name().to_owned(), shard: p.shard.clone(), detail: p.detail.clone() };
    let duplicates = &merged.duplicates;
    MergedV1 {
        shards: merged.shards,
        problems: merged.problems.iter().map(problem).collect(),
        problem_count: merged.problems.len() + merged.more_problems,
        duplicates: duplicates.named.clone(),
        duplicate_count: duplicates.count,
        conflict_count: duplicates.conflicts,
        unrun: merged.unrun.named.clone(),
        unrun_count: merged.unrun.count,
        left_out,
    }
}
