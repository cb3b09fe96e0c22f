//! A tree that can be moved, small and with everything that is hard to copy, and what is seen of it.

use crate::support::goenv;
use serde_json::Value;
use std::{
    collections::BTreeMap,
    fs,
    os::unix::fs::{MetadataExt, PermissionsExt, symlink},
    path::{Path, PathBuf},
    process::{Command, Output},
    time::{Duration, SystemTime},
};
use tempfile::TempDir;

/// A scratch directory with a tree, `from`, that goes to `to/place`.
pub struct Site {
    _dir: TempDir,
    root: PathBuf,
    /// The root of the drive, as far as the test is concerned.
    pub to: PathBuf,
}

/// Kind, mode, time and content of each entry, by its name below the top.
pub type Inventory = BTreeMap<String, String>;

impl Site {
    /// In memory where that can be had: then nothing waits for a disk.
    pub fn new() -> Self {
        let dir = match Path::new("/dev/shm") {
            shared if shared.is_dir() => tempfile::tempdir_in(shared).unwrap(),
            _ => tempfile::tempdir().unwrap(),
        };
        // The temporary directory of macOS lies behind a link.
        let root = dir.path().canonicalize().unwrap();
        let site = Self { to: root.join("to/place"), root, _dir: dir };
        fs::create_dir(site.path("to")).unwrap();
        site
    }

    /// With a module cache.
    pub fn with_cache() -> Self {
        let site = Self::new();
        site.fill();
        site
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    pub fn from(&self) -> PathBuf {
        self.path("from")
    }

    /// As Go leaves a module cache: read-only files in read-only directories; and links, odd modes and names.
    pub fn fill(&self) {
        let module = self.path("from/example.com/dep@v1.0.0");
        fs::create_dir_all(module.join("sub")).unwrap();
        fs::create_dir_all(self.path("from/cache/download/empty")).unwrap();
        for (name, content, mode) in [
            ("example.com/dep@v1.0.0/go.mod", "module example.com/dep\n", 0o444),
            ("example.com/dep@v1.0.0/sub/s.go", "package sub\n", 0o444),
            ("example.com/dep@v1.0.0/run.sh", "#!/bin/sh\n", 0o555),
            ("cache/lock", "", 0o600),
            ("cache/ö b\u{301}", "odd name", 0o640),
            ("cache/large", &"x".repeat(600_000), 0o644),
        ] {
            let path = self.path("from").join(name);
            fs::write(&path, content).unwrap();
            let long_ago = SystemTime::UNIX_EPOCH + Duration::new(1_600_000_000, 123_456_789);
            fs::File::open(&path).unwrap().set_times(fs::FileTimes::new().set_modified(long_ago)).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        }
        symlink("dep@v1.0.0/go.mod", self.path("from/example.com/relative")).unwrap();
        symlink(self.path("from/cache/large"), self.path("from/cache/absolute")).unwrap();
        symlink("nowhere", self.path("from/cache/dangling")).unwrap();
        for dir in [module.join("sub"), module.clone(), self.path("from/example.com")] {
            fs::set_permissions(dir, fs::Permissions::from_mode(0o555)).unwrap();
        }
    }

    /// The command, from another directory than the tree.
    pub fn command(&self, args: &[&str]) -> Command {
        let plain = goenv();
        let mut command = Command::new(plain.get_program());
        command
            .env_clear()
            .env("HOME", self.path("home"))
            .env("PATH", "/usr/bin:/bin")
            .current_dir("/")
            .arg("relocate");
        command.args(args);
        command
    }

    /// With the tree as a module cache.
    pub fn run(&self, more: &[&str]) -> Output {
        self.of_cache(more).output().unwrap()
    }

    pub fn of_cache(&self, more: &[&str]) -> Command {
        let from = self.from();
        let mut command = self.command(&["--gomodcache", from.to_str().unwrap()]);
        if !more.contains(&"--undo") {
            command.arg("--to").arg(&self.to);
        }
        command.args(more);
        command
    }

    /// JSON of a run that ends with this code.
    pub fn json(&self, code: i32, more: &[&str]) -> Value {
        judged(code, &self.run(&[more, &["--format", "json"]].concat()))
    }

    /// What is at the old place, through whatever link.
    pub fn inventory(&self) -> Inventory {
        inventory(&self.from())
    }

    /// All names beside both places.
    pub fn names(&self) -> Vec<String> {
        let mut names = Vec::new();
        for dir in ["", "to"] {
            for entry in fs::read_dir(self.path(dir)).unwrap() {
                names.push(Path::new(dir).join(entry.unwrap().file_name()).to_str().unwrap().to_owned());
            }
        }
        names.sort();
        names
    }

    pub fn assert_moved(&self) {
        assert_eq!(self.names(), ["from", "from.goenv-ci-journal", "to", "to/place"]);
        assert_eq!(fs::read_link(self.from()).unwrap(), self.to);
    }

    pub fn assert_at_home(&self) {
        assert_eq!(self.names(), ["from", "to"]);
        assert!(fs::symlink_metadata(self.from()).unwrap().is_dir());
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        // A user other than root cannot empty a read-only directory.
        let _ = Command::new("chmod").args(["-R", "u+w"]).arg(&self.root).output();
    }
}

/// Standard output as JSON, of a run that ended with this code.
pub fn judged(code: i32, output: &Output) -> Value {
    let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let all = format!("{}{}", said(&output.stdout), said(&output.stderr));
    assert_eq!(output.status.code(), Some(code), "{all}");
    serde_json::from_slice(&output.stdout).unwrap_or_else(|why| panic!("{why}: {all}"))
}

pub fn inventory(top: &Path) -> Inventory {
    fn add(top: &Path, dir: &Path, all: &mut Inventory) {
        let mut names: Vec<_> = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()).collect();
        names.sort();
        for path in names {
            let found = fs::symlink_metadata(&path).unwrap();
            let name = path.strip_prefix(top).unwrap().to_str().unwrap().to_owned();
            let about = if found.is_symlink() {
                format!("link {}", fs::read_link(&path).unwrap().display())
            } else if found.is_dir() {
                format!("dir {:o} {}", found.mode(), found.mtime())
            } else if !found.is_file() {
                // A pipe would be waited at.
                format!("neither {:o}", found.mode())
            } else {
                let content = fs::read(&path).unwrap();
                let sum = content.iter().fold(0_u64, |sum, byte| sum.wrapping_mul(31).wrapping_add(u64::from(*byte)));
                format!("file {:o} {}.{} {} {sum}", found.mode(), found.mtime(), found.mtime_nsec(), content.len())
            };
            all.insert(name, about);
            if found.is_dir() {
                add(top, &path, all);
            }
        }
    }
    let mut all = Inventory::new();
    add(top, top, &mut all);
    all
}
