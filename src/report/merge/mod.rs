//! Many reports as one. [`streaming`] reads them and writes report.json and
//! junit.xml as it goes; what it counts is [`Merged`], which stays small whatever
//! the number of results. Everything else that is shown of a merge is made from that.

pub(crate) mod chunk;
pub(crate) mod dedup;
pub(crate) mod headers;
pub mod json;
pub(crate) mod read;
pub(crate) mod single;
pub mod streaming;
pub mod view;
pub(crate) mod worker;
pub(crate) mod write;

pub use single::{cells, results, summary};

use crate::report::{
    CellResult, Outcome, RunnerFacts, Tally,
    wire::{DuplicateV1, UnrunV1},
};
use std::{collections::BTreeMap, time::Duration};

/// Fails that are kept with their details, and errors.
pub const MOST_FINDINGS: usize = 1_000;
/// Places that a finding names.
pub const MOST_PLACES: usize = 40;
/// Cells of the grid; results beyond it count in the tally alone.
pub const MOST_GROUPS: usize = 50_000;
/// Reasons for skips that are kept apart.
pub const MOST_REASONS: usize = 200;
/// Problems, duplicates and unrun cells that are named.
pub const MOST_NAMED: usize = 1_000;

/// Many reports as one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Merged {
    /// Reports that were merged.
    pub shards: usize,
    /// Results by verdict, each cell once.
    pub tally: Tally,
    /// The machines, in order of first appearance.
    pub runners: Vec<RunnerFacts>,
    /// Counts by variable, runner and Go version.
    pub groups: BTreeMap<GridKey, Tally>,
    /// Results that no longer found room in `groups`.
    pub ungrouped: usize,
    /// Fails, then errors; each probe once.
    pub findings: Vec<MergedFinding>,
    /// How many findings there are beyond those.
    pub more_findings: usize,
    /// Skipped cells by reason.
    pub skips: BTreeMap<String, usize>,
    /// Inputs that did not arrive whole, or do not fit the others.
    pub problems: Vec<Problem>,
    /// How many problems there are beyond those.
    pub more_problems: usize,
    /// Cells that came from two shards.
    pub duplicates: Duplicates,
    /// Cells that were planned and that no shard ran.
    pub unrun: Unrun,
    /// Go versions that were judged, oldest first, each once.
    pub toolchains: Vec<String>,
    /// The sum of all runs' wall times.
    pub duration: Duration,
}

/// A cell of the grid.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GridKey {
    /// `GOBIN`.
    pub variable: String,
    /// The runner's name, as [`RunnerFacts::name`] gives it.
    pub runner: String,
    /// `1.21.13`.
    pub go: String,
}

/// A probe that did not hold, wherever that was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MergedFinding {
    /// The first cell in which it was met; its details stand for all. Outputs are clipped.
    pub first: CellResult,
    /// How many cells.
    pub cells: usize,
    /// Go version and runner, at most `MOST_PLACES`.
    pub places: Vec<(String, String)>,
}

/// What is wrong with an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProblemKind {
    /// It was planned and did not arrive.
    Missing,
    /// It ends before its end.
    HalfWritten,
    /// It is no report of this program.
    Foreign,
    /// It has a schema that this version does not read.
    NewerSchema,
    /// The system refuses to read it.
    Unreadable,
    /// It was planned over other cells than the shards beside it.
    OtherPlan,
    /// It has no result, and is no part of a plan that could leave it none.
    Empty,
}

impl ProblemKind {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Missing,
        Self::HalfWritten,
        Self::Foreign,
        Self::NewerSchema,
        Self::Unreadable,
        Self::OtherPlan,
        Self::Empty,
    ];

    /// The word on the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::HalfWritten => "half-written",
            Self::Foreign => "foreign",
            Self::NewerSchema => "newer-schema",
            Self::Unreadable => "unreadable",
            Self::OtherPlan => "other-plan",
            Self::Empty => "empty",
        }
    }
}

/// An input that is not in the report, or that does not fit the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What kind.
    pub kind: ProblemKind,
    /// The file, or the shard that is missing.
    pub shard: String,
    /// What is known of it, in one sentence.
    pub detail: String,
}

/// Cells that came twice. The worst verdict is kept; of equal ones the first by the order of the inputs' paths.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Duplicates {
    /// All.
    pub count: usize,
    /// Those with another verdict than the one that is kept.
    pub conflicts: usize,
    /// The first of them, conflicts and others.
    pub named: Vec<DuplicateV1>,
}

/// Planned cells that no shard ran.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unrun {
    /// All.
    pub count: usize,
    /// The first of them.
    pub named: Vec<UnrunV1>,
}

impl Merged {
    /// What it comes to: the verdicts, and whether every input arrived whole and no two of them contradict each other.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        let problems = self.problems.len() + self.more_problems + self.duplicates.conflicts;
        Outcome { problems, ..Outcome::of(self.tally) }
    }

    /// Go versions of the grid, oldest first.
    #[must_use]
    pub fn versions(&self) -> Vec<String> {
        let mut all: Vec<String> = self.groups.keys().map(|group| group.go.clone()).collect();
        all.sort_by_cached_key(|text| (text.parse::<crate::goenv::version::GoVersion>().ok(), text.clone()));
        all.dedup();
        all
    }

    /// Variables of the grid, each once.
    #[must_use]
    pub fn variables(&self) -> Vec<String> {
        let mut all: Vec<String> = self.groups.keys().map(|group| group.variable.clone()).collect();
        all.dedup();
        all
    }
}
