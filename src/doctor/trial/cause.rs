//! Why a command stops: it is run again with one variable taken away, and what
//! the checks found of that variable is the explanation.

use super::{GoCommand, TrialMeans};
use crate::{
    doctor::{Context, finding::Finding, log::causes},
    goenv::explanation::Layer,
    platform::env::EnvBlock,
    ports::{Ended, Invocation},
    status::Severity,
};
use std::time::Duration;

/// What has not stopped by then, and stopped much sooner before, does not stop for the same reason any more: it compiles.
const LIMIT: Duration = Duration::from_secs(10);

/// Variables that are taken away, each by itself.
const MOST: usize = 40;

/// What stops a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct StopCause {
    /// A clause.
    pub why: String,
    /// For a person's shell.
    pub fix: Option<String>,
    /// Whether a check tells it as an error already.
    pub is_told: bool,
}

/// The cause, as far as it can be told.
pub(super) fn cause(
    said: &str,
    attempt: &GoCommand,
    context: &Context<'_>,
    means: &TrialMeans<'_>,
    found: &[Finding],
) -> Option<StopCause> {
    let culprit = by_experiment(said, attempt, context, means);
    let of_culprit = culprit.as_ref().and_then(|name| about(found, name));
    match (of_culprit, culprit) {
        (Some(finding), _) => Some(told(finding)),
        (None, Some(name)) => {
            let fix = context.unset(&name);
            let fix = Some(fix).filter(|fix| !fix.is_empty());
            Some(StopCause { why: format!("without {name} it works"), fix, is_told: false })
        }
        (None, None) => by_words(said, found).map(told).or_else(|| by_message(said)),
    }
}

fn told(finding: &Finding) -> StopCause {
    StopCause {
        why: format!("{} ({})", finding.message, finding.id),
        fix: finding.fix.as_ref().map(|fix| fix.command.clone()),
        is_told: finding.severity == Severity::Error,
    }
}

/// The finding about a variable: one whose fix changes it, before one that only shows it.
fn about<'f>(found: &'f [Finding], name: &str) -> Option<&'f Finding> {
    let fix = |one: &Finding| one.fix.as_ref().map(|fix| fix.command.clone());
    let changes = found.iter().find(|one| fix(one).is_some_and(|command| has_word(&command, name)));
    let shows = |one: &&Finding| {
        one.severity == Severity::Error
            && fix(one).is_some()
            && has_word(&format!("{} {}", one.message, one.evidence), name)
    };
    changes.or_else(|| found.iter().find(shows))
}

fn has_word(text: &str, name: &str) -> bool {
    text.match_indices(name).any(|(at, _)| {
        let part = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_');
        !part(text[..at].chars().next_back()) && !part(text[at + name.len()..].chars().next())
    })
}

/// The one error of the checks that shares the most long words with what Go said.
fn by_words<'f>(said: &str, found: &'f [Finding]) -> Option<&'f Finding> {
    let errors = || found.iter().filter(|one| one.severity == Severity::Error);
    let shared = |one: &Finding| {
        let text = format!("{} {}", one.message, one.evidence);
        let words = said.split(|c: char| c.is_whitespace() || ":`\"'(),;".contains(c));
        words.filter(|word| word.len() > 4 && text.contains(word)).count()
    };
    let best = errors().max_by_key(|one| shared(one)).filter(|one| shared(one) > 0);
    best.or_else(|| errors().next().filter(|_| errors().count() == 1))
}

/// What the table of messages says of one, where nothing here explains it.
fn by_message(said: &str) -> Option<StopCause> {
    let found = causes(said.as_bytes(), "go").findings.into_iter().next()?;
    Some(StopCause { why: found.message, fix: found.fix.map(|fix| fix.command), is_told: false })
}

/// The variable without which the command does not stop.
fn by_experiment(said: &str, attempt: &GoCommand, context: &Context<'_>, means: &TrialMeans<'_>) -> Option<String> {
    let succeeds = |env: &EnvBlock| {
        let invocation = Invocation { argv: &attempt.argv, env, dir: &attempt.dir, limit: LIMIT };
        means.executor.run(&invocation).is_ok_and(|done| matches!(done.ended, Ended::Code(0) | Ended::TimedOut))
    };
    let set = context.explanation.variables.iter().filter(|one| !attempt.replaced.contains(&one.name.as_str()));
    let in_force = set.filter(|one| matches!(one.source, Layer::Environment | Layer::GoenvFile));
    let mut in_force: Vec<_> = in_force.collect();
    // What Go names is asked first.
    in_force.sort_by_key(|one| !has_word(said, &one.name));
    for one in in_force.into_iter().take(MOST) {
        if means.executor.interrupted() {
            return None;
        }
        let mut env = attempt.env.clone();
        match one.source {
            Layer::Environment => env.remove(&one.name),
            // An empty value would not hide it, and Go's own is what counts without it.
            _ => without_file(&mut env, &one.name, context),
        }
        if succeeds(&env) {
            return Some(one.name.clone());
        }
    }
    None
}

/// Leaves the file of `go env -w` out, and gives all other names of it the value that they have by it.
fn without_file(env: &mut EnvBlock, name: &str, context: &Context<'_>) {
    env.set("GOENV", "off");
    let others = context.explanation.variables.iter().filter(|one| one.source == Layer::GoenvFile && one.name != name);
    for one in others {
        env.set(one.name.clone(), context.raw(&one.name));
    }
}
