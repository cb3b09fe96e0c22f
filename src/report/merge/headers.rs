//! What shards say beside their results: machines, toolchains, notes, each entry
//! once, in order, up to a limit; and which part of the planned cells each shard
//! is, so that a shard that is missing can be named with its cells.

use crate::report::merge::read::Head;
use crate::{
    drives::wire::DrivesV1,
    output::sanitize::clip,
    plan::delivery::DeliverySource,
    report::{
        RunnerFacts,
        merge::{MOST_NAMED, Merged, Problem, ProblemKind, json::Rest},
        wire::{ProblemV1, RunV1, ShardV1, UnrunV1},
    },
};
use serde::Serialize;
use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    time::Duration,
};

/// Entries that are kept of each kind.
const MOST: usize = 2_000;
/// Machines that are told apart.
const MOST_RUNNERS: usize = 10_000;
/// Cells of one plan. More are not planned, and each one is looked up where its shard is missing.
const MOST_CELLS: usize = 200_000;
/// Different plans of one merge.
const MOST_PLANS: usize = 1_000;

/// The shards of one plan on one machine.
#[derive(Debug)]
struct ShardPlan {
    /// What the first of them says of the plan.
    first: ShardV1,
    /// The shards that arrived, from 1.
    arrived: BTreeSet<usize>,
    /// The path of the first one.
    path: String,
}

/// What the shards say beside their results, merged.
#[derive(Default)]
pub(crate) struct Headers {
    rest: Rest,
    /// Entries that are in `rest`, as JSON.
    held: HashSet<String>,
    /// By name.
    runners: HashMap<String, RunnerFacts>,
    /// Their names, in order of first appearance.
    order: Vec<String>,
    /// By machine, number of shards and fingerprint.
    plans: BTreeMap<(String, usize, String), ShardPlan>,
    /// Versions of the toolchains.
    go: BTreeSet<String>,
    /// What reports are called that have no result and are no shard of a plan.
    empty: Vec<String>,
    /// Whether a shard named its delivery.
    has_delivery: bool,
    /// Whether a shard named its run.
    has_run: bool,
    duration: Duration,
}

impl Headers {
    /// Adds what one shard with so many results says.
    pub fn add(&mut self, head: Head, results: usize, path: &str, merged: &mut Merged) {
        // A shard may have nothing to do, and a merge says of its own inputs what is wrong with them.
        if results == 0 && head.shard.is_none() && head.merged.is_none() {
            self.empty.push(path.to_owned());
        }
        let name = head.runner_name().unwrap_or_default();
        let was_merged = !head.runners.is_empty();
        if let Some(runner) = head.runner.filter(|_| !was_merged) {
            self.runner(runner);
        }
        for runner in head.runners {
            self.runner(runner.into());
        }
        self.go.extend(head.toolchains.iter().take(MOST).map(|t| clip(&t.version, 40).into_owned()));
        self.delivery(head.delivery);
        self.when(head.started_at, head.run);
        self.entries(head.toolchains, |rest| &mut rest.toolchains);
        self.entries(head.missing, |rest| &mut rest.missing);
        self.entries(head.sources, |rest| &mut rest.sources);
        self.entries(head.notes, |rest| &mut rest.notes);
        self.entries(head.shells, |rest| &mut rest.shells);
        let DrivesV1 { places, advice } = head.drives;
        self.entries(places, |rest| &mut rest.drives.places);
        self.entries(advice, |rest| &mut rest.drives.advice);
        self.duration += Duration::from_millis(head.duration_ms);
        merged.shards += 1;
        if let Some(shard) = head.shard {
            self.shard(shard, name, path, merged);
        }
        // What a merge had to say of its own inputs stays true.
        if let Some(before) = head.merged {
            merged.shards = merged.shards + before.shards - 1.min(before.shards);
            merged.more_problems += before.problem_count.saturating_sub(before.problems.len());
            for ProblemV1 { kind, shard, detail } in before.problems {
                match ProblemKind::ALL.into_iter().find(|known| known.name() == kind) {
                    Some(kind) => problem(merged, kind, &shard, &detail),
                    // Of a later version.
                    None => merged.more_problems += 1,
                }
            }
            merged.duplicates.count += before.duplicate_count.max(before.conflict_count);
            merged.duplicates.conflicts += before.conflict_count;
            let room = MOST_NAMED.saturating_sub(merged.duplicates.named.len());
            merged.duplicates.named.extend(before.duplicates.into_iter().take(room));
            merged.unrun.count += before.unrun_count;
            let room = MOST_NAMED.saturating_sub(merged.unrun.named.len());
            merged.unrun.named.extend(before.unrun.into_iter().take(room));
        }
    }

    /// The delivery that all shards have in common which name one; none where they differ.
    fn delivery(&mut self, new: Option<DeliverySource>) {
        if let Some(new) = new {
            let first = !std::mem::replace(&mut self.has_delivery, true);
            self.rest.delivery = if first { Some(new) } else { self.rest.delivery.filter(|held| *held == new) };
        }
    }

    /// The earliest start, and the run that all shards have in common which name one, with its last attempt.
    fn when(&mut self, started_at: Option<String>, run: Option<RunV1>) {
        let began = [self.rest.started_at.take(), started_at.map(|at| clip(&at, 40).into_owned())];
        self.rest.started_at = began.into_iter().flatten().min();
        if let Some(RunV1 { id, attempt }) = run {
            let run = RunV1 { id: clip(&id, 40).into_owned(), attempt };
            let first = !std::mem::replace(&mut self.has_run, true);
            self.rest.run = match self.rest.run.take() {
                None if first => Some(run),
                held => held
                    .filter(|held| held.id == run.id)
                    .map(|held| RunV1 { attempt: held.attempt.max(run.attempt), ..held }),
            };
        }
    }

    fn runner(&mut self, facts: RunnerFacts) {
        let name = facts.name();
        if self.runners.len() >= MOST_RUNNERS {
            self.rest.left_out += usize::from(!self.runners.contains_key(&name));
        } else if !self.runners.contains_key(&name) {
            let cut = |text: &str| clip(text, 120).into_owned();
            let facts = RunnerFacts {
                os: cut(&facts.os),
                arch: cut(&facts.arch),
                image: cut(&facts.image),
                image_version: cut(&facts.image_version),
            };
            self.order.push(name.clone());
            self.runners.insert(name, facts);
        } else if let Some(held) = self.runners.get_mut(&name)
            && held.image_version.len() < 120
            && !held.image_version.split(", ").any(|version| version == facts.image_version)
        {
            // Images are rolled out while a run is under way.
            let both = format!("{}, {}", held.image_version, clip(&facts.image_version, 40));
            held.image_version = both.trim_start_matches(", ").to_owned();
        }
    }

    fn entries<T: Serialize>(&mut self, new: Vec<T>, list: fn(&mut Rest) -> &mut Vec<T>) {
        for entry in new {
            let text = serde_json::to_string(&entry).unwrap_or_default();
            if self.held.contains(&text) {
                continue;
            }
            if list(&mut self.rest).len() >= MOST || text.len() > 64 * 1024 {
                self.rest.left_out += 1;
                continue;
            }
            self.held.insert(text);
            list(&mut self.rest).push(entry);
        }
    }

    fn shard(&mut self, shard: ShardV1, runner: String, path: &str, merged: &mut Merged) {
        let fine = (1..=crate::plan::shard::MOST_SHARDS).contains(&shard.total)
            && (1..=shard.total).contains(&shard.index)
            && shard.planned.starts.len() == shard.total
            && shard.planned.starts.is_sorted()
            && (shard.planned.versions.len().saturating_mul(shard.planned.probes.len()))
                .saturating_add(shard.planned.live.len())
                <= MOST_CELLS;
        if !fine {
            return problem(
                merged,
                ProblemKind::OtherPlan,
                path,
                "its results are taken, but what it says of its shard does not hold together",
            );
        }
        let index = shard.index;
        let key = (runner, shard.total, shard.fingerprint.clone());
        if self.plans.len() >= MOST_PLANS && !self.plans.contains_key(&key) {
            return problem(
                merged,
                ProblemKind::OtherPlan,
                path,
                "its results are taken, but there are too many plans to look whether all shards came",
            );
        }
        let plan = self.plans.entry(key).or_insert_with(|| ShardPlan {
            first: shard,
            arrived: BTreeSet::new(),
            path: path.to_owned(),
        });
        plan.arrived.insert(index);
    }

    /// Names the shards that did not come, and the cells that nobody ran for that.
    pub fn close(&mut self, merged: &mut Merged, was_run: &mut dyn FnMut(&str, &str, &str) -> bool) {
        if merged.tally.total() > 0 {
            for name in &self.empty {
                problem(merged, ProblemKind::Empty, name, "it has no result: nothing was judged there");
            }
        }
        let facts = |name: &String| self.runners.get(name).cloned();
        merged.runners = self.order.iter().filter_map(facts).collect();
        merged.duration = self.duration;
        let mut versions: Vec<String> = self.go.iter().cloned().collect();
        versions.sort_by_cached_key(|text| (text.parse::<crate::goenv::version::GoVersion>().ok(), text.clone()));
        merged.toolchains = versions;
        let mut plans_of: BTreeMap<&str, Vec<&ShardPlan>> = BTreeMap::new();
        for ((runner, ..), plan) in &self.plans {
            plans_of.entry(runner).or_default().push(plan);
        }
        for (runner, plans) in plans_of {
            let largest = plans.iter().map(|plan| plan.arrived.len()).max().unwrap_or(0);
            let main = plans.iter().position(|plan| plan.arrived.len() == largest).unwrap_or(0);
            for (at, plan) in plans.iter().enumerate() {
                if at != main {
                    let detail =
                        format!("on {runner} it was cut from other cells, or otherwise, than `{}`", plans[main].path);
                    problem(merged, ProblemKind::OtherPlan, &plan.path, &detail);
                }
                missing(plan, runner, merged, was_run);
            }
        }
    }

    pub fn rest(&self) -> &Rest {
        &self.rest
    }
}

fn missing(plan: &ShardPlan, runner: &str, merged: &mut Merged, was_run: &mut dyn FnMut(&str, &str, &str) -> bool) {
    let ShardV1 { total, planned, .. } = &plan.first;
    let list = crate::plan::shard::CellList {
        versions: planned.versions.clone(),
        probes: planned.probes.clone(),
        live: planned.live.clone(),
    };
    for index in (1..=*total).filter(|index| !plan.arrived.contains(index)) {
        let from = planned.starts[index - 1];
        let to = planned.starts.get(index).copied().unwrap_or(list.len()).min(list.len());
        let mut cells = 0;
        for (probe, go) in (from..to).filter_map(|at| list.cell(at)) {
            if go.is_some_and(|go| was_run(probe, go, runner)) {
                continue;
            }
            cells += 1;
            merged.unrun.count += 1;
            if merged.unrun.named.len() < MOST_NAMED {
                merged.unrun.named.push(UnrunV1 {
                    probe: probe.to_owned(),
                    go: go.unwrap_or_default().to_owned(),
                    runner: runner.to_owned(),
                });
            }
        }
        let detail = match cells {
            0 => "no report of it came; it had no cell of its own".to_owned(),
            1 => "no report of it came; 1 cell was not run".to_owned(),
            many => format!("no report of it came; {many} cells were not run"),
        };
        problem(merged, ProblemKind::Missing, &format!("shard {index}/{total} on {runner}"), &detail);
    }
}

/// Adds a problem, up to [`MOST_NAMED`]; further ones are counted.
pub(crate) fn problem(merged: &mut Merged, kind: ProblemKind, shard: &str, detail: &str) {
    if merged.problems.len() < MOST_NAMED {
        let cut = |text: &str| clip(text, 500).into_owned();
        merged.problems.push(Problem { kind, shard: cut(shard), detail: cut(detail) });
    } else {
        merged.more_problems += 1;
    }
}
