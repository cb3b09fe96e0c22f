//! `doctor`: examines, shows, mends and takes back.

use crate::commands::{
    Answer, World,
    fix::{apply, undo},
    json,
    report_files::{Sheets, deliver, open},
};
use crate::{
    cli::{DataFormat, DoctorMode, DoctorSettings, tell},
    doctor::{
        self, Scene,
        context::WindowsFacts,
        event_log, examine,
        finding::{Change, Finding, Severity, safe_changes},
        html,
        json::FindingsV1,
        markdown,
        refused_write::RefusedWrite,
        text,
    },
    error::Error,
    exit::Exit,
    explain,
    goenv::{
        Known, Subject,
        locate::{Places, go_on_path, version_of},
        look,
        version::GoVersion,
    },
    output::{
        annotation::{Level, annotation},
        mask::masked,
        sanitize::{disarmed, one_line},
        terminal::Terminal,
    },
    platform::Platform,
    ports::{Ended, Executor, Host, Invocation, Kind, Scopes, registry::Scope},
};
use std::time::Duration;

const COLUMNS: usize = 80;
/// The check that looks at Defender's log.
const FOLDER_ACCESS: &str = "controlled-folder-access";
/// A log of the usual 1 MB takes less than a second.
const LOG_LIMIT: Duration = Duration::from_secs(20);

pub(crate) fn doctor(wanted: &DoctorSettings, quiet: bool, terminal: Terminal, world: &World) -> Result<Answer, Error> {
    match wanted.mode {
        DoctorMode::List => return Ok(Answer { text: list(), exit: Exit::Good }),
        DoctorMode::Undo => return undo(world),
        DoctorMode::Examine | DoctorMode::Show | DoctorMode::Fix => {}
    }
    if let Some(unknown) = wanted.checks.iter().find(|id| doctor::checks().all(|check| check.id != id.as_str())) {
        return Err(Error::Check { id: unknown.clone(), meant: doctor::meant(unknown) });
    }
    let dir = open(wanted.report.as_deref())?;
    let (go, mut findings) = examined(wanted, world)?;
    let mut text = String::new();
    if wanted.mode != DoctorMode::Examine {
        let changes = safe_changes(&findings);
        text += &shown(&changes);
        if wanted.mode == DoctorMode::Fix {
            text += &apply(&changes, world)?;
            findings = examined(wanted, world)?.1;
        }
        text.push('\n');
    }
    let wire = FindingsV1::of(go.map(|version| version.to_string()), &findings);
    let html = html::render(&wire).map_err(|why| Error::Report(why.to_string()))?;
    let sheets = Sheets { json: json(&wire), markdown: markdown::render(&wire), html };
    deliver("doctor", &sheets, dir.as_ref(), world)?;
    if !quiet && world.here.env.get_filled("GITHUB_ACTIONS").is_some() {
        findings.iter().filter(|one| one.severity != Severity::Note).for_each(annotate);
    }
    let text = match wanted.format {
        DataFormat::Human => text + &text::render(&wire, terminal.paint(), COLUMNS),
        DataFormat::Json => sheets.json,
    };
    Ok(Answer { text, exit: Exit::of_findings(&findings, wanted.least) })
}

fn annotate(finding: &Finding) {
    let level = if finding.severity == Severity::Error { Level::Error } else { Level::Warning };
    tell(&annotation(level, finding.id, &masked(&format!("{}: {}", finding.message, finding.evidence))));
}

fn list() -> String {
    let line = |check: &doctor::Check| format!("{:<32} {:<8} {}\n", check.id, check.severity.name(), check.title);
    doctor::checks().map(line).collect()
}

/// The version of the `go` that was examined, if there is one, and what is wrong.
fn examined(wanted: &DoctorSettings, world: &World) -> Result<(Option<GoVersion>, Vec<Finding>), Error> {
    let here = &world.here;
    let found = match &wanted.go_root {
        Some(dir) => {
            let root = world.absolute(dir);
            version_of(&root, here.platform, &world.host).ok().map(|version| (root, version))
        }
        None => {
            let (platform, arch) = (here.platform, &here.arch);
            let places = Places {
                go_roots: &[],
                env: &here.env,
                current_dir: &here.current_dir,
                platform,
                arch,
                tool_cache: None,
            };
            go_on_path(&places, &world.host).ok()
        }
    };
    // Without a `go` the newest rules tell what one would meet.
    let newest = Known::newest_version();
    let (goroot, version) = found.map_or((None, None), |(root, version)| (Some(root), Some(version)));
    let subject = Subject {
        version: version.as_ref().unwrap_or(&newest),
        goroot: goroot.as_deref(),
        goarch: &world.goarch,
        env: &here.env,
        current_dir: &here.current_dir,
    };
    let registry: Vec<_> =
        Scope::ALL.into_iter().filter_map(|scope| Some((scope, world.scopes.persisted(scope).ok()?))).collect();
    let scene = Scene {
        subject,
        explanation: &explain::explain(&subject, &world.host, &world.scopes),
        look: &look(&subject, &world.host),
        block: &world.scopes.block(),
        registry: &registry,
        windows: &windows(wanted, world)?,
        host: &world.host,
        disks: &world.disks,
    };
    let findings = examine(&scene, &wanted.checks);
    Ok((version, findings))
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

/// A saved log that tells nothing is an error, the live one says why to whoever asks. That one is read only
/// where its check is `looked_at`.
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
        Err(why) => Err(format!("`{}` cannot be started: {why}", argv[0])),
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

/// What `--fix` changes, line by line.
fn shown(changes: &[Change]) -> String {
    if changes.is_empty() {
        return "There is nothing that is safe to mend without you.\n".to_owned();
    }
    let mut text = String::new();
    for change in changes {
        match change {
            Change::MakeDir { path } => text += &format!("make the folder {}\n", one_line(path)),
            Change::Lines { path, before, drop, bare_ends } => {
                text += &format!("change {}\n", one_line(path));
                for (at, line) in before.split_inclusive(|byte| *byte == b'\n').enumerate() {
                    let number = at + 1;
                    let content = String::from_utf8_lossy(line);
                    let content = one_line(&masked(content.trim_end()));
                    if drop.contains(&number) {
                        text += &format!("  - {number}: {content}\n");
                    } else if *bare_ends && line.ends_with(b"\r\n") {
                        text += &format!("  ~ {number}: {content} (CR LF becomes LF)\n");
                    }
                }
            }
        }
    }
    disarmed(&text)
}
