//! The findings in every format, and where they go.

use crate::support::{assert_file, goenv};
use goenv_ci::lint::{LintReport, list::RuleList};
use serde_json::{Value, json};
use std::fs;
use tempfile::TempDir;

const WORKFLOW: &str = "on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: actions/setup-go@v6\n      - uses: actions/checkout@v5\n";

fn repository(name: &str, text: &str) -> TempDir {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join(".github/workflows").join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
    fs::write(dir.path().join("go.mod"), "").unwrap();
    dir
}

fn stdout(dir: &TempDir, arguments: &[&str]) -> String {
    let output = goenv().current_dir(dir.path()).arg("lint").args(arguments).output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

fn parsed(dir: &TempDir, arguments: &[&str]) -> Value {
    serde_json::from_str(&stdout(dir, arguments)).unwrap()
}

/// What a schema says against a value.
fn against(schema: &str, value: &Value) -> Option<String> {
    let mut schemas = boon::Schemas::new();
    let mut compiler = boon::Compiler::new();
    compiler.add_resource("schema.json", serde_json::from_str(schema).unwrap()).unwrap();
    let index = compiler.compile("schema.json", &mut schemas).unwrap();
    schemas.validate(value, index).err().map(|why| format!("{why:#}"))
}

/// Source: the crate serde-sarif 0.8.0, which has OASIS' own schema.
const SARIF: &str = include_str!("sarif-2.1.0.schema.json");

#[test]
fn the_published_schemas_are_those_of_the_types() {
    assert_file("docs/schema/lint.schema.json", &LintReport::schema().unwrap());
    assert_file("docs/schema/lint-rules.schema.json", &RuleList::schema().unwrap());
}

#[test]
fn json_is_by_its_schema_and_has_the_names_that_others_read() {
    let dir = repository("a.yml", WORKFLOW);
    let found = parsed(&dir, &["--format", "json"]);
    assert_eq!(against(&LintReport::schema().unwrap(), &found), None);
    let finding = &found["findings"][0];
    assert_eq!(
        finding["location"],
        json!({"file": ".github/workflows/a.yml", "line": 6, "column": 9, "end_column": 34})
    );
    assert_eq!(finding["mend"], json!({"command": "goenv-ci lint --fix .github/workflows/a.yml", "safe": true}));
    assert_eq!((finding["id"].as_str(), finding["severity"].as_str()), (Some("cache-before-checkout"), Some("error")));
    assert!(["message", "evidence", "help", "fingerprint"].iter().all(|name| finding[name].is_string()));
    let bare = repository("a.yml", "on: push\njobs: [\n");
    assert_eq!(parsed(&bare, &["--format", "json"])["findings"][0]["mend"], Value::Null);
    let rules = parsed(&dir, &["--list", "--format", "json"]);
    assert_eq!(against(&RuleList::schema().unwrap(), &rules), None);
    assert!(rules["rules"].as_array().unwrap().iter().any(|rule| rule["id"] == "ignore-unused"));
}

#[test]
fn sarif_is_valid_and_leads_to_the_file_and_to_the_page_of_the_rule() {
    for (name, text) in [("a b:ü%.yml", WORKFLOW), ("a.yml", "on: [\n"), ("b.yml", "on: push\n")] {
        let log = parsed(&repository(name, text), &["--format", "sarif"]);
        assert_eq!(against(SARIF, &log), None, "{name}");
        assert_eq!(log["version"], "2.1.0");
    }
    let log = parsed(&repository("a b:ü%.yml", WORKFLOW), &["--format", "sarif"]);
    let run = &log["runs"][0];
    let result = &run["results"][0];
    let physical = &result["locations"][0]["physicalLocation"];
    assert_eq!(
        physical["artifactLocation"],
        json!({"uri": ".github/workflows/a%20b%3A%C3%BC%25.yml", "uriBaseId": "%SRCROOT%"})
    );
    assert_eq!(physical["region"], json!({"startLine": 6, "startColumn": 9, "endColumn": 34}));
    assert_eq!(result["relatedLocations"][0]["physicalLocation"]["region"]["startLine"], 7);
    let rule = &run["tool"]["driver"]["rules"][usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap()];
    assert_eq!(rule["id"], result["ruleId"]);
    assert!(rule["helpUri"].as_str().unwrap().ends_with("docs/lint.md#cache-before-checkout"));
    for name in ["text", "markdown"] {
        assert!(!rule["help"][name].as_str().unwrap().is_empty());
    }
    let list = parsed(&repository("a.yml", WORKFLOW), &["--list", "--format", "sarif"]);
    assert_eq!(against(SARIF, &list), None);
}

#[test]
fn a_fingerprint_stays_when_lines_move_and_differs_between_two_of_a_kind() {
    let fingerprints = |text: &str| -> Vec<String> {
        let log = parsed(&repository("a.yml", text), &["--format", "sarif"]);
        let results = log["runs"][0]["results"].as_array().unwrap().clone();
        let one = |result: &Value| result["partialFingerprints"]["goenvCiFinding/v1"].as_str().unwrap().to_owned();
        results.iter().map(one).collect()
    };
    let once = fingerprints(WORKFLOW);
    assert_eq!(fingerprints(&format!("# A comment.\n\n{WORKFLOW}")), once);
    let twice = format!("{WORKFLOW}{}", WORKFLOW.split_once("jobs:\n").unwrap().1.replace("  a:", "  b:"));
    let [first, second] = <[String; 2]>::try_from(fingerprints(&twice)).unwrap();
    assert_eq!(first, once[0]);
    assert_ne!(first, second);
}

#[test]
fn each_plain_line_is_what_the_problem_matcher_looks_for() {
    let unused = WORKFLOW.replace("checkout@v5\n", "checkout@v5 # goenv-ci: ignore[cache-dirs-moved] x\n");
    let text = stdout(&repository("a.yml", &unused), &["--format", "plain"]);
    let matcher: Value = serde_json::from_str(include_str!("../../../.github/goenv-ci-matcher.json")).unwrap();
    let pattern = matcher["problemMatcher"][0]["pattern"][0]["regexp"].as_str().unwrap();
    let lines = predicates::str::is_match(pattern).unwrap();
    assert_eq!(text.lines().count(), 2, "{text}");
    for (line, start) in text.lines().zip(["a.yml:6:9: error: this cache", "a.yml:7:54: warning: this ignores nothing"])
    {
        assert!(predicates::Predicate::eval(&lines, line), "{line}");
        assert!(line.starts_with(&format!(".github/workflows/{start}")), "{line}");
    }
}

#[test]
fn a_person_sees_the_lines_and_a_page_has_them_too() {
    let dir = repository("a.yml", WORKFLOW);
    let text = stdout(&dir, &[]);
    let shown = "    --> .github/workflows/a.yml:6:9\n    |\n  6 |       - uses: actions/setup-go@v6\n    |         ^^^^^^^^^^^^^^^^^^^^^^^^^\n  7 |       - uses: actions/checkout@v5\n    |         ------------------------- the files come here\n";
    assert!(text.contains(shown.trim_start()), "{text}");
    assert!(text.ends_with("`goenv-ci lint --fix --dry-run` shows what it can fix by itself\n"), "{text}");
    assert!(stdout(&dir, &["--format", "markdown"]).contains("<pre>\n --&gt; .github/workflows/a.yml:6:9"));
    let page = stdout(&dir, &["--format", "html"]);
    assert!(page.starts_with("<!doctype html>") && page.contains("<pre class=\"frame "), "{page}");
}

#[test]
fn on_a_runner_findings_are_beside_their_lines_in_the_summary_and_in_a_directory() {
    let dir = repository("a.yml", WORKFLOW);
    let at = |name: &str| dir.path().join(name).to_str().unwrap().to_owned();
    for file in ["summary", "output"] {
        fs::write(at(file), "").unwrap();
    }
    let output = goenv()
        .current_dir(dir.path())
        .args(["lint", "--report", &at("report")])
        .envs([
            ("GITHUB_ACTIONS", "true".to_owned()),
            ("GITHUB_WORKSPACE", at("")),
            ("GITHUB_STEP_SUMMARY", at("summary")),
        ])
        .env("GITHUB_OUTPUT", at("output"))
        .output()
        .unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    let line = stderr.lines().find(|line| line.starts_with("::error ")).unwrap();
    let place = "::error file=.github/workflows/a.yml,line=6,col=9,title=cache-before-checkout::";
    assert!(line.starts_with(place), "{line}");
    assert!(fs::read_to_string(at("summary")).unwrap().contains("1 error in 1 file"));
    let sarif = fs::read_to_string(at("output")).unwrap();
    let sarif = sarif.trim_end().strip_prefix("sarif=").unwrap();
    assert_eq!(against(SARIF, &serde_json::from_str(&fs::read_to_string(sarif).unwrap()).unwrap()), None);
    for name in ["lint.json", "lint.md", "lint.html"] {
        assert!(dir.path().join("report").join(name).is_file(), "{name}");
    }
}

#[test]
fn the_severity_that_counts_can_be_chosen() {
    let dir = repository("a.yml", WORKFLOW);
    for (least, code) in [("error", 1), ("warning", 1), ("note", 1), ("never", 0)] {
        goenv().current_dir(dir.path()).args(["lint", "--fail-on", least]).assert().code(code);
    }
    let unused = WORKFLOW.replace("@v6\n", "@v6 # goenv-ci: ignore[cache-before-checkout,cache-dirs-moved] cold\n");
    let dir = repository("a.yml", &unused);
    for (least, code) in [("error", 0), ("warning", 1)] {
        goenv().current_dir(dir.path()).args(["lint", "--fail-on", least]).assert().code(code);
    }
}

#[test]
fn nothing_is_wrong_in_the_workflows_of_this_repository() {
    goenv().current_dir(env!("CARGO_MANIFEST_DIR")).args(["lint", "--fail-on", "note"]).assert().code(0);
}
