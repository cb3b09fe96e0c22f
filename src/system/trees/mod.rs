//! This machine's trees of files: surveyed, copied, renamed, linked, and who uses them.

mod copy;
mod link;
mod lock;
mod users;
mod walk;

use crate::{
    ports::{
        Trees,
        trees::{CopyError, CopyPrints, LinkKind, MoveLock, Occupant, TreeSurvey, TreeUsers},
    },
    system::{
        directory::entries,
        file_lock_owner::named,
        retry::{persist, retried},
        whole_file::{Leftover, UNFINISHED, locked, sweep},
    },
};
use std::{
    fs,
    io::{self, Write},
    path::Path,
};

/// The trees as they are.
#[derive(Clone, Copy, Debug, Default)]
pub struct LiveTrees;

impl Trees for LiveTrees {
    fn occupant(&self, path: &str) -> io::Result<Occupant> {
        let path = Path::new(path);
        match fs::symlink_metadata(path) {
            Err(why) if matches!(why.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                Ok(Occupant::Absent)
            }
            Err(why) => Err(why),
            // On Windows a junction is one too.
            Ok(found) if found.file_type().is_symlink() => Ok(Occupant::Link { to: link::target(path)? }),
            Ok(found) if found.is_dir() => Ok(Occupant::Tree),
            Ok(_) => Ok(Occupant::Other),
        }
    }

    fn survey(&self, dir: &str) -> io::Result<TreeSurvey> {
        walk::survey(Path::new(dir))
    }

    fn copy(&self, from: &str, to: &str, stop: &dyn Fn() -> bool) -> Result<CopyPrints, CopyError> {
        copy::copy(Path::new(from), Path::new(to), stop)
    }

    fn print(&self, dir: &str) -> io::Result<String> {
        walk::print(Path::new(dir))
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        let (from, to) = (Path::new(from), Path::new(to));
        if entries(to).is_ok_and(|mut held| held.next().is_none()) && !is_link(to) {
            // Elsewhere than on Unix an empty directory is in the way.
            #[cfg(not(unix))]
            fs::remove_dir(to)?;
        } else if fs::symlink_metadata(to).is_ok() {
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, format!("`{}` is in the way", to.display())));
        }
        retried(|| fs::rename(from, to)).map_err(|why| named(from, why))?;
        settle(from);
        settle(to);
        Ok(())
    }

    #[cfg(any(target_os = "linux", target_os = "macos"))]
    fn exchange(&self, left: &str, right: &str) -> io::Result<bool> {
        use rustix::{
            fs::{CWD, RenameFlags, renameat_with},
            io::Errno,
        };
        match renameat_with(CWD, left, CWD, right, RenameFlags::EXCHANGE) {
            Ok(()) => {
                settle(Path::new(left));
                Ok(true)
            }
            Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP | Errno::XDEV) => Ok(false),
            Err(why) => Err(why.into()),
        }
    }

    #[cfg(not(any(target_os = "linux", target_os = "macos")))]
    fn exchange(&self, _: &str, _: &str) -> io::Result<bool> {
        Ok(false)
    }

    fn link(&self, at: &str, to: &str, kind: LinkKind) -> io::Result<()> {
        link::make(Path::new(at), to, kind)?;
        settle(Path::new(at));
        Ok(())
    }

    fn unlink(&self, at: &str) -> io::Result<()> {
        let path = Path::new(at);
        if !is_link(path) {
            return Err(io::Error::other("it is no link, so it stays"));
        }
        retried(|| link::remove(path))?;
        settle(path);
        Ok(())
    }

    fn remove_empty(&self, dir: &str) -> io::Result<()> {
        fs::remove_dir(dir)
    }

    fn users(&self, dir: &str) -> TreeUsers {
        users::users(Path::new(dir))
    }

    fn may_rename(&self, dir: &str) -> io::Result<()> {
        users::may_rename(Path::new(dir))
    }

    fn lock(&self, file: &str) -> io::Result<Option<Box<dyn MoveLock>>> {
        let path = Path::new(file);
        let lock = lock::take(path)?;
        // What a killed run left of a journal that it was writing.
        sweep(path.parent().unwrap_or(Path::new(".")), UNFINISHED, Leftover::File);
        Ok(lock)
    }

    fn is_locked(&self, file: &str) -> bool {
        lock::is_taken(Path::new(file))
    }

    fn record(&self, file: &str, content: &[u8]) -> io::Result<()> {
        let path = Path::new(file);
        let dir = path.parent().unwrap_or(Path::new("."));
        sweep(dir, UNFINISHED, Leftover::File);
        let mut draft = locked(dir, 0o644)?;
        draft.write_all(content)?;
        draft.as_file().sync_all()?;
        persist(draft, path)?;
        settle(path);
        Ok(())
    }

    #[cfg(unix)]
    fn is_mount(&self, dir: &str) -> bool {
        use std::os::unix::fs::MetadataExt;
        let device = |path: &Path| fs::symlink_metadata(path).map(|found| found.dev());
        let path = Path::new(dir);
        path.parent().is_some_and(|above| matches!((device(path), device(above)), (Ok(own), Ok(above)) if own != above))
    }

    /// Windows mounts by junctions, which are links.
    #[cfg(not(unix))]
    fn is_mount(&self, _: &str) -> bool {
        false
    }

    fn is_remote(&self, path: &str) -> Option<bool> {
        users::is_remote(Path::new(path))
    }
}

fn is_link(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|found| found.file_type().is_symlink())
}

/// Names that were changed in the directory of a path are on the disk when this returns, where a system has that.
fn settle(path: &Path) {
    #[cfg(unix)]
    if let Some(dir) = path.parent() {
        use rustix::fs::{Mode, OFlags, fsync, open};
        // One that cannot be opened, or a file system that refuses, loses nothing but an order after a power failure.
        if let Ok(dir) = open(dir, OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty()) {
            let _ = fsync(dir);
        }
    }
    #[cfg(not(unix))]
    let _ = path;
}
