//! `doctor` for a terminal: the worst first, each with what was seen and its mend.

use crate::output::sanitize::{clip, disarmed, one_line};
use crate::{
    doctor::json::{FindingV1, FindingsV1, SeverityV1},
    output::{paint::Paint, wrap::wrap},
};
use anstyle::{AnsiColor, Style};

const BAD: Style = AnsiColor::Red.on_default().bold();
const WARN: Style = AnsiColor::Yellow.on_default().bold();
const GOOD: Style = AnsiColor::Green.on_default();
const DIM: Style = Style::new().dimmed();
const BOLD: Style = Style::new().bold();

/// Characters of one value; the other formats have it whole.
const MOST: usize = 1_200;
/// Where values begin.
const HANG: usize = 9;

/// All findings, with a line feed at the end.
#[must_use]
pub fn render(found: &FindingsV1, paint: Paint, columns: usize) -> String {
    let mut text: String = found.findings.iter().map(|one| finding(one, paint, columns.max(40))).collect();
    let style = match found.findings.first().map(|one| one.severity) {
        None => GOOD,
        Some(SeverityV1::Error) => BAD,
        Some(SeverityV1::Warning) => WARN,
        Some(SeverityV1::Note) => DIM,
    };
    text += &paint.on(style, &found.headline());
    text.push('\n');
    if found.findings.iter().any(|one| one.mend.as_ref().is_some_and(|mend| mend.safe)) {
        let help = "`goenv-ci doctor --fix --dry-run` shows what it can mend by itself.";
        text += &format!("{}\n", paint.on(DIM, help));
    }
    disarmed(&text)
}

fn finding(one: &FindingV1, paint: Paint, columns: usize) -> String {
    let (label, style) = match one.severity {
        SeverityV1::Error => ("error", BAD),
        SeverityV1::Warning => ("warning", WARN),
        SeverityV1::Note => ("note", DIM),
    };
    let mut text = format!("{} {}\n", paint.on(style, label), paint.on(BOLD, &one.id));
    let mut field = |name: &str, value: &str| {
        for (at, line) in wrap(&one_line(&clip(value, MOST)), columns - HANG).iter().enumerate() {
            let lead = if at == 0 { format!("{name:<width$}", width = HANG - 2) } else { " ".repeat(HANG - 2) };
            text += &format!("  {}{line}\n", paint.on(DIM, &lead));
        }
    };
    field("", &one.message);
    field("seen", &one.evidence);
    if let Some(place) = &one.location {
        let line = place.line.map(|line| format!(":{line}")).unwrap_or_default();
        field("where", &format!("{}{line}", place.file));
    }
    if let Some(mend) = &one.mend {
        field("mend", &mend.command);
    }
    text + "\n"
}
