//! The last good run, to compare with.

use crate::{
    commands::{
        World,
        report::{
            compare::compared,
            merge::{Wanted, merge_into},
            shards::fetch,
        },
    },
    error::Error,
    ports::{Forge, Host},
    publish::publication::{ShardArtifact, lost},
    report::compare::Comparison,
};
use glob::Pattern;

/// What to compare, and with what.
pub(crate) struct Baseline<'a> {
    /// Whose last good run.
    pub branch: &'a str,
    /// This run, whose workflow it is.
    pub run: Option<u64>,
    /// Names of artifacts that are shards.
    pub artifacts: &'a Pattern,
    /// The directory of this run's merged report.
    pub merged: &'a str,
    /// A directory for the other one.
    pub scratch: &'a str,
}

/// What changed since the last good run of the same workflow on a branch; or why that is not known.
///
/// # Errors
/// The forge refuses, or what it gave cannot be merged.
pub(crate) fn baseline(
    wanted: &Baseline<'_>,
    forge: &dyn Forge,
    world: &World,
) -> Result<Result<Comparison, String>, Error> {
    let branch = wanted.branch;
    let Some(run) = wanted.run else {
        return Ok(Err("no run is named, and GITHUB_RUN_ID is not set".to_owned()));
    };
    let workflow = forge.run(run)?.workflow;
    let Some(good) = forge.last_good_run(workflow, branch, run)? else {
        return Ok(Err(format!("no successful run of this workflow on `{branch}`")));
    };
    let join = |name: &str| world.here.platform.join(wanted.scratch, name);
    let dir = join("baseline-shards");
    world.host.create_dir_all(&dir).map_err(|source| Error::Scratch { place: dir.clone(), source })?;
    let (shards, _) = fetch(forge, &forge.run(good)?, wanted.artifacts, &dir)?;
    let old: Vec<String> =
        shards.iter().flat_map(|shard| &shard.reports).map(|path| path.to_string_lossy().into_owned()).collect();
    if old.is_empty() {
        let why = shards.first().map(|shard| format!(": `{}`: {}", shard.artifact.name, shard.artifact.fate()));
        return Ok(Err(format!("run {good} on `{branch}` has no reports{}", why.unwrap_or_default())));
    }
    let before = join("baseline");
    // A cell of a shard that is gone from the forge is new here, and the comparison says why.
    let artifacts: Vec<ShardArtifact> = shards.into_iter().map(|shard| shard.artifact).collect();
    merge_into(&Wanted { lost: &lost(&artifacts), ..Wanted::of(&old) }, &before, world)?;
    let mut comparison = compared(&before, wanted.merged)?;
    // Instead of their paths, which are in a directory that is removed at the end.
    let (old, new) = (&mut comparison.old, &mut comparison.new);
    (old.path, old.run) = (format!("the last good run on `{branch}`"), Some(good.to_string()));
    (new.path, new.run) = ("this run".to_owned(), Some(run.to_string()));
    Ok(Ok(comparison))
}
