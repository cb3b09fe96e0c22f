//! The search: one answer for each request, and for what is missing every
//! place that was looked at.

use crate::goenv::locate::{
    goroot::{NotAGoroot, version_of},
    place::{
        CacheEntry, Places, default_settings, go_on_path, holdings, module_cache_claims, newest, tool_cache_claims,
        tool_cache_roots,
    },
};
use crate::{
    goenv::{
        settings::GoSettings,
        toolchain::{MissingToolchain, Toolchain, ToolchainSource},
        version::{GoRequest, GoVersion},
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
            Some(Candidate::Found(toolchain)) => located.found.push(toolchain),
            Some(Candidate::Suspicious(suspicion)) => located.suspicious.push(suspicion),
            None => {
                let looked_at = search.looked_at;
                located.missing.push(MissingToolchain { request: request.clone(), looked_at });
            }
        }
    }
    if requests.contains(&GoRequest::Path) {
        // The same version from another place would be every cell twice.
        let on_path = go_on_path(places, host).ok();
        let is_other = |one: &Toolchain| {
            on_path.as_ref().is_some_and(|(goroot, version)| one.version == *version && one.goroot != *goroot)
        };
        located.found.retain(|one| !is_other(one));
    }
    located.found.sort_by(|a, b| (&a.version, a.source).cmp(&(&b.version, b.source)));
    located.found.dedup_by(|a, b| places.platform.same_path(&a.goroot, &b.goroot));
    located.unused_go_roots = unused_go_roots(requests, places, host);
    located
}

enum Candidate {
    Found(Toolchain),
    Suspicious(Suspicion),
}

struct Search<'a> {
    request: &'a GoRequest,
    places: &'a Places<'a>,
    host: &'a dyn Host,
    settings: &'a GoSettings<'a>,
    looked_at: Vec<String>,
}

impl Search<'_> {
    fn answer(&mut self) -> Option<Candidate> {
        if *self.request == GoRequest::Path {
            return self.path();
        }
        self.go_roots()
            .or_else(|| self.tool_caches())
            .or_else(|| self.goroot_variables())
            .or_else(|| self.path())
            .or_else(|| self.module_cache())
    }

    fn go_roots(&mut self) -> Option<Candidate> {
        let mut matching = Vec::new();
        for dir in self.places.go_roots {
            match version_of(dir, self.places.platform, self.host) {
                Ok(version) if self.request.accepts(&version) => matching.push((version, dir)),
                Ok(version) => self.looked_at.push(format!("--go-root {dir}: is {version}")),
                Err(why) => self.looked_at.push(format!("--go-root {dir}: {why}")),
            }
        }
        let (version, dir) = matching.into_iter().max_by(|a, b| a.0.cmp(&b.0))?;
        Some(Candidate::Found(Toolchain { version, goroot: dir.clone(), source: ToolchainSource::GoRoot }))
    }

    fn tool_caches(&mut self) -> Option<Candidate> {
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

    fn goroot_variables(&mut self) -> Option<Candidate> {
        let minor = self.request.minor()?;
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

    fn path(&mut self) -> Option<Candidate> {
        match go_on_path(self.places, self.host) {
            Ok((goroot, version)) if *self.request == GoRequest::Path || self.request.accepts(&version) => {
                Some(Candidate::Found(Toolchain { version, goroot, source: ToolchainSource::Path }))
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

    fn module_cache(&mut self) -> Option<Candidate> {
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
        keeps: impl Fn(&GoVersion) -> bool,
    ) -> Candidate {
        let actual = match version_of(goroot, self.places.platform, self.host) {
            Ok(version) if keeps(&version) => {
                return Candidate::Found(Toolchain { version, goroot: goroot.to_owned(), source });
            }
            Ok(version) => version.to_string(),
            Err(why) => why.to_string(),
        };
        Candidate::Suspicious(Suspicion {
            request: self.request.clone(),
            goroot: goroot.to_owned(),
            source,
            claimed,
            actual,
        })
    }
}

/// The versions that lie in tool caches and in the module cache, oldest first: what could be asked for instead.
#[must_use]
pub fn present(places: &Places<'_>, host: &dyn Host) -> Vec<GoVersion> {
    let mut claims: Vec<CacheEntry> = Vec::new();
    for root in tool_cache_roots(places) {
        claims.extend(tool_cache_claims(&root, places, host));
    }
    if let Some(cache) = default_settings(places, host).module_cache() {
        claims.extend(module_cache_claims(&cache.dir, places, host));
    }
    claims.retain(|claim| claim.unfinished.is_none());
    let mut versions: Vec<GoVersion> = claims.into_iter().map(|claim| claim.version).collect();
    versions.sort();
    versions.dedup();
    versions
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
mod tests {
    //! The order of the places, and what each says about what it has not.

    use super::*;
    use crate::{
        platform::{
            Platform::{self, Linux, Windows},
            env::EnvBlock,
        },
        ports::fake::FakeHost,
    };

    fn asked(texts: &[&str]) -> Vec<GoRequest> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    fn search(
        host: &FakeHost,
        platform: Platform,
        env: &[(&str, &str)],
        go_roots: &[&str],
        wanted: &[&str],
    ) -> Located {
        let env = EnvBlock::from_pairs(platform, env.iter().copied());
        let go_roots: Vec<String> = go_roots.iter().map(|dir| (*dir).to_owned()).collect();
        let places =
            Places { go_roots: &go_roots, env: &env, current_dir: "/w", platform, arch: "X64", tool_cache: None };
        locate(&asked(wanted), &places, host)
    }

    fn shown(located: &Located) -> Vec<String> {
        let one = |found: &Toolchain| format!("{} {} {}", found.version, found.source.name(), found.goroot);
        located.found.iter().map(one).collect()
    }

    fn everywhere() -> FakeHost {
        FakeHost::new(Linux)
            .goroot("/mine", "1.21.9")
            .goroot("/tc/go/1.21.13/x64", "1.21.13")
            .file("/tc/go/1.21.13/x64.complete", "")
            .goroot("/tc/go/1.21.5/x64", "1.21.5")
            .file("/tc/go/1.21.5/x64.complete", "")
            .goroot("/image/go121", "1.21.11")
            .goroot("/usr/lib/go", "1.21.4")
            .link("/usr/bin/go", "/usr/lib/go/bin/go")
            .goroot("/h/go/pkg/mod/golang.org/toolchain@v0.0.1-go1.21.12.linux-amd64", "1.21.12")
    }

    const EVERYWHERE: [(&str, &str); 4] =
        [("RUNNER_TOOL_CACHE", "/tc"), ("GOROOT_1_21_X64", "/image/go121"), ("PATH", "/bin:/usr/bin"), ("HOME", "/h")];

    #[test]
    fn the_first_place_in_the_promised_order_answers() {
        let host = everywhere();
        let mut env = EVERYWHERE.to_vec();
        let first =
            |env: &[(&str, &str)], roots: &[&str]| shown(&search(&host, Linux, env, roots, &["1.21"])).remove(0);
        assert_eq!(first(&env, &["/mine"]), "1.21.9 go-root /mine");
        assert_eq!(first(&env, &[]), "1.21.13 tool-cache /tc/go/1.21.13/x64");
        env.remove(0);
        assert_eq!(first(&env, &[]), "1.21.11 goroot-variable /image/go121");
        env.remove(0);
        assert_eq!(first(&env, &[]), "1.21.4 path /usr/lib/go");
        env.remove(0);
        let module = "/h/go/pkg/mod/golang.org/toolchain@v0.0.1-go1.21.12.linux-amd64";
        assert_eq!(first(&env, &[]), format!("1.21.12 module-cache {module}"));
    }

    #[test]
    fn an_exact_version_is_taken_from_whichever_place_has_it() {
        let found = search(&everywhere(), Linux, &EVERYWHERE, &[], &["1.21.4", "1.21.5", "1.21.11", "1.21.12"]);
        let sources: Vec<&str> = found.found.iter().map(|toolchain| toolchain.source.name()).collect();
        assert_eq!(sources, ["path", "tool-cache", "goroot-variable", "module-cache"], "oldest first");
    }

    #[test]
    fn two_requests_for_one_toolchain_give_it_once() {
        assert_eq!(search(&everywhere(), Linux, &EVERYWHERE, &[], &["1.21.13", "1.21"]).found.len(), 1);
    }

    #[test]
    fn what_is_missing_comes_with_every_place_and_what_is_there() {
        let host = everywhere().goroot("/tc/go/1.22.10/x64", "1.22.10");
        let located = search(&host, Linux, &EVERYWHERE, &["/mine", "/nothing"], &["1.22"]);
        assert_eq!(
            located.missing[0].looked_at,
            [
                "--go-root /mine: is 1.21.9",
                "--go-root /nothing: no such folder",
                "tool cache /tc/go: holds 1.21.5, 1.21.13, 1.22.10 without its .complete marker for x64",
                "tool cache /h/.cache/goenv-ci/tool-cache: there is no such folder",
                "GOROOT_1_22_X64: not set",
                "go on PATH: `/usr/lib/go` is 1.21.4",
                "module cache /h/go/pkg/mod (default): holds 1.21.12 for linux-amd64",
            ]
        );
        let unused: Vec<&str> = located.unused_go_roots.iter().map(|unused| unused.why.as_str()).collect();
        assert_eq!(unused, ["is 1.21.9, which was not asked for", "no such folder"]);
    }

    #[test]
    fn a_toolchain_that_is_not_what_its_place_says_is_suspicious_and_never_used() {
        let host = FakeHost::new(Linux)
            .goroot("/tc/go/1.21.13/x64", "1.22.10")
            .file("/tc/go/1.21.13/x64.complete", "")
            .goroot("/image/go122", "1.23.1")
            .file("/tc/go/1.23.9/x64/VERSION", "go1.23.9")
            .file("/tc/go/1.23.9/x64.complete", "");
        let env = [("RUNNER_TOOL_CACHE", "/tc"), ("GOROOT_1_22_X64", "/image/go122")];
        let located = search(&host, Linux, &env, &[], &["1.21", "1.22", "1.23"]);
        assert!(located.found.is_empty() && located.missing.is_empty(), "{located:?}");
        let told: Vec<(&str, &str)> =
            located.suspicious.iter().map(|s| (s.claimed.as_str(), s.actual.as_str())).collect();
        assert_eq!(told, [("1.21.13", "1.22.10"), ("GOROOT_1_22_X64", "1.23.1"), ("1.23.9", "no `bin/go` in it")]);
    }

    #[test]
    fn a_windows_runner_is_searched_on_any_machine() {
        let host = FakeHost::new(Windows)
            .goroot(r"C:\hostedtoolcache\windows\go\1.24.13\x64", "1.24.13")
            .file(r"C:\hostedtoolcache\windows\go\1.24.13\x64.complete", "")
            .goroot(r"C:\Program Files\Go", "1.25.1")
            .link(r"C:\Links\go.exe", r"\\?\C:\Program Files\Go\bin\go.exe")
            .file(r"\\?\C:\Program Files\Go\bin\go.exe", "")
            .goroot(r"D:\a\app\go\pkg\mod\golang.org\toolchain@v0.0.1-go1.21.13.windows-amd64", "1.21.13");
        let env = [
            ("RUNNER_TOOL_CACHE", r"C:\hostedtoolcache\windows"),
            ("Path", r"C:\Windows;C:\Links"),
            ("GOPATH", r"D:\a\app\go"),
        ];
        let located = search(&host, Windows, &env, &[], &["1.24", "1.25", "1.21"]);
        assert_eq!(
            shown(&located),
            [
                r"1.21.13 module-cache D:\a\app\go\pkg\mod\golang.org\toolchain@v0.0.1-go1.21.13.windows-amd64",
                r"1.24.13 tool-cache C:\hostedtoolcache\windows\go\1.24.13\x64",
                r"1.25.1 path C:\Program Files\Go",
            ]
        );
    }

    #[test]
    fn an_arm_image_names_its_variables_either_way() {
        let host = FakeHost::new(Windows).goroot(r"C:\go124", "1.24.13");
        let env = EnvBlock::from_pairs(Windows, [("GOROOT_1_24_AARCH64", r"C:\go124")]);
        let places = Places {
            go_roots: &[],
            env: &env,
            current_dir: r"D:\w",
            platform: Windows,
            arch: "ARM64",
            tool_cache: None,
        };
        let located = locate(&asked(&["1.24", "1.23"]), &places, &host);
        assert_eq!(located.found[0].source, ToolchainSource::GorootVariable);
        assert!(located.missing[0].looked_at.contains(&"GOROOT_1_23_ARM64: not set".to_owned()));
    }

    #[test]
    fn a_toolchain_that_go_has_not_finished_is_left_alone() {
        let module = |version: &str| format!("/m/golang.org/toolchain@v0.0.1-go{version}.linux-amd64");
        let host = FakeHost::new(Linux)
            .goroot(&module("1.21.13"), "1.21.13")
            .file("/m/cache/download/golang.org/toolchain/@v/v0.0.1-go1.21.13.linux-amd64.partial", "")
            .goroot(&module("1.22.10"), "1.22.10")
            .file(&format!("{}/src/_go.mod", module("1.22.10")), "module std");
        let located = search(&host, Linux, &[("GOMODCACHE", "/m")], &[], &["1.21", "1.22"]);
        assert_eq!(located.missing.len(), 2, "{located:?}");
        let last = located.missing[0].looked_at.last().unwrap();
        assert!(last.contains("1.21.13 without the rest of its files"), "{last}");
    }

    #[test]
    fn a_go_on_path_that_is_a_wrapper_is_named() {
        let host = FakeHost::new(Linux).file("/opt/shims/go", "#!/bin/sh");
        let located = search(&host, Linux, &[("PATH", "relative:/opt/shims")], &[], &["1.21"]);
        let told = located.missing[0].looked_at.join("\n");
        assert!(told.contains("`/opt/shims/go` is a script: what it starts can be told only by running it"), "{told}");
    }

    #[test]
    fn a_tool_cache_on_a_drive_that_is_not_there_is_said() {
        let host = FakeHost::new(Windows).file(r"D:\a\x", "");
        let looked_at = |root: &str| {
            let env = EnvBlock::from_pairs(Windows, [("RUNNER_TOOL_CACHE", root)]);
            let places = Places {
                go_roots: &[],
                env: &env,
                current_dir: r"D:\w",
                platform: Windows,
                arch: "X64",
                tool_cache: None,
            };
            locate(&["1.21".parse().unwrap()], &places, &host).missing[0].looked_at[0].clone()
        };
        assert_eq!(looked_at(r"Q:\hostedtoolcache"), r"tool cache Q:\hostedtoolcache: there is no drive `Q:\`");
        assert_eq!(looked_at(r"D:\hostedtoolcache"), r"tool cache D:\hostedtoolcache: there is no such folder");
        assert_eq!(looked_at(r"\\h\s\tools"), r"tool cache \\h\s\tools: there is no such folder");
    }
}
