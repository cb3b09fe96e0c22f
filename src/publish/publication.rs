//! All that publishing found and did. Its types are what `--format json` prints: a
//! field keeps its name and meaning.

use crate::{
    output::json,
    report::{Tally, compare::Comparison, merge::Merged},
};
use schemars::{JsonSchema, generate::Contract};
use serde::{Serialize, Serializer};

/// More sentences of one kind than anybody reads.
const MOST_NOTES: usize = 100;

/// What `goenv-ci report publish` found and did. The merged report itself is in the directory `report`.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(title = "goenv-ci publication")]
pub struct Publication {
    /// Always 1 in this format.
    #[schemars(extend("const" = 1))]
    pub schema_version: u32,
    /// `OWNER/NAME`; empty where nothing was asked for there.
    pub repository: String,
    /// The workflow run; null where only local reports were merged.
    pub run: Option<u64>,
    /// Its attempt.
    pub attempt: Option<u64>,
    /// The artifacts that are shards, by name, and the inputs that were given.
    pub artifacts: Vec<ShardArtifact>,
    /// Jobs of the run that were not done.
    pub unfinished: Vec<String>,
    /// How many results of the merged report have which verdict.
    #[serde(rename = "summary", serialize_with = "tally")]
    #[schemars(with = "Tally")]
    pub merged: Merged,
    /// The absolute directory of the merged report; null where it was not kept.
    pub report: Option<String>,
    /// Whether the job summary has it.
    pub job_summary: bool,
    /// The comment on the pull request.
    pub comment: Posted,
    /// The check on the commit.
    pub check: Posted,
    /// What changed since the last good run; null where nothing was compared.
    #[serde(rename = "drift")]
    pub comparison: Option<Comparison>,
    /// What else is to be known, a sentence each.
    pub notes: Vec<String>,
}

/// An artifact and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "ArtifactV1")]
pub struct ShardArtifact {
    /// Its name, or the path that was given.
    pub name: String,
    /// Its number; null for a path.
    pub id: Option<u64>,
    /// What became of it.
    pub state: ArtifactState,
    /// How many reports of it were merged.
    pub reports: usize,
    /// Why it was not; empty where it was.
    pub reason: String,
}

/// What became of an artifact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "ArtifactStateV1")]
pub enum ArtifactState {
    /// Its reports are in the merged one.
    Merged,
    /// The forge has removed its content.
    Expired,
    /// There is a newer one of that name.
    Superseded,
    /// It holds what it must not, or no report.
    Refused,
    /// It did not arrive.
    Lost,
}

/// The comment or the check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "PostedV1")]
pub struct Posted {
    /// What became of it.
    pub state: PostedState,
    /// Its page; null where there is none.
    pub url: Option<String>,
    /// Why not; empty where it is there.
    pub reason: String,
}

/// What became of the comment or the check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "PostedStateV1")]
pub enum PostedState {
    /// It is new.
    Created,
    /// It was there and is replaced.
    Updated,
    /// It was not wanted, or there is nowhere to put it.
    Skipped,
    /// The token lacks a permission.
    Refused,
    /// It should have gone and did not.
    Failed,
}

impl ShardArtifact {
    /// One whose reports were merged, so many.
    #[must_use]
    pub fn merged(name: &str, id: Option<u64>, reports: usize) -> Self {
        Self { name: name.to_owned(), id, state: ArtifactState::Merged, reports, reason: String::new() }
    }

    /// One that the forge has removed.
    #[must_use]
    pub fn expired(name: &str, id: u64) -> Self {
        Self::not_merged(name, Some(id), ArtifactState::Expired, "its time on the server is over")
    }

    /// One that a newer one has replaced.
    #[must_use]
    pub fn superseded(name: &str, id: u64) -> Self {
        Self::not_merged(name, Some(id), ArtifactState::Superseded, "a newer one has its name")
    }

    /// One that is not merged, and why.
    #[must_use]
    pub fn not_merged(name: &str, id: Option<u64>, state: ArtifactState, reason: &str) -> Self {
        Self { name: name.to_owned(), id, state, reports: 0, reason: reason.to_owned() }
    }

    /// Whether what it holds should be in the report and is not.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        !matches!(self.state, ArtifactState::Merged | ArtifactState::Superseded)
    }

    /// What became of it, in words that follow its name and a colon.
    #[must_use]
    pub fn fate(&self) -> String {
        match self.state {
            ArtifactState::Merged => format!("{} merged", self.reports),
            ArtifactState::Expired => "it has expired".to_owned(),
            ArtifactState::Superseded | ArtifactState::Refused | ArtifactState::Lost => self.reason.clone(),
        }
    }
}

impl Posted {
    /// New, at this address.
    #[must_use]
    pub fn created(url: impl Into<String>) -> Self {
        Self { state: PostedState::Created, url: Some(url.into()), reason: String::new() }
    }

    /// The one that was there, at this address.
    #[must_use]
    pub fn updated(url: impl Into<String>) -> Self {
        Self { state: PostedState::Updated, ..Self::created(url) }
    }

    /// Not wanted, or nowhere to put it: why.
    #[must_use]
    pub fn skipped(why: impl Into<String>) -> Self {
        Self { state: PostedState::Skipped, url: None, reason: why.into() }
    }

    /// The token may not: which permission is missing.
    #[must_use]
    pub fn refused(why: impl Into<String>) -> Self {
        Self { state: PostedState::Refused, ..Self::skipped(why) }
    }

    /// It should have gone and did not: why.
    #[must_use]
    pub fn failed(why: impl Into<String>) -> Self {
        Self { state: PostedState::Failed, ..Self::skipped(why) }
    }
}

impl Publication {
    /// Before anything is found or done.
    #[must_use]
    pub fn new(repository: String) -> Self {
        Self {
            schema_version: 1,
            repository,
            run: None,
            attempt: None,
            artifacts: Vec::new(),
            unfinished: Vec::new(),
            merged: Merged::default(),
            report: None,
            job_summary: false,
            comment: Posted::skipped(""),
            check: Posted::skipped(""),
            comparison: None,
            notes: Vec::new(),
        }
    }

    /// Whether something that should be in the report is not.
    #[must_use]
    pub fn is_incomplete(&self) -> bool {
        !self.unfinished.is_empty() || self.artifacts.iter().any(ShardArtifact::is_missing)
    }

    /// The artifacts and jobs that should be in the report and are not, a sentence each.
    #[must_use]
    pub fn missing(&self) -> Vec<String> {
        let artifacts = self.artifacts.iter().filter(|artifact| artifact.is_missing());
        let artifacts = artifacts.map(|artifact| format!("`{}` is missing: {}", artifact.name, artifact.fate()));
        artifacts.chain(self.unfinished.iter().map(|job| format!("the job `{job}` was not done"))).collect()
    }
}

/// What is wrong with the inputs of a merge, a sentence each.
#[must_use]
pub fn input_notes(merged: &Merged) -> Vec<String> {
    let problem = |one: &crate::report::merge::Problem| format!("{}: {}: {}", one.kind.name(), one.shard, one.detail);
    let mut notes: Vec<String> = merged.problems.iter().take(MOST_NOTES).map(problem).collect();
    let more = merged.problems.len().saturating_sub(MOST_NOTES) + merged.more_problems;
    if more > 0 {
        notes.push(format!("and {more} more inputs are not whole"));
    }
    if merged.duplicates.conflicts > 0 {
        notes.push(format!(
            "{} cells came twice with different verdicts; the first counts",
            merged.duplicates.conflicts
        ));
    }
    if merged.unrun.count > 0 {
        notes.push(format!("{} planned cells were run by nobody", merged.unrun.count));
    }
    notes
}

fn tally<S: Serializer>(merged: &Merged, to: S) -> Result<S::Ok, S::Error> {
    merged.tally.serialize(to)
}

/// The published schema, docs/schema/publish.schema.json.
///
/// # Errors
/// As serde says; none is known.
pub fn schema() -> Result<String, serde_json::Error> {
    json::schema::<Publication>("publish", Contract::Serialize)
}
