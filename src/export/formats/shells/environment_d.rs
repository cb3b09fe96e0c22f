//! `environment.d`: what systemd gives to a user's services and desktop. A value that begins with a quotation mark ends
//! with it; variables count in all of them, and `$$` is a `$`. Source: systemd, environment.d(5); measured with the
//! generator of systemd 252.

use crate::export::{
    format::ExportFormat,
    formats::shells::profile::BASH,
    posix,
    read::{FileToImport, ImportFault, ImportRemark, Imported, ImportedEntry, ImportedVariable, LineColumn},
    template::{ExportTemplate, TemplateValue},
    write::{CannotHold, ExportFile},
};

pub(crate) const FORMAT: ExportFormat = ExportFormat {
    shell: Some("environment.d"),
    title: "a file for `~/.config/environment.d` or `/etc/environment.d`, for the services and the desktop of systemd",
    cannot: "what a shell on a console or by ssh sees, which systemd's user manager does not start: `profile --shell bash`",
    read_back: "systemd's own environment generator",
    write,
    read,
    ..BASH
};

fn write(template: &ExportTemplate) -> Result<Vec<ExportFile>, CannotHold> {
    let mut text = format!("# {}\n", template.title());
    for variable in &template.variables {
        let value = quoted(&unquoted(&variable.value));
        text.push_str(&format!("# {}: {}\n{}={value}\n", variable.name, variable.reason, variable.name));
    }
    if !template.path.is_empty() {
        let entries = template.path.iter().map(|dir| unquoted(&posix::entry(template, dir)) + ":");
        text.push_str(&format!("PATH={}\n", quoted(&(entries.collect::<String>() + "${PATH}"))));
    }
    Ok(vec![ExportFile::utf8("50-goenv-ci.conf", text)])
}

/// As it is when its quotation marks are off and its variables are not in.
fn unquoted(value: &TemplateValue) -> String {
    value.written(|text| text.replace('$', "$$"), |name| format!("${{{name}}}"))
}

fn quoted(text: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "/._-+,@%=:${}".contains(c);
    match text {
        _ if text.chars().all(is_plain) => text.to_owned(),
        _ if !text.contains('\'') => format!("'{text}'"),
        _ => {
            let letter = |c: char| if "\"\\$`".contains(c) { format!("\\{c}") } else { c.to_string() };
            format!("\"{}\"", text.chars().map(letter).collect::<String>())
        }
    }
}

fn read(file: &FileToImport<'_>) -> Result<Imported, ImportFault> {
    let text = file.text()?;
    let mut imported = Imported::default();
    let mut lines = text.split('\n').enumerate();
    while let Some((number, line)) = lines.next() {
        let at = LineColumn { line: number + 1, column: 1 };
        let line = line.trim_matches([' ', '\t', '\r']);
        if line.is_empty() || line.starts_with(['#', ';']) {
            continue;
        }
        let (name, first) = line.split_once('=').ok_or_else(|| file.fault_at(at, "`NAME=VALUE` is expected"))?;
        let name = name.trim();
        let is_name = !name.is_empty()
            && !name.starts_with(|c: char| c.is_ascii_digit())
            && name.chars().all(|c| c == '_' || c.is_ascii_alphanumeric());
        if !is_name {
            return Err(file.fault_at(at, "the name of a variable is expected in front of `=`"));
        }
        let mut value = EnvironmentValue::default();
        let mut part = first.trim_start();
        while value.goes_on_behind(part) {
            let Some((_, next)) = lines.next() else {
                if value.mark.is_some() {
                    return Err(file.fault_at(at, "the text has no end"));
                }
                break;
            };
            part = next;
        }
        add(name, &value.text(), at, &mut imported);
    }
    // So far the last one was the first.
    imported.path.reverse();
    Ok(imported.with_own_values())
}

/// A value as far as it is read, without its quotation marks.
#[derive(Default)]
struct EnvironmentValue {
    text: String,
    /// The quotation mark that is open.
    mark: Option<char>,
    /// How much of the text no blank at the end is taken from.
    kept: usize,
    begun: bool,
}

impl EnvironmentValue {
    /// Whether it goes on in the next line.
    fn goes_on_behind(&mut self, part: &str) -> bool {
        let mut letters = part.chars();
        while let Some(letter) = letters.next() {
            match (self.mark, letter) {
                (None, '\'' | '"') if !self.begun => self.mark = Some(letter),
                (Some(mark), _) if letter == mark => {
                    self.mark = None;
                    self.kept = self.text.len();
                }
                (None, '\\') => match letters.next() {
                    Some(next) => self.push_kept(next),
                    None => return true,
                },
                (Some('"'), '\\') => match letters.next() {
                    Some(next) if "\"\\`$".contains(next) => self.push_kept(next),
                    Some(next) => {
                        self.push_kept('\\');
                        self.push_kept(next);
                    }
                    None => return true,
                },
                (Some(_), _) => self.push_kept(letter),
                (None, _) => self.text.push(letter),
            }
            self.begun = true;
        }
        if self.mark.is_some() {
            self.push_kept('\n');
        }
        self.mark.is_some()
    }

    fn push_kept(&mut self, letter: char) {
        self.text.push(letter);
        self.kept = self.text.len();
    }

    fn text(&self) -> String {
        let end = self.text.trim_end_matches([' ', '\t', '\r']).len().max(self.kept);
        self.text[..end].to_owned()
    }
}

fn add(name: &str, text: &str, at: LineColumn, imported: &mut Imported) {
    if name != "PATH" {
        imported.variables.push(ImportedVariable { name: name.to_owned(), value: value(text), at });
        return;
    }
    let parts: Vec<&str> = text.split(':').collect();
    let Some(old) = parts.iter().position(|part| matches!(*part, "$PATH" | "${PATH}")) else {
        imported.remarks.push(ImportRemark { text: format!("it replaces PATH by `{text}`"), at });
        return;
    };
    let front = parts[..old].iter().rev().filter(|part| !part.is_empty());
    imported.path.extend(front.map(|part| ImportedEntry { value: value(part), at }));
    for part in parts[old + 1..].iter().filter(|part| !part.is_empty()) {
        imported.remarks.push(ImportRemark { text: format!("it puts `{part}` behind PATH"), at });
    }
}

/// `None` where it has a default for a variable that is not set.
fn value(text: &str) -> Option<TemplateValue> {
    let mut value = TemplateValue::default();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('$') {
        value.push_text(before);
        if let Some(after) = behind.strip_prefix('$') {
            value.push_text("$");
            rest = after;
            continue;
        }
        let inner = behind.strip_prefix('{').unwrap_or(behind);
        let length = inner.bytes().take_while(|byte| *byte == b'_' || byte.is_ascii_alphanumeric()).count();
        let after =
            if inner.len() == behind.len() { Some(&inner[length..]) } else { inner[length..].strip_prefix('}') };
        match after {
            Some(after) if length > 0 => {
                value.push_variable(&inner[..length]);
                rest = after;
            }
            _ if inner.len() < behind.len() => return None,
            _ => {
                value.push_text("$");
                rest = behind;
            }
        }
    }
    value.push_text(rest);
    Some(value)
}
