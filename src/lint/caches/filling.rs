//! Which commands of a script write to Go's caches, and which surely leave both alone.

use crate::{
    lint::{
        caches::own::GoCacheDir,
        timeline::{RowStep, StepKind},
    },
    script::reading::ScriptCommand,
};

/// A command that has surely filled one of Go's caches before a step.
pub(crate) struct Filling<'r> {
    /// `go mod download`.
    pub shown: String,
    pub step: &'r RowStep<'r>,
}

/// The last command of these steps that surely wrote to this directory of Go's, and whose files none behind it may have
/// taken away.
pub(crate) fn last_filling<'r>(steps: &'r [RowStep<'r>], dir: GoCacheDir, place: &str) -> Option<Filling<'r>> {
    for step in steps.iter().rev() {
        let commands = step.reading().map(|reading| reading.commands.as_slice()).unwrap_or_default();
        let cleaned = commands.iter().rposition(|command| cleans(command, dir));
        let left = cleaned.map_or(commands, |at| &commands[at + 1..]);
        if let Some(filling) = filling(step, left, dir, place) {
            return Some(filling);
        }
        if cleaned.is_some() {
            return None;
        }
    }
    None
}

/// The last of these commands of a step that surely fills the directory.
fn filling<'r>(step: &'r RowStep<'r>, commands: &[ScriptCommand], dir: GoCacheDir, place: &str) -> Option<Filling<'r>> {
    if !step.surely || step.in_background || !step.reading()?.syntax_is_known {
        return None;
    }
    let is_there = || {
        let own = dir.place(&step.scope)?;
        step.scope.platform().map(|platform| platform.same_path(&own, place))
    };
    let sure = commands.iter().rev().filter(|command| !command.conditional && command.assignments.is_empty());
    let shown = sure.filter(|command| fills(command).contains(&dir)).find_map(shown)?;
    (is_there() == Some(true)).then_some(Filling { shown, step })
}

/// Whether a step may take away what is in a directory of Go's.
pub(crate) fn may_clean(step: &RowStep<'_>, dir: GoCacheDir) -> bool {
    step.reading().is_some_and(|reading| reading.commands.iter().any(|command| cleans(command, dir)))
}

/// Whether a command may take away what is in it: `go clean -modcache`, `rm -rf ~/go/pkg/mod`.
fn cleans(command: &ScriptCommand, dir: GoCacheDir) -> bool {
    const REMOVE: [&str; 6] = ["rm", "rmdir", "rd", "del", "remove-item", "ri"];
    let flag = match dir {
        GoCacheDir::Modules => "-modcache",
        GoCacheDir::Build => "-cache",
    };
    if let Some(["clean", flags @ ..]) = words_of_go(command).as_deref() {
        return flags.iter().any(|given| given.trim_start_matches('-') == &flag[1..]);
    }
    let words = command.invoked();
    let name = words.first().and_then(|word| word.as_literal()).unwrap_or_default().to_ascii_lowercase();
    REMOVE.contains(&name.as_str()) && words[1..].iter().any(|word| word.written().to_ascii_lowercase().contains("go"))
}

/// The literal words of a command of Go's, its name and subcommand first.
fn words_of_go(command: &ScriptCommand) -> Option<Vec<&str>> {
    let words = command.invoked();
    let name = words.first()?.as_literal()?;
    matches!(name, "go" | "go.exe").then(|| words[1..].iter().map_while(|word| word.as_literal()).collect())
}

fn shown(command: &ScriptCommand) -> Option<String> {
    let words = words_of_go(command)?;
    let length = if words.first() == Some(&"mod") { 2 } else { 1 };
    Some(format!("go {}", words.get(..length)?.join(" ")))
}

/// The caches that a command writes to.
fn fills(command: &ScriptCommand) -> &'static [GoCacheDir] {
    let words = words_of_go(command).unwrap_or_default();
    match words.as_slice() {
        // Help is printed, a plan is shown.
        [_, rest @ ..] if rest.iter().any(|word| matches!(*word, "-h" | "-help" | "--help" | "-n")) => &[],
        ["build" | "test" | "vet" | "install" | "run", ..] => &GoCacheDir::ALL,
        ["mod", "download" | "tidy" | "vendor", ..] | ["get", ..] => &[GoCacheDir::Modules],
        _ => &[],
    }
}

/// Programs that write to none of Go's caches.
const LEAVE_GO_ALONE: &[&str] = &[
    "gofmt", "git", "grep", "egrep", "wc", "cat", "find", "diff", "exit", "test", "[", "[[", "sort", "head", "tail",
    "false", "true", "read", "echo", "printf", "ls", "pwd", "set", "tr", "sed", "awk", "return", ":",
];

/// Whether a step surely leaves both of Go's caches as they are: a list of what may be there, all else may fill them.
pub(crate) fn leaves_go_alone(step: &RowStep<'_>) -> bool {
    match &step.kind {
        StepKind::Script { reading: Some(reading), .. } => {
            reading.syntax_is_known && !reading.commands.is_empty() && reading.commands.iter().all(leaves_alone)
        }
        _ => false,
    }
}

fn leaves_alone(command: &ScriptCommand) -> bool {
    let words = command.invoked();
    let Some(first) = words.first() else { return true };
    match first.as_literal() {
        Some("go") => matches!(words.get(1).and_then(|word| word.as_literal()), Some("fmt" | "version" | "env")),
        Some("xargs") => words[1..].iter().filter_map(|word| word.as_literal()).any(|word| word == "gofmt"),
        Some(name) => LEAVE_GO_ALONE.contains(&name),
        None => false,
    }
}

/// Whether one of its scripts runs `gofmt` or `go fmt`.
pub(crate) fn formats(step: &RowStep<'_>) -> bool {
    let formats = |command: &ScriptCommand| {
        let words: Vec<&str> = command.invoked().iter().filter_map(|word| word.as_literal()).collect();
        words.contains(&"gofmt") || words.starts_with(&["go", "fmt"])
    };
    step.reading().is_some_and(|reading| reading.commands.iter().any(formats))
}
