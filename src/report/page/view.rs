//! What index.html shows, as plain values: the template decides nothing.

use crate::{
    drives::{drive::DirectoryOnDrive, grouped, size},
    output::{
        document::{Span, Text},
        sanitize::{clip, one_line, visible},
        wording::{count, list},
    },
    probe::ProbeKind,
    report::{
        CellResult, Report, Tally,
        grid::{Grid, score},
        groups::{self, Group, shortened},
        shell_grid::{ShellGrid, ShellRow},
        verdict::{Evidence, Verdict},
        wording,
    },
    status::Status,
};
use std::collections::HashMap;

/// Findings of each kind that are spelt out at the top.
const MOST: usize = 60;
/// Characters of each value and of each output.
pub const VALUE: usize = 4_000;
/// Characters of a name in a title.
const NAME: usize = 80;
/// Characters of output in the whole page; beyond it, report.json has them.
const OUTPUT: usize = 4_000_000;

/// The page in its parts.
pub struct PageView {
    pub overview: Overview,
    pub machine: MachineView,
    pub failures: Vec<FindingView>,
    pub errors: Vec<FindingView>,
    pub further: usize,
    pub shells: Option<ShellsView>,
    pub variables: Vec<Variable>,
    pub skipped: Vec<Skipped>,
}

/// The grid of the shells.
pub struct ShellsView {
    pub heads: Vec<&'static str>,
    /// Shell, program, and the state, symbol and word of each cell.
    pub rows: Vec<(&'static str, String, Vec<Score>)>,
    pub first: Option<Pieces>,
    pub notes: Vec<Pieces>,
}

/// A sentence: `true` marks code.
pub type Pieces = Vec<(bool, String)>;

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
pub struct FindingView {
    /// `GOBIN does not take effect`.
    pub title: String,
    /// `Go 1.21.13 and 1.22.10`.
    pub versions: String,
    /// The behaviour that the first probe looks at.
    pub why: Pieces,
    /// The first result, whose details stand for all.
    pub cell: CellView,
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
    pub probes: Vec<ProbeView>,
}

/// A probe and its cells.
pub struct ProbeView {
    pub name: String,
    pub why: Pieces,
    pub live: Option<&'static str>,
    pub state: &'static str,
    pub cells: Vec<CellView>,
}

/// A probe on one version.
pub struct CellView {
    pub go: String,
    pub state: &'static str,
    pub symbol: &'static str,
    pub word: &'static str,
    pub duration: String,
    /// Title and value, in the order to be read.
    pub fields: Vec<(&'static str, Pieces)>,
    /// A command that removes the cause.
    pub fix: Option<String>,
    pub commands: Vec<CommandView>,
}

/// A command line and what it said.
pub struct CommandView {
    pub line: String,
    pub ended: String,
    pub duration: String,
    pub outputs: Vec<(&'static str, String)>,
}

/// Skipped cells that share a reason.
pub struct Skipped {
    pub cells: String,
    pub versions: String,
    pub reason: Pieces,
    pub probes: String,
}

/// Takes a report apart for the page.
#[must_use]
pub fn view(report: &Report) -> PageView {
    let mut room = OUTPUT;
    let (failed, in_error) = (groups::failures_by_cause(report), groups::by_reason(report, Status::Error));
    let further = failed.len().saturating_sub(MOST) + in_error.len().saturating_sub(MOST);
    PageView {
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

fn shells(grid: &ShellGrid<'_>) -> ShellsView {
    let row = |row: &ShellRow<'_>| {
        let program = row.program.map_or_else(String::new, |program| one_line(&clip(program, VALUE)));
        (row.shell, program, row.marks.iter().map(|mark| marked(*mark, String::new())).collect())
    };
    ShellsView {
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

fn finding(group: &Group<'_>, report: &Report, room: &mut usize) -> FindingView {
    let first = group.first();
    let probes = group.probes();
    let variables = group.variables();
    let title = if first.verdict.status() == Status::Fail {
        format!("{} {}", clip(&first.variable, NAME), first.fault())
    } else {
        let names: Vec<_> = variables.iter().take(4).map(|name| clip(name, NAME)).collect();
        let what = if variables.len() <= 4 { list(&names) } else { count(variables.len(), "variable") };
        format!("{what} could not be judged")
    };
    FindingView {
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
pub fn text(value: &str) -> Pieces {
    let clipped = clip(value.trim(), VALUE);
    let shown = visible(&clipped);
    Text::prose(&shown).0.into_iter().map(|span| (matches!(span, Span::Code(_)), span.plain().into_owned())).collect()
}

/// A variable's results, by probe.
type ByProbe<'a> = (&'a str, Vec<Vec<&'a CellResult>>);

/// All variables in the order of the matrix, in each the worst probes first.
/// `room`: characters of output that may still be shown.
pub fn variables(report: &Report, room: &mut usize) -> Vec<Variable> {
    let mut all = Vec::new();
    for (id, (name, mut probes)) in groups(report).into_iter().enumerate() {
        probes.sort_by_key(|cells| worst(cells));
        let mut tally = Tally::default();
        probes.iter().flatten().for_each(|cell| tally.count(cell.verdict.status()));
        all.push(Variable {
            id,
            name: short(name),
            state: scored(tally).state,
            tally,
            probes: probes.iter().map(|cells| probe(cells, report, room)).collect(),
        });
    }
    all
}

fn groups(report: &Report) -> Vec<ByProbe<'_>> {
    let mut groups: Vec<ByProbe<'_>> = Vec::new();
    let mut variables: HashMap<&str, usize> = HashMap::new();
    let mut probes: HashMap<(&str, &str), usize> = HashMap::new();
    for result in &report.results {
        let at = *variables.entry(&result.variable).or_insert(groups.len());
        if at == groups.len() {
            groups.push((&result.variable, Vec::new()));
        }
        let of_variable = &mut groups[at].1;
        let at = *probes.entry((&result.variable, &result.probe)).or_insert(of_variable.len());
        if at == of_variable.len() {
            of_variable.push(Vec::new());
        }
        of_variable[at].push(result);
    }
    groups
}

fn worst(cells: &[&CellResult]) -> Option<Status> {
    cells.iter().map(|cell| cell.verdict.status()).min()
}

fn probe(cells: &[&CellResult], report: &Report, room: &mut usize) -> ProbeView {
    let worst = cells.iter().min_by_key(|cell| cell.verdict.status());
    ProbeView {
        name: worst.map_or_else(String::new, |cell| short(&cell.probe)),
        why: worst.map_or_else(Vec::new, |cell| text(&cell.why)),
        live: worst.is_some_and(|cell| cell.kind == ProbeKind::Live).then_some("live"),
        state: worst.map_or("none", |cell| cell.verdict.status().name()),
        cells: cells.iter().map(|result| cell(result, report, room)).collect(),
    }
}

/// One probe on one version.
pub fn cell(result: &CellResult, report: &Report, room: &mut usize) -> CellView {
    let text = |value: &str| text(&wording::filled(value, &result.go, report));
    let mut fields: Vec<(&'static str, Pieces)> = Vec::new();
    let symbol = match &result.verdict {
        Verdict::Pass => "✓",
        Verdict::Fail { expected, observed } => {
            fields.extend([("Expected", text(expected)), ("Observed", text(observed))]);
            fields.extend(result.cause.as_ref().map(|cause| ("Likely cause", text(&cause.text))));
            "✕"
        }
        Verdict::Skip { reason } => {
            fields.push(("Reason", text(reason)));
            "–"
        }
        Verdict::Error { reason } => {
            fields.push(("Reason", text(reason)));
            "!"
        }
    };
    if !result.control.trim().is_empty() {
        fields.push(("Control", text(&result.control)));
    }
    CellView {
        go: short(&result.go),
        state: result.verdict.status().name(),
        symbol,
        word: wording::participle(&result.verdict),
        duration: crate::output::wording::duration(result.duration),
        fields,
        fix: result.cause.as_ref().and_then(|cause| cause.fix.as_deref()).map(|fix| one_line(&clip(fix, VALUE))),
        commands: result.evidence.iter().map(|evidence| command(evidence, room)).collect(),
    }
}

fn command(evidence: &Evidence, room: &mut usize) -> CommandView {
    let mut outputs = Vec::new();
    for (name, stream) in [("stdout", &evidence.stdout), ("stderr", &evidence.stderr)] {
        if stream.trim().is_empty() {
            continue;
        }
        let clipped = clip(stream.trim_end(), VALUE);
        let shown = visible(&clipped);
        if let Some(left) = room.checked_sub(shown.len()) {
            *room = left;
            outputs.push((name, shown.into_owned()));
        } else {
            outputs.push((name, "left out to keep this page small; report.json has it".to_owned()));
        }
    }
    CommandView {
        line: one_line(&clip(&evidence.argv.join(" "), VALUE)),
        ended: wording::ended(evidence.ended),
        duration: crate::output::wording::duration(evidence.duration),
        outputs,
    }
}

/// Rows of the table of sources; report.json has all.
const MOST_SOURCES: usize = 200;

/// Where it ran.
pub struct MachineView {
    pub runner: String,
    pub delivery: &'static str,
    pub tool_version: String,
    pub toolchains: Vec<(String, &'static str, String)>,
    pub missing: Vec<(String, Vec<String>)>,
    /// What somebody should know.
    pub notes: Vec<Pieces>,
    /// Each variable with what every source holds, the winner first.
    pub sources: Vec<(String, Vec<SourceRow>)>,
    pub drives: Vec<PlaceRow>,
}

/// What a source says of a variable.
pub struct SourceRow {
    pub source: &'static str,
    /// The key, or file and line; empty for the environment.
    pub at: String,
    /// Empty: set to nothing, which counts as not set.
    pub value: String,
    /// A stronger source holds a value.
    pub shadowed: bool,
}

/// A directory and the drive that it is on.
pub struct PlaceRow {
    pub name: String,
    pub path: String,
    pub drive: String,
    pub free: String,
}

pub(crate) fn machine(report: &Report) -> MachineView {
    let line = |value: &str| one_line(&clip(value, VALUE));
    let notes = report.sources.notes.iter().chain(&report.drives.advice);
    MachineView {
        runner: one_line(&clip(&wording::runner(report), 300)),
        delivery: wording::delivery(report.delivery),
        tool_version: short(&report.tool_version),
        toolchains: report
            .toolchains
            .iter()
            .map(|t| (t.version.to_string(), t.source.name(), line(&t.goroot)))
            .collect(),
        missing: report
            .missing
            .iter()
            .map(|m| (m.request.to_string(), m.looked_at.iter().map(|place| line(place)).collect()))
            .collect(),
        notes: notes.map(|note| text(note)).collect(),
        sources: sources(report),
        drives: report.drives.places.iter().map(place_row).collect(),
    }
}

fn sources(report: &Report) -> Vec<(String, Vec<SourceRow>)> {
    let mut rows: Vec<(String, Vec<SourceRow>)> = Vec::new();
    for source in report.sources.found.iter().take(MOST_SOURCES) {
        let name = short(&source.variable);
        let at = rows.iter().position(|(row, _)| *row == name).unwrap_or_else(|| {
            rows.push((name, Vec::new()));
            rows.len() - 1
        });
        let stronger = rows[at].1.iter().any(|said| !said.value.is_empty() && said.source != source.kind.name());
        rows[at].1.push(SourceRow {
            source: source.kind.name(),
            at: source.at.as_deref().map(|at| one_line(&clip(at, VALUE))).unwrap_or_default(),
            value: one_line(&clip(&source.value, VALUE)),
            shadowed: stronger && !source.value.is_empty(),
        });
    }
    rows
}

fn place_row(place: &DirectoryOnDrive) -> PlaceRow {
    let drive = place.drive.as_ref();
    let mut words: Vec<String> = Vec::new();
    if let Some(drive) = drive {
        words.push(one_line(&drive.mount));
        words.extend((!drive.file_system.is_empty()).then(|| one_line(&drive.file_system)));
        words.extend(drive.leads_to.as_ref().map(|real| format!("leads to {}", one_line(&clip(real, VALUE)))));
    }
    words.extend(drive.is_none().then(|| "none that the system lists".to_owned()));
    words.extend(place.burst.map(|burst| format!("{} small files a second", grouped(burst.files_per_second()))));
    words.extend(place.no_burst.as_ref().map(|why| format!("not measured: {}", one_line(&clip(why, VALUE)))));
    PlaceRow {
        name: short(&place.name),
        path: one_line(&clip(&place.path, VALUE)),
        drive: words.join(", "),
        free: drive.map(|drive| size(drive.free_bytes)).unwrap_or_default(),
    }
}
