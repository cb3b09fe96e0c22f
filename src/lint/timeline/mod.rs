//! One matrix row of a job, step by step: what each step sees, and what it sets for those behind it. Local actions
//! and called workflows are walked through in their place. Source: GitHub, "Workflow syntax"; the runner,
//! `StepsRunner.cs`, `CompositeActionHandler.cs`, `FileCommandManager.cs` and `BackgroundStepCoordinator.cs`.

mod machine;
pub(crate) mod scope;
mod walk;

use crate::{
    actions::{
        cache_entry::CacheMode,
        image::HostedImage,
        uses::{Action, KnownAction},
    },
    lint::{
        LintPlace,
        repository::{Repository, WorkflowFile},
    },
    script::{ScriptShell, Setter, reading::ScriptReading},
    workflow::{
        expression::Possible,
        matrix,
        tree::{NamedNode, Node, NodeKind},
    },
};
use scope::{RowFacts, RowScope, SetBy};
use std::{collections::HashMap, ops::Range, rc::Rc};

/// Workflows that one job may lead through, and actions that one step may: more than GitHub allows.
const DEEPEST: usize = 10;

/// Steps of a row, those of local actions too; the rest is not walked.
const MOST_STEPS_OF_ROW: usize = 1_000;

/// Steps of all rows of a workflow; beyond it no other row is walked.
const MOST_STEPS: usize = 50_000;

/// One row of a job.
#[derive(Debug)]
pub(crate) struct JobRow<'a> {
    /// `test (windows-latest, 1.22)`, as GitHub shows it.
    pub name: String,
    /// The label that is taken for it, where an expression leaves several.
    pub label: Option<String>,
    /// The file that has the job.
    pub file: &'a WorkflowFile,
    pub job: &'a NamedNode,
    pub facts: Rc<RowFacts<'a>>,
    /// Those that run or may run, in order, those of local actions after the step that uses the action.
    pub steps: Vec<RowStep<'a>>,
    /// What a step behind the last one would see, and the post steps of actions do.
    pub end: RowScope<'a>,
}

/// A step of a row.
#[derive(Debug)]
pub(crate) struct RowStep<'a> {
    pub file: &'a WorkflowFile,
    pub node: &'a Node,
    /// Whether it surely runs as long as nothing fails; else only a run tells.
    pub surely: bool,
    /// What it sees, its own `env:` included.
    pub scope: RowScope<'a>,
    pub kind: StepKind<'a>,
    /// What it sets for the steps behind it, in order.
    pub writes: Vec<StepWrite>,
    /// Whether it runs beside those behind it, until one waits for it.
    pub in_background: bool,
}

/// What a step does.
#[derive(Debug)]
pub(crate) enum StepKind<'a> {
    /// A script; `shell` is `None` where only a run tells, or where nobody reads that language.
    Script { script: &'a Node, shell: Option<StepShell>, reading: Option<Rc<ScriptReading>> },
    /// An action, by what stands behind `uses:`; `None`: an expression, or what GitHub refuses. The steps of a local
    /// one follow where `is_walked` says so.
    Action { action: Option<Action>, is_walked: bool },
    /// It waits for steps in the background, or is nothing that is known.
    Other,
}

/// The shell of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StepShell {
    pub language: ScriptShell,
    /// As it is written, or the runner's own: `bash`, `pwsh`, `powershell`, `sh`, `cmd`.
    pub name: String,
    /// Whether nothing names it but the runner's default.
    pub is_default: bool,
}

/// What a step sets for those behind it.
#[derive(Clone, Debug)]
pub(crate) struct StepWrite {
    pub by: Setter,
    /// `PATH` of a line for GITHUB_PATH.
    pub name: String,
    pub value: Possible<String>,
    pub written: String,
    pub place: LintPlace,
    /// It stands in a branch that asks for the system, and may be meant for another one.
    pub by_system: bool,
}

impl JobRow<'_> {
    /// Whether the two are one on another machine: what is said must hold for both.
    pub(crate) fn is_instead_of(&self, other: &Self) -> bool {
        let both = self.label.is_some() && other.label.is_some();
        both && std::ptr::eq(self.job, other.job) && self.name == other.name
    }

    /// Whether its job runs where that is all that is known.
    pub(crate) fn job_holds(&self, scope: &RowScope<'_>) -> Option<bool> {
        scope.holds(self.job.node.get("if"))
    }

    /// The steps to which a step in the background has not handed over what it sets: those before one waits for it, or
    /// all of its `parallel:`.
    pub(crate) fn unheard(&self, number: usize) -> UnheardSteps {
        let Some(step) = self.steps.get(number).filter(|step| step.in_background) else {
            return UnheardSteps { steps: 0..0, is_parallel: false };
        };
        let steps = self.job.node.get("steps").map(Node::list).into_iter().flatten();
        let mut groups = steps.filter_map(|one| one.get("parallel"));
        let is_in = |group: &Node, step: &RowStep<'_>| group.list().any(|one| std::ptr::eq(one, step.node));
        if let Some(group) = groups.find(|group| is_in(group, step)) {
            let first = self.steps.iter().position(|step| is_in(group, step)).unwrap_or(number);
            let last = self.steps.iter().rposition(|step| is_in(group, step)).unwrap_or(number);
            return UnheardSteps { steps: first..last + 1, is_parallel: true };
        }
        let id = step.node.get("id").and_then(Node::text);
        let behind = self.steps.iter().enumerate().skip(number + 1);
        let waits = behind.filter(|(_, later)| later.waits_for(id)).map(|(at, _)| at).next();
        UnheardSteps { steps: number + 1..waits.unwrap_or(self.steps.len()), is_parallel: false }
    }
}

/// Steps that see nothing of what a step in the background sets.
pub(crate) struct UnheardSteps {
    pub steps: Range<usize>,
    /// They stand in one `parallel:`.
    pub is_parallel: bool,
}

impl<'a> RowStep<'a> {
    /// Whether it waits for a step in the background, by its `id:`, or cancels it: `wait: ID`, `wait: [ID]`, `wait-all:`.
    fn waits_for(&self, id: Option<&str>) -> bool {
        let names = |key: &str| {
            let named = |one: &Node| one.text().is_some() && one.text() == id;
            self.node.get(key).is_some_and(|given| named(given) || given.list().any(named))
        };
        self.node.get("wait-all").is_some() || names("wait") || names("cancel")
    }

    /// The action that it uses.
    pub(crate) fn action(&self) -> Option<&Action> {
        match &self.kind {
            StepKind::Action { action, .. } => action.as_ref(),
            _ => None,
        }
    }

    /// The action that it uses, where its doings are known.
    pub(crate) fn known_action(&self) -> Option<KnownAction> {
        self.action()?.known()
    }

    /// What its script does, where its shell is known.
    pub(crate) fn reading(&self) -> Option<&ScriptReading> {
        match &self.kind {
            StepKind::Script { reading, .. } => reading.as_deref(),
            _ => None,
        }
    }

    /// An input as it is given.
    pub(crate) fn input_node(&self, name: &str) -> Option<&'a NamedNode> {
        let given = self.node.get("with")?.entries();
        given.into_iter().find(|entry| entry.name.eq_ignore_ascii_case(name))
    }

    /// All that an input may be; empty where it is not given.
    pub(crate) fn input(&self, name: &str) -> Possible<String> {
        match self.input_node(name) {
            None => Some(vec![String::new()]),
            Some(entry) => self.scope.text(entry.node.text().unwrap_or_default()),
        }
    }

    /// Where its `uses:` or the first line of it stands.
    pub(crate) fn place(&self) -> LintPlace {
        let named = ["uses", "run"].iter().find_map(|name| self.node.entry(name));
        named
            .or_else(|| self.node.entries().next())
            .map_or_else(|| self.file.place(self.node), |entry| self.file.entry(entry))
    }
}

/// A workflow with its rows.
pub(crate) struct WalkedWorkflow<'a> {
    pub file: &'a WorkflowFile,
    /// Else it is there for what the others rest on.
    pub is_asked: bool,
    pub rows: Vec<JobRow<'a>>,
}

/// All workflows of a repository with their rows; those that were asked for first.
pub(crate) fn all<'a>(repository: &'a Repository<'_>) -> Vec<WalkedWorkflow<'a>> {
    let asked = repository.workflows().map(|file| (file, true));
    let all = asked.chain(repository.other_workflows().map(|file| (file, false)));
    all.map(|(file, is_asked)| WalkedWorkflow { file, is_asked, rows: rows(file, repository) }).collect()
}

/// All rows of a workflow's jobs.
pub(crate) fn rows<'a>(file: &'a WorkflowFile, repository: &'a Repository<'_>) -> Vec<JobRow<'a>> {
    let mut walker = RowWalker { repository, rows: Vec::new(), steps: 0, readings: HashMap::new() };
    let flow = WorkflowCaller {
        name: String::new(),
        inputs: Rc::default(),
        events: events(&file.tree),
        depth: 0,
        cache_mode: Some(CacheMode::ALL),
    };
    walker.workflow(file, &flow);
    walker.rows
}

/// The events of `on:`; `None` for one that others call.
fn events(tree: &Node) -> Option<Vec<String>> {
    let on = tree.get("on")?;
    let names: Vec<String> = match &on.kind {
        NodeKind::Scalar { text, .. } => vec![text.clone()],
        NodeKind::List(all) => all.iter().filter_map(Node::text).map(str::to_owned).collect(),
        NodeKind::Map(all) => all.iter().map(|entry| entry.name.clone()).collect(),
        NodeKind::Null => return None,
    };
    (!names.iter().any(|name| name == "workflow_call")).then_some(names)
}

/// By whom a workflow is run.
struct WorkflowCaller {
    /// `build / `, before the names of its jobs.
    name: String,
    inputs: Rc<HashMap<String, Possible<String>>>,
    events: Option<Vec<String>>,
    depth: usize,
    /// The most that its jobs may do with the cache service; `None`: nobody knows.
    cache_mode: Option<CacheMode>,
}

struct RowWalker<'a, 'r> {
    repository: &'a Repository<'r>,
    rows: Vec<JobRow<'a>>,
    /// Of all rows so far.
    steps: usize,
    readings: walk::Readings,
}

impl<'a> RowWalker<'a, '_> {
    fn workflow(&mut self, file: &'a WorkflowFile, caller: &WorkflowCaller) {
        for job in file.tree.get("jobs").map(Node::entries).into_iter().flatten() {
            for matrix in matrix::rows(job.node.get("strategy")) {
                if self.steps > MOST_STEPS {
                    return;
                }
                let row_name = matrix.name();
                let shown = if row_name.is_empty() { String::new() } else { format!(" ({row_name})") };
                let name = format!("{}{}{shown}", caller.name, job.name);
                let mut scope = RowScope::new(RowFacts {
                    matrix,
                    image: None,
                    in_container: false,
                    events: caller.events.clone(),
                    ref_kind: None,
                    cache_mode: caller.cache_mode,
                });
                scope.inputs = Rc::clone(&caller.inputs);
                if scope.holds(job.node.get("if")) == Some(false) {
                    continue;
                }
                let mode = cache_mode(file, job, &scope);
                Rc::make_mut(&mut scope.facts).cache_mode = mode;
                match job.node.get("uses").and_then(Node::text) {
                    Some(called) => {
                        scope.job = scope.env(file, file.tree.get("env"), SetBy::Workflow).into_iter().collect();
                        self.called(called, job, &name, &scope, caller);
                    }
                    None => {
                        for machine in machines(&job.node, &scope) {
                            self.row(file, job, &name, scope.clone(), machine);
                        }
                    }
                }
            }
        }
    }

    /// The jobs of a workflow that a job calls.
    fn called(&mut self, called: &str, job: &NamedNode, name: &str, scope: &RowScope<'_>, caller: &WorkflowCaller) {
        let Some(Action::Local(path) | Action::Own(path)) = Action::of(called) else { return };
        let Some(file) = self.repository.workflow(&path).filter(|_| caller.depth < DEEPEST) else { return };
        let given = job.node.get("with").map(Node::entries).into_iter().flatten();
        let mut inputs = defaults(file.tree.get("on").and_then(|on| on.get("workflow_call")), scope);
        inputs.extend(
            given.map(|entry| (entry.name.to_ascii_lowercase(), scope.text(entry.node.text().unwrap_or_default()))),
        );
        let inner = WorkflowCaller {
            name: format!("{name} / "),
            inputs: Rc::new(inputs),
            events: caller.events.clone(),
            depth: caller.depth + 1,
            cache_mode: scope.facts.cache_mode,
        };
        self.workflow(file, &inner);
    }

    fn row(
        &mut self,
        file: &'a WorkflowFile,
        job: &'a NamedNode,
        name: &str,
        mut scope: RowScope<'a>,
        machine: RowMachine,
    ) {
        let facts = RowFacts {
            matrix: scope.facts.matrix.clone(),
            image: machine.image,
            in_container: job.node.get("container").is_some(),
            events: scope.facts.events.clone(),
            ref_kind: scope.facts.ref_kind,
            cache_mode: scope.facts.cache_mode,
        };
        scope.facts = Rc::new(facts);
        scope.job = scope.env(file, file.tree.get("env"), SetBy::Workflow).into_iter().collect();
        for (name, set) in scope.env(file, job.node.get("env"), SetBy::Job) {
            scope.job.insert_mut(name, set);
        }
        let facts = Rc::clone(&scope.facts);
        let (steps, end) = walk::steps(file, &job.node, scope, self.repository, &mut self.readings);
        self.steps += steps.len() + 1;
        self.rows.push(JobRow { name: name.to_owned(), label: machine.label, file, job, facts, steps, end });
    }
}

/// `cache-mode:` of the job, else of the workflow, within what whoever calls it allows.
fn cache_mode(file: &WorkflowFile, job: &NamedNode, scope: &RowScope<'_>) -> Option<CacheMode> {
    let allowed = scope.facts.cache_mode?;
    let Some(given) = job.node.get("cache-mode").or_else(|| file.tree.get("cache-mode")) else { return Some(allowed) };
    let given = scope.text(given.text()?)?;
    let [given] = given.as_slice() else { return None };
    Some(allowed.and(CacheMode::of(given)))
}

/// What `inputs:` of an action or of a called workflow are by default.
fn defaults(declared: Option<&Node>, scope: &RowScope<'_>) -> HashMap<String, Possible<String>> {
    let inputs = declared.and_then(|declared| declared.get("inputs")).map(Node::entries).into_iter().flatten();
    let default = |entry: &NamedNode| {
        let value = match entry.node.get("default") {
            None => Some(vec![String::new()]),
            Some(default) => default.text().and_then(|text| scope.text(text)),
        };
        (entry.name.to_ascii_lowercase(), value)
    };
    inputs.map(default).collect()
}

/// Labels of one row that are looked at each.
const MOST_LABELS: usize = 4;

/// A machine that a row may run on.
#[derive(Clone)]
struct RowMachine {
    /// Where it is one of several.
    label: Option<String>,
    image: Option<&'static HostedImage>,
}

/// The hosted images by `runs-on:`; one label that is known, or some of which each is, and nothing else.
fn machines(job: &Node, scope: &RowScope<'_>) -> Vec<RowMachine> {
    let unknown = vec![RowMachine { label: None, image: None }];
    let Some(labels) = labels(job, scope) else { return unknown };
    match labels.as_slice() {
        [label] => vec![RowMachine { label: None, image: HostedImage::of(label) }],
        several if several.len() <= MOST_LABELS => {
            let machine =
                |label: &String| Some(RowMachine { label: Some(label.clone()), image: Some(HostedImage::of(label)?) });
            several.iter().map(machine).collect::<Option<_>>().unwrap_or(unknown)
        }
        _ => unknown,
    }
}

/// All that the only label may be.
fn labels(job: &Node, scope: &RowScope<'_>) -> Possible<String> {
    match &job.get("runs-on")?.kind {
        NodeKind::Scalar { text, .. } => scope.text(text),
        NodeKind::List(labels) => match labels.as_slice() {
            [only] => scope.text(only.text()?),
            _ => None,
        },
        NodeKind::Map(_) | NodeKind::Null => None,
    }
}
