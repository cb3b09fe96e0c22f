//! What is published of shards of which one is bad, lost or at odds with another: every view says so,
//! and all of them the same, whatever the order of the shards.

use crate::support::{
    Runner,
    forge::{Forge, command},
    goenv,
};
use serde_json::{Value, json};
use std::fs;

/// What must come of some shards.
struct Case {
    name: &'static str,
    /// The content of each report.json; one that is null has no file in its directory.
    shards: Vec<Vec<u8>>,
    exit: i32,
    mark: &'static str,
    verdict: &'static str,
    failed: usize,
    conclusion: &'static str,
}

impl Case {
    /// Not whole, without a failure.
    fn broken(name: &'static str, shards: Vec<Vec<u8>>) -> Self {
        Self { name, shards, exit: 3, mark: "⚠️", verdict: "fail", failed: 0, conclusion: "failure" }
    }

    /// Two verdicts on one cell, of which one is a fail.
    fn torn(name: &'static str, shards: Vec<Vec<u8>>) -> Self {
        Self { mark: "❌", failed: 1, ..Self::broken(name, shards) }
    }
}

fn row(probe: &str, verdict: &str) -> Value {
    let (kind, go) = if probe.starts_with("gobin") { ("contract", "1.22.10") } else { ("live", "1.22.10") };
    json!({"probe": probe, "variable": "GOBIN", "go": go, "kind": kind, "verdict": verdict, "expected": "a file",
           "observed": "nothing", "reason": "a reason"})
}

fn report(results: &[Value]) -> Value {
    json!({"schema_version": 1, "tool": {"name": "goenv-ci", "version": "1.0.0"},
           "runner": {"os": "Linux", "arch": "X64", "image": "u22"}, "results": results})
}

fn bytes(report: &Value) -> Vec<u8> {
    report.to_string().into_bytes()
}

fn of(results: &[(&str, &str)]) -> Vec<u8> {
    bytes(&report(&results.iter().map(|(probe, verdict)| row(probe, verdict)).collect::<Vec<_>>()))
}

/// With something more in it.
fn with(results: &[(&str, &str)], name: &str, value: Value) -> Vec<u8> {
    let mut all: Value = serde_json::from_slice(&of(results)).unwrap();
    all[name] = value;
    bytes(&all)
}

fn shard(index: usize, probe: &str) -> Vec<u8> {
    let planned = json!({"versions": ["1.22"], "probes": ["gobin/a", "gobin/b"], "live": [], "starts": [0, 1]});
    with(&[(probe, "pass")], "shard", json!({"index": index, "total": 2, "fingerprint": "f", "planned": planned}))
}

fn merged(more: Value) -> Vec<u8> {
    let mut said = json!({"shards": 2});
    said.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    with(&[("gobin/a", "pass")], "merged", said)
}

fn cases() -> Vec<Case> {
    let good = || of(&[("gobin/a", "pass")]);
    let whole = |name, shards| Case {
        mark: "✅",
        exit: 0,
        verdict: "pass",
        conclusion: "success",
        ..Case::broken(name, shards)
    };
    let problem = |kind: &str| json!({"kind": kind, "shard": "x", "detail": "d"});
    vec![
        whole("all pass", vec![good(), of(&[("gobin/b", "pass")])]),
        whole("the same twice", vec![good(), good()]),
        whole("both shards of a plan", vec![shard(1, "gobin/a"), shard(2, "gobin/b")]),
        whole(
            "a shard of a plan that had nothing to do",
            vec![shard(1, "gobin/a"), {
                let mut two: Value = serde_json::from_slice(&shard(2, "gobin/b")).unwrap();
                two["results"] = json!([]);
                bytes(&two)
            }],
        ),
        Case { exit: 1, ..Case::torn("a fail", vec![good(), of(&[("gobin/b", "fail")])]) },
        Case { exit: 5, ..Case::broken("an error", vec![good(), of(&[("gobin/b", "error")])]) },
        Case::torn("pass and fail", vec![good(), of(&[("gobin/a", "fail")])]),
        Case::torn("pass, pass and fail", vec![good(), good(), of(&[("gobin/a", "fail")])]),
        Case::torn("skip and fail", vec![of(&[("gobin/a", "skip")]), of(&[("gobin/a", "fail")])]),
        Case::torn("error and fail", vec![of(&[("gobin/a", "error")]), of(&[("gobin/a", "fail")])]),
        Case::torn(
            "a shell passes and fails",
            vec![of(&[("shells/bash-sees-gobin", "pass")]), of(&[("shells/bash-sees-gobin", "fail")])],
        ),
        Case::torn("one report says both", vec![of(&[("gobin/a", "pass"), ("gobin/a", "fail")])]),
        Case::broken("pass and error", vec![good(), of(&[("gobin/a", "error")])]),
        Case::broken("half-written", vec![good(), good()[..good().len() / 2].to_vec()]),
        Case::broken("nothing written", vec![good(), Vec::new()]),
        Case::broken("a shard of a plan is missing", vec![shard(1, "gobin/a")]),
        Case::broken("a newer schema", vec![good(), br#"{"schema_version": 2}"#.to_vec()]),
        Case::broken("no report of ours", vec![good(), b"[]".to_vec()]),
        Case::broken("a report without a result", vec![good(), of(&[])]),
        Case::broken("a directory without a report", vec![good(), b"-".to_vec()]),
        Case::broken(
            "a merge that was not whole",
            vec![merged(json!({"problems": [problem("missing")], "problem_count": 1}))],
        ),
        Case::broken(
            "a merge with a problem of a later version",
            vec![merged(json!({"problems": [problem("burnt")]}))],
        ),
        Case::broken("a merge that counts more problems than it names", vec![merged(json!({"problem_count": 1}))]),
        Case::broken("a merge of two verdicts", vec![merged(json!({"conflict_count": 1}))]),
    ]
}

fn count(xml: &str, tag: &str) -> usize {
    roxmltree::Document::parse(xml).unwrap().descendants().filter(|node| node.has_tag_name(tag)).count()
}

fn attribute(xml: &str, name: &str) -> usize {
    roxmltree::Document::parse(xml).unwrap().root_element().attribute(name).unwrap().parse().unwrap()
}

/// Publishes the shards in this order and holds every view against the case.
fn check(case: &Case, order: &[usize]) {
    let (runner, forge) = (Runner::new(), Forge::new(|_, _, _| None));
    let mut wanted = Vec::new();
    for (at, which) in order.iter().enumerate() {
        let dir = runner.path(&format!("shards/{at}"));
        fs::create_dir_all(&dir).unwrap();
        if case.shards[*which] != b"-" {
            fs::write(dir.join("report.json"), &case.shards[*which]).unwrap();
        }
        wanted.extend(["--in".to_owned(), dir.to_str().unwrap().to_owned()]);
    }
    let out = runner.text("merged");
    let event = json!({"pull_request": {"number": 5}});
    let output = command(&runner, &forge.url(), &event)
        .args(&wanted)
        .args(["--out", &out, "--comment", "--check"])
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    let name = format!("{} {order:?}: {text}", case.name);
    assert_eq!(output.status.code(), Some(case.exit), "{name}");
    let sign = ["✅", "❌", "⚠️"].iter().position(|mark| *mark == case.mark).map(|at| ["✓ ", "✗ ", "! "][at]).unwrap();
    let headline = text.lines().find(|line| line.starts_with(['✓', '✗', '!'])).unwrap_or_default();
    assert!(headline.starts_with(sign), "{name}");
    let said = headline.trim_start_matches(sign);

    posted(case, said, &runner, &forge, &name);
    written(case, said, &runner, &name);
    read_again(case, &runner, &name);
}

/// The job summary, the comment, the check and the outputs.
fn posted(case: &Case, said: &str, runner: &Runner, forge: &Forge, name: &str) {
    let line = format!("{} {said}", case.mark);
    assert_eq!(runner.read("summary").lines().next(), Some(format!("# {line}").as_str()), "{name}");
    let comments = forge.bodies("POST /repos/org/app/issues/5/comments");
    let comment = comments[0]["body"].as_str().unwrap();
    assert_eq!(comment.lines().nth(1), Some(format!("### {line}").as_str()), "{name}");
    let checks = forge.bodies("POST /repos/org/app/check-runs");
    assert_eq!(checks[0]["conclusion"], case.conclusion, "{name}");
    assert_eq!(checks[0]["output"]["title"], said, "{name}");
    let annotations = checks[0]["output"]["annotations"].as_array().unwrap();
    assert_eq!(annotations.is_empty(), case.conclusion == "success", "{name}");
    let outputs = runner.read("output");
    for (output, value) in [("verdict", case.verdict.to_owned()), ("failed", case.failed.to_string())] {
        assert!(outputs.lines().any(|line| line == format!("{output}={value}")), "{name}: {outputs}");
    }
}

/// The four files of the merged report.
fn written(case: &Case, said: &str, runner: &Runner, name: &str) {
    let line = format!("{} {said}", case.mark);
    let file = |name: &str| fs::read_to_string(runner.path("merged").join(name)).unwrap();
    let json: Value = serde_json::from_str(&file("report.json")).unwrap();
    assert_eq!(json["summary"]["fail"], case.failed, "{name}");
    let fails = json["results"].as_array().unwrap().iter().filter(|result| result["verdict"] == "fail").count();
    assert_eq!(fails, case.failed, "{name}");
    assert_eq!(file("report.md").lines().next(), Some(format!("# {line}").as_str()), "{name}");
    let page = file("index.html");
    assert!(page.contains(said), "{name}");
    assert_eq!(page.contains("Every variable takes effect"), case.exit == 0, "{name}");
    let xml = file("junit.xml");
    assert_eq!(attribute(&xml, "failures"), count(&xml, "failure"), "{name}");
    assert_eq!(attribute(&xml, "errors"), count(&xml, "error"), "{name}");
    assert_eq!(attribute(&xml, "tests"), count(&xml, "testcase"), "{name}");
    assert_eq!(count(&xml, "failure") + count(&xml, "error") > 0, case.exit != 0, "{name}");
}

/// Whoever reads the merged report again says the same.
fn read_again(case: &Case, runner: &Runner, name: &str) {
    let out = runner.text("merged");
    let again = |args: &[&str]| String::from_utf8(goenv().arg("report").args(args).output().unwrap().stdout).unwrap();
    let headline = |text: &str| text.lines().find(|line| line.starts_with(['✓', '✗', '!'])).unwrap().to_owned();
    let history = headline(&again(&["history", &out]));
    assert_eq!(history.starts_with('✓'), case.exit == 0, "{name}: {history}");
    let good = runner.path("good.json");
    fs::write(&good, of(&[("gobin/a", "pass"), ("gobin/b", "pass"), ("shells/bash-sees-gobin", "pass")])).unwrap();
    let compared = headline(&again(&["compare", good.to_str().unwrap(), &out]));
    assert_eq!(compared.starts_with('✓'), case.exit == 0, "{name}: {compared}");
    let merged_again = headline(&again(&["merge", &out, "--out", &runner.text("again")]));
    assert_eq!(merged_again.starts_with('✓'), case.exit == 0, "{name}: {merged_again}");
}

#[test]
fn every_view_has_the_verdict_of_the_whole_whatever_the_order_of_the_shards() {
    for case in &cases() {
        let all: Vec<usize> = (0..case.shards.len()).collect();
        check(case, &all);
        if all.len() > 1 {
            check(case, &all.into_iter().rev().collect::<Vec<_>>());
        }
    }
}

#[test]
fn a_comment_of_an_earlier_run_does_not_stand_where_nothing_arrived() {
    let (runner, forge) = (Runner::new(), Forge::new(|_, _, _| None));
    fs::create_dir_all(runner.path("shards")).unwrap();
    let event = json!({"pull_request": {"number": 5}});
    let output = command(&runner, &forge.url(), &event).args(["--in", &runner.text("shards")]).output().unwrap();
    assert_eq!(output.status.code(), Some(4), "{}", String::from_utf8_lossy(&output.stderr));
    let comments = forge.bodies("POST /repos/org/app/issues/5/comments");
    let comment = comments[0]["body"].as_str().unwrap();
    assert!(comment.contains("⚠️ No failure, but the report is not whole"), "{comment}");
    assert!(comment.contains("there is no report.json"), "{comment}");
    assert!(runner.read("output").contains("verdict=fail\n"), "{}", runner.read("output"));
}
