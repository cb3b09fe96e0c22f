//! Reads the command line, runs the command, prints its answer, and ends with its exit code.

use goenv_ci::status::Severity;
use goenv_ci::{
    cli::{Args, Settings, Stdout, tell, tell_runner},
    commands::{Answer, World, run},
    completions, config,
    error::Error,
    exit::Exit,
    output::{
        annotation::annotation,
        sanitize::{disarmed, visible},
    },
    system::{signals, stdout, this_machine},
};
use std::process::ExitCode;

/// musl's own asks the system for nearly every page by itself, which is a third of the time that `plan` takes.
#[cfg(target_env = "musl")]
#[global_allocator]
static ALLOCATOR: dlmalloc::GlobalDlmalloc = dlmalloc::GlobalDlmalloc;

fn main() -> ExitCode {
    signals::outlive_limits();
    signals::hear_of_children();
    let world = World::live();
    let on_a_runner = world.here.env.get_filled("GITHUB_ACTIONS").is_some();
    end_on_panic(on_a_runner);
    if let Some(offered) = completions::answer(&world.here.env, std::env::args_os(), &world.here.current_dir) {
        // The shell has gone on, or reads it.
        let _ = stdout::write(&offered);
        return ExitCode::from(Exit::Good.code());
    }
    let args = match Args::read(std::env::args_os()) {
        Ok(args) => args,
        Err(error) if error.use_stderr() => {
            // It quotes what was typed.
            let plain = error.render().to_string();
            let harmless = disarmed(&visible(&plain));
            if !on_a_runner && plain.lines().eq(harmless.lines()) {
                let _ = error.print();
                return ExitCode::from(Exit::Usage.code());
            }
            return complain(&harmless, Exit::Usage, on_a_runner);
        }
        Err(help) => {
            let _ = help.print();
            return ExitCode::from(Exit::Good.code());
        }
    };
    let stdout = Stdout {
        is_terminal: this_machine::stdout_is_terminal(),
        columns: this_machine::stdout_columns(),
        shows_links: this_machine::stdout_shows_links(),
    };
    let answer = config::read(&args.config_choice(), &world.here, &world.host)
        .map_err(Error::from)
        .and_then(|config| Ok(Settings::new(args, &world.here.env, &config, stdout)?))
        .and_then(|settings| run(&settings, &world));
    match answer {
        Ok(Answer { text, exit }) => match stdout::write(text.as_bytes()) {
            Err(why) => {
                let error = Error::Answer(why);
                complain(&error.text(), error.exit(), on_a_runner)
            }
            Ok(()) => ExitCode::from(exit.code()),
        },
        Err(error) => complain(&error.text(), error.exit(), on_a_runner),
    }
}

/// A panic is a fault of ours, in whatever thread, and ends the process. What it leaves in scratch directories the next
/// run removes, as after a kill.
#[allow(clippy::exit, reason = "there is nobody left to return to: what is released does not unwind")]
fn end_on_panic(on_a_runner: bool) {
    std::panic::set_hook(Box::new(move |panic| {
        let text = format!(
            "error: goenv-ci itself is at fault: {panic}\n  help: report this, please, with the command and these lines\n"
        );
        let _ = complain(&text, Exit::NoReport, on_a_runner);
        std::process::exit(Exit::NoReport.code().into());
    }));
}

fn complain(text: &str, exit: Exit, on_a_runner: bool) -> ExitCode {
    tell(text);
    if on_a_runner {
        tell_runner(&annotation(Severity::Error, "goenv-ci", text));
    }
    ExitCode::from(exit.code())
}
