//! What needs a reader's attention, each probe once with its versions merged.

use crate::report::{CellResult, Report, verdict::Verdict};
use std::collections::HashMap;

/// A probe with one kind of verdict, on one version or more.
#[derive(Clone, Debug)]
pub struct Finding<'a> {
    /// Never empty; in the order of the report.
    pub cells: Vec<&'a CellResult>,
}

impl<'a> Finding<'a> {
    /// The cell whose details stand for all.
    #[must_use]
    pub fn first(&self) -> &'a CellResult {
        self.cells[0]
    }

    /// `1.21.13, 1.22.10`.
    #[must_use]
    pub fn versions(&self) -> String {
        self.cells.iter().map(|cell| cell.go.as_str()).collect::<Vec<_>>().join(", ")
    }

    /// What was seen, or why there was nothing to see, each text once with the
    /// versions it holds for.
    #[must_use]
    pub fn observations(&self) -> Vec<(String, &'a str)> {
        let mut told: Vec<(Vec<&str>, &str)> = Vec::new();
        for cell in &self.cells {
            let text = observation(&cell.verdict);
            match told.iter_mut().find(|(_, t)| *t == text) {
                Some((versions, _)) => versions.push(&cell.go),
                None => told.push((vec![&cell.go], text)),
            }
        }
        told.into_iter().map(|(versions, text)| (versions.join(", "), text)).collect()
    }
}

/// The part of a verdict that says what happened; empty for a pass.
fn observation(verdict: &Verdict) -> &str {
    match verdict {
        Verdict::Pass => "",
        Verdict::Fail { observed, .. } => observed,
        Verdict::Skip { reason } | Verdict::Error { reason } => reason,
    }
}

/// The failures, merged; in the order of the matrix.
#[must_use]
pub fn failures(report: &Report) -> Vec<Finding<'_>> {
    merged(report, |verdict| matches!(verdict, Verdict::Fail { .. }))
}

/// The errors, merged; in the order of the matrix.
#[must_use]
pub fn errors(report: &Report) -> Vec<Finding<'_>> {
    merged(report, |verdict| matches!(verdict, Verdict::Error { .. }))
}

fn merged(report: &Report, wanted: impl Fn(&Verdict) -> bool) -> Vec<Finding<'_>> {
    let mut findings: Vec<Finding<'_>> = Vec::new();
    let mut place: HashMap<(&str, &str), usize> = HashMap::new();
    for cell in report.results.iter().filter(|cell| wanted(&cell.verdict)) {
        let at = *place.entry((&cell.variable, &cell.probe)).or_insert(findings.len());
        match findings.get_mut(at) {
            Some(finding) => finding.cells.push(cell),
            None => findings.push(Finding { cells: vec![cell] }),
        }
    }
    findings
}

/// Skipped cells that share a reason.
#[derive(Clone, Debug)]
pub struct Skips<'a> {
    /// Why.
    pub reason: &'a str,
    /// How many cells.
    pub cells: usize,
    /// Which probes, each once.
    pub probes: Vec<&'a str>,
    /// On which versions, each once.
    pub versions: Vec<&'a str>,
}

/// The skips by reason, in order of first appearance.
#[must_use]
pub fn skips(report: &Report) -> Vec<Skips<'_>> {
    let mut groups: Vec<Skips<'_>> = Vec::new();
    let mut place: HashMap<&str, usize> = HashMap::new();
    for cell in &report.results {
        let Verdict::Skip { reason } = &cell.verdict else { continue };
        let at = *place.entry(reason).or_insert(groups.len());
        if at == groups.len() {
            groups.push(Skips { reason, cells: 0, probes: Vec::new(), versions: Vec::new() });
        }
        let group = &mut groups[at];
        group.cells += 1;
        // The last one suffices for probes: the report has a probe's versions side by side.
        if group.probes.last() != Some(&cell.probe.as_str()) {
            group.probes.push(&cell.probe);
        }
        if !group.versions.contains(&cell.go.as_str()) {
            group.versions.push(&cell.go);
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
