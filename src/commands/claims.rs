//! `claims`: claims, toolchains, experiments, verdicts.

use crate::commands::{
    Answer, World, list, progress,
    report_files::{open, write_answer},
    setup::{bare_machine, data_files, runner_facts, scratch},
    toolchains::{absent, toolchains},
    warn,
};
use crate::{
    claims::{Claim, ClaimsReport, JudgeOptions, judge, load_claims, view},
    cli::{ClaimsSettings, DataFormat, FailOn},
    error::Error,
    exit::Exit,
    output::terminal::{self, Terminal},
    ports::Executor,
    probe::CLAIMS,
    system::signals,
    verify::Ports,
};
use std::{sync::Arc, time::Instant};

pub(crate) fn claims(wanted: &ClaimsSettings, quiet: bool, terminal: Terminal, world: &World) -> Result<Answer, Error> {
    let started = Instant::now();
    // Before there is a scratch directory that an interrupt would leave behind.
    signals::listen(Arc::clone(&world.processes));
    let files = data_files(&wanted.folders, CLAIMS, world, |dir, why| Error::ClaimsDir { dir, why })?;
    let claims = select(load_claims(&files)?, &wanted.claims)?;
    if wanted.list {
        return Ok(list::claims(&claims, wanted.format, terminal));
    }
    let report_dir = open(wanted.report.as_deref())?;
    let scratch = scratch(world)?;
    let scratch_dir =
        scratch.path().map_err(|source| Error::Scratch { place: world.here.temp_dir.clone(), source })?.to_owned();
    let progress = progress(quiet, world);
    let located = toolchains(&wanted.toolchains, &scratch_dir, &progress, world)?;
    let absent = absent(&located);
    let machine = bare_machine(world, &scratch_dir);
    let job = JudgeOptions {
        claims: &claims,
        toolchains: &located.found,
        absent: &absent,
        may_change: may_change(wanted, world),
        workers: wanted.jobs.unwrap_or_else(|| world.cores()),
        limit: wanted.limit,
    };
    let ports = Ports { host: &world.host, executor: &*world.processes, observer: &progress };
    let judged =
        judge(&job, &machine, &ports).map_err(|source| Error::Scratch { place: machine.scratch.clone(), source })?;
    if let Err(stays) = scratch.remove() {
        warn(&[format!("the scratch directory could not be removed: {stays}")], quiet, world);
    }
    if world.processes.interrupted() {
        return Err(Error::Interrupted);
    }
    let report = ClaimsReport {
        runner: runner_facts(world),
        toolchains: located.found,
        missing: located.missing,
        claims: judged,
        duration: started.elapsed(),
    };
    let document = view::document(&report);
    let json = report.to_json().map_err(|why| Error::Report(why.to_string()))?;
    write_answer("claims", &document, &json, report_dir.as_ref(), world)?;
    let text = match wanted.format {
        DataFormat::Human => terminal::render(&document, terminal),
        DataFormat::Json => json,
    };
    let exit = match (Exit::of_claims(&report), wanted.fail_on) {
        (Exit::Fail | Exit::Errored, FailOn::Never) => Exit::Good,
        (exit, _) => exit,
    };
    Ok(Answer { text, exit })
}

fn select(mut claims: Vec<Claim>, texts: &[String]) -> Result<Vec<Claim>, Error> {
    let names: Vec<String> = claims.iter().map(|claim| claim.id.clone()).collect();
    claims.retain(|claim| texts.is_empty() || texts.iter().any(|text| claim.id.contains(text.as_str())));
    match (claims.is_empty(), texts.is_empty()) {
        (false, _) => Ok(claims),
        (true, true) => Err(Error::Nothing("there are no claims in the directory of claims".to_owned())),
        (true, false) => Err(Error::no_match("claim", texts, &names, "goenv-ci claims --list")),
    }
}

/// On a hosted runner, which is thrown away; under Wine, which is no machine; or where the user said so.
fn may_change(wanted: &ClaimsSettings, world: &World) -> bool {
    let said = |name: &str, value: &str| world.here.env.get_filled(name) == Some(value);
    let hosted = said("GITHUB_ACTIONS", "true") && said("RUNNER_ENVIRONMENT", "github-hosted");
    wanted.change_machine || world.wine.is_some() || hosted
}
