//! What changed from one report to the next. Its types are what `--format json`
//! prints: a field keeps its name and meaning.

pub mod builder;
mod settings;
pub mod view;

pub use builder::ComparisonBuilder;

use crate::{
    goenv::version::GoVersion,
    output::json,
    report::{Outcome, RunnerFacts, Tally},
    status::Status,
};
use schemars::{JsonSchema, generate::Contract};
use serde::{Serialize, Serializer};
use std::{collections::BTreeSet, time::Duration};

/// Of each kind, how many are named; all are counted.
pub const MOST_NAMED: usize = 500;

/// What changed from one report to the next.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
#[schemars(title = "goenv-ci comparison", rename = "DriftV1")]
pub struct Comparison {
    /// Always 1 in this format.
    #[schemars(extend("const" = 1))]
    pub schema_version: u32,
    /// The report that was good.
    pub old: ReportSummary,
    /// The report that is judged.
    pub new: ReportSummary,
    /// Whether anything changed.
    #[serde(rename = "drift")]
    pub changed: bool,
    /// Fails now, and did not.
    pub new_failures: Changes,
    /// Cannot be judged now, and neither failed nor was so before.
    pub new_errors: Changes,
    /// Failed or could not be judged, and still does not hold, with other words.
    pub otherwise: Changes,
    /// Failed or could not be judged, and passes now.
    pub recovered: Changes,
    /// Every other change of a verdict: skipped, no longer skipped.
    pub turned: Changes,
    /// Cells that are new, and neither fail nor are in error.
    pub added: Cells,
    /// Cells that are no longer there.
    pub gone: Cells,
    /// Values and versions that are others.
    pub settings: Vec<SettingChange>,
    /// Where the time changed by half or more, and by a second.
    #[serde(rename = "durations")]
    pub pace: Vec<Pace>,
}

/// A report.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "SurveyV1")]
pub struct ReportSummary {
    /// The file.
    pub path: String,
    /// The workflow run; null where it is not known.
    pub run: Option<String>,
    /// When it began, UTC, as RFC 3339 has it; null where it is not known.
    pub started_at: Option<String>,
    /// The version of goenv-ci that wrote it.
    pub tool_version: String,
    /// The Go versions that have results.
    #[serde(rename = "go", serialize_with = "oldest_first")]
    #[schemars(with = "Vec<String>")]
    pub versions: BTreeSet<String>,
    /// The machines, by name.
    #[serde(serialize_with = "by_name")]
    #[schemars(with = "Vec<String>")]
    pub runners: Vec<RunnerFacts>,
    /// How many results have which verdict.
    #[serde(rename = "summary")]
    pub tally: Tally,
    /// Wall time, in milliseconds; of a merged report the sum.
    #[serde(rename = "duration_ms", serialize_with = "in_ms")]
    #[schemars(with = "u64")]
    pub duration: Duration,
    /// Inputs that did not arrive whole when it was merged.
    pub problems: usize,
    /// Variable, source and value, for example `GOCACHE`, `environment`, `D:\a\_temp\go-cache`.
    #[serde(skip)]
    pub sources: BTreeSet<(String, String, String)>,
}

/// A result of a report that is being read.
#[derive(Clone, Copy, Debug)]
pub struct CellRef<'a> {
    /// `gobin/install-lands-in-gobin`.
    pub probe: &'a str,
    /// `GOBIN`.
    pub variable: &'a str,
    /// `1.21.13`.
    pub go: &'a str,
    /// The machine's name.
    pub runner: &'a str,
    /// What it came to.
    pub status: Status,
    /// What was expected; of a fail only.
    pub expected: &'a str,
    /// What was observed of a fail, the reason of an error or a skip.
    pub said: &'a str,
    /// The likely cause of a fail.
    pub cause: &'a str,
    /// How long it took.
    pub duration: Duration,
}

/// A cell.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[schemars(rename = "CellV1")]
pub struct CellName {
    /// The variable.
    pub variable: String,
    /// The probe.
    pub probe: String,
    /// The Go version; of a change the one now.
    pub go: String,
    /// The machine; empty where the report is of one.
    pub runner: String,
}

/// Cells by name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "CellsV1")]
pub struct Cells {
    /// All.
    pub count: usize,
    /// The first five hundred.
    #[serde(rename = "cells")]
    pub named: Vec<CellName>,
}

/// Cells whose verdict turned.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "TurnsV1")]
pub struct Changes {
    /// All.
    pub count: usize,
    /// The first five hundred.
    #[serde(rename = "cells")]
    pub named: Vec<Change>,
}

/// A cell whose verdict turned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "TurnedV1")]
pub struct Change {
    /// Which, as the new report names it.
    #[serde(flatten)]
    pub cell: CellName,
    /// The verdict before; null: the cell is new.
    #[schemars(with = "Option<String>")]
    pub from: Option<Status>,
    /// The verdict now.
    #[schemars(with = "String")]
    pub to: Status,
    /// What was observed, or the reason, before; empty of a pass.
    pub was: String,
    /// What is expected; of a fail only.
    pub expected: String,
    /// What is observed of a fail, the reason of an error or a skip.
    pub said: String,
    /// The likely cause of a fail.
    pub cause: String,
}

/// What a setting is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum SettingKind {
    /// The value of a variable in one of its sources.
    Value,
    /// The patch of a Go version.
    Toolchain,
    /// The version of a runner's image.
    Image,
    /// This program.
    Tool,
}

/// A value or a version that is another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "SettingV1")]
pub struct SettingChange {
    /// `value`, `toolchain`, `image` or `tool`.
    #[schemars(with = "String")]
    pub kind: SettingKind,
    /// `GOCACHE (environment)`, `Go 1.22`, `win22 Windows X64` or `goenv-ci`.
    pub what: String,
    /// What was there; empty where there was nothing.
    pub from: Vec<String>,
    /// What is there.
    pub to: Vec<String>,
}

/// The time of the cells that passed both times, on one machine and Go version.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "PaceV1")]
pub struct Pace {
    /// The machine.
    pub runner: String,
    /// The Go version, without its patch where that is no matter.
    pub go: String,
    /// How many cells.
    pub cells: usize,
    /// Their sum before, in milliseconds.
    pub from_ms: u64,
    /// Their sum now.
    pub to_ms: u64,
    /// `to_ms` by `from_ms`: 2 is twice as long.
    pub ratio: f64,
}

impl ReportSummary {
    /// What it comes to.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        Outcome { problems: self.problems, ..Outcome::of(self.tally) }
    }

    /// The Go versions that have results, oldest first.
    #[must_use]
    pub fn versions_oldest_first(&self) -> Vec<&str> {
        sorted(&self.versions)
    }
}

fn sorted(versions: &BTreeSet<String>) -> Vec<&str> {
    let mut all: Vec<&str> = versions.iter().map(String::as_str).collect();
    all.sort_by_cached_key(|text| (text.parse::<GoVersion>().ok(), *text));
    all
}

fn oldest_first<S: Serializer>(versions: &BTreeSet<String>, to: S) -> Result<S::Ok, S::Error> {
    to.collect_seq(sorted(versions))
}

fn by_name<S: Serializer>(runners: &[RunnerFacts], to: S) -> Result<S::Ok, S::Error> {
    to.collect_seq(runners.iter().map(RunnerFacts::name))
}

fn in_ms<S: Serializer>(span: &Duration, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_u64(u64::try_from(span.as_millis()).unwrap_or(u64::MAX))
}

/// The published schema, docs/schema/compare.schema.json.
///
/// # Errors
/// As serde says; none is known.
pub fn schema() -> Result<String, serde_json::Error> {
    json::schema::<Comparison>("compare", Contract::Deserialize)
}
