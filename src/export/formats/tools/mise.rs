//! mise's settings of a directory. Values are templates: `{{`, `{%` and `{#` are written as text of one. Newer ones put
//! `$NAME` in, older ones do not, and neither lets it be escaped for both; measured with mise 2025.1.0 and 2026.9.15.

use crate::{
    export::{
        format::{ExportFormat, FormatFamily, UNIX},
        machine::ExportMachine,
        posix,
        read::{FileToImport, ImportFault, ImportRemark, Imported, ImportedEntry, ImportedVariable, LineColumn},
        template::{ExportTemplate, TemplateValue},
        write::{CannotHold, ExportFile},
    },
    script::reading::SpanFinder,
};
use toml::de::{DeTable, DeValue};

pub(crate) const FORMAT: ExportFormat = ExportFormat {
    name: "mise",
    shell: None,
    family: FormatFamily::Tools,
    title: "a `mise.toml`, for a directory, or for a user as `~/.config/mise/config.toml`",
    cannot: "a `$` in a value: newer ones put variables in there and older ones do not",
    read_back: "mise itself: `mise env --json`",
    machine: ExportMachine::Unix,
    platforms: UNIX,
    carries_path: true,
    has_scopes: false,
    write,
    read,
};

fn write(template: &ExportTemplate) -> Result<Vec<ExportFile>, CannotHold> {
    let mut text = format!("# {}\n[env]\n", template.title());
    for variable in &template.variables {
        let value = held(template, &variable.name, &variable.value)?;
        text.push_str(&format!("# {}: {}\n{} = {value}\n", variable.name, variable.reason, variable.name));
    }
    let entry = |dir| held(template, "PATH", &posix::entry(template, dir));
    let entries: Vec<String> = template.path.iter().map(entry).collect::<Result<_, _>>()?;
    if !entries.is_empty() {
        text.push_str(&format!("_.path = [{}]\n", entries.join(", ")));
    }
    Ok(vec![ExportFile::utf8("mise.toml", text)])
}

/// A template in a text of TOML.
fn held(template: &ExportTemplate, name: &str, value: &TemplateValue) -> Result<String, CannotHold> {
    let shown = value.in_plan(template.platform);
    if value.written(str::to_owned, |_| String::new()).contains('$') {
        return Err(FORMAT.cannot_hold(
            name,
            &shown,
            "newer ones put variables in where a `$` stands, and older ones do not",
        ));
    }
    let text = value.written(literal, |name| format!("{{{{env.{name}}}}}"));
    Ok(format!("\"{}\"", text.replace('\\', r"\\").replace('"', "\\\"")))
}

/// Text in which no template begins.
fn literal(text: &str) -> String {
    let mut written = String::new();
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letters.peek() {
            Some(next @ ('{' | '%' | '#')) if letter == '{' => {
                written.push_str(&format!("{{{{\"{letter}{next}\"}}}}"));
                letters.next();
            }
            _ => written.push(letter),
        }
    }
    written
}

/// `[env]` and `[[env]]`, and `_.path` of both.
fn read(file: &FileToImport<'_>) -> Result<Imported, ImportFault> {
    let text = file.text()?;
    let table = DeTable::parse(&text).map_err(|why| {
        let byte = why.span().map_or(0, |span| span.start);
        file.fault(&text, byte, &format!("it is no TOML: {}", why.message()))
    })?;
    let mut imported = Imported::default();
    let tables: Vec<&DeTable<'_>> = match table.get_ref().get("env").map(|env| env.get_ref()) {
        Some(DeValue::Table(table)) => vec![table],
        Some(DeValue::Array(all)) => all.iter().filter_map(|one| one.get_ref().as_table()).collect(),
        _ => Vec::new(),
    };
    let mut set: Vec<_> = tables.iter().copied().flatten().collect();
    set.sort_by_key(|(name, _)| name.span().start);
    let finder = SpanFinder::of(&text);
    for (name, value) in set {
        let at = place(&finder, name.span().start);
        let name = name.get_ref().as_ref();
        match (name, value.get_ref()) {
            ("_" | "mise", DeValue::Table(directives)) => directive(&finder, directives, &mut imported),
            (_, DeValue::Boolean(false)) => {
                imported.remarks.push(ImportRemark { text: format!("it removes `{name}`"), at });
            }
            (_, value) => {
                let value = match value {
                    DeValue::Table(table) => table.get("value").and_then(|inner| plain(inner.get_ref())),
                    value => plain(value),
                };
                let value = value.as_deref().and_then(rendered);
                imported.variables.push(ImportedVariable { name: name.to_owned(), value, at });
            }
        }
    }
    Ok(imported.with_own_values())
}

fn place(finder: &SpanFinder, byte: usize) -> LineColumn {
    let span = finder.span(byte..byte);
    LineColumn { line: span.line, column: span.column }
}

/// `_.path` and its kin.
fn directive(finder: &SpanFinder, directives: &DeTable<'_>, imported: &mut Imported) {
    for (name, value) in directives.iter() {
        match name.get_ref().as_ref() {
            "path" => {
                let all = match value.get_ref() {
                    DeValue::Array(all) => all.iter().collect(),
                    _ => vec![value],
                };
                imported.path.extend(all.into_iter().map(|one| {
                    let value = plain(one.get_ref()).as_deref().and_then(rendered);
                    ImportedEntry { value, at: place(finder, one.span().start) }
                }));
            }
            other => imported.remarks.push(ImportRemark {
                text: format!("it takes more from what `_.{other}` names"),
                at: place(finder, name.span().start),
            }),
        }
    }
}

fn plain(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(number) => Some(number.to_string()),
        DeValue::Boolean(true) => Some("true".to_owned()),
        _ => None,
    }
}

/// `{{env.NAME}}` and `{{"text"}}`; `None` where only mise could tell.
fn rendered(text: &str) -> Option<TemplateValue> {
    if text.starts_with("~/") || text.contains('$') {
        return None;
    }
    let mut value = TemplateValue::default();
    let mut rest = text;
    while let Some(at) = ["{{", "{%", "{#"].iter().filter_map(|open| rest.find(open)).min() {
        value.push_text(&rest[..at]);
        let inner = rest[at..].strip_prefix("{{")?;
        let trimmed = inner.trim_start();
        rest = if let Some(literal) = trimmed.strip_prefix('"') {
            let (literal, behind) = literal.split_once('"')?;
            value.push_text(literal);
            behind
        } else {
            let name = trimmed.strip_prefix("env.")?;
            let length = name.bytes().take_while(|byte| *byte == b'_' || byte.is_ascii_alphanumeric()).count();
            value.push_variable(&name[..length]);
            &name[length..]
        };
        rest = rest.trim_start().strip_prefix("}}")?;
    }
    value.push_text(rest);
    Some(value)
}
