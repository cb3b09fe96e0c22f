//! Who finds an entry: the next run, the next pull request, another branch. Source: GitHub, "Dependency caching
//! reference"; actions/cache v5.0.5, `src/restoreImpl.ts`.

use super::{ForecastState, Outlook, OutlookHit};
use crate::{
    actions::{cache_entry::CacheMode, uses::CachePart},
    lint::{
        caches::{
            GoCache,
            events::{JobReach, WorkflowEvents, is_warmer, reach},
            own::{CacheKeyPiece, OwnCache},
        },
        judged::{JudgedRow, JudgedWorkflow},
        repository::WorkflowFile,
    },
};

/// What is known of a row and of all others.
pub(super) struct Seer<'j, 'c, 'a> {
    pub all: &'j [JudgedWorkflow<'c, 'a>],
    pub file: &'a WorkflowFile,
    pub row: &'j JudgedRow<'c, 'a>,
    pub events: Option<&'j WorkflowEvents>,
}

/// Of a job whose `cache-mode` is `read`.
const ONLY_READS: &str = "the job stores nothing, and finds what others store";

fn outlook(hit: OutlookHit, why: &str) -> Outlook {
    Outlook { hit, why: why.to_owned() }
}

fn all(hit: OutlookHit, why: &str) -> [Outlook; 3] {
    [0; 3].map(|_| outlook(hit, why))
}

/// Where a step that restores gets its entry from.
enum EntrySource {
    /// The row itself stores it.
    Itself,
    /// What is found, and why.
    Told(OutlookHit, String),
}

impl Seer<'_, '_, '_> {
    pub(super) fn of_setup_go(&self, cache: &GoCache<'_, '_>, state: ForecastState, reason: &str) -> [Outlook; 3] {
        match state {
            ForecastState::Dead | ForecastState::Off => all(OutlookHit::No, reason),
            ForecastState::Unknown => all(OutlookHit::Unknown, reason),
            ForecastState::Moved => all(OutlookHit::No, "its own entries have another version than it looks for"),
            ForecastState::Works if !cache.step.surely => all(OutlookHit::Unknown, "only a run tells whether it runs"),
            ForecastState::Works if !cache.saves => all(OutlookHit::Unknown, ONLY_READS),
            ForecastState::Works => self.by_scope(&EntrySource::Itself, true),
        }
    }

    pub(super) fn of_own(&self, cache: &OwnCache<'_, '_>, state: ForecastState, reason: &str) -> [Outlook; 3] {
        match state {
            ForecastState::Dead | ForecastState::Off => return all(OutlookHit::No, reason),
            ForecastState::Unknown | ForecastState::Moved => return all(OutlookHit::Unknown, reason),
            ForecastState::Works => {}
        }
        let mode = cache.mode.unwrap_or(CacheMode::ALL);
        if cache.part == CachePart::Save || !mode.restores {
            return all(OutlookHit::NotRun, "it only saves");
        }
        if cache.lookup_only == Some(true) {
            return all(OutlookHit::NotRun, "it only asks whether there is an entry");
        }
        if !cache.step.surely {
            return all(OutlookHit::Unknown, "only a run tells whether it runs");
        }
        self.by_scope(&self.source(cache), false)
    }

    /// By which step, and under which key, the entry is stored.
    fn source(&self, cache: &OwnCache<'_, '_>) -> EntrySource {
        let key = cache.key(self.row.row, self.row.repository);
        let by_prefix = cache.step.input_node("restore-keys").is_some();
        if changes_each_run(&key) {
            return match by_prefix {
                true => EntrySource::Told(
                    OutlookHit::Unknown,
                    "its key is new in every run; restore-keys take an older entry where one begins so".to_owned(),
                ),
                false => EntrySource::Told(OutlookHit::No, "its key is new in every run".to_owned()),
            };
        }
        if key.iter().any(|piece| matches!(piece, CacheKeyPiece::Varying(_))) {
            return EntrySource::Told(OutlookHit::Unknown, "only a run tells its key".to_owned());
        }
        if cache.part == CachePart::Both && cache.mode.is_some_and(|mode| mode.saves) {
            return EntrySource::Itself;
        }
        let savers = self.all.iter().flat_map(|workflow| &workflow.rows).flat_map(|row| {
            let same = |other: &&OwnCache<'_, '_>| {
                other.surely_saves()
                    && other.step.scope.platform() == cache.step.scope.platform()
                    && other.key(row.row, row.repository) == key
            };
            row.own_caches.iter().filter(same)
        });
        let texts: Vec<&Option<Vec<String>>> = savers.map(|saver| &saver.texts).collect();
        match (texts.is_empty(), texts.contains(&&cache.texts)) {
            (_, true) => EntrySource::Itself,
            (true, _) => {
                EntrySource::Told(OutlookHit::Unknown, "no step of the repository saves under this key".to_owned())
            }
            (false, false) => EntrySource::Told(
                OutlookHit::No,
                "what is saved under this key has other paths, and so another version".to_owned(),
            ),
        }
    }

    fn by_scope(&self, source: &EntrySource, by_setup_go: bool) -> [Outlook; 3] {
        let told = match source {
            EntrySource::Itself => None,
            EntrySource::Told(hit, why) => Some(outlook(*hit, why)),
        };
        let Some(events) = self.events.filter(|_| self.row.row.facts.events.is_some()) else {
            return told.map_or_else(
                || all(OutlookHit::Unknown, "it runs for the events of whoever calls it"),
                |told| [told.clone(), told.clone(), told],
            );
        };
        let reach = reach(events, self.row.row);
        let runs = |runs: bool, seen: Outlook, whom: &str| match runs {
            true => told.clone().unwrap_or(seen),
            false => outlook(OutlookHit::NotRun, &format!("it does not run for {whom}")),
        };
        let next = outlook(OutlookHit::Yes, "the entry of the last run of the same ref, while its key is the same");
        let others = self.by_others(&reach, by_setup_go);
        [
            told.clone().unwrap_or(next),
            runs(reach.pull_requests, others.clone(), "pull requests"),
            runs(reach.branches, others, "other branches"),
        ]
    }

    /// What a ref finds that has no entry of its own.
    fn by_others(&self, reach: &JobReach, by_setup_go: bool) -> Outlook {
        if reach.default_branch {
            return outlook(OutlookHit::Yes, "the entry of the default branch, while its key is the same");
        }
        if reach.may_be_default {
            return outlook(OutlookHit::Unknown, "only who knows the default branch knows whether it stores an entry");
        }
        let platform = self.row.row.facts.machine().map(|image| image.platform);
        let warmers = || self.all.iter().filter(|workflow| workflow.file.path != self.file.path);
        let warms = |platform| warmers().any(|workflow| is_warmer(workflow.file, &workflow.rows, platform));
        if by_setup_go && platform.is_some_and(warms) {
            return outlook(OutlookHit::Unknown, "another workflow may store one for the default branch");
        }
        if by_setup_go || !self.others_save() {
            return outlook(OutlookHit::No, "no job stores an entry for the default branch");
        }
        outlook(OutlookHit::Unknown, "another job may store one for the default branch")
    }

    /// Whether another workflow has a cache that may be the same.
    fn others_save(&self) -> bool {
        let rows = self.all.iter().filter(|workflow| workflow.file.path != self.file.path).flat_map(|one| &one.rows);
        rows.into_iter().any(|row| !row.own_caches.is_empty())
    }
}

/// Whether a key has something that no other run has.
fn changes_each_run(key: &[CacheKeyPiece]) -> bool {
    const NEW: [&str; 4] = ["github.run_id", "github.run_number", "github.run_attempt", "github.sha"];
    key.iter().any(|piece| match piece {
        CacheKeyPiece::Varying(inner) => NEW.iter().any(|new| new.eq_ignore_ascii_case(inner)),
        _ => false,
    })
}
