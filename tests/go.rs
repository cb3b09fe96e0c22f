//! Every built-in probe with its control on the real Go toolchains that
//! `scripts/lab.sh go` installs (`scripts/lab.sh windows` for Wine).
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use goenv_ci::{
    adapters::wine,
    matrix::{EMBEDDED_FILES, SourceFile, load_probes},
    model::probe::Probe,
};
use serde_json::Value;
use std::{
    collections::BTreeSet,
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};
use support::{Runner, below};

const VERSIONS: [&str; 3] = ["1.21.13", "1.22.10", "1.23.9"];

/// The tool cache; without it a printed skip, and on CI a failure.
fn tool_cache() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let lab = std::env::var_os("GOENV_CI_LAB").map_or_else(|| below(root, ".lab"), PathBuf::from);
    let (folder, part) =
        if wine::version().is_some() { ("tool-cache-windows", "windows") } else { ("tool-cache", "go") };
    let cache = std::path::absolute(lab.join(folder)).unwrap();
    if VERSIONS.iter().all(|version| below(&cache, &format!("go/{version}")).is_dir()) {
        return Some(cache);
    }
    assert!(std::env::var_os("CI").is_none(), "no Go toolchains: run `bash scripts/lab.sh {part}`");
    say(&format!("skipped: no Go toolchains; `bash scripts/lab.sh {part}` installs them"));
    None
}

/// Past the capture of the test runner, which hides what passes.
fn say(line: &str) {
    writeln!(io::stderr(), "{line}").ok();
}

fn probes() -> Vec<Probe> {
    let file = |(name, content): &(&str, &str)| SourceFile {
        name: format!("matrix/{name}"),
        content: content.as_bytes().to_vec(),
    };
    load_probes(&EMBEDDED_FILES.iter().map(file).collect::<Vec<_>>()).unwrap()
}

fn text<'a>(result: &'a Value, key: &str) -> &'a str {
    result[key].as_str().unwrap_or_default()
}

#[test]
fn every_probe_holds_on_every_go_and_its_control_does_not() {
    let Some(cache) = tool_cache() else { return };
    let runner = Runner::new();
    let output = runner
        .goenv()
        .env("RUNNER_TOOL_CACHE", &cache)
        .args(["verify", "--overlay", "--format", "json", "--timeout", "300", "--go", &VERSIONS.join(",")])
        .output()
        .unwrap();
    let progress = String::from_utf8_lossy(&output.stderr);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("no report: {progress}"));
    let results = report["results"].as_array().unwrap();
    let mut wrong = Vec::new();
    for result in results {
        let by_wine = text(result, "verdict") == "skip" && text(result, "reason").starts_with("Wine ");
        let proven = text(result, "verdict") == "pass" && !text(result, "control").is_empty();
        if !(proven || by_wine) {
            wrong.push(format!("{result:#}"));
        }
    }
    let summary = &report["summary"];
    say(&format!(
        "{} {}: {} cells judged, {} skipped, {} ms",
        text(&report["runner"], "os"),
        text(&report["runner"], "image"),
        summary["pass"],
        summary["skip"],
        report["duration_ms"]
    ));
    assert!(wrong.is_empty(), "{}\n{progress}", wrong.join("\n"));
    assert_eq!(output.status.code(), Some(0), "{progress}");

    let judged: BTreeSet<&str> = results.iter().map(|result| text(result, "probe")).collect();
    let here = goenv_ci::adapters::this_machine::platform();
    for probe in probes().iter().filter(|probe| probe.when.os.is_empty() || probe.when.os.contains(&here)) {
        assert!(judged.contains(probe.id.as_str()), "{} has no cell", probe.id);
    }
    let left: Vec<_> = fs::read_dir(runner.path("_temp")).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(left.iter().all(|path| path.ends_with("goenv-ci-report")), "{left:?}");
}

#[test]
fn what_wine_cannot_judge_is_listed_in_the_documentation() {
    let documented = include_str!("../docs/windows.md");
    for probe in probes() {
        let Some(why) = probe.wine else { continue };
        let row = documented.lines().find(|line| line.contains(&format!("`{}`", probe.id)));
        assert!(row.is_some_and(|row| row.contains(&why)), "docs/windows.md lacks `{}`: {why}", probe.id);
    }
}
