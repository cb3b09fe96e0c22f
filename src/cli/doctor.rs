//! `doctor`.

use crate::{
    cli::{
        layers::{ConfigArgs, Layers},
        values::{DataFormat, filled, heading, listed, titled},
    },
    plan::Giver,
    status::Severity,
};
use clap::ValueEnum;

const EXAMINED: &str = "What to examine";
const TRIED: &str = "Trying";
const FIXES: &str = "Fixes";

const EXAMPLES: &str = "  # What is wrong here
  goenv-ci doctor
  # Do build, run, install and test work here? Nothing of yours is written, nothing is downloaded
  goenv-ci doctor --try
  # Show what would be fixed without you, and change nothing
  goenv-ci doctor --fix --dry-run
  # One check, as JSON
  goenv-ci doctor --check gobin-not-on-path --format json
  # What a CI log says went wrong
  gh run view --log-failed | goenv-ci doctor --log -
  # In a job: only errors end with exit code 1
  goenv-ci doctor --fail-on error --report doctor-report";

/// `doctor`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = titled("Examples", EXAMPLES))]
pub struct DoctorArgs {
    /// Only these checks, separated by commas [default: all]
    #[arg(long, value_name = "IDS", help_heading = EXAMINED)]
    pub check: Vec<String>,
    /// Print the checks there are
    #[arg(long, conflicts_with_all = ["fix", "undo", "check"], help_heading = EXAMINED)]
    pub list: bool,
    /// A Go installation to examine [default: that of the `go` on PATH]
    #[arg(long, value_name = "DIR", help_heading = EXAMINED)]
    pub go_root: Option<String>,
    /// A saved log of Defender (.evtx) to look through, on Windows [default: the live log]
    #[arg(long, value_name = "FILE", help_heading = EXAMINED)]
    pub event_log: Option<String>,
    /// A CI log to look through instead, for known messages of Go, the runner and setup-go; `-` is standard input
    /// [default: none]
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with_all = ["check", "list", "go_root", "event_log", "fix", "undo", "try_commands"],
        help_heading = EXAMINED
    )]
    pub log: Option<String>,
    /// Run the ordinary go commands in this environment too, writing to a scratch directory alone, and say what stops them
    #[arg(long = "try", conflicts_with_all = ["fix", "undo", "list", "go_root"], help_heading = TRIED)]
    pub try_commands: bool,
    /// With --try: use the network, and try to download what go.mod requires
    #[arg(long, requires = "try_commands", help_heading = TRIED)]
    pub online: bool,
    /// Fix what is safe to fix, after showing it
    #[arg(long, help_heading = FIXES)]
    pub fix: bool,
    /// With --fix: show what would be changed, and change nothing
    #[arg(long, requires = "fix", help_heading = FIXES)]
    pub dry_run: bool,
    /// Take the last --fix back, byte for byte
    #[arg(long, conflicts_with = "fix", help_heading = FIXES)]
    pub undo: bool,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub config: ConfigArgs,
    /// The least severity that is exit code 1
    #[arg(long, value_name = "SEVERITY", default_value = "warning", help_heading = heading::OUTPUT)]
    pub fail_on: FailOnSeverity,
    /// Write doctor.json, doctor.md and doctor.html to this directory [default: none]
    #[arg(long, visible_alias = "report-dir", value_name = "DIR", help_heading = heading::OUTPUT)]
    pub report: Option<String>,
    /// How to print
    #[arg(long, value_name = "FORMAT", default_value = "human", help_heading = heading::OUTPUT)]
    pub format: DataFormat,
}

/// `--fail-on`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FailOnSeverity {
    /// Errors alone.
    Error,
    /// Errors and warnings.
    Warning,
    /// Every finding.
    Note,
    /// None.
    Never,
}

impl FailOnSeverity {
    /// `None`: no severity ends with exit code 1.
    pub(crate) fn least(self) -> Option<Severity> {
        match self {
            Self::Error => Some(Severity::Error),
            Self::Warning => Some(Severity::Warning),
            Self::Note => Some(Severity::Note),
            Self::Never => None,
        }
    }
}

/// `doctor`.
#[derive(Clone, Debug)]
pub struct DoctorSettings {
    /// `None`: the `go` on PATH.
    pub go_root: Option<String>,
    /// Empty: all.
    pub checks: Vec<String>,
    /// Who chose them.
    pub checks_by: Giver,
    /// `None`: the live log.
    pub event_log: Option<String>,
    /// The log to look through instead.
    pub log: Option<String>,
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
    /// Examine, and run the ordinary commands; with the network or without.
    Try {
        /// Whether the network may be used.
        online: bool,
    },
    /// Examine, and show what is safe to fix.
    Show,
    /// Examine, show and fix.
    Fix,
    /// Take the last fix back.
    Undo,
}

impl DoctorArgs {
    /// Whether the repository's defaults say anything about what is asked for.
    pub(crate) fn uses_config(&self) -> bool {
        self.log.is_none() && !self.list && !self.undo
    }

    pub(crate) fn settings(self, layers: &Layers<'_>) -> DoctorSettings {
        let said = Some(listed(&self.check)).filter(|checks| !checks.is_empty());
        let (checks, checks_by) = layers.chosen("check", said, layers.config.checks.as_ref()).unwrap_or_default();
        let mode = match () {
            () if self.list => DoctorMode::List,
            () if self.undo => DoctorMode::Undo,
            () if self.dry_run => DoctorMode::Show,
            () if self.fix => DoctorMode::Fix,
            () if self.try_commands => DoctorMode::Try { online: self.online },
            () => DoctorMode::Examine,
        };
        DoctorSettings {
            go_root: filled(self.go_root),
            checks,
            checks_by,
            event_log: filled(self.event_log),
            log: self.log,
            mode,
            least: self.fail_on.least(),
            report: filled(self.report),
            format: self.format,
        }
    }
}
