//! The last good run, to compare with.

use super::{
    compare::{drift, report_at},
    merge::merge_into,
    shards::fetch,
};
use crate::{error::Error, ports::Forge, render::drift_phrase::sentences, run::World};
use glob::Pattern;

/// Of each kind of change, as many as anybody reads in a comment.
const MOST: usize = 10;

/// What to compare, and with what.
pub(super) struct Wanted<'a> {
    /// Whose last good run.
    pub branch: &'a str,
    /// This run, whose workflow it is.
    pub run: Option<u64>,
    /// Names of artifacts that are shards.
    pub artifacts: &'a Pattern,
    /// The folder of this run's merged report.
    pub merged: &'a str,
    /// A folder for the other one.
    pub scratch: &'a str,
}

/// What changed since the last good run of the same workflow on a branch, a sentence each; or why
/// that is not known.
///
/// # Errors
/// The forge refuses, or what it gave cannot be merged.
pub(super) fn baseline(wanted: &Wanted<'_>, forge: &dyn Forge, world: &World) -> Result<Vec<String>, Error> {
    let branch = wanted.branch;
    let Some(run) = wanted.run else {
        return Ok(vec!["no baseline: no run is named, and GITHUB_RUN_ID is not set".to_owned()]);
    };
    let workflow = forge.run(run)?.workflow;
    let Some(good) = forge.last_good_run(workflow, branch, run)? else {
        return Ok(vec![format!("no baseline: no successful run of this workflow on `{branch}`")]);
    };
    let join = |name: &str| world.here.platform.join(wanted.scratch, name);
    let (shards, _) = fetch(forge, &forge.run(good)?, wanted.artifacts, &join("baseline-shards"))?;
    let old: Vec<String> =
        shards.iter().flat_map(|shard| &shard.reports).map(|path| path.to_string_lossy().into_owned()).collect();
    if old.is_empty() {
        return Ok(vec![format!("no baseline: run {good} on `{branch}` has no artifacts any more")]);
    }
    let before = join("baseline");
    merge_into(&old, &before, world)?;
    let mut drift = drift(&report_at(&before)?, &report_at(wanted.merged)?)?;
    drift.old.run = Some(format!("{good} on {branch}"));
    Ok(sentences(&drift, MOST))
}
