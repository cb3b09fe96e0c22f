//! `report compare`.

use crate::{
    adapters::report_files::{self, DiskReports},
    cli::{CompareSettings, DataFormat, FailOnDrift},
    drift::Comparison,
    error::Error,
    exit::Exit,
    merge::{cells, survey},
    model::{drift::Drift, merged::ProblemKind},
    render::{drift_text, drift_v1::DriftV1, text::Paint},
    run::Answer,
};

pub(super) fn compare(wanted: &CompareSettings, paint: Paint) -> Result<Answer, Error> {
    let drift = drift(&report_at(&wanted.old)?, &report_at(&wanted.new)?)?;
    let exit = match wanted.fail_on {
        FailOnDrift::Never => Exit::Good,
        what => Exit::of_drift(&drift, what == FailOnDrift::Drift),
    };
    let text = match wanted.format {
        DataFormat::Human => drift_text::render(&drift, paint, 100),
        DataFormat::Json => DriftV1::from(&drift).to_text().map_err(|why| Error::Report(why.to_string()))?,
    };
    Ok(Answer { text, exit })
}

/// What changed between two files. The old one is read two or three times and the new one twice, so that
/// neither is ever held whole.
///
/// # Errors
/// One of them is not there, or no report.
pub(super) fn drift(old: &str, new: &str) -> Result<Drift, Error> {
    let of = |path: &str| survey(path, &DiskReports).map_err(|why| wrong(path, why));
    let mut comparison = Comparison::new(of(old)?, of(new)?);
    cells(old, &DiskReports, &mut |cell| comparison.old(cell)).map_err(|why| wrong(old, why))?;
    cells(new, &DiskReports, &mut |cell| comparison.new_cell(cell)).map_err(|why| wrong(new, why))?;
    if comparison.has_gone() {
        cells(old, &DiskReports, &mut |cell| comparison.gone(cell)).map_err(|why| wrong(old, why))?;
    }
    Ok(comparison.finish())
}

fn wrong(path: &str, (kind, why): (ProblemKind, String)) -> Error {
    Error::ReportInput(format!("`{path}` is {}: {why}", kind.name()))
}

/// The one report at a path: a file, or a folder with one report.json in it.
pub(super) fn report_at(path: &str) -> Result<String, Error> {
    let found = report_files::find(&[path.to_owned()], None).map_err(|why| Error::ReportInput(why.to_string()))?;
    match found.as_slice() {
        [one] => Ok(one.clone()),
        [] => Err(Error::ReportInput(format!("there is no report.json in `{path}`"))),
        many => Err(Error::ReportInput(format!(
            "`{path}` holds {} reports; merge them first: goenv-ci report merge {path} --out DIR",
            many.len()
        ))),
    }
}
