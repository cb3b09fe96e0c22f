//! What `doctor` says to a person: its findings, what `--fix` changes, the list
//! of checks, and their reference in docs/doctor.md.

use crate::{
    doctor::{
        Check, checks,
        finding::{FileChange, Finding, Findings},
        trial::TriedCommand,
        unfixed,
    },
    output::{
        DOCS, Document,
        document::{Block, Cell, Count, Entries, Entry, Field, Headline, Mark, Span, Table, Text},
        mask::masked,
        wording::{count, list},
    },
    status::{Severity, Status},
};
use std::borrow::Cow;

/// What `--fix` makes of the safe changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// They are only shown.
    Planned,
    /// They were made; the findings are those that are left.
    Done,
}

/// What was undone of one change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Undone {
    /// A file has its former content.
    Restored(String),
    /// A file had its former content already.
    AsBefore(String),
    /// A directory was made, and stays.
    Kept(String),
}

/// The findings.
#[must_use]
pub fn document(found: &Findings) -> Document {
    let of = |severity| found.findings.iter().filter(|one| one.severity == severity).count();
    let number = found.findings.len();
    let kinds: Vec<String> = Severity::ALL
        .into_iter()
        .filter(|severity| of(*severity) > 0)
        .map(|severity| count(of(severity), severity.name()))
        .collect();
    let (text, tail) = match kinds.as_slice() {
        [] => ("Nothing is wrong with Go's environment".to_owned(), String::new()),
        [only] => (format!("{only} in Go's environment"), String::new()),
        several => (format!("{} in Go's environment", count(number, "finding")), list(several)),
    };
    let status = found.findings.first().map_or(Status::Pass, |worst| worst.severity.status());
    let counts = Severity::ALL.into_iter().map(|severity| Count {
        status: Some(severity.status()),
        number: of(severity).to_string(),
        word: if of(severity) == 1 { severity.name().to_owned() } else { format!("{}s", severity.name()) },
    });
    let safe = found.findings.iter().any(|one| one.fix.as_ref().is_some_and(|fix| fix.change.is_some()));
    let hint = Text::from("`goenv-ci doctor --fix --dry-run` shows what it can fix by itself");
    let entries = Entries { shown: found.findings.iter().map(entry).collect(), ..Entries::default() };
    Document {
        command: "doctor",
        headline: Some(Headline { status: Some(status), text: Text::words(text), tail }),
        counts: counts.collect(),
        facts: vec![Field::new("Go", Text::words(found.go.as_deref().unwrap_or("none on PATH")))],
        blocks: [tried(&found.tried), if number == 0 { Vec::new() } else { vec![Block::Entries(entries)] }].concat(),
        hints: safe.then_some(hint).into_iter().collect(),
        ..Document::default()
    }
}

/// A line for each command that was tried.
fn tried(all: &[TriedCommand]) -> Vec<Block> {
    if all.is_empty() {
        return Vec::new();
    }
    let row = |one: &TriedCommand| {
        let outcome = match &one.reason {
            Some(reason) => Text::from(reason.as_str()),
            None => Text::words(format!("{:.1} s", std::time::Duration::from_millis(one.milliseconds).as_secs_f64())),
        };
        let command = Cell { status: Some(one.verdict), text: Text::code(one.command.as_str()) };
        vec![command, Cell::new(Text::words(one.place.name())), Cell::new(outcome)]
    };
    vec![
        Block::Heading("What was tried".into()),
        Block::Table(Table { rows: all.iter().map(row).collect(), ..Table::default() }),
    ]
}

/// The findings behind the changes that `--fix` shows or made.
#[must_use]
pub fn with_changes(found: &Findings, changes: &[FileChange], stage: Stage) -> Document {
    let document = document(found);
    let title = if stage == Stage::Done { "What was changed" } else { "What `--fix` would change" };
    let mut blocks = vec![Block::Heading(title.into())];
    blocks.push(if changes.is_empty() {
        Block::Paragraph("There is nothing that is safe to fix without you".into())
    } else {
        let shown = changes.iter().map(|one| change(one, stage)).collect();
        Block::Entries(Entries { shown, ..Entries::default() })
    });
    blocks.push(Block::Heading(Text::words(if stage == Stage::Done { "What is left" } else { "What is wrong" })));
    blocks.extend(document.blocks);
    let hint = match stage {
        _ if changes.is_empty() => None,
        Stage::Planned => Some("`goenv-ci doctor --fix` makes these changes"),
        Stage::Done => Some("`goenv-ci doctor --undo` takes these changes back"),
    };
    Document { blocks, hints: hint.map(Text::from).into_iter().collect(), ..document }
}

fn entry(finding: &Finding) -> Entry {
    let mut fields = vec![Field::new("seen", finding.evidence.as_str())];
    if let Some(place) = &finding.location {
        fields.push(Field::new("where", Span::File { path: place.file.clone(), line: place.line }));
    }
    if let Some(fix) = &finding.fix {
        let field = Field::code("fix", fix.command.as_str());
        fields.push(match fix.change {
            Some(_) => field.note("`goenv-ci doctor --fix` does this by itself"),
            None => field,
        });
    }
    Entry {
        mark: finding.severity.into(),
        title: Text::from(finding.message.as_str()),
        id: Some(link(finding.id)),
        summary: None,
        frame: None,
        fields,
        details: Vec::new(),
    }
}

/// An id that leads to its section of docs/doctor.md.
fn link(id: &str) -> Text {
    Span::Link { words: id.to_owned(), url: format!("{DOCS}doctor.md#{id}") }.into()
}

fn change(change: &FileChange, stage: Stage) -> Entry {
    let done = stage == Stage::Done;
    let (planned, past, fields) = match change {
        FileChange::MakeDir { .. } => ("make directory", "made directory", Vec::new()),
        FileChange::Lines { before, drop, repair, bare_ends, .. } => {
            ("change", "changed", lines(before, drop, repair, *bare_ends))
        }
    };
    Entry {
        mark: Mark { status: done.then_some(Status::Pass), word: Cow::Borrowed(if done { past } else { planned }) },
        title: Span::File { path: change.path().to_owned(), line: None }.into(),
        id: None,
        summary: None,
        frame: None,
        fields,
        details: Vec::new(),
    }
}

/// A line as a person has to see it: a byte order mark shows nowhere.
pub(super) fn visible(line: &str) -> Cow<'_, str> {
    match line.contains('\u{feff}') {
        true => Cow::Owned(line.replace('\u{feff}', r"\u{feff}")),
        false => Cow::Borrowed(line),
    }
}

/// The lines of a file that are changed.
fn lines(before: &[u8], drop: &[usize], repair: &[(usize, String)], bare_ends: bool) -> Vec<Field> {
    let mut fields = Vec::new();
    for (at, line) in before.split_inclusive(|byte| *byte == b'\n').enumerate() {
        let number = at + 1;
        let content = String::from_utf8_lossy(line);
        let content = Text::code(masked(&visible(content.trim_end())).into_owned());
        let repaired = repair.iter().find(|(at, _)| *at == number).map(|(_, text)| text);
        if let Some(text) = repaired.filter(|_| !drop.contains(&number)) {
            let becomes = format!("becomes `{}`", masked(text));
            fields.push(Field::new(format!("~ line {number}"), content).note(becomes));
        } else if drop.contains(&number) {
            fields.push(Field::new(format!("- line {number}"), content));
        } else if bare_ends && line.ends_with(b"\r\n") {
            fields.push(Field::new(format!("~ line {number}"), content).note("CR LF becomes LF"));
        }
    }
    fields
}

/// What `--undo` did, the changes in the order in which they were made.
#[must_use]
pub fn undone(changes: &[Undone]) -> Document {
    let row = |one: &Undone| {
        let (path, status, what) = match one {
            Undone::Restored(path) => (path, Status::Pass, "has its former content again"),
            Undone::AsBefore(path) => (path, Status::Skip, "had its former content already"),
            Undone::Kept(path) => (path, Status::Skip, "stays: the directory may be in use"),
        };
        let text = Text::words(what);
        vec![Cell::new(Span::File { path: path.clone(), line: None }), Cell { status: Some(status), text }]
    };
    Document {
        command: "doctor",
        headline: Some(Headline {
            status: Some(Status::Pass),
            text: Text::words("The last fix is taken back"),
            tail: String::new(),
        }),
        blocks: vec![Block::Table(Table { rows: changes.iter().map(row).collect(), ..Table::default() })],
        ..Document::default()
    }
}

/// All checks, one in each row.
#[must_use]
pub fn list_of_checks() -> Document {
    let row = |check: &Check| {
        let severity = Cell { status: None, text: Text::words(check.severity.name()) };
        vec![Cell::new(link(check.id)), severity, Cell::new(Text::words(check.title))]
    };
    let table = Table { rows: checks().map(row).collect(), ..Table::default() };
    Document { command: "doctor", blocks: vec![Block::Table(table)], ..Document::default() }
}

/// docs/doctor.md, without its head.
#[must_use]
pub fn page() -> String {
    checks()
        .map(|check| {
            let unfixed = unfixed(check.id).map(|why| format!(" No fix: {why}.")).unwrap_or_default();
            let Check { id, title, why, severity, .. } = check;
            format!("### {id}\n\n**{title}** ({})\n\n{why}{unfixed}\n\n", severity.name())
        })
        .collect()
}
