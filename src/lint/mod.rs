//! `lint`: what the workflows and local actions of a repository do to Go's variables and caches, job by job and
//! matrix row by row, without running anything. `repository` finds and reads the files, `timeline` walks a row step by
//! step, `caches` says which caches live, `forecast` who finds what they store, `rules` what is wrong, `ignore` and
//! `waivers` what of it is known.

mod caches;
mod expressions;
mod finding;
pub mod fix;
pub mod forecast;
mod ignore;
mod installs;
mod judged;
pub mod list;
mod programs;
mod repository;
mod rules;
pub mod sarif;
mod timeline;
pub mod view;
mod waivers;

use crate::{
    config::{LintConfig, RuleLevel},
    lint::repository::Repository,
    platform::Platform,
    ports::{Host, UnreadFile},
};
use chrono::NaiveDate;
pub use finding::{LintFinding, LintMend, LintPlace, LintReport, RelatedPlace};
pub use repository::INPUT;
pub use rules::{LintRule, rules};
use std::collections::BTreeMap;

/// What is looked at.
#[derive(Clone, Debug)]
pub struct LintQuestion<'a> {
    /// The repository's root, absolute.
    pub root: &'a str,
    /// Whether it is one: else nothing is known of the files beside those that were asked for.
    pub is_repository: bool,
    /// Files and directories, absolute; empty: all of the repository, if nothing comes from standard input.
    pub paths: &'a [String],
    /// A workflow from standard input, or why it cannot be taken.
    pub input: Option<&'a Result<Vec<u8>, UnreadFile>>,
    /// What the repository says for `lint`.
    pub config: &'a LintConfig,
    /// Which waivers count is a question of the day.
    pub today: NaiveDate,
    /// The platform of this machine, whose paths `root` and `paths` are.
    pub platform: Platform,
    /// Files of the repository that are judged as they would be with another text, by their paths below the root.
    pub edited: BTreeMap<String, String>,
}

/// Every workflow and local action, judged.
#[must_use]
pub fn lint(asked: &LintQuestion<'_>, host: &dyn Host) -> LintReport {
    let repository = Repository::read(asked, host);
    let walked = timeline::all(&repository);
    let mut found = rules::judge(&walked, &repository);
    let texts = repository.texts();
    // A rule that looks at all workflows may point into one that nobody asked for.
    found.retain(|finding| finding.location.line == 0 || texts.contains_key(&finding.location.file));
    found.extend(repository.broken());
    found.extend(repository.files().flat_map(expressions::broken));
    let mut shells = ignore::ScriptShells::default();
    walked.iter().flat_map(|one| &one.rows).for_each(|row| shells.add(row));
    let is_whole = asked.paths.is_empty() && asked.input.is_none();
    let comments = repository.files().flat_map(|file| ignore::comments(file, &shells)).collect();
    let is_off = |rule: &str| asked.config.level(rule) == Some(RuleLevel::Off);
    let is_watched = |file: &str| is_whole || repository.is_judged_whole(file);
    let (found, ignored) = ignore::applied(found, comments, is_watched, is_off);
    let (found, waived) = waivers::applied(asked.config, found, asked.today, is_whole);
    LintReport::new(texts, found).with_ignored(ignored + waived)
}
