//! The outside world as few small traits; `system` implements them, the
//! core only calls them. No bodies here.

pub mod disks;
pub mod event;
#[cfg(test)]
pub(crate) mod fake;
pub mod forge;
pub(crate) mod forge_port;
pub mod registry;

pub use forge_port::Forge;

use crate::{
    platform::env::EnvBlock,
    ports::{
        disks::{Burst, Drive},
        event::Event,
        registry::{Persisted, Scope},
    },
};
use std::{
    io::{self, Read, Seek, Write},
    time::Duration,
};

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

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// With this exit code.
    Code(i32),
    /// By a signal.
    Signal(i32),
    /// It ran past its limit, and its whole process tree was ended.
    TimedOut,
    /// We were interrupted, and its whole process tree was ended.
    Interrupted,
}

/// A command that was started and has ended.
#[derive(Clone, Debug)]
pub struct Completed {
    /// How.
    pub ended: Ended,
    /// As UTF-8 whatever it was written in, and capped by the adapter.
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

    /// Whether both paths lead to one file or folder, by whatever links, junctions, 8.3 names or
    /// spellings; `None` where one of them leads nowhere.
    fn same_file(&self, left: &str, right: &str) -> Option<bool>;

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

/// Settings of the system that reach a process by its environment, and the environment as the
/// system hands it over. Read only.
pub trait Scopes: Sync {
    /// Names and values of this process's block, in its order and spelling.
    fn block(&self) -> Vec<(String, String)>;

    /// What the system answers when a program asks for one name (GetEnvironmentVariableW on Windows).
    fn live(&self, name: &str) -> Option<String>;

    /// The variables of a persistent scope; none where the system has no such scope.
    ///
    /// # Errors
    /// The scope is there and cannot be read.
    fn persisted(&self, scope: Scope) -> Result<Vec<Persisted>, String>;

    /// A number below `HKEY_LOCAL_MACHINE`; `None` where there is none, or no registry.
    fn number(&self, key: &str, name: &str) -> Option<u32>;
}

/// The drives of this machine.
pub trait Disks {
    /// The drive that a folder lies on, or the nearest one above it that is there.
    fn drive_of(&self, path: &str) -> Option<Drive>;

    /// Writes and removes small files in a folder of its own there, for so long.
    ///
    /// # Errors
    /// As the system says; nothing stays.
    fn burst(&self, dir: &str, limit: Duration) -> io::Result<Burst>;
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

/// Reports as they lie on the disk.
pub trait ReportFiles: Sync {
    /// Opens one for reading.
    ///
    /// # Errors
    /// As the system says.
    fn open(&self, path: &str) -> io::Result<Box<dyn Read + Send>>;
}

/// A file that is being written and has no name yet.
pub trait Draft: Write + Seek {}

/// Shows what happens.
pub trait Observer: Sync {
    /// Takes one event.
    fn event(&self, event: &Event);
}

/// Why a URL gave nothing. Addresses are shown without their passwords.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// 404 or 410, or no such file: another proxy of the list may have it.
    #[error("`{url}`: {reason}")]
    NotFound {
        /// What was asked for.
        url: String,
        /// `404 Not Found`, or what the system says about the file.
        reason: String,
    },
    /// Any other answer, or none: refused, unreachable, cut off, too large.
    #[error("`{url}`: {reason}")]
    Failed {
        /// What was asked for.
        url: String,
        /// The status, or the chain of causes.
        reason: String,
    },
    /// The user asked to stop.
    #[error("interrupted")]
    Interrupted,
}

/// Reads `http`, `https` and `file` URLs.
pub trait Fetch: Sync {
    /// The whole body.
    ///
    /// # Errors
    /// It is not there, did not arrive whole, or is longer than `limit_bytes`.
    fn get(&self, url: &str, limit_bytes: u64) -> Result<Vec<u8>, FetchError>;

    /// The body, streamed into the file at an absolute path; a part that arrived is removed.
    ///
    /// # Errors
    /// As for `get`.
    fn download(&self, url: &str, file: &str, limit_bytes: u64) -> Result<(), FetchError>;
}

/// A file of an archive as it was unpacked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unpacked {
    /// Its whole name in the archive.
    pub name: String,
    /// SHA-256 of its content.
    pub sha256: [u8; 32],
}

/// A toolchain that is being put into a tool cache; whatever was written goes when it is dropped.
pub trait Reservation: Send {
    /// Where the archive is to be written, absolute.
    fn archive(&self) -> String;

    /// Unpacks the archive beside the place it will have, without `prefix`.
    ///
    /// # Errors
    /// It is no archive, or it holds what it must not; or as the system says.
    fn unpack(&mut self, prefix: &str) -> io::Result<Vec<Unpacked>>;

    /// Moves what was unpacked to its place and marks it complete.
    ///
    /// # Errors
    /// As the system says.
    fn commit(self: Box<Self>) -> io::Result<()>;
}

/// Folders in the layout of a runner's tool cache.
pub trait ToolCache: Sync {
    /// Waits for others that install the same; `None` when it is there by then.
    /// `goroot` is `.../go/1.21.13/x64`, absolute.
    ///
    /// # Errors
    /// As the system says.
    fn reserve(&self, goroot: &str) -> io::Result<Option<Box<dyn Reservation + '_>>>;
}
