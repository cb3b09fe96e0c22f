//! Files that are written whole: a reader finds the old one or the new one, and what a killed process leaves is
//! removed by the next one that writes there. On Linux nothing is left in the first place, but between two calls.

use crate::system::{
    directory::{listed, remove_tree},
    retry::persist,
};
#[cfg(unix)]
use std::os::unix::fs::PermissionsExt;
use std::{
    fs::{self, File, TryLockError},
    io::{self, Write},
    path::Path,
    time::Duration,
};
use tempfile::NamedTempFile;

/// What begins so belongs to a running process, which holds its lock, or to one that is gone.
pub(crate) const UNFINISHED: &str = ".goenv-ci-";

/// Where there are no locks, or none that say anything, what is this old has no owner any more.
const STALE: Duration = Duration::from_secs(600);

/// How often a new file may be taken for one that a killed process left before it is locked.
const ATTEMPTS: usize = 16;

/// Puts a file in the place of another, which keeps its mode, or where there was none: with `mode`, less the umask.
///
/// # Errors
/// As the system says; the old file is as it was.
pub(crate) fn replace(path: &Path, content: &[u8], mode: u32) -> io::Result<()> {
    #[cfg(unix)]
    let mode = fs::metadata(path).map_or(mode, |found| found.permissions().mode() & 0o7777);
    let dir = match path.parent() {
        Some(dir) if dir != Path::new("") => dir,
        _ => Path::new("."),
    };
    sweep(dir, UNFINISHED, Leftover::File);
    #[cfg(target_os = "linux")]
    if let Some(outcome) = unnamed::replace(dir, path, content, mode) {
        return outcome;
    }
    let mut file = locked(dir, mode)?;
    file.write_all(content)?;
    persist(file, path)
}

/// Whether a file can be made in a directory, asked without one that has a name, so that none can be left.
///
/// # Errors
/// As the system says.
pub(crate) fn check_writable(dir: &Path) -> io::Result<()> {
    #[cfg(target_os = "linux")]
    if let Some(outcome) = unnamed::open(dir, 0o600) {
        return outcome.map(drop);
    }
    #[cfg(unix)]
    {
        use rustix::fs::{Access, AtFlags, CWD, accessat};
        if !fs::metadata(dir)?.is_dir() {
            return Err(io::ErrorKind::NotADirectory.into());
        }
        Ok(accessat(CWD, dir, Access::WRITE_OK | Access::EXEC_OK, AtFlags::EACCESS)?)
    }
    // The system removes it when it is closed, whoever closes it.
    #[cfg(not(unix))]
    tempfile::tempfile_in(dir).map(drop)
}

/// A new file that has its lock before anybody can take it for a leftover; it goes with its value.
///
/// # Errors
/// As the system says.
pub(crate) fn locked(dir: &Path, mode: u32) -> io::Result<NamedTempFile> {
    let mut attempts = 0;
    loop {
        attempts += 1;
        let mut builder = tempfile::Builder::new();
        builder.prefix(UNFINISHED);
        #[cfg(unix)]
        builder.permissions(fs::Permissions::from_mode(mode));
        #[cfg(not(unix))]
        let _ = mode;
        let file = builder.tempfile_in(dir)?;
        // On Windows a lock would keep readers out of it after it has its name.
        if cfg!(windows) || held(file.as_file()) && file.path().exists() || attempts == ATTEMPTS {
            return Ok(file);
        }
    }
}

/// Gives a directory the lock that keeps others from sweeping it, for as long as what is returned lives.
pub(crate) fn lock_dir(dir: &Path) -> Option<File> {
    // Windows opens no directory in this way; there the age decides.
    let file = File::open(dir).ok()?;
    held(&file).then_some(file)
}

/// Whether this process has the lock, or nobody can.
fn held(file: &File) -> bool {
    !matches!(file.try_lock(), Err(TryLockError::WouldBlock))
}

/// What may be left.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Leftover {
    /// Of writing a file.
    File,
    /// Of measuring, with what is in it.
    Dir,
}

/// Removes what killed processes of this user left in a directory. It is never worth an error.
pub(crate) fn sweep(dir: &Path, prefix: &str, what: Leftover) {
    for entry in listed(dir) {
        if !entry.name().to_string_lossy().starts_with(prefix) {
            continue;
        }
        let path = entry.path();
        // Links are not followed.
        let Ok(found) = entry.metadata() else { continue };
        let kind = if found.is_dir() { Leftover::Dir } else { Leftover::File };
        if kind != what || !is_ours(&found) || !is_left(path, &found) {
            continue;
        }
        let _ = if what == Leftover::Dir { remove_tree(path) } else { fs::remove_file(path) };
    }
}

#[cfg(unix)]
fn is_ours(found: &fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (found.is_file() || found.is_dir()) && found.uid() == rustix::process::geteuid().as_raw()
}

#[cfg(not(unix))]
fn is_ours(found: &fs::Metadata) -> bool {
    found.is_file() || found.is_dir()
}

#[cfg(unix)]
fn is_left(path: &Path, found: &fs::Metadata) -> bool {
    use rustix::fs::{Mode, OFlags, open};
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let Ok(file) = open(path, flags, Mode::empty()) else { return false };
    match File::from(file).try_lock() {
        Ok(()) => true,
        Err(TryLockError::WouldBlock) => false,
        Err(TryLockError::Error(_)) => is_old(found),
    }
}

/// A running process has its file open until it has its name; a directory has nobody who says so.
#[cfg(windows)]
fn is_left(path: &Path, found: &fs::Metadata) -> bool {
    use std::os::windows::fs::OpenOptionsExt;
    if found.is_dir() {
        return is_old(found);
    }
    // Shared with nobody, it opens only where nobody else has it.
    fs::OpenOptions::new().read(true).share_mode(0).open(path).is_ok()
}

#[cfg(not(any(unix, windows)))]
fn is_left(_: &Path, found: &fs::Metadata) -> bool {
    is_old(found)
}

fn is_old(found: &fs::Metadata) -> bool {
    found.modified().is_ok_and(|time| time.elapsed().is_ok_and(|age| age > STALE))
}

/// Files that have no name until they are written.
#[cfg(target_os = "linux")]
mod unnamed {
    use super::{UNFINISHED, held};
    use rustix::{
        fs::{AtFlags, CWD, Mode, OFlags, linkat},
        io::Errno,
    };
    use std::{
        fs::File,
        io::{self, Write},
        os::fd::AsRawFd,
        path::Path,
    };

    /// `None` where the file system has none.
    pub(super) fn open(dir: &Path, mode: u32) -> Option<io::Result<File>> {
        let flags = OFlags::TMPFILE | OFlags::RDWR | OFlags::CLOEXEC;
        match rustix::fs::open(dir, flags, Mode::from_raw_mode(mode)) {
            Ok(file) => Some(Ok(file.into())),
            Err(Errno::OPNOTSUPP | Errno::ISDIR | Errno::INVAL) => None,
            Err(error) => Some(Err(error.into())),
        }
    }

    /// `None` where it must be done in another way; nothing is left then.
    pub(super) fn replace(dir: &Path, path: &Path, content: &[u8], mode: u32) -> Option<io::Result<()>> {
        let mut file = match open(dir, mode)? {
            Ok(file) => file,
            Err(error) => return Some(Err(error)),
        };
        if let Err(error) = file.write_all(content) {
            return Some(Err(error));
        }
        let itself = format!("/proc/self/fd/{}", file.as_raw_fd());
        let named = |path: &Path| linkat(CWD, &itself, CWD, path, AtFlags::SYMLINK_FOLLOW);
        match named(path) {
            Ok(()) => return Some(Ok(())),
            Err(Errno::EXIST) => {}
            // There is no /proc, for example.
            Err(_) => return None,
        }
        // One that has a file already gets a new one by renaming alone, and for that the new one needs a name.
        if !held(&file) {
            return None;
        }
        let mut random = tempfile::Builder::new();
        let made = random.prefix(UNFINISHED).make_in(dir, |path| named(path).map_err(io::Error::from));
        let made = match made {
            Ok(made) => made,
            Err(_) => return None,
        };
        // On failure it is removed.
        Some(made.into_temp_path().persist(path).map_err(|failed| failed.error))
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;

    fn names(dir: &Path) -> Vec<String> {
        let mut names: Vec<String> =
            fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_is_made_and_replaced_and_nothing_is_beside_it() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("record");
        for content in ["one", "two"] {
            replace(&path, content.as_bytes(), 0o640).unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), content);
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
        }
        assert_eq!(names(dir.path()), ["record"]);
        assert!(replace(dir.path(), b"x", 0o600).is_err(), "a directory is in the way");
        assert_eq!(names(dir.path()), ["record"]);
    }

    #[test]
    fn what_a_killed_process_left_goes_and_what_a_running_one_has_stays() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        fs::write(at(".goenv-ci-left"), "half").unwrap();
        let held = File::create(at(".goenv-ci-held")).unwrap();
        held.try_lock().unwrap();
        fs::create_dir(at(".goenv-ci-dir")).unwrap();
        fs::write(at("other"), "").unwrap();
        std::os::unix::fs::symlink(at("other"), at(".goenv-ci-link")).unwrap();
        assert!(std::process::Command::new("mkfifo").arg(at(".goenv-ci-pipe")).status().unwrap().success());
        replace(&at("record"), b"", 0o600).unwrap();
        let stays = [".goenv-ci-dir", ".goenv-ci-held", ".goenv-ci-link", ".goenv-ci-pipe", "other", "record"];
        assert_eq!(names(dir.path()), stays);
        drop(held);
        fs::write(at(".goenv-ci-dir/file"), "").unwrap();
        sweep(dir.path(), ".goenv-ci-d", Leftover::Dir);
        sweep(dir.path(), UNFINISHED, Leftover::File);
        assert_eq!(names(dir.path()), [".goenv-ci-link", ".goenv-ci-pipe", "other", "record"]);
    }

    #[test]
    fn a_file_with_a_name_is_locked_before_another_process_can_sweep_it() {
        let dir = tempfile::tempdir().unwrap();
        let file = locked(dir.path(), 0o600).unwrap();
        sweep(dir.path(), UNFINISHED, Leftover::File);
        assert!(file.path().exists());
    }

    #[test]
    fn whether_a_directory_can_be_written_is_asked_without_a_name() {
        let dir = tempfile::tempdir().unwrap();
        let long_ago = std::time::SystemTime::UNIX_EPOCH;
        File::open(dir.path()).unwrap().set_modified(long_ago).unwrap();
        check_writable(dir.path()).unwrap();
        assert_eq!(fs::metadata(dir.path()).unwrap().modified().unwrap(), long_ago, "no entry came and went");
        assert!(check_writable(&dir.path().join("absent")).is_err());
        fs::write(dir.path().join("file"), "").unwrap();
        assert!(check_writable(&dir.path().join("file")).is_err());
    }
}

#[cfg(test)]
#[cfg(windows)]
mod windows_tests {
    use super::*;

    #[test]
    fn what_a_killed_process_left_goes_and_what_a_running_one_has_stays() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        fs::write(at(".goenv-ci-left"), "half").unwrap();
        let held = locked(dir.path(), 0o600).unwrap();
        replace(&at("record"), b"whole", 0o600).unwrap();
        assert!(!at(".goenv-ci-left").exists());
        assert!(held.path().exists());
        assert_eq!(fs::read_to_string(at("record")).unwrap(), "whole");
    }
}
