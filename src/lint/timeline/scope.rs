//! What expressions and scripts of a step can see: variables with the places that set them, the matrix row, the
//! runner's own directories, inputs. What only a run tells is unknown.

use crate::{
    actions::{cache_entry::CacheMode, image::HostedImage},
    lint::{LintPlace, repository::WorkflowFile, timeline::machine},
    platform::Platform,
    script::{ScriptPiece, ScriptText},
    workflow::{
        expression::{self, Possible},
        matrix::MatrixRow,
        tree::{NamedNode, Node},
        value,
    },
};
use rpds::{HashTrieMap, Vector};
use std::{borrow::Cow, collections::HashMap, rc::Rc};

/// What set a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SetBy {
    /// `env:` of the workflow.
    Workflow,
    /// `env:` of the job.
    Job,
    /// `env:` of the step, or of a step that leads to it.
    Step,
    /// A step before it, by its number in the row: GITHUB_ENV, or an action.
    Earlier(usize),
}

/// A variable, or a line of the file of `go env -w`.
#[derive(Clone, Debug)]
pub(crate) struct SetVariable {
    /// All that it may be.
    pub value: Possible<String>,
    /// As it is written.
    pub written: String,
    pub place: LintPlace,
    pub by: SetBy,
    /// A script sets it in a branch that asks for the system, and may mean another one.
    pub by_system: bool,
}

/// By their names, on Windows in upper case. A copy shares what it has with its origin, so that a thousand steps which
/// each set a variable do not make a thousand tables.
pub(crate) type Variables = HashTrieMap<String, SetVariable>;

/// The same for all steps of a row.
#[derive(Clone, Debug)]
pub(crate) struct RowFacts<'a> {
    pub matrix: MatrixRow<'a>,
    /// `None`: unknown, or not hosted by GitHub.
    pub image: Option<&'static HostedImage>,
    pub in_container: bool,
    /// The names of events that start the workflow; `None`: nobody knows, such as of one that is called.
    pub events: Option<Vec<String>>,
    /// What the workflow runs for; `None`: only a run tells.
    pub ref_kind: Option<RefKind>,
    /// What its steps may do with the cache service; `None`: nobody knows.
    pub cache_mode: Option<CacheMode>,
}

/// What a workflow runs for, by the beginning of `github.ref`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RefKind {
    Branch,
    Tag,
    PullRequest,
    MergeQueue,
}

impl RefKind {
    /// What `github.ref` begins with, and `github.ref_type`.
    fn told(self) -> (&'static str, &'static str) {
        match self {
            Self::Branch => ("refs/heads/", "branch"),
            Self::Tag => ("refs/tags/", "tag"),
            Self::PullRequest => ("refs/pull/", "branch"),
            Self::MergeQueue => ("refs/heads/gh-readonly-queue/", "branch"),
        }
    }
}

impl<'a> RowFacts<'a> {
    /// The same, with one event that starts the workflow, and what it then runs for.
    pub(crate) fn with_event(&self, event: &str, ref_kind: Option<RefKind>) -> Self {
        Self { events: Some(vec![event.to_owned()]), ref_kind, matrix: self.matrix.clone(), ..*self }
    }

    /// Of the hosted runner, where steps run on it itself.
    pub(crate) fn machine(&self) -> Option<&'static HostedImage> {
        self.image.filter(|_| !self.in_container)
    }
}

/// What one step sees. A clone costs little.
#[derive(Clone, Debug)]
pub(crate) struct RowScope<'a> {
    pub facts: Rc<RowFacts<'a>>,
    /// Of the job: `env:` of workflow and job, and what steps wrote.
    pub job: Variables,
    /// `env:` of the step and of those around it.
    pub step: Variables,
    /// Of the action or of the called workflow; `None`: unknown, such as those of workflow_dispatch.
    pub inputs: Rc<HashMap<String, Possible<String>>>,
    /// What scripts of steps wrote to GITHUB_OUTPUT, by the step and the name.
    pub outputs: HashTrieMap<String, Possible<String>>,
    /// What `go env -w` wrote.
    pub go_file: Variables,
    /// Directories that steps added to PATH; `None`: unknown which.
    pub path: Vector<Possible<String>>,
}

impl<'a> RowScope<'a> {
    pub(crate) fn new(facts: RowFacts<'a>) -> Self {
        Self {
            facts: Rc::new(facts),
            job: Variables::new(),
            step: Variables::new(),
            inputs: Rc::default(),
            outputs: HashTrieMap::new(),
            go_file: Variables::new(),
            path: Vector::new(),
        }
    }

    pub(crate) fn platform(&self) -> Option<Platform> {
        self.facts.machine().map(|image| image.platform)
    }

    /// What is set by the workflow, not by the machine.
    pub(crate) fn set(&self, name: &str) -> Option<&SetVariable> {
        let name = self.key(name);
        self.step.get(&*name).or_else(|| self.job.get(&*name))
    }

    /// Under what a variable is kept.
    pub(crate) fn key<'n>(&self, name: &'n str) -> Cow<'n, str> {
        self.platform().map_or(Cow::Borrowed(name), |platform| platform.fold_name(name))
    }

    /// A variable of the environment: empty where the machine is known not to have it.
    pub(crate) fn variable(&self, name: &str) -> Possible<String> {
        match self.set(name) {
            Some(set) => set.value.clone(),
            None => machine::variable(self.facts.machine()?, name).map(|value| vec![value]),
        }
    }

    /// Where a path leads in the workspace, relative to it and with `/`; `None`: elsewhere, or only a run tells. It is
    /// taken as actions/checkout takes its `path:`.
    pub(crate) fn in_workspace(&self, path: &str) -> Option<String> {
        let Some(platform) = self.platform() else {
            let dir = path.trim_start_matches("./").trim_end_matches('/');
            let is_plain =
                !dir.starts_with('/') && !dir.contains(['\\', ':']) && !dir.split('/').any(|part| part == "..");
            return is_plain.then(|| if dir == "." { String::new() } else { dir.to_owned() });
        };
        let workspace = self.variable("GITHUB_WORKSPACE")?.concat();
        let path = if platform.is_absolute(path) { path.to_owned() } else { platform.join(&workspace, path) };
        let path = platform.path(&path).normalize().to_string();
        if !platform.is_within(&path, &workspace) {
            return None;
        }
        let parts = |text: &str| -> Vec<String> {
            let typed = platform.path(text);
            typed.components().map(|part| part.as_str().to_owned()).collect()
        };
        Some(parts(&path).get(parts(&workspace).len()..)?.join("/"))
    }

    /// `github.workspace` and its like.
    pub(crate) fn property(&self, path: &[&str]) -> Possible<String> {
        let (context, rest) = path.split_first()?;
        let known = |text: &str| Some(vec![text.to_owned()]);
        match (context.to_ascii_lowercase().as_str(), rest) {
            ("env", [name]) => match self.set(name) {
                Some(set) => set.value.clone(),
                // The context has what workflows set; what the machine sets is not in it.
                None => known(""),
            },
            ("steps", [id, outputs, name]) if outputs.eq_ignore_ascii_case("outputs") => {
                self.outputs.get(&output_key(id, name))?.clone()
            }
            ("inputs", [name]) => self.inputs.get(&name.to_ascii_lowercase())?.clone(),
            ("matrix", path) => self.facts.matrix.value(path),
            ("github", [name]) if name.eq_ignore_ascii_case("event_name") => self.facts.events.clone(),
            ("github", [name]) if name.eq_ignore_ascii_case("ref") => {
                self.facts.ref_kind.map(|kind| vec![format!("{}{}", kind.told().0, expression::UNKNOWN_REST)])
            }
            ("github", [name]) if name.eq_ignore_ascii_case("ref_type") => known(self.facts.ref_kind?.told().1),
            ("github", [name]) if name.eq_ignore_ascii_case("workspace") => self.variable("GITHUB_WORKSPACE"),
            ("runner", [name]) => match name.to_ascii_lowercase().as_str() {
                "os" => known(self.facts.image?.platform.runner_os()),
                "arch" => known(&self.facts.image?.arch),
                "environment" => self.facts.image.and(known("github-hosted")),
                "temp" | "tool_cache" => self.variable(&format!("RUNNER_{}", name.to_ascii_uppercase())),
                _ => None,
            },
            _ => None,
        }
    }

    /// All that a text with expressions may come to.
    pub(crate) fn text(&self, text: &str) -> Possible<String> {
        self.script_text(&ScriptText::of_expressions(text))
    }

    /// All that a text of a script may come to.
    pub(crate) fn script_text(&self, text: &ScriptText) -> Possible<String> {
        let text = ScriptText(text.0.iter().map(|piece| self.asked_of_go(piece)).collect());
        value::possible(&text, &|name| self.variable(name), &|path| self.property(path))
    }

    /// `$(go env GOPATH)` as what Go says there, where that is known.
    fn asked_of_go(&self, piece: &ScriptPiece) -> ScriptPiece {
        let asked = match piece {
            ScriptPiece::Unknown(written) => asked_of_go(written),
            _ => None,
        };
        let answer = asked.and_then(|name| self.go_says(name)).filter(|all| all.len() == 1);
        answer.map_or_else(|| piece.clone(), |all| ScriptPiece::Literal(all.concat()))
    }

    /// What `go env NAME` prints there, of the variables that say where things go.
    pub(crate) fn go_says(&self, name: &str) -> Possible<String> {
        if let Some(set) = self.set(name) {
            let own = set.value.clone()?;
            let empty = own.iter().filter(|one| one.is_empty()).count();
            if empty < own.len() {
                return (empty == 0).then_some(own);
            }
        }
        if let Some(filed) = self.go_file.get(name) {
            return filed.value.clone();
        }
        let machine = self.facts.machine()?;
        match name {
            "GOMODCACHE" => {
                // Of several directories the first one has the modules. Source: Go, `modload.go`, `modcacheDir`.
                let first = |list: &str| {
                    let first = machine.platform.list_pieces(list).next().filter(|first| !first.is_empty())?;
                    Some(machine.platform.unquoted(first).into_owned())
                };
                let below = |gopath: String| {
                    let pkg = machine.platform.join(&first(&gopath)?, "pkg");
                    Some(machine.platform.join(&pkg, "mod"))
                };
                self.go_says("GOPATH")?.into_iter().map(below).collect()
            }
            "GOCACHE" => match self.default_cache_root(machine.platform)? {
                root if root.is_empty() => machine::go_default(machine, name).map(|default| vec![default]),
                root => Some(vec![machine.platform.join(&root, "go-build")]),
            },
            "GOPATH" | "GOBIN" => machine::go_default(machine, name).map(|default| vec![default]),
            _ => None,
        }
    }

    /// What leads Go's build cache elsewhere when GOCACHE does not, on Linux alone; empty: nothing. Source: Go,
    /// `os.UserCacheDir`, which refuses what is not absolute.
    fn default_cache_root(&self, platform: Platform) -> Option<String> {
        if platform != Platform::Linux {
            return Some(String::new());
        }
        let all = self.variable("XDG_CACHE_HOME")?;
        let [only] = all.as_slice() else { return None };
        (only.is_empty() || platform.is_absolute(only)).then(|| only.clone())
    }

    /// Whether a step or job with this `if:` runs; `None`: only a run tells.
    pub(crate) fn holds(&self, condition: Option<&Node>) -> Option<bool> {
        match condition.map(Node::text) {
            None => Some(true),
            Some(None) => None,
            Some(Some(text)) => expression::holds(text, &|path| self.property(path)),
        }
    }

    /// What an `env:` sets.
    pub(crate) fn env(&self, file: &WorkflowFile, env: Option<&Node>, by: SetBy) -> Vec<(String, SetVariable)> {
        let entries = env.map(Node::entries).into_iter().flatten();
        let variable = |entry: &NamedNode| {
            let written = entry.node.text().unwrap_or_default().to_owned();
            let set =
                SetVariable { value: self.text(&written), written, place: file.entry(entry), by, by_system: false };
            (self.key(&entry.name).into_owned(), set)
        };
        entries.map(variable).collect()
    }
}

/// Under what an output of a step is kept.
pub(crate) fn output_key(id: &str, name: &str) -> String {
    format!("{id}.{name}").to_ascii_lowercase()
}

/// The name in `$(go env NAME)` and in the same with backticks.
fn asked_of_go(written: &str) -> Option<&str> {
    let inner = written.strip_prefix("$(").and_then(|rest| rest.strip_suffix(')'));
    let inner = inner.or_else(|| written.strip_prefix('`')?.strip_suffix('`'))?;
    let mut words = inner.split_whitespace();
    let (go, env, name, end) = (words.next()?, words.next()?, words.next()?, words.next());
    (matches!(go, "go" | "go.exe") && env == "env" && end.is_none() && !name.starts_with('-')).then_some(name)
}
