//! What is said where there is no answer: a wrong command line, a wrong input, nothing selected.

use super::{Case, process::Place, reports, seam};

const HOSTILE_ARGUMENT: &str = "<script>\u{1b}[31m\u{202e}x\n::error::pwned\n##[error]x | `y` @org 漢字";

/// Name and arguments.
const WRONG: [(&str, &[&str]); 51] = [
    ("no-command", &[]),
    ("unknown-command", &["verfy"]),
    ("unknown-flag", &["plan", "--runer", "windows-2022"]),
    ("unknown-format", &["plan", "--format", "xml"]),
    ("missing-value", &["plan", "--runner"]),
    ("conflict", &["apply", "--dry-run", "--shell", "bash"]),
    ("unknown-shell", &["apply", "--shell", "zsh"]),
    ("unknown-shell-unlike-any", &["apply", "--shell", "nu"]),
    ("misspelt-shell", &["apply", "--shell", "psh"]),
    ("misspelt-format", &["plan", "--format", "jsno"]),
    ("command-of-report", &["merge", "shards"]),
    ("command-unlike-any", &["export"]),
    ("misspelt-command-of-report", &["report", "comprae", "a", "b"]),
    ("old-runner", &["plan", "--runner", "windows-2019"]),
    ("misspelt-probe", &["verify", "--probe", "gobin/instal-lands"]),
    ("misspelt-variable-of-a-probe", &["verify", "--probe", "gobim"]),
    ("misspelt-claim", &["claims", "--claim", "goroot-registry"]),
    ("unknown-runner", &["plan", "--runner", "windows-95"]),
    ("not-a-version", &["plan", "--go", "latest"]),
    ("not-a-repository", &["plan", "--repository", "a/b/c"]),
    ("gopath-is-relative", &["plan", "--gopath", "cache"]),
    ("gopath-has-a-tilde", &["plan", "--gopath", "~/go"]),
    ("gopath-is-a-list", &["plan", "--gopath", r"D:\a;D:\b"]),
    ("gopath-has-a-line-feed", &["plan", "--gopath", "D:\\a\nX=1"]),
    ("gobin-is-a-unix-path", &["plan", "--gobin", "/d/a/bin"]),
    ("gopath-is-the-checkout", &["plan", "--repository", "org/go"]),
    ("too-many-jobs", &["plan", "--runner", "windows-2022,ubuntu-24.04", "--shards", "200"]),
    ("shards-is-zero", &["plan", "--shards", "0"]),
    ("unknown-probe", &["verify", "--probe", "nope"]),
    ("not-a-shard", &["verify", "--shard", "17/16"]),
    ("no-matrix-directory", &["verify", "--matrix", "absent"]),
    ("unknown-word-for-shells", &["verify", "--shells", "zsh"]),
    ("timeout-is-zero", &["verify", "--timeout", "0"]),
    ("report-is-a-file", &["verify", "--report", "file"]),
    ("completions-for-no-shell", &["completions", "zhs"]),
    ("manual-into-a-file", &["man", "file"]),
    ("broken-probe", &["verify", "--matrix", "broken"]),
    ("unknown-variable", &["explain", "GOBIM"]),
    ("unknown-variable-unlike-any", &["explain", "HOUSE"]),
    ("pid-without-environment", &["explain", "--pid", "1"]),
    ("pid-of-nobody", &["explain", "--environment", "--pid", "4294967294"]),
    ("unknown-check", &["doctor", "--check", "gobin-not-on-pth"]),
    ("event-log-elsewhere", &["doctor", "--event-log", "log.evtx"]),
    ("unknown-claim", &["claims", "--claim", "nope"]),
    ("no-claims-directory", &["claims", "--claims", "absent"]),
    ("merge-of-nothing", &["report", "merge", "empty", "--out", "out"]),
    ("merge-of-an-absent-file", &["report", "merge", "absent", "--out", "out"]),
    ("compare-with-no-report", &["report", "compare", "file", "failing"]),
    ("compare-with-several", &["report", "compare", "several", "failing"]),
    ("history-of-runs-without-a-token", &["report", "history", "--runs", "3"]),
    ("publish-without-a-token", &["report", "publish"]),
];

/// The same command line on a runner, where each error is an annotation too.
const ON_A_RUNNER: [(&str, &[&str]); 3] = [
    ("runner-unknown-flag", &["plan", "--runer", "windows-2022"]),
    ("runner-not-a-version", &["plan", "--go", "latest"]),
    ("runner-unknown-variable", &["explain", HOSTILE_ARGUMENT]),
];

const HOSTILE: [(&str, &[&str]); 6] = [
    ("hostile-variable", &["explain", HOSTILE_ARGUMENT]),
    ("hostile-version", &["plan", "--go", HOSTILE_ARGUMENT]),
    ("hostile-probe", &["verify", "--probe", HOSTILE_ARGUMENT]),
    ("hostile-directory", &["verify", "--matrix", HOSTILE_ARGUMENT]),
    ("hostile-check", &["doctor", "--check", HOSTILE_ARGUMENT]),
    ("hostile-report", &["report", "compare", HOSTILE_ARGUMENT, "failing"]),
];

pub fn cases() -> Vec<Case> {
    let place = Place::new();
    let failing = seam::report_json(&reports::failing());
    place.write("file", b"");
    place.write("empty/note.txt", b"");
    place.write("broken/gobin.yml", b"probes:\n  - id: x\n    nonsense: 1\n");
    for name in ["failing/report.json", "several/a/report.json", "several/b/report.json"] {
        place.write(name, &failing);
    }
    let case = |name, text| Case { command: "errors", name, outputs: vec![("txt".to_owned(), text)], hostile: None };
    let mut cases: Vec<Case> =
        WRONG.iter().chain(&HOSTILE).map(|(name, args)| case(*name, place.alone(args, &[]))).collect();
    let actions = [("GITHUB_ACTIONS", "true")];
    cases.extend(ON_A_RUNNER.iter().map(|(name, args)| case(*name, place.alone(args, &actions))));
    cases.push(case("apply-without-a-runner", place.alone(&["apply"], &[])));
    cases.push(case("apply-to-an-absent-file", place.step(&["apply"], &[("GITHUB_ENV", "/absent/env")])));
    cases.push(case("missing-toolchain", place.alone(&["verify", "--go", "1.21.99"], &[])));
    cases
}

#[test]
fn every_error_is_as_accepted() {
    super::accepted::accept(&cases().iter().collect::<Vec<_>>());
}

#[test]
fn no_argument_commands_a_terminal_or_a_log() {
    let named = |case: &Case| case.name.starts_with("hostile") || case.name.starts_with("runner");
    for case in cases().into_iter().filter(named) {
        let (_, page) = &case.outputs[0];
        let (_, said) = page.split_once("--- stdout\n").unwrap();
        let hidden = said.chars().find(|c| c.is_control() && *c != '\n' || *c == '\u{202e}');
        assert_eq!(hidden, None, "{}", case.name);
        assert!(!said.contains("##["), "{}", case.name);
        let own = |line: &str| case.name.starts_with("runner") && line.starts_with("::error title=goenv-ci::");
        let command = said.lines().find(|line| line.trim_start().starts_with("::") && !own(line));
        assert_eq!(command, None, "{}", case.name);
    }
}
