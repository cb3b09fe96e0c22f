//! What a merge says to a person: the verdict on everything, what is wrong with
//! the inputs, the grids, what does not hold. `report publish` says it in the same words.

use crate::{
    output::{
        Document,
        document::{Block, Cell, Count, Entries, Entry, Field, Folded, Headline, Table, Text},
        wording::{count, duration, list},
    },
    report::{
        CellResult, Tally,
        grid::{self, Grid, Row},
        merge::{Merged, MergedFinding, ProblemKind},
        places,
        verdict::Verdict,
        wire::{DuplicateV1, UnrunV1},
        wording::{counts, go},
    },
    status::{Severity, Status},
};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// Columns of a grid; nobody compares more versions at a glance.
const MOST_VERSIONS: usize = 40;
/// Runners with a row, and with a grid of their own.
const MOST_RUNNERS: usize = 300;
/// Problems, pairs of shards and cells that are named.
const MOST_NAMED: usize = 50;
/// Reasons for skips.
const MOST_REASONS: usize = 50;

/// The merged report.
#[must_use]
pub fn document(merged: &Merged) -> Document {
    let mut blocks = inputs(merged);
    let runners = runner_grids(merged);
    let several = runners.len() > 1;
    let title = if several { "Variables and Go versions, all runners together" } else { "Variables and Go versions" };
    blocks.push(Block::Heading(title.into()));
    let (grid, beyond) = grid(merged);
    blocks.extend(grid_blocks(&grid, beyond));
    if several {
        blocks.push(Block::Heading("Runners".into()));
        blocks.push(Block::Table(runner_table(&runners)));
    }
    blocks.extend(findings(merged));
    blocks.extend(skips(merged));
    if several {
        blocks.push(Block::Heading("Each runner".into()));
        blocks.extend(runners.iter().take(MOST_RUNNERS).map(|(name, grid, tally)| {
            Block::Folded(Folded {
                status: tally.status(),
                summary: Text::words(format!("{name}: {}", counts(*tally))),
                open: false,
                blocks: vec![Block::Table(grid.table())],
            })
        }));
    }
    let go = merged.toolchains.iter().take(20).map(String::as_str).collect::<Vec<_>>().join(", ");
    Document {
        command: "report",
        headline: Some(Headline {
            status: Some(merged.outcome().status()),
            text: Text::words(headline(merged)),
            tail: counts(merged.tally),
        }),
        counts: tally_counts(merged.tally),
        facts: vec![
            Field::new("Merged", Text::words(extent(merged))),
            Field::new("Go", Text::words(if go.is_empty() { "no toolchain".to_owned() } else { go })),
        ],
        blocks,
        hints: vec![Text::words(extent(merged))],
        ..Document::default()
    }
}

/// The verdict on everything, in one sentence without a full stop.
pub(crate) fn headline(merged: &Merged) -> String {
    let outcome = merged.outcome();
    match merged.tally.status() {
        Some(Status::Fail) => {
            let (names, number) = blamed(merged, Status::Fail);
            let verb = if number == 1 { "does" } else { "do" };
            let rest = if outcome.is_whole() { "" } else { ", and the report is not whole" };
            format!("{names} {verb} not take effect everywhere{rest}")
        }
        _ if !outcome.is_whole() => "No failure, but the report is not whole".to_owned(),
        Some(Status::Error) => {
            format!("No failure, but {} could not be judged everywhere", blamed(merged, Status::Error).0)
        }
        Some(Status::Pass) if merged.tally.skip == 0 => format!("Every variable takes effect on {}", places_of(merged)),
        Some(Status::Pass) => format!("All that was judged takes effect on {}", places_of(merged)),
        None | Some(Status::Skip) => "Nothing was judged".to_owned(),
    }
}

/// The variables of a status, or how many they are.
fn blamed(merged: &Merged, status: Status) -> (String, usize) {
    let mut seen = HashSet::new();
    let findings = merged.findings.iter().filter(|finding| finding.first.verdict.status() == status);
    let names: Vec<&str> =
        findings.map(|finding| finding.first.variable.as_str()).filter(|name| seen.insert(*name)).collect();
    // Findings end somewhere; the grid knows more variables.
    let met = |tally: &Tally| if status == Status::Fail { tally.fail > 0 } else { tally.error > 0 };
    let in_grid: HashSet<&str> =
        merged.groups.iter().filter(|(_, tally)| met(tally)).map(|(group, _)| group.variable.as_str()).collect();
    let number = names.len().max(in_grid.len());
    (if number <= 4 { list(&names) } else { count(number, "variable") }, number)
}

/// `win22 Windows X64 and Go 1.22.10`, or how many there are.
fn places_of(merged: &Merged) -> String {
    let met: BTreeSet<&str> = merged.groups.keys().map(|group| group.runner.as_str()).collect();
    let runners = match met.first() {
        Some(one) if met.len() == 1 => (*one).to_owned(),
        _ => count(met.len(), "runner"),
    };
    format!("{runners} and {}", go(&merged.versions()))
}

/// The four numbers of a tally.
pub(crate) fn tally_counts(tally: Tally) -> Vec<Count> {
    let count = |status, number: usize, word: &str| Count {
        status: Some(status),
        number: number.to_string(),
        word: word.to_owned(),
    };
    vec![
        count(Status::Pass, tally.pass, "passed"),
        count(Status::Fail, tally.fail, "failed"),
        count(Status::Error, tally.error, if tally.error == 1 { "error" } else { "errors" }),
        count(Status::Skip, tally.skip, "skipped"),
    ]
}

/// `123 results of 3 reports on 3 runners, 42.7 s of work`.
pub(crate) fn extent(merged: &Merged) -> String {
    format!(
        "{} of {} on {}, {} of work",
        count(merged.tally.total(), "result"),
        count(merged.shards, "report"),
        count(merged.runners.len(), "runner"),
        duration(merged.duration)
    )
}

/// What is wrong with the inputs: what did not arrive, what nobody ran, what came twice.
pub(crate) fn inputs(merged: &Merged) -> Vec<Block> {
    let mut blocks: Vec<Block> =
        summary_of_inputs(merged).into_iter().map(|said| Block::Notice(Severity::Warning, Text::words(said))).collect();
    let pairs = pairs(&merged.duplicates.named);
    blocks.extend(pairs.iter().take(MOST_NAMED).filter_map(conflict));
    if !merged.problems.is_empty() {
        let row = |problem: &super::Problem| {
            let said = Text::words(format!("{}: ", problem.kind.name())).and(problem.detail.as_str());
            let input = Cell { status: Some(Status::Error), text: Text::code(problem.shard.as_str()) };
            vec![input, Cell::new(said)]
        };
        blocks.push(Block::Heading("Inputs that are not whole".into()));
        blocks.push(Block::Table(Table {
            head: ["Input", "Problem"].map(Text::words).to_vec(),
            rows: merged.problems.iter().take(MOST_NAMED).map(row).collect(),
            more: merged.problems.len().saturating_sub(MOST_NAMED) + merged.more_problems,
        }));
    }
    let unrun = merged.unrun.named.iter().take(MOST_NAMED).map(unrun_cell).collect();
    blocks.extend(folded("Cells that nobody ran", unrun, merged.unrun.count, MOST_NAMED));
    let twice = pairs.iter().take(MOST_NAMED).map(Pair::text).collect();
    blocks.extend(folded("Cells that came twice", twice, pairs.len(), MOST_NAMED));
    blocks
}

/// `3 shards are missing`, `14 planned cells were run by nobody` and so on; nothing of a report that is whole.
fn summary_of_inputs(merged: &Merged) -> Vec<String> {
    let mut kinds: BTreeMap<ProblemKind, usize> = BTreeMap::new();
    merged.problems.iter().for_each(|problem| *kinds.entry(problem.kind).or_default() += 1);
    let mut said: Vec<String> = kinds
        .into_iter()
        .map(|(kind, number)| {
            let (one, many) = words(kind);
            format!("{} {}", count(number, "shard"), if number == 1 { one } else { many })
        })
        .collect();
    if merged.more_problems > 0 {
        said.push(format!("{} are not named", count(merged.more_problems, "more problem")));
    }
    if merged.unrun.count > 0 {
        let verb = if merged.unrun.count == 1 { "was" } else { "were" };
        said.push(format!("{} {verb} run by nobody", count(merged.unrun.count, "planned cell")));
    }
    let duplicates = &merged.duplicates;
    if duplicates.count > 0 {
        let verb = if duplicates.count == 1 { "comes" } else { "come" };
        let mut text = format!("{} {verb} from two shards, and the first is kept", count(duplicates.count, "cell"));
        if duplicates.conflicts > 0 {
            text += &format!("; {} with another verdict, of which the worst is kept", duplicates.conflicts);
        }
        said.push(text);
    }
    said
}

fn words(kind: ProblemKind) -> (&'static str, &'static str) {
    match kind {
        ProblemKind::Missing => ("is missing", "are missing"),
        ProblemKind::HalfWritten => ("is half-written", "are half-written"),
        ProblemKind::Foreign => ("is no report of goenv-ci", "are no reports of goenv-ci"),
        ProblemKind::NewerSchema => ("has another schema", "have another schema"),
        ProblemKind::Unreadable => ("cannot be read", "cannot be read"),
        ProblemKind::OtherPlan => ("belongs to another plan", "belong to another plan"),
        ProblemKind::Empty => ("has no result", "have no result"),
    }
}

/// Two shards that have cells in common.
struct Pair<'a> {
    kept: &'a str,
    left_out: &'a str,
    cells: usize,
    /// Cells with another verdict.
    conflicts: Vec<&'a str>,
}

impl Pair<'_> {
    /// One sentence without a full stop.
    fn text(&self) -> Text {
        let mut text = Text::words(format!("{} of ", count(self.cells, "cell")))
            .and(Text::code(self.left_out))
            .and(Text::words(" left out, which "))
            .and(Text::code(self.kept))
            .and(Text::words(" has too"));
        if let Some(cell) = self.conflicts.first() {
            let said = format!("; {} with another verdict, for example ", self.conflicts.len());
            text = text.and(Text::words(said)).and(Text::code(*cell));
        }
        text
    }
}

/// Each two shards once, those with conflicts first.
fn pairs(duplicates: &[DuplicateV1]) -> Vec<Pair<'_>> {
    let mut pairs: Vec<Pair<'_>> = Vec::new();
    let mut place: HashMap<(&str, &str), usize> = HashMap::new();
    for DuplicateV1 { cell, kept, left_out, conflict } in duplicates {
        let at = *place.entry((kept, left_out)).or_insert(pairs.len());
        if at == pairs.len() {
            pairs.push(Pair { kept, left_out, cells: 0, conflicts: Vec::new() });
        }
        pairs[at].cells += 1;
        pairs[at].conflicts.extend(conflict.then_some(cell.as_str()));
    }
    pairs.sort_by_key(|pair| std::cmp::Reverse(pair.conflicts.len()));
    pairs
}

fn conflict(pair: &Pair<'_>) -> Option<Block> {
    (!pair.conflicts.is_empty()).then(|| Block::Notice(Severity::Warning, pair.text()))
}

fn unrun_cell(UnrunV1 { probe, go, runner }: &UnrunV1) -> Text {
    let go = if go.is_empty() { String::new() } else { format!(" on Go {go}") };
    Text::words(format!("{probe}{go}, {runner}"))
}

/// A list behind a click, if there is anything in it.
fn folded(title: &str, mut items: Vec<Text>, all: usize, most: usize) -> Option<Block> {
    if items.is_empty() {
        return None;
    }
    let more = all.saturating_sub(items.len().min(most));
    items.extend((more > 0).then(|| Text::from(format!("and {more} more; `report.json` names them"))));
    let summary = Text::words(format!("{title} ({all})"));
    Some(Block::Folded(Folded { status: None, summary, open: false, blocks: vec![Block::List(items)] }))
}

/// The grid of all runners together, and how many versions found no room in it.
fn grid(merged: &Merged) -> (Grid, usize) {
    let all = merged.groups.iter().map(|(group, tally)| (group.variable.as_str(), group.go.as_str(), *tally));
    grid_of(&ranks(&merged.versions()), &all.collect::<Vec<_>>())
}

/// The place of each version among all, oldest first.
fn ranks(versions: &[String]) -> HashMap<&str, usize> {
    versions.iter().enumerate().map(|(at, version)| (version.as_str(), at)).collect()
}

/// Name, grid and counts of each runner, those with the worst verdict first.
fn runner_grids(merged: &Merged) -> Vec<(String, Grid, Tally)> {
    let mut by_runner: HashMap<&str, Vec<(&str, &str, Tally)>> = HashMap::new();
    for (group, tally) in &merged.groups {
        by_runner.entry(&group.runner).or_default().push((&group.variable, &group.go, *tally));
    }
    let versions = merged.versions();
    let ranks = ranks(&versions);
    let mut grids: Vec<(String, Grid, Tally)> = by_runner
        .into_iter()
        .map(|(runner, cells)| {
            let mut sum = Tally::default();
            cells.iter().for_each(|(.., tally)| sum.add(*tally));
            (runner.to_owned(), grid_of(&ranks, &cells).0, sum)
        })
        .collect();
    let worst = |tally: Tally| tally.status().unwrap_or(Status::Pass);
    grids.sort_by(|(left, _, a), (right, _, b)| (worst(*a), left).cmp(&(worst(*b), right)));
    grids
}

/// Of all versions, each with its place, those that these cells have.
fn grid_of(ranks: &HashMap<&str, usize>, cells: &[(&str, &str, Tally)]) -> (Grid, usize) {
    let met: HashSet<&str> = cells.iter().map(|(_, go, _)| *go).collect();
    let mut versions: Vec<String> = met.into_iter().map(str::to_owned).collect();
    versions.sort_by_key(|version| ranks.get(version.as_str()));
    let beyond = versions.len().saturating_sub(MOST_VERSIONS);
    versions.truncate(MOST_VERSIONS);
    let column: HashMap<&str, usize> = versions.iter().enumerate().map(|(at, v)| (v.as_str(), at)).collect();
    let mut rows: BTreeMap<&str, Vec<Tally>> = BTreeMap::new();
    for (variable, go, tally) in cells {
        let row = rows.entry(variable).or_insert_with(|| vec![Tally::default(); versions.len()]);
        if let Some(at) = column.get(go) {
            row[*at].add(*tally);
        }
    }
    let rows = rows.into_iter().map(|(variable, cells)| Row { variable: variable.to_owned(), cells }).collect();
    (Grid { versions, rows }, beyond)
}

fn grid_blocks(grid: &Grid, beyond: usize) -> Vec<Block> {
    if grid.rows.is_empty() {
        return vec![Block::Paragraph("There is no result in this report".into())];
    }
    let mut blocks = vec![Block::Table(grid.table())];
    if beyond > 0 {
        let said = format!("{} have no column here; `report.json` has them", count(beyond, "more Go version"));
        blocks.push(Block::Paragraph(said.into()));
    }
    blocks
}

/// A row for each runner: what it comes to, and which variables do not hold there.
fn runner_table(runners: &[(String, Grid, Tally)]) -> Table {
    let row = |(name, grid, tally): &(String, Grid, Tally)| {
        let bad = grid.rows.iter().filter(|row| row.cells.iter().any(|cell| cell.fail + cell.error > 0));
        let bad: Vec<&str> = bad.map(|row| row.variable.as_str()).collect();
        let said = match bad.len() {
            0..=8 => bad.join(", "),
            many => format!("{} and {} more", bad[..8].join(", "), many - 8),
        };
        vec![Cell::new(Text::words(name.as_str())), grid::cell(*tally), Cell::new(Text::words(said))]
    };
    Table {
        head: ["Runner", "Results", "What does not hold"].map(Text::words).to_vec(),
        rows: runners.iter().take(MOST_RUNNERS).map(row).collect(),
        more: runners.len().saturating_sub(MOST_RUNNERS),
    }
}

/// Fails, then errors.
pub(crate) fn findings(merged: &Merged) -> Vec<Block> {
    let of = |status: Status| {
        merged.findings.iter().filter(move |one| one.first.verdict.status() == status).map(entry).collect::<Vec<_>>()
    };
    let (failures, errors) = (of(Status::Fail), of(Status::Error));
    // Those that are not kept are of unknown kind, and come behind whatever is last.
    let (more, none) = (merged.more_findings, errors.is_empty());
    let block = |title: &str, shown: Vec<Entry>, more: usize| {
        let entries = Entries { shown, more, elsewhere: Text::from("`report.json` has them all") };
        let blocks = [Block::Heading(title.into()), Block::Entries(entries)];
        Some(blocks).filter(|blocks| !matches!(&blocks[1], Block::Entries(entries) if entries.shown.is_empty()))
    };
    let failures = block("What does not hold", failures, if none { more } else { 0 });
    let errors = block("What could not be judged", errors, more);
    failures.into_iter().chain(errors).flatten().collect()
}

fn entry(finding: &MergedFinding) -> Entry {
    let cell = &finding.first;
    Entry {
        mark: cell.verdict.status().into(),
        title: Text::words(format!("{} {}", cell.variable, says(finding))),
        id: Some(Text::code(cell.probe.as_str())),
        summary: Some(Text::from(cell.why.as_str())),
        frame: None,
        fields: details(finding),
        details: commands(cell),
    }
}

/// What a finding says of its variable.
pub(crate) fn says(finding: &MergedFinding) -> &'static str {
    match finding.first.verdict.status() {
        Status::Fail => "does not take effect",
        Status::Error | Status::Skip | Status::Pass => "could not be judged",
    }
}

/// Where a finding was met, and what was seen there.
fn details(finding: &MergedFinding) -> Vec<Field> {
    let cell = &finding.first;
    let met = finding.places.iter().map(|(go, runner)| (go.as_str(), runner.as_str()));
    let places = places::places(met, finding.cells);
    let mut fields = vec![Field { name: "where".to_owned(), value: places, notes: Vec::new() }];
    match &cell.verdict {
        Verdict::Fail { expected, observed } => {
            fields.push(Field::new("expected", expected.as_str()));
            fields.push(Field::new("observed", observed.as_str()));
        }
        Verdict::Error { reason } | Verdict::Skip { reason } => fields.push(Field::new("reason", reason.as_str())),
        Verdict::Pass => {}
    }
    fields.extend(cell.cause.as_ref().map(|cause| Field::new("likely cause", cause.text.as_str())));
    fields
}

/// The commands of a probe with what they said, and what its control did.
fn commands(cell: &CellResult) -> Vec<Block> {
    let mut blocks = crate::report::view::commands(cell);
    if let Some(Block::Folded(commands)) = blocks.first_mut()
        && !cell.control.trim().is_empty()
    {
        commands.blocks.push(Block::Fields(vec![Field::new("control", cell.control.as_str())]));
    }
    blocks
}

/// Skipped cells by reason, the most frequent first.
fn skips(merged: &Merged) -> Option<Block> {
    let mut all: Vec<(&String, &usize)> = merged.skips.iter().collect();
    all.sort_by_key(|(_, cells)| std::cmp::Reverse(**cells));
    let line =
        |(reason, cells): (&String, &usize)| Text::words(format!("{}: ", count(*cells, "cell"))).and(reason.as_str());
    let number = all.len();
    let items: Vec<Text> = all.into_iter().take(MOST_REASONS).map(line).collect();
    let Some(Block::Folded(mut block)) = folded("", items, number, MOST_REASONS) else { return None };
    block.status = Some(Status::Skip);
    block.summary = Text::words(format!("Why {} skipped", were(merged.tally.skip)));
    Some(Block::Folded(block))
}

/// `1 cell was`, `6 cells were`.
fn were(number: usize) -> String {
    format!("{} {}", count(number, "cell"), if number == 1 { "was" } else { "were" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, Instant};

    /// The time for a grid in which so many variables have a Go version each.
    fn grid_time(variables: usize) -> Duration {
        let names: Vec<(String, String)> = (0..variables).map(|at| (format!("V{at}"), format!("1.22.{at}"))).collect();
        let versions: Vec<String> = names.iter().map(|(_, go)| go.clone()).collect();
        let cells: Vec<(&str, &str, Tally)> =
            names.iter().map(|(variable, go)| (variable.as_str(), go.as_str(), Tally::default())).collect();
        let began = Instant::now();
        let (grid, beyond) = grid_of(&ranks(&versions), &cells);
        assert_eq!(
            (grid.rows.len(), grid.versions.len(), beyond),
            (variables, MOST_VERSIONS, variables - MOST_VERSIONS)
        );
        began.elapsed()
    }

    #[test]
    fn a_grid_takes_time_by_the_number_of_its_cells() {
        // Thirty-two times as many; were it the square of that, it would take a thousand times as long.
        let ratio = || grid_time(16_000).as_secs_f64() / grid_time(500).as_secs_f64();
        assert!((0..3).any(|_| ratio() < 250.0));
    }
}
