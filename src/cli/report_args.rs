//! What was typed to `report` and its commands.

use super::values::DataFormat;
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
    /// The report of the last good run: a file or a report folder.
    #[arg(value_name = "OLD")]
    pub old: String,
    /// The report to judge.
    #[arg(value_name = "NEW")]
    pub new: String,
    /// How to print.
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub format: DataFormat,
}
