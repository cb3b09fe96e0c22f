//! `doctor --try`: runs the ordinary go commands in this environment, so that what they write goes to a scratch
//! directory, and says what stops them.

mod cause;
mod commands;

use crate::{
    doctor::{Context, finding::Finding},
    output::{mask::masked, sanitize::clip, wording::list},
    ports::{Ended, Executor, Invocation, NotRun, Observer, event::Event},
    status::{Severity, Status},
};
use cause::{StopCause, cause};
use commands::{GoCommand, TrialPlan};
use schemars::JsonSchema;
use serde::Serialize;
use std::{io, time::Duration};

/// A command that takes longer is ended, and is not judged.
const LIMIT: Duration = Duration::from_secs(180);

/// Characters of what Go said.
const LONGEST: usize = 1_500;

/// In which module a command was tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "TriedInV1")]
pub enum TriedIn {
    /// A module of a few lines in a scratch directory: what stops it is the environment.
    OwnModule,
    /// The working directory, with its go.mod, go.work and vendor directory.
    WorkingDirectory,
}

impl TriedIn {
    /// As a part of a sentence.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::OwnModule => "a small module",
            Self::WorkingDirectory => "this directory",
        }
    }
}

/// A command that was tried, or that was not and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "TriedV1")]
pub struct TriedCommand {
    /// As it would be typed: `go build .`.
    pub command: String,
    /// Where.
    #[serde(rename = "in")]
    pub place: TriedIn,
    /// `pass`, `fail`, or `skip` with a reason.
    pub verdict: Status,
    /// From start to end; 0 where it was not run.
    #[serde(rename = "duration_ms")]
    pub milliseconds: u64,
    /// What Go said, where it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub said: Option<String>,
    /// Why it was not judged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// What trying needs beside the context.
pub struct TrialMeans<'a> {
    /// Runs the commands.
    pub executor: &'a dyn Executor,
    /// Shows what is being tried.
    pub observer: &'a dyn Observer,
    /// An empty directory that is removed afterwards.
    pub scratch: &'a str,
    /// Whether the network may be used.
    pub online: bool,
}

/// Runs the commands: each with its outcome, and a finding for each different reason to stop. `found` is what the
/// checks found: their fix is told where it takes away what stops a command.
///
/// # Errors
/// Nothing can be written to the scratch directory.
pub fn attempt(
    context: &Context<'_>,
    means: &TrialMeans<'_>,
    found: &[Finding],
) -> io::Result<(Vec<TriedCommand>, Vec<Finding>)> {
    let plan = TrialPlan::new(context, means, found);
    plan.lay_out(context.host)?;
    let (mut tried, mut stops): (Vec<TriedCommand>, Vec<TrialStop>) = (Vec::new(), Vec::new());
    for attempt in plan.attempts() {
        let outcome = match &attempt.skipped {
            Some(reason) => skipped(&attempt, reason),
            None => match stops.iter().find(|stop| stop.stops_all) {
                Some(stop) => skipped(&attempt, &format!("`{}` stops already", stop.attempt.shown)),
                None => run(&attempt, context, means),
            },
        };
        if means.executor.interrupted() {
            break;
        }
        if let (Status::Fail, Some(said)) = (outcome.verdict, &outcome.said) {
            let first = first_line(said);
            match stops.iter_mut().find(|stop| first_line(&stop.said) == first && stop.attempt.place == attempt.place) {
                Some(stop) => stop.also.push(attempt.shown.clone()),
                None => {
                    let stops_all = attempt.shown == "go version";
                    stops.push(TrialStop { said: said.clone(), attempt, also: Vec::new(), stops_all });
                }
            }
        }
        tried.push(outcome);
    }
    Ok((tried, findings(stops, context, means, found)))
}

/// One reason to stop.
struct TrialStop {
    /// Go's own words.
    said: String,
    /// The first command that it stops.
    attempt: GoCommand,
    /// Other commands that say the same.
    also: Vec<String>,
    /// Whether no command can do better.
    stops_all: bool,
}

fn skipped(attempt: &GoCommand, reason: &str) -> TriedCommand {
    TriedCommand {
        command: attempt.shown.clone(),
        place: attempt.place,
        verdict: Status::Skip,
        milliseconds: 0,
        said: None,
        reason: Some(reason.to_owned()),
    }
}

fn run(attempt: &GoCommand, context: &Context<'_>, means: &TrialMeans<'_>) -> TriedCommand {
    means.observer.event(&Event::Stage(format!("trying `{}` in {}", attempt.shown, attempt.place.name())));
    let invocation = Invocation { argv: &attempt.argv, env: &attempt.env, dir: &attempt.dir, limit: LIMIT };
    let done = match means.executor.run(&invocation) {
        Err(why @ NotRun::NotStarted(_)) => {
            let said = format!("`{}` {}", attempt.argv[0], why);
            return TriedCommand { verdict: Status::Fail, said: Some(said), reason: None, ..skipped(attempt, "") };
        }
        Err(why @ NotRun::Unread(_)) => return skipped(attempt, &format!("it {why}")),
        Ok(done) => done,
    };
    let milliseconds = u64::try_from(done.duration.as_millis()).unwrap_or(u64::MAX);
    let said = words(&[done.stderr, done.stdout].concat(), means.scratch);
    let (verdict, said, reason) = match done.ended {
        Ended::Code(0) => (Status::Pass, None, None),
        Ended::TimedOut => {
            (Status::Skip, None, Some(format!("it took longer than {} s and was ended", LIMIT.as_secs())))
        }
        Ended::Interrupted => (Status::Skip, None, Some("it was interrupted".to_owned())),
        _ if needs_network(&said, context, means) => {
            (Status::Skip, None, Some(format!("it needs the network: {}", first_line(&said))))
        }
        Ended::Code(code) if said.is_empty() => (Status::Fail, Some(format!("exit code {code}, without a word")), None),
        Ended::Code(_) => (Status::Fail, Some(said), None),
        Ended::Signal(number) => (Status::Fail, Some(format!("ended by signal {number}: {said}")), None),
    };
    TriedCommand { command: attempt.shown.clone(), place: attempt.place, verdict, milliseconds, said, reason }
}

/// Whether a command failed only because downloads are switched off while it is tried.
fn needs_network(said: &str, context: &Context<'_>, means: &TrialMeans<'_>) -> bool {
    let switched_off = !means.online && !context.value("GOPROXY").starts_with("off");
    let marks = ["disabled by GOPROXY=off", "toolchain not available", commands::NOWHERE_ADDRESS];
    switched_off && marks.iter().any(|mark| said.contains(mark))
}

/// What a command printed, with the scratch directory under a name of its own and secrets masked.
fn words(output: &[u8], scratch: &str) -> String {
    let text = String::from_utf8_lossy(output).replace("\r\n", "\n");
    let text = text.replace(scratch, "SCRATCH");
    // What is printed on the way is no reason.
    let lines = text.lines().filter(|line| !line.starts_with("go: downloading ") && !line.trim().is_empty());
    let kept: Vec<&str> = lines.collect();
    masked(&clip(&kept.join("\n"), LONGEST)).into_owned()
}

/// The first line that says something: those with `#` name the package only.
fn first_line(said: &str) -> &str {
    said.lines().find(|line| !line.starts_with('#')).unwrap_or(said)
}

/// One for each cause: what stops for one reason is told once.
fn findings(stops: Vec<TrialStop>, context: &Context<'_>, means: &TrialMeans<'_>, found: &[Finding]) -> Vec<Finding> {
    let mut told: Vec<(TrialStop, Option<StopCause>)> = Vec::new();
    for stop in stops {
        let cause = cause(&stop.said, &stop.attempt, context, means, found);
        let same = |(known, of): &&mut (TrialStop, Option<StopCause>)| {
            cause.is_some() && *of == cause && known.attempt.place == stop.attempt.place
        };
        match told.iter_mut().find(same) {
            Some((known, _)) => known.also.extend([vec![stop.attempt.shown], stop.also].concat()),
            None => told.push((stop, cause)),
        }
    }
    told.into_iter().map(|(stop, cause)| finding(&stop, cause)).collect()
}

fn finding(stop: &TrialStop, cause: Option<StopCause>) -> Finding {
    let TrialStop { said, attempt, also, .. } = stop;
    let names: Vec<String> = std::iter::once(&attempt.shown).chain(also).map(|name| format!("`{name}`")).collect();
    let verb = if also.is_empty() { "stops" } else { "stop" };
    let start = format!("{} {verb} in {}", list(&names), attempt.place.name());
    let Some(cause) = cause else { return Finding::new(attempt.id, Severity::Error, &start, said) };
    // One cause is one error: where a check has it, this only says what it stops.
    let severity = if cause.is_told { Severity::Note } else { Severity::Error };
    let finding = Finding::new(attempt.id, severity, &format!("{start}: {}", cause.why), said);
    match cause.fix {
        Some(command) => finding.fixed_by(&command, None),
        None => finding,
    }
}
