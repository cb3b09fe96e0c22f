//! Inputs that are whole reports, not shards: one that is broken is an error.

use crate::{error::Error, report::merge::ProblemKind, system::report_files};

/// Every report of an input, in the order of the paths.
///
/// # Errors
/// It is not there or cannot be listed.
pub(crate) fn all(input: &str) -> Result<Vec<String>, Error> {
    report_files::find(&[input.to_owned()], None).map_err(|why| Error::ReportInput(why.to_string()))
}

/// The one report of an input.
///
/// # Errors
/// It is not there, or there are several.
pub(crate) fn one(input: &str) -> Result<String, Error> {
    let mut found = all(input)?;
    match found.len() {
        1 => Ok(found.remove(0)),
        0 => Err(Error::ReportInput(format!("there is no report.json in `{input}`"))),
        many => Err(Error::ReportInput(format!(
            "there are {many} reports in `{input}`: make one of them with `goenv-ci report merge`"
        ))),
    }
}

/// A report that cannot be read.
pub(crate) fn wrong(path: &str, (_, why): (ProblemKind, String)) -> Error {
    Error::ReportInput(format!("`{path}`: {why}"))
}
