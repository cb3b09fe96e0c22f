//! `plan`: what `apply` would do on a runner, and the jobs that verify it.

use crate::commands::{Answer, World, json, setup::probe_files, shard};
use crate::{
    apply,
    cli::{PlanFormat, PlanOptions, PlanSettings},
    drives::{self, drive::Drives},
    error::Error,
    exit::Exit,
    goenv::{
        Known,
        settings::{GoSettings, SettingsFile},
        sources,
        variable::GoVar,
    },
    output::{
        sanitize,
        terminal::{self, Terminal},
    },
    plan::{
        self, Assignment, Giver, Gobin, JobOptions, Matrix, Override, Overrides, Plan, PlanError, Rule, ValueOrigin,
        Warning,
        runner::{self, Here},
        view::{self, Detail},
    },
    platform::facts::Facts,
    ports::{Host, Scopes},
    probe::{EMBEDDED, load_probes},
};

pub(crate) fn plan(wanted: &PlanSettings, terminal: Terminal, world: &World) -> Result<Answer, Error> {
    if wanted.format == PlanFormat::GithubMatrix {
        return Ok(Answer { text: matrix(wanted, world)?.to_line() + "\n", exit: Exit::Good });
    }
    let mut plan = planned_here(&wanted.runner, &wanted.options, world)?;
    plan.matrix = matrix(wanted, world)?;
    let detail = if wanted.verbose { Detail::Verbose } else { Detail::Brief };
    let text = match wanted.format {
        PlanFormat::Human => terminal::render(&view::plan(&plan, detail), terminal),
        PlanFormat::Json => json(&plan),
        PlanFormat::GithubMatrix | PlanFormat::Env => {
            plan.assignments.iter().map(|a| format!("{}={}\n", a.variable.name(), a.value)).collect()
        }
    };
    Ok(Answer { text, exit: Exit::Good })
}

/// The plan for a runner by its facts alone.
///
/// # Errors
/// No such runner, or a value that it would not take.
pub(crate) fn planned(name: &str, options: &PlanOptions, world: &World) -> Result<Plan, Error> {
    let facts = runner::facts(name, options.repository.as_deref(), &world.here)?;
    planned_from(&facts, &options.overrides, options, world)
}

/// The plan for a machine of these facts, with these values.
///
/// # Errors
/// A value that it would not take.
pub(crate) fn planned_from(
    facts: &Facts,
    overrides: &Overrides,
    options: &PlanOptions,
    world: &World,
) -> Result<Plan, Error> {
    let plan = plan::plan(facts, overrides, &options.versions)?;
    if facts.runner == runner::CURRENT {
        refuse_strange(overrides, options.root.as_deref(), world)?;
    }
    Ok(Plan { config: options.config.clone(), settings: options.settings.clone(), ..plan })
}

/// What the repository's file says must not lead into the repository: not by a link, nor by another name of it.
fn refuse_strange(overrides: &Overrides, root: Option<&str>, world: &World) -> Result<(), PlanError> {
    let Some(root) = root else { return Ok(()) };
    let platform = world.here.platform;
    let real = |path: &str| world.host.canonical(path);
    for variable in GoVar::ALL {
        let Some(Override { value, giver: giver @ Giver::File { .. } }) = overrides.of(variable) else { continue };
        // What is not there yet will be made where its nearest directory really is.
        let mut up = std::iter::once(value.clone()).chain(platform.above(value));
        let there = up.find_map(|dir| Some(platform.join(&real(&dir)?, value.get(dir.len()..).unwrap_or_default())));
        let leads = |(dir, root): (String, String)| plan::leads_into(platform, variable, &dir, &root);
        if there.zip(real(root)).is_some_and(leads) || plan::leads_into(platform, variable, value, root) {
            return Err(PlanError::BadValue {
                variable,
                value: value.clone(),
                rule: Rule::InRepository,
                platform,
                origin: ValueOrigin::Given(giver.clone()),
            });
        }
    }
    Ok(())
}

/// The plan with what is true of this machine now, if it is for this machine.
///
/// # Errors
/// As [`planned`].
pub(crate) fn planned_here(name: &str, options: &PlanOptions, world: &World) -> Result<Plan, Error> {
    let mut plan = planned(name, options, world)?;
    if name == runner::CURRENT {
        plan.drives = here_drives(options, world)?;
        let notes = sources::environment_notes(&world.here.env, &world.scopes.block());
        plan.warnings.extend(notes.into_iter().map(Warning::from));
        plan.warnings.extend(replaced(&plan, options, world).into_iter().map(Warning::from));
        let exposed = apply::refuse_exposed(&plan, &world.host).err();
        plan.warnings.extend(exposed.map(|why| Warning::from(format!("`apply` refuses this plan: {why}"))));
    } else if options.measure_drives {
        plan.assumptions
            .push("`--measure-drives` measures this machine, which `--runner current` plans for".to_owned());
    }
    Ok(plan)
}

/// What this user has set, where there is no runner, and standard values would replace: a sentence each. On a runner
/// that is what `apply` is for; elsewhere it may be what the user wants.
pub(crate) fn replaced(plan: &Plan, options: &PlanOptions, world: &World) -> Vec<String> {
    let Here { env, current_dir, platform, .. } = &world.here;
    if env.get_filled("RUNNER_TEMP").is_some() {
        return Vec::new();
    }
    let overrides = &options.overrides;
    let settings = GoSettings::read(&Known::newest_version(), env, current_dir, &world.host);
    let sentence = |assigned: &Assignment| {
        let variable = assigned.variable;
        let asked_for = match variable {
            GoVar::Gocache => overrides.gocache.is_some(),
            GoVar::Gopath => overrides.gopath.is_some(),
            GoVar::Gobin => overrides.gobin != Gobin::Standard,
        };
        let held = settings.winner(variable.name()).filter(|held| !asked_for && held.value != assigned.value)?;
        if platform.same_path(&held.value, &assigned.value) {
            return None;
        }
        let at = held.at.map_or_else(|| "the environment".to_owned(), |at| format!("`{at}`"));
        let (name, flag) = (variable.name(), variable.input());
        let (here, planned) = (sanitize::clip(&held.value, 300), &assigned.value);
        Some(format!(
            "{name} is `{here}` in {at}, and the plan has `{planned}`: what lies in the other directory is not used then; `--{flag}` with the directory keeps it"
        ))
    };
    let unread = settings.user.iter().filter(|file| file.unreadable.is_some()).flat_map(SettingsFile::notes);
    unread.chain(plan.assignments.iter().filter_map(sentence)).collect()
}

/// The drives of this machine.
///
/// # Errors
/// What was said to be the repository is none.
pub(crate) fn here_drives(options: &PlanOptions, world: &World) -> Result<Drives, Error> {
    let facts = runner::facts(runner::CURRENT, options.repository.as_deref(), &world.here)?;
    Ok(drives::look(&facts, &world.disks, options.measure_drives))
}

/// The jobs of all runners. A label that is no recorded runner's is one of your own.
fn matrix(wanted: &PlanSettings, world: &World) -> Result<Matrix, Error> {
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
    let versions = &wanted.options.versions;
    let embedded_alone = wanted.matrix.is_empty() || wanted.matrix == [EMBEDDED];
    let cells = if embedded_alone {
        shard::embedded_cells(versions)
    } else {
        shard::cells(&load_probes(&probe_files(&wanted.matrix, world)?)?, &[], versions)
    };
    let asked = JobOptions { runners: &runners, versions: &cells.versions, cells: cells.len(), shards: wanted.shards };
    Ok(plan::matrix(&asked)?)
}
