//! The caches of a row: which steps restore and save what, and whether a cache of setup-go lives at all. What a dead
//! one dies of is judged here once, so that no rule blames it for anything else.

pub(crate) mod events;
pub(crate) mod filling;
pub(crate) mod own;

use crate::{
    actions::{
        cache_entry::CacheMode,
        setup_go::{self, SetupGoRelease},
        uses::{Action, KnownAction},
    },
    lint::{
        repository::Repository,
        timeline::{JobRow, RowStep, StepKind, scope::RowScope},
    },
    platform::Platform,
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
    /// Whether it stores what it holds at the end, if it lives.
    pub saves: bool,
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
    /// The file of the repository that lies least deep; the first by name.
    pub nearest: Option<String>,
    pub is_pattern: bool,
}

/// What lies in the workspace before a step.
pub(crate) enum WorkspaceFiles {
    /// Nothing.
    Empty,
    /// What checkouts brought.
    Checkouts(Checkouts),
    Unknown,
}

/// What lies in the workspace behind checkouts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Checkouts {
    /// Where this repository is; empty: the workspace itself.
    own: Option<String>,
    /// Others are in directories of their own.
    others: bool,
    /// Steps behind it may have brought anything.
    open: bool,
    /// Files of other repositories may lie below directories of this one.
    submodules: bool,
}

/// All steps of setup-go in a row.
pub(crate) fn go_caches<'c, 'a>(row: &'c JobRow<'a>, repository: &Repository<'_>) -> Vec<GoCache<'c, 'a>> {
    let steps = row.steps.iter().enumerate().filter(|(_, step)| step.known_action() == Some(KnownAction::SetupGo));
    let cache = |(number, step): (usize, &'c RowStep<'a>)| {
        let release = setup_go::release(step.action()?.reference()?)?;
        let mode = cache_mode(step, release);
        let life = match mode {
            Some(CacheMode { restores: false, saves: false }) => CacheLife::Off,
            Some(CacheMode { restores: true, .. }) => life(row, number, step, release, repository),
            // What is only stored has other faults, or only a run tells.
            Some(CacheMode { restores: false, .. }) | None => CacheLife::Unknown,
        };
        let saves = mode.is_some_and(|mode| mode.saves);
        Some(GoCache { number, step, release, life, saves })
    };
    steps.filter_map(cache).collect()
}

/// What the job lets it do, and the step's own environment, where the release obeys that.
fn cache_mode(step: &RowStep<'_>, release: &SetupGoRelease) -> Option<CacheMode> {
    let mode = step.scope.facts.cache_mode?;
    match step.scope.set("ACTIONS_CACHE_MODE").filter(|_| release.does.cache_mode) {
        None => Some(mode),
        Some(own) => Some(mode.and(CacheMode::of(one(&own.value)?))),
    }
}

fn life(
    row: &JobRow<'_>,
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
    let checkouts = match workspace(&row.steps[..number], repository) {
        WorkspaceFiles::Unknown => return CacheLife::Unknown,
        WorkspaceFiles::Empty => {
            let is_checkout = |step: &RowStep<'_>| step.known_action() == Some(KnownAction::Checkout);
            let later = (number + 1..row.steps.len()).find(|later| is_checkout(&row.steps[*later]));
            return CacheLife::Dead(CacheDeath::NoFiles { checkout: later });
        }
        WorkspaceFiles::Checkouts(checkouts) => checkouts,
    };
    match missing_key(step, release, &checkouts, repository) {
        None => CacheLife::Unknown,
        Some(None) => CacheLife::Alive,
        Some(Some(missing)) if checkouts.open || missing.is_pattern && checkouts.submodules => CacheLife::Unknown,
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
pub(crate) fn workspace(steps: &[RowStep<'_>], repository: &Repository<'_>) -> WorkspaceFiles {
    let mut found = WorkspaceFiles::Empty;
    for step in steps {
        found = if step.known_action() == Some(KnownAction::Checkout) {
            behind_checkout(step, found, repository)
        } else if !may_bring_files(step) {
            found
        } else {
            match found {
                WorkspaceFiles::Checkouts(known) if !may_remove_files(step) => {
                    WorkspaceFiles::Checkouts(Checkouts { open: true, ..known })
                }
                _ => WorkspaceFiles::Unknown,
            }
        };
    }
    found
}

/// Whether the workspace behind these steps is a checkout of this repository, as it is.
pub(crate) fn has_own_files(steps: &[RowStep<'_>], repository: &Repository<'_>) -> bool {
    match workspace(steps, repository) {
        WorkspaceFiles::Checkouts(checkouts) => checkouts.own.as_deref() == Some(""),
        WorkspaceFiles::Empty | WorkspaceFiles::Unknown => false,
    }
}

fn behind_checkout(step: &RowStep<'_>, before: WorkspaceFiles, repository: &Repository<'_>) -> WorkspaceFiles {
    let path = step.input("path");
    let path = one(&path).filter(|_| step.surely);
    let Some(dir) = path.and_then(|path| step.scope.in_workspace(path)) else { return WorkspaceFiles::Unknown };
    let known = match before {
        WorkspaceFiles::Unknown => return WorkspaceFiles::Unknown,
        WorkspaceFiles::Empty => Checkouts::default(),
        WorkspaceFiles::Checkouts(known) => known,
    };
    let submodules = may_have_submodules(step, repository);
    WorkspaceFiles::Checkouts(match (brings_own_files(step), dir.as_str(), &known.own) {
        (false, "", _) => return WorkspaceFiles::Unknown,
        // A checkout into the workspace itself leaves nothing else there.
        (true, "", _) => Checkouts { own: Some(String::new()), submodules, ..Checkouts::default() },
        (true, dir, None) => Checkouts { own: Some(dir.to_owned()), submodules, ..known },
        (true, dir, Some(own)) if own == dir => Checkouts { submodules: known.submodules || submodules, ..known },
        _ => Checkouts { others: true, ..known },
    })
}

/// What stands for the commit that the workflow runs for, whose files are those of the repository that is looked at.
const OWN_REFS: [&str; 9] = [
    "github.sha",
    "github.ref",
    "github.ref_name",
    "github.head_ref",
    "github.event.after",
    "github.event.pull_request.head.sha",
    "github.event.pull_request.head.ref",
    "github.event.pull_request.merge_commit_sha",
    "github.event.merge_group.head_sha",
];

/// Whether a checkout brings the files of this repository as they are: not those of another one, nor of another branch.
fn brings_own_files(step: &RowStep<'_>) -> bool {
    let is_of = |name: &str, own: &[&str]| {
        let value = step.input(name);
        let written = step.input_node(name).and_then(|input| input.node.text()).unwrap_or_default().trim();
        let inner = written.strip_prefix("${{").and_then(|rest| rest.strip_suffix("}}"));
        let is_own = |part: &str| own.iter().any(|own| own.eq_ignore_ascii_case(part.trim()));
        one(&value).is_some_and(|value| value.trim().is_empty())
            || inner.is_some_and(|inner| inner.split("||").all(is_own))
    };
    is_of("repository", &["github.repository"]) && is_of("ref", &OWN_REFS)
}

/// Whether a checkout may bring files of submodules, which a clone need not have.
fn may_have_submodules(step: &RowStep<'_>, repository: &Repository<'_>) -> bool {
    let given = step.input("submodules");
    let is_off = one(&given).is_some_and(|given| given.is_empty() || given.eq_ignore_ascii_case("false"));
    !is_off && repository.names().is_none_or(|names| names.contains(".gitmodules"))
}

/// Whether a script may take away files that a checkout brought.
fn may_remove_files(step: &RowStep<'_>) -> bool {
    const WAYS: [&str; 9] = ["rm ", "mv ", "git ", "del ", "rd ", "rmdir", "remove-item", "move-item", "-delete"];
    match &step.kind {
        StepKind::Script { script, .. } => {
            let text = script.text().unwrap_or_default().to_ascii_lowercase();
            WAYS.iter().any(|way| text.contains(way))
        }
        _ => false,
    }
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
        StepKind::Script { reading, .. } => !reading
            .as_ref()
            .is_some_and(|reading| reading.syntax_is_known && reading.commands.iter().all(brings_nothing)),
    }
}

/// Whether a command leaves the files of the workspace that make keys as they are.
fn brings_nothing(command: &ScriptCommand) -> bool {
    let words: Vec<Option<&str>> = command.invoked().iter().map(|word| word.as_literal()).collect();
    match words.as_slice() {
        [] => true,
        [
            Some("go" | "go.exe"),
            Some("build" | "test" | "vet" | "install" | "env" | "version" | "list" | "fmt"),
            ..,
        ]
        | [Some("go" | "go.exe"), Some("mod"), Some("download" | "vendor" | "verify"), ..] => true,
        [Some(name), ..] => HARMLESS.contains(&name.to_ascii_lowercase().as_str()),
        [None, ..] => false,
    }
}

/// `None`: only a run tells; `Some(None)`: nothing is missing.
fn missing_key(
    step: &RowStep<'_>,
    release: &SetupGoRelease,
    checkouts: &Checkouts,
    repository: &Repository<'_>,
) -> Option<Option<MissingKey>> {
    let given = step.input("cache-dependency-path");
    let given = one(&given)?;
    let names = repository.names()?;
    let key_file = release.does.key_file.as_deref()?;
    let folder = checkouts.own.as_ref().filter(|folder| !folder.is_empty());
    if given.trim().is_empty() {
        if checkouts.own.as_deref() == Some("") && names.contains(key_file) {
            return Some(None);
        }
        let below = |name: &String| folder.map_or_else(|| name.clone(), |folder| format!("{folder}/{name}"));
        let named = |name: &&String| name.rsplit('/').next() == Some(key_file);
        let depth = |name: &&String| name.matches('/').count();
        let nearest = names.iter().filter(|_| checkouts.own.is_some()).filter(named).min_by_key(depth).map(below);
        let wanted = key_file.to_owned();
        return Some(Some(MissingKey { wanted, folder: folder.cloned(), nearest, is_pattern: false }));
    }
    for pattern in given.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if finds(pattern, checkouts.own.as_deref()?, &step.scope, repository)? {
            return Some(None);
        }
    }
    let missing =
        MissingKey { wanted: given.trim().to_owned(), folder: folder.cloned(), nearest: None, is_pattern: true };
    (!checkouts.others).then_some(Some(missing))
}

/// Whether a pattern of @actions/glob finds a file of the repository, whose checkout is in this directory of the
/// workspace; `None`: only a run tells. Source: actions/toolkit, `internal-pattern.ts` and `internal-hash-files.ts`.
fn finds(pattern: &str, folder: &str, scope: &RowScope<'_>, repository: &Repository<'_>) -> Option<bool> {
    let names = repository.names()?;
    let platform = scope.platform()?;
    // What an exclusion leaves over is not worked out.
    if pattern.starts_with('!') {
        return None;
    }
    let relative = match in_workspace(pattern, scope)? {
        PatternPlace::Workspace(relative) => relative,
        // Nothing there is hashed.
        PatternPlace::Outside => return Some(false),
    };
    let pattern = glob::Pattern::new(&relative).ok()?;
    let below = |name: &str| if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
    Some(names.iter().any(|name| matches_or_is_above(&pattern, &below(name), platform)))
}

/// Where a pattern looks.
enum PatternPlace {
    /// In the workspace, relative to it, with `/`.
    Workspace(String),
    /// Surely elsewhere.
    Outside,
}

fn in_workspace(pattern: &str, scope: &RowScope<'_>) -> Option<PatternPlace> {
    let platform = scope.platform()?;
    let workspace = scope.variable("GITHUB_WORKSPACE")?.concat();
    let (text, workspace) = match platform {
        Platform::Windows => (pattern.replace('\\', "/"), workspace.replace('\\', "/")),
        Platform::Linux | Platform::Macos => (without_backslashes(pattern), workspace),
    };
    if text.starts_with('~') {
        return None;
    }
    if !platform.is_absolute(&text) {
        // A `/` alone is the root of the drive on Windows.
        return (!text.starts_with('/')).then(|| PatternPlace::Workspace(text.trim_start_matches("./").to_owned()));
    }
    let is_same = |start: &str| match platform {
        Platform::Windows => start.eq_ignore_ascii_case(&workspace),
        Platform::Linux | Platform::Macos => start == workspace,
    };
    let inside = text.get(..workspace.len()).filter(|start| is_same(start)).map(|_| &text[workspace.len()..]);
    if let Some(inner) = inside.and_then(|rest| rest.strip_prefix('/')) {
        return Some(PatternPlace::Workspace(inner.to_owned()));
    }
    // The workspace bears the name of the repository, which is not known; a star above it may lead into it.
    let plain: Vec<&str> = text.split('/').take_while(|part| !part.contains(['*', '?', '['])).collect();
    let work = scope.variable("RUNNER_WORKSPACE").and_then(|all| platform.parent(&all.concat()))?;
    let plain = plain.join("/");
    let may_lead_in = platform.is_within(&plain, &work) || platform.is_within(&work, &plain) || plain.is_empty();
    (!may_lead_in).then_some(PatternPlace::Outside)
}

/// On Linux and macOS `\` takes the next letter as it is. The matcher knows no such thing, and would take `\` for a
/// separator wherever this program itself runs on Windows.
fn without_backslashes(pattern: &str) -> String {
    let mut letters = pattern.chars();
    let mut plain = String::with_capacity(pattern.len());
    while let Some(letter) = letters.next() {
        match (letter, letters.clone().next()) {
            ('\\', Some(next)) => {
                letters.next();
                plain.push_str(&glob::Pattern::escape(next.encode_utf8(&mut [0; 4])));
            }
            ('\\', None) => {}
            (letter, _) => plain.push(letter),
        }
    }
    plain
}

/// A pattern that names a directory matches all that is in it; on Windows case does not matter.
fn matches_or_is_above(pattern: &glob::Pattern, path: &str, platform: Platform) -> bool {
    let options = glob::MatchOptions {
        case_sensitive: platform != Platform::Windows,
        require_literal_separator: true,
        require_literal_leading_dot: false,
    };
    let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
    ends.into_iter().any(|end| pattern.matches_with(&path[..end], options))
}
