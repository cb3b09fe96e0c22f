//! `lint --explain-cache`: for each cache over Go's directories what it looks for, what it stores, and who finds that.

mod keys;
pub mod live;
mod outlook;
pub mod view;

use crate::{
    actions::{cache_entry::CacheMode, uses::CachePart},
    lint::{
        LintPlace, LintQuestion,
        caches::{CacheDeath, CacheLife, GoCache, events::WorkflowEvents, own::OwnCache},
        judged::{JudgedRow, JudgedWorkflow, judged},
        repository::Repository,
        timeline::{self, JobRow, WalkedWorkflow},
    },
    ports::Host,
};
use schemars::JsonSchema;
use serde::Serialize;

/// Every cache over Go's directories.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(title = "goenv-ci lint --explain-cache")]
pub struct CacheForecast {
    /// 1.
    schema_version: u32,
    /// The files that were looked at, relative to the repository's root, with `/`.
    pub files: Vec<String>,
    /// By workflow, job, matrix row and step.
    pub caches: Vec<ForecastCache>,
}

/// One step that caches, in one row of a job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "ForecastCacheV1")]
#[non_exhaustive]
pub struct ForecastCache {
    /// The job and its matrix row: `test (windows-latest, 1.22)`.
    pub job: String,
    /// The step.
    pub location: LintPlace,
    /// `setup-go v6.5.0`, `actions/cache/restore`.
    pub action: String,
    /// What becomes of it.
    pub state: ForecastState,
    /// Why it is so; empty where it works.
    pub reason: String,
    /// The paths that it looks for, in their order; `null`: only a run tells one of them, or nothing is restored.
    pub restored: Option<Vec<String>>,
    /// Those that it stores; `null`: only a run tells, or nothing is stored.
    pub saved: Option<Vec<String>>,
    /// The key; what is not known of it stands in braces: `{Go version}`.
    pub key: Option<String>,
    /// The version of the entry that it looks for, a sum over the paths as they are written; `null`: only a run tells.
    pub version: Option<String>,
    /// The version of the entry that it stores.
    pub saved_version: Option<String>,
    /// Whether the next run of the same ref finds it, with the same files.
    pub next_run: Outlook,
    /// Whether the next pull request does.
    pub next_pull_request: Outlook,
    /// Whether another branch does.
    pub other_branch: Outlook,
}

/// What becomes of a cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ForecastState {
    /// It restores, and saves where it is there for that.
    Works,
    /// It is switched off.
    Off,
    /// It never restores anything.
    Dead,
    /// What it stores is not what it looks for.
    Moved,
    /// Only a run tells.
    Unknown,
}

/// Whether somebody finds an entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Outlook {
    /// Whether it is found.
    pub hit: OutlookHit,
    /// Why, as a clause.
    pub why: String,
}

/// Whether an entry is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum OutlookHit {
    /// It is, as long as GitHub keeps it and the key is the same.
    Yes,
    /// It is not.
    No,
    /// Only a run tells.
    Unknown,
    /// The job does not run then.
    NotRun,
}

impl CacheForecast {
    /// Those of several repositories, each with what stands before the names of its files.
    #[must_use]
    pub fn merged(all: Vec<(String, Self)>) -> Self {
        let mut one = Self { schema_version: 1, files: Vec::new(), caches: Vec::new() };
        for (prefix, mut forecast) in all {
            one.files.extend(forecast.files.iter().map(|file| format!("{prefix}{file}")));
            forecast.caches.iter_mut().for_each(|cache| cache.location.file.insert_str(0, &prefix));
            one.caches.append(&mut forecast.caches);
        }
        one
    }

    /// The published schema, docs/schema/lint-caches.schema.json.
    ///
    /// # Errors
    /// The schema does not fit into JSON; none is known.
    pub fn schema() -> Result<String, serde_json::Error> {
        crate::output::json::schema::<Self>("lint-caches", schemars::generate::Contract::Serialize)
    }
}

/// What becomes of each cache of the workflows that are asked for.
#[must_use]
pub fn forecast(asked: &LintQuestion<'_>, host: &dyn Host) -> CacheForecast {
    let repository = Repository::read(asked, host);
    let walked: Vec<WalkedWorkflow<'_>> = timeline::all(&repository);
    let all: Vec<JudgedWorkflow<'_, '_>> = walked.iter().map(|one| judged(one, &repository)).collect();
    let mut caches = Vec::new();
    for workflow in all.iter().filter(|workflow| workflow.is_asked) {
        let events = WorkflowEvents::of(&workflow.file.tree);
        for row in &workflow.rows {
            let seer = outlook::Seer { all: &all, file: workflow.file, row, events: events.as_ref() };
            let mut found: Vec<(usize, ForecastCache)> = Vec::new();
            found.extend(row.go_caches.iter().map(|cache| (cache.number, of_setup_go(row, cache, &seer))));
            let of_go = row.own_caches.iter().filter(|cache| cache.is_of_go());
            found.extend(of_go.map(|cache| (cache.number, of_own(row, cache, &seer))));
            found.sort_by_key(|(number, _)| *number);
            caches.extend(found.into_iter().map(|(_, cache)| cache));
        }
    }
    CacheForecast { schema_version: 1, files: repository.texts().into_keys().collect(), caches }
}

fn of_setup_go(judged: &JudgedRow<'_, '_>, cache: &GoCache<'_, '_>, seer: &outlook::Seer<'_, '_, '_>) -> ForecastCache {
    let mut end = judged.row.end.clone();
    end.step = cache.step.scope.step.clone();
    let is_off = cache.life == CacheLife::Off;
    let restored = keys::setup_go_paths(cache, &cache.step.scope).filter(|_| !is_off);
    let saved = keys::setup_go_paths(cache, &end).filter(|_| !is_off);
    let (state, reason) = match &cache.life {
        CacheLife::Off => (ForecastState::Off, "its cache is off".to_owned()),
        CacheLife::Dead(death) => (ForecastState::Dead, told(death)),
        CacheLife::Unknown => (ForecastState::Unknown, unknown(judged)),
        CacheLife::Alive => match (&restored, &saved) {
            (Some(restored), Some(saved)) if restored == saved || !cache.saves => (ForecastState::Works, String::new()),
            (Some(_), Some(_)) => (
                ForecastState::Moved,
                "a later step moves the directories, so others are stored than restored".to_owned(),
            ),
            _ => (ForecastState::Unknown, "only a run tells where Go's directories are".to_owned()),
        },
    };
    let is_dead = matches!(state, ForecastState::Dead | ForecastState::Off);
    let version = |paths: &Option<Vec<String>>| keys::setup_go_version(cache, paths.as_ref()?);
    let [next_run, next_pull_request, other_branch] = seer.of_setup_go(cache, state, &reason);
    ForecastCache {
        job: row_name(judged.row),
        location: cache.step.place(),
        action: format!("setup-go {}", cache.release.tag),
        state,
        reason,
        key: (!is_dead).then(|| keys::setup_go_key(judged, cache)).flatten(),
        version: version(&restored).filter(|_| !is_dead),
        saved_version: version(&saved).filter(|_| !is_dead && cache.saves),
        restored: restored.map(|paths| keys::shown(paths, &cache.step.scope)),
        saved: saved.filter(|_| !is_dead && cache.saves).map(|paths| keys::shown(paths, &cache.step.scope)),
        next_run,
        next_pull_request,
        other_branch,
    }
}

/// The row's name, and its machine where it may be another one.
fn row_name(row: &JobRow<'_>) -> String {
    row.label.as_ref().map_or_else(|| row.name.clone(), |label| format!("{} on {label}", row.name))
}

fn told(death: &CacheDeath) -> String {
    match death {
        CacheDeath::NoFiles { .. } => "no step before it brings the files that its key is made from".to_owned(),
        CacheDeath::NoKeyFile(missing) => format!("`{}` is not there, from which its key is made", missing.wanted),
        CacheDeath::Protocol => "its release speaks a protocol that GitHub has switched off".to_owned(),
    }
}

fn unknown(judged: &JudgedRow<'_, '_>) -> String {
    let facts = &judged.row.facts;
    if facts.in_container {
        "it runs in a container, whose directories are not known".to_owned()
    } else if facts.image.is_none() {
        "its runner is not one of GitHub's own".to_owned()
    } else {
        "only a run tells whether it caches, or what lies in the workspace".to_owned()
    }
}

fn of_own(judged: &JudgedRow<'_, '_>, cache: &OwnCache<'_, '_>, seer: &outlook::Seer<'_, '_, '_>) -> ForecastCache {
    let part = match cache.part {
        CachePart::Both => "",
        CachePart::Restore => "/restore",
        CachePart::Save => "/save",
    };
    let tag = cache.release.map(|release| format!(" {}", release.tag)).unwrap_or_default();
    let texts = cache.texts.clone();
    let mode = cache.mode.unwrap_or(CacheMode::ALL);
    let restores = cache.part != CachePart::Save && cache.lookup_only != Some(true) && mode.restores;
    let saves = cache.part != CachePart::Restore && mode.saves;
    let (state, reason) = if cache.release.is_some_and(|release| release.does.retired) {
        (ForecastState::Dead, "GitHub no longer runs this release".to_owned())
    } else if cache.mode.is_some() && !cache.is_used() {
        (ForecastState::Off, "`cache-mode` of the job does not let it".to_owned())
    } else if judged.row.facts.machine().is_none() {
        (ForecastState::Unknown, unknown(judged))
    } else if cache.mode.is_none() {
        (ForecastState::Unknown, "only a run tells what `cache-mode` lets it do".to_owned())
    } else if texts.is_none() || cache.lookup_only.is_none() {
        (ForecastState::Unknown, "only a run tells its inputs".to_owned())
    } else {
        (ForecastState::Works, String::new())
    };
    let version = keys::own_version(cache);
    let shown = |paths: &Vec<String>| keys::shown(paths.clone(), &cache.step.scope);
    let [next_run, next_pull_request, other_branch] = seer.of_own(cache, state, &reason);
    ForecastCache {
        job: row_name(judged.row),
        location: cache.step.place(),
        action: format!("actions/cache{part}{tag}"),
        state,
        reason,
        key: keys::own_key(judged, cache),
        version: version.clone().filter(|_| cache.part != CachePart::Save && mode.restores),
        saved_version: version.filter(|_| saves),
        restored: texts.as_ref().filter(|_| restores).map(shown),
        saved: texts.as_ref().filter(|_| saves).map(shown),
        next_run,
        next_pull_request,
        other_branch,
    }
}
