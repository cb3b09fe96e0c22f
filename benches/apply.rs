//! `apply` as a whole process against a minimal Rust program and against
//! `true`: `cargo bench --bench apply`. Rounds alternate, so that a busy
//! machine slows all alike.
#![allow(clippy::print_stdout, reason = "figures are what a benchmark is for")]

mod rounds;

use rounds::{median, milliseconds, on_runner};
use std::{
    fs, io,
    path::Path,
    process::{Command, Stdio},
};

const ROUNDS: usize = 300;

fn main() -> io::Result<()> {
    let dir = tempfile::tempdir()?;
    let minimal = dir.path().join("minimal");
    fs::write(dir.path().join("minimal.rs"), "fn main() {}\n")?;
    let built = Command::new("rustc")
        .args(["-O", "-C", "strip=symbols", "-o"])
        .arg(&minimal)
        .arg(dir.path().join("minimal.rs"))
        .status()?;
    assert!(built.success(), "rustc: {built}");

    let (mut ours, mut again, mut least) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        least.push(milliseconds(&mut Command::new(&minimal))?);
        let runner = runner(dir.path())?;
        ours.push(milliseconds(&mut apply(&runner))?);
        again.push(milliseconds(&mut apply(&runner))?);
        fs::remove_dir_all(&runner)?;
    }
    let (least, ours, again) = (median(least), median(ours), median(again));
    println!(
        "apply, median of {ROUNDS} rounds: minimal program {least:.2} ms, apply {ours:.2} ms (ratio {:.2}), second apply {again:.2} ms",
        ours / least
    );
    println!("goal: 3 ms where a minimal program takes 1.3, a ratio of 2.31");
    Ok(())
}

/// A fresh runner with empty command files.
fn runner(dir: &Path) -> io::Result<std::path::PathBuf> {
    let runner = dir.join("runner");
    fs::create_dir_all(runner.join("temp"))?;
    fs::create_dir_all(runner.join("app/app"))?;
    for file in ["env", "path", "output"] {
        fs::write(runner.join(file), "")?;
    }
    Ok(runner)
}

fn apply(runner: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_goenv-ci"));
    command.arg("apply").current_dir(runner).stdout(Stdio::null());
    on_runner(&mut command, runner);
    command
}
