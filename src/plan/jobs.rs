//! The jobs of the verification matrix: one for each runner and Go version, or
//! shards where that would be more than a workflow run takes.

use crate::plan::{Job, Matrix, PlanError, shard::Shard};

/// Jobs of one matrix. Source: GitHub Docs, "Actions limits".
pub const MOST_JOBS: usize = 256;
/// UTF-16 units of a job's outputs, 1 MiB in bytes; the rest is for their names and for other outputs.
const MOST_UNITS: usize = 512 * 1024 - 4 * 1024;

/// What a matrix is made of.
#[derive(Clone, Copy, Debug)]
pub struct JobOptions<'a> {
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
pub fn matrix(wanted: &JobOptions<'_>) -> Result<Matrix, PlanError> {
    jobs(wanted).map(|include| Matrix { include, cells: Some(wanted.cells) })
}

fn jobs(wanted: &JobOptions<'_>) -> Result<Vec<Job>, PlanError> {
    let mut runners: Vec<&str> = Vec::new();
    for runner in wanted.runners.iter().map(String::as_str) {
        if runner.trim().is_empty() || runner.chars().any(char::is_control) {
            return Err(PlanError::Label(runner.to_owned()));
        }
        if !runners.contains(&runner) {
            runners.push(runner);
        }
    }
    let fits = |jobs: &[Job]| {
        let line = || Matrix { include: jobs.to_vec(), cells: None }.to_line();
        jobs.len() <= MOST_JOBS && line().encode_utf16().count() <= MOST_UNITS
    };
    let of_versions = |runner: &&str| {
        let job = |go: &String| Job { go: go.clone(), os: (*runner).to_owned(), shard: None, name: None };
        wanted.versions.iter().map(job).collect::<Vec<_>>()
    };
    let none_asked = wanted.shards.is_none();
    if none_asked && runners.len() * wanted.versions.len() <= MOST_JOBS {
        let jobs: Vec<Job> = runners.iter().flat_map(of_versions).collect();
        if fits(&jobs) {
            return Ok(jobs);
        }
    }
    let most = wanted.shards.unwrap_or(MOST_JOBS / runners.len().max(1)).min(wanted.cells.max(1));
    let too_many = || PlanError::TooManyJobs { runners: runners.len(), jobs: runners.len() * most.max(1) };
    let fitting = |total: usize| {
        (total > 0 && runners.len() * total <= MOST_JOBS)
            .then(|| sharded(&runners, wanted.versions, total))
            .filter(|jobs| fits(jobs))
    };
    if !none_asked {
        return fitting(most).ok_or_else(too_many);
    }
    // More shards make a longer text: the most that fit, found by halving.
    let (mut best, mut from, mut to) = (None, 1, most);
    while from <= to {
        let middle = usize::midpoint(from, to);
        match fitting(middle) {
            Some(jobs) => (best, from) = (Some(jobs), middle + 1),
            None => to = middle - 1,
        }
    }
    best.ok_or_else(too_many)
}

fn sharded(runners: &[&str], versions: &[String], total: usize) -> Vec<Job> {
    let go = versions.join(",");
    let names = names(runners);
    let of_runner = |(runner, name): (&&str, &String)| {
        let job = |index: usize| Job {
            go: go.clone(),
            os: (*runner).to_owned(),
            shard: Some(Shard { index, total }),
            name: Some(format!("{name}-{index}-of-{total}")),
        };
        (1..=total).map(job).collect::<Vec<_>>()
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
        let wanted = JobOptions { runners: &runners, versions: &versions, cells: 100, shards: None };
        let jobs = jobs(&wanted).unwrap();
        assert_eq!(jobs.len(), 6);
        assert!(jobs.iter().all(|job| job.shard.is_none() && job.name.is_none()));
    }

    #[test]
    fn no_matrix_is_larger_than_a_run_takes() {
        for (runners, versions) in [(1, 257), (256, 1), (200, 2), (3, 100), (20, 300), (1, 40_000), (16, 16), (16, 17)]
        {
            let (runners, versions) = (strings(runners, "runner-"), strings(versions, "1."));
            let cells = versions.len() * 90;
            let jobs = jobs(&JobOptions { runners: &runners, versions: &versions, cells, shards: None }).unwrap();
            let text = Matrix { include: jobs.clone(), cells: None }.to_line();
            assert!(
                jobs.len() <= 256 && text.encode_utf16().count() * 2 <= 1024 * 1024,
                "{} {}",
                jobs.len(),
                text.len()
            );
            let os: HashSet<&str> = jobs.iter().map(|job| job.os.as_str()).collect();
            assert_eq!(os.len(), runners.len(), "no runner is lost");
            let shards: Vec<Shard> =
                jobs.iter().filter(|job| job.os == runners[0]).filter_map(|job| job.shard).collect();
            for (at, shard) in shards.iter().enumerate() {
                assert_eq!((shard.index, shard.total), (at + 1, shards.len()), "every shard is there once");
            }
        }
    }

    #[test]
    fn a_number_is_obeyed_or_refused() {
        let (runners, versions) = (strings(2, "r"), strings(3, "1."));
        let with =
            |shards, cells| jobs(&JobOptions { runners: &runners, versions: &versions, cells, shards: Some(shards) });
        assert_eq!(with(16, 300).unwrap().len(), 32);
        assert_eq!(with(16, 5).unwrap().len(), 10, "not more than cells");
        assert!(matches!(with(129, 300), Err(PlanError::TooManyJobs { runners: 2, jobs: 258 })));
        let many = strings(257, "r");
        let wanted = JobOptions { runners: &many, versions: &versions, cells: 9, shards: None };
        assert!(matches!(jobs(&wanted), Err(PlanError::TooManyJobs { .. })));
    }

    #[test]
    fn a_job_has_a_name_that_an_artifact_can_have() {
        let runners = ["a/b", "a:b", "a/b"].map(str::to_owned);
        let jobs = jobs(&JobOptions { runners: &runners, versions: &[], cells: 9, shards: Some(1) }).unwrap();
        let names: Vec<&str> = jobs.iter().filter_map(|job| job.name.as_deref()).collect();
        assert_eq!(names, ["a-b-1-of-1", "a-b-2-1-of-1"]);
        let wrong = ["a\nb".to_owned()];
        let wanted = JobOptions { runners: &wrong, versions: &[], cells: 9, shards: Some(1) };
        assert!(matches!(super::jobs(&wanted), Err(PlanError::Label(_))));
    }
}
