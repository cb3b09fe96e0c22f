//! What a workflow sets: the `env:` of its steps, its jobs and itself, and what the scripts of its steps, those of
//! local actions too, write for later ones. Source: GitHub, "Workflow syntax"; the runner, `FileCommandManager.cs`.

use crate::{
    explain::upstream::{Fills, Names, UpstreamValue},
    platform::{Platform, env::EnvBlock},
    script::{ScriptPlace, ScriptShell, ScriptText, Setter},
    workflow::{
        expression::{self, Possible},
        tree::{self, NamedNode, Node, NodeKind, ScalarStyle},
        value,
    },
};
use std::{
    collections::{BTreeSet, HashMap, HashSet},
    rc::Rc,
};

/// Local actions that a step may lead through, one in another.
const DEEPEST_ACTION: usize = 10;

/// Steps of all jobs, those of local actions too; more than any workflow has on purpose.
const MOST_STEPS: usize = 20_000;

/// What a workflow is read for.
pub(super) struct WorkflowQuestion<'a> {
    pub names: &'a Names,
    /// The job that runs; `None`: all of them, and nothing is running.
    pub job: Option<&'a str>,
    /// The environment of a step of it; `None`: nothing is running.
    pub live: Option<&'a EnvBlock>,
    pub platform: Platform,
    /// The file of a local action by its directory, as `uses:` names it, with its text.
    pub action: &'a dyn Fn(&str) -> Option<(String, String)>,
}

/// What a workflow sets, and what it leads to.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct WorkflowSettings {
    /// The strongest first.
    pub values: Vec<UpstreamValue>,
    /// Workflows beside it that its jobs call.
    pub calls: BTreeSet<String>,
    /// What is passed over, a clause each.
    pub notes: Vec<String>,
}

/// All of a file; with a job, of the others nothing.
pub(super) fn settings(text: &str, asked: &WorkflowQuestion<'_>) -> Result<WorkflowSettings, String> {
    let Some(file) = tree::parsed(text).map_err(|why| why.to_string())? else { return Ok(WorkflowSettings::default()) };
    let mut reader = WorkflowReader { asked, found: WorkflowSettings::default(), steps: 0, actions: HashMap::new() };
    let root = StepScope { live: asked.live, ..StepScope::default() };
    let (flow_env, flow) = reader.env(file.get("env"), "", None, &root);
    let flow = root.with(flow);
    let mut steps = Vec::new();
    let mut jobs = Vec::new();
    let empty = Node::default();
    for NamedNode { name, node: job, .. } in file.get("jobs").unwrap_or(&empty).entries() {
        if asked.job.is_some_and(|job| job != name) {
            continue;
        }
        if let Some(called) = job.get("uses").and_then(Node::text) {
            let own = called.strip_prefix("./.github/workflows/").filter(|name| !name.contains('/'));
            reader.found.calls.extend(own.map(str::to_owned));
        }
        let around = StepScope {
            matrix: job.get("strategy").and_then(|strategy| strategy.get("matrix")).cloned().map(Rc::new),
            in_container: job.get("container").is_some(),
            ..flow.clone()
        };
        let (job_env, set) = reader.env(job.get("env"), &format!(", job {name}"), None, &around);
        // What its steps write hides what the job has.
        let mut around = around.with(set).with(Vec::new());
        around.shells = reader.shells(&file, job, &around);
        let mut later = Vec::new();
        for (number, step) in job.get("steps").unwrap_or(&empty).list().enumerate() {
            let place = format!(", job {name}, step {}", number + 1);
            let (own, writes) = reader.step(step, &place, None, &mut around, 0);
            steps.extend(own);
            later.extend(writes);
        }
        // The last one wins.
        later.reverse();
        steps.append(&mut later);
        jobs.extend(job_env);
    }
    let WorkflowReader { mut found, .. } = reader;
    found.values = steps;
    found.values.append(&mut jobs);
    found.values.extend(flow_env);
    Ok(found)
}

type KnownValues = HashMap<String, Possible<String>>;

/// What expressions and scripts of one place can see.
#[derive(Clone, Default)]
struct StepScope<'a> {
    live: Option<&'a EnvBlock>,
    matrix: Option<Rc<Node>>,
    in_container: bool,
    /// By name, all that it may be; the outermost first.
    outer: Vec<Rc<KnownValues>>,
    /// What is set here.
    own: Rc<KnownValues>,
    inputs: Rc<KnownValues>,
    /// Those that a step without `shell:` may be run by.
    shells: Vec<ScriptShell>,
}

/// Variables of the runner and of the system that no step is expected to change. What is in GITHUB_ENV and its like is
/// another file in each step.
fn is_lasting(name: &str) -> bool {
    let lasting = [
        "HOME",
        "USER",
        "USERPROFILE",
        "LOCALAPPDATA",
        "APPDATA",
        "TEMP",
        "TMP",
        "ProgramFiles",
        "SystemDrive",
        "CI",
        "GITHUB_WORKSPACE",
        "GITHUB_REPOSITORY",
        "GITHUB_REPOSITORY_OWNER",
        "GITHUB_REF",
        "GITHUB_REF_NAME",
        "GITHUB_REF_TYPE",
        "GITHUB_HEAD_REF",
        "GITHUB_BASE_REF",
        "GITHUB_SHA",
        "GITHUB_ACTOR",
        "GITHUB_EVENT_NAME",
        "GITHUB_JOB",
        "GITHUB_RUN_ID",
        "GITHUB_RUN_NUMBER",
        "GITHUB_RUN_ATTEMPT",
        "GITHUB_WORKFLOW",
        "GITHUB_SERVER_URL",
        "GITHUB_API_URL",
    ];
    name.starts_with("RUNNER_") || lasting.iter().any(|one| one.eq_ignore_ascii_case(name))
}

impl StepScope<'_> {
    /// With what is set here, which hides what was set outside.
    fn with(&self, set: Vec<(String, Possible<String>)>) -> Self {
        let mut inner = self.clone();
        inner.outer.push(Rc::clone(&self.own));
        inner.own = Rc::new(set.into_iter().collect());
        inner
    }

    /// What is set, not by the runner.
    fn set(&self, name: &str) -> Option<&Possible<String>> {
        self.own.get(name).or_else(|| self.outer.iter().rev().find_map(|layer| layer.get(name)))
    }

    /// A variable of a script.
    fn variable(&self, name: &str) -> Possible<String> {
        match self.set(name) {
            Some(known) => known.clone(),
            None => self.live_value(name),
        }
    }

    fn live_value(&self, name: &str) -> Possible<String> {
        is_lasting(name).then(|| self.live?.get(name).map(|value| vec![value.to_owned()])).flatten()
    }

    /// `github.workspace` and its like.
    fn property(&self, path: &[&str]) -> Possible<String> {
        let (context, rest) = path.split_first()?;
        let context = context.to_ascii_lowercase();
        match (context.as_str(), rest) {
            ("env", [name]) => self.set(name)?.clone(),
            ("inputs", [name]) => self.inputs.get(*name)?.clone(),
            ("matrix", path) => self.matrix_values(path),
            // The runner puts the paths of the machine there, while a job in a container sees its own.
            ("github", [name]) if self.in_container && name.eq_ignore_ascii_case("workspace") => None,
            ("runner", [name]) if self.in_container && !name.eq_ignore_ascii_case("os") => None,
            ("github" | "runner", [name]) => {
                let name = format!("{context}_{name}").to_ascii_uppercase();
                self.live_value(&name)
            }
            _ => None,
        }
    }

    /// All values of the matrix, whichever row runs.
    fn matrix_values(&self, path: &[&str]) -> Possible<String> {
        let matrix = self.matrix.as_ref()?;
        let (first, inner) = path.split_first()?;
        let leaf = |node: &Node| -> Option<String> {
            let node = inner.iter().try_fold(node, |node, name| node.get(name))?;
            node.text().filter(|text| !text.contains("${{")).map(str::to_owned)
        };
        let mut found = Vec::new();
        if let Some(own) = matrix.get(first) {
            if !matches!(own.kind, NodeKind::List(_)) {
                return None;
            }
            for one in own.list() {
                found.push(leaf(one)?);
            }
        }
        if let Some(include) = matrix.get("include") {
            if !matches!(include.kind, NodeKind::List(_)) {
                return None;
            }
            for row in include.list() {
                if let Some(one) = row.get(first) {
                    found.push(leaf(one)?);
                }
            }
        }
        found.sort();
        found.dedup();
        (!found.is_empty() && found.len() <= expression::MOST_VALUES).then_some(found)
    }

    /// All that a text may come to.
    fn possible(&self, template: &ScriptText) -> Possible<String> {
        value::possible(template, &|name| self.variable(name), &|path| self.property(path))
    }

    fn possible_text(&self, text: &str) -> Possible<String> {
        self.possible(&ScriptText::of_expressions(text))
    }
}

struct WorkflowReader<'a> {
    asked: &'a WorkflowQuestion<'a>,
    found: WorkflowSettings,
    steps: usize,
    /// By what `uses:` says; `None`: there is none, or it is broken.
    actions: HashMap<String, Option<Rc<LocalAction>>>,
}

/// The file of a local action.
struct LocalAction {
    path: String,
    tree: Node,
}

type Set = Vec<(String, Possible<String>)>;

impl WorkflowReader<'_> {
    /// Those of an `env:` that are asked about, and all of them for what is inside.
    fn env(
        &self,
        node: Option<&Node>,
        place: &str,
        file: Option<&str>,
        around: &StepScope<'_>,
    ) -> (Vec<UpstreamValue>, Set) {
        let (mut asked, mut set) = (Vec::new(), Vec::new());
        for NamedNode { name, place: at, node: value } in node.map(Node::entries).into_iter().flatten() {
            let value = match &value.kind {
                NodeKind::Scalar { text, .. } => text.as_str(),
                NodeKind::Null => "",
                _ => continue,
            };
            let known = around.possible_text(value);
            if self.asked.names.has(name) {
                asked.push(UpstreamValue {
                    name: name.clone(),
                    value: value.to_owned(),
                    at: format!("{}{place}", at.line()),
                    file: file.map(str::to_owned),
                    possible: known.clone().unwrap_or_default(),
                    fills: Fills::Environment,
                });
            }
            set.push((name.clone(), known));
        }
        (asked, set)
    }

    /// What its own script and `env:` set, and what it sets for the steps behind it, in its order.
    fn step(
        &mut self,
        step: &Node,
        place: &str,
        file: Option<&str>,
        around: &mut StepScope<'_>,
        depth: usize,
    ) -> (Vec<UpstreamValue>, Vec<UpstreamValue>) {
        self.steps += 1;
        if self.steps > MOST_STEPS {
            let note = format!("of its steps only the first are read: they are more than {MOST_STEPS}");
            if self.found.notes.last() != Some(&note) {
                self.found.notes.push(note);
            }
            return (Vec::new(), Vec::new());
        }
        let (mut own, set) = self.env(step.get("env"), place, file, around);
        // Whether it runs, a run tells.
        let certain = step.get("if").is_none();
        let mut later = Vec::new();
        if step.get("run").and_then(Node::text).is_some() {
            let places = self.script(step, &around.with(set));
            let mut exports = Vec::new();
            for (one, line, known) in places {
                if matches!(one.by, Setter::GithubEnv | Setter::Command) && one.name != "PATH" {
                    Rc::make_mut(&mut around.own).insert(one.name.clone(), known.clone().filter(|_| certain));
                }
                if !self.asked.names.has(&one.name) && one.name != "PATH" {
                    continue;
                }
                let by_name = one.name == "PATH";
                let (fills, by) = match one.by {
                    Setter::GithubEnv => (Fills::Environment, "to GITHUB_ENV"),
                    Setter::GithubPath => (Fills::Path, "to GITHUB_PATH"),
                    Setter::Command if by_name => (Fills::Path, "`::add-path`"),
                    Setter::Command => (Fills::Environment, "`::set-env`"),
                    Setter::GoEnvW => (Fills::GoenvFile, "`go env -w`"),
                    Setter::GithubOutput | Setter::Source | Setter::Unseen => continue,
                    Setter::Export if by_name => continue,
                    Setter::Export => (Fills::Environment, "for the rest of that step"),
                };
                let setter = one.by;
                let value = UpstreamValue {
                    value: one.value.written(),
                    name: one.name,
                    at: format!("{line}{place}, {by}"),
                    file: file.map(str::to_owned),
                    possible: known.unwrap_or_default(),
                    fills,
                };
                if setter == Setter::Export { exports.push(value) } else { later.push(value) }
            }
            // The last one wins, also over the step's own `env:`.
            own.splice(0..0, exports.into_iter().rev());
        } else if let Some(action) = step.get("uses").and_then(Node::text).filter(|uses| uses.starts_with("./"))
            && depth < DEEPEST_ACTION
            && let Some(action) = self.local_action(action)
        {
            let inside = around.with(set).with(Vec::new());
            let (inner, writes) = self.action(&action, step, place, inside, around, depth);
            own.extend(inner);
            later.extend(writes);
        }
        (own, later)
    }

    fn local_action(&mut self, uses: &str) -> Option<Rc<LocalAction>> {
        if let Some(known) = self.actions.get(uses) {
            return known.clone();
        }
        let read = (self.asked.action)(uses).and_then(|(path, text)| match tree::parsed(&text) {
            Ok(tree) => Some(Rc::new(LocalAction { path, tree: tree.unwrap_or_default() })),
            Err(why) => {
                self.found.notes.push(format!("`{path}` is passed over: {why}"));
                None
            }
        });
        self.actions.insert(uses.to_owned(), read.clone());
        read
    }

    /// The steps of a local composite action.
    fn action(
        &mut self,
        action: &LocalAction,
        step: &Node,
        place: &str,
        mut inside: StepScope<'_>,
        outside: &mut StepScope<'_>,
        depth: usize,
    ) -> (Vec<UpstreamValue>, Vec<UpstreamValue>) {
        let (mut own, mut later) = (Vec::new(), Vec::new());
        let certain = step.get("if").is_none();
        let LocalAction { path, tree: action } = action;
        let Some(runs) = action.get("runs").filter(|runs| runs.get("using").and_then(Node::text) == Some("composite"))
        else {
            return (own, later);
        };
        let mut inputs = HashMap::new();
        for NamedNode { name, node: input, .. } in action.get("inputs").map(Node::entries).into_iter().flatten() {
            let given = step.get("with").and_then(|with| with.get(name)).or_else(|| input.get("default"));
            let known = match given {
                None => Some(vec![String::new()]),
                Some(given) => given.text().and_then(|text| outside.possible_text(text)),
            };
            inputs.insert(name.clone(), known);
            // Each costs as much as a step.
            self.steps += 1;
        }
        inside.inputs = Rc::new(inputs);
        for (number, inner) in runs.get("steps").map(Node::list).into_iter().flatten().enumerate() {
            let place = format!("{place}, step {} of the action", number + 1);
            let (mine, writes) = self.step(inner, &place, Some(path), &mut inside, depth + 1);
            own.extend(mine);
            later.extend(writes);
        }
        // What its steps set is set behind it too.
        let set = Rc::clone(&inside.own);
        drop(inside);
        Rc::make_mut(&mut outside.own)
            .extend(set.iter().map(|(name, known)| (name.clone(), known.clone().filter(|_| certain))));
        (own, later)
    }

    /// Places of a script, by every shell that may run it, with the line of the file and what each may come to.
    fn script(&self, step: &Node, around: &StepScope<'_>) -> Vec<(ScriptPlace, usize, Possible<String>)> {
        let Some(run) = step.get("run") else { return Vec::new() };
        let NodeKind::Scalar { text, style } = &run.kind else { return Vec::new() };
        // Most scripts set nothing.
        let signs = [
            "GITHUB_ENV",
            "GITHUB_PATH",
            "github.env",
            "github.path",
            "::set-env",
            "::add-path",
            "export",
            "declare",
            "typeset",
            "env:",
            "set ",
            "env -w",
            "env --w",
            "SET ",
            "Set ",
            "local",
            "readonly",
        ];
        let folded = text.to_ascii_uppercase();
        if !signs.iter().any(|sign| folded.contains(&sign.to_ascii_uppercase())) {
            return Vec::new();
        }
        let shells = match step.get("shell").and_then(Node::text) {
            Some(shell) => self.named_shells(shell, around),
            None => around.shells.clone(),
        };
        let several = shells.len() > 1;
        let mut found: Vec<(ScriptPlace, usize, Possible<String>)> = Vec::new();
        let mut seen = HashSet::new();
        for shell in shells {
            for one in shell.places(text) {
                let line = run.line() + if *style == ScalarStyle::Lines { one.line } else { 0 };
                if several && !seen.insert((one.name.clone(), line, one.value.written())) {
                    continue;
                }
                let known = around.possible(&one.value);
                found.push((one, line, known));
            }
        }
        found
    }

    fn named_shells(&self, shell: &str, around: &StepScope<'_>) -> Vec<ScriptShell> {
        match around.possible_text(shell) {
            Some(all) => {
                let mut shells: Vec<ScriptShell> = all.iter().filter_map(|one| ScriptShell::of(one)).collect();
                shells.dedup();
                shells
            }
            None => vec![ScriptShell::Bash, ScriptShell::PowerShell],
        }
    }

    /// By `defaults:`, else by the system of the runner: both where the matrix has both.
    fn shells(&self, file: &Node, job: &Node, around: &StepScope<'_>) -> Vec<ScriptShell> {
        let default = |node: &Node| {
            let shell = node.get("defaults").and_then(|all| all.get("run")).and_then(|run| run.get("shell"));
            shell.and_then(Node::text).map(str::to_owned)
        };
        if let Some(shell) = default(job).or_else(|| default(file)) {
            return self.named_shells(&shell, around);
        }
        if around.in_container {
            return vec![ScriptShell::Sh];
        }
        if self.asked.live.is_some() {
            let windows = self.asked.platform == Platform::Windows;
            return vec![if windows { ScriptShell::PowerShell } else { ScriptShell::Bash }];
        }
        let labels = job.get("runs-on").map(|runs_on| match &runs_on.kind {
            NodeKind::Map(_) => runs_on.get("labels").cloned().unwrap_or_default(),
            _ => runs_on.clone(),
        });
        let labels = labels.unwrap_or_default();
        let texts = labels.text().into_iter().chain(labels.list().filter_map(Node::text));
        let (mut windows, mut others) = (false, false);
        for text in texts {
            match around.possible_text(text) {
                Some(all) => {
                    for one in all {
                        let is_windows = one.to_ascii_lowercase().contains("windows");
                        windows |= is_windows;
                        others |= !is_windows;
                    }
                }
                None => (windows, others) = (true, true),
            }
        }
        // `[self-hosted, Windows]` is one runner.
        if windows && matches!(labels.kind, NodeKind::List(_)) {
            others = labels.list().filter_map(Node::text).any(|text| text.contains("${{"));
        }
        match (others || !windows, windows) {
            (true, true) => vec![ScriptShell::Bash, ScriptShell::PowerShell],
            (_, true) => vec![ScriptShell::PowerShell],
            _ => vec![ScriptShell::Bash],
        }
    }
}

#[cfg(test)]
mod tests;
