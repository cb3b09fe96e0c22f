//! The likely cause of a failure, in one sentence: what shadows a live value.

use super::{sandbox::Machine, step};
use crate::{
    go_settings,
    model::probe::{Probe, ProbeKind},
    ports::Host,
};

/// For a contract probe its own hint; for a live one what the environment,
/// Go's own file and PATH tell.
pub(super) fn of(probe: &Probe, machine: &Machine, host: &dyn Host) -> Option<String> {
    if probe.kind == ProbeKind::Live {
        return live(probe, machine, host).or_else(|| probe.hint.clone());
    }
    probe.hint.clone()
}

fn live(probe: &Probe, machine: &Machine, host: &dyn Host) -> Option<String> {
    let delivery = machine.delivery.as_ref()?;
    let name = probe.variable.as_str();
    if name == "PATH" {
        return path_cause(machine, host);
    }
    let wanted = delivery.record.value(name)?;
    match machine.env.get_filled(name) {
        Some(held) if !machine.platform.same_path(held, wanted) => Some(format!(
            "another {name} is in the environment, `{held}`: the `env:` of this step, or of the `uses:` step around it, wins over GITHUB_ENV, and so does a later write to GITHUB_ENV"
        )),
        None => Some(match goenv_value(name, machine, host) {
            Some((file, value)) => format!(
                "{name} did not arrive, so a leftover `go env -w {name}={value}` in `{file}` answers; `go env -u {name}` removes it"
            ),
            None => format!(
                "{name} did not arrive: GITHUB_ENV reaches later steps only, and only when the step that wrote it ended before this one began"
            ),
        }),
        Some(_) => shadowed_effect(name, machine),
    }
}

/// The variable is right, and still the bytes go elsewhere.
fn shadowed_effect(name: &str, machine: &Machine) -> Option<String> {
    let other = match name {
        "GOPATH" => "GOMODCACHE",
        _ => {
            return Some(format!(
                "the environment holds the recorded {name}, so the `go` that answers does not follow it"
            ));
        }
    };
    let held = machine.env.get_filled(other)?;
    Some(format!("{other}=`{held}` is set too and wins over {name} for downloads"))
}

fn path_cause(machine: &Machine, host: &dyn Host) -> Option<String> {
    let delivery = machine.delivery.as_ref()?;
    let wanted = delivery.record.path.first()?;
    let at = machine.env.path_entries().iter().position(|entry| machine.platform.same_path(entry, wanted));
    match at {
        None => Some(format!(
            "`{wanted}` is not on PATH: the line in GITHUB_PATH did not arrive, or a later step replaced PATH as a whole"
        )),
        Some(at) => {
            let found = step::resolve_all("go", &machine.env, host);
            let others = if found.len() > 1 {
                format!("; `go` itself is there {} times, first `{}`", found.len(), found[0])
            } else {
                String::new()
            };
            Some(format!(
                "`{wanted}` is entry {} of PATH, and an earlier one holds a program of the same name{others}",
                at + 1
            ))
        }
    }
}

/// What `go env -w` left for a variable: the file, and the value in it.
fn goenv_value(name: &str, machine: &Machine, host: &dyn Host) -> Option<(String, String)> {
    let file = go_settings::goenv_file(&machine.env)?;
    let content = host.read(&file).ok()?;
    let value = String::from_utf8_lossy(&content)
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix('=').map(str::to_owned))?;
    Some((file, value))
}
