//! `verify`: the report of one machine.

use super::{
    Case, Hostile,
    accepted::accept_of,
    reports, seam,
    values::{self, HOSTILE, HOSTILE_NAME, long_line, long_markup},
};

pub(super) fn cases() -> Vec<Case> {
    let hostile = values::huge();
    let last = hostile.results.len() - 1;
    let at = |rest: &str| format!("/results/{last}/{rest}");
    let (line, markup) = (long_line(), long_markup());
    let exact = [
        ("/tool/version".to_owned(), HOSTILE),
        ("/runner/image".to_owned(), HOSTILE),
        ("/run/id".to_owned(), HOSTILE),
        ("/toolchains/0/goroot".to_owned(), HOSTILE),
        ("/missing/0/looked_at/0".to_owned(), HOSTILE),
        ("/sources/0/value".to_owned(), HOSTILE),
        ("/notes/1".to_owned(), HOSTILE),
        ("/drives/places/0/path".to_owned(), HOSTILE),
        ("/shells/0/program".to_owned(), HOSTILE),
        ("/results/0/why".to_owned(), HOSTILE),
        ("/results/0/evidence/0/argv/1".to_owned(), HOSTILE),
        (at("probe"), HOSTILE_NAME),
        (at("expected"), &line),
        (at("observed"), &markup),
        (at("evidence/0/stdout"), &line),
    ];
    let exact: Vec<(&str, &str)> = exact.iter().map(|(pointer, value)| (pointer.as_str(), *value)).collect();
    let harmless = [
        ("passing", reports::passing()),
        ("failing", reports::failing()),
        ("erring", values::erring()),
        ("skipping", values::skipping()),
        ("wide", values::wide()),
        ("empty", reports::empty()),
    ];
    let mut cases: Vec<Case> = harmless
        .into_iter()
        .map(|(name, report)| Case::new("verify", name, |view| seam::verify(&report, view)))
        .collect();
    cases.push(Case::hostile("verify", "hostile", Hostile::exact(&exact), |view| seam::verify(&hostile, view)));
    cases
}

#[test]
fn every_format_is_as_accepted() {
    accept_of(&["verify"]);
}
