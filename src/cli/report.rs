//! What is meant by the arguments of `report`.

use super::{
    report_args::{CompareArgs, HistoryArgs, MergeArgs, PublishArgs, ReportArgs, ReportCommand},
    settings::filled,
    values::{DataFormat, FailOnChange},
};

/// `report`.
#[derive(Clone, Debug)]
pub enum ReportTask {
    /// `report merge`.
    Merge(MergeSettings),
    /// `report publish`.
    Publish(PublishSettings),
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

/// `report publish`.
#[derive(Clone, Debug)]
pub struct PublishSettings {
    /// Where the merged report goes.
    pub out: Option<String>,
    /// How to print.
    pub format: DataFormat,
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
    /// Files and folders, at least one.
    pub inputs: Vec<String>,
    /// How to print.
    pub format: DataFormat,
}

impl ReportTask {
    pub(super) fn new(args: ReportArgs) -> Self {
        match args.command {
            ReportCommand::Merge(MergeArgs { inputs, out, format }) => {
                Self::Merge(MergeSettings { inputs, out, format })
            }
            ReportCommand::Publish(PublishArgs { out, format }) => {
                Self::Publish(PublishSettings { out: filled(out), format })
            }
            ReportCommand::Compare(CompareArgs { old, new, fail_on, format }) => {
                Self::Compare(CompareSettings { old, new, fail_on, format })
            }
            ReportCommand::History(HistoryArgs { inputs, format }) => Self::History(HistorySettings { inputs, format }),
        }
    }
}
