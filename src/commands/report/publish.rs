//! `report publish`: the shards of a run become one report, one comment, one check.

use crate::commands::report::{
    baseline::{self, baseline},
    connection::{github, no_token, place},
    local::local,
    merge::merge_into,
    post,
    shards::{Fetched, fetch, wait},
};
use crate::{
    cli::{DataFormat, FailOnChange, Post, PublishSettings},
    commands::{
        Answer, World, json,
        report_files::{SUMMARY, append_outputs, append_summary, verdict_lines},
        setup::scratch,
        warn,
    },
    error::Error,
    exit::Exit,
    output::terminal::Terminal,
    ports::{
        Executor, Forge,
        forge::{Conclusion, ForgeError},
    },
    publish::{
        comment::{self, Origin},
        digest::digest,
        json::PublicationV1,
        place::Place,
        publication::{Digest, Fate, Posted, Publication},
        text,
    },
    system::signals,
};
use glob::Pattern;
use std::sync::Arc;

/// Half of what GitHub accepts, as for the other summaries.
const SUMMARY_CHARS: usize = 256 << 10;

pub(crate) fn publish(wanted: &PublishSettings, terminal: Terminal, world: &World) -> Result<Answer, Error> {
    signals::listen(Arc::clone(&world.processes));
    let name = Pattern::new(&wanted.artifacts).map_err(|why| Error::Publish(format!("--artifacts: {why}")))?;
    let place = place(world);
    let stop = || world.processes.interrupted();
    let github = github(&place, world, &stop)?;
    let forge = github.as_ref().map(|github| github as &dyn Forge);
    let scratch = scratch(world)?;
    let unmade = |source| Error::Scratch { place: world.here.temp_dir.clone(), source };
    let dir = scratch.path().map_err(unmade)?.to_owned();

    let mut publication = empty(&place);
    let shards = if wanted.inputs.is_empty() {
        let forge = forge.ok_or_else(no_token)?;
        from_run(wanted, &name, &place, forge, &dir, &stop, &mut publication)?
    } else {
        local(&wanted.inputs, world)?
    };
    let names: Vec<(String, String)> = shards.iter().flat_map(paths).collect();
    let files: Vec<String> = names.iter().map(|(path, _)| path.clone()).collect();
    publication.shards = shards.into_iter().map(|shard| shard.fate).collect();
    if files.is_empty() {
        return Err(Error::Nothing(nothing(&publication, &place)));
    }
    let platform = world.here.platform;
    let out = wanted.out.clone().unwrap_or_else(|| platform.join(&dir, "merged"));
    let merged = merge_into(&files, &out, world)?;
    publication.report.clone_from(&wanted.out);
    let known = |path: &str| names.iter().find(|(held, _)| held == path).map_or(path, |(_, name)| name).to_owned();
    publication.digest = digest(&merged, known);
    let mut exit = Exit::of_publication(&merged, publication.incomplete());
    if let (Some(branch), Some(forge)) = (&wanted.baseline, forge) {
        let run = wanted.run.or(place.run);
        let wanted = baseline::Wanted { branch, run, artifacts: &name, merged: &out, scratch: &dir };
        match baseline(&wanted, forge, world) {
            Ok(Ok(drift)) => publication.digest.drift = Some(drift),
            Ok(Err(why)) => publication.digest.notes.push(format!("no baseline: {why}")),
            // What is judged here is not lost for what is not to be had of another run.
            Err(Error::Forge(why)) => publication.digest.notes.push(format!("no baseline: {why}")),
            Err(why) => return Err(why),
        }
    }
    let drifted = publication.digest.drift.as_ref().is_some_and(|drift| !drift.is_none());
    if wanted.fail_on == FailOnChange::Drift && drifted && matches!(exit, Exit::Good | Exit::Errored) {
        exit = Exit::Fail;
    }
    publication.digest.notes.extend(missing(&publication));
    let origin = origin(&publication, &place, world);
    if world.here.env.get_filled(SUMMARY).is_some() {
        append_summary(&comment::render("", &publication.digest, &origin, SUMMARY_CHARS), None, world)?;
        publication.summary = true;
    }
    let mut lines = verdict_lines(publication.digest.tally, exit);
    lines.extend(wanted.out.as_ref().map(|out| format!("report={out}")));
    append_outputs(&lines, None, world)?;
    lay_down(wanted, forge, &place, &origin, exit, &mut publication);
    if world.processes.interrupted() {
        return Err(Error::Interrupted);
    }
    let exit = conclude(wanted, exit, &publication, world);
    let text = match wanted.format {
        DataFormat::Human => text::render(&publication, terminal.paint()),
        DataFormat::Json => json(&PublicationV1::from(&publication)),
    };
    Ok(Answer { text, exit })
}

/// The comment and the check, or why not.
fn lay_down(
    wanted: &PublishSettings,
    forge: Option<&dyn Forge>,
    place: &Place,
    origin: &Origin,
    exit: Exit,
    publication: &mut Publication,
) {
    (publication.comment, publication.check) = match forge {
        Some(forge) => {
            let digest = &publication.digest;
            (
                post::comment(forge, wanted.comment, place, digest, origin),
                post::check(forge, wanted.check, place, digest, origin, conclusion(exit)),
            )
        }
        None => (without_token(wanted.comment), without_token(wanted.check)),
    };
}

/// The exit code, after what could not be laid down is said.
fn conclude(wanted: &PublishSettings, exit: Exit, publication: &Publication, world: &World) -> Exit {
    let unsent = [(wanted.comment, &publication.comment), (wanted.check, &publication.check)];
    for (_, posted) in &unsent {
        if let Posted::Refused(why) | Posted::Failed(why) = posted {
            warn(&[format!("not published: {why}")], false, world);
        }
    }
    let forgiven = wanted.fail_on == FailOnChange::Never && matches!(exit, Exit::Fail | Exit::Errored);
    let exit = if forgiven { Exit::Good } else { exit };
    // A token that may not comment is no failure where nobody asked for a comment.
    let failed = unsent.iter().any(|(wanted, posted)| match posted {
        Posted::Failed(_) => true,
        Posted::Refused(_) | Posted::Skipped(_) => *wanted == Post::Asked,
        Posted::Created(_) | Posted::Updated(_) => false,
    });
    if exit == Exit::Good && failed { Exit::Unpublished } else { exit }
}

/// Each report of a shard, and the name of the artifact that it came in.
fn paths(shard: &Fetched) -> Vec<(String, String)> {
    let name = &shard.fate.artifact;
    shard.reports.iter().map(|path| (path.to_string_lossy().into_owned(), name.clone())).collect()
}

fn empty(place: &Place) -> Publication {
    Publication {
        repository: place.repository.clone().unwrap_or_default(),
        run: None,
        attempt: None,
        shards: Vec::new(),
        unfinished: Vec::new(),
        digest: Digest::default(),
        report: None,
        summary: false,
        comment: Posted::Skipped(String::new()),
        check: Posted::Skipped(String::new()),
        notes: Vec::new(),
    }
}

fn from_run(
    wanted: &PublishSettings,
    name: &Pattern,
    place: &Place,
    forge: &dyn Forge,
    dir: &str,
    stop: &(dyn Fn() -> bool + Sync),
    publication: &mut Publication,
) -> Result<Vec<Fetched>, Error> {
    let id =
        wanted.run.or(place.run).ok_or_else(|| Error::Publish("no run is named: GITHUB_RUN_ID is not set".into()))?;
    if let Some(limit) = wanted.wait {
        publication.unfinished = wait(forge, id, limit, place.runner.as_deref(), stop)?;
    }
    let run = forge.run(id)?;
    (publication.run, publication.attempt) = (Some(id), Some(run.attempt));
    let (shards, picked) = fetch(forge, &run, name, dir)?;
    if picked.earlier > 0 {
        publication.notes.push(format!(
            "{} of the artifacts are of an earlier attempt: their jobs were not run again",
            picked.earlier
        ));
    }
    Ok(shards)
}

fn nothing(publication: &Publication, place: &Place) -> String {
    let gone = publication.shards.len();
    if gone > 0 {
        let first = &publication.shards[0];
        return format!("none of {gone} artifacts could be merged; the first, `{}`: {}", first.artifact, first.fate);
    }
    let mut text = "no artifact of the run has a name that matches `--artifacts`".to_owned();
    if !place.hosted {
        // Source: actions/upload-artifact, README: v4 and later do not work on an enterprise server.
        text += "; this server may not have the artifact API that shows them before the run has ended: \
                 take them with actions/download-artifact and give the folder with `--in`";
    }
    text
}

fn missing(publication: &Publication) -> Vec<String> {
    let mut notes = Vec::new();
    for shard in &publication.shards {
        match &shard.fate {
            Fate::Taken(_) | Fate::Superseded => {}
            Fate::Expired => notes.push(format!("`{}` is missing: it has expired", shard.artifact)),
            Fate::Refused(why) | Fate::Lost(why) => notes.push(format!("`{}` is missing: {why}", shard.artifact)),
        }
    }
    notes.extend(publication.unfinished.iter().map(|job| format!("the job `{job}` was not done")));
    notes
}

fn conclusion(exit: Exit) -> Conclusion {
    match exit {
        Exit::Good => Conclusion::Success,
        Exit::Fail => Conclusion::Failure,
        _ => Conclusion::Neutral,
    }
}

fn origin(publication: &Publication, place: &Place, world: &World) -> Origin {
    let server = world.here.env.get_filled("GITHUB_SERVER_URL").unwrap_or("https://github.com").trim_end_matches('/');
    let Some(run) = publication.run else { return Origin::default() };
    let attempt = publication.attempt.unwrap_or(1);
    let sha = place.head_sha.as_deref().map(|sha| format!(", commit {}", &sha[..7])).unwrap_or_default();
    Origin {
        run_url: format!("{server}/{}/actions/runs/{run}", publication.repository),
        words: format!("attempt {attempt} of run {run}{sha}"),
    }
}

fn without_token(wanted: Post) -> Posted {
    match wanted {
        Post::Asked => Posted::Refused("GITHUB_TOKEN or GITHUB_REPOSITORY is not set".to_owned()),
        Post::IfPossible => Posted::Skipped("there is no token".to_owned()),
        Post::No => Posted::Skipped("not wanted".to_owned()),
    }
}

impl From<ForgeError> for Error {
    fn from(why: ForgeError) -> Self {
        match why {
            ForgeError::Interrupted => Self::Interrupted,
            why => Self::Forge(why),
        }
    }
}
