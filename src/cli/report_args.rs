//! What was typed to `report` and its commands.

use crate::cli::values::{DataFormat, FailOnChange, FailOnWord, Toggle};
use clap::Subcommand;

/// `report`.
#[derive(Debug, clap::Args)]
pub struct ReportArgs {
    /// What to do with reports.
    #[command(subcommand)]
    pub command: ReportCommand,
}

/// The commands on reports.
#[derive(Debug, Subcommand)]
pub enum ReportCommand {
    /// Makes one report of many shards' report.json.
    Merge(MergeArgs),
    /// Finds the shards of a workflow run through the GitHub API, merges them, and comments or checks.
    Publish(PublishArgs),
    /// What changed between two reports.
    Compare(CompareArgs),
    /// What became of several reports in a row.
    History(HistoryArgs),
}

/// `report merge`.
#[derive(Debug, clap::Args)]
pub struct MergeArgs {
    /// Files, or folders in which each report.json is a shard.
    #[arg(value_name = "IN", required = true)]
    pub inputs: Vec<String>,
    /// Write report.json, report.md, junit.xml and index.html there.
    #[arg(long, value_name = "DIR")]
    pub out: String,
    /// How to print what was merged.
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub format: DataFormat,
}

/// `report publish`.
#[derive(Debug, clap::Args)]
pub struct PublishArgs {
    /// Merge these instead of a run's artifacts: files, or folders in which each report.json is a shard. Needs no token.
    #[arg(long = "in", value_name = "PATH")]
    pub inputs: Vec<String>,
    /// The run whose artifacts are merged; default: GITHUB_RUN_ID.
    #[arg(long, value_name = "ID", conflicts_with = "inputs")]
    pub run: Option<u64>,
    /// Names of the artifacts that are shards; `*` and `?` stand for any.
    #[arg(
        long,
        value_name = "PATTERN",
        env = "GOENV_CI_ARTIFACTS",
        hide_env_values = true,
        default_value = "goenv-ci-*"
    )]
    pub artifacts: String,
    /// Write report.json, report.md, junit.xml and index.html there; on a runner the default is RUNNER_TEMP/goenv-ci-merged.
    #[arg(long, value_name = "DIR")]
    pub out: Option<String>,
    /// Wait until the run's other jobs are done, half an hour or so many seconds at most.
    #[arg(long, value_name = "SECONDS", num_args = 0..=1, require_equals = true, default_missing_value = "1800", value_parser = clap::value_parser!(u64).range(1..=86_400), conflicts_with = "inputs")]
    pub wait: Option<u64>,
    /// Comment on the pull request; default: where there is one and the token may. With `true`, exit code 6 where it cannot.
    #[arg(long, value_name = "BOOL", env = "GOENV_CI_COMMENT", hide_env_values = true, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub comment: Option<Toggle>,
    /// Make a check with annotations on the commit.
    #[arg(long, value_name = "BOOL", env = "GOENV_CI_CHECK", hide_env_values = true, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub check: Option<Toggle>,
    /// Compare with the last good run of the same workflow on this branch.
    #[arg(long, value_name = "BRANCH", env = "GOENV_CI_BASELINE", hide_env_values = true)]
    pub baseline: Option<String>,
    /// `drift`: exit with 1 too where anything changed since the baseline; `never`: with 0 even when a verdict is `fail` or `error`.
    #[arg(long, value_name = "WHEN", env = "GOENV_CI_FAIL_ON", hide_env_values = true)]
    pub fail_on: Option<FailOnWord>,
    /// How to print what was published.
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub format: DataFormat,
}

/// `report compare`.
#[derive(Debug, clap::Args)]
pub struct CompareArgs {
    /// The report of the last good run: a report.json, or the folder that holds it.
    #[arg(value_name = "OLD")]
    pub old: String,
    /// The report to judge, likewise.
    #[arg(value_name = "NEW")]
    pub new: String,
    /// What decides the exit code: new failures and errors, any change, or nothing.
    #[arg(long, value_name = "WHEN", default_value = "fail")]
    pub fail_on: FailOnChange,
    /// How to print.
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub format: DataFormat,
}

/// `report history`.
#[derive(Debug, clap::Args)]
pub struct HistoryArgs {
    /// Reports, oldest first: files, or folders of which each report.json below counts, by the time at which it began.
    #[arg(value_name = "IN", required_unless_present = "runs")]
    pub inputs: Vec<String>,
    /// Instead: the merged reports of the last N completed runs of a workflow, through the GitHub API.
    #[arg(long, value_name = "N", conflicts_with = "inputs", value_parser = clap::value_parser!(u8).range(1..=100))]
    pub runs: Option<u8>,
    /// The workflow, by the name of its file or its number; default: that of this run.
    #[arg(long, value_name = "FILE", requires = "runs")]
    pub workflow: Option<String>,
    /// Runs on this branch only.
    #[arg(long, value_name = "BRANCH", requires = "runs")]
    pub branch: Option<String>,
    /// The name of the artifact that holds a run's report; `*` and `?` stand for any.
    #[arg(long, value_name = "PATTERN", requires = "runs", default_value = "goenv-ci-merged")]
    pub artifact: String,
    /// How to print.
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub format: DataFormat,
}
