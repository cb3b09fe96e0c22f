//! The only writer of command files: directories first, then one write for each
//! file, then the record that `verify` reads in a later step.

pub mod grammar;
pub mod shell;
pub mod undo;

use crate::output::trouble::system;
use crate::{
    plan::{
        CommandFile, FileLines, Plan,
        delivery::{DeliveredVariable, DeliveryRecord},
    },
    platform::{
        env::EnvBlock,
        ownership::{ExposedDir, Exposure},
    },
    ports::{Appended, CommandFiles, Host, Kind, NotAppended, ReadLimit, exposed},
};
use std::io;

/// Below RUNNER_TEMP, which lives as long as the job.
const RECORD: &str = "_goenv-ci/delivery.json";

/// What was done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Applied {
    /// A sentence for each file, in order.
    pub done: Vec<String>,
}

/// Nothing, or not all, was written.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// The variable that names a command file is not there.
    #[error("{} is not set, so there is no runner to write for", .0.variable())]
    NoRunner(CommandFile),
    /// A command file cannot be written.
    #[error("{} `{path}` was not written: {why}", file.variable())]
    File {
        /// Which.
        file: CommandFile,
        /// Its path.
        path: String,
        /// What the system says, or what is in it.
        why: String,
        /// What to do, a clause.
        help: String,
        /// What was already written, a sentence each.
        written: Vec<String>,
    },
    /// A planned directory cannot be made or written.
    #[error("the folder `{dir}` for {variable} cannot be used: {}", system(source))]
    Dir {
        /// Whose directory.
        variable: &'static str,
        /// Its path.
        dir: String,
        /// What the system says.
        source: io::Error,
    },
    /// What `--undo` would take back is not readable.
    #[error("the variable {} cannot be read: {why}", undo::UNDO)]
    Undo {
        /// A clause.
        why: String,
    },
    /// Somebody else can write to a planned directory, or replace it.
    #[error("the directory `{dir}` for {variable} is not safe: {found}, and whoever can write there runs code as you")]
    Exposed {
        /// Whose directory.
        variable: &'static str,
        /// Its path.
        dir: String,
        /// What is wrong, with it or with one above it.
        found: Box<ExposedDir>,
    },
    /// The record for `verify` cannot be written.
    #[error("the record `{path}` for a later `goenv-ci verify` was not written: {}", system(source))]
    Record {
        /// Its path.
        path: String,
        /// What the system says.
        source: io::Error,
    },
}

impl ApplyError {
    /// What was written before, and what to do.
    #[must_use]
    pub fn help(&self) -> String {
        match self {
            Self::NoRunner(_) => {
                "without a runner use `--shell bash|pwsh|cmd|fish`, which prints lines to evaluate, or `--dry-run`"
                    .to_owned()
            }
            Self::File { written, help, .. } if written.is_empty() => format!("nothing was written; {help}"),
            Self::File { written, help, .. } => format!("already done: {}; {help}", written.join("; ")),
            Self::Dir { variable, .. } => {
                format!("nothing was written; give another folder, for example with --{}", flag(variable))
            }
            Self::Undo { .. } => {
                "nothing was printed; set GOCACHE, GOPATH, GOBIN and PATH yourself, or start a new shell".to_owned()
            }
            Self::Exposed { variable, found, .. } => {
                let (flag, fix) = (flag(variable), found.fix());
                if found.by == Exposure::Owner {
                    format!(
                        "nothing was written; give another directory with --{flag}, or, if you trust all that is in it, make it yours: `{fix}`"
                    )
                } else {
                    format!("nothing was written; close it with `{fix}`, or give another directory with --{flag}")
                }
            }
            Self::Record { .. } => {
                "the command files are written; make RUNNER_TEMP writable, or `verify` cannot tell what was delivered"
                    .to_owned()
            }
        }
    }
}

/// The flag that gives another directory; the one on PATH is below GOPATH where no variable names it.
fn flag(variable: &str) -> String {
    if variable == "PATH" { "gopath".to_owned() } else { variable.to_lowercase() }
}

/// The variable that a planned directory is for.
fn variable_of(plan: &Plan, dir: &str) -> &'static str {
    plan.assignments.iter().find(|a| a.value == dir).map_or("PATH", |a| a.variable.name())
}

/// Refuses planned directories that somebody else can write to, or replace.
///
/// # Errors
/// The first.
pub fn refuse_exposed(plan: &Plan, host: &dyn Host) -> Result<(), ApplyError> {
    let first = plan.directories.iter().find_map(|dir| Some((dir, exposed(host, plan.platform, dir)?)));
    first.map_or(Ok(()), |(dir, found)| {
        Err(ApplyError::Exposed { variable: variable_of(plan, dir), dir: dir.clone(), found: Box::new(found) })
    })
}

/// Makes the planned directories, and checks that this user, and nobody else, can write to each.
///
/// # Errors
/// The first that cannot be used; where somebody else can write to one that is there, none was made.
pub fn make_dirs(plan: &Plan, host: &dyn Host) -> Result<(), ApplyError> {
    refuse_exposed(plan, host)?;
    for dir in &plan.directories {
        let owner = variable_of(plan, dir);
        host.create_dir_all(dir).and_then(|()| host.check_writable(dir)).map_err(|source| ApplyError::Dir {
            variable: owner,
            dir: dir.clone(),
            source,
        })?;
    }
    // Somebody else may have made one in the meantime.
    refuse_exposed(plan, host)
}

/// Carries out a plan for the runner whose command files `env` names.
///
/// Every file is looked at before the first is written. A run whose lines are
/// already in force writes nothing.
///
/// # Errors
/// See [`ApplyError`]; a file is written whole or not at all.
pub fn apply(plan: &Plan, env: &EnvBlock, host: &dyn Host, files: &dyn CommandFiles) -> Result<Applied, ApplyError> {
    let mut targets = Vec::new();
    for lines in &plan.files {
        match env.get_filled(lines.file.variable()) {
            Some(path) => targets.push((lines, path)),
            None if lines.file == CommandFile::Output => {}
            None => return Err(ApplyError::NoRunner(lines.file)),
        }
    }
    let mut applied = Applied::default();
    let failed = |file, path: &str, error: NotAppended, written: &[String]| ApplyError::File {
        file,
        path: path.to_owned(),
        why: error.why,
        help: error.help,
        written: written.to_vec(),
    };
    for (at, (lines, path)) in targets.iter().enumerate() {
        files.check(path, &|content| decided(plan, lines, content)).map_err(|e| failed(lines.file, path, e, &[]))?;
        // A directory of GITHUB_PATH is no record of GITHUB_ENV.
        if let Some((other, _)) = targets[..at].iter().find(|(_, other)| host.same_file(other, path) == Some(true)) {
            let why =
                format!("it is the same file as {}, and the runner reads each in its own way", other.file.variable());
            let help = "give each variable back the path that the runner gave it".to_owned();
            return Err(failed(lines.file, path, NotAppended { why, help }, &[]));
        }
    }
    make_dirs(plan, host)?;
    for (lines, path) in &targets {
        let appended = files.append(path, &|content| decided(plan, lines, content));
        let appended = appended.map_err(|error| failed(lines.file, path, error, &applied.done))?;
        let name = lines.file.variable();
        applied.done.push(match appended {
            Appended::Bytes(count) => {
                let several = if lines.lines.len() == 1 { "line" } else { "lines" };
                format!("{name}: {} {several} ({count} bytes) appended to `{path}`", lines.lines.len())
            }
            Appended::InForce => format!("{name}: already in force in `{path}`"),
        });
    }
    if let Some(path) = record_path(plan.platform, env) {
        let record = record(plan);
        let json = serde_json::to_vec_pretty(&record).unwrap_or_default();
        let held = host.read(&path, ReadLimit::Definitions).is_ok_and(|held| held == json);
        if !held {
            // Should this process be killed now, no record is better than one of other values; and where there is none
            // a new one needs no other name first, which could be left.
            let gone = if host.kind(&path) == Kind::File { host.remove(&path) } else { Ok(()) };
            gone.and_then(|()| host.replace(&path, &json))
                .map_err(|source| ApplyError::Record { path: path.clone(), source })?;
        }
    }
    Ok(applied)
}

fn decided(plan: &Plan, lines: &FileLines, content: &[u8]) -> Result<Option<Vec<u8>>, NotAppended> {
    Ok(grammar::to_append(lines.file, content, &lines.lines, plan.platform)?)
}

/// What `verify` will hold the environment against.
#[must_use]
pub fn record(plan: &Plan) -> DeliveryRecord {
    let variables = plan
        .assignments
        .iter()
        .map(|a| DeliveredVariable { name: a.variable.name().to_owned(), value: a.value.clone() });
    DeliveryRecord { schema_version: 1, variables: variables.collect(), path: plan.path.clone() }
}

/// Where the record lies, if the runner has a temporary directory.
#[must_use]
pub fn record_path(platform: crate::platform::Platform, env: &EnvBlock) -> Option<String> {
    env.get_filled("RUNNER_TEMP").map(|temp| platform.join(temp, RECORD))
}
