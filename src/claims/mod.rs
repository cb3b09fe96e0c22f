//! A published claim about Go's environment, and what an experiment says of it.

pub mod html;
pub mod json;
pub(crate) mod judge;
pub mod list;
pub(crate) mod load;
pub mod markdown;
pub(crate) mod repro;
pub(crate) mod schema;
pub mod text;
pub(crate) mod wording;

pub use judge::{Wanted, judge};
pub use load::load_claims;

use crate::{
    goenv::version::{GoVersion, MissingToolchain, Toolchain},
    probe::Probe,
    report::{RunnerFacts, verdict::Evidence},
};
use std::time::Duration;

/// A claim as it was read: a statement and the cases it is tried in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Stable, kebab-case: `goroot-from-registry`.
    pub id: String,
    /// What is said, in one sentence.
    pub statement: String,
    /// Where it is said, if somebody knows.
    pub source: Option<String>,
    /// What one learns from it, whichever way it comes out.
    pub lesson: Option<String>,
    /// Why nobody can try it here; then there are no cases.
    pub untestable: Option<String>,
    /// At least one, unless it is untestable. In each the probe's expectations are what the claim
    /// predicts, and its control is the one change that must turn the outcome round.
    pub cases: Vec<Case>,
}

/// One experiment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// The circumstance, for a claim that depends on it: `GOBIN is empty`.
    pub given: Option<String>,
    /// Arrange, act, assert and control.
    pub probe: Probe,
}

/// What came of it; why is the result's `reason`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClaimVerdict {
    /// What it predicts was seen.
    Holds,
    /// It was not seen, and the control shows that it could have been.
    Refuted,
    /// It was seen in some cases only.
    Depends,
    /// This machine cannot tell.
    Untestable,
    /// The experiment itself went wrong.
    Error,
}

impl ClaimVerdict {
    /// The word on the wire, where an experiment that went wrong is untestable too.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::Refuted => "refuted",
            Self::Depends => "depends",
            Self::Untestable | Self::Error => "untestable",
        }
    }
}

/// A claim on one Go version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimResult {
    /// The version.
    pub go: String,
    /// What it came to.
    pub verdict: ClaimVerdict,
    /// Why, in one sentence: what the experiment and its control showed.
    pub reason: String,
    /// What was seen; one line for each case, empty where nothing was tried.
    pub observed: String,
    /// Lines that a person can type to see the same; empty where there is nothing to type.
    pub command: String,
    /// The commands that ran.
    pub evidence: Vec<Evidence>,
}

/// A claim and its verdicts, oldest version first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JudgedClaim {
    /// What is claimed.
    pub claim: Claim,
    /// One for each version.
    pub results: Vec<ClaimResult>,
}

/// How many verdicts of each kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ClaimTally {
    /// What they predict was seen.
    pub holds: usize,
    /// It was not.
    pub refuted: usize,
    /// In some cases only.
    pub depends: usize,
    /// Nobody can tell here.
    pub untestable: usize,
    /// The experiment went wrong.
    pub error: usize,
}

/// All that one run of `claims` found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimsReport {
    /// The machine.
    pub runner: RunnerFacts,
    /// What was judged on, oldest version first.
    pub toolchains: Vec<Toolchain>,
    /// What was asked for and is nowhere.
    pub missing: Vec<MissingToolchain>,
    /// In the order in which they were read.
    pub claims: Vec<JudgedClaim>,
    /// Wall time of the whole run.
    pub duration: Duration,
}

impl ClaimsReport {
    /// Counts the verdicts.
    #[must_use]
    pub fn tally(&self) -> ClaimTally {
        let mut tally = ClaimTally::default();
        for result in self.claims.iter().flat_map(|judged| &judged.results) {
            match result.verdict {
                ClaimVerdict::Holds => tally.holds += 1,
                ClaimVerdict::Refuted => tally.refuted += 1,
                ClaimVerdict::Depends => tally.depends += 1,
                ClaimVerdict::Untestable => tally.untestable += 1,
                ClaimVerdict::Error => tally.error += 1,
            }
        }
        tally
    }

    /// The Go versions of the results, oldest first, each once.
    #[must_use]
    pub fn versions(&self) -> Vec<String> {
        let mut seen: Vec<String> = Vec::new();
        for result in self.claims.iter().flat_map(|judged| &judged.results) {
            if !seen.contains(&result.go) {
                seen.push(result.go.clone());
            }
        }
        seen.sort_by_key(|text| text.parse::<GoVersion>().ok());
        seen
    }
}

impl JudgedClaim {
    /// Results that say the same, with the versions they are of; in the order of the versions.
    #[must_use]
    pub fn alike(&self) -> Vec<(Vec<&str>, &ClaimResult)> {
        let mut groups: Vec<(Vec<&str>, &ClaimResult)> = Vec::new();
        for result in &self.results {
            let same = |other: &ClaimResult| other.verdict == result.verdict && other.reason == result.reason;
            match groups.iter_mut().find(|(_, other)| same(other)) {
                Some((versions, _)) => versions.push(&result.go),
                None => groups.push((vec![&result.go], result)),
            }
        }
        groups
    }
}
