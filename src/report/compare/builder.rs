//! Compares two reports whose cells are read one after the other, so that neither
//! is ever held whole.

use crate::{
    goenv::version::GoVersion,
    output::sanitize::clip,
    report::compare::{
        CellName, CellRef, Cells, Change, Changes, Comparison, MOST_NAMED, Pace, ReportSummary, settings,
    },
    status::Status,
};
use std::{
    collections::{
        BTreeMap, HashMap, HashSet,
        hash_map::{Entry, RandomState},
    },
    hash::BuildHasher,
    time::Duration,
};

/// A change of time below this is noise.
const LEAST_CHANGE: Duration = Duration::from_secs(1);
/// So is one by less than this ratio.
const LEAST_RATIO: f64 = 1.5;
/// Characters of what is said of a cell.
const MOST_CHARS: usize = 600;

/// What is kept of a cell of the old report: 12 bytes, whatever it says.
struct Held {
    said: u32,
    ms: u32,
    status: Status,
}

/// Which list a change belongs to.
#[derive(Clone, Copy)]
enum ChangeKind {
    Failure,
    Error,
    Otherwise,
    Recovered,
    Turned,
}

/// A comparison under way. It takes first the cells of the old report, then those of the new one, then those of the
/// old one again, if it asks for them.
pub struct ComparisonBuilder {
    hasher: RandomState,
    /// Minor versions of which a report has several patches: their cells are told apart by the patch.
    several: HashSet<(u64, u64)>,
    held: HashMap<u64, Held>,
    pace: BTreeMap<(String, String), (usize, Duration, Duration)>,
    /// Changes that lack what the old report said, by the cell's key: the list, and the index in it.
    unsaid: HashMap<u64, (ChangeKind, usize)>,
    lists: [Changes; 5],
    comparison: Comparison,
}

impl ComparisonBuilder {
    /// Between two reports.
    #[must_use]
    pub fn new(old: ReportSummary, new: ReportSummary) -> Self {
        let mut several = HashSet::new();
        for summary in [&old, &new] {
            let mut seen = HashSet::new();
            let minors = summary.versions.iter().filter_map(|text| minor(text));
            several.extend(minors.filter(|minor| !seen.insert(*minor)));
        }
        let settings = settings::settings(&old, &new);
        Self {
            hasher: RandomState::new(),
            several,
            held: HashMap::new(),
            pace: BTreeMap::new(),
            unsaid: HashMap::new(),
            lists: Default::default(),
            comparison: Comparison { schema_version: 1, old, new, settings, ..Comparison::default() },
        }
    }

    /// A cell of the old report.
    pub fn old_cell(&mut self, cell: &CellRef<'_>) {
        let held = Held {
            said: self.said(cell),
            ms: u32::try_from(cell.duration.as_millis()).unwrap_or(u32::MAX),
            status: cell.status,
        };
        // Of two results on one cell the worse one counts, as in a merge.
        match self.held.entry(self.key(cell)) {
            Entry::Vacant(free) => drop(free.insert(held)),
            Entry::Occupied(mut taken) if held.status < taken.get().status => drop(taken.insert(held)),
            Entry::Occupied(_) => {}
        }
    }

    /// A cell of the new report.
    pub fn new_cell(&mut self, cell: &CellRef<'_>) {
        let key = self.key(cell);
        let Some(held) = self.held.remove(&key) else {
            match cell.status {
                Status::Fail => self.list(ChangeKind::Failure, key, cell, None),
                Status::Error => self.list(ChangeKind::Error, key, cell, None),
                Status::Skip | Status::Pass => self.comparison.added.add(cell),
            }
            return;
        };
        let fails = |status: Status| matches!(status, Status::Fail | Status::Error);
        let kind = match (held.status, cell.status) {
            (Status::Pass, Status::Pass) => return self.passed_twice(cell, &held),
            (old, Status::Pass) if fails(old) => ChangeKind::Recovered,
            (old, Status::Fail) if old != Status::Fail => ChangeKind::Failure,
            (old, Status::Error) if !fails(old) => ChangeKind::Error,
            (old, new) if fails(old) && old == new && held.said == self.said(cell) => return,
            (old, new) if fails(old) && fails(new) => ChangeKind::Otherwise,
            // A skip for another reason is still a skip.
            (Status::Skip, Status::Skip) => return,
            _ => ChangeKind::Turned,
        };
        self.list(kind, key, cell, Some(held.status));
    }

    fn list(&mut self, kind: ChangeKind, key: u64, cell: &CellRef<'_>, from: Option<Status>) {
        let list = &mut self.lists[kind as usize];
        list.count += 1;
        if list.named.len() >= MOST_NAMED {
            return;
        }
        if from.is_some_and(|status| status < Status::Pass) {
            self.unsaid.insert(key, (kind, list.named.len()));
        }
        list.named.push(change(cell, from));
    }

    fn passed_twice(&mut self, cell: &CellRef<'_>, held: &Held) {
        let go = match minor(cell.go).filter(|minor| !self.several.contains(minor)) {
            Some((major, minor)) => format!("{major}.{minor}"),
            None => cell.go.to_owned(),
        };
        let (cells, from, to) = self.pace.entry((clip(cell.runner, 200).into_owned(), go)).or_default();
        *cells += 1;
        *from += Duration::from_millis(held.ms.into());
        *to += cell.duration;
    }

    /// Whether the cells of the old report have to be taken again.
    #[must_use]
    pub fn asks_again(&self) -> bool {
        !self.held.is_empty() || !self.unsaid.is_empty()
    }

    /// A cell of the old report, once more.
    pub fn again(&mut self, cell: &CellRef<'_>) {
        let key = self.key(cell);
        if let Some((kind, at)) = self.unsaid.remove(&key) {
            self.lists[kind as usize].named[at].was = clip(cell.said, MOST_CHARS).into_owned();
        }
        if self.held.remove(&key).is_some() {
            self.comparison.gone.add(cell);
        }
    }

    /// What changed.
    #[must_use]
    pub fn finish(mut self) -> Comparison {
        let comparison = &mut self.comparison;
        comparison.pace = self.pace.into_iter().filter_map(pace).collect();
        for list in &mut self.lists {
            list.named.sort_by(|a, b| a.cell.cmp(&b.cell));
        }
        [
            comparison.new_failures,
            comparison.new_errors,
            comparison.otherwise,
            comparison.recovered,
            comparison.turned,
        ] = self.lists;
        comparison.added.named.sort();
        comparison.gone.named.sort();
        let changes = [
            &comparison.new_failures,
            &comparison.new_errors,
            &comparison.otherwise,
            &comparison.recovered,
            &comparison.turned,
        ];
        comparison.changed = changes.iter().any(|list| list.count > 0)
            || comparison.added.count + comparison.gone.count > 0
            || !comparison.settings.is_empty()
            || !comparison.pace.is_empty();
        self.comparison
    }

    fn said(&self, cell: &CellRef<'_>) -> u32 {
        self.hasher.hash_one((cell.expected, cell.said)) as u32
    }

    /// One patch stands for its minor version, so that a new one is no new cell.
    fn key(&self, cell: &CellRef<'_>) -> u64 {
        match minor(cell.go).filter(|minor| !self.several.contains(minor)) {
            Some(minor) => self.hasher.hash_one((cell.probe, cell.runner, minor)),
            None => self.hasher.hash_one((cell.probe, cell.runner, cell.go)),
        }
    }
}

impl Cells {
    fn add(&mut self, cell: &CellRef<'_>) {
        self.count += 1;
        if self.named.len() < MOST_NAMED {
            self.named.push(cell.name());
        }
    }
}

impl CellRef<'_> {
    /// The name alone, clipped.
    pub(crate) fn name(&self) -> CellName {
        let cut = |text: &str| clip(text, 200).into_owned();
        CellName { variable: cut(self.variable), probe: cut(self.probe), go: cut(self.go), runner: cut(self.runner) }
    }
}

fn change(cell: &CellRef<'_>, from: Option<Status>) -> Change {
    let cut = |text: &str| clip(text, MOST_CHARS).into_owned();
    Change {
        cell: cell.name(),
        from,
        to: cell.status,
        was: String::new(),
        expected: cut(cell.expected),
        said: cut(cell.said),
        cause: cut(cell.cause),
    }
}

/// What the times of a runner and a Go version come to; nothing where they are as they were.
fn pace(((runner, go), (cells, from, to)): ((String, String), (usize, Duration, Duration))) -> Option<Pace> {
    // 2 is twice as long.
    let ratio = to.as_secs_f64() / from.as_secs_f64().max(0.001);
    let matters = from.abs_diff(to) >= LEAST_CHANGE && (ratio >= LEAST_RATIO || ratio <= 1.0 / LEAST_RATIO);
    let ms = |span: Duration| u64::try_from(span.as_millis()).unwrap_or(u64::MAX);
    matters.then(|| Pace {
        runner,
        go,
        cells,
        from_ms: ms(from),
        to_ms: ms(to),
        ratio: (ratio * 1000.0).round() / 1000.0,
    })
}

/// Major and minor number of a Go version.
pub(crate) fn minor(go: &str) -> Option<(u64, u64)> {
    go.parse::<GoVersion>().ok().map(|version| version.minor())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::RunnerFacts;

    fn summary(versions: &[&str]) -> ReportSummary {
        ReportSummary { versions: versions.iter().map(|v| (*v).to_owned()).collect(), ..ReportSummary::default() }
    }

    /// `-` is a cell that is not there.
    fn letter_status(letter: char) -> Option<Status> {
        match letter {
            'f' => Some(Status::Fail),
            'e' => Some(Status::Error),
            's' => Some(Status::Skip),
            'p' => Some(Status::Pass),
            _ => None,
        }
    }

    fn cell<'a>(probe: &'a str, go: &'a str, status: Status, said: &'a str) -> CellRef<'a> {
        CellRef {
            probe,
            variable: "GOBIN",
            go,
            runner: "win22 Windows X64",
            status,
            expected: "",
            said,
            cause: "",
            duration: Duration::from_millis(100),
        }
    }

    fn compared(old: &[CellRef<'_>], new: &[CellRef<'_>]) -> Comparison {
        let versions = |cells: &[CellRef<'_>]| summary(&cells.iter().map(|cell| cell.go).collect::<Vec<_>>());
        let mut builder = ComparisonBuilder::new(versions(old), versions(new));
        old.iter().for_each(|cell| builder.old_cell(cell));
        new.iter().for_each(|cell| builder.new_cell(cell));
        if builder.asks_again() {
            old.iter().for_each(|cell| builder.again(cell));
        }
        builder.finish()
    }

    #[test]
    fn the_same_is_no_drift() {
        let cells = [
            cell("a", "1.21.13", Status::Pass, ""),
            cell("b", "1.21.13", Status::Fail, "x"),
            cell("c", "1.22.1", Status::Skip, "why"),
        ];
        assert!(!compared(&cells, &cells).changed);
    }

    /// Verdict before and after (9: not there), and the list it must be in.
    #[test]
    fn every_turn_has_its_list() {
        let lists = |changes: &Comparison| {
            [
                changes.new_failures.count,
                changes.new_errors.count,
                changes.otherwise.count,
                changes.recovered.count,
                changes.turned.count,
                changes.added.count,
                changes.gone.count,
            ]
        };
        for (old, new, said, list) in [
            ('p', 'f', "x", 0),
            ('s', 'f', "x", 0),
            ('e', 'f', "x", 0),
            ('-', 'f', "x", 0),
            ('p', 'e', "x", 1),
            ('s', 'e', "x", 1),
            ('-', 'e', "x", 1),
            ('f', 'f', "other", 2),
            ('f', 'e', "x", 2),
            ('e', 'e', "other", 2),
            ('f', 'p', "", 3),
            ('e', 'p', "", 3),
            ('p', 's', "x", 4),
            ('s', 'p', "", 4),
            ('f', 's', "x", 4),
            ('-', 'p', "", 5),
            ('-', 's', "x", 5),
            ('p', '-', "", 6),
            ('f', '-', "", 6),
        ] {
            let some = |letter, said| {
                letter_status(letter).map_or_else(Vec::new, |status| vec![cell("a", "1.21.13", status, said)])
            };
            let changes = compared(&some(old, if old == 'p' { "" } else { "x" }), &some(new, said));
            let mut expected = [0; 7];
            expected[list] = 1;
            assert_eq!(lists(&changes), expected, "{old} to {new}");
        }
    }

    #[test]
    fn what_was_said_before_is_told_too() {
        let changes = compared(
            &[cell("a", "1.21.13", Status::Fail, "old"), cell("b", "1.21.13", Status::Pass, "")],
            &[cell("a", "1.21.13", Status::Fail, "new"), cell("b", "1.21.13", Status::Fail, "x")],
        );
        assert_eq!((changes.otherwise.named[0].was.as_str(), changes.otherwise.named[0].said.as_str()), ("old", "new"));
        assert_eq!(changes.new_failures.named[0].was, "", "nothing is said of a pass");
    }

    #[test]
    fn of_two_results_on_one_cell_the_worse_one_was_there() {
        let (pass, fail) = (cell("a", "1.21.13", Status::Pass, ""), cell("a", "1.21.13", Status::Fail, "x"));
        for old in [[pass, fail], [fail, pass]] {
            assert!(!compared(&old, &[fail]).changed, "it failed before");
        }
    }

    #[test]
    fn a_new_patch_is_a_setting_and_no_new_cell() {
        let changes = compared(&[cell("a", "1.21.12", Status::Pass, "")], &[cell("a", "1.21.13", Status::Fail, "x")]);
        assert_eq!((changes.new_failures.count, changes.added.count, changes.gone.count), (1, 0, 0));
        assert_eq!(changes.new_failures.named[0].from, Some(Status::Pass));
        let [setting] = changes.settings.as_slice() else { panic!("{:?}", changes.settings) };
        assert_eq!(
            (setting.what.as_str(), &setting.from[..], &setting.to[..]),
            ("Go 1.21", &["1.21.12".to_owned()][..], &["1.21.13".to_owned()][..])
        );
    }

    #[test]
    fn two_patches_of_one_minor_are_told_apart() {
        let both = |first, second| [cell("a", "1.21.1", first, ""), cell("a", "1.21.2", second, "")];
        let changes = compared(&both(Status::Pass, Status::Pass), &both(Status::Pass, Status::Fail));
        assert_eq!(changes.new_failures.named[0].cell.go, "1.21.2");
        assert_eq!(changes.new_failures.count, 1);
    }

    #[test]
    fn time_counts_where_it_changed_by_half_and_by_a_second() {
        let timed = |millis: u64| {
            (0..20)
                .map(|_| CellRef { duration: Duration::from_millis(millis), ..cell("", "1.21.13", Status::Pass, "") })
                .collect()
        };
        let probes: Vec<String> = (0..20).map(|at| format!("p{at}")).collect();
        let of = |millis| -> Vec<CellRef<'_>> {
            let cells: Vec<CellRef<'_>> = timed(millis);
            cells.into_iter().zip(&probes).map(|(cell, probe)| CellRef { probe, ..cell }).collect()
        };
        for (from, to, counts) in
            [(100, 151, true), (100, 149, false), (10, 40, false), (200, 100, true), (100, 100, false)]
        {
            let changes = compared(&of(from), &of(to));
            assert_eq!(!changes.pace.is_empty(), counts, "{from} to {to}: {:?}", changes.pace);
            if counts {
                assert_eq!((changes.pace[0].cells, changes.pace[0].go.as_str()), (20, "1.21"));
            }
        }
    }

    #[test]
    fn values_and_images_are_settings() {
        let mut old = summary(&[]);
        let source = |value: &str| ("GOCACHE".to_owned(), "environment".to_owned(), value.to_owned());
        old.sources.insert(source(r"D:\a"));
        old.runners.push(RunnerFacts { os: "Windows".into(), image_version: "1".into(), ..RunnerFacts::default() });
        let mut new = old.clone();
        new.sources = [source(r"C:\b")].into();
        new.runners[0].image_version = "2".into();
        new.tool_version = "9".into();
        let changes = ComparisonBuilder::new(old, new).finish();
        let names: Vec<&str> = changes.settings.iter().map(|setting| setting.what.as_str()).collect();
        assert_eq!(names, ["GOCACHE (environment)", "Windows", "goenv-ci"]);
    }

    #[test]
    fn a_flood_is_counted_and_a_part_of_it_named() {
        let probes: Vec<String> = (0..2_000).map(|at| format!("p{at}")).collect();
        let all: Vec<CellRef<'_>> = probes.iter().map(|probe| cell(probe, "1.21.13", Status::Fail, "x")).collect();
        let changes = compared(&[], &all);
        assert_eq!((changes.new_failures.count, changes.new_failures.named.len()), (2_000, 500));
    }
}
