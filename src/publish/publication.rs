//! All that publishing found and did. Its types are what `--format json` prints: a
//! field keeps its name and meaning.

use crate::{
    output::{json, wording::count},
    report::{
        Outcome, Tally,
        compare::Comparison,
        merge::{Merged, Problem, ProblemKind},
    },
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
    /// The merged report.
    #[serde(flatten, serialize_with = "counts")]
    #[schemars(with = "Counts")]
    pub merged: Merged,
    /// Whether a change since the last good run counts as a failure.
    #[serde(skip)]
    pub drift_fails: bool,
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
            drift_fails: false,
            report: None,
            job_summary: false,
            comment: Posted::skipped(""),
            check: Posted::skipped(""),
            comparison: None,
            notes: Vec::new(),
        }
    }

    /// What it comes to; the summary, the comment, the check, the outputs and the exit code all say this.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        let changed = self.comparison.as_ref().is_some_and(|comparison| comparison.changed);
        Outcome { drift: self.drift_fails && changed, ..self.merged.outcome() }
    }

    /// The artifacts and jobs that should be in the report and are not, as problems of the merge.
    #[must_use]
    pub fn lost(&self) -> Vec<Problem> {
        let jobs = self.unfinished.iter().map(|job| Problem {
            kind: ProblemKind::Missing,
            shard: format!("job {job}"),
            detail: "it was not done".to_owned(),
        });
        lost(&self.artifacts).into_iter().chain(jobs).collect()
    }
}

/// The artifacts that should be in a report and are not, as problems of its merge.
#[must_use]
pub fn lost(artifacts: &[ShardArtifact]) -> Vec<Problem> {
    let artifacts = artifacts.iter().filter(|artifact| artifact.is_missing());
    let problem = |artifact: &ShardArtifact| Problem {
        kind: if artifact.state == ArtifactState::Refused { ProblemKind::Unreadable } else { ProblemKind::Missing },
        shard: artifact.name.clone(),
        detail: artifact.fate(),
    };
    artifacts.map(problem).collect()
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
        notes.push(format!("{} with different verdicts; the worst counts", came_twice(merged.duplicates.conflicts)));
    }
    if merged.unrun.count > 0 {
        let verb = if merged.unrun.count == 1 { "was" } else { "were" };
        notes.push(format!("{} {verb} run by nobody", count(merged.unrun.count, "planned cell")));
    }
    notes
}

/// `1 cell came twice`.
fn came_twice(cells: usize) -> String {
    format!("{} came twice", count(cells, "cell"))
}

/// What the merged report comes to.
#[derive(Serialize, JsonSchema)]
struct Counts {
    /// How many results of the merged report have which verdict.
    summary: Tally,
    /// Inputs that did not arrive whole or do not fit the others, and cells with two verdicts. With one or more the
    /// verdict of the whole is no pass.
    problem_count: usize,
}

fn counts<S: Serializer>(merged: &Merged, to: S) -> Result<S::Ok, S::Error> {
    let Outcome { tally, problems, .. } = merged.outcome();
    Counts { summary: tally, problem_count: problems }.serialize(to)
}

/// The published schema, docs/schema/publish.schema.json.
///
/// # Errors
/// As serde says; none is known.
pub fn schema() -> Result<String, serde_json::Error> {
    json::schema::<Publication>("publish", Contract::Serialize)
}
