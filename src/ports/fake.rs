//! A machine in memory, of any platform, for the tests of this crate's core.

use crate::{
    platform::{
        Platform,
        env::EnvBlock,
        ownership::{ActingUser, Ownership},
    },
    ports::{
        Disks, Host, Irregular, Kind, ReadLimit, Rights, Scopes, UnreadFile,
        disks::{Burst, Drive},
        registry::{Data, Persisted, Scope},
    },
};
use std::{collections::BTreeMap, io, time::Duration};

/// Files and links; directories exist where something lies below them.
pub(crate) struct FakeHost {
    platform: Platform,
    files: BTreeMap<String, Vec<u8>>,
    links: Vec<(String, String)>,
    irregular: BTreeMap<String, Irregular>,
    owned: BTreeMap<String, Ownership>,
    user: Option<ActingUser>,
}

impl FakeHost {
    pub(crate) fn new(platform: Platform) -> Self {
        Self {
            platform,
            files: BTreeMap::new(),
            links: Vec::new(),
            irregular: BTreeMap::new(),
            owned: BTreeMap::new(),
            user: None,
        }
    }

    /// This process acts as this user, whose group has the same number.
    pub(crate) fn acting_as(mut self, id: u32) -> Self {
        self.user = Some(ActingUser { id, group: id });
        self
    }

    /// A directory of a user and of the group with the same number.
    pub(crate) fn owned(mut self, dir: &str, owner: u32, mode: u32) -> Self {
        self.owned.insert(dir.to_owned(), Ownership { owner, group: owner, mode });
        self
    }

    pub(crate) fn file(mut self, path: &str, content: &str) -> Self {
        self.files.insert(path.to_owned(), content.as_bytes().to_vec());
        self
    }

    /// What is no regular file.
    pub(crate) fn irregular(mut self, path: &str, what: Irregular) -> Self {
        self.irregular.insert(path.to_owned(), what);
        self.file(path, "")
    }

    /// A whole Go, as far as anything looks: its programs, a VERSION file and some of the library.
    pub(crate) fn goroot(self, dir: &str, version: &str) -> Self {
        let (platform, exe) = (self.platform, self.platform.exe_suffix());
        let tools = ["compile", "link", "asm", "cgo", "vet"]
            .map(|tool| format!("pkg/tool/{}_amd64/{tool}{exe}", platform.goos()));
        let library =
            ["src/runtime/x.go", "src/internal/x.go", "src/fmt/x.go", "pkg/include/textflag.h"].map(str::to_owned);
        let programs = [format!("bin/go{exe}"), format!("bin/gofmt{exe}")];
        let all = programs.into_iter().chain(tools).chain(library);
        let whole = all.fold(self, |host, part| host.file(&platform.join(dir, &part), "x"));
        whole.file(&platform.join(dir, "VERSION"), &format!("go{version}\ntime 2024-07-31T00:00:00Z\n"))
    }

    /// A link at `from`, a file or a directory, to the absolute `to`.
    pub(crate) fn link(mut self, from: &str, to: &str) -> Self {
        self.links.push((from.to_owned(), to.to_owned()));
        self
    }

    fn resolve(&self, path: &str) -> String {
        let separator = self.platform.separator();
        for (from, to) in &self.links {
            if path == from {
                return to.clone();
            }
            if let Some(rest) = path.strip_prefix(from.as_str()).and_then(|rest| rest.strip_prefix(separator)) {
                return self.platform.join(to, rest);
            }
        }
        path.to_owned()
    }

    fn below(&self, dir: &str) -> String {
        format!("{}{}", dir.trim_end_matches(self.platform.separator()), self.platform.separator())
    }
}

impl Host for FakeHost {
    fn kind(&self, path: &str) -> Kind {
        let path = self.resolve(path);
        if self.files.contains_key(&path) {
            return Kind::File;
        }
        let below = self.below(&path);
        if self.files.keys().any(|file| file.starts_with(&below)) { Kind::Dir } else { Kind::Absent }
    }

    fn read(&self, path: &str, limit: ReadLimit) -> Result<Vec<u8>, UnreadFile> {
        let path = self.resolve(path);
        if let Some(what) = self.irregular.get(&path) {
            return Err(UnreadFile::Irregular(*what));
        }
        let content = self.files.get(&path).ok_or(UnreadFile::Absent)?;
        match content.len() as u64 {
            bytes if bytes > limit.bytes() => Err(UnreadFile::TooLarge { bytes: Some(bytes), most: limit.bytes() }),
            _ => Ok(content.clone()),
        }
    }

    fn holds(&self, path: &str, wanted: &[u8], limit: ReadLimit) -> Result<bool, UnreadFile> {
        self.read(path, limit)
            .map(|content| wanted.is_empty() || content.windows(wanted.len()).any(|window| window == wanted))
    }

    fn list(&self, dir: &str) -> Vec<String> {
        let below = self.below(&self.resolve(dir));
        let rest = self.files.keys().filter_map(|file| file.strip_prefix(&below));
        let mut names: Vec<String> =
            rest.map(|rest| rest.split(self.platform.separator()).next().unwrap_or_default().to_owned()).collect();
        names.sort();
        names.dedup();
        names
    }

    fn canonical(&self, path: &str) -> Option<String> {
        let path = self.resolve(path);
        (self.kind(&path) != Kind::Absent).then_some(path)
    }

    fn same_file(&self, left: &str, right: &str) -> Option<bool> {
        Some(self.platform.same_path(&self.canonical(left)?, &self.canonical(right)?))
    }

    fn write(&self, _: &str, _: &[u8]) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn first_file_below(&self, dir: &str) -> Option<String> {
        let below = self.below(&self.resolve(dir));
        self.files.keys().find(|file| file.starts_with(&below)).cloned()
    }

    fn replace(&self, _: &str, _: &[u8]) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn check_writable(&self, _: &str) -> io::Result<()> {
        Ok(())
    }

    fn ownership(&self, dir: &str) -> Option<Ownership> {
        self.owned.get(&self.resolve(dir)).copied()
    }

    fn acting_user(&self) -> Option<ActingUser> {
        self.user
    }

    /// This user may do everything.
    fn rights(&self, path: &str) -> Option<Rights> {
        let kind = Some(self.kind(path)).filter(|kind| *kind != Kind::Absent && self.platform != Platform::Windows)?;
        let bytes = self.files.get(&self.resolve(path)).map_or(0, |content| content.len() as u64);
        let owner = self.user.map_or(0, |user| user.id);
        Some(Rights { is_dir: kind == Kind::Dir, owner, bytes, reads: true, writes: true, runs: true })
    }

    fn create_dir_all(&self, _: &str) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn remove(&self, _: &str) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

/// A process's block, and a registry in memory.
#[derive(Default)]
pub(crate) struct FakeScopes {
    pub(crate) block: Vec<(String, String)>,
    user: Vec<Persisted>,
    pub(crate) machine: Option<Vec<Persisted>>,
}

impl FakeScopes {
    pub(crate) fn of(block: &[(&str, &str)]) -> Self {
        let block = block.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Self { block, user: Vec::new(), machine: Some(Vec::new()) }
    }

    pub(crate) fn user(mut self, name: &str, data: Data) -> Self {
        self.user.push(Persisted { name: name.to_owned(), data });
        self
    }

    pub(crate) fn machine(mut self, name: &str, data: Data) -> Self {
        self.machine.get_or_insert_default().push(Persisted { name: name.to_owned(), data });
        self
    }

    pub(crate) fn env(&self, platform: Platform) -> EnvBlock {
        EnvBlock::from_pairs(platform, self.block.clone())
    }
}

impl Scopes for FakeScopes {
    fn block(&self) -> Vec<(String, String)> {
        self.block.clone()
    }

    fn live(&self, name: &str) -> Option<String> {
        self.env(Platform::Windows).get(name).map(str::to_owned)
    }

    fn persisted(&self, scope: Scope) -> Result<Vec<Persisted>, String> {
        match scope {
            Scope::User => Ok(self.user.clone()),
            Scope::Machine => self.machine.clone().ok_or_else(|| "access denied".to_owned()),
        }
    }

    fn number(&self, _: &str, _: &str) -> Option<u32> {
        None
    }
}

/// A machine that lists no drives.
pub(crate) struct NoDisks;

impl Disks for NoDisks {
    fn drive_of(&self, _: &str) -> Option<Drive> {
        None
    }

    fn burst(&self, _: &str, _: Duration) -> io::Result<Burst> {
        Err(io::ErrorKind::Unsupported.into())
    }
}
