//! Appends to the runner's command files: locked, in one write, whole or not at all.

use crate::ports::{Appended, CommandFiles, Decide};
use crate::system::{
    file_lock_owner::{named, owners},
    retry::retried,
};
use std::{
    fs::{File, OpenOptions, TryLockError},
    io::{self, Read, Write},
    path::Path,
    thread,
    time::{Duration, Instant},
};

/// Another run of ours holds a file for milliseconds.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// Between two looks at a lock.
const PAUSE: Duration = Duration::from_millis(10);

/// The files that the runner made.
#[derive(Clone, Copy, Debug, Default)]
pub struct RunnerFiles;

impl CommandFiles for RunnerFiles {
    fn check(&self, path: &str, decide: &Decide<'_>) -> Result<(), String> {
        let mut file = open(path)?;
        // On Windows a file that another process has locked cannot be read.
        locked(&file, path, File::try_lock_shared)?;
        decide(&content(&mut file)?).map(drop)
    }

    fn append(&self, path: &str, decide: &Decide<'_>) -> Result<Appended, String> {
        let mut file = open(path)?;
        // Another run of ours may be between reading and writing; released when the file closes.
        locked(&file, path, File::try_lock)?;
        let held = content(&mut file)?;
        let Some(bytes) = decide(&held)? else { return Ok(Appended::InForce) };
        let written = loop {
            match file.write(&bytes) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                outcome => break outcome,
            }
        };
        let why = match written {
            Ok(count) if count == bytes.len() => return Ok(Appended::Bytes(count)),
            Ok(count) => format!("only {count} of {} bytes went in, as on a full disk", bytes.len()),
            Err(error) => error.to_string(),
        };
        match file.set_len(held.len() as u64) {
            Ok(()) => Err(why),
            Err(error) => Err(format!("{why}; and what went in could not be taken back: {error}")),
        }
    }
}

/// Waits for others, but not for one that keeps the file for good.
fn locked(file: &File, path: &str, lock: fn(&File) -> Result<(), TryLockError>) -> Result<(), String> {
    let deadline = Instant::now() + LONGEST_WAIT;
    loop {
        match lock(file) {
            Err(TryLockError::WouldBlock) if Instant::now() < deadline => thread::sleep(PAUSE),
            Err(TryLockError::WouldBlock) => {
                let owners = owners(Path::new(path));
                let who = if owners.is_empty() { "another process".to_owned() } else { owners.join(" or ") };
                return Err(format!("{who} keeps it locked for more than {} s", LONGEST_WAIT.as_secs()));
            }
            outcome => return outcome.map_err(|error| error.to_string()),
        }
    }
}

/// Never creates: the runner made the file, and reads no other.
fn open(path: &str) -> Result<File, String> {
    let found = std::fs::metadata(path).map_err(|error| error.to_string())?;
    if found.is_dir() {
        return Err("it is a folder".to_owned());
    }
    // A pipe would be waited for, `/dev/full` read for ever, and `/dev/null` keeps nothing.
    if !found.is_file() {
        return Err("it is no regular file, so nothing would be kept in it".to_owned());
    }
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
        return Err("it is read-only".to_owned());
    }
    retried(|| options.open(path)).map_err(|error| named(Path::new(path), error).to_string())
}

fn content(file: &mut File) -> Result<Vec<u8>, String> {
    let mut held = Vec::new();
    file.read_to_end(&mut held).map_err(|error| error.to_string())?;
    Ok(held)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_went_in_can_be_taken_back() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "A=1\n").unwrap();
        let mut opened = open(file.path().to_str().unwrap()).unwrap();
        assert_eq!(content(&mut opened).unwrap(), b"A=1\n");
        opened.write_all(b"B=2").unwrap();
        opened.set_len(4).unwrap();
        assert_eq!(std::fs::read(file.path()).unwrap(), b"A=1\n");
    }
}
