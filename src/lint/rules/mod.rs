//! What is wrong, rule by rule. A rule is a function of a judged row, or of all rows of a workflow; it speaks only
//! where the row, its runner and the values it rests on are known.

mod background;
mod cache_pairs;
mod contexts;
mod files;
mod go_cache;
mod goenv_action;
mod own_cache;
mod scripts;
mod tools;
mod values;
mod versions;

use crate::{
    lint::{
        LintFinding, LintPlace,
        judged::{JudgedRow, JudgedWorkflow, judged},
        repository::{Repository, WorkflowFile},
        timeline::{JobRow, WalkedWorkflow},
    },
    status::Severity,
};

/// One rule.
#[derive(Clone, Copy, Debug)]
pub struct LintRule {
    /// Stable: `cache-dirs-moved`; docs/lint.md has a section for each.
    pub id: &'static str,
    /// How bad it is, unless a repository's own file says otherwise.
    pub severity: Severity,
    /// What it finds, as a clause.
    pub title: &'static str,
    /// When exactly it speaks, with the versions that it depends on; sentences in Markdown, as all that follow.
    pub condition: &'static str,
    /// What comes of it.
    pub why: &'static str,
    /// How it is known: a test of this project, or files of the action, of Go or of the runner with their version.
    pub source: &'static str,
    /// What to do.
    pub fix: &'static str,
    /// When to leave it as it is, with a reason beside it.
    pub ignore: &'static str,
    look: RuleLook,
}

#[derive(Clone, Copy, Debug)]
enum RuleLook {
    /// Each row by itself.
    EachRow(fn(&JudgedRow<'_, '_>, &mut RuleFindings<'_>)),
    /// All rows of a workflow together.
    Workflow(fn(&[JudgedRow<'_, '_>], &mut RuleFindings<'_>)),
    /// The file of a workflow or a local action by itself, whatever of it runs.
    File(fn(&WorkflowFile, &mut RuleFindings<'_>)),
    /// All workflows of the repository together, those too that nobody asked for.
    Repository(fn(&[JudgedWorkflow<'_, '_>], &mut RuleFindings<'_>)),
    /// It is found where files, comments and waivers are read.
    Elsewhere,
}

/// Where a rule puts what it finds.
pub(crate) struct RuleFindings<'f> {
    rule: &'f LintRule,
    found: &'f mut Vec<LintFinding>,
}

impl RuleFindings<'_> {
    /// A finding in a row: what is wrong, what it was seen by, what to do.
    pub(crate) fn add(
        &mut self,
        row: &JobRow<'_>,
        place: LintPlace,
        message: &str,
        evidence: &str,
        help: &str,
    ) -> &mut LintFinding {
        let mut finding = LintFinding::new(self.rule.id, self.rule.severity, place, message, evidence).helped_by(help);
        finding.rows.push(row.name.clone());
        self.found.push(finding);
        let last = self.found.len() - 1;
        &mut self.found[last]
    }

    /// A finding that is so in every row.
    pub(crate) fn add_in_file(&mut self, place: LintPlace, message: &str, evidence: &str, help: &str) {
        let finding = LintFinding::new(self.rule.id, self.rule.severity, place, message, evidence).helped_by(help);
        self.found.push(finding);
    }
}

/// Every rule, by topic.
pub fn rules() -> impl Iterator<Item = &'static LintRule> {
    [
        go_cache::RULES,
        own_cache::RULES,
        cache_pairs::RULES,
        scripts::RULES,
        values::RULES,
        versions::RULES,
        tools::RULES,
        contexts::RULES,
        background::RULES,
        goenv_action::RULES,
        files::RULES,
    ]
    .into_iter()
    .flatten()
}

/// How bad a rule is by itself.
pub(crate) fn severity(id: &str) -> Severity {
    rules().find(|rule| rule.id == id).map_or(Severity::Error, |rule| rule.severity)
}

/// What a rule finds in a row, whichever of its machines it runs on.
fn found_in_all(
    rule: &LintRule,
    look: fn(&JudgedRow<'_, '_>, &mut RuleFindings<'_>),
    rows: &[JudgedRow<'_, '_>],
    found: &mut Vec<LintFinding>,
) {
    let in_row = |row| {
        let mut found = Vec::new();
        look(row, &mut RuleFindings { rule, found: &mut found });
        found
    };
    let Some((first, others)) = rows.split_first() else { return };
    let others: Vec<Vec<LintFinding>> = others.iter().map(in_row).collect();
    let is_there = |one: &LintFinding, all: &Vec<LintFinding>| all.iter().any(|other| other.location == one.location);
    found.extend(in_row(first).into_iter().filter(|one| others.iter().all(|all| is_there(one, all))));
}

/// What is wrong in the workflows, by all rules.
pub(crate) fn judge(walked: &[WalkedWorkflow<'_>], repository: &Repository<'_>) -> Vec<LintFinding> {
    let judged: Vec<JudgedWorkflow<'_, '_>> = walked.iter().map(|one| judged(one, repository)).collect();
    let asked = || judged.iter().filter(|workflow| workflow.is_asked);
    let mut found = Vec::new();
    for rule in rules() {
        let mut findings = RuleFindings { rule, found: &mut found };
        match rule.look {
            RuleLook::EachRow(look) => {
                for rows in
                    asked().flat_map(|workflow| workflow.rows.chunk_by(|one, next| next.row.is_instead_of(one.row)))
                {
                    found_in_all(rule, look, rows, findings.found);
                }
            }
            RuleLook::Workflow(look) => asked().for_each(|workflow| look(&workflow.rows, &mut findings)),
            RuleLook::File(look) => repository.files().for_each(|file| look(file, &mut findings)),
            RuleLook::Repository(look) => look(&judged, &mut findings),
            RuleLook::Elsewhere => {}
        }
    }
    found
}
