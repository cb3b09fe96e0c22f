//! `import`: what a template of somebody's would set here, and what it would shadow. Nothing is run.

use crate::commands::{Answer, World, export::no_shell, json};
use crate::{
    cli::{DataFormat, ImportSettings},
    error::Error,
    exit::Exit,
    export::{self, FileToImport, ImportReport, view},
    goenv::{Known, settings::GoSettings},
    output::terminal::{self, Terminal},
    plan::runner::Here,
    ports::{Host, ReadLimit, UnreadFile},
    system::log_input::{self, STDIN},
};

pub(crate) fn import(wanted: &ImportSettings, terminal: Terminal, world: &World) -> Result<Answer, Error> {
    let shell = wanted.shell.as_deref();
    let format = export::format(&wanted.name, shell).ok_or_else(|| no_shell(&wanted.name, shell))?;
    let read = match wanted.file.as_str() {
        STDIN => log_input::standard_input(ReadLimit::Settings),
        path => world.host.read(&world.absolute(path), ReadLimit::Settings),
    };
    let unread = |why: UnreadFile| Error::ImportFile { path: wanted.file.clone(), why: why.to_string() };
    let bytes = read.map_err(unread)?;
    let imported = (format.read)(&FileToImport { path: &wanted.file, bytes: &bytes })?;
    let Here { platform, env, current_dir, .. } = &world.here;
    let settings = GoSettings::read(&Known::newest_version(), env, current_dir, &world.host);
    let report = ImportReport::new(&format.shown(), &wanted.file, &imported, *platform, |name| settings.held(name));
    let text = match wanted.format {
        DataFormat::Human => terminal::render(&view::imported(&report), terminal),
        DataFormat::Json => json(&report),
    };
    Ok(Answer { text, exit: Exit::Good })
}
