//! What a runner's log gets from every command: no line that the runner would obey, whatever the names and values.

use crate::support::{Runner, judged};
use std::{fs, process::Output};

/// An order of each kind that agents know, in the middle of a line and on one of its own.
const ORDERS: &str = "x ##[add-mask]a##vso[task.complete]b\n  ::add-mask::c\n##[group]d\r::stop-commands::e";

/// The words that goenv-ci itself gives to a runner.
const OURS: [&str; 8] = [
    "::error title=",
    "::warning title=",
    "::notice title=",
    "::error file=",
    "::warning file=",
    "::notice file=",
    "::group::",
    "::endgroup::",
];

/// The first line that a runner would take for an order of somebody else.
/// Source: actions/runner, `ActionCommand.cs`, `TryParseV2` and `TryParse`.
fn obeyed(output: &Output) -> Option<String> {
    let text = [&output.stderr[..], b"\n", &output.stdout].concat();
    let text = String::from_utf8(text).unwrap();
    // .NET ends a line at each of these.
    let mut lines = text.split(['\n', '\r']);
    let foreign = |line: &&str| {
        let order = line.trim_start();
        let marked = line.contains("##[") || line.contains("##vso[");
        marked || order.starts_with("::") && !OURS.iter().any(|ours| order.starts_with(ours))
    };
    lines.find(foreign).map(|line| format!("{line:?} in {text}"))
}

/// A value with orders is quoted back from wherever it was given.
#[test]
fn no_command_line_gives_orders_to_a_runner() {
    let value = ORDERS;
    let flag = format!("--{value}");
    for args in [
        &[value][..],
        &[&flag],
        &["verify", &flag],
        &["verify", "--go", value],
        &["verify", "--go-root", value, "--go", "1.0"],
        &["verify", "--matrix", value],
        &["verify", "--probe", value],
        &["verify", "--timeout", value],
        &["verify", "--report", value],
        &["verify", "--fail-on", value],
        &["verify", "--shard", value],
        &["verify", "--shells", value],
        &["claims", "--claims", value],
        &["claims", "--claim", value],
        &["claims", "--go", value],
        &["plan", "--gopath", value],
        &["plan", "--runner", value],
        &["plan", "--repository", value],
        &["apply", "--gopath", value],
        &["apply", "--shell", value],
        &["apply", "--gobin", &format!("/{value}")],
        &["explain", value],
        &["explain", "--pid", value],
        &["explain", "--go", value],
        &["doctor", "--check", value],
        &["doctor", "--go-root", value],
        &["doctor", "--event-log", value],
        &["report", "merge", value],
        &["report", "compare", value, value],
        &["report", "history", value],
        &["report", value],
    ] {
        for on_a_runner in [true, false] {
            let runner = Runner::new();
            let mut command = runner.goenv();
            if on_a_runner {
                command.env("GITHUB_ACTIONS", "true");
            }
            let output = command.args(args).output().unwrap();
            assert_eq!(obeyed(&output), None, "{args:?}");
        }
    }
}

#[test]
fn no_variable_gives_orders_to_a_runner() {
    for (args, names) in [
        (&["verify", "--go", "1.0", "--allow-missing"][..], &["GOENV_CI_MATRIX", "GOENV_CI_FAIL_ON"][..]),
        (&["verify", "--go", "1.0", "--allow-missing"], &["RUNNER_TOOL_CACHE", "GOROOT", "GOFLAGS", "ImageOS"]),
        (&["apply"], &["GOENV_CI_GOPATH", "GITHUB_ENV", "GITHUB_PATH", "GITHUB_REPOSITORY", "RUNNER_TEMP"]),
        (&["plan"], &["GOENV_CI_GOCACHE", "GITHUB_REPOSITORY", "RUNNER_WORKSPACE", "GITHUB_WORKSPACE"]),
        (&["explain"], &["GOFLAGS", "GOPATH", "GOENV", "GOTOOLCHAIN", "GOPROXY"]),
        (&["doctor"], &["GOFLAGS", "GOPATH", "GOENV", "GOTOOLCHAIN", "GOPROXY", "GOCACHE", "GOBIN"]),
        (&["claims", "--go", "1.0"], &["RUNNER_TOOL_CACHE", "GOROOT"]),
    ] {
        for name in names {
            let runner = Runner::new();
            let value = ORDERS;
            let mut command = runner.goenv();
            let output = command.args(args).env("GITHUB_ACTIONS", "true").env(name, value).output().unwrap();
            assert_eq!(obeyed(&output), None, "{args:?} with {name}");
        }
    }
}

/// Names of files, words of a probe and of a claim, and what the commands print, while cells run.
#[test]
fn nothing_that_a_probe_or_a_claim_holds_gives_orders_while_it_is_tried() {
    let Some(tool_cache) = judged::tool_cache() else { return };
    let runner = Runner::new();
    let said = "printed ##[add-mask]a##vso[x]\\n::add-mask::c\\n";
    let words = format!(
        "  why: \"why {said}\"\n  hint: \"hint {said}\"\n  env: {{ A: \"{said}\" }}\n  files: {{ main.go: \"package main\\n\\nfunc main() {{ print(`{said}`) }}\\n\", go.mod: \"module m\\n\" }}\n  control: {{ unset: A }}\n"
    );
    let probe = |id: &str, run: &str, expect: &str| {
        format!("- id: {id}\n  variable: GOBIN\n{words}  steps: [{{ run: [{run}] }}]\n  expect: [{{ {expect} }}]\n")
    };
    let probes = probe("fails", "go, list, -f, \"{{.Dir}} ${A}\", .", "stdout_is: \"${A}\"")
        + &probe("says", "go, \"${A}\"", "exit: 0")
        + &probe("lacks", "go, env, GOROOT", "file_exists: \"${WORK}/##[add-mask]a##vso[x]\"")
        + &probe("absent", "\"${A}\"", "exit: 0");
    let claims = format!(
        "- id: c\n  statement: \"{said}\"\n  source: \"{said}\"\n  lesson: \"{said}\"\n  cases:\n    - steps: [{{ run: [go, \"{said}\"] }}]\n      expect: [{{ stdout_is: \"{said}\" }}]\n      control: {{ run: [go, version] }}\n- id: d\n  statement: s\n  untestable: \"{said}\"\n"
    );
    let file = if cfg!(windows) { "p.yml" } else { "p ##[add-mask]x ##vso[y].yml" };
    for (dir, content) in [("probes", &probes), ("claims", &claims)] {
        fs::create_dir(runner.path(dir)).unwrap();
        fs::write(runner.path(dir).join(file), content).unwrap();
    }
    for (command, more, on_a_runner) in [
        ("verify", &[][..], true),
        ("verify", &["--format", "json"], false),
        ("verify", &["--quiet"], true),
        ("claims", &[], true),
    ] {
        let mut asked = runner.goenv();
        let (flag, dir) = if command == "verify" { ("--matrix", "probes") } else { ("--claims", "claims") };
        asked.args([command, "--go", "1.23", flag]).arg(runner.path(dir)).args(more);
        asked.env("RUNNER_TOOL_CACHE", &tool_cache);
        if on_a_runner {
            asked.env("GITHUB_ACTIONS", "true");
        }
        let output = asked.output().unwrap();
        assert!(!output.stdout.is_empty(), "it was judged: {output:?}");
        assert_eq!(obeyed(&output), None, "{command} {more:?}");
    }
}

#[test]
fn reports_with_orders_in_every_text_give_none() {
    let runner = Runner::new();
    let report = crate::support::reports::hostile();
    let mut text = goenv_ci::report::Format::Json.render(&report).unwrap();
    text = text.replace("1.22.10", "1.22.10 ##vso[a]##[b]");
    for name in ["a", "b"] {
        fs::create_dir(runner.path(name)).unwrap();
        fs::write(runner.path(name).join("report.json"), &text).unwrap();
    }
    for args in [
        &["report", "merge", "a", "b"][..],
        &["report", "merge", "a", "b", "--format", "json"],
        &["report", "compare", "a/report.json", "b/report.json"],
        &["report", "history", "a/report.json", "b/report.json"],
    ] {
        let mut asked = runner.goenv();
        asked.current_dir(runner.path("a").parent().unwrap()).args(args).env("GITHUB_ACTIONS", "true");
        let output = asked.output().unwrap();
        assert_eq!(obeyed(&output), None, "{args:?}");
    }
}
