//! A tool cache, and a toolchain that is being put into one.

use std::io;

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

/// Directories in the layout of a runner's tool cache.
pub trait ToolCache: Sync {
    /// Waits for others that install the same; `None` when it is there by then.
    /// `goroot` is `.../go/1.21.13/x64`, absolute.
    ///
    /// # Errors
    /// As the system says.
    fn reserve(&self, goroot: &str) -> io::Result<Option<Box<dyn Reservation + '_>>>;
}
