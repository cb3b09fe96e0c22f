//! Small workflows in `cases/SET/`, with `expected.tsv` beside them: a row for each finding, or `clean` for a workflow
//! that a rule could take for one of its own. Whatever else is found is wrong, but for what `also` allows.

use crate::support::goenv;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};
use tempfile::TempDir;

/// A rule and a line.
type Found = BTreeSet<(String, usize)>;

#[derive(Default)]
struct LintCase {
    wanted: Found,
    /// `RULE:LINE` that may be found too; without a line, anywhere.
    also: BTreeSet<String>,
    /// Other files of the repository.
    files: Vec<String>,
}

/// The sets, each a test of its own: they run side by side, and one is soon run again.
const SETS: [&str; 5] = ["caches", "go-cache", "handed", "outputs", "variables"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/integration/lint/cases")
}

/// Those of a set, by the workflow's path.
fn cases(set: &str) -> BTreeMap<PathBuf, LintCase> {
    let set = root().join(set);
    let mut found: BTreeMap<PathBuf, LintCase> = BTreeMap::new();
    let table = fs::read_to_string(set.join("expected.tsv")).unwrap();
    let mut lines = table.lines();
    let head: Vec<&str> = lines.next().unwrap().split('\t').collect();
    for line in lines {
        let cells: Vec<&str> = line.split('\t').collect();
        let cell = |name: &str| {
            let at = head.iter().position(|column| *column == name).unwrap();
            cells.get(at).copied().unwrap_or_default()
        };
        let case = found.entry(set.join(cell("file"))).or_default();
        case.files.extend(cell("repo_files").split_whitespace().map(str::to_owned));
        case.also.extend(cell("also").split_whitespace().map(str::to_owned));
        match cell("expected") {
            "finding" => drop(case.wanted.insert((cell("rule").to_owned(), cell("line").parse().unwrap()))),
            "clean" => {}
            other => panic!("{line}: {other}"),
        }
    }
    for file in fs::read_dir(&set).unwrap().map(|entry| entry.unwrap().path()) {
        let is_case = file.extension().is_some_and(|ending| ending == "yml");
        assert!(!is_case || found.contains_key(&file), "{} has no row in expected.tsv", file.display());
    }
    found
}

/// A repository that has the workflow, and what else is said to be there; `lint` leaves it as it is.
fn linted(workflow: &Path, files: &[String]) -> Found {
    let dir = TempDir::new().unwrap();
    let write = |name: &str, text: &str| {
        let path = dir.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    let beside = workflow.with_extension("");
    for name in files {
        // A file that the case needs the text of lies in the directory of its name, with an ending that keeps other
        // linters from taking it for an action of this repository.
        let text = fs::read_to_string(beside.join(format!("{name}.case"))).unwrap_or_else(|_| match name.as_str() {
            name if name.ends_with("go.mod") => "module example.com/m\n\ngo 1.21\n".to_owned(),
            _ => String::new(),
        });
        write(name, &text);
    }
    let name = workflow.file_name().unwrap().to_str().unwrap();
    write(&format!(".github/workflows/{name}"), &fs::read_to_string(workflow).unwrap());
    let output = goenv().current_dir(dir.path()).args(["lint", "--format", "json"]).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    let json: serde_json::Value = serde_json::from_str(&text)
        .unwrap_or_else(|why| panic!("{why}: {text}{}", String::from_utf8_lossy(&output.stderr)));
    let finding = |finding: &serde_json::Value| {
        let line = finding["location"]["line"].as_u64().unwrap();
        (finding["id"].as_str().unwrap().to_owned(), usize::try_from(line).unwrap())
    };
    json["findings"].as_array().unwrap().iter().map(finding).collect()
}

#[test]
fn no_set_is_left_out() {
    let dirs = fs::read_dir(root()).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir());
    let names: BTreeSet<String> = dirs.map(|dir| dir.file_name().unwrap().to_str().unwrap().to_owned()).collect();
    assert_eq!(names, SETS.map(str::to_owned).into());
}

#[test]
fn every_case_of_caches_comes_out_as_it_must() {
    every_case_comes_out_as_it_must("caches");
}

#[test]
fn every_case_of_go_cache_comes_out_as_it_must() {
    every_case_comes_out_as_it_must("go-cache");
}

#[test]
fn every_handed_case_comes_out_as_it_must() {
    every_case_comes_out_as_it_must("handed");
}

#[test]
fn every_case_of_outputs_comes_out_as_it_must() {
    every_case_comes_out_as_it_must("outputs");
}

#[test]
fn every_case_of_variables_comes_out_as_it_must() {
    every_case_comes_out_as_it_must("variables");
}

fn every_case_comes_out_as_it_must(set: &str) {
    let only = std::env::var("CASE").ok();
    let mut wrong = Vec::new();
    for (path, case) in cases(set) {
        let name = path.iter().rev().take(2).collect::<Vec<_>>();
        let name = format!("{}/{}", name[1].display(), name[0].display());
        if only.as_ref().is_some_and(|only| !name.contains(only.as_str())) {
            continue;
        }
        let found = linted(&path, &case.files);
        let allowed = |one: &(String, usize)| {
            case.wanted.contains(one)
                || case.also.contains(&one.0)
                || case.also.contains(&format!("{}:{}", one.0, one.1))
        };
        let missing: Vec<_> = case.wanted.difference(&found).collect();
        let false_alarms: Vec<_> = found.iter().filter(|one| !allowed(one)).collect();
        if !missing.is_empty() || !false_alarms.is_empty() {
            wrong.push(format!("{name}: missing {missing:?}, false alarms {false_alarms:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
