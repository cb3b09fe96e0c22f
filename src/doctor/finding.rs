//! What is wrong, as `doctor` finds it: what every format shows and the exit
//! code is computed from. Secrets are masked as they enter.

use crate::{doctor::trial::TriedCommand, output::mask::masked, status::Severity};
use schemars::JsonSchema;
use serde::{Serialize, Serializer};
use std::collections::HashSet;

/// All findings, the worst first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(title = "goenv-ci findings")]
pub struct Findings {
    /// 1.
    schema_version: u32,
    /// The version of the `go` that was examined; null where PATH has none.
    pub go: Option<String>,
    /// Errors, then warnings, then notes.
    pub findings: Vec<Finding>,
    /// With --try: the commands, in the order in which they were tried.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tried: Vec<TriedCommand>,
}

impl Findings {
    /// With what came of trying commands.
    #[must_use]
    pub fn with_tried(self, tried: Vec<TriedCommand>, findings: Vec<Finding>) -> Self {
        let all = findings.into_iter().chain(self.findings).collect();
        Self { tried, ..Self::new(self.go, all) }
    }

    /// Findings in any order, and the version of the `go` that was examined.
    #[must_use]
    pub fn new(go: Option<String>, mut findings: Vec<Finding>) -> Self {
        findings.sort_by_key(|finding| finding.severity);
        Self { schema_version: 1, go, findings, tried: Vec::new() }
    }
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "FindingV1")]
#[non_exhaustive]
pub struct Finding {
    /// Stable: `gobin-not-on-path`; docs/doctor.md has a section for each.
    pub id: &'static str,
    /// `error`, `warning` or `note`.
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// What was seen.
    pub evidence: String,
    /// How to fix it.
    #[serde(rename = "mend")]
    pub fix: Option<Fix>,
    /// Where, if it is in a file.
    pub location: Option<Location>,
    /// Of `doctor --log` alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log: Option<SeenInLog>,
}

/// What a log says of a cause.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "SeenInLogV1")]
pub struct SeenInLog {
    /// How often it is said.
    pub count: usize,
    /// The first lines that say it, from 1.
    pub lines: Vec<usize>,
    /// What to do.
    pub remedy: String,
    /// The page that explains it.
    pub page: String,
}

impl Finding {
    /// A finding without a fix and without a place.
    #[must_use]
    pub fn new(id: &'static str, severity: Severity, message: &str, evidence: &str) -> Self {
        let (message, evidence) = (masked(message).into_owned(), masked(evidence).into_owned());
        Self { id, severity, message, evidence, fix: None, location: None, log: None }
    }

    /// With the command that fixes it, and with what `--fix` does, if it is safe.
    #[must_use]
    pub fn fixed_by(self, command: &str, change: Option<FileChange>) -> Self {
        Self { fix: Some(Fix { command: masked(command).into_owned(), change }), ..self }
    }

    /// With its place.
    #[must_use]
    pub fn at(self, location: Location) -> Self {
        Self { location: Some(location), ..self }
    }
}

/// A fix.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "MendV1")]
#[non_exhaustive]
pub struct Fix {
    /// To type in this platform's shell: PowerShell on Windows.
    pub command: String,
    /// Whether `--fix` does it.
    // What it does then is nobody's business on the wire.
    #[serde(rename = "safe", serialize_with = "is_some")]
    #[schemars(with = "bool")]
    pub change: Option<FileChange>,
}

fn is_some<S: Serializer>(change: &Option<FileChange>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_bool(change.is_some())
}

/// A place in a file; lines and columns begin at 1.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "LocationV1")]
pub struct Location {
    /// Its path.
    pub file: String,
    /// Null: the file as a whole.
    pub line: Option<usize>,
    /// Null: the whole line.
    pub column: Option<usize>,
}

/// The published schema, docs/schema/doctor.schema.json.
///
/// # Errors
/// The schema does not fit into JSON; none is known.
pub fn schema() -> Result<String, serde_json::Error> {
    crate::output::json::schema::<Findings>("doctor", schemars::generate::Contract::Deserialize)
}

/// What `--fix` does by itself. Each change can be undone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileChange {
    /// Lines of a text file go; every other byte stays.
    Lines {
        /// Absolute.
        path: String,
        /// The whole file as it was examined; a change that somebody makes meanwhile must not be lost.
        before: Vec<u8>,
        /// Numbers of lines, from 1.
        drop: Vec<usize>,
        /// Lines that become others, by their numbers.
        repair: Vec<(usize, String)>,
        /// Whether CR LF becomes LF.
        bare_ends: bool,
    },
    /// A directory is made.
    MakeDir {
        /// Absolute.
        path: String,
    },
}

impl FileChange {
    /// The file or directory that is changed.
    #[must_use]
    pub fn path(&self) -> &str {
        match self {
            Self::Lines { path, .. } | Self::MakeDir { path } => path,
        }
    }

    /// The file as it will be; `None` for a folder.
    #[must_use]
    pub fn after(&self) -> Option<Vec<u8>> {
        let Self::Lines { before, drop, repair, bare_ends, .. } = self else { return None };
        let repaired = |(at, line): (usize, &[u8])| {
            let text = repair.iter().find(|(number, _)| *number == at + 1).map(|(_, text)| text.as_bytes());
            let end = line.strip_suffix(b"\n").map_or(&b""[..], |_| b"\n");
            (at, text.map_or_else(|| line.to_vec(), |text| [text, end].concat()))
        };
        let lines = before.split_inclusive(|byte| *byte == b'\n').enumerate().map(repaired);
        let drop: HashSet<usize> = drop.iter().copied().collect();
        let kept = lines.filter(|(at, _)| !drop.contains(&(at + 1))).map(|(_, line)| line);
        let bare = |line: Vec<u8>| match line.strip_suffix(b"\r\n") {
            Some(text) if *bare_ends => [text, b"\n"].concat(),
            _ => line,
        };
        Some(kept.flat_map(bare).collect())
    }
}

/// The safe changes of some findings, one for each file or directory.
#[must_use]
pub fn safe_changes(findings: &[Finding]) -> Vec<FileChange> {
    let mut all: Vec<FileChange> = Vec::new();
    for change in findings.iter().filter_map(|finding| finding.fix.as_ref()?.change.as_ref()) {
        match (all.iter_mut().find(|known| known.path() == change.path()), change) {
            (
                Some(FileChange::Lines { drop, repair, bare_ends, .. }),
                FileChange::Lines { drop: more, repair: repairs, bare_ends: bare, .. },
            ) => {
                drop.extend(more);
                repair.extend(repairs.iter().cloned());
                drop.sort_unstable();
                drop.dedup();
                *bare_ends |= bare;
            }
            (Some(_), _) => {}
            (None, _) => all.push(change.clone()),
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(drop: &[usize], bare_ends: bool) -> Finding {
        let before = b"A=1\r\nbad\nB=2".to_vec();
        let change =
            FileChange::Lines { path: "/f".into(), before, drop: drop.to_vec(), repair: Vec::new(), bare_ends };
        Finding::new("x", Severity::Note, "", "").fixed_by("", Some(change))
    }

    #[test]
    fn two_fixes_of_one_file_become_one_and_other_bytes_stay() {
        let one = |findings: &[Finding]| safe_changes(findings)[0].after().unwrap();
        assert_eq!(one(&[finding(&[2], false)]), b"A=1\r\nB=2");
        assert_eq!(one(&[finding(&[2], false), finding(&[], true)]), b"A=1\nB=2");
        assert_eq!(one(&[finding(&[3], false), finding(&[2], false)]), b"A=1\r\n");
        let mut repaired = finding(&[], false);
        if let Some(Fix { change: Some(FileChange::Lines { repair, .. }), .. }) = &mut repaired.fix {
            repair.extend([(2, "C=3".to_owned()), (3, "D=4".to_owned())]);
        }
        assert_eq!(one(&[repaired, finding(&[1], false)]), b"C=3\nD=4");
    }
}
