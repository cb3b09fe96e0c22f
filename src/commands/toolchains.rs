//! Which toolchains are judged: found, and with `--install` obtained.

use crate::commands::World;
use crate::{
    cli::{Progress, ToolchainOptions},
    error::Error,
    goenv::{
        locate::{Located, Places, go_on_path, locate, present},
        toolchain::{MissingToolchain, ToolchainSource},
        version::GoRequest,
    },
    install::{self, InstallError, Means},
    output::wording::list,
    ports::{Executor, Host, Observer, event::Event},
    report::verdict::Verdict,
    system::{http::Web, tool_cache::DiskToolCache},
};

/// Looks for every wanted version, and obtains what is missing if that was asked for.
///
/// # Errors
/// A version is nowhere, or was not to be had, and may not be missing.
pub(crate) fn toolchains(
    wanted: &ToolchainOptions,
    scratch: &str,
    progress: &Progress,
    world: &World,
) -> Result<Located, Error> {
    // Probes run in directories of their own, where a relative one would be another place.
    let go_roots: Vec<String> = wanted.go_roots.iter().map(|dir| world.absolute(dir)).collect();
    let places = world.places(&go_roots);
    let names: Vec<String> = wanted.versions.iter().map(ToString::to_string).collect();
    progress.event(&Event::Stage(format!("looking for Go {}", list(&names))));
    let mut located = locate(&wanted.versions, &places, &world.host);
    for unused in &located.unused_go_roots {
        progress.event(&Event::Warning(format!("--go-root {} is not used: {}", unused.dir, unused.why)));
    }
    let mut failed = Vec::new();
    // No download puts a `go` on PATH.
    let (no_go, missing): (Vec<_>, Vec<_>) =
        located.missing.into_iter().partition(|missing| missing.request == GoRequest::Path);
    located.missing = missing;
    if wanted.install {
        let cached = located.found.iter().filter(|found| found.source == ToolchainSource::ToolCache);
        cached.for_each(|found| DiskToolCache { stop: &|| false }.remove_left(&found.goroot));
    }
    if wanted.install && !located.missing.is_empty() {
        failed = obtain(&mut located, &places, scratch, progress, world)?;
    }
    located.missing.extend(no_go);
    if world.processes.interrupted() {
        return Err(Error::Interrupted);
    }
    if failed.iter().any(|(_, why)| why.is_forged()) {
        return Err(Error::Install(failed));
    }
    match (located.missing.is_empty() || wanted.allow_missing, failed.is_empty()) {
        (true, _) => Ok(located),
        (false, true) => {
            Err(Error::Missing { missing: located.missing, present: instead(&wanted.versions, &places, world) })
        }
        (false, false) => Err(Error::Install(failed)),
    }
}

/// What could be asked for: the minor versions that are here, newest first, and the `go` on PATH.
fn instead(wanted: &[GoRequest], places: &Places<'_>, world: &World) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for version in present(places, &world.host).into_iter().rev() {
        let word = GoRequest::Minor(version.minor().0, version.minor().1);
        let text = word.to_string();
        if word.accepts(&version) && !wanted.contains(&word) && !words.contains(&text) && words.len() < MOST_INSTEAD {
            words.push(text);
        }
    }
    if go_on_path(places, &world.host).is_ok() && !wanted.contains(&GoRequest::Path) {
        words.push(GoRequest::Path.to_string());
    }
    words
}

/// A hint is read, a list is not.
const MOST_INSTEAD: usize = 3;

fn obtain(
    located: &mut Located,
    places: &Places<'_>,
    scratch: &str,
    progress: &Progress,
    world: &World,
) -> Result<Vec<(GoRequest, InstallError)>, Error> {
    let empty = world.here.platform.join(scratch, "install");
    world.host.create_dir_all(&empty).map_err(|source| Error::Scratch { place: empty.clone(), source })?;
    let stop = || world.processes.interrupted();
    let means = Means {
        places,
        found: &located.found,
        scratch: &empty,
        host: &world.host,
        executor: &*world.processes,
        fetch: &Web::new(&stop),
        tool_cache: &DiskToolCache { stop: &stop },
        observer: progress,
    };
    let installation = install::install(&located.missing, &means);
    located.found.extend(installation.obtained);
    located.found.sort_by(|a, b| a.version.cmp(&b.version));
    let why =
        |request: &GoRequest| installation.failed.iter().find(|(failed, _)| failed == request).map(|(_, why)| why);
    located.missing.retain_mut(|missing| match why(&missing.request) {
        Some(error) => {
            missing.looked_at.push(format!("--install: {error}"));
            true
        }
        None => false,
    });
    Ok(installation.failed)
}

/// Versions that have no cell of their own to run: missing ones are skipped,
/// and a toolchain that is not what its place says is an error.
pub(crate) fn absent(located: &Located) -> Vec<(String, Verdict)> {
    let missing = located.missing.iter().map(|MissingToolchain { request, looked_at }| {
        let reason =
            format!("Go {request} is nowhere: {} places were looked at, which the report lists", looked_at.len());
        (request.to_string(), Verdict::Skip { reason })
    });
    let suspicious = located.suspicious.iter().map(|s| {
        let reason = format!("`{}` ({}) claims to be {}, and is {}", s.goroot, s.source.name(), s.claimed, s.actual);
        (s.request.to_string(), Verdict::Error { reason })
    });
    missing.chain(suspicious).collect()
}
