//! A tree of Go's that moves to another place and leaves a link: what is asked, what speaks against it, the journal of
//! the move and its steps, and what is said of it. Nothing here touches a disk but through ports.

pub mod answers;
pub mod facts;
pub mod journal;
pub mod judge;
pub mod mover;
pub mod steps;
pub mod view;

use crate::{
    output::json,
    ports::trees::{LinkKind, TreeUse},
    relocate::{answers::ComparedAnswer, facts::MoveFacts},
    status::Severity,
};
use schemars::{JsonSchema, generate::Contract};
use serde::{Deserialize, Serialize};

/// What is moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum MovedTree {
    /// A Go installation.
    Goroot,
    /// A GOPATH.
    Gopath,
    /// A module cache.
    Gomodcache,
    /// A build cache.
    Gocache,
}

impl MovedTree {
    /// The variable that names it.
    #[must_use]
    pub fn variable(self) -> &'static str {
        match self {
            Self::Goroot => "GOROOT",
            Self::Gopath => "GOPATH",
            Self::Gomodcache => "GOMODCACHE",
            Self::Gocache => "GOCACHE",
        }
    }

    /// As it is asked for.
    #[must_use]
    pub fn flag(self) -> &'static str {
        match self {
            Self::Goroot => "--goroot",
            Self::Gopath => "--gopath",
            Self::Gomodcache => "--gomodcache",
            Self::Gocache => "--gocache",
        }
    }
}

/// What is asked for; both paths absolute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MoveRequest {
    /// What it is.
    pub tree: MovedTree,
    /// Where it is, as it was given.
    pub from: String,
    /// Where it shall be; `None`: as the journal has it.
    pub to: Option<String>,
    /// How the link is made.
    pub link: LinkKind,
}

/// Whose fault it is that a move cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blame {
    /// Of what was asked for: exit code 2.
    Request,
    /// Of this machine as it is now: exit code 3.
    Machine,
}

/// What speaks against a move, or what is to be known of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "RelocationFindingV1")]
pub struct MoveFinding {
    /// Stable: `into-itself`.
    pub id: &'static str,
    /// An `error` stops the move.
    pub severity: Severity,
    /// What it is, a sentence without a full stop.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// Decides the exit code.
    #[serde(skip)]
    pub blame: Blame,
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum MoveOutcome {
    /// Nothing speaks against it, and nothing was done (`--dry-run`).
    Planned,
    /// Something speaks against it; nothing was done.
    Refused,
    /// It lies at its new place, and a link at the old one leads there.
    Moved,
    /// It did already.
    AlreadyMoved,
    /// It lies at its old place again.
    MovedBack,
}

/// All that is known of a move.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(title = "goenv-ci relocation")]
pub struct Relocation {
    /// 1.
    pub schema_version: u32,
    /// What came of it.
    pub outcome: MoveOutcome,
    /// Whether this is about the way back (`--undo`).
    pub undo: bool,
    /// `goroot`, `gopath`, `gomodcache` or `gocache`.
    pub tree: MovedTree,
    /// The old place, where the link is.
    pub from: String,
    /// The new place.
    pub to: String,
    /// The kind of link.
    pub link: LinkKind,
    /// What the tree holds, where it was counted.
    pub size: Option<MovedSize>,
    /// The drives that both places are on, as far as the system tells.
    pub drives: MoveDrives,
    /// The programs that use the tree.
    pub users: Vec<MoveUser>,
    /// What is not known of programs that use it.
    pub not_known: Vec<String>,
    /// What speaks against it, and what is to be known.
    pub findings: Vec<MoveFinding>,
    /// What Go said before and after.
    pub checks: Vec<ComparedAnswer>,
    /// What an earlier run that did not end had left, and what was made of it.
    pub resumed: Option<String>,
}

/// What a tree holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct MovedSize {
    /// Regular files.
    pub files: u64,
    /// Directories.
    pub directories: u64,
    /// Links in it, which are copied as they are.
    pub links: u64,
    /// All files together.
    pub bytes: u64,
    /// What the copy needs.
    pub needed_bytes: u64,
}

/// The drives of a move.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct MoveDrives {
    /// Of the old place.
    pub from: Option<MoveDrive>,
    /// Of the new place.
    pub to: Option<MoveDrive>,
}

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct MoveDrive {
    /// `D:\`, or `/home`.
    pub mount: String,
    /// `NTFS`, `ext4`; empty where it is not known.
    pub file_system: String,
    /// For this user, before the move.
    pub free_bytes: u64,
}

/// A program that uses the tree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct MoveUser {
    /// Its number.
    pub process: u32,
    /// Its name.
    pub program: String,
    /// The strongest of its uses.
    #[serde(rename = "use")]
    pub how: TreeUse,
    /// What of the tree.
    pub path: String,
}

impl Relocation {
    /// Of what was found out before anything is done.
    #[must_use]
    pub fn of(facts: &MoveFacts, findings: Vec<MoveFinding>, undo: bool) -> Self {
        let refused = findings.iter().any(|one| one.severity == Severity::Error);
        let size = facts.survey.as_ref().ok().map(|survey| MovedSize {
            files: survey.files,
            directories: survey.directories,
            links: survey.links,
            bytes: survey.bytes,
            needed_bytes: survey.room,
        });
        let users = facts.users.known.iter().map(|user| MoveUser {
            process: user.process,
            program: user.program.clone(),
            how: user.how,
            path: user.path.clone(),
        });
        Self {
            schema_version: 1,
            outcome: if refused { MoveOutcome::Refused } else { MoveOutcome::Planned },
            undo,
            tree: facts.tree,
            from: if undo { facts.to.path.clone() } else { facts.from.path.clone() },
            to: if undo { facts.from.path.clone() } else { facts.to.path.clone() },
            link: facts.link,
            size,
            drives: if undo {
                MoveDrives { from: drive(&facts.to.drive), to: drive(&facts.from.drive) }
            } else {
                MoveDrives { from: drive(&facts.from.drive), to: drive(&facts.to.drive) }
            },
            users: users.collect(),
            not_known: facts.users.unknown.clone(),
            findings,
            checks: Vec::new(),
            resumed: None,
        }
    }
}

fn drive(found: &Option<crate::ports::disks::Drive>) -> Option<MoveDrive> {
    found.as_ref().map(|drive| MoveDrive {
        mount: drive.mount.clone(),
        file_system: drive.file_system.clone(),
        free_bytes: drive.free_bytes,
    })
}

/// docs/schema/relocate.schema.json.
///
/// # Errors
/// Never, but the type cannot say so.
pub fn schema() -> Result<String, serde_json::Error> {
    json::schema::<Relocation>("relocate", Contract::Serialize)
}
