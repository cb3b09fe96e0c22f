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
    /// A text file gets other content; `None` removes it.
    File {
        /// Absolute.
        path: String,
        /// As it is now, whoever changed it meanwhile must not lose that; `None`: it is not there.
        before: Option<Vec<u8>>,
        /// As it will be.
        after: Option<Vec<u8>>,
    },
    /// A folder is made.
    MakeDir {
        /// Absolute.
        path: String,
    },
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
