//! The report folder: made before the work begins, filled at its end.

use super::patience::persist;
use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

/// A folder that was made and can be written.
#[derive(Debug)]
pub struct ReportDir {
    /// Absolute.
    path: PathBuf,
}

/// The folder or a file in it cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum ReportDirError {
    /// The folder cannot be made.
    #[error("the report folder `{path}` cannot be made: {source}")]
    Create {
        /// As it was given.
        path: PathBuf,
        /// As the system says.
        source: io::Error,
    },
    /// It is there, and no file can be made in it.
    #[error("no file can be written in the report folder `{path}`: {source}")]
    NotWritable {
        /// As it was given.
        path: PathBuf,
        /// As the system says.
        source: io::Error,
    },
    /// One of its files.
    #[error("the report file `{file}` cannot be written: {source}")]
    Write {
        /// Which one.
        file: PathBuf,
        /// As the system says.
        source: io::Error,
    },
}

impl ReportDir {
    /// Makes the folder and tries it, so that a bad path fails before the work.
    ///
    /// # Errors
    /// `Create`: it is no folder and cannot become one. `NotWritable`: nothing
    /// can be written in it.
    pub fn open(path: &Path) -> Result<Self, ReportDirError> {
        fs::create_dir_all(path).map_err(|source| ReportDirError::Create { path: path.to_owned(), source })?;
        temporary(path)
            .and_then(|mut file| file.write_all(b"\n"))
            .map_err(|source| ReportDirError::NotWritable { path: path.to_owned(), source })?;
        let path =
            std::path::absolute(path).map_err(|source| ReportDirError::Create { path: path.to_owned(), source })?;
        Ok(Self { path })
    }

    /// Writes the files, each under another name first: a reader never meets
    /// half a file, and one from an earlier run is replaced as a whole.
    ///
    /// # Errors
    /// `Write`: names the file; those before it are written.
    pub fn write(&self, files: &[(&str, String)]) -> Result<(), ReportDirError> {
        for (name, content) in files {
            let file = self.path.join(name);
            self.replace(&file, content).map_err(|source| ReportDirError::Write { file, source })?;
        }
        Ok(())
    }

    /// Absolute, so that it means the same to a later step in another folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn replace(&self, file: &Path, content: &str) -> io::Result<()> {
        let mut new = temporary(&self.path)?;
        new.write_all(content.as_bytes())?;
        persist(new, file)
    }
}

/// A file that goes again unless it is given its name. Others may read it, as
/// any file that a program writes; tempfile's own default is for secrets.
fn temporary(dir: &Path) -> io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".goenv-ci-").suffix(".tmp");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(dir)
}
