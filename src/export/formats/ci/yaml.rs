//! Scalars and comments of YAML, and where something stands in a file of it. Source: YAML 1.2.2, chapters 5 to 8.

use crate::{
    export::read::{FileToImport, ImportFault, LineColumn},
    workflow::tree::{self, Node, NodeKind, NodePlace, ScalarStyle},
};

/// What no scalar but one in double quotes may hold, or what ends a line for some readers.
fn needs_escape(c: char) -> bool {
    c.is_control() || matches!(c, '\u{feff}' | '\u{2028}' | '\u{2029}' | '\u{fffe}' | '\u{ffff}')
}

/// On one line, in quotes.
pub(super) fn scalar(text: &str) -> String {
    if !text.chars().any(needs_escape) {
        return format!("'{}'", text.replace('\'', "''"));
    }
    double_quoted(text)
}

fn double_quoted(text: &str) -> String {
    let letter = |c: char| match c {
        '"' | '\\' => format!("\\{c}"),
        '\n' => "\\n".to_owned(),
        _ if needs_escape(c) => format!("\\u{:04x}", u32::from(c)),
        _ => c.to_string(),
    };
    format!("\"{}\"", text.chars().map(letter).collect::<String>())
}

/// Lines behind `key: `, each of them `indent` blanks in.
pub(super) fn block(lines: &[String], indent: usize) -> String {
    if lines.iter().any(|line| line.chars().any(needs_escape)) {
        return double_quoted(&(lines.join("\n") + "\n"));
    }
    let line = |line: &String| format!("\n{:indent$}{line}", "");
    format!("|{}", lines.iter().map(line).collect::<String>())
}

/// A comment's line without its end.
pub(super) fn comment(text: &str) -> String {
    let letter = |c: char| if needs_escape(c) { c.escape_unicode().to_string() } else { c.to_string() };
    format!("# {}", text.chars().map(letter).collect::<String>())
}

/// The tree of a file.
pub(super) fn tree(file: &FileToImport<'_>) -> Result<Node, ImportFault> {
    let text = file.text()?;
    let unread = |why: tree::Unparsed| {
        let at = LineColumn { line: why.line.max(1), column: why.column.max(1) };
        file.fault_at(at, &why.clause)
    };
    let root = tree::parsed(&text).map_err(unread)?.unwrap_or_default();
    match root.kind {
        NodeKind::Map(_) | NodeKind::List(_) => Ok(root),
        NodeKind::Null | NodeKind::Scalar { .. } => {
            Err(file.fault_at(LineColumn { line: 1, column: 1 }, "a map of YAML is expected"))
        }
    }
}

/// Where something stands.
pub(super) fn at(place: NodePlace) -> LineColumn {
    LineColumn { line: place.line().max(1), column: place.column().max(1) }
}

/// Where a line of a script stands, counted from 1.
pub(super) fn line_of(script: &Node, line: usize) -> LineColumn {
    match &script.kind {
        NodeKind::Scalar { style: ScalarStyle::Lines, .. } => {
            LineColumn { line: script.line() + line, column: script.place.column().max(1) }
        }
        _ => at(script.place),
    }
}

/// The text of a scalar; nothing stands for an empty one.
pub(super) fn text(node: &Node) -> Option<&str> {
    match &node.kind {
        NodeKind::Scalar { text, .. } => Some(text),
        NodeKind::Null => Some(""),
        NodeKind::List(_) | NodeKind::Map(_) => None,
    }
}
