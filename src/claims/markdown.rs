//! claims.md, the job summary: the grid, then each claim with what was seen.

use crate::{
    claims::wording::{counts, headline, rank, versions, word, worst},
    output::{
        markdown::{SUMMARY_BYTES, block, name, sentence},
        wording::duration,
    },
};
use crate::{
    claims::{ClaimVerdict, ClaimsReport, JudgedClaim},
    output::sanitize::{clip, one_line},
};

/// Characters of each value.
const VALUE: usize = 2_000;

/// As Markdown, shorter than GitHub's limit for a summary.
#[must_use]
pub fn render(report: &ClaimsReport) -> String {
    let versions = report.versions();
    let mut text = format!("# {}\n\n", sentence(&headline(report)));
    text += &format!(
        "<p>{} in {} on {} {}.</p>\n\n| Claim |",
        counts(report.tally()),
        duration(report.duration),
        sentence(&clip(&report.runner.os, 40)),
        sentence(&clip(&report.runner.arch, 40)),
    );
    versions.iter().for_each(|version| text += &format!(" Go {} |", name(&clip(version, 80))));
    text += &format!("\n| :-- |{}\n", " :-- |".repeat(versions.len()));
    for judged in &report.claims {
        text += &format!("| {} |", name(&judged.claim.id));
        for version in &versions {
            let verdict = judged.results.iter().find(|result| result.go == *version).map(|result| result.verdict);
            text += &verdict
                .map_or_else(|| " – |".to_owned(), |verdict| format!(" {} {} |", symbol(verdict), word(verdict)));
        }
        text.push('\n');
        if text.len() > SUMMARY_BYTES / 4 {
            text += "\nFurther claims are in claims.json.\n";
            break;
        }
    }
    let mut sorted: Vec<&JudgedClaim> = report.claims.iter().collect();
    sorted.sort_by_key(|judged| rank(worst(judged)));
    let mut left_out = 0;
    for judged in sorted {
        let section = claim(judged);
        if left_out > 0 || text.len() + section.len() > SUMMARY_BYTES - 1024 {
            left_out += 1;
        } else {
            text += &section;
        }
    }
    if left_out > 0 {
        text +=
            &format!("\n> **{left_out} claims left out here** to keep this summary short; claims.json has them all.\n");
    }
    text
}

fn symbol(verdict: ClaimVerdict) -> &'static str {
    match verdict {
        ClaimVerdict::Holds => "✅",
        ClaimVerdict::Refuted => "❌",
        ClaimVerdict::Depends => "🔶",
        ClaimVerdict::Untestable => "⚪",
        ClaimVerdict::Error => "⚠️",
    }
}

fn claim(judged: &JudgedClaim) -> String {
    let claim = &judged.claim;
    let verdict = worst(judged);
    let mut text = format!(
        "\n<details><summary>{} {}: {}</summary>\n\n<table>\n",
        symbol(verdict),
        word(verdict),
        sentence(&one_line(&clip(&claim.statement, VALUE))),
    );
    let mut row = |title: &str, value: &str| {
        text += &format!("<tr><th align=\"left\">{title}</th><td>{}</td></tr>\n", sentence(&clip(value, VALUE)));
    };
    row("Claim", &claim.id);
    let groups = judged.alike();
    for (go, result) in &groups {
        let on = if groups.len() > 1 {
            sentence(&format!(" on {}, {}", versions(go), word(result.verdict)))
        } else {
            String::new()
        };
        row(&format!("Why{on}"), &result.reason);
        if !result.observed.is_empty() {
            row(&format!("Seen{on}"), &result.observed);
        }
    }
    if let Some(lesson) = &claim.lesson {
        row("Lesson", lesson);
    }
    if let Some(source) = &claim.source {
        row("Said in", source);
    }
    text += "</table>\n";
    if let Some(result) = judged.results.iter().rev().find(|result| !result.command.is_empty()) {
        text += &format!(
            "\nBy hand, with Go {}:\n\n<pre>\n{}</pre>\n",
            name(&clip(&result.go, 80)),
            block(&clip(&result.command, VALUE * 3)),
        );
    }
    text + "\n</details>\n"
}
