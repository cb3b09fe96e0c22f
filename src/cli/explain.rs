//! `explain`.

use crate::{
    cli::values::{DataFormat, MOST_SECONDS, filled, heading, titled, versions},
    goenv::version::{GoRequest, NotAGoVersion},
};
use std::time::Duration;

/// Seconds that one `go env` may take where nothing else is said.
const GO_ENV_SECONDS: u64 = 10;

const EXPLAINED: &str = "What to explain";

const EXAMPLES: &str = "  # What is not at its default here
  goenv-ci explain
  # Where two variables get their values here
  goenv-ci explain GOBIN GOCACHE
  # What differs between two Go versions
  goenv-ci explain --go 1.21,1.24
  # Which variable put this program there
  goenv-ci explain --why ~/go/bin/gopls
  # The environment of this process beside what `go env` says
  goenv-ci explain --environment";

/// `explain`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = titled("Examples", EXAMPLES))]
pub struct ExplainArgs {
    /// Variables, also PATH and go [default: those that are not at their defaults]
    #[arg(value_name = "VAR")]
    pub variables: Vec<String>,
    /// Show also the variables that are at their defaults, which are only counted otherwise
    #[arg(long, conflicts_with_all = ["variables", "why", "environment"], help_heading = EXPLAINED)]
    pub all: bool,
    /// Which variable put this file where it is [default: none]
    ///
    /// Knows programs, entries of the build cache, modules, and files of a toolchain.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["variables", "report"], value_parser = clap::builder::NonEmptyStringValueParser::new(), help_heading = EXPLAINED)]
    pub why: Option<String>,
    /// The environment of this process beside what `go env` says, differences first
    #[arg(long, conflicts_with_all = ["why", "report"], help_heading = EXPLAINED)]
    pub environment: bool,
    /// With --environment, on Linux: of the running process with this id [default: this process]
    #[arg(long, value_name = "N", requires = "environment", value_parser = clap::value_parser!(u32).range(1..), help_heading = EXPLAINED)]
    pub pid: Option<u32>,
    /// Go versions whose rules to show, separated by commas [default: that of the `go` on PATH]
    #[arg(long, visible_alias = "go-versions", value_name = "VERSIONS", help_heading = heading::TOOLCHAINS)]
    pub go: Vec<String>,
    /// A Go installation to explain; repeatable [default: none]
    #[arg(long, value_name = "DIR", help_heading = heading::TOOLCHAINS)]
    pub go_root: Vec<String>,
    /// Seconds that one `go env` may take; after that its answer is left out
    #[arg(long, value_name = "SECONDS", default_value_t = GO_ENV_SECONDS, value_parser = clap::value_parser!(u64).range(1..=MOST_SECONDS), help_heading = heading::TOOLCHAINS)]
    pub timeout: u64,
    /// Write explain.json, explain.md and explain.html to this directory [default: none]
    #[arg(long, visible_alias = "report-dir", value_name = "DIR", help_heading = heading::OUTPUT)]
    pub report: Option<String>,
    /// How to print
    #[arg(long, value_name = "FORMAT", default_value = "human", help_heading = heading::OUTPUT)]
    pub format: DataFormat,
}

/// `explain`.
#[derive(Clone, Debug)]
pub struct ExplainSettings {
    /// What is asked.
    pub question: Question,
    /// Empty: all.
    pub variables: Vec<String>,
    /// Show what is at its default too.
    pub all: bool,
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
    /// Which variable put this file where it is.
    Why(String),
    /// A process's environment beside what Go says; of this one where no id is given.
    Environment(Option<u32>),
}

impl ExplainArgs {
    pub(crate) fn settings(self) -> Result<ExplainSettings, NotAGoVersion> {
        Ok(ExplainSettings {
            question: match self.why {
                Some(file) => Question::Why(file),
                None if self.environment => Question::Environment(self.pid),
                None => Question::Variables,
            },
            variables: self.variables,
            all: self.all,
            versions: versions(&self.go)?,
            go_roots: self.go_root,
            limit: Duration::from_secs(self.timeout),
            report: filled(self.report),
            format: self.format,
        })
    }
}
