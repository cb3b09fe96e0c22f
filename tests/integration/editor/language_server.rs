//! What VS Code and Neovim show, by their own YAML language server: what is offered, what is said of a key, and what is
//! underlined.

use super::root;
use crate::support::lab::{lab, skip};
use serde_json::{Value, json};
use std::{
    fs,
    io::Write,
    process::{Command, Stdio},
};

/// A configuration with a mistake in each of three lines.
const CONFIG: &str = "# yaml-language-server: $schema=../docs/schema/config.schema.json
values:
  gobin: none
  gobinn: x
go: [1.20, latest]
lint:
  rules:
    env-lost: on
    \n";

/// A probe that is being written.
const PROBE: &str = "# yaml-language-server: $schema=../docs/schema/probe-file.schema.json
- id: Mine
  variable: GOBIN
  why: because
  \n  steps:
    - run: go version
  expect:
    - exit: 0
      stdout_is: x
  control: { unset: GOBIN }
";

/// Line and column, counted from 0, of the first place of a text, a character into it.
fn place(text: &str, what: &str) -> Value {
    let before = &text[..text.find(what).unwrap()];
    let column = before.rsplit('\n').next().unwrap().chars().count();
    json!([before.matches('\n').count(), column + 1])
}

/// The end of the first line that holds nothing but blanks.
fn blank_line(text: &str) -> Value {
    let (at, line) = text.lines().enumerate().find(|(_, line)| !line.is_empty() && line.trim().is_empty()).unwrap();
    json!([at, line.len()])
}

fn asked(files: &Value) -> Option<Vec<Value>> {
    let reader = lab().join("readers/editor");
    if !reader.join("node_modules/yaml-language-server").is_dir() {
        skip("no YAML language server: run `bash scripts/lab.sh readers`");
        return None;
    }
    let mut node = Command::new("node");
    node.arg(reader.join("ask.mjs")).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = node.spawn().expect("node starts");
    let question = json!({ "root": root(), "files": files }).to_string();
    child.stdin.take().unwrap().write_all(question.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(serde_json::from_slice(&output.stdout).unwrap())
}

fn labels(value: &Value) -> Vec<&str> {
    value.as_array().unwrap().iter().filter_map(Value::as_str).collect()
}

/// Lines, counted from 1, and what is said of them.
fn underlined(answer: &Value) -> Vec<(u64, &str)> {
    let mut all: Vec<(u64, &str)> = (answer["diagnostics"].as_array().unwrap().iter())
        .map(|one| (one["line"].as_u64().unwrap() + 1, one["message"].as_str().unwrap()))
        .collect();
    all.sort_unstable();
    all
}

#[test]
fn an_editor_offers_explains_and_underlines() {
    let read = |name: &str| fs::read_to_string(root().join(name)).unwrap();
    let (shipped, claims) = (read("matrix/gobin.yml"), read("matrix/claims/gobin.yml"));
    let Some(answers) = asked(&json!([
        { "path": "matrix/gobin.yml", "text": shipped, "at": { "follows": place(&shipped, "follows:"), "run": place(&shipped, "run:") } },
        { "path": "matrix/claims/gobin.yml", "text": claims, "at": { "lesson": place(&claims, "lesson:") } },
        { "path": ".github/goenv-ci.yml", "text": CONFIG, "at": { "gobin": place(CONFIG, "gobin:"), "rule": blank_line(CONFIG) } },
        { "path": "matrix/mine.yml", "text": PROBE, "at": { "key": blank_line(PROBE) } },
    ])) else {
        return;
    };
    let [shipped, claims, config, probe] = &answers[..] else { panic!("{answers:?}") };

    assert_eq!((underlined(shipped), underlined(claims)), (vec![], vec![]));
    let shown = |answer: &Value, name: &str| answer["hover"][name].as_str().unwrap().to_owned();
    assert!(shown(shipped, "follows").contains("Variables that govern this one."), "{shipped}");
    assert!(shown(shipped, "run").contains("No shell reads it."), "{shipped}");
    assert!(shown(claims, "lesson").contains("What one learns from the verdict."), "{claims}");
    assert!(shown(config, "gobin").contains("leaves it unset and puts GOPATH/bin on PATH"), "{config}");

    let said = underlined(config);
    assert_eq!(said.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [4, 5, 8], "{said:?}");
    assert!(
        said[0].1.contains("gobinn") && said[1].1.contains("`1.21.13`") && said[2].1.contains("\"off\""),
        "{said:?}"
    );
    let rules = labels(&config["completion"]["rule"]);
    assert!(
        rules.contains(&"cache-dirs-moved") && !rules.contains(&"env-lost"),
        "what stands there is not offered: {rules:?}"
    );

    let said = underlined(probe);
    assert_eq!(
        said.iter().map(|(line, _)| *line).collect::<std::collections::BTreeSet<_>>(),
        [2, 7, 9].into(),
        "{said:?}"
    );
    assert!(said[0].1.contains("kebab-case"), "{said:?}");
    let keys = labels(&probe["completion"]["key"]);
    for key in ["env", "files", "follows", "hint", "limit_seconds"] {
        assert!(keys.contains(&key), "{key}: {keys:?}");
    }
    assert!(!keys.contains(&"why"), "{keys:?}");
}
