//! What a terminal shows after `verify`: the grid, what needs attention, and
//! one closing line. Good from 80 columns up.

use crate::drives;
use crate::output::paint::{BAD, BOLD, DIM, GOOD, Paint, WARN};
use crate::output::sanitize::{clip, disarmed, one_line};
use crate::status::Status;
use crate::{
    output::{
        wording::count,
        wrap::{padded, width, wrap},
    },
    report::{
        finding::{Finding, errors, failures, shortened, skips},
        grid::{Grid, score},
        shell_grid::ShellGrid,
        wording,
    },
};
use crate::{
    ports::Ended,
    report::{Report, Tally, verdict::Verdict},
};
use anstyle::Style;

/// Findings that are shown of each kind; the report's files have them all.
const MOST: usize = 50;
/// Characters of each value.
const VALUE: usize = 1_200;
/// Last lines of output that are shown for a command that did not end well.
const OUTPUT_LINES: usize = 6;

/// The report for a terminal of this many columns, with a line feed at its end.
#[must_use]
pub fn render(report: &Report, paint: Paint, columns: usize) -> String {
    let sheet = Sheet { paint, columns: columns.max(40) };
    let mut text = sheet.grid(&Grid::of(report));
    text += &sheet.shells(report);
    text += &sheet.findings(&failures(report));
    text += &sheet.findings(&errors(report));
    text += &sheet.skipped(report);
    text += &sheet.missing(report);
    text += &sheet.machine(report);
    let tally = report.tally();
    let style = match tally.status() {
        Some(Status::Pass) => GOOD,
        Some(Status::Fail) => BAD,
        Some(Status::Error) | None | Some(Status::Skip) => WARN,
    };
    let closing = format!("{} in {}", wording::counts(tally), crate::output::wording::duration(report.duration));
    text += &paint.on(style, &closing);
    text.push('\n');
    disarmed(&text)
}

/// The grid alone.
pub(crate) fn grid(grid: &Grid, paint: Paint, columns: usize) -> String {
    Sheet { paint, columns }.grid(grid)
}

struct Sheet {
    paint: Paint,
    columns: usize,
}

impl Sheet {
    fn grid(&self, grid: &Grid) -> String {
        let names: Vec<String> = grid.rows.iter().map(|row| one_line(&clip(&row.variable, 40))).collect();
        let versions: Vec<String> = grid.versions.iter().map(|version| one_line(&clip(version, 24))).collect();
        let first = names.iter().map(|name| width(name)).max().unwrap_or(0) + 3;
        let cells: Vec<Vec<String>> =
            grid.rows.iter().map(|row| row.cells.iter().map(|c| cell_text(*c)).collect()).collect();
        let widths: Vec<usize> = versions
            .iter()
            .enumerate()
            .map(|(at, version)| cells.iter().map(|row| width(&row[at])).chain([width(version)]).max().unwrap_or(0) + 3)
            .collect();
        let mut text = String::new();
        let mut from = 0;
        while from < versions.len() {
            let mut used = first + widths[from];
            let mut to = from + 1;
            while to < versions.len() && used + widths[to] <= self.columns + 3 {
                used += widths[to];
                to += 1;
            }
            let heads: String = (from..to).map(|at| padded(&versions[at], widths[at])).collect();
            text += &format!("{}\n", self.paint.on(BOLD, format!("{}{heads}", padded("Go", first)).trim_end()));
            for ((name, row), tallies) in names.iter().zip(&cells).zip(&grid.rows) {
                let mut line = padded(name, first);
                for at in from..to {
                    let gap = if at + 1 < to { " ".repeat(widths[at] - width(&row[at])) } else { String::new() };
                    line += &format!("{}{gap}", self.paint.on(cell_style(tallies.cells[at]), &row[at]));
                }
                text += &format!("{}\n", line.trim_end());
            }
            text.push('\n');
            from = to;
        }
        text
    }

    fn shells(&self, report: &Report) -> String {
        let Some(grid) = ShellGrid::of(report) else { return String::new() };
        let heads = ShellGrid::heads();
        let first = grid.rows.iter().map(|row| width(row.shell)).max().unwrap_or(0) + 3;
        let columns: String = heads.iter().map(|head| padded(head, width(head) + 3)).collect();
        let mut text = format!("{}\n", self.paint.on(BOLD, format!("{}{columns}", padded("Shell", first)).trim_end()));
        for row in &grid.rows {
            let mut line = padded(row.shell, first);
            for (mark, head) in row.marks.iter().zip(&heads) {
                let symbol = match mark {
                    Some(Status::Fail) => "✗",
                    Some(Status::Error) => "!",
                    Some(Status::Pass) => "✓",
                    Some(Status::Skip) | None => "-",
                };
                line += &format!("{}{}", self.paint.on(mark_style(*mark), symbol), " ".repeat(width(head) + 2));
            }
            text += &format!("{}\n", line.trim_end());
        }
        for note in grid.first.iter().chain(&grid.notes) {
            wrap(&clip(note, VALUE), self.columns - 2).iter().for_each(|line| text += &format!("  {line}\n"));
        }
        text + "\n"
    }

    fn findings(&self, findings: &[Finding<'_>]) -> String {
        let mut text: String = findings.iter().take(MOST).map(|finding| self.finding(finding)).collect();
        if let Some(left @ 1..) = findings.len().checked_sub(MOST) {
            text += &format!("and {} more, all in the report's files\n\n", count(left, "probe"));
        }
        text
    }

    fn finding(&self, finding: &Finding<'_>) -> String {
        let cell = finding.first();
        let (label, style, says) = match cell.verdict {
            Verdict::Fail { .. } => ("FAIL", BAD, "does not take effect"),
            Verdict::Pass | Verdict::Skip { .. } | Verdict::Error { .. } => ("ERROR", WARN, "could not be judged"),
        };
        let title = format!("{} {says} on Go {}", clip(&cell.variable, 40), clip(&finding.versions(), 300));
        let mut text = String::new();
        for (at, line) in wrap(&title, self.columns - label.len() - 1).iter().enumerate() {
            let lead = if at == 0 { self.paint.on(style, label) } else { " ".repeat(label.len()) };
            text += &format!("{lead} {}\n", self.paint.on(BOLD, line));
        }
        text += &self.field("probe", &cell.probe);
        text += &self.field("behaviour", &cell.why);
        if let Verdict::Fail { expected, .. } = &cell.verdict {
            text += &self.field("expected", expected);
        }
        let title = if matches!(cell.verdict, Verdict::Fail { .. }) { "observed" } else { "reason" };
        let observations = finding.observations();
        for (versions, observed) in &observations {
            match observations.len() {
                1 => text += &self.field(title, observed),
                _ => text += &self.field(title, &format!("on Go {versions}: {observed}")),
            }
        }
        if let Some(cause) = &cell.cause {
            text += &self.field("cause", cause);
        }
        if let Some(last) = cell.evidence.last() {
            text += &self.field("command", &format!("{} ({})", last.argv.join(" "), wording::ended(last.ended)));
            if last.ended != Ended::Code(0) {
                text += &self.output(&format!("{}\n{}", last.stdout, last.stderr));
            }
        }
        text + "\n"
    }

    /// A name and its value, which hangs at the same column when it is long.
    fn field(&self, name: &str, value: &str) -> String {
        const HANG: usize = 13;
        let value = clip(value.trim(), VALUE);
        let mut text = String::new();
        for (at, line) in wrap(&value, self.columns - HANG).iter().enumerate() {
            let lead = padded(if at == 0 { name } else { "" }, HANG - 2);
            text += format!("  {}{line}", self.paint.on(DIM, &lead)).trim_end();
            text.push('\n');
        }
        text
    }

    fn output(&self, output: &str) -> String {
        let output = clip(output, VALUE);
        let lines: Vec<&str> = output.lines().filter(|line| !line.trim().is_empty()).collect();
        let last = lines.len().saturating_sub(OUTPUT_LINES);
        let mut text = String::new();
        for line in lines[last..].iter().flat_map(|line| wrap(line, self.columns - 15)) {
            text += &format!("             {} {line}\n", self.paint.on(DIM, "│"));
        }
        text
    }

    fn skipped(&self, report: &Report) -> String {
        let groups = skips(report);
        let mut text = String::new();
        for group in groups.iter().take(MOST) {
            let title = format!("{} on Go {}", count(group.cells, "cell"), shortened(&group.versions, 8));
            text += &format!("{} {}\n", self.paint.on(DIM, "SKIP"), one_line(&clip(&title, 300)));
            text += &self.field("reason", group.reason);
            text += &self.field("probes", &shortened(&group.probes, 4));
            text.push('\n');
        }
        if let Some(left @ 1..) = groups.len().checked_sub(MOST) {
            text += &format!("and skips for {} more, all in the report's files\n\n", count(left, "reason"));
        }
        text
    }

    /// What is odd about the environment, and where the bytes go.
    fn machine(&self, report: &Report) -> String {
        let drives = &report.drives;
        let notes = report.sources.notes.iter().chain(&drives.advice).map(|note| ("NOTE ", WARN, note.clone()));
        let places = drives.places.iter().map(|place| ("DRIVE", DIM, drives::line(place)));
        let mut text = String::new();
        for (label, style, line) in notes.chain(places) {
            for (at, line) in wrap(&one_line(&clip(&line, VALUE)), self.columns - label.len() - 1).iter().enumerate() {
                let lead = if at == 0 { self.paint.on(style, label) } else { " ".repeat(label.len()) };
                text += &format!("{lead} {line}\n");
            }
        }
        if text.is_empty() { text } else { text + "\n" }
    }

    fn missing(&self, report: &Report) -> String {
        let mut text = String::new();
        for missing in &report.missing {
            text += &format!("{} Go {} was not found\n", self.paint.on(WARN, "MISSING"), missing.request);
            for place in &missing.looked_at {
                text += &self.field("looked at", place);
            }
            text.push('\n');
        }
        text
    }
}

fn cell_text(tally: Tally) -> String {
    match tally.status() {
        Some(Status::Fail) => format!("✗ {} failed", score(tally)),
        Some(Status::Error) => format!("! {} in error", score(tally)),
        Some(Status::Pass) => format!("✓ {}", score(tally)),
        Some(Status::Skip) => "- skipped".to_owned(),
        None => "-".to_owned(),
    }
}

fn cell_style(tally: Tally) -> Style {
    mark_style(tally.status())
}

fn mark_style(mark: Option<Status>) -> Style {
    match mark {
        Some(Status::Fail) => BAD,
        Some(Status::Error) => WARN,
        Some(Status::Pass) => GOOD,
        Some(Status::Skip) | None => DIM,
    }
}
