//! House rules as tests: where the outside world may be touched, which way
//! the arrows point. A failure says what to do.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// Each level may name those before it and itself, never one behind it; the
/// parts of one level do not know each other.
const LEVELS: &[&[&str]] = &[
    &["jsonc", "nearest", "platform", "status"],
    &["output"],
    &["yaml"],
    &["ports"],
    &["goenv", "script"],
    &["workflow"],
    &["drives", "probe"],
    &["plan"],
    &["actions"],
    &["apply", "explain", "export", "install", "system"],
    &["report"],
    &["verify", "publish", "doctor"],
    &["config", "relocate"],
    &["lint"],
    &["claims"],
    &["editor"],
    &["exit"],
    &["cli"],
    &["completions", "manual"],
    &["error"],
    &["commands"],
    &["fuzzing"],
];

/// A part that may name another of its own level, and why.
const EXCEPTIONS: &[(&str, &str)] = &[];

fn sources(dir: &str) -> Vec<(String, String)> {
    fn walk(dir: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                found.push(path);
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    walk(&root.join(dir), &mut found);
    found.sort();
    let name = |path: &Path| path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
    found.iter().map(|path| (name(path), fs::read_to_string(path).unwrap())).collect()
}

/// `src/verify/cell.rs` is part of `verify`.
fn part(file: &str) -> String {
    file.trim_start_matches("src/").split(['/', '.']).next().unwrap().to_owned()
}

fn assert_none(complaints: Vec<String>, rule: &str) {
    assert!(complaints.is_empty(), "{rule}:\n  {}", complaints.join("\n  "));
}

#[test]
fn every_module_says_what_it_is_for() {
    let silent =
        sources("src").into_iter().filter(|(file, text)| !file.ends_with("tests.rs") && !text.starts_with("//! "));
    assert_none(
        silent.map(|(file, _)| file).collect(),
        "begin each with `//!`: what it is for, what it leaves to others",
    );
}

#[test]
fn no_two_types_have_one_name() {
    let mut places: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (file, text) in sources("src") {
        for line in text.lines() {
            let rest =
                ["pub(crate) ", "pub(super) ", "pub "].iter().find_map(|vis| line.strip_prefix(vis)).unwrap_or(line);
            let item = ["struct ", "enum ", "trait ", "type "].iter().find_map(|kind| rest.strip_prefix(kind));
            let name = |rest: &str| rest.chars().take_while(|c| c.is_alphanumeric()).collect::<String>();
            if let Some(item) = item {
                places.entry(name(item)).or_default().push(file.clone());
            }
        }
    }
    let twice = places.into_iter().filter(|(_, files)| files.len() > 1);
    let complaints = twice.map(|(name, files)| format!("{name}: {}", files.join(", "))).collect();
    assert_none(complaints, "a reader who meets a name must know what it is; rename all but one");
}

#[test]
fn the_outside_world_is_touched_under_system_only() {
    let mut complaints = Vec::new();
    for (file, text) in sources("src") {
        if file.starts_with("src/system/") || file == "src/main.rs" || file.ends_with("tests.rs") {
            continue;
        }
        let code = text.split("#[cfg(test)]").next().unwrap();
        for (number, line) in code.lines().enumerate() {
            let touched = [
                "std::fs",
                "std::process",
                "std::env",
                "std::net",
                "cfg(windows)",
                "cfg(unix)",
                "cfg!(",
                "target_os",
                "tempfile::",
                "ureq::",
                "octocrab::",
                "tokio::",
            ];
            for word in touched.iter().filter(|word| line.contains(**word) && !line.trim_start().starts_with("//")) {
                complaints.push(format!("{file}:{}: {word}", number + 1));
            }
        }
    }
    assert_none(complaints, "put these behind a trait of src/ports, in src/system");
}

/// Files that may open others by themselves, and what they open.
const OPENERS: &[(&str, &str)] = &[
    ("src/system/bounded_read.rs", "the reader itself"),
    ("src/system/command_files.rs", "locks what it appends to, and asks what it is by itself"),
    ("src/system/descendants.rs", "what the system itself says of a process"),
    ("src/system/pseudo_terminal.rs", "the terminal that it has made"),
    (
        "src/system/trees/copy.rs",
        "files of a tree that is copied, however large, which it asks what they are by itself",
    ),
    ("src/system/whole_file.rs", "the directories that it locks"),
];

#[test]
fn what_others_wrote_is_opened_by_the_bounded_reader_alone() {
    let mut complaints = Vec::new();
    for (file, text) in sources("src") {
        if OPENERS.iter().any(|(opener, _)| *opener == file) || file.ends_with("tests.rs") {
            continue;
        }
        let code = text.split("mod tests {").next().unwrap();
        for (number, line) in code.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//")) {
            let opened =
                ["fs::read(", "fs::read_to_string(", "File::open(", "fs::copy(", ".read(true)", "is_same_file("];
            // On Windows the crate is asked, after devices were told apart by their names.
            let by_name = file == "src/system/host.rs" && line.contains("is_same_file(");
            for word in opened.iter().filter(|word| line.contains(**word) && !by_name) {
                complaints.push(format!("{file}:{}: {word}", number + 1));
            }
        }
    }
    assert_none(
        complaints,
        "a device or a FIFO may stand there: read through src/system/bounded_read.rs, with a limit",
    );
}

#[test]
fn directories_are_listed_and_removed_in_one_way() {
    let mut complaints = Vec::new();
    for (file, text) in sources("src") {
        if file == "src/system/directory.rs" || file.ends_with("tests.rs") {
            continue;
        }
        let code = text.split("mod tests {").next().unwrap();
        for (number, line) in code.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//")) {
            // Nobody removes a temporary directory that is kept.
            let own = ["read_dir(", "remove_dir_all(", "TempDir", "tempdir"];
            // A variable of Azure Pipelines, and no type.
            let line = line.replace("Agent.TempDirectory", "");
            for word in own.iter().filter(|word| line.contains(**word) && !line.contains(".keep()")) {
                complaints.push(format!("{file}:{}: {word}", number + 1));
            }
        }
    }
    assert_none(complaints, "the standard library panics where a directory cannot be closed: src/system/directory.rs");
}

#[test]
fn every_arrow_points_to_an_earlier_level() {
    let level = |part: &str| LEVELS.iter().position(|level| level.contains(&part));
    let mut complaints = Vec::new();
    for (file, text) in sources("src") {
        let own = part(&file);
        if matches!(own.as_str(), "lib" | "main") || file.ends_with("tests.rs") {
            continue;
        }
        let code = text.split("#[cfg(test)]").next().unwrap();
        let Some(own_level) = level(&own) else {
            complaints.push(format!("{file}: `{own}` has no level; give it one in tests/tidy.rs"));
            continue;
        };
        for used in used_parts(code) {
            let fine = used == own
                || level(&used).is_some_and(|l| l < own_level)
                || EXCEPTIONS.contains(&(own.as_str(), used.as_str()));
            if !fine {
                complaints.push(format!("{file}: uses crate::{used}"));
            }
        }
    }
    assert_none(complaints, "an arrow points from a part to those of earlier levels; LEVELS in tests/tidy.rs has them");
}

/// The parts named behind `crate::`, in `use crate::{a::b, c}` too.
fn used_parts(code: &str) -> Vec<String> {
    let mut used = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        let word = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
        if !rest.starts_with('{') {
            used.push(word(rest));
            continue;
        }
        let (mut depth, mut start) = (0, true);
        for (i, c) in rest.char_indices() {
            match c {
                '{' => depth += 1,
                '}' if depth == 1 => break,
                '}' => depth -= 1,
                ',' if depth == 1 => start = true,
                c if depth == 1 && start && c.is_alphabetic() => {
                    used.push(word(&rest[i..]));
                    start = false;
                }
                _ => {}
            }
        }
    }
    used
}

#[test]
fn the_arrows_are_read_right() {
    let code =
        "use crate::{\n    model::{env::EnvBlock, go},\n    ports::Host,\n};\nuse crate::plan::plan;\ncrate::run::x();";
    assert_eq!(used_parts(code), ["model", "ports", "plan", "run"]);
}
