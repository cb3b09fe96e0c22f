//! Appends to the runner's command files: locked, in one write, whole or not at all.

use crate::ports::{Appended, CommandFiles, Decide};
use std::{
    fs::{File, OpenOptions},
    io::{self, Read, Write},
};

/// The files that the runner made.
#[derive(Clone, Copy, Debug, Default)]
pub struct RunnerFiles;

impl CommandFiles for RunnerFiles {
    fn check(&self, path: &str, decide: &Decide<'_>) -> Result<(), String> {
        let mut file = open(path)?;
        // Windows lets nobody read what another process has locked.
        file.lock_shared().map_err(|error| error.to_string())?;
        decide(&content(&mut file)?).map(drop)
    }

    fn append(&self, path: &str, decide: &Decide<'_>) -> Result<Appended, String> {
        let mut file = open(path)?;
        // Another run of ours may be between reading and writing; released when the file closes.
        file.lock().map_err(|error| error.to_string())?;
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
    options.open(path).map_err(|error| error.to_string())
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
