//! What `verify` says to a person, for the terminal and the job summary: the grids, failures by cause, errors
//! and skips by reason. The page has a template of its own, fed from the same groups.

use crate::output::{
    document::{Block, Cell, Count, Document, Entries, Entry, Field, Folded, Headline, Mark, Span, Table, Text, Value},
    wording::{count, duration, list},
};
use crate::platform::Platform;
use crate::ports::Ended;
use crate::report::{
    CellResult, Report, Tally,
    grid::Grid,
    groups::{self, Group},
    shell_grid::{ShellGrid, ShellRow},
    verdict::{Evidence, Verdict},
    wording,
};
use crate::status::{Severity, Status};
use std::borrow::Cow;

/// Probes that are named; the report's files have them all.
const PROBES: usize = 3;
/// Last lines of output that are shown of a command that did not end well.
const OUTPUT_LINES: usize = 6;

/// The report as a document. `page`: the absolute path of its index.html, if it was written.
#[must_use]
pub fn document(report: &Report, page: Option<&str>) -> Document {
    let tally = report.tally();
    let grid = Grid::of(report);
    let mut blocks = Vec::new();
    blocks.extend((!grid.rows.is_empty()).then(|| Block::Table(grid.table())));
    blocks.extend(shells(report));
    blocks.push(entries(groups::failures_by_cause(report).iter().map(|group| failure(group, report)).collect()));
    blocks.push(entries(groups::by_reason(report, Status::Error).iter().map(|group| error(group, report)).collect()));
    blocks.push(entries(report.missing.iter().map(missing).collect()));
    blocks.extend(skipped(report));
    blocks.extend(report.sources.notes.iter().map(|note| Block::Notice(Severity::Warning, Text::prose(note))));
    blocks.extend(report.drives.worth_knowing().map(|advice| Block::Notice(Severity::Note, Text::prose(advice))));
    blocks.push(toolchains(report));
    let link = |page: &str| Text::words("report: ").and(Span::File { path: page.to_owned(), line: None });
    Document {
        command: "verify",
        title: None,
        headline: Some(Headline {
            status: tally.status(),
            text: Text::words(wording::headline(report)),
            tail: format!("{} in {}", wording::counts(tally), duration(report.duration)),
        }),
        counts: counts(tally, report),
        facts: vec![
            Field::new("Runner", Text::words(wording::runner(report))),
            Field::new("Judged", wording::delivery(report.delivery)),
            Field::new("goenv-ci", Text::words(&report.tool_version)),
        ],
        blocks,
        hints: page.map(link).into_iter().collect(),
    }
}

fn counts(tally: Tally, report: &Report) -> Vec<Count> {
    let of = |status, number: usize, word: &str| Count {
        status: Some(status),
        number: number.to_string(),
        word: word.to_owned(),
    };
    vec![
        of(Status::Pass, tally.pass, "passed"),
        of(Status::Fail, tally.fail, "failed"),
        of(Status::Error, tally.error, if tally.error == 1 { "error" } else { "errors" }),
        of(Status::Skip, tally.skip, "skipped"),
        Count { status: None, number: duration(report.duration), word: "in all".to_owned() },
    ]
}

/// Shell × what is looked at through it, and what a shell adds without harm.
fn shells(report: &Report) -> Vec<Block> {
    let Some(grid) = ShellGrid::of(report) else { return Vec::new() };
    let row = |row: &ShellRow<'_>| {
        let mark =
            |mark: &Option<Status>| Cell { status: *mark, text: Text::words(if mark.is_none() { "–" } else { "" }) };
        [Cell::new(row.shell)].into_iter().chain(row.marks.iter().map(mark)).collect()
    };
    let heads = ShellGrid::heads().into_iter().map(Text::words);
    let table = Table {
        head: [Text::words("Shell")].into_iter().chain(heads).collect(),
        rows: grid.rows.iter().map(row).collect(),
        more: 0,
    };
    let notes = Folded {
        status: None,
        summary: "What shells add to PATH without harm".into(),
        open: false,
        blocks: vec![Block::List(grid.notes.iter().map(|note| Text::prose(note)).collect())],
    };
    let notes = (!grid.notes.is_empty()).then_some(Block::Folded(notes));
    [Block::Table(table)].into_iter().chain(notes).collect()
}

fn entries(shown: Vec<Entry>) -> Block {
    Block::Entries(Entries { shown, more: 0, elsewhere: "the report's files have them all".into() })
}

/// All that fails for one cause.
fn failure(group: &Group<'_>, report: &Report) -> Entry {
    let cell = group.first();
    let mut fields = Vec::new();
    if let Verdict::Fail { expected, observed } = &cell.verdict {
        let (expected, observed) = (shown(expected, cell, report), shown(observed, cell, report));
        let removed = is_of_probe_directory(&expected) || is_of_probe_directory(&observed);
        fields.push(Field::new("expected", expected));
        let mut observed = Field::new("observed", observed);
        if group.is_mixed() {
            observed = observed.note(Text::words(format!("in {} on Go {}", cell.probe, cell.go)));
        }
        if removed {
            observed = observed.note(format!("{} was the probe's own and is removed", wording::PROBE_DIRECTORY));
        }
        fields.push(observed);
    }
    if let Some(cause) = group.cause() {
        fields.push(Field::new("cause", shown(&cause.text, cell, report)));
        fields.extend(cause.fix.as_ref().map(|fix| Field::code("fix", fix)));
    }
    fields.extend(command(cell));
    fields.push(probes(group));
    let versions = wording::go(&group.versions());
    Entry {
        mark: Mark::from(Status::Fail),
        title: Text::words(format!("{} {} on {versions}", cell.variable, cell.fault())),
        id: None,
        summary: None,
        frame: None,
        fields,
        details: commands(cell),
    }
}

/// All that could not be judged for one reason.
fn error(group: &Group<'_>, report: &Report) -> Entry {
    let cell = group.first();
    let variables = group.variables();
    let what = if variables.len() <= 4 { list(&variables) } else { count(variables.len(), "variable") };
    let mut fields = vec![Field::new("reason", shown(groups::reason(&cell.verdict), cell, report))];
    fields.extend(command(cell));
    fields.push(probes(group));
    Entry {
        mark: Mark::from(Status::Error),
        title: Text::words(format!("{what} could not be judged on {}", wording::go(&group.versions()))),
        id: None,
        summary: None,
        frame: None,
        fields,
        details: commands(cell),
    }
}

/// `gobin/a: what it looks at`, or `8 probes: gobin/a, gobin/b, gobin/c and 5 more`.
fn probes(group: &Group<'_>) -> Field {
    match group.probes().as_slice() {
        [one] => Field::new("probe", Text::code(*one).and(Text::words(": ")).and(Text::prose(&group.first().why))),
        some => {
            let names = groups::shortened(some, PROBES);
            Field::new("explains", Text::words(format!("{}: {names}", count(some.len(), "probe"))))
        }
    }
}

/// The last command, where it did not end well, with the last lines of what it said.
fn command(cell: &CellResult) -> Option<Field> {
    let last = cell.evidence.last().filter(|last| last.ended != Ended::Code(0))?;
    let line = Text::code(last.argv.join(" ")).and(Text::words(format!(" ({})", wording::ended(last.ended))));
    let output = format!("{}\n{}", last.stdout, last.stderr);
    let lines: Vec<&str> = output.lines().filter(|line| !line.trim().is_empty()).collect();
    let tail = &lines[lines.len().saturating_sub(OUTPUT_LINES)..];
    Some(tail.iter().fold(Field::new("command", line), |field, line| field.note(Text::words(*line))))
}

/// Every command with what it said, behind a click.
pub(crate) fn commands(cell: &CellResult) -> Vec<Block> {
    if cell.evidence.is_empty() {
        return Vec::new();
    }
    let one = |evidence: &Evidence| {
        let mut text = format!("$ {}\n", evidence.argv.join(" "));
        for stream in [&evidence.stdout, &evidence.stderr] {
            if !stream.trim().is_empty() {
                text += &format!("{}\n", stream.trim_end());
            }
        }
        text + &format!("({}, {})\n", wording::ended(evidence.ended), duration(evidence.duration))
    };
    vec![Block::Folded(Folded {
        status: None,
        summary: Text::words(format!("Commands of {} on Go {}", cell.probe, cell.go)),
        open: false,
        blocks: vec![Block::Code(cell.evidence.iter().map(one).collect::<Vec<_>>().join("\n"))],
    })]
}

fn missing(missing: &crate::goenv::toolchain::MissingToolchain) -> Entry {
    let places = missing.looked_at.iter().map(|place| Text::prose(place)).collect();
    Entry {
        mark: Mark { status: Some(Status::Error), word: Cow::Borrowed("missing") },
        title: Text::words(format!("Go {} was not found", missing.request)),
        id: None,
        summary: None,
        frame: None,
        fields: vec![Field { name: "looked at".to_owned(), value: Value::List(places), notes: Vec::new() }],
        details: Vec::new(),
    }
}

/// One line for each reason.
fn skipped(report: &Report) -> Vec<Block> {
    let groups = groups::by_reason(report, Status::Skip);
    let line = |group: &Group<'_>| {
        let number = count(group.cells.len(), "cell");
        let versions = wording::go(&group.versions());
        Text::words(format!("{number} on {versions}: ")).and(Text::prose(groups::reason(&group.first().verdict)))
    };
    let lines = groups.iter().map(line).collect();
    if groups.is_empty() { Vec::new() } else { vec![Block::Heading("Skipped".into()), Block::List(lines)] }
}

/// Where Go came from, behind a click.
fn toolchains(report: &Report) -> Block {
    let row = |toolchain: &crate::goenv::toolchain::Toolchain| {
        vec![
            Cell::new(Text::words(toolchain.version.to_string())),
            Cell::new(toolchain.source.name()),
            Cell::new(Text::code(&toolchain.goroot)),
        ]
    };
    Block::Folded(Folded {
        status: None,
        summary: "Where Go came from".into(),
        open: false,
        blocks: vec![Block::Table(Table {
            head: vec!["Go".into(), "Found in".into(), "GOROOT".into()],
            rows: report.toolchains.iter().map(row).collect(),
            more: 0,
        })],
    })
}

/// A sentence of a result as a person can use it: placeholders by what they stood for, paths to open.
fn shown(text: &str, cell: &CellResult, report: &Report) -> Text {
    let spans = Text::prose(&wording::filled(text, &cell.go, report)).0.into_iter().map(|span| match span {
        Span::Code(path) if is_path(&path) => Span::File { path, line: None },
        other => other,
    });
    Text(spans.collect())
}

/// One that a terminal can open, and that reads as one word.
fn is_path(text: &str) -> bool {
    let absolute = [Platform::Linux, Platform::Windows].iter().any(|platform| platform.is_absolute(text));
    absolute && !text.contains(char::is_whitespace)
}

fn is_of_probe_directory(text: &Text) -> bool {
    text.plain().contains(wording::PROBE_DIRECTORY)
}
