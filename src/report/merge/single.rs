//! One report by itself: what it says beside its results, and each result as it goes by.

use crate::report::merge::{read::Sink, worker};
use crate::status::Status;
use crate::{
    ports::ReportFiles,
    report::{
        RunnerFacts,
        compare::{Passing, Survey},
        merge::ProblemKind,
        wire::row::RowV1,
    },
};
use std::time::Duration;

/// Go versions that are kept; more are no versions.
const MOST_VERSIONS: usize = 10_000;

/// Takes each result of one report as it goes by, with the machine's name; results of a report that
/// turns out to be broken have gone by then.
///
/// # Errors
/// What is wrong with it.
pub fn results(
    path: &str,
    files: &dyn ReportFiles,
    take: &mut dyn FnMut(&RowV1<'_>, &str),
) -> Result<(), (ProblemKind, String)> {
    worker::look(path, files, &mut Each(take)).map(drop)
}

/// Likewise, as a comparison looks at them.
///
/// # Errors
/// What is wrong with it.
pub fn cells(
    path: &str,
    files: &dyn ReportFiles,
    take: &mut dyn FnMut(&Passing<'_>),
) -> Result<(), (ProblemKind, String)> {
    results(path, files, &mut |row, runner| {
        take(&Passing {
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

/// Goes through a report once.
///
/// # Errors
/// What is wrong with it.
pub fn survey(path: &str, files: &dyn ReportFiles) -> Result<Survey, (ProblemKind, String)> {
    let mut survey = Survey { path: path.to_owned(), ..Survey::default() };
    let head = worker::look(
        path,
        files,
        &mut Each(&mut |row, _| {
            survey.tally.count(row.verdict);
            if survey.versions.len() < MOST_VERSIONS && !survey.versions.contains(row.go.as_ref()) {
                survey.versions.insert(row.go.clone().into_owned());
            }
        }),
    )?;
    survey.tool_version = head.tool.map(|tool| tool.version).unwrap_or_default();
    survey.started_at = head.started_at;
    survey.run = head.run.map(|run| run.id);
    survey.duration = Duration::from_millis(head.duration_ms);
    survey.runners = if head.runners.is_empty() {
        head.runner.map(RunnerFacts::from).into_iter().collect()
    } else {
        head.runners.into_iter().map(RunnerFacts::from).collect()
    };
    survey.problems = head.merged.map(|merged| merged.problem_count + merged.conflict_count).unwrap_or_default();
    survey.sources = head.sources.into_iter().map(|one| (one.variable, one.source, one.value)).collect();
    Ok(survey)
}

struct Each<'a>(&'a mut dyn FnMut(&RowV1<'_>, &str));

impl Sink for Each<'_> {
    fn row(&mut self, row: RowV1<'_>, runner: &str) -> Result<(), String> {
        (self.0)(&row, runner);
        Ok(())
    }
}
