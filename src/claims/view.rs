//! What `claims` says to a person: the grid of claims and Go versions, then
//! each claim with why, what was seen, and the lines to repeat it.

use crate::{
    claims::{ClaimResult, ClaimVerdict, ClaimsReport, JudgedClaim},
    output::{
        Document,
        document::{Block, Cell, Count, Entries, Entry, Field, Folded, Headline, Mark, Span, Table, Text, Value},
        wording::{count, duration, list},
    },
    status::Status,
};
use std::borrow::Cow;

/// So many claims are shown whole in a terminal too, with the lines to repeat them.
const FEW: usize = 3;

/// The verdicts. With many claims, those that hold or are untestable are told apart, and what was seen is folded.
#[must_use]
pub fn document(report: &ClaimsReport) -> Document {
    let mut sorted: Vec<&JudgedClaim> = report.claims.iter().collect();
    sorted.sort_by_key(|judged| (judged.worst().status(), judged.worst()));
    let few = sorted.len() <= FEW;
    let mut blocks = Vec::new();
    if sorted.len() > 1 {
        blocks.push(Block::Table(grid(report)));
    }
    let of = |statuses: &[Status]| -> Vec<&JudgedClaim> {
        sorted.iter().copied().filter(|judged| statuses.contains(&judged.worst().status())).collect()
    };
    if few {
        blocks.push(entries(sorted.iter().map(|judged| whole(judged))));
    } else {
        let (untestable, held) = (of(&[Status::Skip]), of(&[Status::Pass]));
        blocks.push(entries(of(&[Status::Fail, Status::Error]).into_iter().map(brief)));
        blocks.push(entries(reasons(&untestable)));
        let title = format!("{} that cannot be tested here", count(untestable.len(), "claim"));
        blocks.extend(folded(Status::Skip, &title, &untestable));
        let verb = if held.len() == 1 { "holds" } else { "hold" };
        blocks.extend(folded(Status::Pass, &format!("{} that {verb}", count(held.len(), "claim")), &held));
    }
    blocks.push(entries(report.missing.iter().map(|missing| Entry {
        mark: Mark { status: Some(Status::Error), word: Cow::Borrowed("missing") },
        title: Text::words(format!("Go {} was not found", missing.request)),
        id: None,
        summary: None,
        frame: None,
        fields: vec![Field {
            name: "looked at".to_owned(),
            value: Value::List(missing.looked_at.iter().map(Text::words).collect()),
            notes: Vec::new(),
        }],
        details: Vec::new(),
    })));
    let hint = Text::from("`--claim ID` shows one claim with the lines to repeat it");
    Document {
        command: "claims",
        headline: Some(headline(report)),
        counts: counts(report),
        facts: facts(report),
        blocks,
        hints: if few { Vec::new() } else { vec![hint] },
        ..Document::default()
    }
}

fn entries(shown: impl Iterator<Item = Entry>) -> Block {
    Block::Entries(Entries { shown: shown.collect(), ..Entries::default() })
}

/// Claims and how many of them have this verdict.
fn number(report: &ClaimsReport, verdict: ClaimVerdict) -> usize {
    report.claims.iter().filter(|judged| judged.worst() == verdict).count()
}

fn headline(report: &ClaimsReport) -> Headline {
    use ClaimVerdict::{Depends, Error, Holds, Refuted, Untestable};
    let of = |verdict| number(report, verdict);
    let all = report.claims.len();
    let verb = |number: usize, one: &'static str, more: &'static str| if number == 1 { one } else { more };
    let (text, tail) = match report.claims.as_slice() {
        [] => ("No claim was judged".to_owned(), None),
        [only] => {
            let text = match only.worst() {
                Holds => "The claim holds",
                Refuted => "The claim is refuted",
                Depends => "The claim holds in some cases only",
                Untestable => "The claim cannot be tested here",
                Error => "The claim could not be judged",
            };
            (text.to_owned(), Some(format!("judged on Go {}", list(&report.versions()))))
        }
        _ => {
            let fails = of(Refuted) + of(Depends);
            let text = match (fails, of(Error), of(Holds), of(Untestable)) {
                (1.., ..) => format!("{fails} of {all} claims {} not hold", verb(fails, "does", "do")),
                (0, errors @ 1.., ..) => format!("{errors} of {all} claims could not be judged"),
                (0, 0, _, 0) => format!("All {all} claims hold"),
                (0, 0, 0, _) => format!("None of {all} claims can be tested here"),
                (0, 0, held, untestable) => format!(
                    "{held} of {all} claims {}, {untestable} cannot be tested here",
                    verb(held, "holds", "hold")
                ),
            };
            let kinds: Vec<String> = [
                (of(Refuted), "refuted", "refuted"),
                (of(Depends), "depends", "depend"),
                (of(Error), "error", "errors"),
                (of(Untestable), "untestable", "untestable"),
                (of(Holds), "holds", "hold"),
            ]
            .into_iter()
            .filter(|(number, ..)| *number > 0)
            .map(|(number, one, more)| format!("{number} {}", verb(number, one, more)))
            .collect();
            (text, Some(list(&kinds)))
        }
    };
    let tail = tail.map_or_else(String::new, |tail| format!("{tail} in {}", duration(report.duration)));
    Headline { status: report.status(), text: Text::words(text), tail }
}

fn counts(report: &ClaimsReport) -> Vec<Count> {
    let one = |verdict: ClaimVerdict, word: &str| Count {
        status: Some(verdict.status()),
        number: number(report, verdict).to_string(),
        word: word.to_owned(),
    };
    vec![
        one(ClaimVerdict::Refuted, "refuted"),
        one(ClaimVerdict::Depends, "in some cases only"),
        one(ClaimVerdict::Error, "in error"),
        one(ClaimVerdict::Untestable, "untestable"),
        one(ClaimVerdict::Holds, "true"),
    ]
}

fn facts(report: &ClaimsReport) -> Vec<Field> {
    let machine = format!("{} {}", report.runner.os, report.runner.arch);
    let machine = if report.runner.image.is_empty() { machine } else { format!("{} ({machine})", report.runner.image) };
    vec![
        Field::new("Machine", Text::words(machine)),
        Field::new("Go", Text::words(list(&report.versions()))),
        Field::new("Took", Text::words(duration(report.duration))),
    ]
}

fn grid(report: &ClaimsReport) -> Table {
    let versions = report.versions();
    let cell =
        |result: &ClaimResult| Cell { status: Some(result.verdict.status()), text: Text::words(result.verdict.word()) };
    let row = |judged: &JudgedClaim| {
        let verdicts = versions
            .iter()
            .map(|version| judged.results.iter().find(|result| result.go == *version).map_or_else(Cell::default, cell));
        [Cell::new(Text::words(&judged.id))].into_iter().chain(verdicts).collect()
    };
    let head = ["Claim".to_owned()].into_iter().chain(versions.iter().map(|version| format!("Go {version}")));
    Table { head: head.map(Text::words).collect(), rows: report.claims.iter().map(row).collect(), more: 0 }
}

/// Why no experiment was possible, with the claims of each reason.
fn reasons<'a>(untestable: &[&'a JudgedClaim]) -> impl Iterator<Item = Entry> + use<'a> {
    let mut groups: Vec<(&str, Vec<&str>)> = Vec::new();
    for judged in untestable {
        let reason = judged.results.first().map_or("", |result| result.reason.as_str());
        match groups.iter_mut().find(|(other, _)| *other == reason) {
            Some((_, ids)) => ids.push(&judged.id),
            None => groups.push((reason, vec![&judged.id])),
        }
    }
    groups.into_iter().map(|(reason, ids)| Entry {
        mark: mark(ClaimVerdict::Untestable),
        title: Text::from(reason),
        id: None,
        summary: None,
        frame: None,
        fields: vec![Field::new("claims", Text::words(ids.join(", ")))],
        details: Vec::new(),
    })
}

/// Claims that a terminal leaves out.
fn folded(status: Status, title: &str, claims: &[&JudgedClaim]) -> Option<Block> {
    let blocks = vec![entries(claims.iter().map(|judged| brief(judged)))];
    let summary = Text::words(title);
    (!claims.is_empty()).then_some(Block::Folded(Folded { status: Some(status), summary, open: false, blocks }))
}

fn mark(verdict: ClaimVerdict) -> Mark {
    Mark { status: Some(verdict.status()), word: Cow::Borrowed(verdict.word()) }
}

/// A claim with its verdict and why.
fn entry(judged: &JudgedClaim) -> Entry {
    let groups = judged.alike();
    let one_verdict = groups.iter().all(|(_, result)| result.verdict == judged.worst());
    let why = |(versions, result): &(Vec<&str>, &ClaimResult)| {
        let name = if groups.len() == 1 { "why".to_owned() } else { versions.join(", ") };
        let reason = Text::from(result.reason.as_str());
        let verdict = Text::words(format!("{}: ", result.verdict.word()));
        Field::new(name, if one_verdict { reason } else { verdict.and(reason) })
    };
    let mut fields: Vec<Field> = groups.iter().map(why).collect();
    fields.extend(judged.lesson.as_deref().map(|lesson| Field::new("lesson", lesson)));
    Entry {
        mark: mark(judged.worst()),
        title: Text::from(judged.statement.as_str()),
        id: Some(Text::words(&judged.id)),
        summary: None,
        frame: None,
        fields,
        details: Vec::new(),
    }
}

/// What was seen, and where the claim is made.
fn evidence(judged: &JudgedClaim) -> Vec<Field> {
    let groups = judged.alike();
    let seen = groups.iter().filter(|(_, result)| !result.observed.is_empty()).map(|(versions, result)| {
        let name = if groups.len() == 1 { "seen".to_owned() } else { format!("seen on {}", versions.join(", ")) };
        Field::new(name, result.observed.as_str())
    });
    let source = judged.source.as_ref().map(|source| {
        let link = Span::Link { words: source.clone(), url: source.clone() };
        Field::new("source", if source.starts_with("https://") { link.into() } else { Text::words(source) })
    });
    seen.chain(source).collect()
}

/// The lines to repeat it on the newest version on which there are any.
fn repro(judged: &JudgedClaim) -> Vec<Block> {
    let Some(result) = judged.results.iter().rev().find(|result| !result.command.is_empty()) else {
        return Vec::new();
    };
    let head = Text::words(format!("To repeat it with Go {}:", result.go));
    vec![Block::Paragraph(head), Block::Code(result.command.clone())]
}

fn whole(judged: &JudgedClaim) -> Entry {
    let mut entry = entry(judged);
    entry.fields.extend(evidence(judged));
    entry.details = repro(judged);
    entry
}

fn brief(judged: &JudgedClaim) -> Entry {
    let fields = evidence(judged);
    let mut blocks = if fields.is_empty() { Vec::new() } else { vec![Block::Fields(fields)] };
    blocks.extend(repro(judged));
    let summary = Text::words("What was seen, and how to repeat it");
    let details = if blocks.is_empty() {
        Vec::new()
    } else {
        vec![Block::Folded(Folded { status: None, summary, open: false, blocks })]
    };
    Entry { details, ..entry(judged) }
}
