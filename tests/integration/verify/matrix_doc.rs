//! docs/matrix.md: its examples run, its tables are complete.

use crate::support::{
    self,
    judged::{self, listed, report, results, text},
};
use goenv_ci::probe::{
    EMBEDDED_FILES, SourceFile, load_probes,
    template::{KNOWN, OF_THE_STEP},
};
use std::fs;

const DOC: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/matrix.md");
const HEAD: &str = "| probe | variable | behaviour |\n| --- | --- | --- |\n";

#[test]
fn the_table_names_every_embedded_probe() {
    let files = SourceFile::embedded(EMBEDDED_FILES);
    // A bar ends a cell, also inside code.
    let row = |p: &goenv_ci::probe::Probe| {
        format!("| <a id=\"{0}\"></a>`{0}` | {1} | {2} |\n", p.id, p.variable, p.why.replace('|', r"\|"))
    };
    let table: String = load_probes(&files).unwrap().iter().map(row).collect();
    let doc = fs::read_to_string(DOC).unwrap();
    let (before, after) = doc.split_once(HEAD).unwrap();
    if std::env::var_os("SNAPSHOTS").is_some_and(|value| value == "overwrite") {
        fs::write(DOC, format!("{before}{HEAD}{table}")).unwrap();
        return;
    }
    assert!(
        after == table,
        "docs/matrix.md: its table is out of date; SNAPSHOTS=overwrite cargo test --test integration matrix_doc"
    );
}

#[test]
fn every_key_and_placeholder_is_in_the_page() {
    let doc = fs::read_to_string(DOC).unwrap();
    let keys = include_str!("../../../src/probe/schema.rs").lines().filter_map(|line| {
        let (key, _) = line.trim().strip_prefix("pub ")?.split_once(": ")?;
        Some(format!("`{key}"))
    });
    let missing: Vec<String> = keys
        .chain(KNOWN.iter().chain(OF_THE_STEP).map(|name| format!("${{{name}}}")))
        .filter(|k| !doc.contains(k))
        .collect();
    assert!(missing.is_empty(), "docs/matrix.md does not mention {missing:?}");
}

#[test]
fn every_example_runs_and_passes() {
    let Some(tool_cache) = judged::tool_cache() else { return };
    let dir = tempfile::tempdir().unwrap();
    let [probes, temp, ws] = ["probes", "temp", "ws"].map(|name| dir.path().join(name));
    for dir in [&probes, &temp, &ws] {
        fs::create_dir(dir).unwrap();
    }
    let doc = fs::read_to_string(DOC).unwrap();
    let examples: Vec<&str> = doc.split("```yaml\n").skip(1).map(|rest| rest.split_once("```").unwrap().0).collect();
    for (number, example) in examples.iter().enumerate() {
        fs::write(probes.join(format!("example-{number}.yml")), example).unwrap();
    }
    let output = support::goenv()
        .args(["verify", "--go", "1.22,1.23", "--format", "json", "--quiet", "--overlay", "--matrix"])
        .arg(&probes)
        .env("RUNNER_TOOL_CACHE", &tool_cache)
        .envs(support::homes(&temp, &temp))
        .envs([("RUNNER_TEMP", &temp), ("RUNNER_WORKSPACE", &ws)])
        .env("GITHUB_REPOSITORY", "org/app")
        .output()
        .unwrap();
    let report = report(&output);
    assert_eq!(listed(&report, "fail") + &listed(&report, "error") + &listed(&report, "skip"), "");
    assert!(results(&report).len() > examples.len());
    assert!(results(&report).iter().any(|result| text(result, "kind") == "live"));
}
