//! `report compare` and `report history`: what changed is named in words to act on, new failures decide
//! the exit code, and an input that is no report is refused.

use crate::support::{
    self, assert_file, assert_snapshot, goenv,
    reports::{self, HOSTILE},
    shards::{Shards, text_of},
};
use goenv_ci::{
    goenv::sources::{Source, SourceKind},
    output::{
        markdown,
        terminal::{self, Terminal},
    },
    report::{
        Report, RunFacts, RunnerFacts,
        compare::{self, CellRef, Comparison, ComparisonBuilder, ReportSummary},
        history,
        verdict::Verdict,
    },
    status::Status,
};
use predicates::str::contains;
use serde_json::Value;
use std::{fs, time::Duration};

fn fail() -> Verdict {
    Verdict::Fail {
        expected: r"a file at `D:\a\app\go\bin\probe.exe`".to_owned(),
        observed: r"the program is at `C:\Users\runneradmin\go\bin\probe.exe`".to_owned(),
    }
}

fn error() -> Verdict {
    Verdict::Error { reason: "`go install .` timed out".to_owned() }
}

/// A run in which all holds, with values and versions that can change.
fn good() -> Report {
    let mut report = Shards::of(1).report(1);
    report.shard = None;
    report.run =
        RunFacts { started_at: Some("2026-11-20T08:00:00Z".to_owned()), id: Some("101".to_owned()), attempt: None };
    report.sources.found.push(Source {
        variable: "GOBIN".to_owned(),
        kind: SourceKind::Environment,
        value: r"D:\a\app\go\bin".to_owned(),
        at: None,
    });
    report
}

/// Eight days later: another image and Go patch, and a leftover `go env -w`.
fn later() -> Report {
    let mut report = good();
    report.run =
        RunFacts { started_at: Some("2026-11-28T08:00:00Z".to_owned()), id: Some("131".to_owned()), attempt: None };
    report.runner.image_version = "20261124.1.0".to_owned();
    for result in report.results.iter_mut().filter(|result| result.go == "1.22.10") {
        result.go = "1.22.11".to_owned();
    }
    report
}

fn first(report: &mut Report, go: &str) -> usize {
    report.results.iter().position(|result| result.go == go).unwrap()
}

struct Folder(tempfile::TempDir);

impl Folder {
    fn of(files: &[(&str, &Report)]) -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        files.iter().for_each(|(name, report)| folder.write(name, text_of(report).as_bytes()));
        folder
    }

    fn write(&self, name: &str, content: &[u8]) {
        let path = self.0.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    fn report(&self, args: &[&str]) -> assert_cmd::assert::Assert {
        goenv().current_dir(self.0.path()).arg("report").args(args).assert()
    }

    fn stdout(&self, args: &[&str], code: i32) -> String {
        String::from_utf8(self.report(args).code(code).get_output().stdout.clone()).unwrap()
    }

    fn json(&self, args: &[&str], code: i32) -> Value {
        serde_json::from_str(&self.stdout(&[args, &["--format", "json"]].concat(), code)).unwrap()
    }
}

#[test]
fn the_published_schemas_are_the_ones_of_the_types() {
    assert_file("docs/schema/compare.schema.json", &compare::schema().unwrap());
    assert_file("docs/schema/history.schema.json", &history::schema().unwrap());
}

/// What docs/usage.md shows is what is printed.
#[test]
fn the_examples_of_the_documentation_are_real() {
    let read = |file: &str| fs::read_to_string(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap();
    let page = read("docs/usage.md");
    for (command, file) in [("compare old new", "compare"), ("history 1.json 2.json 3.json", "history")] {
        let told = read(&format!("tests/integration/snapshots/report/{file}.txt"));
        assert!(page.contains(&format!("$ goenv-ci report {command}\n{told}```")), "{file} is another");
    }
}

#[test]
fn the_same_report_is_no_change() {
    let folder = Folder::of(&[("old.json", &good()), ("new/report.json", &good())]);
    folder.report(&["compare", "old.json", "new"]).code(0).stdout(contains("Nothing changed")).stderr("");
    folder.report(&["compare", "old.json", "new", "--fail-on", "drift"]).code(0);
}

#[test]
fn a_new_failure_is_told_with_what_changed_beside_it() {
    let (old, mut new) = (good(), later());
    let at = first(&mut new, "1.22.11");
    new.results[at].verdict = fail();
    new.results[at].cause =
        Some(r"a leftover `go env -w GOBIN=` in `C:\Users\runneradmin\AppData\Roaming\go\env`".into());
    new.sources.found.push(Source {
        variable: "GOBIN".to_owned(),
        kind: SourceKind::GoenvFile,
        value: r"C:\Users\runneradmin\go\bin".to_owned(),
        at: None,
    });
    let folder = Folder::of(&[("old/report.json", &old), ("new/report.json", &new)]);
    let told = folder.stdout(&["compare", "old", "new"], 1);
    assert_snapshot("report/compare.txt", &told.replace(r"\report.json", "/report.json"));
    let json = folder.json(&["compare", "old", "new"], 1);
    support::fits(&compare::schema().unwrap(), &json);
    assert_eq!(
        (&json["new_failures"]["count"], &json["gone"]["count"], &json["drift"]),
        (&1.into(), &0.into(), &true.into())
    );
    let cell = &json["new_failures"]["cells"][0];
    assert_eq!((&cell["from"], &cell["to"], &cell["go"]), (&"pass".into(), &"fail".into(), &"1.22.11".into()));
    let kinds: Vec<&str> = json["settings"].as_array().unwrap().iter().map(|s| s["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["value", "toolchain", "image"]);
}

#[test]
fn new_failures_decide_the_exit_code_and_any_change_where_it_is_asked_for() {
    let with = |verdict: Option<Verdict>| {
        let mut report = good();
        if let Some(verdict) = verdict {
            report.results[0].verdict = verdict;
        }
        report
    };
    let skip = || Verdict::Skip { reason: "not here".to_owned() };
    let other = Verdict::Fail { expected: "a".to_owned(), observed: "b".to_owned() };
    for (old, new, code, drift) in [
        (None, Some(fail()), 1, 1),
        (None, Some(error()), 5, 1),
        (Some(error()), Some(fail()), 1, 1),
        (Some(fail()), Some(fail()), 0, 0),
        (Some(fail()), Some(other), 0, 1),
        (Some(fail()), Some(error()), 0, 1),
        (Some(fail()), None, 0, 1),
        (None, Some(skip()), 0, 1),
        (Some(skip()), Some(skip()), 0, 0),
    ] {
        let said = format!("{old:?} {new:?}");
        let folder = Folder::of(&[("old.json", &with(old)), ("new.json", &with(new))]);
        let code_of = |args: &[&str]| {
            folder.report(&[&["compare", "old.json", "new.json"], args].concat()).get_output().status.code()
        };
        assert_eq!(code_of(&[]), Some(code), "{said}");
        assert_eq!(code_of(&["--fail-on", "drift"]), Some(drift), "{said}");
        assert_eq!(code_of(&["--fail-on", "never"]), Some(0), "{said}");
    }
    let folder = Folder::of(&[("old.json", &good()), ("new.json", &later())]);
    folder
        .report(&["compare", "old.json", "new.json"])
        .code(0)
        .stdout(contains("Go 1.22 was `1.22.10` and is `1.22.11`"));
    folder.report(&["compare", "old.json", "new.json", "--fail-on", "drift"]).code(1);
}

#[test]
fn a_failure_that_stays_is_told_only_where_it_says_something_else() {
    let (mut old, mut new) = (good(), good());
    old.results[0].verdict = fail();
    new.results[0].verdict = Verdict::Fail { expected: "a file".to_owned(), observed: "nothing at all".to_owned() };
    let folder = Folder::of(&[("old.json", &old), ("new.json", &new)]);
    let json = folder.json(&["compare", "old.json", "new.json"], 0);
    let cell = &json["otherwise"]["cells"][0];
    assert_eq!(cell["said"], "nothing at all");
    assert!(cell["was"].as_str().unwrap().contains("runneradmin"), "{cell}");
    folder
        .report(&["compare", "old.json", "new.json"])
        .stdout(contains("still does not take effect"))
        .stdout(contains("nothing at all"));
}

#[test]
fn a_time_that_changed_is_told_as_a_ratio() {
    let (mut old, mut new) = (good(), good());
    old.results.iter_mut().for_each(|result| result.duration = Duration::from_millis(400));
    new.results.iter_mut().for_each(|result| result.duration = Duration::from_millis(1_200));
    let folder = Folder::of(&[("old.json", &old), ("new.json", &new)]);
    folder.report(&["compare", "old.json", "new.json"]).code(0).stdout(contains("3.0 times as long"));
    let json = folder.json(&["compare", "old.json", "new.json"], 0);
    assert_eq!((&json["durations"][0]["ratio"], &json["durations"][0]["from_ms"]), (&3.0.into(), &2000.into()));
}

#[test]
fn what_did_not_arrive_is_neither_taken_for_gone_nor_for_good() {
    let shards = Shards::of(2);
    let whole = Folder::of(&[("a/report.json", &shards.report(1)), ("b/report.json", &shards.report(2))]);
    whole.report(&["merge", "a", "b", "--out", "old"]).code(0);
    whole.report(&["merge", "a", "--out", "new"]).code(3);
    whole
        .report(&["compare", "old", "new"])
        .code(3)
        .stdout(contains("Cells that are gone"))
        .stdout(contains("the new report is not whole"));
    whole.report(&["compare", "old", "new", "--fail-on", "never"]).code(3);
    whole.report(&["compare", "new", "old"]).code(0).stdout(contains("the old report is not whole"));
    let json = whole.json(&["compare", "old", "new"], 3);
    assert_eq!(json["gone"]["count"], shards.cells_of(2).len());
}

#[test]
fn what_is_no_report_is_refused() {
    let folder = Folder::of(&[("good.json", &good()), ("two/a/report.json", &good()), ("two/b/report.json", &good())]);
    let text = text_of(&good());
    folder.write("half.json", &text.as_bytes()[..text.len() / 2]);
    folder.write("other.json", br#"{"name": "left-pad"}"#);
    folder.write("newer.json", br#"{"schema_version": 2, "runs": []}"#);
    folder.write("empty/nothing.txt", b"");
    for (input, said) in [
        ("nowhere.json", "nowhere.json"),
        ("half.json", "it ends too early"),
        ("other.json", "no report of goenv-ci"),
        ("newer.json", "`schema_version` 2, this version reads 1"),
        ("empty", "no report.json in `empty`"),
        ("two", "report merge"),
    ] {
        for (old, new) in [(input, "good.json"), ("good.json", input)] {
            folder.report(&["compare", old, new]).code(2).stdout("").stderr(contains(said));
        }
        if input != "two" && input != "empty" {
            folder.report(&["history", "good.json", input]).code(2).stdout("").stderr(contains(said));
        }
    }
    folder.report(&["history", "empty"]).code(4).stdout("").stderr(contains("no report.json"));
    folder.report(&["history"]).code(2).stderr(contains("<IN>"));
    folder.report(&["compare", "good.json"]).code(2).stderr(contains("<NEW>"));
    folder.report(&["compare", "good.json", "good.json", "--fail-on", "always"]).code(2).stderr(contains("drift"));
}

#[test]
fn a_history_says_since_when_what_does_not_hold() {
    let at = |day: u32, bad: bool| {
        let mut report = good();
        report.run.started_at = Some(format!("2026-11-{day:02}T08:00:00Z"));
        report.duration = Duration::from_secs(u64::from(day));
        if bad {
            let at = first(&mut report, "1.21.13");
            report.results[at].verdict = fail();
        }
        report
    };
    let reports = [at(20, false), at(21, true), at(22, true)];
    let folder = Folder::of(&[("1.json", &reports[0]), ("2.json", &reports[1]), ("3.json", &reports[2])]);
    assert_snapshot("report/history.txt", &folder.stdout(&["history", "1.json", "2.json", "3.json"], 0));
    let json = folder.json(&["history", "1.json", "2.json", "3.json"], 0);
    support::fits(&history::schema().unwrap(), &json);
    assert_eq!((&json["lasting_count"], &json["lasting"][0]["since"]), (&1.into(), &1.into()));
    let passed: Vec<&Value> =
        json["reports"].as_array().unwrap().iter().map(|report| &report["summary"]["fail"]).collect();
    assert_eq!(passed, [0, 1, 1]);
    // Files are taken in the order in which they are given, those of a folder by their time.
    let back = folder.json(&["history", "3.json", "1.json"], 0);
    assert_eq!(
        (&back["lasting_count"], &back["reports"][0]["started_at"]),
        (&0.into(), &"2026-11-22T08:00:00Z".into())
    );
    let named = Folder::of(&[
        ("all/a/report.json", &reports[2]),
        ("all/b/report.json", &reports[0]),
        ("all/c/report.json", &reports[1]),
    ]);
    let times = named.json(&["history", "all"], 0);
    let times: Vec<&str> =
        times["reports"].as_array().unwrap().iter().map(|report| report["started_at"].as_str().unwrap()).collect();
    assert_eq!(times, ["2026-11-20T08:00:00Z", "2026-11-21T08:00:00Z", "2026-11-22T08:00:00Z"]);
}

fn hidden(c: char) -> bool {
    c.is_control() && c != '\n' || ('\u{202a}'..='\u{202e}').contains(&c) || matches!(c, '\u{feff}' | '\u{fffe}')
}

#[test]
fn no_text_of_a_report_commands_a_reader() {
    let mut old: Value = serde_json::from_str(&text_of(&reports::hostile())).unwrap();
    let new = old.clone();
    old["run"] = serde_json::json!({ "id": HOSTILE });
    old["started_at"] = HOSTILE.into();
    old["results"].as_array_mut().unwrap().iter_mut().for_each(|result| {
        result["verdict"] = if result["verdict"] == "skip" { "pass" } else { "skip" }.into();
    });
    old["sources"].as_array_mut().unwrap().iter_mut().for_each(|source| source["value"] = format!("x{HOSTILE}").into());
    let folder = Folder::of(&[]);
    folder.write("old.json", old.to_string().as_bytes());
    folder.write("new.json", new.to_string().as_bytes());
    let both = |args: &[&str], code: i32| {
        folder.stdout(args, code) + &folder.stdout(&[args, &["--format", "json"]].concat(), code)
    };
    let told = both(&["compare", "old.json", "new.json"], 1) + &both(&["history", "old.json", "new.json"], 0);
    assert_eq!(told.chars().find(|c| hidden(*c)), None);
    assert_eq!(told.lines().find(|line| line.trim_start().starts_with("::") || line.contains("##[")), None);
}

fn hostile_comparison() -> Comparison {
    let summary = |value: &str| ReportSummary {
        path: HOSTILE.to_owned(),
        run: Some(HOSTILE.to_owned()),
        started_at: Some(HOSTILE.to_owned()),
        tool_version: format!("{value}{HOSTILE}"),
        sources: [(HOSTILE.to_owned(), HOSTILE.to_owned(), format!("{value}{HOSTILE}"))].into(),
        runners: vec![RunnerFacts {
            image: HOSTILE.to_owned(),
            image_version: format!("{value}{HOSTILE}"),
            ..RunnerFacts::default()
        }],
        problems: 1,
        ..ReportSummary::default()
    };
    let cell = |probe: &'static str, status: Status, seconds: u64| CellRef {
        probe,
        variable: HOSTILE,
        go: HOSTILE,
        runner: HOSTILE,
        status,
        expected: HOSTILE,
        said: HOSTILE,
        cause: HOSTILE,
        duration: Duration::from_secs(seconds),
    };
    let mut builder = ComparisonBuilder::new(summary("a"), summary("b"));
    for (probe, status) in [
        ("1", Status::Pass),
        ("2", Status::Pass),
        ("3", Status::Fail),
        ("4", Status::Fail),
        ("5", Status::Pass),
        ("6", Status::Pass),
        ("7", Status::Pass),
    ] {
        builder.old_cell(&cell(probe, status, 1));
    }
    for (probe, status) in [
        (HOSTILE, Status::Fail),
        ("1", Status::Fail),
        ("2", Status::Error),
        ("3", Status::Error),
        ("4", Status::Pass),
        ("5", Status::Skip),
        ("6", Status::Pass),
        ("8", Status::Pass),
    ] {
        builder.new_cell(&cell(probe, status, 9));
    }
    builder.again(&cell("7", Status::Pass, 1));
    builder.finish()
}

#[test]
fn markdown_holds_no_markup_but_its_own_and_keeps_its_limit() {
    let document = compare::view::document(&hostile_comparison());
    let page = markdown::render(&document, 256 * 1024, "");
    assert_eq!(page.chars().find(|c| hidden(*c)), None);
    assert!(!page.contains('@') && !page.contains("](") && !page.contains("```"), "mention, link or fence");
    assert!(!page.contains("<script") && !page.contains("<img"));
    assert_eq!(page.lines().find(|line| line.trim_start().starts_with("::")), None);
    for tag in ["details", "ul", "li", "code", "p", "summary", "strong"] {
        let (open, close) = (format!("<{tag}>"), format!("</{tag}>"));
        assert_eq!(page.matches(&open).count(), page.matches(&close).count(), "{tag}");
    }
    for heading in ["New failures", "New errors", "Settings that changed", "What holds again"] {
        assert!(page.contains(heading), "{heading}");
    }
    let short = markdown::render(&document, 4 * 1024, "");
    assert!(short.len() <= 4 * 1024, "{}", short.len());
    assert!(short.contains("left out here"));
    let told = terminal::render(&document, Terminal::PLAIN);
    assert_eq!(told.chars().find(|c| hidden(*c)), None);
}
