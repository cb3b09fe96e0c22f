//! goenv-ci: facts → plan → apply → verify → report. `model` holds the values,
//! `ports` the outside world as traits; the phases are functions between them,
//! `adapters` the only code that touches files, processes and the network.

pub mod adapters;
pub mod apply;
pub mod claims;
pub mod cli;
pub mod doctor;
pub mod drift;
pub mod drives;
pub mod error;
pub mod exit;
pub mod explain;
pub mod go_env;
pub mod go_settings;
pub mod install;
pub mod locate;
pub mod matrix;
pub mod merge;
pub mod model;
pub mod output;
pub mod plan;
pub mod ports;
pub mod publish;
pub mod render;
pub mod run;
pub mod runner;
pub mod sources;
pub mod status;
pub mod verify;
