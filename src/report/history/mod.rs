//! Several reports in a row, oldest first: their counts, and since when what
//! does not hold now has not held.

pub mod collect;
pub mod json;
pub mod text;

use crate::report::compare::{CellName, Listed, Survey};
use crate::status::Status;

/// A cell that does not hold in the last report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lasting {
    /// As the last report names it.
    pub cell: CellName,
    /// `Fail` or `Error`.
    pub status: Status,
    /// The first of the reports without a gap in which it did not hold, from 0.
    pub since: usize,
}

/// A cell that went to and fro.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wavering {
    /// As the last report that has it names it.
    pub cell: CellName,
    /// How often it turned from holding to not holding or back, at least three times.
    pub turns: usize,
}

/// What the reports come to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trend {
    /// Each report, oldest first.
    pub reports: Vec<Survey>,
    /// What does not hold now; the longest first.
    pub lasting: Listed<Lasting>,
    /// What went to and fro; the most often first.
    pub wavering: Listed<Wavering>,
    /// Cells that did not hold, beyond those that are told apart.
    pub untold: usize,
}
