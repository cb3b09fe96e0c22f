//! Edits of steps that are written one below the other; whatever is written in `{ }` or stands behind an anchor is left
//! to a person.

use super::edit::{LintFix, TextEdit};
use crate::{
    lint::{
        repository::WorkflowFile,
        timeline::{RowStep, scope::SetBy},
    },
    script::reading::ScriptCommand,
    workflow::tree::{NamedNode, Node, NodeKind, ScalarStyle},
};
use std::ops::Range;

/// A step's own lines with the comments above it, the dash included.
fn lines(file: &WorkflowFile, step: &Node) -> Option<Range<usize>> {
    let text = &file.text;
    let first = step.entries().next()?.place.bytes().start;
    let start = text[..first].rfind('\n').map_or(0, |at| at + 1);
    let lead = &text[start..first];
    let dash = lead.find('-')?;
    if lead.trim() != "-" || !lead[..dash].trim().is_empty() {
        return None;
    }
    let end = behind(text, start, dash);
    let own = &text[start..end];
    // What an anchor names, or a merge brings in, is used elsewhere too.
    let is_shared = own.lines().any(|line| {
        let bare = line.trim_start().trim_start_matches("- ");
        bare.starts_with('&') || bare.starts_with("<<:") || bare.contains(": &") || bare.contains(": *")
    });
    if is_shared {
        return None;
    }
    Some(above(text, start, dash)..end)
}

/// Where the lines of a list's entry end: before the first that is not empty and not indented more than its dash.
fn behind(text: &str, start: usize, dash: usize) -> usize {
    let mut end = start;
    let mut filled = start;
    for (number, line) in text[start..].split_inclusive('\n').enumerate() {
        let indent = line.len() - line.trim_start_matches(' ').len();
        let is_empty = line.trim().is_empty();
        if number > 0 && !is_empty && indent <= dash {
            break;
        }
        end += line.len();
        if !is_empty {
            filled = end;
        }
    }
    filled
}

/// Where the comments above an entry begin that are indented as it is.
fn above(text: &str, start: usize, dash: usize) -> usize {
    let mut found = start;
    while found > 0 {
        let line_start = text[..found - 1].rfind('\n').map_or(0, |at| at + 1);
        let line = &text[line_start..found];
        let indent = line.len() - line.trim_start_matches(' ').len();
        if indent != dash || !line.trim_start().starts_with('#') {
            break;
        }
        found = line_start;
    }
    found
}

/// Moves a step of a row before another of the same list.
pub(crate) fn moved(step: &RowStep<'_>, before: &RowStep<'_>, label: &str) -> Option<LintFix> {
    let file = step.file;
    let here = file.path == before.file.path && are_beside(file, step.node, before.node);
    let (own, target) = (lines(file, step.node)?, lines(file, before.node)?);
    if !here || own.start < target.end {
        return None;
    }
    let mut text = file.text.get(own.clone())?.to_owned();
    // The last line of a file may have no end.
    if !text.ends_with('\n') {
        text.push_str(line_end(&file.text));
    }
    let gone = TextEdit { bytes: own, text: String::new() };
    let put = TextEdit { bytes: target.start..target.start, text };
    Some(LintFix { label: label.to_owned(), edits: vec![put, gone] })
}

/// Whether nothing in a step, as far as its text tells, comes from a step before it.
pub(crate) fn rests_on_no_step(step: &RowStep<'_>) -> bool {
    let own = lines(step.file, step.node).and_then(|lines| step.file.text.get(lines));
    own.is_some_and(|text| ["steps.", "env.", "job."].iter().all(|context| !text.contains(context)))
}

/// Programs that a step may start which does nothing but set variables.
const WRITERS: &[&str] = &["echo", "printf", "mkdir", "out-file", "add-content", "write-output", "new-item"];

/// Whether a step does nothing but set variables, by nothing that another step makes: it means the same elsewhere.
pub(crate) fn only_sets(step: &RowStep<'_>) -> bool {
    let Some(reading) = step.reading().filter(|reading| reading.syntax_is_known) else { return false };
    let is_writer = |command: &ScriptCommand| {
        let name = command.invoked().first().map(|name| name.as_literal().map(str::to_ascii_lowercase));
        name.is_none_or(|name| name.is_some_and(|name| WRITERS.contains(&name.as_str())))
    };
    let script = step.node.get("run").and_then(Node::text).unwrap_or_default();
    let has_no_others = ["id", "if", "uses"].iter().all(|name| step.node.get(name).is_none());
    let by_earlier = |name: &str| matches!(step.scope.set(name), Some(set) if matches!(set.by, SetBy::Earlier(_)));
    let uses_earlier = reading.variables.iter().any(|used| by_earlier(&used.name));
    has_no_others && !uses_earlier && !script.contains("steps.") && reading.commands.iter().all(is_writer)
}

/// Gives a step an input that it does not have, or another value for one that it has on one line.
pub(crate) fn input(step: &RowStep<'_>, name: &str, value: &str, label: &str) -> Option<LintFix> {
    let file = step.file;
    let own = lines(file, step.node)?;
    let fix = |edit| Some(LintFix { label: label.to_owned(), edits: vec![edit] });
    if let Some(given) = step.input_node(name) {
        return fix(replaced(file, &given.node, value)?);
    }
    let (end, first) = (line_end(&file.text), step.node.entries().next()?);
    if let Some(with) = step.node.get("with") {
        let input = with.entries().next()?.place.bytes().start;
        let line = line_start(&file.text, input);
        let indent = &file.text[line..input];
        let put = TextEdit { bytes: line..line, text: format!("{indent}{name}: {value}{end}") };
        return indent.trim().is_empty().then_some(put).and_then(fix);
    }
    let uses = step.node.entry("uses")?.node.place.bytes().end;
    let indent = " ".repeat(first.place.column() - 1);
    let behind = next_line(&file.text, uses).min(own.end.max(uses));
    let before = if file.text[..behind].ends_with('\n') { "" } else { end };
    let text = format!("{before}{indent}with:{end}{indent}  {name}: {value}{end}");
    fix(TextEdit { bytes: behind..behind, text })
}

/// Another value for a scalar on one line.
pub(crate) fn replaced(file: &WorkflowFile, node: &Node, value: &str) -> Option<TextEdit> {
    let NodeKind::Scalar { style, .. } = &node.kind else { return None };
    let bytes = node.place.bytes();
    let written = file.text.get(bytes.clone())?;
    let one_line = *style != ScalarStyle::Lines && !written.trim_end().contains('\n') && !written.is_empty();
    one_line.then(|| TextEdit { bytes: bytes.start..bytes.start + written.trim_end().len(), text: value.to_owned() })
}

/// Puts quotes around a scalar.
pub(crate) fn quoted(file: &WorkflowFile, node: &Node, label: &str) -> Option<LintFix> {
    let written = file.text.get(node.place.bytes())?.trim_end();
    let edit = replaced(file, node, &format!("\"{written}\""))?;
    Some(LintFix { label: label.to_owned(), edits: vec![edit] })
}

/// Other words in place of some that stand in a script, on that line of the file; all of them.
pub(crate) fn in_line(file: &WorkflowFile, line: usize, from: &str, to: &str, label: &str) -> Option<LintFix> {
    let bytes = file.line(line)?;
    let (start, text) = (bytes.start, file.text.get(bytes)?);
    let edit =
        |(at, found): (usize, &str)| TextEdit { bytes: start + at..start + at + found.len(), text: to.to_owned() };
    let edits: Vec<TextEdit> = text.match_indices(from).map(edit).collect();
    (!edits.is_empty()).then(|| LintFix { label: label.to_owned(), edits })
}

/// Whether two steps stand in one list.
fn are_beside(file: &WorkflowFile, left: &Node, right: &Node) -> bool {
    let dash = |step: &Node| {
        let own = lines(file, step)?;
        let first: &NamedNode = step.entries().next()?;
        Some((own, first.place.column()))
    };
    let (Some((left, left_column)), Some((right, right_column))) = (dash(left), dash(right)) else { return false };
    let between = left.end.min(right.end)..left.start.max(right.start);
    // A line between them that is indented less ends the list.
    let column = left_column.saturating_sub(1);
    let inner = file.text.get(between).unwrap_or_default();
    let is_outside = |line: &str| !line.trim().is_empty() && line.len() - line.trim_start().len() + 2 < column;
    left_column == right_column && !inner.lines().any(is_outside)
}

fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |end| end + 1)
}

fn next_line(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |end| at + end + 1)
}

/// As the file has it.
fn line_end(text: &str) -> &'static str {
    match text.find('\n') {
        Some(at) if text[..at].ends_with('\r') => "\r\n",
        _ => "\n",
    }
}
