//! Holds a report against an earlier one: which verdicts turned, and what else
//! is another, on which they may depend. Cells go by one after the other.

use crate::report::compare::settings;
use crate::status::Status;
use crate::{
    goenv::version::GoVersion,
    output::sanitize::clip,
    report::compare::{CellName, Drift, Listed, Pace, Passing, Survey, Turned},
};
use std::{
    collections::{BTreeMap, HashMap, HashSet, hash_map::RandomState},
    hash::BuildHasher,
    time::Duration,
};

/// A change of time below this says nothing.
const LEAST_CHANGE: Duration = Duration::from_secs(1);
/// Nor does one by less than this ratio.
const LEAST_RATIO: f64 = 1.5;
/// Of what is said of a cell.
const MOST_CHARS: usize = 600;

/// What is kept of a cell of the old report: 12 bytes, whatever it says.
struct Held {
    said: u32,
    ms: u32,
    status: Status,
}

/// Which list a cell belongs to.
#[derive(Clone, Copy)]
enum Way {
    Failure,
    Error,
    Otherwise,
    Recovered,
    Turned,
}

/// A comparison under way: first the cells of the old report, then those of the new one, then those
/// of the old one again, where something of it is still asked for.
pub struct Comparison {
    hasher: RandomState,
    /// Minor versions of which a report has several patches: their cells are told apart by the patch.
    several: HashSet<(u64, u64)>,
    held: HashMap<u64, Held>,
    pace: BTreeMap<(String, String), Pace>,
    /// What the old report said of cells that are named; filled the second time.
    before: HashMap<u64, String>,
    lists: [Listed<(u64, Turned)>; 5],
    drift: Drift,
}

impl Comparison {
    /// Between two reports.
    #[must_use]
    pub fn new(old: Survey, new: Survey) -> Self {
        let mut several = HashSet::new();
        for survey in [&old, &new] {
            let mut seen = HashSet::new();
            let minors = survey.versions.iter().filter_map(|text| minor(text));
            several.extend(minors.filter(|minor| !seen.insert(*minor)));
        }
        let settings = settings::settings(&old, &new);
        Self {
            hasher: RandomState::new(),
            several,
            held: HashMap::new(),
            pace: BTreeMap::new(),
            before: HashMap::new(),
            lists: Default::default(),
            drift: Drift { old, new, settings, ..Drift::default() },
        }
    }

    /// A cell of the old report.
    pub fn old(&mut self, cell: &Passing<'_>) {
        let held = Held {
            said: self.said(cell),
            ms: u32::try_from(cell.duration.as_millis()).unwrap_or(u32::MAX),
            status: cell.status,
        };
        self.held.entry(self.key(cell)).or_insert(held);
    }

    /// A cell of the new report.
    pub fn new_cell(&mut self, cell: &Passing<'_>) {
        let key = self.key(cell);
        let Some(held) = self.held.remove(&key) else {
            match cell.status {
                Status::Fail => self.list(Way::Failure, key, cell, None),
                Status::Error => self.list(Way::Error, key, cell, None),
                Status::Skip | Status::Pass => self.drift.added.add(|| name(cell)),
            }
            return;
        };
        let fails = |status: Status| matches!(status, Status::Fail | Status::Error);
        let way = match (held.status, cell.status) {
            (Status::Pass, Status::Pass) => return self.passed_twice(cell, &held),
            (old, Status::Pass) if fails(old) => Way::Recovered,
            (old, Status::Fail) if old != Status::Fail => Way::Failure,
            (old, Status::Error) if !fails(old) => Way::Error,
            (old, new) if fails(old) && old == new && held.said == self.said(cell) => return,
            (old, new) if fails(old) && fails(new) => Way::Otherwise,
            // A skip for another reason is still a skip.
            (Status::Skip, Status::Skip) => return,
            _ => Way::Turned,
        };
        self.list(way, key, cell, Some(held.status));
    }

    fn list(&mut self, way: Way, key: u64, cell: &Passing<'_>, from: Option<Status>) {
        let before = &mut self.before;
        self.lists[way as usize].add(|| {
            if from.is_some_and(|status| status < Status::Pass) {
                before.insert(key, String::new());
            }
            (key, turned(cell, from))
        });
    }

    fn passed_twice(&mut self, cell: &Passing<'_>, held: &Held) {
        let line = match minor(cell.go).filter(|minor| !self.several.contains(minor)) {
            Some((major, minor)) => format!("{major}.{minor}"),
            None => cell.go.to_owned(),
        };
        let (runner, go) = (clip(cell.runner, 200).into_owned(), line);
        let (cells, from, to) = (0, Duration::ZERO, Duration::ZERO);
        let pace = self.pace.entry((runner.clone(), go.clone())).or_insert(Pace { runner, go, cells, from, to });
        pace.cells += 1;
        pace.from += Duration::from_millis(held.ms.into());
        pace.to += cell.duration;
    }

    /// Whether the old report is to be gone through again.
    #[must_use]
    pub fn asks_again(&self) -> bool {
        !self.held.is_empty() || !self.before.is_empty()
    }

    /// A cell of the old report, once more.
    pub fn again(&mut self, cell: &Passing<'_>) {
        let key = self.key(cell);
        if let Some(said) = self.before.get_mut(&key).filter(|said| said.is_empty()) {
            *said = clip(cell.said, MOST_CHARS).into_owned();
        }
        if self.held.remove(&key).is_some() {
            self.drift.gone.add(|| name(cell));
        }
    }

    /// What changed.
    #[must_use]
    pub fn finish(mut self) -> Drift {
        let matters = |pace: &Pace| {
            let ratio = pace.ratio();
            pace.from.abs_diff(pace.to) >= LEAST_CHANGE && (ratio >= LEAST_RATIO || ratio <= 1.0 / LEAST_RATIO)
        };
        self.drift.pace = self.pace.into_values().filter(matters).collect();
        let mut lists = self.lists.map(|list| {
            let with_before = |(key, mut turned): (u64, Turned)| {
                turned.was = self.before.get(&key).cloned().unwrap_or_default();
                turned
            };
            let mut named: Vec<Turned> = list.named.into_iter().map(with_before).collect();
            named.sort_by(|a, b| a.cell.cmp(&b.cell));
            Listed { count: list.count, named }
        });
        let mut take = |way: Way| std::mem::take(&mut lists[way as usize]);
        let drift = &mut self.drift;
        drift.new_failures = take(Way::Failure);
        drift.new_errors = take(Way::Error);
        drift.otherwise = take(Way::Otherwise);
        drift.recovered = take(Way::Recovered);
        drift.turned = take(Way::Turned);
        drift.added.named.sort();
        drift.gone.named.sort();
        self.drift
    }

    fn said(&self, cell: &Passing<'_>) -> u32 {
        self.hasher.hash_one((cell.expected, cell.said)) as u32
    }

    /// One patch stands for its minor version, so that a new one is no new cell.
    fn key(&self, cell: &Passing<'_>) -> u64 {
        match minor(cell.go).filter(|minor| !self.several.contains(minor)) {
            Some(minor) => self.hasher.hash_one((cell.probe, cell.runner, minor)),
            None => self.hasher.hash_one((cell.probe, cell.runner, cell.go)),
        }
    }
}

pub(crate) fn minor(go: &str) -> Option<(u64, u64)> {
    go.parse::<GoVersion>().ok().map(|version| version.minor())
}

pub(crate) fn name(cell: &Passing<'_>) -> CellName {
    let cut = |text: &str| clip(text, 200).into_owned();
    CellName { variable: cut(cell.variable), probe: cut(cell.probe), go: cut(cell.go), runner: cut(cell.runner) }
}

fn turned(cell: &Passing<'_>, from: Option<Status>) -> Turned {
    let cut = |text: &str| clip(text, MOST_CHARS).into_owned();
    Turned {
        cell: name(cell),
        from,
        to: cell.status,
        was: String::new(),
        expected: cut(cell.expected),
        said: cut(cell.said),
        cause: cut(cell.cause),
    }
}

#[cfg(test)]
#[path = "cells_tests.rs"]
mod tests;
