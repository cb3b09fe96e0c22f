//! Real toolchains, and the report that `verify --format json` prints.

use super::lab::{lab, skip};
use goenv_ci::system::wine;
use serde_json::Value;
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// The tool cache that `scripts/lab.sh` fills with real toolchains; nothing where the test is to be skipped.
pub fn tool_cache() -> Option<PathBuf> {
    // Under Wine the machine has those of Linux too.
    let (folder, part) =
        if wine::version().is_some() { ("tool-cache-windows", "windows") } else { ("tool-cache", "go") };
    let root = std::path::absolute(lab().join(folder)).unwrap();
    if root.join("go").is_dir() {
        return Some(root);
    }
    skip(&format!("no toolchains in `{}`: run `bash scripts/lab.sh {part}`", root.display()));
    None
}

/// GOROOT of the newest patch of a minor version in the tool cache.
pub fn goroot(tool_cache: &Path, minor: &str) -> PathBuf {
    let patches = fs::read_dir(tool_cache.join("go")).unwrap().map(|entry| entry.unwrap().path());
    let of_minor = patches.filter(|path| path.file_name().unwrap().to_str().unwrap().starts_with(&format!("{minor}.")));
    let newest = of_minor.max_by_key(|path| {
        let name = path.file_name().unwrap().to_str().unwrap();
        name.rsplit('.').next().unwrap().parse::<u32>().unwrap_or(0)
    });
    fs::read_dir(newest.unwrap_or_else(|| panic!("Go {minor} is not in the tool cache: run scripts/lab.sh")))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.join("VERSION").is_file())
        .unwrap()
}

/// Standard output as a report.
pub fn report(output: &std::process::Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
        panic!(
            "no report ({error}); exit {:?}\n{}{}",
            output.status.code(),
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        )
    })
}

/// The results of a report.
pub fn results(report: &Value) -> &[Value] {
    report["results"].as_array().unwrap()
}

/// A text of a result, empty where it has none.
pub fn text<'a>(result: &'a Value, key: &str) -> &'a str {
    result[key].as_str().unwrap_or_default()
}

/// The variables that have at least one result with this verdict.
pub fn variables_with(report: &Value, verdict: &str) -> BTreeSet<String> {
    let of = results(report).iter().filter(|result| text(result, "verdict") == verdict);
    of.map(|result| text(result, "variable").to_owned()).collect()
}

/// The results with this verdict in a form to read.
pub fn listed(report: &Value, verdict: &str) -> String {
    let of = results(report).iter().filter(|result| text(result, "verdict") == verdict);
    of.map(|r| {
        let (expected, seen) = (text(r, "expected"), text(r, "observed"));
        format!(
            "  {} on {}: {} | expected {expected} | saw {seen}\n",
            text(r, "probe"),
            text(r, "go"),
            text(r, "reason")
        )
    })
    .collect()
}

/// Whether it is a skip because this is Wine and not Windows, with the probe's own reason.
pub fn is_beyond_wine(result: &Value) -> bool {
    text(result, "verdict") == "skip" && text(result, "reason").starts_with("Wine ") && wine::version().is_some()
}

/// All files and folders below a folder.
pub fn below(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(below(&path));
        }
        found.push(path);
    }
    found
}
