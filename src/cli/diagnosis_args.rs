//! What was typed to `explain`, `doctor` and `claims`.

use crate::cli::{
    args::ToolchainArgs,
    values::{DataFormat, FailOnName, FailOnSeverity},
};

/// `explain`.
#[derive(Debug, clap::Args)]
pub struct ExplainArgs {
    /// Variables; without any, those that are not at their defaults.
    #[arg(value_name = "VAR")]
    pub variables: Vec<String>,
    /// Show the variables that are at their defaults too, which are only counted otherwise.
    #[arg(long, conflicts_with_all = ["variables", "why", "environment"])]
    pub all: bool,
    /// Which variable put this file where it lies: a program, a cache entry, a module, a file of a toolchain.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["variables", "report"], value_parser = clap::builder::NonEmptyStringValueParser::new())]
    pub why: Option<String>,
    /// The environment as the system hands it to this process, beside what `go env` says; differences first.
    #[arg(long, conflicts_with_all = ["why", "report"])]
    pub environment: bool,
    /// With --environment, on Linux: that of the running process with this id.
    #[arg(long, value_name = "N", requires = "environment", value_parser = clap::value_parser!(u32).range(1..))]
    pub pid: Option<u32>,
    /// Go versions whose rules to show; default: that of the `go` on PATH.
    #[arg(long, visible_alias = "go-versions", value_name = "VERSIONS")]
    pub go: Vec<String>,
    /// A Go installation to explain; may be repeated.
    #[arg(long, value_name = "DIR")]
    pub go_root: Vec<String>,
    /// Seconds that one `go env` may take; then its answer is left out.
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub timeout: u64,
    /// Write explain.json, explain.md and explain.html there.
    #[arg(long, visible_alias = "report-dir", value_name = "DIR")]
    pub report: Option<String>,
    /// How to print.
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub format: DataFormat,
}

/// `doctor`.
#[derive(Debug, clap::Args)]
pub struct DoctorArgs {
    /// A Go installation to examine; default: the `go` on PATH.
    #[arg(long, value_name = "DIR")]
    pub go_root: Option<String>,
    /// Only these checks, separated by commas.
    #[arg(long, value_name = "ID")]
    pub check: Vec<String>,
    /// Print the checks there are.
    #[arg(long, conflicts_with_all = ["fix", "undo", "check"])]
    pub list: bool,
    /// A saved log of Defender (.evtx) to look through instead of the live one; on Windows only.
    #[arg(long, value_name = "FILE")]
    pub event_log: Option<String>,
    /// Mend what is safe to mend, after showing it.
    #[arg(long)]
    pub fix: bool,
    /// With --fix: show what would be changed, and change nothing.
    #[arg(long, requires = "fix")]
    pub dry_run: bool,
    /// Take the last --fix back.
    #[arg(long, conflicts_with = "fix")]
    pub undo: bool,
    /// The least severity that gives exit code 1.
    #[arg(long, value_name = "SEVERITY", default_value = "note")]
    pub fail_on: FailOnSeverity,
    /// Write doctor.json, doctor.md and doctor.html there.
    #[arg(long, visible_alias = "report-dir", value_name = "DIR")]
    pub report: Option<String>,
    /// How to print.
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub format: DataFormat,
}

/// `claims`.
#[derive(Debug, clap::Args)]
pub struct ClaimsArgs {
    /// Go versions: `1.21` is its newest patch, `1.21.13` exactly that.
    #[arg(
        long,
        visible_alias = "go-versions",
        value_name = "VERSIONS",
        env = "GOENV_CI_GO_VERSIONS",
        hide_env_values = true
    )]
    pub go: Vec<String>,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub toolchains: ToolchainArgs,
    /// A folder of claims instead of the embedded ones; `embedded,DIR` takes both.
    #[arg(long, value_name = "DIR")]
    pub claims: Vec<String>,
    /// Only claims whose id holds one of these texts.
    #[arg(long, value_name = "TEXT")]
    pub claim: Vec<String>,
    /// Try claims too whose experiment changes this machine, and undoes it; without this only under Wine and on hosted runners.
    #[arg(long)]
    pub change_machine: bool,
    /// Write claims.json, claims.md and claims.html there.
    #[arg(long, visible_alias = "report-dir", value_name = "DIR")]
    pub report: Option<String>,
    /// `never`: exit with 0 whatever the verdicts are.
    #[arg(long, value_name = "WHEN", env = "GOENV_CI_FAIL_ON", hide_env_values = true)]
    pub fail_on: Option<FailOnName>,
    /// Experiments at once; default: the number of cores.
    #[arg(long, short, value_name = "N")]
    pub jobs: Option<std::num::NonZeroUsize>,
    /// Seconds that one command may take.
    #[arg(long, value_name = "SECONDS", default_value = "120", value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub timeout: u64,
    /// How to print.
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub format: DataFormat,
}
