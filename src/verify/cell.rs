//! One cell: a probe on one toolchain, and its control. It never fails as a
//! function: whatever goes wrong with a probe becomes its verdict.

use crate::verify::{
    Ports,
    attempt::{Attempt, attempt, attempt_dir, change_text, work_dir},
    cause::{self, Asked},
    culprit::{Sign, culprit},
    expect::Mismatch,
    live,
    sandbox::Machine,
};
use crate::{
    goenv::toolchain::Toolchain,
    probe::{Probe, ProbeKind},
    report::{
        CellResult,
        verdict::{Cause, Evidence, Verdict},
    },
};
use std::time::{Duration, Instant};

/// What Go says of a package outside the workspace that GOWORK names: nothing is wrong with that workspace.
const OUTSIDE_THE_WORKSPACE: &str = "is not one of the workspace modules";

/// How the reason begins where a control did not fail.
pub(crate) const CONTROL_HELD: &str = "the control did not fail";

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
        None => match live::not_arrived(cell.probe, machine, ports.host) {
            Some(mismatch) => Attempt::Differs(mismatch, Vec::new()),
            None => attempt(cell, machine, ports, false),
        },
    };
    let dir = work_dir(&attempt_dir(cell, machine.platform, false), machine.platform);
    let asked = Asked { version: &cell.toolchain.version, dir: &dir, machine, host: ports.host };
    let mut variable = cell.probe.variable.clone();
    let is_stopped = matches!(first, Attempt::Stopped(..));
    let (verdict, evidence) = match first {
        Attempt::Skipped(reason) => (Verdict::Skip { reason }, Vec::new()),
        Attempt::Broken(reason, evidence) => (Verdict::Error { reason }, evidence),
        Attempt::Differs(mismatch, evidence) | Attempt::Stopped(mismatch, evidence) => {
            let stopped = stopped(cell, mismatch, &evidence, is_stopped, &asked, ports);
            variable = stopped.variable;
            cause = stopped.cause;
            (stopped.verdict, evidence)
        }
        Attempt::Held(evidence) => {
            let (verdict, seen) = controlled(cell, machine, ports);
            control = seen;
            match does_nothing(cell, &verdict, &asked, ports) {
                Some(stopped) => {
                    variable = stopped.variable;
                    cause = stopped.cause;
                    (stopped.verdict, evidence)
                }
                None => (verdict, evidence),
            }
        }
    };
    CellResult {
        verdict,
        variable,
        cause,
        control,
        evidence,
        duration: started.elapsed(),
        ..unjudged(cell.probe, &cell.toolchain.version.to_string())
    }
}

/// The verdict of a probe that held, after its control, and what made the control fail.
fn controlled(cell: &ProbeRun<'_>, machine: &Machine, ports: &Ports<'_>) -> (Verdict, String) {
    let useless = |change: &str| Verdict::Error {
        reason: format!("{CONTROL_HELD}: with {change} the same is seen, so this probe proves nothing here"),
    };
    let arrived = match live::not_arrived_control(cell.probe, machine, ports.host) {
        Ok(seen) => seen,
        Err(name) => return (useless(&format!("{name} unset")), String::new()),
    };
    let change = change_text(&cell.probe.control);
    match attempt(cell, machine, ports, true) {
        Attempt::Differs(Mismatch { expected, observed }, _) | Attempt::Stopped(Mismatch { expected, observed }, _) => {
            (Verdict::Pass, format!("{arrived}{change}: instead of {expected}, {observed}"))
        }
        Attempt::Held(_) => (useless(&change), String::new()),
        Attempt::Skipped(reason) | Attempt::Broken(reason, _) => {
            (Verdict::Error { reason: format!("the control could not be run: {reason}") }, String::new())
        }
    }
}

/// What becomes of a probe that asks whether Go works, where the command exits with 0 whatever it is given: a
/// variable keeps it from doing anything.
fn does_nothing(cell: &ProbeRun<'_>, verdict: &Verdict, asked: &Asked<'_>, ports: &Ports<'_>) -> Option<StoppedProbe> {
    if !(cell.probe.asks_whether_go_works() && matches!(verdict, Verdict::Error { .. })) {
        return None;
    }
    let culprit = culprit(cell, Sign::ControlFails, |_| true, asked, ports)?;
    let verdict = Verdict::Fail {
        expected: "what cannot work to be refused".to_owned(),
        observed: format!("exit code 0, also with {}", change_text(&cell.probe.control)),
    };
    Some(StoppedProbe { verdict, variable: culprit.variable, cause: Some(culprit.cause) })
}

/// What a probe comes to of which something else was seen, or whose command did not work.
struct StoppedProbe {
    verdict: Verdict,
    variable: String,
    cause: Option<Cause>,
}

/// Whose fault it is. For a live probe that is found out where its command did not work; where it exits with 0 and
/// leaves nothing, only GOFLAGS is suspected, whose `-n` makes Go say what it would do. A probe of a variable that only
/// suffers from another one's fault is not judged.
fn stopped(
    cell: &ProbeRun<'_>,
    Mismatch { expected, observed }: Mismatch,
    evidence: &[Evidence],
    is_stopped: bool,
    asked: &Asked<'_>,
    ports: &Ports<'_>,
) -> StoppedProbe {
    let probe = cell.probe;
    let ran = evidence.last();
    let command = ran.map_or_else(|| "go".to_owned(), |ran| short(&ran.argv));
    let all = probe.asks_whether_go_works() || is_stopped;
    let is_live = probe.kind == ProbeKind::Live && (all || !evidence.is_empty());
    let suspected = |name: &str| all || name == "GOFLAGS";
    let culprit = is_live.then(|| culprit(cell, Sign::Holds, suspected, asked, ports)).flatten();
    let outside = ran.is_some_and(|ran| ran.stderr.contains(OUTSIDE_THE_WORKSPACE));
    let (verdict, variable, cause) = match culprit {
        Some(culprit) if culprit.variable == "GOWORK" && outside => {
            let reason = format!(
                "GOWORK names a workspace, and the module of this probe is not in it: `{command}` cannot be judged"
            );
            (Verdict::Skip { reason }, probe.variable.clone(), None)
        }
        Some(culprit) if probe.asks_whether_go_works() || culprit.variable == probe.variable => {
            (Verdict::Fail { expected, observed }, culprit.variable, Some(culprit.cause))
        }
        Some(culprit) => {
            let reason = format!("`{command}` does not work in this step: {} stops it", culprit.variable);
            (Verdict::Skip { reason }, probe.variable.clone(), None)
        }
        None if probe.asks_whether_go_works() => {
            let reason = format!(
                "`{command}` does not work in this step, and taking away one variable at a time does not help: {observed}"
            );
            (Verdict::Error { reason }, probe.variable.clone(), None)
        }
        None => (Verdict::Fail { expected, observed }, probe.variable.clone(), cause::of(probe, asked)),
    };
    StoppedProbe { verdict, variable, cause }
}

/// `go mod download` for `go mod download example.com/hello@v1.0.0`.
fn short(argv: &[String]) -> String {
    let words = argv.iter().enumerate();
    let words = words.take_while(|(at, word)| *at < 2 || (*at == 2 && word.bytes().all(|b| b.is_ascii_lowercase())));
    words.map(|(_, word)| word.as_str()).collect::<Vec<_>>().join(" ")
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
