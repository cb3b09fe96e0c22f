//! The places where toolchains lie, and how each names what it holds.

use crate::goenv::locate::{
    goroot::{NotAGoroot, version_of},
    shim::{Shim, shim},
};
use crate::{
    goenv::{
        Known,
        settings::GoSettings,
        user_dirs::cache_dir,
        version::{GoRequest, GoVersion},
    },
    platform::{Platform, env::EnvBlock, path_text::without_verbatim_prefix},
    ports::{Host, Kind},
};

/// What decides where toolchains are looked for.
#[derive(Clone, Copy, Debug)]
pub struct Places<'a> {
    /// `--go-root`, in the order given; absolute.
    pub go_roots: &'a [String],
    /// The environment of this process.
    pub env: &'a EnvBlock,
    /// The directory this process runs in, absolute.
    pub current_dir: &'a str,
    /// Whose file names and paths these are.
    pub platform: Platform,
    /// As in RUNNER_ARCH: `X64` or `ARM64`.
    pub arch: &'a str,
    /// A further directory in tool-cache layout, absolute; looked at after the runner's own.
    pub tool_cache: Option<&'a str>,
}

impl Places<'_> {
    /// The architecture's directory in a tool cache: `x64`, `arm64`.
    #[must_use]
    pub fn tool_cache_arch(&self) -> String {
        self.arch.to_lowercase()
    }

    /// The architecture in Go's word, as in GOARCH.
    #[must_use]
    pub fn goarch(&self) -> String {
        match self.arch {
            "X64" => "amd64".to_owned(),
            "X86" => "386".to_owned(),
            other => other.to_lowercase(),
        }
    }

    /// The variables that hosted images set for a preinstalled version. Arm images
    /// say AARCH64. Source: runner-images, `Install-Toolset.ps1`.
    pub(crate) fn goroot_variables(&self, minor: (u64, u64)) -> Vec<String> {
        let words: &[&str] = if self.arch == "ARM64" { &["ARM64", "AARCH64"] } else { &[self.arch] };
        words.iter().map(|word| format!("GOROOT_{}_{}_{word}", minor.0, minor.1)).collect()
    }

    /// `linux-amd64`.
    #[must_use]
    pub fn target(&self) -> String {
        format!("{}-{}", self.platform.goos(), self.goarch())
    }
}

/// The tool caches in the order of the search; `--install` without a Go fills the first.
/// The runner's is the first that is set of its three names (runner: `HostContext.cs`).
#[must_use]
pub fn tool_cache_roots(places: &Places<'_>) -> Vec<String> {
    let names = ["RUNNER_TOOL_CACHE", "RUNNER_TOOLSDIRECTORY", "AGENT_TOOLSDIRECTORY"];
    let runner = names.iter().find_map(|name| places.env.get_filled(name)).map(str::to_owned);
    let extra = places.tool_cache.map(str::to_owned);
    let mut roots: Vec<String> = Vec::new();
    for root in [runner, extra, default_tool_cache(places.env)].into_iter().flatten() {
        if places.platform.is_absolute(&root) && !roots.iter().any(|known| places.platform.same_path(known, &root)) {
            roots.push(root);
        }
    }
    roots
}

/// Where `--install` puts toolchains when no runner says where: `goenv-ci/tool-cache`
/// in the user's directory for caches, by the rules of the newest Go.
#[must_use]
pub fn default_tool_cache(env: &EnvBlock) -> Option<String> {
    let caches = cache_dir(&Known::newest_version(), env).ok()?;
    Some(env.platform().join(&caches, "goenv-ci/tool-cache"))
}

/// The version whose rules apply where none was asked for: that of the `go` on PATH, else the newest known.
#[must_use]
pub fn default_version(places: &Places<'_>, host: &dyn Host) -> GoVersion {
    go_on_path(places, host).map_or_else(|_| Known::newest_version(), |(_, version)| version)
}

/// The settings of that version, without those of a toolchain.
#[must_use]
pub fn default_settings<'a>(places: &Places<'a>, host: &dyn Host) -> GoSettings<'a> {
    GoSettings::read(&default_version(places, host), places.env, places.current_dir, host)
}

/// The version of the module `golang.org/toolchain` that holds a Go version: `v0.0.1-go1.21.13.linux-amd64`.
#[must_use]
pub fn toolchain_module(version: &GoVersion, target: &str) -> String {
    format!("v0.0.1-go{version}.{target}")
}

/// Entries of PATH that are looked into; more than anybody has on purpose.
const MOST_ENTRIES: usize = 4_096;

/// A file of PATH that is called `go`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GoOnPath {
    /// Which entry of PATH, from 0.
    pub entry: usize,
    /// The file, as PATH names it.
    pub program: String,
    /// The file with links followed.
    pub real: String,
    /// The GOROOT of the Go that it starts in the end; else the directory two levels above the real file, if there is
    /// one.
    pub goroot: Option<String>,
    /// What it is, where it is no Go itself.
    pub shim: Option<Shim>,
}

impl GoOnPath {
    /// The version of the toolchain it belongs to, or that it starts; `None` where there is no directory two levels
    /// above it.
    #[must_use]
    pub fn version(&self, platform: Platform, host: &dyn Host) -> Option<Result<GoVersion, NotAGoroot>> {
        self.goroot.as_deref().map(|goroot| version_of(goroot, platform, host))
    }
}

/// Every `go` on PATH in its order, whatever it is, as it is called in a directory; entries that are not absolute are
/// passed over.
pub fn gos_on_path<'a>(
    env: &'a EnvBlock,
    current_dir: &'a str,
    host: &'a dyn Host,
) -> impl Iterator<Item = GoOnPath> + 'a {
    let platform = env.platform();
    let name = format!("go{}", platform.exe_suffix());
    let dirs = env.path_dirs().into_iter().take(MOST_ENTRIES).enumerate();
    let programs = dirs.filter(move |(_, dir)| platform.is_absolute(dir));
    let programs = programs.map(move |(entry, dir)| (entry, platform.join(&dir, &name)));
    programs.filter(|(_, program)| host.kind(program) == Kind::File).map(move |(entry, program)| {
        let real = host
            .canonical(&program)
            .map_or_else(|| program.clone(), |real| without_verbatim_prefix(&real).into_owned());
        let above = platform.parent(&real).and_then(|bin| platform.parent(&bin));
        let shim = shim(&program, env, current_dir, host);
        let behind = shim.as_ref().and_then(|shim| Some(shim.leads_to.as_ref().ok()?.goroot.clone()));
        GoOnPath { entry, program, real, goroot: behind.or(above), shim }
    })
}

/// The environment as the first `go` on PATH gets it: with what a shim sets on the way.
#[must_use]
pub fn through_shim(env: &EnvBlock, current_dir: &str, host: &dyn Host) -> EnvBlock {
    let mut own = env.clone();
    let first = gos_on_path(env, current_dir, host).next().and_then(|go| go.shim);
    if let Some(Shim { file, leads_to: Ok(target), .. }) = first {
        target.sets.iter().for_each(|one| own.give(&one.name, &one.value, &file));
    }
    own
}

/// The GOROOT of the first `go` on PATH, links followed, with its version; the
/// error names the program and says why it is no use.
///
/// # Errors
/// There is no `go` on PATH, or it does not lie in a GOROOT: a wrapper script, for example.
pub fn go_on_path(places: &Places<'_>, host: &dyn Host) -> Result<(String, GoVersion), String> {
    let first = gos_on_path(places.env, places.current_dir, host).next();
    let go = first.ok_or_else(|| format!("none in {} folders", places.env.path_entries().len()))?;
    let version = go.version(places.platform, host);
    let GoOnPath { program, goroot, shim, .. } = go;
    if let Some(Shim { kind, leads_to: Err(why), .. }) = shim {
        return Err(format!("`{program}` is {}: {why}", kind.name()));
    }
    match goroot.zip(version) {
        None => Err(format!("`{program}` does not lie in a GOROOT")),
        Some((goroot, Ok(version))) => Ok((goroot, version)),
        Some((_, Err(NotAGoroot::OddVersion(text)))) => Err(format!("`{program}` is `{text}`")),
        Some((goroot, Err(why))) => Err(format!("`{program}` does not lie in a GOROOT: `{goroot}` has {why}")),
    }
}

/// Where a tool cache holds a version. setup-go writes a candidate's directory as
/// `1.24.0-rc1` (setup-go: `installer.ts: makeSemver`).
#[must_use]
pub fn tool_cache_goroot(root: &str, version: &GoVersion, places: &Places<'_>) -> String {
    let text = version.to_string();
    let folder = match text.find(['r', 'b']) {
        Some(at) => format!("{}.0-{}", &text[..at], &text[at..]),
        None => text,
    };
    places.platform.join(root, &format!("go/{folder}/{}", places.tool_cache_arch()))
}

/// One version that a tool cache or the module cache claims to hold.
#[derive(Debug)]
pub(crate) struct CacheEntry {
    pub version: GoVersion,
    pub goroot: String,
    /// Why it must not be used, although it is there.
    pub unfinished: Option<&'static str>,
}

/// What a tool cache claims to hold, newest last.
pub(crate) fn tool_cache_claims(root: &str, places: &Places<'_>, host: &dyn Host) -> Vec<CacheEntry> {
    let (platform, arch) = (places.platform, places.tool_cache_arch());
    let dir = platform.join(root, "go");
    let named = host.list(&dir).into_iter().filter_map(|name| {
        let version: GoVersion = name.replace('-', "").parse().ok()?;
        let folder = platform.join(&dir, &name);
        let goroot = platform.join(&folder, &arch);
        let complete = host.kind(&platform.join(&folder, &format!("{arch}.complete"))) == Kind::File;
        let unfinished = (!complete).then_some("its .complete marker");
        (host.kind(&goroot) == Kind::Dir).then_some(CacheEntry { version, goroot, unfinished })
    });
    sorted(named.collect())
}

/// What Go has downloaded into the module cache for this target, newest last.
/// Source: Go, `cmd/go/internal/toolchain/select.go`: bits and go.mod files are set on first use.
pub(crate) fn module_cache_claims(modcache: &str, places: &Places<'_>, host: &dyn Host) -> Vec<CacheEntry> {
    let platform = places.platform;
    let (dir, ending) = (platform.join(modcache, "golang.org"), format!(".{}", places.target()));
    let downloads = platform.join(modcache, "cache/download/golang.org/toolchain/@v");
    let named = host.list(&dir).into_iter().filter_map(|name| {
        let module = name.strip_prefix("toolchain@")?;
        let version: GoVersion = module.strip_prefix("v0.0.1-go")?.strip_suffix(&ending)?.parse().ok()?;
        let goroot = platform.join(&dir, &name);
        let has = |part: &str| host.kind(&platform.join(&goroot, part)) == Kind::File;
        let partial = host.kind(&platform.join(&downloads, &format!("{module}.partial"))) == Kind::File;
        let unfinished = match (partial, has("src/_go.mod") && !has("src/go.mod")) {
            (true, _) => Some("the rest of its files"),
            (false, true) => Some("having been run once by Go"),
            (false, false) => None,
        };
        Some(CacheEntry { version, goroot, unfinished })
    });
    sorted(named.collect())
}

fn sorted(mut claims: Vec<CacheEntry>) -> Vec<CacheEntry> {
    claims.sort_by(|a, b| a.version.cmp(&b.version));
    claims
}

/// `holds 1.24.13, 1.21.13 without its .complete marker`, for the list of places looked at.
pub(crate) fn holdings(claims: &[CacheEntry]) -> String {
    let one = |claim: &CacheEntry| match claim.unfinished {
        None => claim.version.to_string(),
        Some(lack) => format!("{} without {lack}", claim.version),
    };
    match claims {
        [] => "holds none".to_owned(),
        _ => format!("holds {}", claims.iter().map(one).collect::<Vec<_>>().join(", ")),
    }
}

/// The newest finished claim that answers the request.
pub(crate) fn newest<'c>(claims: &'c [CacheEntry], request: &GoRequest) -> Option<&'c CacheEntry> {
    claims.iter().rev().find(|claim| claim.unfinished.is_none() && request.accepts(&claim.version))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_candidate_lies_where_setup_go_looks_for_it() {
        let env = EnvBlock::new(Platform::Linux);
        let places = Places {
            go_roots: &[],
            env: &env,
            current_dir: "/w",
            platform: Platform::Linux,
            arch: "ARM64",
            tool_cache: None,
        };
        let at = |version: &str| tool_cache_goroot("/tc", &version.parse().unwrap(), &places);
        assert_eq!(at("1.24rc1"), "/tc/go/1.24.0-rc1/arm64");
        assert_eq!(at("1.21.13"), "/tc/go/1.21.13/arm64");
        assert_eq!((places.goarch().as_str(), places.target().as_str()), ("arm64", "linux-arm64"));
    }
}
