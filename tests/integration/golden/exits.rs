//! The exit codes of the contract, as far as no toolchain is needed: each
//! command with an input that leads to each of its codes.

use super::{Case, process::Place, reports, seam, shards::Shards, values};

/// Name, exit code, arguments.
const RUNS: [(&str, i32, &[&str]); 25] = [
    ("plan-0", 0, &["plan", "--repository", "org/app", "--format", "env"]),
    ("plan-2", 2, &["plan", "--go", "x"]),
    ("plan-matrix-0", 0, &["plan", "--go", "1.21,1.22.10", "--format", "github-matrix"]),
    ("apply-dry-run-2", 2, &["apply", "--dry-run", "--gopath", "x"]),
    ("verify-4", 4, &["verify", "--probe", "nope"]),
    ("verify-3", 3, &["verify", "--go", "1.21.99", "--report", "file"]),
    ("claims-4", 4, &["claims", "--claim", "nope"]),
    ("explain-0", 0, &["explain", "--go", "1.22.10", "GOBIN", "GOTOOLCHAIN", "GOPROXY"]),
    ("explain-why-4", 4, &["explain", "--go", "1.22.10", "--why", "/nowhere/file"]),
    ("explain-why-0", 0, &["explain", "--go", "1.22.10", "--why", "/absent/go/bin/tool"]),
    ("doctor-list-0", 0, &["doctor", "--list"]),
    ("doctor-2", 2, &["doctor", "--check", "nope"]),
    ("merge-0", 0, &["report", "merge", "passing", "--out", "out"]),
    ("merge-1", 1, &["report", "merge", "failing", "--out", "out"]),
    ("merge-2", 2, &["report", "merge", "absent", "--out", "out"]),
    ("merge-3-over-1", 3, &["report", "merge", "failing", "half", "--out", "out"]),
    ("merge-4", 4, &["report", "merge", "nothing", "--out", "out"]),
    ("merge-5", 5, &["report", "merge", "erring", "--out", "out"]),
    ("compare-0", 0, &["report", "compare", "passing", "passing"]),
    ("compare-1", 1, &["report", "compare", "passing", "failing"]),
    ("compare-5", 5, &["report", "compare", "passing", "erring"]),
    ("compare-1-on-drift", 1, &["report", "compare", "failing", "passing", "--fail-on", "drift"]),
    ("compare-never-0", 0, &["report", "compare", "passing", "failing", "--fail-on", "never"]),
    ("history-0", 0, &["report", "history", "failing", "passing"]),
    ("history-2", 2, &["report", "history", "half"]),
];

/// The same for publishing, of what lies here and without a token.
const PUBLISHED: [(&str, i32, &[&str]); 7] = [
    ("publish-0", 0, &["report", "publish", "--in", "passing"]),
    ("publish-1", 1, &["report", "publish", "--in", "failing"]),
    ("publish-1-over-6", 1, &["report", "publish", "--in", "failing", "--comment"]),
    ("publish-3", 3, &["report", "publish", "--in", "passing", "--in", "half"]),
    ("publish-5", 5, &["report", "publish", "--in", "erring"]),
    ("publish-6", 6, &["report", "publish", "--in", "passing", "--comment"]),
    ("publish-never-0", 0, &["report", "publish", "--in", "failing", "--fail-on", "never"]),
];

/// `doctor` with a file of `go env -w` that has two faults, in this order: the later ones find what the earlier ones left.
const DOCTORED: [(&str, i32, &[&str]); 7] = [
    ("doctor-1", 1, &["doctor", "--check", CHECKS, "--format", "json"]),
    ("doctor-never-0", 0, &["doctor", "--check", CHECKS, "--format", "json", "--fail-on", "never"]),
    ("doctor-fix-0", 0, &["doctor", "--check", CHECKS, "--fix"]),
    ("doctor-fix-again-0", 0, &["doctor", "--check", CHECKS, "--fix"]),
    ("doctor-undo-0", 0, &["doctor", "--undo"]),
    ("doctor-undo-1", 1, &["doctor", "--check", CHECKS, "--format", "json"]),
    ("doctor-undo-4", 4, &["doctor", "--undo"]),
];
const CHECKS: &str = "goenv-file-carriage-returns,goenv-file-unknown-names";

fn runs() -> Vec<(i32, Case)> {
    let place = Place::new();
    let json = seam::report_json;
    let shards = Shards::of(1);
    place.write("file", b"");
    place.write("nothing/note.txt", b"");
    place.write("passing/report.json", &json(&shards.report(1)));
    place.write("failing/report.json", &json(&reports::failing()));
    place.write("erring/report.json", &json(&values::erring()));
    let content = json(&reports::passing());
    place.write("half/report.json", &content[..content.len() / 2]);
    place.write("goenv", b"GOFLAGS=-mod=mod\r\nGOBIM=x\n");
    let goenv = place.path("goenv");
    let go = [("GOBIN", "/absent/go/bin"), ("GOPATH", "/absent/go")];
    let of_doctor = [("GOENV", goenv.as_str())];
    let on_a_runner = [("GITHUB_ACTIONS", "true"), ("GOENV", goenv.as_str())];
    let annotated: (&str, i32, &[&str]) = ("doctor-runner-1", 1, DOCTORED[0].2);
    let all = RUNS.iter().chain(&PUBLISHED).map(|run| (run, go.as_slice()));
    let all = all.chain(DOCTORED.iter().map(|run| (run, of_doctor.as_slice())));
    let all = all.chain([(&annotated, on_a_runner.as_slice())]);
    all.map(|((name, code, args), env)| {
        let text = place.alone(args, env);
        (*code, Case { command: "exits", name, outputs: vec![("txt".to_owned(), text)], hostile: None })
    })
    .collect()
}

pub fn cases() -> Vec<Case> {
    runs().into_iter().map(|(_, case)| case).collect()
}

#[test]
fn every_run_ends_as_the_contract_says() {
    for (code, case) in runs() {
        assert!(case.outputs[0].1.contains(&format!("\nexit {code}\n")), "{}:\n{}", case.name, case.outputs[0].1);
    }
    super::accepted::accept(&cases().iter().collect::<Vec<_>>());
}
