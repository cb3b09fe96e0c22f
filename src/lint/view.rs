//! What `lint` says to a person: its findings, and the list of its rules.

use crate::{
    lint::{LintFinding, LintReport, Rule, rules},
    output::{
        DOCS, Document,
        document::{Block, Cell, Count, Entries, Entry, Field, Headline, Span, Table, Text},
        wording::{count, list},
    },
    status::{Severity, Status},
};

/// The findings.
#[must_use]
pub fn document(found: &LintReport) -> Document {
    let of = |severity| found.findings.iter().filter(|one| one.severity == severity).count();
    let kinds: Vec<String> = Severity::ALL
        .into_iter()
        .filter(|severity| of(*severity) > 0)
        .map(|severity| count(of(severity), severity.name()))
        .collect();
    let files = count(found.files.len(), "file");
    let text = match kinds.is_empty() {
        true => format!("Nothing is wrong in {files}"),
        false => format!("{} in {files}", list(&kinds)),
    };
    let worst = found.findings.iter().map(|one| one.severity).min();
    let counts = Severity::ALL.into_iter().map(|severity| Count {
        status: Some(severity.status()),
        number: of(severity).to_string(),
        word: if of(severity) == 1 { severity.name().to_owned() } else { format!("{}s", severity.name()) },
    });
    let entries = Entries { shown: found.findings.iter().map(entry).collect(), ..Entries::default() };
    Document {
        command: "lint",
        headline: Some(Headline {
            status: Some(worst.map_or(Status::Pass, Severity::status)),
            text: Text::words(text),
            tail: String::new(),
        }),
        counts: counts.collect(),
        blocks: if found.findings.is_empty() { Vec::new() } else { vec![Block::Entries(entries)] },
        ..Document::default()
    }
}

fn entry(finding: &LintFinding) -> Entry {
    let place = &finding.location;
    let file = |file: &str, line: usize| Span::File { path: file.to_owned(), line: (line > 0).then_some(line) };
    let mut fields =
        vec![Field::new("where", file(&place.file, place.line)), Field::new("seen", finding.evidence.as_str())];
    let related = finding.related.iter();
    fields.extend(related.map(|one| Field::new(one.label.as_str(), file(&one.location.file, one.location.line))));
    if !finding.rows.is_empty() {
        fields.push(Field::new("in", list(&finding.rows).as_str()));
    }
    fields.push(Field::new("help", finding.help.as_str()));
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

/// An id that leads to its section of docs/lint.md.
pub(super) fn link(id: &str) -> Text {
    Span::Link { words: id.to_owned(), url: format!("{DOCS}lint.md#{id}") }.into()
}

/// The rules there are.
#[must_use]
pub fn all_rules() -> Document {
    let row = |rule: &Rule| {
        vec![Cell::new(link(rule.id)), Cell::new(Text::words(rule.severity.name())), Cell::new(Text::from(rule.title))]
    };
    let head = ["rule", "severity", "what it finds"].map(Text::words).to_vec();
    Document {
        command: "lint",
        blocks: vec![Block::Table(Table { head, rows: rules().map(row).collect(), ..Table::default() })],
        ..Document::default()
    }
}
