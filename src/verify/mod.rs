//! Every probe on every toolchain, each with its control; a cell's verdict is
//! data. What prepares a toolchain is in `admit`, one cell in `cell`.

pub(crate) mod admit;
pub(crate) mod attempt;
pub(crate) mod blame;
pub(crate) mod cause;
pub(crate) mod cell;
pub(crate) mod cells;
pub(crate) mod culprit;
pub(crate) mod expect;
pub(crate) mod experiment;
pub(crate) mod fixture;
pub(crate) mod live;
pub(crate) mod place;
pub(crate) mod sandbox;
pub(crate) mod schedule;
pub(crate) mod shells;
pub(crate) mod step;
pub(crate) mod trouble;
pub(crate) mod warm;

pub use experiment::{Outcome, ReproSetting, Tried, change_text, experiment, setting};
pub use sandbox::Machine;
pub use shells::{OBSERVATION, WantedShells, look};

use crate::{
    goenv::toolchain::Toolchain,
    plan::{delivery::DeliverySource, shard::ShardCells},
    ports::{Executor, Host, KeptFiles, Observer, event::Event},
    probe::{Probe, ProbeKind},
    report::{ADMISSION, CellResult, shells::ShellView, verdict::Verdict},
};
use cell::{judge, unjudged};
use cells::Planned;
use live::LiveGo;
use shells::Shells;
use std::{io, time::Duration};

/// The outside world, as far as probes need it.
#[derive(Clone, Copy)]
pub struct Ports<'a> {
    /// Files.
    pub host: &'a dyn Host,
    /// Programs.
    pub executor: &'a dyn Executor,
    /// Progress.
    pub observer: &'a dyn Observer,
}

/// What is to be judged.
#[derive(Clone, Debug)]
pub struct VerifyJob<'a> {
    /// In the order in which they are reported.
    pub probes: &'a [Probe],
    /// Oldest first.
    pub toolchains: &'a [Toolchain],
    /// Versions that were asked for and cannot be judged, each with the verdict of all its cells.
    pub absent: &'a [(String, Verdict)],
    /// The shells through which the live environment is looked at.
    pub shells: WantedShells<'a>,
    /// Judge this step without a record of `apply` too, by what Go's own rules say of its environment.
    pub by_gos_rules: bool,
    /// Only these cells of contract probes; `None`: all.
    pub part: Option<&'a ShardCells>,
    /// At most so many cells at once.
    pub workers: usize,
    /// For each command of a probe that states no limit of its own.
    pub limit: Duration,
    /// Where compiled runtimes are kept; `None`: each is compiled anew.
    pub kept: Option<&'a dyn KeptFiles>,
}

/// The results of a job.
#[derive(Clone, Debug)]
pub struct Judged {
    /// In the order of the probes, versions side by side; the shells' cells behind them.
    pub results: Vec<CellResult>,
    /// What was seen through each shell.
    pub shells: Vec<ShellView>,
    /// The `go` that the live probes ran, if they ran.
    pub live: Option<Toolchain>,
    /// What the live probes were held against.
    pub delivery: Option<DeliverySource>,
}

/// Judges every cell.
///
/// # Errors
/// The module proxy could not be laid out in the scratch directory.
pub fn verify(job: &VerifyJob<'_>, machine: &Machine, ports: &Ports<'_>) -> io::Result<Judged> {
    fixture::lay_out_proxy(machine, ports.host)?;
    let (machine, live) = live_toolchain(job, machine, ports);
    let mut toolchains: Vec<Toolchain> = job.toolchains.to_vec();
    if let Live::Go(toolchain) = &live {
        toolchains.push(toolchain.clone());
    }
    let (planned, mut results) = cells_of(job, &live, &machine);
    let not_looked_through = not_looked_through(&live, &machine);
    let wanted = match not_looked_through {
        None => job.shells,
        Some(_) => WantedShells { cells: &[], ..job.shells },
    };
    let shells = Shells::new(wanted, &machine, job.limit);
    ports.observer.event(&Event::Planned(planned.len() + wanted.cells.len()));
    let ran = cells::run(
        &planned,
        &shells,
        &toolchains,
        cells::Shared { job, machine: &machine, ports },
        |_, cell| {
            let result = judge(cell, &machine, ports);
            // What may yet be skipped is told when all is known.
            if blame::is_open(&result, cell.probe, job.probes) { result } else { told(result, ports) }
        },
        |planned, go, _| {
            let go = go.version.to_string();
            told(CellResult { verdict: admit::without(&go), ..unjudged(planned.probe, &go) }, ports)
        },
    );
    results.extend(ran.results);
    for (toolchain, fault) in ran.faults {
        results.push(told(fault.result(&toolchains[toolchain].version.to_string()), ports));
    }
    settle(&mut results, job, ports);
    let (of_shells, views) = match (&live, not_looked_through) {
        (_, Some((go, verdict))) => (shells::without(&job.shells, &verdict, &go, &machine), Vec::new()),
        (Live::Go(toolchain), None) => shells.judged(&toolchain.version, &machine, ports),
        (Live::None(..), None) => (Vec::new(), Vec::new()),
    };
    if !views.is_empty() {
        of_shells.iter().for_each(|result| ports.observer.event(&finished(result)));
    }
    results.extend(of_shells);
    ports.observer.event(&Event::Finished);
    let live = match live {
        Live::Go(toolchain) => Some(toolchain),
        Live::None(..) => None,
    };
    Ok(Judged { results, shells: views, live, delivery: machine.delivery.map(|delivery| delivery.source) })
}

/// The cells that run, and the results of those that cannot.
fn cells_of<'a>(job: &VerifyJob<'a>, live: &Live, machine: &Machine) -> (Vec<Planned<'a>>, Vec<CellResult>) {
    let (mut planned, mut results) = (Vec::new(), Vec::new());
    for probe in job.probes {
        match (probe.kind, live) {
            (ProbeKind::Live, Live::None(go, verdict)) => {
                results.push(CellResult { verdict: verdict.clone(), ..unjudged(probe, go) });
            }
            (ProbeKind::Live, Live::Go(toolchain)) if probe.when.holds(&toolchain.version, machine.platform) => {
                planned.push(Planned { probe, toolchain: job.toolchains.len() })
            }
            (ProbeKind::Live, Live::Go(_)) => {}
            (ProbeKind::Contract, _) => {
                let applies = |t: &usize| {
                    let version = &job.toolchains[*t].version;
                    probe.when.holds(version, machine.platform)
                        && job.part.is_none_or(|part| part.holds(&probe.id, version))
                };
                planned.extend((0..job.toolchains.len()).filter(applies).map(|toolchain| Planned { probe, toolchain }));
                for (go, verdict) in job.absent {
                    if job.part.is_none_or(|part| part.holds_request(&probe.id, go)) {
                        results.extend(absent(probe, go, verdict, &results));
                    }
                }
            }
        }
    }
    (planned, results)
}

/// Decides whom to blame now that all is known, tells what was held back for it, and sorts by probe and version.
fn settle(results: &mut [CellResult], job: &VerifyJob<'_>, ports: &Ports<'_>) {
    let open: Vec<usize> = (0..results.len())
        .filter(|at| {
            let result = &results[*at];
            job.probes.iter().any(|probe| probe.id == result.probe && blame::is_open(result, probe, job.probes))
        })
        .collect();
    blame::settle(results, job.probes);
    open.into_iter().for_each(|at| ports.observer.event(&finished(&results[at])));
    let place = |probe: &str| job.probes.iter().position(|p| p.id == probe);
    results.sort_by_cached_key(|result| {
        (place(&result.probe), result.go.parse::<crate::goenv::version::GoVersion>().ok())
    });
}

/// The result of a cell whose version cannot be run, and before the first one of a version that is not what its
/// place says, the one error that it is.
fn absent(probe: &Probe, go: &str, verdict: &Verdict, results: &[CellResult]) -> Vec<CellResult> {
    match verdict {
        Verdict::Error { reason } => {
            let is_told = results.iter().any(|result| result.probe == ADMISSION && result.go == go);
            let fault = (!is_told).then(|| admit::Fault::unseen(reason).result(go));
            fault.into_iter().chain([CellResult { verdict: admit::without(go), ..unjudged(probe, go) }]).collect()
        }
        verdict => vec![CellResult { verdict: verdict.clone(), ..unjudged(probe, go) }],
    }
}

/// Why no shell is started, as the verdict of all of them under one version.
fn not_looked_through(live: &Live, machine: &Machine) -> Option<(String, Verdict)> {
    match (live, &machine.delivery) {
        (Live::None(go, verdict), _) => Some((go.clone(), verdict.clone())),
        (Live::Go(toolchain), Some(delivery)) if delivery.source == DeliverySource::Environment => {
            let reason = "nothing had to arrive: no `goenv-ci apply` left a record in RUNNER_TEMP".to_owned();
            Some((toolchain.version.to_string(), Verdict::Skip { reason }))
        }
        (Live::Go(_), _) => None,
    }
}

/// What live probes run.
enum Live {
    /// The `go` that the environment gives.
    Go(Toolchain),
    /// No `go`: under this version all of them have this verdict.
    None(String, Verdict),
}

/// The `go` of the live environment; where PATH has none, the newest of the
/// matrix is put at the end of PATH, so that there is something to run.
fn live_toolchain(job: &VerifyJob<'_>, machine: &Machine, ports: &Ports<'_>) -> (Machine, Live) {
    let mut machine = machine.clone();
    let wanted = !job.shells.cells.is_empty() || job.probes.iter().any(|p| p.kind == ProbeKind::Live);
    if machine.delivery.is_none() && !job.by_gos_rules || !wanted {
        let reason = "nothing to hold the environment against: no `goenv-ci apply` left a record in RUNNER_TEMP, and neither `--live` nor `--overlay` was asked for".to_owned();
        return (machine, Live::None(newest(job), Verdict::Skip { reason }));
    }
    if let (None, Some(newest)) = (step::resolve("go", &machine.env, ports.host), job.toolchains.last()) {
        let mut path: Vec<String> = machine.env.path_entries().into_iter().map(str::to_owned).collect();
        path.push(machine.platform.join(&newest.goroot, "bin"));
        machine.env.set(machine.platform.path_variable(), path.join(&machine.platform.list_separator().to_string()));
    }
    ports.observer.event(&Event::Stage("asking the `go` on PATH for its version".to_owned()));
    let live = match live::live_go(&mut machine, ports, job.limit) {
        LiveGo::Here(toolchain) => {
            if machine.delivery.is_none() {
                let dir = machine.platform.join(&machine.scratch, "live");
                machine.delivery = Some(live::by_gos_rules(&machine, &toolchain, &dir, ports.host));
            }
            Live::Go(toolchain)
        }
        LiveGo::Broken(go, reason) => {
            Live::None(if go.is_empty() { newest(job) } else { go }, Verdict::Error { reason })
        }
    };
    (machine, live)
}

/// The version under which cells are listed that have no `go` to run.
fn newest(job: &VerifyJob<'_>) -> String {
    job.toolchains.last().map_or_else(|| "path".to_owned(), |t| t.version.to_string())
}

fn told(result: CellResult, ports: &Ports<'_>) -> CellResult {
    ports.observer.event(&finished(&result));
    result
}

fn finished(result: &CellResult) -> Event {
    let detail = match &result.verdict {
        Verdict::Pass => String::new(),
        Verdict::Fail { expected, observed } => format!("expected {expected}, saw {observed}"),
        Verdict::Skip { reason } | Verdict::Error { reason } => reason.clone(),
    };
    Event::CellFinished {
        cell: format!("go{} {}", result.go, result.probe),
        status: Some(result.verdict.status()),
        detail,
    }
}
