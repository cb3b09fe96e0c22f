//! Reads the command line, runs the command, prints its answer, and ends with its exit code.

use goenv_ci::status::Severity;
use goenv_ci::{
    cli::{Args, Settings, Stdout},
    commands::{Answer, World, run},
    error::Error,
    exit::Exit,
    output::{annotation::annotation, sanitize},
    system::{signals, this_machine},
};
use std::{
    io::{self, Write},
    process::ExitCode,
};

fn main() -> ExitCode {
    signals::outlive_limits();
    let world = World::live();
    let on_a_runner = world.here.env.get_filled("GITHUB_ACTIONS").is_some();
    let args = match Args::read(std::env::args_os()) {
        Ok(args) => args,
        Err(error) if error.use_stderr() && on_a_runner => {
            return complain(sanitize::disarmed(&sanitize::visible(&error.render().to_string())), Exit::Usage, true);
        }
        Err(error) => {
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { Exit::Usage } else { Exit::Good }.code());
        }
    };
    let stdout = Stdout {
        is_terminal: this_machine::stdout_is_terminal(),
        columns: this_machine::stdout_columns(),
        shows_links: this_machine::stdout_shows_links(),
    };
    let settings = Settings::new(args, &world.here.env, stdout);
    match settings.map_err(Error::from).and_then(|settings| run(&settings, &world)) {
        Ok(Answer { text, exit }) => {
            // A reader that closes the pipe early is no failure of ours; a full disk is one.
            match io::stdout().write_all(text.as_bytes()).and_then(|()| io::stdout().flush()) {
                Err(why) if why.kind() != io::ErrorKind::BrokenPipe => {
                    let error = Error::Answer(why);
                    complain(error.text(), error.exit(), on_a_runner)
                }
                _ => ExitCode::from(exit.code()),
            }
        }
        Err(error) => complain(error.text(), error.exit(), on_a_runner),
    }
}

fn complain(mut text: String, exit: Exit, on_a_runner: bool) -> ExitCode {
    if on_a_runner {
        text += &annotation(Severity::Error, "goenv-ci", &text);
        text.push('\n');
    }
    let _ = io::stderr().write_all(text.as_bytes());
    ExitCode::from(exit.code())
}
