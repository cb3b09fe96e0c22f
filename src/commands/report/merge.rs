//! `report merge`.

use crate::{
    cli::{DataFormat, MergeSettings},
    commands::{Answer, World, report_files::open},
    error::Error,
    exit::Exit,
    output::terminal::Terminal,
    report::{
        Format,
        merge::{
            Merged, html, json, markdown,
            streaming::{self, Drafts},
            text,
        },
    },
    system::{
        report_dir::ReportDir,
        report_files::{self, DiskReports},
    },
};
use std::io::Write;

pub(crate) fn merge(wanted: &MergeSettings, terminal: Terminal, world: &World) -> Result<Answer, Error> {
    let merged = merge_into(&wanted.inputs, &wanted.out, world)?;
    let text = match wanted.format {
        DataFormat::Human => text::render(&merged, terminal.paint(), 100),
        DataFormat::Json => json::answer(&merged).map_err(|e| Error::Report(e.to_string()))?,
    };
    Ok(Answer { text, exit: Exit::of_merged(&merged) })
}

/// Merges the inputs, files or folders, into the four files of a folder.
///
/// # Errors
/// An input is not there, no report is in them, or a file cannot be written; then none of the four is there anew.
pub(crate) fn merge_into(inputs: &[String], out: &str, world: &World) -> Result<Merged, Error> {
    let unreadable = |why: report_files::FindError| Error::ReportInput(why.to_string());
    let found = |except| report_files::find(inputs, except).map_err(unreadable);
    // Before the folder is made, so that a wrong input leaves nothing.
    found(None)?;
    let Some(dir) = open(Some(out))? else { return Err(Error::ReportName) };
    let paths = found(Some(dir.path()))?;
    if paths.is_empty() {
        return Err(Error::Nothing(format!("there is no report.json in `{}`", inputs.join("`, `"))));
    }
    write(&paths, &dir, world).map_err(|why| Error::Report(why.to_string()))
}

fn write(paths: &[String], dir: &ReportDir, world: &World) -> Result<Merged, Box<dyn std::error::Error>> {
    let [json_name, markdown_name, junit_name, html_name] = Format::ALL.map(Format::file_name);
    let (mut json, mut junit) = (dir.draft(json_name)?, dir.draft(junit_name)?);
    let merged = streaming::merge(paths, &DiskReports, Drafts { json: &mut json, junit: &mut junit }, world.cores)
        .map_err(|why| format!("the merged report cannot be written in `{}`: {why}", dir.path().display()))?;
    let (mut markdown, mut html) = (dir.draft(markdown_name)?, dir.draft(html_name)?);
    markdown.write_all(markdown::render(&merged).as_bytes())?;
    html.write_all(html::render(&merged)?.as_bytes())?;
    dir.keep(vec![json, markdown, junit, html])?;
    Ok(merged)
}
