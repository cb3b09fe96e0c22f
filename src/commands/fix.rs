//! `doctor --fix` and `--undo`: makes the changes that are shown and no others,
//! after it has recorded how to take them back.

use crate::{
    commands::World,
    doctor::{finding::FileChange, view::Undone},
    error::Error,
    goenv::user_dirs::home,
    platform::Platform,
    ports::{Host, Kind, ReadLimit},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};

/// All fixes, the latest last.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Journal {
    schema_version: u32,
    fixes: Vec<Vec<Edit>>,
}

/// One change; contents are in Base64, since they need not be text.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Edit {
    File { path: String, before: String, after: String },
    MakeDir { path: String },
}

/// Where the journal is: in the directory in which programs keep their state for this user.
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
    let why = "this user has no directory in which a fix could be recorded, so nothing is changed";
    let state = state.ok_or_else(|| Error::Fix { path: "undo.json".to_owned(), why: why.to_owned() })?;
    Ok(platform.join(&state, "goenv-ci/undo.json"))
}

fn read(path: &str, world: &World) -> Result<Journal, Error> {
    let wrong = |why: String| Error::Fix { path: path.to_owned(), why };
    if world.host.kind(path) == Kind::Absent {
        return Ok(Journal { schema_version: 1, fixes: Vec::new() });
    }
    let bytes = world.host.read(path, ReadLimit::Program).map_err(|why| wrong(why.to_string()))?;
    let journal: Journal =
        serde_json::from_slice(&bytes).map_err(|why| wrong(format!("it is not a record of fixes: {why}")))?;
    match journal.schema_version {
        1 => Ok(journal),
        other => Err(wrong(format!("its schema is {other}, and this goenv-ci knows 1"))),
    }
}

fn write(path: &str, journal: &Journal, world: &World) -> Result<(), Error> {
    let wrong = |why: String| Error::Fix { path: path.to_owned(), why };
    let text = serde_json::to_vec_pretty(journal).map_err(|why| wrong(why.to_string()))?;
    world.host.replace(path, &text).map_err(|why| wrong(why.to_string()))
}

/// The file that a link leads to: it is changed, and the link stays.
fn real(path: &str, world: &World) -> String {
    world.host.canonical(path).unwrap_or_else(|| path.to_owned())
}

/// Makes the changes.
///
/// # Errors
/// A file was changed meanwhile, or cannot be written; the changes before it are made, and recorded.
pub(crate) fn apply(changes: &[FileChange], world: &World) -> Result<(), Error> {
    if changes.is_empty() {
        return Ok(());
    }
    let encoded = |bytes: &[u8]| STANDARD.encode(bytes);
    let edit = |change: &FileChange| match change {
        FileChange::MakeDir { path } => Edit::MakeDir { path: path.clone() },
        FileChange::Lines { path, before, .. } => Edit::File {
            path: real(path, world),
            before: encoded(before),
            after: encoded(&change.after().unwrap_or_default()),
        },
    };
    let at = journal_path(world)?;
    let mut journal = read(&at, world)?;
    journal.fixes.push(changes.iter().map(edit).collect());
    // Recorded first: what is written can be taken back even if this process ends in between.
    write(&at, &journal, world)?;
    for change in changes {
        let path = change.path();
        let wrong = |why: String| Error::Fix { path: path.to_owned(), why };
        match change {
            FileChange::MakeDir { .. } => world.host.create_dir_all(path).map_err(|why| wrong(why.to_string()))?,
            FileChange::Lines { before, .. } => {
                let now = world.host.read(path, ReadLimit::Settings).map_err(|why| wrong(why.to_string()))?;
                if now != *before {
                    return Err(wrong("it was changed while it was being examined, so it stays as it is".to_owned()));
                }
                let after = change.after().unwrap_or_default();
                world.host.replace(&real(path, world), &after).map_err(|why| wrong(why.to_string()))?;
            }
        }
    }
    Ok(())
}

/// Takes the last fix back; says what became of each change.
///
/// # Errors
/// There is none; or a file was changed since, and stays as it is.
pub(crate) fn undo(world: &World) -> Result<Vec<Undone>, Error> {
    let at = journal_path(world)?;
    let mut journal = read(&at, world)?;
    let Some(edits) = journal.fixes.pop() else {
        return Err(Error::Nothing("there is no fix to take back".to_owned()));
    };
    let mut undone = Vec::new();
    // Every file is compared before the first is written.
    let mut writes = Vec::new();
    for edit in &edits {
        match edit {
            Edit::MakeDir { path } => undone.push(Undone::Kept(path.clone())),
            Edit::File { path, before, after } => {
                let wrong = |why: String| Error::Fix { path: path.clone(), why };
                let bytes = |text: &String| STANDARD.decode(text).map_err(|why| wrong(why.to_string()));
                let (before, after) = (bytes(before)?, bytes(after)?);
                let now = world.host.read(path, ReadLimit::Settings).map_err(|why| wrong(why.to_string()))?;
                if now == before {
                    undone.push(Undone::AsBefore(path.clone()));
                } else if now == after {
                    undone.push(Undone::Restored(path.clone()));
                    writes.push((path, before));
                } else {
                    return Err(wrong("it was changed after it was fixed, so it stays as it is".to_owned()));
                }
            }
        }
    }
    for (path, before) in writes {
        world.host.replace(path, &before).map_err(|why| Error::Fix { path: path.clone(), why: why.to_string() })?;
    }
    write(&at, &journal, world)?;
    Ok(undone)
}
