//! Edits of steps that are written one below the other; whatever is written in `{ }` or stands behind an anchor is left
//! to a person.

use super::edit::{LintFix, TextEdit};
use crate::{
    lint::repository::SourceFile,
    workflow::tree::{NamedNode, Node, NodeKind, ScalarStyle},
};
use std::ops::Range;

/// A step's own lines with the comments above it, the dash included.
fn lines(file: &SourceFile, step: &Node) -> Option<Range<usize>> {
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

/// Moves a step before another of the same list.
pub(crate) fn moved_before(file: &SourceFile, step: &Node, other: &Node, label: &str) -> Option<LintFix> {
    let (own, target) = (lines(file, step)?, lines(file, other)?);
    let mut moved = file.text.get(own.clone())?.to_owned();
    // The last line of a file may have no end.
    if !moved.ends_with('\n') {
        moved.push_str(line_end(&file.text));
    }
    if own.start < target.end {
        return None;
    }
    let gone = TextEdit { bytes: own, text: String::new() };
    let put = TextEdit { bytes: target.start..target.start, text: moved };
    Some(LintFix { label: label.to_owned(), edits: vec![put, gone] })
}

/// Gives a step an input that it does not have, or another value for one that it has on one line.
pub(crate) fn with_input(file: &SourceFile, step: &Node, name: &str, value: &str, label: &str) -> Option<LintFix> {
    let own = lines(file, step)?;
    let fix = |edit| Some(LintFix { label: label.to_owned(), edits: vec![edit] });
    let with = step.entry("with");
    let inputs = with.map(|with| &with.node).filter(|node| matches!(node.kind, NodeKind::Map(_)));
    if let Some(given) = inputs.and_then(|inputs| inputs.entries().find(|entry| entry.name.eq_ignore_ascii_case(name)))
    {
        return fix(replaced(file, &given.node, value)?);
    }
    let end = line_end(&file.text);
    let first = step.entries().next()?;
    match (with, inputs.and_then(|inputs| inputs.entries().next())) {
        (Some(_), Some(input)) => {
            let line = line_start(&file.text, input.place.bytes().start);
            let indent = &file.text[line..input.place.bytes().start];
            let put = format!("{indent}{name}: {value}{end}");
            indent.trim().is_empty().then_some(())?;
            fix(TextEdit { bytes: line..line, text: put })
        }
        (None, _) => {
            let uses = step.entry("uses")?;
            let indent = " ".repeat(first.place.column() - 1);
            let behind =
                own.start + next_line(file.text.get(own.clone())?, uses.node.place.bytes().end.checked_sub(own.start)?);
            let before = if file.text[..behind].ends_with('\n') { "" } else { end };
            fix(TextEdit {
                bytes: behind..behind,
                text: format!("{before}{indent}with:{end}{indent}  {name}: {value}{end}"),
            })
        }
        _ => None,
    }
}

/// Another value for a scalar on one line.
pub(crate) fn replaced(file: &SourceFile, node: &Node, value: &str) -> Option<TextEdit> {
    let NodeKind::Scalar { style, .. } = &node.kind else { return None };
    let bytes = node.place.bytes();
    let written = file.text.get(bytes.clone())?;
    let one_line = *style != ScalarStyle::Lines && !written.trim_end().contains('\n') && !written.is_empty();
    one_line.then(|| TextEdit { bytes: bytes.start..bytes.start + written.trim_end().len(), text: value.to_owned() })
}

/// Puts quotes around a scalar.
pub(crate) fn quoted(file: &SourceFile, node: &Node, label: &str) -> Option<LintFix> {
    let written = file.text.get(node.place.bytes())?.trim_end();
    let edit = replaced(file, node, &format!("\"{written}\""))?;
    Some(LintFix { label: label.to_owned(), edits: vec![edit] })
}

/// Other words in place of some that stand in a script, on that line of the file; all of them.
pub(crate) fn in_line(file: &SourceFile, line: usize, from: &str, to: &str, label: &str) -> Option<LintFix> {
    let start: usize = file.text.split_inclusive('\n').take(line.checked_sub(1)?).map(str::len).sum();
    let text = file.text.get(start..)?.split_inclusive('\n').next()?;
    let edit =
        |(at, found): (usize, &str)| TextEdit { bytes: start + at..start + at + found.len(), text: to.to_owned() };
    let edits: Vec<TextEdit> = text.match_indices(from).map(edit).collect();
    (!edits.is_empty()).then(|| LintFix { label: label.to_owned(), edits })
}

/// Whether two steps stand in one list.
pub(crate) fn are_beside(file: &SourceFile, left: &Node, right: &Node) -> bool {
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
