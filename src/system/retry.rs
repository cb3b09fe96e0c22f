//! Trying again what a system refuses for a moment. Windows: a file that a virus scanner, an index or a program that
//! was just ended still holds. Everywhere: a program that somebody still holds open for writing, and a
//! directory into which a program that was just ended still wrote while it was being removed.

use crate::system::{file_lock_owner::named, wine};
use std::{
    io,
    path::Path,
    thread,
    time::{Duration, Instant},
};
use tempfile::NamedTempFile;

/// Between two attempts.
const PAUSE: Duration = Duration::from_millis(50);

/// Two seconds in all, for each file.
const ATTEMPTS: usize = 40;

/// Access denied, sharing violation, lock violation: those of Windows that may pass.
/// Source: Windows, "System Error Codes".
const PASSING: [i32; 3] = [5, 32, 33];

/// Wine 8 now and then loses the start of a program under load, and calls it an internal error.
const LOST_BY_WINE: i32 = 1359;

/// Tries again, for a bounded time, what another program may hold.
///
/// # Errors
/// That of the last attempt.
pub(crate) fn retried<T>(mut action: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    for _ in 1..ATTEMPTS {
        match action() {
            Err(why) if may_pass(&why) => thread::sleep(PAUSE),
            outcome => return outcome,
        }
    }
    action()
}

fn may_pass(why: &io::Error) -> bool {
    let code = why.raw_os_error().unwrap_or_default();
    match why.kind() {
        // ETXTBSY: the writer has closed the program, and a process that was started meanwhile has not yet.
        io::ErrorKind::ExecutableFileBusy | io::ErrorKind::DirectoryNotEmpty => true,
        _ if !cfg!(windows) => false,
        _ => PASSING.contains(&code) || code == LOST_BY_WINE && wine::version().is_some(),
    }
}

/// Gives a temporary file its name, in place of what has it.
///
/// # Errors
/// As the system says, with the program that holds the old one.
pub(crate) fn persist(file: NamedTempFile, path: &Path) -> io::Result<()> {
    let mut file = Some(file);
    retried(|| match file.take().map(|held| held.persist(path)) {
        Some(Err(failed)) => {
            file = Some(failed.file);
            Err(failed.error)
        }
        Some(Ok(_)) | None => Ok(()),
    })
    .map_err(|error| named(path, error))
}

/// Waits, unless `stop` says that the user asked to stop; whether the time is over.
pub fn pause_for(pause: Duration, stop: &(dyn Fn() -> bool + Sync)) -> bool {
    let end = Instant::now() + pause;
    while Instant::now() < end {
        if stop() {
            return false;
        }
        thread::sleep(PAUSE.min(pause));
    }
    true
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::{fs, os::unix::fs::PermissionsExt, process::Command};

    #[test]
    fn a_folder_that_filled_while_it_was_removed_is_removed_again() {
        let mut attempts = 0;
        let removed = retried(|| {
            attempts += 1;
            if attempts < 3 { Err(io::ErrorKind::DirectoryNotEmpty.into()) } else { Ok(attempts) }
        });
        assert_eq!(removed.unwrap(), 3);
    }

    #[test]
    fn a_program_that_is_still_open_for_writing_is_waited_for() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("program");
        fs::copy("/bin/true", &path).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        let writer = fs::OpenOptions::new().append(true).open(&path).unwrap();
        let busy = Command::new(&path).status().unwrap_err();
        assert_eq!(busy.kind(), io::ErrorKind::ExecutableFileBusy);
        let closer = thread::spawn(move || {
            thread::sleep(PAUSE * 3);
            drop(writer);
        });
        assert!(retried(|| Command::new(&path).status()).unwrap().success());
        closer.join().unwrap();
    }
}
