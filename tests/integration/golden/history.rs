//! `report history`.

use super::{
    Case, Hostile,
    accepted::accept_of,
    reports, seam,
    values::{self, HOSTILE, run},
};
use goenv_ci::report::Report;
use std::time::Duration;

/// The reports of one day after the other, each slower than the one before.
fn daily(reports: Vec<Report>) -> Vec<Report> {
    let dated = |(at, mut report): (usize, Report)| {
        report.run = run(&format!("2026-11-{:02}T08:00:00Z", at + 1), &(1234 + at).to_string());
        report.duration += Duration::from_secs(3 * at as u64);
        report
    };
    reports.into_iter().enumerate().map(dated).collect()
}

pub(super) fn cases() -> Vec<Case> {
    let (passing, failing) = (reports::passing, reports::failing);
    let mut cases: Vec<Case> = [
        ("passing", daily(vec![passing(); 3])),
        ("failing", daily(vec![passing(), failing(), passing(), failing(), failing(), failing()])),
        ("erring", daily(vec![passing(), values::erring(), values::erring()])),
        ("recovered", daily(vec![failing(), passing(), failing(), passing()])),
        ("single", vec![failing()]),
        ("long", daily(vec![passing(); 40])),
        ("empty", vec![reports::empty()]),
    ]
    .into_iter()
    .map(|(name, reports)| Case::new("report-history", name, seam::history(&reports)))
    .collect();
    let (old, new) = super::compare::hostile_pair();
    let exact = Hostile::exact(&[("/reports/0/tool_version", HOSTILE), ("/reports/1/run", HOSTILE)]);
    let reports = [new.clone(), old.clone(), new.clone(), old, new];
    cases.push(Case::hostile("report-history", "hostile", exact, seam::history(&reports)));
    cases
}

#[test]
fn every_format_is_as_accepted() {
    accept_of(&["report-history"]);
}
