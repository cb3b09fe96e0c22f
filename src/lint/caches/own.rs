//! Steps of actions/cache: which directories they hold, and what their keys are made of.

use crate::{
    actions::{
        cache_entry::CacheMode,
        cache_step::{self, CacheRelease, input_lines, is_on},
        uses::{CachePart, KnownAction},
    },
    lint::{
        LintPlace,
        caches::{Checkouts, WorkspaceFiles, one, workspace},
        repository::Repository,
        timeline::{JobRow, RowStep, scope::RowScope},
    },
    platform::Platform,
    script::{ScriptPiece, ScriptText},
    workflow::expression,
};

/// A cache that a workflow keeps by actions/cache.
pub(crate) struct OwnCache<'c, 'a> {
    /// The step's number in the row.
    pub number: usize,
    pub step: &'c RowStep<'a>,
    pub part: CachePart,
    /// `None`: the reference is in no table.
    pub release: Option<&'static CacheRelease>,
    /// It only asks whether there is an entry; `None`: only a run tells.
    pub lookup_only: Option<bool>,
    /// What the job lets it do; `None`: nobody knows.
    pub mode: Option<CacheMode>,
    /// All lines of `path:` as the library gets them; `None`: only a run tells one of them.
    pub texts: Option<Vec<String>>,
    /// Those that it holds, in their order.
    pub paths: Vec<CachePath>,
    /// Those behind `!`.
    pub excluded: Vec<CachePath>,
}

/// A line of `path:`.
pub(crate) struct CachePath {
    pub place: LintPlace,
    pub written: String,
    /// As the library gets it, which makes the version of the entry.
    pub text: Option<String>,
    /// The directory that it means there, absolute; `None` for one of many, and where only a run tells.
    pub dir: Option<String>,
}

/// A directory of Go's that is worth a cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum GoCacheDir {
    Modules,
    Build,
}

impl GoCacheDir {
    pub(crate) const ALL: [Self; 2] = [Self::Modules, Self::Build];

    pub(crate) fn variable(self) -> &'static str {
        match self {
            Self::Modules => "GOMODCACHE",
            Self::Build => "GOCACHE",
        }
    }

    pub(crate) fn noun(self) -> &'static str {
        match self {
            Self::Modules => "module cache",
            Self::Build => "build cache",
        }
    }

    /// Where it is for a step.
    pub(crate) fn place(self, scope: &RowScope<'_>) -> Option<String> {
        one(&scope.go_says(self.variable())).cloned()
    }
}

/// All steps of actions/cache in a row.
pub(crate) fn own_caches<'c, 'a>(row: &'c JobRow<'a>) -> Vec<OwnCache<'c, 'a>> {
    let cache = |(number, step): (usize, &'c RowStep<'a>)| {
        let Some(KnownAction::Cache(part)) = step.known_action() else { return None };
        let release = step.action()?.reference().and_then(cache_step::release);
        let lines = paths(step);
        let texts = lines.iter().map(|path| path.text.clone()).collect();
        let (excluded, paths) = lines.into_iter().partition(|path: &CachePath| path.written.starts_with('!'));
        let lookup_only = one(&step.input("lookup-only")).map(|value| is_on(value));
        // Whether it obeys an environment of the step's own is in no table.
        let mode = step.scope.facts.cache_mode.filter(|_| step.scope.set("ACTIONS_CACHE_MODE").is_none());
        Some(OwnCache { number, step, part, release, lookup_only, mode, texts, paths, excluded })
    };
    row.steps.iter().enumerate().filter_map(cache).collect()
}

impl OwnCache<'_, '_> {
    /// Whether it puts files there.
    pub(crate) fn surely_restores(&self) -> bool {
        self.part != CachePart::Save && self.lookup_only == Some(false) && self.mode.is_some_and(|mode| mode.restores)
    }

    /// Whether it stores them, at once or at the end of the job.
    pub(crate) fn surely_saves(&self) -> bool {
        let is_let = self.mode.is_some_and(|mode| mode.saves);
        match self.part {
            CachePart::Both => is_let && self.lookup_only == Some(false),
            CachePart::Restore => false,
            CachePart::Save => is_let,
        }
    }

    /// Whether the job surely lets it restore or store anything.
    pub(crate) fn is_used(&self) -> bool {
        self.mode.is_some_and(|mode| match self.part {
            CachePart::Both => mode.restores || mode.saves,
            CachePart::Restore => mode.restores,
            CachePart::Save => mode.saves,
        })
    }

    /// The path that is this directory or has it within.
    pub(crate) fn holding(&self, dir: &str) -> Option<&CachePath> {
        let platform = self.step.scope.platform()?;
        let holds = |path: &&CachePath| path.dir.as_ref().is_some_and(|own| platform.is_within(dir, own));
        // What is left of a directory of which something is excluded is not worked out.
        let touches = |path: &CachePath| {
            path.dir.as_ref().is_none_or(|own| platform.is_within(dir, own) || platform.is_within(own, dir))
        };
        (!self.excluded.iter().any(touches)).then(|| self.paths.iter().find(holds)).flatten()
    }

    /// Which of Go's directories it holds, as they are for its own step.
    pub(crate) fn go_dirs(&self) -> Vec<GoCacheDir> {
        let holds = |dir: &GoCacheDir| dir.place(&self.step.scope).is_some_and(|place| self.holding(&place).is_some());
        GoCacheDir::ALL.into_iter().filter(holds).collect()
    }

    /// Whether it holds what Go downloads or builds, by places that are known or by the words of a path.
    pub(crate) fn is_of_go(&self) -> bool {
        const WORDS: [&str; 6] = ["go-build", "gocache", "gomodcache", "go/pkg/mod", "go-mod", "/pkg/mod"];
        let says = |path: &CachePath| {
            let written = path.written.replace('\\', "/").to_ascii_lowercase();
            WORDS.iter().any(|word| written.contains(word))
        };
        !self.go_dirs().is_empty() || self.paths.iter().any(says)
    }

    /// Where `path:` stands.
    pub(crate) fn path_place(&self) -> LintPlace {
        self.input_place("path")
    }

    /// Where an input stands; the step itself without it.
    pub(crate) fn input_place(&self, name: &str) -> LintPlace {
        self.step.input_node(name).map_or_else(|| self.step.place(), |input| self.step.file.entry(input))
    }

    /// What the key is made of.
    pub(crate) fn key(&self, row: &JobRow<'_>, repository: &Repository<'_>) -> Vec<CacheKeyPiece> {
        let written = self.step.input_node("key").and_then(|key| key.node.text()).unwrap_or_default();
        let before = &row.steps[..self.number];
        let piece = |piece: &ScriptPiece| match piece {
            ScriptPiece::Literal(text) => CacheKeyPiece::Known(text.clone()),
            ScriptPiece::Expression { inner, .. } => key_piece(inner, self.step, before, repository),
            other => CacheKeyPiece::Varying(format!("{other:?}")),
        };
        ScriptText::of_expressions(written).0.iter().map(piece).collect()
    }
}

/// What a key has in one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum CacheKeyPiece {
    /// The same in every run.
    Known(String),
    /// The same in every run, whatever it is: the name of the workflow, of the job.
    Constant(String),
    /// `hashFiles`, with what it is given.
    Files(Vec<String>),
    /// `hashFiles` that finds nothing, which is empty.
    NoFiles { patterns: Vec<String>, before_checkout: bool },
    /// Nobody knows; the expression.
    Varying(String),
}

/// Properties that no run changes.
const CONSTANT: [&str; 5] =
    ["github.workflow", "github.job", "github.repository", "github.repository_owner", "github.server_url"];

fn key_piece(inner: &str, step: &RowStep<'_>, before: &[RowStep<'_>], repository: &Repository<'_>) -> CacheKeyPiece {
    let inner = inner.trim();
    let property = |path: &[&str]| step.scope.property(path);
    if let Some([known]) = expression::possible(inner, &property).as_deref() {
        return CacheKeyPiece::Known(known.clone());
    }
    if CONSTANT.iter().any(|constant| constant.eq_ignore_ascii_case(inner)) {
        return CacheKeyPiece::Constant(inner.to_ascii_lowercase());
    }
    let Some(patterns) = hashed(inner, step) else { return CacheKeyPiece::Varying(inner.to_owned()) };
    let found = workspace(before, repository);
    let before_checkout = matches!(found, WorkspaceFiles::Empty) && step.scope.facts.machine().is_some();
    if before_checkout || matches!(finds_none(&patterns, step, &found, repository), Some(true)) {
        return CacheKeyPiece::NoFiles { patterns, before_checkout };
    }
    CacheKeyPiece::Files(patterns)
}

/// The patterns of `hashFiles('a', 'b')`, and of nothing else.
fn hashed(inner: &str, step: &RowStep<'_>) -> Option<Vec<String>> {
    let name = inner.get(.."hashFiles".len()).filter(|name| name.eq_ignore_ascii_case("hashFiles"))?;
    let arguments = inner[name.len()..].trim_start().strip_prefix('(')?.strip_suffix(')')?;
    let property = |path: &[&str]| step.scope.property(path);
    let mut found = Vec::new();
    let (mut start, mut quoted) = (0, false);
    for (at, letter) in arguments.char_indices().chain([(arguments.len(), ',')]) {
        match letter {
            '\'' => quoted = !quoted,
            ',' if !quoted => {
                found.push(one(&expression::possible(arguments[start..at].trim(), &property))?.clone());
                start = at + 1;
            }
            _ => {}
        }
    }
    (!quoted).then_some(found)
}

/// Whether no pattern finds a file; `None`: only a run tells.
fn finds_none(
    patterns: &[String],
    step: &RowStep<'_>,
    found: &WorkspaceFiles,
    repository: &Repository<'_>,
) -> Option<bool> {
    let WorkspaceFiles::Checkouts(Checkouts { own: Some(folder), others: false, open: false, submodules: false }) =
        found
    else {
        return None;
    };
    step.scope.facts.machine()?;
    let lines = patterns.iter().flat_map(|pattern| pattern.lines()).map(str::trim).filter(|line| !line.is_empty());
    for pattern in lines {
        if super::finds(pattern, folder, &step.scope, repository)? {
            return Some(false);
        }
    }
    Some(true)
}

/// The lines of `path:` with what each means.
fn paths(step: &RowStep<'_>) -> Vec<CachePath> {
    let Some(input) = step.input_node("path") else { return Vec::new() };
    let written = input.node.text().unwrap_or_default();
    let path = |place: &LintPlace, written: &str, text: Option<String>| CachePath {
        place: place.clone(),
        written: written.trim().to_owned(),
        dir: text.as_deref().and_then(|text| directory(text.trim_start_matches('!'), &step.scope)),
        text,
    };
    let is_cut = |line: &str| line.matches("${{").count() != line.matches("}}").count();
    // An expression over several lines is taken as a whole.
    let lines: Vec<&str> = if written.lines().any(is_cut) { vec![written] } else { written.split('\n').collect() };
    let mut found = Vec::new();
    for (number, line) in lines.into_iter().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let place = step.file.line_in_script(&input.node, number + 1);
        match step.scope.text(line).as_deref() {
            Some([known]) => found.extend(input_lines(known).into_iter().map(|text| {
                let written = if line.contains("${{") { line } else { &text };
                path(&place, written, Some(text.clone()))
            })),
            _ => found.push(path(&place, line, None)),
        }
    }
    found
}

/// The directory that the library takes a path for. Source: actions/toolkit, `internal-pattern.ts` and
/// `cacheUtils.ts: resolvePaths`.
pub(crate) fn directory(text: &str, scope: &RowScope<'_>) -> Option<String> {
    let platform = scope.platform()?;
    let mut text = text.trim();
    for end in ["/**/*", "/**", "/*", r"\**", r"\*"] {
        text = text.strip_suffix(end).unwrap_or(text);
    }
    if text.contains(['*', '?', '[']) {
        return None;
    }
    let value = |name: &str| one(&scope.variable(name)).filter(|value| !value.is_empty()).cloned();
    let below_home = text.strip_prefix('~').filter(|rest| {
        rest.is_empty() || rest.starts_with('/') || (platform == Platform::Windows && rest.starts_with('\\'))
    });
    let home = if platform == Platform::Windows { "USERPROFILE" } else { "HOME" };
    match below_home {
        Some(rest) => Some(platform.join(&value(home)?, rest)),
        None if platform.is_absolute(text) => Some(text.to_owned()),
        None => Some(platform.join(&value("GITHUB_WORKSPACE")?, text.trim_start_matches("./"))),
    }
}
