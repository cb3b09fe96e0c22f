//! The order of work: a toolchain is admitted before its cells run, and warmed
//! before those that link a program.

use crate::verify::{
    Machine, Ports, VerifyJob,
    admit::{self, Fault},
    cell::ProbeRun,
    schedule,
    shells::Shells,
    warm::Runtimes,
};
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

/// What came of all cells.
pub(crate) struct Ran<R> {
    /// As they ended.
    pub results: Vec<R>,
    /// Toolchains that cannot be judged, by their place among all.
    pub faults: Vec<(usize, Fault)>,
}

/// Admits and warms each toolchain as far as its cells need it, and runs every cell.
///
/// `one` judges a cell; `without` gives the result of one whose toolchain cannot be judged.
pub(crate) fn run<R: Send>(
    planned: &[Planned<'_>],
    shells: &Shells<'_>,
    toolchains: &[Toolchain],
    Shared { job, machine, ports }: Shared<'_>,
    one: impl Fn(&Planned<'_>, &ProbeRun<'_>) -> R + Sync,
    without: impl Fn(&Planned<'_>, &Toolchain, &Fault) -> R + Sync,
) -> Ran<R> {
    // The live `go` alone needs no toolchain of the matrix.
    let contract = if planned.is_empty() { 0 } else { job.toolchains.len() };
    let mut tasks: Vec<WorkerTask> =
        (0..contract).map(WorkerTask::Admit).chain((0..contract).map(WorkerTask::Warm)).collect();
    // A shell needs no toolchain: it runs while the probes wait for theirs.
    tasks.extend((0..shells.len()).map(WorkerTask::Observe));
    tasks.extend((0..planned.len()).map(WorkerTask::Judge));
    let first_judge = tasks.len() - planned.len();
    let first_live = planned.iter().position(|cell| cell.toolchain >= contract && cell.probe.links());
    let after = |task: &WorkerTask| match task {
        WorkerTask::Admit(_) | WorkerTask::Observe(_) => Vec::new(),
        WorkerTask::Warm(toolchain) => vec![*toolchain],
        WorkerTask::Judge(cell) => {
            let Planned { probe, toolchain } = &planned[*cell];
            let own = match *toolchain < contract {
                true if probe.links() => Some(contract + toolchain),
                true => Some(*toolchain),
                // The first live probe that links compiles the runtime into the cache of this step, if it is cold.
                false if probe.links() => first_live.filter(|first| *first < *cell).map(|first| first_judge + first),
                false => None,
            };
            // A second toolchain that is broken would be taken for a fault of the first.
            let all = if probe.needs_other() { 0..contract } else { 0..0 };
            own.into_iter().chain(all).collect()
        }
    };
    let after: Vec<Vec<usize>> = tasks.iter().map(after).collect();
    let links = |cell: &Planned<'_>, warm: usize| cell.probe.links() && cell.toolchain == warm;
    let runs = |admit: usize| planned.iter().any(|cell| cell.probe.needs_other() || cell.toolchain == admit);
    let needed = |warm: usize| planned.iter().any(|cell| links(cell, warm));
    let admitted: Vec<OnceLock<Result<(), Fault>>> = (0..contract).map(|_| OnceLock::new()).collect();
    let warmed: Vec<OnceLock<Result<(), Fault>>> = (0..contract).map(|_| OnceLock::new()).collect();
    let admission = |toolchain: usize| admitted.get(toolchain)?.get()?.as_ref().err();
    let warming = |toolchain: usize| warmed.get(toolchain)?.get()?.as_ref().err();
    let runtimes = Runtimes::new(job.kept);
    let stage = |what: String| ports.observer.event(&Event::Stage(what));
    let results = Mutex::new(Vec::with_capacity(planned.len()));
    schedule::run(tasks.len(), job.workers, &after, |at| match &tasks[at] {
        WorkerTask::Admit(t) if !runs(*t) => drop(admitted[*t].set(Ok(()))),
        WorkerTask::Admit(t) => {
            stage(format!("checking that Go {} works", toolchains[*t].version));
            drop(admitted[*t].set(admit::admit(&toolchains[*t], machine, ports, job.limit)));
        }
        WorkerTask::Warm(t) if admission(*t).is_some() || !needed(*t) => drop(warmed[*t].set(Ok(()))),
        WorkerTask::Warm(t) => {
            drop(warmed[*t].set(admit::warm(&toolchains[*t], machine, ports, job.limit, &runtimes)));
        }
        WorkerTask::Observe(shell) => shells.observe(*shell, machine, ports),
        WorkerTask::Judge(cell) => {
            let Planned { probe, toolchain } = &planned[*cell];
            let dir = machine.platform.join(&machine.scratch, &format!("c{cell}"));
            let go = &toolchains[*toolchain];
            let works = |t: &usize| admission(*t).is_none() && toolchains[*t].version != go.version;
            let other = (0..job.toolchains.len()).rev().find(works).map(|t| &toolchains[t]);
            let fault = admission(*toolchain).or_else(|| warming(*toolchain).filter(|_| probe.links()));
            let result = match fault {
                Some(fault) => without(&planned[*cell], go, fault),
                None => one(&planned[*cell], &ProbeRun { probe, toolchain: go, other, dir: &dir, limit: job.limit }),
            };
            results.lock().unwrap_or_else(PoisonError::into_inner).push(result);
        }
    });
    let faults = [admitted, warmed].into_iter().flat_map(|stage| stage.into_iter().enumerate());
    let faults = faults.filter_map(|(toolchain, outcome)| Some((toolchain, outcome.into_inner()?.err()?)));
    Ran { faults: faults.collect(), results: results.into_inner().unwrap_or_else(PoisonError::into_inner) }
}
