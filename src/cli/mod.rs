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
pub use diagnosis::{ClaimsSettings, DoctorMode, DoctorSettings, ExplainSettings, Question};
pub use progress::{Progress, tell};
pub use report::{
    CompareSettings, HistorySettings, HistorySource, MergeSettings, Post, PublishSettings, ReportTask, RunSelection,
};
pub use settings::{
    ApplySettings, FailOn, PlanOptions, PlanSettings, Settings, Stdout, Task, ToolchainOptions, VerifySettings,
};
pub use values::{DataFormat, FailOnChange, PlanFormat, TerminalName};
