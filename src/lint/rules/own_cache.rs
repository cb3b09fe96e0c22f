//! Steps of actions/cache that hold nothing of use to Go, never change, or come too late.

use super::{JudgedRow, LintRule, RuleFindings, RuleLook};
use crate::{
    actions::uses::CachePart,
    lint::{
        caches::{
            CacheLife,
            filling::last_filling,
            one,
            own::{CacheKeyPiece, CachePath, GoCacheDir, OwnCache, directory},
        },
        fix::steps as fix,
        programs::may_set_unseen,
        timeline::{JobRow, scope::RowScope},
    },
    platform::Platform,
    script::{ScriptPiece, ScriptText},
    status::Severity,
};

pub(super) const RULES: &[LintRule] = &[
    LintRule {
        id: "cache-path-not-go",
        severity: Severity::Warning,
        title: "a cached path is not one that Go uses there",
        condition: "A step of actions/cache on a hosted runner names a build cache of Go (`~/.cache/go-build`, \
            `~/Library/Caches/go-build`, `~\\AppData\\Local\\go-build`), no path that it names is the one of this system, \
            and no step of the job sets GOCACHE to one of them. Or a path has a variable of a shell (`$HOME`, `%LocalAppData%`, \
            `$(go env GOCACHE)`) where a directory of Go is meant, or `${{ env.GOPATH }}` and its like, which nothing sets. Or it names `~/go` in a container of the image `golang`, \
            whose GOPATH is `/go`.",
        why: "actions/cache replaces `~` and nothing else, and silently leaves out what is not there: the entry is empty, \
            or has no build cache, and every run compiles everything.",
        source: "actions/toolkit, `packages/cache/src/internal/cacheUtils.ts: resolvePaths`; Go, \
            `src/cmd/go/internal/cache/default.go`; docker-library/golang, `ENV GOPATH /go`.",
        fix: "Name the directory of the system, or take it from Go: a step that writes `go env GOCACHE` to an output.",
        ignore: "When something other than Go fills the directory.",
        look: RuleLook::EachRow(path_not_go),
    },
    LintRule {
        id: "cache-key-frozen",
        severity: Severity::Warning,
        title: "a key never changes, so what it holds is never renewed",
        condition: "A step of actions/cache or actions/cache/save that holds Go's modules or build cache has a key in which \
            nothing differs from run to run: no hash of files, or one that finds none because no checkout came before or \
            no such file is in the repository; or it has `{{ }}` without `$`. Directories of tools and toolchains are \
            left out, and repositories that delete entries themselves, and jobs whose `cache-mode` lets them store nothing.",
        why: "An entry is written once and never again under its key. What the first run stored is what every run gets, \
            the modules of that day, until GitHub evicts it.",
        source: "actions/cache v5.0.5, `src/saveImpl.ts`: after an exact hit nothing is saved.",
        fix: "Make the key from what decides over the content: `${{ runner.os }}-go-${{ hashFiles('**/go.sum') }}`, and \
            give `restore-keys`.",
        ignore: "When the content really never changes.",
        look: RuleLook::EachRow(key_frozen),
    },
    LintRule {
        id: "cache-restore-late",
        severity: Severity::Warning,
        title: "a cache is restored behind the commands that need it",
        condition: "A step of actions/cache (not `lookup-only`), or the only step of setup-go with a cache, restores Go's \
            modules or build cache on a hosted runner, and a step before it surely ran a command of Go's that fills the \
            same directory, such as `go test` or `go mod download`.",
        why: "The work is done already, and tar meets files of the module cache that are read-only: it fails on each of them.",
        source: "actions/setup-go#403 and #424; actions/cache v5.0.5, `src/restoreImpl.ts`.",
        fix: "Put the step before the first command of Go's.",
        ignore: "When the step is there to save, and its restoring does not matter; actions/cache/save says that.",
        look: RuleLook::EachRow(restore_late),
    },
    LintRule {
        id: "cache-action-retired",
        severity: Severity::Error,
        title: "a release of actions/cache that GitHub no longer runs",
        condition: "A step uses a tag or commit of actions/cache, actions/cache/restore or actions/cache/save before v3.4.0 \
            or from v4.0.0 to v4.1.2, on a hosted runner.",
        why: "GitHub fails every job that uses such a release.",
        source: "README.md of actions/cache v5.0.5, \"Important changes\".",
        fix: "Use v4.2.0 or later, or the newest major version.",
        ignore: "On GitHub Enterprise Server.",
        look: RuleLook::EachRow(action_retired),
    },
];

fn path_not_go(judged: &JudgedRow<'_, '_>, found: &mut RuleFindings<'_>) {
    for cache in judged.own_caches.iter().filter(|cache| cache.is_used()) {
        foreign_build_cache(judged, cache, found);
        unexpanded(judged, cache, found);
        empty_variable(judged, cache, found);
        home_in_golang_container(judged, cache, found);
    }
}

/// A build cache by its place on any system, as it may stand behind a home directory.
const BUILD_CACHES: [&str; 3] = ["/.cache/go-build", "/library/caches/go-build", "/appdata/local/go-build"];

fn foreign_build_cache(judged: &JudgedRow<'_, '_>, cache: &OwnCache<'_, '_>, found: &mut RuleFindings<'_>) {
    let Some(platform) = cache.step.scope.platform() else { return };
    if !cache.step.surely || cache.paths.iter().any(|path| path.dir.is_none()) {
        return;
    }
    let is_build_cache = |path: &&CachePath| {
        let text = path.text.as_deref().unwrap_or_default().replace('\\', "/").to_ascii_lowercase();
        let text = text.trim_end_matches(['/', '*']);
        BUILD_CACHES.iter().any(|end| text.ends_with(end)) && !text.contains(['$', '%'])
    };
    let Some(named) = cache.paths.iter().find(is_build_cache) else { return };
    // Where Go keeps it for any step, for each may have an environment of its own.
    let scopes = judged.row.steps.iter().map(|step| &step.scope).chain([&judged.row.end]);
    let mut places = Vec::new();
    for scope in scopes {
        let Some(place) = GoCacheDir::Build.place(scope) else { return };
        let fits = |path: &CachePath| {
            path.dir.as_ref().is_some_and(|dir| platform.is_within(&place, dir) || platform.is_within(dir, &place))
        };
        if cache.paths.iter().any(fits) {
            return;
        }
        places.push(place);
    }
    let place = places.pop().unwrap_or_default();
    let evidence = format!("Go keeps its build cache in `{place}` there; `{}` is not there", named.written);
    let help = match cache.step.scope.set("GOCACHE").is_some() || judged.row.end.set("GOCACHE").is_some() {
        true => "name that directory: `${{ env.GOCACHE }}` where the workflow sets it",
        false => match platform {
            Platform::Linux => "on Linux it is `~/.cache/go-build`",
            Platform::Macos => "on macOS it is `~/Library/Caches/go-build`",
            Platform::Windows => r"on Windows it is `~\AppData\Local\go-build`",
        },
    };
    found.add(judged.row, named.place.clone(), "this path is not Go's build cache there", &evidence, help);
}

fn unexpanded(judged: &JudgedRow<'_, '_>, cache: &OwnCache<'_, '_>, found: &mut RuleFindings<'_>) {
    let scope = &cache.step.scope;
    let Some(platform) = scope.platform() else { return };
    for path in &cache.paths {
        let Some(text) = path.text.as_deref() else { continue };
        let Some((variable, meant)) = expanded(text, scope) else { continue };
        let Some(meant) = directory(&meant, scope) else { continue };
        let is_meant = |dir: &GoCacheDir| {
            let place = dir.place(scope).filter(|place| platform.is_within(place, &meant));
            place.is_some_and(|place| cache.holding(&place).is_none())
        };
        let Some(dir) = GoCacheDir::ALL.into_iter().find(is_meant) else { continue };
        let evidence = format!("`{variable}` stays as it is: actions/cache looks for a directory of that name");
        let help = match (platform, dir) {
            (_, GoCacheDir::Modules) => "write `~/go/pkg/mod`, or take `go env GOMODCACHE` from an output of a step",
            (Platform::Windows, _) => r"write `~\AppData\Local\go-build`",
            (Platform::Macos, _) => "write `~/Library/Caches/go-build`",
            (Platform::Linux, _) => "write `~/.cache/go-build`",
        };
        let message = format!("this path is not the {}: a shell's variable means nothing in it", dir.noun());
        found.add(judged.row, path.place.clone(), &message, &evidence, help);
    }
}

/// `${{ env.GOPATH }}`: the context has what the workflow sets and nothing else.
fn empty_variable(judged: &JudgedRow<'_, '_>, cache: &OwnCache<'_, '_>, found: &mut RuleFindings<'_>) {
    const NAMES: [&str; 3] = ["GOPATH", "GOCACHE", "GOMODCACHE"];
    let scope = &cache.step.scope;
    let (Some(platform), Some(input)) = (scope.platform(), cache.step.input_node("path")) else { return };
    let before = &judged.row.steps[..cache.number];
    for (at, line) in input.node.text().unwrap_or_default().split('\n').enumerate() {
        let text = ScriptText::of_expressions(line);
        let asked = |piece: &ScriptPiece| match piece {
            ScriptPiece::Expression { inner, .. } => {
                let name = inner.trim().strip_prefix("env.")?;
                NAMES.into_iter().find(|known| *known == name)
            }
            _ => None,
        };
        let Some(name) = text.0.iter().find_map(asked) else { continue };
        if scope.set(name).is_some() || before.iter().any(|step| may_set_unseen(step, name)) {
            continue;
        }
        let says = scope.go_says(name);
        let Some(says) = one(&says) else { continue };
        let meant = |piece: &ScriptPiece| match asked(piece) {
            Some(own) if own == name => ScriptPiece::Literal(says.clone()),
            _ => piece.clone(),
        };
        let meant = scope.script_text(&ScriptText(text.0.iter().map(meant).collect()));
        let Some(meant) = one(&meant).and_then(|meant| directory(meant, scope)) else { continue };
        let is_meant = |dir: &GoCacheDir| {
            let place = dir.place(scope).filter(|place| platform.is_within(place, &meant));
            place.is_some_and(|place| cache.holding(&place).is_none())
        };
        let Some(dir) = GoCacheDir::ALL.into_iter().find(is_meant) else { continue };
        let message = format!("this path is not the {}: `${{{{ env.{name} }}}}` is empty", dir.noun());
        let evidence = format!("the context has what the workflow and its steps set, and none of them sets {name}");
        let help = format!("take `go env {}` from an output of a step", dir.variable());
        let place = cache.step.file.line_in_script(&input.node, at + 1);
        found.add(judged.row, place, &message, &evidence, &help);
    }
}

/// A path with a variable of a shell, as a shell would read it.
fn expanded(text: &str, scope: &RowScope<'_>) -> Option<(String, String)> {
    let (written, name, rest) = leading_variable(text)?;
    let value = match name.as_str() {
        "GOPATH" | "GOCACHE" | "GOMODCACHE" => one(&scope.go_says(&name))?.clone(),
        _ => one(&scope.variable(&name))?.clone(),
    };
    (!value.is_empty()).then(|| (written.to_owned(), format!("{value}{rest}")))
}

/// `$X`, `${X}`, `$env:X`, `%X%` and `$(go env X)` at the start of a path, the name in it, and the rest.
fn leading_variable(text: &str) -> Option<(&str, String, &str)> {
    let name_length =
        |text: &str| text.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
    let cut = |length: usize, name: &str| {
        (!name.is_empty() && name_length(name) == name.len())
            .then(|| (&text[..length], name.to_owned(), &text[length..]))
    };
    if let Some(rest) = text.strip_prefix('%') {
        let end = rest.find('%')?;
        return cut(end + 2, &rest[..end]);
    }
    let rest = text.strip_prefix('$')?;
    if let Some(inner) = rest.strip_prefix("(go env ") {
        let end = inner.find(')')?;
        return cut("$(go env ".len() + end + 1, inner[..end].trim());
    }
    if let Some(inner) = rest.strip_prefix('{') {
        let end = inner.find('}')?;
        return cut(end + 3, &inner[..end]);
    }
    let is_env = rest.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("env:"));
    let start = if is_env { 4 } else { 0 };
    let end = start + name_length(&rest[start..]);
    cut(end + 1, &rest[start..end])
}

fn home_in_golang_container(judged: &JudgedRow<'_, '_>, cache: &OwnCache<'_, '_>, found: &mut RuleFindings<'_>) {
    let row = judged.row;
    if row.facts.image.is_none() || !is_golang_container(row) || sets_gopath(row) {
        return;
    }
    let is_below = |path: &CachePath, dirs: &[&str]| {
        let text = path.text.as_deref().unwrap_or_default();
        dirs.iter().any(|dir| text.strip_prefix(dir).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
    };
    if cache.paths.iter().any(|path| path.text.is_none() || is_below(path, &["/go"])) {
        return;
    }
    let Some(named) = cache.paths.iter().find(|path| is_below(path, &["~/go", "/root/go", "/github/home/go"])) else {
        return;
    };
    let evidence = "the image golang sets GOPATH to `/go`, so modules are in `/go/pkg/mod`";
    let message = "this path is not Go's: nothing is in it in this container";
    found.add(row, named.place.clone(), message, evidence, "name `/go/pkg/mod`");
}

/// Whether the job runs in the official image, or in Microsoft's build of it, which does the same.
fn is_golang_container(row: &JobRow<'_>) -> bool {
    let Some(container) = row.job.node.get("container") else { return false };
    let Some(written) = container.text().or_else(|| container.get("image")?.text()) else { return false };
    let Some(scope) = row.steps.first().map(|step| &step.scope) else { return false };
    let image = scope.text(written);
    let Some(image) = one(&image) else { return false };
    let name = image.split('@').next().unwrap_or_default();
    let (dirs, last) = name.rsplit_once('/').unwrap_or(("", name));
    let is_official =
        dirs.is_empty() || ["docker.io", "library", "microsoft"].iter().any(|end| dirs.rsplit('/').next() == Some(end));
    last.split(':').next() == Some("golang") && is_official
}

fn sets_gopath(row: &JobRow<'_>) -> bool {
    const NAMES: [&str; 2] = ["GOPATH", "GOMODCACHE"];
    let sets =
        |scope: &RowScope<'_>| NAMES.iter().any(|name| scope.set(name).is_some() || scope.go_file.contains_key(*name));
    let env = row.job.node.get("container").and_then(|container| container.get("env"));
    env.is_some_and(|env| NAMES.iter().any(|name| env.get(name).is_some()) || env.text().is_some())
        || row.steps.iter().map(|step| &step.scope).chain([&row.end]).any(sets)
}

fn key_frozen(judged: &JudgedRow<'_, '_>, found: &mut RuleFindings<'_>) {
    for cache in &judged.own_caches {
        if !cache.surely_saves() || !cache.is_of_go() {
            continue;
        }
        let pieces = cache.key(judged.row, judged.repository);
        let Some((evidence, help)) = frozen(&pieces).filter(|_| !deletes_entries(judged)) else { continue };
        let message = "this key is the same in every run, so its entry is never renewed";
        found.add(judged.row, cache.input_place("key"), message, &evidence, &help);
    }
}

/// Why a key is always the same, and what to do; `None` where it may change.
fn frozen(pieces: &[CacheKeyPiece]) -> Option<(String, String)> {
    let good = "put what decides over the content into it: `${{ hashFiles('**/go.sum') }}`";
    let foreign = pieces.iter().find_map(|piece| match piece {
        CacheKeyPiece::Known(text) => braces(text),
        _ => None,
    });
    if let Some(foreign) = foreign {
        let evidence = format!("`{foreign}` is plain text: an expression begins with `${{{{`");
        return Some((evidence, good.to_owned()));
    }
    if pieces.is_empty()
        || pieces.iter().any(|piece| matches!(piece, CacheKeyPiece::Varying(_) | CacheKeyPiece::Files(_)))
    {
        return None;
    }
    let unfound = pieces.iter().find_map(|piece| match piece {
        CacheKeyPiece::NoFiles { patterns, before_checkout } => Some((patterns.join("`, `"), *before_checkout)),
        _ => None,
    });
    Some(match unfound {
        Some((patterns, true)) => (
            format!("no step before it brings files, so the hash of `{patterns}` is empty"),
            "put the checkout before it".to_owned(),
        ),
        Some((patterns, false)) => {
            (format!("`{patterns}` finds no file, so its hash is empty"), "name files that are there".to_owned())
        }
        None => ("no part of it differs from run to run".to_owned(), good.to_owned()),
    })
}

/// `{{ … }}` in a plain text.
fn braces(text: &str) -> Option<&str> {
    let start = text.find("{{")?;
    let end = text[start..].find("}}")?;
    Some(&text[start..start + end + 2])
}

/// Whether a workflow of the repository deletes entries, which renews them.
fn deletes_entries(judged: &JudgedRow<'_, '_>) -> bool {
    const WAYS: [&str; 3] = ["cache delete", "actions/caches", "gh-actions-cache"];
    let all = judged.repository.workflows().chain(judged.repository.other_workflows());
    all.into_iter().any(|file| WAYS.iter().any(|way| file.text.contains(way)))
}

fn restore_late(judged: &JudgedRow<'_, '_>, found: &mut RuleFindings<'_>) {
    let steps = &judged.row.steps;
    for cache in judged.own_caches.iter().filter(|cache| cache.step.surely && cache.surely_restores()) {
        let go_dirs = cache.go_dirs();
        // What another step restored before has the blame.
        if restored_before(judged, cache.number, &go_dirs) {
            continue;
        }
        let place = |dir: &GoCacheDir| Some((*dir, dir.place(&cache.step.scope)?));
        let late = go_dirs
            .iter()
            .filter_map(place)
            .find_map(|(dir, place)| last_filling(&steps[..cache.number], dir, &place).map(|filling| (dir, filling)));
        let Some((dir, filling)) = late else { continue };
        let message = format!("the {} is restored after Go has filled it", dir.noun());
        let evidence = format!("`{}` runs before this step", filling.shown);
        let help = "move this step before the first command of Go's";
        let finding = found.add(judged.row, cache.step.place(), &message, &evidence, help);
        finding.fix = fix::rests_on_no_step(cache.step)
            .then(|| fix::moved(cache.step, filling.step, "restore the cache before Go fills it"))
            .flatten();
        *finding = finding.clone().beside(filling.step.place(), "Go fills it here");
    }
    let [only] = judged.go_caches.as_slice() else { return };
    if only.life != CacheLife::Alive || !only.step.surely || restored_before(judged, only.number, &GoCacheDir::ALL) {
        return;
    }
    let dir = GoCacheDir::Modules;
    let Some(place) = dir.place(&only.step.scope) else { return };
    let Some(filling) = last_filling(&steps[..only.number], dir, &place) else { return };
    let message = "setup-go restores the module cache after Go has filled it";
    let evidence = format!("`{}` runs before this step", filling.shown);
    let help = "move setup-go before the first command of Go's";
    let finding = found.add(judged.row, only.step.place(), message, &evidence, help);
    *finding = finding.clone().beside(filling.step.place(), "Go fills it here");
}

/// Whether a step before has restored one of these directories, or may have.
fn restored_before(judged: &JudgedRow<'_, '_>, number: usize, dirs: &[GoCacheDir]) -> bool {
    let by_setup = judged
        .go_caches
        .iter()
        .any(|cache| cache.number < number && matches!(cache.life, CacheLife::Alive | CacheLife::Unknown));
    by_setup
        || judged.own_caches.iter().any(|cache| {
            cache.number < number
                && cache.lookup_only != Some(true)
                && cache.part != CachePart::Save
                && (cache.paths.iter().any(|path| path.dir.is_none())
                    || cache.go_dirs().iter().any(|dir| dirs.contains(dir)))
        })
}

fn action_retired(judged: &JudgedRow<'_, '_>, found: &mut RuleFindings<'_>) {
    for cache in &judged.own_caches {
        let Some(release) = cache.release.filter(|release| release.does.retired) else { continue };
        if judged.row.facts.image.is_none() {
            continue;
        }
        let evidence = format!("actions/cache {} is one of the releases that GitHub has retired", release.tag);
        let message = "GitHub fails every job that uses this release";
        found.add(
            judged.row,
            cache.step.place(),
            message,
            &evidence,
            "use v4.2.0 or later, or the newest major version",
        );
    }
}
