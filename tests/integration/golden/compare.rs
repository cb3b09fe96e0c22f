//! `report compare`.

use super::{
    Case, Hostile,
    accepted::accept_of,
    reports, seam,
    values::{self, HOSTILE, HOSTILE_NAME, each_text, run},
};
use goenv_ci::report::{Report, verdict::Verdict};
use std::time::Duration;

/// A later run of a newer version of this program, on a newer image, with a newer Go, another value and a slower disk.
fn elsewhere(mut report: Report) -> Report {
    report.run = run("2026-11-21T08:00:00Z", "1235");
    each_text(&mut report, &|text| text.replace("1.22.10", "1.22.11").replace("1.0.0", "1.1.0"));
    report.runner.image_version = "20261118.1.0".to_owned();
    if let Some(source) = report.sources.found.iter_mut().find(|source| source.variable == "GOBIN") {
        source.value = r"C:\Users\runneradmin\go\bin".to_owned();
    }
    for cell in &mut report.results {
        cell.duration = cell.duration * 5 + Duration::from_millis(200);
    }
    report
}

/// The probes on GOFLAGS are gone, one on GOPRIVATE is new, one that was skipped passes, one that failed fails otherwise.
fn changed(mut report: Report) -> Report {
    report.results.retain(|cell| cell.variable != "GOTOOLCHAIN");
    for cell in &mut report.results {
        match cell.verdict.clone() {
            Verdict::Skip { .. } => cell.verdict = Verdict::Pass,
            Verdict::Fail { expected, .. } => {
                cell.verdict = Verdict::Fail { expected, observed: "exit code 2".to_owned() };
            }
            _ => {}
        }
    }
    let mut new = report.results[0].clone();
    (new.probe, new.variable) = ("goprivate/asks-no-database".to_owned(), "GOPRIVATE".to_owned());
    report.results.push(new);
    report
}

pub fn hostile_pair() -> (Report, Report) {
    let (mut old, new) = (values::hostile(), values::hostile());
    for cell in &mut old.results {
        cell.verdict = match &cell.verdict {
            Verdict::Skip { .. } => Verdict::Pass,
            _ => Verdict::Skip { reason: HOSTILE.to_owned() },
        };
    }
    // One says something else than it said.
    old.results[0].verdict = Verdict::Fail { expected: HOSTILE.to_owned(), observed: HOSTILE.to_owned() };
    let mut gone = old.results[0].clone();
    gone.probe = format!("gone/{HOSTILE_NAME}");
    old.results.push(gone);
    old.sources.found[0].value = format!("old {HOSTILE}");
    (old, new)
}

pub(super) fn cases() -> Vec<Case> {
    let (passing, failing) = (reports::passing(), reports::failing());
    let pairs = [
        ("unchanged", passing.clone(), passing.clone()),
        ("failing", passing.clone(), elsewhere(failing.clone())),
        ("erring", passing.clone(), values::erring()),
        ("recovered", failing.clone(), passing.clone()),
        ("changed", failing, changed(reports::failing())),
        ("empty", reports::empty(), passing),
    ];
    let mut cases: Vec<Case> = pairs
        .into_iter()
        .map(|(name, old, new)| Case::new("report-compare", name, seam::compare(&old, &new)))
        .collect();
    let (old, new) = hostile_pair();
    let exact = Hostile::exact(&[
        ("/old/tool_version", HOSTILE),
        ("/old/run", HOSTILE),
        ("/otherwise/cells/0/expected", HOSTILE),
        ("/otherwise/cells/0/was", HOSTILE),
    ]);
    let hostile = Case::hostile("report-compare", "hostile", exact, seam::compare(&old, &new));
    cases.push(hostile.with("short.md", seam::compare_within(&old, &new, 4 * 1024)));
    cases
}

#[test]
fn every_format_is_as_accepted() {
    accept_of(&["report-compare"]);
}
