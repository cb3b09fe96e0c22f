//! What was typed. Every input of the action is a flag and a `GOENV_CI_*`
//! variable; the flag wins, and an empty variable means the default.

use crate::cli::{
    diagnosis_args::{ClaimsArgs, DoctorArgs, ExplainArgs},
    report_args::ReportArgs,
    values::{
        ColorWhen, DataFormat, FailOnName, PlanFormat, ShardCount, ShardWord, ShellName, ShellWord, TerminalName,
        Toggle,
    },
};
use clap::{Parser, Subcommand};

/// Standard GOCACHE, GOPATH and GOBIN on CI runners, and proof from real Go toolchains that they take effect.
#[derive(Debug, Parser)]
#[command(name = "goenv-ci", version, max_term_width = 100, after_help = AFTER_HELP)]
pub struct Args {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// When to use colours; NO_COLOR is respected.
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: ColorWhen,
    /// No progress and no messages on standard error, except errors.
    #[arg(long, short, global = true)]
    pub quiet: bool,
}

const AFTER_HELP: &str = "\
Examples:
  goenv-ci plan --runner windows-2022 --repository org/app
  goenv-ci apply --dry-run
  eval \"$(goenv-ci apply --shell bash)\"
  goenv-ci verify --go 1.21,1.22,1.23 --install --report goenv-report
  goenv-ci explain GOBIN GOCACHE
  goenv-ci doctor --fix --dry-run
  goenv-ci claims --go 1.23

Exit codes: 0 all holds; 1 something does not hold; 2 the command line or an input file is wrong;
3 it could not be judged or written; 4 nothing was selected; 5 no failure, but an error verdict;
6 the report is written, publishing it failed; 130 interrupted.";

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Dry run: what would be written for a runner, why, and the verification matrix. Touches nothing.
    Plan(PlanArgs),
    /// Creates the folders and writes GITHUB_ENV, GITHUB_PATH and GITHUB_OUTPUT.
    Apply(ApplyArgs),
    /// Makes real Go toolchains build, install and download, and judges whether each variable takes effect.
    Verify(VerifyArgs),
    /// Where each variable's value comes from, and what that source shadows, by the rules of each Go version; runs without go too.
    Explain(ExplainArgs),
    /// What is wrong with Go's environment here, and how to mend it.
    Doctor(DoctorArgs),
    /// Judges by experiment what is said about Go's environment, for each Go version.
    Claims(ClaimsArgs),
    /// Merges, publishes and compares reports.
    Report(ReportArgs),
    /// What `verify` starts through each shell: writes what this process sees, as JSON.
    #[command(hide = true)]
    Observe(ObserveArgs),
}

/// Values other than the standard ones.
#[derive(Debug, clap::Args)]
pub struct PlanOptionArgs {
    /// GOCACHE instead of RUNNER_TEMP/go-cache.
    #[arg(long, value_name = "DIR", env = "GOENV_CI_GOCACHE", hide_env_values = true)]
    pub gocache: Option<String>,
    /// GOPATH instead of RUNNER_WORKSPACE/go.
    #[arg(long, value_name = "DIR", env = "GOENV_CI_GOPATH", hide_env_values = true)]
    pub gopath: Option<String>,
    /// GOBIN instead of GOPATH/bin; `none` leaves it unset and puts GOPATH/bin on PATH.
    #[arg(long, value_name = "DIR|none", env = "GOENV_CI_GOBIN", hide_env_values = true)]
    pub gobin: Option<String>,
    /// Go versions: `1.21` is its newest patch, `1.21.13` exactly that.
    #[arg(
        long,
        visible_alias = "go-versions",
        value_name = "VERSIONS",
        env = "GOENV_CI_GO_VERSIONS",
        hide_env_values = true
    )]
    pub go: Vec<String>,
    /// OWNER/NAME; default: GITHUB_REPOSITORY, else the current folder's name.
    #[arg(long, alias = "repo", value_name = "OWNER/NAME", env = "GOENV_CI_REPOSITORY", hide_env_values = true)]
    pub repository: Option<String>,
    /// Write a burst of small files, a fifth of a second at most, to find out which drive is faster.
    #[arg(long, value_name = "BOOL", env = "GOENV_CI_MEASURE_DRIVES", hide_env_values = true, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub measure_drives: Option<Toggle>,
}

/// `plan`.
#[derive(Debug, clap::Args)]
pub struct PlanArgs {
    /// A recorded runner (windows-2022, windows-2025, ubuntu-24.04, macos-15), or `current` for this machine; of several the first is planned for, and all are in the matrix.
    #[arg(long, value_name = "NAMES", env = "GOENV_CI_RUNNER", hide_env_values = true)]
    pub runner: Vec<String>,
    /// Cut each runner's cells into so many jobs; default: a job for each Go version, and shards where there would be more than 256.
    #[arg(long, value_name = "N", env = "GOENV_CI_SHARDS", hide_env_values = true)]
    pub shards: Option<ShardCount>,
    /// The folder of probes that `verify` will get, for the number of cells.
    #[arg(long, value_name = "DIR", env = "GOENV_CI_MATRIX", hide_env_values = true)]
    pub matrix: Vec<String>,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub options: PlanOptionArgs,
    /// How to print: `github-matrix` is one line for fromJSON, `env` is NAME=VALUE lines.
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub format: PlanFormat,
}

/// `apply`.
#[derive(Debug, clap::Args)]
pub struct ApplyArgs {
    #[command(flatten)]
    #[allow(missing_docs)]
    pub options: PlanOptionArgs,
    /// Print what would be done instead.
    #[arg(long, conflicts_with = "shell")]
    pub dry_run: bool,
    /// Print lines to evaluate, for use without a runner; creates the folders.
    #[arg(long, value_name = "SHELL")]
    pub shell: Option<ShellName>,
    /// How to print.
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub format: DataFormat,
}

/// Which toolchains, and what about those that are not there.
#[derive(Debug, clap::Args)]
pub struct ToolchainArgs {
    /// A Go installation to use before all others; may be repeated.
    #[arg(long, value_name = "DIR")]
    pub go_root: Vec<String>,
    /// Download versions that are not there.
    #[arg(long, value_name = "BOOL", env = "GOENV_CI_INSTALL", hide_env_values = true, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub install: Option<Toggle>,
    /// Skip versions that are nowhere, instead of exit code 3.
    #[arg(long, value_name = "BOOL", env = "GOENV_CI_ALLOW_MISSING", hide_env_values = true, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub allow_missing: Option<Toggle>,
}

/// `verify`.
#[derive(Debug, clap::Args)]
pub struct VerifyArgs {
    #[command(flatten)]
    #[allow(missing_docs)]
    pub options: PlanOptionArgs,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub toolchains: ToolchainArgs,
    /// A folder of probes instead of the embedded ones; `embedded,DIR` takes both.
    #[arg(long, value_name = "DIR", env = "GOENV_CI_MATRIX", hide_env_values = true)]
    pub matrix: Vec<String>,
    /// Only probes whose id, variable or kind holds one of these texts, for example `gobin/`, `GOPATH` or `live`.
    #[arg(long, value_name = "TEXT")]
    pub probe: Vec<String>,
    /// Judge this part of the cells only, `3/16` for the third of sixteen; each cell is in exactly one part.
    #[arg(long, value_name = "I/N", env = "GOENV_CI_SHARD", hide_env_values = true)]
    pub shard: Option<ShardWord>,
    /// Cut by the durations in this report.json, the same one for every shard; default: by the number of cells.
    #[arg(long, value_name = "FILE", env = "GOENV_CI_DURATIONS", hide_env_values = true)]
    pub durations: Option<String>,
    /// `all`, `none`, or the shells to look through, for example `bash,pwsh`; those of other systems are left out.
    #[arg(long, value_name = "SHELLS", env = "GOENV_CI_SHELLS", hide_env_values = true, value_delimiter = ',')]
    pub shells: Vec<ShellWord>,
    /// Write report.json, report.md, junit.xml and index.html there; on a runner the default is RUNNER_TEMP/goenv-ci-report.
    #[arg(long, visible_alias = "report-dir", value_name = "DIR", env = "GOENV_CI_REPORT_DIR", hide_env_values = true)]
    pub report: Option<String>,
    /// `never`: exit with 0 even when a verdict is `fail` or `error`.
    #[arg(long, value_name = "WHEN", env = "GOENV_CI_FAIL_ON", hide_env_values = true)]
    pub fail_on: Option<FailOnName>,
    /// Lay the plan over this environment for the live probes, instead of what `apply` recorded.
    #[arg(long)]
    pub overlay: bool,
    /// Cells at once; default: the number of cores.
    #[arg(long, short, value_name = "N")]
    pub jobs: Option<std::num::NonZeroUsize>,
    /// Seconds that one command of a probe may take.
    #[arg(long, value_name = "SECONDS", default_value = "120", value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub timeout: u64,
    /// How to print.
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub format: DataFormat,
}

/// `observe`.
#[derive(Debug, clap::Args)]
pub struct ObserveArgs {
    /// Open a terminal of this kind, and observe in it.
    #[arg(long = "in", value_name = "TERMINAL")]
    pub terminal: Option<TerminalName>,
}
