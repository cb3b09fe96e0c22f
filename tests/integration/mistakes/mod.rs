//! What people get wrong in the files that they write, each in each kind of file: exit code 2, the place, the line, what
//! is wrong and what to write instead; nothing is written.

pub mod cases;

use crate::support::{assert_snapshot, goenv, homes, system_path};
use cases::{CASES, Case};
use std::{collections::BTreeMap, fs, path::Path};

/// A repository that holds nothing but the file.
fn repository(case: &Case) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for name in [".git", ".github", "mine"] {
        fs::create_dir(dir.path().join(name)).unwrap();
    }
    fs::write(dir.path().join(case.kind.file()), case.content()).unwrap();
    dir
}

/// Exit code and standard error of the command that reads the file.
fn said(case: &Case, dir: &Path) -> (Option<i32>, String) {
    let mut command = goenv();
    command.current_dir(dir).env("PATH", system_path()).envs(homes(dir, dir)).args(case.kind.command());
    let output = command.output().unwrap();
    assert!(output.stdout.is_empty() || output.status.success(), "{}: {output:?}", case.name);
    (output.status.code(), String::from_utf8(output.stderr).unwrap().replace("mine\\", "mine/"))
}

#[test]
fn each_is_told_with_its_line_and_with_what_to_write_instead() {
    let mut pages: BTreeMap<&str, String> = BTreeMap::new();
    for case in CASES {
        let dir = repository(case);
        let before = files(dir.path());
        let (code, error) = said(case, dir.path());
        assert_eq!(code, Some(if case.is_taken { 0 } else { 2 }), "{}: {error}", case.name);
        assert_eq!(files(dir.path()), before, "{}: nothing is written", case.name);
        if case.is_taken {
            continue;
        }
        assert!(error.starts_with(&format!("error: {}:", case.kind.file())), "{}: {error}", case.name);
        for word in ["serde", "scanning", "scalar", "mapping", "sequence", " flow ", "::"] {
            assert!(!error.contains(word), "{}: `{word}` is nobody's word: {error}", case.name);
        }
        let page = pages.entry(case.kind.name()).or_default();
        page.push_str(&format!("# {}\n{error}\n", case.name));
    }
    for (kind, page) in pages {
        assert_snapshot(&format!("mistakes/{kind}.txt"), &page);
    }
}

/// What stands behind `write` is a line, and with it in the place of the wrong one the file is taken, or the next thing is
/// told that is wrong with it.
#[test]
fn what_is_to_be_written_instead_is_right() {
    let (mut tried, mut wrong) = (0, Vec::new());
    for case in CASES.iter().filter(|case| !case.is_taken) {
        let dir = repository(case);
        let (_, error) = said(case, dir.path());
        let Some(line) = error.lines().find_map(|line| line.trim().strip_prefix("help: write `")?.strip_suffix('`'))
        else {
            continue;
        };
        let number: usize = error.split(':').nth(2).unwrap().parse().unwrap();
        let path = dir.path().join(case.kind.file());
        let text = fs::read_to_string(&path).unwrap();
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let old = &lines[number - 1];
        let indent = old.len() - old.trim_start().len();
        lines[number - 1] = format!("{}{line}", &old[..indent]);
        fs::write(&path, lines.join("\n") + "\n").unwrap();
        let (code, again) = said(case, dir.path());
        if code != Some(0) && !case.is_right_still_refused {
            wrong.push(format!("{}: `{line}`: {again}", case.name));
        }
        tried += 1;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(tried > 40, "{tried}");
}

/// Every file below a directory, with what it holds.
fn files(dir: &Path) -> BTreeMap<std::path::PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.insert(path.clone(), fs::read(path).unwrap());
        }
    }
    found
}
