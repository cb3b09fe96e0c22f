//! Inputs on this disk: the reports that they hold, each of which must be whole.

use crate::{error::Error, report::merge::ProblemKind, system::report_files};

/// Every report of an input, a file or a directory, in the order of the paths.
///
/// # Errors
/// The input does not exist or cannot be listed.
pub(crate) fn reports(input: &str) -> Result<Vec<String>, Error> {
    report_files::find(&[input.to_owned()], None).map_err(|why| Error::ReportInput(why.to_string()))
}

/// The one report of an input.
///
/// # Errors
/// The input does not exist, or it has no report or several.
pub(crate) fn report(input: &str) -> Result<String, Error> {
    let mut found = reports(input)?;
    match found.len() {
        1 => Ok(found.remove(0)),
        0 => Err(Error::ReportInput(format!("there is no report.json in `{input}`"))),
        many => Err(Error::ReportInput(format!(
            "there are {many} reports in `{input}`: make one of them with `goenv-ci report merge`"
        ))),
    }
}

/// That a file is no report that can be read.
pub(crate) fn no_report(path: &str, (_, why): (ProblemKind, String)) -> Error {
    Error::ReportInput(format!("`{path}`: {why}"))
}
