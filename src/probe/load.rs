//! YAML in, probes out; every complaint has file, line and column. What a
//! shape must be beyond its form is in `check`.

use crate::{
    probe::{Probe, check::Checker, schema::ProbeShape},
    yaml::{self, FaultDetail},
};
use serde::de::DeserializeOwned;

/// A file of probes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// As it is shown in messages.
    pub name: String,
    /// As it was read.
    pub content: Vec<u8>,
}

impl SourceFile {
    /// Files that are built in, by their paths in this repository.
    #[must_use]
    pub fn embedded(files: &[(&str, &str)]) -> Vec<Self> {
        let file = |(name, content): &(&str, &str)| Self {
            name: format!("matrix/{name}"),
            content: content.as_bytes().to_vec(),
        };
        files.iter().map(file).collect()
    }
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
    /// The line, and what to write instead.
    pub detail: FaultDetail,
}

impl MatrixError {
    pub(crate) fn at(file: &str, line: u64, column: u64, message: impl Into<String>) -> Self {
        Self { file: file.to_owned(), line, column, message: message.into(), detail: FaultDetail::default() }
    }

    /// With the line of the file that is meant.
    #[must_use]
    pub(crate) fn showing(self, content: &[u8]) -> Self {
        Self { detail: self.detail.of(content, self.line, self.column), ..self }
    }
}

/// Reads files of probes; ids are `STEM/ID`.
///
/// # Errors
/// The first thing that is wrong, with its place.
pub fn load_probes(files: &[SourceFile]) -> Result<Vec<Probe>, MatrixError> {
    let mut probes: Vec<Probe> = Vec::new();
    for source in files {
        load_file(source, &mut probes).map_err(|error| error.showing(&source.content))?;
    }
    Ok(probes)
}

fn load_file(source: &SourceFile, probes: &mut Vec<Probe>) -> Result<(), MatrixError> {
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
    Ok(())
}

/// Parses one document with the limits that hold for all of ours.
pub(crate) fn parse<T: DeserializeOwned>(file: &str, content: &[u8]) -> Result<T, MatrixError> {
    yaml::parse(content).map_err(|fault| MatrixError {
        detail: fault.detail,
        ..MatrixError::at(file, fault.line, fault.column, fault.message)
    })
}

/// `gobin` of `matrix/gobin.yml`.
pub(crate) fn stem(file: &str) -> &str {
    let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "- id: a\n  variable: GOBIN\n  why: because\n  steps:\n    - run: [go, version]\n  expect:\n    - exit: 0\n  control: { unset: GOBIN }\n";

    fn load(content: &[u8]) -> Result<Vec<Probe>, MatrixError> {
        load_probes(&[SourceFile { name: "mine/gobin.yml".into(), content: content.to_vec() }])
    }

    fn refused(content: &str) -> String {
        load(content.as_bytes()).unwrap_err().to_string()
    }

    #[test]
    fn a_probe_is_named_by_its_file_and_its_id() {
        assert_eq!(load(GOOD.as_bytes()).unwrap()[0].id, "gobin/a");
    }

    #[test]
    fn every_embedded_probe_is_sound() {
        let files = SourceFile::embedded(crate::probe::EMBEDDED_FILES);
        assert!(!load_probes(&files).unwrap().is_empty());
        for (name, content) in crate::probe::RUNNERS {
            assert_eq!(
                format!(
                    "runners/{}.yml",
                    crate::plan::profile::load_profile(name, content).unwrap().facts("o/a").runner
                ),
                *name
            );
        }
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        for (from, to, place, says) in [
            ("  why:", "  whi:", "3:3", "whi"),
            ("  why: because\n", "  why: because\n  why: again\n", "4:3", "why"),
            ("  control: { unset: GOBIN }\n", "", "1:7", "no `control`"),
            ("{ unset: GOBIN }", "{ unset: GOBIN, drop: 1 }", "8:12", "2 changes"),
            ("{ unset: GOBIN }", "{}", "8:12", "changes nothing"),
            ("{ unset: GOBIN }", "{ drop: 2 }", "8:12", "1 steps"),
            ("- id: a", "- id: A b", "1:7", "kebab-case"),
            ("variable: GOBIN", "variable: go bin", "2:13", "name of a variable"),
            ("  why:", "  follows: [go path]\n  why:", "3:13", "name of a variable"),
            ("  why:", "  follows: [GOPATH, GOBIN]\n  why:", "3:21", "follow itself"),
            ("exit: 0", "stdout_is: \"${NOPE}\"", "7:18", "NOPE"),
            ("exit: 0", "stdout_is: \"${NOPE\"", "7:18", "closing"),
            ("exit: 0", "{}", "7:7", "no thing"),
            ("exit: 0", "{ exit: 0, stdout_is: x }", "7:7", "two things"),
            ("  why:", "  go: \">=x\"\n  why:", "3:7", "version range"),
            ("  steps:", "  env: { '': x }\n  steps:", "4:14", "`` is not the name of a variable"),
            ("  steps:", "  env: { A=B: x }\n  steps:", "4:15", "`A=B` is not the name of a variable"),
            ("  steps:", "  env: { \"A\\0\": x }\n  steps:", "4:17", "`A\\0` is not the name of a variable"),
            ("  steps:", "  env: { A: \"x\\0\" }\n  steps:", "4:13", "holds a NUL"),
            ("[go, version]", "[go, version]\n      env: { A=B: x }", "6:19", "`A=B` is not the name"),
            ("{ unset: GOBIN }", "{ unset: '' }", "8:21", "`` is not the name of a variable"),
            ("{ unset: GOBIN }", "{ set: { A=B: x } }", "8:26", "`A=B` is not the name"),
            ("exit: 0", "env_path: { '': x }", "7:23", "`` is not the name of a variable"),
            ("[go, version]", "3", "5:12", ""),
        ] {
            let text = GOOD.replacen(from, to, 1);
            assert_ne!(text, GOOD);
            let message = refused(&text);
            assert!(
                message.starts_with(&format!("mine/gobin.yml:{place}")) && message.contains(says),
                "{from} → {to}: {message}"
            );
        }
    }

    #[test]
    fn an_id_may_not_be_there_twice() {
        assert!(refused(&format!("{GOOD}{GOOD}")).starts_with("mine/gobin.yml:9:7: the id `gobin/a`"));
    }

    #[test]
    fn what_is_not_utf8_is_refused_at_its_first_byte() {
        assert_eq!(
            load(b"- id: a\n  why: \xff").unwrap_err().to_string(),
            "mine/gobin.yml:2:8: the file is not UTF-8 from here on; save it as UTF-8"
        );
        assert!(load(b"\xff\xfe-\0").unwrap_err().to_string().starts_with("mine/gobin.yml:1:1: "));
    }

    #[test]
    fn a_bomb_of_aliases_is_refused_and_not_expanded() {
        let mut bomb = String::from("- &a [x, x, x, x, x, x, x, x, x, x]\n");
        for (before, name) in "abcdefgh".chars().zip("bcdefghi".chars()) {
            bomb.push_str(&format!("- &{name} [{}]\n", vec![format!("*{before}"); 10].join(", ")));
        }
        assert!(refused(&bomb).starts_with("mine/gobin.yml:"));
        let nested = format!("- id: {}\n", "[".repeat(100_000));
        assert!(refused(&nested).starts_with("mine/gobin.yml:"));
    }

    #[test]
    fn only_what_builds_a_program_waits_for_a_linked_one() {
        let files = SourceFile::embedded(crate::probe::EMBEDDED_FILES);
        let probes = load_probes(&files).unwrap();
        let links = |id: &str| probes.iter().find(|probe| probe.id == id).unwrap().links();
        assert!(links("gobin/installed-version-lands-in-gobin") && links("live/program-answers-by-name"));
        assert!(links("goroot/missing-folder-is-refused"), "it installs");
        assert!(!links("live/download-lands-in-gopath"), "a version after `@` is downloaded, not linked");
    }
}
