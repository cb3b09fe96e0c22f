//! GOBIN and the directory that `go install` writes to: whether its programs are the ones that run.

use crate::{
    doctor::{
        Context,
        check::{Check, Hit, told},
        checks::workspace::{lines_of, module_dir, word_of},
        path_change::PathChange,
    },
    goenv::{explanation::Layer, module::program_name},
    ports::{Kind, ReadLimit},
    status::Severity,
};

pub(super) const CHECKS: &[Check] = &[RELATIVE, LIST, NOT_ON_PATH, SHADOWED, IS_DIRECTORY, CROSS];

/// Programs of one directory that are compared with PATH.
const MOST: usize = 500;

/// GOBIN, else `bin` in the first entry of GOPATH; only if it is absolute.
pub(crate) fn target(context: &Context<'_>) -> Option<String> {
    let platform = context.platform();
    let gobin = context.value("GOBIN");
    let dir = if gobin.is_empty() {
        platform.join(platform.split_list(context.value("GOPATH")).first()?, "bin")
    } else {
        gobin.to_owned()
    };
    platform.is_absolute(&dir).then_some(dir)
}

const RELATIVE: Check = Check {
    id: "gobin-relative",
    severity: Severity::Error,
    title: "GOBIN is not absolute",
    why: "`go env GOBIN` prints it with exit code 0; only `go install` says what is wrong.",
    run: relative,
};

fn relative(context: &Context<'_>) -> Vec<Hit> {
    let gobin = context.value("GOBIN");
    if gobin.is_empty() || context.is_absolute(gobin) {
        return Vec::new();
    }
    let message = "GOBIN is not absolute: `go env` shows it without complaint, and `go install` refuses it";
    vec![context.without_any("GOBIN", &|held| !context.is_absolute(held), Hit::new(message, context.shown("GOBIN")))]
}

const LIST: Check = Check {
    id: "gobin-list",
    severity: Severity::Error,
    title: "GOBIN holds a list",
    why: "GOBIN is one directory; GOPATH is a list.",
    run: list,
};

fn list(context: &Context<'_>) -> Vec<Hit> {
    let gobin = context.value("GOBIN");
    let entries = context.platform().split_list(gobin);
    if entries.len() < 2 {
        return Vec::new();
    }
    let hit = Hit::new("GOBIN holds a list, and Go takes it for the name of one folder", context.shown("GOBIN"));
    let on_path: Vec<_> = context.subject.env.path_dirs();
    let is_on_path = |entry: &&&str| on_path.iter().any(|dir| context.platform().same_path(dir, entry));
    // Programs of a directory that is on PATH are found by their names.
    let best = entries.iter().find(is_on_path).or_else(|| entries.iter().find(|entry| context.is_absolute(entry)));
    vec![match best {
        Some(dir) => context.with("GOBIN", dir, hit),
        None => context.without("GOBIN", hit),
    }]
}

const NOT_ON_PATH: Check = Check {
    id: "gobin-not-on-path",
    severity: Severity::Warning,
    title: "The directory of go install is not on PATH",
    why: "`go install` never changes PATH, neither its own nor that of the shell it was called from. Before the first program is there, it is a note where GOBIN is set, and nothing where it is not.",
    run: not_on_path,
};

fn not_on_path(context: &Context<'_>) -> Vec<Hit> {
    // value-with-blanks and gobin-list tell what is no directory's name.
    let Some(dir) = target(context).filter(|dir| dir.trim() == dir) else { return Vec::new() };
    let platform = context.platform();
    let on_path = |entry: &str| platform.same_path(entry, &dir) || context.host.same_file(entry, &dir) == Some(true);
    if context.subject.env.path_dirs().iter().any(|entry| on_path(entry)) || super::shims::exposes_programs(context) {
        return Vec::new();
    }
    let is_empty = context.host.list(&dir).is_empty();
    if is_empty && context.set("GOBIN").is_none() {
        return Vec::new();
    }
    let message = "the folder of `go install` is not on PATH: what it installs is not found by its name";
    let hit = Hit::new(message, format!("`{dir}` is no entry of PATH")).on_path(PathChange::first(&dir));
    vec![if is_empty { hit.severity(Severity::Note) } else { hit }]
}

/// Files that are looked for, of all names in all entries of PATH together.
const MOST_LOOKS: usize = 200_000;

const SHADOWED: Check = Check {
    id: "gobin-shadowed",
    severity: Severity::Warning,
    title: "An installed program is hidden by another",
    why: "PATH is searched in order, so an older copy earlier on it always runs.",
    run: shadowed,
};

fn shadowed(context: &Context<'_>) -> Vec<Hit> {
    let Some(dir) = target(context).filter(|dir| context.host.kind(dir) == Kind::Dir) else { return Vec::new() };
    let platform = context.platform();
    let before: Vec<String> = context
        .subject
        .env
        .path_dirs()
        .iter()
        .take_while(|entry| !platform.same_path(entry, &dir))
        .filter(|entry| platform.is_absolute(entry))
        .map(|entry| entry.clone().into_owned())
        .collect();
    if !context.subject.env.path_dirs().iter().any(|entry| platform.same_path(entry, &dir)) {
        return Vec::new();
    }
    let one = |name: String| {
        let mine = platform.join(&dir, &name);
        let other = before
            .iter()
            .map(|entry| platform.join(entry, &name))
            .find(|path| context.host.kind(path) == Kind::File)?;
        if context.host.kind(&mine) != Kind::File || context.host.same_file(&mine, &other) == Some(true) {
            return None;
        }
        let message = format!("`{name}` was installed, and another one earlier on PATH runs instead");
        Some(Hit::new(message, format!("`{mine}` is hidden by `{other}`")).on_path(PathChange::first(&dir)))
    };
    let most = MOST.min(MOST_LOOKS / before.len().max(1));
    context.host.list(&dir).into_iter().take(most).filter_map(one).collect()
}

const IS_DIRECTORY: Check = Check {
    id: "install-target-is-directory",
    severity: Severity::Error,
    title: "A directory has the name of the program to install",
    why: "`go install` writes a file of the program's name, and stops where a directory has it: `build output ... already exists and is a directory`. The package of this directory is looked at, and those in `cmd`.",
    run: is_directory,
};

fn is_directory(context: &Context<'_>) -> Vec<Hit> {
    let platform = context.platform();
    let (Some(bin), Some(top)) = (target(context), module_dir(context)) else { return Vec::new() };
    let lines = lines_of(context, context.value("GOMOD"));
    let Some(module) = word_of(&lines, "module") else { return Vec::new() };
    let here = context.subject.current_dir;
    let commands = platform.join(&top, "cmd");
    let names = context.host.list(&commands).into_iter().take(MOST);
    let packages = names.map(|name| platform.join(&commands, &name)).chain([here.to_owned()]);
    let taken = packages.filter(|dir| is_program(context, dir)).filter_map(|dir| {
        let path = format!("{module}/{}", dir.strip_prefix(top.as_str())?.replace('\\', "/").trim_matches('/'));
        let name = program_name(path.trim_end_matches('/'))?.to_owned() + platform.exe_suffix();
        let place = platform.join(&bin, &name);
        (context.host.kind(&place) == Kind::Dir).then_some((name, place))
    });
    let hit = |(name, place): (String, String)| {
        let message = format!("a directory has the name of the program `{name}`: `go install` cannot write it");
        Hit::new(message, format!("`{place}` is a directory")).fix(context.set_aside(&place).unwrap_or_default())
    };
    told(taken, hit)
}

/// Whether a directory has Go files of `package main`.
fn is_program(context: &Context<'_>, dir: &str) -> bool {
    let is_source = |name: &String| name.ends_with(".go") && !name.ends_with("_test.go");
    context.host.list(dir).iter().filter(|name| is_source(name)).take(MOST).any(|name| {
        let text = context.host.read(&context.platform().join(dir, name), ReadLimit::Settings).unwrap_or_default();
        let text = String::from_utf8_lossy(&text).into_owned();
        text.lines().find_map(|line| line.strip_prefix("package ")).is_some_and(|name| name.trim() == "main")
    })
}

const CROSS: Check = Check {
    id: "gobin-and-cross-build",
    severity: Severity::Error,
    title: "GOBIN is set for a cross build",
    why: "`go install` refuses with `cannot install cross-compiled binaries when GOBIN is set`.",
    run: cross,
};

fn cross(context: &Context<'_>) -> Vec<Hit> {
    let gobin = context.set("GOBIN").is_some() && !context.value("GOBIN").is_empty();
    let foreign = |name: &str, own: &str| context.set(name).is_some() && context.value(name) != context.value(own);
    if !gobin || !(foreign("GOOS", "GOHOSTOS") || foreign("GOARCH", "GOHOSTARCH")) {
        return Vec::new();
    }
    let message = "GOBIN is set while another system or processor is the target: `go install` refuses every program";
    let evidence = format!("{}; {}; {}", context.shown("GOBIN"), context.shown("GOOS"), context.shown("GOARCH"));
    // A leftover of `go env -w` is the likelier mistake of the two.
    let is_left = |name: &&str| context.set(name).is_some_and(|found| found.source == Layer::GoenvFile);
    let left = ["GOOS", "GOARCH"].into_iter().filter(|name| foreign(name, &format!("GOHOST{}", &name[2..])));
    let one_left = left.clone().count() == 1;
    let name = left.clone().find(|name| one_left && is_left(name)).unwrap_or("GOBIN");
    vec![context.without_any(name, &|_| true, Hit::new(message, evidence))]
}
