//! Whether a toolchain can be judged at all: it is the version that it says, it
//! is for this machine, and it compiles. What fails here is an `error`, because
//! no variable is to blame.

use crate::verify::{
    Ports,
    sandbox::{self, Machine},
    step::{self, StepEnd},
};
use crate::{
    goenv::{toolchain::Toolchain, version::GoVersion},
    platform::env::EnvBlock,
    ports::Ended,
    probe::ProbeKind,
};
use std::time::Duration;

const GO_MOD: &str = "module probe\n";
const LIB_GO: &str = "package probe\n";
const MAIN_GO: &str = "package main\n\nfunc main() {}\n";

/// Compares versions outside and inside a module, and compiles a package.
///
/// # Errors
/// Why nothing can be judged with this toolchain; says which and where.
pub(crate) fn admit(
    toolchain: &Toolchain,
    machine: &Machine,
    ports: &Ports<'_>,
    limit: Duration,
) -> Result<(), String> {
    let check = Admission::new(toolchain, machine, ports, limit, "admit")?;
    let wanted = format!("go{}", toolchain.version);
    let outside = check.go(&["version"], "home")?;
    let words: Vec<&str> = outside.split_whitespace().collect();
    if words.get(..3) != Some(&["go", "version", &wanted]) {
        return Err(check
            .complain(&format!("`go version` prints `{}`, and its VERSION file says {wanted}", first_line(&outside))));
    }
    let inside = check.go(&["env", "GOVERSION"], "work")?;
    if inside.trim() != wanted {
        return Err(check.complain(&format!(
            "inside a module `go env GOVERSION` prints `{}` instead of {wanted}",
            first_line(&inside)
        )));
    }
    check.write("lib/go.mod", GO_MOD)?;
    check.write("lib/lib.go", LIB_GO)?;
    check.go(&["build", "."], "lib").map(drop)
}

/// Links a program once, so that the probes that link find the runtime compiled.
///
/// # Errors
/// As for [`admit`].
pub(crate) fn warm(toolchain: &Toolchain, machine: &Machine, ports: &Ports<'_>, limit: Duration) -> Result<(), String> {
    let check = Admission::new(toolchain, machine, ports, limit, "warm")?;
    check.write("work/main.go", MAIN_GO)?;
    check.go(&["build", "-o", &format!("warm{}", machine.platform.exe_suffix()), "."], "work").map(drop)
}

/// Version and GOROOT of the `go` that the live environment gives, inside a module.
///
/// # Errors
/// What `go` said instead.
pub(crate) fn live_go(
    env: &EnvBlock,
    machine: &Machine,
    ports: &Ports<'_>,
    limit: Duration,
) -> Result<(GoVersion, String), String> {
    let work = machine.platform.join(&machine.scratch, "live");
    let go_mod = machine.platform.join(&work, "go.mod");
    ports.host.write(&go_mod, GO_MOD.as_bytes()).map_err(|e| format!("`{go_mod}` could not be written: {e}"))?;
    let argv = ["go", "env", "GOVERSION", "GOROOT"].map(str::to_owned);
    let text = ran(step::run(&argv, env, &work, limit, ports.executor, ports.host), limit)?;
    let mut lines = text.lines().map(str::trim);
    let version = lines.next().unwrap_or_default().parse().map_err(|error| format!("its version is {error}"))?;
    Ok((version, lines.next().unwrap_or_default().to_owned()))
}

/// A directory and an environment in which one toolchain is tried before any probe is.
struct Admission<'a> {
    toolchain: &'a Toolchain,
    machine: &'a Machine,
    ports: &'a Ports<'a>,
    limit: Duration,
    dir: String,
    env: EnvBlock,
}

impl<'a> Admission<'a> {
    fn new(
        toolchain: &'a Toolchain,
        machine: &'a Machine,
        ports: &'a Ports<'a>,
        limit: Duration,
        name: &str,
    ) -> Result<Self, String> {
        let dir = machine.platform.join(&machine.scratch, &format!("{name}/go{}", toolchain.version));
        let values = sandbox::base_values(machine, toolchain, None, &dir);
        let env = sandbox::base_env(machine, ProbeKind::Contract, &values);
        let check = Self { toolchain, machine, ports, limit, dir, env };
        for folder in ["home", "tmp"] {
            let folder = machine.platform.join(&check.dir, folder);
            ports.host.create_dir_all(&folder).map_err(|e| format!("`{folder}` could not be made: {e}"))?;
        }
        check.write("work/go.mod", GO_MOD)?;
        Ok(check)
    }

    fn write(&self, path: &str, content: &str) -> Result<(), String> {
        let path = self.machine.platform.join(&self.dir, path);
        self.ports.host.write(&path, content.as_bytes()).map_err(|e| format!("`{path}` could not be written: {e}"))
    }

    fn go(&self, args: &[&str], dir: &str) -> Result<String, String> {
        let argv: Vec<String> = std::iter::once("go").chain(args.iter().copied()).map(str::to_owned).collect();
        let dir = self.machine.platform.join(&self.dir, dir);
        ran(step::run(&argv, &self.env, &dir, self.limit, self.ports.executor, self.ports.host), self.limit)
            .map_err(|why| self.complain(&why))
    }

    fn complain(&self, what: &str) -> String {
        format!(
            "Go {} at `{}` ({}) cannot be judged: {what}",
            self.toolchain.version,
            self.toolchain.goroot,
            self.toolchain.source.name()
        )
    }
}

fn ran(outcome: StepEnd, limit: Duration) -> Result<String, String> {
    match outcome {
        StepEnd::NotFound(name) => Err(format!("there is no `{name}` on PATH")),
        StepEnd::NotStarted(reason) => Err(reason),
        StepEnd::Ran(completed, evidence) => {
            let command = evidence.argv.join(" ");
            match completed.ended {
                Ended::Code(0) => Ok(step::text(&completed.stdout)),
                Ended::Code(code) => Err(format!(
                    "`{command}` exits with {code}: {}",
                    first_line(&format!("{}\n{}", evidence.stderr, evidence.stdout))
                )),
                Ended::Signal(signal) => Err(format!("`{command}` is ended by signal {signal}")),
                Ended::TimedOut => {
                    Err(format!("`{command}` ran past its limit of {} s and was ended", limit.as_secs_f64()))
                }
                Ended::Interrupted => Err("interrupted".to_owned()),
            }
        }
    }
}

fn first_line(text: &str) -> String {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("(nothing)");
    line.chars().take(200).collect()
}
