//! `explain --environment`: a process's block beside what `go env` says of it.

use crate::commands::{
    Answer, World,
    explain::{COLUMNS, Wanted},
    go_says::{Place, explained},
    json,
};
use crate::{
    cli::{DataFormat, ExplainSettings},
    error::Error,
    exit::Exit,
    explain::{
        self,
        environment::{Process, Snapshot},
        environment_json::EnvironmentV1,
        environment_text,
    },
    output::terminal::Terminal,
    platform::env::EnvBlock,
    ports::Scopes,
    system::process_env::running,
};
use std::time::Duration;

/// `pid`: of another process; `names`: only these, all where there are none.
pub(crate) fn environment(
    pid: Option<u32>,
    names: &[String],
    versions: &[Wanted],
    wanted: &ExplainSettings,
    terminal: Terminal,
    world: &World,
) -> Result<Answer, Error> {
    let mut snapshot = match pid {
        None => here(versions, wanted.limit, world),
        Some(pid) => of_process(pid, versions, wanted.limit, world)?,
    };
    if !names.is_empty() {
        snapshot.rows.retain(|row| names.contains(&row.name));
        snapshot.others.clear();
    }
    let wire = EnvironmentV1::from(&snapshot);
    let text = match wanted.format {
        DataFormat::Human => environment_text::render(&wire, terminal.paint(), COLUMNS),
        DataFormat::Json => json(&wire),
    };
    Ok(Answer { text, exit: Exit::Good })
}

fn here(versions: &[Wanted], limit: Duration, world: &World) -> Snapshot {
    let here = &world.here;
    let block = world.scopes.block();
    // What the system answers for each name, not what was copied when this program began.
    let mut env = EnvBlock::from_pairs(here.platform, block.iter().cloned());
    for (name, _) in &block {
        if let Some(value) = world.scopes.live(name) {
            env.set(name, value);
        }
    }
    let process = Process { pid: None, program: None, dir: here.current_dir.clone() };
    let mut snapshot = seen(process, &block, &env, versions, limit, world);
    let names = here.unreadable.iter().map(|name| format!("`{name}` is not UTF-8 and is left out"));
    snapshot.notes.extend(names);
    snapshot
}

fn of_process(pid: u32, versions: &[Wanted], limit: Duration, world: &World) -> Result<Snapshot, Error> {
    let found = running(pid).map_err(|why| Error::Process { pid, why: why.to_string() })?;
    let env = EnvBlock::from_pairs(world.here.platform, found.block.iter().cloned());
    let mut notes =
        vec!["this is the block that the process was started with; what it has set since is not in it".to_owned()];
    if found.block.is_empty() {
        notes.push("the block is empty: it was started so, has ended, or is part of the kernel".to_owned());
    }
    if found.unreadable > 0 {
        notes.push(format!("{} of its variables are not UTF-8 and are left out", found.unreadable));
    }
    let dir = found.dir.unwrap_or_else(|| {
        notes.push("the folder it works in may not be read, so `/` stands for it".to_owned());
        "/".to_owned()
    });
    let process = Process { pid: Some(pid), program: found.program, dir };
    let mut snapshot = seen(process, &found.block, &env, versions, limit, world);
    snapshot.notes.splice(0..0, notes);
    Ok(snapshot)
}

fn seen(
    process: Process,
    block: &[(String, String)],
    env: &EnvBlock,
    versions: &[Wanted],
    limit: Duration,
    world: &World,
) -> Snapshot {
    let place = Place { env, dir: &process.dir, limit };
    let explanations: Vec<_> = versions.iter().map(|version| explained(version, place, world)).collect();
    explain::snapshot(process, block, env, &explanations)
}
