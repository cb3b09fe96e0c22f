//! The drives of this machine, and how fast they take small files.

use std::{io, time::Duration};

/// A drive, or a file system that is mounted somewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drive {
    /// `D:\`, or `/home`.
    pub mount: String,
    /// `NTFS`, `ext4`; empty where it is not known.
    pub file_system: String,
    /// For this user.
    pub free_bytes: u64,
    /// Where the directory really lies, if a link, a junction or a short name leads there.
    pub leads_to: Option<String>,
}

impl Drive {
    /// Whether its file system is one that another machine serves.
    #[must_use]
    pub fn is_remote(&self) -> bool {
        const REMOTE: [&str; 13] = [
            "nfs",
            "nfs4",
            "cifs",
            "smb",
            "smb2",
            "smb3",
            "smbfs",
            "afpfs",
            "afs",
            "ceph",
            "9p",
            "fuse.sshfs",
            "fuse.rclone",
        ];
        REMOTE.contains(&self.file_system.to_lowercase().as_str())
    }
}

/// Small files that were written and removed, one after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Burst {
    /// How many.
    pub files: u32,
    /// In which time.
    pub duration: Duration,
}

impl Burst {
    /// Rounded down; 0 where nothing was measured.
    #[must_use]
    pub fn files_per_second(self) -> u64 {
        let micros = u64::try_from(self.duration.as_micros()).unwrap_or(u64::MAX);
        u64::from(self.files).saturating_mul(1_000_000).checked_div(micros).unwrap_or(0)
    }
}

/// What a file system has left, and what it lets be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// For this user.
    pub free_bytes: u64,
    /// Files that can still be made; `None` where the file system has no such limit.
    pub free_files: Option<u64>,
    /// Whether programs on it can be started.
    pub runs_programs: bool,
}

/// The drives of this machine.
pub trait Disks {
    /// The drive that a directory lies on, or the nearest one above it that is there.
    fn drive_of(&self, path: &str) -> Option<Drive>;

    /// What is left where a directory lies, or the nearest one above it that is there; `None` on Windows.
    fn room(&self, _path: &str) -> Option<Room> {
        None
    }

    /// Writes and removes small files in a directory of its own there, for so long.
    ///
    /// # Errors
    /// As the system says; nothing stays.
    fn burst(&self, dir: &str, limit: Duration) -> io::Result<Burst>;
}
