//! What index.html shows, as plain values: the template decides nothing.

use crate::output::sanitize::{clip, one_line, visible};
use crate::report::{Report, Tally};
use crate::status::Status;
use crate::{
    output::{
        prose::{Part, parts},
        wording::{count, list},
    },
    report::{
        grid::{Grid, score},
        groups::{self, Group, shortened},
        page::{
            cell::{cell, variables},
            machine::{Machine, machine},
        },
        shell_grid::{ShellGrid, ShellRow},
        wording,
    },
};

/// Findings of each kind that are spelt out at the top.
const MOST: usize = 60;
/// Characters of each value and of each output.
pub const VALUE: usize = 4_000;
/// Characters of a name in a title.
const NAME: usize = 80;
/// Characters of output in the whole page; beyond it, report.json has them.
const OUTPUT: usize = 4_000_000;

/// The page in its parts.
pub struct View {
    pub overview: Overview,
    pub machine: Machine,
    pub failures: Vec<Finding>,
    pub errors: Vec<Finding>,
    pub further: usize,
    pub shells: Option<Shells>,
    pub variables: Vec<Variable>,
    pub skipped: Vec<Skipped>,
}

/// The grid of the shells.
pub struct Shells {
    pub heads: Vec<&'static str>,
    /// Shell, program, and the state, symbol and word of each cell.
    pub rows: Vec<(&'static str, String, Vec<Score>)>,
    pub first: Option<Text>,
    pub notes: Vec<Text>,
}

/// A sentence: `true` marks code.
pub type Text = Vec<(bool, String)>;

/// The verdict on everything, and the grid.
pub struct Overview {
    pub state: &'static str,
    pub symbol: &'static str,
    pub headline: String,
    pub tally: Tally,
    pub counts: String,
    pub duration: String,
    /// Start and width in thousandths, and the state.
    pub bar: Vec<(usize, usize, &'static str)>,
    pub versions: Vec<String>,
    pub rows: Vec<(usize, String, Vec<Score>)>,
}

/// A cell of the grid.
pub struct Score {
    pub state: &'static str,
    pub symbol: &'static str,
    pub number: String,
    pub word: &'static str,
}

/// All that fails for one cause, or could not be judged for one reason.
pub struct Finding {
    /// `GOBIN does not take effect`.
    pub title: String,
    /// `Go 1.21.13 and 1.22.10`.
    pub versions: String,
    /// The behaviour that the first probe looks at.
    pub why: Text,
    /// The first result, whose details stand for all.
    pub cell: Cell,
    /// The first probe.
    pub probe: String,
    /// The further ones.
    pub more: Vec<String>,
}

/// All probes of a variable.
pub struct Variable {
    pub id: usize,
    pub name: String,
    pub state: &'static str,
    pub tally: Tally,
    pub probes: Vec<Probe>,
}

/// A probe and its cells.
pub struct Probe {
    pub name: String,
    pub why: Text,
    pub live: Option<&'static str>,
    pub state: &'static str,
    pub cells: Vec<Cell>,
}

/// A probe on one version.
pub struct Cell {
    pub go: String,
    pub state: &'static str,
    pub symbol: &'static str,
    pub word: &'static str,
    pub duration: String,
    /// Title and value, in the order to be read.
    pub fields: Vec<(&'static str, Text)>,
    /// A command that removes the cause.
    pub fix: Option<String>,
    pub commands: Vec<Command>,
}

/// A command line and what it said.
pub struct Command {
    pub line: String,
    pub ended: String,
    pub duration: String,
    pub outputs: Vec<(&'static str, String)>,
}

/// Skipped cells that share a reason.
pub struct Skipped {
    pub cells: String,
    pub versions: String,
    pub reason: Text,
    pub probes: String,
}

/// Takes a report apart for the page.
#[must_use]
pub fn view(report: &Report) -> View {
    let mut room = OUTPUT;
    let (failed, in_error) = (groups::failures_by_cause(report), groups::by_reason(report, Status::Error));
    let further = failed.len().saturating_sub(MOST) + in_error.len().saturating_sub(MOST);
    View {
        overview: overview(report),
        machine: machine(report),
        failures: failed.iter().take(MOST).map(|group| finding(group, report, &mut room)).collect(),
        errors: in_error.iter().take(MOST).map(|group| finding(group, report, &mut room)).collect(),
        further,
        shells: ShellGrid::of(report).map(|grid| shells(&grid)),
        variables: variables(report, &mut room),
        skipped: groups::by_reason(report, Status::Skip).iter().map(skipped).collect(),
    }
}

fn overview(report: &Report) -> Overview {
    let tally = report.tally();
    let grid = Grid::of(report);
    let (state, symbol) = match tally.status() {
        Some(Status::Pass) => ("pass", "✓"),
        Some(Status::Fail) => ("fail", "✕"),
        Some(Status::Error) => ("error", "!"),
        None | Some(Status::Skip) => ("skip", "–"),
    };
    let total = report.results.len().max(1);
    let mut bar = Vec::new();
    let mut seen = 0;
    for (number, state) in [(tally.fail, "fail"), (tally.error, "error"), (tally.skip, "skip"), (tally.pass, "pass")] {
        let start = seen * 1000 / total;
        seen += number;
        // One failure among thousands must still be seen.
        let wide = (seen * 1000 / total - start).max(usize::from(number > 0) * 6);
        bar.extend((number > 0).then_some((start, wide, state)));
    }
    let rows = grid.rows.iter().enumerate();
    Overview {
        state,
        symbol,
        headline: one_line(&wording::headline(report)),
        tally,
        counts: wording::counts(tally),
        duration: crate::output::wording::duration(report.duration),
        bar,
        versions: grid.versions.iter().map(|v| one_line(&clip(v, 80))).collect(),
        rows: rows
            .map(|(id, row)| (id, short(&row.variable), row.cells.iter().map(|c| scored(*c)).collect()))
            .collect(),
    }
}

fn shells(grid: &ShellGrid<'_>) -> Shells {
    let row = |row: &ShellRow<'_>| {
        let program = row.program.map_or_else(String::new, |program| one_line(&clip(program, VALUE)));
        (row.shell, program, row.marks.iter().map(|mark| marked(*mark, String::new())).collect())
    };
    Shells {
        heads: ShellGrid::heads(),
        rows: grid.rows.iter().map(row).collect(),
        first: grid.first.as_deref().map(text),
        notes: grid.notes.iter().map(|note| text(note)).collect(),
    }
}

/// A cell of the grid, or of anything else that is counted.
pub fn scored(tally: Tally) -> Score {
    let mark = tally.status();
    marked(mark, if mark == Some(Status::Skip) { tally.skip.to_string() } else { score(tally) })
}

fn marked(mark: Option<Status>, number: String) -> Score {
    let (state, symbol, word) = match mark {
        Some(Status::Fail) => ("fail", "✕", "failed"),
        Some(Status::Error) => ("error", "!", "in error"),
        Some(Status::Pass) => ("pass", "✓", "passed"),
        Some(Status::Skip) => ("skip", "–", "skipped"),
        None => ("none", "", "no probe"),
    };
    Score { state, symbol, number, word }
}

fn finding(group: &Group<'_>, report: &Report, room: &mut usize) -> Finding {
    let first = group.first();
    let probes = group.probes();
    let variables = group.variables();
    let title = if first.verdict.status() == Status::Fail {
        format!("{} does not take effect", clip(&first.variable, NAME))
    } else {
        let names: Vec<_> = variables.iter().take(4).map(|name| clip(name, NAME)).collect();
        let what = if variables.len() <= 4 { list(&names) } else { count(variables.len(), "variable") };
        format!("{what} could not be judged")
    };
    Finding {
        title: one_line(&title),
        versions: one_line(&clip(&wording::go(&group.versions()), 300)),
        why: text(&first.why),
        cell: cell(first, report, room),
        probe: short(&first.probe),
        more: probes.iter().skip(1).map(|probe| short(probe)).collect(),
    }
}

fn skipped(group: &Group<'_>) -> Skipped {
    Skipped {
        cells: count(group.cells.len(), "cell"),
        versions: one_line(&clip(&shortened(&group.versions(), 12), 300)),
        reason: text(groups::reason(&group.first().verdict)),
        probes: one_line(&clip(&shortened(&group.probes(), 40), VALUE)),
    }
}

/// A name in one line.
pub fn short(name: &str) -> String {
    one_line(&clip(name, 160))
}

/// A sentence of any length, cut.
pub fn text(value: &str) -> Text {
    let clipped = clip(value.trim(), VALUE);
    let shown = visible(&clipped);
    parts(&shown)
        .into_iter()
        .map(|part| match part {
            Part::Words(words) => (false, words.to_owned()),
            Part::Code(code) => (true, code.to_owned()),
        })
        .collect()
}
