//! What all formats of a comparison and of a history say alike.

use crate::output::wording::{count, duration, list};
use crate::status::Status;
use crate::{
    output::sanitize::{clip, one_line},
    report::compare::{CellName, Drift, Listed, Pace, Setting, SettingKind, Survey, Turned},
};
use std::collections::BTreeMap;

/// Places that a group names.
const MOST_PLACES: usize = 6;
/// Characters of a name.
const NAME: usize = 80;

/// A probe that turned in one way, wherever that was.
pub(crate) struct Group<'a> {
    pub first: &'a Turned,
    pub all: Vec<&'a Turned>,
}

/// Each probe and way to turn once.
pub(crate) fn groups(turned: &[Turned]) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    for one in turned {
        let same = |group: &&mut Group<'_>| {
            let first = group.first;
            (&first.cell.variable, &first.cell.probe, first.from, first.to)
                == (&one.cell.variable, &one.cell.probe, one.from, one.to)
        };
        match groups.iter_mut().find(same) {
            Some(group) => group.all.push(one),
            None => groups.push(Group { first: one, all: vec![one] }),
        }
    }
    groups
}

/// The outcome in one sentence without a full stop.
pub(crate) fn headline(drift: &Drift) -> String {
    let names = |turned: &Listed<Turned>| {
        let mut names: Vec<String> = Vec::new();
        for one in &turned.named {
            let name = one_line(&clip(&one.cell.variable, NAME));
            if !names.contains(&name) {
                names.push(name);
            }
        }
        if names.len() > 4 { count(names.len(), "variable") } else { list(&names) }
    };
    if drift.new_failures.count > 0 {
        return format!("{}: {}", count(drift.new_failures.count, "new failure"), names(&drift.new_failures));
    }
    if drift.new_errors.count > 0 {
        let cells = count(drift.new_errors.count, "cell");
        return format!("No new failure, but {cells} cannot be judged any more: {}", names(&drift.new_errors));
    }
    match (drift.is_none(), drift.otherwise.count) {
        (true, _) => "Nothing changed".to_owned(),
        (false, _) => "No new failure, but not all is as it was".to_owned(),
    }
}

/// `3 new failures, 1 new error, 2 recovered`: all that is not nothing.
pub(crate) fn counts(drift: &Drift) -> String {
    let mut said: Vec<String> = Vec::new();
    for (number, noun) in [(drift.new_failures.count, "new failure"), (drift.new_errors.count, "new error")] {
        if number > 0 {
            said.push(count(number, noun));
        }
    }
    for (number, what) in [
        (drift.recovered.count, "recovered"),
        (drift.otherwise.count, "failing otherwise than before"),
        (drift.turned.count, "skipped or no longer skipped"),
        (drift.added.count, "new"),
        (drift.gone.count, "gone"),
    ] {
        if number > 0 {
            said.push(format!("{number} {what}"));
        }
    }
    if !drift.settings.is_empty() {
        said.push(format!("{} changed", count(drift.settings.len(), "setting")));
    }
    if !drift.pace.is_empty() {
        said.push(format!("{} of time", count(drift.pace.len(), "change")));
    }
    if said.is_empty() { "no cell, value, version or time changed".to_owned() } else { said.join(", ") }
}

/// `Go 1.22.10 on win22 Windows X64`.
pub(crate) fn place(cell: &CellName) -> String {
    let on =
        if cell.runner.is_empty() { String::new() } else { format!(" on {}", one_line(&clip(&cell.runner, NAME))) };
    format!("Go {}{on}", one_line(&clip(&cell.go, NAME)))
}

/// Where a group's cells are.
pub(crate) fn places(group: &Group<'_>) -> String {
    let mut said: Vec<String> = group.all.iter().take(MOST_PLACES).map(|one| place(&one.cell)).collect();
    if group.all.len() > MOST_PLACES {
        said.push(format!("{} more", group.all.len() - MOST_PLACES));
    }
    list(&said)
}

/// `pass`, or that it is new.
pub(crate) fn before(turned: &Turned) -> String {
    turned.from.map_or("not there", Status::name).to_owned()
}

/// `Go 1.22 was 1.22.9 and is 1.22.10`.
pub(crate) fn setting(one: &Setting) -> String {
    let values = |values: &[String]| {
        let shown: Vec<String> = values.iter().take(4).map(|value| code(value)).collect();
        let more = values.len().saturating_sub(4);
        let shown = shown.join(", ");
        if more > 0 { format!("{shown} and {more} more") } else { shown }
    };
    let what = match one.kind {
        SettingKind::Image => format!("the image of {}", one_line(&clip(&one.what, NAME))),
        SettingKind::Value | SettingKind::Toolchain | SettingKind::Tool => one_line(&clip(&one.what, NAME * 2)),
    };
    match (one.from.is_empty(), one.to.is_empty()) {
        (true, _) => format!("{what} is {}, and was not set", values(&one.to)),
        (false, true) => format!("{what} was {}, and is not set any more", values(&one.from)),
        (false, false) => format!("{what} was {} and is {}", values(&one.from), values(&one.to)),
    }
}

fn code(value: &str) -> String {
    let value = one_line(&clip(value, 300));
    if value.is_empty() { "empty".to_owned() } else { format!("`{}`", value.replace('`', "'")) }
}

/// What changed at the same time and has to do with this cell: its Go, its machine's image, its variable.
pub(crate) fn suspects(turned: &Turned, drift: &Drift) -> Vec<String> {
    let cell = &turned.cell;
    let concerns = |one: &&Setting| match one.kind {
        SettingKind::Toolchain => one.to.contains(&cell.go),
        SettingKind::Image => one.what == cell.runner,
        SettingKind::Value => one.what.split(' ').next() == Some(&cell.variable),
        SettingKind::Tool => true,
    };
    drift.settings.iter().filter(concerns).take(MOST_PLACES).map(setting).collect()
}

/// `Go 1.21 on win22 Windows X64: 34 cells took 12.1 s, before 4.0 s: 3.0 times as long`.
pub(crate) fn pace(one: &Pace) -> String {
    let cell =
        CellName { variable: String::new(), probe: String::new(), go: one.go.clone(), runner: one.runner.clone() };
    let cells = count(one.cells, "cell");
    let (from, to, ratio) = (duration(one.from), duration(one.to), one.ratio());
    format!("{}: {cells} took {to}, before {from}: {ratio:.1} times as long", place(&cell))
}

/// Cells by machine and Go version, `12 cells of Go 1.22.10 on win22 Windows X64`.
pub(crate) fn extents(cells: &Listed<CellName>) -> Vec<String> {
    let mut by: BTreeMap<String, usize> = BTreeMap::new();
    for cell in &cells.named {
        *by.entry(place(cell)).or_default() += 1;
    }
    let mut said: Vec<String> =
        by.into_iter().take(20).map(|(place, cells)| format!("{} of {place}", count(cells, "cell"))).collect();
    if cells.count > cells.named.len() {
        said.push(format!("and {} that are not named", count(cells.count - cells.named.len(), "cell")));
    }
    said
}

/// `report.json of 2026-11-20T08:00:00Z, run 1234`.
pub(crate) fn origin(survey: &Survey) -> String {
    let mut said = one_line(&clip(&survey.path, 200));
    if let Some(at) = &survey.started_at {
        said += &format!(" of {}", one_line(&clip(at, 40)));
    }
    if let Some(run) = &survey.run {
        said += &format!(", run {}", one_line(&clip(run, 40)));
    }
    said
}

/// That a report is not whole, if it is not: what is gone may be what did not arrive.
pub(crate) fn incomplete(drift: &Drift) -> Vec<String> {
    let of = |name: &str, survey: &Survey| {
        (survey.problems > 0).then(|| {
            format!(
                "the {name} report is not whole: its merge names {}; cells that are {} may be those",
                count(survey.problems, "problem"),
                if name == "new" { "gone" } else { "new" },
            )
        })
    };
    of("old", &drift.old).into_iter().chain(of("new", &drift.new)).collect()
}

/// The Go versions of a report, oldest first.
pub(crate) fn versions(survey: &Survey) -> Vec<String> {
    let mut all: Vec<String> = survey.versions.iter().cloned().collect();
    all.sort_by_cached_key(|text| (text.parse::<crate::goenv::version::GoVersion>().ok(), text.clone()));
    all
}
