//! A plan for a person: values and reasons, the exact lines of each command
//! file, PATH as the runner computes it, the matrix, and what may surprise.

use crate::output::paint::Paint;
use crate::{drives, plan::Plan};
use anstyle::{AnsiColor, Style};
use std::fmt::Write;

const HEADING: Style = Style::new().bold();
const VARIABLE: Style = AnsiColor::Cyan.on_default();
const DIM: Style = Style::new().dimmed();
const WARNING: Style = AnsiColor::Yellow.on_default().bold();

/// More entries of PATH than anyone reads.
const PATH_SHOWN: usize = 12;
/// Jobs of the matrix.
const JOBS_SHOWN: usize = 40;

/// The plan, with a line feed at its end.
#[must_use]
pub fn render(plan: &Plan, paint: Paint) -> String {
    let mut out = String::new();
    let p = |style: Style, text: &str| paint.on(style, text);
    let _ = writeln!(out, "{} {}\n", p(HEADING, "Plan for"), p(HEADING, &plan.runner));
    for a in &plan.assignments {
        let value = if a.value.is_empty() { "(empty: Go reads that as unset)" } else { &a.value };
        let _ = writeln!(out, "  {:<8} {value}", p(VARIABLE, &format!("{:<8}", a.variable.name())));
        let _ = writeln!(out, "           {}", p(DIM, &a.reason));
    }
    for file in &plan.files {
        let _ = writeln!(out, "\n{}", p(HEADING, &format!("Lines for {}", file.file.variable())));
        for line in &file.lines {
            let _ = writeln!(out, "  {line}");
        }
    }
    let _ = writeln!(out, "\n{}", p(HEADING, "PATH of the next step, first entry first"));
    for (at, step) in plan.path_order.iter().take(PATH_SHOWN).enumerate() {
        let _ = writeln!(out, "  {:>2}. {}  {}", at + 1, step.entry, p(DIM, &step.origin));
    }
    if plan.path_order.len() > PATH_SHOWN {
        let _ = writeln!(out, "      {}", p(DIM, &format!("and {} more", plan.path_order.len() - PATH_SHOWN)));
    }
    let _ = writeln!(out, "\n{}", p(HEADING, "Verification matrix"));
    for leg in plan.matrix.iter().take(JOBS_SHOWN) {
        let shard = leg.shard.map(|shard| format!(", shard {shard}")).unwrap_or_default();
        let _ = writeln!(out, "  Go {:<8} on {}{shard}", leg.go, leg.os);
    }
    if plan.matrix.len() > JOBS_SHOWN {
        let _ = writeln!(out, "  {}", p(DIM, &format!("and {} more", plan.matrix.len() - JOBS_SHOWN)));
    }
    if !plan.drives.places.is_empty() {
        let _ = writeln!(out, "\n{}", p(HEADING, "Drives"));
    }
    for place in &plan.drives.places {
        let _ = writeln!(out, "  {}", drives::line(place));
    }
    for (title, notes) in [("note:", &plan.assumptions), ("note:", &plan.drives.advice), ("warning:", &plan.warnings)] {
        for note in notes {
            let _ = writeln!(out, "\n{} {note}", p(if title == "note:" { HEADING } else { WARNING }, title));
        }
    }
    out
}
