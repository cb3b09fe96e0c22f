//! The command line: what was typed, what is meant, what is shown meanwhile.

pub(crate) mod args;
pub(crate) mod diagnosis;
pub(crate) mod diagnosis_args;
pub(crate) mod progress;
pub(crate) mod report;
pub(crate) mod report_args;
pub(crate) mod settings;
pub(crate) mod values;

pub use args::{Args, Command};
pub use diagnosis::{ClaimsSettings, DoctorSettings, ExplainSettings, Mode, Question};
pub use progress::{Progress, tell};
pub use report::{
    CompareSettings, HistoryFrom, HistorySettings, MergeSettings, Post, PublishSettings, ReportTask, RunsWanted,
};
pub use settings::{
    ApplySettings, FailOn, PlanSettings, Settings, Stdout, Task, ToolchainWishes, VerifySettings, Wishes,
};
pub use values::{DataFormat, FailOnChange, PlanFormat, TerminalName};
