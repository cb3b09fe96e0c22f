//! What is meant by the arguments of `explain`, `doctor` and `claims`.

use crate::cli::{
    diagnosis_args::{ClaimsArgs, DoctorArgs, ExplainArgs},
    settings::{FailOn, ToolchainOptions, fail_on, filled, listed, toolchains, versions, versions_or_default},
    values::{DataFormat, FailOnSeverity},
};
use crate::{
    goenv::version::{GoRequest, NotAGoVersion},
    status::Severity,
};
use std::time::Duration;

/// `explain`.
#[derive(Clone, Debug)]
pub struct ExplainSettings {
    /// What is asked.
    pub question: Question,
    /// Empty: all.
    pub variables: Vec<String>,
    /// Empty: that of the `go` on PATH.
    pub versions: Vec<GoRequest>,
    /// Each is explained.
    pub go_roots: Vec<String>,
    /// For one `go env`.
    pub limit: Duration,
    /// Where the report goes.
    pub report: Option<String>,
    /// How to print.
    pub format: DataFormat,
}

/// What `explain` is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// Where values come from.
    Variables,
    /// Which variable put this file where it lies.
    Why(String),
    /// A process's environment beside what Go says; of this one where no id is given.
    Environment(Option<u32>),
}

/// `doctor`.
#[derive(Clone, Debug)]
pub struct DoctorSettings {
    /// `None`: the `go` on PATH.
    pub go_root: Option<String>,
    /// Empty: all.
    pub checks: Vec<String>,
    /// `None`: the live log.
    pub event_log: Option<String>,
    /// What to do.
    pub mode: DoctorMode,
    /// The least severity that gives exit code 1; `None`: none does.
    pub least: Option<Severity>,
    /// Where the report goes.
    pub report: Option<String>,
    /// How to print.
    pub format: DataFormat,
}

/// What `doctor` does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DoctorMode {
    /// Print the checks.
    List,
    /// Examine.
    Examine,
    /// Examine, and show what is safe to fix.
    Show,
    /// Examine, show and fix.
    Fix,
    /// Take the last fix back.
    Undo,
}

/// `claims`.
#[derive(Clone, Debug)]
pub struct ClaimsSettings {
    /// What to judge on.
    pub toolchains: ToolchainOptions,
    /// Folders of claims, or the word `embedded`.
    pub folders: Vec<String>,
    /// Empty: all.
    pub claims: Vec<String>,
    /// Try what changes the machine.
    pub change_machine: bool,
    /// Where the report goes.
    pub report: Option<String>,
    /// What decides the exit code.
    pub fail_on: FailOn,
    /// Experiments at once; `None`: the number of cores.
    pub jobs: Option<usize>,
    /// For one command.
    pub limit: Duration,
    /// How to print.
    pub format: DataFormat,
}

impl ExplainSettings {
    pub(crate) fn new(args: ExplainArgs) -> Result<Self, NotAGoVersion> {
        Ok(Self {
            question: match args.why {
                Some(file) => Question::Why(file),
                None if args.environment => Question::Environment(args.pid),
                None => Question::Variables,
            },
            variables: args.variables,
            versions: versions(&args.go)?,
            go_roots: args.go_root,
            limit: Duration::from_secs(args.timeout),
            report: filled(args.report),
            format: args.format,
        })
    }
}

impl DoctorSettings {
    pub(crate) fn new(args: DoctorArgs) -> Self {
        let mode = match () {
            () if args.list => DoctorMode::List,
            () if args.undo => DoctorMode::Undo,
            () if args.dry_run => DoctorMode::Show,
            () if args.fix => DoctorMode::Fix,
            () => DoctorMode::Examine,
        };
        let least = match args.fail_on {
            FailOnSeverity::Error => Some(Severity::Error),
            FailOnSeverity::Warning => Some(Severity::Warning),
            FailOnSeverity::Note => Some(Severity::Note),
            FailOnSeverity::Never => None,
        };
        Self {
            go_root: filled(args.go_root),
            checks: listed(&args.check),
            event_log: filled(args.event_log),
            mode,
            least,
            report: filled(args.report),
            format: args.format,
        }
    }
}

impl ClaimsSettings {
    pub(crate) fn new(args: ClaimsArgs) -> Result<Self, NotAGoVersion> {
        Ok(Self {
            toolchains: toolchains(args.toolchains, versions_or_default(&args.go)?),
            folders: listed(&args.claims),
            claims: args.claim,
            change_machine: args.change_machine,
            report: filled(args.report),
            fail_on: fail_on(args.fail_on),
            jobs: args.jobs.map(Into::into),
            limit: Duration::from_secs(args.timeout),
            format: args.format,
        })
    }
}
