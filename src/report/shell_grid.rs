//! Shell × what is looked at through it, and the first shell that differs: for
//! every format that shows it.

use crate::report::{
    CellResult, Report,
    shells::{Aspect, ShellCell},
    verdict::Verdict,
};
use crate::status::Status;

/// One row for each shell, one column for each aspect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShellGrid<'a> {
    /// In the order in which the shells were held against each other.
    pub rows: Vec<ShellRow<'a>>,
    /// The first difference in that order, as a sentence without a full stop.
    pub first: Option<String>,
    /// What shells put into PATH without harm, a sentence each.
    pub notes: Vec<String>,
}

/// A shell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShellRow<'a> {
    /// `bash`.
    pub shell: &'static str,
    /// The file that was started.
    pub program: Option<&'a str>,
    /// As many as there are aspects; empty where no cell was asked for.
    pub marks: Vec<Option<Status>>,
}

impl<'a> ShellGrid<'a> {
    /// The heads of the columns.
    #[must_use]
    pub fn heads() -> Vec<&'static str> {
        Aspect::ALL.map(Aspect::title).to_vec()
    }

    /// Of a report; `None` where no shell was started.
    #[must_use]
    pub fn of(report: &'a Report) -> Option<Self> {
        if report.shells.is_empty() {
            return None;
        }
        let mut grid = Self { rows: Vec::new(), first: None, notes: Vec::new() };
        for view in &report.shells {
            let shell = view.shell.id();
            let mut marks = Vec::new();
            for aspect in Aspect::ALL {
                let id = ShellCell { shell: view.shell, aspect }.id();
                let result = report.results.iter().find(|result| result.probe == id);
                marks.push(result.map(|result| result.verdict.status()));
                if grid.first.is_none() {
                    grid.first = result.and_then(|result| difference(shell, result));
                }
            }
            if !view.added.is_empty() {
                let added: Vec<String> = view.added.iter().map(|entry| format!("`{entry}`")).collect();
                grid.notes.push(format!(
                    "`{shell}` also has {} on PATH; nothing of Go's is hidden by that",
                    added.join(", ")
                ));
            }
            grid.rows.push(ShellRow { shell, program: view.program.as_deref(), marks });
        }
        Some(grid)
    }
}

fn difference(shell: &str, result: &CellResult) -> Option<String> {
    let Verdict::Fail { expected, observed } = &result.verdict else { return None };
    Some(format!("The first shell that differs is `{shell}`: {observed} instead of {expected}"))
}
