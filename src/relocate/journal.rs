//! The journal of a move, which lies beside the old place from the first step on: what a killed run was at, and what
//! `--undo` goes by.

use crate::{
    ports::trees::LinkKind,
    relocate::{MovedTree, answers::MoveAnswer},
};
use serde::{Deserialize, Serialize};

/// Where a move is. What has been done within a state is seen on the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MoveState {
    /// A copy is being made beside the new place; the tree is untouched.
    Copying,
    /// The copy is whole: it gets its name, and the link takes the tree's place.
    Swapping,
    /// The link is in place, the old tree beside it; what Go says is compared.
    Checking,
    /// Everything holds, and the old tree is being removed.
    Clearing,
    /// It is done; `--undo` is possible.
    Moved,
    /// The unfinished copy is being removed.
    Discarding,
    /// The old tree gets its place back, the copy goes.
    Restoring,
    /// A copy is being made beside the old place.
    CopyingBack,
    /// That copy is being removed.
    DroppingBack,
    /// It is whole, and takes the link's place.
    SwappingBack,
    /// It is in its place; what Go says is compared.
    CheckingBack,
    /// Everything holds, and the tree at the new place gets another name.
    ClearingBack,
    /// It has, and is being removed.
    Ending,
}

/// The file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MoveJournal {
    /// 1.
    pub schema_version: u32,
    /// What is moved.
    pub tree: MovedTree,
    /// The old place.
    pub from: String,
    /// The new place.
    pub to: String,
    /// The kind of link.
    pub link: LinkKind,
    /// Where the move is.
    pub state: MoveState,
    /// Directories above the new place that the move made, the innermost last.
    pub made: Vec<String>,
    /// Whether an empty directory stood at the new place.
    pub was_there: bool,
    /// Of what was copied last.
    pub source_print: String,
    /// Of that copy.
    pub copy_print: String,
    /// What Go said before.
    pub before: Vec<MoveAnswer>,
}

/// The names that a move uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Spot {
    /// The old place.
    From,
    /// The new place.
    To,
    /// The unfinished copy, beside the new place.
    Stage,
    /// The link, before it has its place.
    Link,
    /// The old tree, once the link is in its place.
    Old,
    /// The unfinished copy on the way back, beside the old place.
    Back,
    /// The tree at the new place while it is being removed.
    Spent,
}

impl Spot {
    /// All of them.
    pub const ALL: [Self; 7] = [Self::From, Self::To, Self::Stage, Self::Link, Self::Old, Self::Back, Self::Spent];

    /// The path, from those of both places.
    #[must_use]
    pub fn path(self, from: &str, to: &str) -> String {
        match self {
            Self::From => from.to_owned(),
            Self::To => to.to_owned(),
            Self::Stage => format!("{to}.goenv-ci-new"),
            Self::Link => format!("{from}.goenv-ci-link"),
            Self::Old => format!("{from}.goenv-ci-old"),
            Self::Back => format!("{from}.goenv-ci-new"),
            Self::Spent => format!("{to}.goenv-ci-old"),
        }
    }
}

/// Where the journal of a tree's move lies.
#[must_use]
pub fn journal_of(from: &str) -> String {
    format!("{from}.goenv-ci-journal")
}

/// The lock of all moves from or to a place.
#[must_use]
pub fn lock_of(place: &str) -> String {
    format!("{place}.goenv-ci-lock")
}

impl MoveJournal {
    /// From the bytes of the file.
    ///
    /// # Errors
    /// It is no such file, or of another goenv-ci: a clause.
    pub fn read(bytes: &[u8], from: &str) -> Result<Self, String> {
        let journal: Self =
            serde_json::from_slice(bytes).map_err(|why| format!("it is not the journal of a move: {why}"))?;
        match journal.schema_version {
            1 if journal.from == from => Ok(journal),
            1 => Err(format!("it is about `{}`", journal.from)),
            other => Err(format!("its schema is {other}, and this goenv-ci knows 1")),
        }
    }
}
