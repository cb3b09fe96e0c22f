//! What a started program does between fork and exec on Linux: it is bound to this process, and becomes exactly the
//! file that was named.
#![allow(unsafe_code, reason = "what runs between fork and exec has no safe binding")]

use crate::ports::Invocation;
use rustix::process::{Signal, getpid, getppid, set_parent_process_death_signal};
use std::{
    ffi::{CString, c_char},
    io,
    os::unix::process::CommandExt,
    process::Command,
    ptr,
};

/// The system ends the command where the thread that started it, which waits for it, ends: when we are killed.
///
/// The standard library then ends with `execvp`, which hands a file that is no program of this machine to `sh`, as
/// if it were a script. So a program that is named by its path is executed here instead.
///
/// # Errors
/// A word or a variable holds a NUL.
pub(crate) fn prepare(command: &mut Command, invocation: &Invocation<'_>) -> io::Result<()> {
    let parent = getpid();
    let image = Image::of(invocation)?;
    let before_exec = move || {
        set_parent_process_death_signal(Some(Signal::KILL))?;
        // We may have been killed before that call.
        if getppid() != Some(parent) {
            return Err(io::ErrorKind::Interrupted.into());
        }
        image.as_ref().map_or(Ok(()), |image| Err(image.execute()))
    };
    // SAFETY: it makes system calls and allocates nothing.
    unsafe { command.pre_exec(before_exec) };
    Ok(())
}

/// A program that is named by its path, as `execve` takes it.
struct Image {
    program: CString,
    words: Pointers,
    block: Pointers,
}

impl Image {
    fn of(invocation: &Invocation<'_>) -> io::Result<Option<Self>> {
        let Some(program) = invocation.argv.first().filter(|program| program.contains('/')) else { return Ok(None) };
        let words = invocation.argv.iter().map(|word| CString::new(word.as_str()));
        let block = invocation.env.iter().map(|(name, value)| CString::new(format!("{name}={value}")));
        Ok(Some(Self {
            program: CString::new(program.as_str())?,
            words: Pointers::to(words.collect::<Result<_, _>>()?),
            block: Pointers::to(block.collect::<Result<_, _>>()?),
        }))
    }

    /// Returns only where it failed, with why.
    fn execute(&self) -> io::Error {
        // SAFETY: both lists end with a null pointer, and what they point to lives as long as `self`.
        unsafe { libc::execve(self.program.as_ptr(), self.words.list.as_ptr(), self.block.list.as_ptr()) };
        io::Error::last_os_error()
    }
}

/// A list for C, with what it points to.
struct Pointers {
    list: Vec<*const c_char>,
    _texts: Vec<CString>,
}

// SAFETY: nothing that it points to ever changes or moves: a `CString` holds its text apart.
unsafe impl Send for Pointers {}
// SAFETY: as above.
unsafe impl Sync for Pointers {}

impl Pointers {
    fn to(texts: Vec<CString>) -> Self {
        let list = texts.iter().map(|text| text.as_ptr()).chain([ptr::null()]).collect();
        Self { list, _texts: texts }
    }
}
