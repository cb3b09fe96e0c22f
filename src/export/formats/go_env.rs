//! Go's own file, by `go env -w`: a script for sh, or for PowerShell where the plan is for Windows. Go takes absolute
//! directories alone, so that a variable is put in by the shell.

use crate::{
    export::{
        format::{ANY, ExportFormat, FormatFamily},
        machine::ExportMachine,
        posix,
        read::{FileToImport, ImportFault, ImportRemark, Imported, ImportedVariable, LineColumn},
        template::{ExportTemplate, TemplateValue},
        write::{CannotHold, ExportFile},
    },
    output::wording::list,
    platform::Platform,
    script::{ScriptPiece, ScriptShell, Setter},
};

pub(crate) const FORMAT: ExportFormat = ExportFormat {
    name: "go-env",
    shell: None,
    family: FormatFamily::Go,
    title: "`go env -w` lines, for sh, or for PowerShell with a plan for Windows; Go keeps them in the file that GOENV names",
    cannot: "PATH, and anything for programs other than Go; a variable of the environment wins over them",
    read_back: "Go 1.21, 1.22 and 1.23, by `go env`; the lines for PowerShell by tree-sitter's grammar",
    machine: ExportMachine::Here,
    platforms: ANY,
    carries_path: false,
    has_scopes: false,
    write,
    read,
};

/// What PowerShell takes for a quotation mark beside the plain ones. Source: about_Quoting_Rules.
const CURLY: [char; 8] =
    ['\u{2018}', '\u{2019}', '\u{201a}', '\u{201b}', '\u{201c}', '\u{201d}', '\u{201e}', '\u{201f}'];

fn write(template: &ExportTemplate) -> Result<Vec<ExportFile>, CannotHold> {
    let is_windows = template.platform == Platform::Windows;
    let path: Vec<String> = template.path.iter().map(|entry| entry.in_plan(template.platform)).collect();
    let mut text = format!(
        "# {}\n# A variable of the environment wins over these, and `go env -u NAME` takes one back.\n",
        template.title()
    );
    if !path.is_empty() {
        text.push_str(&format!("# PATH is not Go's to set; {} belongs in front of it.\n", list(&path)));
    }
    for variable in &template.variables {
        let mut setting = TemplateValue::text(&format!("{}=", variable.name));
        setting.append(&variable.value);
        let word = if is_windows {
            let shown = variable.value.in_plan(template.platform);
            if shown.contains(CURLY) {
                return Err(FORMAT.cannot_hold(
                    &variable.name,
                    &shown,
                    "PowerShell takes a curly quotation mark for a plain one",
                ));
            }
            for_powershell(&setting)
        } else {
            posix::word(&setting)
        };
        text.push_str(&format!("# {}: {}\ngo env -w {word}\n", variable.name, variable.reason));
    }
    if !is_windows {
        return Ok(vec![ExportFile::utf8("goenv-ci-go-env.sh", text)]);
    }
    // Without a mark Windows PowerShell 5.1 reads the file in the machine's own code page.
    let bytes = ["\u{feff}", &text.replace('\n', "\r\n")].concat().into_bytes();
    Ok(vec![ExportFile { name: "goenv-ci-go-env.ps1".to_owned(), bytes }])
}

fn for_powershell(value: &TemplateValue) -> String {
    if let Some(text) = value.as_text() {
        return format!("'{}'", text.replace('\'', "''"));
    }
    let escaped = |text: &str| text.replace('`', "``").replace('$', "`$").replace('"', "`\"");
    format!("\"{}\"", value.written(escaped, |name| format!("${{env:{name}}}")))
}

/// A script with such lines, or the file that Go keeps them in.
fn read(file: &FileToImport<'_>) -> Result<Imported, ImportFault> {
    let text = file.text()?;
    let ending = file.path.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    let shell = match ending.as_str() {
        "ps1" => ScriptShell::PowerShell,
        "cmd" | "bat" => ScriptShell::Cmd,
        _ if text.contains("$env:") || text.contains("${env:") => ScriptShell::PowerShell,
        _ => ScriptShell::Bash,
    };
    let mut imported = Imported::default();
    let places = shell.places(&text).into_iter().filter(|place| place.by == Setter::GoEnvW);
    imported.variables.extend(places.map(|place| ImportedVariable {
        name: place.name,
        value: of_shell(shell, &place.value.0),
        at: LineColumn { line: place.line, column: 1 },
    }));
    if imported.variables.is_empty() && !text.contains("go env") {
        of_go(&text, &mut imported);
    }
    Ok(imported)
}

fn of_shell(shell: ScriptShell, pieces: &[ScriptPiece]) -> Option<TemplateValue> {
    let mut value = TemplateValue::default();
    for piece in pieces {
        match piece {
            ScriptPiece::Variable { name, written, .. } if shell == ScriptShell::PowerShell => {
                // Others are PowerShell's own, which only a run knows.
                let is_of_environment = written.to_ascii_lowercase().contains("env:");
                value.push_variable(is_of_environment.then_some(name)?.trim_start_matches("env:"));
            }
            _ => value.append(&posix::template_value(std::slice::from_ref(piece))?),
        }
    }
    Some(value)
}

/// `NAME=VALUE` lines as Go splits them; it passes over all others.
fn of_go(text: &str, imported: &mut Imported) {
    let mut others = (0, LineColumn { line: 1, column: 1 });
    for (number, line) in text.split('\n').enumerate() {
        let at = LineColumn { line: number + 1, column: 1 };
        match line.split_once('=').filter(|(name, _)| name.starts_with(|c: char| c.is_ascii_uppercase())) {
            Some((name, value)) => {
                let value = Some(TemplateValue::text(value));
                imported.variables.push(ImportedVariable { name: name.to_owned(), value, at });
            }
            None if line.trim().is_empty() || line.trim_start().starts_with('#') => {}
            None if others.0 == 0 => others = (1, at),
            None => others.0 += 1,
        }
    }
    if others.0 > 0 {
        let text = match others.0 {
            1 => "Go passes over this line, which is no `NAME=VALUE`".to_owned(),
            many => format!("Go passes over {many} lines that are no `NAME=VALUE`; this is the first"),
        };
        imported.remarks.push(ImportRemark { text, at: others.1 });
    }
}
