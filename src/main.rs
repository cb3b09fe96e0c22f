//! Parses, calls `run`, prints, and turns the result into an exit code.

use clap::Parser;
use goenv_ci::{
    cli::{Args, Settings},
    error::Error,
    render::annotation::{Level, annotation},
    run::{Answer, World, run},
};
use std::{
    io::{self, IsTerminal, Write},
    process::ExitCode,
};

fn main() -> ExitCode {
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => {
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
        }
    };
    let world = World::live();
    let settings = Settings::new(args, &world.here.env, io::stdout().is_terminal());
    match settings.map_err(Error::from).and_then(|settings| run(&settings, &world)) {
        Ok(Answer { text, exit }) => {
            // A reader that closes the pipe early is no failure of ours.
            let _ = io::stdout().write_all(text.as_bytes());
            ExitCode::from(exit.code())
        }
        Err(error) => complain(&error, world.here.env.get_filled("GITHUB_ACTIONS").is_some()),
    }
}

fn complain(error: &Error, on_a_runner: bool) -> ExitCode {
    let mut text = error.text();
    if on_a_runner {
        text += &annotation(Level::Error, "goenv-ci", &text);
        text.push('\n');
    }
    let _ = io::stderr().write_all(text.as_bytes());
    ExitCode::from(error.exit().code())
}
