//! A workflow in which a rule finds something, and one in which it does not, for each rule: `pairs/RULE/bad.yml` and
//! `good.yml`, which docs/lint.md shows. For waivers they are the repository's own file.

use crate::support::{assert_file, goenv};
use goenv_ci::lint::{list, rules};
use std::{collections::BTreeSet, fs, path::PathBuf};
use tempfile::TempDir;

/// What there is to waive.
const WAIVED: &str = "on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: actions/setup-go@v6\n      - uses: actions/checkout@v5\n";

/// What may be found beside it: a comment that does not count leaves the finding that it is about.
const BESIDE: [(&str, &str); 3] = [
    ("ignore-without-reason", "cache-before-checkout"),
    ("waiver-expired", "cache-before-checkout"),
    ("waiver-unused", "cache-before-checkout"),
];

fn directory(rule: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/integration/lint/pairs").join(rule)
}

fn pair(rule: &str) -> Option<(String, String)> {
    let read = |name: &str| fs::read_to_string(directory(rule).join(name)).ok();
    Some((read("bad.yml")?, read("good.yml")?))
}

/// The rules that find something in it. Beside it lie go.mod and go.sum, and what `pairs/RULE/files` has.
fn found(rule: &str, text: &str) -> BTreeSet<String> {
    let dir = TempDir::new().unwrap();
    let write = |name: &str, text: &str| {
        let path = dir.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write("go.mod", "module example.com/m\n\ngo 1.24\n");
    write("go.sum", "");
    let files = fs::read_to_string(directory(rule).join("files")).unwrap_or_default();
    files.split_whitespace().for_each(|name| write(name, ""));
    match rule.starts_with("waiver-") {
        true => {
            write(".github/workflows/ci.yml", WAIVED);
            write(".github/goenv-ci.yml", text);
        }
        false => write(".github/workflows/ci.yml", text),
    }
    let output = goenv().current_dir(dir.path()).args(["lint", "--format", "json"]).output().unwrap();
    let json: serde_json::Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|why| panic!("{rule}: {why}: {}", String::from_utf8_lossy(&output.stderr)));
    json["findings"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn the_bad_one_of_each_pair_is_found_by_its_rule_alone_and_the_good_one_by_none() {
    let mut wrong = Vec::new();
    for rule in rules() {
        let Some((bad, good)) = pair(rule.id) else { continue };
        let beside = BESIDE.iter().filter(|(id, _)| *id == rule.id).map(|(_, beside)| (*beside).to_owned());
        let wanted: BTreeSet<String> = beside.chain([rule.id.to_owned()]).collect();
        let (in_bad, in_good) = (found(rule.id, &bad), found(rule.id, &good));
        if in_bad != wanted || !in_good.is_empty() {
            wrong.push(format!("{}: bad {in_bad:?}, good {in_good:?}", rule.id));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_rule_has_its_pair_and_every_pair_its_rule() {
    let missing: Vec<&str> = rules().map(|rule| rule.id).filter(|id| pair(id).is_none()).collect();
    assert!(
        missing.is_empty(),
        "write bad.yml and good.yml in tests/integration/lint/pairs for: {}",
        missing.join(", ")
    );
    let known: BTreeSet<&str> = rules().map(|rule| rule.id).collect();
    assert_eq!(known.len(), rules().count(), "two rules have one name");
    for entry in fs::read_dir(directory("")).unwrap() {
        let name = entry.unwrap().file_name();
        assert!(known.contains(name.to_str().unwrap()), "there is no rule {}", name.display());
    }
}

#[test]
fn the_page_in_the_docs_has_a_section_for_each() {
    let page = [include_str!("../snapshots/lint/head.md"), &list::sections(pair)].concat();
    assert_file("docs/lint.md", &format!("{}\n", page.trim_end()));
}
