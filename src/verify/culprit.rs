//! Which variable stops a command, found by experiment: the probe is run again with one variable at a time taken
//! away, and the one without which the command works is it.

use crate::verify::{
    Ports,
    attempt::{Attempt, attempt},
    cause::{Asked, unset_in_step, unwrite},
    cell::ProbeRun,
    sandbox::Machine,
};
use crate::{
    goenv::{Known, WrongGoflags, explanation::Layer, goflags, settings::GoSettings},
    output::mask::shown,
    platform::Platform,
    report::verdict::Cause,
};

/// A variable without which the command works.
pub(crate) struct Culprit {
    pub variable: String,
    pub cause: Cause,
}

/// Those that stop most commands come first, and the one that costs most to take away comes last.
const USUAL: &[&str] = &[
    "GOFLAGS",
    "GOWORK",
    "GO111MODULE",
    "GOPROXY",
    "GOTOOLCHAIN",
    "GOROOT",
    "GOOS",
    "GOARCH",
    "GOTMPDIR",
    "GOEXPERIMENT",
    "GODEBUG",
    "CGO_ENABLED",
    "CC",
    "GOSUMDB",
    "GOCACHEPROG",
    "GOPATH",
    "GOBIN",
    "GOMODCACHE",
];

/// Where Go writes: taken away, each is a directory of the scratch one, so that nothing is left with the user.
const DIRECTORIES: [&str; 4] = ["GOCACHE", "GOPATH", "GOBIN", "GOMODCACHE"];

/// Where a variable is set.
#[derive(Clone, Copy, PartialEq, Eq)]
enum SetIn {
    Environment,
    File,
    Both,
}

/// What tells that the command works again without a variable.
#[derive(Clone, Copy)]
pub(crate) enum Sign {
    /// The probe holds.
    Holds,
    /// Its control fails, as it should.
    ControlFails,
}

/// Runs the probe of `cell` without each variable that is set and may be suspected, until the command works.
pub(crate) fn culprit(
    cell: &ProbeRun<'_>,
    sign: Sign,
    suspected: impl Fn(&str) -> bool,
    asked: &Asked<'_>,
    ports: &Ports<'_>,
) -> Option<Culprit> {
    let machine = asked.machine;
    let settings = GoSettings::read(asked.version, &machine.env, asked.dir, asked.host);
    names(machine.platform).into_iter().filter(|name| suspected(name)).find_map(|name| {
        let in_environment = machine.env.get_filled(name).is_some();
        let filed = settings
            .filed_winner(name)
            .is_some_and(|(file, line)| file.layer == Layer::GoenvFile && !line.value.is_empty());
        let places: &[SetIn] = match (in_environment, filed) {
            (true, true) => &[SetIn::Environment, SetIn::Both],
            (true, false) => &[SetIn::Environment],
            (false, true) => &[SetIn::File],
            (false, false) => &[],
        };
        let works = |held: &&SetIn| {
            let file = if **held == SetIn::Environment { "" } else { "-in-the-file" };
            let dir = machine.platform.join(cell.dir, &format!("without-{name}{file}"));
            let Some(without) = without(name, **held, machine, &settings, &dir, ports) else { return false };
            let run = ProbeRun { dir: &dir, ..*cell };
            match sign {
                Sign::Holds => match attempt(&run, &without, ports, false) {
                    Attempt::Held(_) => true,
                    Attempt::Differs(..) => !cell.probe.asks_whether_go_works(),
                    Attempt::Stopped(..) | Attempt::Skipped(_) | Attempt::Broken(..) => false,
                },
                Sign::ControlFails => {
                    matches!(attempt(&run, &without, ports, true), Attempt::Differs(..) | Attempt::Stopped(..))
                }
            }
        };
        let held = places.iter().find(works)?;
        Some(Culprit { variable: name.to_owned(), cause: cause(name, *held, &settings, asked) })
    })
}

/// In the order in which they are suspected: the usual ones, all others that Go knows, what is costly.
fn names(platform: Platform) -> Vec<&'static str> {
    let temp: &[&str] = if platform == Platform::Windows { &["TMP", "TEMP"] } else { &["TMPDIR"] };
    let mut names: Vec<&str> = USUAL.iter().chain(temp).copied().collect();
    let last = ["GOENV", "GOCACHE"];
    let others = Known::every_name().iter().copied().filter(|name| !last.contains(name) && !names.contains(name));
    let others: Vec<&str> = others.collect();
    names.extend(others);
    names.extend(last);
    names
}

/// The machine without a variable; nothing where that cannot be had.
fn without(
    name: &str,
    held: SetIn,
    machine: &Machine,
    settings: &GoSettings<'_>,
    dir: &str,
    ports: &Ports<'_>,
) -> Option<Machine> {
    let platform = machine.platform;
    let mut without = machine.clone();
    if DIRECTORIES.contains(&name) {
        without.env.set(name, platform.join(&machine.scratch, &format!("without/{name}")));
        return Some(without);
    }
    if held != SetIn::File {
        without.env.remove(name);
    }
    if held != SetIn::Environment {
        let file = settings.user.as_ref()?;
        let kept = file.lines.iter().filter(|line| line.name != name);
        let text: String = kept.map(|line| format!("{}={}\n", line.name, line.value)).collect();
        let copy = platform.join(dir, "env");
        ports.host.write(&copy, text.as_bytes()).ok()?;
        without.env.set("GOENV", copy);
    }
    Some(without)
}

fn cause(name: &str, held: SetIn, settings: &GoSettings<'_>, asked: &Asked<'_>) -> Cause {
    let machine = asked.machine;
    let filed = settings.filed_winner(name);
    let in_environment = machine.env.get_filled(name).map(|value| {
        let origin = machine.sources.origin(name, value, machine.platform);
        let from = origin.map_or_else(String::new, |(scope, key)| format!(" from {}, `{key}`", scope.owner()));
        (value, format!("in the environment{from}"), origin.is_none())
    });
    let (value, place, fix) = match (held, in_environment, filed) {
        (SetIn::File, _, Some((file, line))) => {
            (line.value.as_str(), format!("in `{}`, line {}", file.path, line.number), Some(unwrite(name)))
        }
        (held, Some((value, place, certain)), filed) => {
            let both = filed.filter(|_| held == SetIn::Both);
            let also =
                both.map_or_else(String::new, |(file, line)| format!(" and in `{}`, line {}", file.path, line.number));
            // Unset in one shell, what the registry holds comes back with the next.
            let fix = certain.then(|| unset_in_step(name, &machine.env));
            let both = both.map(|_| unwrite(name));
            (value, place + &also, fix.map(|fix| both.map_or(fix.clone(), |both| format!("{fix}; {both}"))))
        }
        _ => ("", "here".to_owned(), None),
    };
    let wrong =
        if name == "GOFLAGS" { goflags(value).err().map(|why| format!("; {}", of_goflags(&why))) } else { None };
    Cause {
        text: format!(
            "{name}=`{}`, {place}, stops it: without it the same command works{}",
            shown(name, value),
            wrong.unwrap_or_default()
        ),
        fix,
        stops_go: true,
    }
}

fn of_goflags(why: &WrongGoflags) -> String {
    match why {
        WrongGoflags::NotAFlag(word) => {
            format!("each word must be a flag, and `{word}` is none; a flag and its value are one word, with `=`")
        }
        WrongGoflags::Unterminated(mark) => format!("the quotation mark {mark} is not closed"),
    }
}
