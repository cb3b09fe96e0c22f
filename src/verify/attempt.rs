//! One run of a probe, or of its control: directories, environment, steps, and
//! what was seen. The caller decides what it means.

use crate::verify::{
    Ports,
    cell::ProbeRun,
    expect::{self, LastStep, Mismatch},
    live,
    place::ProbePlaces,
    sandbox::{self, Machine},
    step::{self, StepEnd},
    trouble::{self, Watch},
};
use crate::{
    platform::{Platform, env::EnvBlock},
    ports::Ended,
    probe::{Condition, Control, Expectation, Probe, ProbeKind},
    report::verdict::Evidence,
};

/// How one run of a probe, or of its control, ended.
pub(crate) enum Attempt {
    /// All that was expected was seen.
    Held(Vec<Evidence>),
    /// Something else was.
    Differs(Mismatch, Vec<Evidence>),
    /// A step did not exit as it must.
    Stopped(Mismatch, Vec<Evidence>),
    /// Not run, and why.
    Skipped(String),
    /// It could not be run to its end, and why.
    Broken(String, Vec<Evidence>),
}

impl Attempt {
    /// What did not hold could not hold where the machine has a fault, which is asked only then.
    fn unless(self, trouble: impl FnOnce(&[Evidence]) -> Option<String>) -> Self {
        let (Self::Differs(_, ran) | Self::Stopped(_, ran)) = &self else { return self };
        match trouble(ran) {
            Some(why) => {
                let command = ran.last().map_or_else(|| "go".to_owned(), |ran| ran.argv.join(" "));
                Self::Broken(blameless(&command, &why), ran.clone())
            }
            None => self,
        }
    }

    /// With placeholders instead of the directories of this run, so that the same mismatch reads the same on two
    /// versions.
    fn named(self, scratch: &str, goroot: &str) -> Self {
        let text = |text: String| text.replace(scratch, "${SCRATCH}").replace(goroot, "${GOROOT}");
        let named = |Mismatch { expected, observed }| Mismatch::new(text(expected), text(observed));
        match self {
            Self::Differs(mismatch, evidence) => Self::Differs(named(mismatch), evidence),
            Self::Stopped(mismatch, evidence) => Self::Stopped(named(mismatch), evidence),
            other => other,
        }
    }
}

/// The directory that the steps of one attempt run in.
pub(crate) fn work_dir(attempt_dir: &str, platform: Platform) -> String {
    platform.join(attempt_dir, "work")
}

/// The directory of the probe itself, or that of its control.
pub(crate) fn attempt_dir(cell: &ProbeRun<'_>, platform: Platform, control: bool) -> String {
    platform.join(cell.dir, if control { "control" } else { "probe" })
}

/// Runs the probe; with `control` its control, which is the same with one change.
pub(crate) fn attempt(cell: &ProbeRun<'_>, machine: &Machine, ports: &Ports<'_>, control: bool) -> Attempt {
    let dir = attempt_dir(cell, machine.platform, control);
    let work = work_dir(&dir, machine.platform);
    let mut values = sandbox::base_values(machine, cell.toolchain, cell.other, &dir);
    if cell.probe.shares_runtime() {
        values.insert("CACHE".to_owned(), sandbox::warm_cache(machine, cell.toolchain));
    }
    if let Some(delivery) = machine.delivery.as_ref().filter(|_| cell.probe.kind == ProbeKind::Live) {
        sandbox::add_recorded(&mut values, delivery, machine.platform);
        live::add_step(&mut values, machine, cell.toolchain, &work, ports.host);
    }
    let asked = || live::decided_by_shim(cell.probe, machine, &work, ports.host);
    if let Some(why) = live::not_asked(cell.probe, machine).or_else(asked) {
        return Attempt::Skipped(why);
    }
    let mut env = sandbox::base_env(machine, cell.probe.kind, &values);
    let places = ProbePlaces::new(machine, ports.host, &dir, &work, &values);
    let probe = match sandbox::filled(cell.probe, &mut values) {
        Ok(probe) => probe,
        Err(name) if cell.probe.kind == ProbeKind::Live && name == "GOPATH" => {
            return Attempt::Skipped("GOMODCACHE is set, and decides alone where modules are kept".to_owned());
        }
        Err(name) => {
            return Attempt::Skipped(format!(
                "it needs `{name}`, which there is none of here{}",
                if name.starts_with("OTHER_GO") { ": ask for two Go versions that work" } else { "" }
            ));
        }
    };
    let change = control.then_some(&probe.control);
    sandbox::change_env(&mut env, &probe.env, change);
    if let Err(why) = places.check(&probe, change) {
        return Attempt::Broken(why, Vec::new());
    }
    if let Err(error) = lay_out(&probe, change, &places) {
        return Attempt::Broken(format!("its folder could not be laid out: {error}"), Vec::new());
    }
    let mut watch = Watch::default();
    let attempt = run_steps(cell, &probe, change, &env, &places, &mut watch, ports);
    let attempt = attempt.unless(|ran| {
        trouble::found(cell, &probe, &places, &watch, machine).or_else(|| trouble::overlooked(ran, ports.host))
    });
    let attempt = restored(attempt, &probe, &env, &dir, cell.limit, ports);
    let attempt = attempt.named(&dir, &cell.toolchain.goroot);
    // Its own directory goes with the whole scratch directory: a file system that has just removed much is slow to make
    // anything new.
    for path in &probe.remove {
        // Asked again: a command may have made a link meanwhile.
        let removed = places.removed(path).and_then(|path| {
            ports.host.remove(&path).map_err(|error| format!("`{path}` could not be removed afterwards: {error}"))
        });
        if let Err(why) = removed {
            return Attempt::Broken(why, Vec::new());
        }
    }
    attempt
}

/// Undoes what the probe changed on the machine. If its first step found the place occupied, nothing
/// was changed.
fn restored(
    attempt: Attempt,
    probe: &Probe,
    env: &EnvBlock,
    dir: &str,
    limit: std::time::Duration,
    ports: &Ports<'_>,
) -> Attempt {
    if matches!(&attempt, Attempt::Skipped(_)) || matches!(&attempt, Attempt::Broken(_, ran) if ran.is_empty()) {
        return attempt;
    }
    for argv in &probe.restore {
        let why = match step::run(argv, env, dir, limit, ports.executor, ports.host) {
            StepEnd::Ran(completed, _) if completed.ended == Ended::Code(0) => continue,
            StepEnd::Ran(_, evidence) => format!("{:?}, {}", evidence.ended, evidence.stderr),
            StepEnd::NotFound(name) => format!("no `{name}` on PATH"),
            StepEnd::NotRun(reason) => reason,
        };
        return Attempt::Broken(format!("`{}` did not undo what it changed: {why}", argv.join(" ")), Vec::new());
    }
    attempt
}

fn lay_out(probe: &Probe, change: Option<&Control>, places: &ProbePlaces<'_>) -> Result<(), String> {
    for folder in ["work", "home", "tmp"] {
        let dir = places.platform.join(places.own, folder);
        places.host.create_dir_all(&dir).map_err(|error| error.to_string())?;
    }
    let changed = match change {
        Some(Control::File(path, content)) => Some((path, content)),
        _ => None,
    };
    for (path, content) in probe.files.iter().map(|(path, content)| (path, content)).chain(changed) {
        let path = places.written(path)?;
        places.host.write(&path, content.as_bytes()).map_err(|error| format!("`{path}`: {error}"))?;
    }
    Ok(())
}

fn run_steps(
    cell: &ProbeRun<'_>,
    probe: &Probe,
    change: Option<&Control>,
    env: &EnvBlock,
    places: &ProbePlaces<'_>,
    watch: &mut Watch,
    ports: &Ports<'_>,
) -> Attempt {
    let mut all = Vec::new();
    let mut seen = LastStep {
        exit: 0,
        stdout: String::new(),
        stderr: String::new(),
        earlier: vec![String::new(); probe.steps.len()],
        scratch: places.own.to_owned(),
        work: places.work.to_owned(),
        env,
        host: ports.host,
    };
    let limit = probe.limit.unwrap_or(cell.limit);
    let last = probe.steps.len();
    let holds = |when: &Condition| when.holds(&cell.toolchain.version, env.platform());
    let wanted: Vec<&Expectation> = probe.expect.iter().filter(|e| holds(&e.when)).map(|e| &e.what).collect();
    for (number, step) in probe.steps.iter().enumerate().map(|(at, step)| (at + 1, step)) {
        if change == Some(&Control::Drop(number)) {
            continue;
        }
        let argv = match change {
            Some(Control::Run(argv)) if number == last => argv,
            _ => &step.run,
        };
        let mut step_env = env.clone();
        sandbox::change_env(&mut step_env, &step.env, change);
        if ports.executor.interrupted() {
            return Attempt::Broken("interrupted".to_owned(), all);
        }
        let dir = match step.dir.as_ref().map_or_else(|| Ok(places.work.to_owned()), |dir| places.run_in(dir)) {
            Ok(dir) => dir,
            Err(why) => return Attempt::Broken(why, all),
        };
        match step::run(argv, &step_env, &dir, limit, ports.executor, ports.host) {
            StepEnd::NotFound(name) => {
                return Attempt::Differs(
                    Mismatch::new(format!("`{name}` to be found on PATH"), "no such program on PATH"),
                    all,
                );
            }
            StepEnd::NotRun(reason) => return Attempt::Broken(reason, all),
            StepEnd::Ran(completed, evidence) => {
                let command = evidence.argv.join(" ");
                watch.look(argv, |name| step_env.get_filled(name).map(str::to_owned), places);
                all.push(evidence);
                seen.exit = match completed.ended {
                    Ended::Code(code) => code,
                    // No variable does that: the `go` crashed, or the machine ended it.
                    Ended::Signal(signal) => {
                        return Attempt::Broken(format!("`{command}` was ended by signal {signal}"), all);
                    }
                    Ended::TimedOut => {
                        return Attempt::Broken(
                            format!("`{command}` ran past its limit of {} s and was ended", limit.as_secs_f64()),
                            all,
                        );
                    }
                    Ended::Interrupted => return Attempt::Broken("interrupted".to_owned(), all),
                };
                seen.stdout = step::text(&completed.stdout);
                seen.earlier[number - 1].clone_from(&seen.stdout);
                seen.stderr = step::text(&completed.stderr);
                let words = format!("{}\n{}", seen.stderr, seen.stdout);
                if seen.exit != 0
                    && let Some(why) = trouble::coded(seen.exit, env.platform())
                        .or_else(|| trouble::said(&words, &[places.scratch, &cell.toolchain.goroot]))
                {
                    return Attempt::Broken(blameless(&command, &why), all);
                }
                let stated = number == last && wanted.iter().any(|e| matches!(e, Expectation::Exit(_)));
                if !stated && seen.exit != step.exit && number == 1 && probe.changes.is_some() {
                    return Attempt::Broken(
                        format!("what it would change is there already: `{command}`, {}", expect::said(&seen)),
                        Vec::new(),
                    );
                }
                if !stated && seen.exit != step.exit {
                    return Attempt::Stopped(
                        Mismatch::new(format!("`{command}` to exit with {}", step.exit), expect::said(&seen)),
                        all,
                    );
                }
            }
        }
    }
    match wanted.into_iter().find_map(|expectation| expect::mismatch(expectation, &seen)) {
        Some(mismatch) => Attempt::Differs(mismatch, all),
        None => Attempt::Held(all),
    }
}

/// What did not work because of the machine, in words.
fn blameless(command: &str, why: &str) -> String {
    format!("`{command}` could not do its work on this machine, and no variable is to blame: {why}")
}

/// What a control changes, in words: `GOBIN unset`.
pub(crate) fn change_text(control: &Control) -> String {
    match control {
        Control::Unset(name) => format!("{name} unset"),
        Control::Set(name, value) => format!("{name}=`{value}`"),
        Control::File(path, _) => format!("another `{path}`"),
        Control::Drop(number) => format!("step {number} left out"),
        Control::Run(argv) => format!("`{}` instead", argv.join(" ")),
        Control::OffPath(dir) => format!("`{dir}` off PATH"),
    }
}
