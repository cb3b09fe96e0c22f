//! The words that the formats of `claims` share.

use crate::claims::{ClaimTally, ClaimVerdict, ClaimsReport, JudgedClaim};
use crate::output::wording::{count, list};

/// The word for a reader: an experiment that went wrong is told apart.
pub(crate) fn word(verdict: ClaimVerdict) -> &'static str {
    if verdict == ClaimVerdict::Error { "error" } else { verdict.name() }
}

/// One character beside the word.
pub(crate) fn mark(verdict: ClaimVerdict) -> &'static str {
    match verdict {
        ClaimVerdict::Holds => "✓",
        ClaimVerdict::Refuted => "✗",
        ClaimVerdict::Depends => "±",
        ClaimVerdict::Untestable => "-",
        ClaimVerdict::Error => "!",
    }
}

/// The class of the style sheet: its colour.
pub(crate) fn class(verdict: ClaimVerdict) -> &'static str {
    match verdict {
        ClaimVerdict::Holds => "pass",
        ClaimVerdict::Refuted => "fail",
        ClaimVerdict::Depends | ClaimVerdict::Error => "error",
        ClaimVerdict::Untestable => "skip",
    }
}

/// The worst for somebody who believes it: refuted, depends, error, untestable, holds.
pub(crate) fn rank(verdict: ClaimVerdict) -> u8 {
    match verdict {
        ClaimVerdict::Refuted => 0,
        ClaimVerdict::Depends => 1,
        ClaimVerdict::Error => 2,
        ClaimVerdict::Untestable => 3,
        ClaimVerdict::Holds => 4,
    }
}

/// The verdict that stands for all versions of a claim.
pub(crate) fn worst(judged: &JudgedClaim) -> ClaimVerdict {
    let verdicts = judged.results.iter().map(|result| result.verdict);
    verdicts.min_by_key(|verdict| rank(*verdict)).unwrap_or(ClaimVerdict::Untestable)
}

/// The whole in one sentence without a full stop.
pub(crate) fn headline(report: &ClaimsReport) -> String {
    let of = |verdict: ClaimVerdict| report.claims.iter().filter(|judged| worst(judged) == verdict).count();
    let claims = count(report.claims.len(), "claim");
    let parts: Vec<String> = [
        ClaimVerdict::Refuted,
        ClaimVerdict::Depends,
        ClaimVerdict::Holds,
        ClaimVerdict::Untestable,
        ClaimVerdict::Error,
    ]
    .into_iter()
    .filter(|verdict| of(*verdict) > 0)
    .map(|verdict| {
        let number = of(verdict);
        match verdict {
            ClaimVerdict::Refuted => format!("{number} refuted"),
            ClaimVerdict::Depends => format!("{number} true in some cases only"),
            ClaimVerdict::Holds => format!("{number} true"),
            ClaimVerdict::Untestable => format!("{number} not testable here"),
            ClaimVerdict::Error => format!("{number} in error"),
        }
    })
    .collect();
    if parts.is_empty() { "No claim was judged".to_owned() } else { format!("Of {claims}, {}", list(&parts)) }
}

/// `12 hold, 60 refuted, 9 depend, 24 untestable, 0 errors`.
pub(crate) fn counts(tally: ClaimTally) -> String {
    let ClaimTally { holds, refuted, depends, untestable, error } = tally;
    let holds = if holds == 1 { "1 holds".to_owned() } else { format!("{holds} hold") };
    let depends = if depends == 1 { "1 depends".to_owned() } else { format!("{depends} depend") };
    format!("{holds}, {refuted} refuted, {depends}, {untestable} untestable, {}", count(error, "error"))
}

/// `Go 1.21.13 and 1.22.10`.
pub(crate) fn versions(versions: &[&str]) -> String {
    format!("Go {}", list(versions))
}
