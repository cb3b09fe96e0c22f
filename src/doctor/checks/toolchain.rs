//! Which toolchain answers, and which workspace a command is in.

use crate::{
    doctor::{
        Context,
        check::{Check, Hit},
    },
    goenv::{Reach, explanation::Chosen, version::GoVersion},
    platform::Platform,
    ports::{Kind, ReadLimit},
    status::Severity,
};

pub(super) const CHECKS: &[Check] =
    &[NOT_HERE, MODULE_WANTS_NEWER, HANDED_OVER, REFUSED, STOPS, WORKSPACE_MISSING, WORKSPACE_ABOVE];

const NOT_HERE: Check = Check {
    id: "toolchain-not-here",
    severity: Severity::Warning,
    title: "A wanted toolchain is not installed",
    why: "A go.mod that asks for a newer Go makes the next command download it, or stop where GOPROXY=off or GOTOOLCHAIN=local forbids it.",
    run: not_here,
};

fn not_here(context: &Context<'_>) -> Vec<Hit> {
    let Chosen::Other { name, goroot: None, because } = &context.look.chosen else { return Vec::new() };
    let message = format!(
        "{because} wants {name}, which is not here: the next go command downloads it, or stops where it may not"
    );
    let evidence = format!(
        "Go {} is here; {}; {}",
        context.subject.version,
        context.shown("GOTOOLCHAIN"),
        context.shown("GOPROXY")
    );
    let evidence = crate::output::mask::masked(&evidence).into_owned();
    vec![Hit::new(message, evidence).fix(fetch(context, name))]
}

/// Go downloads a toolchain when GOTOOLCHAIN names it.
fn fetch(context: &Context<'_>, name: &str) -> String {
    match context.platform() {
        Platform::Windows => format!("$env:GOTOOLCHAIN = '{name}'; go version; Remove-Item Env:GOTOOLCHAIN"),
        _ => format!("GOTOOLCHAIN={name} go version"),
    }
}

const MODULE_WANTS_NEWER: Check = Check {
    id: "module-wants-newer-go",
    severity: Severity::Error,
    title: "The module wants a newer Go than may run",
    why: "setup-go sets GOTOOLCHAIN=local from its version 6 on, so that a newer `go` line in go.mod becomes an error.",
    run: module_wants_newer,
};

/// With GOTOOLCHAIN=local no other toolchain may run, and the module asks for a newer one.
fn module_wants_newer(context: &Context<'_>) -> Vec<Hit> {
    let file = context.value("GOMOD");
    let local = context.value("GOTOOLCHAIN") == "local" && context.look.chosen == Chosen::This;
    let Some(content) = context.host.read(file, ReadLimit::Module).ok().filter(|_| local) else { return Vec::new() };
    let text = String::from_utf8_lossy(&content).into_owned();
    let line = |(at, line): (usize, &str)| {
        let written = line.trim().strip_prefix("go ")?.split("//").next()?.trim().to_owned();
        Some((at + 1, written.parse::<GoVersion>().ok()?, written))
    };
    let Some((number, wanted, written)) = text.lines().enumerate().find_map(line) else { return Vec::new() };
    if wanted <= *context.subject.version {
        return Vec::new();
    }
    let message = format!(
        "the module wants Go {written}, {} is here, and GOTOOLCHAIN=local lets no other answer: nothing is built",
        context.subject.version
    );
    let evidence = format!("`{file}` says `go {written}`; {}", context.shown("GOTOOLCHAIN"));
    vec![Hit::new(message, evidence).fix(context.assign("GOTOOLCHAIN", "auto")).at(file, Some(number))]
}

const HANDED_OVER: Check = Check {
    id: "toolchain-handed-over",
    severity: Severity::Note,
    title: "Another toolchain runs",
    why: "`go version` shows the other one, `which go` does not.",
    run: handed_over,
};

fn handed_over(context: &Context<'_>) -> Vec<Hit> {
    let Chosen::Other { name, goroot: Some(goroot), because } = &context.look.chosen else { return Vec::new() };
    let message =
        format!("the `go` on PATH is {}, and {because} makes it hand over to {name}", context.subject.version);
    vec![Hit::new(message, format!("{name} lies in `{goroot}`")).fix(context.assign("GOTOOLCHAIN", "local"))]
}

const REFUSED: Check = Check {
    id: "toolchain-refused",
    severity: Severity::Error,
    title: "No toolchain may run",
    why: "GOTOOLCHAIN is invalid, or names one that is not on PATH.",
    run: refused,
};

fn refused(context: &Context<'_>) -> Vec<Hit> {
    let Chosen::Refused(why) = &context.look.chosen else { return Vec::new() };
    let message = format!("no toolchain may answer, so every go command stops: {why}");
    vec![Hit::new(message, context.shown("GOTOOLCHAIN")).fix(context.unset("GOTOOLCHAIN"))]
}

const STOPS: Check = Check {
    id: "go-stops",
    severity: Severity::Error,
    title: "Go stops for another reason",
    why: "Whatever `goenv-ci explain` finds beyond the checks of this page.",
    run: stops,
};

/// What stops Go and is reported by no other check.
fn stops(context: &Context<'_>) -> Vec<Hit> {
    let own = ["GOROOT", "GOPATH", "build cache", "which is not here", "GOWORK", "go.mod exists", "creating work dir"];
    let refused = matches!(context.look.chosen, Chosen::Refused(_));
    let left = context.look.stops.iter().filter(|stop| !own.iter().any(|word| stop.message.contains(word)));
    left.filter(|stop| !(refused && stop.reach == Reach::Every))
        .map(|stop| {
            Hit::new(stop.subject(), crate::output::mask::masked(&stop.message).into_owned()).fix("goenv-ci explain")
        })
        .collect()
}

fn workspace<'a>(context: &'a Context<'_>) -> Option<&'a str> {
    Some(context.value("GOWORK")).filter(|file| !file.is_empty() && *file != "off")
}

const WORKSPACE_MISSING: Check = Check {
    id: "workspace-missing",
    severity: Severity::Error,
    title: "GOWORK is not a file",
    why: "GOWORK is the file itself, not its directory, and `go env GOWORK` prints any value without complaint.",
    run: workspace_missing,
};

fn workspace_missing(context: &Context<'_>) -> Vec<Hit> {
    let (Some(file), Some(_)) = (workspace(context), context.set("GOWORK")) else { return Vec::new() };
    let why = match context.host.kind(file) {
        Kind::File => return Vec::new(),
        Kind::Dir => "is a folder, and it must be the file go.work itself",
        Kind::Absent => "names no file",
    };
    let message = format!("GOWORK {why}: every command that looks at modules stops");
    vec![Hit::new(message, context.shown("GOWORK")).fix(context.unset("GOWORK"))]
}

const WORKSPACE_ABOVE: Check = Check {
    id: "workspace-above",
    severity: Severity::Warning,
    title: "A go.work above the module is in force",
    why: "Go looks for it in every directory above; a stray one changes what is built.",
    run: workspace_above,
};

fn workspace_above(context: &Context<'_>) -> Vec<Hit> {
    let (Some(file), None) = (workspace(context), context.set("GOWORK")) else { return Vec::new() };
    let platform = context.platform();
    let module = platform.parent(context.value("GOMOD")).unwrap_or_else(|| context.subject.current_dir.to_owned());
    let Some(dir) = platform.parent(file).filter(|dir| !platform.same_path(dir, &module)) else { return Vec::new() };
    let message = "a go.work above this module is in force: other modules are built with it, and `-mod=mod` is refused";
    let command = if platform == Platform::Windows { "$env:GOWORK = 'off'" } else { "export GOWORK=off" };
    vec![Hit::new(message, format!("`{file}` lies in `{dir}`, the module in `{module}`")).fix(command).at(file, None)]
}
