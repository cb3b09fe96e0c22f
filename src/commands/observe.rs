//! `observe`: what a shell is made to start. It writes what it sees to the file
//! that a variable names, since no shell and no terminal is trusted with output.

use crate::commands::{Answer, World};
use crate::{
    cli::TerminalName,
    error::Error,
    exit::Exit,
    ports::Host,
    system::{pseudo_terminal, this_machine},
    verify::{OBSERVATION, look},
};

pub(crate) fn observe(terminal: Option<TerminalName>, world: &World) -> Result<Answer, Error> {
    let wrong = |why: String| Error::Observation(why);
    let Some(file) = world.here.env.get_filled(OBSERVATION) else {
        return Err(wrong(format!("{OBSERVATION} names no file")));
    };
    match terminal {
        None => {
            let seen = look(&world.here.env, this_machine::doubled_names(), &world.host);
            let bytes = serde_json::to_vec(&seen).map_err(|error| wrong(error.to_string()))?;
            world.host.replace(file, &bytes).map_err(|error| wrong(format!("`{file}` cannot be written: {error}")))?;
        }
        Some(name) => {
            let program = this_machine::program().map_err(|error| wrong(error.to_string()))?;
            let opened = match name {
                TerminalName::PseudoTerminal => pseudo_terminal::in_pseudo_terminal(&program, "observe"),
                TerminalName::ConsoleHost => pseudo_terminal::in_console_host(&program, "observe"),
            };
            let code = opened.map_err(|error| wrong(format!("no terminal could be opened: {error}")))?;
            if code != 0 {
                return Err(wrong(format!("in the terminal `{program} observe` exits with {code}")));
            }
        }
    }
    Ok(Answer { text: String::new(), exit: Exit::Good })
}
