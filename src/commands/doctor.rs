//! `doctor`: examines, shows, fixes and takes fixes back.

use crate::{
    cli::{DataFormat, DoctorMode, DoctorSettings, tell, tell_runner},
    commands::{
        Answer, World,
        fix::{apply, undo},
        json, list, progress,
        report_files::{open, write_answer},
        setup::scratch,
        warn,
    },
    doctor::{
        self, Context,
        context::WindowsFacts,
        event_log::{self, RefusedWrite},
        examine,
        finding::{Finding, Findings, safe_changes},
        log::{LogReader, view as log_view},
        trial::{self, TrialMeans},
        view::{self, Stage},
    },
    error::Error,
    exit::Exit,
    explain,
    goenv::{
        Known, Subject,
        locate::{go_on_path, gos_on_path, through_shim, version_of},
        look,
    },
    output::{
        Document,
        annotation::{AnnotatedPlace, annotation, annotation_at},
        terminal::{self, Terminal},
        trouble,
    },
    plan::Giver,
    platform::Platform,
    ports::{Ended, Executor, Host, Invocation, Kind, Observer, Scopes, event::Event, registry::Scope},
    status::Severity,
    system::{disks::LiveDisks, log_input, patience::Patient, report_dir::ReportDir, signals},
};
use std::{io, sync::Arc, time::Duration};

/// The check that looks at Defender's log.
const FOLDER_ACCESS: &str = "controlled-folder-access";
/// A log of the usual 1 MB takes less than a second.
const LOG_LIMIT: Duration = Duration::from_secs(20);

pub(crate) fn doctor(wanted: &DoctorSettings, quiet: bool, terminal: Terminal, world: &World) -> Result<Answer, Error> {
    if let Some(file) = &wanted.log {
        return in_log(file, wanted, quiet, terminal, world);
    }
    match wanted.mode {
        DoctorMode::List => return Ok(list::checks(terminal)),
        DoctorMode::Undo => {
            let document = view::undone(&undo(world)?);
            return Ok(Answer { text: terminal::render(&document, terminal), exit: Exit::Good });
        }
        DoctorMode::Examine | DoctorMode::Show | DoctorMode::Fix | DoctorMode::Try { .. } => {}
    }
    if let Some(unknown) = wanted.checks.iter().find(|id| doctor::checks().all(|check| check.id != id.as_str())) {
        return Err(Error::Check { id: unknown.clone(), meant: doctor::meant(unknown) });
    }
    if let (Giver::File { at }, false) = (&wanted.checks_by, quiet) {
        tell(&format!("only the checks that {at} names: {}; `--no-config` for all", wanted.checks.join(", ")));
    }
    let dir = open(wanted.report.as_deref())?;
    // A Go that is asked is in a group of its own: without a listener Ctrl-C would end this process and leave that one.
    signals::listen(Arc::clone(&world.processes));
    let mut found = examined(wanted, quiet, world)?;
    if world.processes.interrupted() {
        return Err(Error::Interrupted);
    }
    let changes = safe_changes(&found.findings);
    let document = match wanted.mode {
        DoctorMode::Show => view::with_changes(&found, &changes, Stage::Planned),
        DoctorMode::Fix => {
            apply(&changes, world)?;
            found = examined(wanted, quiet, world)?;
            view::with_changes(&found, &changes, Stage::Done)
        }
        DoctorMode::List | DoctorMode::Undo | DoctorMode::Examine | DoctorMode::Try { .. } => view::document(&found),
    };
    let shown = DoctorOutput { document, dir, quiet, terminal };
    answered(&found, &shown, wanted, world)
}

/// How findings are shown.
struct DoctorOutput {
    document: Document,
    dir: Option<ReportDir>,
    quiet: bool,
    terminal: Terminal,
}

/// Findings in every format that was asked for.
fn answered(found: &Findings, shown: &DoctorOutput, wanted: &DoctorSettings, world: &World) -> Result<Answer, Error> {
    let json = json(found);
    write_answer("doctor", &shown.document, &json, shown.dir.as_ref(), world)?;
    if !shown.quiet && world.here.env.get_filled("GITHUB_ACTIONS").is_some() {
        found.findings.iter().filter(|one| one.severity != Severity::Note).for_each(|one| annotate(one, world));
    }
    let text = match wanted.format {
        DataFormat::Human => terminal::render(&shown.document, shown.terminal),
        DataFormat::Json => json,
    };
    Ok(Answer { text, exit: Exit::of_severities(found.findings.iter().map(|one| one.severity), wanted.least) })
}

/// What a log says went wrong. It is read piece by piece, however long it is.
fn in_log(
    file: &str,
    wanted: &DoctorSettings,
    quiet: bool,
    terminal: Terminal,
    world: &World,
) -> Result<Answer, Error> {
    const PIECE: usize = 64 << 10;
    let unread = |why: io::Error| Error::Log { path: file.to_owned(), why };
    let dir = open(wanted.report.as_deref())?;
    let mut source = log_input::open(file).map_err(unread)?;
    let (mut log, mut piece) = (LogReader::default(), vec![0; PIECE]);
    loop {
        match source.read(&mut piece) {
            Ok(0) => break,
            Ok(length) => log.read(&piece[..length]),
            Err(why) if why.kind() == io::ErrorKind::Interrupted => {}
            Err(why) => return Err(unread(why)),
        }
    }
    let verdict = log.verdict(file);
    let document = log_view::document(&verdict, file);
    let found = Findings::new(None, verdict.findings);
    let shown = DoctorOutput { document, dir, quiet, terminal };
    answered(&found, &shown, wanted, world)
}

/// Beside the line of the workspace that a finding is about, where there is one.
fn annotate(finding: &Finding, world: &World) {
    let message = format!("{}: {}", finding.message, finding.evidence);
    let workspace = world.here.env.get_filled("GITHUB_WORKSPACE");
    let place = finding.location.as_ref().and_then(|place| {
        let file = world.here.platform.below(&world.absolute(&place.file), workspace?)?;
        Some((file, place.line.unwrap_or_default(), place.column.unwrap_or_default()))
    });
    tell_runner(&match &place {
        Some((file, line, column)) => {
            let place = AnnotatedPlace { file, line: *line, column: *column };
            annotation_at(finding.severity, &place, finding.id, &message)
        }
        None => annotation(finding.severity, finding.id, &message),
    });
}

/// What is wrong, with the `go` that was examined, if there is one.
fn examined(wanted: &DoctorSettings, quiet: bool, world: &World) -> Result<Findings, Error> {
    let here = &world.here;
    // A cache on a server that is gone must not stop the examination.
    let host = Patient::new(world.host, here.platform);
    let disks = Patient::beside(&host, LiveDisks::default());
    let found = match &wanted.go_root {
        Some(dir) => {
            let root = world.absolute(dir);
            let version = version_of(&root, here.platform, &host);
            let version = version.map_err(|why| Error::GoRoot { dir: root.clone(), why: why.to_string() })?;
            Some((root, version))
        }
        None => go_on_path(&world.places(&[]), &host).ok(),
    };
    let env = match wanted.go_root {
        Some(_) => here.env.clone(),
        None => through_shim(&here.env, &here.current_dir, &host),
    };
    // Without a `go` the newest rules tell what one would meet.
    let newest = Known::newest_version();
    let (goroot, version) = found.map_or((None, None), |(root, version)| (Some(root), Some(version)));
    let subject = Subject {
        version: version.as_ref().unwrap_or(&newest),
        goroot: goroot.as_deref(),
        goarch: &world.goarch,
        env: &env,
        current_dir: &here.current_dir,
    };
    let registry: Vec<_> =
        Scope::ALL.into_iter().filter_map(|scope| Some((scope, world.scopes.persisted(scope).ok()?))).collect();
    let context = Context {
        subject,
        explanation: &explain::explain(&subject, &host, &world.scopes),
        look: &look(&subject, &host),
        block: &world.scopes.block(),
        registry: &registry,
        windows: &windows(wanted, world)?,
        host: &host,
        disks: &disks,
    };
    let findings = Findings::new(version.as_ref().map(ToString::to_string), examine(&context, &wanted.checks));
    match wanted.mode {
        DoctorMode::Try { online } if gos_on_path(&here.env, &here.current_dir, &host).next().is_some() => {
            tried(findings, &context, online, quiet, world)
        }
        _ => Ok(findings),
    }
}

/// The findings, with what came of the commands.
fn tried(found: Findings, context: &Context<'_>, online: bool, quiet: bool, world: &World) -> Result<Findings, Error> {
    let scratch = scratch(world)?;
    let wrong = |source| Error::Scratch { place: world.here.temp_dir.clone(), source };
    let dir = scratch.path().map_err(wrong)?.to_owned();
    let progress = progress(quiet, world);
    let means = TrialMeans { executor: &*world.processes, observer: &progress, scratch: &dir, online };
    let tried = trial::attempt(context, &means, &found.findings).map_err(wrong);
    progress.event(&Event::Finished);
    if let Err(stays) = scratch.remove() {
        warn(&[format!("the scratch directory could not be removed: {stays}")], quiet, world);
    }
    let (tried, findings) = tried?;
    Ok(found.with_tried(tried, findings))
}

/// Source: Microsoft, "Maximum Path Length Limitation", and the policy of Controlled folder access.
fn windows(wanted: &DoctorSettings, world: &World) -> Result<WindowsFacts, Error> {
    const DEFENDER: &str =
        r"SOFTWARE\Microsoft\Windows Defender\Windows Defender Exploit Guard\Controlled Folder Access";
    let looked_at = wanted.checks.is_empty() || wanted.checks.iter().any(|id| id == FOLDER_ACCESS);
    Ok(WindowsFacts {
        long_paths: world.scopes.number(r"SYSTEM\CurrentControlSet\Control\FileSystem", "LongPathsEnabled"),
        folder_access: world.scopes.number(DEFENDER, "EnableControlledFolderAccess"),
        refused_writes: refused_writes(wanted.event_log.as_deref(), looked_at, world)?,
    })
}

/// What Defender's log has, or why the live one cannot be read; a saved one that cannot be read is an error.
/// The live one is read only where its check is selected (`looked_at`).
fn refused_writes(
    saved: Option<&str>,
    looked_at: bool,
    world: &World,
) -> Result<Result<Vec<RefusedWrite>, String>, Error> {
    let here = &world.here;
    let unreadable = |path: &str, why: String| Error::EventLog { path: path.to_owned(), why };
    let saved = match saved {
        None if here.platform != Platform::Windows || !looked_at => return Ok(Ok(Vec::new())),
        None => None,
        Some(path) if here.platform != Platform::Windows => {
            return Err(unreadable(path, "a saved event log is read with Windows' own wevtutil".to_owned()));
        }
        Some(path) if world.host.kind(&world.absolute(path)) != Kind::File => {
            return Err(unreadable(path, "there is no such file".to_owned()));
        }
        Some(path) => Some(world.absolute(path)),
    };
    let argv = event_log::query(saved.as_deref());
    let invocation = Invocation { argv: &argv, env: &here.env, dir: &here.current_dir, limit: LOG_LIMIT };
    let said = match world.processes.run(&invocation) {
        Err(failed) => Err(format!("`{}` {}: {}", argv[0], failed.what(), trouble::system(failed.why()))),
        Ok(done) if done.ended == Ended::Code(0) => event_log::refused_writes(&String::from_utf8_lossy(&done.stdout)),
        Ok(done) if done.ended == Ended::TimedOut => {
            Err(format!("`{}` did not answer within {} s", argv[0], LOG_LIMIT.as_secs()))
        }
        Ok(done) => Err(String::from_utf8_lossy(&done.stderr).trim().to_owned()),
    };
    match (saved, said) {
        (Some(path), Err(why)) => Err(unreadable(&path, why)),
        (_, said) => Ok(said),
    }
}
