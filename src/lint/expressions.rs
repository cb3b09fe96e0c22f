//! Expressions that GitHub refuses, wherever they stand in jobs and steps.

use crate::{
    lint::{LintFinding, LintPlace, repository::WorkflowFile, rules},
    workflow::{
        expression::is_refused,
        tree::{NamedNode, Node, NodeKind, ScalarStyle},
    },
};

const RULE: &str = "expression-syntax";

/// What cannot be read in a workflow or an action.
pub(super) fn broken(file: &WorkflowFile) -> Vec<LintFinding> {
    if !file.text.contains("${{") && !file.text.contains("if:") {
        return Vec::new();
    }
    let mut found = Vec::new();
    let read = ["jobs", "env", "runs"].into_iter().filter_map(|part| file.tree.get(part));
    let mut open: Vec<&Node> = read.collect();
    while let Some(node) = open.pop() {
        if node.text().is_some_and(|text| text.contains("${{")) {
            found.extend(in_text(file, node));
        }
        open.extend(node.list());
        for entry in node.entries() {
            found.extend(condition(file, entry));
            open.push(&entry.node);
        }
    }
    found
}

/// `if:` needs no `${{ }}` around it.
fn condition(file: &WorkflowFile, entry: &NamedNode) -> Option<LintFinding> {
    let NodeKind::Scalar { text, style } = &entry.node.kind else { return None };
    let is_bare =
        entry.name == "if" && *style != ScalarStyle::Typed && !text.contains("${{") && !text.trim().is_empty();
    (is_bare && is_refused(text)).then(|| finding(file.place(&entry.node), text.trim(), "it is no expression"))
}

/// Each `${{ }}` of a text.
fn in_text(file: &WorkflowFile, node: &Node) -> Vec<LintFinding> {
    let text = node.text().unwrap_or_default();
    let mut found = Vec::new();
    for (number, (at, _)) in text.match_indices("${{").enumerate() {
        let rest = &text[at..];
        let first = rest.lines().next().unwrap_or_default();
        if !rest.contains("}}") {
            found.push(finding(place(file, node, number), first, "no `}}` closes it"));
            break;
        }
        let end = end(rest);
        if let Some(inner) = end.and_then(|end| rest.get(3..end)).filter(|inner| is_refused(inner)) {
            found.push(finding(place(file, node, number), &format!("${{{{{inner}}}}}"), "it is no expression"));
        }
    }
    found
}

/// Where the `}}` is that closes an expression; a quote may hold others.
fn end(text: &str) -> Option<usize> {
    let mut is_quoted = false;
    let mut before = ' ';
    for (at, c) in text.char_indices().skip(3) {
        match c {
            '\'' => is_quoted = !is_quoted,
            '}' if !is_quoted && before == '}' => return Some(at - 1),
            _ => {}
        }
        before = c;
    }
    None
}

/// The place of the `${{` with this number in a scalar.
fn place(file: &WorkflowFile, node: &Node, number: usize) -> LintPlace {
    let bytes = node.place.bytes();
    let written = file.text.get(bytes.clone()).unwrap_or_default();
    let Some((at, _)) = written.match_indices("${{").nth(number) else { return file.place(node) };
    file.at(bytes.start + at)
}

fn finding(place: LintPlace, written: &str, evidence: &str) -> LintFinding {
    let message = format!("`{}` is refused by GitHub", written.replace('`', "'"));
    LintFinding::new(RULE, rules::severity(RULE), place, &message, evidence)
        .helped_by("correct it: GitHub runs no job of a file with an expression that it cannot read")
}
