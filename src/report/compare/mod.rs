//! What changed from one report to the next.

pub mod cells;
pub mod json;
pub mod markdown;
pub(crate) mod settings;
pub mod text;
pub(crate) mod wording;

use crate::report::{RunnerFacts, Tally};
use crate::status::Status;
use std::{collections::BTreeSet, time::Duration};

/// Of each kind, how many are named; all are counted.
pub const MOST_NAMED: usize = 500;

/// All of a report but its results, as far as two reports can differ in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Survey {
    /// Where it lies.
    pub path: String,
    /// The workflow run.
    pub run: Option<String>,
    /// UTC, RFC 3339.
    pub started_at: Option<String>,
    /// This program's version then.
    pub tool_version: String,
    /// Each machine once.
    pub runners: Vec<RunnerFacts>,
    /// Go versions that have results.
    pub versions: BTreeSet<String>,
    /// Variable, source and value, for example `GOCACHE`, `environment`, `D:\a\_temp\go-cache`.
    pub sources: BTreeSet<(String, String, String)>,
    /// Results by verdict.
    pub tally: Tally,
    /// The wall time of all runs.
    pub duration: Duration,
    /// Inputs that did not arrive whole when it was merged.
    pub problems: usize,
}

/// A cell as it goes by.
#[derive(Clone, Copy, Debug)]
pub struct Passing<'a> {
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
    /// What was observed of a fail, why an error or a skip.
    pub said: &'a str,
    /// The likely cause of a fail.
    pub cause: &'a str,
    /// How long it took.
    pub duration: Duration,
}

/// The name of a cell.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CellName {
    /// `GOBIN`.
    pub variable: String,
    /// `gobin/install-lands-in-gobin`.
    pub probe: String,
    /// `1.21.13`.
    pub go: String,
    /// The machine's name.
    pub runner: String,
}

/// A cell with another verdict, or another reason for the same one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turned {
    /// Which.
    pub cell: CellName,
    /// What it came to before; `None`: the cell is new.
    pub from: Option<Status>,
    /// What it comes to now.
    pub to: Status,
    /// What was said of it; empty of a pass and of a new cell.
    pub was: String,
    /// What is expected; of a fail only.
    pub expected: String,
    /// What is said of it now.
    pub said: String,
    /// The likely cause of a fail.
    pub cause: String,
}

/// What a setting is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
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

impl SettingKind {
    /// The word on the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Value => "value",
            Self::Toolchain => "toolchain",
            Self::Image => "image",
            Self::Tool => "tool",
        }
    }
}

/// Something on which verdicts may depend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// What kind.
    pub kind: SettingKind,
    /// `GOCACHE (environment)`, `Go 1.22`, `win22 Windows X64`, `goenv-ci`.
    pub what: String,
    /// What was there; empty where there was nothing.
    pub from: Vec<String>,
    /// What is there.
    pub to: Vec<String>,
}

/// The time of the cells that passed both times, on one machine and Go version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pace {
    /// The machine's name.
    pub runner: String,
    /// `1.21`.
    pub go: String,
    /// How many cells.
    pub cells: usize,
    /// Their sum.
    pub from: Duration,
    /// Their sum now.
    pub to: Duration,
}

impl Pace {
    /// 2 is twice as slow.
    #[must_use]
    pub fn ratio(&self) -> f64 {
        self.to.as_secs_f64() / self.from.as_secs_f64().max(0.001)
    }
}

/// Some of a kind, and how many there are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed<T> {
    /// All.
    pub count: usize,
    /// The first `MOST_NAMED`.
    pub named: Vec<T>,
}

impl<T> Default for Listed<T> {
    fn default() -> Self {
        Self { count: 0, named: Vec::new() }
    }
}

impl<T> Listed<T> {
    /// One more, which is made only where it is named.
    pub fn add(&mut self, one: impl FnOnce() -> T) {
        self.count += 1;
        if self.named.len() < MOST_NAMED {
            self.named.push(one());
        }
    }
}

/// All that changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Drift {
    /// The report that was good.
    pub old: Survey,
    /// The report that is judged.
    pub new: Survey,
    /// Fails now, and did not.
    pub new_failures: Listed<Turned>,
    /// Cannot be judged now, and neither failed nor was so before.
    pub new_errors: Listed<Turned>,
    /// Failed or could not be judged, and still does not hold, with other words.
    pub otherwise: Listed<Turned>,
    /// Failed or could not be judged, and passes now.
    pub recovered: Listed<Turned>,
    /// Every other change of a verdict: skipped, no longer skipped.
    pub turned: Listed<Turned>,
    /// Cells that are new, and neither fail nor are in error.
    pub added: Listed<CellName>,
    /// Cells that are no longer there.
    pub gone: Listed<CellName>,
    /// Values and versions.
    pub settings: Vec<Setting>,
    /// Where the time changed by half or more, and by a second.
    pub pace: Vec<Pace>,
}

impl Drift {
    /// Whether nothing changed.
    #[must_use]
    pub fn is_none(&self) -> bool {
        let turned = [&self.new_failures, &self.new_errors, &self.otherwise, &self.recovered, &self.turned];
        turned.iter().all(|listed| listed.count == 0)
            && self.added.count + self.gone.count == 0
            && self.settings.is_empty()
            && self.pace.is_empty()
    }
}
