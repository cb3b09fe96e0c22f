//! The directory below which everything of one run is, removed at the run's end unless this
//! process is killed.

use crate::system::{directory::listed, host};
use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    time::Duration,
};

/// What the names of scratch directories begin with, and nothing else of ours; a random part of six characters follows.
const PREFIX: &str = "goenv-ci-run-";

/// The file that is locked as long as the run lives, in its directory.
const LOCK: &str = ".goenv-ci-lock";

/// Its name until it is locked.
const UNLOCKED: &str = ".goenv-ci-lock.new";

/// A directory with other files and without a lock is of an older goenv-ci, or on a file system that knows no locks.
const ABANDONED: Duration = Duration::from_secs(24 * 60 * 60);

/// So often another run may be met in the moment between making a directory and locking it.
const ATTEMPTS: usize = 16;

/// A fresh directory; dropping it removes it with all that is in it.
#[derive(Debug)]
pub struct Scratch {
    dir: PathBuf,
    /// Locked while it is open. `None` on a file system that knows no locks.
    lock: Option<File>,
}

impl Scratch {
    /// Makes one below `parent`, or below the system's temporary directory; its path has no links in it, but on Windows.
    ///
    /// # Errors
    /// As the system says, or the path is not UTF-8.
    pub fn new(parent: Option<&str>) -> io::Result<Self> {
        let parent = parent.map_or_else(std::env::temp_dir, PathBuf::from);
        remove_abandoned(&parent);
        // Until it is locked, another run may take it for what a killed one left.
        for _ in 0..ATTEMPTS {
            let dir = tempfile::Builder::new().prefix(PREFIX).tempdir_in(&parent)?.keep();
            let lock = match locked(&dir) {
                Err(why) if matches!(why.kind(), io::ErrorKind::NotFound | io::ErrorKind::WouldBlock) => continue,
                lock => lock.ok(),
            };
            // Go names its working directory without links, and compares it with what is named: macOS has its temporary
            // directory behind one. Windows would answer with a path of another kind.
            let dir = if cfg!(windows) { dir } else { dir.canonicalize().unwrap_or(dir) };
            return Ok(Self { dir, lock });
        }
        Err(io::Error::other(format!("what is made in `{}` is removed at once", parent.display())))
    }

    /// Its absolute path.
    ///
    /// # Errors
    /// It is not UTF-8.
    pub fn path(&self) -> io::Result<&str> {
        self.dir
            .to_str()
            .ok_or_else(|| io::Error::other(format!("the temporary folder `{}` is not UTF-8", self.dir.display())))
    }
}

impl Scratch {
    /// Removes it now, and says what stays.
    ///
    /// # Errors
    /// As the system says, after trying for a while.
    pub fn remove(mut self) -> io::Result<()> {
        let outcome = remove_tree(&self.dir, self.lock.take())
            .map_err(|error| io::Error::new(error.kind(), format!("`{}`: {error}", self.dir.display())));
        // It was tried long enough.
        std::mem::forget(self);
        outcome
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // There is no one left to tell what could not be removed.
        let _ = remove_tree(&self.dir, self.lock.take());
    }
}

/// The locked file of a directory. It has its name only once it is locked, so that nobody takes the run for dead.
fn locked(dir: &Path) -> io::Result<File> {
    let unfinished = dir.join(UNLOCKED);
    let file = File::create_new(&unfinished)?;
    file.try_lock()?;
    fs::rename(unfinished, dir.join(LOCK))?;
    Ok(file)
}

/// Removes a directory, its lock last: should this process be killed meanwhile, the next run knows what is left.
fn remove_tree(dir: &Path, lock: Option<File>) -> io::Result<()> {
    for entry in listed(dir).filter(|entry| entry.name() != LOCK) {
        host::remove(entry.path())?;
    }
    drop(lock);
    host::remove(dir)
}

/// Removes what killed runs of this user left in a directory; what cannot be removed is left to the next run.
fn remove_abandoned(parent: &Path) {
    for entry in listed(parent) {
        let random = entry.name().to_str().and_then(|name| name.strip_prefix(PREFIX)).unwrap_or_default();
        let is_ours = random.len() == 6 && random.bytes().all(|byte| byte.is_ascii_alphanumeric());
        // A link is none.
        let found = entry.metadata().ok().filter(|found| is_ours && found.is_dir() && is_mine(found));
        if let Some(found) = found {
            remove_if_abandoned(entry.path(), &found);
        }
    }
}

/// Removes a directory where the run that made it, as this user, lives no more.
fn remove_if_abandoned(dir: &Path, found: &fs::Metadata) {
    // Killed before it was locked, or after all else was removed.
    if fs::remove_dir(dir).is_ok() {
        return;
    }
    for name in [LOCK, UNLOCKED] {
        let path = dir.join(name);
        if !fs::symlink_metadata(&path).is_ok_and(|lock| lock.is_file() && is_mine(&lock)) {
            continue;
        }
        if let Some(lock) = File::options().write(true).open(path).ok().filter(|file| file.try_lock().is_ok()) {
            let _ = remove_tree(dir, Some(lock));
        }
        return;
    }
    if found.modified().is_ok_and(|at| at.elapsed().is_ok_and(|age| age > ABANDONED)) {
        let _ = host::remove(dir);
    }
}

#[cfg(unix)]
fn is_mine(found: &fs::Metadata) -> bool {
    std::os::unix::fs::MetadataExt::uid(found) == rustix::process::geteuid().as_raw()
}

/// Windows' temporary directory is each user's own.
#[cfg(not(unix))]
fn is_mine(_: &fs::Metadata) -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_killed_run_left_is_removed_and_nothing_else_is() {
        let parent = tempfile::tempdir().unwrap();
        let at = |name: &str| parent.path().join(name);
        let living = Scratch::new(parent.path().to_str()).unwrap();
        // As a killed run leaves it: the system gives up its lock.
        let dead = Scratch::new(parent.path().to_str()).unwrap();
        fs::create_dir_all(dead.dir.join("c0/probe")).unwrap();
        let left = dead.dir.clone();
        let mut dead = std::mem::ManuallyDrop::new(dead);
        drop(dead.lock.take());
        // Killed before the lock had its name, and at the end of removing.
        fs::create_dir(at("goenv-ci-run-begun1")).unwrap();
        fs::write(at("goenv-ci-run-begun1").join(UNLOCKED), "").unwrap();
        fs::create_dir(at("goenv-ci-run-empty1")).unwrap();
        for other in ["goenv-ci-run-young1", "goenv-ci-run-not-one", "goenv-ci-run-", "mine"] {
            fs::create_dir(at(other)).unwrap();
            fs::write(at(other).join("file"), "").unwrap();
        }
        fs::write(at("goenv-ci-run-afile1"), "").unwrap();
        // Where a report is to be written, in the same directory and empty still.
        fs::create_dir(at("goenv-ci-report")).unwrap();
        #[cfg(unix)]
        {
            fs::create_dir(at("elsewhere")).unwrap();
            fs::write(at("elsewhere").join(LOCK), "").unwrap();
            std::os::unix::fs::symlink(at("elsewhere"), at("goenv-ci-run-linked")).unwrap();
            std::os::unix::fs::symlink(at("elsewhere"), at("goenv-ci-run-link12")).unwrap();
        }
        let next = Scratch::new(parent.path().to_str()).unwrap();
        assert!(!left.exists() && living.dir.is_dir() && next.dir.is_dir());
        assert!(!at("goenv-ci-run-begun1").exists() && !at("goenv-ci-run-empty1").exists());
        for other in [
            "goenv-ci-run-young1",
            "goenv-ci-run-not-one",
            "goenv-ci-run-",
            "mine",
            "goenv-ci-run-afile1",
            "goenv-ci-report",
        ] {
            assert!(at(other).exists(), "{other}");
        }
        #[cfg(unix)]
        assert!(at("elsewhere").join(LOCK).exists() && at("goenv-ci-run-link12").exists());
        let dirs = [living.dir.clone(), next.dir.clone()];
        living.remove().unwrap();
        drop(next);
        assert!(dirs.iter().all(|dir| !dir.exists()));
    }
}
