//! index.html of a merge: the grid of everything, a grid for each runner,
//! what does not hold spelt out up to a number. A few megabytes at most.

use crate::status::Status;
use crate::{
    output::sanitize::{clip, one_line},
    report::merge::{Merged, MergedFinding},
};
use crate::{
    output::{sheet::Sheet, wording::count},
    report::{
        grid::Grid,
        merge::view,
        page::view::{Score, Text, scored, short, text},
        wording,
    },
};
use askama::Template;

/// Findings that are spelt out.
const MOST: usize = 200;
/// Cells of all grids together.
const MOST_CELLS: usize = 12_000;
/// Problems, duplicates and unrun cells that are listed, of each.
const MOST_LISTED: usize = 200;
/// Characters of output in the whole page.
const OUTPUT: usize = 400_000;

#[derive(Template)]
#[template(path = "merged.html")]
struct Page {
    sheet: Sheet,
    trouble: Vec<Text>,
    problems: Vec<(&'static str, String, String)>,
    duplicates: Vec<Text>,
    unrun: Vec<String>,
    more_listed: usize,
    all: Table,
    beyond: usize,
    findings: Vec<Found>,
    more: usize,
    runners: Vec<Runner>,
    more_runners: usize,
    skips: Vec<(String, Text)>,
}

struct Table {
    versions: Vec<String>,
    rows: Vec<(String, Vec<Score>)>,
}

struct Runner {
    name: String,
    counts: String,
    score: Score,
    table: Table,
}

struct Found {
    state: &'static str,
    symbol: &'static str,
    variable: String,
    probe: String,
    places: String,
    why: Text,
    fields: Vec<(&'static str, Text)>,
    commands: Vec<(String, String)>,
}

/// The merged report as one self-contained page.
///
/// # Errors
/// As the template engine says; none is known.
pub fn render(merged: &Merged) -> Result<String, askama::Error> {
    let (state, symbol) = match view::outcome(merged) {
        Some(Status::Pass) => ("pass", "✓"),
        Some(Status::Fail) => ("fail", "✕"),
        Some(Status::Error) => ("error", "!"),
        None | Some(Status::Skip) => ("skip", "–"),
    };
    let mut sheet = Sheet::new("report", state, symbol, view::headline(merged));
    let tally = merged.tally;
    let errors = if tally.error == 1 { "error" } else { "errors" };
    sheet.counts = vec![
        ("pass", tally.pass, "passed"),
        ("fail", tally.fail, "failed"),
        ("error", tally.error, errors),
        ("skip", tally.skip, "skipped"),
    ];
    let go = merged.toolchains.iter().take(20).map(|v| one_line(&clip(v, 40))).collect::<Vec<_>>().join(", ");
    sheet.facts =
        vec![("Merged", view::extent(merged)), ("Go", if go.is_empty() { "no toolchain".to_owned() } else { go })];
    let (grid, beyond) = view::grid(merged);
    let grids = view::grids(merged);
    let mut room = MOST_CELLS;
    let mut runners = Vec::new();
    for (runner, grid, tally) in if grids.len() > 1 { grids.as_slice() } else { &[] } {
        let cells = grid.versions.len() * grid.rows.len();
        let Some(left) = room.checked_sub(cells) else { break };
        room = left;
        runners.push(Runner {
            name: short(runner),
            counts: wording::counts(*tally),
            score: scored(*tally),
            table: table(grid),
        });
    }
    let more_runners = if grids.len() > 1 { grids.len() - runners.len() } else { 0 };
    let mut output = OUTPUT;
    let mut skips: Vec<(&String, &usize)> = merged.skips.iter().collect();
    skips.sort_by_key(|(_, cells)| std::cmp::Reverse(**cells));
    let unrun = |(probe, go, runner): &(String, String, String)| {
        let go = if go.is_empty() { String::new() } else { format!(" on Go {go}") };
        one_line(&clip(&format!("{probe}{go}, {runner}"), 300))
    };
    let duplicates = view::duplicates(merged);
    let beyond_listed = |all: usize| all.saturating_sub(MOST_LISTED);
    Page {
        sheet,
        trouble: view::trouble(merged).iter().map(|said| text(said)).collect(),
        problems: merged.problems.iter().take(MOST_LISTED).map(view::problem).collect(),
        duplicates: duplicates.iter().take(MOST_LISTED).map(|said| text(said)).collect(),
        unrun: merged.unrun.named.iter().take(MOST_LISTED).map(unrun).collect(),
        more_listed: beyond_listed(merged.problems.len() + merged.more_problems)
            + beyond_listed(duplicates.len())
            + beyond_listed(merged.unrun.count),
        all: table(&grid),
        beyond,
        findings: merged.findings.iter().take(MOST).map(|f| found(f, &mut output)).collect(),
        more: merged.findings.len().saturating_sub(MOST) + merged.more_findings,
        runners,
        more_runners,
        skips: skips.into_iter().map(|(reason, cells)| (count(*cells, "cell"), text(&clip(reason, 500)))).collect(),
    }
    .render()
}

fn table(grid: &Grid) -> Table {
    let row =
        |row: &crate::report::grid::Row| (short(&row.variable), row.cells.iter().map(|cell| scored(*cell)).collect());
    Table {
        versions: grid.versions.iter().map(|v| one_line(&clip(v, 40))).collect(),
        rows: grid.rows.iter().take(MOST_CELLS / grid.versions.len().max(1)).map(row).collect(),
    }
}

fn found(finding: &MergedFinding, room: &mut usize) -> Found {
    let cell = &finding.first;
    let commands = cell.evidence.iter().map(|one| {
        let line = format!(
            "{} ({}, {})",
            one_line(&clip(&one.argv.join(" "), 500)),
            wording::ended(one.ended),
            crate::output::wording::duration(one.duration)
        );
        let streams = [&one.stdout, &one.stderr].map(|stream| crate::output::sanitize::visible(stream.trim_end()));
        let output = streams.iter().filter(|stream| !stream.trim().is_empty()).map(AsRef::as_ref);
        let output = clip(&output.collect::<Vec<&str>>().join("\n"), 1_000).into_owned();
        match room.checked_sub(output.len()) {
            Some(left) => {
                *room = left;
                (line, output)
            }
            None => (line, "left out to keep this page small; report.json has it".to_owned()),
        }
    });
    Found {
        state: cell.verdict.status().name(),
        symbol: if cell.verdict.status() == Status::Fail { "✕" } else { "!" },
        variable: short(&cell.variable),
        probe: short(&cell.probe),
        places: view::places(finding),
        why: text(&cell.why),
        fields: view::details(finding).into_iter().map(|(title, value)| (title, text(value))).collect(),
        commands: commands.collect(),
    }
}
