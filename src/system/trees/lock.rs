//! One move of a tree at a time: a file that is locked, and goes with the move.

use crate::ports::trees::MoveLock;
use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io,
    path::{Path, PathBuf},
};

/// So often the file may go between opening and locking it.
const ATTEMPTS: usize = 16;

struct LockedFile {
    path: PathBuf,
    file: File,
}

impl MoveLock for LockedFile {
    fn release(self: Box<Self>) {
        // While it is locked, so that nobody locks a file that goes.
        let _ = fs::remove_file(&self.path);
        drop(self.file);
    }
}

pub(super) fn take(path: &Path) -> io::Result<Option<Box<dyn MoveLock>>> {
    for _ in 0..ATTEMPTS {
        let file = OpenOptions::new().write(true).create(true).truncate(false).open(path)?;
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => return Ok(None),
            // Without locks on that file system two at once are not kept apart.
            Err(TryLockError::Error(why)) if why.kind() != io::ErrorKind::Unsupported => return Err(why),
            Err(TryLockError::Error(_)) | Ok(()) => {}
        }
        if is_there(&file, path) {
            return Ok(Some(Box::new(LockedFile { path: path.to_owned(), file })));
        }
    }
    Ok(None)
}

pub(super) fn is_taken(path: &Path) -> bool {
    let file = OpenOptions::new().write(true).open(path);
    file.is_ok_and(|file| matches!(file.try_lock(), Err(TryLockError::WouldBlock)))
}

#[cfg(unix)]
fn is_there(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let of = |found: &fs::Metadata| (found.dev(), found.ino());
    matches!((file.metadata(), fs::metadata(path)), (Ok(held), Ok(there)) if of(&held) == of(&there))
}

/// Windows removes no name while a file is open without saying so to the next one that opens it.
#[cfg(not(unix))]
fn is_there(_: &File, path: &Path) -> bool {
    path.exists()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_is_told_and_the_file_goes_with_the_first() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("lock");
        assert!(!is_taken(&path));
        let first = take(&path).unwrap().unwrap();
        assert!(take(&path).unwrap().is_none() && is_taken(&path));
        first.release();
        assert!(!path.exists());
        drop(take(&path).unwrap().unwrap());
        assert!(take(&path).unwrap().is_some(), "what a killed one left is free");
    }
}
