//! How a thing was judged, and how bad a finding is: the two scales that go
//! from a verdict to the colour of a cell. Both are ordered, the worst first.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The four outcomes.
// The worst first, so that `min` over several is their worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "VerdictV1")]
pub enum Status {
    /// It does not hold.
    Fail,
    /// It could not be judged; a `reason` says why.
    Error,
    /// It was not run; a `reason` says why.
    Skip,
    /// It holds.
    Pass,
}

impl Status {
    /// The worst first.
    pub const ALL: [Self; 4] = [Self::Fail, Self::Error, Self::Skip, Self::Pass];

    /// The word on the wire: `fail`, `error`, `skip` or `pass`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Fail => "fail",
            Self::Error => "error",
            Self::Skip => "skip",
            Self::Pass => "pass",
        }
    }

    /// What happened to a cell, in one word: `failed`, `in error`, `skipped` or `passed`.
    #[must_use]
    pub fn participle(self) -> &'static str {
        match self {
            Self::Fail => "failed",
            Self::Error => "in error",
            Self::Skip => "skipped",
            Self::Pass => "passed",
        }
    }
}

/// How bad a finding is; the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "SeverityV1")]
pub enum Severity {
    /// Something stops, or goes elsewhere than everybody thinks.
    Error,
    /// It works now, and will surprise somebody.
    Warning,
    /// Worth knowing.
    Note,
}

impl Severity {
    /// The worst first.
    pub const ALL: [Self; 3] = [Self::Error, Self::Warning, Self::Note];

    /// The word on the wire: `error`, `warning` or `note`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }

    /// The status that has the same colour.
    #[must_use]
    pub fn status(self) -> Status {
        match self {
            Self::Error => Status::Fail,
            Self::Warning => Status::Error,
            Self::Note => Status::Skip,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_is_the_least() {
        assert_eq!([Status::Pass, Status::Skip, Status::Fail, Status::Error].iter().min(), Some(&Status::Fail));
        assert!(Status::ALL.is_sorted() && Severity::ALL.is_sorted());
    }
}
