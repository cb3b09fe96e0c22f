//! `report history`.

use crate::commands::report::{
    connection::{github, no_token, place},
    shards::one,
    whole,
};
use crate::{
    cli::{DataFormat, HistorySettings, HistorySource, RunSelection},
    commands::{Answer, World, setup::scratch, warn},
    error::Error,
    exit::Exit,
    output::terminal::Terminal,
    ports::{
        Executor, Forge,
        forge::{Artifact, ForgeRun},
    },
    report::{
        compare::Survey,
        history::{Trend, collect::History, json::TrendV1, text},
        merge::{cells, survey},
    },
    system::{report_files::DiskReports, signals},
};
use glob::Pattern;
use std::{path::Path, sync::Arc};

/// A report's file, and what it says beside its results.
type Told = (String, Survey);

pub(crate) fn history(wanted: &HistorySettings, terminal: Terminal, world: &World) -> Result<Answer, Error> {
    let trend = match &wanted.from {
        HistorySource::Paths(inputs) => trend(inputs)?,
        HistorySource::Runs(runs) => trend_of_runs(runs, world)?,
    };
    let text = match wanted.format {
        DataFormat::Human => text::render(&trend, terminal.paint(), 100),
        DataFormat::Json => TrendV1::from(&trend).to_text().map_err(|e| Error::Report(e.to_string()))?,
    };
    Ok(Answer { text, exit: Exit::Good })
}

/// What became of the reports of these inputs, oldest first.
///
/// # Errors
/// One is not there or is no report, or there is none.
pub(crate) fn trend(inputs: &[String]) -> Result<Trend, Error> {
    let mut all: Vec<Told> = Vec::new();
    for input in inputs {
        let paths = whole::all(input)?;
        let mut reports = Vec::with_capacity(paths.len());
        for path in paths {
            let one = survey(&path, &DiskReports).map_err(|why| whole::wrong(&path, why))?;
            reports.push((path, one));
        }
        // Stable: without a time the order of the paths stays.
        if reports.iter().all(|(_, report)| report.started_at.is_some()) {
            reports.sort_by(|(_, a), (_, b)| a.started_at.cmp(&b.started_at));
        }
        all.append(&mut reports);
    }
    if all.is_empty() {
        return Err(Error::Nothing(format!("there is no report.json in `{}`", inputs.join("`, `"))));
    }
    told(all)
}

fn told(all: Vec<Told>) -> Result<Trend, Error> {
    let mut history = History::default();
    for (path, one) in all {
        cells(&path, &DiskReports, &mut |cell| history.cell(cell)).map_err(|why| whole::wrong(&path, why))?;
        history.report(one);
    }
    Ok(history.finish())
}

/// Likewise of the last runs of a workflow; a run without a report is named and passed over.
fn trend_of_runs(wanted: &RunSelection, world: &World) -> Result<Trend, Error> {
    signals::listen(Arc::clone(&world.processes));
    let name = Pattern::new(&wanted.artifact).map_err(|why| Error::Publish(format!("--artifact: {why}")))?;
    let (place, stop) = (place(world), || world.processes.interrupted());
    let github = github(&place, world, &stop)?.ok_or_else(no_token)?;
    let scratch = scratch(world)?;
    let unmade = |source| Error::Scratch { place: world.here.temp_dir.clone(), source };
    let dir = scratch.path().map_err(unmade)?.to_owned();
    let workflow = match (&wanted.workflow, place.run) {
        (Some(workflow), _) => workflow.clone(),
        (None, Some(run)) => github.run(run)?.workflow.to_string(),
        (None, None) => return Err(Error::Publish("no workflow is named: give `--workflow FILE`".to_owned())),
    };
    let mut runs = github.last_runs(&workflow, wanted.branch.as_deref(), wanted.most)?;
    runs.reverse();
    let (mut all, mut notes) = (Vec::new(), Vec::new());
    for run in &runs {
        match of_run(run, &name, &github, Path::new(&dir))? {
            Ok(told) => all.push(told),
            Err(why) => notes.push(format!("run {} has no report here: {why}", run.id)),
        }
    }
    warn(&notes, false, world);
    if all.is_empty() {
        return Err(Error::Nothing(format!("none of {} runs of `{workflow}` has a report", runs.len())));
    }
    told(all)
}

/// The report of a run, or why there is none.
fn of_run(run: &ForgeRun, name: &Pattern, forge: &dyn Forge, scratch: &Path) -> Result<Result<Told, String>, Error> {
    let artifacts = forge.artifacts(run.id)?;
    let named: Vec<&Artifact> = artifacts.iter().filter(|artifact| name.matches(&artifact.name)).collect();
    let Some(newest) = named.iter().filter(|artifact| !artifact.expired).max_by_key(|one| (&one.created_at, one.id))
    else {
        let why = if named.is_empty() { "no artifact has the name" } else { "its artifact has expired" };
        return Ok(Err(why.to_owned()));
    };
    let fetched = one(forge, newest, scratch)?;
    let Some(path) = fetched.reports.first().map(|path| path.to_string_lossy().into_owned()) else {
        return Ok(Err(fetched.fate.fate.to_string()));
    };
    Ok(match survey(&path, &DiskReports) {
        Ok(said) => {
            let began = Some(run.started_at.clone()).filter(|at| !at.is_empty());
            let known = format!("run {}", run.id);
            Ok((
                path,
                Survey { path: known, run: Some(run.id.to_string()), started_at: said.started_at.or(began), ..said },
            ))
        }
        Err((_, why)) => Err(why),
    })
}
