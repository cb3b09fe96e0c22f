//! The whole pipeline: facts → plan → apply → verify → report.

mod observe;
mod toolchains;
mod verify;
mod world;

pub use world::World;

use crate::{
    apply::{self, shell},
    cli::{ApplySettings, DataFormat, PlanFormat, PlanSettings, Settings, Task, Wishes, tell},
    error::Error,
    exit::Exit,
    model::plan::Plan,
    plan::{matrix_json, plan},
    render::{
        annotation::{Level, annotation},
        plan_json::PlanV1,
        plan_text,
        text::Paint,
    },
    runner,
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
    let paint = if settings.color { Paint::Ansi } else { Paint::Plain };
    match &settings.task {
        Task::Plan(wanted) => show_plan(wanted, paint, world),
        Task::Apply(wanted) => apply(wanted, paint, world),
        Task::Verify(wanted) => verify::verify(wanted, settings.quiet, paint, world),
        Task::Observe(terminal) => observe::observe(*terminal, world),
    }
}

fn planned(name: &str, wishes: &Wishes, world: &World) -> Result<Plan, Error> {
    let facts = runner::facts(name, wishes.repository.as_deref(), &world.here)?;
    Ok(plan(&facts, &wishes.overrides, &wishes.versions)?)
}

fn show_plan(wanted: &PlanSettings, paint: Paint, world: &World) -> Result<Answer, Error> {
    let plan = planned(&wanted.runner, &wanted.wishes, world)?;
    let text = match wanted.format {
        PlanFormat::Human => plan_text::render(&plan, paint),
        PlanFormat::Json => json(&PlanV1::from(&plan)),
        PlanFormat::GithubMatrix => matrix_json(&plan.matrix) + "\n",
        PlanFormat::Env => plan.assignments.iter().map(|a| format!("{}={}\n", a.variable.name(), a.value)).collect(),
    };
    Ok(Answer { text, exit: Exit::Good })
}

fn apply(wanted: &ApplySettings, paint: Paint, world: &World) -> Result<Answer, Error> {
    let plan = planned(runner::CURRENT, &wanted.wishes, world)?;
    let text = if wanted.dry_run {
        match wanted.format {
            DataFormat::Human => plan_text::render(&plan, paint),
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
    values.chain(path).chain(done.iter().map(|line| format!("{line}\n"))).collect()
}

fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default() + "\n"
}
