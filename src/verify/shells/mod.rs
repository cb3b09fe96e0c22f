//! The shells as a dimension: each starts this program, which writes down what
//! it sees, once as things are and once with everything changed. How they are
//! started is in `start`, the verdicts are in `judge`, their causes in `cause`.

pub(crate) mod cause;
pub(crate) mod judge;
pub(crate) mod look;
pub(crate) mod path;
pub(crate) mod start;

pub use look::look;
pub use start::OBSERVATION;

use crate::verify::{Machine, Ports, cause::Asked};
use crate::{
    goenv::version::GoVersion,
    probe::ProbeKind,
    report::{
        CellResult,
        shells::{Observation, ShellCell, ShellKind, ShellView},
        verdict::{Evidence, Verdict},
    },
};
use start::Start;
use std::{
    sync::OnceLock,
    time::{Duration, Instant},
};

/// Which cells are wanted, and who looks.
#[derive(Clone, Copy, Debug)]
pub struct WantedShells<'a> {
    /// Shell by shell.
    pub cells: &'a [ShellCell],
    /// This program's own file, absolute: what the shells start.
    pub observer: &'a str,
}

/// What came of one shell.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    /// The file that was started.
    program: Option<String>,
    /// As things are.
    plain: Result<Observation, Unseen>,
    /// With everything changed; not reached where the first one is nothing.
    changed: Result<Observation, String>,
    /// What the changed environment held.
    given: Observation,
    evidence: Vec<Evidence>,
    duration: Duration,
}

/// Why nothing was seen.
#[derive(Clone, Debug)]
pub(crate) enum Unseen {
    /// The shell is not there.
    Absent(String),
    /// It did not do what it was asked to.
    Broken(String),
}

impl Unseen {
    fn verdict(&self) -> Verdict {
        match self {
            Self::Absent(reason) => Verdict::Skip { reason: reason.clone() },
            Self::Broken(reason) => Verdict::Error { reason: reason.clone() },
        }
    }
}

/// The shells of one run.
pub(crate) struct Shells<'a> {
    wanted: WantedShells<'a>,
    kinds: Vec<ShellKind>,
    seen: Vec<OnceLock<Seen>>,
    limit: Duration,
}

impl<'a> Shells<'a> {
    /// Those that are wanted, and the direct start that they are held against.
    pub(crate) fn new(wanted: WantedShells<'a>, machine: &Machine, limit: Duration) -> Self {
        let asked = |kind: &ShellKind| wanted.cells.iter().any(|cell| cell.shell == *kind);
        let needed = |kind: &&ShellKind| asked(kind) || (**kind == ShellKind::Direct && !wanted.cells.is_empty());
        let kinds: Vec<ShellKind> = ShellKind::of(machine.platform).iter().filter(needed).copied().collect();
        let seen = kinds.iter().map(|_| OnceLock::new()).collect();
        Self { wanted, kinds, seen, limit }
    }

    /// How many are to be started.
    pub(crate) fn len(&self) -> usize {
        self.kinds.len()
    }

    /// Starts one of them, twice.
    pub(crate) fn observe(&self, at: usize, machine: &Machine, ports: &Ports<'_>) {
        let begun = Instant::now();
        let dir = dir_of(at, machine);
        let start = start::of(self.kinds[at], self.wanted.observer, &dir, machine, ports.host);
        let mut seen = match &start {
            Start::Absent(why) => nothing(Unseen::Absent(why.clone())),
            Start::Ready(ready) => look::both(ready, &dir, self, machine, ports),
        };
        if let Err(error) = ports.host.remove(&dir) {
            seen.plain = Err(Unseen::Broken(format!("`{dir}` could not be removed afterwards: {error}")));
        }
        seen.duration = begun.elapsed();
        drop(self.seen[at].set(seen));
    }

    /// The verdicts, and what each shell saw. `go` is the version that the cells are listed under.
    pub(crate) fn judged(
        self,
        go: &GoVersion,
        machine: &Machine,
        ports: &Ports<'_>,
    ) -> (Vec<CellResult>, Vec<ShellView>) {
        let unreached = || nothing(Unseen::Broken("it was not reached".to_owned()));
        let seen: Vec<Seen> = self.seen.into_iter().map(|cell| cell.into_inner().unwrap_or_else(unreached)).collect();
        let Some(direct) = seen.first() else { return (Vec::new(), Vec::new()) };
        let (mut results, mut views) = (Vec::new(), Vec::new());
        for (at, (kind, seen)) in self.kinds.iter().zip(&seen).enumerate() {
            let dir = dir_of(at, machine);
            let asked = Asked { version: go, dir: &dir, machine, host: ports.host };
            let ground = judge::Ground::of(*kind, seen, direct, asked);
            let mut view = ShellView {
                shell: *kind,
                program: seen.program.clone(),
                sees: seen.plain.as_ref().ok().map(|plain| plain.sight.clone()),
                differs: Vec::new(),
                added: ground.added(),
            };
            let cells: Vec<&ShellCell> = self.wanted.cells.iter().filter(|cell| cell.shell == *kind).collect();
            for cell in &cells {
                let result = CellResult {
                    duration: seen.duration / u32::try_from(cells.len()).unwrap_or(1),
                    ..ground.judge(**cell)
                };
                if matches!(result.verdict, Verdict::Fail { .. }) {
                    view.differs.push(cell.aspect);
                }
                results.push(result);
            }
            views.extend((!cells.is_empty()).then_some(view));
        }
        (results, views)
    }
}

/// The directory in which one of the shells is started.
fn dir_of(at: usize, machine: &Machine) -> String {
    machine.platform.join(&machine.scratch, &format!("sh{at}"))
}

/// All cells with one verdict, where nothing is started at all.
pub(crate) fn without(wanted: &WantedShells<'_>, verdict: &Verdict, go: &str, machine: &Machine) -> Vec<CellResult> {
    let cells = wanted.cells.iter();
    cells.map(|cell| CellResult { verdict: verdict.clone(), ..unjudged(*cell, go, machine) }).collect()
}

fn unjudged(cell: ShellCell, go: &str, machine: &Machine) -> CellResult {
    CellResult {
        probe: cell.id(),
        variable: cell.aspect.variable().to_owned(),
        go: go.to_owned(),
        kind: ProbeKind::Live,
        why: cell.why(machine.platform),
        verdict: Verdict::Error { reason: "it was not reached".to_owned() },
        cause: None,
        control: String::new(),
        evidence: Vec::new(),
        duration: Duration::ZERO,
    }
}

fn nothing(why: Unseen) -> Seen {
    Seen {
        program: None,
        plain: Err(why),
        changed: Err("the control was not reached".to_owned()),
        given: Observation::default(),
        evidence: Vec::new(),
        duration: Duration::ZERO,
    }
}
