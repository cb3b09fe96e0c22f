//! The file of `go env -w`, which stays in force long after everybody has forgotten it.

use crate::{
    doctor::{
        Context,
        check::{Check, Hit},
        finding::FileChange,
    },
    goenv::{
        Known, Reach,
        explanation::Layer,
        settings::{SettingsFile, SettingsLine, Unreadable},
    },
    output::mask,
    platform::Platform,
    status::Severity,
};

pub(super) const CHECKS: &[Check] = &[UNREADABLE, BROKEN_LINES, UNKNOWN_NAMES, CARRIAGE_RETURNS, IN_FORCE, SHADOWED];

/// Settings with which a leftover changes where Go writes or what it fetches and builds.
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
fn file<'s>(context: &'s Context<'_>) -> Option<&'s SettingsFile> {
    context.look.goenv_file.as_ref()
}

/// The change that takes lines out of the file; every other byte stays.
fn without(context: &Context<'_>, path: &str, drop: &[usize]) -> Option<FileChange> {
    let before = context.host.read(path).ok().filter(|_| !drop.is_empty())?;
    Some(FileChange::Lines { path: path.to_owned(), before, drop: drop.to_vec(), bare_ends: false })
}

/// Takes every line of a name out of the file, without running `go`, which may not start.
pub(crate) fn forget(context: &Context<'_>, name: &str, hit: Hit) -> Hit {
    let Some(file) = file(context) else { return hit };
    let lines: Vec<usize> = file.lines.iter().filter(|line| line.name == name).map(|line| line.number).collect();
    let change = without(context, &file.path, &lines);
    let command = match context.platform() {
        Platform::Windows => format!("(Get-Content '{0}') -notmatch '^{name}=' | Set-Content '{0}'", file.path),
        _ => format!("sed -i '/^{name}=/d' '{}'", file.path),
    };
    hit.fix_with(command, change).at(&file.path, lines.first().copied())
}

const UNREADABLE: Check = Check {
    id: "goenv-file-unreadable",
    severity: Severity::Error,
    title: "The file of go env -w cannot be read",
    why: "Go says nothing about it. Windows PowerShell's `>` and `Out-File` write UTF-16.",
    run: unreadable,
};

fn unreadable(context: &Context<'_>) -> Vec<Hit> {
    let Some(file) = file(context).filter(|file| file.lines.is_empty()) else { return Vec::new() };
    let Some(why) = &file.unreadable else { return Vec::new() };
    let utf16 = *why == Unreadable::Utf16;
    let evidence = file.notes().into_iter().next().unwrap_or_else(|| format!("`{}` cannot be read", file.path));
    let command = if utf16 && context.platform() == Platform::Windows {
        format!("(Get-Content '{0}') | Set-Content -Encoding utf8NoBOM '{0}'", file.path)
    } else if utf16 {
        format!("iconv -f UTF-16 -t UTF-8 '{0}' > '{0}.new' && mv '{0}.new' '{0}'", file.path)
    } else {
        "go env GOENV".to_owned()
    };
    let message = "the file of `go env -w` cannot be read, and Go goes on as if it were empty";
    vec![Hit::new(message, evidence).fix(command).at(&file.path, None)]
}

const BROKEN_LINES: Check = Check {
    id: "goenv-file-broken-lines",
    severity: Severity::Warning,
    title: "Broken lines in the file of go env -w",
    why: "A setting is `NAME=value`, and begins with a capital letter in the first column.",
    run: broken_lines,
};

fn broken_lines(context: &Context<'_>) -> Vec<Hit> {
    let Some(file) = file(context) else { return Vec::new() };
    let Some((first, line)) = file.ignored.first().filter(|_| file.unreadable.is_none()) else { return Vec::new() };
    let numbers: Vec<usize> = file.ignored.iter().map(|(number, _)| *number).collect();
    let message =
        format!("{} of the file of `go env -w`: no settings, which Go ignores without a word", lines(&numbers));
    let change = without(context, &file.path, &numbers);
    let evidence = format!("line {first}: `{}`", mask::masked(line));
    vec![
        Hit::new(message, evidence)
            .fix_with(delete(context, &file.path, &numbers), change)
            .at(&file.path, Some(*first)),
    ]
}

const UNKNOWN_NAMES: Check = Check {
    id: "goenv-file-unknown-names",
    severity: Severity::Warning,
    title: "Unknown names in the file of go env -w",
    why: "`go env -w` refuses them; somebody edited the file by hand, or an older Go knew the name.",
    run: unknown_names,
};

fn unknown_names(context: &Context<'_>) -> Vec<Hit> {
    let Some(file) = file(context) else { return Vec::new() };
    let (_, known) = Known::of(context.subject.version);
    let unknown: Vec<&SettingsLine> = file.lines.iter().filter(|line| !known.has(&line.name)).collect();
    let Some(SettingsLine { number: first, name, .. }) = unknown.first() else { return Vec::new() };
    let numbers: Vec<usize> = unknown.iter().map(|line| line.number).collect();
    let message = format!(
        "{} of the file of `go env -w` set names that Go {} does not know",
        lines(&numbers),
        context.subject.version
    );
    let change = without(context, &file.path, &numbers);
    vec![
        Hit::new(message, format!("line {first}: `{name}`"))
            .fix_with(delete(context, &file.path, &numbers), change)
            .at(&file.path, Some(*first)),
    ]
}

const CARRIAGE_RETURNS: Check = Check {
    id: "goenv-file-carriage-returns",
    severity: Severity::Error,
    title: "CR LF in the file of go env -w",
    why: "Go ends a line at LF alone, so a CR becomes part of the value.",
    run: carriage_returns,
};

fn carriage_returns(context: &Context<'_>) -> Vec<Hit> {
    let Some(file) = file(context) else { return Vec::new() };
    let Some(SettingsLine { number: first, name, .. }) = file.carriage_return() else { return Vec::new() };
    let change = context.host.read(&file.path).ok().map(|before| FileChange::Lines {
        path: file.path.clone(),
        before,
        drop: Vec::new(),
        bare_ends: true,
    });
    let command = match context.platform() {
        Platform::Windows => {
            format!("(Get-Content -Raw '{0}') -replace \"`r\", '' | Set-Content -NoNewline '{0}'", file.path)
        }
        _ => format!("sed -i 's/\\r$//' '{}'", file.path),
    };
    let message = "lines of the file of `go env -w` end in CR LF, and the CR is part of the value";
    vec![Hit::new(message, format!("line {first}: {name}")).fix_with(command, change).at(&file.path, Some(*first))]
}

const IN_FORCE: Check = Check {
    id: "goenv-file-in-force",
    severity: Severity::Warning,
    title: "A leftover of go env -w is in force",
    why: "It applies to every shell and every job of this user, and no environment variable shows it.",
    run: in_force,
};

fn in_force(context: &Context<'_>) -> Vec<Hit> {
    let go_answers = !context.look.stops.iter().any(|stop| stop.reach == Reach::Every);
    let one = |name: &&str| {
        let found = context.explanation.get(name).filter(|found| found.source == Layer::GoenvFile)?;
        // It may be intended, so `--fix` leaves it alone.
        let left_to_a_person = |hit: Hit| {
            let by_file = hit.command().to_owned();
            hit.fix(if go_answers { format!("go env -u {name}") } else { by_file })
        };
        let message = format!(
            "{name} was set once by `go env -w` and is still in force, in every shell and every job of this user"
        );
        let hit = Hit::new(message, format!("{} ({})", secret_value(context, name), context.whence(found)));
        Some(left_to_a_person(forget(context, name, hit)))
    };
    MATTERS.iter().filter_map(one).collect()
}

const SHADOWED: Check = Check {
    id: "goenv-file-shadowed",
    severity: Severity::Note,
    title: "A shadowed leftover of go env -w",
    why: "An empty variable does not protect from it: Go falls through to the file.",
    run: shadowed,
};

fn shadowed(context: &Context<'_>) -> Vec<Hit> {
    let one = |name: &&str| {
        let found = context.explanation.get(name).filter(|found| found.source == Layer::Environment)?;
        let beneath = found.shadowed.iter().find(|held| held.source == Layer::GoenvFile)?;
        let differs = beneath.value != context.raw(name);
        let message =
            format!("`go env -w` left another {name}, which comes into force where the environment does not set it");
        let evidence = format!(
            "{}; beneath it `{}` ({})",
            context.shown(name),
            mask::shown(name, &beneath.value),
            beneath.at.as_deref().unwrap_or_default()
        );
        differs.then(|| Hit::new(message, evidence).fix(format!("go env -u {name}")))
    };
    MATTERS.iter().filter_map(one).collect()
}

fn secret_value(context: &Context<'_>, name: &str) -> String {
    format!("{name}={}", mask::shown(name, context.value(name)))
}

fn lines(numbers: &[usize]) -> String {
    let shown: Vec<String> = numbers.iter().take(5).map(ToString::to_string).collect();
    let more = numbers.len().saturating_sub(5);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let word = if numbers.len() == 1 { "line" } else { "lines" };
    format!("{word} {}{more}", shown.join(", "))
}

fn delete(context: &Context<'_>, path: &str, numbers: &[usize]) -> String {
    match context.platform() {
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
