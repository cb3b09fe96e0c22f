//! Reading files that somebody else wrote: regular ones only, and no more of them than a limit for each kind. A file
//! that is not read is a value that says why, so that each command can name it and say what it does not know.

use crate::output::trouble;
use std::{fmt, io};

/// What a file is read for, which says how large it may be. Each limit is many times what is found in practice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadLimit {
    /// What a person or a small program writes: go/env, go.env, VERSION, profiles, .envrc, mise.toml, settings.json,
    /// workflows.
    Settings,
    /// go.mod and go.work.
    Module,
    /// The environment of a process. Linux itself allows 6 MiB.
    Environment,
    /// The authorities that SSL_CERT_FILE and SSL_CERT_DIR name; those of a system have a quarter of a MiB.
    Certificates,
    /// Probes and claims; what one step leaves for a later one.
    Definitions,
    /// The event of a workflow run. GitHub allows 25 MB.
    Event,
    /// A program, and what goenv-ci itself has kept.
    Program,
    /// A toolchain as a zip file; a module may have 500 MB.
    Archive,
}

impl ReadLimit {
    /// In bytes.
    #[must_use]
    pub fn bytes(self) -> u64 {
        match self {
            Self::Settings => 1 << 20,
            Self::Module => 4 << 20,
            Self::Environment => 8 << 20,
            Self::Certificates | Self::Definitions => 16 << 20,
            Self::Event => 32 << 20,
            Self::Program => 256 << 20,
            Self::Archive => 512 << 20,
        }
    }
}

/// What stands where a regular file was looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Irregular {
    /// A directory.
    Directory,
    /// A FIFO or a named pipe.
    Fifo,
    /// A socket.
    Socket,
    /// A terminal, or what makes one: `/dev/tty`, `/dev/ptmx`, `CON`.
    Terminal,
    /// Another device.
    Device,
}

impl Irregular {
    /// Whether whoever reads it may wait for ever, or never come to an end.
    #[must_use]
    pub fn is_endless(self) -> bool {
        matches!(self, Self::Fifo | Self::Terminal | Self::Device)
    }
}

impl fmt::Display for Irregular {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Directory => "a directory",
            Self::Fifo => "a FIFO",
            Self::Socket => "a socket",
            Self::Terminal => "a terminal",
            Self::Device => "a device",
        })
    }
}

/// Why a file was not read; as text it is a clause.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnreadFile {
    /// Nothing is there.
    #[error("there is no such file")]
    Absent,
    /// Something else is there; nothing was read from it.
    #[error("it is {0}, and only regular files are read")]
    Irregular(Irregular),
    /// It is larger than its kind may be.
    #[error("{}", too_large(*bytes, *most))]
    TooLarge {
        /// By the system's account; `None` where that is wrong, as below `/proc`.
        bytes: Option<u64>,
        /// The limit.
        most: u64,
    },
    /// It gives something only when there is something to tell, as `/proc/kmsg` does.
    #[error("whoever reads it has to wait, and what has to be waited for is not read")]
    Waits,
    /// The user may not read it.
    #[error("{0}")]
    NotPermitted(String),
    /// As the system says.
    #[error("{0}")]
    Failed(String),
}

fn too_large(bytes: Option<u64>, most: u64) -> String {
    match bytes {
        Some(bytes) => format!("it has {bytes} bytes, and at most {most} are read"),
        None => format!("it has more than {most} bytes, which is the most that is read"),
    }
}

impl UnreadFile {
    /// Whether whoever reads it all may never come to its end.
    #[must_use]
    pub fn is_endless(&self) -> bool {
        match self {
            Self::Irregular(what) => what.is_endless(),
            Self::Waits => true,
            _ => false,
        }
    }
}

impl From<io::Error> for UnreadFile {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            // Somewhere above a file stands where a directory is looked for.
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Self::Absent,
            io::ErrorKind::PermissionDenied => Self::NotPermitted(trouble::system(&error)),
            io::ErrorKind::WouldBlock => Self::Waits,
            _ => Self::Failed(trouble::system(&error)),
        }
    }
}

impl From<UnreadFile> for io::Error {
    fn from(why: UnreadFile) -> Self {
        let kind = match &why {
            UnreadFile::Absent => io::ErrorKind::NotFound,
            UnreadFile::NotPermitted(_) => io::ErrorKind::PermissionDenied,
            UnreadFile::TooLarge { .. } => io::ErrorKind::FileTooLarge,
            UnreadFile::Waits => io::ErrorKind::WouldBlock,
            UnreadFile::Irregular(_) | UnreadFile::Failed(_) => io::ErrorKind::Other,
        };
        Self::new(kind, why)
    }
}
