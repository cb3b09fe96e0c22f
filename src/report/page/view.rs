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
use std::collections::{BTreeMap, HashMap};

/// Findings of each kind that are spelt out at the top.
const MOST: usize = 60;
/// Characters of each value and of each output.
pub const VALUE: usize = 4_000;
/// Characters of a name in a title.
const NAME: usize = 80;
/// Characters of all versions of a title.
const NAMES: usize = 300;
/// Bytes of the details behind clicks in the whole page, as they are written; report.json has them all.
/// With them a page of the standard matrix stays below 300 KB, so that it can be sent to somebody.
const DETAILS: usize = 140_000;
/// Of these, for what does not hold or could not be judged. Each of its bytes takes three from what passed, for
/// the findings and lists above the probes.
const BAD_DETAILS: usize = 50_000;
/// Characters of each value of a finding for whose details there is no room.
const CUT_VALUE: usize = 160;
/// Versions that a chip names.
const CHIP: usize = 4;

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
    /// Its number on the page.
    pub id: usize,
    /// The first result, whose details stand for all.
    pub run: RunView,
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

/// A probe and what it came to.
pub struct ProbeView {
    pub name: String,
    pub why: Pieces,
    pub live: Option<&'static str>,
    pub state: &'static str,
    /// For each verdict its state and the versions, the worst first; the style sheet has the words.
    pub chips: Vec<(&'static str, String)>,
    pub runs: Vec<RunView>,
    /// There was no room for some of them; the chips name their versions.
    pub is_cut: bool,
}

/// A probe on the versions on which it came to the same in the same words.
pub struct RunView {
    /// `Go 1.21.13 and 1.22.10`.
    pub go: String,
    pub state: &'static str,
    pub symbol: &'static str,
    pub word: &'static str,
    /// There are more versions than a chip names.
    pub is_long: bool,
    /// `41 ms`, or `41 ms to 1.2 s`; of what was skipped none.
    pub duration: Option<String>,
    /// Title and value, in the order to be read.
    pub fields: Vec<Titled>,
    /// A command that removes the cause.
    pub fix: Option<String>,
    /// Of the first version; none of a probe that passed or was skipped, as in report.json.
    pub commands: Vec<CommandView>,
    /// There was no room for its commands.
    pub is_cut: bool,
    /// The finding that shows all this.
    pub above: Option<usize>,
}

/// A title and what it is the title of.
pub type Titled = (&'static str, Pieces);

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
    let (failed, in_error) = (groups::failures_by_cause(report), groups::by_reason(report, Status::Error));
    let further = failed.len().saturating_sub(MOST) + in_error.len().saturating_sub(MOST);
    let shown: Vec<&Group<'_>> = failed.iter().take(MOST).chain(in_error.iter().take(MOST)).collect();
    let above = shown.iter().enumerate().map(|(id, group)| (std::ptr::from_ref(group.first()), id)).collect();
    let mut findings: Vec<FindingView> =
        shown.iter().enumerate().map(|(id, group)| finding(id, group, report)).collect();
    let mut variables = variables(report, &above);
    fit(&mut findings, &mut variables);
    let errors = findings.split_off(failed.len().min(MOST));
    PageView {
        overview: overview(report),
        machine: machine(report),
        failures: findings,
        errors,
        further,
        shells: ShellGrid::of(report).map(|grid| shells(&grid)),
        variables,
        skipped: groups::by_reason(report, Status::Skip).iter().map(skipped).collect(),
    }
}

/// Cuts details so that those of the whole page fit, those of what passed first.
fn fit(findings: &mut [FindingView], variables: &mut [Variable]) {
    let mut room = BAD_DETAILS;
    for finding in findings {
        if !finding.run.takes(&mut room) {
            finding.run.commands.clear();
            finding.run.fields.iter_mut().for_each(|(_, pieces)| shorten(pieces));
        }
    }
    for is_bad in [true, false] {
        if !is_bad {
            room = DETAILS.saturating_sub(3 * (BAD_DETAILS - room));
        }
        let probes = variables.iter_mut().flat_map(|variable| &mut variable.probes);
        for probe in probes {
            let before = probe.runs.len();
            probe.runs.retain_mut(|run| {
                let is_due = run.above.is_none() && matches!(run.state, "fail" | "error") == is_bad;
                !is_due || run.takes(&mut room)
            });
            probe.is_cut |= probe.runs.len() < before;
        }
    }
}

impl RunView {
    /// Takes what its details need out of `room`, or notes that there is too little.
    fn takes(&mut self, room: &mut usize) -> bool {
        let left = room.checked_sub(self.size());
        self.is_cut = left.is_none();
        *room = left.unwrap_or(*room);
        left.is_some()
    }

    /// Bytes on the page, roughly: each value with the markup around it.
    fn size(&self) -> usize {
        let pieces = |pieces: &Pieces| pieces.iter().map(|(_, text)| 13 + written(text)).sum::<usize>();
        let fields = self.fields.iter().map(|(_, value)| 46 + pieces(value)).sum::<usize>();
        let output = |(_, text): &(&str, String)| 60 + written(text);
        let command = |one: &CommandView| 180 + written(&one.line) + one.outputs.iter().map(output).sum::<usize>();
        60 + fields + self.fix.as_deref().map_or(0, written) + self.commands.iter().map(command).sum::<usize>()
    }
}

/// Bytes of an escaped text.
fn written(text: &str) -> usize {
    text.len() + 4 * text.bytes().filter(|byte| b"<>&\"'".contains(byte)).count()
}

fn shorten(pieces: &mut Pieces) {
    let whole: String = pieces.iter().map(|(_, text)| text.as_str()).collect();
    if whole.chars().nth(CUT_VALUE).is_some() {
        *pieces = vec![(false, clip(&whole, CUT_VALUE).into_owned())];
    }
}

fn overview(report: &Report) -> Overview {
    let tally = report.tally();
    let grid = Grid::of(report);
    let status = tally.status().unwrap_or(Status::Skip);
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
        state: status.name(),
        symbol: symbol(status),
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
    let Some(status) = mark else { return Score { state: "none", symbol: "", number, word: "no probe" } };
    Score { state: status.name(), symbol: symbol(status), number, word: status.participle() }
}

fn finding(id: usize, group: &Group<'_>, report: &Report) -> FindingView {
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
        versions: one_line(&clip(&wording::go(&group.versions()), NAMES)),
        why: text(&first.why),
        id,
        run: run(&[first], details(first, report), None),
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

/// Results that a finding shows, with the finding's number.
type Above = HashMap<*const CellResult, usize>;

/// All variables in the order of the matrix, in each the worst probes first.
fn variables(report: &Report, above: &Above) -> Vec<Variable> {
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
            probes: probes.iter().map(|cells| probe(cells, report, above)).collect(),
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

fn probe(cells: &[&CellResult], report: &Report, above: &Above) -> ProbeView {
    let worst = cells.iter().min_by_key(|cell| cell.verdict.status());
    ProbeView {
        name: worst.map_or_else(String::new, |cell| short(&cell.probe)),
        why: worst.map_or_else(Vec::new, |cell| text(&cell.why)),
        live: worst.is_some_and(|cell| cell.kind == ProbeKind::Live).then_some("live"),
        state: worst.map_or("none", |cell| cell.verdict.status().name()),
        chips: chips(cells),
        runs: runs(cells, report, above),
        is_cut: false,
    }
}

fn chips(cells: &[&CellResult]) -> Vec<(&'static str, String)> {
    let mut by_status: BTreeMap<Status, Vec<&CellResult>> = BTreeMap::new();
    cells.iter().for_each(|cell| by_status.entry(cell.verdict.status()).or_default().push(*cell));
    let chip = |(status, cells): (Status, Vec<&CellResult>)| {
        (status.name(), one_line(&clip(&shortened(&Group { cells }.versions(), CHIP), 160)))
    };
    by_status.into_iter().map(chip).collect()
}

/// Results that came to the same in the same words stand together; one that a finding shows stands alone.
fn runs(cells: &[&CellResult], report: &Report, above: &Above) -> Vec<RunView> {
    let mut together: Vec<(Details, Option<usize>, Vec<&CellResult>)> = Vec::new();
    let mut place: HashMap<(Status, Option<usize>, Details), usize> = HashMap::new();
    for cell in cells {
        let above = above.get(&std::ptr::from_ref(*cell)).copied();
        let details = details(cell, report);
        let at = *place.entry((cell.verdict.status(), above, details.clone())).or_insert(together.len());
        match together.get_mut(at) {
            Some((_, _, cells)) => cells.push(cell),
            None => together.push((details, above, vec![cell])),
        }
    }
    together.into_iter().map(|(details, above, cells)| run(&cells, details, above)).collect()
}

/// What a result says beside its verdict.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Details {
    fields: Vec<Titled>,
    fix: Option<String>,
}

fn details(result: &CellResult, report: &Report) -> Details {
    let text = |value: &str| text(&wording::filled(value, &result.go, report));
    let mut fields: Vec<Titled> = Vec::new();
    match &result.verdict {
        Verdict::Pass => {}
        Verdict::Fail { expected, observed } => {
            fields.extend([("Expected", text(expected)), ("Observed", text(observed))]);
            fields.extend(result.cause.as_ref().map(|cause| ("Likely cause", text(&cause.text))));
        }
        Verdict::Skip { reason } | Verdict::Error { reason } => fields.push(("Reason", text(reason))),
    }
    if !result.control.trim().is_empty() {
        fields.push(("Control", text(&with_short_sums(&result.control))));
    }
    let fix = result.cause.as_ref().and_then(|cause| cause.fix.as_deref());
    Details { fields, fix: fix.map(|fix| one_line(&clip(fix, VALUE))) }
}

/// The text with `5707b89c…` for a sum of 32 hexadecimal digits or more, such as Go's cache names its files by.
fn with_short_sums(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_hexdigit()) {
        let digits = rest[start..].find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(rest.len() - start);
        let (kept, mark) = if digits < 32 { (digits, "") } else { (8, "…") };
        shown += &rest[..start + kept];
        shown += mark;
        rest = &rest[start + digits..];
    }
    shown + rest
}

/// One probe on the versions on which it says the same; the first of them has the commands.
fn run(cells: &[&CellResult], Details { fields, fix }: Details, above: Option<usize>) -> RunView {
    let first = cells[0];
    let status = first.verdict.status();
    let versions = Group { cells: cells.to_vec() }.versions();
    let spans = cells.iter().map(|cell| cell.duration);
    let (least, most) = (spans.clone().min().unwrap_or_default(), spans.max().unwrap_or_default());
    let [least, most] = [least, most].map(crate::output::wording::duration);
    // What passed and what was skipped has its evidence nowhere else either.
    let evidence = matches!(status, Status::Fail | Status::Error).then_some(&first.evidence);
    RunView {
        go: one_line(&clip(&format!("Go {}", list(&versions)), NAMES)),
        state: status.name(),
        symbol: symbol(status),
        word: wording::participle(&first.verdict),
        is_long: versions.len() > CHIP,
        duration: (status != Status::Skip).then(|| if least == most { most } else { format!("{least} to {most}") }),
        fields,
        fix,
        commands: evidence.into_iter().flatten().map(command).collect(),
        is_cut: false,
        above,
    }
}

fn symbol(status: Status) -> &'static str {
    match status {
        Status::Pass => "✓",
        Status::Fail => "✕",
        Status::Skip => "–",
        Status::Error => "!",
    }
}

fn command(evidence: &Evidence) -> CommandView {
    let streams = [("stdout", &evidence.stdout), ("stderr", &evidence.stderr)].into_iter();
    let said = streams.filter(|(_, stream)| !stream.trim().is_empty());
    CommandView {
        line: one_line(&clip(&evidence.argv.join(" "), VALUE)),
        ended: wording::ended(evidence.ended),
        duration: crate::output::wording::duration(evidence.duration),
        outputs: said.map(|(name, stream)| (name, visible(&clip(stream.trim_end(), VALUE)).into_owned())).collect(),
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
