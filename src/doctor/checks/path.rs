//! PATH: which `go` runs, and entries that do nothing or too much.

use crate::doctor::{Scene, context::Seen};
use crate::{
    goenv::locate::{GoOnPath, gos_on_path},
    platform::{Platform, env::LONGEST_WINDOWS},
    ports::Kind,
};

/// Entries that are named in one finding.
const NAMED: usize = 3;

/// Every `go` on PATH in order: the file, and the GOROOT and version it belongs to.
fn programs(scene: &Scene<'_>) -> Vec<(String, Option<(String, String)>)> {
    let known = |go: GoOnPath| {
        let version = go.version(scene.platform(), scene.host).and_then(Result::ok);
        (go.program, go.goroot.zip(version.map(|version| version.to_string())))
    };
    gos_on_path(scene.subject.env, scene.host).map(known).collect()
}

pub(crate) fn no_go(scene: &Scene<'_>) -> Vec<Seen> {
    if !programs(scene).is_empty() {
        return Vec::new();
    }
    let entries = scene.subject.env.path_entries().len();
    let message = "there is no `go` on PATH";
    vec![
        Seen::new(message, format!("none of its {entries} entries holds one"))
            .mend("install Go, and put its bin folder on PATH"),
    ]
}

pub(crate) fn two_gos(scene: &Scene<'_>) -> Vec<Seen> {
    let programs = programs(scene);
    let Some(((first, Some((root, version))), rest)) = programs.split_first() else { return Vec::new() };
    let other = rest.iter().find_map(|(file, known)| {
        known.as_ref().filter(|(other, v)| other != root && v != version).map(|(_, v)| (file, v))
    });
    let Some((file, hidden)) = other else { return Vec::new() };
    let message = format!("two versions of `go` are on PATH: {version} runs, and {hidden} waits for another order");
    vec![Seen::new(message, format!("`{first}` comes before `{file}`")).mend("take one of the two folders off PATH")]
}

pub(crate) fn broken_go(scene: &Scene<'_>) -> Vec<Seen> {
    let Some((file, None)) = programs(scene).into_iter().next() else { return Vec::new() };
    let message = "the first `go` on PATH belongs to no Go installation: it finds no GOROOT unless GOROOT is set";
    vec![
        Seen::new(message, format!("`{file}` has no folder with a VERSION file two levels above it"))
            .mend("put the bin folder of the installation itself on PATH"),
    ]
}

fn gathered(found: Vec<String>, message: impl Fn(String) -> String, mend: &str) -> Vec<Seen> {
    if found.is_empty() {
        return Vec::new();
    }
    let more = found.len().saturating_sub(NAMED);
    let mut evidence = found.iter().take(NAMED).cloned().collect::<Vec<_>>().join("; ");
    if more > 0 {
        evidence += &format!("; and {more} more");
    }
    let number = if found.len() == 1 { "one entry".to_owned() } else { format!("{} entries", found.len()) };
    vec![Seen::new(message(number), evidence).mend(mend)]
}

fn numbered(scene: &Scene<'_>, is: impl Fn(&str) -> bool) -> Vec<String> {
    let entries = scene.subject.env.path_entries();
    let found = entries.iter().enumerate().filter(|(_, entry)| is(entry));
    found.map(|(at, entry)| format!("entry {} `{entry}`", at + 1)).collect()
}

pub(crate) fn quoted(scene: &Scene<'_>) -> Vec<Seen> {
    let means = if scene.platform() == Platform::Windows {
        "cmd and Go take the quotation marks off, PowerShell and CreateProcess do not"
    } else {
        "the quotation marks are part of the name"
    };
    gathered(
        numbered(scene, |entry| entry.contains('"')),
        |n| format!("{n} of PATH in quotation marks: {means}"),
        "write the entry without quotation marks",
    )
}

pub(crate) fn relative(scene: &Scene<'_>) -> Vec<Seen> {
    let platform = scene.platform();
    let mut found =
        numbered(scene, |entry| !platform.is_absolute(&platform.unquoted(entry)) && !entry.starts_with('%'));
    let path = scene.subject.env.get("PATH").unwrap_or_default();
    let separator = platform.list_separator();
    let empty = !path.is_empty() && path.split(separator).any(str::is_empty);
    // On Windows an empty entry is nothing at all.
    found.extend((empty && platform != Platform::Windows).then(|| "an empty entry".to_owned()));
    gathered(
        found,
        |n| {
            format!("{n} of PATH not absolute: programs are taken from wherever one stands, and Go refuses to run them")
        },
        "take the entry off PATH, or write it whole",
    )
}

pub(crate) fn missing(scene: &Scene<'_>) -> Vec<Seen> {
    let platform = scene.platform();
    // `go install` makes its folder when it is first needed.
    let installs = crate::doctor::checks::installs::target(scene).unwrap_or_default();
    let gone = |entry: &str| {
        let dir = platform.unquoted(entry);
        platform.is_absolute(&dir) && scene.host.kind(&dir) != Kind::Dir && !platform.same_path(&dir, &installs)
    };
    gathered(numbered(scene, gone), |n| format!("{n} of PATH without a folder behind it"), "take them off PATH")
}

pub(crate) fn doubled(scene: &Scene<'_>) -> Vec<Seen> {
    let platform = scene.platform();
    let dirs = scene.subject.env.path_dirs();
    let fold = |dir: &str| platform.fold_name(dir.trim_end_matches(platform.separator())).into_owned();
    let mut seen = std::collections::BTreeSet::new();
    let again: Vec<String> = dirs
        .iter()
        .enumerate()
        .filter(|(_, dir)| !seen.insert(fold(dir)))
        .map(|(at, dir)| format!("entry {} `{dir}`", at + 1))
        .collect();
    gathered(again, |n| format!("{n} of PATH, repeated from before"), "take the later one off PATH")
}

pub(crate) fn too_long(scene: &Scene<'_>) -> Vec<Seen> {
    let path = scene.subject.env.get("PATH").unwrap_or_default();
    let length = path.encode_utf16().count();
    let entries = scene.subject.env.path_entries().len();
    let most = if scene.platform() == Platform::Windows { LONGEST_WINDOWS * 3 / 4 } else { 64 * 1024 };
    if length < most && entries < 1_000 {
        return Vec::new();
    }
    let message = "PATH is so long that every program is searched for slowly, and a step that adds to it may fail";
    vec![
        Seen::new(message, format!("{entries} entries, {length} characters"))
            .mend("take off PATH what leads to no folder"),
    ]
}
