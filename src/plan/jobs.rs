//! The jobs of the verification matrix: one for each runner and Go version, or
//! shards where that would be more than a workflow run takes.

use crate::plan::PlanError;
use crate::plan::{MatrixLeg, shard::Shard};

/// Jobs of one matrix. Source: GitHub Docs, "Actions limits".
pub const MOST_JOBS: usize = 256;
/// UTF-16 units of a job's outputs, 1 MiB in bytes; the rest is for their names and for other outputs.
const MOST_UNITS: usize = 512 * 1024 - 4 * 1024;

/// What a matrix is made of.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// Labels for `runs-on`; each counts once.
    pub runners: &'a [String],
    /// Go versions as they were asked for.
    pub versions: &'a [String],
    /// Cells of one runner at least; more shards than cells are not made.
    pub cells: usize,
    /// So many shards for each runner; `None`: one job for each version, or as few shards as needed.
    pub shards: Option<usize>,
}

/// The jobs, runner by runner.
///
/// # Errors
/// `TooManyJobs`: more jobs than a matrix takes, or too long a text. `Label`: no runner can be called that.
pub fn legs(wanted: &Wanted<'_>) -> Result<Vec<MatrixLeg>, PlanError> {
    let mut runners: Vec<&str> = Vec::new();
    for runner in wanted.runners.iter().map(String::as_str) {
        if runner.trim().is_empty() || runner.chars().any(char::is_control) {
            return Err(PlanError::Label(runner.to_owned()));
        }
        if !runners.contains(&runner) {
            runners.push(runner);
        }
    }
    let fits = |legs: &[MatrixLeg]| {
        legs.len() <= MOST_JOBS && crate::plan::matrix_json(legs).encode_utf16().count() <= MOST_UNITS
    };
    let of_versions = |runner: &&str| {
        let leg = |go: &String| MatrixLeg { go: go.clone(), os: (*runner).to_owned(), shard: None, name: None };
        wanted.versions.iter().map(leg).collect::<Vec<_>>()
    };
    let none_asked = wanted.shards.is_none();
    if none_asked && runners.len() * wanted.versions.len() <= MOST_JOBS {
        let legs: Vec<MatrixLeg> = runners.iter().flat_map(of_versions).collect();
        if fits(&legs) {
            return Ok(legs);
        }
    }
    let most = wanted.shards.unwrap_or(MOST_JOBS / runners.len().max(1)).min(wanted.cells.max(1));
    let too_many = || PlanError::TooManyJobs { runners: runners.len(), jobs: runners.len() * most.max(1) };
    let fitting = |total: usize| {
        (total > 0 && runners.len() * total <= MOST_JOBS)
            .then(|| sharded(&runners, wanted.versions, total))
            .filter(|legs| fits(legs))
    };
    if !none_asked {
        return fitting(most).ok_or_else(too_many);
    }
    // More shards make a longer text: the most that fit, found by halving.
    let (mut best, mut from, mut to) = (None, 1, most);
    while from <= to {
        let middle = usize::midpoint(from, to);
        match fitting(middle) {
            Some(legs) => (best, from) = (Some(legs), middle + 1),
            None => to = middle - 1,
        }
    }
    best.ok_or_else(too_many)
}

fn sharded(runners: &[&str], versions: &[String], total: usize) -> Vec<MatrixLeg> {
    let go = versions.join(",");
    let names = names(runners);
    let of_runner = |(runner, name): (&&str, &String)| {
        let leg = |index: usize| MatrixLeg {
            go: go.clone(),
            os: (*runner).to_owned(),
            shard: Some(Shard { index, total }),
            name: Some(format!("{name}-{index}-of-{total}")),
        };
        (1..=total).map(leg).collect::<Vec<_>>()
    };
    runners.iter().zip(&names).flat_map(of_runner).collect()
}

/// Each runner's name with what an artifact's name may hold, and no two alike.
/// Source: actions/toolkit, `path-and-artifact-name-validation.ts`.
fn names(runners: &[&str]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for runner in runners {
        let plain: String = runner.chars().map(|c| if "\":<>|*?\\/".contains(c) { '-' } else { c }).collect();
        let mut name = plain.clone();
        let mut number = 2;
        while names.contains(&name) {
            name = format!("{plain}-{number}");
            number += 1;
        }
        names.push(name);
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    fn strings(number: usize, name: &str) -> Vec<String> {
        (0..number).map(|at| format!("{name}{at}")).collect()
    }

    #[test]
    fn a_small_matrix_has_a_job_for_each_version() {
        let (runners, versions) = (strings(2, "r"), strings(3, "1."));
        let wanted = Wanted { runners: &runners, versions: &versions, cells: 100, shards: None };
        let legs = legs(&wanted).unwrap();
        assert_eq!(legs.len(), 6);
        assert!(legs.iter().all(|leg| leg.shard.is_none() && leg.name.is_none()));
    }

    #[test]
    fn no_matrix_is_larger_than_a_run_takes() {
        for (runners, versions) in [(1, 257), (256, 1), (200, 2), (3, 100), (20, 300), (1, 40_000), (16, 16), (16, 17)]
        {
            let (runners, versions) = (strings(runners, "runner-"), strings(versions, "1."));
            let cells = versions.len() * 90;
            let legs = legs(&Wanted { runners: &runners, versions: &versions, cells, shards: None }).unwrap();
            let text = super::super::matrix_json(&legs);
            assert!(
                legs.len() <= 256 && text.encode_utf16().count() * 2 <= 1024 * 1024,
                "{} {}",
                legs.len(),
                text.len()
            );
            let os: HashSet<&str> = legs.iter().map(|leg| leg.os.as_str()).collect();
            assert_eq!(os.len(), runners.len(), "no runner is lost");
            let shards: Vec<Shard> =
                legs.iter().filter(|leg| leg.os == runners[0]).filter_map(|leg| leg.shard).collect();
            for (at, shard) in shards.iter().enumerate() {
                assert_eq!((shard.index, shard.total), (at + 1, shards.len()), "every shard is there once");
            }
        }
    }

    #[test]
    fn a_number_is_obeyed_or_refused() {
        let (runners, versions) = (strings(2, "r"), strings(3, "1."));
        let with =
            |shards, cells| legs(&Wanted { runners: &runners, versions: &versions, cells, shards: Some(shards) });
        assert_eq!(with(16, 300).unwrap().len(), 32);
        assert_eq!(with(16, 5).unwrap().len(), 10, "not more than cells");
        assert!(matches!(with(129, 300), Err(PlanError::TooManyJobs { runners: 2, jobs: 258 })));
        let many = strings(257, "r");
        let wanted = Wanted { runners: &many, versions: &versions, cells: 9, shards: None };
        assert!(matches!(legs(&wanted), Err(PlanError::TooManyJobs { .. })));
    }

    #[test]
    fn a_job_has_a_name_that_an_artifact_can_have() {
        let runners = ["a/b", "a:b", "a/b"].map(str::to_owned);
        let legs = legs(&Wanted { runners: &runners, versions: &[], cells: 9, shards: Some(1) }).unwrap();
        let names: Vec<&str> = legs.iter().filter_map(|leg| leg.name.as_deref()).collect();
        assert_eq!(names, ["a-b-1-of-1", "a-b-2-1-of-1"]);
        let wrong = ["a\nb".to_owned()];
        let wanted = Wanted { runners: &wrong, versions: &[], cells: 9, shards: Some(1) };
        assert!(matches!(super::legs(&wanted), Err(PlanError::Label(_))));
    }
}
