//! Where an answer is written beside standard output: the report directory, the job summary and the
//! outputs of the step.

use crate::commands::World;
use crate::{
    apply::grammar::{CannotAppend, to_append},
    error::Error,
    output::{Document, html, markdown},
    plan::CommandFile,
    platform::runner_file,
    ports::{CommandFiles, NotAppended},
    report::Outcome,
    system::report_dir::ReportDir,
};
use std::path::Path;

/// The runner's variable for the job summary.
pub(crate) const SUMMARY: &str = "GITHUB_STEP_SUMMARY";

/// Of one step. Source: actions/runner, `FileCommandManager.cs`: `AttachmentSizeLimit`.
const LONGEST_SUMMARY: usize = 1 << 20;

/// The report directory, made before the work begins.
///
/// # Errors
/// Its name cannot be an output of a step, or nothing can be written there.
pub(crate) fn open(dir: Option<&str>) -> Result<Option<ReportDir>, Error> {
    if dir.is_some_and(|dir| dir.contains(char::is_control)) {
        return Err(Error::ReportName);
    }
    dir.map(|dir| ReportDir::open(Path::new(dir)).map_err(|e| Error::Report(e.to_string()))).transpose()
}

/// Writes an answer to `NAME.json`, `NAME.md` and `NAME.html` in the report directory, if there is one, and its
/// Markdown to the job summary, if there is one.
///
/// # Errors
/// A file cannot be written; it is named, with what was written before.
pub(crate) fn write_answer(
    name: &str,
    document: &Document,
    json: &str,
    dir: Option<&ReportDir>,
    world: &World,
) -> Result<(), Error> {
    if dir.is_none() && world.here.env.get_filled(SUMMARY).is_none() {
        return Ok(());
    }
    let markdown = markdown::render(document, markdown::SUMMARY_BYTES, &format!("`{name}.json` has them all"));
    let html = html::render(document).map_err(|why| Error::Report(why.to_string()))?;
    if let Some(dir) = dir {
        let [json_file, markdown_file, html_file] = ["json", "md", "html"].map(|ending| format!("{name}.{ending}"));
        let files = [(json_file.as_str(), json.to_owned()), (&*markdown_file, markdown.clone()), (&*html_file, html)];
        dir.write(&files).map_err(|e| Error::Report(e.to_string()))?;
    }
    append_summary(&markdown, dir, world)
}

/// Appends to the job summary, if there is one.
///
/// # Errors
/// It cannot be written.
pub(crate) fn append_summary(summary: &str, dir: Option<&ReportDir>, world: &World) -> Result<(), Error> {
    let Some(path) = world.here.env.get_filled(SUMMARY) else { return Ok(()) };
    let below = |held: &[u8]| {
        runner_file::text(held).map_err(CannotAppend::from)?;
        let gap = if held.is_empty() || held.ends_with(b"\n") { "" } else { "\n" };
        let bytes = held.len() + gap.len() + summary.len();
        if bytes > LONGEST_SUMMARY {
            let why =
                format!("it would have {bytes} bytes, and the runner drops one of more than {LONGEST_SUMMARY} whole");
            return Err(NotAppended {
                why,
                help: "run this in a step of its own, which has its own summary".to_owned(),
            });
        }
        Ok(Some(format!("{gap}{summary}").into_bytes()))
    };
    world.files.append(path, &below).map(drop).map_err(|error| undelivered(SUMMARY, path, error, dir))
}

/// The step's outputs that say what came out.
pub(crate) fn verdict_lines(outcome: Outcome) -> Vec<String> {
    let Outcome { tally, .. } = outcome;
    vec![format!("verdict={}", outcome.verdict()), format!("passed={}", tally.pass), format!("failed={}", tally.fail)]
}

/// Appends to the outputs of the step, if it has any.
///
/// # Errors
/// They cannot be written.
pub(crate) fn append_outputs(lines: &[String], dir: Option<&ReportDir>, world: &World) -> Result<(), Error> {
    let Some(path) = world.here.env.get_filled(CommandFile::Output.variable()) else { return Ok(()) };
    let decide = |content: &[u8]| Ok(to_append(CommandFile::Output, content, lines, world.here.platform)?);
    world.files.append(path, &decide).map(drop).map_err(|error| undelivered("GITHUB_OUTPUT", path, error, dir))
}

/// A command file was not written; where the report is, if it was asked for.
pub(crate) fn undelivered(variable: &'static str, path: &str, error: NotAppended, dir: Option<&ReportDir>) -> Error {
    let written = dir.map(|dir| dir.path().display().to_string());
    Error::Undelivered { variable, path: path.to_owned(), why: error.why, help: error.help, written }
}
