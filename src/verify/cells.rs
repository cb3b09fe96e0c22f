//! The order of work: a toolchain is admitted before its cells run, and warmed
//! before those that link a program.

use crate::verify::{Machine, Ports, VerifyJob, admit, cell::ProbeRun, schedule, shells::Shells};
use crate::{goenv::toolchain::Toolchain, ports::event::Event, probe::Probe};
use std::sync::{Mutex, OnceLock, PoisonError};

/// One thing a worker does.
enum WorkerTask {
    Admit(usize),
    Warm(usize),
    Observe(usize),
    Judge(usize),
}

/// A probe, and the toolchain it is for; the last toolchain is the live one.
pub(crate) struct Planned<'a> {
    pub probe: &'a Probe,
    pub toolchain: usize,
}

/// What every cell shares.
#[derive(Clone, Copy)]
pub(crate) struct Shared<'a> {
    pub job: &'a VerifyJob<'a>,
    pub machine: &'a Machine,
    pub ports: &'a Ports<'a>,
}

/// Admits and warms each toolchain as far as its cells need it, and runs every cell.
///
/// `one` judges a cell; `broken` gives the result of a cell whose toolchain cannot be judged.
pub(crate) fn run<R: Send>(
    planned: &[Planned<'_>],
    shells: &Shells<'_>,
    toolchains: &[Toolchain],
    Shared { job, machine, ports }: Shared<'_>,
    one: impl Fn(&Planned<'_>, &ProbeRun<'_>) -> R + Sync,
    broken: impl Fn(&Planned<'_>, &Toolchain, &str) -> R + Sync,
) -> Vec<R> {
    // The live `go` alone needs no toolchain of the matrix.
    let contract = if planned.is_empty() { 0 } else { job.toolchains.len() };
    let mut tasks: Vec<WorkerTask> =
        (0..contract).map(WorkerTask::Admit).chain((0..contract).map(WorkerTask::Warm)).collect();
    // A shell needs no toolchain: it runs while the probes wait for theirs.
    tasks.extend((0..shells.len()).map(WorkerTask::Observe));
    tasks.extend((0..planned.len()).map(WorkerTask::Judge));
    let judge = tasks.len() - planned.len();
    let first_live = planned.iter().position(|cell| cell.toolchain >= contract && cell.probe.links());
    let after = |at: usize| match &tasks[at] {
        WorkerTask::Admit(_) | WorkerTask::Observe(_) => None,
        WorkerTask::Warm(toolchain) => Some(*toolchain),
        WorkerTask::Judge(cell) => {
            let Planned { probe, toolchain } = &planned[*cell];
            match *toolchain < contract {
                true if probe.links() => Some(contract + toolchain),
                true => Some(*toolchain),
                // The first live probe that links compiles the runtime into the cache of this step, if it is cold.
                false if probe.links() => first_live.filter(|first| *first < *cell).map(|first| judge + first),
                false => None,
            }
        }
    };
    let links = |cell: &Planned<'_>, warm: usize| cell.probe.links() && cell.toolchain == warm;
    let runs = |admit: usize| {
        let version = &toolchains[admit].version;
        job.part.is_none() || planned.iter().any(|cell| toolchains[cell.toolchain].version == *version)
    };
    let needed = |warm: usize| planned.iter().any(|cell| links(cell, warm));
    let admitted: Vec<OnceLock<Result<(), String>>> = (0..contract).map(|_| OnceLock::new()).collect();
    let warmed: Vec<OnceLock<Result<(), String>>> = (0..contract).map(|_| OnceLock::new()).collect();
    let stage = |what: String| ports.observer.event(&Event::Stage(what));
    let results = Mutex::new(Vec::with_capacity(planned.len()));
    schedule::run(tasks.len(), job.workers, after, |at| match &tasks[at] {
        // A toolchain that is only here because probes of this shard need a second one runs no probe itself.
        WorkerTask::Admit(t) if !runs(*t) => drop(admitted[*t].set(Ok(()))),
        WorkerTask::Admit(t) => {
            stage(format!("checking that Go {} compiles", toolchains[*t].version));
            drop(admitted[*t].set(admit::admit(&toolchains[*t], machine, ports, job.limit)));
        }
        WorkerTask::Warm(t) => {
            let outcome = match admitted[*t].get() {
                Some(Err(why)) => Err(why.clone()),
                _ if !needed(*t) => Ok(()),
                _ => {
                    stage(format!("compiling the runtime of Go {}", toolchains[*t].version));
                    admit::warm(&toolchains[*t], machine, ports, job.limit)
                }
            };
            drop(warmed[*t].set(outcome));
        }
        WorkerTask::Observe(shell) => shells.observe(*shell, machine, ports),
        WorkerTask::Judge(cell) => {
            let Planned { probe, toolchain } = &planned[*cell];
            let stage = if probe.links() { &warmed } else { &admitted };
            let fault = stage.get(*toolchain).and_then(|s| s.get()).and_then(|s| s.as_ref().err());
            let dir = machine.platform.join(&machine.scratch, &format!("c{cell}"));
            let go = &toolchains[*toolchain];
            let other = job.toolchains.iter().rev().find(|other| other.version != go.version);
            let result = match fault {
                Some(why) => broken(&planned[*cell], go, why),
                None => one(&planned[*cell], &ProbeRun { probe, toolchain: go, other, dir: &dir, limit: job.limit }),
            };
            results.lock().unwrap_or_else(PoisonError::into_inner).push(result);
        }
    });
    results.into_inner().unwrap_or_else(PoisonError::into_inner)
}
