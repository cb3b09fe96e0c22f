//! `verify`: probes, toolchains, cells, report.

use crate::commands::{
    Answer, World, is_on_a_runner, list,
    plan::{here_drives, planned},
    progress,
    report_files::{SUMMARY, append_outputs, append_summary, open, verdict_lines},
    running_job,
    setup::{bare_machine, probe_files, runner_facts, scratch},
    shard,
    toolchains::{absent, toolchains},
    warn,
};
use crate::{
    apply,
    cli::{DataFormat, FailOn, VerifySettings, tell_runner},
    error::Error,
    exit::Exit,
    goenv::{
        locate::{Located, gos_on_path},
        sources::{self, Sources},
        toolchain::Toolchain,
        user_dirs,
        variable::GoVar,
        version::GoVersion,
    },
    output::terminal::{self, Terminal},
    plan::{
        delivery::{Delivery, DeliveryRecord, DeliverySource},
        runner,
    },
    ports::{Executor, Host, KeptFiles, Kind, Observer, ReadLimit, event::Event},
    probe::{EMBEDDED, Probe, ProbeKind, load_probes},
    report::{
        Format, Report, RunFacts,
        annotations::annotations,
        artifact,
        shells::{ShellCell, ShellKind},
        view,
    },
    system::{kept_files::DiskKeptFiles, report_dir::ReportDir, signals, this_machine},
    verify::{self, Machine, Ports, VerifyJob, WantedShells},
};
use std::{sync::Arc, time::Instant};

pub(crate) fn verify(wanted: &VerifySettings, quiet: bool, terminal: Terminal, world: &World) -> Result<Answer, Error> {
    let started = Instant::now();
    let run = run_facts(world);
    // First, so that an interruption finds nothing that would be left behind.
    signals::listen(Arc::clone(&world.processes));
    let (mut probes, mut shells) = select(all_probes(wanted, world)?, shell_cells(wanted, world), &wanted.probes)?;
    if wanted.list {
        return Ok(list::probes(&probes, &shells, wanted.format, terminal, world.here.platform));
    }
    if wanted.live && gos_on_path(&world.here.env, &world.here.current_dir, &world.host).next().is_none() {
        return Err(Error::NoGo);
    }
    let progress = progress(quiet, world);
    let mut asked = wanted.toolchains.clone();
    let narrowed = match wanted.shard {
        Some(shard) if !wanted.live => {
            let (part, facts, needs) = shard::narrow(shard, wanted, &mut probes, &mut shells, world)?;
            asked.versions = needs;
            Some((part, facts))
        }
        _ => None,
    };
    let report_dir = open(wanted.report.as_deref())?;
    let delivery = delivery(wanted, world)?;
    let scratch = scratch(world)?;
    let scratch_dir =
        scratch.path().map_err(|source| Error::Scratch { place: world.here.temp_dir.clone(), source })?.to_owned();
    let located = match wanted.live {
        true => Located::default(),
        false => toolchains(&asked, &scratch_dir, &progress, world)?,
    };

    let here = &world.here;
    let sources = sources::read(&here.env, &here.current_dir, &world.scopes, &world.host, &located.found);
    if is_on_a_runner(world) || wanted.format == DataFormat::Json {
        // Elsewhere the answer says them.
        sources.notes.iter().for_each(|note| progress.event(&Event::Warning(note.clone())));
    }
    let drives = here_drives(&wanted.options, world)?;
    let absent = absent(&located);
    let kept = kept_files(wanted, &located.found, world);
    let job = VerifyJob {
        probes: &probes,
        toolchains: &located.found,
        absent: &absent,
        shells: WantedShells {
            cells: &shells,
            observer: &this_machine::program().map_err(|e| Error::Observation(e.to_string()))?,
        },
        by_gos_rules: wanted.live,
        part: narrowed.as_ref().map(|(part, _)| part),
        workers: wanted.jobs.unwrap_or_else(|| world.cores()),
        limit: wanted.limit,
        kept: kept.as_ref().map(|kept| kept as &dyn KeptFiles),
    };
    let machine = machine(world, &delivery, sources, &scratch_dir);
    let ports = Ports { host: &world.host, executor: &*world.processes, observer: &progress };
    let judged = verify::verify(&job, &machine, &ports)
        .map_err(|source| Error::Scratch { place: machine.scratch.clone(), source })?;
    if let Err(stays) = scratch.remove() {
        warn(&[format!("the scratch directory could not be removed: {stays}")], quiet, world);
    }
    if world.processes.interrupted() {
        return Err(Error::Interrupted);
    }
    if wanted.live {
        warn(&running_job::unused_caches(world), quiet, world);
    }
    let recorded = delivery.as_ref().map(|d| &d.record);
    let report = Report {
        tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        runner: runner_facts(world),
        delivery: judged.delivery,
        toolchains: with_live(located.found, judged.live),
        missing: located.missing,
        sources: machine.sources,
        drives,
        results: judged.results,
        shells: judged.shells,
        duration: started.elapsed(),
        run,
        shard: narrowed.map(|(_, facts)| facts),
    };
    deliver(&report, recorded, report_dir.as_ref(), world)?;
    answer(&report, wanted, report_dir.as_ref(), terminal)
}

/// What is printed, and the exit code.
fn answer(
    report: &Report,
    wanted: &VerifySettings,
    dir: Option<&ReportDir>,
    terminal: Terminal,
) -> Result<Answer, Error> {
    let text = match wanted.format {
        DataFormat::Human => {
            let page = dir.map(|dir| dir.path().join(Format::Html.file_name()).display().to_string());
            terminal::render(&view::document(report, page.as_deref()), terminal)
        }
        DataFormat::Json => Format::Json.render(report).map_err(|e| Error::Report(e.to_string()))?,
    };
    let exit = match (Exit::of(report), wanted.fail_on) {
        (Exit::Fail | Exit::Errored, FailOn::Never) => Exit::Good,
        (exit, _) => exit,
    };
    Ok(Answer { text, exit })
}

fn kept_files(wanted: &VerifySettings, toolchains: &[Toolchain], world: &World) -> Option<DiskKeptFiles> {
    kept_runtimes(&toolchains.last().filter(|_| !wanted.cold)?.version, world)
}

/// Compiled runtimes are kept below the directory of the user's caches, if there is one.
pub(crate) fn kept_runtimes(version: &GoVersion, world: &World) -> Option<DiskKeptFiles> {
    let platform = world.here.platform;
    let caches = user_dirs::cache_dir(version, &world.here.env).ok().filter(|dir| platform.is_absolute(dir))?;
    Some(DiskKeptFiles { dir: platform.join(&caches, "goenv-ci/warm"), platform })
}

/// Those of the directories that are asked for; with `--live` the live ones alone.
fn all_probes(wanted: &VerifySettings, world: &World) -> Result<Vec<Probe>, Error> {
    let mut probes = load_probes(&probe_files(&wanted.matrix, world)?)?;
    probes.retain(|probe| !wanted.live || probe.kind == ProbeKind::Live);
    Ok(probes)
}

/// The shells go with the embedded probes. The direct start, which the others are held against,
/// is left out only with all of them.
fn shell_cells(wanted: &VerifySettings, world: &World) -> Vec<ShellCell> {
    let embedded = wanted.matrix.is_empty() || wanted.matrix.iter().any(|dir| dir == EMBEDDED);
    let mut cells = if embedded { ShellCell::of(world.here.platform) } else { Vec::new() };
    if let Some(kinds) = &wanted.shells {
        cells.retain(|cell| kinds.contains(&cell.shell) || (cell.shell == ShellKind::Direct && !kinds.is_empty()));
    }
    cells
}

fn select(
    mut probes: Vec<Probe>,
    mut shells: Vec<ShellCell>,
    texts: &[String],
) -> Result<(Vec<Probe>, Vec<ShellCell>), Error> {
    let wanted = |id: &str, variable: &str, kind: ProbeKind| {
        let matches = |text: &String| {
            id.contains(text.as_str()) || variable == text || (text == "live" && kind == ProbeKind::Live)
        };
        texts.is_empty() || texts.iter().any(matches)
    };
    let names = probes.iter().flat_map(|probe| [probe.id.clone(), probe.variable.clone()]);
    let names: Vec<String> = names.chain(shells.iter().map(|cell| cell.id())).collect();
    probes.retain(|probe| wanted(&probe.id, &probe.variable, probe.kind));
    shells.retain(|cell| wanted(&cell.id(), cell.aspect.variable(), ProbeKind::Live));
    match (probes.is_empty() && shells.is_empty(), texts.is_empty()) {
        (false, _) => Ok((probes, shells)),
        (true, true) => Err(Error::Nothing("the folder of probes holds none".to_owned())),
        (true, false) => Err(Error::no_match("probe", texts, &names, "goenv-ci verify --list")),
    }
}

fn delivery(wanted: &VerifySettings, world: &World) -> Result<Option<Delivery>, Error> {
    if wanted.overlay {
        let record = apply::record(&planned(runner::CURRENT, &wanted.options, world)?);
        return Ok(Some(Delivery { source: DeliverySource::Overlay, record }));
    }
    let Some(path) = apply::record_path(world.here.platform, &world.here.env) else { return Ok(None) };
    if world.host.kind(&path) != Kind::File {
        return Ok(None);
    }
    let wrong = |why: String| Error::Record { path: path.clone(), why };
    let bytes = world.host.read(&path, ReadLimit::Definitions).map_err(|e| wrong(e.to_string()))?;
    let record: DeliveryRecord = serde_json::from_slice(&bytes).map_err(|e| wrong(e.to_string()))?;
    if record.schema_version != 1 {
        return Err(wrong(format!("its schema is {}, and this goenv-ci knows 1", record.schema_version)));
    }
    Ok(Some(Delivery { source: DeliverySource::Runner, record }))
}

fn machine(world: &World, delivery: &Option<Delivery>, sources: Sources, scratch: &str) -> Machine {
    let mut machine = Machine { delivery: delivery.clone(), sources, ..bare_machine(world, scratch) };
    let (platform, env) = (machine.platform, &mut machine.env);
    // The probes run elsewhere, where a shim might choose another version than in this directory.
    let go = gos_on_path(&world.here.env, &world.here.current_dir, &world.host).next();
    if let Some(pin) = go.and_then(|go| go.shim?.leads_to.ok()?.pinned) {
        env.set(pin.name, pin.value);
    }
    if let Some(Delivery { source: DeliverySource::Overlay, record }) = delivery {
        for variable in &record.variables {
            env.set(variable.name.clone(), variable.value.clone());
        }
        let mut path: Vec<&str> = record.path.iter().map(String::as_str).collect();
        let before = env.clone();
        path.extend(before.path_entries());
        env.set(platform.path_variable(), path.join(&platform.list_separator().to_string()));
    }
    machine
}

/// The `go` of the live probes is listed too, unless it is one of the matrix.
fn with_live(mut toolchains: Vec<Toolchain>, live: Option<Toolchain>) -> Vec<Toolchain> {
    toolchains.extend(live.filter(|live| toolchains.iter().all(|t| t.version != live.version)));
    toolchains.sort_by(|a, b| a.version.cmp(&b.version));
    toolchains
}

fn run_facts(world: &World) -> RunFacts {
    let said = |name: &str| world.here.env.get_filled(name);
    RunFacts {
        started_at: Some(this_machine::now()),
        id: said("GITHUB_RUN_ID").map(str::to_owned),
        attempt: said("GITHUB_RUN_ATTEMPT").and_then(|text| text.parse().ok()),
    }
}

/// The report directory, and on a runner its summary, annotations and outputs.
fn deliver(
    report: &Report,
    recorded: Option<&DeliveryRecord>,
    dir: Option<&ReportDir>,
    world: &World,
) -> Result<(), Error> {
    let wrong = |why: String| Error::Report(why);
    if let Some(dir) = dir {
        dir.write(&artifact(report).map_err(|e| wrong(e.to_string()))?).map_err(|e| wrong(e.to_string()))?;
    }
    let env = &world.here.env;
    if env.get_filled(SUMMARY).is_some() {
        append_summary(&Format::Markdown.render(report).map_err(|e| wrong(e.to_string()))?, dir, world)?;
    }
    let mut lines = verdict_lines(report.outcome());
    // For `verify: only`, where no `apply` writes them in the same use of the action.
    let value = |variable: GoVar| recorded?.value(variable.name()).map(|v| format!("{}={v}", variable.input()));
    lines.extend(GoVar::ALL.into_iter().filter_map(value));
    lines.extend(dir.map(|dir| format!("report={}", dir.path().display())));
    append_outputs(&lines, dir, world)?;
    if is_on_a_runner(world) {
        // On standard error, which the runner reads for commands too: standard output is the answer alone.
        for line in annotations(report) {
            tell_runner(&line);
        }
    }
    Ok(())
}
