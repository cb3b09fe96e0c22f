//! What `lint` found: what every format shows and the exit code is computed from.

use crate::{lint::fix::LintFix, output::mask::masked, status::Severity};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::{BTreeMap, btree_map::Entry};

/// All findings, by file and place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(title = "goenv-ci lint findings")]
pub struct LintReport {
    /// 1.
    schema_version: u32,
    /// The files that were looked at, relative to the repository's root, with `/`.
    pub files: Vec<String>,
    /// By file and place.
    pub findings: Vec<LintFinding>,
    /// The text of each file.
    #[serde(skip)]
    texts: BTreeMap<String, String>,
}

impl LintReport {
    /// Findings in any order. Those of several matrix rows at one place become one.
    #[must_use]
    pub fn new(texts: BTreeMap<String, String>, found: Vec<LintFinding>) -> Self {
        let mut places: BTreeMap<(LintPlace, &'static str), LintFinding> = BTreeMap::new();
        for one in found {
            match places.entry((one.location.clone(), one.id)) {
                Entry::Vacant(place) => drop(place.insert(one)),
                Entry::Occupied(mut known) => {
                    let new: Vec<String> = one.rows.into_iter().filter(|row| !known.get().rows.contains(row)).collect();
                    known.get_mut().rows.extend(new);
                }
            }
        }
        let findings = places.into_values().collect();
        Self { schema_version: 1, files: texts.keys().cloned().collect(), findings, texts }
    }

    /// The text of a file that was looked at.
    #[must_use]
    pub fn text(&self, file: &str) -> Option<&str> {
        self.texts.get(file).map(String::as_str)
    }

    /// The published schema, docs/schema/lint.schema.json.
    ///
    /// # Errors
    /// The schema does not fit into JSON; none is known.
    pub fn schema() -> Result<String, serde_json::Error> {
        crate::output::json::schema::<Self>("lint", schemars::generate::Contract::Serialize)
    }
}

/// One thing that is wrong in a workflow or an action.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "LintFindingV1")]
#[non_exhaustive]
pub struct LintFinding {
    /// The rule: `cache-dirs-moved`; docs/lint.md has a section for each.
    pub id: &'static str,
    /// `error`, `warning` or `note`.
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// What it was seen by.
    pub evidence: String,
    /// What to do.
    pub help: String,
    /// What `--fix` would do.
    #[serde(skip)]
    pub fix: Option<LintFix>,
    /// Where.
    pub location: LintPlace,
    /// Other places that belong to it, such as the step that restored the cache.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub related: Vec<RelatedPlace>,
    /// The jobs and matrix rows in which it is so: `test (windows-latest, 1.22)`.
    pub rows: Vec<String>,
}

impl LintFinding {
    /// A finding at a place; its rows and other places come with `in_row` and `beside`.
    #[must_use]
    pub fn new(id: &'static str, severity: Severity, location: LintPlace, message: &str, evidence: &str) -> Self {
        Self {
            id,
            severity,
            message: masked(message).into_owned(),
            evidence: masked(evidence).into_owned(),
            help: String::new(),
            fix: None,
            location,
            related: Vec::new(),
            rows: Vec::new(),
        }
    }

    /// With what to do.
    #[must_use]
    pub fn helped_by(self, help: &str) -> Self {
        Self { help: masked(help).into_owned(), ..self }
    }

    /// With what `--fix` would do, if there is such a thing.
    #[must_use]
    pub fn fixed_by(self, fix: Option<LintFix>) -> Self {
        Self { fix, ..self }
    }

    /// With another place that belongs to it.
    #[must_use]
    pub fn beside(mut self, location: LintPlace, label: &str) -> Self {
        self.related.push(RelatedPlace { location, label: label.to_owned() });
        self
    }
}

/// Where something is in a file of the repository. Lines and columns begin at 1; columns count characters.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[schemars(rename = "LintPlaceV1")]
pub struct LintPlace {
    /// Relative to the repository's root, with `/`.
    pub file: String,
    /// 0: the file as a whole.
    pub line: usize,
    /// 0: the whole line.
    pub column: usize,
    /// Behind the last character; 0: to the end of the line.
    pub end_column: usize,
}

/// A place beside the finding's own, and what it has to do with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "RelatedPlaceV1")]
pub struct RelatedPlace {
    /// Where.
    pub location: LintPlace,
    /// A clause: `the cache is restored here`.
    pub label: String,
}
