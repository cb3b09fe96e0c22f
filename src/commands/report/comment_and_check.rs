//! What is written on the forge: one comment, one check.

use crate::{
    cli::Post,
    ports::{
        Forge,
        forge::{CheckRun, Comment, Conclusion, ForgeError},
    },
    publish::{
        Publication,
        place::RunPlace,
        publication::Posted,
        sticky::{LIMIT_CHARS, mark, ours},
        view::{self, Origin},
    },
};

/// Source: GitHub, "Update a check run": 50 for each request.
const BATCH: usize = 50;

/// Characters of a check's summary. Source: GitHub, "Create a check run".
const SUMMARY_CHARS: usize = 65_535;

/// The comment: the one that is there is updated, or a new one is made.
pub(crate) fn comment(
    forge: &dyn Forge,
    wanted: Post,
    place: &RunPlace,
    publication: &Publication,
    origin: &Origin,
) -> Posted {
    if wanted == Post::No {
        return Posted::skipped("not wanted");
    }
    let pull = match place.pull {
        Some(pull) => Ok(Some(pull)),
        None => pull_by_commit(forge, place),
    };
    let pull = match pull {
        Ok(Some(pull)) => pull,
        Ok(None) => return Posted::skipped("no pull request belongs to this run"),
        Err(why) => return refusal(&why, place),
    };
    let mark = mark(&place.workflow);
    let body = view::comment(&mark, publication, origin, LIMIT_CHARS);
    match sticky(forge, pull, &mark, &body) {
        Ok(posted) => posted,
        Err(why) => refusal(&why, place),
    }
}

fn pull_by_commit(forge: &dyn Forge, place: &RunPlace) -> Result<Option<u64>, ForgeError> {
    let Some(sha) = &place.head_sha else { return Ok(None) };
    Ok(forge.pulls_of(sha)?.first().copied())
}

fn sticky(forge: &dyn Forge, pull: u64, mark: &str, body: &str) -> Result<Posted, ForgeError> {
    let own = forge.own_login()?;
    let found = |comments: &[Comment]| ours(comments, mark, own.as_deref()).into_iter().cloned().collect::<Vec<_>>();
    let update = |comments: Vec<Comment>| -> Result<Option<Posted>, ForgeError> {
        for comment in comments {
            match forge.update_comment(comment.id, body) {
                Ok(comment) => return Ok(Some(Posted::updated(comment.url))),
                // Another app's with our mark, or gone since.
                Err(ForgeError::Denied { .. } | ForgeError::Missing { .. }) => {}
                Err(why) => return Err(why),
            }
        }
        Ok(None)
    };
    if let Some(posted) = update(found(&forge.comments(pull)?))? {
        return Ok(posted);
    }
    match forge.create_comment(pull, body) {
        Ok(comment) => Ok(Posted::created(comment.url)),
        // It may have arrived: look for it before it is written a second time.
        Err(ForgeError::Lost { .. }) => match found(&forge.comments(pull)?).first() {
            Some(comment) => Ok(Posted::created(comment.url.clone())),
            None => forge.create_comment(pull, body).map(|comment| Posted::created(comment.url)),
        },
        Err(why) => Err(why),
    }
}

/// The check, with its annotations in batches.
pub(crate) fn check(
    forge: &dyn Forge,
    wanted: Post,
    place: &RunPlace,
    publication: &Publication,
    origin: &Origin,
    conclusion: Conclusion,
) -> Posted {
    if wanted == Post::No {
        return Posted::skipped("not wanted; `--check` makes one");
    }
    let Some(head_sha) = place.head_sha.clone() else {
        return Posted::failed("no commit is known: GITHUB_SHA is not set");
    };
    let file = if place.workflow_file.is_empty() { ".github" } else { &place.workflow_file };
    let annotations = view::annotations(&publication.merged, file);
    let check = CheckRun {
        name: format!("goenv-ci {}", place.workflow).trim_end().to_owned(),
        head_sha,
        conclusion,
        title: view::title(publication),
        summary: view::comment("", publication, origin, SUMMARY_CHARS),
    };
    let batches: Vec<_> = annotations.chunks(BATCH).collect();
    let first: &[_] = batches.first().copied().unwrap_or_default();
    let made = match forge.create_check(&check, first, batches.len() <= 1) {
        Ok(made) => made,
        Err(why) => return refusal(&why, place),
    };
    for (at, batch) in batches.iter().enumerate().skip(1) {
        if let Err(why) = forge.extend_check(made.id, &check, batch, at + 1 == batches.len()) {
            return refusal(&why, place);
        }
    }
    Posted::created(made.url)
}

fn refusal(why: &ForgeError, place: &RunPlace) -> Posted {
    if !why.is_refusal() {
        return Posted::failed(why.to_string());
    }
    let fork = if place.fork { "; the pull request comes from a fork, whose token may only read" } else { "" };
    Posted::refused(format!("{why}{fork}"))
}
