//! The README's claims: its table of tools, its figures, and what it says of releases.

use super::{known_tests, root, text};
use crate::support::{judged, lab};
use std::{collections::BTreeMap, fs, path::Path, process::Command};

fn page(name: &str) -> String {
    text(&root().join(name))
}

/// The cells of each row of the tables in a text, heads left out.
fn rows(page: &str) -> Vec<Vec<String>> {
    let cells = |line: &str| line.trim_matches('|').split(" | ").map(|cell| cell.trim().to_owned()).collect();
    let lines: Vec<&str> = page.lines().collect();
    let is_rule = |line: &&str| line.starts_with("| ---");
    let is_row =
        |at: &usize| lines[*at].starts_with('|') && !is_rule(&lines[*at]) && !lines.get(at + 1).is_some_and(is_rule);
    (0..lines.len()).filter(is_row).map(|at| cells(lines[at])).collect()
}

/// By question and tool: the answer, and what shows it.
fn answers() -> BTreeMap<(String, String), (String, String)> {
    let page = page("docs/compared.md");
    let mut answers = BTreeMap::new();
    for section in page.split("\n## ").skip(1) {
        let question = section.lines().next().unwrap();
        for row in rows(section) {
            let [tool, answer, shown] = &row[..] else { panic!("{question}: {row:?}") };
            answers.insert((question.to_owned(), tool.clone()), (answer.clone(), shown.clone()));
        }
    }
    answers
}

/// Whether a source is named at a version: a tag, a commit, or a page of this repository.
fn is_fixed(url: &str) -> bool {
    let at = url.split("/blob/").nth(1).and_then(|rest| rest.split('/').next());
    let is_version = |at: &str| at.starts_with('v') || at.len() == 40 && at.chars().all(|c| c.is_ascii_hexdigit());
    at.is_some_and(is_version) || url.contains("@go1.") || !url.contains("://")
}

#[test]
fn every_answer_about_a_tool_names_its_test_or_its_source() {
    let tests = known_tests();
    for ((question, tool), (_, shown)) in answers() {
        let links: Vec<&str> = shown.split("](").skip(1).map(|rest| rest.split(')').next().unwrap()).collect();
        let named: Vec<&str> = shown.split('`').skip(1).step_by(2).filter(|code| code.contains('_')).collect();
        assert!(!links.is_empty() || !named.is_empty(), "{question}, {tool}: who says so?");
        for link in links {
            assert!(is_fixed(link), "{question}, {tool}: {link} may say something else tomorrow");
        }
        for test in named {
            assert!(tests.contains(test), "{question}, {tool}: there is no test `{test}`");
        }
    }
}

#[test]
fn the_table_of_the_readme_says_what_the_page_says() {
    let readme = page("README.md");
    let head = readme.lines().find(|line| line.starts_with("| | setup-go")).expect("the table of tools");
    let tools: Vec<String> = rows(&format!("{head}\n")).remove(0).into_iter().skip(1).collect();
    let (_, table) = readme.split_once(head).unwrap();
    let table = table.split("\n\n").next().unwrap();
    let mut wanted = answers();
    for row in rows(table) {
        for (tool, said) in tools.iter().zip(&row[1..]) {
            let (answer, _) = wanted
                .remove(&(row[0].clone(), tool.clone()))
                .unwrap_or_else(|| panic!("docs/compared.md has no `{}` of {tool}", row[0]));
            assert_eq!(said, &answer, "{} of {tool}", row[0]);
        }
    }
    assert!(wanted.is_empty(), "the README leaves out {:?}", wanted.keys());
}

#[test]
fn the_figures_of_the_readme_are_those_that_were_measured() {
    let detection = page("docs/detection.md");
    let of_versions = rows(&detection).into_iter().filter(|row| row[0].starts_with("Go 1.") && row.len() == 6);
    let mut sums = [0; 5];
    for row in of_versions {
        for (sum, cell) in sums.iter_mut().zip(&row[1..]) {
            *sum += cell.parse::<u32>().unwrap();
        }
    }
    let [mutants, caught, blamed, go_env, setup_go] = sums;
    let sentence = format!(
        "In {mutants} trials with a Go that was changed to disregard one variable, `verify` noticed {caught} and blamed \
         that variable in {blamed}; a comparison of `go env` noticed {go_env}, the directories that setup-go saves \
         {setup_go}."
    );
    assert!(mutants > 100 && page("README.md").contains(&sentence), "the README should say: {sentence}");
}

#[test]
fn the_readme_says_that_nothing_is_released_until_something_is() {
    let sums = page("scripts/checksums.txt");
    let is_released = sums.lines().any(|line| !line.starts_with('#') && !line.trim().is_empty());
    let says_so = page("README.md").contains("<!-- until the first release -->\n**Not released yet.**");
    assert!(is_released != says_so, "the lines from `until the first release` to `end` go with the first sums");
}

/// The `go` of the lab in a home of its own; nothing where there is none.
fn go(home: &Path, env: &[(&str, &str)]) -> Option<Command> {
    let goroot = judged::goroot(&judged::tool_cache()?, "1.23");
    let mut go = Command::new(goroot.join("bin").join(format!("go{}", std::env::consts::EXE_SUFFIX)));
    go.env_clear().envs(crate::support::system_needs()).envs(crate::support::homes(home, home)).current_dir(home);
    go.envs(env.iter().copied());
    Some(go)
}

#[test]
fn go_env_prints_a_gobin_of_which_nothing_is_found() {
    let home = tempfile::tempdir().unwrap();
    let gobin = home.path().join("bin");
    let Some(mut go) = go(home.path(), &[("GOBIN", gobin.to_str().unwrap())]) else { return };
    let said = go.args(["env", "GOBIN"]).output().unwrap();
    // Neither is it on PATH, nor is it there, nor may the job write it: the check passes.
    assert_eq!(String::from_utf8_lossy(&said.stdout).trim_end(), gobin.to_str().unwrap());
    assert!(said.status.success() && !gobin.exists());
}

#[test]
fn go_env_stops_at_what_it_should_show() {
    let home = tempfile::tempdir().unwrap();
    let Some(mut go) = go(home.path(), &[("GOROOT", "nowhere")]) else { return };
    let said = go.args(["env"]).output().unwrap();
    assert!(!said.status.success() && said.stdout.is_empty(), "{said:?}");
}

const MOVED: &str = "\
on: push
permissions: {}
jobs:
  test:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with: { persist-credentials: false }
      - uses: actions/setup-go@b7ad1dad31e06c5925ef5d2fc7ad053ef454303e # v7.0.0
        with: { go-version: '1.23' }
      - run: echo \"GOCACHE=$RUNNER_TEMP/go-cache\" >> \"$GITHUB_ENV\"
      - run: go build ./...
";

const INJECTED: &str = "\
on: pull_request
permissions: {}
jobs:
  test:
    runs-on: ubuntu-24.04
    steps:
      - run: echo \"${{ github.event.pull_request.title }}\"
      - uses: actions/setup-node@main
";

#[cfg(target_os = "linux")]
#[test]
fn only_goenv_ci_finds_a_cache_that_moves_and_only_the_others_an_injection() {
    let bin = lab::lab().join("bin");
    if !bin.join("zizmor").exists() || !bin.join("actionlint").exists() {
        return lab::skip("no actionlint and zizmor: run `bash scripts/lab.sh lint`");
    }
    let runner = crate::support::Runner::new();
    let repository = runner.path("app/app");
    fs::create_dir_all(repository.join(".github/workflows")).unwrap();
    fs::create_dir(repository.join(".git")).unwrap();
    fs::write(repository.join("go.mod"), "module example.com/app\n\ngo 1.21\n").unwrap();
    let workflow = repository.join(".github/workflows/ci.yml");
    let finds = |program: &str, arguments: &[&str]| {
        let said = Command::new(bin.join(program)).current_dir(&repository).args(arguments).output().unwrap();
        let text = String::from_utf8_lossy(&said.stdout).into_owned();
        assert!(
            said.status.success() != text.contains("ci.yml"),
            "{program}: {text}{}",
            String::from_utf8_lossy(&said.stderr)
        );
        text
    };
    let zizmor = ["--offline", "--no-progress", "."];
    let ours = || runner.goenv().args(["lint", "--fail-on", "note"]).output().unwrap();

    fs::write(&workflow, MOVED).unwrap();
    assert_eq!(finds("actionlint", &["-no-color"]), "");
    // It names the write as one that an attacker might make use of, and nothing of the cache.
    let named = finds("zizmor", &zizmor);
    assert!(!named.contains("cache") || named.contains("cache-poisoning"), "{named}");
    assert!(String::from_utf8_lossy(&ours().stdout).contains("(cache-dirs-moved)"));

    fs::write(&workflow, INJECTED).unwrap();
    assert!(finds("actionlint", &["-no-color"]).contains("potentially untrusted"));
    let named = finds("zizmor", &zizmor);
    assert!(named.contains("template-injection") && named.contains("unpinned-uses"), "{named}");
    assert_eq!(ours().status.code(), Some(0));
}
