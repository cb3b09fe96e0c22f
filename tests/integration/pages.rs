//! Every kind of page as a reader's browser has it: Chromium, narrow and wide, light and dark, printed, without
//! JavaScript, and under axe-core's checks. `scripts/lab.sh browser` installs what that needs.

use crate::{
    golden,
    support::{goenv, lab, reports},
};
use goenv_ci::{
    ports::Ended,
    probe::{EMBEDDED_FILES, ProbeKind, SourceFile, load_probes},
    report::{CellResult, Format, Report, verdict::Verdict},
};
use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// What looks at the pages, and the browser that it drives; without them a printed skip, and on CI a failure.
fn browser() -> Option<(PathBuf, PathBuf)> {
    let look = lab::lab().join("browser/look.mjs");
    let names = ["chromium", "google-chrome", "chromium-browser"];
    let path = env::var_os("PATH").unwrap_or_default();
    let found = env::split_paths(&path).flat_map(|dir| names.map(|name| dir.join(name))).find(|file| file.exists());
    match found {
        Some(chromium) if look.exists() => Some((look, chromium)),
        _ => {
            lab::skip("no browser to look at pages with: run `bash scripts/lab.sh browser`");
            None
        }
    }
}

/// Pages in a directory of their own, where a person can look at them after the test too.
struct Pages {
    dir: PathBuf,
    names: Vec<String>,
}

impl Pages {
    fn new(name: &str) -> Self {
        let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pages").join(name);
        fs::create_dir_all(&dir).unwrap();
        Self { dir, names: Vec::new() }
    }

    fn add(&mut self, name: &str, page: &str) {
        fs::write(self.dir.join(name), page).unwrap();
        self.names.push(name.to_owned());
    }

    /// What is wrong with each page, by its name; several browsers share the work.
    fn looked_at(&self, look: &Path, chromium: &Path) -> BTreeMap<String, Vec<String>> {
        let processes = 3.min(self.names.len());
        let parts = (0..processes).map(|at| self.names.iter().skip(at).step_by(processes));
        let started: Vec<_> = parts
            .map(|part| {
                let mut node = Command::new("node");
                node.arg(look).arg(chromium).args(part).current_dir(&self.dir);
                node.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
            })
            .collect();
        let mut all = BTreeMap::new();
        for one in started {
            let output = one.wait_with_output().unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            let part: BTreeMap<String, Vec<String>> = serde_json::from_slice(&output.stdout).unwrap();
            all.extend(part);
        }
        assert_eq!(all.len(), self.names.len(), "a page was not looked at");
        all
    }
}

/// What was said of the pages, readable.
fn told(all: &BTreeMap<String, Vec<String>>) -> String {
    all.iter().flat_map(|(name, said)| said.iter().map(move |one| format!("{name}: {one}\n"))).collect()
}

/// A report on so many Go versions, each failure on each of them, with long values.
fn on_versions(number: usize) -> Report {
    let mut report = reports::failing();
    let versions: Vec<String> = (0..number).map(|at| format!("1.{}.{}", 20 + at, 10 + at)).collect();
    let of_one: Vec<_> = report.results.drain(..).filter(|cell| cell.go == "1.22.10").collect();
    for cell in of_one {
        report.results.extend(versions.iter().map(|go| {
            let mut cell = CellResult { go: go.clone(), ..cell.clone() };
            if let Verdict::Fail { observed, .. } = &mut cell.verdict {
                *observed += &format!("; {} on {go}", r"D:\a\b\".repeat(60));
            }
            cell
        }));
    }
    report
}

/// The merged reports of several runners, each with so many versions.
fn merged(runners: &[&str], versions: usize) -> String {
    let files = runners.iter().map(|image| {
        let mut report = on_versions(versions);
        (*image).clone_into(&mut report.runner.image);
        (format!("shards/{image}/report.json"), golden::seam::report_json(&report))
    });
    golden::seam::merge(&golden::seam::merged(&files.collect::<Vec<_>>()), golden::seam::View::Html).unwrap()
}

/// What `lint` says of a workflow with several faults, one of them in a line that is long.
fn linted() -> String {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(".github/workflows");
    fs::create_dir_all(&path).unwrap();
    let long = format!("      - run: go build -o {} ./... && echo GOBIN=$HOME/bin >>$GITHUB_ENV\n", "x".repeat(150));
    let head = "on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n";
    let steps = "      - uses: actions/setup-go@v6\n      - uses: actions/checkout@v5\n";
    fs::write(path.join("a.yml"), format!("{head}{steps}{long}")).unwrap();
    fs::write(dir.path().join("go.mod"), "").unwrap();
    let output = goenv().current_dir(dir.path()).args(["lint", "--format", "html"]).output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

/// A page of each kind: for each command what fails, nothing, and what is hostile.
fn every_kind(pages: &mut Pages) {
    for case in golden::every_case().iter().filter(|case| ["failing", "empty", "hostile"].contains(&case.name)) {
        for (_, page) in case.outputs.iter().filter(|(ending, _)| ending == "html") {
            pages.add(&format!("{}-{}.html", case.command, case.name), page);
        }
    }
    let mut live = reports::failing();
    live.results.retain(|cell| cell.kind == ProbeKind::Live && cell.go == "1.22.10");
    let passing = reports::passing();
    for (name, report) in [("passing", passing), ("live", live), ("one", on_versions(1)), ("seven", on_versions(7))] {
        pages.add(&format!("verify-{name}.html"), &Format::Html.render(&report).unwrap());
    }
    pages.add("merged-four.html", &merged(&["windows-2022", "ubuntu-24.04"], 4));
    pages
        .add("merged-seven.html", &merged(&["windows-2022", "windows-2025", "a-runner-of-our-own-in-the-basement"], 7));
    pages.add("lint.html", &linted());
}

#[test]
fn every_page_is_for_every_reader_on_every_screen_and_on_paper() {
    let Some((look, chromium)) = browser() else { return };
    let mut pages = Pages::new("every");
    every_kind(&mut pages);
    let kinds = ["verify-", "report-merge-", "merged-", "claims-", "doctor-", "explain-", "lint"];
    assert!(kinds.iter().all(|kind| pages.names.iter().any(|name| name.starts_with(kind))), "{:?}", pages.names);
    assert_eq!(told(&pages.looked_at(&look, &chromium)), "");
}

/// A fault that is put into a page, and what must be said of it.
const FAULTS: [(&str, &str, &str, &str); 8] = [
    ("contrast", "--quiet: #566170", "--quiet: #c6ccd4", "light, 390 px: axe color-contrast"),
    ("name", "<html lang=\"en\">", "<html>", "axe html-has-lang"),
    ("order", "<h2 ", "<h6 ", "axe heading-order"),
    ("width", "<main class=\"wide\"", "<main class=\"wide\"><p>⟨wide⟩</p", "390 px: the page is"),
    ("keyboard", "role=\"group\" aria-labelledby=\"grid-title\" tabindex=\"0\"", "", "not for a keyboard"),
    ("hint", ".scroll { --under: var(--surface);", ".scroll { background: none !important;", "no hint that it scrolls"),
    (
        "request",
        "<main ",
        "<img alt=\"\" src=\"https://example.org/x.png\"><main ",
        "asks for https://example.org/x.png",
    ),
    (
        "paper",
        "details::details-content { content-visibility: visible",
        "details::details-content { color: red",
        "folded on paper",
    ),
];

#[test]
fn what_is_wrong_with_a_page_is_noticed() {
    let Some((look, chromium)) = browser() else { return };
    // Four columns are too many for the narrow screen.
    let whole = Format::Html.render(&on_versions(4)).unwrap();
    // The policy would not take a style sheet that was changed.
    let policy = whole.find("<meta http-equiv").unwrap();
    let end = policy + whole[policy..].find('>').unwrap();
    let whole = format!("{}{}", &whole[..policy], &whole[end + 1..]);
    let mut pages = Pages::new("faults");
    for (name, from, to, _) in FAULTS {
        assert!(whole.contains(from), "{name}: `{from}` is not there");
        pages.add(&format!("{name}.html"), &whole.replacen(from, &to.replace("⟨wide⟩", &"w".repeat(200)), 1));
    }
    let all = pages.looked_at(&look, &chromium);
    for (name, .., said) in FAULTS {
        let found = &all[&format!("{name}.html")];
        assert!(found.iter().any(|one| one.contains(said)), "{name}: {found:#?}");
    }
}

/// What `verify` says on three versions of Go if all probes that are built in pass, each with a control's text of its
/// own. A real run on Linux has 869 results and 417 such texts.
fn standard() -> Report {
    let files = SourceFile::embedded(EMBEDDED_FILES);
    let mut report = reports::passing();
    let model = report.results.swap_remove(0);
    report.results.retain(|cell| cell.probe.starts_with("shells/"));
    for probe in load_probes(&files).unwrap() {
        report.results.extend(["1.21.13", "1.22.10", "1.23.9"].map(|go| CellResult {
            probe: probe.id.clone(),
            variable: probe.variable.clone(),
            go: go.to_owned(),
            why: probe.why.clone(),
            kind: probe.kind,
            control: format!(
                "{} unset: instead of `go list` to exit with 0, exit code 1, message `{}`",
                probe.variable,
                "m".repeat(70)
            ),
            ..model.clone()
        }));
    }
    report
}

#[test]
fn a_page_of_the_standard_matrix_is_below_300_kb_and_leaves_nothing_out() {
    let report = standard();
    assert!(report.results.len() > 869, "fewer than a real run: {}", report.results.len());
    let page = Format::Html.render(&report).unwrap();
    assert!(page.len() < 300_000, "{} bytes", page.len());
    assert!(!page.contains("Left out to keep") && !page.contains("report.json has more"));
}

/// One version alone is the worse case: what passes on the others has its details too.
#[test]
fn a_page_of_the_standard_matrix_stays_below_300_kb_if_all_of_it_fails_on_one_version_or_on_all() {
    for fails in [|go: &str| go == "1.22.10", |_: &str| true] {
        let mut report = standard();
        for (at, cell) in report.results.iter_mut().enumerate().filter(|(_, cell)| fails(&cell.go)) {
            cell.verdict = Verdict::Fail { expected: "e".repeat(400), observed: format!("{at} {}", "o".repeat(400)) };
            cell.evidence = vec![golden::values::evidence(&["go", "build"], Ended::Code(1), &"s".repeat(3_000), "m")];
        }
        let page = Format::Html.render(&report).unwrap();
        assert!(page.len() < 300_000, "{} bytes", page.len());
        let notes = ["Left out to keep this page small; report.json has it.", "report.json has more."];
        assert!(notes.iter().all(|note| page.contains(note)));
    }
}
