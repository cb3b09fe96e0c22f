//! One cell: a probe on one toolchain, and its control. Never an error of
//! ours: whatever goes wrong with one probe becomes that probe's verdict.

use super::{
    Ports, cause,
    expect::{self, Mismatch, Seen},
    sandbox::{self, Machine},
    step::{self, Outcome},
};
use crate::model::{
    go::Toolchain,
    platform::Platform,
    probe::{Control, Expectation, Probe, ProbeKind},
    report::CellResult,
    verdict::{Ended, Evidence, Verdict},
};
use std::time::{Duration, Instant};

/// A probe, and what it is run on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cell<'a> {
    pub probe: &'a Probe,
    pub toolchain: &'a Toolchain,
    /// Another toolchain of the matrix, for probes that need two.
    pub other: Option<&'a Toolchain>,
    /// Absolute folder of this cell alone.
    pub dir: &'a str,
    /// For a probe that states none.
    pub limit: Duration,
}

/// How one run of a probe, or of its control, ended.
enum Attempt {
    Held(Vec<Evidence>),
    Differs(Mismatch, Vec<Evidence>),
    Skipped(String),
    Broken(String, Vec<Evidence>),
}

impl Attempt {
    /// The folders of this one run by their placeholders, so that the same
    /// finding on two versions reads the same.
    fn named(self, scratch: &str, goroot: &str) -> Self {
        let named = |text: String| text.replace(scratch, "${SCRATCH}").replace(goroot, "${GOROOT}");
        match self {
            Self::Differs(Mismatch { expected, observed }, evidence) => {
                Self::Differs(Mismatch::new(named(expected), named(observed)), evidence)
            }
            other => other,
        }
    }
}

/// Runs a cell to its verdict.
pub(super) fn judge(cell: &Cell<'_>, machine: &Machine, ports: &Ports<'_>) -> CellResult {
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
            cause = cause::of(cell.probe, machine, ports.host);
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
pub(super) fn unjudged(probe: &Probe, go: &str) -> CellResult {
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

fn attempt(cell: &Cell<'_>, machine: &Machine, ports: &Ports<'_>, control: bool) -> Attempt {
    let dir = machine.platform.join(cell.dir, if control { "control" } else { "probe" });
    let mut values = sandbox::base_values(machine, cell.toolchain, cell.other, &dir);
    if let Some(delivery) = machine.delivery.as_ref().filter(|_| cell.probe.kind == ProbeKind::Live) {
        sandbox::add_recorded(&mut values, delivery, machine.platform);
    }
    if let Some(name) = left_unset(cell.probe, machine) {
        return Attempt::Skipped(format!("apply left {name} unset, as it was asked to"));
    }
    let mut env = sandbox::base_env(machine, cell.probe.kind, &values);
    let probe = match sandbox::filled(cell.probe, &mut values) {
        Ok(probe) => probe,
        Err(name) => {
            return Attempt::Skipped(format!(
                "it needs `{name}`, which there is none of here{}",
                if name.starts_with("OTHER_GO") { ": ask for two Go versions" } else { "" }
            ));
        }
    };
    let change = control.then_some(&probe.control);
    sandbox::change_env(&mut env, &probe.env, change);
    if let Err(error) = lay_out(&probe, change, &dir, machine, ports) {
        return Attempt::Broken(format!("its folder could not be laid out: {error}"), Vec::new());
    }
    let attempt = run_steps(cell, &probe, change, &env, &machine.platform.join(&dir, "work"), ports);
    let attempt = attempt.named(&dir, &cell.toolchain.goroot);
    let below_work = |path: &String| absolute(path, &machine.platform.join(&dir, "work"), machine.platform);
    for path in probe.remove.iter().map(below_work).chain([dir.clone()]) {
        if let Err(error) = ports.host.remove(&path) {
            return Attempt::Broken(format!("`{path}` could not be removed afterwards: {error}"), Vec::new());
        }
    }
    attempt
}

/// A variable that a live probe wants to see, and that `apply` recorded as unset: `--gobin none`.
fn left_unset<'a>(probe: &'a Probe, machine: &Machine) -> Option<&'a str> {
    let record = &machine.delivery.as_ref().filter(|_| probe.kind == ProbeKind::Live)?.record;
    let wanted = probe.expect.iter().filter_map(|e| match &e.what {
        Expectation::EnvPath(pairs) => Some(pairs),
        _ => None,
    });
    let mut names = wanted.flatten().map(|(name, _)| name.as_str());
    names.find(|name| record.value(name).is_none())
}

/// What a person wrote in a probe: absolute, or from the work folder.
fn absolute(path: &str, work: &str, platform: Platform) -> String {
    if platform.is_absolute(path) { path.to_owned() } else { platform.join(work, path) }
}

fn lay_out(
    probe: &Probe,
    change: Option<&Control>,
    dir: &str,
    machine: &Machine,
    ports: &Ports<'_>,
) -> std::io::Result<()> {
    let platform = machine.platform;
    let work = platform.join(dir, "work");
    for folder in ["work", "home", "tmp"] {
        ports.host.create_dir_all(&platform.join(dir, folder))?;
    }
    let changed = match change {
        Some(Control::File(path, content)) => Some((path, content)),
        _ => None,
    };
    for (path, content) in probe.files.iter().map(|(path, content)| (path, content)).chain(changed) {
        ports.host.write(&absolute(path, &work, platform), content.as_bytes())?;
    }
    Ok(())
}

fn run_steps(
    cell: &Cell<'_>,
    probe: &Probe,
    change: Option<&Control>,
    env: &crate::model::env::EnvBlock,
    work: &str,
    ports: &Ports<'_>,
) -> Attempt {
    let mut all = Vec::new();
    let mut seen = Seen { exit: 0, stdout: String::new(), stderr: String::new(), env, host: ports.host };
    let limit = probe.limit.unwrap_or(cell.limit);
    let last = probe.steps.len();
    let holds = |when: &crate::model::probe::Condition| when.holds(&cell.toolchain.version, env.platform());
    let wanted: Vec<&Expectation> = probe.expect.iter().filter(|e| holds(&e.when)).map(|e| &e.what).collect();
    for (number, step) in probe.steps.iter().enumerate().map(|(at, step)| (at + 1, step)) {
        if change == Some(&Control::Drop(number)) {
            continue;
        }
        let argv = match change {
            Some(Control::Run(argv)) if number == last => argv,
            _ => &step.run,
        };
        let mut step_env = env.clone();
        sandbox::change_env(&mut step_env, &step.env, change);
        let dir = step.dir.as_ref().map_or_else(|| work.to_owned(), |dir| absolute(dir, work, env.platform()));
        if ports.executor.interrupted() {
            return Attempt::Broken("interrupted".to_owned(), all);
        }
        match step::run(argv, &step_env, &dir, limit, ports.executor, ports.host) {
            Outcome::NotFound(name) => {
                return Attempt::Differs(
                    Mismatch::new(format!("`{name}` to be found on PATH"), "no such program on PATH"),
                    all,
                );
            }
            Outcome::NotStarted(reason) => return Attempt::Broken(reason, all),
            Outcome::Ran(completed, evidence) => {
                let command = evidence.argv.join(" ");
                all.push(evidence);
                seen.exit = match completed.ended {
                    Ended::Code(code) => code,
                    // Nothing that a variable does: the `go` crashed, or the machine ended it.
                    Ended::Signal(signal) => {
                        return Attempt::Broken(format!("`{command}` was ended by signal {signal}"), all);
                    }
                    Ended::TimedOut => {
                        return Attempt::Broken(
                            format!("`{command}` ran past its limit of {} s and was ended", limit.as_secs_f64()),
                            all,
                        );
                    }
                    Ended::Interrupted => return Attempt::Broken("interrupted".to_owned(), all),
                };
                seen.stdout = step::text(&completed.stdout);
                seen.stderr = step::text(&completed.stderr);
                let stated = number == last && wanted.iter().any(|e| matches!(e, Expectation::Exit(_)));
                if !stated && seen.exit != step.exit {
                    return Attempt::Differs(
                        Mismatch::new(format!("`{command}` to exit with {}", step.exit), expect::said(&seen)),
                        all,
                    );
                }
            }
        }
    }
    match wanted.into_iter().find_map(|expectation| expect::mismatch(expectation, &seen)) {
        Some(mismatch) => Attempt::Differs(mismatch, all),
        None => Attempt::Held(all),
    }
}

fn change_text(control: &Control) -> String {
    match control {
        Control::Unset(name) => format!("{name} unset"),
        Control::Set(name, value) => format!("{name}=`{value}`"),
        Control::File(path, _) => format!("another `{path}`"),
        Control::Drop(number) => format!("step {number} left out"),
        Control::Run(argv) => format!("`{}` instead", argv.join(" ")),
        Control::OffPath(dir) => format!("`{dir}` off PATH"),
    }
}
