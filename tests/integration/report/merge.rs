//! `report merge`: what arrives becomes one report, what does not is named and decides the exit code,
//! and no text of a shard commands whoever reads the result.

use crate::support::{
    goenv,
    reports::{self, HOSTILE},
    shards::{RUNNER, Shards, text_of},
};
use goenv_ci::report::{RunFacts, verdict::Verdict, wire::schema};
use predicates::str::contains;
use serde_json::{Value, json};
use std::{fs, path::Path};

/// The four files, in the order in which they are written.
const FILES: [&str; 4] = ["report.json", "report.md", "junit.xml", "index.html"];

/// A folder of shards, merged.
struct Merge {
    dir: tempfile::TempDir,
}

impl Merge {
    fn of(shards: &[(&str, Vec<u8>)]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        for (name, content) in shards {
            let folder = dir.path().join("in").join(name);
            fs::create_dir_all(&folder).unwrap();
            fs::write(folder.join("report.json"), content).unwrap();
        }
        Self { dir }
    }

    fn run(&self) -> assert_cmd::assert::Assert {
        goenv().current_dir(self.dir.path()).args(["report", "merge", "in", "--out", "out"]).assert()
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.dir.path().join("out").join(name)).unwrap()
    }

    fn report(&self) -> Value {
        serde_json::from_str(&self.read("report.json")).unwrap()
    }
}

fn bytes(shards: &Shards, index: usize) -> Vec<u8> {
    text_of(&shards.report(index)).into_bytes()
}

/// Kind and name of each problem.
fn problems(report: &Value) -> Vec<(String, String)> {
    let all = report["merged"]["problems"].as_array().unwrap().iter();
    let text = |one: &Value, key: &str| one[key].as_str().unwrap().replace('\\', "/");
    all.map(|one| (text(one, "kind"), text(one, "shard"))).collect()
}

#[test]
fn all_shards_make_a_whole_report_in_four_files() {
    let shards = Shards::of(3);
    let merge = Merge::of(&[("a", bytes(&shards, 1)), ("b", bytes(&shards, 2)), ("c", bytes(&shards, 3))]);
    merge.run().code(0).stdout(contains("Every variable takes effect")).stderr("");
    let report = merge.report();
    assert_eq!(report["results"].as_array().unwrap().len(), shards.cells());
    assert_eq!(report["summary"], json!({ "pass": shards.cells(), "fail": 0, "skip": 0, "error": 0 }));
    assert_eq!((&report["merged"]["shards"], problems(&report)), (&3.into(), Vec::new()));
    assert!(report["results"].as_array().unwrap().iter().all(|result| result["runner"] == RUNNER));
    for file in FILES {
        assert!(!merge.read(file).is_empty(), "{file}");
    }
    let xml = merge.read("junit.xml");
    let cases = roxmltree::Document::parse(&xml).unwrap().descendants().filter(|n| n.has_tag_name("testcase")).count();
    assert_eq!(cases, shards.cells());
}

#[test]
fn the_merged_report_fits_the_published_schema() {
    let shards = Shards::of(2);
    let merge = Merge::of(&[("a", bytes(&shards, 1)), ("b", b"{".to_vec())]);
    merge.run().code(3);
    let mut schemas = boon::Schemas::new();
    let mut compiler = boon::Compiler::new();
    compiler.add_resource("mem:report", serde_json::from_str(&schema().unwrap()).unwrap()).unwrap();
    let index = compiler.compile("mem:report", &mut schemas).unwrap();
    schemas.validate(&merge.report(), index).unwrap();
}

#[test]
fn a_shard_that_did_not_come_is_named_with_the_cells_that_nobody_ran() {
    let shards = Shards::of(3);
    let merge = Merge::of(&[("a", bytes(&shards, 1)), ("c", bytes(&shards, 3))]);
    let name = format!("shard 2/3 on {RUNNER}");
    merge.run().code(3).stdout(contains(&name)).stdout(contains("run by nobody"));
    let report = merge.report();
    assert_eq!(problems(&report), [("missing".to_owned(), name.clone())]);
    let unrun: Vec<String> = report["merged"]["unrun"]
        .as_array()
        .unwrap()
        .iter()
        .map(|cell| format!("{} {}", cell["probe"].as_str().unwrap(), cell["go"].as_str().unwrap()))
        .collect();
    assert_eq!(unrun, shards.cells_of(2), "named by what was asked for");
    assert_eq!(report["merged"]["unrun_count"], unrun.len());
    for file in ["report.md", "index.html"] {
        assert!(merge.read(file).contains("2/3"), "{file} does not name the shard");
    }
}

#[test]
fn a_report_that_ends_too_early_is_named_and_nothing_of_it_is_taken() {
    let shards = Shards::of(2);
    let (first, second) = (bytes(&shards, 1), bytes(&shards, 2));
    for end in [0, 1, first.len() / 3, first.len() / 2, first.len() - 3] {
        let merge = Merge::of(&[("a", first[..end].to_vec()), ("b", second.clone())]);
        merge.run().code(3);
        let report = merge.report();
        let all = problems(&report);
        assert!(all.contains(&("half-written".to_owned(), "in/a/report.json".to_owned())), "{end}: {all:?}");
        assert!(all.contains(&("missing".to_owned(), format!("shard 1/2 on {RUNNER}"))), "{end}: {all:?}");
        assert_eq!(report["results"].as_array().unwrap().len(), shards.cells_of(2).len(), "cut at {end}");
    }
}

#[test]
fn what_is_no_report_of_this_schema_is_named() {
    let shards = Shards::of(1);
    let another = String::from_utf8(bytes(&shards, 1)).unwrap();
    for (content, kind) in [
        (another.replace("\"goenv-ci\"", "\"other\"").into_bytes(), "foreign"),
        (br#"{"name": "left-pad", "version": "1.0.0"}"#.to_vec(), "foreign"),
        (b"PK\x03\x04".to_vec(), "foreign"),
        (b"[]".to_vec(), "foreign"),
        (b"null".to_vec(), "foreign"),
        (another.encode_utf16().flat_map(u16::to_le_bytes).collect(), "foreign"),
        (another.replace("\"verdict\": \"pass\"", "\"verdict\": \"perhaps\"").into_bytes(), "foreign"),
        (format!("{another}{another}").into_bytes(), "foreign"),
        (br#"{"schema_version": 2, "runs": {"new": [1, 2]}}"#.to_vec(), "newer-schema"),
        (another.replace("\"schema_version\": 1", "\"schema_version\": 7").into_bytes(), "newer-schema"),
    ] {
        let merge = Merge::of(&[("a", content.clone()), ("b", bytes(&shards, 1))]);
        merge.run().code(3);
        let report = merge.report();
        let wanted = [(kind.to_owned(), "in/a/report.json".to_owned())];
        assert_eq!(problems(&report), wanted, "{}", String::from_utf8_lossy(&content[..content.len().min(80)]));
        assert_eq!(report["results"].as_array().unwrap().len(), shards.cells());
    }
}

#[test]
fn a_byte_order_mark_does_no_harm_nor_do_fields_of_a_later_version() {
    let shards = Shards::of(1);
    let text = String::from_utf8(bytes(&shards, 1)).unwrap();
    let later = text.replacen('{', "{\"later\": {\"deep\": [1, {}]},", 1);
    let merge = Merge::of(&[("a", [b"\xef\xbb\xbf".as_slice(), later.as_bytes()].concat())]);
    merge.run().code(0);
    assert_eq!(merge.report()["results"].as_array().unwrap().len(), shards.cells());
}

#[test]
fn results_that_come_before_their_machine_are_taken() {
    let shards = Shards::of(1);
    let value: Value = serde_json::from_slice(&bytes(&shards, 1)).unwrap();
    let text = format!(
        "{{\"results\": {}, \"schema_version\": 1, \"tool\": {}, \"runner\": {}}}",
        value["results"], value["tool"], value["runner"]
    );
    let merge = Merge::of(&[("a", text.into_bytes())]);
    merge.run().code(0);
    assert!(merge.report()["results"].as_array().unwrap().iter().all(|result| result["runner"] == RUNNER));
}

#[test]
fn a_shard_that_came_twice_is_named_and_kept_once() {
    let shards = Shards::of(2);
    let merge = Merge::of(&[("a", bytes(&shards, 1)), ("again", bytes(&shards, 1)), ("b", bytes(&shards, 2))]);
    merge.run().code(0).stdout(contains("come from two shards"));
    let report = merge.report();
    assert_eq!(report["results"].as_array().unwrap().len(), shards.cells());
    let duplicates = report["merged"]["duplicates"].as_array().unwrap();
    assert_eq!(duplicates.len(), shards.cells_of(1).len());
    let path = |key: &str| duplicates[0][key].as_str().unwrap().replace('\\', "/");
    assert_eq!((path("kept"), path("left_out")), ("in/a/report.json".to_owned(), "in/again/report.json".to_owned()));
    assert!(merge.read("index.html").contains("Cells that came twice"));
}

#[test]
fn of_two_verdicts_on_one_cell_the_worse_is_kept_and_the_report_is_not_whole() {
    let shards = Shards::of(2);
    let mut other = shards.report(1);
    other.results[0].verdict = Verdict::Fail { expected: "a file".to_owned(), observed: "none".to_owned() };
    let other = text_of(&other).into_bytes();
    let merge = Merge::of(&[("a", bytes(&shards, 1)), ("again", other), ("b", bytes(&shards, 2))]);
    merge.run().code(3).stdout(contains("with another verdict"));
    let report = merge.report();
    assert_eq!(report["merged"]["conflict_count"], 1);
    assert_eq!(report["summary"]["fail"], 1, "the worse is kept");
    let duplicate = &report["merged"]["duplicates"][0];
    assert!(duplicate["kept"].as_str().unwrap().contains("again"), "{duplicate}");
}

#[test]
fn shards_of_two_plans_are_told_apart() {
    let (shards, other) = (Shards::of(2), Shards::with_probes(2, 9));
    let merge = Merge::of(&[("a", bytes(&shards, 1)), ("b", bytes(&shards, 2)), ("c", bytes(&other, 2))]);
    merge.run().code(3);
    let all = problems(&merge.report());
    assert!(all.contains(&("other-plan".to_owned(), "in/c/report.json".to_owned())), "{all:?}");
}

#[test]
fn verdicts_decide_the_exit_code_of_a_whole_report() {
    let shards = Shards::of(2);
    let fail = Verdict::Fail { expected: "a file".to_owned(), observed: "none".to_owned() };
    let error = Verdict::Error { reason: "it timed out".to_owned() };
    for (verdicts, code, headline) in [
        (vec![fail.clone(), error.clone()], 1, "does not take effect"),
        (vec![error], 5, "could not be judged"),
        (vec![Verdict::Skip { reason: "not here".to_owned() }], 0, "takes effect"),
    ] {
        let mut first = shards.report(1);
        verdicts.into_iter().zip(&mut first.results).for_each(|(verdict, result)| result.verdict = verdict);
        let merge = Merge::of(&[("a", text_of(&first).into_bytes()), ("b", bytes(&shards, 2))]);
        merge.run().code(code).stdout(contains(headline));
    }
    // What is not whole comes first: nobody knows what the rest would have said.
    let mut first = shards.report(1);
    first.results[0].verdict = fail;
    Merge::of(&[("a", text_of(&first).into_bytes())]).run().code(3).stdout(contains("does not take effect"));
}

#[test]
fn a_wrong_input_leaves_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let run = |args: &[&str]| goenv().current_dir(dir.path()).args(["report", "merge"]).args(args).assert();
    run(&["nowhere", "--out", "out"]).code(2).stdout("").stderr(contains("`nowhere`"));
    assert!(!dir.path().join("out").exists());
    fs::create_dir(dir.path().join("empty")).unwrap();
    run(&["empty", "--out", "out"]).code(4).stdout("").stderr(contains("no report.json in `empty`"));
    run(&["empty"]).code(2).stderr(contains("--out"));
    run(&["--out", "out"]).code(2).stderr(contains("<IN>"));
    assert!(!dir.path().join("out/report.json").exists());
}

#[test]
fn a_report_below_the_inputs_is_not_merged_into_itself() {
    let shards = Shards::of(2);
    let merge = Merge::of(&[("a", bytes(&shards, 1)), ("b", bytes(&shards, 2))]);
    for _ in 0..2 {
        let mut command = goenv();
        command.current_dir(merge.dir.path()).args(["report", "merge", "in", "--out", "in/merged"]);
        command.assert().code(0);
    }
    let report: Value =
        serde_json::from_slice(&fs::read(merge.dir.path().join("in/merged/report.json")).unwrap()).unwrap();
    assert_eq!(report["merged"]["shards"], 2);
}

#[test]
fn merged_reports_merge_again_and_forget_no_problem() {
    let shards = Shards::of(3);
    let first = Merge::of(&[("a", bytes(&shards, 1)), ("x", b"{".to_vec())]);
    first.run().code(3);
    let merge = Merge::of(&[("m", first.read("report.json").into_bytes()), ("o", bytes(&Shards::on("linux"), 1))]);
    merge.run().code(3);
    let report = merge.report();
    assert_eq!(report["merged"]["shards"], 2);
    let kinds: Vec<String> = problems(&report).into_iter().map(|(kind, _)| kind).collect();
    assert_eq!(kinds.iter().filter(|kind| *kind == "missing").count(), 2, "{kinds:?}");
    assert!(kinds.contains(&"half-written".to_owned()));
    assert_eq!(report["runners"].as_array().unwrap().len(), 2);
}

#[cfg(unix)]
#[test]
fn a_report_that_the_system_does_not_give_is_named() {
    let shards = Shards::of(1);
    let merge = Merge::of(&[("a", bytes(&shards, 1))]);
    fs::create_dir(merge.dir.path().join("in/b")).unwrap();
    std::os::unix::fs::symlink("/nowhere/at/all", merge.dir.path().join("in/b/report.json")).unwrap();
    merge.run().code(3);
    assert_eq!(problems(&merge.report()), [("unreadable".to_owned(), "in/b/report.json".to_owned())]);
}

#[test]
fn a_report_longer_than_memory_allows_is_streamed_and_a_broken_one_leaves_nothing() {
    let shards = Shards::with_probes(1, 6_000);
    let text = text_of(&shards.report(1));
    assert!(text.len() > 3 * 1024 * 1024, "{}", text.len());
    let merge = Merge::of(&[("a", text.clone().into_bytes())]);
    merge.run().code(0);
    assert_eq!(merge.report()["results"].as_array().unwrap().len(), shards.cells());
    let small = Shards::of(1);
    let merge = Merge::of(&[("a", text.as_bytes()[..text.len() - 40].to_vec()), ("b", bytes(&small, 1))]);
    merge.run().code(3);
    assert_eq!(merge.report()["results"].as_array().unwrap().len(), small.cells());
}

fn hidden(c: char) -> bool {
    c.is_control() && c != '\n' || ('\u{202a}'..='\u{202e}').contains(&c) || matches!(c, '\u{feff}' | '\u{fffe}')
}

#[test]
fn no_text_of_a_shard_commands_a_reader() {
    let mut hostile: Value = serde_json::from_str(&text_of(&reports::hostile())).unwrap();
    let list = json!({ "versions": [HOSTILE], "probes": [HOSTILE, "b"], "live": [HOSTILE], "starts": [0, 1] });
    hostile["shard"] = json!({ "index": 1, "total": 2, "cells": 1, "fingerprint": HOSTILE, "planned": list });
    let problem = json!({ "kind": "foreign", "shard": HOSTILE, "detail": HOSTILE });
    let unrun = json!({ "probe": HOSTILE, "go": HOSTILE, "runner": HOSTILE });
    let mut merged = hostile.clone();
    merged["merged"] =
        json!({ "shards": 2, "problems": [problem], "problem_count": 1, "unrun": [unrun], "unrun_count": 1 });
    merged["runners"] = json!([{ "name": HOSTILE, "os": HOSTILE, "arch": HOSTILE, "image": HOSTILE }]);
    // Twice, so that duplicates are named too, and beside what is broken in a hostile way.
    let broken = format!("{{\"schema_version\": 1, \"{}", HOSTILE.replace(['\0', '"'], ""));
    let merge = Merge::of(&[
        ("a", hostile.to_string().into_bytes()),
        ("b", hostile.to_string().into_bytes()),
        ("c", merged.to_string().into_bytes()),
        ("d", broken.into_bytes()),
    ]);
    let output = merge.run().code(3).get_output().clone();
    let streams = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
    let files = FILES.map(|file| (file, merge.read(file)));
    let shown = streams.iter().map(|text| ("terminal", text)).chain(files.iter().map(|(name, text)| (*name, text)));
    for (name, text) in shown {
        assert_eq!(text.chars().find(|c| hidden(*c)), None, "{name}");
        if matches!(name, "terminal" | "report.md") {
            let command = |line: &&str| line.trim_start().starts_with("::") || line.contains("##[");
            assert_eq!(text.lines().find(command), None, "{name}");
        }
    }
    let [_, (_, markdown), (_, junit), (_, html)] = &files;
    assert!(!markdown.contains('@') && !markdown.contains("](") && !markdown.contains("```"), "mention, link or fence");
    assert!(!markdown.contains("<script") && !markdown.contains("<img"));
    for tag in ["pre", "table", "details", "ul", "code", "p"] {
        let (open, close) = (format!("<{tag}>"), format!("</{tag}>"));
        assert_eq!(markdown.matches(&open).count(), markdown.matches(&close).count(), "{tag}");
    }
    assert!(markdown.lines().all(|line| line.matches('`').count() % 2 == 0), "every code span is closed");
    let rows: Vec<usize> = markdown.lines().filter(|l| l.starts_with('|')).map(|l| l.matches('|').count()).collect();
    assert!(rows.iter().all(|bars| *bars == 7 || *bars == 3), "a value leaves its cell: {rows:?}");
    assert!(!html.contains("<script"), "this page needs none");
    assert!(!html.contains(" onclick=") && !html.contains("<img") && !html.contains(" src="));
    let document = roxmltree::Document::parse(junit).unwrap();
    assert!(document.descendants().any(|node| node.has_tag_name("failure")));
    assert!(serde_json::from_str::<Value>(&files[0].1).is_ok());
}

#[test]
fn many_failures_on_many_machines_leave_the_files_usable() {
    let dir = tempfile::tempdir().unwrap();
    for machine in 0..20 {
        let mut report = reports::big(900);
        report.runner.image = format!("image-{machine:03}");
        let folder = dir.path().join(format!("in/{machine:03}"));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("report.json"), text_of(&report)).unwrap();
    }
    goenv().current_dir(dir.path()).args(["report", "merge", "in", "--out", "out"]).assert().code(1);
    let size = |name: &str| fs::metadata(dir.path().join("out").join(name)).unwrap().len();
    assert!(size("index.html") < 2 * 1024 * 1024, "{}", size("index.html"));
    assert!(size("report.md") <= 512 * 1024, "{}", size("report.md"));
    let page = fs::read_to_string(dir.path().join("out/index.html")).unwrap();
    assert!(page.contains("more; <code>report.json</code> has them all"), "what is left out is said");
    let report: Value = serde_json::from_slice(&fs::read(dir.path().join("out/report.json")).unwrap()).unwrap();
    assert_eq!(report["results"].as_array().unwrap().len(), 20 * 900, "nothing is left out of the truth");
}

#[test]
fn a_merged_report_says_which_run_it_is_of_and_when_it_began() {
    let shards = Shards::of(2);
    let of = |index: usize, at: &str, id: &str, attempt: u64| {
        let mut report = shards.report(index);
        report.run = RunFacts { started_at: Some(at.to_owned()), id: Some(id.to_owned()), attempt: Some(attempt) };
        text_of(&report).into_bytes()
    };
    let merge =
        Merge::of(&[("a", of(1, "2026-11-20T08:00:07Z", "9", 1)), ("b", of(2, "2026-11-20T08:00:03Z", "9", 2))]);
    merge.run().code(0);
    let report = merge.report();
    assert_eq!(
        (&report["started_at"], &report["run"]),
        (&"2026-11-20T08:00:03Z".into(), &json!({ "id": "9", "attempt": 2 }))
    );
    let merge =
        Merge::of(&[("a", of(1, "2026-11-20T08:00:07Z", "9", 1)), ("b", of(2, "2026-11-20T08:00:03Z", "10", 1))]);
    merge.run().code(0);
    assert!(merge.report()["run"].is_null(), "two runs are no run");
}

#[test]
fn the_order_of_the_inputs_does_not_matter() {
    let shards = Shards::of(3);
    let merge = Merge::of(&[("a", bytes(&shards, 1)), ("b", bytes(&shards, 2)), ("c", bytes(&shards, 3))]);
    let run = |inputs: &[&str], out: &str| {
        goenv()
            .current_dir(merge.dir.path())
            .args(["report", "merge"])
            .args(inputs)
            .args(["--out", out])
            .assert()
            .code(0);
        fs::read(merge.dir.path().join(out).join("report.json")).unwrap()
    };
    let file = |name: &str| Path::new("in").join(name).join("report.json").to_str().unwrap().to_owned();
    let (a, b, c) = (file("a"), file("b"), file("c"));
    assert_eq!(run(&[&a, &b, &c], "one"), run(&[&c, &a, &b], "two"));
    assert_eq!(run(&[&a, &b, &c, &a], "three"), run(&[&a, &b, &c], "four"), "a path that is named twice counts once");
}

/// A report in which every result has a variable, a probe, a Go version, a machine and a reason of its own, beside as
/// many notes and shells.
fn all_different(results: usize) -> String {
    let result = |at: usize| {
        json!({"probe": format!("p/probe-{at}"), "variable": format!("V{at}"), "go": format!("1.22.{at}"),
               "verdict": "fail", "expected": "e", "observed": "o", "reason": format!("because {at}"),
               "runner": format!("m{} Linux X64", at % 4_000)})
    };
    let machine = |at: usize| json!({"name": format!("m{at} Linux X64"), "os": "Linux", "arch": "X64", "image": format!("m{at}")});
    let all = |one: &dyn Fn(usize) -> Value| (0..results).map(one).collect::<Vec<_>>();
    json!({"schema_version": 1, "tool": {"name": "goenv-ci", "version": "1.0.0"},
        "runner": {"os": "several", "arch": "X64"}, "runners": all(&machine)[..results.min(4_000)],
        "results": all(&result), "notes": all(&|at| json!(format!("note {at}"))),
        "shells": all(&|at| json!({"shell": "bash", "program": format!("/{at}")}))})
    .to_string()
}

#[test]
fn of_what_is_all_different_a_part_is_shown_and_the_rest_counted() {
    let dir = tempfile::tempdir().unwrap();
    for size in [500, 8_000] {
        fs::write(dir.path().join(format!("{size}.json")), all_different(size)).unwrap();
    }
    for words in [
        &["merge", "8000.json", "--out", "out"][..],
        &["history", "500.json", "8000.json"],
        &["compare", "500.json", "8000.json"],
    ] {
        let output = goenv().current_dir(dir.path()).arg("report").args(words).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(text.len() < 256 << 10, "{words:?} prints {} bytes", text.len());
        assert!(text.contains(" more"), "{words:?} does not say that there is more");
    }
    for (name, most) in [("index.html", 2 << 20), ("report.md", 512 << 10)] {
        let text = fs::read_to_string(dir.path().join("out").join(name)).unwrap();
        assert!(text.len() <= most && text.contains("more"), "{name}: {} bytes", text.len());
    }
}
