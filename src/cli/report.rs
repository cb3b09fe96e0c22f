//! What is meant by the arguments of `report`.

use crate::cli::{
    report_args::{CompareArgs, HistoryArgs, MergeArgs, PublishArgs, ReportArgs, ReportCommand},
    settings::filled,
    values::{DataFormat, FailOnChange, Toggle},
};
use crate::platform::env::EnvBlock;
use std::time::Duration;

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
    /// Files and folders, at least one.
    pub inputs: Vec<String>,
    /// Where the report goes.
    pub out: String,
    /// How to print.
    pub format: DataFormat,
}

/// Whether something is to be laid down on the forge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Post {
    /// Asked for: what hinders it is a failure to publish.
    Asked,
    /// Where it can be; where not, that is said.
    IfPossible,
    /// Not wanted.
    No,
}

/// `report publish`.
#[derive(Clone, Debug)]
pub struct PublishSettings {
    /// Files and folders; empty: the artifacts of a run.
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

impl PublishSettings {
    fn new(args: PublishArgs, env: &EnvBlock) -> Self {
        let on_a_runner = env.get_filled("GITHUB_ACTIONS").and_then(|_| env.get_filled("RUNNER_TEMP"));
        let post = |toggle: Option<Toggle>, otherwise| match toggle {
            Some(Toggle::On) => Post::Asked,
            Some(Toggle::Off) => Post::No,
            Some(Toggle::Default) | None => otherwise,
        };
        Self {
            inputs: args.inputs,
            run: args.run,
            artifacts: args.artifacts,
            out: filled(args.out).or_else(|| on_a_runner.map(|temp| env.platform().join(temp, "goenv-ci-merged"))),
            wait: args.wait.map(Duration::from_secs),
            comment: post(args.comment, Post::IfPossible),
            check: post(args.check, Post::No),
            baseline: filled(args.baseline),
            fail_on: args.fail_on.map_or(FailOnChange::Fail, |word| word.0),
            format: args.format,
        }
    }
}

/// `report compare`.
#[derive(Clone, Debug)]
pub struct CompareSettings {
    /// A file or a folder.
    pub old: String,
    /// Likewise.
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
    /// Files and folders, at least one.
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

impl HistorySettings {
    fn new(HistoryArgs { inputs, runs, workflow, branch, artifact, format }: HistoryArgs) -> Self {
        let from = match runs {
            Some(most) => HistorySource::Runs(RunSelection {
                most: most.into(),
                workflow: filled(workflow),
                branch: filled(branch),
                artifact,
            }),
            None => HistorySource::Paths(inputs),
        };
        Self { from, format }
    }
}

impl ReportTask {
    pub(crate) fn new(args: ReportArgs, env: &EnvBlock) -> Self {
        match args.command {
            ReportCommand::Merge(MergeArgs { inputs, out, format }) => {
                Self::Merge(MergeSettings { inputs, out, format })
            }
            ReportCommand::Publish(publish) => Self::Publish(Box::new(PublishSettings::new(publish, env))),
            ReportCommand::Compare(CompareArgs { old, new, fail_on, format }) => {
                Self::Compare(CompareSettings { old, new, fail_on, format })
            }
            ReportCommand::History(history) => Self::History(HistorySettings::new(history)),
        }
    }
}
