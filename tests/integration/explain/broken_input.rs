//! `explain` on what is broken: each broken thing is named, and the rest is still judged.

use crate::support::{self, Runner};
use assert_cmd::Command;
use predicates::str::contains;
use serde_json::Value;
use std::fs;

/// All in JSON; GOBIN is set, and must be judged whatever else is broken.
fn explained(command: &mut Command, args: &[&str]) -> Value {
    command.env("GOBIN", "/judged").args(["explain", "--format", "json"]).args(args);
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let said: Value = serde_json::from_slice(&output.stdout).unwrap();
    let all = said["explanations"].as_array().cloned().unwrap_or_else(|| vec![said.clone()]);
    for one in &all {
        assert_eq!(variable(one, "GOBIN")["value"], "/judged", "{one:#}");
    }
    said
}

fn variable<'a>(said: &'a Value, name: &str) -> &'a Value {
    said["variables"].as_array().unwrap().iter().find(|one| one["name"] == name).unwrap()
}

#[track_caller]
fn assert_noted(said: &Value, words: &[&str]) {
    let notes = said["notes"].as_array().unwrap();
    let found = notes.iter().any(|note| words.iter().all(|word| note.as_str().unwrap().contains(word)));
    assert!(found, "no note with {words:?} among {notes:#?}");
}

/// With this as the file of `go env -w`.
fn with_goenv(content: &[u8]) -> (Runner, Value) {
    let runner = Runner::new();
    fs::write(runner.path("goenv"), content).unwrap();
    let said = explained(runner.goenv().env("GOENV", runner.path("goenv")), &[]);
    (runner, said)
}

#[test]
fn a_goenv_file_that_is_a_folder_is_named() {
    let runner = Runner::new();
    let said = explained(runner.goenv().env("GOENV", runner.path("app")), &[]);
    assert_noted(&said, &["is a directory", &runner.text("app")]);
}

#[test]
#[cfg(target_os = "linux")]
fn a_goenv_file_that_cannot_be_read_is_named_with_what_the_system_says() {
    // Even root cannot read at its beginning.
    let runner = Runner::new();
    let said = explained(runner.goenv().env("GOENV", "/proc/self/mem"), &[]);
    assert_noted(&said, &["`/proc/self/mem` cannot be read", "/output error"]);
    assert!(!said.to_string().contains("os error"), "{said:#}");
}

#[test]
#[cfg(unix)]
fn a_goenv_file_that_is_a_pipe_is_not_waited_for() {
    let runner = Runner::new();
    let pipe = runner.text("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    // Go itself would wait.
    let said = explained(runner.goenv().env("GOENV", &pipe), &["--timeout", "1"]);
    assert_noted(&said, &[&pipe, "it is a FIFO"]);
}

#[test]
fn a_goenv_file_in_utf_16_is_named_and_nothing_of_it_counts() {
    let utf_16: Vec<u8> = "\u{feff}GOFLAGS=-v\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let (runner, said) = with_goenv(&utf_16);
    assert_noted(&said, &[&runner.text("goenv"), "UTF-16"]);
    assert_eq!(variable(&said, "GOFLAGS")["value"], "");
}

#[test]
fn broken_lines_unknown_names_and_carriage_returns_are_named_and_the_other_lines_count() {
    let (runner, said) =
        with_goenv(b"GOFLAGS=-v\nno setting\ngobin=/x\nGOCAHCE=/c\nGOPRIVATE=a.example\r\nGOVERSION=go1.1\n");
    let file = runner.text("goenv");
    assert_eq!(variable(&said, "GOFLAGS")["value"], "-v");
    assert_eq!(variable(&said, "GOFLAGS")["at"], format!("{file}:1"));
    assert_noted(&said, &[&file, "lines 2, 3"]);
    assert_noted(&said, &[&format!("{file}:4"), "GOCAHCE"]);
    assert_noted(&said, &[&file, "CR LF"]);
    assert_noted(&said, &[&format!("{file}:6"), "GOVERSION is not read from a file"]);
}

#[test]
fn bytes_that_are_no_text_and_lines_without_an_end_are_read_as_far_as_they_go() {
    let mut content = b"GOFLAGS=-v\nGOPRIVATE=".to_vec();
    content.extend([0xff, 0xfe, 0, b'x'].repeat(50_000));
    let (_runner, said) = with_goenv(&content);
    assert_eq!(variable(&said, "GOFLAGS")["value"], "-v");
}

#[test]
fn a_goroot_without_its_files_is_named_and_read_by_the_newest_rules() {
    let runner = Runner::new();
    let root = runner.path("go");
    fs::create_dir_all(root.join("bin")).unwrap();
    fs::write(root.join("bin").join(format!("go{}", std::env::consts::EXE_SUFFIX)), "").unwrap();
    let said = explained(&mut runner.goenv(), &["--go-root", root.to_str().unwrap()]);
    assert_noted(&said, &["by the rules of the newest Go", "VERSION"]);
    assert_noted(&said, &["has no file `go.env`"]);
    assert_noted(&said, &["cannot be started"]);
    let nowhere = runner.text("nowhere");
    assert_noted(&explained(&mut runner.goenv(), &["--go-root", &nowhere]), &[&nowhere, "no such folder"]);
}

/// A GOROOT of Go 1.22.10 whose `go` is this script.
#[cfg(unix)]
fn scripted(runner: &Runner, name: &str, script: &str) -> String {
    let root = runner.path(name);
    support::write_program(&root.join("bin/go"), &format!("#!/bin/sh\n{script}\n"));
    fs::write(root.join("VERSION"), "go1.22.10\n").unwrap();
    fs::write(root.join("go.env"), "").unwrap();
    root.to_str().unwrap().to_owned()
}

#[test]
#[cfg(unix)]
fn a_go_that_hangs_is_ended_and_the_other_one_is_still_asked() {
    let runner = Runner::new();
    let pid = runner.path("pid");
    let hanging = scripted(&runner, "hanging", "sleep 600 & echo $! > \"$GOENV_CI_TEST_PID\"\nwait");
    let other = scripted(&runner, "other", "echo '{\"GOFLAGS\": \"-said\"}'");
    let begun = std::time::Instant::now();
    let mut command = runner.goenv();
    command.env("GOENV_CI_TEST_PID", &pid);
    let said = explained(&mut command, &["--timeout", "1", "--go-root", &hanging, "--go-root", &other]);
    assert!(begun.elapsed().as_secs() < 30, "{:?}", begun.elapsed());
    assert_noted(&said["explanations"][0], &["did not answer within 1 seconds and was ended"]);
    assert_eq!(variable(&said["explanations"][1], "GOFLAGS")["go_says"], "-said");
    let child = fs::read_to_string(pid).unwrap();
    // One that has ended and was not waited for yet has no block any more.
    let block = fs::read(format!("/proc/{}/environ", child.trim())).unwrap_or_default();
    assert!(block.is_empty(), "the child of the go that hangs lives on");
}

#[test]
#[cfg(unix)]
fn a_go_that_leaves_a_program_running_has_answered() {
    let runner = Runner::new();
    let leaving = scripted(&runner, "leaving", "sleep 600 >/dev/null 2>&1 &\necho '{\"GOFLAGS\": \"-said\"}'");
    let said = explained(&mut runner.goenv(), &["--go-root", &leaving]);
    assert_eq!(variable(&said, "GOFLAGS")["go_says"], "-said", "{said:#}");
}

#[test]
#[cfg(unix)]
fn a_go_that_prints_nonsense_is_named() {
    let runner = Runner::new();
    let odd = scripted(&runner, "odd", "echo hello");
    assert_noted(&explained(&mut runner.goenv(), &["--go-root", &odd]), &["printed no JSON"]);
}

#[test]
fn thousands_of_entries_of_path_are_looked_through_and_shown_in_part() {
    let runner = Runner::new();
    let tools = runner.path("tools");
    fs::create_dir_all(&tools).unwrap();
    let go = tools.join(format!("go{}", std::env::consts::EXE_SUFFIX));
    fs::write(&go, "").unwrap();
    let mut dirs: Vec<_> = (0..3_000).map(|at| runner.path("none").join(at.to_string())).collect();
    dirs.push(tools);
    let path = std::env::join_paths(&dirs).unwrap();
    if path.len() > 30_000 && cfg!(windows) {
        return;
    }
    let said = explained(runner.goenv().env("PATH", &path), &[]);
    assert_eq!(variable(&said, "go")["value"], go.to_str().unwrap());
    assert!(variable(&said, "go")["because"].as_str().unwrap().starts_with("entry 3001 of PATH"));
    let mut command = runner.goenv();
    command.env("PATH", &path).args(["explain", "PATH"]);
    command.assert().code(0).stdout(contains("and 2951 more\n")).stdout(contains("/0\n"));
}

#[test]
#[cfg(unix)]
fn loops_of_links_lead_nowhere_and_stop_nothing() {
    use std::os::unix::fs::symlink;
    let runner = Runner::new();
    let (a, b) = (runner.path("a"), runner.path("b"));
    symlink(&a, &b).unwrap();
    symlink(&b, &a).unwrap();
    fs::create_dir_all(runner.path("dir")).unwrap();
    symlink(runner.path("dir"), runner.path("dir/again")).unwrap();
    let (loop_, deep) = (runner.text("a"), format!("{}/again/again/again", runner.text("dir")));
    let mut command = runner.goenv();
    command.env("GOENV", &loop_).env("PATH", format!("{loop_}:{deep}")).env("GOPATH", &deep).env("GOCACHE", &loop_);
    let said = explained(&mut command, &["--go-root", &deep]);
    assert_noted(&said, &[&loop_, "cannot be read"]);
    let mut command = runner.goenv();
    command.env("GOPATH", &deep).args(["explain", "--why", &format!("{loop_}/x")]);
    command.assert().code(4);
    // By whatever way, it is that folder.
    let mut command = runner.goenv();
    command.env("GOPATH", &deep).args(["explain", "--why", &runner.text("dir/bin/x")]);
    command.assert().code(0).stdout(contains("GOPATH"));
}

#[test]
fn a_variable_that_nobody_knows_has_a_neighbour_in_every_question() {
    let runner = Runner::new();
    for question in [&["GOCAHCE"][..], &["GOCAHCE", "--environment"]] {
        let mut command = runner.goenv();
        command.arg("explain").args(question);
        command.assert().code(2).stderr(contains("did you mean `GOCACHE`?"));
    }
    runner.goenv().args(["explain", "XYZZY"]).assert().code(2).stderr(contains("no Go from 1.21 on knows"));
}

/// Each must be in no answer, wherever it stood.
const SECRETS: [&str; 8] = [
    "hunter2-environment",
    "hunter2-goenv",
    "hunter2-envrc",
    "hunter2-mise",
    "hunter2-vscode",
    "hunter2-workflow",
    "hunter2-pending",
    "ghp_0123456789abcdefghijABCDEFGHIJ",
];

fn filled_with_secrets() -> Runner {
    let runner = Runner::new();
    let url = |secret: &str| format!("https://me:{secret}@proxy.example/x");
    let put = |name: &str, text: String| {
        let path = support::below(&runner.path("app/app"), name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    fs::write(
        runner.path("goenv"),
        format!(
            "GOPROXY={}\nGOFLAGS=-ldflags=-X=m.t={}\nGOAUTH=helper --token {}\n{} is no setting\n",
            url(SECRETS[1]),
            SECRETS[7],
            SECRETS[1],
            url(SECRETS[1])
        ),
    )
    .unwrap();
    put(".envrc", format!("export GOPROXY='{}'\n", url(SECRETS[2])));
    put("mise.toml", format!("[env]\nGOPROXY = \"{}\"\n", url(SECRETS[3])));
    put(".mise.toml", format!("[env]\nGOPROXY = {}\n", url(SECRETS[3])));
    put(".vscode/settings.json", format!("{{ \"go.toolsEnvVars\": {{ \"GOPROXY\": \"{}\" }} }}", url(SECRETS[4])));
    put(".github/workflows/a.yml", format!("env: {{ GOPROXY: \"{}\" }}\n", url(SECRETS[5])));
    put(".github/workflows/b.yml", format!("jobs: {}\n", url(SECRETS[5])));
    fs::write(runner.path("env"), format!("GOPROXY={}\n", url(SECRETS[6]))).unwrap();
    runner
}

#[test]
fn secrets_are_masked_in_every_format_and_for_every_question() {
    let runner = filled_with_secrets();
    let newest = ["--go", "1.24"];
    let command = || {
        let mut command = runner.goenv();
        command.env("GOENV", runner.path("goenv")).env("GOPROXY", format!("https://me:{}@proxy.example", SECRETS[0]));
        command.env("GOPATH", runner.path(SECRETS[7])).env("GITHUB_STEP_SUMMARY", runner.path("summary"));
        command.arg("explain").args(newest);
        command
    };
    fs::write(runner.path("summary"), "").unwrap();
    let report = runner.text("report");
    let tool = support::below(&runner.path(SECRETS[7]), "bin/tool").to_str().unwrap().to_owned();
    let mut answers = Vec::new();
    for args in [
        &["--report", report.as_str()][..],
        &["--format", "json"],
        &["--environment"],
        &["--environment", "--format", "json"],
        &["--why", &tool],
        &["--why", &tool, "--format", "json"],
    ] {
        let output = command().args(args).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        answers.push((format!("{args:?}"), String::from_utf8(output.stdout).unwrap()));
    }
    for file in ["report/explain.json", "report/explain.md", "report/explain.html", "summary"] {
        answers.push((file.to_owned(), runner.read(file)));
    }
    for (what, text) in &answers {
        // Markdown shows what GitHub could act on as its number.
        let plain = text.replace("\\u{5f}", "_").replace("&#95;", "_");
        for secret in SECRETS {
            assert!(!plain.contains(secret), "{what} shows {secret}:\n{plain}");
        }
        assert!(plain.contains("xxxxx"), "{what} has nothing to mask:\n{plain}");
    }
    // The places themselves are named.
    for source in ["envrc", "mise", "vscode", "workflow", "github-env", "goenv-file"] {
        assert!(answers[1].1.contains(&format!("\"{source}\"")), "{source}");
    }
}

/// No reader should see what a library says to its programmer, nor a number of the system.
#[test]
fn whatever_is_broken_is_told_in_plain_words() {
    let runner = Runner::new();
    let put = |name: &str, text: &[u8]| {
        let path = support::below(&runner.path("app/app"), name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    put(".github/workflows/twice.yml", b"env:\n  GOBIN: /a\n  GOBIN: /b\n");
    put(".github/workflows/open.yml", b"env: { GOBIN: /a\n");
    put(".github/workflows/tab.yml", b"env:\n\tGOBIN: /a\n");
    put(".github/workflows/alias.yml", b"env: *nobody\n");
    put(".github/workflows/tag.yml", b"env: { GOBIN: !!binary x }\n");
    put(".github/workflows/documents.yml", b"env: {}\n---\nenv: {}\n");
    put("mise.toml", b"[env\n");
    put(".mise.toml", b"[env]\nGOBIN = '/a'\nGOBIN = '/b'\n");
    put("mise/config.toml", b"env = \xff\n");
    put(".vscode/settings.json", b"{} {}");
    let said = explained(&mut runner.goenv(), &[]);
    assert_noted(&said, &["twice.yml` is passed over: line 3, column 3: `GOBIN` stands there twice"]);
    for name in ["open.yml", "tab.yml", "alias.yml", "mise.toml", ".mise.toml", "settings.json"] {
        assert_noted(&said, &[name, "is passed over: line "]);
    }
    let notes = said["notes"].to_string();
    assert!(notes.contains("something stands behind its end"), "{notes}");
    for word in ["Options", "Policy", "os error", "serde", "saphyr", "deserial", "::", "Option<", "Some(", "Err("] {
        assert!(!notes.contains(word), "{word}: {notes}");
    }
}
