//! Puts toolchains into directories in the layout of a runner's tool cache. Every
//! toolchain is unpacked beside its place and moved there whole, so that a
//! reader never sees half of one; the lock only saves work done twice.

use crate::ports::{Reservation, ToolCache, Unpacked};
use crate::system::{retry::retried, unpack::unpack};
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

/// What a killed process left behind is removed after this.
const STALE: Duration = Duration::from_secs(3600);

/// The tool caches of this machine.
pub struct DiskToolCache<'a> {
    /// Whether the user asked to stop.
    pub stop: &'a (dyn Fn() -> bool + Sync),
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
        remove_stale(&folder, &arch);
        let scratch = tempfile::Builder::new().prefix(&format!(".goenv-ci-{arch}-")).tempdir_in(&folder)?;
        Ok(Some(Box::new(DiskReservation { scratch, _lock: lock, goroot, complete, stop: self.stop })))
    }
}

/// Fields drop in this order: the scratch directory, then the lock and the directories made for it.
struct DiskReservation<'a> {
    scratch: tempfile::TempDir,
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
            fs::remove_dir_all(&self.goroot)?;
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
}

impl Lock {
    fn wait_for(folder: &Path, arch: &str, stop: &(dyn Fn() -> bool + Sync)) -> io::Result<Self> {
        let mut lock = Self { file: None, path: folder.join(format!(".goenv-ci-{arch}.lock")), made: Vec::new() };
        let mut attempts = 0;
        loop {
            if stop() {
                return Err(io::ErrorKind::Interrupted.into());
            }
            match lock.open(folder) {
                Ok(file) => match file.try_lock() {
                    Err(TryLockError::WouldBlock) => thread::sleep(LOCK_POLL),
                    // Some network file systems have no locks; moving into place is enough there.
                    Ok(()) | Err(TryLockError::Error(_)) if lock.path.exists() => {
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

fn remove_stale(folder: &Path, arch: &str) {
    let prefix = format!(".goenv-ci-{arch}-");
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let old = entry.metadata().and_then(|meta| meta.modified()).ok().and_then(|time| time.elapsed().ok());
        if entry.file_name().to_string_lossy().starts_with(&prefix) && old.is_some_and(|age| age > STALE) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}
