//! `doctor` for the job summary.

use crate::output::sanitize::{clip, one_line};
use crate::{
    doctor::json::{FindingsV1, SeverityV1},
    output::markdown::{block, name, sentence},
};
use std::fmt::Write;

/// Characters of each value.
const MOST: usize = 2_000;

/// All findings.
#[must_use]
pub fn render(found: &FindingsV1) -> String {
    let symbol = match found.findings.first().map(|one| one.severity) {
        None => "✅",
        Some(SeverityV1::Error) => "❌",
        Some(SeverityV1::Warning) => "⚠️",
        Some(SeverityV1::Note) => "ℹ️",
    };
    let mut out = format!("# {symbol} {}\n", found.headline());
    for one in &found.findings {
        let symbol = match one.severity {
            SeverityV1::Error => "❌",
            SeverityV1::Warning => "⚠️",
            SeverityV1::Note => "ℹ️",
        };
        let _ = writeln!(
            out,
            "\n### {symbol} {}\n\n<p>{}.</p>\n\n<table>",
            name(&one.id),
            sentence(&clip(&one.message, MOST))
        );
        let mut row = |title: &str, value: &str| {
            let _ = writeln!(out, "<tr><th align=\"left\">{title}</th><td>{}</td></tr>", sentence(&clip(value, MOST)));
        };
        row("Seen", &one.evidence);
        if let Some(place) = &one.location {
            row("Where", &format!("`{}`", one_line(&place.file)));
        }
        out += "</table>\n";
        if let Some(mend) = &one.mend {
            let _ = writeln!(out, "\n<pre>\n{}\n</pre>", block(&clip(&mend.command, MOST)));
        }
    }
    out
}
