//! What publishing found, showed and did: the short form of a merged report that goes to a
//! forge, and the record of what became of it.

use crate::report::{Tally, compare::Drift};
use crate::status::Severity;

/// Something that does not hold or could not be judged, wherever that is the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// How bad.
    pub severity: Severity,
    /// Which variable.
    pub variable: String,
    /// Which probe.
    pub probe: String,
    /// Where: versions and machines, each once.
    pub places: Vec<String>,
    /// Name and text: `expected`, `observed`, `likely cause`, or `reason`.
    pub details: Vec<(&'static str, String)>,
}

/// A merged report, as short as a comment must be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Digest {
    /// All cells.
    pub tally: Tally,
    /// Reports that were merged.
    pub reports: usize,
    /// How many different machines.
    pub machines: usize,
    /// The Go versions, oldest first.
    pub versions: Vec<String>,
    /// Failures first; no more than anybody reads.
    pub remarks: Vec<Remark>,
    /// How many there are beyond those.
    pub remarks_left_out: usize,
    /// What is missing, half-written or foreign: a sentence each.
    pub notes: Vec<String>,
    /// What changed since the last good run.
    pub drift: Option<Drift>,
}

/// What became of an artifact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// So many reports of it were taken.
    Taken(usize),
    /// The forge has removed it.
    Expired,
    /// There is a newer one of that name.
    Superseded,
    /// It holds what it must not, or no report.
    Refused(String),
    /// It did not arrive.
    Lost(String),
}

impl std::fmt::Display for Fate {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Taken(reports) => write!(to, "{reports} merged"),
            Self::Expired => to.write_str("it has expired"),
            Self::Superseded => to.write_str("a newer one has its name"),
            Self::Refused(why) | Self::Lost(why) => to.write_str(why),
        }
    }
}

/// One artifact and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShardFate {
    /// Its name.
    pub artifact: String,
    /// Its number; 0 for what was given on the command line.
    pub id: u64,
    /// What became of it.
    pub fate: Fate,
}

/// What became of the comment or of the check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Posted {
    /// New, at this address.
    Created(String),
    /// The one that was there, at this address.
    Updated(String),
    /// Not wanted, or nowhere to put it: why.
    Skipped(String),
    /// The token may not: which permission is missing.
    Refused(String),
    /// It should have gone and did not.
    Failed(String),
}

/// All that publishing did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Publication {
    /// `OWNER/NAME`; empty where nothing was asked for there.
    pub repository: String,
    /// The run; `None`: only what lies here was merged.
    pub run: Option<u64>,
    /// Its attempt.
    pub attempt: Option<u64>,
    /// By name.
    pub shards: Vec<ShardFate>,
    /// Jobs that were not done.
    pub unfinished: Vec<String>,
    /// The merged report in short.
    pub digest: Digest,
    /// The folder it is in, absolute.
    pub report: Option<String>,
    /// Whether the job summary has it.
    pub summary: bool,
    /// See there.
    pub comment: Posted,
    /// See there.
    pub check: Posted,
    /// What else is to be known: a sentence each.
    pub notes: Vec<String>,
}

impl Publication {
    /// Whether something that should be in the report is not.
    #[must_use]
    pub fn incomplete(&self) -> bool {
        let gone = |shard: &ShardFate| !matches!(shard.fate, Fate::Taken(_) | Fate::Superseded);
        !self.unfinished.is_empty() || self.shards.iter().any(gone)
    }
}
