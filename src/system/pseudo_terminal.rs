//! Starts a program in a terminal of its own and waits for it. What it prints
//! there is read and dropped. It stays in this process's group or Job Object,
//! so that it ends with this process.

use std::io;

/// Runs `program argument` in a pseudo-terminal, on Windows a pseudo-console; its exit code.
///
/// # Errors
/// As the system says, or this system has no such thing.
pub fn in_pseudo_terminal(program: &str, argument: &str) -> io::Result<i32> {
    os::in_pseudo_terminal(program, argument)
}

/// Runs `program argument` in a new console window; its exit code.
///
/// # Errors
/// As the system says, or this system has no such thing.
pub fn in_console_host(program: &str, argument: &str) -> io::Result<i32> {
    os::in_console_host(program, argument)
}

/// Reads to the end on a thread of its own, so that the writer never waits.
pub(crate) fn drop_output(mut output: impl io::Read + Send + 'static) {
    std::thread::spawn(move || {
        let mut chunk = [0; 4096];
        while matches!(output.read(&mut chunk), Ok(1..)) {}
    });
}

#[cfg(unix)]
mod os {
    use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
    use std::{
        ffi::OsStr,
        fs::{File, OpenOptions},
        io,
        os::unix::{ffi::OsStrExt, fs::OpenOptionsExt},
        process::Command,
    };

    pub fn in_pseudo_terminal(program: &str, argument: &str) -> io::Result<i32> {
        let controller = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY)?;
        grantpt(&controller)?;
        unlockpt(&controller)?;
        let name = ptsname(&controller, Vec::new())?;
        let no_controlling_terminal = i32::from_ne_bytes(OpenptFlags::NOCTTY.bits().to_ne_bytes());
        let terminal = OpenOptions::new()
            .read(true)
            .write(true)
            .custom_flags(no_controlling_terminal)
            .open(OsStr::from_bytes(name.to_bytes()))?;
        super::drop_output(File::from(controller));
        let status = Command::new(program)
            .arg(argument)
            .stdin(terminal.try_clone()?)
            .stdout(terminal.try_clone()?)
            .stderr(terminal)
            .status()?;
        Ok(status.code().unwrap_or(-1))
    }

    pub fn in_console_host(_: &str, _: &str) -> io::Result<i32> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

#[cfg(windows)]
use crate::system::pseudo_console as os;
