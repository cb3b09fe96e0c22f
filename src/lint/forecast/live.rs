//! What setup-go looked for when a running job began, held against what Go uses in it now. setup-go hands no directory
//! on to later steps: what it asked for is what the workflow's own file says, with this machine's directories.

use crate::{
    lint::forecast::{CacheForecast, ForecastCache, ForecastState},
    platform::Platform,
};

/// A job that runs.
#[derive(Clone, Copy, Debug)]
pub struct RunningJob<'a> {
    /// Its id in the workflow.
    pub id: &'a str,
    /// The platform of its runner.
    pub platform: Platform,
    /// GITHUB_WORKSPACE.
    pub workspace: &'a str,
    /// RUNNER_WORKSPACE.
    pub above_workspace: &'a str,
    /// What `go env` says of GOMODCACHE and GOCACHE, with their names.
    pub used: [(&'a str, &'a str); 2],
}

impl CacheForecast {
    /// Whether setup-go restores a cache in a job.
    #[must_use]
    pub fn has_setup_go(&self, job: &str) -> bool {
        self.restored_in(job).next().is_some()
    }

    /// The caches of setup-go in a job's rows that restore something.
    fn restored_in(&self, job: &str) -> impl Iterator<Item = &ForecastCache> {
        self.caches.iter().filter(move |cache| {
            let id = cache.job.split(" (").next().unwrap_or_default();
            let lives = matches!(cache.state, ForecastState::Works | ForecastState::Moved);
            id == job && lives && cache.action.starts_with("setup-go ")
        })
    }

    /// A sentence for each directory that setup-go restored and this job does not use; none where a matrix row of the
    /// job restores just what is used, or where only a run tells what was restored.
    #[must_use]
    pub fn unused_in(&self, job: &RunningJob<'_>) -> Vec<String> {
        let rows: Vec<Vec<String>> = self.restored_in(job.id).map(|cache| job.unused(cache)).collect();
        match rows.iter().any(Vec::is_empty) {
            true => Vec::new(),
            false => rows.into_iter().next().unwrap_or_default(),
        }
    }
}

impl RunningJob<'_> {
    fn unused(&self, cache: &ForecastCache) -> Vec<String> {
        let Some(restored) = &cache.restored else { return Vec::new() };
        let here = |path: &String| {
            path.replace("{github.workspace}", self.workspace).replace("{runner.workspace}", self.above_workspace)
        };
        let restored: Vec<String> = restored.iter().map(here).collect();
        let is_restored = |dir: &str| restored.iter().any(|path| self.platform.same_path(path, dir));
        let sentence = |(name, dir): (&str, &str)| {
            format!(
                "{name} is `{dir}`, which {} ({}:{}) did not restore: it looked for `{}`; what it restored is not used, \
                 and what is used is stored where it will not look. Set {name} before setup-go",
                cache.action,
                cache.location.file,
                cache.location.line,
                restored.join("` and `")
            )
        };
        let used = self.used.into_iter().filter(|(_, dir)| !dir.is_empty() && *dir != "off");
        used.filter(|(_, dir)| !is_restored(dir)).map(sentence).collect()
    }
}
