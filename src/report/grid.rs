//! Variable × Go version, counted: the overview that every format begins with.

use crate::output::document::{Cell, Table, Text};
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

/// Rows of a table; a longer one helps nobody.
const MOST_VARIABLES: usize = 300;

/// `9`, `1 of 9`, `skipped`, or nothing: the number beside a mark. Skipped
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

/// `✗ 3 of 6 failed`, `✓ 9`, or a dash.
#[must_use]
pub fn cell(tally: Tally) -> Cell {
    let status = tally.status();
    let text = match status {
        Some(bad @ (Status::Fail | Status::Error)) => format!("{} {}", score(tally), bad.participle()),
        Some(Status::Pass | Status::Skip) => score(tally),
        None => "–".to_owned(),
    };
    Cell { status, text: Text::words(text) }
}

impl Grid {
    /// For a document.
    #[must_use]
    pub fn table(&self) -> Table {
        let heads = self.versions.iter().map(|version| Text::words(format!("Go {version}")));
        let row = |row: &Row| {
            let name = Cell::new(Text::words(&row.variable));
            std::iter::once(name).chain(row.cells.iter().map(|tally| cell(*tally))).collect()
        };
        Table {
            head: std::iter::once(Text::words("Variable")).chain(heads).collect(),
            rows: self.rows.iter().take(MOST_VARIABLES).map(row).collect(),
            more: self.rows.len().saturating_sub(MOST_VARIABLES),
        }
    }

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
