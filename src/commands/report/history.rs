//! `report history`.

use crate::commands::report::{
    forge::{github, no_token, place},
    inputs,
    shards::download,
};
use crate::{
    cli::{DataFormat, HistorySettings, HistorySource, RunSelection},
    commands::{Answer, World, setup::scratch, warn},
    error::Error,
    exit::Exit,
    output::{
        json,
        terminal::{self, Terminal},
    },
    ports::{
        Executor, Forge,
        forge::{Artifact, ForgeRun},
    },
    report::{
        compare::ReportSummary,
        history::{History, HistoryBuilder, view},
        merge::{cells, summary},
    },
    system::{report_files::DiskReports, signals, unpack_shard::MAX_ALL_BYTES},
};
use glob::Pattern;
use std::{
    path::Path,
    sync::{Arc, atomic::AtomicU64},
};

/// The path of a report, and what it says beside its results.
type ReportFile = (String, ReportSummary);

pub(crate) fn history(wanted: &HistorySettings, terminal: Terminal, world: &World) -> Result<Answer, Error> {
    let history = match &wanted.from {
        HistorySource::Paths(inputs) => of_inputs(inputs)?,
        HistorySource::Runs(runs) => of_runs(runs, world)?,
    };
    let text = match wanted.format {
        DataFormat::Human => terminal::render(&view::document(&history), terminal),
        DataFormat::Json => json::to_text(&history).map_err(|e| Error::Report(e.to_string()))?,
    };
    Ok(Answer { text, exit: Exit::Good })
}

/// The history of the reports of these inputs, oldest first.
///
/// # Errors
/// One does not exist or is no report, or there is none.
fn of_inputs(wanted: &[String]) -> Result<History, Error> {
    let mut all: Vec<ReportFile> = Vec::new();
    for input in wanted {
        let paths = inputs::reports(input)?;
        let mut reports = Vec::with_capacity(paths.len());
        for path in paths {
            let one = summary(&path, &DiskReports).map_err(|why| inputs::no_report(&path, why))?;
            reports.push((path, one));
        }
        // Stable: without a time the order of the paths stays.
        if reports.iter().all(|(_, report)| report.started_at.is_some()) {
            reports.sort_by(|(_, a), (_, b)| a.started_at.cmp(&b.started_at));
        }
        all.append(&mut reports);
    }
    if all.is_empty() {
        return Err(Error::Nothing(format!("there is no report.json in `{}`", wanted.join("`, `"))));
    }
    of_files(all)
}

fn of_files(all: Vec<ReportFile>) -> Result<History, Error> {
    let mut builder = HistoryBuilder::default();
    for (path, one) in all {
        cells(&path, &DiskReports, &mut |cell| builder.cell(cell)).map_err(|why| inputs::no_report(&path, why))?;
        builder.report(one);
    }
    Ok(builder.finish())
}

/// The history of the last runs of a workflow; a run without a report is named and passed over.
fn of_runs(wanted: &RunSelection, world: &World) -> Result<History, Error> {
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
    let (mut all, mut notes, mut last_lost) = (Vec::new(), Vec::new(), false);
    let room = AtomicU64::new(MAX_ALL_BYTES);
    for run in &runs {
        let report = of_run(run, &name, &*github, (Path::new(&dir), &room))?;
        last_lost = report.is_err();
        match report {
            Ok(report) => all.push(report),
            Err(why) => notes.push(format!("run {} has no report here: {why}", run.id)),
        }
    }
    warn(&notes, false, world);
    if all.is_empty() {
        return Err(Error::Nothing(format!("none of {} runs of `{workflow}` has a report", runs.len())));
    }
    Ok(History { lost: notes, last_lost, ..of_files(all)? })
}

/// The report of a run, or why there is none; `scratch` is a directory, and the room in it in bytes.
fn of_run(
    run: &ForgeRun,
    name: &Pattern,
    forge: &dyn Forge,
    (scratch, room): (&Path, &AtomicU64),
) -> Result<Result<ReportFile, String>, Error> {
    let artifacts = forge.artifacts(run.id)?;
    let named: Vec<&Artifact> = artifacts.iter().filter(|artifact| name.matches(&artifact.name)).collect();
    let Some(newest) = named.iter().filter(|artifact| !artifact.expired).max_by_key(|one| (&one.created_at, one.id))
    else {
        let why = if named.is_empty() { "no artifact has the name" } else { "its artifact has expired" };
        return Ok(Err(why.to_owned()));
    };
    let fetched = download(forge, newest, scratch, room)?;
    let Some(path) = fetched.reports.first().map(|path| path.to_string_lossy().into_owned()) else {
        return Ok(Err(fetched.artifact.fate()));
    };
    Ok(match summary(&path, &DiskReports) {
        Ok(said) => {
            let began = Some(run.started_at.clone()).filter(|at| !at.is_empty());
            let known = format!("run {}", run.id);
            Ok((
                path,
                ReportSummary {
                    path: known,
                    run: Some(run.id.to_string()),
                    started_at: said.started_at.or(began),
                    ..said
                },
            ))
        }
        Err((_, why)) => Err(why),
    })
}
