//! What all formats of a merged report say alike: the headline, the grids,
//! what did not arrive.

use crate::status::Status;
use crate::{
    output::sanitize::{clip, one_line},
    report::{
        Tally,
        merge::{Duplicate, Merged, MergedFinding, Problem, ProblemKind},
        verdict::Verdict,
    },
};
use crate::{
    output::wording::{count, list},
    report::grid::{Grid, Row},
};
use std::collections::{BTreeMap, HashMap};

/// Columns of a grid; nobody compares more versions at a glance.
const MOST_VERSIONS: usize = 40;

/// The verdict on everything, in one sentence without a full stop.
pub(crate) fn headline(merged: &Merged) -> String {
    let names = |status: Status| {
        let mut names: Vec<String> = Vec::new();
        for finding in merged.findings.iter().filter(|f| f.first.verdict.status() == status) {
            let name = one_line(&clip(&finding.first.variable, 60));
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    };
    let some = |names: &[String]| match names.len() {
        1..=4 => list(names),
        many => count(many, "variable"),
    };
    let on = |merged: &Merged| match merged.runners.as_slice() {
        [one] => one_line(&clip(&one.name(), 80)),
        many => count(many.len(), "runner"),
    };
    match merged.tally.status() {
        Some(Status::Fail) => {
            let names = names(Status::Fail);
            let verb = if names.len() == 1 { "does" } else { "do" };
            format!("{} {verb} not take effect everywhere", some(&names))
        }
        _ if !merged.is_whole() => "No failure, but the report is not whole".to_owned(),
        Some(Status::Error) => {
            format!("No failure, but {} could not be judged everywhere", some(&names(Status::Error)))
        }
        Some(Status::Pass) if merged.tally.skip == 0 => {
            format!("Every variable takes effect on {} and {}", on(merged), go(merged))
        }
        Some(Status::Pass) => format!("All that was judged takes effect on {} and {}", on(merged), go(merged)),
        None | Some(Status::Skip) => "Nothing was judged".to_owned(),
    }
}

fn go(merged: &Merged) -> String {
    let versions = merged.versions();
    match versions.len() {
        0..=4 => format!("Go {}", list(&versions.iter().map(|v| one_line(&clip(v, 40))).collect::<Vec<_>>())),
        many => format!("{many} Go versions"),
    }
}

/// What the whole comes to, a report that is not whole being no pass.
pub(crate) fn outcome(merged: &Merged) -> Option<Status> {
    match merged.tally.status() {
        Some(Status::Fail) => Some(Status::Fail),
        _ if !merged.is_whole() => Some(Status::Error),
        other => other,
    }
}

/// `3 shards are missing, 1 is half-written`, or nothing.
pub(crate) fn trouble(merged: &Merged) -> Vec<String> {
    let mut counts: BTreeMap<ProblemKind, usize> = BTreeMap::new();
    merged.problems.iter().for_each(|problem| *counts.entry(problem.kind).or_default() += 1);
    let mut said: Vec<String> = counts
        .into_iter()
        .map(|(kind, number)| {
            let (one, many) = words(kind);
            format!("{} {}", count(number, "shard"), if number == 1 { one } else { many })
        })
        .collect();
    if merged.more_problems > 0 {
        said.push(format!("{} more problems are not named", merged.more_problems));
    }
    if merged.unrun.count > 0 {
        let verb = if merged.unrun.count == 1 { "was" } else { "were" };
        said.push(format!("{} {verb} run by nobody", count(merged.unrun.count, "planned cell")));
    }
    let duplicates = &merged.duplicates;
    if duplicates.count > 0 {
        let verb = if duplicates.count == 1 { "comes" } else { "come" };
        let mut text = format!("{} {verb} from two shards, and the first is kept", count(duplicates.count, "cell"));
        if duplicates.conflicts > 0 {
            text += &format!("; {} with another verdict", duplicates.conflicts);
        }
        said.push(text);
    }
    said
}

fn words(kind: ProblemKind) -> (&'static str, &'static str) {
    match kind {
        ProblemKind::Missing => ("is missing", "are missing"),
        ProblemKind::HalfWritten => ("is half-written", "are half-written"),
        ProblemKind::Foreign => ("is no report of goenv-ci", "are no reports of goenv-ci"),
        ProblemKind::NewerSchema => ("has another schema", "have another schema"),
        ProblemKind::Unreadable => ("cannot be read", "cannot be read"),
        ProblemKind::OtherPlan => ("belongs to another plan", "belong to another plan"),
    }
}

/// Kind, name and detail of a problem.
pub(crate) fn problem(problem: &Problem) -> (&'static str, String, String) {
    (problem.kind.name(), one_line(&clip(&problem.shard, 300)), one_line(&clip(&problem.detail, 500)))
}

/// The cells that came twice, one sentence without a full stop for each two shards; conflicts first.
pub(crate) fn duplicates(merged: &Merged) -> Vec<String> {
    let mut pairs: Vec<(&Duplicate, usize, Vec<&str>)> = Vec::new();
    let mut place: HashMap<(&str, &str), usize> = HashMap::new();
    for one in &merged.duplicates.named {
        let at = *place.entry((&one.kept, &one.left_out)).or_insert(pairs.len());
        if at == pairs.len() {
            pairs.push((one, 0, Vec::new()));
        }
        pairs[at].1 += 1;
        pairs[at].2.extend(one.conflict.then_some(one.cell.as_str()));
    }
    pairs.sort_by_key(|(_, _, conflicts)| std::cmp::Reverse(conflicts.len()));
    let text = |value: &str| one_line(&clip(value, 300)).replace('`', "'");
    let said = pairs.into_iter().map(|(first, cells, conflicts)| {
        let mut said = format!(
            "{} of `{}` left out, which `{}` has too",
            count(cells, "cell"),
            text(&first.left_out),
            text(&first.kept)
        );
        if let Some(cell) = conflicts.first() {
            said += &format!("; {} with another verdict, for example `{}`", conflicts.len(), text(cell));
        }
        said
    });
    said.collect()
}

/// Where a finding was met: `1.21.13 and 1.22.10 on win22 Windows X64`, and so on.
pub(crate) fn places(finding: &MergedFinding) -> String {
    let mut by_runner: Vec<(&str, Vec<&str>)> = Vec::new();
    for (go, runner) in &finding.places {
        match by_runner.iter_mut().find(|(held, _)| held == runner) {
            Some((_, versions)) if versions.contains(&go.as_str()) => {}
            Some((_, versions)) => versions.push(go),
            None => by_runner.push((runner, vec![go])),
        }
    }
    let shown: Vec<String> = by_runner
        .iter()
        .take(8)
        .map(|(runner, versions)| format!("Go {} on {}", list(versions), if runner.is_empty() { "-" } else { runner }))
        .collect();
    let mut text = shown.join("; ");
    if by_runner.len() > 8 || finding.cells > finding.places.len() {
        text += &format!("; {} in all", count(finding.cells, "cell"));
    }
    one_line(&clip(&text, 600))
}

/// Title and text of what a finding has to say, in the order to be read.
pub(crate) fn details(finding: &MergedFinding) -> Vec<(&'static str, &str)> {
    let cell = &finding.first;
    let mut all = match &cell.verdict {
        Verdict::Fail { expected, observed } => vec![("Expected", expected.as_str()), ("Observed", observed.as_str())],
        Verdict::Error { reason } | Verdict::Skip { reason } => vec![("Reason", reason.as_str())],
        Verdict::Pass => Vec::new(),
    };
    all.extend(cell.cause.as_ref().map(|cause| ("Likely cause", cause.text.as_str())));
    all.extend((!cell.control.trim().is_empty()).then_some(("Control", cell.control.as_str())));
    all
}

/// The grid of all runners together, and how many versions found no room in it.
pub(crate) fn grid(merged: &Merged) -> (Grid, usize) {
    let all = merged.groups.iter().map(|(group, tally)| (group.variable.as_str(), group.go.as_str(), *tally));
    of(merged, all.collect())
}

/// The grid of each runner, those with the worst verdict first.
pub(crate) fn grids(merged: &Merged) -> Vec<(String, Grid, Tally)> {
    let mut by_runner: HashMap<&str, Vec<(&str, &str, Tally)>> = HashMap::new();
    for (group, tally) in &merged.groups {
        by_runner.entry(&group.runner).or_default().push((&group.variable, &group.go, *tally));
    }
    let mut grids: Vec<(String, Grid, Tally)> = by_runner
        .into_iter()
        .map(|(runner, cells)| {
            let mut sum = Tally::default();
            cells.iter().for_each(|(.., tally)| sum.add(*tally));
            (runner.to_owned(), of(merged, cells).0, sum)
        })
        .collect();
    let worst = |tally: Tally| tally.status().unwrap_or(Status::Pass);
    grids.sort_by(|(left, _, a), (right, _, b)| (worst(*a), left).cmp(&(worst(*b), right)));
    grids
}

fn of(merged: &Merged, cells: Vec<(&str, &str, Tally)>) -> (Grid, usize) {
    let all = merged.versions();
    let mut versions: Vec<String> =
        all.into_iter().filter(|version| cells.iter().any(|(_, go, _)| go == version)).collect();
    let beyond = versions.len().saturating_sub(MOST_VERSIONS);
    versions.truncate(MOST_VERSIONS);
    let column: HashMap<&str, usize> = versions.iter().enumerate().map(|(at, v)| (v.as_str(), at)).collect();
    let mut rows: BTreeMap<&str, Vec<Tally>> = BTreeMap::new();
    for (variable, go, tally) in &cells {
        let row = rows.entry(variable).or_insert_with(|| vec![Tally::default(); versions.len()]);
        if let Some(at) = column.get(go) {
            row[*at].add(*tally);
        }
    }
    let rows = rows.into_iter().map(|(variable, cells)| Row { variable: variable.to_owned(), cells }).collect();
    drop(column);
    (Grid { versions, rows }, beyond)
}

/// `10,000 shards`, and the time they took together.
pub(crate) fn extent(merged: &Merged) -> String {
    format!(
        "{} of {} on {}, {} of work",
        count(merged.tally.total(), "result"),
        count(merged.shards, "report"),
        count(merged.runners.len(), "runner"),
        crate::output::wording::duration(merged.duration)
    )
}
