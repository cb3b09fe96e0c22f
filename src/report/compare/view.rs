//! What a comparison says to a person: what no longer holds and what changed at the
//! same time, then the rest. `report publish` has it as a part of its comment.

use crate::{
    output::{
        Document,
        document::{Block, Cell, Entries, Entry, Field, Headline, Table, Text, Value},
        wording::{count, duration, list},
    },
    report::{
        compare::{CellName, Cells, Change, Changes, Comparison, Pace, ReportSummary, SettingChange, SettingKind},
        places::places,
    },
    status::{Severity, Status},
};
use std::{collections::BTreeMap, time::Duration};

/// Settings that may explain one change.
const MOST_SUSPECTS: usize = 6;
/// Rows and lines that are shown of each kind.
const MOST: usize = 50;

/// The comparison.
#[must_use]
pub fn document(comparison: &Comparison) -> Document {
    let status = status(comparison);
    let in_headline = comparison.new_failures.count + comparison.new_errors.count > 0;
    let from = Text::words("From ").and(origin(&comparison.old));
    let mut blocks = judged(comparison);
    blocks.extend(beside(comparison));
    Document {
        command: "report compare",
        title: Some(from.and(Text::words(" to ")).and(origin(&comparison.new))),
        headline: Some(Headline {
            status: Some(status),
            text: Text::words(headline(comparison)),
            // The first number is in the headline already.
            tail: if in_headline { numbers(comparison)[1..].join(", ") } else { counts(comparison) },
        }),
        blocks,
        ..Document::default()
    }
}

/// What it comes to: only what is new and does not hold is bad, or what did not arrive and nobody knows of.
pub(crate) fn status(comparison: &Comparison) -> Status {
    match (comparison.new_failures.count, comparison.new_errors.count) {
        (1.., _) => Status::Fail,
        (0, 1..) => Status::Error,
        (0, 0) if !comparison.new.outcome().is_whole() => Status::Error,
        (0, 0) => Status::Pass,
    }
}

/// The outcome in one sentence without a full stop.
pub(crate) fn headline(comparison: &Comparison) -> String {
    let names = |changes: &Changes| {
        let mut names: Vec<&str> = Vec::new();
        for change in &changes.named {
            if !names.contains(&change.cell.variable.as_str()) {
                names.push(&change.cell.variable);
            }
        }
        if names.len() > 4 { count(names.len(), "variable") } else { list(&names) }
    };
    let Comparison { new_failures, new_errors, changed, .. } = comparison;
    if new_failures.count > 0 {
        return format!("{} in {}", count(new_failures.count, "new failure"), names(new_failures));
    }
    if new_errors.count > 0 {
        let cells = count(new_errors.count, "cell");
        return format!("No new failure, but {cells} of {} can no longer be judged", names(new_errors));
    }
    if !comparison.new.outcome().is_whole() {
        return "No new failure, but the new report is not whole".to_owned();
    }
    if *changed { "No new failure, but something changed".to_owned() } else { "Nothing changed".to_owned() }
}

/// `3 new failures, 1 new error, 2 recovered`: all that is not zero.
pub(crate) fn counts(comparison: &Comparison) -> String {
    let said = numbers(comparison);
    if said.is_empty() { "no cell, value, version or time changed".to_owned() } else { said.join(", ") }
}

fn numbers(comparison: &Comparison) -> Vec<String> {
    let mut said: Vec<String> = Vec::new();
    let mut add = |number: usize, text: String| said.extend((number > 0).then_some(text));
    let Comparison { new_failures, new_errors, recovered, otherwise, turned, added, gone, settings, pace, .. } =
        comparison;
    add(new_failures.count, count(new_failures.count, "new failure"));
    add(new_errors.count, count(new_errors.count, "new error"));
    add(recovered.count, format!("{} recovered", recovered.count));
    add(otherwise.count, format!("{} failing in another way", otherwise.count));
    add(turned.count, format!("{} skipped or no longer skipped", turned.count));
    add(added.count, format!("{} new", added.count));
    add(gone.count, format!("{} gone", gone.count));
    add(settings.len(), format!("{} changed", count(settings.len(), "setting")));
    add(pace.len(), format!("{} of time", count(pace.len(), "change")));
    said
}

/// `old/report.json of 2026-11-20T08:00:00Z, run 1234`.
pub(crate) fn origin(summary: &ReportSummary) -> Text {
    let mut said = String::new();
    if let Some(at) = &summary.started_at {
        said += &format!(" of {at}");
    }
    if let Some(run) = &summary.run {
        said += &format!(", run {run}");
    }
    Text::words(summary.path.as_str()).and(Text::words(said))
}

/// What does not hold and did before.
pub(crate) fn judged(comparison: &Comparison) -> Vec<Block> {
    let mut blocks: Vec<Block> = incomplete(comparison);
    for (title, changes) in [("New failures", &comparison.new_failures), ("New errors", &comparison.new_errors)] {
        blocks.extend(entries(title, changes, comparison));
    }
    blocks
}

/// All else that changed.
pub(crate) fn beside(comparison: &Comparison) -> Vec<Block> {
    let mut blocks = entries("What still does not hold, in another way", &comparison.otherwise, comparison);
    for (title, changes) in
        [("What holds again", &comparison.recovered), ("What is skipped or no longer skipped", &comparison.turned)]
    {
        if changes.count > 0 {
            blocks.extend([Block::Heading(title.into()), Block::Table(table(changes))]);
        }
    }
    for (title, lines) in [
        ("Settings that changed", comparison.settings.iter().map(setting).collect()),
        ("Times that changed", comparison.pace.iter().map(pace).collect()),
        ("Cells that are new", extents(&comparison.added)),
        ("Cells that are gone", extents(&comparison.gone)),
    ] {
        blocks.extend([Block::Heading(title.into()), Block::List(some(lines))]);
    }
    blocks.retain(|block| !matches!(block, Block::List(lines) if lines.is_empty()));
    blocks
}

/// That a report is not whole, if it is not: what is gone may be what did not arrive.
fn incomplete(comparison: &Comparison) -> Vec<Block> {
    let of = |name: &str, summary: &ReportSummary| {
        (summary.problems > 0).then(|| {
            let problems = count(summary.problems, "problem");
            let kind = if name == "new" { "gone" } else { "new" };
            let said = format!(
                "the {name} report is not whole: its merge names {problems}; cells that are {kind} may be those"
            );
            Block::Notice(Severity::Warning, Text::words(said))
        })
    };
    of("old", &comparison.old).into_iter().chain(of("new", &comparison.new)).collect()
}

/// A probe that changed in one way, wherever that was. Never empty.
type ChangeGroup<'a> = Vec<&'a Change>;

/// Each probe and way to change once.
fn groups(changes: &[Change]) -> Vec<ChangeGroup<'_>> {
    let name = |change: &Change| {
        let Change { cell: CellName { variable, probe, .. }, from, to, .. } = change;
        (variable.clone(), probe.clone(), *from, *to)
    };
    let mut groups: Vec<ChangeGroup<'_>> = Vec::new();
    for change in changes {
        match groups.iter_mut().find(|group| name(group[0]) == name(change)) {
            Some(group) => group.push(change),
            None => groups.push(vec![change]),
        }
    }
    groups
}

fn entries(title: &str, changes: &Changes, comparison: &Comparison) -> Vec<Block> {
    if changes.count == 0 {
        return Vec::new();
    }
    let entries = Entries {
        shown: groups(&changes.named).iter().map(|group| entry(group, comparison)).collect(),
        more: changes.count - changes.named.len(),
        elsewhere: Text::from("`report compare --format json` counts them all"),
    };
    vec![Block::Heading(title.into()), Block::Entries(entries)]
}

fn entry(group: &[&Change], comparison: &Comparison) -> Entry {
    let first = group[0];
    let says = match (first.from, first.to) {
        (None, Status::Fail) => "does not take effect",
        (Some(Status::Fail), Status::Fail) => "still does not take effect",
        (Some(_), Status::Fail) => "no longer takes effect",
        (None, _) => "could not be judged",
        (Some(Status::Error), _) => "still could not be judged",
        (Some(_), _) => "can no longer be judged",
    };
    let mut fields = vec![
        Field { name: "where".to_owned(), value: where_of(group), notes: Vec::new() },
        Field::new("before", before(first)),
    ];
    let mut add = |name: &str, value: &str| {
        fields.extend((!value.is_empty()).then(|| Field::new(name, value)));
    };
    add("said before", &first.was);
    add("expected", &first.expected);
    add(if first.to == Status::Fail { "observed" } else { "reason" }, &first.said);
    add("likely cause", &first.cause);
    let mut suspects = suspects(first, comparison);
    match suspects.len() {
        0 => {}
        1 => fields.push(Field::new("changed too", suspects.remove(0))),
        _ => fields.push(Field { name: "changed too".to_owned(), value: Value::List(suspects), notes: Vec::new() }),
    }
    Entry {
        mark: first.to.into(),
        title: Text::words(format!("{} {says}", first.cell.variable)),
        id: Some(Text::code(first.cell.probe.as_str())),
        summary: None,
        frame: None,
        fields,
        details: Vec::new(),
    }
}

fn where_of(group: &[&Change]) -> Value {
    places(group.iter().map(|one| (one.cell.go.as_str(), one.cell.runner.as_str())), group.len())
}

/// `pass`, or that it is new.
fn before(change: &Change) -> &'static str {
    change.from.map_or("not present", Status::name)
}

/// A row for each probe.
fn table(changes: &Changes) -> Table {
    let groups = groups(&changes.named);
    let row = |group: &ChangeGroup<'_>| {
        let first = group[0];
        let places = match where_of(group) {
            Value::Text(text) => text,
            Value::List(lines) => Text::words(lines.iter().map(Text::plain).collect::<Vec<_>>().join("; ")),
            Value::Code(text) => Text::code(text),
        };
        let now = Cell { status: Some(first.to), text: Text::words(first.to.name()) };
        vec![Cell::new(Text::code(first.cell.probe.as_str())), Cell::new(places), Cell::new(before(first)), now]
    };
    Table {
        head: ["Probe", "Where", "Before", "Now"].map(Text::words).to_vec(),
        rows: groups.iter().take(MOST).map(row).collect(),
        more: groups.len().saturating_sub(MOST),
    }
}

/// The first lines, and how many there are beyond.
fn some(mut lines: Vec<Text>) -> Vec<Text> {
    let more = lines.len().saturating_sub(MOST);
    lines.truncate(MOST);
    lines.extend((more > 0).then(|| Text::words(format!("and {more} more"))));
    lines
}

/// `Go 1.22 was 1.22.9 and is 1.22.10`.
fn setting(setting: &SettingChange) -> Text {
    let values = |values: &[String]| {
        let mut text = Text::default();
        for (at, value) in values.iter().take(4).enumerate() {
            let value = if value.is_empty() { Text::words("empty") } else { Text::code(value.as_str()) };
            text = if at == 0 { value } else { text.and(Text::words(", ")).and(value) };
        }
        match values.len().checked_sub(4) {
            Some(more @ 1..) => text.and(Text::words(format!(" and {more} more"))),
            _ => text,
        }
    };
    let what = if setting.kind == SettingKind::Image { "the image of " } else { "" };
    let what = Text::words(format!("{what}{} ", setting.what));
    match (setting.from.is_empty(), setting.to.is_empty()) {
        (true, _) => what.and(Text::words("is ")).and(values(&setting.to)).and(Text::words(", and was not set")),
        (false, true) => {
            what.and(Text::words("was ")).and(values(&setting.from)).and(Text::words(", and is no longer set"))
        }
        (false, false) => what
            .and(Text::words("was "))
            .and(values(&setting.from))
            .and(Text::words(" and is "))
            .and(values(&setting.to)),
    }
}

/// What changed at the same time and has to do with this cell: its Go, its machine's image, its variable.
fn suspects(change: &Change, comparison: &Comparison) -> Vec<Text> {
    let cell = &change.cell;
    let concerns = |one: &&SettingChange| match one.kind {
        SettingKind::Toolchain => one.to.contains(&cell.go),
        SettingKind::Image => one.what == cell.runner,
        SettingKind::Value => one.what.split(' ').next() == Some(&cell.variable),
        SettingKind::Tool => true,
    };
    comparison.settings.iter().filter(concerns).take(MOST_SUSPECTS).map(setting).collect()
}

/// `Go 1.21 on win22 Windows X64 takes 3.0 times as long: 12.1 s for 34 cells, 4.0 s before`.
fn pace(pace: &Pace) -> Text {
    let Pace { runner, go, cells, from_ms, to_ms, ratio } = pace;
    let (from, to) = (duration(Duration::from_millis(*from_ms)), duration(Duration::from_millis(*to_ms)));
    let cells = count(*cells, "cell");
    Text::words(format!("{} takes {ratio:.1} times as long: {to} for {cells}, {from} before", place(go, runner)))
}

/// `Go 1.22.10 on win22 Windows X64`.
fn place(go: &str, runner: &str) -> String {
    if runner.is_empty() { format!("Go {go}") } else { format!("Go {go} on {runner}") }
}

/// Cells by machine and Go version, `12 cells of Go 1.22.10 on win22 Windows X64`.
fn extents(cells: &Cells) -> Vec<Text> {
    let mut by: BTreeMap<String, usize> = BTreeMap::new();
    for cell in &cells.named {
        *by.entry(place(&cell.go, &cell.runner)).or_default() += 1;
    }
    let mut said: Vec<Text> =
        by.into_iter().map(|(place, cells)| Text::words(format!("{} of {place}", count(cells, "cell")))).collect();
    if cells.count > cells.named.len() {
        let more = count(cells.count - cells.named.len(), "cell");
        said.push(Text::words(format!("and {more} that are not named")));
    }
    said
}
