//! Results that a reader wants to see as one: a probe on several versions, all that has one cause,
//! all that has one reason.

use crate::goenv::version::GoVersion;
use crate::probe::ProbeKind;
use crate::report::{
    CellResult, Report,
    verdict::{Cause, Verdict},
};
use crate::status::Status;
use std::{collections::HashMap, hash::Hash};

/// Results that belong together.
#[derive(Clone, Debug)]
pub struct Group<'a> {
    /// Never empty; in the order of the report.
    pub cells: Vec<&'a CellResult>,
}

impl<'a> Group<'a> {
    /// The one whose details stand for all.
    #[must_use]
    pub fn first(&self) -> &'a CellResult {
        self.cells[0]
    }

    /// Why all of them fail, if that is known.
    #[must_use]
    pub fn cause(&self) -> Option<&'a Cause> {
        self.first().cause.as_ref()
    }

    /// The Go versions, oldest first, each once.
    #[must_use]
    pub fn versions(&self) -> Vec<&'a str> {
        let mut versions = each_once(self.cells.iter().map(|cell| cell.go.as_str()));
        versions.sort_by_cached_key(|text| text.parse::<GoVersion>().ok());
        versions
    }

    /// The probes, each once.
    #[must_use]
    pub fn probes(&self) -> Vec<&'a str> {
        each_once(self.cells.iter().map(|cell| cell.probe.as_str()))
    }

    /// The variables, each once.
    #[must_use]
    pub fn variables(&self) -> Vec<&'a str> {
        each_once(self.cells.iter().map(|cell| cell.variable.as_str()))
    }

    /// Whether another text than the first one's was seen in one of them.
    #[must_use]
    pub fn is_mixed(&self) -> bool {
        self.cells.iter().any(|cell| cell.verdict != self.first().verdict)
    }
}

fn each_once<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut known = std::collections::HashSet::new();
    texts.filter(|text| known.insert(*text)).collect()
}

/// Failures or errors of each probe, its versions together.
#[must_use]
pub fn by_probe(report: &Report, status: Status) -> Vec<Group<'_>> {
    grouped(report, status, |cell| (&cell.variable, &cell.probe))
}

/// Failures of one variable for one cause. Those of the environment stand apart from those that hold for any machine,
/// which have another cause even where none of them is known.
///
/// Contract probes without a cause of their own go with those of the variable that have one and failed on the same
/// versions: what makes a `go` ignore a variable once makes it do so everywhere.
#[must_use]
pub fn failures_by_cause(report: &Report) -> Vec<Group<'_>> {
    let mut groups =
        grouped(report, Status::Fail, |cell| (&cell.variable, cell.kind, cell.cause.as_ref().map(|cause| &cause.text)));
    // The first group whose cause is likely to be that of a failure for which none is known.
    let mut homes: HashMap<(&str, &str), usize> = HashMap::new();
    for (at, group) in groups.iter().enumerate().filter(|(_, group)| group.cause().is_some()) {
        for cell in group.cells.iter().filter(|cell| cell.kind == ProbeKind::Contract) {
            homes.entry((&cell.variable, &cell.go)).or_insert(at);
        }
    }
    for at in 0..groups.len() {
        for cell in std::mem::take(&mut groups[at].cells) {
            let unexplained = cell.cause.is_none() && cell.kind == ProbeKind::Contract;
            let home = homes.get(&(cell.variable.as_str(), cell.go.as_str())).filter(|_| unexplained);
            groups[home.copied().unwrap_or(at)].cells.push(cell);
        }
    }
    groups.retain(|group| !group.cells.is_empty());
    groups
}

/// Errors, or skipped results, for one reason.
#[must_use]
pub fn by_reason(report: &Report, status: Status) -> Vec<Group<'_>> {
    grouped(report, status, |cell| reason(&cell.verdict))
}

/// Why there is no verdict; empty where there is one.
#[must_use]
pub fn reason(verdict: &Verdict) -> &str {
    match verdict {
        Verdict::Skip { reason } | Verdict::Error { reason } => reason,
        Verdict::Pass | Verdict::Fail { .. } => "",
    }
}

/// The results of a status, together where their keys are equal; groups in order of first appearance.
fn grouped<'a, K: Eq + Hash>(report: &'a Report, status: Status, key: impl Fn(&'a CellResult) -> K) -> Vec<Group<'a>> {
    let mut groups: Vec<Group<'a>> = Vec::new();
    let mut place: HashMap<K, usize> = HashMap::new();
    for cell in report.results.iter().filter(|cell| cell.verdict.status() == status) {
        let at = *place.entry(key(cell)).or_insert(groups.len());
        match groups.get_mut(at) {
            Some(group) => group.cells.push(cell),
            None => groups.push(Group { cells: vec![cell] }),
        }
    }
    groups
}

/// `a, b, c and 4 more`.
#[must_use]
pub fn shortened(names: &[&str], most: usize) -> String {
    if names.len() <= most {
        return names.join(", ");
    }
    format!("{} and {} more", names[..most].join(", "), names.len() - most)
}
