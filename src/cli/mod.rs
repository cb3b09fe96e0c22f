//! The command line: what was typed, what is meant, what is shown meanwhile.

mod args;
mod progress;
mod settings;

pub use args::{Args, Command};
pub use progress::{Progress, tell};
pub use settings::{
    ApplySettings, DataFormat, FailOn, PlanFormat, PlanSettings, Settings, Task, TerminalName, VerifySettings, Wishes,
};
