//! The exit codes, and the one place where a report becomes one.

use crate::{
    claims::ClaimsReport,
    explain::FileOrigin,
    report::{Report, ReportOutcome, Tally, compare::Comparison},
    status::{Severity, Status},
};

/// What the caller is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// All is well.
    Good,
    /// A failing verdict, or a finding.
    Fail,
    /// What was given is wrong.
    Usage,
    /// There is no judgement, or no file.
    NoReport,
    /// There was nothing to do.
    Nothing,
    /// A verdict that could not be reached.
    Errored,
    /// The forge did not take it.
    Unpublished,
    /// Ctrl-C.
    Interrupted,
}

impl Exit {
    /// Every one, in the order of their codes.
    pub const ALL: [Self; 8] = [
        Self::Good,
        Self::Fail,
        Self::Usage,
        Self::NoReport,
        Self::Nothing,
        Self::Errored,
        Self::Unpublished,
        Self::Interrupted,
    ];

    /// What it says, as the help, the manual and docs/usage.md have it.
    #[must_use]
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Good => "done; everything that was judged holds",
            Self::Fail => "judged, and something does not hold",
            Self::Usage => "the command line or an input file is wrong; nothing was written",
            Self::NoReport => "it could not be judged or written; what was written before is named",
            Self::Nothing => "nothing was selected",
            Self::Errored => "no failing verdict, but at least one error",
            Self::Unpublished => "the report is written, publishing it failed",
            Self::Interrupted => "interrupted: the programs are ended, the scratch directory is removed",
        }
    }

    /// As the system sees it.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Good => 0,
            Self::Fail => 1,
            Self::Usage => 2,
            Self::NoReport => 3,
            Self::Nothing => 4,
            Self::Errored => 5,
            Self::Unpublished => 6,
            Self::Interrupted => 130,
        }
    }

    /// From the verdicts alone.
    #[must_use]
    pub fn of(report: &Report) -> Self {
        match Self::of_tally(report.tally()) {
            // A shard whose cells apply to no version here has done all that was asked of it.
            Self::Nothing if report.shard.is_some() => Self::Good,
            exit => exit,
        }
    }

    /// Of a merge and what is published of it: what did not arrive whole was not judged, whatever the rest says. A
    /// duplicate that says the same does no harm, one with another verdict does.
    #[must_use]
    pub fn of_outcome(outcome: ReportOutcome) -> Self {
        match Self::of_tally(outcome.tally) {
            _ if !outcome.is_whole() => Self::NoReport,
            Self::Good | Self::Errored if outcome.drift => Self::Fail,
            exit => exit,
        }
    }

    /// From their counts.
    #[must_use]
    pub fn of_tally(tally: Tally) -> Self {
        match tally {
            Tally { fail: 1.., .. } => Self::Fail,
            Tally { pass: 0, skip: 0, error: 0, .. } => Self::Nothing,
            Tally { error: 1.., .. } => Self::Errored,
            _ => Self::Good,
        }
    }

    /// Of a comparison: new failures and new errors; with `any_change`, anything that changed is a failure. What of the
    /// new report did not arrive was not judged, as in [`Self::of_outcome`].
    #[must_use]
    pub fn of_comparison(comparison: &Comparison, any_change: bool) -> Self {
        match (comparison.new_failures.count, comparison.new_errors.count) {
            _ if !comparison.new.outcome().is_whole() => Self::NoReport,
            (1.., _) => Self::Fail,
            _ if any_change && comparison.changed => Self::Fail,
            (0, 1..) => Self::Errored,
            (0, 0) => Self::Good,
        }
    }

    /// From the findings that are at least so bad; `None`: whatever they are.
    #[must_use]
    pub fn of_severities(found: impl IntoIterator<Item = Severity>, least: Option<Severity>) -> Self {
        match least {
            Some(least) if found.into_iter().any(|severity| severity <= least) => Self::Fail,
            _ => Self::Good,
        }
    }

    /// From the answers to `explain --why`: where no version's values in force put the file there, no variable was
    /// selected.
    #[must_use]
    pub fn of_file_origins(origins: &[FileOrigin]) -> Self {
        if origins.iter().any(|origin| origin.reason.is_some()) { Self::Good } else { Self::Nothing }
    }

    /// From the verdicts on claims alone. That a claim is untestable here is not a failure.
    #[must_use]
    pub fn of_claims(report: &ClaimsReport) -> Self {
        match report.status() {
            None => Self::Nothing,
            Some(Status::Fail) => Self::Fail,
            Some(Status::Error) => Self::Errored,
            Some(Status::Skip | Status::Pass) => Self::Good,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        probe::ProbeKind,
        report::{CellResult, RunnerFacts, verdict::Verdict},
    };

    fn report(verdicts: &[Verdict]) -> Report {
        let cell = |verdict: &Verdict| CellResult {
            probe: "a/b".into(),
            variable: "GOBIN".into(),
            go: "1.21.13".into(),
            kind: ProbeKind::Contract,
            why: String::new(),
            verdict: verdict.clone(),
            cause: None,
            control: String::new(),
            evidence: Vec::new(),
            duration: std::time::Duration::ZERO,
        };
        Report {
            tool_version: String::new(),
            runner: RunnerFacts::default(),
            delivery: None,
            toolchains: Vec::new(),
            missing: Vec::new(),
            sources: Default::default(),
            drives: Default::default(),
            results: verdicts.iter().map(cell).collect(),
            shells: Vec::new(),
            duration: std::time::Duration::ZERO,
            run: Default::default(),
            shard: None,
        }
    }

    #[test]
    fn the_first_that_applies_wins() {
        let fail = Verdict::Fail { expected: String::new(), observed: String::new() };
        let error = Verdict::Error { reason: String::new() };
        let skip = Verdict::Skip { reason: String::new() };
        for (verdicts, code) in [
            (vec![Verdict::Pass, fail.clone(), error.clone()], 1),
            (vec![Verdict::Pass, error], 5),
            (vec![Verdict::Pass, skip.clone()], 0),
            (vec![skip], 0),
            (vec![], 4),
        ] {
            assert_eq!(Exit::of(&report(&verdicts)).code(), code);
        }
    }
}
