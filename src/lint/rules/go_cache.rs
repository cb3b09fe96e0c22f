//! Caches of setup-go that never hit. Conditions run against the action itself: v4.3.0, v5.6.0, v6.5.0, v7.0.0.

use super::{JudgedRow, LintRule, RuleFindings, RuleLook};
use crate::{
    lint::{
        caches::{CacheDeath, CacheLife, GoCache, MissingKey, one},
        fix::steps as fix,
        timeline::{RowStep, StepWrite},
    },
    platform::Platform,
    script::Setter,
    status::Severity,
};

pub(super) const RULES: &[LintRule] = &[
    LintRule {
        id: "cache-before-checkout",
        severity: Severity::Error,
        title: "setup-go looks for its key file before any step brings files",
        condition: "A step of setup-go caches (`cache: true`, or by default from v4 on) on a hosted runner, and no step \
            before it brings files: no checkout, and nothing else that might.",
        why: "The key is made from the hash of a file of the repository. Without it setup-go warns, restores nothing and \
            saves nothing, so every run downloads and compiles everything, and stays green.",
        source: "Run with setup-go v4.3.0, v5.6.0, v6.5.0 and v7.0.0; `src/cache-restore.ts`.",
        fix: "Put the checkout before setup-go. A job that needs no files needs no cache: `cache: false`.",
        ignore: "When the cold job does not matter; `cache: false` says the same without a warning in the log.",
        look: RuleLook::EachRow(before_checkout),
    },
    LintRule {
        id: "cache-key-file-missing",
        severity: Severity::Error,
        title: "the file whose hash makes the key is not where setup-go looks",
        condition: "A step of setup-go caches on a hosted runner behind a checkout of this repository at the ref of the run, and its key file \
            is not in the workspace itself: go.sum up to v6.2.0, go.mod from v6.3.0 on; or no pattern of \
            `cache-dependency-path` matches a file.",
        why: "Without a key setup-go warns, restores nothing and saves nothing.",
        source: "Run with setup-go v5.6.0 and v7.0.0; `src/cache-restore.ts`.",
        fix: "Name the file: `cache-dependency-path: app/go.sum`. A module without go.sum can name its go.mod.",
        ignore: "When an earlier step makes the file in a way that cannot be seen in the workflow.",
        look: RuleLook::EachRow(key_file_missing),
    },
    LintRule {
        id: "cache-pin-dead",
        severity: Severity::Error,
        title: "a pinned version asks a cache service that is switched off",
        condition: "A step of setup-go caches on a hosted runner, and its tag or commit is a release with the cache \
            library 3.x: v3.5.0 to v3.6.0, v4.0.0 to v4.1.0, v5.0.0 to v5.2.0. GitHub Enterprise Server keeps that service.",
        why: "Such a release speaks the first protocol of the cache service alone, which github.com has switched off: it \
            warns, restores nothing and saves nothing.",
        source: "v3.5.0 and v5.2.0 were run and asked for the endpoints of the first protocol only; GitHub's changelog.",
        fix: "Use the newest release of the same major version, or a later one.",
        ignore: "On GitHub Enterprise Server.",
        look: RuleLook::EachRow(pin_dead),
    },
    LintRule {
        id: "cache-dirs-moved",
        severity: Severity::Error,
        title: "Go's directories move between restoring and saving the cache",
        condition: "Behind a step of setup-go whose cache lives, a step sets GOCACHE, GOMODCACHE, GOPATH while \
            GOMODCACHE follows it, or XDG_CACHE_HOME while GOCACHE follows it on Linux, by GITHUB_ENV or `go env -w`, to a known place that is another.",
        why: "setup-go restored the directories that Go used then. The steps behind it use others, which are empty; at the \
            end those are saved under the same key, whose entry then does not fit what the next run looks for.",
        source: "Run with setup-go v4.3.0, v5.6.0, v6.5.0 and v7.0.0; `src/cache-restore.ts` and `src/cache-save.ts`.",
        fix: "Set the variable before setup-go.",
        ignore: "When another job of the repository fills the cache of the directories that are used.",
        look: RuleLook::EachRow(dirs_moved),
    },
];

fn dead<'j, 'c, 'a>(row: &'j JudgedRow<'c, 'a>) -> impl Iterator<Item = (&'j GoCache<'c, 'a>, &'j CacheDeath)> {
    row.go_caches.iter().filter_map(|cache| match &cache.life {
        CacheLife::Dead(death) => Some((cache, death)),
        _ => None,
    })
}

fn before_checkout(judged: &JudgedRow<'_, '_>, found: &mut RuleFindings<'_>) {
    for (cache, death) in dead(judged) {
        let CacheDeath::NoFiles { checkout } = death else { continue };
        let checkout = checkout.map(|number| &judged.row.steps[number]);
        let key_file = cache.release.does.key_file.as_deref().unwrap_or("go.mod");
        let (evidence, help) = match checkout {
            Some(_) => (
                format!("setup-go makes its key from {key_file}; the checkout comes behind it"),
                "move the checkout before setup-go",
            ),
            None => (
                format!("setup-go makes its key from {key_file}; no step of this job brings files"),
                "say `cache: false`: there is nothing to cache for",
            ),
        };
        let finding =
            found.add(judged.row, cache.step.place(), "this cache restores nothing and saves nothing", &evidence, help);
        finding.fix = match checkout {
            Some(checkout) if !checkout.surely => None,
            Some(checkout) => fix::moved(checkout, cache.step, "move the checkout before setup-go"),
            None => fix::input(cache.step, "cache", "false", "switch the cache off, which has nothing to hold"),
        };
        if let Some(checkout) = checkout {
            *finding = finding.clone().beside(checkout.place(), "the files come here");
        }
    }
}

fn key_file_missing(judged: &JudgedRow<'_, '_>, found: &mut RuleFindings<'_>) {
    for (cache, death) in dead(judged) {
        let CacheDeath::NoKeyFile(MissingKey { wanted, folder, nearest, is_pattern }) = death else { continue };
        let evidence = match (is_pattern, folder) {
            (true, _) => format!("`cache-dependency-path: {wanted}` matches no file"),
            (false, Some(folder)) => {
                format!("setup-go looks for {wanted} in the workspace itself; the checkout is in `{folder}`")
            }
            (false, None) => format!("setup-go looks for {wanted} in the workspace itself, and there is none"),
        };
        let help = match nearest {
            Some(nearest) => format!("name it: `cache-dependency-path: {nearest}`"),
            None if *is_pattern => "name files that are there, or say `cache: false`".to_owned(),
            None => format!(
                "`cache-dependency-path:` takes another file, such as go.mod; without {wanted} say `cache: false`"
            ),
        };
        let place = cache
            .step
            .input_node("cache-dependency-path")
            .map_or_else(|| cache.step.place(), |input| cache.step.file.entry(input));
        let finding = found.add(judged.row, place, "this cache restores nothing and saves nothing", &evidence, &help);
        finding.fix = nearest.as_ref().and_then(|nearest| {
            fix::input(cache.step, "cache-dependency-path", nearest, &format!("make the key from `{nearest}`"))
        });
    }
}

fn pin_dead(judged: &JudgedRow<'_, '_>, found: &mut RuleFindings<'_>) {
    for (cache, death) in dead(judged) {
        if *death != CacheDeath::Protocol {
            continue;
        }
        let evidence = format!("setup-go {} speaks a protocol that GitHub has switched off", cache.release.tag);
        let help = "use the newest release of this major version or of a later one";
        found.add(judged.row, cache.step.place(), "this cache restores nothing and saves nothing", &evidence, help);
    }
}

fn dirs_moved(judged: &JudgedRow<'_, '_>, found: &mut RuleFindings<'_>) {
    for cache in judged.go_caches.iter().filter(|cache| cache.life == CacheLife::Alive) {
        // The step's own `env:` is that of its post step too.
        let mut end = judged.row.end.clone();
        end.step = cache.step.scope.step.clone();
        for (name, movers) in
            [("GOCACHE", &["GOCACHE", "XDG_CACHE_HOME"][..]), ("GOMODCACHE", &["GOMODCACHE", "GOPATH"])]
        {
            let (before, after) = (cache.step.scope.go_says(name), end.go_says(name));
            let (Some(before), Some(after)) = (one(&before), one(&after)) else { continue };
            let Some(platform) = judged.row.facts.machine().map(|image| image.platform) else { continue };
            if platform.same_path(before, after) {
                continue;
            }
            let Some((writer, write)) = last_write(&judged.row.steps[cache.number..], movers, platform) else {
                continue;
            };
            let evidence = format!("setup-go has restored {name} to `{before}`; from here on it is `{after}`");
            let help = "set it before setup-go, so that it restores and saves the directories that are used";
            let message = format!("{} moves the {} after its cache was restored", write.name, what(name));
            let finding = found.add(judged.row, write.place.clone(), &message, &evidence, help);
            finding.fix = fix::only_sets(writer)
                .then(|| fix::moved(writer, cache.step, "set the variables before setup-go"))
                .flatten();
            *finding = finding.clone().beside(cache.step.place(), "the cache is restored here");
        }
    }
}

fn what(name: &str) -> &'static str {
    if name == "GOCACHE" { "build cache" } else { "module cache" }
}

/// The last write of the first of these variables that is written at all, among the steps behind one.
fn last_write<'r, 'a>(
    steps: &'r [RowStep<'a>],
    names: &[&str],
    platform: Platform,
) -> Option<(&'r RowStep<'a>, &'r StepWrite)> {
    let writes = || steps.iter().flat_map(|step| step.writes.iter().map(move |write| (step, write)));
    let lasting = |write: &StepWrite| matches!(write.by, Setter::GithubEnv | Setter::GoEnvW);
    let is_named = |write: &StepWrite, name: &str| platform.fold_name(&write.name) == name;
    names.iter().find_map(|name| writes().rfind(|(_, write)| lasting(write) && is_named(write, name)))
}
