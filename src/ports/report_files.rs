//! Reports as files.

use std::io::{self, Read, Seek, Write};

/// Reports on the disk.
pub trait ReportFiles: Sync {
    /// Opens one for reading.
    ///
    /// # Errors
    /// As the system says.
    fn open(&self, path: &str) -> io::Result<Box<dyn Read + Send>>;
}

/// A file that is being written and has no name yet.
pub trait Draft: Write + Seek {
    /// Takes back all that was written.
    ///
    /// # Errors
    /// As the system says.
    fn restart(&mut self) -> io::Result<()>;
}
