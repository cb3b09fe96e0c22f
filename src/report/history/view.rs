//! What a history says to a person: a row for each report, two curves, since when
//! what does not hold has not held, and what goes to and fro.

use crate::{
    output::{
        Document,
        document::{Block, Cell, Entries, Entry, Field, Headline, Mark, Table, Text},
        wording::{count, duration},
    },
    report::{
        compare::{CellName, ReportSummary},
        history::{Flaky, History, Ongoing},
        places::places,
        wording,
    },
    status::Status,
};
use std::borrow::Cow;

/// Reports that have a row; the newest.
const MOST_ROWS: usize = 30;
/// Points of a curve; the newest.
const MOST_POINTS: usize = 60;

/// The history.
#[must_use]
pub fn document(history: &History) -> Document {
    let older = history.reports.len().saturating_sub(MOST_ROWS);
    let mut blocks = Vec::new();
    if older > 0 {
        let said = format!("{} before these", count(older, "report"));
        blocks.push(Block::Paragraph(Text::words(said)));
    }
    let shown = &history.reports[older..];
    let same_go = shown.windows(2).all(|two| two[0].versions == two[1].versions);
    let go = shown.last().map(ReportSummary::versions_oldest_first).unwrap_or_default();
    blocks.push(Block::Table(table(shown, same_go)));
    if same_go && !go.is_empty() {
        let every = if shown.len() > 1 { " in each report" } else { "" };
        blocks.push(Block::Paragraph(Text::words(format!("{}{every}", wording::go(&go)))));
    }
    if history.reports.len() > 1 {
        let curve = |name: &str, of: fn(&ReportSummary) -> u128| {
            Field::new(name, Text::words(spark(&history.reports.iter().map(of).collect::<Vec<_>>())))
        };
        blocks.push(Block::Fields(vec![
            curve("failing", |report| (report.tally.fail + report.tally.error) as u128),
            curve("time", |report| report.duration.as_millis()),
        ]));
    }
    blocks.extend(ongoing(history));
    blocks.extend(flaky(history));
    if history.untold > 0 {
        let said = format!("{} beyond these did not hold", count(history.untold, "result"));
        blocks.push(Block::Paragraph(Text::words(said)));
    }
    let status = status(history);
    Document {
        command: "report history",
        headline: Some(Headline { status: Some(status), text: Text::words(headline(history)), tail: String::new() }),
        blocks,
        ..Document::default()
    }
}

/// What it comes to: what does not hold in the last report is bad, and a last report that is not whole, or that did not
/// come, says nothing of what is not in it.
fn status(history: &History) -> Status {
    match history.reports.last().map(|last| last.outcome().status()) {
        _ if history.ongoing_count > 0 => Status::Fail,
        _ if history.last_lost => Status::Error,
        Some(Status::Fail) => Status::Error,
        Some(status) => status,
        None => Status::Skip,
    }
}

fn headline(history: &History) -> String {
    let reports = count(history.reports.len(), "report");
    let (bad, flaky) = (history.ongoing_count, history.flaky_count);
    let mut text = match bad {
        0 if history.last_lost => format!("{reports}; the last run has none"),
        0 if history.reports.last().is_some_and(|last| !last.outcome().is_whole()) => {
            format!("{reports}; no failure in the last one, but it is not whole")
        }
        0 if status(history) == Status::Skip => format!("{reports}; nothing was judged last"),
        0 => format!("{reports}; all that was judged last holds"),
        1 => format!("{reports}; 1 cell does not hold in the last one"),
        many => format!("{reports}; {many} cells do not hold in the last one"),
    };
    if flaky > 0 {
        text += &format!(", {} went to and fro", count(flaky, "cell"));
    }
    text
}

/// When it was, else its run, else its file.
fn name(report: &ReportSummary) -> &str {
    report.started_at.as_ref().or(report.run.as_ref()).unwrap_or(&report.path)
}

/// The Go versions have a column where they differ.
fn table(reports: &[ReportSummary], same_go: bool) -> Table {
    let row = |report: &ReportSummary| {
        let tally = report.tally;
        let go = report.versions_oldest_first();
        let go = if go.len() > 4 { count(go.len(), "version") } else { go.join(", ") };
        let number = |number: usize| Cell::new(Text::words(number.to_string()));
        let mut row = vec![
            Cell { status: Some(report.outcome().status()), text: Text::words(name(report)) },
            number(tally.pass),
            number(tally.fail),
            number(tally.error),
            number(tally.skip),
            Cell::new(Text::words(duration(report.duration))),
        ];
        row.extend((!same_go).then(|| Cell::new(Text::words(go))));
        row
    };
    let heads = ["Report", "Pass", "Fail", "Error", "Skip", "Time", "Go"];
    Table {
        head: heads[..if same_go { 6 } else { 7 }].iter().copied().map(Text::words).collect(),
        rows: reports.iter().map(row).collect(),
        more: 0,
    }
}

/// Each probe once with all its cells that do not hold since the same report.
fn ongoing(history: &History) -> Vec<Block> {
    let key = |one: &Ongoing| (one.cell.variable.clone(), one.cell.probe.clone(), one.status, one.since);
    let entry = |group: &Vec<&Ongoing>| {
        let first = group[0];
        let since = match history.reports.len() - first.since {
            1 => "the last report".to_owned(),
            many => format!("{}, for {many} reports", history.reports.get(first.since).map_or("", name)),
        };
        let says = if first.status == Status::Fail { "does not take effect" } else { "could not be judged" };
        let cells: Vec<&CellName> = group.iter().map(|one| &one.cell).collect();
        self::entry(first.status.into(), says, &cells, Field::new("since", Text::words(since)))
    };
    let shown: Vec<Entry> = grouped(&history.ongoing, key).iter().map(entry).collect();
    entries("What does not hold in the last report", shown, history.ongoing_count - history.ongoing.len())
}

/// Each probe once with all its cells that turned as often.
fn flaky(history: &History) -> Vec<Block> {
    let key = |one: &Flaky| (one.cell.variable.clone(), one.cell.probe.clone(), one.turns);
    let entry = |group: &Vec<&Flaky>| {
        let mark = Mark { status: Some(Status::Error), word: Cow::Borrowed("flaky") };
        let turned = Text::words(format!("{} times", group[0].turns));
        let cells: Vec<&CellName> = group.iter().map(|one| &one.cell).collect();
        self::entry(mark, "does not hold every time", &cells, Field::new("turned", turned))
    };
    let shown: Vec<Entry> = grouped(&history.flaky, key).iter().map(entry).collect();
    entries("What goes to and fro", shown, history.flaky_count - history.flaky.len())
}

fn grouped<T, K: PartialEq>(all: &[T], key: impl Fn(&T) -> K) -> Vec<Vec<&T>> {
    let mut groups: Vec<Vec<&T>> = Vec::new();
    for one in all {
        match groups.iter_mut().find(|group| key(group[0]) == key(one)) {
            Some(group) => group.push(one),
            None => groups.push(vec![one]),
        }
    }
    groups
}

/// `cells` is never empty.
fn entry(mark: Mark, says: &str, cells: &[&CellName], field: Field) -> Entry {
    let places = places(cells.iter().map(|cell| (cell.go.as_str(), cell.runner.as_str())), cells.len());
    Entry {
        mark,
        title: Text::words(format!("{} {says}", cells[0].variable)),
        id: Some(Text::code(cells[0].probe.as_str())),
        summary: None,
        frame: None,
        fields: vec![Field { name: "where".to_owned(), value: places, notes: Vec::new() }, field],
        details: Vec::new(),
    }
}

fn entries(title: &str, shown: Vec<Entry>, more: usize) -> Vec<Block> {
    if shown.is_empty() {
        return Vec::new();
    }
    let elsewhere = Text::from("`--format json` has five hundred of them");
    vec![Block::Heading(title.into()), Block::Entries(Entries { shown, more, elsewhere })]
}

/// Eight heights between nothing and the largest.
fn spark(values: &[u128]) -> String {
    let values = &values[values.len().saturating_sub(MOST_POINTS)..];
    let largest = values.iter().copied().max().unwrap_or(0).max(1);
    let height = |value: &u128| {
        let eighths = (value * 7).div_ceil(largest).min(7);
        ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'][usize::try_from(eighths).unwrap_or(7)]
    };
    values.iter().map(height).collect()
}

#[cfg(test)]
mod tests {
    use super::spark;

    #[test]
    fn a_curve_reaches_from_nothing_to_the_largest() {
        assert_eq!(spark(&[0, 1, 50, 100]), "▁▂▅█");
        assert_eq!(spark(&[0, 0]), "▁▁");
        assert_eq!(spark(&(0..100).collect::<Vec<u128>>()).chars().count(), 60);
    }
}
