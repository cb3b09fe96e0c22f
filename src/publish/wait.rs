//! Waiting for the other jobs of a run.

use crate::ports::forge::ForgeJob;
use std::time::Duration;

/// The first look comes after this.
pub const FIRST_PAUSE: Duration = Duration::from_secs(1);

/// Looks are no further apart than this.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// The names of the jobs that are not done, without the one that asks: the one on its own runner.
#[must_use]
pub fn unfinished<'j>(jobs: &'j [ForgeJob], own_runner: Option<&str>) -> Vec<&'j str> {
    let own = |job: &ForgeJob| own_runner.is_some() && job.runner.as_deref() == own_runner;
    jobs.iter().filter(|job| !job.done && !own(job)).map(|job| job.name.as_str()).collect()
}

/// Half as long again, up to half a minute.
#[must_use]
pub fn longer(pause: Duration) -> Duration {
    (pause * 3 / 2).min(LONGEST_PAUSE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_job_that_asks_is_not_waited_for() {
        let job = |name: &str, done, runner: Option<&str>| ForgeJob {
            name: name.to_owned(),
            done,
            runner: runner.map(str::to_owned),
        };
        let jobs = [job("a", true, Some("r1")), job("b", false, None), job("publish", false, Some("r2"))];
        assert_eq!(unfinished(&jobs, Some("r2")), ["b"]);
        assert_eq!(unfinished(&jobs, None), ["b", "publish"]);
        assert_eq!(longer(Duration::from_secs(29)), LONGEST_PAUSE);
    }
}
