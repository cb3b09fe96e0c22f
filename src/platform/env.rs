//! An environment block as a value. Lookups fold case on Windows, so `Path`
//! is `PATH` there and nowhere else.

use crate::platform::Platform;
use std::{borrow::Cow, collections::BTreeMap};

/// Most characters that Windows lets a variable have.
/// Source: Microsoft, `SetEnvironmentVariableW`: 32,767 with the NUL at the end.
pub const LONGEST_WINDOWS: usize = 32_766;

/// Names and values of one process's environment; one spelling for each name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnvBlock {
    platform: Platform,
    entries: BTreeMap<String, (String, String)>,
    given: BTreeMap<String, Given>,
}

/// A value that something between this process and Go sets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// What sets it.
    pub by: String,
    /// What the process itself has.
    pub instead_of: Option<String>,
}

impl EnvBlock {
    /// An empty block of that platform.
    #[must_use]
    pub fn new(platform: Platform) -> Self {
        Self { platform, entries: BTreeMap::new(), given: BTreeMap::new() }
    }

    /// A block from names and values; the last of two spellings wins.
    pub fn from_pairs<N: Into<String>, V: Into<String>>(
        platform: Platform,
        pairs: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        let mut block = Self::new(platform);
        for (name, value) in pairs {
            block.set(name.into(), value.into());
        }
        block
    }

    /// The platform whose rules hold for the names.
    #[must_use]
    pub fn platform(&self) -> Platform {
        self.platform
    }

    /// The value, which may be empty.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.entries.get(&*self.platform.fold_name(name)).map(|(_, value)| value.as_str())
    }

    /// The value, unless it is empty: Go and this tool read an empty value as unset.
    #[must_use]
    pub fn get_filled(&self, name: &str) -> Option<&str> {
        self.get(name).filter(|value| !value.is_empty())
    }

    /// Sets a value; an earlier spelling of the name goes.
    pub fn set(&mut self, name: impl Into<String>, value: impl Into<String>) {
        let name = name.into();
        let key = self.platform.fold_name(&name).into_owned();
        self.given.remove(&key);
        self.entries.insert(key, (name, value.into()));
    }

    /// Sets a value that the process itself does not have, and remembers who does.
    pub fn give(&mut self, name: &str, value: &str, by: &str) {
        let key = self.platform.fold_name(name).into_owned();
        let known = self.given.get(&key).map(|given| given.instead_of.clone());
        let instead_of = known.unwrap_or_else(|| self.get(name).map(str::to_owned));
        self.set(name, value);
        self.given.insert(key, Given { by: by.to_owned(), instead_of });
    }

    /// Who gives a variable its value, if it is not the process's own.
    #[must_use]
    pub fn given(&self, name: &str) -> Option<&Given> {
        self.given.get(&*self.platform.fold_name(name))
    }

    /// Removes a name in any spelling the platform takes as the same.
    pub fn remove(&mut self, name: &str) {
        let key = self.platform.fold_name(name);
        self.given.remove(&*key);
        self.entries.remove(&*key);
    }

    /// Names and values, sorted by folded name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.entries.values().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The entries of PATH in order, empty ones left out.
    #[must_use]
    pub fn path_entries(&self) -> Vec<&str> {
        self.platform.split_list(self.get("PATH").unwrap_or_default())
    }

    /// The directories that PATH means: as `path_entries`, without quotation marks where the platform takes them off.
    #[must_use]
    pub fn path_dirs(&self) -> Vec<Cow<'_, str>> {
        self.path_entries().into_iter().map(|entry| self.platform.unquoted(entry)).collect()
    }
}

/// One name in several spellings, each with its value, in the order of the block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doubled {
    /// At least two.
    pub spellings: Vec<(String, String)>,
}

/// The names that a process's block holds more than once by the platform's rules. A program that starts a
/// process with a block of his own can do that; which one counts is then up to each program.
#[must_use]
pub fn doubled(platform: Platform, block: &[(String, String)]) -> Vec<Doubled> {
    let mut names: Vec<(Cow<'_, str>, &(String, String))> =
        block.iter().map(|pair| (platform.fold_name(&pair.0), pair)).collect();
    // Stable: the spellings of a name stay as they are in the block.
    names.sort_by(|(one, _), (other, _)| one.cmp(other));
    let same = names.chunk_by(|(one, _), (other, _)| one == other).filter(|spellings| spellings.len() > 1);
    same.map(|spellings| Doubled { spellings: spellings.iter().map(|(_, pair)| (*pair).clone()).collect() }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lookups_fold_case_on_windows_only() {
        let windows = EnvBlock::from_pairs(Platform::Windows, [("Path", "a;b"), ("gocache", "x")]);
        assert_eq!(windows.path_entries(), ["a", "b"]);
        assert_eq!(windows.get("GOCACHE"), Some("x"));
        let linux = EnvBlock::from_pairs(Platform::Linux, [("Path", "a:b"), ("gocache", "x")]);
        assert_eq!(linux.get("GOCACHE"), None);
        assert!(linux.path_entries().is_empty());
    }

    #[test]
    fn a_second_spelling_replaces_the_first_on_windows() {
        let mut block = EnvBlock::from_pairs(Platform::Windows, [("Path", "a")]);
        block.set("PATH", "b");
        assert_eq!(block.iter().collect::<Vec<_>>(), [("PATH", "b")]);
    }

    #[test]
    fn two_spellings_in_a_block_are_found_where_they_are_one_name() {
        let block = [("gocache", "a"), ("GOCACHE", "b"), ("PATH", "c")].map(|(n, v)| (n.to_owned(), v.to_owned()));
        let found = doubled(Platform::Windows, &block);
        assert_eq!(found, [Doubled { spellings: block[..2].to_vec() }]);
        assert!(doubled(Platform::Linux, &block).is_empty());
    }

    #[test]
    fn a_list_is_split_as_the_platform_does() {
        let windows = EnvBlock::from_pairs(Platform::Windows, [("Path", r#""C:\a;b";C:\c;;"C:\d e"\bin"#)]);
        assert_eq!(windows.path_entries(), [r#""C:\a;b""#, r"C:\c", r#""C:\d e"\bin"#]);
        assert_eq!(windows.path_dirs(), [r"C:\a;b", r"C:\c", r"C:\d e\bin"]);
        let linux = EnvBlock::from_pairs(Platform::Linux, [("PATH", "\"/a:/b\"")]);
        assert_eq!(linux.path_dirs(), ["\"/a", "/b\""]);
    }

    #[test]
    fn names_fold_character_by_character() {
        let block = EnvBlock::from_pairs(Platform::Windows, [("gr\u{fc}n", "1"), ("STRASSE", "2")]);
        assert_eq!(block.get("GR\u{dc}N"), Some("1"));
        assert_eq!(block.get("stra\u{df}e"), None, "another name on Windows");
    }
}
