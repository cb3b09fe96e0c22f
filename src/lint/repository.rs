//! The files of a repository that matter: its workflows, its local actions, and whether others are there.

use crate::{
    actions::uses::Action,
    lint::{LintFinding, LintPlace, LintQuestion},
    platform::Platform,
    ports::{Host, Kind, ReadLimit},
    status::Severity,
    workflow::tree::{self, NamedNode, Node, NodeKind},
};
use std::{
    cell::OnceCell,
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

/// Files of a repository that are listed; of more nothing is known.
const MOST_FILES: usize = 200_000;

/// A workflow or an action.
#[derive(Debug)]
pub(crate) struct SourceFile {
    /// Relative to the repository's root, with `/`.
    pub path: String,
    pub text: String,
    pub tree: Node,
    /// Where each line begins, in bytes.
    lines: Vec<usize>,
}

impl SourceFile {
    fn new(path: String, text: String, tree: Node) -> Self {
        let lines = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Self { path, text, tree, lines }
    }

    /// The bytes of a line, from 1, with its end.
    pub(crate) fn line(&self, line: usize) -> Option<Range<usize>> {
        let start = *self.lines.get(line.checked_sub(1)?)?;
        Some(start..self.lines.get(line).copied().unwrap_or(self.text.len()))
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
    edited: BTreeMap<String, String>,
    /// Those that were asked for, by path.
    workflows: BTreeMap<String, SourceFile>,
    /// The others of the repository, which are not judged: they may be called, and fill caches.
    others: BTreeMap<String, SourceFile>,
    /// By directory; `None`: there is none, or it is broken.
    actions: BTreeMap<String, Option<SourceFile>>,
    /// Directories of actions that nothing but the other workflows leads to.
    others_actions: BTreeSet<String>,
    broken: Vec<LintFinding>,
    names: OnceCell<Option<BTreeSet<String>>>,
}

impl<'a> Repository<'a> {
    /// The workflows that were asked for, and all actions and workflows of the repository that they lead to.
    pub(crate) fn read(asked: &LintQuestion<'a>, host: &'a dyn Host) -> Self {
        let mut one = Self {
            root: asked.root,
            platform: asked.platform,
            host,
            edited: asked.edited.clone(),
            workflows: BTreeMap::new(),
            others: BTreeMap::new(),
            actions: BTreeMap::new(),
            others_actions: BTreeSet::new(),
            broken: Vec::new(),
            names: OnceCell::new(),
        };
        for path in one.wanted(asked.paths) {
            if let Some(file) = one.file(&path) {
                one.workflows.insert(path, file);
            }
        }
        one.follow();
        if !asked.paths.is_empty() {
            one.read_others();
        }
        one
    }

    /// What is broken in them is not this run's concern.
    fn read_others(&mut self) {
        let (broken, known) = (self.broken.len(), self.actions.keys().cloned().collect::<BTreeSet<_>>());
        for path in self.wanted(&[]) {
            if !self.workflows.contains_key(&path)
                && let Some(file) = self.file(&path)
            {
                self.others.insert(path, file);
            }
        }
        self.follow();
        self.broken.truncate(broken);
        self.others_actions = self.actions.keys().filter(|dir| !known.contains(*dir)).cloned().collect();
    }

    /// Those that are judged.
    pub(crate) fn workflows(&self) -> impl Iterator<Item = &SourceFile> {
        self.workflows.values()
    }

    /// Those of the repository that nobody asked for.
    pub(crate) fn other_workflows(&self) -> impl Iterator<Item = &SourceFile> {
        self.others.values()
    }

    /// A workflow of the repository, by its path.
    pub(crate) fn workflow(&self, path: &str) -> Option<&SourceFile> {
        self.workflows.get(path).or_else(|| self.others.get(path))
    }

    /// The file of a local action, by its directory.
    pub(crate) fn action(&self, dir: &str) -> Option<&SourceFile> {
        self.actions.get(dir)?.as_ref()
    }

    /// What cannot be read.
    pub(crate) fn broken(&self) -> Vec<LintFinding> {
        self.broken.clone()
    }

    /// The text of each file that is judged, by its path.
    pub(crate) fn texts(&self) -> BTreeMap<String, String> {
        let actions = self.actions.iter().filter(|(dir, _)| !self.others_actions.contains(*dir));
        let files = self.workflows.values().chain(actions.filter_map(|(_, file)| file.as_ref()));
        files.map(|file| (file.path.clone(), file.text.clone())).collect()
    }

    /// What is in a file of the repository.
    pub(crate) fn content(&self, path: &str) -> Option<Vec<u8>> {
        self.host.read(&self.absolute(path), ReadLimit::Settings).ok()
    }

    /// Every file of the repository but git's own, relative to the root, with `/`; `None`: they are too many.
    pub(crate) fn names(&self) -> Option<&BTreeSet<String>> {
        self.names.get_or_init(|| self.listed()).as_ref()
    }

    fn listed(&self) -> Option<BTreeSet<String>> {
        let (mut found, mut dirs) = (BTreeSet::new(), vec![String::new()]);
        while let Some(dir) = dirs.pop() {
            for name in self.host.list(&self.absolute(&dir)) {
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

    /// The paths of the workflows, relative to the root.
    fn wanted(&self, paths: &[String]) -> BTreeSet<String> {
        let is_yaml = |name: &str| name.ends_with(".yml") || name.ends_with(".yaml");
        let in_dir = |dir: &str| -> Vec<String> {
            let names = self.host.list(&self.absolute(dir)).into_iter().filter(|name| is_yaml(name));
            names.map(|name| if dir.is_empty() { name } else { format!("{dir}/{name}") }).collect()
        };
        if paths.is_empty() {
            return in_dir(".github/workflows").into_iter().collect();
        }
        let mut found = BTreeSet::new();
        for path in paths {
            let relative = self.relative(path);
            match self.host.kind(path) {
                Kind::Dir => {
                    let below =
                        |dir: &str| if relative.is_empty() { dir.to_owned() } else { format!("{relative}/{dir}") };
                    let dirs = [below(".github/workflows"), below("workflows"), relative.clone()];
                    found
                        .extend(dirs.iter().map(|dir| in_dir(dir)).find(|files| !files.is_empty()).unwrap_or_default());
                }
                Kind::File | Kind::Absent => drop(found.insert(relative)),
            }
        }
        found
    }

    fn relative(&self, path: &str) -> String {
        let inside = path.strip_prefix(self.root).unwrap_or(path);
        inside.replace('\\', "/").trim_start_matches('/').to_owned()
    }

    fn file(&mut self, path: &str) -> Option<SourceFile> {
        let file = match self.edited.get(path) {
            Some(text) => Ok(text.clone().into_bytes()),
            None => self.host.read(&self.absolute(path), ReadLimit::Settings),
        };
        let place = |line, column| LintPlace { file: path.to_owned(), line, column, end_column: 0 };
        let mut refuse = |place: LintPlace, message: &str| {
            let finding = LintFinding::new("unreadable", Severity::Error, place, message, "nothing in it was judged");
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
            Ok(tree) => Some(SourceFile::new(path.to_owned(), text, tree.unwrap_or_default())),
            Err(why) => {
                refuse(place(why.line, why.column), &format!("`{path}` is no YAML that GitHub reads: {}", why.clause));
                None
            }
        }
    }

    /// Reads what steps and jobs lead to, until nothing is new.
    fn follow(&mut self) {
        let mut open: Vec<String> =
            self.workflows.values().chain(self.others.values()).flat_map(|file| uses_of(&file.tree)).collect();
        let mut seen = BTreeSet::new();
        while let Some(uses) = open.pop() {
            if !seen.insert(uses.clone()) {
                continue;
            }
            let Some(Action::Local(path) | Action::Own(path)) = Action::of(&uses) else { continue };
            if path.ends_with(".yml") || path.ends_with(".yaml") {
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
                let names = ["action.yml", "action.yaml"].map(|name| format!("{dir}/{name}"));
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
