//! Whether a toolchain can be judged at all: it is the version that it says, it is for this machine, and what
//! probes rest on works while nothing special is set. What fails here is one `error`: no variable is to blame.

use crate::verify::{
    Ports, fixture,
    sandbox::{self, Machine},
    step::{self, StepEnd},
    trouble,
    warm::Runtimes,
};
use crate::{
    goenv::{toolchain::Toolchain, version::GoVersion},
    platform::env::EnvBlock,
    ports::{Ended, Kind},
    probe::ProbeKind,
    report::{
        ADMISSION, CellResult, TOOLCHAIN,
        verdict::{Evidence, Verdict},
    },
};
use std::{
    cell::RefCell,
    time::{Duration, Instant},
};

const GO_MOD: &str = "module probe\n";
const LIB_GO: &str = "package probe\n";
const MAIN_GO: &str = "package main\n\nfunc main() { println(\"it runs\") }\n";
const WHY: &str =
    "with nothing special set, go builds, lists, unpacks modules and installs, and is the version that it says";

/// Why a toolchain cannot be judged.
#[derive(Clone, Debug)]
pub(crate) struct Fault {
    /// Which toolchain, where, and what it does.
    pub reason: String,
    /// The commands up to the one that failed.
    pub evidence: Vec<Evidence>,
    /// Until then.
    pub duration: Duration,
}

impl Fault {
    /// Of a toolchain of which nothing was run.
    pub(crate) fn unseen(reason: &str) -> Self {
        Self { reason: reason.to_owned(), evidence: Vec::new(), duration: Duration::ZERO }
    }

    /// The one result in which it is told.
    pub(crate) fn result(self, go: &str) -> CellResult {
        CellResult {
            probe: ADMISSION.to_owned(),
            variable: TOOLCHAIN.to_owned(),
            go: go.to_owned(),
            kind: ProbeKind::Contract,
            why: WHY.to_owned(),
            verdict: Verdict::Error { reason: self.reason },
            cause: None,
            control: String::new(),
            evidence: self.evidence,
            duration: self.duration,
        }
    }
}

/// The verdict on every cell of a toolchain that cannot be judged.
pub(crate) fn without(go: &str) -> Verdict {
    Verdict::Skip { reason: format!("Go {go} cannot be judged; `{ADMISSION}` says why") }
}

/// Compares versions outside and inside a module, builds a package, lists it, and unpacks a module.
///
/// # Errors
/// Why nothing can be judged with this toolchain.
pub(crate) fn admit(toolchain: &Toolchain, machine: &Machine, ports: &Ports<'_>, limit: Duration) -> Result<(), Fault> {
    Admission::run(toolchain, machine, ports, limit, "admit", None, |check| {
        let wanted = format!("go{}", toolchain.version);
        let outside = check.go(&["version"], "home")?;
        let words: Vec<&str> = outside.split_whitespace().collect();
        if words.get(..3) != Some(&["go", "version", &wanted]) {
            return Err(format!("`go version` prints `{}`, and its VERSION file says {wanted}", first_line(&outside)));
        }
        let inside = check.go(&["env", "GOVERSION"], "work")?;
        if inside.trim() != wanted {
            return Err(format!(
                "inside a module `go env GOVERSION` prints `{}` instead of {wanted}",
                first_line(&inside)
            ));
        }
        check.write("lib/go.mod", GO_MOD)?;
        check.write("lib/lib.go", LIB_GO)?;
        check.go(&["build", "-o", "lib.a", "."], "lib")?;
        check.left("lib/lib.a", "go build -o lib.a .")?;
        let listed = check.go(&["list", "."], "lib")?;
        if listed.trim() != "probe" {
            return Err(format!("`go list .` prints `{}` in the module `probe`", first_line(&listed)));
        }
        // It lies where a download would have put it, so that no setting of proxies has a part in it.
        for (path, content) in fixture::proxy_files().map_err(|error| error.to_string())? {
            check.write_bytes(&format!("home/go/pkg/mod/cache/download/{path}"), &content)?;
        }
        check.go(&["mod", "download", "example.com/hello@v1.0.0"], "lib")?;
        check.left("home/go/pkg/mod/example.com/hello@v1.0.0/main.go", "go mod download example.com/hello@v1.0.0")
    })
}

/// Installs a program and runs it, so that the probes that link find the runtime compiled.
///
/// # Errors
/// As for [`admit`].
pub(crate) fn warm(
    toolchain: &Toolchain,
    machine: &Machine,
    ports: &Ports<'_>,
    limit: Duration,
    runtimes: &Runtimes<'_>,
) -> Result<(), Fault> {
    let install = |check: &Admission<'_>| {
        check.write("work/main.go", MAIN_GO)?;
        check.go(&["install", "-ldflags=-w", "."], "work")?;
        let program = format!("home/go/bin/probe{}", machine.platform.exe_suffix());
        check.left(&program, "go install .")?;
        let said = check.command(&[check.path(&program)], "work")?.1;
        if said.trim() != "it runs" {
            return Err(format!("a program that it installed prints `{}`", first_line(&said)));
        }
        Ok(())
    };
    let cache = sandbox::warm_cache(machine, toolchain);
    runtimes.fill(toolchain, machine, ports, || {
        Admission::run(toolchain, machine, ports, limit, "warm", Some(&cache), install)
    })
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
    let (outcome, _) = ran(step::run(&argv, env, &work, limit, ports.executor, ports.host), limit);
    let text = outcome?.0;
    let mut lines = text.lines().map(str::trim);
    let version = lines.next().unwrap_or_default().parse().map_err(|error| format!("its version is {error}"))?;
    Ok((version, lines.next().unwrap_or_default().to_owned()))
}

/// A directory and an environment in which one toolchain is tried before any probe is.
struct Admission<'a> {
    machine: &'a Machine,
    ports: &'a Ports<'a>,
    limit: Duration,
    dir: String,
    env: EnvBlock,
    evidence: RefCell<Vec<Evidence>>,
}

impl<'a> Admission<'a> {
    fn run(
        toolchain: &'a Toolchain,
        machine: &'a Machine,
        ports: &'a Ports<'a>,
        limit: Duration,
        name: &str,
        cache: Option<&str>,
        acts: impl Fn(&Self) -> Result<(), String>,
    ) -> Result<(), Fault> {
        let started = Instant::now();
        let dir = machine.platform.join(&machine.scratch, &format!("{name}/go{}", toolchain.version));
        let values = sandbox::base_values(machine, toolchain, None, &dir);
        let mut env = sandbox::base_env(machine, ProbeKind::Contract, &values);
        if let Some(cache) = cache {
            env.set("GOCACHE", cache);
        }
        let check = Self { machine, ports, limit, dir, env, evidence: RefCell::default() };
        let outcome = check.lay_out().and_then(|()| acts(&check));
        // What stays is removed, and named, with the scratch directory.
        let _ = ports.host.remove(&check.dir);
        outcome.map_err(|what| Fault {
            reason: format!(
                "Go {} at `{}` ({}) cannot be judged: {what}",
                toolchain.version,
                toolchain.goroot,
                toolchain.source.name()
            ),
            evidence: check.evidence.take(),
            duration: started.elapsed(),
        })
    }

    fn lay_out(&self) -> Result<(), String> {
        for folder in ["home", "tmp"].map(|folder| self.path(folder)) {
            self.ports.host.create_dir_all(&folder).map_err(|e| format!("`{folder}` could not be made: {e}"))?;
        }
        self.write("work/go.mod", GO_MOD)
    }

    fn path(&self, below: &str) -> String {
        self.machine.platform.join(&self.dir, below)
    }

    fn write(&self, path: &str, content: &str) -> Result<(), String> {
        self.write_bytes(path, content.as_bytes())
    }

    fn write_bytes(&self, path: &str, content: &[u8]) -> Result<(), String> {
        let path = self.path(path);
        self.ports.host.write(&path, content).map_err(|e| format!("`{path}` could not be written: {e}"))
    }

    /// A file that a command must have left.
    fn left(&self, path: &str, command: &str) -> Result<(), String> {
        match self.ports.host.kind(&self.path(path)) {
            Kind::File => Ok(()),
            _ => Err(format!("`{command}` exits with 0, and there is no `{path}` afterwards")),
        }
    }

    fn go(&self, args: &[&str], dir: &str) -> Result<String, String> {
        let argv: Vec<String> = std::iter::once("go").chain(args.iter().copied()).map(str::to_owned).collect();
        Ok(self.command(&argv, dir)?.0)
    }

    /// Both outputs.
    fn command(&self, argv: &[String], dir: &str) -> Result<(String, String), String> {
        let dir = self.path(dir);
        let (outcome, evidence) =
            ran(step::run(argv, &self.env, &dir, self.limit, self.ports.executor, self.ports.host), self.limit);
        self.evidence.borrow_mut().extend(evidence);
        outcome
    }
}

/// Both outputs of a command that exits with 0.
fn ran(outcome: StepEnd, limit: Duration) -> (Result<(String, String), String>, Option<Evidence>) {
    match outcome {
        StepEnd::NotFound(name) => (Err(format!("there is no `{name}` on PATH")), None),
        StepEnd::NotRun(reason) => (Err(reason), None),
        StepEnd::Ran(completed, evidence) => {
            let command = evidence.argv.join(" ");
            let outcome = match completed.ended {
                Ended::Code(0) => Ok((step::text(&completed.stdout), step::text(&completed.stderr))),
                Ended::Code(code) => Err(exited(&command, code, &evidence)),
                Ended::Signal(signal) => Err(format!("`{command}` is ended by signal {signal}")),
                Ended::TimedOut => {
                    Err(format!("`{command}` ran past its limit of {} s and was ended", limit.as_secs_f64()))
                }
                Ended::Interrupted => Err("interrupted".to_owned()),
            };
            (outcome, Some(evidence))
        }
    }
}

/// What a command says that does not exit with 0, or what the machine's trouble is.
fn exited(command: &str, code: i32, evidence: &Evidence) -> String {
    let words = format!("{}\n{}", evidence.stderr, evidence.stdout);
    match trouble::said(&words, &[]) {
        Some(why) => format!("`{command}` could not do its work on this machine: {why}"),
        None => format!("`{command}` exits with {code}: {}", first_line(&words)),
    }
}

fn first_line(text: &str) -> String {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("(nothing)");
    line.chars().take(200).collect()
}
