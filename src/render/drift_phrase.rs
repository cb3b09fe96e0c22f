//! What a comparison says in sentences, for every format alike.

use super::phrase::{count, duration, list};
use crate::model::{
    drift::{CellName, Drift, Listed, Pace, Setting, SettingKind, Turned},
    go::GoVersion,
    visible::{clip, one_line},
};
use std::collections::BTreeSet;

/// The whole in one line, without a full stop.
#[must_use]
pub fn headline(drift: &Drift) -> String {
    let since = since(drift);
    if drift.is_none() {
        return format!("Nothing changed since {since}");
    }
    let mut parts = Vec::new();
    let mut add = |number: usize, one: &str, many: &str| {
        if number > 0 {
            parts.push(format!("{number} {}", if number == 1 { one } else { many }));
        }
    };
    add(drift.new_failures.count, "new failure", "new failures");
    add(drift.otherwise.count, "failure for another reason", "failures for other reasons");
    add(drift.recovered.count, "recovered", "recovered");
    add(drift.turned.count, "other verdict turned", "other verdicts turned");
    add(drift.settings.len(), "value or version changed", "values or versions changed");
    add(drift.pace.len(), "change of speed", "changes of speed");
    add(drift.added.count, "new cell", "new cells");
    add(drift.gone.count, "cell gone", "cells gone");
    format!("{} since {since}", list(&parts))
}

/// The old report as a person knows it.
fn since(drift: &Drift) -> String {
    let day = drift.old.started_at.as_deref().map(|at| format!(" of {}", short(&at.replace('T', " "), 16)));
    let day = day.unwrap_or_default();
    match &drift.old.run {
        Some(run) => format!("run {}{day}", short(run, 40)),
        None => format!("the report{day} in {}", short(&drift.old.path, 200)),
    }
}

fn short(text: &str, most: usize) -> String {
    one_line(&clip(text, most))
}

/// A heading and its lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// `New failures`.
    pub title: &'static str,
    /// Whether it is bad.
    pub bad: bool,
    /// One for each, without a full stop; a second text is what was seen.
    pub lines: Vec<(String, String)>,
    /// How many there are beside them.
    pub more: usize,
}

/// All that changed, what matters most first; of each kind so many.
#[must_use]
pub fn sections(drift: &Drift, most: usize) -> Vec<Section> {
    let all = [
        turned("New failures", true, &drift.new_failures, most),
        turned("Still failing, for another reason", true, &drift.otherwise, most),
        turned("Recovered", false, &drift.recovered, most),
        turned("Other verdicts", false, &drift.turned, most),
        settings(&drift.settings, most),
        pace(&drift.pace, most),
        cells("New cells", &drift.added, most),
        cells("Cells that are gone", &drift.gone, most),
    ];
    all.into_iter().filter(|section| !section.lines.is_empty()).collect()
}

fn turned(title: &'static str, bad: bool, listed: &Listed<Turned>, most: usize) -> Section {
    let line = |one: &Turned| {
        let turn = match one.from {
            Some(from) if from == one.to => one.to.to_owned(),
            Some(from) => format!("{from} → {}", one.to),
            None => format!("new, {}", one.to),
        };
        (format!("{}: {turn}", cell(&one.cell)), short(&one.said, 400))
    };
    let lines: Vec<_> = listed.named.iter().take(most).map(line).collect();
    Section { title, bad, more: listed.count - lines.len(), lines }
}

fn cell(cell: &CellName) -> String {
    let CellName { variable, probe, go, runner } = cell;
    format!("{}  {} on Go {}, {}", short(variable, 60), short(probe, 120), short(go, 40), short(runner, 80))
}

fn cells(title: &'static str, listed: &Listed<CellName>, most: usize) -> Section {
    let lines: Vec<_> = listed.named.iter().take(most).map(|one| (cell(one), String::new())).collect();
    Section { title, bad: false, more: listed.count - lines.len(), lines }
}

fn settings(all: &[Setting], most: usize) -> Section {
    let side = |values: &[String]| match values {
        [] => "nothing".to_owned(),
        some => some.iter().take(5).map(|value| short(value, 200)).collect::<Vec<_>>().join(", "),
    };
    let line = |one: &Setting| {
        let what = match one.kind {
            SettingKind::Image => format!("image of {}", short(&one.what, 120)),
            _ => short(&one.what, 120),
        };
        (format!("{what}: {} → {}", side(&one.from), side(&one.to)), String::new())
    };
    let lines: Vec<_> = all.iter().take(most).map(line).collect();
    Section { title: "Values and versions", bad: false, more: all.len() - lines.len(), lines }
}

fn pace(all: &[Pace], most: usize) -> Section {
    let line = |one: &Pace| {
        let ratio = one.ratio();
        let words = if ratio >= 1.0 {
            format!("{ratio:.1} times as long")
        } else {
            format!("{:.1} times as fast", 1.0 / ratio)
        };
        let (from, to) = (duration(one.from), duration(one.to));
        let place = format!("Go {} on {}", short(&one.go, 40), short(&one.runner, 80));
        (format!("{place}: {words} ({from} → {to} for {})", count(one.cells, "cell")), String::new())
    };
    let lines: Vec<_> = all.iter().take(most).map(line).collect();
    Section { title: "Speed", bad: false, more: all.len() - lines.len(), lines }
}

/// Where to look first: what changed exactly where the new failures are.
#[must_use]
pub fn hint(drift: &Drift) -> Option<String> {
    let failures = &drift.new_failures;
    if failures.count == 0 || failures.count > failures.named.len() {
        return None;
    }
    let line = |go: &str| go.parse::<GoVersion>().ok().map(|v| format!("Go {}.{}", v.minor().0, v.minor().1));
    let versions: BTreeSet<_> = failures.named.iter().map(|one| line(&one.cell.go)).collect();
    let runners: BTreeSet<_> = failures.named.iter().map(|one| one.cell.runner.clone()).collect();
    let only = |what: &str, kind| match kind {
        SettingKind::Toolchain => versions.len() == 1 && versions.contains(&Some(what.to_owned())),
        SettingKind::Image => runners.len() == 1 && runners.contains(what),
        SettingKind::Value | SettingKind::Tool => false,
    };
    let suspect = drift.settings.iter().find(|setting| only(&setting.what, setting.kind))?;
    let (what, to) = (short(&suspect.what, 120), short(&suspect.to.join(", "), 120));
    let subject = if failures.count == 1 { "The new failure is" } else { "All new failures are" };
    Some(match suspect.kind {
        SettingKind::Image => format!(
            "{subject} on {what}, whose image is another ({to}): run the same commit on the old image, or look at its release notes"
        ),
        _ => format!("{subject} on {what}, which is {to} now: verify the old version beside it with `--go {}`", {
            short(&suspect.from.iter().chain(&suspect.to).cloned().collect::<Vec<_>>().join(","), 120)
        }),
    })
}

/// All in sentences, for a comment.
#[must_use]
pub fn sentences(drift: &Drift, most: usize) -> Vec<String> {
    let mut said = vec![headline(drift)];
    said.extend(hint(drift));
    for section in sections(drift, most) {
        for (line, seen) in &section.lines {
            let seen = if seen.is_empty() { String::new() } else { format!(" ({seen})") };
            said.push(format!("{}: {line}{seen}", section.title));
        }
        if section.more > 0 {
            said.push(format!("{}: {} more", section.title, section.more));
        }
    }
    said
}
