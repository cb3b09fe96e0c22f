//! The short form of a merged report: counts, what does not hold, what is missing.

use crate::status::Severity;
use crate::{
    publish::publication::{Digest, Remark},
    report::{
        merge::{Merged, MergedFinding, Problem},
        verdict::Verdict,
    },
};

/// More than the forge's limits let anybody see.
const MOST_REMARKS: usize = 500;

/// More sentences than anybody reads.
const MOST_NOTES: usize = 100;

/// Failures first. `name` gives an input the name that a reader knows it by.
#[must_use]
pub fn digest(merged: &Merged, name: impl Fn(&str) -> String) -> Digest {
    let mut notes: Vec<String> =
        merged.problems.iter().take(MOST_NOTES).map(|problem| problem_note(problem, &name)).collect();
    let more = merged.problems.len().saturating_sub(MOST_NOTES) + merged.more_problems;
    if more > 0 {
        notes.push(format!("and {more} more inputs are not whole"));
    }
    if merged.duplicates.conflicts > 0 {
        notes.push(format!(
            "{} cells came twice with different verdicts; the first counts",
            merged.duplicates.conflicts
        ));
    }
    if merged.unrun.count > 0 {
        notes.push(format!("{} planned cells were run by nobody", merged.unrun.count));
    }
    Digest {
        tally: merged.tally,
        reports: merged.shards,
        machines: merged.runners.len(),
        versions: merged.versions(),
        remarks: merged.findings.iter().take(MOST_REMARKS).map(remark).collect(),
        remarks_left_out: merged.findings.len().saturating_sub(MOST_REMARKS) + merged.more_findings,
        notes,
        drift: None,
    }
}

fn problem_note(problem: &Problem, name: impl Fn(&str) -> String) -> String {
    format!("{}: {}: {}", problem.kind.name(), name(&problem.shard), problem.detail)
}

fn remark(finding: &MergedFinding) -> Remark {
    let result = &finding.first;
    let (severity, details) = match &result.verdict {
        Verdict::Fail { expected, observed } => {
            let mut details = vec![("expected", expected.clone()), ("observed", observed.clone())];
            details.extend(result.cause.clone().map(|cause| ("likely cause", cause.text)));
            (Severity::Error, details)
        }
        Verdict::Error { reason } | Verdict::Skip { reason } => (Severity::Warning, vec![("reason", reason.clone())]),
        Verdict::Pass => (Severity::Warning, Vec::new()),
    };
    let mut places: Vec<String> = finding.places.iter().map(|(go, runner)| format!("Go {go} on {runner}")).collect();
    let more = finding.cells.saturating_sub(places.len());
    if more > 0 {
        places.push(format!("{more} more"));
    }
    Remark { severity, variable: result.variable.clone(), probe: result.probe.clone(), places, details }
}
