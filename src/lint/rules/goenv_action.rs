//! Ways to use goenv-ci itself that undo what it is for.

use super::{JudgedRow, LintRule, RuleFindings, RuleLook};
use crate::{
    lint::{
        caches::{CacheLife, one},
        fix,
        programs::{is_go_variable, is_goenv_action},
        timeline::{JobRow, RowStep},
    },
    status::Severity,
};

pub(super) const RULES: &[LintRule] = &[
    LintRule {
        id: "goenv-after-setup",
        severity: Severity::Error,
        title: "goenv-ci moves Go's directories after setup-go has restored them",
        condition: "goenv-ci applies values (`verify:` is not `only`) behind a step of setup-go whose cache lives, none \
            applies any before it, and GOCACHE or the module cache that setup-go restored is another directory than the one \
            that is applied.",
        why: "setup-go restored what nobody uses then, and at the end saves what the next run does not look for.",
        source: "Run with setup-go v4.3.0, v5.6.0, v6.5.0 and v7.0.0, as for `cache-dirs-moved`.",
        fix: "Put goenv-ci before setup-go; with `verify: live`, which needs the Go that setup-go brings, say `cache: false` \
            for setup-go.",
        ignore: "When the cache does not matter; then `cache: false`.",
        look: RuleLook::EachRow(after_setup),
    },
    LintRule {
        id: "goenv-parallel",
        severity: Severity::Error,
        title: "goenv-ci runs beside other steps",
        condition: "A step with `background: true`, or one of `parallel:`, uses goenv-ci and applies values.",
        why: "The runner holds back what such a step writes until a step waits for it: the steps beside it run with the old \
            values, and the action's own verification does as well.",
        source: "actions/runner at 258d6c8, `src/Runner.Worker/BackgroundStepCoordinator.cs`.",
        fix: "Make it an ordinary step, before setup-go.",
        ignore: "Never.",
        look: RuleLook::EachRow(parallel),
    },
    LintRule {
        id: "goenv-twice",
        severity: Severity::Warning,
        title: "goenv-ci is used twice in a job with other values",
        condition: "Two steps of a job use goenv-ci and apply values, and `gocache`, `gopath` or `gobin` are known in both and \
            differ.",
        why: "What was built, fetched and installed between the two is not found by the steps behind the second.",
        source: "This project, docs/action.md.",
        fix: "Give both the same values, or the second `verify: only`.",
        ignore: "When the second part of the job is to begin with empty directories.",
        look: RuleLook::EachRow(twice),
    },
    LintRule {
        id: "goenv-verify-env",
        severity: Severity::Warning,
        title: "`verify: only` looks at an environment that no other step has",
        condition: "A step uses goenv-ci with `verify: only` and sets one of Go's variables in its own `env:` to another \
            value than the job has.",
        why: "`env:` of a step wins in that step alone: what is verified there is not what the steps before it ran with.",
        source: "The runner, `CompositeActionHandler.cs`; docs/action.md, \"A step's own env\".",
        fix: "Remove the variable from the step, or set it for the job.",
        ignore: "When just that value is to be tried.",
        look: RuleLook::EachRow(verify_env),
    },
];

/// The steps that apply values.
fn applying<'r, 'a>(row: &'r JobRow<'a>) -> impl Iterator<Item = (usize, &'r RowStep<'a>)> {
    let steps = row.steps.iter().enumerate().filter(|(_, step)| is_goenv_action(step.action()));
    steps.filter(|(_, step)| one(&step.input("verify")).is_some_and(|verify| verify.trim() != "only"))
}

/// The value that a step applies; `None`: nobody knows.
fn applied(step: &RowStep<'_>, input: &str) -> Option<String> {
    let given = step.input(input);
    let given = one(&given)?.trim();
    if !given.is_empty() {
        return Some(given.to_owned());
    }
    let platform = step.scope.platform()?;
    let below = |variable: &str, name: &str| Some(platform.join(one(&step.scope.variable(variable))?, name));
    match input {
        "gocache" => below("RUNNER_TEMP", "go-cache"),
        "gopath" => below("RUNNER_WORKSPACE", "go"),
        "gobin" => Some(platform.join(&applied(step, "gopath")?, "bin")),
        _ => None,
    }
}

fn after_setup(judged: &JudgedRow<'_, '_>, found: &mut RuleFindings<'_>) {
    let Some((number, step)) = applying(judged.row).next() else { return };
    for cache in judged.go_caches.iter().filter(|cache| cache.life == CacheLife::Alive) {
        let Some(platform) = step.scope.platform().filter(|_| number > cache.number && step.surely) else { continue };
        let scope = &cache.step.scope;
        let pkg_mod = |gopath: String| platform.join(&platform.join(&gopath, "pkg"), "mod");
        let modules = match scope.set("GOMODCACHE") {
            None => applied(step, "gopath").map(pkg_mod),
            Some(_) => None,
        };
        let dirs = [("GOCACHE", applied(step, "gocache")), ("GOMODCACHE", modules)];
        let moved = dirs.into_iter().find_map(|(name, after)| {
            let before = scope.go_says(name);
            let (before, after) = (one(&before)?.clone(), after?);
            (!platform.same_path(&before, &after)).then_some((name, before, after))
        });
        let Some((name, before, after)) = moved else { continue };
        let evidence = format!("setup-go has restored {name} to `{before}`; from here on it is `{after}`");
        let message = "goenv-ci moves Go's directories after their cache was restored";
        // `verify: live` needs the Go that setup-go brings.
        let verify = step.input("verify");
        let verify = one(&verify).map(|verify| verify.trim());
        let help = match verify {
            Some("live") => {
                "say `cache: false` for setup-go: `verify: live` needs the Go that it brings, so this step stays behind it"
            }
            _ => "put this step before setup-go",
        };
        let finding = found.add(judged.row, step.place(), message, &evidence, help);
        *finding = finding.clone().beside(cache.step.place(), "the cache is restored here");
        // An output or a condition may rest on a step between.
        let is_free = verify.is_some_and(|verify| verify != "live")
            && step.node.entries().all(|entry| matches!(entry.name.as_str(), "uses" | "with" | "name"))
            && step.node.get("with").is_none_or(|with| {
                with.entries().filter_map(|input| input.node.text()).all(|text| !text.contains("steps."))
            });
        if is_free {
            finding.fix = fix::steps::moved(step, cache.step, "put goenv-ci before setup-go");
        }
    }
}

fn parallel(judged: &JudgedRow<'_, '_>, found: &mut RuleFindings<'_>) {
    for (_, step) in applying(judged.row).filter(|(_, step)| step.in_background) {
        let message = "goenv-ci runs beside other steps, which do not see what it sets";
        let evidence = "the runner holds back what a step in the background writes until another waits for it";
        found.add(judged.row, step.place(), message, evidence, "make it an ordinary step, before setup-go");
    }
}

fn twice(judged: &JudgedRow<'_, '_>, found: &mut RuleFindings<'_>) {
    let steps: Vec<&RowStep<'_>> = applying(judged.row).map(|(_, step)| step).collect();
    for pair in steps.windows(2) {
        let [first, second] = pair else { continue };
        let other = ["gocache", "gopath", "gobin"].into_iter().find_map(|input| {
            let (before, after) = (applied_or_given(first, input)?, applied_or_given(second, input)?);
            let same = second.scope.platform().map_or(before == after, |platform| platform.same_path(&before, &after));
            (!same).then_some((input, before, after))
        });
        let Some((input, before, after)) = other else { continue };
        let message = "goenv-ci is used a second time with other values";
        let evidence = format!("{input} was `{before}`, and is `{after}` from here on");
        let help = "give both the same values, or say `verify: only` here";
        let finding = found.add(judged.row, second.place(), message, &evidence, help);
        *finding = finding.clone().beside(first.place(), "the first is here");
    }
}

/// The value; on a machine that is not known the input itself, where there is one, else `(default)`.
fn applied_or_given(step: &RowStep<'_>, input: &str) -> Option<String> {
    applied(step, input).or_else(|| {
        let given = step.input(input);
        one(&given).filter(|given| given.trim().is_empty()).map(|_| "(default)".to_owned())
    })
}

fn verify_env(judged: &JudgedRow<'_, '_>, found: &mut RuleFindings<'_>) {
    let only = |step: &&RowStep<'_>| one(&step.input("verify")).is_some_and(|verify| verify.trim() == "only");
    for step in judged.row.steps.iter().filter(|step| is_goenv_action(step.action())).filter(only) {
        let mut own: Vec<_> = step.scope.step.iter().filter(|(name, _)| is_go_variable(name)).collect();
        own.sort_by_key(|(name, _)| name.as_str());
        for (name, set) in own {
            let of_job = step.scope.job.get(name).map(|set| set.value.clone());
            // Where one of the two is not known they may be the same.
            let is_same = match (one(&set.value), &of_job) {
                (Some(own), Some(other)) => one(other).is_none_or(|other| own == other),
                (Some(_), None) => false,
                (None, _) => true,
            };
            if is_same {
                continue;
            }
            let message = format!("`verify: only` looks at another {name} than the steps before it had");
            let evidence = match of_job.as_ref().and_then(|value| one(value)) {
                Some(other) => format!("`{}` in this step alone; the job has `{other}`", set.written),
                None => format!("`{}` in this step alone; the job sets none", set.written),
            };
            found.add(judged.row, set.place.clone(), &message, &evidence, "set it for the job, or not at all");
        }
    }
}
