//! What was typed to `report` and its commands.

use super::values::{DataFormat, FailOnChange};
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
    #[command(hide = true)]
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
    /// Write the merged report there.
    #[arg(long, value_name = "DIR")]
    pub out: Option<String>,
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
    #[arg(value_name = "IN", required = true)]
    pub inputs: Vec<String>,
    /// How to print.
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub format: DataFormat,
}
