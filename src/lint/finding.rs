//! What `lint` found: what every format shows and the exit code is computed from.

use crate::{
    lint::{INPUT, fix::LintFix},
    output::mask::masked,
    status::Severity,
};
use ring::digest::{SHA256, digest};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, btree_map::Entry};

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
    /// How many findings a comment ignores or a waiver waives, each with a reason.
    pub ignored: usize,
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
        let mut findings: Vec<LintFinding> = places.into_values().collect();
        finish(&mut findings, &texts);
        let broken = findings.iter().map(|finding| &finding.location.file);
        let files: BTreeSet<String> = texts.keys().chain(broken).cloned().collect();
        Self { schema_version: 1, files: files.into_iter().collect(), findings, ignored: 0, texts }
    }

    /// With the number of findings that are known and left as they are.
    #[must_use]
    pub fn with_ignored(self, ignored: usize) -> Self {
        Self { ignored, ..self }
    }

    /// Several repositories' findings as one, each file behind what its repository's root is called.
    #[must_use]
    pub fn merged(all: Vec<(String, Self)>) -> Self {
        let mut one = Self::new(BTreeMap::new(), Vec::new());
        for (prefix, report) in all {
            let named = |file: &str| if file == INPUT { file.to_owned() } else { format!("{prefix}{file}") };
            one.files.extend(report.files.iter().map(|file| named(file)));
            one.texts.extend(report.texts.into_iter().map(|(file, text)| (named(&file), text)));
            one.ignored += report.ignored;
            one.findings.extend(report.findings.into_iter().map(|mut finding| {
                finding.location.file = named(&finding.location.file);
                finding.related.iter_mut().for_each(|related| related.location.file = named(&related.location.file));
                finding
            }));
        }
        one.files.sort();
        one.files.dedup();
        finish(&mut one.findings, &one.texts);
        one
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

/// With what follows from all of them: what `--fix` would do as a command, and what tells one from the others
/// wherever its line moves.
fn finish(findings: &mut [LintFinding], texts: &BTreeMap<String, String>) {
    let lines: BTreeMap<&str, Vec<&str>> =
        texts.iter().map(|(file, text)| (file.as_str(), text.lines().collect())).collect();
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for finding in findings {
        let LintPlace { file, line, .. } = &finding.location;
        finding.mend = finding
            .fix
            .as_ref()
            .filter(|_| file != INPUT)
            .map(|_| LintMend { command: format!("goenv-ci lint --fix {file}"), safe: true });
        let lines = lines.get(file.as_str());
        let text = lines.and_then(|lines| lines.get(line.checked_sub(1)?)).map_or("", |line| line.trim());
        let same = format!("{}\n{file}\n{text}", finding.id);
        let number = seen.entry(same.clone()).or_default();
        *number += 1;
        let hash = digest(&SHA256, format!("{same}\n{number}").as_bytes());
        finding.fingerprint = hash.as_ref()[..16].iter().map(|byte| format!("{byte:02x}")).collect();
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
    /// What `--fix` would do; null where a person has to decide.
    pub mend: Option<LintMend>,
    /// The same as it is done.
    #[serde(skip)]
    pub fix: Option<LintFix>,
    /// Where.
    pub location: LintPlace,
    /// Other places that belong to it, such as the step that restored the cache.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub related: Vec<RelatedPlace>,
    /// The jobs and matrix rows in which it is so: `test (windows-latest, 1.22)`.
    pub rows: Vec<String>,
    /// Stays as it is when the line moves in its file.
    pub fingerprint: String,
}

/// A fix.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "LintMendV1")]
pub struct LintMend {
    /// To type at the repository's root.
    pub command: String,
    /// Whether it needs no person: it does nothing where the result would not lint clean.
    pub safe: bool,
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
            mend: None,
            fix: None,
            location,
            related: Vec::new(),
            rows: Vec::new(),
            fingerprint: String::new(),
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
