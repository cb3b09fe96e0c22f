//! What is wrong with the files themselves, with comments that ignore, and with waivers. It is found where those are
//! read; here is what is said about it.

use super::{LintRule, RuleLook};
use crate::status::Severity;

pub(super) const RULES: &[LintRule] = &[
    LintRule {
        id: "file-unreadable",
        severity: Severity::Error,
        title: "a workflow or an action cannot be read",
        condition: "The file is no regular file, may not be read, has more than 1 MiB, is not UTF-8, or is no YAML that \
            GitHub takes: broken, two entries of one name, an alias that contains itself, more than aliases may unfold to.",
        why: "Nothing in it can be judged. GitHub does not run a workflow that it cannot read, and shows that in the list \
            of runs alone.",
        source: "GitHub's “Workflow syntax”; the limits are those of this program's readers.",
        fix: "Correct the line that is named.",
        ignore: "Leave the file out by `lint.paths` in `.github/goenv-ci.yml`, if it is meant for something else.",
        look: RuleLook::Elsewhere,
    },
    LintRule {
        id: "expression-syntax",
        severity: Severity::Error,
        title: "an expression cannot be read",
        condition: "In a value below `jobs:`, `env:` or `runs:`, what stands in `${{ }}` is no expression, or a `${{` is \
            never closed.",
        why: "GitHub refuses the whole file, and no job runs.",
        source: "github-actions-expressions 1.32, which zizmor reads expressions with; the runner's `TemplateReader.cs`.",
        fix: "Correct it. In a script `${{ '${{' }}` writes the characters themselves.",
        ignore: "When GitHub runs the workflow all the same; then please report it.",
        look: RuleLook::Elsewhere,
    },
    LintRule {
        id: "ignore-unknown-rule",
        severity: Severity::Warning,
        title: "a comment ignores a rule that there is not",
        condition: "In `# goenv-ci: ignore[RULE] REASON` a name is none of this list, or there is none.",
        why: "It ignores nothing; most often the name is mistyped, or the rule has another one now.",
        source: "The list of rules itself.",
        fix: "Write the name that is meant; `goenv-ci lint --list` shows all.",
        ignore: "Switch it off in `.github/goenv-ci.yml` while the repository is linted by several versions of goenv-ci.",
        look: RuleLook::Elsewhere,
    },
    LintRule {
        id: "ignore-unused",
        severity: Severity::Warning,
        title: "a comment ignores nothing",
        condition: "The rule that `# goenv-ci: ignore[RULE] REASON` names finds nothing at its line, and all that could be \
            found in that file was looked for.",
        why: "What it was written for is gone or stands elsewhere now. Left there, it would hide the next finding.",
        source: "The findings of the same run.",
        fix: "Remove it, or move it to the line that it is about.",
        ignore: "Switch it off in `.github/goenv-ci.yml` while the repository is linted by several versions of goenv-ci.",
        look: RuleLook::Elsewhere,
    },
    LintRule {
        id: "ignore-without-reason",
        severity: Severity::Warning,
        title: "a comment that ignores a rule gives no reason",
        condition: "Behind the `]` of `# goenv-ci: ignore[RULE]` there is nothing.",
        why: "Without a reason it ignores nothing: whoever reads it next cannot tell whether it still holds.",
        source: "The rule of this program.",
        fix: "Say behind the `]` why it may stay as it is.",
        ignore: "Never; a waiver in `.github/goenv-ci.yml` needs a reason, too.",
        look: RuleLook::Elsewhere,
    },
    LintRule {
        id: "waiver-expired",
        severity: Severity::Warning,
        title: "the last day of a waiver is over",
        condition: "`until:` of a waiver in `.github/goenv-ci.yml` is before today, in UTC.",
        why: "Somebody wanted to look at it again by then. What it waived is told again.",
        source: "The date of this machine.",
        fix: "Fix what it waives and remove it, or say how long it may stay.",
        ignore: "A waiver without `until:` has no last day.",
        look: RuleLook::Elsewhere,
    },
    LintRule {
        id: "waiver-unused",
        severity: Severity::Warning,
        title: "a waiver waives nothing",
        condition: "No finding of its rule lies where a waiver of `.github/goenv-ci.yml` looks, and all of the repository was \
            looked at.",
        why: "What it was written for is gone. Left there, it would hide the next finding.",
        source: "The findings of the same run.",
        fix: "Remove it, or correct its path and line.",
        ignore: "Switch it off in `.github/goenv-ci.yml` while the repository is linted by several versions of goenv-ci.",
        look: RuleLook::Elsewhere,
    },
];
