//! YAML in, probes out; every complaint has file, line and column. What a
//! shape must be beyond its form is in `check`.

use crate::probe::Probe;
use crate::probe::{check::Checker, schema::ProbeShape};
use serde::de::DeserializeOwned;
use serde_yaml::{Location, Options};

/// Larger than any file a person writes.
const LARGEST: usize = 1 << 20;

/// A file of probes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// As it is shown in messages.
    pub name: String,
    /// As it was read.
    pub content: Vec<u8>,
}

/// A probe file or a runner profile that cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}:{column}: {message}")]
pub struct MatrixError {
    /// As it was named.
    pub file: String,
    /// Counted from 1.
    pub line: u64,
    /// Counted from 1, in characters.
    pub column: u64,
    /// What is wrong.
    pub message: String,
}

impl MatrixError {
    pub(crate) fn at(file: &str, line: u64, column: u64, message: impl Into<String>) -> Self {
        Self { file: file.to_owned(), line, column, message: message.into() }
    }
}

/// Reads files of probes; ids are `STEM/ID`.
///
/// # Errors
/// The first thing that is wrong, with its place.
pub fn load_probes(files: &[SourceFile]) -> Result<Vec<Probe>, MatrixError> {
    let mut probes: Vec<Probe> = Vec::new();
    for source in files {
        let shapes: Vec<ProbeShape> = parse(&source.name, &source.content)?;
        let checker = Checker { file: &source.name };
        for shape in shapes {
            let at = shape.id.referenced;
            let probe = checker.probe(shape)?;
            if probes.iter().any(|other| other.id == probe.id) {
                return checker.refuse(at, format!("the id `{}` is there twice", probe.id));
            }
            probes.push(probe);
        }
    }
    Ok(probes)
}

/// Parses one document with the limits that hold for all of ours.
pub(crate) fn parse<T: DeserializeOwned>(file: &str, content: &[u8]) -> Result<T, MatrixError> {
    if content.len() > LARGEST {
        return Err(MatrixError::at(
            file,
            1,
            1,
            format!("the file has {} bytes, and at most {LARGEST} are read", content.len()),
        ));
    }
    let text = std::str::from_utf8(content).map_err(|error| {
        let before = String::from_utf8_lossy(&content[..error.valid_up_to()]).into_owned();
        let line = before.matches('\n').count() as u64 + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() as u64 + 1;
        MatrixError::at(file, line, column, "the file is not UTF-8 from here on; save it as UTF-8")
    })?;
    let mut options = Options::default();
    options.with_snippet = false;
    serde_yaml::from_str_with_options(text, options).map_err(|error| {
        let place = error.location().unwrap_or(Location::UNKNOWN);
        let (line, column) = (place.line().max(1), place.column().max(1));
        let message = error.to_string();
        MatrixError::at(file, line, column, message.split(" at line ").next().unwrap_or_default())
    })
}

/// `gobin` of `matrix/gobin.yml`.
pub(crate) fn stem(file: &str) -> &str {
    let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

#[cfg(test)]
#[path = "load_tests.rs"]
mod tests;
