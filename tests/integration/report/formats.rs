//! The reports: read back by an independent reader, and safe with hostile values. `golden::verify` holds their bytes.

use crate::support::{assert_file, reports};
use goenv_ci::status::Status;
use goenv_ci::{
    output::terminal::{self, Terminal},
    report::{
        Format, Report, annotations, artifact,
        verdict::Verdict,
        view,
        wire::{ReadError, ReportV1, schema},
    },
};

fn text(report: &Report, terminal: Terminal) -> String {
    terminal::render(&view::document(report, None), terminal)
}

fn everything(report: &Report) -> Vec<(&'static str, String)> {
    let mut all = artifact(report).unwrap();
    all.push(("terminal.txt", text(report, Terminal::PLAIN)));
    all.push(("annotations.txt", annotations::annotations(report).iter().map(|line| format!("{line}\n")).collect()));
    all
}

#[test]
fn the_published_schema_is_the_generated_one() {
    assert_file("docs/schema/report.schema.json", &schema().unwrap());
}

#[test]
fn every_report_fits_the_published_schema() {
    let mut schemas = boon::Schemas::new();
    let mut compiler = boon::Compiler::new();
    compiler.add_resource("mem:report", serde_json::from_str(&schema().unwrap()).unwrap()).unwrap();
    let index = compiler.compile("mem:report", &mut schemas).unwrap();
    for report in [reports::failing(), reports::passing(), reports::empty(), reports::hostile()] {
        let text = Format::Json.render(&report).unwrap();
        let value = serde_json::from_str(&text).unwrap();
        schemas.validate(&value, index).unwrap();
        assert_eq!(ReportV1::read(text.as_bytes()).unwrap(), ReportV1::from(&report), "read back as it was");
    }
    let mut wrong: serde_json::Value =
        serde_json::from_str(&Format::Json.render(&reports::failing()).unwrap()).unwrap();
    wrong["results"][0]["verdict"] = "maybe".into();
    assert!(schemas.validate(&wrong, index).is_err(), "the schema must be able to refuse");
}

#[test]
fn a_report_of_another_version_is_read_or_refused_for_what_it_is() {
    let later = br#"{"schema_version": 1, "tool": {"name": "goenv-ci", "version": "9", "new": 1},
        "runner": {"os": "Linux", "arch": "X64"}, "summary": {"pass": 1, "fail": 0, "skip": 0, "error": 0},
        "results": [{"probe": "a/b", "variable": "A", "go": "1.21", "verdict": "pass", "new": [1]}]}"#;
    let with_mark = [b"\xef\xbb\xbf".as_slice(), later].concat();
    assert_eq!(ReportV1::read(&with_mark).unwrap().results[0].verdict, Status::Pass);
    let unknown = String::from_utf8_lossy(later).replace("\"pass\",", "\"perhaps\",");
    assert!(matches!(ReportV1::read(unknown.as_bytes()), Err(ReadError::Shape(_))));
    assert!(matches!(ReportV1::read(br#"{"schema_version": 2, "runs": []}"#), Err(ReadError::Schema { found: 2 })));
    assert!(matches!(ReportV1::read(b"PK"), Err(ReadError::Shape(_))));
}

#[test]
fn evidence_is_kept_for_what_did_not_pass() {
    let report = reports::failing();
    let wire = ReportV1::from(&report);
    for result in &wire.results {
        let kept = !result.evidence.is_empty();
        assert_eq!(kept, matches!(result.verdict, Status::Fail | Status::Error), "{}", result.probe);
        assert!(!result.expected.is_empty() && !result.observed.is_empty());
        assert_eq!(result.reason.is_empty(), result.verdict == Status::Pass);
    }
}

#[test]
fn junit_counts_what_it_holds_in_the_shape_readers_know() {
    for report in [reports::failing(), reports::passing(), reports::empty(), reports::hostile()] {
        let xml = Format::Junit.render(&report).unwrap();
        let document = roxmltree::Document::parse(&xml).unwrap();
        let root = document.root_element();
        assert_eq!(root.tag_name().name(), "testsuites");
        let number =
            |node: roxmltree::Node<'_, '_>, name: &str| node.attribute(name).unwrap().parse::<usize>().unwrap();
        let held =
            |node: roxmltree::Node<'_, '_>, tag: &str| node.descendants().filter(|n| n.has_tag_name(tag)).count();
        for node in root.children().filter(|n| n.has_tag_name("testsuite")).chain([root]) {
            for (counter, tag) in
                [("tests", "testcase"), ("failures", "failure"), ("errors", "error"), ("skipped", "skipped")]
            {
                assert_eq!(number(node, counter), held(node, tag), "{counter}");
            }
        }
        let tally = report.tally();
        let counts = (number(root, "tests"), number(root, "failures"), number(root, "errors"), number(root, "skipped"));
        assert_eq!(counts, (report.results.len(), tally.fail, tally.error, tally.skip));
        for case in document.descendants().filter(|n| n.has_tag_name("testcase")) {
            assert!(case.attribute("name").is_some() && case.attribute("classname").is_some());
            assert!(case.attribute("time").unwrap().parse::<f64>().is_ok());
            let outcomes: Vec<_> = case.children().filter(|n| n.is_element()).map(|n| n.tag_name().name()).collect();
            assert!(matches!(
                outcomes.as_slice(),
                [] | ["skipped"] | ["failure" | "error"] | ["failure" | "error", "system-out"]
            ));
        }
    }
}

#[test]
fn no_value_commands_a_terminal_or_a_reader() {
    for (name, content) in everything(&reports::hostile()) {
        let hidden = |c: char| {
            c.is_control() && c != '\n' || ('\u{202a}'..='\u{202e}').contains(&c) || c == '\u{feff}' || c == '\u{fffe}'
        };
        assert_eq!(content.chars().find(|c| hidden(*c)), None, "{name}");
        if name != "report.json" && name != "annotations.txt" && name != "terminal.txt" {
            assert!(!content.contains("<script>alert"), "{name}");
        }
        let command = |line: &&str| {
            line.trim_start().starts_with("::") && !(name == "annotations.txt" && line.starts_with("::error title="))
        };
        if matches!(name, "report.md" | "annotations.txt" | "terminal.txt") {
            assert_eq!(content.lines().find(command), None, "{name}");
        }
    }
    assert!(!text(&reports::hostile(), Terminal::PLAIN).contains("##["));
}

#[test]
fn a_summary_holds_no_markup_but_its_own() {
    let page = Format::Markdown.render(&reports::hostile()).unwrap();
    assert!(!page.contains('@') && !page.contains("](") && !page.contains("```"), "mention, link or fence");
    let table: Vec<&str> = page.lines().filter(|line| line.starts_with('|')).collect();
    let (origins, grids): (Vec<&str>, Vec<&str>) = table.iter().partition(|row| row.matches('|').count() == 4);
    assert_eq!(origins.len(), 3, "a table of three columns says where Go came from: {origins:#?}");
    assert!(grids.iter().all(|row| row.matches('|').count() == 7), "six columns, five of them versions: {grids:#?}");
    assert!(page.lines().filter(|line| !line.starts_with('|')).all(|line| !line.contains('|')));
    assert!(page.lines().all(|line| line.matches('`').count() % 2 == 0), "every code span is closed");
    for tag in ["pre", "table", "details", "ul", "code", "p"] {
        assert_eq!(page.matches(&format!("<{tag}>")).count(), page.matches(&format!("</{tag}>")).count(), "{tag}");
    }
}

#[test]
fn a_summary_stays_below_the_limit_and_says_what_it_left_out() {
    let page = Format::Markdown.render(&reports::big(5_000)).unwrap();
    assert!(page.len() <= 512 * 1024, "{}", page.len());
    assert!(page.len() > 400 * 1024, "the room is used");
    assert!(page.contains("left out here"));
    assert!(page.trim_end().ends_with("have them all."), "the note closes the page");
    let huge = Format::Markdown.render(&reports::hostile()).unwrap();
    assert!(huge.len() < 200 * 1024, "long values are cut: {}", huge.len());
}

#[test]
fn the_page_loads_nothing_and_allows_only_its_own_script() {
    for report in [reports::failing(), reports::hostile(), reports::empty()] {
        let page = Format::Html.render(&report).unwrap();
        let links: Vec<&str> = page.split(" href=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        assert!(links.iter().all(|link| link.starts_with('#') || *link == "data:,"), "{links:?}");
        assert!(!page.contains("url(") && !page.contains("@import"));
        assert!(!page.contains(" src=") && !page.contains(" style=") && !page.contains(" onclick="));
        assert_eq!(page.matches("<script>").count(), 1);
        assert!(page.contains("default-src &#39;none&#39;"));
        assert!(page.contains("<html lang=\"en\">") && page.contains("<main") && page.contains("<header"));
        let mut ids: Vec<&str> = page.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        let all = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), all, "an id is there twice");
    }
}

#[test]
fn a_big_page_stays_usable() {
    let page = Format::Html.render(&reports::big(5_000)).unwrap();
    assert!(page.len() < 16 * 1024 * 1024, "{}", page.len());
}

#[test]
fn annotations_are_at_most_ten_and_the_last_says_how_many_more() {
    let lines = annotations::annotations(&reports::big(5_000));
    assert_eq!(lines.len(), 10);
    assert!(lines[9].as_str().starts_with("::error title=1658 more findings::"), "{}", lines[9]);
    assert!(annotations::annotations(&reports::hostile()).iter().all(|line| line.as_str().chars().count() < 4096));
    assert_eq!(annotations::annotations(&reports::passing()), []);
}

#[test]
fn colours_add_nothing_but_colour() {
    let report = reports::failing();
    let mut painted = text(&report, Terminal { color: true, ..Terminal::PLAIN });
    while let Some(start) = painted.find('\u{1b}') {
        let end = start + painted[start..].find('m').unwrap();
        painted.replace_range(start..=end, "");
    }
    let trimmed = |text: &str| text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
    assert_eq!(trimmed(&painted), trimmed(&text(&report, Terminal::PLAIN)));
}

#[test]
fn what_fails_without_a_known_cause_goes_with_the_cause_of_its_variable_on_those_versions() {
    let mut report = reports::passing();
    for cell in &mut report.results {
        let fail = Verdict::Fail { expected: "a file `${SCRATCH}/bin`".to_owned(), observed: "none".to_owned() };
        match (cell.probe.as_str(), cell.go.as_str()) {
            ("gobin/install-lands-there", "1.22.10") => {
                (cell.verdict, cell.cause) = (fail, Some("it installs elsewhere".into()));
            }
            ("gobin/answers-by-bare-name", "1.22.10") | ("gobin/version-suffix-installs", "1.21.13") => {
                cell.verdict = fail;
            }
            _ => {}
        }
    }
    let text = text(&report, Terminal::PLAIN);
    assert_eq!(text.matches("FAIL GOBIN does not take effect on Go 1.22.10\n").count(), 1, "{text}");
    assert!(text.contains("2 probes: gobin/install-lands-there,"), "{text}");
    assert!(text.contains("FAIL GOBIN does not take effect on Go 1.21.13\n"), "it may have another cause: {text}");
    assert!(text.contains("(probe directory)/bin") && !text.contains("${"), "{text}");
}

#[test]
fn a_terminal_of_eighty_columns_is_enough() {
    for line in text(&reports::failing(), Terminal::PLAIN).lines() {
        assert!(line.chars().count() <= 80 || !line.trim().contains(' ') || line.contains(":\\"), "{line}");
    }
}
