//! The one report in memory; every format is a view of it.

pub mod annotations;
pub mod compare;
pub(crate) mod format;
pub(crate) mod grid;
pub(crate) mod groups;
pub mod history;
pub(crate) mod junit;
pub mod merge;
pub mod outcome;
pub(crate) mod page;
pub(crate) mod places;
pub(crate) mod shell_grid;
pub mod shells;
pub mod verdict;
pub mod view;
pub mod wire;
pub(crate) mod wording;

pub use format::{Format, RenderError, artifact};
pub use outcome::Outcome;

use crate::status::Status;
use crate::{
    drives::drive::Drives,
    goenv::{
        sources::Sources,
        toolchain::{MissingToolchain, Toolchain},
    },
    plan::{
        delivery::DeliverySource,
        shard::{CellList, Shard},
    },
    probe::ProbeKind,
    report::{
        shells::ShellView,
        verdict::{Cause, Evidence, Verdict},
    },
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// The probe under which a toolchain that cannot be judged is listed, once for all its cells.
pub const ADMISSION: &str = "toolchain/works";

/// What stands where a variable is blamed: none is.
pub const TOOLCHAIN: &str = "toolchain";

/// One cell: a probe on one toolchain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellResult {
    /// `gobin/install-lands-in-gobin`.
    pub probe: String,
    /// The variable that is blamed.
    pub variable: String,
    /// The toolchain's version, or what was asked for when there is none.
    pub go: String,
    /// Contract or live.
    pub kind: ProbeKind,
    /// The behaviour, in one sentence.
    pub why: String,
    /// What it came to.
    pub verdict: Verdict,
    /// The likely cause of a `fail`.
    pub cause: Option<Cause>,
    /// What made the control fail, as it must; empty when it was not reached.
    pub control: String,
    /// The commands of the probe, not of its control.
    pub evidence: Vec<Evidence>,
    /// Probe and control together.
    pub duration: Duration,
}

/// How many results have which verdict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "SummaryV1")]
pub struct Tally {
    /// Results with `pass`.
    pub pass: usize,
    /// Results with `fail`.
    pub fail: usize,
    /// Results with `skip`.
    pub skip: usize,
    /// Results with `error`.
    pub error: usize,
}

/// A machine, in the runner's own words.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "RunnerV1")]
pub struct RunnerFacts {
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

/// All that one run of `verify` found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// This tool's version.
    pub tool_version: String,
    /// The machine.
    pub runner: RunnerFacts,
    /// How the live environment came about; `None`: no live probe had a plan to hold it against.
    pub delivery: Option<DeliverySource>,
    /// What was judged, oldest version first.
    pub toolchains: Vec<Toolchain>,
    /// What was asked for and is nowhere.
    pub missing: Vec<MissingToolchain>,
    /// What each source says of Go's variables, and what is odd about the environment.
    pub sources: Sources,
    /// Where the bytes go.
    pub drives: Drives,
    /// In the order of the matrix, versions side by side.
    pub results: Vec<CellResult>,
    /// What was seen through each shell; empty where no shell was started.
    pub shells: Vec<ShellView>,
    /// Wall time of the whole run.
    pub duration: Duration,
    /// Which run it was.
    pub run: RunFacts,
    /// Which part of the cells this is; `None`: all.
    pub shard: Option<ShardFacts>,
}

/// Where in time a report belongs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunFacts {
    /// UTC, RFC 3339.
    pub started_at: Option<String>,
    /// GITHUB_RUN_ID.
    pub id: Option<String>,
    /// GITHUB_RUN_ATTEMPT.
    pub attempt: Option<u64>,
}

/// A shard, and what all shards beside it were cut from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShardFacts {
    /// `3/16`.
    pub shard: Shard,
    /// All cells that were cut.
    pub list: CellList,
    /// The first cell of each shard, as many as there are shards.
    pub starts: Vec<usize>,
    /// Of list and cut; equal for the shards of one plan.
    pub fingerprint: String,
}

impl Report {
    /// Counts the verdicts.
    #[must_use]
    pub fn tally(&self) -> Tally {
        let mut tally = Tally::default();
        for result in &self.results {
            tally.count(result.verdict.status());
        }
        tally
    }

    /// What it comes to.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        Outcome::of(self.tally())
    }

    /// The Go versions of the results, oldest first, each once.
    #[must_use]
    pub fn versions(&self) -> Vec<String> {
        let mut all = each_once(self.results.iter().map(|result| &result.go));
        all.sort_by_cached_key(|text| text.parse::<crate::goenv::version::GoVersion>().ok());
        all
    }

    /// The variables of the results in order of first appearance, each once.
    #[must_use]
    pub fn variables(&self) -> Vec<String> {
        each_once(self.results.iter().map(|result| &result.variable))
    }
}

fn each_once<'a>(texts: impl Iterator<Item = &'a String>) -> Vec<String> {
    let mut seen = std::collections::HashSet::new();
    texts.filter(|text| seen.insert(text.as_str())).cloned().collect()
}

impl CellResult {
    /// What a `fail` says of the variable, as the predicate of a sentence.
    #[must_use]
    pub fn fault(&self) -> &'static str {
        if self.cause.as_ref().is_some_and(|cause| cause.stops_go) { "stops Go" } else { "does not take effect" }
    }
}

impl Verdict {
    /// Which of the four it is.
    #[must_use]
    pub fn status(&self) -> Status {
        match self {
            Self::Fail { .. } => Status::Fail,
            Self::Error { .. } => Status::Error,
            Self::Skip { .. } => Status::Skip,
            Self::Pass => Status::Pass,
        }
    }
}

impl RunnerFacts {
    /// One line that stands for the machine in results: `win22 Windows X64`.
    #[must_use]
    pub fn name(&self) -> String {
        let words = [&self.image, &self.os, &self.arch];
        let words: Vec<&str> = words.into_iter().map(|word| word.as_str()).filter(|word| !word.is_empty()).collect();
        crate::output::sanitize::clip(&words.join(" "), 200).into_owned()
    }
}

impl Tally {
    /// Counts one more.
    pub fn count(&mut self, status: Status) {
        match status {
            Status::Fail => self.fail += 1,
            Status::Error => self.error += 1,
            Status::Skip => self.skip += 1,
            Status::Pass => self.pass += 1,
        }
    }

    /// What all of it comes to: the worst of what was judged, `Skip` where nothing was, `None` where there is nothing.
    #[must_use]
    pub fn status(self) -> Option<Status> {
        match self {
            Self { fail: 1.., .. } => Some(Status::Fail),
            Self { error: 1.., .. } => Some(Status::Error),
            Self { pass: 1.., .. } => Some(Status::Pass),
            Self { skip: 1.., .. } => Some(Status::Skip),
            Self { .. } => None,
        }
    }

    /// Adds another one.
    pub fn add(&mut self, other: Self) {
        self.pass += other.pass;
        self.fail += other.fail;
        self.skip += other.skip;
        self.error += other.error;
    }

    /// All together.
    #[must_use]
    pub fn total(self) -> usize {
        self.pass + self.fail + self.skip + self.error
    }
}
