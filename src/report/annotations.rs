//! `::error` lines for a runner's log. The runner shows ten for each step and
//! cuts a message at 4096 characters, so they are ranked, merged and cut here.

use crate::output::annotation::{RunnerCommand, annotation};
use crate::output::sanitize::clip;
use crate::report::groups::{Group, by_probe};
use crate::status::Severity;
use crate::status::Status;
use crate::{
    goenv::variable::GoVar,
    report::{Report, verdict::Verdict},
};

/// What the runner shows for each step.
const MOST: usize = 10;
/// For each value; three of them and the frame stay below 4096 characters.
const VALUE: usize = 900;

/// The lines, worst first, each without its line feed: at most ten, of which
/// the tenth says how many more there are.
///
/// Source: actions/runner, `ActionCommand.cs` (escapes), `ExecutionContext.cs` (limits).
#[must_use]
pub fn annotations(report: &Report) -> Vec<RunnerCommand> {
    let mut findings = Vec::new();
    for status in [Status::Fail, Status::Error] {
        let mut probes = by_probe(report, status);
        probes.sort_by_key(|probe| rank(&probe.first().variable));
        findings.extend(probes);
    }
    let shown = if findings.len() > MOST { MOST - 1 } else { MOST };
    let mut lines: Vec<RunnerCommand> = findings.iter().take(shown).map(line).collect();
    if let Some(left @ 1..) = findings.len().checked_sub(shown) {
        let title = format!("{left} more {}", if left == 1 { "finding" } else { "findings" });
        lines.push(command(&title, "The report has them all: see the job summary or report.json."));
    }
    lines
}

/// The three variables that `apply` writes come first, in their order.
fn rank(variable: &str) -> usize {
    GoVar::ALL.iter().position(|main| main.name() == variable).unwrap_or(GoVar::ALL.len())
}

fn line(probe: &Group<'_>) -> RunnerCommand {
    let cell = probe.first();
    let versions = probe.cells.iter().map(|cell| cell.go.as_str()).collect::<Vec<_>>().join(", ");
    let variable = clip(&cell.variable, 80);
    let versions = clip(&versions, 200);
    let (title, details) = match &cell.verdict {
        Verdict::Fail { expected, observed } => {
            let mut details = format!("expected: {}\nobserved: {}", clip(expected, VALUE), clip(observed, VALUE));
            if let Some(cause) = &cell.cause {
                details += &format!("\nlikely cause: {}", clip(&cause.text, VALUE));
            }
            (format!("{variable} {} on Go {versions}", cell.fault()), details)
        }
        Verdict::Error { reason } | Verdict::Skip { reason } => {
            (format!("{variable} could not be judged on Go {versions}"), clip(reason, VALUE).into_owned())
        }
        Verdict::Pass => (format!("{variable} on Go {versions}"), String::new()),
    };
    command(&title, &format!("{}\n{details}", clip(&cell.probe, 200)))
}

fn command(title: &str, message: &str) -> RunnerCommand {
    annotation(Severity::Error, title, message)
}
