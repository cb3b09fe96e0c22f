//! What is wrong, as `doctor` finds it: data that every format shows and that
//! the exit code is computed from.

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// Go stops, or writes elsewhere than everybody thinks.
    Error,
    /// It works now, and will surprise somebody.
    Warning,
    /// Worth knowing.
    Note,
}

impl Severity {
    /// The word on the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    /// Absolute, or as the user named it.
    pub file: String,
    /// From 1; `None`: the file as a whole.
    pub line: Option<usize>,
    /// From 1.
    pub column: Option<usize>,
}

/// What `--fix` does for a safe mend. Each can be undone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Lines of a text file go; every other byte stays.
    Lines {
        /// Absolute.
        path: String,
        /// The whole file as it was looked at; whoever changed it meanwhile must not lose that.
        before: Vec<u8>,
        /// Numbers of lines, from 1.
        drop: Vec<usize>,
        /// Whether CR LF becomes LF.
        bare_ends: bool,
    },
    /// A folder is made.
    MakeDir {
        /// Absolute.
        path: String,
    },
}

impl Change {
    /// The file or folder that is changed.
    #[must_use]
    pub fn path(&self) -> &str {
        match self {
            Self::Lines { path, .. } | Self::MakeDir { path } => path,
        }
    }

    /// The file as it will be; `None` for a folder.
    #[must_use]
    pub fn after(&self) -> Option<Vec<u8>> {
        let Self::Lines { before, drop, bare_ends, .. } = self else { return None };
        let lines = before.split_inclusive(|byte| *byte == b'\n').enumerate();
        let kept = lines.filter(|(at, _)| !drop.contains(&(at + 1))).map(|(_, line)| line);
        let bare = |line: &[u8]| match line.strip_suffix(b"\r\n") {
            Some(text) if *bare_ends => [text, b"\n"].concat(),
            _ => line.to_vec(),
        };
        Some(kept.flat_map(bare).collect())
    }
}

/// The safe changes of some findings, one for each file or folder.
#[must_use]
pub fn safe_changes(findings: &[Finding]) -> Vec<Change> {
    let mut all: Vec<Change> = Vec::new();
    for change in findings.iter().filter_map(|finding| finding.mend.as_ref()?.change.as_ref()) {
        match (all.iter_mut().find(|known| known.path() == change.path()), change) {
            (Some(Change::Lines { drop, bare_ends, .. }), Change::Lines { drop: more, bare_ends: bare, .. }) => {
                drop.extend(more);
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

/// How to mend it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mend {
    /// A command line to type, in the words of this platform's shell.
    pub command: String,
    /// What `--fix` does by itself; `None`: a person has to decide.
    pub change: Option<Change>,
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Stable, kebab-case: `gobin-not-on-path`.
    pub id: &'static str,
    /// How bad.
    pub severity: Severity,
    /// What is wrong, in one sentence.
    pub message: String,
    /// What was seen, with places.
    pub evidence: String,
    /// How to mend it.
    pub mend: Option<Mend>,
    /// Where.
    pub location: Option<Location>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(drop: &[usize], bare_ends: bool) -> Finding {
        let before = b"A=1\r\nbad\nB=2".to_vec();
        let change = Change::Lines { path: "/f".into(), before, drop: drop.to_vec(), bare_ends };
        let mend = Some(Mend { command: String::new(), change: Some(change) });
        let (message, evidence) = (String::new(), String::new());
        Finding { id: "x", severity: Severity::Note, message, evidence, mend, location: None }
    }

    #[test]
    fn two_mends_of_one_file_become_one_and_other_bytes_stay() {
        let one = |findings: &[Finding]| safe_changes(findings)[0].after().unwrap();
        assert_eq!(one(&[finding(&[2], false)]), b"A=1\r\nB=2");
        assert_eq!(one(&[finding(&[2], false), finding(&[], true)]), b"A=1\nB=2");
        assert_eq!(one(&[finding(&[3], false), finding(&[2], false)]), b"A=1\r\n");
    }
}
