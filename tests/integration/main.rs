//! The integration tests: one program, with a module for each command or subject.
//!
//! `cargo test --test integration verify::live` runs those of one module. Programs of their own are
//! `tests/tidy.rs`, which `cargo tidy` runs, and `tests/hanging_go.rs`, which is also the Go that hangs.
#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "a test fails by panicking, and says what it skips")]

#[cfg(target_os = "linux")]
mod act;
mod action;
#[cfg(target_os = "linux")]
mod actions;
mod apply;
mod claims;
mod cli;
mod completions;
mod config;
mod docs;
mod doctor;
mod editor;
mod explain;
mod export;
mod go_env;
mod golden;
#[cfg(target_os = "linux")]
mod hostile_home;
mod install;
#[cfg(unix)]
mod launch;
mod lint;
mod manual;
mod mistakes;
#[cfg(target_os = "linux")]
mod packaging;
#[cfg(target_os = "linux")]
mod pages;
mod plan;
mod publish;
#[cfg(unix)]
mod release;
mod relocate;
mod report;
mod runner_log;
#[cfg(unix)]
mod shims;
mod support;
mod system;
mod verify;
