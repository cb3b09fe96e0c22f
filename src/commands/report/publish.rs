//! `report publish`: the shards of a run become one report, one comment, one check.

use crate::{
    cli::{DataFormat, FailOnChange, Post, PublishSettings},
    commands::{
        Answer, World, json,
        report::{
            baseline::{Baseline, baseline},
            comment_and_check::{check, comment},
            forge::{github, no_token, place},
            merge::{ToMerge, merge_into},
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
        place::RunPlace,
        publication::{Posted, PostedState, input_notes},
        view::{self, Origin},
    },
    report::{
        ReportOutcome,
        merge::{Problem, ProblemKind},
    },
    status::Status,
    system::signals,
};
use glob::Pattern;
use std::{collections::HashMap, sync::Arc};

/// Half of what GitHub accepts, as for the other summaries.
const SUMMARY_CHARS: usize = 256 << 10;

pub(crate) fn publish(wanted: &PublishSettings, terminal: Terminal, world: &World) -> Result<Answer, Error> {
    signals::listen(Arc::clone(&world.processes));
    let artifacts = Pattern::new(&wanted.artifacts).map_err(|why| Error::Publish(format!("--artifacts: {why}")))?;
    let (place, stop) = (place(world), || world.processes.interrupted());
    let github = github(&place, world, &stop)?;
    let forge = github.as_deref();
    let scratch = scratch(world)?;
    let unmade = |source| Error::Scratch { place: world.here.temp_dir.clone(), source };
    let dir = scratch.path().map_err(unmade)?;
    let task = Publishing { wanted, artifacts: &artifacts, place: &place, forge, scratch: dir, world };

    let mut publication = Publication::new(place.repository.clone().unwrap_or_default());
    publication.drift_fails = wanted.fail_on == FailOnChange::Drift;
    let shards = task.shards(&mut publication, &stop)?;
    let out = task.merge(shards, &mut publication)?;
    if let Some(out) = &out {
        task.compare(out, &mut publication)?;
    }
    let origin = task.origin(&publication);
    task.summarize(&origin, &mut publication)?;
    task.post(&origin, &mut publication);
    if stop() {
        return Err(Error::Interrupted);
    }
    if out.is_none() {
        return Err(Error::Nothing(nothing(&publication, &place)));
    }
    let exit = conclude(wanted, &publication, world);
    let text = match wanted.format {
        DataFormat::Human => terminal::render(&view::answer(&publication), terminal),
        DataFormat::Json => json(&publication),
    };
    Ok(Answer { text, exit })
}

/// What is to be published, where, and with what. Each step adds to the [`Publication`] what it found or did.
struct Publishing<'a> {
    wanted: &'a PublishSettings,
    /// Names of artifacts that are shards.
    artifacts: &'a Pattern,
    place: &'a RunPlace,
    /// None without a token.
    forge: Option<&'a dyn Forge>,
    /// A directory for downloads.
    scratch: &'a str,
    world: &'a World,
}

impl Publishing<'_> {
    /// The shards that were given, or those of the run.
    fn shards(&self, publication: &mut Publication, stop: &(dyn Fn() -> bool + Sync)) -> Result<Vec<Fetched>, Error> {
        let Self { wanted, place, .. } = self;
        if !wanted.inputs.is_empty() {
            return local(&wanted.inputs, self.world);
        }
        let forge = self.forge.ok_or_else(no_token)?;
        let unnamed = || Error::Publish("no run is named: GITHUB_RUN_ID is not set".into());
        let id = wanted.run.or(place.run).ok_or_else(unnamed)?;
        if let Some(limit) = wanted.wait {
            publication.unfinished = wait(forge, id, limit, place.runner.as_deref(), stop)?;
        }
        let run = forge.run(id)?;
        (publication.run, publication.attempt) = (Some(id), Some(run.attempt));
        let (shards, picked) = fetch(forge, &run, self.artifacts, self.scratch)?;
        if picked.earlier > 0 {
            publication.notes.push(format!(
                "{} of the artifacts are of an earlier attempt: their jobs were not run again",
                picked.earlier
            ));
        }
        Ok(shards)
    }

    /// Makes one report of them; the answer is its directory, or nothing where none came. Then that is published: else
    /// the comment of an earlier run would stand for this one.
    fn merge(&self, shards: Vec<Fetched>, publication: &mut Publication) -> Result<Option<String>, Error> {
        let mut files = Vec::new();
        let mut artifact_of = HashMap::new();
        for Fetched { artifact, reports } in shards {
            for report in reports {
                let path = report.to_string_lossy().into_owned();
                artifact_of.insert(path.clone(), artifact.name.clone());
                files.push(path);
            }
            publication.artifacts.push(artifact);
        }
        let mut lost = publication.lost();
        if files.is_empty() {
            if lost.is_empty() {
                let (kind, shard) = (ProblemKind::Missing, self.wanted.artifacts.clone());
                lost.push(Problem { kind, shard, detail: "no artifact of the run has such a name".to_owned() });
            }
            publication.merged.problems = lost;
            publication.notes.extend(input_notes(&publication.merged));
            return Ok(None);
        }
        let merged_in_scratch = || self.world.here.platform.join(self.scratch, "merged");
        let out = self.wanted.out.clone().unwrap_or_else(merged_in_scratch);
        let name = |path: &str| artifact_of.get(path).map_or(path, String::as_str).to_owned();
        let merged = merge_into(&ToMerge { inputs: &files, lost: &lost, name: &name }, &out, self.world)?;
        publication.report.clone_from(&self.wanted.out);
        publication.notes.extend(input_notes(&merged));
        publication.merged = merged;
        Ok(Some(out))
    }

    /// Compares the merged report in `out` with the last good run, where a branch is given.
    fn compare(&self, out: &str, publication: &mut Publication) -> Result<(), Error> {
        let (Some(branch), Some(forge)) = (&self.wanted.baseline, self.forge) else { return Ok(()) };
        let run = self.wanted.run.or(self.place.run);
        let wanted = Baseline { branch, run, artifacts: self.artifacts, merged: out, scratch: self.scratch };
        match baseline(&wanted, forge, self.world) {
            Ok(Ok(comparison)) => publication.comparison = Some(comparison),
            Ok(Err(why)) => publication.notes.push(format!("no baseline: {why}")),
            // What was judged here is published all the same.
            Err(Error::Forge(why)) => publication.notes.push(format!("no baseline: {why}")),
            Err(why) => return Err(why),
        }
        Ok(())
    }

    /// Which run this is, for the comment.
    fn origin(&self, publication: &Publication) -> Origin {
        let env = &self.world.here.env;
        let server = env.get_filled("GITHUB_SERVER_URL").unwrap_or("https://github.com").trim_end_matches('/');
        let Some(run) = publication.run else { return Origin::default() };
        let attempt = publication.attempt.unwrap_or(1);
        let sha = self.place.head_sha.as_deref().map(|sha| format!(", commit {}", &sha[..7])).unwrap_or_default();
        Origin {
            run_url: format!("{server}/{}/actions/runs/{run}", publication.repository),
            words: format!("attempt {attempt} of run {run}{sha}"),
        }
    }

    /// Writes the job summary and the outputs of the step.
    fn summarize(&self, origin: &Origin, publication: &mut Publication) -> Result<(), Error> {
        if self.world.here.env.get_filled(SUMMARY).is_some() {
            append_summary(&view::comment("", publication, origin, SUMMARY_CHARS), None, self.world)?;
            publication.job_summary = true;
        }
        let mut lines = verdict_lines(publication.outcome());
        lines.extend(publication.report.as_ref().map(|out| format!("report={out}")));
        append_outputs(&lines, None, self.world)
    }

    /// Writes the comment and the check.
    fn post(&self, origin: &Origin, publication: &mut Publication) {
        let Self { wanted, place, .. } = self;
        (publication.comment, publication.check) = match self.forge {
            Some(forge) => (
                comment(forge, wanted.comment, place, publication, origin),
                check(forge, wanted.check, place, publication, origin, conclusion(publication.outcome())),
            ),
            None => (without_token(wanted.comment), without_token(wanted.check)),
        };
    }
}

/// The exit code, after a warning for what could not be written.
fn conclude(wanted: &PublishSettings, publication: &Publication, world: &World) -> Exit {
    let exit = Exit::of_outcome(publication.outcome());
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

/// Why there is nothing to merge.
fn nothing(publication: &Publication, place: &RunPlace) -> String {
    if let Some(first) = publication.artifacts.first() {
        let gone = publication.artifacts.len();
        return format!("none of {gone} artifacts could be merged; the first, `{}`: {}", first.name, first.fate());
    }
    let mut text = "no artifact of the run has a name that matches `--artifacts`".to_owned();
    if !place.hosted {
        // Source: actions/upload-artifact, README: v4 and later do not work on an enterprise server.
        text += "; this server may not have the artifact API that shows them before the run has ended: \
                 take them with actions/download-artifact and give the directory with `--in`";
    }
    text
}

/// What the check comes to: what is not whole or could not be judged is no success and no matter of indifference, which
/// a required check would take for one.
fn conclusion(outcome: ReportOutcome) -> Conclusion {
    match outcome.status() {
        Status::Pass => Conclusion::Success,
        Status::Fail | Status::Error => Conclusion::Failure,
        Status::Skip => Conclusion::Neutral,
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
