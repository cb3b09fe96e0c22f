//! POSIX shells: how a value is written for them, and what their scripts set. bash, zsh, dash and busybox read the same
//! of what is written here.

use crate::{
    export::{
        read::{
            FileToImport, ImportFault, ImportRemark, Imported, ImportedEntry, ImportedVariable, LineColumn, filled,
        },
        template::{ExportTemplate, TemplateValue, TemplateVariable, ValuePiece},
    },
    script::{Quotes, ScriptPiece, ScriptShell, ScriptText, Setter, reading},
};
use std::collections::HashMap;

/// A variable of the lines that move an entry of PATH; they remove it again.
const REST: &str = "goenv_ci_path";

/// Entries of PATH that are looked for among those before.
const MOST_ALIKE: usize = 32;

/// In bytes; in a longer one columns are not looked for.
const LONGEST_LINE: usize = 4_096;

/// A value as one word, in quotation marks.
pub(super) fn word(value: &TemplateValue) -> String {
    let plain = |text: &str| !text.contains(['\\', '"', '$', '`', '!']);
    let is_plain = value.pieces.iter().all(|piece| match piece {
        ValuePiece::Text(text) => plain(text),
        ValuePiece::Variable(_) => true,
    });
    if is_plain {
        return format!("\"{}\"", references_in(value));
    }
    value.written(|text| format!("'{}'", text.replace('\'', r"'\''")), |name| format!("\"${name}\""))
}

/// With `$NAME`, or `${NAME}` where a letter of a name follows.
fn references_in(value: &TemplateValue) -> String {
    let mut written = String::new();
    let mut pieces = value.pieces.iter().peekable();
    while let Some(piece) = pieces.next() {
        let goes_on = |next: &&ValuePiece| match next {
            ValuePiece::Text(text) => text.starts_with(|c: char| c == '_' || c == '[' || c.is_alphanumeric()),
            ValuePiece::Variable(_) => false,
        };
        match piece {
            ValuePiece::Text(text) => written.push_str(text),
            ValuePiece::Variable(name) if pieces.peek().is_some_and(goes_on) => {
                written.push_str(&format!("${{{name}}}"));
            }
            ValuePiece::Variable(name) => written.push_str(&format!("${name}")),
        }
    }
    written
}

/// The entry of PATH, by the variable that holds it where there is one.
pub(super) fn entry(template: &ExportTemplate, entry: &TemplateValue) -> TemplateValue {
    let Some(owner) = template.owner(entry) else { return entry.clone() };
    let mut named = TemplateValue::default();
    named.push_variable(owner);
    named
}

/// `export NAME=…` with the reason above it.
pub(super) fn exports(template: &ExportTemplate) -> String {
    let line =
        |one: &TemplateVariable| format!("# {}: {}\nexport {}={}\n", one.name, one.reason, one.name, word(&one.value));
    template.variables.iter().map(line).collect()
}

/// Lines that put the entries in front of PATH, however often they are read: what is there already is moved.
pub(super) fn in_front_of_path(template: &ExportTemplate) -> String {
    // The first entry comes to stand in front of the others.
    template.path.iter().rev().map(|dir| moved_to_front(&entry(template, dir))).collect()
}

fn moved_to_front(dir: &TemplateValue) -> String {
    let mut between = TemplateValue::text(":");
    between.append(dir);
    between.push_text(":");
    let it = word(&between);
    let moved = word_and(dir, &format!(":${{{REST}%:}}"));
    let added = word_and(dir, "${PATH:+:$PATH}");
    format!(
        "case \":$PATH:\" in\n  {it}*) ;;\n  *{it}*)\n    {REST}=\":$PATH:\"\n    \
         {REST}=\"${{{REST}%%{it}*}}:${{{REST}#*{it}}}\"\n    {REST}=\"${{{REST}#:}}\"\n    \
         export PATH={moved}\n    unset {REST} ;;\n  *) export PATH={added} ;;\nesac\n",
    )
}

/// A value, and what a shell makes of a text in `"`, as one word.
pub(super) fn word_and(value: &TemplateValue, text: &str) -> String {
    let word = word(value);
    match word.strip_suffix('"') {
        Some(open) => format!("{open}{text}\""),
        None => format!("{word}\"{text}\""),
    }
}

/// What a script sets for the programs that are started after it; it is not run.
pub(super) fn read(file: &FileToImport<'_>) -> Result<Imported, ImportFault> {
    Ok(read_text(&file.text()?, &[]))
}

/// As [`read`]; `adders` are commands that put each of their arguments in front of PATH.
pub(super) fn read_text(text: &str, adders: &[&str]) -> Imported {
    let mut imported = Imported::default();
    let lines: Vec<&str> = text.lines().collect();
    let mut found: Vec<(LineColumn, ScriptEffect)> = Vec::new();
    let reading = reading::read(ScriptShell::Bash, text);
    if text.len() > reading::LONGEST {
        let text = "it is so long that nothing but `export` is looked for".to_owned();
        imported.remarks.push(ImportRemark { text, at: LineColumn { line: 1, column: 1 } });
    }
    for place in reading.settings.into_iter().filter(|place| place.by == Setter::Export && place.name != REST) {
        // In a longer line the place is its beginning: looking for each of many costs too much.
        let line = lines.get(place.line - 1).copied().filter(|line| line.len() < LONGEST_LINE).unwrap_or_default();
        let byte = line.find(&format!("{}=", place.name)).or_else(|| line.find(&place.name)).unwrap_or_default();
        let at = LineColumn { line: place.line, column: line[..byte].chars().count() + 1 };
        found.push((at, ScriptEffect::Set(place.name, place.value)));
    }
    for command in reading.commands.iter().filter(|command| !command.substituted) {
        let at = LineColumn { line: command.span.line, column: command.span.column };
        // Everybody exports PATH already.
        let is_path = |one: &&(String, ScriptText)| command.words.is_empty() && one.0 == "PATH";
        let to_path = command.assignments.iter().filter(is_path);
        found.extend(to_path.map(|(name, value)| (at, ScriptEffect::Set(name.clone(), value.clone()))));
        match command.words.first().and_then(ScriptText::as_literal) {
            Some("unset") => {
                let names = command.words[1..].iter().filter_map(ScriptText::as_literal);
                let names = names.filter(|name| !name.starts_with('-') && *name != REST);
                found.extend(names.map(|name| (at, ScriptEffect::Removed(name.to_owned()))));
            }
            Some(name) if adders.contains(&name) => {
                found.extend(command.words[1..].iter().map(|word| (at, ScriptEffect::Added(word.clone()))));
            }
            _ => {}
        }
    }
    found.sort_by_key(|(at, _)| *at);
    let mut known = HashMap::new();
    for (at, one) in found {
        match one {
            ScriptEffect::Set(name, value) if name == "PATH" => path(&value, at, &known, &mut imported),
            ScriptEffect::Set(name, value) => {
                let value = template_value(&value.0).and_then(|value| filled(value, &known));
                known.insert(name.clone(), value.clone());
                imported.variables.push(ImportedVariable { name, value, at });
            }
            ScriptEffect::Removed(name) => {
                imported.remarks.push(ImportRemark { text: format!("it removes `{name}`"), at });
            }
            ScriptEffect::Added(word) => {
                let value = template_value(&word.0).and_then(|value| filled(value, &known));
                imported.path.push(ImportedEntry { value, at });
            }
        }
    }
    // So far the last one was the first.
    imported.path.reverse();
    imported
}

/// What a script has set so far.
type ValuesSoFar = HashMap<String, Option<TemplateValue>>;

enum ScriptEffect {
    Set(String, ScriptText),
    Removed(String),
    Added(ScriptText),
}

/// `PATH=DIR:$PATH`, `PATH=$PATH:DIR`, or something else. The entry that comes to stand in front is added last.
fn path(value: &ScriptText, at: LineColumn, known: &ValuesSoFar, imported: &mut Imported) {
    let is_old = |piece: &ScriptPiece| match piece {
        ScriptPiece::Variable { name, .. } => name == "PATH",
        ScriptPiece::Unknown(text) => text.starts_with("${PATH") || text.starts_with(&format!("${{{REST}")),
        _ => false,
    };
    let Some(old) = value.0.iter().position(is_old) else {
        // `export PATH` alone.
        if !value.0.is_empty() {
            let text = format!("it replaces PATH by `{}`", value.written());
            imported.remarks.push(ImportRemark { text, at });
        }
        return;
    };
    let mut before: Vec<ImportedEntry> = ScriptText::split(&value.0[..old], ':')
        .into_iter()
        .map(|part| ImportedEntry { value: template_value(&part.0).and_then(|value| filled(value, known)), at })
        .collect();
    before.reverse();
    // Two branches of a condition may do the same, and what PATH got before is in its value.
    let values = |entries: &[ImportedEntry]| entries.iter().map(|entry| entry.value.clone()).collect::<Vec<_>>();
    let most = before.len().min(imported.path.len()).min(MOST_ALIKE);
    let alike = (1..=most)
        .rev()
        .find(|count| values(&imported.path[imported.path.len() - count..]) == values(&before[..*count]));
    imported.path.extend(before.drain(alike.unwrap_or_default()..));
    for behind in ScriptText::split(&value.0[old + 1..], ':') {
        let text = format!("it puts `{}` behind PATH", behind.written());
        imported.remarks.push(ImportRemark { text, at });
    }
}

/// `None` where only a run could tell.
pub(super) fn template_value(pieces: &[ScriptPiece]) -> Option<TemplateValue> {
    let mut value = TemplateValue::default();
    for piece in pieces {
        match piece {
            // A shell puts a home directory there, unless it stands in quotation marks.
            ScriptPiece::Literal(text) if value.pieces.is_empty() && text.starts_with('~') => return None,
            ScriptPiece::Literal(text) => value.push_text(text),
            ScriptPiece::Variable { name, .. } => value.push_variable(name),
            ScriptPiece::Expression { inner, within: Quotes::Single } => value.push_text(&format!("${{{{{inner}}}}}")),
            ScriptPiece::Expression { .. } | ScriptPiece::Unknown(_) => return None,
        }
    }
    Some(value)
}
