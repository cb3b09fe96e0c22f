//! Which variables, experiments and targets each Go version knows, as recorded
//! from the toolchains themselves; `tests/integration/go_env/known_variables.rs` holds the record
//! against those that are there.

use crate::goenv::version::GoVersion;
use serde::Deserialize;
use std::{collections::BTreeMap, sync::LazyLock};

/// What one minor version knows.
#[derive(Debug, Deserialize)]
pub struct Known {
    /// What `go env -json` prints on linux/amd64, in alphabetical order.
    pub printed: Vec<String>,
    /// `KnownEnv`: what a file may hold and `go env NAME` answers for. Source: Go, `internal/cfg/cfg.go`.
    pub known: Vec<String>,
    /// What `go env -w` refuses.
    pub fixed: Vec<String>,
    /// What concerns one architecture only.
    pub arch: Vec<String>,
    /// What GOEXPERIMENT may name, in lower case. Source: Go, `internal/goexperiment/flags.go`.
    pub experiments: Vec<String>,
    /// Targets with cgo, as `linux/amd64`. Source: Go, `internal/platform/zosarch.go`.
    pub cgo: Vec<String>,
    /// Targets without.
    pub no_cgo: Vec<String>,
}

/// The versions by their minor number: `1.21` is 21.
static VERSIONS: LazyLock<BTreeMap<u64, Known>> = LazyLock::new(|| {
    let record: BTreeMap<String, Known> = serde_json::from_str(include_str!("known.json")).unwrap_or_default();
    record.into_iter().filter_map(|(name, known)| Some((name.strip_prefix("1.")?.parse().ok()?, known))).collect()
});

impl Known {
    /// The record of a version, and the minor number whose rules it has: those of the nearest
    /// recorded one where the version is older or newer than all.
    #[must_use]
    pub fn of(version: &GoVersion) -> (u64, &'static Self) {
        static NONE: Known = Known {
            printed: Vec::new(),
            known: Vec::new(),
            fixed: Vec::new(),
            arch: Vec::new(),
            experiments: Vec::new(),
            cgo: Vec::new(),
            no_cgo: Vec::new(),
        };
        let minor = version.minor().1;
        let nearest = VERSIONS.range(..=minor).next_back().or_else(|| VERSIONS.iter().next());
        nearest.map_or((minor, &NONE), |(minor, known)| (*minor, known))
    }

    /// The newest minor number that is recorded.
    #[must_use]
    pub fn newest() -> u64 {
        VERSIONS.keys().next_back().copied().unwrap_or_default()
    }

    /// The oldest minor number that is recorded.
    #[must_use]
    pub fn oldest() -> u64 {
        VERSIONS.keys().next().copied().unwrap_or_default()
    }

    /// The newest version that is recorded, whose rules tell what one would meet where no `go` is there.
    #[must_use]
    pub fn newest_version() -> GoVersion {
        GoVersion::of_minor(1, Self::newest())
    }

    /// Every name that `go env` prints or answers for in any version, in alphabetical order.
    #[must_use]
    pub fn every_name() -> &'static [&'static str] {
        static NAMES: LazyLock<Vec<&str>> = LazyLock::new(|| {
            let all = VERSIONS.values().flat_map(|known| known.printed.iter().chain(&known.known));
            let mut names: Vec<&str> = all.map(String::as_str).collect();
            names.sort_unstable();
            names.dedup();
            names
        });
        &NAMES
    }

    /// Whether a settings file can set a name. GOWORK and GOROOT can, although `go env -w` refuses them.
    #[must_use]
    pub fn is_filed(&self, name: &str) -> bool {
        matches!(name, "GOROOT" | "GOWORK") || !self.fixed.iter().any(|fixed| fixed == name)
    }

    /// Whether this version answers for a name.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.printed.iter().chain(&self.known).any(|known| known == name)
    }

    /// Whether cgo can be used for a target; `None` where the target is not known.
    #[must_use]
    pub fn cgo(&self, target: &str) -> Option<bool> {
        let holds = |list: &[String]| list.iter().any(|one| one == target);
        if holds(&self.cgo) { Some(true) } else { holds(&self.no_cgo).then_some(false) }
    }
}
