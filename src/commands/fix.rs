//! `doctor --fix` and `--undo`: writes what was shown and nothing else, after
//! it has recorded how to take it back.

use crate::commands::{Answer, World};
use crate::{
    doctor::finding::Change,
    error::Error,
    exit::Exit,
    goenv::user_dirs::home,
    output::sanitize::{disarmed, one_line},
    platform::Platform,
    ports::{Host, Kind},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};

/// What was mended, the latest last.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Journal {
    schema_version: u32,
    fixes: Vec<Vec<Deed>>,
}

/// One change; contents in Base64, for they need not be text.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Deed {
    File { path: String, before: String, after: String },
    MakeDir { path: String },
}

/// Where the journal lies: beside the states that other programs keep for this user.
fn journal_path(world: &World) -> Result<String, Error> {
    let (platform, env) = (world.here.platform, &world.here.env);
    let state = match platform {
        Platform::Windows => env.get_filled("LOCALAPPDATA").map(str::to_owned),
        Platform::Macos => home(env).map(|home| platform.join(home, "Library/Application Support")),
        Platform::Linux => env
            .get_filled("XDG_STATE_HOME")
            .map(str::to_owned)
            .or_else(|| home(env).map(|home| platform.join(home, ".local/state"))),
    };
    let why = "no folder of this user is known in which a mend could be recorded, and without that nothing is mended";
    let state = state.ok_or_else(|| Error::Mend { path: "undo.json".to_owned(), why: why.to_owned() })?;
    Ok(platform.join(&state, "goenv-ci/undo.json"))
}

fn read(path: &str, world: &World) -> Result<Journal, Error> {
    let wrong = |why: String| Error::Mend { path: path.to_owned(), why };
    if world.host.kind(path) == Kind::Absent {
        return Ok(Journal { schema_version: 1, fixes: Vec::new() });
    }
    let bytes = world.host.read(path).map_err(|why| wrong(why.to_string()))?;
    let journal: Journal =
        serde_json::from_slice(&bytes).map_err(|why| wrong(format!("it is no record of mends: {why}")))?;
    match journal.schema_version {
        1 => Ok(journal),
        other => Err(wrong(format!("its schema is {other}, and this goenv-ci knows 1"))),
    }
}

fn write(path: &str, journal: &Journal, world: &World) -> Result<(), Error> {
    let wrong = |why: String| Error::Mend { path: path.to_owned(), why };
    let text = serde_json::to_vec_pretty(journal).map_err(|why| wrong(why.to_string()))?;
    world.host.replace(path, &text).map_err(|why| wrong(why.to_string()))
}

/// Where a link leads: the file behind it is changed, and the link stays.
fn real(path: &str, world: &World) -> String {
    world.host.canonical(path).unwrap_or_else(|| path.to_owned())
}

/// Changes what was shown; says what it did.
///
/// # Errors
/// A file was changed meanwhile, or cannot be written; those before it are mended, and recorded.
pub(crate) fn apply(changes: &[Change], world: &World) -> Result<String, Error> {
    if changes.is_empty() {
        return Ok(String::new());
    }
    let encoded = |bytes: &[u8]| STANDARD.encode(bytes);
    let deed = |change: &Change| match change {
        Change::MakeDir { path } => Deed::MakeDir { path: path.clone() },
        Change::Lines { path, before, .. } => Deed::File {
            path: real(path, world),
            before: encoded(before),
            after: encoded(&change.after().unwrap_or_default()),
        },
    };
    let at = journal_path(world)?;
    let mut journal = read(&at, world)?;
    journal.fixes.push(changes.iter().map(deed).collect());
    // Recorded first: what is written can be taken back even if this process ends in between.
    write(&at, &journal, world)?;
    let mut done = String::new();
    for change in changes {
        let path = change.path();
        let wrong = |why: String| Error::Mend { path: path.to_owned(), why };
        match change {
            Change::MakeDir { .. } => world.host.create_dir_all(path).map_err(|why| wrong(why.to_string()))?,
            Change::Lines { before, .. } => {
                let now = world.host.read(path).map_err(|why| wrong(why.to_string()))?;
                if now != *before {
                    return Err(wrong("it was changed while it was looked at, so it stays as it is".to_owned()));
                }
                let after = change.after().unwrap_or_default();
                world.host.replace(&real(path, world), &after).map_err(|why| wrong(why.to_string()))?;
            }
        }
        done += &format!("mended {}\n", one_line(path));
    }
    Ok(disarmed(&(done + "`goenv-ci doctor --undo` takes it back.\n")))
}

/// Takes the last mending back.
///
/// # Errors
/// There is none; or a file was changed since, and stays as it is.
pub(crate) fn undo(world: &World) -> Result<Answer, Error> {
    let at = journal_path(world)?;
    let mut journal = read(&at, world)?;
    let Some(deeds) = journal.fixes.pop() else {
        return Err(Error::Nothing("there is no mend to take back".to_owned()));
    };
    let mut text = String::new();
    // All is looked at before the first is written.
    let mut writes = Vec::new();
    for deed in &deeds {
        match deed {
            Deed::MakeDir { path } => text += &format!("the folder {} stays, for it may be in use\n", one_line(path)),
            Deed::File { path, before, after } => {
                let wrong = |why: String| Error::Mend { path: path.clone(), why };
                let bytes = |text: &String| STANDARD.decode(text).map_err(|why| wrong(why.to_string()));
                let (before, after) = (bytes(before)?, bytes(after)?);
                let now = world.host.read(path).map_err(|why| wrong(why.to_string()))?;
                if now == before {
                    text += &format!("{} is as it was already\n", one_line(path));
                } else if now == after {
                    writes.push((path, before));
                } else {
                    return Err(wrong("it was changed after it was mended, so it stays as it is".to_owned()));
                }
            }
        }
    }
    for (path, before) in writes {
        world.host.replace(path, &before).map_err(|why| Error::Mend { path: path.clone(), why: why.to_string() })?;
        text += &format!("{} is as it was\n", one_line(path));
    }
    write(&at, &journal, world)?;
    Ok(Answer { text: disarmed(&text), exit: Exit::Good })
}
