//! `explain --environment`: a process's environment beside what `go env` says of it.

use crate::commands::{
    Answer, World,
    go_says::{GoChoice, Surroundings, explained},
    json,
};
use crate::{
    cli::{DataFormat, ExplainSettings},
    error::Error,
    exit::Exit,
    explain::{
        self,
        environment::{Environment, Process},
        view,
    },
    output::terminal::{self, Terminal},
    platform::env::EnvBlock,
    ports::Scopes,
    system::process_env::running,
};
use std::time::Duration;

/// Of the process `pid`, or of this one; only `names`, or all where there are none.
pub(crate) fn environment(
    pid: Option<u32>,
    names: &[String],
    versions: &[GoChoice],
    wanted: &ExplainSettings,
    terminal: Terminal,
    world: &World,
) -> Result<Answer, Error> {
    let mut answer = match pid {
        None => here(versions, wanted.limit, world),
        Some(pid) => of_process(pid, versions, wanted.limit, world)?,
    };
    if !names.is_empty() {
        answer.variables.retain(|one| names.contains(&one.name));
        answer.others.clear();
    }
    let answer = answer.masked();
    let text = match wanted.format {
        DataFormat::Human => terminal::render(&view::environment(&answer, world.here.platform), terminal),
        DataFormat::Json => json(&answer),
    };
    Ok(Answer { text, exit: Exit::Good })
}

fn here(versions: &[GoChoice], limit: Duration, world: &World) -> Environment {
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
    let mut answer = compared(process, &block, &env, versions, limit, world);
    let names = here.unreadable.iter().map(|name| format!("`{name}` is not UTF-8 and is left out"));
    answer.notes.extend(names);
    answer
}

fn of_process(pid: u32, versions: &[GoChoice], limit: Duration, world: &World) -> Result<Environment, Error> {
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
    let mut answer = compared(process, &found.block, &env, versions, limit, world);
    answer.notes.splice(0..0, notes);
    Ok(answer)
}

fn compared(
    process: Process,
    block: &[(String, String)],
    env: &EnvBlock,
    versions: &[GoChoice],
    limit: Duration,
    world: &World,
) -> Environment {
    let place = Surroundings { env, dir: &process.dir, limit };
    let explanations: Vec<_> = versions.iter().map(|version| explained(version, place, world)).collect();
    explain::environment(process, block, env, &explanations)
}
