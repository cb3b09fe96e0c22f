//! A probe: what must be seen when a variable takes effect, and the one
//! change, its control, that must make the same expectations fail.

pub(crate) mod check;
pub(crate) mod embedded;
pub mod list;
pub(crate) mod load;
pub(crate) mod place;
pub(crate) mod schema;
pub mod template;

pub use embedded::{CLAIMS, EMBEDDED, EMBEDDED_FILES, RUNNERS};
pub use load::{MatrixError, SourceFile, load_probes};

use crate::{goenv::version::GoVersion, platform::Platform};
use std::time::Duration;

/// In the place of a variable: the go command itself.
pub const GO: &str = "GO";

/// Which environment a probe runs in.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    serde::Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "KindV1")]
pub enum ProbeKind {
    /// A scrubbed one of its own: holds for any machine.
    #[default]
    Contract,
    /// The environment exactly as the step got it.
    Live,
}

/// A version range and a list of platforms; both empty: always.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Condition {
    /// As written, for example `>=1.21, <1.23`.
    pub go: Option<semver::VersionReq>,
    /// Empty: all.
    pub os: Vec<Platform>,
}

impl Condition {
    /// Whether it holds for a toolchain on a platform.
    #[must_use]
    pub fn holds(&self, version: &GoVersion, platform: Platform) -> bool {
        self.go.as_ref().is_none_or(|range| version.within(range))
            && (self.os.is_empty() || self.os.contains(&platform))
    }
}

/// Text with `${NAME}` placeholders, all of them known.
pub type Template = String;

/// One command of a probe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The command line, program first; never a shell line.
    pub run: Vec<Template>,
    /// On top of the probe's own environment.
    pub env: Vec<(String, Template)>,
    /// Relative to the probe's work directory, or absolute.
    pub dir: Option<Template>,
    /// The exit code it must have.
    pub exit: i32,
}

/// One thing that must be seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expectation {
    /// The last step's exit code.
    Exit(i32),
    /// A file, at this path.
    FileExists(Template),
    /// Nothing at this path.
    FileAbsent(Template),
    /// A directory without any file below it, or nothing at all.
    DirEmpty(Template),
    /// A directory with at least one file below it.
    DirFilled(Template),
    /// The last step's standard output, without blanks at its ends, CRLF as LF.
    StdoutIs(Template),
    /// A part of it.
    StdoutContains(Template),
    /// No part of it.
    StdoutLacks(Template),
    /// Standard output is that of the n-th step, counted from 1, which is not the last.
    StdoutSameAs(usize),
    /// Standard output is one path, and it names this place.
    StdoutPath(Template),
    /// Standard output is one path of something that exists, below this directory.
    StdoutPathIn(Template),
    /// A part of the last step's standard error.
    StderrContains(Template),
    /// No part of it.
    StderrLacks(Template),
    /// Variables of the probe's environment hold these paths.
    EnvPath(Vec<(String, Template)>),
    /// The program of this name that PATH finds first is this file.
    OnPath(Vec<(String, Template)>),
}

/// An expectation that holds for some versions only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    /// When it is to be looked at.
    pub when: Condition,
    /// What must be seen.
    pub what: Expectation,
}

/// The one change with which the same expectations must fail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Control {
    /// The variable is absent.
    Unset(String),
    /// The variable has another value.
    Set(String, Template),
    /// A file has other content.
    File(Template, Template),
    /// The n-th step, counted from 1, is left out.
    Drop(usize),
    /// The last step is another command.
    Run(Vec<Template>),
    /// The directory is taken off PATH.
    OffPath(Template),
}

/// A probe as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Probe {
    /// `gobin/install-lands-in-gobin`: the file's stem and the id in it.
    pub id: String,
    /// The variable that a `fail` blames.
    pub variable: String,
    /// Variables that govern it: while one of them does not take effect, it is not judged.
    pub follows: Vec<String>,
    /// The behaviour, in one sentence.
    pub why: String,
    /// The likely cause of a failure, in one sentence.
    pub hint: Option<String>,
    /// Contract or live.
    pub kind: ProbeKind,
    /// When it applies; where not, it is no cell at all.
    pub when: Condition,
    /// Path, relative to the work directory or absolute, and content.
    pub files: Vec<(Template, Template)>,
    /// On top of the scrubbed base, or of the live environment.
    pub env: Vec<(String, Template)>,
    /// In order; the first that does not exit as stated ends the probe.
    pub steps: Vec<Step>,
    /// All must hold.
    pub expect: Vec<Expected>,
    /// The one change.
    pub control: Control,
    /// Variables that must hold what `apply` recorded, for live probes; where one does not, nothing is run.
    pub arrives: Vec<String>,
    /// What is removed afterwards outside the scratch directory, for live probes.
    pub remove: Vec<Template>,
    /// Longer or shorter than the general limit.
    pub limit: Option<Duration>,
    /// Why Wine, which is not Windows, cannot judge it; on Windows itself it is judged all the same.
    pub wine: Option<String>,
    /// What it changes beyond its own directories; then its first step looks whether the place is free.
    pub changes: Option<String>,
    /// Commands that undo the change, run after the probe and after its control.
    pub restore: Vec<Vec<Template>>,
}

impl Probe {
    /// Whether it asks if a command works at all: then a failure blames the variable that stops the command.
    #[must_use]
    pub fn asks_whether_go_works(&self) -> bool {
        self.kind == ProbeKind::Live && self.variable == GO
    }

    /// Whether it needs a second toolchain beside its own.
    #[must_use]
    pub fn needs_other(&self) -> bool {
        // Every text of a probe is in its debug form, wherever it stands.
        format!("{self:?}").contains("${OTHER_GO")
    }

    /// Whether it builds in the cache in which the runtime is compiled. What is about the build cache itself has its
    /// own, and what is live has that of the step.
    #[must_use]
    pub fn shares_runtime(&self) -> bool {
        self.links() && self.kind == ProbeKind::Contract && self.variable != "GOCACHE"
    }

    /// Whether it links or installs, which needs a toolchain that installs, and a filled build cache to be quick.
    #[must_use]
    pub fn links(&self) -> bool {
        let may_link = |run: &[Template]| match run.get(1).map(String::as_str) {
            Some("install") => true,
            Some("run") => run.iter().any(|arg| arg.contains('@')),
            _ => false,
        };
        self.files.iter().any(|(_, content)| content.contains("package main"))
            || self.steps.iter().any(|step| may_link(&step.run))
    }
}
