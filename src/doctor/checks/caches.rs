//! The directories that Go fills: whether it can write there, and who else uses them.

use crate::{
    doctor::{
        Context,
        check::{Check, Hit},
        finding::FileChange,
        remedy::quoted,
    },
    drives::size,
    goenv::user_dirs::{default_gocache, home},
    platform::{
        Platform,
        ownership::{ExposedDir, STICKY},
    },
    ports::{Kind, exposed},
    status::Severity,
};

pub(super) const CHECKS: &[Check] = &[
    OFF,
    GOCACHE_NOT_WRITABLE,
    GOMODCACHE_NOT_WRITABLE,
    WRITABLE_BY_OTHERS,
    SYNCHRONISED,
    REMOTE,
    NEARLY_FULL,
    IN_MODULE,
    NO_TMPDIR,
];

/// With less free space than this, building a medium-sized program can fail.
const LITTLE_BYTES: u64 = 1 << 30;

/// Directories that a program synchronises with other machines, as parts of paths in lower case.
const SYNCHRONISING: [&str; 6] = ["onedrive", "dropbox", "google drive", "googledrive", "icloud", "nextcloud"];

const CACHES: [&str; 2] = ["GOCACHE", "GOMODCACHE"];

fn folders<'a>(context: &'a Context<'_>) -> impl Iterator<Item = (&'static str, &'a str)> {
    CACHES.into_iter().map(|name| (name, context.value(name))).filter(|(_, dir)| context.is_absolute(dir))
}

const OFF: Check = Check {
    id: "gocache-off",
    severity: Severity::Error,
    title: "There is no build cache",
    why: "`off`, a relative path, or no home directory to derive one from. `go env GOCACHE` prints `off` for all of them, with exit code 0.",
    run: off,
};

fn off(context: &Context<'_>) -> Vec<Hit> {
    let raw = context.raw("GOCACHE");
    // value-with-blanks tells what was meant.
    let bare = raw.trim().trim_matches(['"', '\'']).trim();
    if context.value("GOCACHE") != "off" || bare != raw && context.is_absolute(bare) {
        return Vec::new();
    }
    let because = context.explanation.get("GOCACHE").and_then(|found| found.because.as_deref()).unwrap_or("it is off");
    let evidence = format!("GOCACHE is `{raw}`: {because}");
    let hit = Hit::new("there is no build cache: every command that compiles stops", evidence);
    let refused = |value: &str| !context.is_absolute(value);
    vec![match default_gocache(context.subject.version, context.subject.env) {
        Ok(_) => context.without_any("GOCACHE", &refused, hit),
        // Go gives up at a relative one, whatever HOME is.
        Err(_) if context.set("GOCACHE").is_none() && is_relative(context, "XDG_CACHE_HOME") => {
            context.without_any("XDG_CACHE_HOME", &refused, hit)
        }
        Err(_) if context.set("GOCACHE").is_some() => context.moved("GOCACHE", &|_| false, hit),
        Err(_) => context.at_home(hit),
    }]
}

fn is_relative(context: &Context<'_>, name: &str) -> bool {
    context.subject.env.get_filled(name).is_some_and(|dir| !context.is_absolute(dir))
}

fn not_writable(context: &Context<'_>, name: &str, loss: &str) -> Vec<Hit> {
    let dir = context.value(name);
    if !context.is_absolute(dir) {
        return Vec::new();
    }
    let place = match context.existing(dir) {
        Some(place) => place,
        None => return Vec::new(),
    };
    let message = format!("{name} cannot be written by this user: {loss}");
    let seen = match (context.obstacle(dir), context.host.check_writable(&place)) {
        (Some((at, what)), _) => format!("`{at}` is {what}"),
        (None, Ok(())) => return Vec::new(),
        (None, Err(why)) => format!("`{place}`: {}", crate::output::trouble::system(&why)),
    };
    let hit = Hit::new(message, format!("{}; {seen}", context.shown(name)));
    vec![context.moved(name, &|_| false, hit)]
}

const GOCACHE_NOT_WRITABLE: Check = Check {
    id: "gocache-not-writable",
    severity: Severity::Error,
    title: "GOCACHE cannot be written",
    why: "Often root, or another account of the runner, created the directory.",
    run: gocache_not_writable,
};

fn gocache_not_writable(context: &Context<'_>) -> Vec<Hit> {
    not_writable(context, "GOCACHE", "every command that compiles stops")
}

const GOMODCACHE_NOT_WRITABLE: Check = Check {
    id: "gomodcache-not-writable",
    severity: Severity::Error,
    title: "GOMODCACHE cannot be written",
    why: "Often the cache was restored by root.",
    run: gomodcache_not_writable,
};

fn gomodcache_not_writable(context: &Context<'_>) -> Vec<Hit> {
    not_writable(context, "GOMODCACHE", "no module can be downloaded")
}

const WRITABLE_BY_OTHERS: Check = Check {
    id: "directory-of-others",
    severity: Severity::Warning,
    title: "Somebody else can write to a directory of Go",
    why: "Whoever can write to GOCACHE, to the module cache or to the directory of `go install` decides what your builds link and what your commands run. `apply` refuses such a directory. Looked at are owner and mode on Unix, of the directory and of those above it; access control lists, and Windows, are not. What the official image makes of its own GOPATH, `/go`, is left alone: everybody in that container is root.",
    run: writable_by_others,
};

fn writable_by_others(context: &Context<'_>) -> Vec<Hit> {
    let installs = super::installs::target(context).unwrap_or_default();
    let mut seen: Vec<ExposedDir> = Vec::new();
    let mut hits = Vec::new();
    for (name, dir) in folders(context).chain([("the directory of `go install`", installs.as_str())]) {
        let found = context.is_absolute(dir).then(|| exposed(context.host, context.platform(), dir)).flatten();
        let Some(found) = found.filter(|found| !seen.contains(found) && !is_of_the_image(context, found)) else {
            continue;
        };
        let shown = if CACHES.contains(&name) { context.shown(name) } else { format!("`{dir}`") };
        let message = format!("somebody else can write to {name}, and so run code as you");
        let hit = Hit::new(message, format!("{shown}; {found}"));
        // No mode and no owner is changed of what others may count on.
        let is_own = context.is_below_home(&found.dir)
            || found.user.id == found.ownership.owner && context.platform().is_within(&found.dir, dir)
            || is_home(context, &found.dir);
        hits.push(match () {
            () if is_own => hit.fix(found.fix()),
            () if CACHES.contains(&name) => context.moved(name, &|other| other == dir, hit),
            () => hit,
        });
        seen.push(found);
    }
    hits
}

fn is_home(context: &Context<'_>, dir: &str) -> bool {
    let is_it = home(context.subject.env).is_some_and(|home| context.platform().same_path(home, dir));
    is_it && context.is_below_home(&context.platform().join(dir, "go"))
}

/// Whether it is a directory of the official image's GOPATH, used by root.
/// Source: docker-library/golang, `Dockerfile-linux.template`: `chmod -R 1777 "$GOPATH"`.
fn is_of_the_image(context: &Context<'_>, found: &ExposedDir) -> bool {
    const GOPATH: &str = "/go";
    let in_image = context.subject.env.get_filled("GOLANG_VERSION").is_some() && context.raw("GOPATH") == GOPATH;
    let below = found.dir.strip_prefix(GOPATH).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    let of_root = found.user.id == 0 && found.ownership.owner == 0 && found.ownership.mode & STICKY != 0;
    in_image && below && of_root
}

const SYNCHRONISED: Check = Check {
    id: "cache-synchronised",
    severity: Severity::Warning,
    title: "A cache is in a synchronised directory",
    why: "OneDrive and similar programs hold files open while Go replaces them.",
    run: synchronised,
};

fn synchronised(context: &Context<'_>) -> Vec<Hit> {
    let one = |(name, dir): (&str, &str)| {
        let which = synchronising(dir)?;
        let message = format!(
            "{name} lies in a folder that is synchronised ({which}): thousands of small files are carried away while Go holds them"
        );
        Some(context.moved(name, &|dir| synchronising(dir).is_some(), Hit::new(message, context.shown(name))))
    };
    folders(context).filter_map(one).collect()
}

/// The program that carries what is there to other machines.
fn synchronising(dir: &str) -> Option<&'static str> {
    let lower = dir.to_lowercase();
    SYNCHRONISING.into_iter().find(|word| lower.contains(word))
}

const REMOTE: Check = Check {
    id: "cache-on-network",
    severity: Severity::Warning,
    title: "A cache is on another machine",
    why: "A build opens thousands of small files.",
    run: remote,
};

fn remote(context: &Context<'_>) -> Vec<Hit> {
    let one = |(name, dir): (&str, &str)| {
        let share = context.platform() == Platform::Windows
            && dir.replace('/', r"\").starts_with(r"\\")
            && !dir.starts_with(r"\\?\");
        let drive = context.drive(dir);
        let system = drive.as_ref().map(|drive| drive.file_system.to_lowercase()).unwrap_or_default();
        // A drive of the Windows below WSL is as slow as one of another machine.
        let is_remote = drive.as_ref().is_some_and(|drive| drive.is_remote()) || system == "drvfs";
        if !share && !is_remote {
            return None;
        }
        let message = format!(
            "{name} lies on another machine: Go's locks are slow or missing there, and each small file costs a round trip"
        );
        let system = if system.is_empty() { "a share".to_owned() } else { format!("file system {system}") };
        Some(Hit::new(message, format!("{}; {system}", context.shown(name))))
    };
    folders(context).filter_map(one).collect()
}

const NEARLY_FULL: Check = Check {
    id: "cache-drive-nearly-full",
    severity: Severity::Warning,
    title: "The drive of a cache is nearly full",
    why: "Go's module cache grows until somebody cleans it; less than 1 GiB is free.",
    run: nearly_full,
};

fn nearly_full(context: &Context<'_>) -> Vec<Hit> {
    let one = |(name, dir): (&str, &str)| {
        let drive = context.drive(dir).filter(|drive| drive.free_bytes < LITTLE_BYTES)?;
        let free = size(drive.free_bytes);
        let flag = if name == "GOCACHE" { "-cache" } else { "-modcache" };
        let message = format!("the drive of {name} is nearly full: {free} are free; `go clean {flag}` empties it");
        Some(Hit::new(message, format!("{}; drive `{}`", context.shown(name), drive.mount)))
    };
    folders(context).filter_map(one).collect()
}

const IN_MODULE: Check = Check {
    id: "cache-in-module",
    severity: Severity::Warning,
    title: "A cache is inside a module",
    why: "Tools that walk the checkout walk the cache too.",
    run: in_module,
};

fn in_module(context: &Context<'_>) -> Vec<Hit> {
    let one = |(name, dir): (&str, &str)| {
        let file = context.module_around(dir)?;
        let message = format!("{name} lies inside a module, where `git clean` removes it and tools walk through it");
        let hit = Hit::new(message, format!("{}; the module is `{file}`", context.shown(name)));
        Some(context.moved(name, &|_| false, hit))
    };
    // A default module cache inside a module is reported for GOPATH.
    folders(context).filter(|(name, _)| *name == "GOCACHE" || context.set(name).is_some()).filter_map(one).collect()
}

const NO_TMPDIR: Check = Check {
    id: "gotmpdir-missing",
    severity: Severity::Error,
    title: "GOTMPDIR is not a directory",
    why: "Go creates its work directories there, but does not create the directory itself.",
    run: no_tmpdir,
};

fn no_tmpdir(context: &Context<'_>) -> Vec<Hit> {
    let dir = context.value("GOTMPDIR");
    if dir.is_empty() || context.host.kind(dir) == Kind::Dir {
        return Vec::new();
    }
    let hit = Hit::new(
        "GOTMPDIR names no folder: every command that builds stops, for Go does not make it",
        context.shown("GOTMPDIR"),
    );
    let can_be_made = context.is_absolute(dir)
        && context.host.kind(dir) == Kind::Absent
        && context.existing(dir).is_some_and(|place| context.host.check_writable(&place).is_ok());
    if !can_be_made {
        let no_dir = |value: &str| context.host.kind(value) != Kind::Dir;
        return vec![context.without_any("GOTMPDIR", &no_dir, hit)];
    }
    let path = quoted(context.platform(), dir);
    let command = if context.platform() == Platform::Windows {
        format!("New-Item -ItemType Directory -Force {path}")
    } else {
        format!("mkdir -p {path}")
    };
    vec![hit.fix_with(command, Some(FileChange::MakeDir { path: dir.to_owned() }))]
}
