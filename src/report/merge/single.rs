//! Reads one report for `report compare` and `report history`: what it says beside its
//! results, and its results one by one. It is never held whole.

use crate::report::merge::{read::Sink, worker};
use crate::status::Status;
use crate::{
    ports::ReportFiles,
    report::{
        RunnerFacts,
        compare::{CellRef, ReportSummary},
        merge::ProblemKind,
        wire::{MergedV1, ResultV1},
    },
};
use std::time::Duration;

/// Go versions that are kept. No real report has more.
const MOST_VERSIONS: usize = 10_000;

/// Calls `take` with each result and the name of its machine. Of a report that turns out to be broken, `take` has
/// been given the results before the break.
///
/// # Errors
/// What is wrong with it.
pub fn results(
    path: &str,
    files: &dyn ReportFiles,
    take: &mut dyn FnMut(&ResultV1<'_>, &str),
) -> Result<(), (ProblemKind, String)> {
    worker::stream(path, files, &mut Each(take)).map(drop)
}

/// Calls `take` with each result, as a comparison needs it.
///
/// # Errors
/// What is wrong with it.
pub fn cells(
    path: &str,
    files: &dyn ReportFiles,
    take: &mut dyn FnMut(&CellRef<'_>),
) -> Result<(), (ProblemKind, String)> {
    results(path, files, &mut |row, runner| {
        take(&CellRef {
            probe: &row.probe,
            variable: &row.variable,
            go: &row.go,
            runner,
            status: row.verdict,
            expected: if row.verdict == Status::Fail { &row.expected } else { "" },
            cause: if row.verdict == Status::Fail { &row.reason } else { "" },
            said: match row.verdict {
                Status::Pass => "",
                Status::Fail => &row.observed,
                Status::Skip | Status::Error => &row.reason,
            },
            duration: Duration::from_millis(row.duration_ms),
        });
    })
}

/// All of a report but its results, which are counted.
///
/// # Errors
/// What is wrong with it.
pub fn summary(path: &str, files: &dyn ReportFiles) -> Result<ReportSummary, (ProblemKind, String)> {
    let mut summary = ReportSummary { path: path.to_owned(), ..ReportSummary::default() };
    let head = worker::stream(
        path,
        files,
        &mut Each(&mut |row, _| {
            summary.tally.count(row.verdict);
            if summary.versions.len() < MOST_VERSIONS && !summary.versions.contains(row.go.as_ref()) {
                summary.versions.insert(row.go.clone().into_owned());
            }
        }),
    )?;
    summary.tool_version = head.tool.map(|tool| tool.version).unwrap_or_default();
    summary.started_at = head.started_at;
    summary.run = head.run.map(|run| run.id);
    summary.duration = Duration::from_millis(head.duration_ms);
    summary.runners = if head.runners.is_empty() {
        head.runner.into_iter().collect()
    } else {
        head.runners.into_iter().map(RunnerFacts::from).collect()
    };
    let problems = |merged: MergedV1| merged.problem_count.max(merged.problems.len()) + merged.conflict_count;
    summary.problems = head.merged.map(problems).unwrap_or_default();
    summary.sources = head.sources.into_iter().map(|one| (one.variable, one.source, one.value)).collect();
    Ok(summary)
}

/// Calls a function with each result.
struct Each<'a>(&'a mut dyn FnMut(&ResultV1<'_>, &str));

impl Sink for Each<'_> {
    fn row(&mut self, row: ResultV1<'_>, runner: &str) -> Result<(), String> {
        (self.0)(&row, runner);
        Ok(())
    }
}
