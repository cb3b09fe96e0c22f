//! The outside world as few small traits; `adapters` implements them, the
//! core only calls them. No bodies here.

use crate::model::{env::EnvBlock, event::Event, verdict::Ended};
use std::{io, time::Duration};

/// A command to run.
#[derive(Clone, Debug)]
pub struct Invocation<'a> {
    /// Program first; a bare name is looked up on the PATH of `env`.
    pub argv: &'a [String],
    /// The whole environment of the child, nothing is inherited.
    pub env: &'a EnvBlock,
    /// Absolute folder to run in.
    pub dir: &'a str,
    /// After this the whole process tree is ended.
    pub limit: Duration,
}

/// A command that was started and has ended.
#[derive(Clone, Debug)]
pub struct Completed {
    /// How.
    pub ended: Ended,
    /// Capped by the adapter.
    pub stdout: Vec<u8>,
    /// Likewise.
    pub stderr: Vec<u8>,
    /// From start to end.
    pub duration: Duration,
}

/// Runs programs.
pub trait Executor: Sync {
    /// Runs to the end, to the limit or to the interruption.
    ///
    /// # Errors
    /// It could not be started.
    fn run(&self, invocation: &Invocation<'_>) -> io::Result<Completed>;

    /// Whether the user asked to stop.
    fn interrupted(&self) -> bool;
}

/// What is at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Nothing, or nothing that can be reached.
    Absent,
    /// A file.
    File,
    /// A folder.
    Dir,
}

/// This machine's files. All paths are absolute.
pub trait Host: Sync {
    /// What is there; links are followed.
    fn kind(&self, path: &str) -> Kind;

    /// The content of a file.
    ///
    /// # Errors
    /// As the system says.
    fn read(&self, path: &str) -> io::Result<Vec<u8>>;

    /// Names in a folder, sorted; empty where there is none.
    fn list(&self, dir: &str) -> Vec<String>;

    /// Any file below a folder, the first by name; `None` where there is no folder or no file.
    fn first_file_below(&self, dir: &str) -> Option<String>;

    /// The path with links resolved, in the system's own spelling, if it exists.
    fn canonical(&self, path: &str) -> Option<String>;

    /// Writes a file, making its folders.
    ///
    /// # Errors
    /// As the system says.
    fn write(&self, path: &str, content: &[u8]) -> io::Result<()>;

    /// Writes a file under another name and renames it, so that a reader sees the old one or the new one.
    ///
    /// # Errors
    /// As the system says.
    fn replace(&self, path: &str, content: &[u8]) -> io::Result<()>;

    /// Makes and removes a file there.
    ///
    /// # Errors
    /// As the system says.
    fn check_writable(&self, dir: &str) -> io::Result<()>;

    /// Makes a folder and those above it.
    ///
    /// # Errors
    /// As the system says.
    fn create_dir_all(&self, dir: &str) -> io::Result<()>;

    /// Removes a file or a folder with all below it, read-only ones too; absent is fine.
    ///
    /// # Errors
    /// As the system says.
    fn remove(&self, path: &str) -> io::Result<()>;
}

/// What an append did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Appended {
    /// So many bytes, in one write.
    Bytes(usize),
    /// Nothing: the lines are in force.
    InForce,
}

/// From the content of a file to what is appended, to nothing, or to a refusal.
pub type Decide<'a> = dyn Fn(&[u8]) -> Result<Option<Vec<u8>>, String> + 'a;

/// The runner's command files. Errors are sentences: they end up behind the file's name.
pub trait CommandFiles {
    /// Whether `append` would do, without writing.
    ///
    /// # Errors
    /// Why not.
    fn check(&self, path: &str, decide: &Decide<'_>) -> Result<(), String>;

    /// Appends in one write, alone: two writers at once come one after the other.
    ///
    /// # Errors
    /// Why not; the file is as before.
    fn append(&self, path: &str, decide: &Decide<'_>) -> Result<Appended, String>;
}

/// Shows what happens.
pub trait Observer: Sync {
    /// Takes one event.
    fn event(&self, event: &Event);
}
