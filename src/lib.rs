//! goenv-ci: facts → plan → apply → verify → report. Each feature is one directory: its values, its rules, its
//! views. `ports` is the outside world as traits, `system` the only code that touches it, `output` how an answer
//! reaches a person or a program. `tests/tidy.rs` has the order of the parts.

#[allow(dead_code, reason = "the rules of lint, which read it, are being written")]
pub(crate) mod actions;
pub mod apply;
pub mod claims;
pub mod cli;
pub mod commands;
pub mod completions;
pub mod config;
pub mod doctor;
pub mod drives;
pub mod editor;
pub mod error;
pub mod exit;
pub mod explain;
pub mod export;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
pub mod goenv;
pub mod install;
mod jsonc;
pub mod lint;
pub mod manual;
pub mod nearest;
pub mod output;
pub mod plan;
pub mod platform;
pub mod ports;
pub mod probe;
pub mod publish;
pub mod relocate;
pub mod report;
pub(crate) mod script;
pub mod status;
pub mod system;
pub mod verify;
pub(crate) mod workflow;
pub mod yaml;
