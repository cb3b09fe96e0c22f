//! An environment block as a value. Lookups fold case on Windows, so `Path`
//! is `PATH` there and nowhere else.

use super::platform::Platform;
use std::collections::BTreeMap;

/// Names and values of one process's environment; one spelling for each name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnvBlock {
    platform: Platform,
    entries: BTreeMap<String, (String, String)>,
}

impl EnvBlock {
    /// An empty block of that platform.
    #[must_use]
    pub fn new(platform: Platform) -> Self {
        Self { platform, entries: BTreeMap::new() }
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
        self.entries.insert(key, (name, value.into()));
    }

    /// Removes a name in any spelling the platform takes as the same.
    pub fn remove(&mut self, name: &str) {
        self.entries.remove(&*self.platform.fold_name(name));
    }

    /// Names and values, sorted by folded name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.entries.values().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The entries of PATH in order, empty ones left out.
    #[must_use]
    pub fn path_entries(&self) -> Vec<&str> {
        let path = self.get("PATH").unwrap_or_default();
        path.split(self.platform.list_separator()).filter(|entry| !entry.is_empty()).collect()
    }
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
}
