//! What a check is. Ids, how bad each is, and what docs/doctor.md says of it.

use crate::doctor::finding::Severity;
use crate::doctor::{
    Scene,
    checks::{of_directories, of_settings},
    context::Seen,
};

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

/// The known id that is nearest to one that nobody knows.
#[must_use]
pub fn meant(id: &str) -> Option<&'static str> {
    let scored = checks().map(|check| (strsim::jaro_winkler(check.id, id), check.id));
    scored.filter(|(score, _)| *score > 0.8).max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, id)| id)
}
