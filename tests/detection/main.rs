//! How much `verify` detects: it is run against Go toolchains whose `go` was changed to disregard a variable.
//! A sample runs with every test; `scripts/detection.sh` runs all and writes docs/detection.md. Linux only.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "a test fails by panicking, and says what it does")]

mod kept;
mod list;
mod mutant;
mod neighbours;
mod sweep;
mod table;
mod toolchain;
mod trial;
#[path = "../integration/support"]
#[allow(dead_code, reason = "shared with the integration tests, which use the rest")]
mod support {
    pub mod judged;
    pub mod lab;
}

use std::{env, fs};
use support::{judged, lab};
use trial::{Judgement, Outcome, Probes};

/// The variables of which one mutant each is judged with every test: those that goenv-ci writes, and those that can move
/// them. A thorough run has one of each variable.
const SAMPLED: [&str; 8] = ["GOBIN", "GOCACHE", "GOENV", "GOFLAGS", "GOMODCACHE", "GOPATH", "GOROOT", "PATH"];

/// Those that all probes judge, and not only their own, which take a quarter of the time at most; in a thorough run it is
/// all that are sampled otherwise.
const JUDGED_BY_ALL: [&str; 3] = ["GOBIN", "GOCACHE", "GOPATH"];

/// The first mutant of each variable, then the second of each, and so on; those that are not to be caught last.
fn by_turns(mutants: &[mutant::Mutant]) -> Vec<&mutant::Mutant> {
    let is_asked = |mutant: &mutant::Mutant| mutant.equivalent.is_none() && mutant.unseen.is_none();
    let turn = |mutant: &mutant::Mutant| {
        let same = |other: &&mutant::Mutant| other.variable == mutant.variable && is_asked(other);
        mutants.iter().filter(same).position(|other| other.id == mutant.id).unwrap_or(usize::MAX)
    };
    let mut all: Vec<&mutant::Mutant> = mutants.iter().collect();
    all.sort_by_cached_key(|mutant| turn(mutant));
    all
}

/// One mutant of each variable that is sampled.
fn sample(mutants: &[mutant::Mutant]) -> Vec<&mutant::Mutant> {
    let mut variables = std::collections::BTreeSet::new();
    let mut sample = by_turns(mutants);
    sample.retain(|mutant| lab::is_thorough() || SAMPLED.contains(&mutant.variable.as_str()));
    sample.retain(|mutant| variables.insert(mutant.variable.as_str()));
    sample
}

#[test]
fn a_sample_is_caught_and_the_variables_that_goenv_ci_writes_are_rightly_blamed() {
    if env::var_os("GOENV_CI_DETECTION").is_some() {
        return;
    }
    let Some(tool_cache) = judged::tool_cache() else { return };
    let mutants = list::mutants();
    let sample = sample(&mutants);
    let version = sweep::chosen_versions("1.23").swap_remove(0);
    let judged_by = |mutant: &mutant::Mutant| {
        let all = if lab::is_thorough() { &SAMPLED[..] } else { &JUDGED_BY_ALL };
        if all.contains(&mutant.variable.as_str()) { Probes::All } else { Probes::Own }
    };
    let outcomes = sweep::run(&tool_cache, &[version], &sample, judged_by, None).swap_remove(0).outcomes;
    assert!(outcomes.len() >= SAMPLED.len());
    let missed: Vec<String> = sample
        .iter()
        .filter_map(|mutant| Some(format!("{}: {}", mutant.id, complaint(mutant, outcomes.get(&mutant.id)?)?)))
        .collect();
    assert!(missed.is_empty(), "verify says nothing, or blames others:\n  {}", missed.join("\n  "));
}

/// Runs with `GOENV_CI_DETECTION=all`, or a part of ids, as `gobin/`.
#[test]
fn the_whole_list_is_caught_and_rightly_blamed() {
    let Ok(part) = env::var("GOENV_CI_DETECTION") else { return };
    let Some(tool_cache) = judged::tool_cache() else { return };
    let mutants = list::mutants();
    let is_meant =
        |id: &str| part == "all" || if part.ends_with('/') { id.starts_with(&part) } else { id.contains(&part) };
    let chosen: Vec<_> = by_turns(&mutants).into_iter().filter(|mutant| is_meant(&mutant.id)).collect();
    assert!(!chosen.is_empty(), "no mutant's id contains `{part}`");
    let is_quick = env::var_os("GOENV_CI_DETECTION_QUICK").is_some();
    let judged_by = if is_quick { |_: &mutant::Mutant| Probes::Own } else { |_: &mutant::Mutant| Probes::All };
    let versions = sweep::chosen_versions("1.22,1.23");
    let sweeps = sweep::run(&tool_cache, &versions, &chosen, judged_by, Some(&kept::Kept::open()));
    if part == "all" && !is_quick {
        let listed: Vec<_> = mutants.iter().collect();
        fs::write(table::page(), table::render(&listed, &sweeps)).unwrap();
        eprintln!("written: {}", table::page().display());
    }
    let mut missed = Vec::new();
    for sweep in &sweeps {
        let of_version = chosen.iter().filter_map(|mutant| Some((mutant, sweep.outcomes.get(&mutant.id)?)));
        missed.extend(of_version.filter_map(|(mutant, outcome)| {
            Some(format!("{} on {}: {}", mutant.id, sweep.version, complaint(mutant, outcome)?))
        }));
    }
    assert!(missed.is_empty(), "{} are not caught, or others are blamed:\n  {}", missed.len(), missed.join("\n  "));
}

/// What is wrong with the outcome of a mutant, or nothing.
fn complaint(mutant: &mutant::Mutant, outcome: &Outcome) -> Option<String> {
    match outcome {
        Outcome::DoesNotApply(why) | Outcome::DoesNotCompile(why) => Some(why.clone()),
        Outcome::Judged(trial) => {
            let survives = mutant.equivalent.is_some() || mutant.unseen.is_some();
            let wanted = if survives { Judgement::Survived } else { Judgement::Caught };
            (trial.judgement != wanted).then(|| trial.judgement.text())
        }
    }
}
