//! A published claim about Go's environment, and what an experiment says of it.

use super::{probe::Probe, verdict::Evidence};

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

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClaimVerdict {
    /// What it predicts was seen.
    Holds,
    /// It was not seen, and the control shows that it could have been.
    Refuted,
    /// It was seen in some cases only: which, in one sentence.
    Depends(String),
    /// Why this machine cannot tell.
    Untestable(String),
}

impl ClaimVerdict {
    /// The word on the wire.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::Refuted => "refuted",
            Self::Depends(_) => "depends",
            Self::Untestable(_) => "untestable",
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
    /// What the deciding command printed.
    pub observed: String,
    /// Lines that a person can type to see the same.
    pub command: String,
    /// The commands that ran.
    pub evidence: Vec<Evidence>,
}
