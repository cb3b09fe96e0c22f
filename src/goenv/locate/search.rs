//! The search: one answer for each request, and for what is missing every
//! place that was looked at.

use crate::goenv::locate::{
    goroot::{NotAGoroot, version_of},
    place::{
        Places, default_settings, go_on_path, holdings, module_cache_claims, newest, tool_cache_claims,
        tool_cache_roots,
    },
};
use crate::{
    goenv::{
        settings::Settings,
        toolchain::{MissingToolchain, Toolchain, ToolchainSource},
        version::GoRequest,
    },
    platform::Platform,
    ports::{Host, Kind},
};

/// What the search gave. Every request is answered once: found, missing or suspicious.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Located {
    /// Oldest first, each toolchain once.
    pub found: Vec<Toolchain>,
    /// In the order of the requests.
    pub missing: Vec<MissingToolchain>,
    /// Toolchains that are not what their place says; never used.
    pub suspicious: Vec<Suspicion>,
    /// `--go-root` directories that answer no request.
    pub unused_go_roots: Vec<UnusedGoRoot>,
}

/// A place claims a version, and what lies there is something else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suspicion {
    /// What was asked for.
    pub request: GoRequest,
    /// Where.
    pub goroot: String,
    /// What kind of place makes the claim.
    pub source: ToolchainSource,
    /// The claim: `1.21.13`, or `GOROOT_1_21_X64`.
    pub claimed: String,
    /// What lies there: another version, or what is missing.
    pub actual: String,
}

/// A `--go-root` that answers no request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnusedGoRoot {
    /// As given.
    pub dir: String,
    /// `no bin/go in it`, or a version that was not asked for.
    pub why: String,
}

/// Looks for a toolchain for every request; see the module for the order.
#[must_use]
pub fn locate(requests: &[GoRequest], places: &Places<'_>, host: &dyn Host) -> Located {
    let settings = default_settings(places, host);
    let mut located = Located::default();
    for request in requests {
        let mut search = Search { request, places, host, settings: &settings, looked_at: Vec::new() };
        match search.answer() {
            Some(Answer::Found(toolchain)) => located.found.push(toolchain),
            Some(Answer::Suspicious(suspicion)) => located.suspicious.push(suspicion),
            None => {
                let looked_at = search.looked_at;
                located.missing.push(MissingToolchain { request: request.clone(), looked_at });
            }
        }
    }
    located.found.sort_by(|a, b| (&a.version, a.source).cmp(&(&b.version, b.source)));
    located.found.dedup_by(|a, b| places.platform.same_path(&a.goroot, &b.goroot));
    located.unused_go_roots = unused_go_roots(requests, places, host);
    located
}

enum Answer {
    Found(Toolchain),
    Suspicious(Suspicion),
}

struct Search<'a> {
    request: &'a GoRequest,
    places: &'a Places<'a>,
    host: &'a dyn Host,
    settings: &'a Settings<'a>,
    looked_at: Vec<String>,
}

impl Search<'_> {
    fn answer(&mut self) -> Option<Answer> {
        self.go_roots()
            .or_else(|| self.tool_caches())
            .or_else(|| self.goroot_variables())
            .or_else(|| self.path())
            .or_else(|| self.module_cache())
    }

    fn go_roots(&mut self) -> Option<Answer> {
        let mut matching = Vec::new();
        for dir in self.places.go_roots {
            match version_of(dir, self.places.platform, self.host) {
                Ok(version) if self.request.accepts(&version) => matching.push((version, dir)),
                Ok(version) => self.looked_at.push(format!("--go-root {dir}: is {version}")),
                Err(why) => self.looked_at.push(format!("--go-root {dir}: {why}")),
            }
        }
        let (version, dir) = matching.into_iter().max_by(|a, b| a.0.cmp(&b.0))?;
        Some(Answer::Found(Toolchain { version, goroot: dir.clone(), source: ToolchainSource::GoRoot }))
    }

    fn tool_caches(&mut self) -> Option<Answer> {
        let roots = tool_cache_roots(self.places);
        if roots.is_empty() {
            self.looked_at.push("tool cache: RUNNER_TOOL_CACHE not set".to_owned());
        }
        for root in roots {
            if let Some(lack) = self.lacks_directory(&root) {
                self.looked_at.push(format!("tool cache {root}: {lack}"));
                continue;
            }
            let claims = tool_cache_claims(&root, self.places, self.host);
            if let Some(claim) = newest(&claims, self.request) {
                let claimed = claim.version.to_string();
                return Some(self.judge(&claim.goroot, ToolchainSource::ToolCache, claimed, |v| *v == claim.version));
            }
            let dir = self.places.platform.join(&root, "go");
            self.looked_at.push(format!(
                "tool cache {dir}: {} for {}",
                holdings(&claims),
                self.places.tool_cache_arch()
            ));
        }
        None
    }

    /// That a tool cache is not there, and whether its whole drive is not.
    fn lacks_directory(&self, root: &str) -> Option<String> {
        let platform = self.places.platform;
        if self.host.kind(root) != Kind::Absent {
            return None;
        }
        let drive = root.get(..3).filter(|_| platform == Platform::Windows && root.as_bytes().get(1) == Some(&b':'));
        Some(match drive.filter(|drive| self.host.kind(drive) == Kind::Absent) {
            Some(drive) => format!("there is no drive `{drive}`"),
            None => "there is no such folder".to_owned(),
        })
    }

    fn goroot_variables(&mut self) -> Option<Answer> {
        let minor = match self.request {
            GoRequest::Minor(major, minor) => (*major, *minor),
            GoRequest::Exact(version) => version.minor(),
        };
        for name in self.places.goroot_variables(minor) {
            let Some(dir) = self.places.env.get_filled(&name) else {
                self.looked_at.push(format!("{name}: not set"));
                continue;
            };
            match version_of(dir, self.places.platform, self.host) {
                Err(NotAGoroot::NoDirectory) => self.looked_at.push(format!("{name}: there is no folder `{dir}`")),
                // The variable claims a minor version only: another patch of it is no lie.
                Ok(version) if version.minor() == minor && !self.request.accepts(&version) => {
                    self.looked_at.push(format!("{name}: `{dir}` is {version}"));
                }
                _ => return Some(self.judge(dir, ToolchainSource::GorootVariable, name, |v| v.minor() == minor)),
            }
        }
        None
    }

    fn path(&mut self) -> Option<Answer> {
        match go_on_path(self.places, self.host) {
            Ok((goroot, version)) if self.request.accepts(&version) => {
                Some(Answer::Found(Toolchain { version, goroot, source: ToolchainSource::Path }))
            }
            Ok((goroot, version)) => {
                self.looked_at.push(format!("go on PATH: `{goroot}` is {version}"));
                None
            }
            Err(why) => {
                self.looked_at.push(format!("go on PATH: {why}"));
                None
            }
        }
    }

    fn module_cache(&mut self) -> Option<Answer> {
        let Some(cache) = self.settings.module_cache() else {
            self.looked_at.push("module cache: neither GOMODCACHE, GOPATH nor a home folder is set".to_owned());
            return None;
        };
        if !self.places.platform.is_absolute(&cache.dir) {
            self.looked_at.push(format!("module cache `{}` ({}): not an absolute path", cache.dir, cache.setting));
            return None;
        }
        let claims = module_cache_claims(&cache.dir, self.places, self.host);
        if let Some(claim) = newest(&claims, self.request) {
            let claimed = claim.version.to_string();
            return Some(self.judge(&claim.goroot, ToolchainSource::ModuleCache, claimed, |v| *v == claim.version));
        }
        let (target, setting) = (self.places.target(), cache.setting);
        self.looked_at.push(format!("module cache {} ({setting}): {} for {target}", cache.dir, holdings(&claims)));
        None
    }

    /// Holds a place's claim against the VERSION file that lies there.
    fn judge(
        &self,
        goroot: &str,
        source: ToolchainSource,
        claimed: String,
        keeps: impl Fn(&crate::goenv::version::GoVersion) -> bool,
    ) -> Answer {
        let actual = match version_of(goroot, self.places.platform, self.host) {
            Ok(version) if keeps(&version) => {
                return Answer::Found(Toolchain { version, goroot: goroot.to_owned(), source });
            }
            Ok(version) => version.to_string(),
            Err(why) => why.to_string(),
        };
        Answer::Suspicious(Suspicion {
            request: self.request.clone(),
            goroot: goroot.to_owned(),
            source,
            claimed,
            actual,
        })
    }
}

fn unused_go_roots(requests: &[GoRequest], places: &Places<'_>, host: &dyn Host) -> Vec<UnusedGoRoot> {
    let unused = places.go_roots.iter().filter_map(|dir| {
        let why = match version_of(dir, places.platform, host) {
            Ok(version) if requests.iter().any(|request| request.accepts(&version)) => return None,
            Ok(version) => format!("is {version}, which was not asked for"),
            Err(why) => why.to_string(),
        };
        Some(UnusedGoRoot { dir: dir.clone(), why })
    });
    unused.collect()
}

#[cfg(test)]
#[path = "search_tests.rs"]
mod tests;
