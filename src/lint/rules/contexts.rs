//! Contexts of expressions in places where they do not exist. Source: actions/runner at 258d6c8,
//! `src/Sdk/WorkflowParser/workflow-v1.0.json` and `src/Runner.Worker/action_yaml.json`.

use super::{LintRule, RuleFindings, RuleLook};
use crate::{
    lint::{LintPlace, repository::WorkflowFile},
    output::wording::list,
    script::{ScriptPiece, ScriptText},
    status::Severity,
    workflow::{
        expression,
        tree::{NamedNode, Node, NodeKind},
    },
};

pub(super) const RULES: &[LintRule] = &[LintRule {
    id: "context-unavailable",
    severity: Severity::Error,
    title: "an expression names a context that does not exist there",
    condition: "An expression of a workflow or a composite action names one of GitHub's contexts, or calls `hashFiles`, where \
        the runner's own schema does not have it: `runner`, `env` or `steps` in `env:` of a job, `env` or `matrix` in `if:` of \
        a job, `matrix` in `env:` of the workflow, `env` in the image of a service or a container, `secrets` in an `if:`, `secrets`, `vars` or `needs` in a composite action. Or any expression \
        stands in `defaults:` of the workflow.",
    why: "GitHub refuses the file: `Unrecognized named-value`. No job of the workflow starts, or the step fails that uses the \
        action.",
    source: "actions/runner at 258d6c8, `src/Sdk/WorkflowParser/workflow-v1.0.json` and `src/Runner.Worker/action_yaml.json`; \
        GitHub, \"Context availability\".",
    fix: "Move the value to where the context exists: `env:` of a step, or a step that writes to GITHUB_ENV.",
    ignore: "Never; the file does not run.",
    look: RuleLook::File(unavailable),
}];

/// What expressions may name somewhere.
struct Availability {
    /// Where, as a clause.
    place: &'static str,
    contexts: &'static [&'static str],
    hash_files: bool,
}

const ALL: [&str; 12] =
    ["github", "inputs", "vars", "needs", "strategy", "matrix", "secrets", "steps", "job", "jobs", "runner", "env"];

const STEP: &[&str] =
    &["github", "inputs", "vars", "needs", "strategy", "matrix", "secrets", "steps", "job", "runner", "env"];
const CONDITION: &[&str] =
    &["github", "inputs", "vars", "needs", "strategy", "matrix", "steps", "job", "runner", "env"];
const ACTION: &[&str] = &["github", "inputs", "strategy", "matrix", "steps", "job", "runner", "env"];
const ROW: &[&str] = &["github", "inputs", "vars", "needs", "strategy", "matrix"];

const CREDENTIALS: &[&str] = &["github", "inputs", "vars", "needs", "strategy", "matrix", "secrets", "env"];

const fn at(place: &'static str, contexts: &'static [&'static str]) -> Availability {
    Availability { place, contexts, hash_files: false }
}

const fn in_step(place: &'static str, contexts: &'static [&'static str]) -> Availability {
    Availability { place, contexts, hash_files: true }
}

/// By the path of the entry; `*` is any one name, and what is below a place is as the place itself. The first that fits.
const WORKFLOW: &[(&str, Availability)] = &[
    ("run-name", at("`run-name:`", &["github", "inputs", "vars"])),
    ("defaults", at("`defaults:` of the workflow", &[])),
    ("env", at("`env:` of the workflow", &["github", "inputs", "vars", "secrets"])),
    ("concurrency", at("`concurrency:` of the workflow", &["github", "inputs", "vars"])),
    ("on/workflow_call/inputs/*/default", at("a default of an input", &["github", "inputs", "vars"])),
    ("on/workflow_call/outputs/*/value", at("an output of the workflow", &["github", "inputs", "vars", "jobs"])),
    ("jobs/*/if", at("`if:` of a job", &["github", "inputs", "vars", "needs"])),
    ("jobs/*/strategy", at("`strategy:`", &["github", "inputs", "vars", "needs"])),
    ("jobs/*/runs-on", at("`runs-on:`", ROW)),
    ("jobs/*/name", at("`name:` of a job", ROW)),
    ("jobs/*/timeout-minutes", at("`timeout-minutes:` of a job", ROW)),
    ("jobs/*/continue-on-error", at("`continue-on-error:` of a job", ROW)),
    ("jobs/*/concurrency", at("`concurrency:` of a job", ROW)),
    ("jobs/*/env", at("`env:` of a job", &["github", "inputs", "vars", "needs", "strategy", "matrix", "secrets"])),
    ("jobs/*/environment/url", at("`url:` of an environment", CONDITION)),
    ("jobs/*/environment", at("`environment:`", ROW)),
    (
        "jobs/*/defaults/run",
        at("`defaults:` of a job", &["github", "inputs", "vars", "needs", "strategy", "matrix", "env"]),
    ),
    ("jobs/*/outputs", at("`outputs:` of a job", STEP)),
    ("jobs/*/container/credentials", at("`credentials:` of a container", CREDENTIALS)),
    ("jobs/*/container/env", at("`env:` of a container", STEP)),
    ("jobs/*/container", at("`container:`", ROW)),
    ("jobs/*/services/*/credentials", at("`credentials:` of a service", CREDENTIALS)),
    ("jobs/*/services/*/env", at("`env:` of a service", STEP)),
    ("jobs/*/services", at("`services:`", ROW)),
    ("jobs/*/with", at("`with:` of a called workflow", ROW)),
    (
        "jobs/*/secrets",
        at("`secrets:` of a called workflow", &["github", "inputs", "vars", "needs", "strategy", "matrix", "secrets"]),
    ),
    ("jobs/*/steps/*/if", in_step("`if:` of a step", CONDITION)),
    ("jobs/*/steps/*/parallel/*/if", in_step("`if:` of a step", CONDITION)),
    ("jobs/*/steps", in_step("a step", STEP)),
];

const LOCAL_ACTION: &[(&str, Availability)] = &[
    ("inputs/*/default", in_step("a default of an input", &["github", "strategy", "matrix", "job", "runner"])),
    ("outputs/*/value", at("an output of an action", ACTION)),
    ("runs/steps", in_step("a composite action", ACTION)),
];

fn unavailable(file: &WorkflowFile, found: &mut RuleFindings<'_>) {
    let is_workflow = file.tree.get("jobs").is_some();
    let table = if is_workflow { WORKFLOW } else { LOCAL_ACTION };
    let mut open: Vec<(Vec<&str>, &Node)> = vec![(Vec::new(), &file.tree)];
    while let Some((path, node)) = open.pop() {
        let below = |name| path.iter().copied().chain([name]).collect::<Vec<&str>>();
        open.extend(node.list().map(|inner| (below("-"), inner)));
        open.extend(node.entries().map(|NamedNode { name, node, .. }| (below(name.as_str()), node)));
        let NodeKind::Scalar { text, .. } = &node.kind else { continue };
        let Some((_, there)) = table.iter().find(|(place, _)| fits(place, &path)) else { continue };
        let is_condition = path.last() == Some(&"if");
        for inner in expressions(text, is_condition) {
            tell(file, node, &inner, there, is_workflow, found);
        }
    }
}

fn fits(place: &str, path: &[&str]) -> bool {
    let mut names = place.split('/');
    let mut path = path.iter();
    names.all(|name| path.next().is_some_and(|own| name == "*" || name == *own))
}

/// What stands in `${{ }}`; a condition without them is one as a whole.
fn expressions(text: &str, is_condition: bool) -> Vec<String> {
    if is_condition && !text.contains("${{") {
        return vec![text.to_owned()];
    }
    let pieces = ScriptText::of_expressions(text).0.into_iter();
    let inner = pieces.filter_map(|piece| match piece {
        ScriptPiece::Expression { inner, .. } => Some(inner),
        _ => None,
    });
    inner.collect()
}

fn tell(
    file: &WorkflowFile,
    node: &Node,
    inner: &str,
    there: &Availability,
    is_workflow: bool,
    found: &mut RuleFindings<'_>,
) {
    let Some(names) = expression::names(inner) else { return };
    if there.contexts.is_empty() {
        let message = format!("no expression is allowed in {}", there.place);
        let evidence = format!("`{}`; GitHub refuses the workflow", inner.trim());
        let help = "write the value itself, or move it to `defaults:` of a job";
        return found.add_in_file(place_of(file, node, inner), &message, &evidence, help);
    }
    for name in names {
        let is_missing = match name.as_str() {
            "hashfiles()" => !there.hash_files,
            name => ALL.contains(&name) && !there.contexts.contains(&name),
        };
        if !is_missing {
            continue;
        }
        let (shown, kind) = if name == "hashfiles()" { ("hashFiles", "function") } else { (name.as_str(), "context") };
        let message = format!("the {kind} `{shown}` does not exist in {}", there.place);
        let contexts = there.contexts.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>();
        let outcome = if is_workflow { "GitHub refuses the workflow" } else { "the step that uses the action fails" };
        let evidence = format!("`{}`; there are {}; {outcome}", inner.trim(), list(&contexts));
        let help = "move the value to where the context exists, such as `env:` of a step";
        found.add_in_file(place_of(file, node, inner), &message, &evidence, help);
    }
}

/// The line of the expression, where its text has several.
fn place_of(file: &WorkflowFile, node: &Node, inner: &str) -> LintPlace {
    let text = node.text().unwrap_or_default();
    let before = text.find(inner).map_or(0, |at| text[..at].matches('\n').count());
    file.line_in_script(node, before + 1)
}
