//! `report publish`: the shards of a run become one report, one comment, one check.

use crate::{
    cli::{DataFormat, FailOnChange, Post, PublishSettings},
    commands::{
        Answer, World, json,
        report::{
            baseline::{Baseline, baseline},
            comment_and_check::{check, comment},
            forge::{github, no_token, place},
            merge::merge_into,
            shards::{Fetched, fetch, local, wait},
        },
        report_files::{SUMMARY, append_outputs, append_summary, verdict_lines},
        setup::scratch,
        warn,
    },
    error::Error,
    exit::Exit,
    output::terminal::{self, Terminal},
    ports::{
        Executor, Forge,
        forge::{Conclusion, ForgeError},
    },
    publish::{
        Publication,
        place::Place,
        publication::{Posted, PostedState, input_notes},
        view::{self, Origin},
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

    let mut publication = Publication::new(place.repository.clone().unwrap_or_default());
    let shards = if wanted.inputs.is_empty() {
        let forge = forge.ok_or_else(no_token)?;
        from_run(wanted, &name, &place, forge, &dir, &stop, &mut publication)?
    } else {
        local(&wanted.inputs, world)?
    };
    let names: Vec<(String, String)> = shards.iter().flat_map(paths).collect();
    let files: Vec<String> = names.iter().map(|(path, _)| path.clone()).collect();
    publication.artifacts = shards.into_iter().map(|shard| shard.artifact).collect();
    if files.is_empty() {
        return Err(Error::Nothing(nothing(&publication, &place)));
    }
    let platform = world.here.platform;
    let out = wanted.out.clone().unwrap_or_else(|| platform.join(&dir, "merged"));
    let mut merged = merge_into(&files, &out, world)?;
    merged.rename_inputs(|path| names.iter().find(|(held, _)| held == path).map_or(path, |(_, name)| name).to_owned());
    publication.report.clone_from(&wanted.out);
    publication.notes.extend(input_notes(&merged));
    publication.merged = merged;
    let mut exit = Exit::of_publication(&publication.merged, publication.is_incomplete());
    if let (Some(branch), Some(forge)) = (&wanted.baseline, forge) {
        let run = wanted.run.or(place.run);
        let wanted = Baseline { branch, run, artifacts: &name, merged: &out, scratch: &dir };
        match baseline(&wanted, forge, world) {
            Ok(Ok(comparison)) => publication.comparison = Some(comparison),
            Ok(Err(why)) => publication.notes.push(format!("no baseline: {why}")),
            // What was judged here is published all the same.
            Err(Error::Forge(why)) => publication.notes.push(format!("no baseline: {why}")),
            Err(why) => return Err(why),
        }
    }
    let changed = publication.comparison.as_ref().is_some_and(|comparison| comparison.changed);
    if wanted.fail_on == FailOnChange::Drift && changed && matches!(exit, Exit::Good | Exit::Errored) {
        exit = Exit::Fail;
    }
    publication.notes.extend(publication.missing());
    let origin = origin(&publication, &place, world);
    if world.here.env.get_filled(SUMMARY).is_some() {
        append_summary(&view::comment("", &publication, &origin, SUMMARY_CHARS), None, world)?;
        publication.job_summary = true;
    }
    let mut lines = verdict_lines(publication.merged.tally, exit);
    lines.extend(wanted.out.as_ref().map(|out| format!("report={out}")));
    append_outputs(&lines, None, world)?;
    post(wanted, forge, &place, &origin, exit, &mut publication);
    if world.processes.interrupted() {
        return Err(Error::Interrupted);
    }
    let exit = conclude(wanted, exit, &publication, world);
    let text = match wanted.format {
        DataFormat::Human => terminal::render(&view::answer(&publication), terminal),
        DataFormat::Json => json(&publication),
    };
    Ok(Answer { text, exit })
}

/// Writes the comment and the check.
fn post(
    wanted: &PublishSettings,
    forge: Option<&dyn Forge>,
    place: &Place,
    origin: &Origin,
    exit: Exit,
    publication: &mut Publication,
) {
    (publication.comment, publication.check) = match forge {
        Some(forge) => (
            comment(forge, wanted.comment, place, publication, origin),
            check(forge, wanted.check, place, publication, origin, conclusion(exit)),
        ),
        None => (without_token(wanted.comment), without_token(wanted.check)),
    };
}

/// The exit code, after a warning for what could not be written.
fn conclude(wanted: &PublishSettings, exit: Exit, publication: &Publication, world: &World) -> Exit {
    let unsent = [(wanted.comment, &publication.comment), (wanted.check, &publication.check)];
    for (_, posted) in &unsent {
        if matches!(posted.state, PostedState::Refused | PostedState::Failed) {
            warn(&[format!("not published: {}", posted.reason)], false, world);
        }
    }
    let forgiven = wanted.fail_on == FailOnChange::Never && matches!(exit, Exit::Fail | Exit::Errored);
    let exit = if forgiven { Exit::Good } else { exit };
    // Without `--comment` or `--check`, a token that may not write is no failure.
    let failed = unsent.iter().any(|(wanted, posted)| match posted.state {
        PostedState::Failed => true,
        PostedState::Refused | PostedState::Skipped => *wanted == Post::Asked,
        PostedState::Created | PostedState::Updated => false,
    });
    if exit == Exit::Good && failed { Exit::Unpublished } else { exit }
}

/// Each report of a shard, and the name of the artifact that it came in.
fn paths(shard: &Fetched) -> Vec<(String, String)> {
    let name = &shard.artifact.name;
    shard.reports.iter().map(|path| (path.to_string_lossy().into_owned(), name.clone())).collect()
}

/// The shards of the run, after the wait for its other jobs.
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

/// Why there is nothing to merge.
fn nothing(publication: &Publication, place: &Place) -> String {
    if let Some(first) = publication.artifacts.first() {
        let gone = publication.artifacts.len();
        return format!("none of {gone} artifacts could be merged; the first, `{}`: {}", first.name, first.fate());
    }
    let mut text = "no artifact of the run has a name that matches `--artifacts`".to_owned();
    if !place.hosted {
        // Source: actions/upload-artifact, README: v4 and later do not work on an enterprise server.
        text += "; this server may not have the artifact API that shows them before the run has ended: \
                 take them with actions/download-artifact and give the folder with `--in`";
    }
    text
}

/// What the check comes to.
fn conclusion(exit: Exit) -> Conclusion {
    match exit {
        Exit::Good => Conclusion::Success,
        Exit::Fail => Conclusion::Failure,
        _ => Conclusion::Neutral,
    }
}

/// Which run this is, for the comment.
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

/// What becomes of the comment or the check without a token.
fn without_token(wanted: Post) -> Posted {
    match wanted {
        Post::Asked => Posted::refused("GITHUB_TOKEN or GITHUB_REPOSITORY is not set"),
        Post::IfPossible => Posted::skipped("there is no token"),
        Post::No => Posted::skipped("not wanted"),
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
