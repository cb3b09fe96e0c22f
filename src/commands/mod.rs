//! The whole pipeline: facts → plan → apply → verify → report.

pub(crate) mod claims;
pub(crate) mod doctor;
pub(crate) mod environment;
pub(crate) mod explain;
pub(crate) mod fix;
pub(crate) mod go_says;
pub(crate) mod list;
pub(crate) mod observe;
pub(crate) mod report;
pub(crate) mod report_files;
pub(crate) mod setup;
pub(crate) mod shard;
pub(crate) mod toolchains;
pub(crate) mod verify;
pub(crate) mod why;
pub(crate) mod world;

pub use world::World;

use crate::{
    apply::{self, shell},
    cli::{ApplySettings, DataFormat, PlanFormat, PlanOptions, PlanSettings, Progress, Screen, Settings, Task, tell},
    drives::{self, drive::Drives},
    error::Error,
    exit::Exit,
    goenv::sources,
    output::{
        annotation::{Level, annotation},
        json, sanitize,
        terminal::Terminal,
    },
    plan::{MatrixLeg, Plan, WantedJobs, json::PlanV1, legs, matrix_json, plan, runner, text},
    ports::Scopes,
    probe::load_probes,
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
        Task::Plan(wanted) => show_plan(wanted, terminal, world),
        Task::Apply(wanted) => apply(wanted, settings.quiet, terminal, world),
        Task::Verify(wanted) => verify::verify(wanted, settings.quiet, terminal, world),
        Task::Explain(wanted) => explain::explain(wanted, terminal, world),
        Task::Doctor(wanted) => doctor::doctor(wanted, settings.quiet, terminal, world),
        Task::Claims(wanted) => claims::claims(wanted, settings.quiet, terminal, world),
        Task::Report(wanted) => report::report(wanted, terminal, world),
        Task::Observe(terminal) => observe::observe(*terminal, world),
    }
}

fn planned(name: &str, options: &PlanOptions, world: &World) -> Result<Plan, Error> {
    let facts = runner::facts(name, options.repository.as_deref(), &world.here)?;
    Ok(plan(&facts, &options.overrides, &options.versions)?)
}

/// The plan with what is true of this machine now, if it is for this machine.
fn planned_here(name: &str, options: &PlanOptions, world: &World) -> Result<Plan, Error> {
    let mut plan = planned(name, options, world)?;
    if name == runner::CURRENT {
        plan.drives = here_drives(options, world)?;
        plan.warnings.extend(sources::environment_notes(&world.here.env, &world.scopes.block()));
    } else if options.measure_drives {
        plan.assumptions
            .push("`--measure-drives` measures this machine, which `--runner current` plans for".to_owned());
    }
    Ok(plan)
}

fn here_drives(options: &PlanOptions, world: &World) -> Result<Drives, Error> {
    let facts = runner::facts(runner::CURRENT, options.repository.as_deref(), &world.here)?;
    Ok(drives::look(&facts, &world.disks, options.measure_drives))
}

/// Progress on standard error, as its reader can take it.
fn progress(quiet: bool, world: &World) -> Progress {
    Progress::new(match quiet {
        true => Screen::None,
        false if is_on_a_runner(world) => Screen::RunnerLog,
        false if world.watched => Screen::Terminal,
        false => Screen::Plain,
    })
}

fn is_on_a_runner(world: &World) -> bool {
    world.here.env.get_filled("GITHUB_ACTIONS").is_some()
}

/// What is odd about this machine, for a person, and on a runner for its log.
fn warn(notes: &[String], quiet: bool, world: &World) {
    let on_a_runner = is_on_a_runner(world);
    for note in notes.iter().filter(|_| !quiet) {
        let line = if on_a_runner {
            annotation(Level::Warning, "goenv-ci", note)
        } else {
            format!("warning: {}", sanitize::one_line(note))
        };
        tell(&line);
    }
}

fn show_plan(wanted: &PlanSettings, terminal: Terminal, world: &World) -> Result<Answer, Error> {
    if wanted.format == PlanFormat::GithubMatrix {
        return Ok(Answer { text: matrix_json(&matrix(wanted, world)?) + "\n", exit: Exit::Good });
    }
    let mut plan = planned_here(&wanted.runner, &wanted.options, world)?;
    plan.matrix = matrix(wanted, world)?;
    let text = match wanted.format {
        PlanFormat::Human => text::render(&plan, terminal.paint()),
        PlanFormat::Json => json(&PlanV1::from(&plan)),
        PlanFormat::GithubMatrix | PlanFormat::Env => {
            plan.assignments.iter().map(|a| format!("{}={}\n", a.variable.name(), a.value)).collect()
        }
    };
    Ok(Answer { text, exit: Exit::Good })
}

/// The jobs of all runners. A label that is no recorded runner's is one of your own.
fn matrix(wanted: &PlanSettings, world: &World) -> Result<Vec<MatrixLeg>, Error> {
    let label = |name: &String| match runner::facts(name, wanted.options.repository.as_deref(), &world.here) {
        Ok(facts) => Ok(facts.label),
        Err(runner::RunnerError::Unknown(_))
            if wanted.runners.len() > 1 || wanted.format == PlanFormat::GithubMatrix =>
        {
            Ok(name.clone())
        }
        Err(why) => Err(why),
    };
    let runners = wanted.runners.iter().map(label).collect::<Result<Vec<_>, _>>()?;
    let probes = load_probes(&verify::probe_files(&wanted.matrix, world)?)?;
    let cells = shard::cells(&probes, &[], &wanted.options.versions);
    let asked = WantedJobs { runners: &runners, versions: &cells.versions, cells: cells.len(), shards: wanted.shards };
    Ok(legs(&asked)?)
}

fn apply(wanted: &ApplySettings, quiet: bool, terminal: Terminal, world: &World) -> Result<Answer, Error> {
    let plan = planned_here(runner::CURRENT, &wanted.options, world)?;
    if !wanted.dry_run {
        warn(&sources::environment_notes(&world.here.env, &world.scopes.block()), quiet, world);
    }
    let text = if wanted.dry_run {
        match wanted.format {
            DataFormat::Human => text::render(&plan, terminal.paint()),
            DataFormat::Json => json(&PlanV1::from(&plan)),
        }
    } else if let Some(shell) = wanted.shell {
        apply::make_dirs(&plan, &world.host)?;
        shell::lines(&plan, shell).iter().map(|line| format!("{line}\n")).collect()
    } else {
        let applied = apply::apply(&plan, &world.here.env, &world.host, &world.files)?;
        if let Some(why) = &plan.too_late {
            // On standard error, which the runner reads for commands too: standard output is the answer alone.
            tell(&annotation(Level::Warning, "goenv-ci runs too late", why));
        }
        match wanted.format {
            DataFormat::Human => applied_text(&plan, &applied.done),
            DataFormat::Json => json(&PlanV1::from(&plan)),
        }
    };
    Ok(Answer { text, exit: Exit::Good })
}

fn applied_text(plan: &Plan, done: &[String]) -> String {
    let values = plan.assignments.iter().map(|a| format!("{}={}\n", a.variable.name(), a.value));
    let path = plan.path_entries.iter().map(|entry| format!("PATH begins with {entry}\n"));
    let drives = plan.drives.places.iter().map(drives::line).chain(plan.drives.advice.iter().cloned());
    let text: String =
        values.chain(path).chain(done.iter().cloned().chain(drives).map(|line| format!("{line}\n"))).collect();
    sanitize::disarmed(&sanitize::visible(&text))
}

fn json(value: &impl serde::Serialize) -> String {
    json::pretty(value).unwrap_or_default()
}
