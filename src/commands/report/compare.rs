//! `report compare`.

use crate::commands::report::whole;
use crate::{
    cli::{CompareSettings, DataFormat, FailOnChange},
    commands::Answer,
    error::Error,
    exit::Exit,
    output::terminal::Terminal,
    report::{
        compare::{Drift, cells::Comparison, json::DriftV1, text},
        merge::{cells, survey},
    },
    system::report_files::DiskReports,
};

pub(crate) fn compare(wanted: &CompareSettings, terminal: Terminal) -> Result<Answer, Error> {
    let drift = drift(&wanted.old, &wanted.new)?;
    let text = match wanted.format {
        DataFormat::Human => text::render(&drift, terminal.paint(), 100),
        DataFormat::Json => DriftV1::from(&drift).to_text().map_err(|e| Error::Report(e.to_string()))?,
    };
    let exit = match wanted.fail_on {
        FailOnChange::Fail => Exit::of_drift(&drift, false),
        FailOnChange::Drift => Exit::of_drift(&drift, true),
        FailOnChange::Never => Exit::Good,
    };
    Ok(Answer { text, exit })
}

/// What changed from one report to the next, each a file or the folder that holds it. None of them
/// is ever held whole.
///
/// # Errors
/// One is not there or is no report.
pub(crate) fn drift(old: &str, new: &str) -> Result<Drift, Error> {
    let (old, new) = (whole::one(old)?, whole::one(new)?);
    let look = |path: &str| survey(path, &DiskReports).map_err(|why| whole::wrong(path, why));
    let mut comparison = Comparison::new(look(&old)?, look(&new)?);
    cells(&old, &DiskReports, &mut |cell| comparison.old(cell)).map_err(|why| whole::wrong(&old, why))?;
    cells(&new, &DiskReports, &mut |cell| comparison.new_cell(cell)).map_err(|why| whole::wrong(&new, why))?;
    if comparison.asks_again() {
        cells(&old, &DiskReports, &mut |cell| comparison.again(cell)).map_err(|why| whole::wrong(&old, why))?;
    }
    Ok(comparison.finish())
}
