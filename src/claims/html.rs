//! claims.html: the grid, then each claim with what was seen and the lines to
//! repeat it. Everything is escaped by the template.

use crate::{
    claims::wording::{class, headline, mark, rank, versions, word, worst},
    output::{
        prose::{Part, parts},
        sheet::Sheet,
        wording::{duration, list},
    },
};
use crate::{
    claims::{ClaimVerdict, ClaimsReport, JudgedClaim},
    output::sanitize::{clip, visible},
};
use askama::Template;

/// Characters of each value.
const VALUE: usize = 4_000;

#[derive(Template)]
#[template(path = "claims.html")]
struct Page {
    sheet: Sheet,
    versions: Vec<String>,
    claims: Vec<Shown>,
}

/// A verdict's class, character and word.
struct Badge {
    class: &'static str,
    mark: &'static str,
    word: &'static str,
}

/// A piece of a sentence.
struct Piece {
    code: bool,
    text: String,
}

struct Shown {
    id: String,
    statement: Vec<Piece>,
    badge: Badge,
    /// One for each version; none where it was not judged.
    cells: Vec<Option<Badge>>,
    groups: Vec<Group>,
    lesson: Option<Vec<Piece>>,
    source: Option<String>,
    command: Option<Command>,
}

/// Versions that say the same.
struct Group {
    on: String,
    badge: Badge,
    reason: Vec<Piece>,
    observed: Vec<Piece>,
}

struct Command {
    go: String,
    lines: String,
}

/// The verdicts as one self-contained page.
///
/// # Errors
/// As the template engine says; none is known.
pub fn render(report: &ClaimsReport) -> Result<String, askama::Error> {
    let tally = report.tally();
    let (state, symbol) = match (tally.refuted + tally.depends, tally.error, tally.holds) {
        (1.., ..) => ("fail", "✗"),
        (0, 1.., _) => ("error", "!"),
        (0, 0, 1..) => ("pass", "✓"),
        (0, 0, 0) => ("skip", "-"),
    };
    let mut sheet = Sheet::new("claims", state, symbol, headline(report));
    sheet.counts = vec![
        ("fail", tally.refuted, "refuted"),
        ("error", tally.depends, "depend"),
        ("pass", tally.holds, "hold"),
        ("skip", tally.untestable, "untestable"),
        ("error", tally.error, "errors"),
    ];
    let machine = format!("{} {}", report.runner.os, report.runner.arch);
    let image = if report.runner.image.is_empty() { machine } else { format!("{} ({machine})", report.runner.image) };
    sheet.facts = vec![
        ("Machine", visible(&image).into_owned()),
        ("Go", list(&report.versions())),
        ("Took", duration(report.duration)),
    ];
    Page { sheet, versions: report.versions(), claims: report.claims.iter().map(|one| shown(one, report)).collect() }
        .render()
}

fn badge(verdict: ClaimVerdict) -> Badge {
    Badge { class: class(verdict), mark: mark(verdict), word: word(verdict) }
}

fn pieces(text: &str) -> Vec<Piece> {
    let text = visible(&clip(text.trim(), VALUE)).into_owned();
    let piece = |part: Part<'_>| match part {
        Part::Words(words) => Piece { code: false, text: words.to_owned() },
        Part::Code(code) => Piece { code: true, text: code.to_owned() },
    };
    parts(&text).into_iter().map(piece).collect()
}

fn shown(judged: &JudgedClaim, report: &ClaimsReport) -> Shown {
    let claim = &judged.claim;
    let cell = |version: String| judged.results.iter().find(|result| result.go == version).map(|r| badge(r.verdict));
    let mut groups = judged.alike();
    groups.sort_by_key(|(_, result)| rank(result.verdict));
    let command = judged.results.iter().rev().find(|result| !result.command.is_empty());
    Shown {
        id: visible(&claim.id).into_owned(),
        statement: pieces(&claim.statement),
        badge: badge(worst(judged)),
        cells: report.versions().into_iter().map(cell).collect(),
        groups: groups
            .into_iter()
            .map(|(go, result)| Group {
                on: versions(&go),
                badge: badge(result.verdict),
                reason: pieces(&result.reason),
                observed: pieces(&result.observed),
            })
            .collect(),
        lesson: claim.lesson.as_deref().map(pieces),
        source: claim.source.as_ref().map(|source| visible(source).into_owned()),
        command: command.map(|result| Command {
            go: result.go.clone(),
            lines: visible(&clip(&result.command, VALUE * 2)).into_owned(),
        }),
    }
}
