//! What a step in the background writes for others, before anything waits for it.

use super::{JudgedRow, LintRule, RuleFindings, RuleLook};
use crate::{
    actions::uses::KnownAction,
    lint::{
        LintPlace,
        caches::one,
        installs::{calls_by_name, comes_otherwise, installed, is_on_images},
        programs::{KnownScript, is_go_variable, is_idle, program, runs_go_action, sets_itself, step_may_run_go},
        timeline::{JobRow, RowStep, StepKind, StepWrite, UnheardSteps},
    },
    script::{ScriptPiece, ScriptText, Setter},
    status::Severity,
    workflow::tree::{Node, NodeKind},
};

pub(super) const RULES: &[LintRule] = &[LintRule {
    id: "background-writer",
    severity: Severity::Error,
    title: "a step needs what a step in the background has not handed over yet",
    condition: "A step with `background: true`, or one of `parallel:`, writes a variable to GITHUB_ENV or a directory to \
        GITHUB_PATH, and a step before the `wait:` for it, or beside it, needs that: it runs Go or setup-go and the variable is \
        one of Go's, it uses the variable, or it calls a program that the background step installs. Or such a step names an \
        output of it. Or the background step is setup-go and such a step runs Go, with no other setup-go before. Or the \
        background step surely installs a program by `go install` that nothing else brings, and such a step calls it.",
    why: "The runner holds back what such a step writes, outputs too, until a step waits for it. The steps before that see the \
        old value, an empty output, the Go of the image, and no program that is still being built.",
    source: "actions/runner at 258d6c8, `src/Runner.Worker/BackgroundStepCoordinator.cs` and `ExecutionContext.cs`.",
    fix: "Put the `wait:` before the step that needs it, or write in an ordinary step.",
    ignore: "When the step does well without it.",
    look: RuleLook::EachRow(background_writer),
}];

/// Steps of a job that are looked at one by one, each with all others: more than any job of a person has.
const MOST_LOOKED_AT: usize = 200;

fn background_writer(judged: &JudgedRow<'_, '_>, found: &mut RuleFindings<'_>) {
    let row = judged.row;
    let in_background = (0..row.steps.len()).filter(|number| row.steps[*number].in_background);
    for number in in_background.take(MOST_LOOKED_AT) {
        let writer = BackgroundStep { row, number, step: &row.steps[number], unheard: row.unheard(number) };
        let by_path = writer.written(found);
        writer.outputs(found);
        writer.sets_go_up(found);
        if !by_path {
            writer.installs(found);
        }
    }
}

/// A step in the background.
struct BackgroundStep<'r, 'a> {
    row: &'r JobRow<'a>,
    number: usize,
    step: &'r RowStep<'a>,
    unheard: UnheardSteps,
}

impl<'r, 'a> BackgroundStep<'r, 'a> {
    /// The steps that see nothing of it.
    fn others(&self) -> impl Iterator<Item = (usize, &'r RowStep<'a>)> {
        let steps = self.row.steps.iter().enumerate();
        let own = self.number;
        steps.filter(move |(at, _)| self.unheard.steps.contains(at) && *at != own)
    }

    fn tell(&self, found: &mut RuleFindings<'_>, place: LintPlace, message: &str, other: &RowStep<'_>) {
        let line = other.place().line;
        let evidence = match self.unheard.is_parallel {
            true => format!("the step in line {line} runs beside it and sees nothing of it"),
            false => format!("the step in line {line} runs before anything waits for this step"),
        };
        let help = "wait for the step first, or do this in an ordinary step";
        let finding = found.add(self.row, place, message, &evidence, help);
        *finding = finding.clone().beside(other.place(), "it is needed here");
    }

    /// Variables and directories for PATH; whether one of these was told.
    fn written(&self, found: &mut RuleFindings<'_>) -> bool {
        let mut by_path = false;
        let writes = self.step.writes.iter();
        for write in writes.filter(|write| matches!(write.by, Setter::GithubEnv | Setter::GithubPath)) {
            let Some((_, other)) = self.others().find(|(_, other)| needs(other, write, self.step)) else { continue };
            by_path |= write.by == Setter::GithubPath;
            let what = if write.by == Setter::GithubPath { "the directory for PATH" } else { write.name.as_str() };
            let message = format!("{what} is written in the background, and a step needs it before it is there");
            self.tell(found, write.place.clone(), &message, other);
        }
        by_path
    }

    /// `steps.ID.outputs`, whatever writes them.
    fn outputs(&self, found: &mut RuleFindings<'_>) {
        let Some(id) = self.step.node.get("id").and_then(Node::text).filter(|id| !id.is_empty()) else { return };
        let asked = format!("steps.{}.outputs.", id.to_ascii_lowercase());
        let is_user = |other: &RowStep<'_>| std::ptr::eq(other.file, self.step.file) && names(other.node, &asked);
        let Some((_, other)) = self.others().find(|(_, other)| is_user(other)) else { return };
        let message = format!("an output of `{id}` is asked for while the step runs in the background, and is empty");
        self.tell(found, self.step.place(), &message, other);
    }

    fn sets_go_up(&self, found: &mut RuleFindings<'_>) {
        let is_setup = |step: &RowStep<'_>| step.known_action() == Some(KnownAction::SetupGo);
        if !is_setup(self.step) || !self.step.surely || self.row.steps[..self.number].iter().any(is_setup) {
            return;
        }
        let before = self.others().take_while(|(_, other)| !is_setup(other));
        let Some((_, other)) = before.into_iter().find(|(_, other)| runs_go_of_path(other)) else { return };
        let message = "Go is set up in the background, and a step runs Go before it is there";
        self.tell(found, self.step.place(), message, other);
    }

    /// Programs of `go install`.
    fn installs(&self, found: &mut RuleFindings<'_>) {
        let Some(script) = KnownScript::of(self.number, self.step).filter(|_| self.step.surely) else { return };
        let surely = script.reading.commands.iter().filter(|command| !command.conditional);
        for command in surely.take(MOST_LOOKED_AT) {
            for tool in installed(command).into_iter().filter(|tool| !is_on_images(tool)) {
                let calls = |other: &RowStep<'_>| {
                    other.reading().is_some_and(|reading| reading.commands.iter().any(|one| calls_by_name(one, &tool)))
                };
                let Some((at, other)) = self.others().find(|(_, other)| calls(other)) else { continue };
                let brings = |step: &RowStep<'_>| {
                    step.reading()
                        .is_none_or(|reading| reading.commands.iter().any(|one| installed(one).contains(&tool)))
                        && matches!(step.kind, StepKind::Script { .. })
                };
                let mut before = self.row.steps[..=at].iter().filter(|step| !std::ptr::eq(*step, self.step));
                if before.any(brings) || comes_otherwise(&self.row.steps, &tool) {
                    continue;
                }
                let place = script.step.file.line_in_script(script.script, command.span.line);
                let message =
                    format!("`{tool}` is installed in the background, and a step calls it before it is there");
                self.tell(found, place, &message, other);
            }
        }
    }
}

/// Whether a step surely runs the Go that PATH leads to: not `make`, which may have to do with anything.
fn runs_go_of_path(step: &RowStep<'_>) -> bool {
    const OF_GO: [&str; 3] = ["go", "gofmt", "gotestsum"];
    let runs = || {
        step.reading().is_some_and(|reading| {
            let calls = |name: &&str| {
                let named = reading.commands.iter().filter(|command| calls_by_name(command, name));
                named.filter(|command| command.invoked().len() > 1).any(|command| !is_idle(command))
            };
            OF_GO.iter().any(calls)
        })
    };
    !sets_itself(step, "PATH") && !step.scope.step.contains_key("PATH") && (runs() || runs_go_action(step))
}

/// Whether an expression of a step names this, in small letters.
fn names(step: &Node, asked: &str) -> bool {
    let is_named = |inner: &str| {
        let inner = inner.to_ascii_lowercase().replace(' ', "");
        let is_start = |at: usize| !inner[..at].ends_with(|c: char| c.is_ascii_alphanumeric() || "_-.".contains(c));
        inner.match_indices(asked).any(|(at, _)| is_start(at))
    };
    let in_text = |text: &str| {
        let lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
        lines.flat_map(|line| ScriptText::of_expressions(line).0).any(|piece| match piece {
            ScriptPiece::Expression { inner, .. } => is_named(&inner),
            _ => false,
        })
    };
    let mut open = vec![step];
    while let Some(node) = open.pop() {
        for entry in node.entries() {
            let bare = entry.node.text().filter(|text| entry.name == "if" && !text.contains("${{"));
            if bare.is_some_and(is_named) {
                return true;
            }
            open.push(&entry.node);
        }
        open.extend(node.list());
        if let NodeKind::Scalar { text, .. } = &node.kind
            && in_text(text)
        {
            return true;
        }
    }
    false
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
