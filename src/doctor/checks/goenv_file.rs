//! The file of `go env -w`: it outlives everybody's memory of having written it.

use crate::doctor::{Scene, context::Seen};
use crate::{
    doctor::finding::Change,
    goenv::{
        Known, Reach,
        explanation::Layer,
        settings::{Line, SettingsFile, Unreadable},
    },
    output::mask,
    platform::Platform,
};

/// What a leftover changes for everybody who follows the team's page.
const MATTERS: [&str; 10] = [
    "GOBIN",
    "GOCACHE",
    "GOPATH",
    "GOMODCACHE",
    "GOFLAGS",
    "GOPROXY",
    "GOTOOLCHAIN",
    "GOPRIVATE",
    "GONOSUMDB",
    "GO111MODULE",
];

/// The file that the examined `go` reads, if it reads one.
fn file<'s>(scene: &'s Scene<'_>) -> Option<&'s SettingsFile> {
    scene.look.goenv_file.as_ref()
}

/// The change that takes lines out of the file; every other byte stays.
fn without(scene: &Scene<'_>, path: &str, drop: &[usize]) -> Option<Change> {
    let before = scene.host.read(path).ok().filter(|_| !drop.is_empty())?;
    Some(Change::Lines { path: path.to_owned(), before, drop: drop.to_vec(), bare_ends: false })
}

/// Takes every line of a name out of the file, without a go that may not start.
pub(crate) fn forget(scene: &Scene<'_>, name: &str, seen: Seen) -> Seen {
    let Some(file) = file(scene) else { return seen };
    let lines: Vec<usize> = file.lines.iter().filter(|line| line.name == name).map(|line| line.number).collect();
    let change = without(scene, &file.path, &lines);
    let command = match scene.platform() {
        Platform::Windows => format!("(Get-Content '{0}') -notmatch '^{name}=' | Set-Content '{0}'", file.path),
        _ => format!("sed -i '/^{name}=/d' '{}'", file.path),
    };
    seen.change(command, change).at(&file.path, lines.first().copied())
}

pub(crate) fn unreadable(scene: &Scene<'_>) -> Vec<Seen> {
    let Some(file) = file(scene).filter(|file| file.lines.is_empty()) else { return Vec::new() };
    let Some(why) = &file.unreadable else { return Vec::new() };
    let utf16 = *why == Unreadable::Utf16;
    let evidence = file.notes().into_iter().next().unwrap_or_else(|| format!("`{}` cannot be read", file.path));
    let command = if utf16 && scene.platform() == Platform::Windows {
        format!("(Get-Content '{0}') | Set-Content -Encoding utf8NoBOM '{0}'", file.path)
    } else if utf16 {
        format!("iconv -f UTF-16 -t UTF-8 '{0}' > '{0}.new' && mv '{0}.new' '{0}'", file.path)
    } else {
        "go env GOENV".to_owned()
    };
    let message = "the file of `go env -w` cannot be read, and Go goes on as if it were empty";
    vec![Seen::new(message, evidence).mend(command).at(&file.path, None)]
}

pub(crate) fn broken_lines(scene: &Scene<'_>) -> Vec<Seen> {
    let Some(file) = file(scene) else { return Vec::new() };
    let Some((first, line)) = file.ignored.first().filter(|_| file.unreadable.is_none()) else { return Vec::new() };
    let numbers: Vec<usize> = file.ignored.iter().map(|(number, _)| *number).collect();
    let message =
        format!("{} of the file of `go env -w`: no settings, which Go ignores without a word", lines(&numbers));
    let change = without(scene, &file.path, &numbers);
    let evidence = format!("line {first}: `{}`", mask::masked(line));
    vec![Seen::new(message, evidence).change(delete(scene, &file.path, &numbers), change).at(&file.path, Some(*first))]
}

pub(crate) fn unknown_names(scene: &Scene<'_>) -> Vec<Seen> {
    let Some(file) = file(scene) else { return Vec::new() };
    let (_, known) = Known::of(scene.subject.version);
    let unknown: Vec<&Line> = file.lines.iter().filter(|line| !known.has(&line.name)).collect();
    let Some(Line { number: first, name, .. }) = unknown.first() else { return Vec::new() };
    let numbers: Vec<usize> = unknown.iter().map(|line| line.number).collect();
    let message = format!(
        "{} of the file of `go env -w` set names that Go {} does not know",
        lines(&numbers),
        scene.subject.version
    );
    let change = without(scene, &file.path, &numbers);
    vec![
        Seen::new(message, format!("line {first}: `{name}`"))
            .change(delete(scene, &file.path, &numbers), change)
            .at(&file.path, Some(*first)),
    ]
}

pub(crate) fn carriage_returns(scene: &Scene<'_>) -> Vec<Seen> {
    let Some(file) = file(scene) else { return Vec::new() };
    let Some(Line { number: first, name, .. }) = file.carriage_return() else { return Vec::new() };
    let change = scene.host.read(&file.path).ok().map(|before| Change::Lines {
        path: file.path.clone(),
        before,
        drop: Vec::new(),
        bare_ends: true,
    });
    let command = match scene.platform() {
        Platform::Windows => {
            format!("(Get-Content -Raw '{0}') -replace \"`r\", '' | Set-Content -NoNewline '{0}'", file.path)
        }
        _ => format!("sed -i 's/\\r$//' '{}'", file.path),
    };
    let message = "lines of the file of `go env -w` end in CR LF, and the CR is part of the value";
    vec![Seen::new(message, format!("line {first}: {name}")).change(command, change).at(&file.path, Some(*first))]
}

pub(crate) fn in_force(scene: &Scene<'_>) -> Vec<Seen> {
    let go_answers = !scene.look.stops.iter().any(|stop| stop.reach == Reach::Every);
    let one = |name: &&str| {
        let found = scene.explanation.get(name).filter(|found| found.source == Layer::GoenvFile)?;
        // What nobody can say is wrong is not taken away by itself.
        let by_hand = |seen: Seen| {
            let by_file = seen.mend.as_ref().map(|mend| mend.command.clone()).unwrap_or_default();
            seen.mend(if go_answers { format!("go env -u {name}") } else { by_file })
        };
        let message = format!(
            "{name} was set once by `go env -w` and is still in force, in every shell and every job of this user"
        );
        let seen = Seen::new(message, format!("{} ({})", secret_value(scene, name), scene.whence(found)));
        Some(by_hand(forget(scene, name, seen)))
    };
    MATTERS.iter().filter_map(one).collect()
}

pub(crate) fn shadowed(scene: &Scene<'_>) -> Vec<Seen> {
    let one = |name: &&str| {
        let found = scene.explanation.get(name).filter(|found| found.source == Layer::Environment)?;
        let beneath = found.shadowed.iter().find(|held| held.source == Layer::GoenvFile)?;
        let differs = beneath.value != scene.raw(name);
        let message =
            format!("`go env -w` left another {name}, which comes into force where the environment does not set it");
        let evidence = format!(
            "{}; beneath it `{}` ({})",
            scene.shown(name),
            mask::shown(name, &beneath.value),
            beneath.at.as_deref().unwrap_or_default()
        );
        differs.then(|| Seen::new(message, evidence).mend(format!("go env -u {name}")))
    };
    MATTERS.iter().filter_map(one).collect()
}

fn secret_value(scene: &Scene<'_>, name: &str) -> String {
    format!("{name}={}", mask::shown(name, scene.value(name)))
}

fn lines(numbers: &[usize]) -> String {
    let shown: Vec<String> = numbers.iter().take(5).map(ToString::to_string).collect();
    let more = numbers.len().saturating_sub(5);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let word = if numbers.len() == 1 { "line" } else { "lines" };
    format!("{word} {}{more}", shown.join(", "))
}

fn delete(scene: &Scene<'_>, path: &str, numbers: &[usize]) -> String {
    match scene.platform() {
        Platform::Windows => {
            let indices: Vec<String> = numbers.iter().map(ToString::to_string).collect();
            format!(
                "$n = 0; (Get-Content '{path}') | Where-Object {{ $n++; $n -notin {} }} | Set-Content '{path}'",
                indices.join(",")
            )
        }
        _ => {
            let script: Vec<String> = numbers.iter().map(|at| format!("{at}d")).collect();
            format!("sed -i '{}' '{path}'", script.join(";"))
        }
    }
}
