//! What a check is. Ids, how bad each is, and what docs/doctor.md says of it.

use crate::doctor::finding::Severity;
use crate::doctor::{
    Scene,
    checks::{of_directories, of_settings},
    context::Seen,
};
use crate::nearest::nearest;

/// One thing that can be wrong.
#[derive(Debug)]
pub struct Check {
    /// Kebab-case; never renamed once released.
    pub id: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// A few words.
    pub title: &'static str,
    /// Why it matters, for the page in the docs.
    pub why: &'static str,
    pub(crate) look: fn(&Scene<'_>) -> Vec<Seen>,
}

/// All, in the order of docs/doctor.md.
pub fn checks() -> impl Iterator<Item = &'static Check> {
    of_directories::CHECKS.iter().chain(of_settings::CHECKS)
}

/// docs/doctor.md, without its head.
#[must_use]
pub fn page() -> String {
    checks()
        .map(|check| {
            format!("### {}\n\n**{}** ({})\n\n{}\n\n", check.id, check.title, check.severity.name(), check.why)
        })
        .collect()
}

/// The ids that are nearest to one that no check has, nearest first.
#[must_use]
pub fn meant(id: &str) -> Vec<&'static str> {
    nearest(id, checks().map(|check| check.id))
}
