//! What a terminal shows after `claims`: the grid, what was seen for each
//! claim that does not simply hold, and one closing line.

use crate::{
    claims::wording::{counts, mark, rank, versions, word, worst},
    output::{
        paint::{BAD, BOLD, DIM, GOOD, Paint, WARN},
        wording::duration,
        wrap::{padded, width, wrap},
    },
};
use crate::{
    claims::{ClaimVerdict, ClaimsReport, JudgedClaim},
    output::sanitize::{clip, disarmed, one_line, visible},
};
use anstyle::Style;

/// Characters of each value.
const VALUE: usize = 1_200;
/// Where values begin.
const HANG: usize = 11;

/// The verdicts for a terminal of this many columns, with a line feed at its end.
#[must_use]
pub fn render(report: &ClaimsReport, paint: Paint, columns: usize) -> String {
    let sheet = Sheet { paint, columns: columns.max(40) };
    let mut text = sheet.grid(report);
    let mut sorted: Vec<&JudgedClaim> = report.claims.iter().collect();
    sorted.sort_by_key(|judged| rank(worst(judged)));
    // With few claims nobody asked for an overview.
    let few = report.claims.len() <= 3;
    let told = |judged: &&&JudgedClaim| few || !matches!(worst(judged), ClaimVerdict::Holds | ClaimVerdict::Untestable);
    sorted.iter().filter(told).for_each(|judged| text += &sheet.claim(judged, few));
    if !few {
        text += &sheet.untestable(report);
    }
    for missing in &report.missing {
        text += &format!("{} Go {} was not found\n", paint.on(WARN, "MISSING"), missing.request);
        missing.looked_at.iter().for_each(|place| text += &sheet.field("looked at", place));
    }
    let tally = report.tally();
    let style = match (tally.refuted + tally.depends, tally.error) {
        (1.., _) => BAD,
        (0, 1..) => WARN,
        (0, 0) => GOOD,
    };
    text += &paint.on(style, &format!("{} in {}", counts(tally), duration(report.duration)));
    text.push('\n');
    if !few {
        text += &paint.on(DIM, "`--claim ID` shows one claim with the lines to repeat it by hand");
        text.push('\n');
    }
    disarmed(&text)
}

struct Sheet {
    paint: Paint,
    columns: usize,
}

impl Sheet {
    fn grid(&self, report: &ClaimsReport) -> String {
        let versions: Vec<String> = report.versions().iter().map(|version| one_line(&clip(version, 16))).collect();
        let cell = |verdict: ClaimVerdict| format!("{} {}", mark(verdict), word(verdict));
        let wide = versions.iter().map(|v| width(v)).chain(["- untestable".len()]).max().unwrap_or(0) + 2;
        let ids = report.claims.iter().map(|judged| width(&judged.claim.id));
        let room = self.columns.saturating_sub(wide * versions.len()).max(24);
        let first = (ids.chain([5]).max().unwrap_or(5) + 2).min(room);
        let heads: String = versions.iter().map(|version| padded(version, wide)).collect();
        let mut text = format!("{}\n", self.paint.on(BOLD, format!("{}{heads}", padded("Claim", first)).trim_end()));
        for judged in &report.claims {
            let id = one_line(&judged.claim.id);
            let mut line = padded(&id, first);
            if width(&id) + 2 > first {
                line = format!("{id}\n{}", " ".repeat(first));
            }
            for version in report.versions() {
                let verdict = judged.results.iter().find(|result| result.go == version).map(|result| result.verdict);
                let shown = verdict.map_or_else(String::new, cell);
                let gap = " ".repeat(wide.saturating_sub(width(&shown)));
                line += &format!("{}{gap}", self.paint.on(verdict.map_or(DIM, style), &shown));
            }
            text += &format!("{}\n", line.trim_end());
        }
        text + "\n"
    }

    fn claim(&self, judged: &JudgedClaim, by_hand: bool) -> String {
        let claim = &judged.claim;
        let verdict = worst(judged);
        let label = word(verdict).to_uppercase();
        let mut text = String::new();
        for (at, line) in wrap(&one_line(&claim.statement), self.columns - HANG).iter().enumerate() {
            let lead = if at == 0 { padded(&label, HANG) } else { " ".repeat(HANG) };
            text += &format!("{}{}\n", self.paint.on(style(verdict), &lead), self.paint.on(BOLD, line));
        }
        text += &self.field("claim", &claim.id);
        let groups = judged.alike();
        for (go, result) in &groups {
            let on = if groups.len() > 1 {
                format!("on {}, {}: ", versions(go), word(result.verdict))
            } else {
                String::new()
            };
            text += &self.field("why", &format!("{on}{}", result.reason));
        }
        if let Some(lesson) = &claim.lesson {
            text += &self.field("lesson", lesson);
        }
        if by_hand {
            if let Some(source) = &claim.source {
                text += &self.field("source", source);
            }
            if let Some(result) = judged.results.iter().rev().find(|result| !result.command.is_empty()) {
                text += &format!("  {}\n", self.paint.on(DIM, &format!("by hand, with Go {}:", result.go)));
                visible(&result.command)
                    .lines()
                    .for_each(|line| text += &format!("{}\n", format!("    {line}").trim_end()));
            }
        }
        text + "\n"
    }

    /// Reasons, each with the claims that have it.
    fn untestable(&self, report: &ClaimsReport) -> String {
        let mut groups: Vec<(&str, Vec<&str>)> = Vec::new();
        for judged in report.claims.iter().filter(|judged| worst(judged) == ClaimVerdict::Untestable) {
            let reason = judged.results.first().map_or("", |result| result.reason.as_str());
            match groups.iter_mut().find(|(other, _)| *other == reason) {
                Some((_, ids)) => ids.push(&judged.claim.id),
                None => groups.push((reason, vec![&judged.claim.id])),
            }
        }
        let mut text = String::new();
        for (reason, ids) in groups {
            text += &format!("{}\n", self.paint.on(DIM, "UNTESTABLE"));
            text += &self.field("claims", &ids.join(", "));
            text += &self.field("why", reason);
            text.push('\n');
        }
        text
    }

    /// A name and its value, which hangs at the same column when it is long.
    fn field(&self, name: &str, value: &str) -> String {
        let mut text = String::new();
        for (at, line) in wrap(&clip(value.trim(), VALUE), self.columns - HANG).iter().enumerate() {
            let lead = padded(if at == 0 { name } else { "" }, HANG - 2);
            text += format!("  {}{line}", self.paint.on(DIM, &lead)).trim_end();
            text.push('\n');
        }
        text
    }
}

fn style(verdict: ClaimVerdict) -> Style {
    match verdict {
        ClaimVerdict::Holds => GOOD,
        ClaimVerdict::Refuted => BAD,
        ClaimVerdict::Depends | ClaimVerdict::Error => WARN,
        ClaimVerdict::Untestable => DIM,
    }
}
