//! `explain` as a whole process in this repository against `go env` of the same Go in the same run:
//! `cargo bench --bench explain`. Rounds alternate, so that a busy machine slows both alike.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "figures are what a benchmark is for")]

mod rounds;

use rounds::median;
use std::{
    io,
    path::Path,
    process::{Command, Stdio},
    time::Instant,
};

const ROUNDS: usize = 30;

fn main() -> io::Result<()> {
    if milliseconds(Command::new("go").arg("env")).is_err() {
        eprintln!("explain: there is no `go` on PATH to compare with");
        return Ok(());
    }
    let (mut start, mut ours, mut go) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        start.push(milliseconds(Command::new(env!("CARGO_BIN_EXE_goenv-ci")).arg("--version"))?);
        ours.push(milliseconds(Command::new(env!("CARGO_BIN_EXE_goenv-ci")).arg("explain"))?);
        go.push(milliseconds(Command::new("go").arg("env"))?);
    }
    let [start, ours, go] = [start, ours, go].map(median);
    println!("explain, median of {ROUNDS} rounds, in this repository");
    println!("start of the process {start:>8.1} ms");
    println!("go env               {go:>8.1} ms");
    println!("explain              {ours:>8.1} ms, {:.1} times `go env`", ours / go);
    Ok(())
}

fn milliseconds(command: &mut Command) -> io::Result<f64> {
    command.current_dir(Path::new(env!("CARGO_MANIFEST_DIR"))).stdout(Stdio::null()).stderr(Stdio::null());
    let start = Instant::now();
    let ended = command.status()?;
    assert!(ended.code().is_some_and(|code| code < 2), "{command:?}: {ended}");
    Ok(start.elapsed().as_secs_f64() * 1000.0)
}
