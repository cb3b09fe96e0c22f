//! Reports on the disk: found below directories, opened one by one.

use crate::output::trouble::system;
use crate::{
    ports::ReportFiles,
    system::{bounded_read, directory::entries},
};
use std::{
    collections::{BTreeMap, HashSet},
    fs, io,
    path::{Path, PathBuf},
};

/// What a shard is called.
const NAME: &str = "report.json";

/// Directories within directories; a deeper tree is no report directory.
const DEPTH: usize = 64;

/// An input that cannot be looked at.
#[derive(Debug, thiserror::Error)]
#[error("`{path}` cannot be read: {}", system(source))]
pub struct FindError {
    /// As it was given, or below it.
    pub path: String,
    /// As the system says.
    pub source: io::Error,
}

/// Every report of the inputs, each once and in the order of the paths: a file
/// stands for itself, a directory for each report.json below it, whatever lies in
/// `except` not among them. Links to directories are not followed.
///
/// # Errors
/// An input that is not there, or a directory that cannot be listed.
pub fn find(inputs: &[String], except: Option<&Path>) -> Result<Vec<String>, FindError> {
    let except = except.and_then(|dir| fs::canonicalize(dir).ok());
    let mut found: BTreeMap<String, PathBuf> = BTreeMap::new();
    for input in inputs {
        let wrong = |source: io::Error| FindError { path: input.clone(), source };
        let path = Path::new(input);
        if fs::metadata(path).map_err(wrong)?.is_dir() {
            walk(path, except.as_deref(), DEPTH, &mut found)?;
        } else {
            found.insert(input.clone(), fs::canonicalize(path).map_err(wrong)?);
        }
    }
    let mut seen = HashSet::new();
    Ok(found.into_iter().filter(|(_, real)| seen.insert(real.clone())).map(|(path, _)| path).collect())
}

fn walk(
    dir: &Path,
    except: Option<&Path>,
    depth: usize,
    found: &mut BTreeMap<String, PathBuf>,
) -> Result<(), FindError> {
    let wrong = |path: &Path| {
        let path = path.display().to_string();
        move |source: io::Error| FindError { path, source }
    };
    if except.is_some_and(|except| fs::canonicalize(dir).is_ok_and(|dir| dir == except)) {
        return Ok(());
    }
    for entry in entries(dir).map_err(wrong(dir))? {
        let entry = entry.map_err(wrong(dir))?;
        let path = entry.path();
        if entry.is_dir() && depth > 0 {
            walk(path, except, depth - 1, found)?;
        } else if entry.name() == NAME && !entry.is_dir() {
            // A name that is not UTF-8 cannot be printed as it is, but still be opened if it is shown whole.
            let Some(name) = path.to_str() else { continue };
            let real = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
            found.insert(name.to_owned(), real);
        }
    }
    Ok(())
}

/// This machine's files.
#[derive(Clone, Copy, Debug, Default)]
pub struct DiskReports;

impl ReportFiles for DiskReports {
    fn open(&self, path: &str) -> io::Result<Box<dyn io::Read + Send>> {
        bounded_read::open_stream(Path::new(path))
    }
}
