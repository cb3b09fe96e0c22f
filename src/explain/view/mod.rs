//! The answers of `explain` as documents: `values`, `why` and `environment`. What
//! they share is here: the words for each source, and how values are shown.

mod environment;
mod values;
mod why;

pub use environment::environment;
pub use values::{Shown, values};
pub use why::why;

use crate::{
    goenv::{
        explanation::{Layer, SourcedValue},
        version::GoVersion,
    },
    output::{
        document::{Block, Span, Text, Value},
        wording::list,
    },
    platform::Platform,
    status::Severity,
};

/// A place where values come from, as it is called in a sentence; backquotes enclose code.
fn source(layer: Layer) -> &'static str {
    match layer {
        Layer::Environment => "environment",
        Layer::GoenvFile => "go env -w",
        Layer::GorootGoEnv => "GOROOT/go.env",
        Layer::Computed => "computed",
        Layer::Default => "default",
        Layer::Workflow => "a workflow",
        Layer::GithubEnv => "GITHUB_ENV",
        Layer::UserRegistry => "the user's registry",
        Layer::MachineRegistry => "the machine's registry",
        Layer::ShellProfile => "a shell profile",
        Layer::Envrc => ".envrc",
        Layer::Mise => "mise",
        Layer::Shim => "a shim",
        Layer::VsCode => "the settings of VS Code",
        Layer::Process => "the process that started this one",
    }
}

/// Go passes over a value that is shadowed; one in another place may never have reached this process.
fn relation(layer: Layer) -> &'static str {
    match layer {
        Layer::Environment | Layer::GoenvFile | Layer::GorootGoEnv | Layer::Computed | Layer::Default => "shadows",
        Layer::Workflow
        | Layer::GithubEnv
        | Layer::UserRegistry
        | Layer::MachineRegistry
        | Layer::ShellProfile
        | Layer::Envrc
        | Layer::Mise
        | Layer::Shim
        | Layer::VsCode
        | Layer::Process => "elsewhere",
    }
}

/// `go env -w, /home/u/.config/go/env:3`.
fn place(layer: Layer, at: Option<&str>) -> Text {
    let source = Text::from(source(layer));
    match at {
        Some(at) => source.and(", ").and(location(at)),
        None => source,
    }
}

/// `shadows /old (go env -w, /home/u/.config/go/env:3)`.
fn shadowed(one: &SourcedValue) -> Text {
    let value = Text::words(format!("{} ", relation(one.source))).and(short_value(Some(&one.value)));
    value.and(" (").and(place(one.source, one.at.as_deref())).and(")")
}

/// `file:line` as a file that a terminal can open, and what follows it, `, job build, step 3`; all else as it is.
fn location(at: &str) -> Text {
    let digits = |rest: &str| rest.bytes().take_while(u8::is_ascii_digit).count();
    // The first number behind a colon that ends the text or that a comma follows.
    let found = at.match_indices(':').find_map(|(colon, _)| {
        let length = digits(&at[colon + 1..]);
        let rest = &at[colon + 1 + length..];
        let line = at[colon + 1..colon + 1 + length].parse().ok()?;
        (rest.is_empty() || rest.starts_with(", ")).then_some((&at[..colon], line, rest))
    });
    let (path, line, rest) = found.map_or((at, None, ""), |(path, line, rest)| (path, Some(line), rest));
    if path.starts_with('/') || path.get(1..3) == Some(":\\") {
        let file = Text::from(Span::File { path: path.to_owned(), line });
        if rest.is_empty() { file } else { file.and(Text::prose(rest)) }
    } else {
        Text::words(at)
    }
}

/// A value, or what stands for none.
fn short_value(value: Option<&str>) -> Text {
    match value {
        None => Text::words("(only Go can tell)"),
        Some("") => Text::words("(empty)"),
        Some(value) => Text::code(value),
    }
}

/// Entries of a list that is shown as one, in part; a longer one would only cost memory.
const LONGEST_LIST: usize = 10_000;

/// A value by its entries where it is a list of directories.
fn full_value(name: &str, value: Option<&str>, platform: Platform) -> Value {
    let is_list = platform.fold_name(name) == "PATH" || name == "GOPATH";
    let entries: Vec<&str> = match value.filter(|_| is_list) {
        None => Vec::new(),
        // Windows passes over an empty entry.
        Some(list) if platform == Platform::Windows => platform.split_list(list),
        Some(list) => list.split(platform.list_separator()).collect(),
    };
    if entries.len() > LONGEST_LIST {
        let words = Text::words(format!("{} entries: ", entries.len()));
        return Value::Text(words.and(short_value(value)));
    }
    if entries.len() > 1 {
        Value::List(entries.into_iter().map(|entry| short_value(Some(entry))).collect())
    } else {
        Value::Text(short_value(value))
    }
}

/// `Go 1.23.4 in /usr/local/go`.
fn version(go: &str, goroot: Option<&str>) -> Text {
    let name = Text::words(format!("Go {go}"));
    match goroot {
        Some(goroot) => name.and(" in ").and(Span::File { path: goroot.to_owned(), line: None }),
        None => name.and(" by its rules alone: no such toolchain was found"),
    }
}

/// `Go 1.21.13, 1.22.10 and 1.23.4`.
fn versions(all: &[String]) -> String {
    format!("Go {}", list(all))
}

/// The versions of each value, in the order in which the values first come.
fn by_value<'a>(all: impl Iterator<Item = (&'a GoVersion, Option<&'a str>)>) -> Vec<(Vec<String>, Text)> {
    let mut groups: Vec<(Option<&str>, Vec<String>)> = Vec::new();
    for (go, value) in all {
        match groups.iter_mut().find(|(known, _)| *known == value) {
            Some((_, versions)) => versions.push(go.to_string()),
            None => groups.push((value, vec![go.to_string()])),
        }
    }
    let shown =
        |value: Option<&str>| value.map_or_else(|| Text::words("(no answer)"), |value| short_value(Some(value)));
    groups.into_iter().map(|(value, versions)| (versions, shown(value))).collect()
}

/// What somebody should know.
fn notices(severity: Severity, notes: &[String]) -> impl Iterator<Item = Block> {
    notes.iter().map(move |note| Block::Notice(severity, Text::prose(note)))
}
