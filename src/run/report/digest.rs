//! The short form of many reports, read one after the other: counts, and what does not hold,
//! each probe once for one kind of verdict and text.

use crate::{
    model::{
        forge::Gravity,
        go::GoVersion,
        publication::{Digest, Remark},
    },
    render::json_v1::{ReportV1, ResultV1, VerdictV1},
};
use std::collections::{BTreeSet, HashMap};

/// More than the forge's limits let anybody see.
const MOST_REMARKS: usize = 500;

/// More than anybody reads.
const MOST_PLACES: usize = 50;

/// Takes reports and becomes their digest.
#[derive(Default)]
pub(super) struct Digesting {
    digest: Digest,
    machines: BTreeSet<String>,
    versions: BTreeSet<String>,
    known: HashMap<(String, String, VerdictKey), usize>,
    left_out: BTreeSet<(String, String)>,
}

type VerdictKey = (bool, String);

impl Digesting {
    /// One more report.
    pub(super) fn take(&mut self, report: &ReportV1) {
        self.digest.reports += 1;
        let runner = &report.runner;
        let machine = [&runner.os, &runner.arch, &runner.image].map(String::as_str).join(" ").trim().to_owned();
        for result in &report.results {
            let tally = &mut self.digest.tally;
            let gravity = match result.verdict {
                VerdictV1::Pass => {
                    tally.pass += 1;
                    None
                }
                VerdictV1::Skip => {
                    tally.skip += 1;
                    None
                }
                VerdictV1::Fail => {
                    tally.fail += 1;
                    Some(Gravity::Failure)
                }
                VerdictV1::Error => {
                    tally.error += 1;
                    Some(Gravity::Warning)
                }
            };
            self.versions.insert(result.go.clone());
            if let Some(gravity) = gravity {
                self.remark(gravity, result, &machine);
            }
        }
        self.machines.insert(machine);
    }

    fn remark(&mut self, gravity: Gravity, result: &ResultV1, machine: &str) {
        let text = if gravity == Gravity::Failure { &result.observed } else { &result.reason };
        let key = (result.variable.clone(), result.probe.clone(), (gravity == Gravity::Failure, text.clone()));
        let place = format!("Go {} on {machine}", result.go);
        let next = self.digest.remarks.len();
        match self.known.get(&key) {
            Some(at) => {
                let places = &mut self.digest.remarks[*at].places;
                if places.len() < MOST_PLACES && !places.contains(&place) {
                    places.push(place);
                }
            }
            None if next >= MOST_REMARKS => {
                self.left_out.insert((key.0, key.1));
            }
            None => {
                let details = match gravity {
                    Gravity::Failure => vec![
                        ("expected", result.expected.clone()),
                        ("observed", result.observed.clone()),
                        ("likely cause", result.reason.clone()),
                    ],
                    Gravity::Warning => vec![("reason", result.reason.clone())],
                };
                self.digest.remarks.push(Remark {
                    gravity,
                    variable: result.variable.clone(),
                    probe: result.probe.clone(),
                    places: vec![place],
                    details,
                });
                self.known.insert(key, next);
            }
        }
    }

    /// Failures first.
    pub(super) fn finish(mut self) -> Digest {
        self.digest.machines = self.machines.len();
        self.digest.versions = self.versions.into_iter().collect();
        self.digest.versions.sort_by_key(|text| text.parse::<GoVersion>().ok());
        self.digest.remarks.sort_by_key(|remark| remark.gravity == Gravity::Warning);
        self.digest.remarks_left_out = self.left_out.len();
        self.digest
    }
}
