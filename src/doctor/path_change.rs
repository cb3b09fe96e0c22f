//! What fixes do to PATH. Several findings may each want another PATH, and the command of one would take back that of
//! another: what all of them want becomes one command, which each of them shows.

use crate::{
    doctor::{
        Context,
        remedy::{quoted, set_here},
    },
    platform::Platform,
};
use std::collections::{BTreeMap, BTreeSet};

/// Directories that come first, and what becomes of the entries that are there, by their places.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct PathChange {
    first: Vec<String>,
    gone: BTreeSet<usize>,
    other: BTreeMap<usize, String>,
}

impl PathChange {
    /// A directory comes first, wherever it is now.
    pub fn first(dir: &str) -> Self {
        Self { first: vec![dir.to_owned()], ..Self::default() }
    }

    /// Without the entries at these places.
    pub fn without(self, gone: impl IntoIterator<Item = usize>) -> Self {
        Self { gone: self.gone.into_iter().chain(gone).collect(), ..self }
    }

    /// With another text for the entry at a place.
    pub fn with(mut self, at: usize, text: String) -> Self {
        self.other.insert(at, text);
        self
    }

    /// What all of these want together.
    pub fn all<'c>(changes: impl IntoIterator<Item = &'c Self>) -> Self {
        let mut all = Self::default();
        for one in changes {
            for dir in &one.first {
                if !all.first.contains(dir) {
                    all.first.push(dir.clone());
                }
            }
            all.gone.extend(&one.gone);
            all.other.extend(one.other.iter().map(|(at, text)| (*at, text.clone())));
        }
        all
    }

    /// PATH with it, and without empty entries.
    pub fn path(&self, context: &Context<'_>) -> String {
        let platform = context.platform();
        let entries = context.subject.env.path_entries();
        let is_first = |dir: &str| self.first.iter().any(|first| platform.same_path(dir, first));
        let rest =
            entries.iter().enumerate().filter(|(at, _)| !self.gone.contains(at) || self.other.contains_key(at)).map(
                |(at, entry)| {
                    let text = self.other.get(&at).map_or(*entry, String::as_str);
                    (platform.unquoted(text).into_owned(), text)
                },
            );
        let rest = rest.filter(|(dir, _)| !is_first(dir)).map(|(_, text)| text);
        let all: Vec<&str> = self.first.iter().map(String::as_str).chain(rest).collect();
        all.join(&platform.list_separator().to_string())
    }

    /// The command that gives PATH this value; none where it has it, or would be left without any entry.
    pub fn command(&self, context: &Context<'_>) -> Option<String> {
        let path = self.path(context);
        let now = context.subject.env.get("PATH").unwrap_or_default();
        let platform = context.platform();
        if path == now || path.is_empty() {
            return None;
        }
        let separator = platform.list_separator();
        let dirs = context.subject.env.path_dirs();
        let is_new = |first: &String| !dirs.iter().any(|dir| platform.same_path(dir, first));
        let adds = self.gone.is_empty() && self.other.is_empty() && self.first.iter().all(is_new);
        if adds && !now.is_empty() && !now.split(separator).any(str::is_empty) {
            let first = self.first.join(&separator.to_string());
            return Some(match platform {
                Platform::Windows => format!("$env:Path = {} + $env:Path", quoted(platform, &format!("{first};"))),
                _ => format!("export PATH={}:\"$PATH\"", quoted(platform, &first)),
            });
        }
        Some(set_here(platform, if platform == Platform::Windows { "Path" } else { "PATH" }, &path))
    }
}
