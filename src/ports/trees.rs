//! Trees of files that are moved: what stands at a path, copies, links, and who uses them. Links are never followed.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::io;

/// What stands at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Occupant {
    /// Nothing.
    Absent,
    /// A directory.
    Tree,
    /// A symbolic link or a junction.
    Link {
        /// Where it leads, as it is written there.
        to: String,
    },
    /// A file or something else.
    Other,
}

/// How a link is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum LinkKind {
    /// Windows: to a directory of this machine, without any privilege.
    Junction,
    /// A symbolic link; on Windows one for directories, for which a privilege or the developer mode is needed.
    Symlink,
}

/// What a tree holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TreeSurvey {
    /// Regular files.
    pub files: u64,
    /// Directories, the top one too.
    pub directories: u64,
    /// Links, which are copied as they are.
    pub links: u64,
    /// All files together.
    pub bytes: u64,
    /// With what the last block of each file and the directories take.
    pub room: u64,
    /// The first thing that is neither: a socket, a pipe, a device.
    pub odd: Option<String>,
    /// The first directory on which another file system is mounted.
    pub mount: Option<String>,
    /// The first relative link that leads out of the tree to something, with what is written in it.
    pub leads_out: Option<(String, String)>,
}

/// How a program uses a tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum TreeUse {
    /// Its program file lies there.
    Runs,
    /// Its working directory lies there.
    Works,
    /// It has a file open for writing.
    Writes,
    /// It has a file open.
    Reads,
}

/// A program that uses a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreeUser {
    /// Its number.
    pub process: u32,
    /// Its name.
    pub program: String,
    /// The strongest of its uses.
    pub how: TreeUse,
    /// What of the tree.
    pub path: String,
    /// Whether it is this process.
    pub is_own: bool,
}

/// The programs that use a tree, as far as the system tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TreeUsers {
    /// Those that are known.
    pub known: Vec<TreeUser>,
    /// What is not known, each a clause: `what programs of other users have open`.
    pub unknown: Vec<String>,
}

/// Two texts that change where something in a tree changes: names, kinds, sizes, times, modes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CopyPrints {
    /// Of what was copied.
    pub source: String,
    /// Of the copy.
    pub copy: String,
}

/// Why there is no copy; what was written of it stays.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// The user asked to stop.
    #[error("it was interrupted")]
    Stopped,
    /// The system refused something.
    #[error("`{path}`: {why}")]
    Refused {
        /// At what.
        path: String,
        /// What it says.
        why: io::Error,
    },
    /// Somebody writes to the tree.
    #[error("`{path}` was changed while it was being copied")]
    Changed {
        /// What.
        path: String,
    },
    /// The disk gave back something else than was written.
    #[error("the copy `{path}` is not what was copied")]
    Differs {
        /// What.
        path: String,
    },
}

/// Keeps others from the same move as long as it lives.
pub trait MoveLock: Send {
    /// Takes the file of the lock away.
    fn release(self: Box<Self>);
}

/// This machine's trees. All paths are absolute.
pub trait Trees: Sync {
    /// What stands there.
    ///
    /// # Errors
    /// The system does not tell.
    fn occupant(&self, path: &str) -> io::Result<Occupant>;

    /// Counts what a tree holds.
    ///
    /// # Errors
    /// Something of it cannot be listed.
    fn survey(&self, dir: &str) -> io::Result<TreeSurvey>;

    /// Copies a tree with modes, times and links to where nothing stands, and holds each file against what was read.
    ///
    /// # Errors
    /// Why there is no whole copy.
    fn copy(&self, from: &str, to: &str, stop: &dyn Fn() -> bool) -> Result<CopyPrints, CopyError>;

    /// A text that changes where something in the tree changes.
    ///
    /// # Errors
    /// Something of it cannot be listed.
    fn print(&self, dir: &str) -> io::Result<String>;

    /// Gives a tree or a link another name in its directory, in place of an empty directory too.
    ///
    /// # Errors
    /// As the system says, with who holds it where that is known.
    fn rename(&self, from: &str, to: &str) -> io::Result<()>;

    /// Lets two change their names in one moment; `false` where the system cannot.
    ///
    /// # Errors
    /// As the system says.
    fn exchange(&self, left: &str, right: &str) -> io::Result<bool>;

    /// Makes a link to a directory.
    ///
    /// # Errors
    /// As the system says.
    fn link(&self, at: &str, to: &str, kind: LinkKind) -> io::Result<()>;

    /// Removes a link, never what it leads to.
    ///
    /// # Errors
    /// It is none, or as the system says.
    fn unlink(&self, at: &str) -> io::Result<()>;

    /// Removes a directory that is empty.
    ///
    /// # Errors
    /// It is not, or as the system says.
    fn remove_empty(&self, dir: &str) -> io::Result<()>;

    /// Who uses a tree.
    fn users(&self, dir: &str) -> TreeUsers;

    /// Whether this user may rename a directory, as far as that can be asked without doing it.
    ///
    /// # Errors
    /// As the system says.
    fn may_rename(&self, dir: &str) -> io::Result<()>;

    /// Takes the lock that a file stands for; `None` where somebody has it.
    ///
    /// # Errors
    /// As the system says.
    fn lock(&self, file: &str) -> io::Result<Option<Box<dyn MoveLock>>>;

    /// Whether somebody has it; nothing is written.
    fn is_locked(&self, file: &str) -> bool;

    /// Writes a file so that it is on the disk, whole, when this returns.
    ///
    /// # Errors
    /// As the system says; the old one is as it was.
    fn record(&self, file: &str, content: &[u8]) -> io::Result<()>;

    /// Whether a file system is mounted at a directory.
    fn is_mount(&self, dir: &str) -> bool;

    /// Whether a drive is another machine's; `None` where that is not known.
    fn is_remote(&self, path: &str) -> Option<bool>;
}
