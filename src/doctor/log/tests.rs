use super::{
    causes,
    messages::{MessageTable, all},
    wording::pieces,
};
use crate::doctor::finding::Finding;
use std::collections::BTreeSet;

fn found(log: &str) -> Vec<Finding> {
    causes(log.as_bytes(), "log").findings
}

fn ids(log: &str) -> Vec<&'static str> {
    found(log).iter().map(|one| one.id).collect()
}

#[test]
fn the_table_is_whole() {
    let mut seen = BTreeSet::new();
    for message in all() {
        let id = message.id;
        assert!(seen.insert(id), "{id} stands twice");
        for text in [message.title, message.cause, message.remedy, message.source] {
            assert!(!text.is_empty(), "{id}");
        }
        assert!(!message.cause.ends_with('.') && message.remedy.ends_with('.'), "{id}");
        assert!(!message.said.is_empty(), "{id}");
        for said in message.said {
            let known: BTreeSet<&str> = pieces(said).filter(|(_, is_name)| *is_name).map(|(name, _)| name).collect();
            for (name, is_name) in pieces(message.cause) {
                assert!(!is_name || known.contains(name), "{id}: {said} does not have {name}");
            }
        }
        if let Some(command) = message.command {
            assert!(!command.contains('{'), "{id}: a fix has no blanks to fill");
        }
        for other in message.after {
            assert!(all().any(|known| known.id == *other), "{id}: {other}");
        }
    }
}

#[test]
fn nearly_every_wording_is_found_by_how_it_begins() {
    assert!(MessageTable::get().others() <= 5);
}

#[test]
fn no_two_wordings_are_one() {
    let mut seen = BTreeSet::new();
    for said in all().flat_map(|message| message.said) {
        assert!(seen.insert(said), "{said}");
    }
}

#[test]
fn each_wording_is_found_as_its_own_message() {
    let value = |name: &str| match name {
        "version" | "running" => "1.22.3",
        "pair" => "linux/arm",
        "path" => "/some where/x",
        "value" => "\"a value\"",
        "why" => "some reason",
        "module" => "example.com/m@v1.0.0",
        "rest" => "more",
        _ => "word",
    };
    for message in all() {
        for said in message.said {
            let line: String = pieces(said).map(|(piece, name)| if name { value(piece) } else { piece }).collect();
            assert_eq!(ids(&line), [message.id], "{line}");
        }
    }
}

#[test]
fn each_line_that_somebody_met_is_found() {
    for message in all() {
        if let Some(sample) = message.sample {
            assert_eq!(ids(sample.line), [message.id], "{}", sample.line);
            assert!(sample.from.starts_with("https://"), "{}", message.id);
        }
    }
}

#[test]
fn causes_are_counted_with_their_first_lines_the_worst_first() {
    let log = "Cache not found for input keys: a\n".to_owned()
        + &"go: go.mod requires go >= 1.99 (running go 1.21.13; GOTOOLCHAIN=local)\nother\n".repeat(7)
        + "go: updates to go.mod needed\n";
    let found = found(&log);
    let told: Vec<_> = found.iter().map(|one| (one.id, one.location.as_ref().unwrap().line)).collect();
    assert_eq!(
        told,
        [("go-mod-wants-newer-go", Some(2)), ("go-mod-updates-needed", Some(16)), ("cache-not-found", Some(1))]
    );
    let seen = found[0].log.as_ref().unwrap();
    assert_eq!((seen.count, seen.lines.as_slice()), (7, [2, 4, 6, 8, 10].as_slice()));
    assert!(found[0].message.contains("1.99") && found[0].message.contains("1.21.13"), "{}", found[0].message);
    assert!(seen.page.ends_with("docs/messages.md#go-mod-wants-newer-go"));
}

#[test]
fn values_are_told_apart_up_to_a_limit() {
    let log: String = (0..100).map(|at| format!("main.go:3:8: package p{at}/x is not in std (/r/src)\n")).collect();
    let found = found(&log);
    assert_eq!(found.len(), 21);
    assert_eq!(found.iter().map(|one| one.log.as_ref().unwrap().count).sum::<usize>(), 100);
}

#[test]
fn a_consequence_is_not_told_beside_its_cause() {
    let status = "error obtaining VCS status: exit status 128\n";
    let owner = "fatal: detected dubious ownership in repository at '/w'\n";
    assert_eq!(ids(status), ["vcs-status"]);
    assert_eq!(ids(&[status, owner].concat()), ["git-dubious-ownership"]);
    assert!(ids("exit status 1\nmake: *** [all] Error 1\n##[error]Process completed with exit code 1.\n").is_empty());
}

#[test]
fn what_a_passing_test_said_is_no_cause_and_what_a_failing_one_said_is() {
    let said = "go: go.mod requires go >= 1.99 (running go 1.21.13; GOTOOLCHAIN=local)\n";
    for (end, causes) in [
        ("--- PASS: TestX (0.00s)\n", 0),
        ("--- SKIP: TestX (0.00s)\n", 0),
        ("    --- FAIL: TestX/a (0.00s)\n--- FAIL: TestX (0.00s)\n", 1),
        ("panic: x\n", 1),
        ("", 1),
        ("PASS\nok  \texample.com/m\t0.1s\n", 0),
    ] {
        assert_eq!(ids(&format!("=== RUN   TestX\n=== RUN   TestX/a\n{said}{end}")).len(), causes, "{end:?}");
    }
    // Tests in parallel, each with what it said itself.
    let log = format!(
        "=== RUN   TestA\n=== PAUSE TestA\n=== RUN   TestB\n=== CONT  TestA\n{said}=== CONT  TestB\n--- FAIL: TestB (0s)\n\
         --- PASS: TestA (0s)\n{said}"
    );
    let found = found(&log);
    assert_eq!(found[0].log.as_ref().unwrap().lines, [9], "the line behind all tests alone");
}

/// Each is the whole log of a run that is fine.
const CLEAN: &[&str] = &[
    "ok  \texample.com/m\t0.123s\nok  \texample.com/m/a\t(cached)\n?   \texample.com/m/b\t[no test files]\n",
    "=== RUN   TestOpen\n    open_test.go:12: open /root/x: permission denied\n--- PASS: TestOpen (0.00s)\nPASS\n",
    "    x_test.go:3: go: cannot find main module; see 'go help modules'\n",
    "open /etc/shadow: permission denied\nmkdir /x: permission denied\nconnection refused\n",
    "2026/01/01 00:00:00 dial tcp 127.0.0.1:80: connect: connection refused\n",
    "\tbase.Fatalf(\"go: cannot find main module; see 'go help modules'\")\n",
    "  12 |     return errors.New(\"no space left on device\")\n",
    "| R2 | relative GOROOT | all | 2 | `go: cannot find GOROOT directory: rel` |\n",
    "`go install` refuses with `cannot install cross-compiled binaries when GOBIN is set`.\n",
    "##[group]Run echo \"go: cannot find main module; see 'go help modules'\"\n\u{1B}[36;1mgo build ./...\u{1B}[0m\n##[endgroup]\n",
    "go: github.com/a/b@v1.60.1 requires go >= 1.22.1; switching to go1.22.6\n",
    "go: downloading example.com/dep v1.0.0\ngo: added example.com/dep v1.0.0\ngo: downloading go1.24.1 (linux/amd64)\n",
    "main.go:3:2: undefined: x\n./main.go:5:7: cannot use \"a\" as int value in assignment\nnote: module requires Go 1.99\n",
    "Setup go version spec 1.22.x\nFound in cache @ /opt/hostedtoolcache/go/1.22.2/x64\nAdded go to the path\nCache hit for: a\n",
    "Cache saved with key: setup-go-Linux-x64\nCache restored successfully\nCache Size: ~150 MB (157614651 B)\n",
    "fatal: no tag exactly matches 'abc'\nwarning: unused variable\nerror: test expects error\n",
    "The user said: signal: killed\nWe saw: exit status 1\n",
];

#[test]
fn a_log_without_a_cause_has_none() {
    for log in CLEAN {
        assert_eq!(found(log), [], "{log}");
    }
}

#[test]
fn a_log_reads_the_same_through_every_ci_system() {
    let message = "go: cannot install cross-compiled binaries when GOBIN is set";
    for line in [
        format!("2026-01-01T00:00:00.0000000Z {message}"),
        format!("build\tRun\t2026-01-01T00:00:00.0000000Z ##[error]{message}"),
        format!("\u{1B}[31m{message}\u{1B}[0m"),
        format!("Error: {message}"),
        format!("go.exe : {message}"),
        format!("app-1  | {message}"),
        format!("2026-01-01T00:00:00.000000Z 01E {message}"),
        format!("::error::{message}"),
    ] {
        assert_eq!(ids(&line), ["gobin-cross-compiled"], "{line}");
        let utf16: Vec<u8> = format!("\u{FEFF}x\r\n{line}\r\n").encode_utf16().flat_map(u16::to_le_bytes).collect();
        let verdict = causes(&utf16, "log");
        assert_eq!((verdict.findings[0].id, verdict.lines), ("gobin-cross-compiled", 2), "{line}");
    }
}

#[test]
fn a_hostile_log_costs_no_more_than_its_length() {
    let worst = ["go: ", ": ", "a: ", "{", "\u{1B}[", "=== RUN X", "x\r", "main.go:1:2: ", "::error ", "] "];
    for piece in worst {
        let line = piece.repeat(100_000 / piece.len());
        assert!(found(&format!("{line}\n{line}")).is_empty(), "{piece}");
    }
    let bytes: Vec<u8> = (0..=255).cycle().take(100_000).collect();
    assert!(causes(&bytes, "log").findings.is_empty());
    let many: String =
        (0..20_000).map(|at| format!("=== RUN   Test{at}\ngo: invalid GOTOOLCHAIN \"{at}\"\n")).collect();
    assert!(found(&many).len() <= 64 + 21);
}

#[test]
fn a_secret_in_a_message_is_masked() {
    let found = found(
        "go: example.com/m@v1.0.0: invalid proxy URL missing scheme: user:sesame@proxy.example.com\n\
                       go: x@v1: reading https://user:sesame@proxy.example.com/x/@v/v1.info: 403 Forbidden\n",
    );
    assert!(!found.is_empty());
    for one in found {
        assert!(
            !one.evidence.contains("https://user:sesame") && !one.message.contains("https://user:sesame"),
            "{one:?}"
        );
    }
}

/// Found by fuzzing: what a test said is held back until it has failed.
#[test]
fn the_lines_of_a_cause_are_in_order_where_a_test_told_of_it_late() {
    let said = ["go", ": invalid GOTOOLCHAIN \"x\""].concat();
    let log = format!("=== RUN   TestA\n{said}\n--- FAIL: TestB (0s)\n{said}\n--- FAIL: TestA (0s)\n");
    let verdict = causes(log.as_bytes(), "log");
    let lines: Vec<_> = verdict.findings.iter().map(|one| one.log.as_ref().unwrap().lines.clone()).collect();
    assert_eq!(lines, [[2, 4]]);
    assert_eq!(verdict.findings[0].location.as_ref().unwrap().line, Some(2));
}
