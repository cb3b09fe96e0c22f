//! What is wrong with Go's environment: checks, each a function from what was
//! examined to what is wrong with it, and the fixes. What is true comes from `explain`.

pub mod check;
pub mod checks;
pub(crate) mod context;
pub mod event_log;
pub mod finding;
pub mod view;

pub use check::Check;
pub use checks::{checks, meant};
pub use context::{Context, WindowsFacts};
pub use view::page;

use crate::doctor::finding::Finding;

/// Runs the checks that are selected (all, where `ids` is empty); the worst findings first.
#[must_use]
pub fn examine(context: &Context<'_>, ids: &[String]) -> Vec<Finding> {
    let selected = checks().filter(|check| ids.is_empty() || ids.iter().any(|id| id == check.id));
    let mut findings: Vec<Finding> = selected.flat_map(|check| check.findings(context)).collect();
    findings.sort_by_key(|finding| finding.severity);
    findings
}

#[cfg(test)]
mod tests;
