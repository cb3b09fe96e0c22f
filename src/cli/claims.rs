//! `claims`.

use crate::{
    cli::values::{
        COMMAND_SECONDS, DataFormat, FailOn, MOST_SECONDS, OrEmpty, ToolchainArgs, ToolchainOptions, filled, heading,
        listed, titled, versions_or_default,
    },
    goenv::version::NotAGoVersion,
    probe::EMBEDDED,
};
use std::time::Duration;

const JUDGED: &str = "What to judge";

const EXAMPLES: &str = "  # What is true of what people say, on one Go version
  goenv-ci claims --go 1.23 --install
  # One claim
  goenv-ci claims --claim goroot-from-registry
  # Which claims there are
  goenv-ci claims --list
  # Your own beside the embedded ones
  goenv-ci claims --claims embedded,our-claims";

/// `claims`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = titled("Examples", EXAMPLES))]
pub struct ClaimsArgs {
    /// Only claims whose id holds this text; repeatable [default: all]
    #[arg(long, value_name = "TEXT", help_heading = JUDGED)]
    pub claim: Vec<String>,
    /// Print the claims there are and judge none; no Go is needed
    #[arg(long, help_heading = JUDGED)]
    pub list: bool,
    /// Directories of claims instead of the embedded ones; `embedded,DIR` takes both
    #[arg(long, value_name = "DIRS", default_value = EMBEDDED, help_heading = JUDGED)]
    pub claims: Vec<String>,
    /// Try claims whose experiment changes this machine and undoes it; without it only under Wine and on hosted runners
    #[arg(long, help_heading = JUDGED)]
    pub change_machine: bool,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub toolchains: ToolchainArgs,
    /// Experiments at once [default: the number of cores]
    #[arg(long, short, value_name = "N", help_heading = heading::RUNNING)]
    pub jobs: Option<std::num::NonZeroUsize>,
    /// Seconds that one command may take
    #[arg(long, value_name = "SECONDS", default_value_t = COMMAND_SECONDS, value_parser = clap::value_parser!(u64).range(1..=MOST_SECONDS), help_heading = heading::RUNNING)]
    pub timeout: u64,
    /// Write claims.json, claims.md and claims.html to this directory [default: none]
    #[arg(long, visible_alias = "report-dir", value_name = "DIR", help_heading = heading::OUTPUT)]
    pub report: Option<String>,
    /// What decides the exit code
    #[arg(long, value_name = "WHEN", env = "GOENV_CI_FAIL_ON", hide_env_values = true, default_value = "fail", value_parser = OrEmpty::<FailOn>::new(), help_heading = heading::OUTPUT)]
    pub fail_on: FailOn,
    /// How to print
    #[arg(long, value_name = "FORMAT", default_value = "human", help_heading = heading::OUTPUT)]
    pub format: DataFormat,
}

/// `claims`.
#[derive(Clone, Debug)]
pub struct ClaimsSettings {
    /// Print the claims instead.
    pub list: bool,
    /// What to judge on.
    pub toolchains: ToolchainOptions,
    /// Directories of claims, or the word `embedded`.
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

impl ClaimsArgs {
    pub(crate) fn settings(self) -> Result<ClaimsSettings, NotAGoVersion> {
        let versions = versions_or_default(&self.toolchains.go)?;
        Ok(ClaimsSettings {
            list: self.list,
            toolchains: self.toolchains.options(versions),
            folders: listed(&self.claims),
            claims: self.claim,
            change_machine: self.change_machine,
            report: filled(self.report),
            fail_on: self.fail_on,
            jobs: self.jobs.map(Into::into),
            limit: Duration::from_secs(self.timeout),
            format: self.format,
        })
    }
}
