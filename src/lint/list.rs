//! The rules there are, as `lint --list` prints them, and their pages in docs/lint.md.

use crate::{
    lint::{LintRule, rules, view},
    output::{
        Document,
        document::{Block, Cell, Table, Text},
        json,
    },
    status::Severity,
};
use schemars::{JsonSchema, generate::Contract};
use serde::Serialize;

/// The rules there are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(title = "goenv-ci lint --list")]
pub struct RuleList {
    /// 1.
    pub schema_version: u32,
    /// By topic.
    pub rules: Vec<ListedRule>,
}

/// One of them; its texts are sentences in Markdown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ListedRule {
    /// Stable: `cache-dirs-moved`.
    pub id: &'static str,
    /// Unless a repository's own file says otherwise.
    pub severity: Severity,
    /// What it finds, a clause.
    pub title: &'static str,
    /// When exactly it speaks.
    pub condition: &'static str,
    /// What comes of it.
    pub why: &'static str,
    /// How it is known.
    pub source: &'static str,
    /// What to do.
    pub fix: &'static str,
    /// When to leave it as it is.
    pub ignore: &'static str,
    /// The section that explains it.
    pub page: String,
}

impl RuleList {
    /// All rules.
    #[must_use]
    pub fn all() -> Self {
        Self { schema_version: 1, rules: rules().map(ListedRule::from).collect() }
    }

    /// A row for each.
    #[must_use]
    pub fn document(&self) -> Document {
        let row = |rule: &ListedRule| {
            vec![
                Cell::new(view::link(rule.id)),
                Cell::new(Text::words(rule.severity.name())),
                Cell::new(Text::from(rule.title)),
            ]
        };
        let head = ["rule", "severity", "what it finds"].map(Text::words).to_vec();
        Document {
            command: "lint",
            blocks: vec![Block::Table(Table { head, rows: self.rules.iter().map(row).collect(), ..Table::default() })],
            ..Document::default()
        }
    }

    /// The published schema, docs/schema/lint-rules.schema.json.
    ///
    /// # Errors
    /// The schema does not fit into JSON; none is known.
    pub fn schema() -> Result<String, serde_json::Error> {
        json::schema::<Self>("lint-rules", Contract::Serialize)
    }
}

impl From<&LintRule> for ListedRule {
    fn from(rule: &LintRule) -> Self {
        let LintRule { id, severity, title, condition, why, source, fix, ignore, .. } = *rule;
        Self { id, severity, title, condition, why, source, fix, ignore, page: view::page_of(id) }
    }
}

/// The sections of docs/lint.md. `pair` gives a workflow in which a rule finds something and one in which it does not.
#[must_use]
pub fn sections(pair: impl Fn(&str) -> Option<(String, String)>) -> String {
    let mut page = String::new();
    for rule in rules() {
        let LintRule { id, severity, title, condition, why, source, fix, ignore, .. } = rule;
        let pair = pair(id).map_or_else(String::new, |(bad, good)| {
            format!("Found:\n\n```yaml\n{}\n```\n\nNot found:\n\n```yaml\n{}\n```\n\n", bad.trim_end(), good.trim_end())
        });
        page += &format!(
            "### {id}\n\n**{title}** ({})\n\n{condition}\n\n{why}\n\n{pair}**Fix.** {fix}\n\n\
             **When to ignore it.** {ignore}\n\n**How it is known.** {source}\n\n",
            severity.name()
        );
    }
    page
}
