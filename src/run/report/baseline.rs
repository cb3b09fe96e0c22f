//! The last good run, to compare with.

use super::{compare::compare, merge::merge, shards::fetch};
use crate::{
    cli::{CompareSettings, DataFormat, MergeSettings},
    error::Error,
    exit::Exit,
    model::publication::Publication,
    ports::Forge,
    render::text::Paint,
    run::World,
};
use glob::Pattern;

/// Writes the merged report into a folder.
pub(super) fn merged(files: &[String], out: &str, world: &World) -> Result<Exit, Error> {
    let settings = MergeSettings { inputs: files.to_vec(), out: out.to_owned(), format: DataFormat::Json };
    merge(&settings, Paint::Plain, world).map(|answer| answer.exit)
}

/// What changed since the last good run of the same workflow on a branch.
pub(super) fn baseline(
    branch: &str,
    files: &[String],
    name: &Pattern,
    forge: &dyn Forge,
    dir: &str,
    publication: &Publication,
    world: &World,
) -> Result<Vec<String>, Error> {
    let Some(run) = publication.run else { return Ok(vec!["no baseline: no run is named".to_owned()]) };
    let workflow = forge.run(run)?.workflow;
    let Some(good) = forge.last_good_run(workflow, branch, run)? else {
        return Ok(vec![format!("no baseline: no successful run of this workflow on `{branch}`")]);
    };
    let join = |name: &str| world.here.platform.join(dir, name);
    let (shards, _) = fetch(forge, &forge.run(good)?, name, &join("baseline-shards"))?;
    let old: Vec<String> =
        shards.iter().flat_map(|shard| &shard.reports).map(|path| path.to_string_lossy().into_owned()).collect();
    if old.is_empty() {
        return Ok(vec![format!("no baseline: run {good} on `{branch}` has no artifacts any more")]);
    }
    merged(&old, &join("baseline"), world)?;
    merged(files, &join("now"), world)?;
    let settings = CompareSettings { old: join("baseline"), new: join("now"), format: DataFormat::Human };
    let answer = compare(&settings, Paint::Plain, world)?;
    let lines = answer.text.lines().filter(|line| !line.trim().is_empty()).take(20);
    Ok(std::iter::once(format!("compared with run {good} on `{branch}`:")).chain(lines.map(str::to_owned)).collect())
}
