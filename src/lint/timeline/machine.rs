//! What a hosted runner sets by itself, as far as a workflow can count on it. Source: the runner, `RunnerContext` and
//! `GitHubContext`; actions/runner-images, the images' own variables.

use crate::{actions::image::HostedImage, platform::Platform};

/// A name for the repository, as it stands in the runner's paths; no rule may depend on it.
const REPOSITORY: &str = "repository";

/// Variables of Go that no hosted image sets. GOROOT_1_24_X64 and its like are set, GOROOT is not.
const UNSET: &[&str] = &[
    "GOPATH",
    "GOBIN",
    "GOCACHE",
    "GOMODCACHE",
    "GOROOT",
    "GOFLAGS",
    "GOPROXY",
    "GOTMPDIR",
    "GOTOOLCHAIN",
    "GOENV",
    "GOOS",
    "GOARCH",
    "GOWORK",
    "GOPRIVATE",
    "GOSUMDB",
    "GONOSUMDB",
    "GONOPROXY",
    "GOINSECURE",
    "GOEXPERIMENT",
    "CGO_ENABLED",
    "GO111MODULE",
    "GODEBUG",
    "XDG_CACHE_HOME",
];

/// A variable of the environment of every step; empty where the machine is known not to have it, `None` where nobody
/// knows.
pub(crate) fn variable(image: &HostedImage, name: &str) -> Option<String> {
    let platform = image.platform;
    let name = platform.fold_name(name);
    let below =
        |base: &str, parts: &[&str]| parts.iter().fold(base.to_owned(), |base, part| platform.join(&base, part));
    let in_home = |parts: &[&str]| image.home.as_deref().map(|home| below(home, parts));
    let windows = platform == Platform::Windows;
    match &*name {
        "HOME" if !windows => in_home(&[]),
        "USERPROFILE" if windows => in_home(&[]),
        "LOCALAPPDATA" if windows => in_home(&["AppData", "Local"]),
        "APPDATA" if windows => in_home(&["AppData", "Roaming"]),
        "RUNNER_TEMP" => image.temp.clone(),
        "RUNNER_WORKSPACE" => image.work.as_deref().map(|work| below(work, &[REPOSITORY])),
        "GITHUB_WORKSPACE" => image.workspace(REPOSITORY),
        "RUNNER_OS" => Some(platform.runner_os().to_owned()),
        "RUNNER_ARCH" => Some(image.arch.clone()),
        "CI" | "GITHUB_ACTIONS" => Some("true".to_owned()),
        unset if UNSET.contains(&unset) => Some(String::new()),
        _ => None,
    }
}

/// Where Go puts things that no variable leads elsewhere.
pub(crate) fn go_default(image: &HostedImage, name: &str) -> Option<String> {
    let dirs = image.default_dirs()?;
    match name {
        "GOPATH" => Some(dirs.gopath),
        "GOCACHE" => Some(dirs.gocache),
        "GOBIN" => Some(String::new()),
        _ => None,
    }
}
