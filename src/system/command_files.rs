//! Appends to the runner's command files: locked, in one write, whole or not at all.

use crate::ports::{Appended, CommandFiles, Decide, NotAppended};
use crate::system::{
    file_lock_owner::{named, owners},
    retry::retried,
};
use std::{
    fs::{File, Metadata, OpenOptions, TryLockError},
    io::{self, Read, Seek, Write},
    path::Path,
    thread,
    time::{Duration, Instant},
};

/// Another run of ours holds a file for milliseconds.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// Between two looks at a lock.
const PAUSE: Duration = Duration::from_millis(10);

/// Far more than any step writes; the runner holds the whole in memory too.
const LARGEST: u64 = 32 << 20;

const NOT_THE_RUNNERS: &str =
    "the runner makes a regular file before the step begins: give the variable that path back";
const NOT_WRITABLE: &str = "let this user read and write the file, as the runner made it";
const NO_ROOM: &str = "make room on the drive, or raise the limit on the size of files, and run it again";

/// The files that the runner made.
#[derive(Clone, Copy, Debug, Default)]
pub struct RunnerFiles;

impl CommandFiles for RunnerFiles {
    fn check(&self, path: &str, decide: &Decide<'_>) -> Result<(), NotAppended> {
        let mut file = open(path)?;
        // On Windows a file that another process has locked cannot be read.
        locked(&file, path, File::try_lock_shared)?;
        decide(&content(&mut file)?).map(drop)
    }

    fn append(&self, path: &str, decide: &Decide<'_>) -> Result<Appended, NotAppended> {
        let mut file = open(path)?;
        // Another run of ours may be between reading and writing; released when the file closes.
        locked(&file, path, File::try_lock)?;
        let held = content(&mut file)?;
        let Some(bytes) = decide(&held)? else { return Ok(Appended::InForce) };
        reserve(&file, held.len() as u64, bytes.len() as u64).map_err(|error| not_appended(error, NO_ROOM))?;
        let written = loop {
            match file.write(&bytes) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                outcome => break outcome,
            }
        };
        match written {
            Ok(count) if count == bytes.len() => Ok(Appended::Bytes(count)),
            Ok(count) => {
                let why = format!("only {count} of {} bytes went in, as on a full disk", bytes.len());
                match take_back(&mut file, count) {
                    Ok(()) => Err(not_appended(why, NO_ROOM)),
                    Err(error) => {
                        Err(not_appended(format!("{why}; and what went in could not be taken back: {error}"), NO_ROOM))
                    }
                }
            }
            Err(error) => Err(not_appended(error, NO_ROOM)),
        }
    }
}

/// Room on the drive, so that a full one does not end the write in the middle of a line, where a process that is killed
/// then cannot take it back. What cannot be reserved is tried all the same.
#[cfg(target_os = "linux")]
fn reserve(file: &File, from: u64, bytes: u64) -> io::Result<()> {
    use rustix::{
        fs::{FallocateFlags, fallocate},
        io::Errno,
    };
    match fallocate(file, FallocateFlags::KEEP_SIZE, from, bytes) {
        Err(full @ (Errno::NOSPC | Errno::DQUOT | Errno::FBIG)) => Err(full.into()),
        _ => Ok(()),
    }
}

#[cfg(not(target_os = "linux"))]
fn reserve(_: &File, _: u64, _: u64) -> io::Result<()> {
    Ok(())
}

/// Takes back what was just appended, unless another program has appended to it: the runner's other commands know no lock,
/// and their lines are not ours to lose.
fn take_back(file: &mut File, count: usize) -> io::Result<()> {
    let end = file.stream_position()?;
    if file.metadata()?.len() != end {
        return Err(io::Error::other("another program has written behind it"));
    }
    file.set_len(end.saturating_sub(count as u64))
}

fn not_appended(why: impl ToString, help: &str) -> NotAppended {
    NotAppended { why: why.to_string(), help: help.to_owned() }
}

/// Waits for others, but not for one that keeps the file for good.
fn locked(file: &File, path: &str, lock: fn(&File) -> Result<(), TryLockError>) -> Result<(), NotAppended> {
    let deadline = Instant::now() + LONGEST_WAIT;
    loop {
        match lock(file) {
            Err(TryLockError::WouldBlock) if Instant::now() < deadline => thread::sleep(PAUSE),
            Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(TryLockError::WouldBlock) => {
                let owners = owners(Path::new(path));
                let who = if owners.is_empty() { "another process".to_owned() } else { owners.join(" or ") };
                let why = format!("{who} keeps it locked for more than {} s", LONGEST_WAIT.as_secs());
                return Err(not_appended(why, "let that program close it, and run this again"));
            }
            outcome => {
                let help = "it lies on a drive without locks: the runner's own is RUNNER_TEMP's";
                return outcome.map_err(|error| not_appended(error, help));
            }
        }
    }
}

/// Never creates: the runner made the file, and reads no other.
fn open(path: &str) -> Result<File, NotAppended> {
    let found = std::fs::metadata(path).map_err(|error| not_appended(error, NOT_THE_RUNNERS))?;
    regular(&found)?;
    let mut options = OpenOptions::new();
    // On Windows a file that is open for appending cannot be shortened again. There the lock keeps
    // everybody else from writing, so that the end is still where reading stopped.
    if cfg!(windows) {
        options.read(true).write(true)
    } else {
        options.read(true).append(true)
    };
    // What is read-only stays so; what another program holds may be free in a moment.
    if cfg!(windows) && found.permissions().readonly() {
        return Err(not_appended("it is read-only", NOT_WRITABLE));
    }
    let opened = retried(|| options.open(path)).map_err(|error| named(Path::new(path), error));
    let file = opened.map_err(|error| not_appended(error, NOT_WRITABLE))?;
    // It may have been replaced in the meantime.
    regular(&file.metadata().map_err(|error| not_appended(error, NOT_THE_RUNNERS))?)?;
    #[cfg(target_os = "linux")]
    if rustix::fs::fstatfs(&file).is_ok_and(|found| found.f_type == rustix::fs::PROC_SUPER_MAGIC) {
        return Err(not_appended("it is no file on a drive, so nothing would be kept in it", NOT_THE_RUNNERS));
    }
    Ok(file)
}

/// A pipe would be waited for, `/dev/full` read for ever, and `/dev/null` keeps nothing.
fn regular(found: &Metadata) -> Result<(), NotAppended> {
    match () {
        () if found.is_dir() => Err(not_appended("it is a folder", NOT_THE_RUNNERS)),
        () if !found.is_file() => {
            Err(not_appended("it is no regular file, so nothing would be kept in it", NOT_THE_RUNNERS))
        }
        () => Ok(()),
    }
}

/// What it holds now. No further than its size: a file of Linux's `/proc` has none, and may be waited for.
fn content(file: &mut File) -> Result<Vec<u8>, NotAppended> {
    let unreadable = |error: io::Error| not_appended(error, NOT_WRITABLE);
    let size = file.metadata().map_err(unreadable)?.len();
    if size > LARGEST {
        let why = format!("it has {size} bytes, and at most {LARGEST} are read");
        return Err(not_appended(why, "run this in a step of its own, which gets a new file"));
    }
    let mut held = Vec::with_capacity(usize::try_from(size).unwrap_or_default());
    file.take(size).read_to_end(&mut held).map_err(unreadable)?;
    Ok(held)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_went_in_is_taken_back_and_nothing_of_others() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "A=1\n").unwrap();
        let mut opened = open(file.path().to_str().unwrap()).unwrap();
        assert_eq!(content(&mut opened).unwrap(), b"A=1\n");
        opened.write_all(b"B=2").unwrap();
        take_back(&mut opened, 3).unwrap();
        assert_eq!(std::fs::read(file.path()).unwrap(), b"A=1\n");
        // A line that came after ours was decided on, and one behind ours.
        let mut other = OpenOptions::new().append(true).open(file.path()).unwrap();
        other.write_all(b"C=3\n").unwrap();
        if cfg!(unix) {
            opened.write_all(b"B=2").unwrap();
            take_back(&mut opened, 3).unwrap();
            assert_eq!(std::fs::read(file.path()).unwrap(), b"A=1\nC=3\n");
            opened.write_all(b"B=2").unwrap();
            other.write_all(b"\nD=4\n").unwrap();
            take_back(&mut opened, 3).unwrap_err();
            assert_eq!(std::fs::read(file.path()).unwrap(), b"A=1\nC=3\nB=2\nD=4\n");
        }
    }
}
