//! `report publish --format json`: the frozen wire types of what was published.

use crate::report::{Tally, compare::json::DriftV1};
use crate::{
    output::sanitize::visible,
    publish::publication::{Fate, Posted, Publication, ShardFate},
};
use schemars::JsonSchema;
use serde::Serialize;

/// What `goenv-ci report publish` found and did. The merged report itself is in the folder `report`.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "goenv-ci publication")]
pub struct PublicationV1 {
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
    pub artifacts: Vec<ArtifactV1>,
    /// Jobs of the run that were not done.
    pub unfinished: Vec<String>,
    /// How many results of the merged report have which verdict.
    pub summary: Tally,
    /// The absolute folder of the merged report; null where it was not kept.
    pub report: Option<String>,
    /// Whether the job summary has it.
    pub job_summary: bool,
    /// The comment on the pull request.
    pub comment: PostedV1,
    /// The check on the commit.
    pub check: PostedV1,
    /// What changed since the last good run; null where nothing was compared.
    pub drift: Option<DriftV1>,
    /// What else is to be known, a sentence each.
    pub notes: Vec<String>,
}

/// An artifact and what became of it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ArtifactV1 {
    /// Its name, or the path that was given.
    pub name: String,
    /// Its number; null for a path.
    pub id: Option<u64>,
    /// What became of it.
    pub state: ArtifactStateV1,
    /// How many reports of it were merged.
    pub reports: usize,
    /// Why it was not; empty where it was.
    pub reason: String,
}

/// What became of an artifact.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ArtifactStateV1 {
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
#[derive(Debug, Serialize, JsonSchema)]
pub struct PostedV1 {
    /// What became of it.
    pub state: PostedStateV1,
    /// Its page; null where there is none.
    pub url: Option<String>,
    /// Why not; empty where it is there.
    pub reason: String,
}

/// What became of the comment or the check.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PostedStateV1 {
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

impl From<&Publication> for PublicationV1 {
    fn from(publication: &Publication) -> Self {
        let Publication {
            repository,
            run,
            attempt,
            shards,
            unfinished,
            digest,
            report,
            summary,
            comment,
            check,
            notes,
        } = publication;
        Self {
            schema_version: 1,
            repository: repository.clone(),
            run: *run,
            attempt: *attempt,
            artifacts: shards.iter().map(ArtifactV1::from).collect(),
            unfinished: unfinished.iter().map(|name| visible(name).into_owned()).collect(),
            summary: digest.tally,
            report: report.clone(),
            job_summary: *summary,
            comment: comment.into(),
            check: check.into(),
            drift: digest.drift.as_ref().map(DriftV1::from),
            notes: notes.iter().chain(&digest.notes).map(|note| visible(note).into_owned()).collect(),
        }
    }
}

impl From<&ShardFate> for ArtifactV1 {
    fn from(ShardFate { artifact, id, fate }: &ShardFate) -> Self {
        let (state, reports, reason) = match fate {
            Fate::Taken(reports) => (ArtifactStateV1::Merged, *reports, ""),
            Fate::Expired => (ArtifactStateV1::Expired, 0, "its time on the server is over"),
            Fate::Superseded => (ArtifactStateV1::Superseded, 0, "a newer one has its name"),
            Fate::Refused(why) => (ArtifactStateV1::Refused, 0, why.as_str()),
            Fate::Lost(why) => (ArtifactStateV1::Lost, 0, why.as_str()),
        };
        let name = visible(artifact).into_owned();
        Self { name, id: Some(*id).filter(|id| *id > 0), state, reports, reason: visible(reason).into_owned() }
    }
}

impl From<&Posted> for PostedV1 {
    fn from(posted: &Posted) -> Self {
        let (state, url, reason) = match posted {
            Posted::Created(url) => (PostedStateV1::Created, Some(url), None),
            Posted::Updated(url) => (PostedStateV1::Updated, Some(url), None),
            Posted::Skipped(why) => (PostedStateV1::Skipped, None, Some(why)),
            Posted::Refused(why) => (PostedStateV1::Refused, None, Some(why)),
            Posted::Failed(why) => (PostedStateV1::Failed, None, Some(why)),
        };
        let shown = |text: &String| visible(text).into_owned();
        Self { state, url: url.map(shown), reason: reason.map(shown).unwrap_or_default() }
    }
}

/// The JSON Schema (2020-12), as docs/schema/publish.schema.json holds it.
///
/// # Errors
/// As serde says; none is known.
pub fn schema() -> Result<String, serde_json::Error> {
    crate::output::json::schema::<PublicationV1>("publish", schemars::generate::Contract::Serialize)
}
