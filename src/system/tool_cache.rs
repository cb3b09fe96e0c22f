//! Puts toolchains into directories in the layout of a runner's tool cache. Every
//! toolchain is unpacked beside its place and moved there whole, so that a
//! reader never sees half of one; the lock only saves work done twice.

use crate::ports::{Reservation, ToolCache, Unpacked};
use crate::system::{
    directory::{Listed, PassingDir, listed, remove_tree},
    retry::retried,
    unpack::unpack,
};
use std::{
    fs::{self, File, TryLockError},
    io,
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

/// Between two looks at a lock that another process holds.
const LOCK_POLL: Duration = Duration::from_millis(50);

/// How often a directory that another process is just removing is tried again.
const ATTEMPTS: usize = 40;

/// Where no lock says that nobody else is at work, what a killed process left behind is removed after this.
const STALE: Duration = Duration::from_secs(3600);

/// The tool caches of this machine.
pub struct DiskToolCache<'a> {
    /// Whether the user asked to stop.
    pub stop: &'a (dyn Fn() -> bool + Sync),
}

impl DiskToolCache<'_> {
    /// Removes what stayed beside a complete toolchain, where its process was killed at its very end, or was refused to
    /// remove it. Nobody is kept from work by that: who comes now finds it complete.
    pub fn remove_left(&self, goroot: &str) {
        let goroot = Path::new(goroot);
        if let (Some(folder), Some(arch)) = (goroot.parent(), goroot.file_name().and_then(|name| name.to_str()))
            && is_complete(goroot, &folder.join(format!("{arch}.complete")))
        {
            remove_left_of_complete(folder, arch);
        }
    }
}

impl ToolCache for DiskToolCache<'_> {
    fn reserve(&self, goroot: &str) -> io::Result<Option<Box<dyn Reservation + '_>>> {
        let goroot = PathBuf::from(goroot);
        let (Some(folder), Some(arch)) = (goroot.parent(), goroot.file_name().and_then(|name| name.to_str())) else {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a folder in a tool cache"));
        };
        let (folder, arch) = (folder.to_owned(), arch.to_owned());
        let complete = folder.join(format!("{arch}.complete"));
        if is_complete(&goroot, &complete) {
            return Ok(None);
        }
        let lock = Lock::wait_for(&folder, &arch, self.stop)?;
        if is_complete(&goroot, &complete) {
            return Ok(None);
        }
        remove_left(&folder, &arch, lock.excludes);
        let scratch = PassingDir::new(&folder, &scratch_prefix(&arch))?;
        Ok(Some(Box::new(DiskReservation { scratch, _lock: lock, goroot, complete, stop: self.stop })))
    }
}

/// Fields drop in this order: the scratch directory, then the lock and the directories made for it.
struct DiskReservation<'a> {
    scratch: PassingDir,
    _lock: Lock,
    goroot: PathBuf,
    complete: PathBuf,
    stop: &'a (dyn Fn() -> bool + Sync),
}

impl DiskReservation<'_> {
    fn unpacked(&self) -> PathBuf {
        self.scratch.path().join("goroot")
    }
}

impl Reservation for DiskReservation<'_> {
    fn archive(&self) -> String {
        self.scratch.path().join("toolchain.zip").to_string_lossy().into_owned()
    }

    fn unpack(&mut self, prefix: &str) -> io::Result<Vec<Unpacked>> {
        let dest = self.unpacked();
        fs::create_dir(&dest)?;
        unpack(Path::new(&self.archive()), prefix, &dest, self.stop)
    }

    fn commit(self: Box<Self>) -> io::Result<()> {
        // Half a toolchain that another program left: a setup-go that was killed, for example.
        if !is_complete(&self.goroot, &self.complete) && self.goroot.exists() {
            remove_tree(&self.goroot)?;
        }
        match retried(|| fs::rename(self.unpacked(), &self.goroot)) {
            Ok(()) => File::create(&self.complete).map(drop),
            Err(_) if is_complete(&self.goroot, &self.complete) => Ok(()),
            Err(why) => Err(why),
        }
    }
}

fn is_complete(goroot: &Path, complete: &Path) -> bool {
    complete.is_file() && goroot.is_dir()
}

/// A lock file, held; on the way out it goes, and with it the directories that were
/// made for it, as far as they are empty.
struct Lock {
    file: Option<File>,
    path: PathBuf,
    made: Vec<PathBuf>,
    /// Whether nobody else can hold it now.
    excludes: bool,
}

impl Lock {
    fn wait_for(folder: &Path, arch: &str, stop: &(dyn Fn() -> bool + Sync)) -> io::Result<Self> {
        let mut lock = Self { file: None, path: lock_path(folder, arch), made: Vec::new(), excludes: false };
        let mut attempts = 0;
        loop {
            if stop() {
                return Err(io::ErrorKind::Interrupted.into());
            }
            match lock.open(folder) {
                Ok(file) => match file.try_lock() {
                    Err(TryLockError::WouldBlock) => thread::sleep(LOCK_POLL),
                    // Some network file systems have no locks; moving into place is enough there.
                    tried if is_still(&lock.path, &file) => {
                        lock.excludes = tried.is_ok();
                        lock.file = Some(file);
                        return Ok(lock);
                    }
                    // Its last holder has just removed it: take part in the next one.
                    _ => {}
                },
                Err(why) if attempts < ATTEMPTS && may_pass(&why) => {
                    attempts += 1;
                    thread::sleep(LOCK_POLL);
                }
                Err(why) => return Err(why),
            }
        }
    }

    fn open(&mut self, folder: &Path) -> io::Result<File> {
        for missing in missing_folders(folder) {
            if !self.made.contains(&missing) {
                self.made.push(missing);
            }
        }
        fs::create_dir_all(folder)?;
        File::options().write(true).create(true).truncate(false).open(&self.path)
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // A failure leaves an empty file or directory, which does no harm.
        if self.file.take().is_some() {
            let _ = fs::remove_file(&self.path);
        }
        for folder in &self.made {
            let _ = fs::remove_dir(folder);
        }
    }
}

/// The directories that do not exist yet, the innermost first.
fn missing_folders(folder: &Path) -> Vec<PathBuf> {
    folder.ancestors().take_while(|dir| !dir.exists()).map(Path::to_owned).collect()
}

/// Whether a failure can pass by itself: the directory was just removed by another
/// process, or, on Windows, the lock's file is just going.
fn may_pass(why: &io::Error) -> bool {
    why.kind() == io::ErrorKind::NotFound || cfg!(windows) && why.kind() == io::ErrorKind::PermissionDenied
}

/// Whether a lock file that was opened has its name still: who locks one that was removed excludes nobody.
fn is_still(path: &Path, file: &File) -> bool {
    let opened = file.try_clone().and_then(same_file::Handle::from_file);
    opened.is_ok_and(|opened| same_file::Handle::from_path(path).is_ok_and(|named| named == opened))
}

fn lock_path(folder: &Path, arch: &str) -> PathBuf {
    folder.join(format!(".goenv-ci-{arch}.lock"))
}

fn scratch_prefix(arch: &str) -> String {
    format!(".goenv-ci-{arch}-")
}

fn remove_left_of_complete(folder: &Path, arch: &str) {
    let (path, prefix) = (lock_path(folder, arch), scratch_prefix(arch));
    let is_left = |entry: &Listed| entry.path() == path || entry.name().to_string_lossy().starts_with(&prefix);
    if !listed(folder).any(|entry| is_left(&entry)) {
        return;
    }
    let mut lock = Lock { file: None, path, made: Vec::new(), excludes: true };
    let Ok(file) = lock.open(folder) else { return };
    let excludes = match file.try_lock() {
        // Who holds it removes all of it, and is still at work.
        Err(TryLockError::WouldBlock) => return,
        tried => tried.is_ok(),
    };
    if is_still(&lock.path, &file) {
        lock.file = Some(file);
        remove_left(folder, arch, excludes);
    }
}

/// Removes what killed processes left: all of it under a lock that excludes others, since whoever unpacks holds that.
fn remove_left(folder: &Path, arch: &str, excludes: bool) {
    let prefix = scratch_prefix(arch);
    for entry in listed(folder) {
        let old = entry.metadata().and_then(|meta| meta.modified()).ok().and_then(|time| time.elapsed().ok());
        let is_left = excludes || old.is_some_and(|age| age > STALE);
        if entry.name().to_string_lossy().starts_with(&prefix) && is_left {
            let _ = remove_tree(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_killed_process_left_goes_and_what_another_unpacks_stays() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("go/1.21.13");
        let left = folder.join(".goenv-ci-x64-left");
        fs::create_dir_all(left.join("goroot/bin")).unwrap();
        fs::write(folder.join(".goenv-ci-x64.lock"), "").unwrap();
        let goroot = folder.join("x64").to_str().unwrap().to_owned();
        let never = || false;
        let cache = DiskToolCache { stop: &never };
        let running = cache.reserve(&goroot).unwrap().unwrap();
        assert!(!left.exists(), "nobody held the lock");
        fs::write(running.archive(), "half").unwrap();
        // Another one waits for the lock, and touches nothing meanwhile.
        let looks = std::sync::atomic::AtomicUsize::new(0);
        let soon = || looks.fetch_add(1, std::sync::atomic::Ordering::Relaxed) > 2;
        let refused = DiskToolCache { stop: &soon }.reserve(&goroot).err().unwrap();
        assert_eq!(refused.kind(), io::ErrorKind::Interrupted);
        assert!(Path::new(&running.archive()).exists());
        drop(running);
        assert!(!folder.join(".goenv-ci-x64.lock").exists());
    }

    #[test]
    fn what_stayed_beside_a_complete_toolchain_goes_once_nobody_is_at_work() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("go/1.21.13");
        fs::create_dir_all(folder.join("x64/bin")).unwrap();
        fs::write(folder.join("x64.complete"), "").unwrap();
        let (lock, left) = (folder.join(".goenv-ci-x64.lock"), folder.join(".goenv-ci-x64-left"));
        fs::create_dir_all(left.join("goroot")).unwrap();
        fs::write(&lock, "").unwrap();
        let next = || {
            let goroot = folder.join("x64").to_str().unwrap().to_owned();
            DiskToolCache { stop: &|| false }.remove_left(&goroot);
        };
        let held = File::options().write(true).open(&lock).unwrap();
        held.try_lock().unwrap();
        next();
        assert!(lock.exists() && left.exists(), "its owner is still at work");
        drop(held);
        next();
        assert!(!lock.exists() && !left.exists());
        // Without a lock, with nothing to do, and beside half a toolchain, which is another one's to install.
        fs::create_dir(&left).unwrap();
        next();
        next();
        let names: Vec<_> = listed(&folder).map(|entry| entry.name().to_owned()).collect();
        assert!(names.len() == 2 && !left.exists(), "{names:?}");
        fs::remove_file(folder.join("x64.complete")).unwrap();
        fs::create_dir(&left).unwrap();
        next();
        assert!(left.exists());
    }

    #[test]
    fn without_locks_the_age_decides() {
        let dir = tempfile::tempdir().unwrap();
        let (young, old) = (dir.path().join(".goenv-ci-x64-young"), dir.path().join(".goenv-ci-x64-old"));
        fs::create_dir(&young).unwrap();
        fs::create_dir(&old).unwrap();
        if cfg!(unix) {
            let time = std::time::SystemTime::now() - 2 * STALE;
            File::open(&old).unwrap().set_modified(time).unwrap();
            remove_left(dir.path(), "x64", false);
            assert!(young.exists() && !old.exists());
        }
        remove_left(dir.path(), "x64", true);
        assert!(!young.exists());
    }
}
