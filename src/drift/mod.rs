//! Holds a report against an earlier one: which verdicts turned, and what else
//! is another, on which they may depend. Cells go by one after the other.

mod settings;

use crate::model::{
    drift::{CellName, Drift, Pace, Passing, Survey, Turned, verdict_name},
    go::GoVersion,
    visible::clip,
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

/// What is kept of a cell of the old report: 32 bytes, whatever it says.
struct Held {
    rank: u8,
    said: u64,
    duration: Duration,
}

/// A comparison under way: first the cells of the old report, then those of the new one, then those
/// of the old one again, where some are gone.
pub struct Comparison {
    hasher: RandomState,
    /// Minor versions of which a report has several patches: their cells are told apart by the patch.
    several: HashSet<(u64, u64)>,
    held: HashMap<u64, Held>,
    pace: BTreeMap<(String, String), Pace>,
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
            drift: Drift { old, new, settings, ..Drift::default() },
        }
    }

    /// A cell of the old report.
    pub fn old(&mut self, cell: &Passing<'_>) {
        let said = self.hasher.hash_one(cell.said);
        let key = self.key(cell);
        self.held.entry(key).or_insert(Held { rank: cell.rank, said, duration: cell.duration });
    }

    /// A cell of the new report.
    pub fn new_cell(&mut self, cell: &Passing<'_>) {
        let key = self.key(cell);
        let drift = &mut self.drift;
        let Some(held) = self.held.remove(&key) else {
            if cell.rank <= 1 {
                drift.new_failures.add(|| turned(cell, None));
            } else {
                drift.added.add(|| name(cell));
            }
            return;
        };
        let failed = |rank: u8| rank <= 1;
        let list = match (held.rank, cell.rank) {
            (3, 3) => {
                let line = match minor(cell.go).filter(|minor| !self.several.contains(minor)) {
                    Some((major, minor)) => format!("{major}.{minor}"),
                    None => cell.go.to_owned(),
                };
                let key = (clip(cell.runner, 200).into_owned(), line);
                let pace = self.pace.entry(key.clone()).or_insert_with(|| Pace {
                    runner: key.0,
                    go: key.1,
                    cells: 0,
                    from: Duration::ZERO,
                    to: Duration::ZERO,
                });
                pace.cells += 1;
                pace.from += held.duration;
                pace.to += cell.duration;
                return;
            }
            (old, new) if failed(new) && !failed(old) => &mut drift.new_failures,
            (old, new) if old == new && self.hasher.hash_one(cell.said) == held.said => return,
            (old, new) if failed(old) && failed(new) => &mut drift.otherwise,
            (old, 3) if failed(old) => &mut drift.recovered,
            // A skip for another reason is still a skip.
            (2, 2) => return,
            _ => &mut drift.turned,
        };
        list.add(|| turned(cell, Some(held.rank)));
    }

    /// Whether the old report is to be gone through again.
    #[must_use]
    pub fn has_gone(&self) -> bool {
        !self.held.is_empty()
    }

    /// A cell of the old report, once more.
    pub fn gone(&mut self, cell: &Passing<'_>) {
        if self.held.remove(&self.key(cell)).is_some() {
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
        let drift = &mut self.drift;
        for list in [&mut drift.new_failures, &mut drift.otherwise, &mut drift.recovered, &mut drift.turned] {
            list.named.sort_by(|a, b| a.cell.cmp(&b.cell));
        }
        drift.added.named.sort();
        drift.gone.named.sort();
        self.drift
    }

    /// One patch stands for its minor version, so that a new one is no new cell.
    fn key(&self, cell: &Passing<'_>) -> u64 {
        match minor(cell.go).filter(|minor| !self.several.contains(minor)) {
            Some(minor) => self.hasher.hash_one((cell.probe, cell.runner, minor)),
            None => self.hasher.hash_one((cell.probe, cell.runner, cell.go)),
        }
    }
}

fn minor(go: &str) -> Option<(u64, u64)> {
    go.parse::<GoVersion>().ok().map(|version| version.minor())
}

fn name(cell: &Passing<'_>) -> CellName {
    let cut = |text: &str| clip(text, 200).into_owned();
    CellName { variable: cut(cell.variable), probe: cut(cell.probe), go: cut(cell.go), runner: cut(cell.runner) }
}

fn turned(cell: &Passing<'_>, from: Option<u8>) -> Turned {
    Turned {
        cell: name(cell),
        from: from.map(verdict_name),
        to: verdict_name(cell.rank),
        said: clip(cell.said, MOST_CHARS).into_owned(),
    }
}

#[cfg(test)]
mod tests;
