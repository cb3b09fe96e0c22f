//! Files of `NAME='VALUE'` lines, which Docker's `--env-file`, Compose, direnv, editors and libraries read: each in its
//! own way, so that only what all of them read alike is written.

use crate::{
    export::{
        format::{ANY, ExportFormat, FormatFamily},
        machine::ExportMachine,
        read::{FileToImport, ImportFault, Imported, ImportedVariable, LineColumn},
        template::{ExportTemplate, TemplateValue},
        write::{CannotHold, ExportFile},
    },
    output::wording::list,
};

pub(crate) const FORMAT: ExportFormat = ExportFormat {
    name: "dotenv",
    shell: None,
    family: FormatFamily::Tools,
    title: "a `.env` file, for libraries, Compose, `docker run --env-file` and editors",
    cannot: "PATH, and variables in a value: some of its readers put them in and some do not; no quotation marks, `$`, `` ` ``, `#` \
        or backslash before a letter that some of them take for a line end",
    read_back: "the npm package dotenv, python-dotenv and bash",
    machine: ExportMachine::Here,
    platforms: ANY,
    carries_path: false,
    has_scopes: false,
    write,
    read,
};

fn write(template: &ExportTemplate) -> Result<Vec<ExportFile>, CannotHold> {
    let mut text = format!("# {}\n", template.title());
    let path: Vec<String> = template.path.iter().map(|entry| entry.in_plan(template.platform)).collect();
    text.push_str(&format!("# A .env file cannot add to PATH; {} belongs in front of it.\n", list(&path)));
    for variable in &template.variables {
        let shown = variable.value.in_plan(template.platform);
        let refuse = |rule: &str| FORMAT.cannot_hold(&variable.name, &shown, rule);
        let Some(value) = variable.value.as_text() else {
            return Err(refuse("not all readers of such files put variables in"));
        };
        if let Some(letter) = value.chars().find(|c| "'\"$`#".contains(*c)) {
            return Err(refuse(&format!("its readers do not agree on `{letter}`")));
        }
        text.push_str(&format!("# {}: {}\n{}={value}\n", variable.name, variable.reason, variable.name));
    }
    Ok(vec![ExportFile::utf8(".env", text)])
}

fn read(file: &FileToImport<'_>) -> Result<Imported, ImportFault> {
    let text = file.text()?;
    let mut imported = Imported::default();
    for (number, line) in text.lines().enumerate() {
        let at = LineColumn { line: number + 1, column: 1 };
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (name, value) = line.split_once('=').ok_or_else(|| file.fault_at(at, "`NAME=VALUE` is expected"))?;
        let name = name.trim_start_matches("export ").trim();
        let value = value.trim();
        let inner = ['"', '\''].iter().find_map(|mark| value.strip_prefix(*mark)?.strip_suffix(*mark));
        let value = TemplateValue::text(inner.unwrap_or(value));
        imported.variables.push(ImportedVariable { name: name.to_owned(), value: Some(value), at });
    }
    Ok(imported)
}
