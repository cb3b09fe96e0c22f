//! The lower half of index.html: each variable's probes, each probe's cells.

use crate::output::sanitize::{clip, one_line, visible};
use crate::report::{
    page::view::{Cell, Command, Probe, Text, VALUE, Variable, scored, short, text},
    wording,
};
use crate::status::Status;
use crate::{
    probe::ProbeKind,
    report::{
        CellResult, Report, Tally,
        verdict::{Evidence, Verdict},
    },
};
use std::collections::HashMap;

/// A variable's results, by probe.
type Group<'a> = (&'a str, Vec<Vec<&'a CellResult>>);

/// All variables in the order of the matrix, in each the worst probes first.
/// `room`: characters of output that may still be shown.
pub fn variables(report: &Report, room: &mut usize) -> Vec<Variable> {
    let mut all = Vec::new();
    for (id, (name, mut probes)) in groups(report).into_iter().enumerate() {
        probes.sort_by_key(|cells| worst(cells));
        let mut tally = Tally::default();
        probes.iter().flatten().for_each(|cell| tally.count(cell.verdict.status()));
        all.push(Variable {
            id,
            name: short(name),
            state: scored(tally).state,
            tally,
            probes: probes.iter().map(|cells| probe(cells, report, room)).collect(),
        });
    }
    all
}

fn groups(report: &Report) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    let mut variables: HashMap<&str, usize> = HashMap::new();
    let mut probes: HashMap<(&str, &str), usize> = HashMap::new();
    for result in &report.results {
        let at = *variables.entry(&result.variable).or_insert(groups.len());
        if at == groups.len() {
            groups.push((&result.variable, Vec::new()));
        }
        let of_variable = &mut groups[at].1;
        let at = *probes.entry((&result.variable, &result.probe)).or_insert(of_variable.len());
        if at == of_variable.len() {
            of_variable.push(Vec::new());
        }
        of_variable[at].push(result);
    }
    groups
}

fn worst(cells: &[&CellResult]) -> Option<Status> {
    cells.iter().map(|cell| cell.verdict.status()).min()
}

fn probe(cells: &[&CellResult], report: &Report, room: &mut usize) -> Probe {
    let worst = cells.iter().min_by_key(|cell| cell.verdict.status());
    Probe {
        name: worst.map_or_else(String::new, |cell| short(&cell.probe)),
        why: worst.map_or_else(Vec::new, |cell| text(&cell.why)),
        live: worst.is_some_and(|cell| cell.kind == ProbeKind::Live).then_some("live"),
        state: worst.map_or("none", |cell| cell.verdict.status().name()),
        cells: cells.iter().map(|result| cell(result, report, room)).collect(),
    }
}

/// One probe on one version.
pub fn cell(result: &CellResult, report: &Report, room: &mut usize) -> Cell {
    let text = |value: &str| text(&wording::filled(value, &result.go, report));
    let mut fields: Vec<(&'static str, Text)> = Vec::new();
    let symbol = match &result.verdict {
        Verdict::Pass => "✓",
        Verdict::Fail { expected, observed } => {
            fields.extend([("Expected", text(expected)), ("Observed", text(observed))]);
            fields.extend(result.cause.as_ref().map(|cause| ("Likely cause", text(&cause.text))));
            "✕"
        }
        Verdict::Skip { reason } => {
            fields.push(("Reason", text(reason)));
            "–"
        }
        Verdict::Error { reason } => {
            fields.push(("Reason", text(reason)));
            "!"
        }
    };
    if !result.control.trim().is_empty() {
        fields.push(("Control", text(&result.control)));
    }
    Cell {
        go: short(&result.go),
        state: result.verdict.status().name(),
        symbol,
        word: wording::participle(&result.verdict),
        duration: crate::output::wording::duration(result.duration),
        fields,
        fix: result.cause.as_ref().and_then(|cause| cause.fix.as_deref()).map(|fix| one_line(&clip(fix, VALUE))),
        commands: result.evidence.iter().map(|evidence| command(evidence, room)).collect(),
    }
}

fn command(evidence: &Evidence, room: &mut usize) -> Command {
    let mut outputs = Vec::new();
    for (name, stream) in [("stdout", &evidence.stdout), ("stderr", &evidence.stderr)] {
        if stream.trim().is_empty() {
            continue;
        }
        let clipped = clip(stream.trim_end(), VALUE);
        let shown = visible(&clipped);
        if let Some(left) = room.checked_sub(shown.len()) {
            *room = left;
            outputs.push((name, shown.into_owned()));
        } else {
            outputs.push((name, "left out to keep this page small; report.json has it".to_owned()));
        }
    }
    Command {
        line: one_line(&clip(&evidence.argv.join(" "), VALUE)),
        ended: wording::ended(evidence.ended),
        duration: crate::output::wording::duration(evidence.duration),
        outputs,
    }
}
