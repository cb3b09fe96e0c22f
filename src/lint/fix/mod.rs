//! What `lint --fix` changes by itself: one fix after the other, each only where the file is whole afterwards, the
//! finding is gone and no other has come.

pub(crate) mod edit;
pub(crate) mod steps;
pub mod view;

use crate::{
    lint::{LintFinding, LintQuestion, LintReport, lint},
    ports::Host,
};
pub use edit::{LintFix, TextEdit};
use std::collections::BTreeMap;

/// Fixes of one run; each is judged by linting anew.
const MOST_FIXES: usize = 500;

/// What is changed, and what is left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FixPlan {
    /// By path.
    pub files: Vec<FixedFile>,
    /// The findings that are gone, each with what was done.
    pub fixed: Vec<(LintFinding, String)>,
    /// What is still wrong then.
    pub left: LintReport,
}

/// A file that is changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FixedFile {
    /// Relative to the repository's root, with `/`.
    pub path: String,
    /// As it is.
    pub before: String,
    /// As it will be.
    pub after: String,
}

/// Fixes what can be fixed, in memory.
#[must_use]
pub fn plan(asked: &LintQuestion<'_>, host: &dyn Host) -> FixPlan {
    let mut edited = asked.edited.clone();
    let mut before: BTreeMap<String, String> = BTreeMap::new();
    let mut fixed = Vec::new();
    let mut report = lint(asked, host);
    let mut refused: Vec<(String, LintFix)> = Vec::new();
    while fixed.len() < MOST_FIXES {
        let candidate = report.findings.iter().find_map(|finding| {
            let fix = finding.fix.clone()?;
            let is_new = !refused.contains(&(finding.location.file.clone(), fix.clone()));
            is_new.then(|| (finding.clone(), fix))
        });
        let Some((finding, fix)) = candidate else { break };
        let path = finding.location.file.clone();
        let next = report.text(&path).and_then(|text| Some((text.to_owned(), edit::applied(text, &fix.edits)?)));
        let judged = next.map(|(old, new)| {
            let mut tried = edited.clone();
            tried.insert(path.clone(), new);
            let after = lint(&LintQuestion { edited: tried.clone(), ..asked.clone() }, host);
            (old, tried, after)
        });
        match judged {
            Some((old, tried, after)) if is_better(&report, &after, &finding) => {
                before.entry(path).or_insert(old);
                (edited, report) = (tried, after);
                // Places in the file have moved: what was refused there is another edit now.
                refused.clear();
                fixed.push((finding, fix.label));
            }
            _ => refused.push((path, fix)),
        }
    }
    let files = before.into_iter().map(|(path, before)| {
        let after = edited.get(&path).cloned().unwrap_or_default();
        FixedFile { path, before, after }
    });
    FixPlan { files: files.collect(), fixed, left: report }
}

/// Whether a finding is gone and no other has come, wherever each stands now.
fn is_better(before: &LintReport, after: &LintReport, gone: &LintFinding) -> bool {
    let count = |report: &LintReport, one: &LintFinding| {
        let same = |other: &&LintFinding| {
            other.id == one.id && other.message == one.message && other.location.file == one.location.file
        };
        report.findings.iter().filter(same).count()
    };
    let is_gone = count(after, gone) < count(before, gone);
    is_gone && after.findings.iter().all(|one| count(after, one) <= count(before, one))
}
