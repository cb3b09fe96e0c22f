//! A script for Windows PowerShell 5.1 and PowerShell 7 that sets the registry's variables, merges PATH and takes both back.
//! Sources: Microsoft, "about_Quoting_Rules" (a string in `'` is text; typographic quotes end it, too) and
//! "about_Character_Encoding" (5.1 reads a script without a mark as ANSI). scripts/check_export.ps1 runs it in both.

use crate::{
    export::{
        format::{ExportFormat, FormatFamily, WINDOWS},
        formats::windows::powershell_reader,
        machine::ExportMachine,
        read::{FileToImport, ImportFault, Imported},
        template::{ExportTemplate, TemplateValue},
        write::{CannotHold, ExportFile},
    },
    output::sanitize,
    platform::Platform,
    ports::registry::Scope,
};

pub(crate) const FORMAT: ExportFormat = ExportFormat {
    name: "powershell",
    shell: None,
    family: FormatFamily::Windows,
    title: "a script for Windows PowerShell 5.1 and PowerShell 7 that can be run again, with `-WhatIf` and `-Undo`",
    cannot: "nothing of a plan; windows that are open keep what they have",
    read_back: "a parser here; Windows PowerShell 5.1 and PowerShell 7 in CI on Windows, with `goenv-ci explain` and the \
        registry before, between and after, for both scopes",
    machine: ExportMachine::Windows,
    platforms: WINDOWS,
    carries_path: true,
    has_scopes: true,
    write,
    read,
};

const BEGIN: &str = include_str!("powershell/begin.ps1");
pub(super) const REGISTRY: &str = include_str!("powershell/registry.ps1");
const CHANGE: &str = include_str!("powershell/change.ps1");
pub(super) const DETECT: &str = include_str!("powershell/detect.ps1");
pub(super) const DETECT_END: &str = include_str!("powershell/detect_end.ps1");

fn write(template: &ExportTemplate) -> Result<Vec<ExportFile>, CannotHold> {
    let text = changing(template, Letters::Marked);
    let mark: &[u8] = if text.is_ascii() { b"" } else { b"\xef\xbb\xbf" };
    Ok(vec![ExportFile { name: "goenv.ps1".to_owned(), bytes: [mark, text.as_bytes()].concat() }])
}

fn read(file: &FileToImport<'_>) -> Result<Imported, ImportFault> {
    powershell_reader::read(file)
}

/// How letters beyond ASCII are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Letters {
    /// As they are: the file begins with a mark that says that it is UTF-8.
    Marked,
    /// By their numbers: the file has no mark.
    Ascii,
}

/// The script that sets what is planned.
pub(super) fn changing(template: &ExportTemplate, letters: Letters) -> String {
    let mut text = top(template, letters);
    text.push_str(&plain_lines(&["\n", BEGIN, &scope(template), REGISTRY, "\n", CHANGE]));
    text.push_str(&calls(template, letters, ["Set-GoVariable", "Add-GoPath"]));
    text + "Send-Change\n"
}

/// What is said at the top.
pub(super) fn top(template: &ExportTemplate, letters: Letters) -> String {
    let whom = match template.scope {
        Scope::User => "the user who runs it",
        Scope::Machine => "all users of the machine; it takes an administrator",
    };
    comment(&template.title(), letters) + &format!("# For {whom}.\n")
}

pub(super) fn scope(template: &ExportTemplate) -> String {
    let scope = match template.scope {
        Scope::User => "User",
        Scope::Machine => "Machine",
    };
    format!("$Scope = '{scope}'\n")
}

/// The plan: a call for each variable, and one for the entries of PATH.
pub(super) fn calls(template: &ExportTemplate, letters: Letters, [variable, path]: [&str; 2]) -> String {
    let mut text = String::new();
    for one in &template.variables {
        let expands = if one.value.variable().is_some() { " -Expands" } else { "" };
        text.push_str(&comment(&format!("{}: {}", one.name, one.reason), letters));
        text.push_str(&format!("{variable} '{}' {}{expands}\n", one.name, argument(&one.value, letters)));
    }
    let entries: Vec<String> = template.path.iter().map(|entry| argument(entry, letters)).collect();
    if !entries.is_empty() {
        text.push_str(&format!("{path} {}\n", entries.join(" ")));
    }
    text
}

/// A script without the parts that are the same in each of ours and set nothing by themselves: as many lines stay.
pub(super) fn without_own_parts(text: &str) -> String {
    let blank = |text: String, part: &&str| {
        let part = plain_lines(&[part]);
        text.replacen(&part, &"\n".repeat(part.matches('\n').count()), 1)
    };
    [BEGIN, REGISTRY, CHANGE, DETECT, DETECT_END].iter().fold(text.to_owned(), blank)
}

/// Parts of scripts, whose lines end in LF wherever this was built.
pub(super) fn plain_lines(parts: &[&str]) -> String {
    parts.concat().replace("\r\n", "\n")
}

fn comment(text: &str, letters: Letters) -> String {
    let mut shown = String::new();
    for letter in text.chars() {
        match letters {
            Letters::Ascii if !letter.is_ascii() => shown.extend(letter.escape_unicode()),
            _ => shown.push(letter),
        }
    }
    format!("# {shown}\n")
}

/// A string; what ends or disguises one is put together by its number.
fn argument(value: &TemplateValue, letters: Letters) -> String {
    let text = value.in_plan(Platform::Windows);
    let by_number = |letter: char| match letters {
        Letters::Ascii => !letter.is_ascii(),
        Letters::Marked => matches!(letter, '\u{2018}'..='\u{201b}') || sanitize::is_hidden(letter),
    };
    if !text.contains(by_number) {
        return quoted(&text);
    }
    let mut parts = Vec::new();
    let mut plain = String::new();
    for letter in text.chars() {
        if !by_number(letter) {
            plain.push(letter);
            continue;
        }
        // The first part is a string, so that all of them become one.
        if parts.is_empty() || !plain.is_empty() {
            parts.push(quoted(&std::mem::take(&mut plain)));
        }
        parts.extend(letter.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("[char]0x{unit:04X}")));
    }
    if !plain.is_empty() {
        parts.push(quoted(&plain));
    }
    format!("({})", parts.join(" + "))
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
