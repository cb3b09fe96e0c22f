//! Many mutants on several versions, a few at a time: one is built while another is judged.

use crate::{
    kept::{Kept, Slot},
    mutant::Mutant,
    neighbours,
    support::judged,
    toolchain::Toolchain,
    trial::{self, Outcome, Probes},
};
use std::{
    collections::BTreeMap,
    env,
    path::Path,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

/// The outcomes of one version, by the id of the mutant.
pub struct Sweep {
    /// As in `1.22.10`.
    pub version: String,
    /// Of the mutants that are for this version.
    pub outcomes: BTreeMap<String, Outcome>,
    /// How many of them are of an earlier goenv-ci.
    pub earlier: usize,
}

/// The versions that GOENV_CI_DETECTION_GO names, or else these.
pub fn chosen_versions(default: &str) -> Vec<String> {
    let text = env::var("GOENV_CI_DETECTION_GO").unwrap_or_else(|_| default.to_owned());
    text.split(',').map(|version| version.trim().to_owned()).filter(|version| !version.is_empty()).collect()
}

/// When no further mutant is begun, where GOENV_CI_DETECTION_MINUTES says so.
fn deadline() -> Option<Instant> {
    let minutes: u64 = env::var("GOENV_CI_DETECTION_MINUTES").ok()?.parse().expect("a number of minutes");
    Some(Instant::now() + Duration::from_secs(60 * minutes))
}

/// Judges these mutants, each with the probes that `judged_by` says, on each of these versions of a tool cache, such as
/// `1.22`. What is kept is not judged again.
pub fn run(
    tool_cache: &Path,
    versions: &[String],
    mutants: &[&Mutant],
    judged_by: fn(&Mutant) -> Probes,
    kept: Option<&Kept>,
) -> Vec<Sweep> {
    let deadline = deadline();
    let toolchains: Vec<Toolchain> =
        versions.iter().map(|version| Toolchain::at(&judged::goroot(tool_cache, version))).collect();
    let others = ["1.21", "1.22"].map(|version| Toolchain::at(&judged::goroot(tool_cache, version)));
    toolchains
        .iter()
        .map(|toolchain| {
            let other = others.iter().find(|other| other.version != toolchain.version);
            let version = toolchain.version.to_string();
            let (outcomes, earlier) = one_version(toolchain, other, mutants, judged_by, kept, deadline);
            Sweep { version, outcomes, earlier }
        })
        .collect()
}

fn one_version(
    toolchain: &Toolchain,
    other: Option<&Toolchain>,
    mutants: &[&Mutant],
    judged_by: fn(&Mutant) -> Probes,
    kept: Option<&Kept>,
    deadline: Option<Instant>,
) -> (BTreeMap<String, Outcome>, usize) {
    let began = Instant::now();
    neighbours::warm_up(toolchain);
    let unchanged = toolchain.build(&BTreeMap::new()).unwrap();
    let (failed, errors) = trial::verify(toolchain, &unchanged, None, None);
    assert!(failed.is_empty() && errors == 0, "the unchanged go {} fails: {failed:?}", toolchain.version);
    let differing = neighbours::env_differs(toolchain, &unchanged);
    let empty = neighbours::empty_directories(toolchain, &unchanged, "").unwrap();
    assert!(empty.is_empty(), "with the unchanged go {} these are empty: {empty:?}", toolchain.version);
    eprintln!("{}: the unchanged go passes ({} s)", toolchain.version, began.elapsed().as_secs());

    let queue = Mutex::new(mutants.iter().filter(|mutant| mutant.is_for(&toolchain.version)));
    let outcomes = Mutex::new(BTreeMap::new());
    let earlier = AtomicUsize::new(0);
    let workers = thread::available_parallelism().map_or(2, usize::from).min(8);
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                loop {
                    // The lock is not held while the mutant is judged.
                    let next = queue.lock().unwrap().next();
                    let Some(mutant) = next else { return };
                    let kept = kept.as_ref().map(|kept| kept.of(toolchain, mutant));
                    let before = kept.as_ref().and_then(Slot::read);
                    if before.is_none() && deadline.is_some_and(|deadline| Instant::now() > deadline) {
                        continue;
                    }
                    let again = if before.is_some() { " (kept)" } else { "" };
                    earlier.fetch_add(usize::from(kept.as_ref().is_some_and(Slot::is_earlier)), Ordering::Relaxed);
                    let outcome =
                        before.unwrap_or_else(|| trial::run(toolchain, other, &differing, mutant, judged_by(mutant)));
                    eprintln!("{} {}: {}{again}", toolchain.version, mutant.id, line(mutant, &outcome));
                    if let Some(slot) = kept {
                        slot.write(&outcome);
                    }
                    outcomes.lock().unwrap().insert(mutant.id.clone(), outcome);
                }
            });
        }
    });
    let took = began.elapsed();
    let outcomes = outcomes.into_inner().unwrap();
    eprintln!("{}: {} mutants in {} s", toolchain.version, outcomes.len(), took.as_secs());
    (outcomes, earlier.into_inner())
}

/// What came of a mutant, in one line.
fn line(mutant: &Mutant, outcome: &Outcome) -> String {
    let seconds = |time: Duration| format!("{}.{}", time.as_secs(), time.subsec_millis() / 100);
    match outcome {
        Outcome::DoesNotApply(why) => format!("does not apply: {why} ({})", mutant.place),
        Outcome::DoesNotCompile(why) => format!("does not compile: {why} ({})", mutant.place),
        Outcome::Judged(trial) => {
            let errors = if trial.errors == 0 { String::new() } else { format!(", {} errors", trial.errors) };
            let equivalent = if mutant.equivalent.is_some() { ", equivalent" } else { "" };
            let env = if trial.env.is_empty() { "nothing".to_owned() } else { trial.env.join(", ") };
            let setup_go = match &trial.setup_go {
                Ok(empty) if empty.is_empty() => "nothing".to_owned(),
                Ok(empty) => empty.join(", "),
                Err(stopped) => format!("stopped ({stopped})"),
            };
            let (build, rest) = trial.took;
            format!(
                "{}{errors}{equivalent}; go env: {env}; setup-go: {setup_go}; {} + {} s",
                trial.judgement.text(),
                seconds(build),
                seconds(rest)
            )
        }
    }
}
