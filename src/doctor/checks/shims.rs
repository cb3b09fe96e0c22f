//! What stands on PATH under the name `go` and starts another program, or should.

use crate::{
    doctor::{
        Context,
        check::{Check, Hit},
    },
    goenv::locate::{NoTarget, Shim, ShimKind, gos_on_path},
    status::Severity,
};

pub(super) const CHECKS: &[Check] = &[NOWHERE, UNKNOWN];

/// The first `go` on PATH, where it is no Go itself.
pub(super) fn first(context: &Context<'_>) -> Option<Shim> {
    gos_on_path(context.subject.env, context.subject.current_dir, context.host).next()?.shim
}

/// Whether `go install` is followed by the version manager's own command, which puts what was installed on PATH.
pub(super) fn exposes_programs(context: &Context<'_>) -> bool {
    let managed = [ShimKind::Goenv, ShimKind::Asdf, ShimKind::Mise];
    first(context).is_some_and(|shim| managed.contains(&shim.kind))
}

/// The first `go` on PATH and why it leads nowhere that is known.
fn failed(context: &Context<'_>, is: impl Fn(&NoTarget) -> bool) -> Option<(Shim, NoTarget)> {
    let shim = first(context)?;
    let why = shim.leads_to.as_ref().err().filter(|why| is(why)).cloned()?;
    Some((shim, why))
}

const NOWHERE: Check = Check {
    id: "shim-without-go",
    severity: Severity::Error,
    title: "The go on PATH is a shim that starts no Go",
    why: "goenv, asdf and mise choose a version by files and variables, and stop where it is not installed. A script can also lead back to itself, and never ends. The version has to be installed, or another one named, which is for a person to decide; doctor judges the rest by the rules of the newest Go.",
    run: nowhere,
};

fn nowhere(context: &Context<'_>) -> Vec<Hit> {
    let Some((shim, why)) = failed(context, |why| !matches!(why, NoTarget::Unknown(_))) else { return Vec::new() };
    let advice = match (&why, shim.kind) {
        (NoTarget::NotInstalled { .. }, ShimKind::Goenv) => {
            ": install it with `goenv install`, or name another version"
        }
        (NoTarget::NotInstalled { .. }, ShimKind::Asdf) => ": install it with `asdf install`, or name another version",
        (NoTarget::NotInstalled { .. }, ShimKind::Mise) => ": install it with `mise install`, or name another version",
        (NoTarget::NotInstalled { .. }, ShimKind::Download) => ": its own `download` command gets it",
        (NoTarget::Loop(_), _) => ": no go command ever ends",
        _ => "",
    };
    let message = format!("the `go` on PATH is {} and starts no Go{advice}", shim.kind.name());
    vec![Hit::new(message, format!("`{}`: {why}", shim.file))]
}

const UNKNOWN: Check = Check {
    id: "wrapper-not-followed",
    severity: Severity::Note,
    title: "The go on PATH starts something that is not known",
    why: "Scripts that set variables and hand over are followed. What has conditions or commands of its own would have to be run, and nothing is run for a question: doctor and explain then answer by the rules of the newest Go, and do not know what the script sets. `go env` asks it.",
    run: unknown,
};

fn unknown(context: &Context<'_>) -> Vec<Hit> {
    let Some((shim, why)) = failed(context, |why| matches!(why, NoTarget::Unknown(_))) else { return Vec::new() };
    let message = format!("the `go` on PATH is {}: what it starts and sets is not known here", shim.kind.name());
    vec![Hit::new(message, format!("`{}`: {why}", shim.file))]
}
