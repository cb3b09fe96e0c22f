//! Variables of Go's that a script uses and nobody sets.

use crate::{
    lint::{
        caches::one,
        programs::{KnownScript, may_set_unseen, program},
        rules::{JudgedRow, LintRule, RuleFindings, RuleLook},
        timeline::RowStep,
    },
    script::{
        ScriptPiece, ScriptShell, ScriptText,
        reading::{VariableSyntax, VariableUse},
    },
    status::Severity,
};

pub(super) const RULE: LintRule = LintRule {
    id: "var-unset",
    severity: Severity::Warning,
    title: "a script uses a variable of Go's that nobody sets",
    condition: "A script on a hosted runner, in no container, uses GOPATH, GOBIN, GOCACHE, GOMODCACHE, GOTMPDIR or GOROOT of \
        the environment; neither the workflow nor an earlier step nor the script sets it, it has no default (`${GOPATH:-…}`) \
        and is not tested, and no earlier step runs anything that might set it: an action that is not known, a file of the \
        repository, a line for GITHUB_ENV whose name only a run tells (`cat FILE >> \"$GITHUB_ENV\"`). Or an expression in the script is `env.GOPATH`, and neither the \
        workflow nor a step sets it. Or PowerShell uses `$GOPATH`, which is none of the environment, and sets none itself. Where a script only \
        prints it nothing is said.",
    why: "GitHub's images set none of them, and Go's defaults are Go's alone: `$GOPATH/bin` is `/bin`.",
    source: "actions/runner-images, images/*/scripts/build; setup-go, `src/main.ts` (GOROOT only up to v3.0).",
    fix: "Ask Go: `$(go env GOPATH)`.",
    ignore: "When something sets it that cannot be seen, such as BASH_ENV.",
    look: RuleLook::EachRow(var_unset),
};

const NAMES: &[&str] = &["GOPATH", "GOBIN", "GOCACHE", "GOMODCACHE", "GOTMPDIR", "GOROOT"];

/// Programs that show a value and do nothing with it.
const SHOW: &[&str] =
    &["echo", "printf", "write-host", "write-output", "ls", "dir", "tree", "du", "get-childitem", "gci", "stat"];

fn var_unset(judged: &JudgedRow<'_, '_>, found: &mut RuleFindings<'_>) {
    let setters = FirstSetters::of(&judged.row.steps);
    for script in KnownScript::all(&judged.row.steps) {
        let mut told = Vec::new();
        for used in &script.reading.variables {
            let Some(name) = NAMES.iter().find(|name| used.name.eq_ignore_ascii_case(name)) else { continue };
            let line = (used.span.line, *name);
            let may_not_run = script.reading.asks_for_system(used.span.line, script.text());
            if may_not_run || told.contains(&line) || !is_empty(&script, used, name, &setters) {
                continue;
            }
            told.push(line);
            let written = script.text().get(used.span.bytes.clone()).unwrap_or(name);
            let message = format!("`{written}` is empty here");
            let evidence = if used.syntax == VariableSyntax::PowerShell {
                format!("{} takes it for a variable of its own, which nothing sets", script.shell.name)
            } else {
                format!("hosted runners set no {name}, and nothing before this line does")
            };
            let help = match script.shell.language {
                ScriptShell::Bash | ScriptShell::Sh | ScriptShell::PowerShell => format!("ask Go: `$(go env {name})`"),
                ScriptShell::Cmd => format!("set {name} in `env:`"),
            };
            let place = script.step.file.line_in_script(script.script, used.span.line);
            found.add(judged.row, place, &message, &evidence, &help);
        }
        contexts(judged, &script, &setters, found);
    }
}

/// `${{ env.GOPATH }}`, which has what the workflow sets and nothing else.
fn contexts(
    judged: &JudgedRow<'_, '_>,
    script: &KnownScript<'_, '_>,
    setters: &FirstSetters,
    found: &mut RuleFindings<'_>,
) {
    for (at, line) in script.text().lines().enumerate() {
        let inner = ScriptText::of_expressions(line).0.into_iter().filter_map(|piece| match piece {
            ScriptPiece::Expression { inner, .. } => Some(inner),
            _ => None,
        });
        // With `||` or a function it may have a default.
        let named = inner.filter_map(|inner| inner.trim().strip_prefix("env.").map(str::to_owned));
        for name in named.filter(|name| NAMES.contains(&name.as_str())) {
            let is_set = script.step.scope.set(&name).is_some() || setters.are_before(script.number, &name);
            if is_set || judged.row.facts.image.is_none() || line.trim_start().starts_with(['#', ':']) {
                continue;
            }
            let message = format!("`${{{{ env.{name} }}}}` is empty here");
            let evidence = format!("the context has what the workflow and its steps set, and none of them sets {name}");
            let help = format!("ask Go: `$(go env {name})`");
            let place = script.step.file.line_in_script(script.script, at + 1);
            found.add(judged.row, place, &message, &evidence, &help);
        }
    }
}

fn is_empty(script: &KnownScript<'_, '_>, used: &VariableUse, name: &str, setters: &FirstSetters) -> bool {
    let others = script.reading.variables.iter().filter(|other| other.name == used.name);
    let is_asked = |other: &VariableUse| other.tested || other.has_default;
    if used.set_before || others.into_iter().any(is_asked) || is_shown(script, used) {
        return false;
    }
    if used.syntax == VariableSyntax::PowerShell && script.shell.language == ScriptShell::PowerShell {
        return script.step.scope.facts.image.is_some();
    }
    let scope = &script.step.scope;
    let is_unset = scope.set(name).is_none() && one(&scope.variable(name)).is_some_and(String::is_empty);
    used.syntax.works_in(script.shell.language)
        && is_unset
        && !script.reading.commands.iter().any(|command| {
            command.span.line < used.span.line && program(command).is_some_and(|name| name == "." || name == "source")
        })
        && !setters.are_before(script.number, name)
}

/// Whether it is only printed, or what lies there is only listed.
fn is_shown(script: &KnownScript<'_, '_>, used: &VariableUse) -> bool {
    let around = script.reading.commands.iter().filter(|command| {
        command.span.bytes.start <= used.span.bytes.start && used.span.bytes.end <= command.span.bytes.end
    });
    let Some(command) = around.max_by_key(|command| command.span.bytes.start) else { return false };
    let goes_on = script.line(command.span.end_line).contains(['>', '|']) || command.substituted;
    program(command).is_some_and(|name| SHOW.contains(&name.as_str())) && !goes_on
}

/// The first steps of a row that may set a variable in a way that cannot be seen.
struct FirstSetters {
    goroot: Option<usize>,
    others: Option<usize>,
}

impl FirstSetters {
    fn of(steps: &[RowStep<'_>]) -> Self {
        let first = |name| steps.iter().position(|step| may_set_unseen(step, name));
        Self { goroot: first("GOROOT"), others: first("GOPATH") }
    }

    fn are_before(&self, number: usize, name: &str) -> bool {
        let first = if name == "GOROOT" { self.goroot } else { self.others };
        first.is_some_and(|first| first < number)
    }
}
