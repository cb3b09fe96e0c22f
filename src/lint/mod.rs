//! `lint`: what the workflows and local actions of a repository do to Go's variables and caches, job by job and
//! matrix row by row, without running anything. `repository` finds and reads the files, `timeline` walks a row step by
//! step, `caches` says which caches live, `forecast` who finds what they store, `rules` say what is wrong.

mod caches;
mod finding;
pub mod fix;
pub mod forecast;
mod repository;
mod rules;
mod timeline;
pub mod view;

use crate::{
    lint::{
        repository::{Repository, SourceFile},
        timeline::Row,
    },
    platform::Platform,
    ports::Host,
};
pub use finding::{LintFinding, LintPlace, LintReport};
pub use rules::{Rule, rules};
use std::collections::BTreeMap;

/// What is looked at.
#[derive(Clone, Debug)]
pub struct LintQuestion<'a> {
    /// The repository's root, absolute.
    pub root: &'a str,
    /// Files and directories, absolute; empty: all of the repository.
    pub paths: &'a [String],
    /// The platform of this machine, whose paths `root` and `paths` are.
    pub platform: Platform,
    /// Files of the repository that are judged as they would be with another text, by their paths below the root.
    pub edited: BTreeMap<String, String>,
}

/// A workflow with its rows.
struct WalkedWorkflow<'a> {
    file: &'a SourceFile,
    /// Else it is there for what the others rest on.
    is_asked: bool,
    rows: Vec<Row<'a>>,
}

/// Every workflow and local action, judged.
#[must_use]
pub fn lint(asked: &LintQuestion<'_>, host: &dyn Host) -> LintReport {
    let repository = Repository::read(asked, host);
    let mut found = repository.broken();
    let walked = timeline::all(&repository);
    found.extend(rules::judge(&walked, &repository));
    let texts = repository.texts();
    // A workflow that is called may be one that nobody asked for.
    found.retain(|finding| finding.location.line == 0 || texts.contains_key(&finding.location.file));
    LintReport::new(texts, found)
}
