//! `report compare`.

use crate::{
    cli::{CompareSettings, DataFormat, FailOnChange},
    commands::{Answer, report::inputs},
    error::Error,
    exit::Exit,
    output::{
        json,
        terminal::{self, Terminal},
    },
    report::{
        compare::{Comparison, ComparisonBuilder, view},
        merge::{cells, summary},
    },
    system::report_files::DiskReports,
};

pub(crate) fn compare(wanted: &CompareSettings, terminal: Terminal) -> Result<Answer, Error> {
    let comparison = compared(&wanted.old, &wanted.new)?;
    let text = match wanted.format {
        DataFormat::Human => terminal::render(&view::document(&comparison), terminal),
        DataFormat::Json => json::to_text(&comparison).map_err(|e| Error::Report(e.to_string()))?,
    };
    let exit = match (wanted.fail_on, Exit::of_comparison(&comparison, wanted.fail_on == FailOnChange::Drift)) {
        (FailOnChange::Never, Exit::Fail | Exit::Errored) => Exit::Good,
        (_, exit) => exit,
    };
    Ok(Answer { text, exit })
}

/// What changed from one report to the next. Each is a file, or the directory that holds it; neither is ever held
/// whole.
///
/// # Errors
/// One of them does not exist or is no report.
pub(crate) fn compared(old: &str, new: &str) -> Result<Comparison, Error> {
    let (old, new) = (inputs::report(old)?, inputs::report(new)?);
    let summary = |path: &str| summary(path, &DiskReports).map_err(|why| inputs::no_report(path, why));
    let mut builder = ComparisonBuilder::new(summary(&old)?, summary(&new)?);
    cells(&old, &DiskReports, &mut |cell| builder.old_cell(cell)).map_err(|why| inputs::no_report(&old, why))?;
    cells(&new, &DiskReports, &mut |cell| builder.new_cell(cell)).map_err(|why| inputs::no_report(&new, why))?;
    if builder.asks_again() {
        cells(&old, &DiskReports, &mut |cell| builder.again(cell)).map_err(|why| inputs::no_report(&old, why))?;
    }
    Ok(builder.finish())
}
