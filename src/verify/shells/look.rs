//! Looking: what this process sees, and two looks through a shell.

use crate::verify::{
    Machine, Ports,
    shells::{
        Seen, Shells, Unseen, nothing,
        start::{LOOKUP, OBSERVATION, OBSERVER, Ready, SCRIPT},
    },
    step,
};
use crate::{
    goenv::variable::GoVar,
    platform::env::EnvBlock,
    ports::{Ended, Host, ReadLimit},
    report::{
        shells::{Observation, ShellKind, Sight},
        verdict::Evidence,
    },
};

/// What a process with this environment sees. `doubled`: names that it holds in more than one spelling.
#[must_use]
pub fn look(env: &EnvBlock, doubled: Vec<String>, host: &dyn Host) -> Observation {
    let go = step::resolve("go", env, host);
    Observation { sight: Sight::of(env, go), lookup: env.get(LOOKUP).map(str::to_owned), doubled }
}

/// The same look with things as they are, and with everything changed.
pub(crate) fn both(ready: &Ready, dir: &str, shells: &Shells<'_>, machine: &Machine, ports: &Ports<'_>) -> Seen {
    let platform = machine.platform;
    let mut seen = Seen { program: Some(ready.program.clone()), ..nothing(Unseen::Broken(String::new())) };
    let laid_out = match &ready.script {
        Some((file, text)) => ports.host.write(file, text.as_bytes()),
        None => ports.host.create_dir_all(dir),
    };
    if let Err(error) = laid_out {
        seen.plain = Err(Unseen::Broken(format!("its folder could not be laid out: {error}")));
        return seen;
    }
    let mut env = machine.env.clone();
    env.remove(LOOKUP);
    env.set(OBSERVER, shells.wanted.observer);
    if let Some((file, _)) = &ready.script {
        env.set(SCRIPT, file.as_str());
    }
    let through = |env: &EnvBlock, name: &str, evidence: &mut Vec<Evidence>| {
        let mut env = env.clone();
        let file = platform.join(dir, name);
        env.set(OBSERVATION, file.as_str());
        once(ready, &env, dir, &file, shells, ports, evidence)
    };
    seen.plain = through(&env, "plain.json", &mut seen.evidence);
    if seen.plain.is_ok() {
        let changed = changed(&env, dir, ports.host);
        seen.given = look(&changed, Vec::new(), ports.host);
        seen.changed = through(&changed, "changed.json", &mut Vec::new()).map_err(|why| match why {
            Unseen::Absent(reason) | Unseen::Broken(reason) => reason,
        });
    }
    seen
}

/// The control: other values, and every directory with a `go` off PATH.
fn changed(env: &EnvBlock, dir: &str, host: &dyn Host) -> EnvBlock {
    let platform = env.platform();
    let mut changed = env.clone();
    for variable in GoVar::ALL {
        changed.set(variable.name(), platform.join(dir, &format!("other/{}", variable.input())));
    }
    let without: Vec<&str> = env
        .path_entries()
        .into_iter()
        .filter(|entry| {
            let mut alone = env.clone();
            alone.set("PATH", *entry);
            step::resolve("go", &alone, host).is_none()
        })
        .collect();
    changed.set(platform.path_variable(), without.join(&platform.list_separator().to_string()));
    changed
}

fn once(
    ready: &Ready,
    env: &EnvBlock,
    dir: &str,
    file: &str,
    shells: &Shells<'_>,
    ports: &Ports<'_>,
    evidence: &mut Vec<Evidence>,
) -> Result<Observation, Unseen> {
    let broken = |why: String| Err(Unseen::Broken(why));
    if ports.executor.interrupted() {
        return broken("interrupted".to_owned());
    }
    let program = &ready.program;
    let command = ready.argv.join(" ");
    let ended = match step::run(&ready.argv, env, dir, shells.limit, ports.executor, ports.host) {
        step::StepEnd::NotFound(name) => return broken(format!("`{name}` is gone")),
        step::StepEnd::NotRun(reason) => return broken(reason),
        step::StepEnd::Ran(completed, told) => {
            evidence.push(told);
            completed.ended
        }
    };
    match ended {
        Ended::Interrupted => return broken("interrupted".to_owned()),
        Ended::TimedOut => {
            let limit = shells.limit.as_secs_f64();
            return broken(format!("`{command}` ran past its limit of {limit} s and was ended"));
        }
        Ended::Code(_) | Ended::Signal(_) => {}
    }
    // What was written counts, however the shell ended.
    if let Ok(bytes) = ports.host.read(file, ReadLimit::Definitions) {
        return serde_json::from_slice(&bytes)
            .or_else(|error| broken(format!("what was seen through `{program}` cannot be read: {error}")));
    }
    let said = evidence.last().map(|told| format!("{}\n{}", told.stderr, told.stdout)).unwrap_or_default();
    let said = said.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("nothing").to_owned();
    match ended {
        // Wine's is one; a system may have PowerShell taken out and its name left in.
        Ended::Code(0) if ready.kind == ShellKind::WindowsPowershell => {
            Err(Unseen::Absent(format!("`{program}` is a stub: it ends with exit code 0 and starts nothing")))
        }
        Ended::Code(code) => broken(format!("`{command}` exits with {code} and starts nothing; it said `{said}`")),
        Ended::Signal(signal) => broken(format!("`{command}` is ended by signal {signal} and starts nothing")),
        Ended::TimedOut | Ended::Interrupted => broken("it did not end".to_owned()),
    }
}
