//! PATH: which `go` runs, and entries that do nothing or too much.

use crate::{
    doctor::{
        Context,
        check::{Check, Hit},
        path_change::PathChange,
        remedy::quoted as shell_word,
    },
    goenv::locate::{GoOnPath, gos_on_path},
    platform::{Platform, env::LONGEST_WINDOWS},
    ports::{Kind, ReadLimit},
    status::Severity,
};
use std::collections::HashSet;

pub(super) const CHECKS: &[Check] =
    &[NO_GO, CANNOT_START, TWO_GOS, BROKEN_GO, QUOTED, RELATIVE, MISSING, DOUBLED, TOO_LONG];

/// Entries that are named in one finding.
const NAMED: usize = 3;

/// Every `go` on PATH in order: the file, and the GOROOT and version it belongs to.
fn programs(context: &Context<'_>) -> Vec<(String, Option<(String, String)>)> {
    let known = |go: GoOnPath| {
        let version = go.version(context.platform(), context.host).and_then(Result::ok);
        (go.program, go.goroot.zip(version.map(|version| version.to_string())))
    };
    gos_on_path(context.subject.env, context.subject.current_dir, context.host).map(known).collect()
}

const NO_GO: Check = Check {
    id: "no-go-on-path",
    severity: Severity::Error,
    title: "There is no go on PATH",
    why: "Checks that need a toolchain use the rules of the newest known version instead.",
    run: no_go,
};

fn no_go(context: &Context<'_>) -> Vec<Hit> {
    if !programs(context).is_empty() {
        return Vec::new();
    }
    let entries = context.subject.env.path_entries().len();
    let evidence = format!("none of its {entries} entries holds one");
    vec![match context.installed(None) {
        Some((version, root)) => {
            Hit::new(format!("there is no `go` on PATH, and Go {version} lies in `{root}`"), evidence)
                .on_path(context.go_first_on_path(&root))
        }
        None => Hit::new("there is no `go` on PATH: install Go, and put its bin folder on PATH", evidence),
    }]
}

const CANNOT_START: Check = Check {
    id: "go-cannot-start",
    severity: Severity::Error,
    title: "The go on PATH cannot be started",
    why: "A file without the permission to run ends every command with `Permission denied`, a program for another processor or system with `cannot execute binary file: Exec format error`.",
    run: cannot_start,
};

fn cannot_start(context: &Context<'_>) -> Vec<Hit> {
    let mut all = gos_on_path(context.subject.env, context.subject.current_dir, context.host);
    let Some(go) = all.next() else { return Vec::new() };
    let platform = context.platform();
    let file = go.program;
    let runs = |file: &str| context.host.rights(file).is_none_or(|rights| rights.runs);
    // Whoever looks for a program passes over what may not be run.
    if !runs(&file) && all.any(|other| runs(&other.program)) {
        return Vec::new();
    }
    let message = "the `go` on PATH cannot be started: every go command stops";
    if context.host.rights(&file).is_some_and(|rights| !rights.is_dir && !rights.runs) {
        let hit = Hit::new(message, format!("`{file}` has not the permission to run"));
        let own = context.host.rights(&file).zip(context.host.acting_user());
        let may = own.is_some_and(|(rights, user)| user.id == 0 || user.id == rights.owner);
        let sudo = if may { "" } else { "sudo " };
        return vec![hit.fix(format!("{sudo}chmod a+x {}", shell_word(platform, &file)))];
    }
    let Some(made_for) = foreign(context, &file) else { return Vec::new() };
    let hit = Hit::new(message, format!("`{file}` is a program for {made_for}, and this machine is not"));
    let own = |root: &str| foreign(context, &platform.join(root, "bin/go")).is_none();
    vec![match context.installed_that(None, &own) {
        Some((_, root)) => hit.on_path(context.go_first_on_path(&root)),
        None => hit.also(&format!("; install Go for {}", context.subject.goarch)),
    }]
}

/// The processor that a program of Linux is made for, where this machine has not got it.
fn foreign(context: &Context<'_>, file: &str) -> Option<&'static str> {
    /// Source: the ELF specification, `e_machine`.
    const MACHINES: [(u16, &str); 8] = [
        (3, "386"),
        (40, "arm"),
        (62, "amd64"),
        (183, "arm64"),
        (22, "s390x"),
        (21, "ppc64le"),
        (243, "riscv64"),
        (258, "loong64"),
    ];
    if context.platform() != Platform::Linux {
        return None;
    }
    let content = context.host.read(file, ReadLimit::Program).ok().filter(|content| content.starts_with(b"\x7fELF"))?;
    let [low, high] = [*content.get(18)?, *content.get(19)?];
    let machine =
        if content.get(5) == Some(&2) { u16::from_be_bytes([low, high]) } else { u16::from_le_bytes([low, high]) };
    let (_, name) = MACHINES.iter().find(|(number, _)| *number == machine)?;
    let runs = matches!((context.subject.goarch, *name), ("amd64", "386") | ("arm64", "arm"));
    // What an emulator is registered for runs all the same.
    let emulated = context.host.list("/proc/sys/fs/binfmt_misc").iter().any(|one| one.starts_with("qemu"));
    (*name != context.subject.goarch && !runs && !emulated).then_some(*name)
}

const TWO_GOS: Check = Check {
    id: "two-gos-on-path",
    severity: Severity::Warning,
    title: "Two versions of go on PATH",
    why: "Which one runs depends on the order, which differs between shells, editors and services.",
    run: two_gos,
};

fn two_gos(context: &Context<'_>) -> Vec<Hit> {
    // Whoever has a version manager chooses among several.
    if super::shims::exposes_programs(context) {
        return Vec::new();
    }
    let programs = programs(context);
    let Some(((first, Some((root, version))), rest)) = programs.split_first() else { return Vec::new() };
    // Hosted images link the programs of one Go of their tool cache into /usr/bin, whichever a job chooses.
    // Source: actions/runner-images, `Configure-Toolset.ps1`.
    let cache = context.subject.env.get_filled("RUNNER_TOOL_CACHE");
    let in_cache = |path: &str| cache.is_some_and(|cache| context.platform().is_within(path, cache));
    let of_image = |file: &str, root: &str| in_cache(root) && !in_cache(file);
    let rest: Vec<_> =
        rest.iter().filter(|(file, known)| !known.as_ref().is_some_and(|(other, _)| of_image(file, other))).collect();
    let other = rest.iter().find_map(|(file, known)| {
        known.as_ref().filter(|(other, v)| other != root && v != version).map(|(_, v)| (file, v))
    });
    let Some((file, hidden)) = other else { return Vec::new() };
    let message = format!("two versions of `go` are on PATH: {version} runs, and {hidden} waits for another order");
    let hit = Hit::new(message, format!("`{first}` comes before `{file}`"));
    // Only folders that hold nothing but a Go.
    let own = |dir: &str| {
        let platform = context.platform();
        let holds = rest.iter().any(|(other, known)| {
            known.as_ref().is_some_and(|(_, v)| v != version)
                && platform.parent(other).is_some_and(|parent| platform.same_path(&parent, dir))
        });
        holds && context.holds_only_go(dir)
    };
    let left = context.entries_where(own);
    let hidden_dirs = rest.iter().filter(|(_, known)| known.as_ref().is_some_and(|(_, v)| v != version)).count();
    vec![if left.len() >= hidden_dirs { hit.on_path(PathChange::default().without(left)) } else { hit }]
}

const BROKEN_GO: Check = Check {
    id: "go-of-no-installation",
    severity: Severity::Warning,
    title: "The go on PATH belongs to no installation",
    why: "A copy of the program without its tree finds no GOROOT: `'go' binary is trimmed and GOROOT is not set`.",
    run: broken_go,
};

fn broken_go(context: &Context<'_>) -> Vec<Hit> {
    let Some((file, None)) = programs(context).into_iter().next() else { return Vec::new() };
    // What starts another program is no copy of one.
    if super::shims::first(context).is_some() {
        return Vec::new();
    }
    let message = "the first `go` on PATH belongs to no Go installation: it finds no GOROOT unless GOROOT is set";
    let hit = Hit::new(message, format!("`{file}` has no folder with a VERSION file two levels above it"));
    vec![match context.installed(None) {
        Some((_, root)) => hit.on_path(context.go_first_on_path(&root)),
        None => hit.also("; put the bin folder of the installation itself on PATH"),
    }]
}

fn combined(found: Vec<String>, message: impl Fn(String) -> String, fix: impl FnOnce() -> PathChange) -> Vec<Hit> {
    if found.is_empty() {
        return Vec::new();
    }
    let more = found.len().saturating_sub(NAMED);
    let mut evidence = found.iter().take(NAMED).cloned().collect::<Vec<_>>().join("; ");
    if more > 0 {
        evidence += &format!("; and {more} more");
    }
    let number = if found.len() == 1 { "one entry".to_owned() } else { format!("{} entries", found.len()) };
    vec![Hit::new(message(number), evidence).on_path(fix())]
}

fn numbered(context: &Context<'_>, is: impl Fn(&str) -> bool) -> Vec<String> {
    let entries = context.subject.env.path_entries();
    let found = entries.iter().enumerate().filter(|(_, entry)| is(entry));
    found.map(|(at, entry)| format!("entry {} `{entry}`", at + 1)).collect()
}

/// The places of such entries, as they stand.
fn places(context: &Context<'_>, is: impl Fn(&str) -> bool) -> Vec<usize> {
    let entries = context.subject.env.path_entries();
    entries.iter().enumerate().filter(|(_, entry)| is(entry)).map(|(at, _)| at).collect()
}

const QUOTED: Check = Check {
    id: "path-entry-quoted",
    severity: Severity::Warning,
    title: "Quotation marks in PATH",
    why: "Some programs remove them and some do not.",
    run: quoted,
};

fn quoted(context: &Context<'_>) -> Vec<Hit> {
    let means = if context.platform() == Platform::Windows {
        "cmd and Go take the quotation marks off, PowerShell and CreateProcess do not"
    } else {
        "the quotation marks are part of the name"
    };
    combined(
        numbered(context, |entry| entry.contains('"')),
        |n| format!("{n} of PATH in quotation marks: {means}"),
        || {
            let entries = context.subject.env.path_entries();
            let mut change = PathChange::default();
            for (at, entry) in entries.iter().enumerate().filter(|(_, entry)| entry.contains('"')) {
                let bare = entry.replace('"', "");
                let is_new = !entries.contains(&bare.as_str());
                change = match is_new && context.host.kind(&bare) == Kind::Dir {
                    true => change.with(at, bare),
                    false => change.without([at]),
                };
            }
            change
        },
    )
}

const RELATIVE: Check = Check {
    id: "path-entry-relative",
    severity: Severity::Warning,
    title: "Entries of PATH that are not absolute",
    why: "Go refuses to run what it finds through such an entry.",
    run: relative,
};

fn relative(context: &Context<'_>) -> Vec<Hit> {
    let platform = context.platform();
    let is_relative = |entry: &str| !platform.is_absolute(&platform.unquoted(entry)) && !entry.starts_with('%');
    let mut found = numbered(context, is_relative);
    let path = context.subject.env.get("PATH").unwrap_or_default();
    let separator = platform.list_separator();
    let empty = !path.is_empty() && path.split(separator).any(str::is_empty);
    // Windows ignores an empty entry.
    found.extend((empty && platform != Platform::Windows).then(|| "an empty entry".to_owned()));
    combined(
        found,
        |n| {
            format!("{n} of PATH not absolute: programs are taken from wherever one stands, and Go refuses to run them")
        },
        || PathChange::default().without(places(context, is_relative)),
    )
}

const MISSING: Check = Check {
    id: "path-entry-missing",
    severity: Severity::Note,
    title: "Entries of PATH that do not exist",
    why: "They cost time, and whoever can create the directory can put programs there.",
    run: missing,
};

fn missing(context: &Context<'_>) -> Vec<Hit> {
    let platform = context.platform();
    // `go install` creates its directory when it is first needed.
    let installs = super::installs::target(context).unwrap_or_default();
    let gone = |entry: &str| {
        let dir = platform.unquoted(entry);
        let is_gone = platform.is_absolute(&dir) && context.host.kind(&dir) != Kind::Dir;
        // Of what does not answer nobody knows whether it is there.
        let answers = || !context.host.silent().iter().any(|silent| platform.is_within(&dir, silent));
        is_gone && answers() && !platform.same_path(&dir, &installs)
    };
    combined(
        numbered(context, gone),
        |n| format!("{n} of PATH without a folder behind it"),
        || PathChange::default().without(places(context, gone)),
    )
}

const DOUBLED: Check = Check {
    id: "path-entry-doubled",
    severity: Severity::Note,
    title: "Entries that are on PATH twice",
    why: "They cost time, and hide which one is used.",
    run: doubled,
};

fn doubled(context: &Context<'_>) -> Vec<Hit> {
    let platform = context.platform();
    let dirs = context.subject.env.path_dirs();
    let fold = |dir: &str| platform.fold_name(dir.trim_end_matches(platform.separator())).into_owned();
    let mut seen = std::collections::BTreeSet::new();
    let again: Vec<String> = dirs
        .iter()
        .enumerate()
        .filter(|(_, dir)| !seen.insert(fold(dir)))
        .map(|(at, dir)| format!("entry {} `{dir}`", at + 1))
        .collect();
    combined(
        again,
        |n| format!("{n} of PATH, repeated from before"),
        || {
            let mut seen = std::collections::BTreeSet::new();
            let again = dirs.iter().enumerate().filter(|(_, dir)| !seen.insert(fold(dir))).map(|(at, _)| at);
            PathChange::default().without(again.collect::<Vec<_>>())
        },
    )
}

const TOO_LONG: Check = Check {
    id: "path-too-long",
    severity: Severity::Warning,
    title: "PATH is very long",
    why: "Windows gives a program at most 32,766 characters of it.",
    run: too_long,
};

fn too_long(context: &Context<'_>) -> Vec<Hit> {
    let path = context.subject.env.get("PATH").unwrap_or_default();
    let length = path.encode_utf16().count();
    let entries = context.subject.env.path_entries().len();
    let most = if context.platform() == Platform::Windows { LONGEST_WINDOWS * 3 / 4 } else { 64 * 1024 };
    if length < most && entries < 1_000 {
        return Vec::new();
    }
    let message = "PATH is so long that every program is searched for slowly, and a step that adds to it may fail";
    let platform = context.platform();
    let mut seen = HashSet::new();
    let is_kept = |dir: &str| {
        let folded = platform.fold_name(dir.trim_end_matches(platform.separator())).into_owned();
        context.host.kind(dir) == Kind::Dir && seen.insert(folded)
    };
    let dirs = context.subject.env.path_dirs();
    let kept: Vec<bool> = dirs.iter().map(|dir| &**dir).map(is_kept).collect();
    let gone = kept.iter().enumerate().filter(|(_, kept)| !**kept).map(|(at, _)| at);
    let change = PathChange::default().without(gone);
    let hit = Hit::new(message, format!("{entries} entries, {length} characters"));
    vec![if change.path(context).len() < most { hit.on_path(change) } else { hit }]
}
