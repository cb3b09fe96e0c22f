//! The directory below which everything of one run is, removed at the run's end unless this
//! process is killed.

use crate::system::host;
use std::{io, path::PathBuf};

/// A fresh directory; dropping it removes it with all that is in it.
#[derive(Debug)]
pub struct Scratch {
    dir: PathBuf,
}

impl Scratch {
    /// Makes one below `parent`, or below the system's temporary directory; its path has no links in it, but on Windows.
    ///
    /// # Errors
    /// As the system says, or the path is not UTF-8.
    pub fn new(parent: Option<&str>) -> io::Result<Self> {
        let mut builder = tempfile::Builder::new();
        let builder = builder.prefix("goenv-ci-");
        let dir = match parent {
            Some(parent) => builder.tempdir_in(parent)?,
            None => builder.tempdir()?,
        };
        let dir = dir.keep();
        // Go names its working directory without links, and compares it with what is named: macOS has its temporary
        // directory behind one. Windows would answer with a path of another kind.
        let dir = if cfg!(windows) { dir } else { dir.canonicalize().unwrap_or(dir) };
        Ok(Self { dir })
    }

    /// Its absolute path.
    ///
    /// # Errors
    /// It is not UTF-8.
    pub fn path(&self) -> io::Result<&str> {
        self.dir
            .to_str()
            .ok_or_else(|| io::Error::other(format!("the temporary folder `{}` is not UTF-8", self.dir.display())))
    }
}

impl Scratch {
    /// Removes it now, and says what stays.
    ///
    /// # Errors
    /// As the system says, after trying for a while.
    pub fn remove(self) -> io::Result<()> {
        let outcome = host::remove(&self.dir)
            .map_err(|error| io::Error::new(error.kind(), format!("`{}`: {error}", self.dir.display())));
        // It was tried long enough.
        std::mem::forget(self);
        outcome
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // There is no one left to tell what could not be removed.
        let _ = host::remove(&self.dir);
    }
}
