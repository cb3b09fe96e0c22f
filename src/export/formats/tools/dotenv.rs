//! Files of `NAME=VALUE` lines. Docker takes a value as it stands, quotation marks and all, so that nothing is quoted and
//! only what all readers take alike is written. Sources: docs.docker.com, "docker run", "--env-file"; measured with
//! dotenv 18.0.10 (npm), python-dotenv 1.2.4 and bash 5.2.

use crate::{
    export::{
        format::{ANY, ExportFormat, FormatFamily},
        machine::ExportMachine,
        read::{FileToImport, ImportFault, ImportRemark, Imported, ImportedVariable, LineColumn},
        template::{ExportTemplate, TemplateValue},
        write::{CannotHold, ExportFile},
    },
    output::wording::list,
    platform::Platform,
};

pub(crate) const FORMAT: ExportFormat = ExportFormat {
    name: "dotenv",
    shell: None,
    family: FormatFamily::Tools,
    title: "a `.env` file, for libraries, Compose, `docker run --env-file` and editors, and with a plan for Linux or macOS \
        for `set -a; . ./.env`",
    cannot: "PATH, and variables in a value; `$` and `#`; for Linux and macOS blanks, `'`, `` ` ``, `\\` and `&|;<>()` \
        neither: a shell needs quotation marks around them, and Docker takes those for a part of the value",
    read_back: "the npm package dotenv and python-dotenv, and with a plan for Linux or macOS bash; Docker's own rules by \
        its documentation",
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
    if !path.is_empty() {
        text.push_str(&format!("# A .env file cannot add to PATH; {} belongs in front of it.\n", list(&path)));
    }
    for variable in &template.variables {
        let shown = variable.value.in_plan(template.platform);
        let refuse = |rule: &str| FORMAT.cannot_hold(&variable.name, &shown, rule);
        let Some(value) = variable.value.as_text() else {
            return Err(refuse("not all readers of such files put variables in"));
        };
        if let Some(rule) = broken_rule(template.platform, value) {
            return Err(refuse(&rule));
        }
        text.push_str(&format!("# {}: {}\n{}={value}\n", variable.name, variable.reason, variable.name));
    }
    Ok(vec![ExportFile::utf8(".env", text)])
}

/// What of a value not all readers take alike.
fn broken_rule(platform: Platform, value: &str) -> Option<String> {
    let shown = |letter: char| if letter == '`' { "`` ` ``".to_owned() } else { format!("`{letter}`") };
    if let Some(letter) = value.chars().find(|letter| "\"$#".contains(*letter)) {
        return Some(format!("its readers do not agree on {}", shown(letter)));
    }
    let needs_quotes = |letter: &char| platform != Platform::Windows && " '`\\&|;<>()".contains(*letter);
    if let Some(letter) = value.chars().find(needs_quotes) {
        let letter = shown(letter);
        return Some(format!(
            "its readers do not agree on {letter}: a shell needs quotation marks, and Docker keeps them"
        ));
    }
    // JavaScript takes it for a blank.
    let has_mark = value.starts_with('\u{feff}') || value.ends_with('\u{feff}');
    has_mark.then(|| "its readers do not agree on U+FEFF at an end".to_owned())
}

/// Lines as most readers take them: `#` behind a blank begins a comment, quotation marks around a value are none of it.
fn read(file: &FileToImport<'_>) -> Result<Imported, ImportFault> {
    let text = file.text()?;
    let mut imported = Imported::default();
    let mut lines = text.lines().enumerate();
    while let Some((number, line)) = lines.next() {
        let indent = line.chars().take_while(|letter| letter.is_whitespace()).count();
        let at = LineColumn { line: number + 1, column: indent + 1 };
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let line = line.strip_prefix("export ").map_or(line, str::trim_start);
        let (name, value) =
            line.split_once('=').map_or((line, None), |(name, value)| (name.trim(), Some(value.trim())));
        if !is_name(name) {
            return Err(file.fault_at(at, "`NAME=VALUE` is expected"));
        }
        let Some(value) = value else {
            let text = format!("it gives on `{name}`, where its reader has one");
            imported.remarks.push(ImportRemark { text, at });
            continue;
        };
        let value = match value.chars().next().filter(|mark| "'\"`".contains(*mark)) {
            None => unquoted(value),
            Some(mark) => {
                // A quoted one may go on in other lines.
                let mut whole = String::new();
                let mut part = &value[1..];
                while end_of(part, mark).is_none() {
                    let (_, next) = lines.next().ok_or_else(|| file.fault_at(at, "the text has no end"))?;
                    whole.push_str(part);
                    whole.push('\n');
                    part = next;
                }
                whole.push_str(&part[..end_of(part, mark).unwrap_or_default()]);
                quoted(&whole, mark)
            }
        };
        imported.variables.push(ImportedVariable { name: name.to_owned(), value, at });
    }
    Ok(imported)
}

fn is_name(text: &str) -> bool {
    !text.starts_with(|c: char| c.is_ascii_digit())
        && !text.is_empty()
        && text.chars().all(|c| matches!(c, '_' | '.' | '-') || c.is_ascii_alphanumeric())
}

/// `None` where readers do not agree: some put variables in.
fn unquoted(text: &str) -> Option<TemplateValue> {
    let comment = text
        .char_indices()
        .find(|(at, letter)| *letter == '#' && (*at == 0 || text[..*at].ends_with(char::is_whitespace)));
    let value = comment.map_or(text, |(at, _)| &text[..at]).trim_end();
    (!value.contains('$')).then(|| TemplateValue::text(value))
}

/// Where the mark that ends a text stands; one behind a backslash does not.
fn end_of(text: &str, mark: char) -> Option<usize> {
    let mut escaped = false;
    text.char_indices().find_map(|(at, letter)| {
        let ends = letter == mark && !escaped;
        escaped = letter == '\\' && !escaped;
        ends.then_some(at)
    })
}

fn quoted(text: &str, mark: char) -> Option<TemplateValue> {
    if mark != '"' {
        return Some(TemplateValue::text(text));
    }
    // Readers agree on `\n` and `\"`, and of the rest on nothing.
    let mut value = String::new();
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '$' => return None,
            '\\' => value.push(match letters.next()? {
                'n' => '\n',
                '"' => '"',
                '\\' => '\\',
                _ => return None,
            }),
            _ => value.push(letter),
        }
    }
    Some(TemplateValue::text(&value))
}
