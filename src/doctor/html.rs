//! `doctor` as a page.

use crate::output::sanitize::{one_line, visible};
use crate::{
    doctor::json::{FindingsV1, SeverityV1},
    output::sheet::Sheet,
    report::page::view::{Text, text},
};
use askama::Template;

#[derive(Template)]
#[template(path = "doctor.html")]
struct Page {
    sheet: Sheet,
    findings: Vec<Finding>,
}

struct Finding {
    id: String,
    state: &'static str,
    symbol: &'static str,
    word: &'static str,
    message: Text,
    evidence: Text,
    place: Option<String>,
    mend: Option<(String, bool)>,
}

/// All findings as one self-contained page.
///
/// # Errors
/// As the template engine says; none is known.
pub fn render(found: &FindingsV1) -> Result<String, askama::Error> {
    let (state, symbol) = found.findings.first().map_or(("pass", "✓"), |one| mark(one.severity));
    let mut sheet = Sheet::new("doctor", state, symbol, found.headline());
    sheet.counts = vec![
        ("fail", found.count(SeverityV1::Error), "errors"),
        ("error", found.count(SeverityV1::Warning), "warnings"),
        ("skip", found.count(SeverityV1::Note), "notes"),
    ];
    sheet.facts = vec![("Go", found.go.clone().unwrap_or_else(|| "none on PATH".to_owned()))];
    let findings = found
        .findings
        .iter()
        .map(|one| {
            let (state, symbol) = mark(one.severity);
            let line = |line: usize| format!(":{line}");
            Finding {
                id: one_line(&one.id),
                state,
                symbol,
                word: word(one.severity),
                message: text(&one.message),
                evidence: text(&one.evidence),
                place: one
                    .location
                    .as_ref()
                    .map(|place| one_line(&place.file) + &place.line.map(line).unwrap_or_default()),
                mend: one.mend.as_ref().map(|mend| (visible(&mend.command).into_owned(), mend.safe)),
            }
        })
        .collect();
    Page { sheet, findings }.render()
}

fn mark(severity: SeverityV1) -> (&'static str, &'static str) {
    match severity {
        SeverityV1::Error => ("fail", "✕"),
        SeverityV1::Warning => ("error", "!"),
        SeverityV1::Note => ("skip", "i"),
    }
}

fn word(severity: SeverityV1) -> &'static str {
    match severity {
        SeverityV1::Error => "error",
        SeverityV1::Warning => "warning",
        SeverityV1::Note => "note",
    }
}
