//! Which artifacts of a run are its shards, when jobs were run again and again.

use crate::ports::forge::{Artifact, ForgeRun};
use glob::Pattern;

/// The artifact that holds a merged report; never a shard.
pub const MERGED_NAME: &str = "goenv-ci-merged";

/// What a run's artifacts come to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Picked {
    /// To be downloaded, by name.
    pub taken: Vec<Artifact>,
    /// Gone from the forge, by name.
    pub expired: Vec<Artifact>,
    /// Replaced by a newer one of the same name, by name.
    pub superseded: Vec<Artifact>,
    /// How many of `taken` an earlier attempt made.
    pub earlier: usize,
    /// How many have other names.
    pub others: usize,
}

/// Of one name the newest counts: jobs that were not run again keep theirs from an earlier
/// attempt. An expired one does not hide an older one that is still there.
#[must_use]
pub fn pick(artifacts: &[Artifact], name: &Pattern, run: &ForgeRun) -> Picked {
    let (mut matching, others): (Vec<&Artifact>, Vec<&Artifact>) =
        artifacts.iter().partition(|artifact| name.matches(&artifact.name) && artifact.name != MERGED_NAME);
    // RFC 3339 in UTC, which sorts as text.
    matching.sort_by(|a, b| (&a.name, a.expired, &b.created_at, b.id).cmp(&(&b.name, b.expired, &a.created_at, a.id)));
    let mut picked = Picked { others: others.len(), ..Picked::default() };
    let mut last = None;
    for artifact in matching {
        if last == Some(&artifact.name) {
            picked.superseded.push(artifact.clone());
        } else if artifact.expired {
            picked.expired.push(artifact.clone());
        } else {
            let earlier = run.attempt > 1 && !artifact.created_at.is_empty() && artifact.created_at < run.started_at;
            picked.earlier += usize::from(earlier);
            picked.taken.push(artifact.clone());
        }
        last = Some(&artifact.name);
    }
    picked
}

#[cfg(test)]
mod tests {
    use super::*;

    fn artifact(id: u64, name: &str, minute: u64, expired: bool) -> Artifact {
        let created_at = format!("2026-11-25T06:{minute:02}:00Z");
        Artifact { id, name: name.to_owned(), size_bytes: 1, expired, created_at }
    }

    fn run(attempt: u64) -> ForgeRun {
        let started_at = "2026-11-25T06:30:00Z".to_owned();
        ForgeRun { id: 7, attempt, workflow: 1, head_sha: String::new(), started_at }
    }

    #[test]
    fn of_one_name_the_newest_counts_and_the_others_are_named() {
        let all = [
            artifact(1, "goenv-ci-a", 10, false),
            artifact(2, "goenv-ci-b", 10, false),
            artifact(3, "goenv-ci-a", 40, false),
            artifact(4, "coverage", 40, false),
            artifact(5, MERGED_NAME, 41, false),
            artifact(6, "goenv-ci-c", 10, true),
        ];
        let picked = pick(&all, &Pattern::new("goenv-ci-*").unwrap(), &run(2));
        let ids = |of: &[Artifact]| of.iter().map(|artifact| artifact.id).collect::<Vec<_>>();
        assert_eq!(ids(&picked.taken), [3, 2]);
        assert_eq!(ids(&picked.superseded), [1]);
        assert_eq!(ids(&picked.expired), [6]);
        assert_eq!((picked.earlier, picked.others), (1, 2));
    }

    #[test]
    fn an_expired_one_does_not_hide_an_older_one_that_is_there() {
        let all = [artifact(1, "goenv-ci-a", 10, false), artifact(2, "goenv-ci-a", 40, true)];
        let picked = pick(&all, &Pattern::new("*").unwrap(), &run(1));
        assert_eq!(picked.taken[0].id, 1);
        assert_eq!((picked.superseded.len(), picked.earlier), (1, 0));
    }
}
