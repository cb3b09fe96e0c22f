//! report.md, the job summary. GitHub drops a summary beyond 1 MiB whole, so
//! it is cut here, at the border of a section, and says so.

use crate::drives;
use crate::output::sanitize::{clip, one_line};
use crate::report::{
    Report, Tally,
    verdict::{Evidence, Verdict},
};
use crate::status::Status;
use crate::{
    output::{
        markdown::{block, name, sentence},
        markdown_page::Page,
        wording::count,
    },
    report::{
        finding::{Finding, errors, failures, shortened, skips},
        grid::{Grid, score},
        shell_grid::ShellGrid,
        wording,
    },
};

/// Half of what GitHub accepts: a Windows runner writes each line feed as two bytes.
pub const LIMIT_BYTES: usize = 512 * 1024;
/// Characters of each value and of each output.
const VALUE: usize = 2_000;

/// The report as Markdown, at most `LIMIT_BYTES` long.
#[must_use]
pub fn render(report: &Report) -> String {
    let (failures, errors) = (failures(report), errors(report));
    let mut page = Page::new(head(report), LIMIT_BYTES);
    page.group("What does not hold", failures.iter().map(finding));
    page.group("What could not be judged", errors.iter().map(finding));
    let skipped = skipped(report);
    page.group("What was skipped", (!skipped.is_empty()).then_some(skipped));
    page.group("What to know about this machine", machine(report));
    page.group("Where Go came from", std::iter::once(toolchains(report)));
    page.finish("The report's files in the run's artifact have them all.")
}

fn head(report: &Report) -> String {
    let tally = report.tally();
    let symbol = match tally.status() {
        Some(Status::Pass) => "✅",
        Some(Status::Fail) => "❌",
        Some(Status::Error) => "⚠️",
        None | Some(Status::Skip) => "⚪",
    };
    let headline = clip(&one_line(&wording::headline(report)), 300).into_owned();
    // A heading is Markdown, where the inside of inline HTML would still be read as such.
    let safe = Some(sentence(&headline)).filter(|html| !html.contains('<')).unwrap_or_else(|| name(&headline));
    let mut text = format!("# {symbol} {safe}\n\n");
    text += &format!("<p>{} in {}", wording::counts(tally), crate::output::wording::duration(report.duration));
    text += &format!(" on {}.\n", sentence(&clip(&wording::runner(report), 200)));
    text += &format!("Judged: {}.</p>\n", wording::delivery(report.delivery));
    let grid = Grid::of(report);
    if grid.rows.is_empty() {
        return text;
    }
    text += "\n| Variable |";
    grid.versions.iter().for_each(|version| text += &format!(" Go {} |", name(&clip(version, 80))));
    text += "\n| :-- |";
    text += &" :-- |".repeat(grid.versions.len());
    text.push('\n');
    for row in &grid.rows {
        text += &format!("| {} |", name(&clip(&row.variable, 80)));
        row.cells.iter().for_each(|cell| text += &format!(" {} |", cell_text(*cell)));
        text.push('\n');
        // A table this long helps nobody and must not use up the limit.
        if text.len() > LIMIT_BYTES / 4 {
            text += "\nFurther variables are in the report's files.\n";
            break;
        }
    }
    text + &shells(report)
}

fn shells(report: &Report) -> String {
    let Some(grid) = ShellGrid::of(report) else { return String::new() };
    let heads = ShellGrid::heads();
    let mut text = "\n| Shell |".to_owned();
    heads.iter().for_each(|head| text += &format!(" {} |", name(head)));
    text += &format!("\n| :-- |{}\n", " :-- |".repeat(heads.len()));
    for row in &grid.rows {
        text += &format!("| {} |", name(row.shell));
        for mark in &row.marks {
            let symbol = match mark {
                Some(Status::Fail) => "❌",
                Some(Status::Error) => "⚠️",
                Some(Status::Pass) => "✅",
                Some(Status::Skip) => "⚪",
                None => "–",
            };
            text += &format!(" {symbol} |");
        }
        text.push('\n');
    }
    for note in grid.first.iter().chain(&grid.notes) {
        text += &format!("\n<p>{}.</p>\n", sentence(&clip(&one_line(note), VALUE)));
    }
    text
}

fn cell_text(tally: Tally) -> String {
    match tally.status() {
        Some(Status::Fail) => format!("❌ {} failed", score(tally)),
        Some(Status::Error) => format!("⚠️ {} in error", score(tally)),
        Some(Status::Pass) => format!("✅ {}", score(tally)),
        Some(Status::Skip) => "⚪ skipped".to_owned(),
        None => "–".to_owned(),
    }
}

fn finding(finding: &Finding<'_>) -> String {
    let cell = finding.first();
    let mut text = format!(
        "\n### {} on Go {}: {}\n\n<p>{}</p>\n\n<table>\n",
        name(&clip(&cell.variable, 80)),
        name(&clip(&finding.versions(), 300)),
        name(&clip(&cell.probe, 200)),
        sentence(&clip(&cell.why, VALUE)),
    );
    let mut row = |title: &str, value: &str| {
        text += &format!("<tr><th align=\"left\">{title}</th><td>{}</td></tr>\n", sentence(&clip(value, VALUE)));
    };
    let title = match &cell.verdict {
        Verdict::Fail { expected, .. } => {
            row("Expected", expected);
            "Observed"
        }
        Verdict::Pass | Verdict::Skip { .. } | Verdict::Error { .. } => "Reason",
    };
    let observations = finding.observations();
    for (versions, observed) in &observations {
        if observations.len() == 1 {
            row(title, observed);
        } else {
            row(&format!("{title} on {}", sentence(versions)), observed);
        }
    }
    if let Some(cause) = &cell.cause {
        row("Likely cause", cause);
    }
    if !cell.control.is_empty() {
        row("Control", &cell.control);
    }
    text += "</table>\n";
    if !cell.evidence.is_empty() {
        let commands: Vec<String> = cell.evidence.iter().map(command).collect();
        text += &format!(
            "\n<details><summary>Commands on Go {}</summary>\n\n<pre>\n{}</pre>\n\n</details>\n",
            sentence(&clip(&one_line(&cell.go), 80)),
            commands.concat()
        );
    }
    text
}

fn command(evidence: &Evidence) -> String {
    let mut text = format!("$ {}\n", block(&clip(&one_line(&evidence.argv.join(" ")), VALUE)));
    for stream in [&evidence.stdout, &evidence.stderr] {
        if !stream.trim().is_empty() {
            text += &format!("{}\n", block(&clip(stream, VALUE)));
        }
    }
    text + &format!("({}, {})\n", wording::ended(evidence.ended), crate::output::wording::duration(evidence.duration))
}

fn skipped(report: &Report) -> String {
    let mut text = String::new();
    for group in skips(report).iter().take(50) {
        text += &format!(
            "<li>{} on Go {}: {}<br><sub>{}</sub></li>\n",
            count(group.cells, "cell"),
            sentence(&clip(&one_line(&shortened(&group.versions, 8)), 300)),
            sentence(&clip(&group.reason.replace('\n', " "), 500)),
            sentence(&clip(&one_line(&shortened(&group.probes, 8)), VALUE)),
        );
    }
    if text.is_empty() { text } else { format!("\n<ul>\n{text}</ul>\n") }
}

/// What is odd about the environment, and where the bytes go.
fn machine(report: &Report) -> Option<String> {
    let places = report.drives.places.iter().map(drives::line);
    let lines = report.sources.notes.iter().chain(&report.drives.advice).cloned().chain(places);
    let items: String = lines.take(40).map(|line| format!("<li>{}</li>\n", sentence(&clip(&line, 1_000)))).collect();
    (!items.is_empty()).then(|| format!("\n<ul>\n{items}</ul>\n"))
}

fn toolchains(report: &Report) -> String {
    let mut text = String::from("\n<ul>\n");
    for toolchain in &report.toolchains {
        let (version, source) = (&toolchain.version, toolchain.source.name());
        text += &format!(
            "<li>Go {version} ({source}): <code>{}</code></li>\n",
            block(&one_line(&clip(&toolchain.goroot, 500)))
        );
    }
    for missing in &report.missing {
        text += &format!("<li>⚠️ Go {} was not found. Looked at:<ul>", missing.request);
        for place in missing.looked_at.iter().take(20) {
            text += &format!("<li>{}</li>", sentence(&clip(&one_line(place), 500)));
        }
        text += "</ul></li>\n";
    }
    if report.toolchains.is_empty() && report.missing.is_empty() {
        text += "<li>No Go toolchain was judged.</li>\n";
    }
    text + "</ul>\n\n<sub>goenv-ci " + &sentence(&clip(&report.tool_version, 80)) + "</sub>\n"
}
