//! One module for each command; `run` chooses.

pub(crate) mod apply;
pub(crate) mod claims;
pub(crate) mod doctor;
pub(crate) mod environment;
pub(crate) mod explain;
pub(crate) mod export;
pub(crate) mod fix;
pub(crate) mod go_says;
pub(crate) mod import;
pub(crate) mod lint;
pub(crate) mod list;
pub(crate) mod man;
pub(crate) mod observe;
pub(crate) mod plan;
pub(crate) mod relocate;
pub(crate) mod report;
pub(crate) mod report_files;
pub(crate) mod running_job;
pub(crate) mod setup;
pub(crate) mod shard;
pub(crate) mod toolchains;
pub(crate) mod verify;
pub(crate) mod world;

pub use world::World;

use crate::status::Severity;
use crate::{
    cli::{Progress, Settings, Stderr, Task, tell, tell_runner},
    completions,
    error::Error,
    exit::Exit,
    output::{annotation::annotation, json, sanitize},
    plan::runner,
};

/// What is printed on standard output, and what the caller is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// With a line feed at its end.
    pub text: String,
    /// The exit code.
    pub exit: Exit,
}

/// Does what was meant.
///
/// # Errors
/// There is no answer; see [`Error`].
pub fn run(settings: &Settings, world: &World) -> Result<Answer, Error> {
    runner::check_readable(&world.here)?;
    let terminal = settings.terminal;
    match &settings.task {
        Task::Plan(wanted) => plan::plan(wanted, terminal, world),
        Task::Apply(wanted) => apply::apply(wanted, settings.quiet, terminal, world),
        Task::Verify(wanted) => verify::verify(wanted, settings.quiet, terminal, world),
        Task::Explain(wanted) => explain::explain(wanted, terminal, world),
        Task::Export(wanted) => export::export(wanted, settings.quiet, terminal, world),
        Task::Import(wanted) => import::import(wanted, terminal, world),
        Task::Doctor(wanted) => doctor::doctor(wanted, settings.quiet, terminal, world),
        Task::Lint(wanted) => lint::lint(wanted, settings.quiet, terminal, world),
        Task::Claims(wanted) => claims::claims(wanted, settings.quiet, terminal, world),
        Task::Report(wanted) => report::report(wanted, terminal, world),
        Task::Relocate(wanted) => relocate::relocate(wanted, settings.quiet, terminal, world),
        Task::Completions(shell) => {
            completions::script(*shell).map(|text| Answer { text, exit: Exit::Good }).map_err(Error::Answer)
        }
        Task::Man(dir) => man::man(dir.as_deref()),
        Task::Observe(terminal) => observe::observe(*terminal, world),
    }
}

/// Progress on standard error, as its reader can take it.
fn progress(quiet: bool, world: &World) -> Progress {
    Progress::new(match quiet {
        true => Stderr::None,
        false if is_on_a_runner(world) => Stderr::RunnerLog,
        false if world.watched => Stderr::Terminal,
        false => Stderr::Plain,
    })
}

fn is_on_a_runner(world: &World) -> bool {
    world.here.env.get_filled("GITHUB_ACTIONS").is_some()
}

/// What is odd about this machine, for a person, and on a runner for its log.
fn warn(notes: &[String], quiet: bool, world: &World) {
    let on_a_runner = is_on_a_runner(world);
    for note in notes.iter().filter(|_| !quiet) {
        match on_a_runner {
            true => tell_runner(&annotation(Severity::Warning, "goenv-ci", note)),
            false => tell(&format!("warning: {}", sanitize::one_line(note))),
        }
    }
}

fn json(value: &impl serde::Serialize) -> String {
    json::pretty(value).unwrap_or_default()
}
