//! The files of a repository that matter: its workflows, its local actions, and whether others are there.

use crate::{
    actions::uses::Action,
    lint::{LintFinding, LintPlace, LintQuestion, rules},
    platform::Platform,
    ports::{Host, Kind, ReadLimit, UnreadFile},
    workflow::tree::{self, NamedNode, Node, NodeKind},
};
use std::{
    cell::OnceCell,
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

/// The name of what comes from standard input.
pub const INPUT: &str = "<stdin>";

/// The rule of files that cannot be read.
const UNREADABLE: &str = "file-unreadable";

/// Directories below each other in which actions are looked for.
const DEEPEST_ACTION: usize = 8;

/// Files of a repository that are listed; of more nothing is known.
const MOST_FILES: usize = 200_000;

/// What marks a directory as a cache, whose files no repository has. Source: the Cache Directory Tagging Specification,
/// bford.info/cachedir; Cargo's `target` has it, pytest's cache, and those of many others.
const CACHE_MARK: &str = "CACHEDIR.TAG";

/// A workflow or an action.
#[derive(Debug)]
pub(crate) struct WorkflowFile {
    /// Relative to the repository's root, with `/`.
    pub path: String,
    pub text: String,
    pub tree: Node,
    /// Where each line begins, in bytes.
    lines: Vec<usize>,
}

impl WorkflowFile {
    fn new(path: String, text: String, tree: Node) -> Self {
        let lines = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Self { path, text, tree, lines }
    }

    /// The bytes of a line, from 1, with its end.
    pub(crate) fn line(&self, line: usize) -> Option<Range<usize>> {
        let start = *self.lines.get(line.checked_sub(1)?)?;
        Some(start..self.lines.get(line).copied().unwrap_or(self.text.len()))
    }

    /// The place of a byte, to the end of its line.
    pub(crate) fn at(&self, byte: usize) -> LintPlace {
        let line = self.lines.partition_point(|start| *start <= byte);
        let start = line.checked_sub(1).and_then(|at| self.lines.get(at)).copied().unwrap_or_default();
        let column = self.text.get(start..byte).unwrap_or_default().chars().count() + 1;
        LintPlace { file: self.path.clone(), line, column, end_column: 0 }
    }

    /// The place of a node; of a scalar on one line with its end.
    pub(crate) fn place(&self, node: &Node) -> LintPlace {
        let bytes = node.place.bytes();
        let written = self.text.get(bytes).unwrap_or_default();
        let one_line = !written.is_empty() && !written.contains('\n') && matches!(node.kind, NodeKind::Scalar { .. });
        let (line, column) = (node.place.line(), node.place.column());
        let end_column = if one_line { column + written.trim_end().chars().count() } else { 0 };
        LintPlace { file: self.path.clone(), line, column, end_column }
    }

    /// The place of an entry: from its name to the end of its value, where both are on one line.
    pub(crate) fn entry(&self, entry: &NamedNode) -> LintPlace {
        let value = self.place(&entry.node);
        let end_column = if value.line == entry.place.line() { value.end_column } else { 0 };
        LintPlace { line: entry.place.line(), column: entry.place.column(), end_column, ..value }
    }

    /// A line of a script that stands in the file, such as the value of `run:`; from 1.
    pub(crate) fn line_in_script(&self, script: &Node, line: usize) -> LintPlace {
        match &script.kind {
            NodeKind::Scalar { style: tree::ScalarStyle::Lines, .. } => {
                let line = script.line() + line;
                let text = self.line(line).and_then(|bytes| self.text.get(bytes)).unwrap_or_default();
                let column = text.chars().take_while(|c| c.is_whitespace()).count() + 1;
                let end_column = text.trim_end().chars().count() + 1;
                LintPlace { file: self.path.clone(), line, column, end_column }
            }
            _ => self.place(script),
        }
    }
}

/// The files, read.
pub(crate) struct Repository<'a> {
    root: &'a str,
    platform: Platform,
    host: &'a dyn Host,
    is_repository: bool,
    edited: BTreeMap<String, String>,
    /// Those that were asked for, by path.
    workflows: BTreeMap<String, WorkflowFile>,
    /// The others of the repository, which are not judged: they may be called, and fill caches.
    others: BTreeMap<String, WorkflowFile>,
    /// By directory; `None`: there is none, or it is broken.
    actions: BTreeMap<String, Option<WorkflowFile>>,
    /// Directories of actions that nothing but the other workflows leads to.
    others_actions: BTreeSet<String>,
    /// Actions that were asked for and that none of those workflows uses, each as a workflow of one job, of whose runner
    /// nothing is known.
    alone: Vec<WorkflowFile>,
    broken: Vec<LintFinding>,
    /// The texts of files that are no YAML, by path.
    unparsed: BTreeMap<String, String>,
    names: OnceCell<Option<BTreeSet<String>>>,
}

impl<'a> Repository<'a> {
    /// The workflows that were asked for, and all actions and workflows of the repository that they lead to.
    pub(crate) fn read(asked: &LintQuestion<'a>, host: &'a dyn Host) -> Self {
        let mut one = Self {
            root: asked.root,
            platform: asked.platform,
            host,
            is_repository: asked.is_repository,
            edited: asked.edited.clone(),
            workflows: BTreeMap::new(),
            others: BTreeMap::new(),
            actions: BTreeMap::new(),
            others_actions: BTreeSet::new(),
            alone: Vec::new(),
            broken: Vec::new(),
            unparsed: BTreeMap::new(),
            names: OnceCell::new(),
        };
        let is_all = asked.paths.is_empty() && asked.input.is_none();
        let wanted = if is_all { one.all() } else { one.wanted(asked.paths) };
        for path in wanted.workflows.into_iter().filter(|path| !asked.config.leaves_out(path)) {
            if let Some(file) = one.file(&path) {
                one.workflows.insert(path, file);
            }
        }
        if let Some(read) = asked.input {
            one.input(read.clone());
        }
        one.follow(one.workflows.values().flat_map(|file| uses_of(&file.tree)).collect());
        one.read_others();
        for path in wanted.actions.into_iter().filter(|path| !asked.config.leaves_out(path)) {
            one.read_alone(&path, !asked.paths.is_empty());
        }
        one
    }

    /// What is broken in them is not this run's concern.
    fn read_others(&mut self) {
        if !self.is_repository {
            return;
        }
        let unparsed = self.unparsed.clone();
        let (broken, known) = (self.broken.len(), self.actions.keys().cloned().collect::<BTreeSet<_>>());
        let mut open = Vec::new();
        for path in self.all().workflows {
            if !self.workflows.contains_key(&path)
                && let Some(file) = self.file(&path)
            {
                open.extend(uses_of(&file.tree));
                self.others.insert(path, file);
            }
        }
        self.follow(open);
        self.broken.truncate(broken);
        self.unparsed = unparsed;
        self.others_actions = self.actions.keys().filter(|dir| !known.contains(*dir)).cloned().collect();
    }

    /// Those that are judged: the workflows that were asked for, and the actions that none of them uses.
    pub(crate) fn workflows(&self) -> impl Iterator<Item = &WorkflowFile> {
        self.workflows.values().chain(&self.alone)
    }

    /// Those of the repository that nobody asked for.
    pub(crate) fn other_workflows(&self) -> impl Iterator<Item = &WorkflowFile> {
        self.others.values()
    }

    /// A workflow of the repository, by its path.
    pub(crate) fn workflow(&self, path: &str) -> Option<&WorkflowFile> {
        self.workflows.get(path).or_else(|| self.others.get(path))
    }

    /// The file of a local action, by its directory.
    pub(crate) fn action(&self, dir: &str) -> Option<&WorkflowFile> {
        self.actions.get(dir)?.as_ref()
    }

    /// What is in a file of the repository, by its path.
    pub(crate) fn content(&self, path: &str) -> Option<Vec<u8>> {
        self.host.read(&self.absolute(path), ReadLimit::Settings).ok()
    }

    /// The same as text.
    pub(crate) fn text(&self, path: &str) -> Option<String> {
        String::from_utf8(self.content(path)?).ok()
    }

    /// What cannot be read.
    pub(crate) fn broken(&self) -> Vec<LintFinding> {
        self.broken.clone()
    }

    /// Each file that is judged or leads to one that is.
    pub(crate) fn files(&self) -> impl Iterator<Item = &WorkflowFile> {
        let actions = self.actions.iter().filter(|(dir, _)| !self.others_actions.contains(*dir));
        self.workflows.values().chain(actions.filter_map(|(_, file)| file.as_ref()))
    }

    /// The text of each file that is judged, by its path.
    pub(crate) fn texts(&self) -> BTreeMap<String, String> {
        let read = self.files().map(|file| (file.path.clone(), file.text.clone()));
        read.chain(self.unparsed.clone()).collect()
    }

    /// Whether all that could be found in a file is found: it was asked for, and no other file decides what it does.
    pub(crate) fn is_judged_whole(&self, path: &str) -> bool {
        let calls = |on: &Node| {
            let names = on.list().chain(Some(on)).filter_map(Node::text);
            on.get("workflow_call").is_some() || names.into_iter().any(|event| event == "workflow_call")
        };
        self.workflows.get(path).is_some_and(|file| !file.tree.get("on").is_some_and(calls))
    }

    /// Every file of the repository but git's own and those in caches, relative to the root, with `/`; `None`: they are
    /// too many.
    pub(crate) fn names(&self) -> Option<&BTreeSet<String>> {
        self.names.get_or_init(|| self.listed()).as_ref()
    }

    fn listed(&self) -> Option<BTreeSet<String>> {
        if !self.is_repository {
            return None;
        }
        let (mut found, mut dirs) = (BTreeSet::new(), vec![String::new()]);
        while let Some(dir) = dirs.pop() {
            let names = self.host.list(&self.absolute(&dir));
            if !dir.is_empty() && names.iter().any(|name| name == CACHE_MARK) {
                continue;
            }
            for name in names {
                let path = if dir.is_empty() { name.clone() } else { format!("{dir}/{name}") };
                match self.host.kind(&self.absolute(&path)) {
                    Kind::Dir if name != ".git" => dirs.push(path),
                    Kind::File => drop(found.insert(path)),
                    Kind::Dir | Kind::Absent => {}
                }
                if found.len() + dirs.len() > MOST_FILES {
                    return None;
                }
            }
        }
        Some(found)
    }

    fn absolute(&self, path: &str) -> String {
        if path.is_empty() { self.root.to_owned() } else { self.platform.join(self.root, path) }
    }

    /// What GitHub takes from a repository, and its actions.
    fn all(&self) -> WantedFiles {
        let mut found =
            WantedFiles { workflows: self.yaml_in(".github/workflows").collect(), ..WantedFiles::default() };
        let own = ["action.yml", "action.yaml"].map(str::to_owned).into_iter();
        found.actions.extend(own.filter(|path| self.host.kind(&self.absolute(path)) == Kind::File));
        self.actions_below(".github/actions", &mut found.actions);
        found
    }

    fn yaml_in(&self, dir: &str) -> impl Iterator<Item = String> {
        let names = self.host.list(&self.absolute(dir)).into_iter().filter(|name| is_yaml(name));
        names
            .map(move |name| if dir.is_empty() { name } else { format!("{dir}/{name}") })
            .collect::<Vec<_>>()
            .into_iter()
    }

    /// What the paths lead to.
    fn wanted(&self, paths: &[String]) -> WantedFiles {
        let mut found = WantedFiles::default();
        for path in paths {
            let relative = self.relative(path);
            match self.host.kind(path) {
                Kind::Dir => self.of_directory(&relative, &mut found),
                Kind::File | Kind::Absent if is_action(&relative) => drop(found.actions.insert(relative)),
                Kind::File | Kind::Absent => drop(found.workflows.insert(relative)),
            }
        }
        found
    }

    /// The workflows of a repository, of its `.github`, or of a directory of workflows; the actions of the first two, or
    /// of a directory of actions.
    fn of_directory(&self, dir: &str, found: &mut WantedFiles) {
        let before = found.workflows.len() + found.actions.len();
        let below = |name: &str| if dir.is_empty() { name.to_owned() } else { format!("{dir}/{name}") };
        let dirs = [below(".github/workflows"), below("workflows"), dir.to_owned()];
        let files = dirs.iter().map(|dir| self.yaml_in(dir).collect::<Vec<_>>());
        let all = files.into_iter().find(|files| !files.is_empty()).unwrap_or_default();
        found.workflows.extend(all.into_iter().filter(|path| !is_action(path)));
        let own = ["action.yml", "action.yaml"].map(below).into_iter();
        found.actions.extend(own.filter(|path| self.host.kind(&self.absolute(path)) == Kind::File));
        let is_below_actions = format!("{dir}/").contains(".github/actions/");
        let dirs =
            if is_below_actions { vec![dir.to_owned()] } else { vec![below(".github/actions"), below("actions")] };
        // `actions` is one of actions in `.github` alone.
        let dirs = dirs.into_iter().filter(|path| format!("{path}/").contains(".github/actions/"));
        dirs.for_each(|dir| self.actions_below(&dir, &mut found.actions));
        if found.workflows.len() + found.actions.len() == before && is_yaml(dir) {
            // A directory with the name of a file: who reads it says what it is.
            found.workflows.insert(dir.to_owned());
        }
    }

    fn actions_below(&self, dir: &str, found: &mut BTreeSet<String>) {
        let mut open = vec![(dir.to_owned(), 0)];
        while let Some((dir, depth)) = open.pop() {
            for name in self.host.list(&self.absolute(&dir)) {
                let path = format!("{dir}/{name}");
                match self.host.kind(&self.absolute(&path)) {
                    Kind::Dir if depth < DEEPEST_ACTION && name != "node_modules" => open.push((path, depth + 1)),
                    Kind::File if is_action(&path) => drop(found.insert(path)),
                    _ => {}
                }
            }
        }
    }

    /// With `/`, from the root; the root for itself is empty.
    fn relative(&self, path: &str) -> String {
        let inside = path.strip_prefix(self.root).unwrap_or(path);
        let inside = if self.platform == Platform::Windows { inside.replace('\\', "/") } else { inside.to_owned() };
        inside.trim_matches('/').to_owned()
    }

    /// A workflow from standard input.
    fn input(&mut self, read: Result<Vec<u8>, UnreadFile>) {
        if let Some(file) = self.parsed(INPUT, read) {
            self.workflows.insert(INPUT.to_owned(), file);
        }
    }

    /// An action that was asked for; one that a workflow uses is judged there, unless somebody named it.
    fn read_alone(&mut self, path: &str, is_named: bool) {
        let dir = path.rsplit_once('/').map_or("", |(dir, _)| dir);
        if self.actions.contains_key(dir) && !is_named {
            return;
        }
        if !self.actions.contains_key(dir) {
            let file = self.file(path);
            let uses = file.as_ref().map(|file| uses_of(&file.tree)).unwrap_or_default();
            self.actions.insert(dir.to_owned(), file);
            self.follow(uses);
        }
        self.others_actions.remove(dir);
        let alone = self.actions.get(dir).and_then(Option::as_ref).and_then(as_workflow);
        self.alone.extend(alone);
    }

    fn file(&mut self, path: &str) -> Option<WorkflowFile> {
        let file = match self.edited.get(path) {
            Some(text) => Ok(text.clone().into_bytes()),
            None => self.host.read(&self.absolute(path), ReadLimit::Settings),
        };
        self.parsed(path, file)
    }

    fn parsed(&mut self, path: &str, file: Result<Vec<u8>, UnreadFile>) -> Option<WorkflowFile> {
        let place = |line, column| LintPlace { file: path.to_owned(), line, column, end_column: 0 };
        let mut refuse = |place: LintPlace, message: &str| {
            let finding =
                LintFinding::new(UNREADABLE, rules::severity(UNREADABLE), place, message, "nothing in it was judged");
            self.broken.push(finding);
        };
        let text = match file {
            Ok(bytes) => bytes,
            Err(why) => {
                refuse(place(0, 0), &format!("`{path}` cannot be read: {why}"));
                return None;
            }
        };
        let Ok(text) = String::from_utf8(text) else {
            refuse(place(0, 0), &format!("`{path}` is not UTF-8"));
            return None;
        };
        match tree::parsed(&text) {
            Ok(tree) => Some(WorkflowFile::new(path.to_owned(), text, tree.unwrap_or_default())),
            Err(why) => {
                refuse(place(why.line, why.column), &format!("`{path}` is no YAML that GitHub reads: {}", why.clause));
                self.unparsed.insert(path.to_owned(), text);
                None
            }
        }
    }

    /// Reads what steps and jobs lead to, until nothing is new.
    fn follow(&mut self, mut open: Vec<String>) {
        let mut seen = BTreeSet::new();
        while let Some(uses) = open.pop() {
            if !seen.insert(uses.clone()) {
                continue;
            }
            let Some(Action::Local(path) | Action::Own(path)) = Action::of(&uses) else { continue };
            if is_yaml(&path) {
                continue;
            }
            // Behind a checkout into a directory the path begins with that directory.
            let parts: Vec<&str> = path.split('/').collect();
            if parts.contains(&"..") {
                continue;
            }
            for from in 0..parts.len() {
                let dir = parts[from..].join("/");
                if self.actions.contains_key(&dir) {
                    continue;
                }
                let names = ["action.yml", "action.yaml"]
                    .map(|name| format!("{dir}/{name}").trim_start_matches('/').to_owned());
                let there = names.into_iter().find(|name| self.host.kind(&self.absolute(name)) == Kind::File);
                let file = there.and_then(|name| self.file(&name));
                if let Some(file) = &file {
                    open.extend(uses_of(&file.tree));
                }
                self.actions.insert(dir, file);
            }
        }
    }
}

/// The files that were asked for, relative to the root.
#[derive(Default)]
struct WantedFiles {
    workflows: BTreeSet<String>,
    actions: BTreeSet<String>,
}

fn is_yaml(path: &str) -> bool {
    path.ends_with(".yml") || path.ends_with(".yaml")
}

fn is_action(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name == "action.yml" || name == "action.yaml"
}

/// The steps of a composite action as those of a job without a runner.
fn as_workflow(action: &WorkflowFile) -> Option<WorkflowFile> {
    let runs = action.tree.get("runs").filter(|runs| runs.get("using").and_then(Node::text) == Some("composite"))?;
    let map = |name: &str, node: Node| Node {
        place: runs.place,
        kind: NodeKind::Map(vec![NamedNode { name: name.to_owned(), place: runs.place, node }]),
    };
    let tree = map("jobs", map("action", map("steps", runs.get("steps")?.clone())));
    Some(WorkflowFile::new(action.path.clone(), action.text.clone(), tree))
}

/// Everything that `uses:` says anywhere.
fn uses_of(tree: &Node) -> Vec<String> {
    let (mut found, mut open) = (Vec::new(), vec![tree]);
    while let Some(node) = open.pop() {
        open.extend(node.list());
        for entry in node.entries() {
            match entry.node.text() {
                Some(uses) if entry.name == "uses" => found.push(uses.to_owned()),
                _ => open.push(&entry.node),
            }
        }
    }
    found
}
