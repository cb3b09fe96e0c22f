//! The command line: what was typed, what is meant, what is shown meanwhile.

mod args;
mod diagnosis;
mod diagnosis_args;
mod progress;
mod report;
mod report_args;
mod settings;
mod values;

pub use args::{Args, Command};
pub use diagnosis::{ClaimsSettings, Deed, DoctorSettings, ExplainSettings, Question};
pub use progress::{Progress, tell};
pub use report::{
    CompareSettings, HistoryFrom, HistorySettings, MergeSettings, Post, PublishSettings, ReportTask, RunsWanted,
};
pub use settings::{ApplySettings, FailOn, PlanSettings, Settings, Task, ToolchainWishes, VerifySettings, Wishes};
pub use values::{DataFormat, FailOnChange, PlanFormat, TerminalName};
