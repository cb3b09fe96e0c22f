//! The report directory: made before the work begins, filled at its end.

use crate::system::{
    retry::persist,
    whole_file::{self, Leftover, UNFINISHED},
};
use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

/// Others may read a report, as any file that a program writes.
const MODE: u32 = 0o666;

/// A directory that was made and can be written.
#[derive(Debug)]
pub struct ReportDir {
    /// Absolute.
    path: PathBuf,
}

/// The directory or a file in it cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum ReportDirError {
    /// The directory cannot be made.
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

impl ReportDirError {
    /// What went wrong, for a directory that holds no report.
    #[must_use]
    pub fn reason(&self) -> String {
        match self {
            Self::Create { source, .. } => format!("the directory cannot be made: {source}"),
            Self::NotWritable { source, .. } => format!("no file can be written there: {source}"),
            Self::Write { file, source } => format!("`{}`: {source}", file.display()),
        }
    }
}

impl ReportDir {
    /// Makes the directory and tries it, so that a bad path fails before the work.
    ///
    /// # Errors
    /// `Create`: it is no directory and cannot become one. `NotWritable`: nothing
    /// can be written in it.
    pub fn open(path: &Path) -> Result<Self, ReportDirError> {
        fs::create_dir_all(path).map_err(|source| ReportDirError::Create { path: path.to_owned(), source })?;
        whole_file::check_writable(path)
            .map_err(|source| ReportDirError::NotWritable { path: path.to_owned(), source })?;
        // An artifact is made of all that is in it.
        whole_file::sweep(path, UNFINISHED, Leftover::File);
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
            whole_file::replace(&file, content.as_bytes(), MODE)
                .map_err(|source| ReportDirError::Write { file, source })?;
        }
        Ok(())
    }

    /// A file that has no name yet; it goes again unless it is given to [`ReportDir::keep`].
    ///
    /// # Errors
    /// `Write`: it cannot be made.
    pub fn draft(&self, name: &str) -> Result<FileDraft, ReportDirError> {
        let wrong = |source| ReportDirError::Write { file: self.path.join(name), source };
        let file = whole_file::locked(&self.path, MODE).map_err(wrong)?;
        Ok(FileDraft { name: name.to_owned(), file: io::BufWriter::with_capacity(128 * 1024, file) })
    }

    /// Gives drafts their names, all of them written out before the first is named.
    ///
    /// # Errors
    /// `Write`: names the file; those before it have their names.
    pub fn keep(&self, drafts: Vec<FileDraft>) -> Result<(), ReportDirError> {
        let mut written = Vec::new();
        for FileDraft { name, file } in drafts {
            let path = self.path.join(name);
            match file.into_inner() {
                Ok(file) => written.push((path, file)),
                Err(why) => return Err(ReportDirError::Write { file: path, source: why.into_error() }),
            }
        }
        for (path, file) in written {
            persist(file, &path).map_err(|source| ReportDirError::Write { file: path, source })?;
        }
        Ok(())
    }

    /// Absolute, so that it means the same to a later step in another directory.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// A file of the directory that is being written.
#[derive(Debug)]
pub struct FileDraft {
    name: String,
    file: io::BufWriter<tempfile::NamedTempFile>,
}

impl Write for FileDraft {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl io::Seek for FileDraft {
    fn seek(&mut self, to: io::SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}

impl crate::ports::Draft for FileDraft {
    fn restart(&mut self) -> io::Result<()> {
        io::Seek::seek(&mut self.file, io::SeekFrom::Start(0))?;
        self.file.get_ref().as_file().set_len(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_killed_run_left_is_no_part_of_the_next_report() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        // On Windows its age decides.
        if cfg!(unix) {
            fs::write(at(".goenv-ci-left.tmp"), "half a report").unwrap();
        }
        let report = ReportDir::open(dir.path()).unwrap();
        let draft = report.draft("b.json").unwrap();
        // Another run that writes to the same directory meanwhile takes nothing away.
        ReportDir::open(dir.path()).unwrap();
        report.write(&[("a.json", "{}".to_owned())]).unwrap();
        report.keep(vec![draft]).unwrap();
        let mut names: Vec<_> = fs::read_dir(dir.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        assert_eq!(names, ["a.json", "b.json"]);
    }
}
