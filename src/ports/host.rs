//! This machine's files and directories.

use std::io;

/// What is at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Nothing, or nothing that can be reached.
    Absent,
    /// A file.
    File,
    /// A directory.
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

    /// Names in a directory, sorted; empty where there is none.
    fn list(&self, dir: &str) -> Vec<String>;

    /// Any file below a directory, the first by name; `None` where there is no directory or no file.
    fn first_file_below(&self, dir: &str) -> Option<String>;

    /// The path with links resolved, in the system's own spelling, if it exists.
    fn canonical(&self, path: &str) -> Option<String>;

    /// Whether both paths lead to one file or directory, by whatever links, junctions, 8.3 names or
    /// spellings; `None` where one of them leads nowhere.
    fn same_file(&self, left: &str, right: &str) -> Option<bool>;

    /// Writes a file, making its directories.
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

    /// Makes a directory and those above it.
    ///
    /// # Errors
    /// As the system says.
    fn create_dir_all(&self, dir: &str) -> io::Result<()>;

    /// Removes a file or a directory with all below it, read-only ones too; absent is fine.
    ///
    /// # Errors
    /// As the system says.
    fn remove(&self, path: &str) -> io::Result<()>;
}
