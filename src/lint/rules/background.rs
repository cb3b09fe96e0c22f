//! What a step in the background writes for others, before anything waits for it.

use super::{JudgedRow, LintRule, RuleFindings, RuleLook};
use crate::{
    actions::uses::KnownAction,
    lint::{
        caches::one,
        programs::{is_go_variable, program, sets_itself, step_may_run_go},
        timeline::{JobRow, RowStep, StepKind, StepWrite},
    },
    script::{ScriptText, Setter},
    status::Severity,
    workflow::tree::{Node, NodeKind},
};
use std::ops::Range;

pub(super) const RULES: &[LintRule] = &[LintRule {
    id: "background-writer",
    severity: Severity::Error,
    title: "a step needs what a step in the background has not handed over yet",
    condition: "A step with `background: true`, or one of `parallel:`, writes a variable to GITHUB_ENV or a directory to \
        GITHUB_PATH, and a step before the `wait:` for it, or beside it, needs that: it runs Go or setup-go and the variable is \
        one of Go's, it uses the variable, or it calls a program that the background step installs.",
    why: "The runner holds back what such a step writes until a step waits for it. The steps before that see the old value.",
    source: "actions/runner at 258d6c8, `src/Runner.Worker/BackgroundStepCoordinator.cs` and `ExecutionContext.cs`.",
    fix: "Put the `wait:` before the step that needs it, or write in an ordinary step.",
    ignore: "When the step does well without it.",
    look: RuleLook::EachRow(background_writer),
}];

/// Steps of a job that are looked at one by one, each with all others: more than any job of a person has.
const MOST_LOOKED_AT: usize = 200;

fn background_writer(judged: &JudgedRow<'_, '_>, found: &mut RuleFindings<'_>) {
    let row = judged.row;
    let in_background = row.steps.iter().enumerate().filter(|(_, step)| step.in_background);
    for (number, step) in in_background.take(MOST_LOOKED_AT) {
        let (beside, is_parallel) = unheard(row, number);
        for write in step.writes.iter().filter(|write| matches!(write.by, Setter::GithubEnv | Setter::GithubPath)) {
            let mut others = row.steps[beside.clone()].iter().filter(|other| !std::ptr::eq(*other, step));
            let Some(other) = others.find(|other| needs(other, write, step)) else { continue };
            let what = if write.by == Setter::GithubPath { "the directory for PATH" } else { write.name.as_str() };
            let message = format!("{what} is written in the background, and a step needs it before it is there");
            let line = other.place().line;
            let evidence = match is_parallel {
                true => format!("the step in line {line} runs beside it and sees nothing of it"),
                false => format!("the step in line {line} runs before anything waits for this step"),
            };
            let help = "wait for the step first, or write in an ordinary step";
            let finding = found.add(row, write.place.clone(), &message, &evidence, help);
            *finding = finding.clone().beside(other.place(), "it is needed here");
        }
    }
}

/// The steps that run before what a step in the background writes is handed over; whether they stand in one `parallel:`.
fn unheard(row: &JobRow<'_>, number: usize) -> (Range<usize>, bool) {
    let step = &row.steps[number];
    let groups = row.job.node.get("steps").map(Node::list).into_iter().flatten().filter_map(|one| one.get("parallel"));
    let is_in = |group: &Node, step: &RowStep<'_>| group.list().any(|one| std::ptr::eq(one, step.node));
    let mut groups = groups.filter(|group| is_in(group, step));
    if let Some(group) = groups.next() {
        let first = row.steps.iter().position(|step| is_in(group, step)).unwrap_or(number);
        let last = row.steps.iter().rposition(|step| is_in(group, step)).unwrap_or(number);
        return (first..last + 1, true);
    }
    let id = step.node.get("id").and_then(Node::text);
    let waits = row.steps.iter().skip(number + 1).position(|later| waits_for(later.node, id));
    (number + 1..waits.map_or(row.steps.len(), |at| number + 1 + at), false)
}

/// `wait: ID`, `wait: [ID, ID]`, `wait-all:`.
fn waits_for(node: &Node, id: Option<&str>) -> bool {
    let named = |one: &Node| one.text().is_some() && one.text() == id;
    node.get("wait-all").is_some()
        || node.get("wait").is_some_and(|wait| match &wait.kind {
            NodeKind::List(ids) => ids.iter().any(named),
            _ => named(wait),
        })
}

fn needs(step: &RowStep<'_>, write: &StepWrite, writer: &RowStep<'_>) -> bool {
    if write.by == Setter::GithubPath {
        return calls_what_is_installed(step, writer);
    }
    let has_it = step.scope.step.contains_key(&write.name)
        || sets_itself(step, &write.name)
        || one(&step.scope.variable(&write.name)).is_some_and(|own| one(&write.value) == Some(own));
    if has_it {
        return false;
    }
    let runs_go = step_may_run_go(step) || step.known_action() == Some(KnownAction::SetupGo);
    is_go_variable(&write.name) && runs_go || uses(step, &write.name)
}

/// Whether a script or an input names the variable.
fn uses(step: &RowStep<'_>, name: &str) -> bool {
    let by_context = format!("env.{name}");
    let inputs = step.node.get("with").map(Node::entries).into_iter().flatten().filter_map(|entry| entry.node.text());
    let script = match &step.kind {
        StepKind::Script { script, .. } => script.text(),
        _ => None,
    };
    let named = |text: &str| ScriptText::of_expressions(text).written().contains(&by_context);
    let by_script = step.reading().is_some_and(|reading| {
        reading.variables.iter().any(|used| used.name == name && !used.set_before && !used.has_default)
    });
    by_script || inputs.chain(script).any(named)
}

/// Whether it calls, by its bare name, what the other installs.
fn calls_what_is_installed(step: &RowStep<'_>, writer: &RowStep<'_>) -> bool {
    let (Some(own), Some(installs)) = (step.reading(), writer.reading()) else { return false };
    let words = installs.commands.iter().filter(|command| program(command).is_some_and(|name| name == "go"));
    let packages: Vec<String> = words.flat_map(|command| &command.words).map(ScriptText::written).collect();
    let is_installed = |name: &str| {
        packages.iter().any(|package| {
            let path = package.split('@').next().unwrap_or_default();
            path.contains('/') && path.rsplit('/').next() == Some(name)
        })
    };
    own.commands.iter().filter_map(program).any(|name| is_installed(&name))
}
