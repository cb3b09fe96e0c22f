//! What `doctor --log` says to a person, and docs/messages.md.

use crate::{
    doctor::{
        finding::Finding,
        log::{LogMessage, LogVerdict, messages::SUBJECTS, wording},
    },
    output::{
        Document,
        document::{Block, Count, Entries, Entry, Field, Headline, Span, Text},
        wording::count,
    },
    status::{Severity, Status},
};
use std::collections::{BTreeMap, BTreeSet};

/// The causes that a log names.
#[must_use]
pub fn document(found: &LogVerdict, file: &str) -> Document {
    let LogVerdict { findings, lines } = found;
    let read = format!("{} read", count(*lines, "line"));
    let text = match findings.len() {
        0 => format!("No known message; {read}"),
        number => format!("{} in the log", count(number, "cause")),
    };
    let status = findings.first().map(|worst| worst.severity.status());
    let of = |severity| findings.iter().filter(|one| one.severity == severity).count();
    let counts = Severity::ALL.into_iter().filter(|severity| of(*severity) > 0).map(|severity| Count {
        status: Some(severity.status()),
        number: of(severity).to_string(),
        word: if of(severity) == 1 { severity.name().to_owned() } else { format!("{}s", severity.name()) },
    });
    let entries = Entries { shown: findings.iter().map(entry).collect(), ..Entries::default() };
    let none = "Only messages about Go's environment, versions, modules and caches are known, not compile errors and \
                failed tests";
    Document {
        command: "doctor",
        headline: Some(Headline {
            status: Some(status.unwrap_or(Status::Pass)),
            text: Text::words(text),
            tail: if findings.is_empty() { String::new() } else { read },
        }),
        counts: counts.collect(),
        facts: vec![Field::new("log", if file == "-" { Text::words("standard input") } else { Text::code(file) })],
        blocks: if findings.is_empty() { Vec::new() } else { vec![Block::Entries(entries)] },
        hints: findings.is_empty().then(|| Text::from(none)).into_iter().collect(),
        ..Document::default()
    }
}

fn entry(finding: &Finding) -> Entry {
    let mut fields = vec![Field::new("seen", Text::code(finding.evidence.as_str()))];
    let mut id = Text::words(finding.id);
    if let Some(seen) = &finding.log {
        fields.push(Field::new("where", Text::words(places(&seen.lines, seen.count))));
        fields.push(Field::new("do", seen.remedy.as_str()));
        id = Span::Link { words: finding.id.to_owned(), url: seen.page.clone() }.into();
    }
    if let Some(fix) = &finding.fix {
        fields.push(Field::code("fix", fix.command.as_str()));
    }
    Entry {
        mark: finding.severity.into(),
        title: Text::from(finding.message.as_str()),
        id: Some(id),
        summary: None,
        frame: None,
        fields,
        details: Vec::new(),
    }
}

/// `line 3`, `lines 3, 9 and 12`, `lines 3, 9, 12, 15, 20 and 7 more`.
fn places(lines: &[usize], count: usize) -> String {
    let mut words: Vec<String> = lines.iter().map(usize::to_string).collect();
    if count > lines.len() {
        words.push(format!("{} more", count - lines.len()));
    }
    match words.split_last() {
        None => String::new(),
        Some((only, [])) => format!("line {only}"),
        Some((last, others)) => format!("lines {} and {last}", others.join(", ")),
    }
}

/// docs/messages.md, without its head; `provoked` says on which Go each message was brought about in a test.
#[must_use]
pub fn page(provoked: &BTreeMap<String, BTreeSet<String>>) -> String {
    let mut page = String::new();
    for (subject, messages) in SUBJECTS {
        page.push_str(&format!("## {subject}\n\n"));
        messages.iter().for_each(|message| page.push_str(&section(message, provoked.get(message.id))));
    }
    page
}

fn section(message: &LogMessage, provoked: Option<&BTreeSet<String>>) -> String {
    let mut text = format!("### {}\n\n**{}** ({})\n\n", message.id, message.title, message.severity.name());
    for said in message.said {
        text.push_str(&format!("- {}\n", code(&shown(said))));
    }
    text.push_str(&format!("\n{}.\n\n{}\n\n", shown(message.cause), message.remedy));
    if let Some(command) = message.command {
        text.push_str(&format!("Fix: {}\n\n", code(command)));
    }
    let mut facts = vec![format!("Said by: {}", message.source)];
    if !message.go.is_empty() {
        facts.push(format!("Go {}", message.go));
    }
    match (provoked, message.sample) {
        (Some(versions), _) => {
            let versions: Vec<&str> = versions.iter().map(String::as_str).collect();
            facts.push(format!("provoked with Go {}", versions.join(", ")));
        }
        (None, Some(sample)) => facts.push(format!("not provoked; met in <{}>", sample.from)),
        (None, None) => facts.push("not provoked".to_owned()),
    }
    text.push_str(&format!("{}.\n\n", facts.join("; ")));
    text
}

/// `{version}` as `VERSION`.
fn shown(text: &'static str) -> String {
    wording::pieces(text)
        .map(|(piece, is_name)| match (is_name, piece) {
            (false, _) => piece.to_owned(),
            (true, "rest") => "…".to_owned(),
            (true, name) => name.to_uppercase(),
        })
        .collect()
}

/// Code in Markdown, whatever backquotes it holds.
fn code(text: &str) -> String {
    if text.contains('`') { format!("`` {text} ``") } else { format!("`{text}`") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_of_a_cause_are_told_in_words() {
        assert_eq!(places(&[3], 1), "line 3");
        assert_eq!(places(&[3, 9], 2), "lines 3 and 9");
        assert_eq!(places(&[3, 9, 12], 10), "lines 3, 9, 12 and 7 more");
    }
}
