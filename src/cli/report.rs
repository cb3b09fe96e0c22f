//! `report` and its commands: merge, publish, compare, history.

use crate::{
    cli::values::{DataFormat, MOST_SECONDS, OrEmpty, Toggle, filled, heading, titled},
    platform::env::EnvBlock,
};
use clap::{Subcommand, ValueEnum};
use std::time::Duration;

/// Seconds that `report publish --wait` waits where no number is given: half an hour.
const WAIT_SECONDS: &str = "1800";

const MERGED: &str = "What to merge";
const PUBLISHED: &str = "What to publish";
const RUNS: &str = "Runs of a workflow";

const MERGE_EXAMPLES: &str = "  # Every report.json below a directory
  goenv-ci report merge shards --out merged
  # Named files
  goenv-ci report merge 1/report.json 2/report.json --out merged";

const PUBLISH_EXAMPLES: &str = "  # In the last job of a workflow, with GITHUB_TOKEN set
  goenv-ci report publish --wait --baseline main
  # What was downloaded already, without a token
  goenv-ci report publish --in shards --out merged
  # A check on the commit, and no comment
  goenv-ci report publish --check --comment=false";

const COMPARE_EXAMPLES: &str = "  # What is worse than in the last good report
  goenv-ci report compare good/report.json goenv-report
  # Any change is exit code 1
  goenv-ci report compare good goenv-report --fail-on drift";

const HISTORY_EXAMPLES: &str = "  # Reports from the oldest to the newest
  goenv-ci report history monday.json tuesday.json wednesday.json
  # The last twenty runs of this workflow on main, with GITHUB_TOKEN set
  goenv-ci report history --runs 20 --branch main";

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
    /// Make one report of many shards' report.json
    Merge(MergeArgs),
    /// Merge the shards of a workflow run, found through the GitHub API, and comment or add a check
    Publish(PublishArgs),
    /// Show what changed between two reports
    Compare(CompareArgs),
    /// Show since when what fails has failed, over several reports
    History(HistoryArgs),
}

/// `report merge`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = titled("Examples", MERGE_EXAMPLES))]
pub struct MergeArgs {
    /// Files, or directories in which each report.json is a shard
    #[arg(value_name = "IN", required = true)]
    pub inputs: Vec<String>,
    /// Write report.json, report.md, junit.xml and index.html to this directory (required)
    #[arg(long, value_name = "DIR", help_heading = heading::OUTPUT)]
    pub out: String,
    /// How to print what was merged
    #[arg(long, value_name = "FORMAT", default_value = "human", help_heading = heading::OUTPUT)]
    pub format: DataFormat,
}

/// `report publish`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = titled("Examples", PUBLISH_EXAMPLES))]
pub struct PublishArgs {
    /// Merge these files or directories instead of a run's artifacts; repeatable, needs no token [default: none]
    #[arg(long = "in", value_name = "PATH", help_heading = MERGED)]
    pub inputs: Vec<String>,
    /// The run whose artifacts are merged [default: GITHUB_RUN_ID]
    #[arg(long, value_name = "ID", conflicts_with = "inputs", help_heading = MERGED)]
    pub run: Option<u64>,
    /// Names of the artifacts that are shards; `*` and `?` stand for any characters
    #[arg(
        long,
        value_name = "PATTERN",
        env = "GOENV_CI_ARTIFACTS",
        hide_env_values = true,
        default_value = "goenv-ci-*",
        help_heading = MERGED
    )]
    pub artifacts: String,
    #[arg(
        long,
        value_name = "SECONDS",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = WAIT_SECONDS,
        value_parser = clap::value_parser!(u64).range(1..=MOST_SECONDS),
        conflicts_with = "inputs",
        help = format!("Wait until the run's other jobs are done, this long at most [default: no wait; {WAIT_SECONDS} for --wait alone]"),
        help_heading = MERGED,
    )]
    #[allow(missing_docs)]
    pub wait: Option<u64>,
    /// Comment on the pull request [default: where there is one and the token may]
    ///
    /// With `true`, it is exit code 6 where that cannot be done.
    #[arg(long, value_name = "true|false", env = "GOENV_CI_COMMENT", hide_env_values = true, num_args = 0..=1, require_equals = true, default_missing_value = "true", value_parser = OrEmpty::<Toggle>::new(), ignore_case = true, hide_possible_values = true, help_heading = PUBLISHED)]
    pub comment: Option<Toggle>,
    /// Add a check with annotations to the commit
    #[arg(long, value_name = "true|false", env = "GOENV_CI_CHECK", hide_env_values = true, num_args = 0..=1, require_equals = true, default_value = "false", default_missing_value = "true", value_parser = OrEmpty::<Toggle>::new(), ignore_case = true, hide_possible_values = true, help_heading = PUBLISHED)]
    pub check: Toggle,
    /// Compare with the last good run of the same workflow on this branch [default: none]
    #[arg(long, value_name = "BRANCH", env = "GOENV_CI_BASELINE", hide_env_values = true, help_heading = PUBLISHED)]
    pub baseline: Option<String>,
    /// Write report.json, report.md, junit.xml and index.html to this directory [default: RUNNER_TEMP/goenv-ci-merged on a runner, else none]
    #[arg(long, value_name = "DIR", help_heading = heading::OUTPUT)]
    pub out: Option<String>,
    /// What decides the exit code
    #[arg(long, value_name = "WHEN", env = "GOENV_CI_FAIL_ON", hide_env_values = true, default_value = "fail", value_parser = OrEmpty::<FailOnChange>::new(), help_heading = heading::OUTPUT)]
    pub fail_on: FailOnChange,
    /// How to print what was published
    #[arg(long, value_name = "FORMAT", default_value = "human", help_heading = heading::OUTPUT)]
    pub format: DataFormat,
}

/// `report compare`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = titled("Examples", COMPARE_EXAMPLES))]
pub struct CompareArgs {
    /// The report of the last good run: a report.json, or the directory that holds it
    #[arg(value_name = "OLD")]
    pub old: String,
    /// The report to compare with it: a report.json, or the directory that holds it
    #[arg(value_name = "NEW")]
    pub new: String,
    /// What decides the exit code
    #[arg(long, value_name = "WHEN", default_value = "fail", help_heading = heading::OUTPUT)]
    pub fail_on: FailOnChange,
    /// How to print
    #[arg(long, value_name = "FORMAT", default_value = "human", help_heading = heading::OUTPUT)]
    pub format: DataFormat,
}

/// `report history`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = titled("Examples", HISTORY_EXAMPLES))]
pub struct HistoryArgs {
    /// Reports, oldest first: files, or directories in which each report.json counts (required without --runs)
    #[arg(value_name = "IN", required_unless_present = "runs")]
    pub inputs: Vec<String>,
    /// Take the merged reports of the last N completed runs, 1 to 100, through the GitHub API [default: none]
    #[arg(long, value_name = "N", conflicts_with = "inputs", value_parser = clap::value_parser!(u8).range(1..=100), help_heading = RUNS)]
    pub runs: Option<u8>,
    /// The workflow, by the name of its file or its number [default: that of this run]
    #[arg(long, value_name = "FILE", requires = "runs", help_heading = RUNS)]
    pub workflow: Option<String>,
    /// Only runs on this branch [default: all branches]
    #[arg(long, value_name = "BRANCH", requires = "runs", help_heading = RUNS)]
    pub branch: Option<String>,
    /// The name of the artifact that holds a run's report; `*` and `?` stand for any characters
    #[arg(long, value_name = "PATTERN", requires = "runs", default_value = "goenv-ci-merged", help_heading = RUNS)]
    pub artifact: String,
    /// How to print
    #[arg(long, value_name = "FORMAT", default_value = "human", help_heading = heading::OUTPUT)]
    pub format: DataFormat,
}

/// `--fail-on` of `report compare` and `report publish`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum FailOnChange {
    /// A failure is exit code 1, an error alone 5; `compare` counts new ones only.
    #[default]
    Fail,
    /// Any change is exit code 1 too.
    Drift,
    /// Neither verdicts nor changes alter the exit code.
    Never,
}

/// `report`.
#[derive(Clone, Debug)]
pub enum ReportTask {
    /// `report merge`.
    Merge(MergeSettings),
    /// `report publish`.
    Publish(Box<PublishSettings>),
    /// `report compare`.
    Compare(CompareSettings),
    /// `report history`.
    History(HistorySettings),
}

/// `report merge`.
#[derive(Clone, Debug)]
pub struct MergeSettings {
    /// Files and directories, at least one.
    pub inputs: Vec<String>,
    /// Where the report goes.
    pub out: String,
    /// How to print.
    pub format: DataFormat,
}

/// Whether a comment or a check is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Post {
    /// Asked for: what prevents it is a failure to publish.
    Asked,
    /// Where it can be; where not, that is said.
    IfPossible,
    /// Not wanted.
    No,
}

/// `report publish`.
#[derive(Clone, Debug)]
pub struct PublishSettings {
    /// Files and directories; empty: the artifacts of a run.
    pub inputs: Vec<String>,
    /// Another run than this one.
    pub run: Option<u64>,
    /// Names of artifacts.
    pub artifacts: String,
    /// Where the merged report goes.
    pub out: Option<String>,
    /// How long the other jobs are waited for.
    pub wait: Option<Duration>,
    /// The comment.
    pub comment: Post,
    /// The check.
    pub check: Post,
    /// A branch to compare with.
    pub baseline: Option<String>,
    /// What decides the exit code.
    pub fail_on: FailOnChange,
    /// How to print.
    pub format: DataFormat,
}

/// `report compare`.
#[derive(Clone, Debug)]
pub struct CompareSettings {
    /// A file or a directory.
    pub old: String,
    /// A file or a directory.
    pub new: String,
    /// What decides the exit code.
    pub fail_on: FailOnChange,
    /// How to print.
    pub format: DataFormat,
}

/// `report history`.
#[derive(Clone, Debug)]
pub struct HistorySettings {
    /// Where the reports come from.
    pub from: HistorySource,
    /// How to print.
    pub format: DataFormat,
}

/// Where the reports of a history come from.
#[derive(Clone, Debug)]
pub enum HistorySource {
    /// Files and directories, at least one.
    Paths(Vec<String>),
    /// The last runs of a workflow.
    Runs(RunSelection),
}

/// The last runs of a workflow.
#[derive(Clone, Debug)]
pub struct RunSelection {
    /// How many, 1 to 100.
    pub most: usize,
    /// `None`: that of this run.
    pub workflow: Option<String>,
    /// `None`: of all branches.
    pub branch: Option<String>,
    /// The name of the artifact that holds a run's report.
    pub artifact: String,
}

impl ReportArgs {
    pub(crate) fn task(self, env: &EnvBlock) -> ReportTask {
        match self.command {
            ReportCommand::Merge(MergeArgs { inputs, out, format }) => {
                ReportTask::Merge(MergeSettings { inputs, out, format })
            }
            ReportCommand::Publish(publish) => ReportTask::Publish(Box::new(publish.settings(env))),
            ReportCommand::Compare(CompareArgs { old, new, fail_on, format }) => {
                ReportTask::Compare(CompareSettings { old, new, fail_on, format })
            }
            ReportCommand::History(history) => ReportTask::History(history.settings()),
        }
    }
}

impl PublishArgs {
    fn settings(self, env: &EnvBlock) -> PublishSettings {
        let on_a_runner = env.get_filled("GITHUB_ACTIONS").and_then(|_| env.get_filled("RUNNER_TEMP"));
        let post = |toggle: Toggle, otherwise| match toggle {
            Toggle::On => Post::Asked,
            Toggle::Off => Post::No,
            Toggle::Default => otherwise,
        };
        PublishSettings {
            inputs: self.inputs,
            run: self.run,
            artifacts: self.artifacts,
            out: filled(self.out).or_else(|| on_a_runner.map(|temp| env.platform().join(temp, "goenv-ci-merged"))),
            wait: self.wait.map(Duration::from_secs),
            comment: post(self.comment.unwrap_or_default(), Post::IfPossible),
            check: post(self.check, Post::No),
            baseline: filled(self.baseline),
            fail_on: self.fail_on,
            format: self.format,
        }
    }
}

impl HistoryArgs {
    fn settings(self) -> HistorySettings {
        let from = match self.runs {
            Some(most) => HistorySource::Runs(RunSelection {
                most: most.into(),
                workflow: filled(self.workflow),
                branch: filled(self.branch),
                artifact: self.artifact,
            }),
            None => HistorySource::Paths(self.inputs),
        };
        HistorySettings { from, format: self.format }
    }
}
