//! A machine in memory: files, and the registry of Windows.

use goenv_ci::{
    platform::Platform,
    ports::{
        Disks, Host, Kind, ReadLimit, Scopes, UnreadFile,
        disks::{Burst, Drive},
        registry::{Persisted, Scope},
    },
};
use std::{collections::BTreeMap, io, time::Duration};

pub struct Machine {
    pub platform: Platform,
    pub files: BTreeMap<String, Vec<u8>>,
    pub block: Vec<(String, String)>,
    pub user: Vec<Persisted>,
}

impl Machine {
    pub fn new(platform: Platform) -> Self {
        Self { platform, files: BTreeMap::new(), block: Vec::new(), user: Vec::new() }
    }

    pub fn file(mut self, path: &str, content: impl Into<Vec<u8>>) -> Self {
        self.files.insert(path.to_owned(), content.into());
        self
    }

    fn below(&self, dir: &str) -> String {
        format!("{}{}", dir.trim_end_matches(self.platform.separator()), self.platform.separator())
    }
}

impl Host for Machine {
    fn kind(&self, path: &str) -> Kind {
        if self.files.contains_key(path) {
            return Kind::File;
        }
        let below = self.below(path);
        let next = self.files.range(below.clone()..).next();
        if next.is_some_and(|(file, _)| file.starts_with(&below)) { Kind::Dir } else { Kind::Absent }
    }

    fn read(&self, path: &str, limit: ReadLimit) -> Result<Vec<u8>, UnreadFile> {
        let content = self.files.get(path).ok_or(UnreadFile::Absent)?;
        let bytes = content.len() as u64;
        if bytes > limit.bytes() {
            return Err(UnreadFile::TooLarge { bytes: Some(bytes), most: limit.bytes() });
        }
        Ok(content.clone())
    }

    fn holds(&self, path: &str, wanted: &[u8], limit: ReadLimit) -> Result<bool, UnreadFile> {
        self.read(path, limit).map(|content| content.windows(wanted.len()).any(|window| window == wanted))
    }

    fn list(&self, dir: &str) -> Vec<String> {
        let below = self.below(dir);
        let rest = self.files.keys().filter_map(|file| file.strip_prefix(&below));
        let mut names: Vec<String> =
            rest.map(|rest| rest.split(self.platform.separator()).next().unwrap_or_default().to_owned()).collect();
        names.dedup();
        names
    }

    fn first_file_below(&self, dir: &str) -> Option<String> {
        let below = self.below(dir);
        self.files.keys().find(|file| file.starts_with(&below)).cloned()
    }

    fn canonical(&self, path: &str) -> Option<String> {
        (self.kind(path) != Kind::Absent).then(|| path.to_owned())
    }

    fn same_file(&self, left: &str, right: &str) -> Option<bool> {
        Some(self.platform.same_path(&self.canonical(left)?, &self.canonical(right)?))
    }

    fn write(&self, _: &str, _: &[u8]) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn replace(&self, _: &str, _: &[u8]) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn check_writable(&self, _: &str) -> io::Result<()> {
        Ok(())
    }

    fn create_dir_all(&self, _: &str) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn remove(&self, _: &str) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

impl Scopes for Machine {
    fn block(&self) -> Vec<(String, String)> {
        self.block.clone()
    }

    fn live(&self, _: &str) -> Option<String> {
        None
    }

    fn persisted(&self, scope: Scope) -> Result<Vec<Persisted>, String> {
        Ok(if scope == Scope::User { self.user.clone() } else { Vec::new() })
    }

    fn number(&self, _: &str, _: &str) -> Option<u32> {
        None
    }
}

impl Disks for Machine {
    fn drive_of(&self, _: &str) -> Option<Drive> {
        None
    }

    fn burst(&self, _: &str, _: Duration) -> io::Result<Burst> {
        Err(io::ErrorKind::Unsupported.into())
    }
}
