//! `# goenv-ci: ignore[RULE] REASON` at the end of a line or above it. The comments are those of YAML and of the
//! scripts' own shells; what only looks like one, in a string or a here-document, is none.

use crate::{
    lint::{
        LintFinding, LintPlace,
        repository::WorkflowFile,
        rules::{self, LintRule},
        timeline::{JobRow, StepKind},
    },
    nearest::{did_you_mean, nearest},
    script::{ScriptShell, reading},
    workflow::tree::{Node, NodeKind},
};
use std::{
    collections::{BTreeMap, HashMap},
    ops::Range,
};

/// What every such comment has; a file without it is not looked through.
const MARK: &str = "goenv-ci:";

/// The shells of scripts, by file and by where each begins in it; `None`: unknown, or not the same in every row.
#[derive(Debug, Default)]
pub(crate) struct ScriptShells(HashMap<(String, usize), Option<ScriptShell>>);

impl ScriptShells {
    /// Takes the scripts of a row.
    pub(crate) fn add(&mut self, row: &JobRow<'_>) {
        for step in row.steps.iter().filter(|step| step.file.text.contains(MARK)) {
            let StepKind::Script { script, shell, .. } = &step.kind else { continue };
            let language = shell.as_ref().map(|shell| shell.language);
            let known = self.0.entry((step.file.path.clone(), script.place.bytes().start)).or_insert(language);
            if *known != language {
                *known = None;
            }
        }
    }
}

/// One comment that ignores something.
#[derive(Debug)]
pub(crate) struct IgnoreComment {
    /// From the mark on.
    place: LintPlace,
    rules: Vec<IgnoredRule>,
    reason: String,
    /// The line that it is about.
    target: usize,
}

/// A rule in such a comment.
#[derive(Debug)]
struct IgnoredRule {
    name: String,
    place: LintPlace,
    /// Whether it has found something there.
    is_used: bool,
}

/// The comments of a file.
pub(crate) fn comments(file: &WorkflowFile, shells: &ScriptShells) -> Vec<IgnoreComment> {
    if !file.text.contains(MARK) {
        return Vec::new();
    }
    let mut found = in_yaml(file);
    let mut scripts = Vec::new();
    scripts_of(&file.tree, &mut scripts);
    found.extend(scripts.into_iter().flat_map(|script| in_script(file, script, shells)));
    found.sort_by(|left, right| left.place.cmp(&right.place));
    found
}

/// Comments of YAML itself: a `#` behind a blank, in no scalar.
fn in_yaml(file: &WorkflowFile) -> Vec<IgnoreComment> {
    let mut scalars = Vec::new();
    scalars_of(&file.tree, &mut scalars);
    scalars.sort_by_key(|range| range.start);
    let is_free = |at: usize| {
        let before = scalars.partition_point(|range| range.start <= at);
        before == 0 || !scalars[before - 1].contains(&at)
    };
    let mut found = Vec::new();
    let mut start = 0;
    for (number, line) in file.text.split_inclusive('\n').enumerate() {
        let opens = |at: usize| (at == 0 || line[..at].ends_with([' ', '\t'])) && is_free(start + at);
        if line.contains(MARK) {
            let comment = line.match_indices('#').map(|(at, _)| at).find(|at| opens(*at));
            found.extend(comment.and_then(|at| ignore(file, number + 1, line, &line[at..])));
        }
        start += line.len();
    }
    found
}

fn in_script(file: &WorkflowFile, script: &Node, shells: &ScriptShells) -> Vec<IgnoreComment> {
    let Some(text) = script.text().filter(|text| text.contains(MARK)) else { return Vec::new() };
    let shell = shells.0.get(&(file.path.clone(), script.place.bytes().start)).copied().flatten();
    let comments = reading::comments(shell, text).into_iter().filter(|comment| comment.text.contains(MARK));
    let mut found: Vec<IgnoreComment> = Vec::new();
    for comment in comments {
        let number = file.line_in_script(script, comment.line).line;
        let line = file.line(number).and_then(|bytes| file.text.get(bytes)).unwrap_or_default();
        found.extend(ignore(file, number, line, comment.text.trim_end_matches("#>")));
    }
    found
}

/// The comment of a line, if it ignores something.
fn ignore(file: &WorkflowFile, number: usize, line: &str, comment: &str) -> Option<IgnoreComment> {
    let at = comment.find(MARK)?;
    let before = comment[..at].trim_end().to_ascii_lowercase();
    let is_begun = ["#", "::", "rem"].iter().any(|mark| before.ends_with(mark));
    let rest = comment[at + MARK.len()..].trim_start().strip_prefix("ignore").filter(|_| is_begun)?;
    let named = rest.trim_start().strip_prefix('[').and_then(|inner| inner.split_once(']'));
    let (rules, reason) = match named {
        Some((rules, reason)) => (rules, reason),
        None if rest.starts_with(|c: char| c.is_alphanumeric()) => return None,
        None => ("", rest),
    };
    let place = |start: usize, end: usize| {
        let column = |at: usize| line[..at].chars().count() + 1;
        LintPlace { file: file.path.clone(), line: number, column: column(start), end_column: column(end) }
    };
    let begin = line.find(MARK).unwrap_or_default();
    let rule = |name: &str| {
        let start = line[begin..].find(name).map_or(begin, |at| begin + at);
        IgnoredRule { name: name.to_owned(), place: place(start, start + name.len()), is_used: false }
    };
    let rules = rules.split(',').map(str::trim).filter(|rule| !rule.is_empty());
    Some(IgnoreComment {
        place: place(begin, line.trim_end().len()),
        rules: rules.map(rule).collect(),
        reason: reason.trim().trim_start_matches(['-', ':', '–', '—']).trim().to_owned(),
        target: if is_comment_alone(line) { target(file, number) } else { number },
    })
}

/// Whether nothing but a comment stands on the line.
fn is_comment_alone(line: &str) -> bool {
    let line = line.trim().trim_start_matches('@').to_ascii_lowercase();
    ["#", "::", "<#"].iter().any(|mark| line.starts_with(mark)) || line.split_whitespace().next() == Some("rem")
}

/// The next line that says something.
fn target(file: &WorkflowFile, number: usize) -> usize {
    let mut next = number + 1;
    while let Some(line) = file.line(next).and_then(|bytes| file.text.get(bytes)) {
        if !line.trim().is_empty() && !is_comment_alone(line) {
            break;
        }
        next += 1;
    }
    next
}

fn scripts_of<'n>(node: &'n Node, found: &mut Vec<&'n Node>) {
    let mut open = vec![node];
    while let Some(node) = open.pop() {
        open.extend(node.list());
        for entry in node.entries() {
            match entry.node.kind {
                // A script on one line has its comment for YAML, unless quotes hold it.
                NodeKind::Scalar { .. } if entry.name == "run" => found.push(&entry.node),
                _ => open.push(&entry.node),
            }
        }
    }
}

fn scalars_of(node: &Node, found: &mut Vec<Range<usize>>) {
    let mut open = vec![node];
    while let Some(node) = open.pop() {
        // What stands behind `|` begins with its first letter; the comment of that line is before it.
        if matches!(node.kind, NodeKind::Scalar { .. }) {
            found.push(node.place.bytes());
        }
        open.extend(node.list());
        for entry in node.entries() {
            found.push(entry.place.bytes());
            open.push(&entry.node);
        }
    }
}

/// The findings that are not ignored, with what is wrong with the comments, and how many were ignored. A comment is
/// `watched` if all findings of its file are there: only then it can be said to ignore nothing.
pub(crate) fn applied(
    found: Vec<LintFinding>,
    mut comments: Vec<IgnoreComment>,
    is_watched: impl Fn(&str) -> bool,
    is_off: impl Fn(&str) -> bool,
) -> (Vec<LintFinding>, usize) {
    let mut at_line: BTreeMap<(String, usize), Vec<usize>> = BTreeMap::new();
    for (number, comment) in comments.iter().enumerate() {
        at_line.entry((comment.place.file.clone(), comment.target)).or_default().push(number);
    }
    let all = found.len();
    let mut left: Vec<LintFinding> = found
        .into_iter()
        .filter(|finding| {
            let place = (finding.location.file.clone(), finding.location.line);
            let mut ignored = false;
            for number in at_line.get(&place).into_iter().flatten() {
                let comment = &mut comments[*number];
                for rule in comment.rules.iter_mut().filter(|rule| rule.name == finding.id) {
                    rule.is_used = true;
                    ignored |= !comment.reason.is_empty();
                }
            }
            !ignored
        })
        .collect();
    let ignored = all - left.len();
    left.extend(comments.iter().flat_map(|comment| wrong_with(comment, &is_watched, &is_off)));
    (left, ignored)
}

/// What is wrong with a comment.
fn wrong_with(
    comment: &IgnoreComment,
    is_watched: &impl Fn(&str) -> bool,
    is_off: &impl Fn(&str) -> bool,
) -> Vec<LintFinding> {
    let finding = |id: &'static str, place: &LintPlace, message: &str, evidence: &str, help: &str| {
        LintFinding::new(id, rules::severity(id), place.clone(), message, evidence).helped_by(help)
    };
    let (unknown, place) = ("ignore-unknown-rule", &comment.place);
    let mut found = Vec::new();
    if comment.rules.is_empty() {
        let help = "name what is ignored: `# goenv-ci: ignore[cache-dirs-moved] REASON`";
        found.push(finding(unknown, place, "this comment ignores no rule", "no rule stands in `[` and `]`", help));
    }
    for IgnoredRule { name, place, is_used } in &comment.rules {
        let is_known = rules::rules().any(|known: &LintRule| known.id == name);
        if !is_known {
            let meant = did_you_mean(&nearest(name, rules::rules().map(|known| known.id)));
            let help = meant.unwrap_or_else(|| "`goenv-ci lint --list` shows all rules".to_owned());
            found.push(finding(unknown, place, &format!("there is no rule `{name}`"), "it ignores nothing", &help));
        } else if !is_used && !is_off(name) && is_watched(&comment.place.file) {
            let message = format!("this ignores nothing: `{name}` finds nothing there");
            let evidence = format!("it is about line {}", comment.target);
            let help = "remove it, or move it to the line that it is about";
            found.push(finding("ignore-unused", place, &message, &evidence, help));
        }
    }
    if comment.reason.is_empty() {
        let help = "say behind the `]` why it may stay as it is";
        let evidence = "without a reason it ignores nothing";
        found.push(finding("ignore-without-reason", place, "this comment gives no reason", evidence, help));
    }
    found
}
