//! direnv's file of a directory: a script for bash with direnv's own `PATH_add`, which puts a directory in front of PATH.
//! Source: direnv-stdlib(1).

use crate::export::{
    format::{ExportFormat, FormatFamily, UNIX},
    machine::ExportMachine,
    posix,
    read::{FileToImport, ImportFault, Imported},
    template::ExportTemplate,
    write::{CannotHold, ExportFile},
};

pub(crate) const FORMAT: ExportFormat = ExportFormat {
    name: "envrc",
    shell: None,
    family: FormatFamily::Tools,
    title: "an `.envrc` for direnv, which sets the variables in a directory and below it",
    cannot: "that it is allowed: `direnv allow` is the user's to say",
    read_back: "direnv itself: `direnv export json`",
    machine: ExportMachine::Unix,
    platforms: UNIX,
    carries_path: true,
    has_scopes: false,
    write,
    read,
};

/// `PATH_add` takes a part of a directory for a pattern, and with one of these in it may never end (direnv 2.32).
const PATTERN: [char; 11] = ['*', '?', '[', ']', '\\', '(', ')', '|', '!', '+', '@'];

fn write(template: &ExportTemplate) -> Result<Vec<ExportFile>, CannotHold> {
    let mut text = format!("# {}\n{}", template.title(), posix::exports(template));
    // Each goes in front of those before it.
    for entry in template.path.iter().rev() {
        let dir = posix::entry(template, entry);
        text.push_str(&match entry.written(str::to_owned, str::to_owned) {
            plain if !plain.contains(PATTERN) => format!("PATH_add {}\n", posix::word(&dir)),
            _ => format!("export PATH={}\n", posix::word_and(&dir, ":$PATH")),
        });
    }
    Ok(vec![ExportFile::utf8(".envrc", text)])
}

fn read(file: &FileToImport<'_>) -> Result<Imported, ImportFault> {
    Ok(posix::read_text(&file.text()?, &["PATH_add"]))
}
