//! What the benchmarks measure by: how long a process takes, and the median of their rounds.
#![allow(dead_code, reason = "each benchmark is a program of its own, and takes what it needs")]

use std::{
    io,
    path::Path,
    process::{Command, Stdio},
    time::Instant,
};

/// The middle one.
pub fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

/// How long a command takes that must succeed and whose answer nobody reads.
pub fn milliseconds(command: &mut Command) -> io::Result<f64> {
    command.stdout(Stdio::null());
    let start = Instant::now();
    let ended = command.status()?;
    assert!(ended.success(), "{command:?}: {ended}");
    Ok(start.elapsed().as_secs_f64() * 1000.0)
}

/// Gives a command the variables of a runner whose directories and command files lie in `runner`.
pub fn on_runner(command: &mut Command, runner: &Path) {
    command.env("RUNNER_TEMP", runner.join("temp")).env("RUNNER_WORKSPACE", runner.join("app"));
    command.env("GITHUB_WORKSPACE", runner.join("app/app")).env("GITHUB_REPOSITORY", "org/app");
    for (name, file) in [("GITHUB_ENV", "env"), ("GITHUB_PATH", "path"), ("GITHUB_OUTPUT", "output")] {
        command.env(name, runner.join(file));
    }
}
