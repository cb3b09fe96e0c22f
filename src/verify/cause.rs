//! The likely cause of a failure: for a live value what shadows it, and where that is certain
//! the command that removes it.

use crate::verify::{live, sandbox::Machine, step};
use crate::{
    goenv::{settings::GoSettings, version::GoVersion},
    plan::delivery::DeliverySource,
    platform::{Platform, env::EnvBlock},
    ports::Host,
    probe::{Probe, ProbeKind},
    report::verdict::Cause,
};

/// The program that `live/program-answers-by-name` makes, and has removed by now.
const LIVE_PROGRAM: &str = "goenv-ci-live-probe";

/// Where a `go` was asked that did not do as it should.
#[derive(Clone, Copy)]
pub(crate) struct Asked<'a> {
    /// Whose rules say which settings file is read.
    pub version: &'a GoVersion,
    /// The directory it ran in, absolute: a settings file can be named relative to it.
    pub dir: &'a str,
    pub machine: &'a Machine,
    pub host: &'a dyn Host,
}

/// For a contract probe its own hint; for a live one what the environment,
/// Go's own file and PATH tell.
pub(crate) fn of(probe: &Probe, asked: &Asked<'_>) -> Option<Cause> {
    let hint = || probe.hint.clone().map(Cause::from);
    match probe.kind {
        ProbeKind::Live => self::live(&probe.variable, asked).or_else(hint),
        ProbeKind::Contract => hint(),
    }
}

/// The command that takes a variable out of Go's own file.
pub(crate) fn unwrite(name: &str) -> String {
    format!("go env -u {name}")
}

/// The command that takes a variable out of the environment of a shell.
fn unset(name: &str, platform: Platform) -> String {
    match platform {
        Platform::Windows => format!("Remove-Item Env:{name}"),
        Platform::Linux | Platform::Macos => format!("unset {name}"),
    }
}

/// What takes a variable out of the environment of a step: on a runner, which gives it to every step anew, the line
/// of a workflow; elsewhere the command of a shell.
pub(crate) fn unset_in_step(name: &str, env: &EnvBlock) -> String {
    match env.get_filled("GITHUB_ACTIONS") {
        Some(_) => format!("env: {{ {name}: \"\" }}"),
        None => unset(name, env.platform()),
    }
}

/// What shadows the recorded value of a variable in the live environment.
pub(crate) fn live(name: &str, asked: &Asked<'_>) -> Option<Cause> {
    let Asked { machine, host, .. } = *asked;
    // Without a record nothing had to arrive.
    let delivery = machine.delivery.as_ref().filter(|one| one.source != DeliverySource::Environment)?;
    if name == "PATH" {
        return path_cause(machine, host).map(Cause::from);
    }
    let wanted = delivery.record.value(name);
    let leftover = goenv_value(name, asked);
    let same = |held: &str| wanted.is_some_and(|wanted| machine.platform.same_path(held, wanted));
    let text = match (machine.env.get(name), leftover) {
        (Some(held), _) if same(held) => return Some(shadowed_effect(name, asked)),
        (Some(held), _) if same(held.trim_matches([' ', '\t', '"', '\''])) => format!(
            "{name} arrived with blanks or quotes around it, `{held}`: whoever wrote it again made them part of the value"
        ),
        (Some(held), _) if !held.is_empty() => match machine.sources.origin(name, held, machine.platform) {
            Some((scope, key)) => format!(
                "another {name} is in the environment, `{held}`, and it comes from {}, `{key}`: what apply wrote did not arrive in this step",
                scope.owner()
            ),
            None => format!(
                "another {name} is in the environment, `{held}`: the `env:` of this step, or of the `uses:` step around it, wins over GITHUB_ENV, and so does a later write to GITHUB_ENV"
            ),
        },
        (_, Some((file, value))) => {
            let missing = if wanted.is_some() { "not in" } else { "left unset in" };
            let fix = unwrite(name);
            return Some(Cause {
                text: format!(
                    "{name} is {missing} the environment, so a leftover `go env -w {name}={value}` in `{file}` answers; `{fix}` removes it"
                ),
                fix: Some(fix),
                stops_go: false,
            });
        }
        (Some(_), None) => format!(
            "{name} arrived empty, which Go reads as unset: the `env:` of this step, or of the `uses:` step around it, wins over GITHUB_ENV"
        ),
        (None, None) => {
            wanted?;
            format!(
                "{name} did not arrive: GITHUB_ENV reaches later steps only, and only when the step that wrote it ended before this one began"
            )
        }
    };
    Some(text.into())
}

/// The variable is right, and still what Go writes goes elsewhere: another variable wins over it.
fn shadowed_effect(name: &str, asked: &Asked<'_>) -> Cause {
    let machine = asked.machine;
    if let Some((text, switch)) = live::set_by_shim(name, machine, asked.dir, asked.host) {
        let advice = switch.map(|switch| format!("; `{switch}` keeps it from that")).unwrap_or_default();
        return Cause::from(format!("{text}, whatever the environment says{advice}"));
    }
    // The other variable, its value, where it is set, and what unsets it there.
    let held = |other: &'static str| {
        let filed =
            || goenv_value(other, asked).map(|(file, value)| (value, format!("in `{file}`"), Some(unwrite(other))));
        let value = machine.env.get_filled(other).map(|value| {
            let (from, fix) = match machine.sources.origin(other, value, machine.platform) {
                // Unset in one shell, it comes back with the next.
                Some((scope, key)) => (format!(" (from {}, `{key}`)", scope.owner()), None),
                None => (String::new(), Some(unset(other, machine.platform))),
            };
            (value.to_owned(), format!("in the environment{from}"), fix)
        });
        value.or_else(filed).map(|(value, place, fix)| (other, value, place, fix))
    };
    let (other, effect) = match name {
        "GOPATH" => (held("GOMODCACHE"), "and wins over GOPATH for downloads"),
        "GOBIN" => {
            let foreign = |(other, value, ..): &(&str, String, String, Option<String>)| {
                value != if *other == "GOOS" { machine.platform.goos() } else { &machine.goarch }
            };
            (
                held("GOOS").filter(foreign).or_else(|| held("GOARCH").filter(foreign)),
                "and with GOBIN set Go installs no programs for another machine",
            )
        }
        _ => (None, ""),
    };
    match other {
        Some((other, value, place, fix)) => {
            Cause { text: format!("{other}=`{value}` is set too, {place}, {effect}"), fix, stops_go: false }
        }
        None => {
            format!("the environment holds the recorded {name}, so the `go` that answers does not follow it").into()
        }
    }
}

fn path_cause(machine: &Machine, host: &dyn Host) -> Option<String> {
    let delivery = machine.delivery.as_ref()?;
    let wanted = delivery.record.path.first()?;
    let at = machine.env.path_dirs().iter().position(|entry| machine.platform.same_path(entry, wanted));
    match at {
        None => Some(format!(
            "`{wanted}` is not on PATH: the line in GITHUB_PATH did not arrive, or a later step replaced PATH as a whole"
        )),
        Some(at) => {
            let before = step::resolve_all(LIVE_PROGRAM, &machine.env, host);
            Some(match before.first() {
                Some(other) => format!(
                    "`{other}` is in an earlier folder of PATH than `{wanted}`, which is entry {}, and so hides what is installed there",
                    at + 1
                ),
                None => format!("`{wanted}` is entry {} of PATH, so what lies in it does not start", at + 1),
            })
        }
    }
}

/// What `go env -w` left for a variable: the file, and the value in it.
fn goenv_value(name: &str, asked: &Asked<'_>) -> Option<(String, String)> {
    let settings = GoSettings::read(asked.version, &asked.machine.env, asked.dir, asked.host);
    let (file, line) = settings.filed_winner(name)?;
    Some((file.path.clone(), line.value.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        goenv::sources::{Source, SourceKind, Sources},
        plan::delivery::{DeliveredVariable, Delivery, DeliveryRecord},
        ports::{fake::FakeHost, registry::Scope},
    };

    #[test]
    fn a_value_that_shadows_is_traced_to_the_registry() {
        let env = EnvBlock::from_pairs(Platform::Windows, [("GOBIN", r"C:\Users\r\bin")]);
        let delivered = DeliveredVariable { name: "GOBIN".into(), value: r"D:\a\app\go\bin".into() };
        let record = DeliveryRecord { schema_version: 1, variables: vec![delivered], path: Vec::new() };
        let registry = Source {
            variable: "GOBIN".into(),
            kind: SourceKind::Registry(Scope::User),
            value: r"C:\Users\r\bin".into(),
            at: Some(Scope::User.key().into()),
        };
        let mut machine = Machine {
            platform: Platform::Windows,
            goarch: "amd64".into(),
            wine: None,
            env,
            scratch: r"D:\s".into(),
            delivery: Some(Delivery { source: DeliverySource::Runner, record }),
            sources: Sources { found: vec![registry], notes: Vec::new() },
        };
        let host = FakeHost::new(Platform::Windows);
        let version = "1.22.10".parse().unwrap();
        let cause =
            live("GOBIN", &Asked { version: &version, dir: r"D:\s\w", machine: &machine, host: &host }).unwrap().text;
        assert!(cause.contains(r"comes from the user's registry, `HKCU\Environment`"), "{cause}");
        machine.sources = Sources::default();
        let cause =
            live("GOBIN", &Asked { version: &version, dir: r"D:\s\w", machine: &machine, host: &host }).unwrap().text;
        assert!(cause.contains("the `env:` of this step"), "{cause}");
    }

    #[test]
    fn what_wins_over_a_right_value_is_named_with_the_command_that_unsets_it() {
        let variables = |more: &[(&str, &str)]| {
            let own = [("HOME", "/h"), ("GOPATH", "/w/go")];
            EnvBlock::from_pairs(Platform::Linux, own.into_iter().chain(more.iter().copied()))
        };
        let delivered = DeliveredVariable { name: "GOPATH".into(), value: "/w/go".into() };
        let record = DeliveryRecord { schema_version: 1, variables: vec![delivered], path: Vec::new() };
        let mut machine = Machine {
            platform: Platform::Linux,
            goarch: "amd64".into(),
            wine: None,
            env: variables(&[("GOMODCACHE", "/m")]),
            scratch: "/s".into(),
            delivery: Some(Delivery { source: DeliverySource::Runner, record }),
            sources: Sources::default(),
        };
        let host = FakeHost::new(Platform::Linux).file("/h/.config/go/env", "GOMODCACHE=/left\n");
        let version = "1.22.10".parse().unwrap();
        let fix = |machine: &Machine| {
            live("GOPATH", &Asked { version: &version, dir: "/w", machine, host: &host }).unwrap().fix
        };
        assert_eq!(fix(&machine).as_deref(), Some("unset GOMODCACHE"));
        machine.env = variables(&[]);
        assert_eq!(fix(&machine).as_deref(), Some("go env -u GOMODCACHE"));
    }

    #[test]
    fn of_two_lines_that_go_env_w_left_the_last_one_is_named() {
        let host = FakeHost::new(Platform::Linux).file("/h/.config/go/env", "GOBIN=/first\nGOBIN=/last\n");
        let machine = Machine {
            platform: Platform::Linux,
            goarch: "amd64".into(),
            wine: None,
            env: EnvBlock::from_pairs(Platform::Linux, [("HOME", "/h")]),
            scratch: "/s".into(),
            delivery: None,
            sources: Sources::default(),
        };
        let version = "1.22.10".parse().unwrap();
        let (file, value) =
            goenv_value("GOBIN", &Asked { version: &version, dir: "/s/w", machine: &machine, host: &host }).unwrap();
        assert_eq!((file.as_str(), value.as_str()), ("/h/.config/go/env", "/last"));
    }
}
