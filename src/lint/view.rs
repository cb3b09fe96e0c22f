//! What `lint` says to a person: its findings, each with the lines that it is about.

use crate::{
    lint::{LintFinding, LintPlace, LintReport},
    output::{
        DOCS, Document,
        document::{Block, Count, Entries, Entry, Field, Frame, FrameMark, FramePart, Headline, Span, Text, Value},
        wording::{count, list},
    },
    status::{Severity, Status},
};

/// Rows of a matrix that are named.
const MOST_ROWS: usize = 4;

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
    let ignored = (found.ignored > 0).then(|| Count {
        status: None,
        number: found.ignored.to_string(),
        word: "ignored with a reason".to_owned(),
    });
    let tail = ignored.as_ref().map_or_else(String::new, |count| format!("{} {}", count.number, count.word));
    let entries = Entries {
        shown: found.findings.iter().map(|finding| entry(finding, found)).collect(),
        elsewhere: "`--format json` has them all".into(),
        ..Entries::default()
    };
    let can_fix = found.findings.iter().any(|one| one.mend.is_some());
    Document {
        command: "lint",
        headline: Some(Headline {
            status: Some(worst.map_or(Status::Pass, Severity::status)),
            text: Text::words(text),
            tail,
        }),
        counts: counts.chain(ignored).collect(),
        blocks: if found.findings.is_empty() { Vec::new() } else { vec![Block::Entries(entries)] },
        hints: can_fix
            .then(|| "`goenv-ci lint --fix --dry-run` shows what it can fix by itself".into())
            .into_iter()
            .collect(),
        ..Document::default()
    }
}

fn entry(finding: &LintFinding, report: &LintReport) -> Entry {
    let mut fields = vec![Field::new("seen", finding.evidence.as_str())];
    if !finding.rows.is_empty() {
        fields.push(Field::new("in", Text::words(rows(&finding.rows))));
    }
    let mut help = Field::new("help", finding.help.as_str());
    if finding.mend.is_some() {
        help = help.note("`goenv-ci lint --fix` does this by itself");
    }
    fields.push(help);
    fields.retain(|field| !matches!(&field.value, Value::Text(text) if text.is_empty()));
    Entry {
        mark: finding.severity.into(),
        title: Text::from(finding.message.as_str()),
        id: Some(link(finding.id)),
        summary: None,
        frame: Some(frame(finding, report)),
        fields,
        details: Vec::new(),
    }
}

/// `a`, `b` and 7 more.
fn rows(all: &[String]) -> String {
    let more = all.len().saturating_sub(MOST_ROWS);
    let mut named: Vec<String> = all.iter().take(MOST_ROWS).cloned().collect();
    named.extend((more > 0).then(|| format!("{more} more")));
    list(&named)
}

/// The line of the finding, and those of the places beside it, each file by itself.
fn frame(finding: &LintFinding, report: &LintReport) -> Frame {
    let mut marks = vec![(&finding.location, mark(&finding.location, "", true))];
    marks.extend(finding.related.iter().map(|one| (&one.location, mark(&one.location, &one.label, false))));
    let mut parts: Vec<FramePart> = Vec::new();
    for (place, mark) in marks {
        match parts.iter_mut().find(|part| part.path == place.file) {
            Some(part) => part.marks.push(mark),
            None => parts.push(FramePart { path: place.file.clone(), marks: vec![mark], ..FramePart::default() }),
        }
    }
    for part in &mut parts {
        part.marks.retain(|mark| mark.line > 0);
        let (Some(text), Some(first), Some(last)) = (
            report.text(&part.path),
            part.marks.iter().map(|mark| mark.line).min(),
            part.marks.iter().map(|mark| mark.line).max(),
        ) else {
            continue;
        };
        part.first_line = first;
        part.source = text.lines().skip(first - 1).take(last - first + 1).collect::<Vec<_>>().join("\n");
    }
    Frame { severity: finding.severity, parts }
}

fn mark(place: &LintPlace, label: &str, is_primary: bool) -> FrameMark {
    let LintPlace { line, column, end_column, .. } = *place;
    FrameMark { line, column, end_column, label: label.to_owned(), is_primary }
}

/// The section of docs/lint.md about a rule.
pub(crate) fn page_of(id: &str) -> String {
    format!("{DOCS}lint.md#{id}")
}

/// An id that leads to its section of docs/lint.md.
pub(crate) fn link(id: &str) -> Text {
    Span::Link { words: id.to_owned(), url: page_of(id) }.into()
}
