//! Values that Go refuses, or reads otherwise than they are meant, by the table of every variable.

use crate::{
    doctor::{
        Context,
        check::{Check, Hit, told},
    },
    goenv::{WrongValue, user_dirs::home},
    output::sanitize::clip,
    platform::Platform,
    ports::Kind,
    status::Severity,
};

pub(super) const CHECKS: &[Check] = &[REFUSED, MISREAD];

const REFUSED: Check = Check {
    id: "value-refused",
    severity: Severity::Error,
    title: "Go refuses the value of a variable",
    why: "[docs/values.md](values.md) has what each variable may hold, what Go says of anything else, and which commands then stop.",
    run: refused,
};

fn refused(context: &Context<'_>) -> Vec<Hit> {
    let wrong = left(context).filter_map(|wrong| Some((wrong, wrong.fault.stops?)));
    told(wrong, |(wrong, reach)| {
        let message = format!("{} has a value that Go refuses: {} stops", wrong.name, reach.name());
        let hit = Hit::new(message, format!("{}; Go says `{}`", seen(context, wrong), wrong.fault.says));
        fixed(context, wrong, hit)
    })
}

const MISREAD: Check = Check {
    id: "value-misread",
    severity: Severity::Warning,
    title: "Go reads a value otherwise than it is meant",
    why: "Go says nothing: it passes over what it does not understand, and goes on. A GOPRIVATE with a scheme, blanks or quotation marks matches no module, and the private names go to the public proxy. See [docs/values.md](values.md).",
    run: misread,
};

fn misread(context: &Context<'_>) -> Vec<Hit> {
    let wrong = left(context).filter(|wrong| wrong.fault.stops.is_none());
    told(wrong, |wrong| fixed(context, wrong, Hit::new(&*wrong.fault.says, seen(context, wrong))))
}

/// Where the value stands; what Go never reads is no value of the variable for it.
fn seen(context: &Context<'_>, wrong: &WrongValue) -> String {
    match context.set(wrong.name) {
        None if context.subject.env.get_filled(wrong.name) == Some(wrong.value.as_str()) => {
            format!("{}={} (environment)", wrong.name, clip(&wrong.value, 300))
        }
        _ => context.shown(wrong.name),
    }
}

/// What no other check tells.
fn left<'a>(context: &'a Context<'_>) -> impl Iterator<Item = &'a WrongValue> {
    context.look.wrong_values.iter().filter(|wrong| !is_told(context, wrong))
}

fn is_told(context: &Context<'_>, wrong: &WrongValue) -> bool {
    let value = &wrong.value;
    match wrong.name {
        // gopath-invalid, gobin-relative, gocache-off, workspace-missing.
        "GOPATH" | "GOBIN" | "GOCACHE" | "GOWORK" => true,
        // goflags-invalid tells what stops.
        "GOFLAGS" => wrong.fault.stops.is_some(),
        // gotmpdir-missing.
        "GOTMPDIR" if context.host.kind(value) != Kind::Dir => true,
        // value-with-blanks, path-of-another-world.
        "GOENV" | "GOMODCACHE" | "GOTMPDIR" => {
            let mark = ['"', '\''];
            let is_drive = context.platform() != Platform::Windows && value.get(1..2) == Some(":");
            value.trim() != value || value.starts_with(mark) || value.ends_with(mark) || is_drive
        }
        _ => false,
    }
}

/// With the value that was meant, where that is certain; taken away, where it does nothing else.
fn fixed(context: &Context<'_>, wrong: &WrongValue, hit: Hit) -> Hit {
    if let Some(meant) = meant(context, wrong) {
        return context.with(wrong.name, &meant, hit);
    }
    // Without it the private names go to the proxy all the same, and an order of proxies is somebody's wish.
    let is_wish = matches!(wrong.name, "GOPRIVATE" | "GONOPROXY" | "GONOSUMDB" | "GOINSECURE" | "GOVCS" | "GOPROXY");
    if is_wish && wrong.fault.stops.is_none() {
        return hit.also("; no fix is proposed: what was meant is not certain");
    }
    context.without_any(wrong.name, &|value| context.refuses(wrong.name, value), hit)
}

fn meant(context: &Context<'_>, wrong: &WrongValue) -> Option<String> {
    let certain = wrong.fault.corrected.clone();
    certain.or_else(|| {
        let below = wrong.value.strip_prefix("~/")?;
        let home = home(context.subject.env).filter(|home| context.is_absolute(home))?;
        let path = context.platform().join(home, below);
        (!context.refuses(wrong.name, &path)).then_some(path)
    })
}
