//! Values of Go's variables that name the wrong place: one cache in the directory of the other, or a drive that is not
//! on every image.

use super::{JudgedRow, LintRule, RuleFindings, RuleLook};
use crate::{
    lint::{
        LintPlace,
        programs::{GO_DIRS, KnownScript, program, published},
        timeline::{JobRow, RowStep, StepKind},
    },
    platform::Platform,
    script::{ScriptPiece, ScriptText, Setter},
    status::Severity,
    workflow::expression::Possible,
};
use std::collections::BTreeMap;

pub(super) const RULES: &[LintRule] = &[
    LintRule {
        id: "value-swapped",
        severity: Severity::Warning,
        title: "GOCACHE names the module directory, or GOMODCACHE the build directory",
        condition: "A value that is set for GOCACHE ends in `pkg/mod`, or one for GOMODCACHE in `go-build`; or the names of \
            both directories say that they are exchanged, such as `gomodcache` in GOCACHE and `gocache` in GOMODCACHE. Not where a script asks for the system around it.",
        why: "It works, but each cache step that names the usual directories restores one cache into the other, and \
            `go clean -cache` empties the wrong one.",
        source: "Go, `cmd/go/internal/cache/default.go` and `cmd/go/internal/cfg/cfg.go`: the default directories.",
        fix: "Exchange the two values.",
        ignore: "When the names of the directories mean something else there.",
        look: RuleLook::EachRow(swapped),
    },
    LintRule {
        id: "value-drive",
        severity: Severity::Warning,
        title: "a drive letter is written down that not every image has",
        condition: "On a hosted Windows runner one of GOCACHE, GOMODCACHE, GOPATH, GOBIN and GOTMPDIR is set to a path that \
            begins with another drive letter than `C:`, and the letter stands in the workflow itself. Not where a step asks \
            whether the drive is there, or makes one.",
        why: "The images have lost and regained D: more than once (windows-2025 had none in the summer of 2025, windows-11-arm \
            has none), and Go stops where it cannot make its directory.",
        source: "runner-images#12416, #12744, partner-runner-images#87.",
        fix: "Begin with `${{ runner.temp }}` or `${{ github.workspace }}`, which are on the fastest drive there is.",
        ignore: "When the label is that of a larger runner whose image is your own.",
        look: RuleLook::EachRow(drive),
    },
];

/// A value of one of Go's directories, wherever it is set.
struct SetDir {
    name: String,
    value: Possible<String>,
    written: String,
    place: LintPlace,
}

/// All values that steps of a row see or set for themselves, each place once; not those that a script sets where it asks
/// for the system.
fn set_dirs(row: &JobRow<'_>, names: &[&str]) -> Vec<SetDir> {
    let mut found: BTreeMap<(LintPlace, String), SetDir> = BTreeMap::new();
    let mut add = |one: SetDir| {
        found.entry((one.place.clone(), one.name.clone())).or_insert(one);
    };
    let scopes = row.steps.iter().map(|step| &step.scope).chain([&row.end]);
    for scope in scopes {
        for set in [&scope.job, &scope.step, &scope.go_file] {
            for (name, one) in set.iter().filter(|(name, one)| names.contains(&name.as_str()) && !one.by_system) {
                let (value, written, place) = (one.value.clone(), one.written.clone(), one.place.clone());
                add(SetDir { name: name.clone(), value, written, place });
            }
        }
    }
    for script in KnownScript::all(&row.steps) {
        let exported = script.reading.settings.iter().filter(|place| place.by == Setter::Export);
        let is_meant = |line: usize| !script.reading.asks_for_system(line, script.text());
        for one in exported.filter(|one| names.contains(&one.name.as_str()) && is_meant(one.line)) {
            let place = script.step.file.line_in_script(script.script, one.line);
            let value = script.step.scope.script_text(&one.value);
            add(SetDir { name: one.name.clone(), value, written: one.value.written(), place });
        }
    }
    found.into_values().collect()
}

/// What a value surely ends with.
fn ends(one: &SetDir) -> Vec<String> {
    let all = one.value.clone().unwrap_or_else(|| vec![one.written.clone()]);
    all.iter().map(|value| value.replace('\\', "/").trim_end_matches('/').to_ascii_lowercase()).collect()
}

fn swapped(judged: &JudgedRow<'_, '_>, found: &mut RuleFindings<'_>) {
    let all = set_dirs(judged.row, &["GOCACHE", "GOMODCACHE"]);
    let last = |path: &String| path.rsplit('/').next().unwrap_or_default().to_owned();
    let is_for_modules =
        |one: &&SetDir| ends(one).iter().map(last).all(|name| name.contains("mod") && !name.contains("build"));
    let is_for_builds = |one: &&SetDir| {
        let means_builds = |name: String| {
            name.contains("build") || ["gocache", "go-cache", "go_cache"].iter().any(|end| name.ends_with(end))
        };
        ends(one).iter().map(last).all(|name| means_builds(name.clone()) && !name.contains("mod"))
    };
    let of = |name: &'static str| all.iter().filter(move |one| one.name == name);
    let exchanged = of("GOCACHE").any(|one| is_for_modules(&one))
        && of("GOMODCACHE").any(|one| is_for_builds(&one))
        && of("GOCACHE").count() == 1
        && of("GOMODCACHE").count() == 1;
    for one in &all {
        let is_builds = one.name == "GOCACHE";
        let wrong_end = if is_builds { "/pkg/mod" } else { "/go-build" };
        if !exchanged && !ends(one).iter().all(|end| end.ends_with(wrong_end)) {
            continue;
        }
        let (own, other, kind) =
            if is_builds { ("build", "module", "GOMODCACHE") } else { ("module", "build", "GOCACHE") };
        let message = format!("{} is the {own} cache, and this names the directory of the {other} cache", one.name);
        let evidence = format!("{} is set to `{}`", one.name, one.written);
        let help = format!("give this value to {kind}, and {} the other", one.name);
        found.add(judged.row, one.place.clone(), &message, &evidence, &help);
    }
}

fn drive(judged: &JudgedRow<'_, '_>, found: &mut RuleFindings<'_>) {
    let Some(image) = judged.row.facts.machine().filter(|image| image.platform == Platform::Windows) else { return };
    if judged.row.steps.iter().any(minds_drives) {
        return;
    }
    for one in set_dirs(judged.row, GO_DIRS) {
        let Some([value]) = one.value.as_deref() else { continue };
        let Some(letter) = drive_letter(value).filter(|letter| *letter != 'C') else { continue };
        if !is_literal(&one.written, letter) {
            continue;
        }
        let message = format!("{} is on a drive that not every Windows image has", one.name);
        let evidence = match image.drives.as_deref() {
            Some(drives) if drives.contains(letter) => {
                format!("`{value}` is written down; {letter}: comes and goes with the images")
            }
            _ => format!("`{value}` is written down, and this image is not known to have {letter}:"),
        };
        let help = "begin the path with `${{ runner.temp }}` or `${{ github.workspace }}`";
        found.add(judged.row, one.place, &message, &evidence, help);
    }
}

/// The letter of the drive that a path begins with.
fn drive_letter(path: &str) -> Option<char> {
    let mut chars = path.trim_start().chars();
    let letter = chars.next().filter(char::is_ascii_alphabetic)?;
    (chars.next() == Some(':') && matches!(chars.next(), Some('/' | '\\'))).then(|| letter.to_ascii_uppercase())
}

/// Whether the letter stands in the workflow, and does not come from the runner.
fn is_literal(written: &str, letter: char) -> bool {
    let upper = written.to_ascii_uppercase();
    if upper.contains(&format!("{letter}:\\")) || upper.contains(&format!("{letter}:/")) {
        return true;
    }
    let pieces = ScriptText::of_expressions(written).0;
    match pieces.first() {
        Some(ScriptPiece::Expression { inner, .. }) => inner.trim().starts_with("matrix."),
        _ => false,
    }
}

/// Whether a step asks for a drive, or makes one.
fn minds_drives(step: &RowStep<'_>) -> bool {
    match &step.kind {
        StepKind::Other => false,
        StepKind::Action { action, .. } => published(action.as_ref()).is_some_and(|name| name.contains("drive")),
        StepKind::Script { script, reading, .. } => {
            let lower = script.text().unwrap_or_default().to_ascii_lowercase();
            let asks = ["test-path", "psdrive", "get-volume", "vhd", "-d ", "if exist", "format-volume", "diskpart"];
            let makes = |name: &str| matches!(name, "subst" | "net" | "diskpart");
            asks.iter().any(|word| lower.contains(word))
                || reading
                    .as_ref()
                    .is_some_and(|reading| reading.commands.iter().filter_map(program).any(|name| makes(&name)))
        }
    }
}
