//! `report merge`.

use crate::{
    cli::{DataFormat, MergeSettings},
    commands::{Answer, World, report_files::open},
    error::Error,
    exit::Exit,
    output::{
        document::{Span, Text},
        html, markdown,
        terminal::{self, Terminal},
    },
    ports::{Draft, Executor},
    report::{
        Format,
        merge::{
            Merged, Problem, json,
            streaming::{self, Drafts, Inputs},
            view,
        },
    },
    system::{
        report_dir::{FileDraft, ReportDir},
        report_files::{self, DiskReports},
        signals,
    },
};
use std::{
    io::{self, Write},
    sync::Arc,
};

pub(crate) fn merge(wanted: &MergeSettings, terminal: Terminal, world: &World) -> Result<Answer, Error> {
    signals::listen(Arc::clone(&world.processes));
    let merged = merge_into(&ToMerge::of(&wanted.inputs), &wanted.out, world)?;
    let text = match wanted.format {
        DataFormat::Human => {
            let mut document = view::document(&merged);
            let path = world.here.platform.join(&world.absolute(&wanted.out), Format::Html.file_name());
            document.hints.push(Text::words("Report: ").and(Span::File { path, line: None }));
            terminal::render(&document, terminal)
        }
        DataFormat::Json => json::answer(&merged).map_err(|e| Error::Report(e.to_string()))?,
    };
    Ok(Answer { text, exit: Exit::of_outcome(merged.outcome()) })
}

/// What is to be merged.
pub(crate) struct ToMerge<'a> {
    /// Files or directories.
    pub inputs: &'a [String],
    /// What should be among them and is not.
    pub lost: &'a [Problem],
    /// What the report at a path is called.
    pub name: &'a dyn Fn(&str) -> String,
}

impl<'a> ToMerge<'a> {
    /// These inputs, each called by its path.
    pub fn of(inputs: &'a [String]) -> Self {
        Self { inputs, lost: &[], name: &str::to_owned }
    }
}

/// Merges the inputs into the four files of a directory.
///
/// # Errors
/// An input is not there, no report is in them, or a file cannot be written; then none of the four is there anew.
pub(crate) fn merge_into(wanted: &ToMerge<'_>, out: &str, world: &World) -> Result<Merged, Error> {
    let inputs = wanted.inputs;
    let unreadable = |why: report_files::FindError| Error::ReportInput(why.to_string());
    let found = |except| report_files::find(inputs, except).map_err(unreadable);
    // Before the directory is made, so that a wrong input leaves nothing behind.
    found(None)?;
    let Some(dir) = open(Some(out))? else { return Err(Error::ReportName) };
    let paths = found(Some(dir.path()))?;
    if paths.is_empty() {
        return Err(Error::Nothing(format!("there is no report.json in `{}`", inputs.join("`, `"))));
    }
    let names: Vec<String> = paths.iter().map(|path| (wanted.name)(path)).collect();
    let inputs = Inputs { paths: &paths, names: &names, lost: wanted.lost };
    write(inputs, &dir, world).map_err(|why| match world.processes.interrupted() {
        true => Error::Interrupted,
        false => Error::Report(why.to_string()),
    })
}

/// A draft that takes nothing more once the user asked to stop, so that it goes.
struct Stoppable<'a> {
    draft: FileDraft,
    world: &'a World,
}

impl Stoppable<'_> {
    fn goes_on(&self) -> io::Result<()> {
        if self.world.processes.interrupted() { Err(io::Error::other("interrupted")) } else { Ok(()) }
    }
}

impl Write for Stoppable<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.goes_on()?;
        self.draft.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.draft.flush()
    }
}

impl io::Seek for Stoppable<'_> {
    fn seek(&mut self, to: io::SeekFrom) -> io::Result<u64> {
        self.draft.seek(to)
    }
}

impl Draft for Stoppable<'_> {
    fn restart(&mut self) -> io::Result<()> {
        self.draft.restart()
    }
}

fn write(inputs: Inputs<'_>, dir: &ReportDir, world: &World) -> Result<Merged, Box<dyn std::error::Error>> {
    let [json_name, markdown_name, junit_name, html_name] = Format::ALL.map(Format::file_name);
    let draft = |name| dir.draft(name).map(|draft| Stoppable { draft, world });
    let (mut json, mut junit) = (draft(json_name)?, draft(junit_name)?);
    let merged = streaming::merge(inputs, &DiskReports, Drafts { json: &mut json, junit: &mut junit }, world.cores())
        .map_err(|why| format!("the merged report cannot be written in `{}`: {why}", dir.path().display()))?;
    let (mut markdown_file, mut html_file) = (dir.draft(markdown_name)?, dir.draft(html_name)?);
    let document = view::document(&merged);
    let elsewhere = format!("`{json_name}` has them all");
    markdown_file.write_all(markdown::render(&document, markdown::SUMMARY_BYTES, &elsewhere).as_bytes())?;
    html_file.write_all(html::render(&document)?.as_bytes())?;
    json.goes_on()?;
    dir.keep(vec![json.draft, markdown_file, junit.draft, html_file])?;
    Ok(merged)
}
