//! Caches that are in each other's way, or that no other run can use: two in one job, jobs that share a key, workflows
//! whose entries nobody else sees.

use super::{JudgedRow, JudgedWorkflow, LintRule, RuleFindings, RuleLook};
use crate::{
    actions::uses::KnownAction,
    lint::{
        caches::{
            CacheLife, GoCache,
            events::{WorkflowEvents, is_warmer, only_own_scope},
            filling::{formats, last_filling, leaves_go_alone, may_clean},
            one,
            own::{CacheKeyPiece, GoCacheDir, OwnCache},
        },
        timeline::{JobRow, RowStep, StepKind},
    },
    platform::Platform,
    status::Severity,
};
use std::collections::HashMap;

pub(super) const RULES: &[LintRule] = &[
    LintRule {
        id: "cache-dir-twice",
        severity: Severity::Warning,
        title: "two steps restore the same directory",
        condition: "A step of setup-go has a cache that lives, on a hosted runner, and a step of actions/cache or \
            actions/cache/restore in the same job surely restores GOMODCACHE or GOCACHE as well, or a directory around it. \
            A note where it is GOCACHE alone.",
        why: "Both are downloaded and unpacked, and both saved. Files of the module cache are read-only: the second tar \
            fails on each with `Cannot open: File exists`.",
        source: "actions/setup-go#403 and #424; `src/cache-restore.ts` of v4.0.0 to v7.0.0.",
        fix: "Keep one: `cache: false` for setup-go, or no step of actions/cache.",
        ignore: "When the second one holds what the first does not, and its warnings do not matter.",
        look: RuleLook::EachRow(dir_twice),
    },
    LintRule {
        id: "setup-twice",
        severity: Severity::Warning,
        title: "a second setup-go restores its cache over the first one's",
        condition: "Two steps of setup-go surely run in one job on a hosted runner, the cache of the later one lives, and \
            that of an earlier one does too, or a command of Go's between them has surely filled the module cache.",
        why: "Both restore the same directories. The second tar meets files that are read-only, and each of the entries \
            is saved with what both brought.",
        source: "actions/setup-go#424; `src/cache-restore.ts` of v4.0.0 to v7.0.0.",
        fix: "Leave the cache to one of them: `cache: false` for the other.",
        ignore: "When the two entries are small.",
        look: RuleLook::EachRow(setup_twice),
    },
    LintRule {
        id: "cache-version-split",
        severity: Severity::Warning,
        title: "two steps share a key and cannot find each other's entries",
        condition: "Two steps of actions/cache on the same hosted system have the same key, and their paths are the same \
            directories in another writing or order.",
        why: "The version of an entry is a sum over the paths as they are written. What one step stores the other never \
            finds, so each keeps an entry of its own, and a step that only restores finds nothing.",
        source: "actions/toolkit, `packages/cache/src/internal/cacheUtils.ts: getCacheVersion`; held against \
            `@actions/cache` in a test.",
        fix: "Write the paths alike, in the same order.",
        ignore: "Never; or give the two different keys.",
        look: RuleLook::Repository(version_split),
    },
    LintRule {
        id: "cache-scope-cold",
        severity: Severity::Note,
        title: "no other run can see what this job's cache stores",
        condition: "A job with a cache of setup-go that lives and may store runs only for pull requests, the merge queue, \
            tags or releases, by the events of its workflow and by its `if:`, and no workflow of the repository has a job that runs for other events and caches by setup-go on the same \
            system, nor one of which that is not known.",
        why: "An entry belongs to the ref that stored it. Others find those of their own ref, of their base and of the \
            default branch, so each pull request and each tag starts without a cache.",
        source: "GitHub, \"Dependency caching reference\", restrictions for accessing a cache.",
        fix: "Run the job for pushes to the default branch too, or on a schedule.",
        ignore: "When a cold start is what you want, such as for a release.",
        look: RuleLook::Repository(scope_cold),
    },
    LintRule {
        id: "cache-empty-first",
        severity: Severity::Warning,
        title: "a job that only formats stores an empty cache under the key of the others",
        condition: "A job with a cache of setup-go that lives does nothing but check formatting, by a list of commands that \
            touch neither cache (`gofmt`, `go fmt`, `git diff`), another job of the workflow has the same key and does \
            more, and the first does not wait for it.",
        why: "The first job to end stores its entry, and an entry is never written again: that of the quick job has nothing \
            in it, and the others restore that until the key changes.",
        source: "`src/cache-save.ts` of v4.0.0 to v7.0.0; actions/setup-go#672.",
        fix: "`cache: false` for the job that only formats.",
        ignore: "When the jobs of the workflow run one after the other anyway.",
        look: RuleLook::Workflow(empty_first),
    },
];

fn alive<'j, 'c, 'a>(judged: &'j JudgedRow<'c, 'a>) -> impl Iterator<Item = &'j GoCache<'c, 'a>> {
    judged.go_caches.iter().filter(|cache| cache.life == CacheLife::Alive)
}

fn dir_twice(judged: &JudgedRow<'_, '_>, found: &mut RuleFindings<'_>) {
    for own in judged.own_caches.iter().filter(|own| own.step.surely && own.surely_restores()) {
        for cache in alive(judged).filter(|cache| cache.step.surely) {
            let twice = |dir: &GoCacheDir| {
                let place = dir.place(&cache.step.scope)?;
                own.holding(&place).map(|path| (*dir, place, path.written.clone()))
            };
            let all: Vec<_> = GoCacheDir::ALL.iter().filter_map(twice).collect();
            let Some((dir, place, written)) = all.first() else { continue };
            let what = if all.len() > 1 { "modules and build cache are" } else { dir.is_restored() };
            let evidence = format!("`{written}` is `{place}`, which setup-go restores and saves already");
            let help = "say `cache: false` for setup-go, or leave this path out";
            let message = format!("{what} restored twice");
            let finding = found.add(judged.row, own.path_place(), &message, &evidence, help);
            if *dir == GoCacheDir::Build {
                finding.severity = Severity::Note;
            }
            *finding = finding.clone().beside(cache.step.place(), "setup-go restores it here");
            break;
        }
    }
}

impl GoCacheDir {
    fn is_restored(self) -> &'static str {
        match self {
            Self::Modules => "the module cache is",
            Self::Build => "the build cache is",
        }
    }
}

fn setup_twice(judged: &JudgedRow<'_, '_>, found: &mut RuleFindings<'_>) {
    let steps = &judged.row.steps;
    for later in alive(judged).filter(|cache| cache.step.surely) {
        let mut earlier = judged.go_caches.iter().filter(|cache| cache.number < later.number && cache.step.surely);
        let Some(earlier) = earlier.next_back() else { continue };
        let dir = GoCacheDir::Modules;
        let Some(place) = dir.place(&later.step.scope) else { continue };
        let is_same = dir.place(&earlier.step.scope).as_ref() == Some(&place);
        let between = &steps[earlier.number..later.number];
        let is_left = earlier.life == CacheLife::Alive && is_same && !between.iter().any(|step| may_clean(step, dir));
        let between = last_filling(between, dir, &place);
        let evidence = match (&between, is_left) {
            (Some(filling), _) => format!("`{}` has filled `{place}` before", filling.shown),
            (None, true) => format!("an earlier setup-go restores `{place}` too"),
            (None, false) => continue,
        };
        let message = "this setup-go restores its cache over the files of an earlier one";
        let help = "say `cache: false` for one of the two";
        let finding = found.add(judged.row, later.step.place(), message, &evidence, help);
        *finding = finding.clone().beside(earlier.step.place(), "Go is set up here already");
    }
}

/// What tells whether two steps of actions/cache mean the same entry.
struct SharedKey<'j, 'c, 'a> {
    cache: &'j OwnCache<'c, 'a>,
    row: &'j JobRow<'a>,
    platform: Platform,
    key: String,
    texts: Vec<String>,
    /// In order, each once.
    dirs: Vec<String>,
}

fn version_split(workflows: &[JudgedWorkflow<'_, '_>], found: &mut RuleFindings<'_>) {
    // One of each writing, by what must be the same.
    let mut seen: HashMap<_, Vec<(SharedKey<'_, '_, '_>, bool)>> = HashMap::new();
    for workflow in workflows {
        let caches = workflow.rows.iter().flat_map(|row| row.own_caches.iter().map(move |cache| (row, cache)));
        for shared in caches.filter_map(|(row, cache)| shared_key(row, cache, &workflow.file.path)) {
            let same = (shared.platform.runner_os(), shared.key.clone(), shared.dirs.clone());
            let writings = seen.entry(same).or_default();
            let other = writings.iter().find(|(other, is_asked)| {
                (*is_asked || workflow.is_asked)
                    && other.texts != shared.texts
                    && other.cache.step.place() != shared.cache.step.place()
            });
            if let Some((other, _)) = other {
                split(&shared, other, found);
            }
            if !writings.iter().any(|(other, _)| other.texts == shared.texts) {
                writings.push((shared, workflow.is_asked));
            }
        }
    }
}

fn split(shared: &SharedKey<'_, '_, '_>, other: &SharedKey<'_, '_, '_>, found: &mut RuleFindings<'_>) {
    let different = shared.texts.iter().zip(&other.texts).find(|(own, other)| own != other);
    let evidence = match different {
        Some((own, other)) if shared.dirs.len() == shared.texts.len() && !shared.texts.contains(other) => {
            format!("`{own}` here and `{other}` there are one directory, and two versions of the entry")
        }
        _ => {
            "the same directories are written in another order there, which makes two versions of the entry".to_owned()
        }
    };
    let message = "this step and another share a key, and never find each other's entries";
    let help = "write the paths alike, in the same order";
    let finding = found.add(shared.row, shared.cache.path_place(), message, &evidence, help);
    *finding = finding.clone().beside(other.cache.path_place(), "the other writing");
}

fn shared_key<'j, 'c, 'a>(
    judged: &'j JudgedRow<'c, 'a>,
    cache: &'j OwnCache<'c, 'a>,
    file: &str,
) -> Option<SharedKey<'j, 'c, 'a>> {
    let platform = cache.step.scope.platform()?;
    if cache.step.input_node("enableCrossOsArchive").is_some()
        || !cache.excluded.is_empty()
        || !cache.is_used()
        || judged.row.label.is_some()
    {
        return None;
    }
    let piece = |piece: CacheKeyPiece| match piece {
        CacheKeyPiece::Known(text) => Some(text),
        CacheKeyPiece::Files(patterns) => Some(format!("{{{patterns:?}}}")),
        CacheKeyPiece::NoFiles { .. } | CacheKeyPiece::Constant(_) => None,
        // Of one run, and so of one workflow.
        CacheKeyPiece::Varying(inner) => {
            let of_run = ["github.run_id", "github.sha", "github.run_number"];
            of_run.iter().any(|one| one.eq_ignore_ascii_case(&inner)).then(|| format!("{{{file} {inner}}}"))
        }
    };
    let key: String = cache.key(judged.row, judged.repository).into_iter().map(piece).collect::<Option<_>>()?;
    let texts: Vec<String> = cache.paths.iter().map(|path| path.text.clone()).collect::<Option<_>>()?;
    let folded = |dir: &String| platform.path(dir).normalize().to_string();
    let mut dirs: Vec<String> = cache.paths.iter().map(|path| path.dir.as_ref().map(folded)).collect::<Option<_>>()?;
    dirs.sort();
    dirs.dedup();
    let knows = !key.is_empty() && !dirs.is_empty();
    knows.then_some(SharedKey { cache, row: judged.row, platform, key, texts, dirs })
}

fn scope_cold(workflows: &[JudgedWorkflow<'_, '_>], found: &mut RuleFindings<'_>) {
    let mut warm: HashMap<&str, bool> = HashMap::new();
    for workflow in workflows.iter().filter(|workflow| workflow.is_asked) {
        let Some(events) = WorkflowEvents::of(&workflow.file.tree) else { continue };
        for judged in workflow.rows.iter().filter(|judged| judged.row.label.is_none()) {
            let Some(kind) = only_own_scope(&events, judged.row) else { continue };
            let Some(platform) = judged.row.facts.machine().map(|image| image.platform) else { continue };
            let Some(cache) = alive(judged).find(|cache| cache.step.surely && cache.saves) else { continue };
            let os = platform.runner_os();
            let any_warms = || workflows.iter().any(|other| is_warmer(other.file, &other.rows, platform));
            if *warm.entry(os).or_insert_with(any_warms) {
                continue;
            }
            let evidence =
                format!("this job runs for {kind} only, and no job caches by setup-go on {os} for the default branch");
            let help = "run a job with the same key for pushes to the default branch, or on a schedule";
            let message = "no other run finds what this cache stores";
            found.add(judged.row, cache.step.place(), message, &evidence, help);
        }
    }
}

fn empty_first(rows: &[JudgedRow<'_, '_>], found: &mut RuleFindings<'_>) {
    let rows = || rows.iter().filter(|judged| judged.row.label.is_none());
    for quick in rows().filter(|row| only_formats(row.row)) {
        let [cache] = quick.go_caches.as_slice() else { continue };
        if cache.life != CacheLife::Alive || !cache.saves || !cache.step.surely || !quick.own_caches.is_empty() {
            continue;
        }
        let waits = needed(quick.row);
        let other = rows().find_map(|row| {
            let same = alive(row).find(|other| has_same_key(cache, other))?;
            let works = !only_formats(row.row) && !waits.contains(&row.row.job.name);
            (works && row.row.job.name != quick.row.job.name).then_some((row, same))
        });
        let Some((other, same)) = other else { continue };
        let message = "this job stores an empty cache, and others restore it";
        let evidence = format!("it runs nothing that downloads or builds, and `{}` has the same key", other.row.name);
        let help = "say `cache: false` here";
        let finding = found.add(quick.row, cache.step.place(), message, &evidence, help);
        *finding = finding.clone().beside(same.step.place(), "a job with the same key");
    }
}

/// Whether a job checks formatting and does nothing that fills a cache.
fn only_formats(row: &JobRow<'_>) -> bool {
    let harmless = |step: &RowStep<'_>| match &step.kind {
        StepKind::Action { is_walked, .. } => {
            *is_walked || matches!(step.known_action(), Some(KnownAction::Checkout | KnownAction::SetupGo))
        }
        StepKind::Script { .. } => leaves_go_alone(step),
        StepKind::Other => false,
    };
    row.steps.iter().all(harmless) && row.steps.iter().any(formats)
}

/// The jobs that a job waits for by its own word; those that they wait for end before, too.
fn needed(row: &JobRow<'_>) -> Vec<String> {
    let jobs = row.file.tree.get("jobs");
    let of = |name: &str| -> Vec<String> {
        let needs = jobs.and_then(|jobs| jobs.get(name)?.get("needs"));
        let listed = needs.map(|needs| needs.list().filter_map(|one| one.text()).map(str::to_owned).collect());
        let single = needs.and_then(|needs| needs.text()).map(|one| vec![one.to_owned()]);
        single.or(listed).unwrap_or_default()
    };
    let (mut found, mut open) = (Vec::new(), of(&row.job.name));
    while let Some(name) = open.pop() {
        if !found.contains(&name) {
            open.extend(of(&name));
            found.push(name);
        }
    }
    found
}

/// Whether two steps of setup-go ask for the same entry, by all that makes its key and version.
fn has_same_key(one_cache: &GoCache<'_, '_>, other: &GoCache<'_, '_>) -> bool {
    const INPUTS: [&str; 4] = ["go-version", "go-version-file", "cache-dependency-path", "architecture"];
    let (left, right) = (one_cache.step, other.step);
    let image =
        |step: &RowStep<'_>| step.scope.facts.machine().map(|image| (image.platform, &image.arch, &image.image));
    let same_text = |name: &&str| {
        let (left, right) = (left.input(name), right.input(name));
        one(&left).is_some() && left == right
    };
    let same_dir = |dir: &GoCacheDir| {
        let place = dir.place(&left.scope);
        place.is_some() && place == dir.place(&right.scope)
    };
    one_cache.release.does.has_same_key(&other.release.does)
        && image(left).is_some()
        && image(left) == image(right)
        && INPUTS.iter().all(same_text)
        && GoCacheDir::ALL.iter().all(same_dir)
}
