//! Variable × Go version, counted: the overview that every format begins with.

use crate::report::{Report, Tally};
use crate::status::Status;
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

/// `9`, `1 of 9`, `2 skipped`, or nothing: the number beside a mark. Skipped
/// cells do not count among those that were judged.
#[must_use]
pub fn score(tally: Tally) -> String {
    let judged = tally.pass + tally.fail + tally.error;
    match tally.status() {
        Some(Status::Fail) => format!("{} of {judged}", tally.fail),
        Some(Status::Error) => format!("{} of {judged}", tally.error),
        Some(Status::Pass) => tally.pass.to_string(),
        Some(Status::Skip) => "skipped".to_owned(),
        None => String::new(),
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
            tally.count(result.verdict.status());
        }
        let rows = variables.into_iter().zip(cells).map(|(variable, cells)| Row { variable, cells }).collect();
        Self { versions, rows }
    }
}
