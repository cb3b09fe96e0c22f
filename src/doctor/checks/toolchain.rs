//! Which toolchain answers, and which workspace a command is in.

use crate::{
    doctor::{
        Context,
        check::{Check, Hit},
        checks::workspace::lines_of,
    },
    goenv::{Known, Reach, Stop, Subject, directives::Directive, explanation::Chosen, look, version::GoVersion},
    ports::Kind,
    status::Severity,
};

pub(super) const CHECKS: &[Check] = &[NOT_HERE, MODULE_WANTS_NEWER, HANDED_OVER, REFUSED, STOPS, WORKSPACE_MISSING];

const NOT_HERE: Check = Check {
    id: "toolchain-not-here",
    severity: Severity::Warning,
    title: "A wanted toolchain is not installed",
    why: "A go.mod that asks for a newer Go makes the next command download it, or stop where GOPROXY=off or GOTOOLCHAIN=local forbids it.",
    run: not_here,
};

fn not_here(context: &Context<'_>) -> Vec<Hit> {
    let Chosen::Other { name, goroot: None, because } = &context.look.chosen else { return Vec::new() };
    let evidence = format!(
        "Go {} is here; {}; {}",
        context.subject.version,
        context.shown("GOTOOLCHAIN"),
        context.shown("GOPROXY")
    );
    let evidence = crate::output::mask::masked(&evidence).into_owned();
    let first_proxy = context.value("GOPROXY").split([',', '|']).map(str::trim).find(|proxy| !proxy.is_empty());
    let only_on_path = context.value("GOTOOLCHAIN").ends_with("path");
    // Where nothing is fetched it does not wait for the next command that needs more.
    let (then, severity) = match first_proxy {
        _ if only_on_path => ("every go command stops, since only PATH is looked at", Severity::Error),
        Some("off") => ("every go command stops, since nothing may be downloaded", Severity::Error),
        _ => ("the next go command downloads it, or stops where it may not", NOT_HERE.severity),
    };
    let hit = Hit::new(format!("{because} wants {name}, which is not here: {then}"), evidence).severity(severity);
    let wanted = name.strip_prefix("go").and_then(|version| version.parse::<GoVersion>().ok());
    let installed = wanted.as_ref().and_then(|wanted| context.installed(Some(wanted)));
    // Whoever named a version that is not here may do without it; a module may not.
    let is_named = because.starts_with("GOTOOLCHAIN=");
    let without = |hit| context.without_any("GOTOOLCHAIN", &|held| held.contains(name.as_str()), hit);
    let answers = |root: Option<&(GoVersion, String)>, setting: Setting| {
        let other = if setting == Setting::Gone { None } else { context.subject.env.get("GOTOOLCHAIN") };
        would_choose(context, root, other) != WouldAnswer::Nobody
    };
    vec![match installed {
        Some(go) if answers(Some(&go), Setting::Kept) => hit.on_path(context.go_first_on_path(&go.1)),
        _ if is_named && answers(None, Setting::Gone) => without(hit),
        Some(go) if context.set("GOTOOLCHAIN").is_some() && answers(Some(&go), Setting::Gone) => {
            context.without("GOTOOLCHAIN", hit).on_path(context.go_first_on_path(&go.1))
        }
        _ if is_named => without(hit),
        _ => hit,
    }]
}

/// What becomes of GOTOOLCHAIN.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Setting {
    Kept,
    Gone,
}

/// Who would answer.
#[derive(Clone, Copy, PartialEq, Eq)]
enum WouldAnswer {
    /// The `go` that is called.
    Itself,
    /// Another one that is here.
    Another,
    Nobody,
}

/// Which toolchain would answer if another `go` came first on PATH, or with another GOTOOLCHAIN.
fn would_choose(context: &Context<'_>, root: Option<&(GoVersion, String)>, setting: Option<&str>) -> WouldAnswer {
    let mut env = context.subject.env.clone();
    match setting {
        Some(setting) => env.set("GOTOOLCHAIN", setting),
        None => env.remove("GOTOOLCHAIN"),
    }
    let mut subject = context.subject;
    if let Some((version, root)) = root {
        env.set("PATH", context.go_first_on_path(root).path(context));
        subject = Subject { version, goroot: Some(root), ..subject };
    }
    match look(&Subject { env: &env, ..subject }, context.host).chosen {
        Chosen::This => WouldAnswer::Itself,
        Chosen::Other { goroot: Some(_), .. } => WouldAnswer::Another,
        _ => WouldAnswer::Nobody,
    }
}

const MODULE_WANTS_NEWER: Check = Check {
    id: "module-wants-newer-go",
    severity: Severity::Error,
    title: "The module wants a newer Go than may run",
    why: "setup-go sets GOTOOLCHAIN=local from its version 6 on, so that a newer `go` line in go.mod becomes an error.",
    run: module_wants_newer,
};

/// The version that answers, where GOTOOLCHAIN lets no other one answer.
fn only_one(context: &Context<'_>) -> Option<GoVersion> {
    let setting = context.value("GOTOOLCHAIN");
    match &context.look.chosen {
        Chosen::This if setting == "local" => Some(context.subject.version.clone()),
        Chosen::Other { name, goroot: Some(_), .. } if setting == name => name.strip_prefix("go")?.parse().ok(),
        _ => None,
    }
}

/// The go.work in force, and the go.mod: Go reads the `go` line of both.
fn module_wants_newer(context: &Context<'_>) -> Vec<Hit> {
    let Some(own) = only_one(context) else { return Vec::new() };
    let said = |line: &Directive| {
        let word = line.words.first().filter(|_| line.verb == "go")?;
        Some((line.line, word.parse::<GoVersion>().ok()?, word.clone()))
    };
    let work = workspace(context).unwrap_or_default();
    let files = [(work, "workspace"), (context.value("GOMOD"), "module")].into_iter();
    let newer = files.filter_map(|(file, what)| {
        let (number, wanted, word) = lines_of(context, file).iter().find_map(said)?;
        // Before 1.21 the line was advice.
        (wanted > own && own.minor() >= (1, 21)).then_some((file, what, number, wanted, word))
    });
    let Some((file, what, number, wanted, word)) = newer.max_by(|left, right| left.3.cmp(&right.3)) else {
        return Vec::new();
    };
    let setting = context.value("GOTOOLCHAIN");
    let message = format!(
        "the {what} wants Go {word}, {own} is here, and GOTOOLCHAIN={setting} lets no other answer: nothing is built"
    );
    let evidence = format!("`{file}` says `go {word}`; {}", context.shown("GOTOOLCHAIN"));
    let hit = Hit::new(message, evidence).at(file, Some(number));
    if setting != "local" && would_choose(context, None, None) != WouldAnswer::Nobody {
        return vec![context.without_any("GOTOOLCHAIN", &|held| held == setting, hit)];
    }
    let is_fetched = would_choose(context, None, Some("auto")) == WouldAnswer::Another;
    let installed = context.installed(Some(&wanted)).filter(|_| !is_fetched);
    vec![match installed {
        Some(go) if would_choose(context, Some(&go), Some(setting)) == WouldAnswer::Itself => {
            hit.on_path(context.go_first_on_path(&go.1))
        }
        _ => context.with("GOTOOLCHAIN", "auto", hit),
    }]
}

const HANDED_OVER: Check = Check {
    id: "toolchain-handed-over",
    severity: Severity::Note,
    title: "Another toolchain runs",
    why: "`go version` shows the other one, `which go` does not. That go.mod asks for a newer one and gets it is no finding, except from Go 1.25 on: handed over to it, `go test -cover` stops with `no such tool \"covdata\"`.",
    run: handed_over,
};

fn handed_over(context: &Context<'_>) -> Vec<Hit> {
    let Chosen::Other { name, goroot: Some(goroot), because } = &context.look.chosen else { return Vec::new() };
    let version = name.strip_prefix("go").and_then(|version| version.parse::<GoVersion>().ok());
    let builds_covdata = version.is_some_and(|version| version.minor() >= (1, 25));
    let by_setting = because.starts_with("GOTOOLCHAIN=");
    if by_setting && context.value("GOTOOLCHAIN") == format!("{name}+auto") {
        return Vec::new();
    }
    let message =
        format!("the `go` on PATH is {}, and {because} makes it hand over to {name}", context.subject.version);
    let hit = Hit::new(message, format!("{name} lies in `{goroot}`"));
    vec![match by_setting {
        true => context.without_any("GOTOOLCHAIN", &|_| true, hit),
        false if builds_covdata => {
            let hit = hit.also("; handed over to it, `go test -cover` finds no covdata, unless GOTOOLCHAIN names it");
            context.with("GOTOOLCHAIN", &format!("{name}+auto"), hit)
        }
        // What go.mod asks for is what a person asked for.
        false => return Vec::new(),
    }]
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
    // workspace-missing tells that.
    if why.contains("GOWORK") {
        return Vec::new();
    }
    let message = format!("no toolchain may answer, so every go command stops: {why}");
    let hit = Hit::new(message, context.shown("GOTOOLCHAIN"));
    if context.set("GOTOOLCHAIN").is_none() {
        return vec![hit];
    }
    vec![context.without_any("GOTOOLCHAIN", &|held| !matches!(held, "auto" | "local" | "path"), hit)]
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
    // Those of one value are told by value-refused, with what was meant.
    let is_told = |stop: &Stop| {
        let wrong = context.look.wrong_values.iter().filter(|wrong| wrong.fault.stops.is_some());
        wrong.into_iter().any(|wrong| stop.message.contains(wrong.name))
    };
    left.filter(|stop| stop.variable.is_none() && !is_told(stop) && !(refused && stop.reach == Reach::Every))
        .map(|stop| {
            let hit = Hit::new(stop.subject(), crate::output::mask::masked(&stop.message).into_owned());
            // Those that Go's message names and that somebody set.
            let words = stop.message.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
            let mut named: Vec<&str> = words.filter(|word| is_set(context, word)).collect();
            named.sort_unstable();
            named.dedup();
            // Of a pair that is none, the one that is this machine's own is not at fault.
            let own = |name: &str| {
                matches!(name, "GOOS" | "GOARCH")
                    && context.raw(name) == context.value(&format!("GOHOST{}", &name[2..]))
            };
            if named.iter().any(|name| !own(name)) {
                named.retain(|name| !own(name));
            }
            context.without_all(&named, &|name, _| still_stops(context, name, stop.reach), hit)
        })
        .collect()
}

fn is_set(context: &Context<'_>, name: &str) -> bool {
    let known = Known::every_name().binary_search(&name).is_ok();
    known && (context.subject.env.get_filled(name).is_some() || context.set(name).is_some())
}

/// Whether Go stops in the same way once the environment does not set a variable.
fn still_stops(context: &Context<'_>, name: &str, reach: Reach) -> bool {
    let mut env = context.subject.env.clone();
    env.remove(name);
    let look = look(&Subject { env: &env, ..context.subject }, context.host);
    look.stops.iter().any(|stop| stop.reach == reach && stop.message.contains(name))
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
        Kind::Dir => "is a folder, and it must be the file go.work itself",
        Kind::Absent => "names no file",
        // Source: Go, `modload/init.go: FindGoWork`.
        Kind::File if !context.is_absolute(file) => "is not absolute",
        Kind::File => return Vec::new(),
    };
    let stops = match &context.look.chosen {
        Chosen::Refused(why) if why.contains("GOWORK") => "every go command",
        _ => "every command that looks at modules",
    };
    let message = format!("GOWORK {why}: {stops} stops");
    let no_file = |held: &str| {
        !matches!(held, "off" | "auto") && (context.host.kind(held) != Kind::File || !context.is_absolute(held))
    };
    vec![context.without_any("GOWORK", &no_file, Hit::new(message, context.shown("GOWORK")))]
}
