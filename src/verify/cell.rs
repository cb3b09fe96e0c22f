//! One cell: a probe on one toolchain, and its control. It never fails as a
//! function: whatever goes wrong with a probe becomes its verdict.

use crate::verify::{
    Ports,
    attempt::{Attempt, attempt, attempt_dir, change_text, work_dir},
    cause::{self, Asked},
    expect::Mismatch,
    sandbox::Machine,
};
use crate::{
    goenv::toolchain::Toolchain,
    probe::{Expectation, Probe, ProbeKind},
    report::{CellResult, verdict::Verdict},
};
use std::time::{Duration, Instant};

/// A probe, and what it is run on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ProbeRun<'a> {
    pub probe: &'a Probe,
    pub toolchain: &'a Toolchain,
    /// Another toolchain of the matrix, for probes that need two.
    pub other: Option<&'a Toolchain>,
    /// Absolute directory of this cell alone.
    pub dir: &'a str,
    /// For each command of a probe that states no limit of its own.
    pub limit: Duration,
}

/// Runs a cell to its verdict.
pub(crate) fn judge(cell: &ProbeRun<'_>, machine: &Machine, ports: &Ports<'_>) -> CellResult {
    let started = Instant::now();
    let mut control = String::new();
    let mut cause = None;
    let beyond_wine = machine.wine.as_ref().zip(cell.probe.wine.as_ref());
    let first = match beyond_wine {
        Some((version, why)) => Attempt::Skipped(format!("Wine {version} cannot judge it: {why}")),
        None => attempt(cell, machine, ports, false),
    };
    let (verdict, evidence) = match first {
        Attempt::Skipped(reason) => (Verdict::Skip { reason }, Vec::new()),
        Attempt::Broken(reason, evidence) => (Verdict::Error { reason }, evidence),
        Attempt::Differs(Mismatch { expected, observed }, evidence) => {
            let dir = work_dir(&attempt_dir(cell, machine.platform, false), machine.platform);
            let asked = Asked { version: &cell.toolchain.version, dir: &dir, machine, host: ports.host };
            cause = cause::of(cell.probe, &asked);
            (Verdict::Fail { expected, observed }, evidence)
        }
        Attempt::Held(evidence) => match attempt(cell, machine, ports, true) {
            Attempt::Differs(Mismatch { expected, observed }, _) => {
                control = format!("{}: instead of {expected}, {observed}", change_text(&cell.probe.control));
                (Verdict::Pass, evidence)
            }
            Attempt::Held(evidence) => {
                let change = change_text(&cell.probe.control);
                (
                    Verdict::Error {
                        reason: format!(
                            "the control did not fail: with {change} the same is seen, so this probe proves nothing here"
                        ),
                    },
                    evidence,
                )
            }
            Attempt::Skipped(reason) | Attempt::Broken(reason, _) => {
                (Verdict::Error { reason: format!("the control could not be run: {reason}") }, evidence)
            }
        },
    };
    CellResult {
        verdict,
        cause,
        control,
        evidence,
        duration: started.elapsed(),
        ..unjudged(cell.probe, &cell.toolchain.version.to_string())
    }
}

/// The result of a cell before it is judged; its verdict is an error that says so.
pub(crate) fn unjudged(probe: &Probe, go: &str) -> CellResult {
    CellResult {
        probe: probe.id.clone(),
        variable: probe.variable.clone(),
        go: go.to_owned(),
        kind: probe.kind,
        why: probe.why.clone(),
        verdict: Verdict::Error { reason: "it was not reached".to_owned() },
        cause: None,
        control: String::new(),
        evidence: Vec::new(),
        duration: Duration::ZERO,
    }
}

/// A variable that a live probe expects although `apply` left it unset, as with `--gobin none`.
pub(crate) fn left_unset<'a>(probe: &'a Probe, machine: &Machine) -> Option<&'a str> {
    let record = &machine.delivery.as_ref().filter(|_| probe.kind == ProbeKind::Live)?.record;
    let wanted = probe.expect.iter().filter_map(|e| match &e.what {
        Expectation::EnvPath(pairs) => Some(pairs),
        _ => None,
    });
    let mut names = wanted.flatten().map(|(name, _)| name.as_str());
    names.find(|name| record.value(name).is_none())
}
