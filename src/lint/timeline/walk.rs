//! The steps of a job, one after the other.

use crate::{
    actions::uses::{Action, KnownAction},
    lint::{
        repository::{Repository, WorkflowFile},
        timeline::{
            DEEPEST, MOST_STEPS_OF_ROW, RowStep, StepKind, StepShell, StepWrite, defaults,
            scope::{RowScope, SetBy, SetVariable, output_key},
        },
    },
    platform::Platform,
    script::{
        ScriptShell, Setter,
        reading::{self, ScriptReading},
    },
    workflow::tree::{Node, NodeKind},
};
use std::{collections::HashMap, rc::Rc};

/// What scripts do, by where they stand and by their shell.
pub(super) type Readings = HashMap<(*const Node, ScriptShell), Rc<ScriptReading>>;

/// The steps of a job, in a scope that has what workflow and job set, and the scope behind them.
pub(super) fn steps<'a>(
    file: &'a WorkflowFile,
    job: &'a Node,
    scope: RowScope<'a>,
    repository: &'a Repository<'_>,
    readings: &mut Readings,
) -> (Vec<RowStep<'a>>, RowScope<'a>) {
    let defaults = [job, &file.tree].map(|node| node.get("defaults").and_then(|all| all.get("run")?.get("shell")));
    let default_shell = defaults.into_iter().flatten().next();
    let mut walk = Walk { repository, scope, default_shell, steps: Vec::new(), held: Vec::new(), readings };
    for step in job.get("steps").map(Node::list).into_iter().flatten() {
        walk.step(file, step, true, 0);
    }
    // The end of a job waits for all that is in the background.
    walk.release(|_| true, true);
    (walk.steps, walk.scope)
}

/// What a step in the background wrote, until a step waits for it.
struct HeldWrites {
    id: Option<String>,
    step: usize,
    writes: Vec<StepWrite>,
}

struct Walk<'a, 'w, 'r> {
    repository: &'a Repository<'r>,
    /// As it is behind the last step.
    scope: RowScope<'a>,
    default_shell: Option<&'a Node>,
    steps: Vec<RowStep<'a>>,
    held: Vec<HeldWrites>,
    readings: &'w mut Readings,
}

impl<'a> Walk<'a, '_, '_> {
    fn step(&mut self, file: &'a WorkflowFile, node: &'a Node, around_runs: bool, depth: usize) {
        if self.steps.len() >= MOST_STEPS_OF_ROW {
            return;
        }
        let outer = self.scope.step.clone();
        for (name, set) in self.scope.env(file, node.get("env"), SetBy::Step) {
            self.scope.step.insert_mut(name, set);
        }
        let runs = self.scope.holds(node.get("if"));
        if runs != Some(false) {
            self.running(file, node, around_runs && runs == Some(true), depth);
        }
        self.scope.step = outer;
    }

    fn running(&mut self, file: &'a WorkflowFile, node: &'a Node, surely: bool, depth: usize) {
        if let Some(together) = node.get("parallel") {
            return self.together(file, together, surely, depth);
        }
        let kind = self.kind(node);
        self.wait(node);
        let writes = self.writes(file, &kind);
        let in_background = node.get("background").and_then(Node::text) == Some("true");
        let number = self.steps.len();
        let scope = self.scope.clone();
        let action = self.walked(&kind);
        self.steps.push(RowStep { file, node, surely, scope, kind, writes: writes.clone(), in_background });
        if in_background {
            let id = node.get("id").and_then(Node::text).map(str::to_owned);
            self.held.push(HeldWrites { id, step: number, writes });
        } else {
            self.take(number, &writes, surely);
        }
        if let Some(action) = action.filter(|_| depth < DEEPEST) {
            self.local_action(action, node, surely, depth);
        }
    }

    fn kind(&mut self, node: &'a Node) -> StepKind<'a> {
        if let Some(script) = node.get("run") {
            let shell = self.shell(node);
            let reading = shell.as_ref().map(|shell| self.reading(script, shell.language));
            return StepKind::Script { script, shell, reading };
        }
        match node.get("uses").map(|uses| Action::of(uses.text().unwrap_or_default())) {
            None => StepKind::Other,
            Some(action) => {
                let is_walked = action.as_ref().is_some_and(|action| self.composite(action).is_some());
                StepKind::Action { action, is_walked }
            }
        }
    }

    /// Steps that run side by side: what they write is there behind them all.
    fn together(&mut self, file: &'a WorkflowFile, together: &'a Node, surely: bool, depth: usize) {
        let before = self.scope.clone();
        let first = self.steps.len();
        for step in together.list() {
            self.scope = before.clone();
            self.step(file, step, surely, depth);
        }
        self.scope = before;
        for number in first..self.steps.len() {
            self.steps[number].in_background = true;
            let (writes, surely) = (self.steps[number].writes.clone(), self.steps[number].surely);
            self.take(number, &writes, surely);
        }
    }

    /// `wait: ID`, `wait: [ID, ID]`, `wait-all:`, and `cancel:`, behind which nobody knows how far a step came.
    fn wait(&mut self, node: &Node) {
        let named = |key: &str| -> Vec<&str> {
            match node.get(key).map(|given| &given.kind) {
                Some(NodeKind::Scalar { text, .. }) => vec![text],
                Some(NodeKind::List(ids)) => ids.iter().filter_map(Node::text).collect(),
                _ => Vec::new(),
            }
        };
        let (all, waited, cancelled) = (node.get("wait-all").is_some(), named("wait"), named("cancel"));
        let is_in = |held: &HeldWrites, ids: &[&str]| held.id.as_deref().is_some_and(|id| ids.contains(&id));
        self.release(|held| is_in(held, &cancelled), false);
        self.release(|held| all || is_in(held, &waited), true);
    }

    /// What these steps in the background wrote is set from here on.
    fn release(&mut self, is_waited: impl Fn(&HeldWrites) -> bool, is_done: bool) {
        let (done, left): (Vec<HeldWrites>, Vec<HeldWrites>) =
            std::mem::take(&mut self.held).into_iter().partition(is_waited);
        self.held = left;
        for held in done {
            let surely = is_done && self.steps[held.step].surely;
            self.take(held.step, &held.writes, surely);
        }
    }

    /// What a step wrote is set from here on.
    fn take(&mut self, number: usize, writes: &[StepWrite], surely: bool) {
        for write in writes {
            let value = write.value.clone().filter(|_| surely);
            let set = SetVariable {
                value: value.clone(),
                written: write.written.clone(),
                place: write.place.clone(),
                by: SetBy::Earlier(number),
                by_system: write.by_system,
            };
            match write.by {
                Setter::GithubEnv => self.scope.job.insert_mut(self.scope.key(&write.name).into_owned(), set),
                Setter::GoEnvW => self.scope.go_file.insert_mut(write.name.clone(), set),
                Setter::GithubPath => self.scope.path.push_back_mut(value),
                Setter::GithubOutput => {
                    if let Some(id) = self.steps[number].node.get("id").and_then(Node::text) {
                        self.scope.outputs.insert_mut(output_key(id, &write.name), value);
                    }
                }
                // Today's runners refuse the command, and what a script exports ends with it.
                Setter::Command | Setter::Export | Setter::Source | Setter::Unseen => {}
            }
        }
    }

    /// What a step sets for those behind it.
    fn writes(&self, file: &WorkflowFile, kind: &StepKind<'_>) -> Vec<StepWrite> {
        let StepKind::Script { script, reading: Some(reading), .. } = kind else { return Vec::new() };
        let lasting = |by| matches!(by, Setter::GithubEnv | Setter::GithubOutput | Setter::GithubPath | Setter::GoEnvW);
        let places = reading.settings.iter().filter(|place| lasting(place.by));
        places
            .map(|place| StepWrite {
                by: place.by,
                value: self.scope.script_text(&place.value).filter(|_| !reading.is_conditional(place.line)),
                written: place.value.written(),
                place: file.line_in_script(script, place.line),
                name: place.name.clone(),
                by_system: reading.asks_for_system(place.line, script.text().unwrap_or_default()),
            })
            .collect()
    }

    /// What a script does; of all rows that run it by this shell it is read once.
    fn reading(&mut self, script: &Node, shell: ScriptShell) -> Rc<ScriptReading> {
        let known = self.readings.entry((std::ptr::from_ref(script), shell));
        let read = || Rc::new(reading::read(shell, script.text().unwrap_or_default()));
        Rc::clone(known.or_insert_with(read))
    }

    /// By the step, by `defaults:`, by the runner.
    fn shell(&self, node: &Node) -> Option<StepShell> {
        if let Some(named) = node.get("shell").or(self.default_shell) {
            let all = self.scope.text(named.text()?)?;
            let [name] = all.as_slice() else { return None };
            return Some(StepShell { language: ScriptShell::of(name)?, name: name.clone(), is_default: false });
        }
        let facts = &self.scope.facts;
        let (name, language) = match facts.image?.platform {
            _ if facts.in_container => ("sh", ScriptShell::Sh),
            Platform::Windows => ("pwsh", ScriptShell::PowerShell),
            Platform::Linux | Platform::Macos => ("bash", ScriptShell::Bash),
        };
        Some(StepShell { language, name: name.to_owned(), is_default: true })
    }

    /// The local composite action that a step walks through.
    fn walked(&self, kind: &StepKind<'_>) -> Option<&'a WorkflowFile> {
        match kind {
            StepKind::Action { action: Some(action), is_walked: true } => self.composite(action),
            _ => None,
        }
    }

    /// The file of a local composite action.
    fn composite(&self, action: &Action) -> Option<&'a WorkflowFile> {
        let file = match action {
            Action::Local(path) => self.action(path),
            Action::Own(path) => self.repository.action(path),
            Action::Published(_) | Action::Docker(_) => None,
        }?;
        (file.tree.get("runs")?.get("using")?.text() == Some("composite")).then_some(file)
    }

    /// The steps of a local composite action.
    fn local_action(&mut self, action: &'a WorkflowFile, step: &'a Node, surely: bool, depth: usize) {
        let mut inputs = defaults(Some(&action.tree), &self.scope);
        let given = step.get("with").map(Node::entries).into_iter().flatten();
        inputs
            .extend(given.map(|entry| {
                (entry.name.to_ascii_lowercase(), self.scope.text(entry.node.text().unwrap_or_default()))
            }));
        let outside = (std::mem::replace(&mut self.scope.inputs, Rc::new(inputs)), self.default_shell.take());
        // Its steps have ids of their own.
        let outputs = std::mem::take(&mut self.scope.outputs);
        // `env:` of the step is that of the action's steps too.
        let around = self.scope.step.clone();
        let steps = action.tree.get("runs").and_then(|runs| runs.get("steps"));
        for inner in steps.map(Node::list).into_iter().flatten() {
            self.step(action, inner, surely, depth + 1);
        }
        self.scope.step = around;
        (self.scope.inputs, self.default_shell) = outside;
        self.scope.outputs = outputs;
    }

    /// The file of a local action; in a directory that a checkout made, the repository's own files lie there.
    fn action(&self, path: &str) -> Option<&'a WorkflowFile> {
        if let Some(own) = self.repository.action(path) {
            return Some(own);
        }
        let checkouts = self.steps.iter().rev().filter(|step| step.known_action() == Some(KnownAction::Checkout));
        let below = |step: &RowStep<'_>| {
            let dir = step.input("path").filter(|all| all.len() == 1)?.concat();
            let own = step.input_node("repository").is_none();
            let dir = step.scope.in_workspace(&dir)?;
            Some(path.strip_prefix(&dir)?.strip_prefix('/')?.to_owned()).filter(|_| own && !dir.is_empty())
        };
        checkouts.filter_map(below).find_map(|inner| self.repository.action(&inner))
    }
}
