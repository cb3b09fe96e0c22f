//! Short commands as whole processes against a minimal Rust program, which prints a line, and for `apply` writes a new
//! file too: `cargo bench --bench startup`. GOENV_CI_BENCH_RELEASED names what a release ships, GOENV_CI_BENCH_BEFORE an
//! older goenv-ci; each then takes part in the same rounds. Rounds alternate, so that a busy machine slows all alike.
#![allow(clippy::print_stdout, reason = "figures are what a benchmark is for")]

mod rounds;

use rounds::{median, milliseconds, on_runner};
use std::{
    env,
    ffi::OsString,
    fs, io,
    path::{Path, PathBuf},
    process::Command,
};

const ROUNDS: usize = 300;
const MINIMAL: &str = r#"fn main() {
    if let Some(file) = std::env::args_os().nth(1) {
        std::fs::write(file, "GOBIN=/go/bin\n").unwrap();
    }
    println!("GOBIN=/go/bin");
}
"#;

struct Case {
    name: &'static str,
    arguments: &'static [&'static str],
    /// Whether the runner's files are empty before, and the minimal program writes a file.
    writes: bool,
}

const CASES: [Case; 5] = [
    Case { name: "--version", arguments: &["--version"], writes: false },
    Case { name: "plan", arguments: &["plan"], writes: false },
    Case { name: "plan of this runner", arguments: &["plan", "--runner", "current"], writes: false },
    Case { name: "apply", arguments: &["apply"], writes: true },
    Case { name: "apply once more", arguments: &["apply"], writes: false },
];

fn main() -> io::Result<()> {
    let dir = tempfile::tempdir()?;
    let minimal = minimal(dir.path())?;
    let mut programs = vec![("goenv-ci", OsString::from(env!("CARGO_BIN_EXE_goenv-ci")))];
    for (name, variable) in [("released", "GOENV_CI_BENCH_RELEASED"), ("before", "GOENV_CI_BENCH_BEFORE")] {
        programs.extend(env::var_os(variable).map(|program| (name, program)));
    }

    let mut least = [Vec::new(), Vec::new()];
    let mut taken = vec![vec![Vec::new(); CASES.len()]; programs.len()];
    for _ in 0..ROUNDS {
        least[0].push(milliseconds(&mut Command::new(&minimal))?);
        let written = dir.path().join("written");
        least[1].push(milliseconds(Command::new(&minimal).arg(&written))?);
        fs::remove_file(written)?;
        for ((_, program), taken) in programs.iter().zip(&mut taken) {
            for (case, taken) in CASES.iter().zip(taken) {
                if case.writes {
                    clear(dir.path())?;
                }
                taken.push(milliseconds(command(program, dir.path()).args(case.arguments))?);
            }
        }
    }
    let least = least.map(median);
    println!(
        "median of {ROUNDS} rounds, and ratio to a minimal program: {:.2} ms to print, {:.2} ms to write too",
        least[0], least[1]
    );
    print!("{:<22}", "");
    programs.iter().for_each(|(name, _)| print!("{name:>20}"));
    println!();
    for (at, case) in CASES.iter().enumerate() {
        print!("{:<22}", case.name);
        for taken in &mut taken {
            let taken = median(std::mem::take(&mut taken[at]));
            print!("{taken:>10.2} ms {:>6.2}", taken / least[usize::from(case.writes)]);
        }
        println!();
    }
    println!("goal: 1.70 for `plan` and `apply` of what is released");
    Ok(())
}

fn minimal(dir: &Path) -> io::Result<PathBuf> {
    let (source, program) = (dir.join("minimal.rs"), dir.join("minimal"));
    fs::write(&source, MINIMAL)?;
    let built = Command::new("rustc").args(["-O", "-C", "strip=symbols", "-o"]).arg(&program).arg(&source).status()?;
    assert!(built.success(), "rustc: {built}");
    Ok(program)
}

/// A runner with empty command files.
fn clear(dir: &Path) -> io::Result<()> {
    let runner = dir.join("runner");
    if runner.exists() {
        fs::remove_dir_all(&runner)?;
    }
    fs::create_dir_all(runner.join("temp"))?;
    fs::create_dir_all(runner.join("app/app"))?;
    for file in ["env", "path", "output"] {
        fs::write(runner.join(file), "")?;
    }
    Ok(())
}

fn command(program: &OsString, dir: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(dir);
    on_runner(&mut command, &dir.join("runner"));
    command
}
