//! What is wrong with Go's environment: checks, each a function from what was
//! examined to what it saw, and the mends. What is true comes from `explain`.

pub(crate) mod check;
pub mod checks;
pub(crate) mod context;
pub mod event_log;
pub mod finding;
pub mod html;
pub mod json;
pub mod markdown;
pub mod refused_write;
pub mod text;

pub use check::{Check, checks, meant, page};
pub use context::{Scene, WindowsFacts};

use crate::doctor::finding::Finding;

/// Runs the checks that are selected (all, where `ids` is empty); the worst findings first.
#[must_use]
pub fn examine(scene: &Scene<'_>, ids: &[String]) -> Vec<Finding> {
    let selected = checks().filter(|check| ids.is_empty() || ids.iter().any(|id| id == check.id));
    let mut findings: Vec<Finding> = selected
        .flat_map(|check| {
            (check.look)(scene).into_iter().map(|seen| Finding {
                id: check.id,
                severity: check.severity,
                message: seen.message,
                evidence: seen.evidence,
                mend: seen.mend,
                location: seen.location,
            })
        })
        .collect();
    findings.sort_by_key(|finding| finding.severity);
    findings
}

#[cfg(test)]
mod tests;
