//! The caches of a row: which steps restore and save what, and whether a cache of setup-go lives at all. What a dead
//! one dies of is judged here once, so that no rule blames it for anything else.

use crate::{
    actions::{
        setup_go::{self, SetupGoRelease},
        uses::{Action, KnownAction},
    },
    lint::{
        repository::Repository,
        timeline::{Row, RowStep, StepKind},
    },
    script::reading::ScriptCommand,
    workflow::expression::Possible,
};

/// A step of setup-go that may cache.
pub(crate) struct GoCache<'c, 'a> {
    /// The step's number in the row.
    pub number: usize,
    pub step: &'c RowStep<'a>,
    pub release: &'static SetupGoRelease,
    pub life: CacheLife,
}

/// What becomes of a cache of setup-go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum CacheLife {
    /// It is off.
    Off,
    /// Only a run tells.
    Unknown,
    /// It never restores anything.
    Dead(CacheDeath),
    /// It restores and saves.
    Alive,
}

/// Why a cache of setup-go never restores anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum CacheDeath {
    /// No step before it brings files; where one behind it does, its number in the row.
    NoFiles { checkout: Option<usize> },
    /// The files whose hash makes the key are not where it looks.
    NoKeyFile(MissingKey),
    /// It asks a service that is switched off.
    Protocol,
}

/// What was looked for, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct MissingKey {
    /// `go.sum`, or the patterns of `cache-dependency-path`.
    pub wanted: String,
    /// The directory of the checkout, where it is not the workspace itself.
    pub folder: Option<String>,
    /// A directory of the repository that has such a file; the first by name.
    pub nearest: Option<String>,
    pub is_pattern: bool,
}

/// What lies in the workspace before a step.
enum Workspace {
    /// Nothing.
    Empty,
    /// The repository itself.
    Repository,
    /// The repository, in this directory alone.
    Folder(String),
    Unknown,
}

/// All steps of setup-go in a row.
pub(crate) fn go_caches<'c, 'a>(row: &'c Row<'a>, repository: &Repository<'_>) -> Vec<GoCache<'c, 'a>> {
    let steps = row.steps.iter().enumerate().filter(|(_, step)| step.known_action() == Some(KnownAction::SetupGo));
    let cache = |(number, step): (usize, &'c RowStep<'a>)| {
        let release = setup_go::release(step.action()?.reference()?)?;
        let life = life(row, number, step, release, repository);
        Some(GoCache { number, step, release, life })
    };
    steps.filter_map(cache).collect()
}

fn life(
    row: &Row<'_>,
    number: usize,
    step: &RowStep<'_>,
    release: &SetupGoRelease,
    repository: &Repository<'_>,
) -> CacheLife {
    match is_on(step, release) {
        None => return CacheLife::Unknown,
        Some(false) => return CacheLife::Off,
        Some(true) => {}
    }
    // A runner of one's own keeps its workspace, and may have a service of its own.
    if row.facts.machine().is_none() {
        return CacheLife::Unknown;
    }
    if release.speaks_old_service_only() {
        return CacheLife::Dead(CacheDeath::Protocol);
    }
    let folder = match workspace(&row.steps[..number]) {
        Workspace::Unknown => return CacheLife::Unknown,
        Workspace::Empty => {
            let is_checkout = |step: &RowStep<'_>| step.known_action() == Some(KnownAction::Checkout);
            let later = (number + 1..row.steps.len()).find(|later| is_checkout(&row.steps[*later]));
            return CacheLife::Dead(CacheDeath::NoFiles { checkout: later });
        }
        Workspace::Repository => String::new(),
        Workspace::Folder(folder) => folder,
    };
    match missing_key(step, release, &folder, repository) {
        None => CacheLife::Unknown,
        Some(None) => CacheLife::Alive,
        Some(Some(missing)) => CacheLife::Dead(CacheDeath::NoKeyFile(missing)),
    }
}

/// `cache:` as it is given, or as the release has it.
fn is_on(step: &RowStep<'_>, release: &SetupGoRelease) -> Option<bool> {
    if step.input_node("cache").is_none() {
        return release.does.caches_with(None);
    }
    let given = step.input("cache");
    release.does.caches_with(Some(one(&given)?))
}

/// The only value there is.
pub(crate) fn one(possible: &Possible<String>) -> Option<&String> {
    match possible.as_deref() {
        Some([only]) => Some(only),
        _ => None,
    }
}

/// What lies in the workspace behind these steps.
fn workspace(steps: &[RowStep<'_>]) -> Workspace {
    let mut found = Workspace::Empty;
    for step in steps {
        if step.known_action() == Some(KnownAction::Checkout) {
            let (path, repository) = (step.input("path"), step.input("repository"));
            let own = one(&repository).is_some_and(String::is_empty);
            let Some(path) = one(&path).filter(|_| own && step.surely) else { return Workspace::Unknown };
            let path = path.trim_start_matches("./").trim_end_matches('/');
            found = match (path, found) {
                ("" | ".", _) | (_, Workspace::Repository) => Workspace::Repository,
                (folder, Workspace::Empty) => Workspace::Folder(folder.to_owned()),
                _ => Workspace::Unknown,
            };
        } else if may_bring_files(step) {
            return Workspace::Unknown;
        }
    }
    found
}

/// Actions that leave the workspace as it is.
const BRING_NOTHING: &[&str] = &[
    "actions/setup-go",
    "actions/setup-node",
    "actions/setup-python",
    "actions/setup-java",
    "actions/setup-dotnet",
    "step-security/harden-runner",
    "actions/create-github-app-token",
];

/// Programs that leave it, whatever their arguments.
const HARMLESS: &[&str] = &[
    "echo",
    "printf",
    "mkdir",
    "export",
    "set",
    "env",
    "printenv",
    "pwd",
    "ls",
    "dir",
    "df",
    "uname",
    "date",
    "true",
    "whoami",
    "id",
    "nproc",
    "write-host",
    "write-output",
    "out-file",
    "add-content",
    "get-childitem",
    "sleep",
    "apt-get",
    "apt",
    "brew",
    "choco",
    "[",
    "test",
];

/// Whether a step may put files into the workspace, or remove some.
fn may_bring_files(step: &RowStep<'_>) -> bool {
    match &step.kind {
        StepKind::Other => false,
        StepKind::Action { is_walked: true, .. } => false,
        StepKind::Action { action, .. } => match action {
            Some(Action::Published(action)) => {
                let name = format!("{}/{}", action.owner, action.name).to_ascii_lowercase();
                !BRING_NOTHING.contains(&name.as_str())
            }
            _ => true,
        },
        StepKind::Script { reading, .. } => !reading.as_ref().is_some_and(|reading| {
            let name = |command: &ScriptCommand| command.invoked().first()?.as_literal().map(str::to_ascii_lowercase);
            let harmless = |command| name(command).is_none_or(|name| HARMLESS.contains(&name.as_str()));
            reading.syntax_is_known && reading.commands.iter().all(harmless)
        }),
    }
}

/// `None`: only a run tells; `Some(None)`: nothing is missing.
fn missing_key(
    step: &RowStep<'_>,
    release: &SetupGoRelease,
    folder: &str,
    repository: &Repository<'_>,
) -> Option<Option<MissingKey>> {
    let given = step.input("cache-dependency-path");
    let given = one(&given)?;
    let names = repository.names()?;
    let key_file = release.does.key_file.as_deref()?;
    let below = |name: &str| if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
    let in_folder = Some(folder.to_owned()).filter(|folder| !folder.is_empty());
    if given.trim().is_empty() {
        if folder.is_empty() && names.contains(key_file) {
            return Some(None);
        }
        let nearest = names.iter().find(|name| name.rsplit('/').next() == Some(key_file)).map(|name| below(name));
        return Some(Some(MissingKey { wanted: key_file.to_owned(), folder: in_folder, nearest, is_pattern: false }));
    }
    let workspace = step.scope.variable("GITHUB_WORKSPACE")?.concat();
    for pattern in given.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        // An absolute one may lead into the workspace; what an exclusion leaves over is not worked out.
        let relative = pattern.strip_prefix(&workspace).unwrap_or(pattern).trim_start_matches("./");
        if relative.starts_with(['!', '~']) || (relative == pattern && step.scope.platform()?.is_absolute(pattern)) {
            return None;
        }
        let pattern = glob::Pattern::new(relative.trim_start_matches('/')).ok()?;
        if names.iter().any(|name| matches_or_is_above(&pattern, &below(name))) {
            return Some(None);
        }
    }
    Some(Some(MissingKey { wanted: given.trim().to_owned(), folder: in_folder, nearest: None, is_pattern: true }))
}

/// A pattern that names a directory matches all that is in it.
fn matches_or_is_above(pattern: &glob::Pattern, path: &str) -> bool {
    let options = glob::MatchOptions {
        case_sensitive: true,
        require_literal_separator: true,
        require_literal_leading_dot: false,
    };
    let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
    ends.into_iter().any(|end| pattern.matches_with(&path[..end], options))
}
