//! GOPATH: values that Go refuses, and values that it accepts and that cause trouble.

use crate::{
    doctor::{
        Context,
        check::{Check, Hit, told},
    },
    goenv::user_dirs::{default_gopath, home, home_variable},
    output::sanitize::clip,
    platform::Platform,
    ports::Kind,
    status::Severity,
};

pub(super) const CHECKS: &[Check] = &[INVALID, IS_GOROOT, IS_MODULE, IN_MODULE, SEVERAL, NO_HOME];

/// Entries that are looked for on the disk; more than anybody has on purpose.
const MOST_ENTRIES: usize = 1_000;

fn entries<'a>(context: &'a Context<'_>) -> Vec<&'a str> {
    context.platform().split_list(context.value("GOPATH"))
}

const INVALID: Check = Check {
    id: "gopath-invalid",
    severity: Severity::Error,
    title: "GOPATH is refused by Go",
    why: "A relative entry or one with `~` stops every command.",
    run: invalid,
};

fn invalid(context: &Context<'_>) -> Vec<Hit> {
    let platform = context.platform();
    let (raw, shown) = (context.raw("GOPATH"), context.shown("GOPATH"));
    let why = |entry: &str| {
        Some(match () {
            () if entry.starts_with('~') => "begins with `~`, which only a shell understands",
            () if entry.contains('"') && platform != Platform::Windows => {
                "holds quotation marks, which are part of the name here"
            }
            () if !platform.is_absolute(&platform.unquoted(entry)) => "is not absolute",
            () => return None,
        })
    };
    let one = |(entry, because): (&str, &str)| {
        let message = format!("an entry of GOPATH {because}: every go command stops");
        let hit = Hit::new(message, format!("{shown}; entry `{}`", clip(entry, 300)));
        context.without_any(
            "GOPATH",
            &|held| platform.split_list(held).into_iter().any(|entry| why(entry).is_some()),
            hit,
        )
    };
    let mut hits = told(platform.split_list(raw).into_iter().filter_map(|entry| Some((entry, why(entry)?))), one);
    hits.extend(empty_first(context).filter(|_| hits.is_empty()));
    hits
}

/// A list that begins with an empty entry: that one is the first, and nothing can be installed or downloaded there.
fn empty_first(context: &Context<'_>) -> Option<Hit> {
    let platform = context.platform();
    let (raw, separator) = (context.raw("GOPATH"), platform.list_separator());
    let begins = |list: &str| list.starts_with(separator);
    // Windows' own rule for quotation marks leaves nothing else that begins so.
    if !begins(raw) {
        return None;
    }
    let message = "GOPATH begins with an empty entry, which is the one that counts: nothing is installed, and no module is downloaded";
    let hit = Hit::new(message, format!("{}; Go says `no install location`", context.shown("GOPATH")));
    let rest = raw.trim_start_matches(separator);
    Some(match rest.is_empty() {
        true => context.without_any("GOPATH", &begins, hit),
        false => context.with("GOPATH", rest, hit),
    })
}

const IS_GOROOT: Check = Check {
    id: "gopath-is-goroot",
    severity: Severity::Error,
    title: "GOPATH is the GOROOT",
    why: "Installed programs end up among Go's own, and the next installation of Go removes them.",
    run: is_goroot,
};

fn is_goroot(context: &Context<'_>) -> Vec<Hit> {
    let (Some(root), Some(first)) = (context.subject.goroot, entries(context).first().copied()) else {
        return Vec::new();
    };
    if context.platform().same_path(first, root) || context.host.same_file(first, root) == Some(true) {
        let message =
            "GOPATH is the GOROOT: programs are installed among Go's own, and Go 1.22 and newer warn at every command";
        return vec![elsewhere(context, Hit::new(message, context.shown("GOPATH")))];
    }
    Vec::new()
}

const IS_MODULE: Check = Check {
    id: "gopath-is-module",
    severity: Severity::Error,
    title: "GOPATH is a module",
    why: "This happens to a repository called `go` that is checked out where GOPATH was planned.",
    run: is_module,
};

fn is_module(context: &Context<'_>) -> Vec<Hit> {
    let shown = context.shown("GOPATH");
    let found = |dir: &&str| {
        let file = context.platform().join(dir, "go.mod");
        (context.host.kind(&file) == Kind::File).then(|| {
            let message =
                "GOPATH is itself a module: Go 1.21 stops there, newer ones warn and `go mod tidy` does not find it";
            elsewhere(context, Hit::new(message, format!("{shown}; `{file}`")).at(&file, None))
        })
    };
    entries(context).iter().take(MOST_ENTRIES).filter_map(found).collect()
}

const IN_MODULE: Check = Check {
    id: "gopath-in-module",
    severity: Severity::Warning,
    title: "GOPATH is inside a module",
    why: "The module cache is then part of the checkout.",
    run: in_module,
};

fn in_module(context: &Context<'_>) -> Vec<Hit> {
    let Some(first) = entries(context).first().copied().filter(|dir| context.is_absolute(dir)) else {
        return Vec::new();
    };
    let Some(file) = context.module_around(first) else { return Vec::new() };
    let message = "GOPATH lies inside a module: `./...`, hashes of the checkout and cleaning it meet the module cache";
    let hit = Hit::new(message, format!("{}; the module is `{file}`", context.shown("GOPATH")));
    let cache = context.value("GOMODCACHE");
    let inside = context.set("GOMODCACHE").is_none() && context.host.kind(cache) == Kind::Dir;
    if context.set("GOPATH").is_none() || !inside || !context.go_answers() {
        return vec![elsewhere(context, hit)];
    }
    // What is in the cache by now stays in the way: `./...` meets it.
    let hit = elsewhere(context, hit);
    let between = if context.platform() == Platform::Windows { "; " } else { " && " };
    let command = format!("go clean -modcache{between}{}", hit.command());
    vec![hit.fix(command)]
}

/// A finding whose fix lets GOPATH be the default, or another directory where that has the same against it.
fn elsewhere(context: &Context<'_>, hit: Hit) -> Hit {
    let platform = context.platform();
    let is_root = |dir: &str| {
        context
            .subject
            .goroot
            .is_some_and(|root| platform.same_path(dir, root) || context.host.same_file(dir, root) == Some(true))
    };
    let fits = |dir: &String| {
        context.is_absolute(dir)
            && !entries(context).first().is_some_and(|now| platform.same_path(now, dir))
            && !is_root(dir)
            && context.host.kind(&platform.join(dir, "go.mod")) != Kind::File
            && context.module_around(dir).is_none()
    };
    let default = default_gopath(context.subject.env);
    if context.set("GOPATH").is_some() && fits(&default) {
        return context.without_any("GOPATH", &|held| held == context.value("GOPATH"), hit);
    }
    let Some(home) = home(context.subject.env) else { return hit };
    // Where the home directory is the module, go commands pass over what begins with a dot.
    match ["gopath", ".gopath"].map(|name| platform.join(home, name)).into_iter().find(fits) {
        Some(dir) => context.with("GOPATH", &dir, hit),
        None => hit,
    }
}

const SEVERAL: Check = Check {
    id: "gopath-several",
    severity: Severity::Note,
    title: "GOPATH has several entries",
    why: "Only GOPATH mode reads entries after the first.",
    run: several,
};

fn several(context: &Context<'_>) -> Vec<Hit> {
    let entries = entries(context);
    // `C:\go` is no list of two: gopath-invalid and path-of-another-world tell what it is.
    if entries.len() < 2 || !entries.iter().all(|entry| context.is_absolute(entry)) {
        return Vec::new();
    }
    let message =
        format!("GOPATH has {} entries: downloads and installed programs go to the first alone", entries.len());
    vec![context.with("GOPATH", entries[0], Hit::new(message, context.shown("GOPATH")))]
}

const NO_HOME: Check = Check {
    id: "no-home",
    severity: Severity::Error,
    title: "No home directory and no GOPATH",
    why: "Services and containers often start without HOME or USERPROFILE.",
    run: no_home,
};

fn no_home(context: &Context<'_>) -> Vec<Hit> {
    if home(context.subject.env).is_some() || context.set("GOPATH").is_some() {
        return Vec::new();
    }
    let name = home_variable(context.platform());
    let message = format!("neither GOPATH nor {name} is set: Go has no place for modules, and installs nothing");
    vec![context.at_home(Hit::new(message, format!("{name} is not set")))]
}
