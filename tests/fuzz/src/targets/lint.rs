//! `lint` over one workflow, or over one that uses an action of its repository.

use crate::machine::Machine;
use goenv_ci::{
    lint::{LintQuestion, LintReport, fix, lint},
    platform::Platform,
};
use std::collections::BTreeMap;

/// Where the workflow lies, and where the action.
const FILES: [&str; 2] = [".github/workflows/a.yml", ".github/actions/go/action.yml"];

const USES: &str = "on: push\njobs:\n  a:\n    runs-on: windows-2022\n    steps:\n      - uses: actions/checkout@v5\n      - uses: ./.github/actions/go\n      - run: go test ./...\n";

/// A repository whose workflow, or whose action, has these bytes.
pub fn machine(bytes: &[u8], is_action: bool) -> Machine {
    let machine = Machine::new(Platform::Linux).file("/w/go.mod", "module example.com/m\n\ngo 1.24\n");
    let path = |file: usize| format!("/w/{}", FILES[file]);
    if is_action {
        return machine.file(&path(0), USES).file(&path(1), bytes);
    }
    machine.file(&path(0), bytes)
}

pub fn judged(machine: &Machine) -> LintReport {
    lint(&question(), machine)
}

fn question() -> LintQuestion<'static> {
    LintQuestion { root: "/w", paths: &[], platform: Platform::Linux, edited: BTreeMap::new() }
}

pub fn workflow(bytes: &[u8]) {
    let Some((first, rest)) = bytes.split_first() else { return };
    let machine = machine(rest, first % 2 == 1);
    let report = judged(&machine);
    for finding in &report.findings {
        let places = std::iter::once(&finding.location).chain(finding.related.iter().map(|one| &one.location));
        for place in places {
            let Some(text) = report.text(&place.file) else { continue };
            let lines = text.matches(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}']).count() + 1;
            assert!(place.line <= lines, "{}: line {} of {lines}", finding.id, place.line);
            assert!(place.end_column == 0 || place.column <= place.end_column, "{}: {place:?}", finding.id);
        }
    }
    serde_json::to_string(&report).unwrap();
    // A fix is made where the file is whole afterwards, and what it says is gone is gone.
    let plan = fix::plan(&question(), &machine);
    for file in &plan.files {
        assert!(report.text(&file.path).is_some_and(|text| text == file.before && text != file.after));
        assert_eq!(plan.left.text(&file.path), Some(&*file.after));
    }
    assert!(plan.left.findings.len() + plan.fixed.len() <= report.findings.len(), "a fix has brought findings");
}
