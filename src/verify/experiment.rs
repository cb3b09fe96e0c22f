//! For claims: a probe and its control are both run, whatever the first one shows, and
//! what was seen is returned without a verdict.

use crate::status::Status;
use crate::verify::{
    Machine, Ports, VerifyJob,
    attempt::{self, Attempt, attempt},
    cell::ProbeRun,
    cells::{self, Planned},
    fixture,
    sandbox::{self, WINDOWS_NEEDS},
    shells::Shells,
};
use crate::{
    goenv::toolchain::Toolchain,
    ports::event::Event,
    probe::{Control, Probe, ProbeKind},
    report::verdict::Evidence,
};
use std::{
    io,
    sync::{Mutex, PoisonError},
};

/// How one run ended. Directories of the run are named by their placeholders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// What was expected was seen.
    Held(Vec<Evidence>),
    /// Something else was seen.
    Differs {
        /// What was expected.
        expected: String,
        /// What was seen instead.
        observed: String,
        /// The commands.
        evidence: Vec<Evidence>,
    },
    /// It cannot be run here, and why.
    Skipped(String),
    /// It could not be run to its end, and why.
    Broken(String),
}

impl Outcome {
    /// The commands that ran.
    #[must_use]
    pub fn evidence(&self) -> &[Evidence] {
        match self {
            Self::Held(evidence) | Self::Differs { evidence, .. } => evidence,
            Self::Skipped(_) | Self::Broken(_) => &[],
        }
    }
}

impl Outcome {
    /// With placeholders instead of the directories in commands and outputs; expected and observed have them already.
    fn named(mut self, dir: &str, goroot: &str) -> Self {
        if let Self::Held(evidence) | Self::Differs { evidence, .. } = &mut self {
            for one in evidence {
                for text in one.argv.iter_mut().chain([&mut one.stdout, &mut one.stderr]) {
                    *text = text.replace(dir, "${SCRATCH}").replace(goroot, "${GOROOT}");
                }
            }
        }
        self
    }
}

impl From<Attempt> for Outcome {
    fn from(attempt: Attempt) -> Self {
        match attempt {
            Attempt::Held(evidence) => Self::Held(evidence),
            Attempt::Differs(mismatch, evidence) | Attempt::Stopped(mismatch, evidence) => {
                Self::Differs { expected: mismatch.expected, observed: mismatch.observed, evidence }
            }
            Attempt::Skipped(why) => Self::Skipped(why),
            Attempt::Broken(why, _) => Self::Broken(why),
        }
    }
}

/// A probe that was tried on a toolchain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tried {
    /// The probe's place in the job.
    pub probe: usize,
    /// The toolchain's place in the job.
    pub toolchain: usize,
    /// The probe.
    pub main: Outcome,
    /// Its control; skipped where the probe could not be run.
    pub control: Outcome,
}

/// Runs every contract probe that applies, on every toolchain, each with its control.
///
/// # Errors
/// The module proxy could not be laid out in the scratch directory.
pub fn experiment(job: &VerifyJob<'_>, machine: &Machine, ports: &Ports<'_>) -> io::Result<Vec<Tried>> {
    fixture::lay_out_proxy(machine, ports.host)?;
    let mut planned = Vec::new();
    for probe in job.probes {
        let applies = |t: &usize| probe.when.holds(&job.toolchains[*t].version, machine.platform);
        planned.extend((0..job.toolchains.len()).filter(applies).map(|toolchain| Planned { probe, toolchain }));
    }
    ports.observer.event(&Event::Planned(planned.len()));
    let shells = Shells::new(job.shells, machine, job.limit);
    // A probe that changes the machine must not run beside another one that does.
    let alone = Mutex::new(());
    let tried = |planned: &Planned<'_>, main: Outcome, control: Outcome| {
        let probe = job.probes.iter().position(|probe| std::ptr::eq(probe, planned.probe)).unwrap_or_default();
        let go = &job.toolchains[planned.toolchain].version;
        let (status, detail) = match (&main, &control) {
            (Outcome::Broken(why), _) | (_, Outcome::Broken(why)) => (Some(Status::Error), why.clone()),
            (Outcome::Skipped(_), _) | (_, Outcome::Skipped(_)) => (Some(Status::Skip), String::new()),
            _ => (None, String::new()),
        };
        let cell = format!("go{go} {}", planned.probe.id);
        ports.observer.event(&Event::CellFinished { cell, status, detail });
        Tried { probe, toolchain: planned.toolchain, main, control }
    };
    let ran = cells::run(
        &planned,
        &shells,
        job.toolchains,
        cells::Shared { job, machine, ports },
        |planned, cell| {
            let _guard = planned.probe.changes.as_ref().map(|_| alone.lock().unwrap_or_else(PoisonError::into_inner));
            let (main, control) = both(cell, machine, ports);
            tried(planned, main, control)
        },
        |planned, _, fault| {
            tried(planned, Outcome::Broken(fault.reason.clone()), Outcome::Skipped("not reached".to_owned()))
        },
    );
    ports.observer.event(&Event::Finished);
    let mut all = ran.results;
    all.sort_by_key(|tried| (tried.probe, tried.toolchain));
    Ok(all)
}

fn both(cell: &ProbeRun<'_>, machine: &Machine, ports: &Ports<'_>) -> (Outcome, Outcome) {
    if let Some((version, why)) = machine.wine.as_ref().zip(cell.probe.wine.as_ref()) {
        let skipped = Outcome::Skipped(format!("Wine {version} cannot tell: {why}"));
        return (skipped.clone(), skipped);
    }
    let run = |control: bool| {
        let dir = machine.platform.join(cell.dir, if control { "control" } else { "probe" });
        Outcome::from(attempt(cell, machine, ports, control)).named(&dir, &cell.toolchain.goroot)
    };
    let main = run(false);
    match &main {
        Outcome::Skipped(why) => (main.clone(), Outcome::Skipped(why.clone())),
        Outcome::Broken(_) => (main, Outcome::Skipped("not reached".to_owned())),
        Outcome::Held(_) | Outcome::Differs { .. } => {
            let control = run(true);
            (main, control)
        }
    }
}

/// What a control changes, in words: `GOBIN unset`.
#[must_use]
pub fn change_text(control: &Control) -> String {
    attempt::change_text(control)
}

/// What a probe is run with, so that a person can repeat it by hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReproSetting {
    /// The environment, without what every program of the system needs.
    pub env: Vec<(String, String)>,
    /// With every placeholder filled.
    pub probe: Probe,
}

/// The setting of a probe with `dir` as its own directory and as the scratch directory.
///
/// # Errors
/// The name of a placeholder that has no value here.
pub fn setting(
    probe: &Probe,
    toolchain: &Toolchain,
    other: Option<&Toolchain>,
    machine: &Machine,
    dir: &str,
) -> Result<ReproSetting, String> {
    let mut machine = machine.clone();
    dir.clone_into(&mut machine.scratch);
    let mut values = sandbox::base_values(&machine, toolchain, other, dir);
    values.insert("CACHE".to_owned(), machine.platform.join(dir, "cache"));
    let mut env = sandbox::base_env(&machine, ProbeKind::Contract, &values);
    let probe = sandbox::filled(probe, &mut values)?;
    sandbox::change_env(&mut env, &probe.env, None);
    // The proxies and GOGC keep a run offline and quick; they do not change what it shows.
    let needless = |name: &str| WINDOWS_NEEDS.contains(&name) || matches!(name, "HTTP_PROXY" | "HTTPS_PROXY" | "GOGC");
    let env = env.iter().filter(|(name, _)| !needless(name));
    Ok(ReproSetting { env: env.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(), probe })
}
