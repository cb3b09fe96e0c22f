//! Variable × Go version, counted: the overview that every format begins with.

use crate::report::{Report, Tally};
use std::collections::HashMap;

/// One row for each variable, one column for each Go version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grid {
    /// Oldest first.
    pub versions: Vec<String>,
    /// In the matrix's order.
    pub rows: Vec<Row>,
}

/// A variable's counts, as many as there are versions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// `GOBIN`.
    pub variable: String,
    /// All zero where nothing applies.
    pub cells: Vec<Tally>,
}

/// The state of a cell of the grid: its worst verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Something does not hold.
    Fail,
    /// Something could not be carried out.
    Error,
    /// All that was judged holds.
    Pass,
    /// Nothing was judged.
    Skip,
    /// No probe applies.
    Empty,
}

impl Mark {
    /// Of a cell.
    #[must_use]
    pub fn of(tally: Tally) -> Self {
        match tally {
            Tally { fail: 1.., .. } => Self::Fail,
            Tally { error: 1.., .. } => Self::Error,
            Tally { pass: 1.., .. } => Self::Pass,
            Tally { skip: 1.., .. } => Self::Skip,
            Tally { .. } => Self::Empty,
        }
    }
}

/// `9`, `1 of 9`, `2 skipped`, or nothing: the number beside a mark. Skipped
/// cells do not count among those that were judged.
#[must_use]
pub fn score(tally: Tally) -> String {
    let judged = tally.pass + tally.fail + tally.error;
    match Mark::of(tally) {
        Mark::Fail => format!("{} of {judged}", tally.fail),
        Mark::Error => format!("{} of {judged}", tally.error),
        Mark::Pass => tally.pass.to_string(),
        Mark::Skip => "skipped".to_owned(),
        Mark::Empty => String::new(),
    }
}

impl Grid {
    /// Counts a report's results.
    #[must_use]
    pub fn of(report: &Report) -> Self {
        let versions = report.versions();
        let variables = report.variables();
        let column: HashMap<&str, usize> = versions.iter().enumerate().map(|(at, v)| (v.as_str(), at)).collect();
        let row: HashMap<&str, usize> = variables.iter().enumerate().map(|(at, v)| (v.as_str(), at)).collect();
        let mut cells = vec![vec![Tally::default(); versions.len()]; variables.len()];
        for result in &report.results {
            let (Some(&r), Some(&c)) = (row.get(result.variable.as_str()), column.get(result.go.as_str())) else {
                continue;
            };
            let tally = &mut cells[r][c];
            match result.verdict.rank() {
                0 => tally.fail += 1,
                1 => tally.error += 1,
                2 => tally.skip += 1,
                _ => tally.pass += 1,
            }
        }
        let rows = variables.into_iter().zip(cells).map(|(variable, cells)| Row { variable, cells }).collect();
        Self { versions, rows }
    }
}
