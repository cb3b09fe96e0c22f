//! Profiles of POSIX shells: lines between marks that can stand in a profile twice and be read any number of times.
//! They hold to what POSIX has, so that sh and dash read them too.

use crate::export::{
    format::{ExportFormat, FormatFamily, UNIX},
    machine::ExportMachine,
    posix,
    read::{FileToImport, ImportFault, ImportRemark, Imported, LineColumn},
    template::ExportTemplate,
    write::{CannotHold, ExportFile},
};

pub(crate) const BASH: ExportFormat = ExportFormat {
    name: "profile",
    shell: Some("bash"),
    family: FormatFamily::Unix,
    title: "lines for `~/.bashrc`, `~/.profile` or `/etc/profile.d`, between marks; sh and dash take them too",
    cannot: "what programs see that no shell has started, such as those of a desktop: `profile --shell environment.d`",
    read_back: "bash started anew as login and as interactive shell, and dash, with the lines there once and twice",
    machine: ExportMachine::Unix,
    platforms: UNIX,
    carries_path: true,
    has_scopes: false,
    write,
    read: posix::read,
};

pub(crate) const ZSH: ExportFormat = ExportFormat {
    shell: Some("zsh"),
    title: "lines for `~/.zshrc` or `~/.zprofile`, between marks",
    read_back: "zsh started anew as login and as interactive shell, with the lines there once and twice",
    read: read_zsh,
    ..BASH
};

/// Between these, so that a reader and a program find the lines again.
pub(super) const BEGIN: &str = "# >>> goenv-ci >>>";
pub(super) const END: &str = "# <<< goenv-ci <<<";

fn write(template: &ExportTemplate) -> Result<Vec<ExportFile>, CannotHold> {
    let text = format!(
        "{BEGIN}\n# {}\n{}# In front of PATH, once.\n{}{END}\n",
        template.title(),
        posix::exports(template),
        posix::in_front_of_path(template)
    );
    Ok(vec![ExportFile::utf8("goenv-ci.sh", text)])
}

/// As a POSIX shell's, whose PATH zsh has as a list of its own, too.
fn read_zsh(file: &FileToImport<'_>) -> Result<Imported, ImportFault> {
    let mut imported = posix::read(file)?;
    for (number, line) in file.text()?.lines().enumerate() {
        let indent = line.chars().take_while(|letter| letter.is_whitespace()).count();
        if ["path=(", "path+=(", "path["].iter().any(|start| line.trim_start().starts_with(start)) {
            let text = "it changes `path`, zsh's own list of PATH, which is not read".to_owned();
            let at = LineColumn { line: number + 1, column: indent + 1 };
            imported.remarks.push(ImportRemark { text, at });
        }
    }
    imported.remarks.sort_by_key(|remark| remark.at);
    Ok(imported)
}
