//! Keys, paths and versions of entries, as far as they are known before a run.

use crate::{
    actions::{
        cache_entry::{Compression, entry_version, hash_files},
        cache_step::is_on,
        setup_go::SetupGoKeyFacts,
    },
    lint::{
        caches::{
            GoCache, one,
            own::{CacheKeyPiece, GoCacheDir, OwnCache},
        },
        judged::JudgedRow,
        repository::Repository,
        timeline::scope::RowScope,
    },
    platform::Platform,
};

/// What stands for the directory above the workspace, whose name is the repository's.
const ABOVE_WORKSPACE: &str = "{runner.workspace}";

/// The paths of setup-go's entry, as Go says them to it.
pub(super) fn setup_go_paths(cache: &GoCache<'_, '_>, scope: &RowScope<'_>) -> Option<Vec<String>> {
    let [modules, build] = GoCacheDir::ALL.map(|dir| dir.place(scope));
    Some(cache.release.does.cached_dirs(&modules?, &build?))
}

/// The version of setup-go's entry over these paths.
pub(super) fn setup_go_version(cache: &GoCache<'_, '_>, paths: &[String]) -> Option<String> {
    let scope = &cache.step.scope;
    let library = cache.release.library.as_ref()?;
    if paths.is_empty() || paths.iter().any(|path| has_repository_name(path, scope)) {
        return None;
    }
    // Every hosted image has zstd.
    Some(entry_version(paths, Compression::of(library, true)?, scope.platform()?, false))
}

/// The name of the repository is in it, which is not known.
fn has_repository_name(path: &str, scope: &RowScope<'_>) -> bool {
    let above = scope.variable("RUNNER_WORKSPACE");
    one(&above).is_none_or(|above| path.contains(above.as_str()))
}

/// Paths with the repository's name left open.
pub(super) fn shown(paths: Vec<String>, scope: &RowScope<'_>) -> Vec<String> {
    let above = scope.variable("RUNNER_WORKSPACE");
    let Some(above) = one(&above) else { return paths };
    let workspace = scope.variable("GITHUB_WORKSPACE");
    let open = |path: String| match one(&workspace) {
        Some(workspace) => path.replace(workspace, "{github.workspace}").replace(above, ABOVE_WORKSPACE),
        None => path.replace(above, ABOVE_WORKSPACE),
    };
    paths.into_iter().map(open).collect()
}

/// The key of a step of setup-go.
pub(super) fn setup_go_key(judged: &JudgedRow<'_, '_>, cache: &GoCache<'_, '_>) -> Option<String> {
    let (step, image) = (cache.step, judged.row.facts.machine()?);
    let input = step.input("go-version");
    let input = one(&input).filter(|input| !input.is_empty());
    let given = step.input("cache-dependency-path");
    let key_file = match one(&given)?.trim() {
        "" => cache.release.does.key_file.clone(),
        path => Some(path.to_owned()),
    };
    let files = key_file.and_then(|path| hash(&[path], image.platform, judged.repository));
    let facts = SetupGoKeyFacts {
        platform: image.platform,
        arch: Some(&image.arch),
        image: image.image.as_deref(),
        input: input.map(String::as_str),
        wanted: input.map(String::as_str),
        go: input.map(String::as_str).filter(|version| is_whole(version)),
        files: files.as_deref(),
    };
    cache.release.does.primary_key(&facts).map(|key| key.to_string())
}

/// Whether Go calls itself by this version: `1.24.1`, and `1.21.0`, but `1.20` for 1.20.0.
fn is_whole(version: &str) -> bool {
    let parts: Vec<&str> = version.split('.').collect();
    let numbers: Option<Vec<u32>> = parts.iter().map(|part| part.parse().ok()).collect();
    matches!(numbers.as_deref(), Some([1, minor, patch]) if *minor >= 21 || *patch > 0)
}

/// The hash of one file as it is here. A checkout on Windows may write other line ends, and the order of several files
/// is the file system's.
fn hash(patterns: &[String], platform: Platform, repository: &Repository<'_>) -> Option<String> {
    let [path] = patterns else { return None };
    let is_one = !path.contains(['*', '?', '[', '!', '\n', '~', '\\']);
    let path = path.trim_start_matches("./");
    if platform == Platform::Windows || !is_one || !repository.names()?.contains(path) {
        return None;
    }
    hash_files([repository.content(path)?.as_slice()])
}

/// The key of a step of actions/cache.
pub(super) fn own_key(judged: &JudgedRow<'_, '_>, cache: &OwnCache<'_, '_>) -> Option<String> {
    let pieces = cache.key(judged.row, judged.repository);
    let platform = cache.step.scope.platform();
    let piece = |piece: CacheKeyPiece| match piece {
        CacheKeyPiece::Known(text) => text,
        CacheKeyPiece::NoFiles { .. } => String::new(),
        CacheKeyPiece::Constant(inner) | CacheKeyPiece::Varying(inner) => format!("{{{inner}}}"),
        CacheKeyPiece::Files(patterns) => {
            let known = platform.and_then(|platform| hash(&patterns, platform, judged.repository));
            known.unwrap_or_else(|| format!("{{hash of {}}}", patterns.join(", ")))
        }
    };
    (!pieces.is_empty()).then(|| pieces.into_iter().map(piece).collect())
}

/// The version of the entry of a step of actions/cache.
pub(super) fn own_version(cache: &OwnCache<'_, '_>) -> Option<String> {
    let scope = &cache.step.scope;
    let platform = scope.platform()?;
    let paths = cache.texts.as_ref()?;
    let across = cache.step.input("enableCrossOsArchive");
    let across = is_on(one(&across)?);
    if paths.is_empty() || paths.iter().any(|path| has_repository_name(path, scope)) {
        return None;
    }
    let library = cache.release?.library.as_ref()?;
    Some(entry_version(paths, Compression::of(library, true)?, platform, across))
}
