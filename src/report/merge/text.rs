//! What a terminal shows after `report merge`.

use crate::status::Status;
use crate::{
    output::sanitize::{clip, disarmed, one_line},
    report::merge::{Merged, MergedFinding},
};
use crate::{
    output::{
        Document,
        document::Block,
        paint::Paint,
        terminal::{self, Terminal},
        wording::count,
        wrap::wrap,
    },
    report::{merge::view, wording},
};
use anstyle::{AnsiColor, Style};

const GOOD: Style = AnsiColor::Green.on_default();
const BAD: Style = AnsiColor::Red.on_default().bold();
const WARN: Style = AnsiColor::Yellow.on_default();

/// Findings and problems that are spelt out.
const MOST: usize = 20;

/// The merged report for a terminal of this many columns, with a line feed at its end.
#[must_use]
pub fn render(merged: &Merged, paint: Paint, columns: usize) -> String {
    let columns = columns.max(40);
    let mut text = String::new();
    let (grid, beyond) = view::grid(merged);
    let table = Document { blocks: vec![Block::Table(crate::report::view::variables(&grid))], ..Document::default() };
    text += &terminal::render(&table, Terminal { columns, color: paint == Paint::Ansi, links: false });
    text.push('\n');
    if beyond > 0 {
        text += &format!("{} more are in index.html.\n\n", count(beyond, "Go version"));
    }
    let grids = view::grids(merged);
    if grids.len() > 1 {
        for (runner, _, tally) in grids.iter().take(MOST) {
            let style = if tally.fail > 0 { BAD } else { WARN };
            let line = format!("{}: {}", one_line(&clip(runner, 60)), wording::counts(*tally));
            let bad = tally.fail + tally.error > 0;
            text += &if bad { paint.on(style, &line) } else { line };
            text.push('\n');
        }
        if grids.len() > MOST {
            text += &format!("and {}\n", count(grids.len() - MOST, "more runner"));
        }
        text.push('\n');
    }
    for finding in merged.findings.iter().take(MOST) {
        text += &found(finding, paint, columns);
    }
    let more = merged.findings.len().saturating_sub(MOST) + merged.more_findings;
    if more > 0 {
        text += &format!("{more} more are in the report's files.\n\n");
    }
    text += &trouble(merged, paint, columns);
    let style = match view::outcome(merged) {
        Some(Status::Pass) => GOOD,
        Some(Status::Fail) => BAD,
        Some(Status::Error) | None | Some(Status::Skip) => WARN,
    };
    text += &paint.on(style, &format!("{}: {}", view::headline(merged), wording::counts(merged.tally)));
    text.push('\n');
    text += &format!("{}\n", view::extent(merged));
    disarmed(&text)
}

fn found(finding: &MergedFinding, paint: Paint, columns: usize) -> String {
    let cell = &finding.first;
    let word = if cell.verdict.status() == Status::Fail { paint.on(BAD, "FAIL") } else { paint.on(WARN, "ERROR") };
    let title = format!("{}  {}", one_line(&clip(&cell.variable, 60)), one_line(&clip(&cell.probe, 120)));
    let mut text = format!("{word}  {title}\n");
    let mut field = |name: &str, value: &str| {
        for (at, line) in wrap(&clip(value, 600), columns - 14).iter().enumerate() {
            let name = if at == 0 { name } else { "" };
            text += &format!("  {name:<12}{line}\n");
        }
    };
    field("where", &view::places(finding));
    for (title, value) in view::details(finding).into_iter().filter(|(title, _)| *title != "Control") {
        field(
            match title {
                "Likely cause" => "cause",
                "Expected" => "expected",
                "Observed" => "observed",
                _ => "reason",
            },
            value,
        );
    }
    text.push('\n');
    text
}

fn trouble(merged: &Merged, paint: Paint, columns: usize) -> String {
    let mut lines: Vec<String> = view::trouble(merged);
    if lines.is_empty() {
        return String::new();
    }
    for one in merged.problems.iter().take(MOST) {
        let (kind, shard, detail) = view::problem(one);
        lines.push(format!("  {kind}: {shard}: {detail}"));
    }
    lines.extend(view::duplicates(merged).iter().take(MOST).map(|said| format!("  {said}")));
    let mut text = String::new();
    for line in lines {
        let indent = line.len() - line.trim_start().len();
        for part in wrap(&line, columns - indent) {
            let part = format!("{}{part}", " ".repeat(indent));
            text += &if indent == 0 { paint.on(WARN, &part) } else { part };
            text.push('\n');
        }
    }
    text + "\n"
}
