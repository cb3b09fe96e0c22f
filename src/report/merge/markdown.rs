//! report.md of a merge: the same limit as that of a single report.

use crate::status::Status;
use crate::{
    output::sanitize::{clip, one_line},
    report::{
        Tally,
        merge::{Merged, MergedFinding},
    },
};
use crate::{
    output::{
        markdown::{SUMMARY_BYTES, block, name, sentence},
        markdown_page::Page,
        wording::count,
    },
    report::{
        grid::{Grid, score},
        merge::view,
        wording,
    },
};

/// Characters of each value and of each output.
const VALUE: usize = 1_000;

/// The merged report as Markdown, at most half a MiB long.
#[must_use]
pub fn render(merged: &Merged) -> String {
    within(merged, SUMMARY_BYTES)
}

/// The merged report as Markdown of at most so many bytes, for a comment for example; not less than 4 KiB.
#[must_use]
pub fn within(merged: &Merged, limit_bytes: usize) -> String {
    let limit = limit_bytes.max(4 * 1024);
    let mut page = Page::new(head(merged, limit), limit);
    page.group("What did not arrive", trouble(merged));
    let finding =
        |status: Status| merged.findings.iter().filter(move |f| f.first.verdict.status() == status).map(finding);
    page.group("What does not hold", finding(Status::Fail));
    page.group("What could not be judged", finding(Status::Error));
    page.group("What was skipped", skipped(merged));
    page.left_out += merged.more_findings;
    page.finish("report.json has them all.")
}

fn head(merged: &Merged, limit: usize) -> String {
    let symbol = match view::outcome(merged) {
        Some(Status::Pass) => "✅",
        Some(Status::Fail) => "❌",
        Some(Status::Error) => "⚠️",
        None | Some(Status::Skip) => "⚪",
    };
    let headline = clip(&view::headline(merged), 300).into_owned();
    let safe = Some(sentence(&headline)).filter(|html| !html.contains('<')).unwrap_or_else(|| name(&headline));
    let mut text = format!("# {symbol} {safe}\n\n");
    text += &format!("<p>{}: {}.</p>\n", wording::counts(merged.tally), view::extent(merged));
    for said in view::trouble(merged) {
        text += &format!("\n<p>⚠️ {}.</p>\n", sentence(&said));
    }
    let (grid, beyond) = view::grid(merged);
    text += &table(&grid, limit / 6);
    if beyond > 0 {
        text += &format!("\n{} more are in index.html.\n", count(beyond, "Go version"));
    }
    text + &runners(merged, limit / 3)
}

fn table(grid: &Grid, most: usize) -> String {
    if grid.rows.is_empty() {
        return String::new();
    }
    let mut text = "\n| Variable |".to_owned();
    grid.versions.iter().for_each(|version| text += &format!(" Go {} |", name(&clip(version, 40))));
    text += &format!("\n| :-- |{}\n", " :-- |".repeat(grid.versions.len()));
    for row in &grid.rows {
        let mut line = format!("| {} |", name(&clip(&row.variable, 80)));
        row.cells.iter().for_each(|cell| line += &format!(" {} |", cell_text(*cell)));
        line.push('\n');
        if text.len() + line.len() > most {
            text += "\nFurther variables are in index.html.\n";
            break;
        }
        text += &line;
    }
    text
}

/// A line for each machine, the worst first; none where there is one only.
fn runners(merged: &Merged, most: usize) -> String {
    let grids = view::grids(merged);
    if grids.len() < 2 {
        return String::new();
    }
    let mut text = "\n| Runner | | What does not hold |\n| :-- | :-- | :-- |\n".to_owned();
    for (at, (runner, grid, tally)) in grids.iter().enumerate() {
        let failing = grid.rows.iter().filter(|row| row.cells.iter().any(|cell| cell.fail + cell.error > 0));
        let failing: Vec<String> = failing.take(8).map(|row| name(&clip(&row.variable, 40))).collect();
        let line = format!("| {} | {} | {} |\n", name(&clip(runner, 120)), cell_text(*tally), failing.join(" "));
        if text.len() + line.len() > most {
            text += &format!("\n{} more are in index.html.\n", count(grids.len() - at, "runner"));
            break;
        }
        text += &line;
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

/// The inputs that are not in the report, and what came twice or from nobody.
fn trouble(merged: &Merged) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let item = |text: &str| format!("<li>{}</li>\n", sentence(&clip(text, VALUE)));
    for one in merged.problems.iter().take(50) {
        let (kind, shard, detail) = view::problem(one);
        lines.push(item(&format!("{kind}: `{}`: {detail}", shard.replace('`', "'"))));
    }
    let more = merged.problems.len().saturating_sub(50) + merged.more_problems;
    if more > 0 {
        lines.push(format!("<li>{} more</li>\n", more));
    }
    lines.extend(view::duplicates(merged).iter().take(20).map(|said| item(said)));
    let unrun: Vec<String> = merged
        .unrun
        .named
        .iter()
        .take(20)
        .map(|(probe, go, runner)| {
            let go = if go.is_empty() { String::new() } else { format!(" on Go {go}") };
            item(&one_line(&clip(&format!("not run: {probe}{go}, {runner}"), 300)))
        })
        .collect();
    lines.extend(unrun);
    if lines.is_empty() { Vec::new() } else { vec![format!("\n<ul>\n{}</ul>\n", lines.concat())] }
}

fn finding(finding: &MergedFinding) -> String {
    let cell = &finding.first;
    let mut text = format!(
        "\n### {}: {}\n\n<p>{}</p>\n\n<table>\n",
        name(&clip(&cell.variable, 80)),
        name(&clip(&cell.probe, 200)),
        sentence(&clip(&cell.why, VALUE)),
    );
    let mut row = |title: &str, value: &str| {
        text += &format!("<tr><th align=\"left\">{title}</th><td>{}</td></tr>\n", sentence(&clip(value, VALUE)));
    };
    row("Where", &view::places(finding));
    view::details(finding).into_iter().for_each(|(title, value)| row(title, value));
    text += "</table>\n";
    if !cell.evidence.is_empty() {
        let mut commands = String::new();
        for one in &cell.evidence {
            commands += &format!("$ {}\n", block(&clip(&one_line(&one.argv.join(" ")), VALUE)));
            for stream in [&one.stdout, &one.stderr].into_iter().filter(|stream| !stream.trim().is_empty()) {
                commands += &format!("{}\n", block(&clip(stream, VALUE)));
            }
            commands +=
                &format!("({}, {})\n", wording::ended(one.ended), crate::output::wording::duration(one.duration));
        }
        text += &format!("\n<details><summary>Commands</summary>\n\n<pre>\n{commands}</pre>\n\n</details>\n");
    }
    text
}

fn skipped(merged: &Merged) -> Vec<String> {
    let mut all: Vec<(&String, &usize)> = merged.skips.iter().collect();
    all.sort_by_key(|(_, cells)| std::cmp::Reverse(**cells));
    let items: String = all
        .into_iter()
        .take(30)
        .map(|(reason, cells)| {
            format!("<li>{}: {}</li>\n", count(*cells, "cell"), sentence(&clip(&reason.replace('\n', " "), 500)))
        })
        .collect();
    if items.is_empty() { Vec::new() } else { vec![format!("\n<ul>\n{items}</ul>\n")] }
}
