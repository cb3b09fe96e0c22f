//! `lint`: what the workflows and local actions of a repository do to Go's variables and caches, job by job and
//! matrix row by row, without running anything. `repository` finds and reads the files, `timeline` walks a row step by
//! step, `caches` says which caches live, `rules` say what is wrong.

mod caches;
mod finding;
mod programs;
mod repository;
mod rules;
mod timeline;
pub mod view;

use crate::{lint::repository::Repository, platform::Platform, ports::Host};
pub use finding::{LintFinding, LintPlace, LintReport};
pub use rules::{Rule, rules};

/// What is looked at.
pub struct LintQuestion<'a> {
    /// The repository's root, absolute.
    pub root: &'a str,
    /// Files and directories, absolute; empty: all of the repository.
    pub paths: &'a [String],
    /// The platform of this machine, whose paths `root` and `paths` are.
    pub platform: Platform,
}

/// Every workflow and local action, judged.
#[must_use]
pub fn lint(asked: &LintQuestion<'_>, host: &dyn Host) -> LintReport {
    let repository = Repository::read(asked, host);
    let mut found = repository.broken();
    for workflow in repository.workflows() {
        let rows = timeline::rows(workflow, &repository);
        found.extend(rules::judge(&rows, &repository));
    }
    found.extend(repository.files().flat_map(rules::judge_file));
    LintReport::new(repository.looked_at(), found)
}
