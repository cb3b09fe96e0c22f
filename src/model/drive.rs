//! The drives on which what Go writes can lie, as they are here and now.

use std::time::Duration;

/// A folder that decides where bytes go, and the drive it lies on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// What it is for.
    pub role: Role,
    /// The variable that names it, or a word for it.
    pub name: String,
    /// Absolute, as it was given.
    pub path: String,
    /// `None` where the system does not tell: a network share, for example.
    pub drive: Option<Drive>,
    /// The short write burst, if it was asked for and done.
    pub burst: Option<Burst>,
    /// Why there is no burst although it was asked for.
    pub no_burst: Option<String>,
}

/// What a folder is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// RUNNER_TEMP, where GOCACHE goes.
    Temp,
    /// RUNNER_WORKSPACE, where GOPATH goes.
    Workspace,
    /// The user's own folder, where Go's defaults lie.
    Profile,
}

impl Role {
    /// The word on the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Temp => "temp",
            Self::Workspace => "workspace",
            Self::Profile => "profile",
        }
    }
}

/// A drive, or a file system that is mounted somewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drive {
    /// `D:\`, or `/home`.
    pub mount: String,
    /// `NTFS`, `ext4`; empty where it is not known.
    pub file_system: String,
    /// For this user.
    pub free_bytes: u64,
    /// Where the folder really lies, if a link, a junction or a short name leads there.
    pub leads_to: Option<String>,
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

/// The places of one machine, and what follows from them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Drives {
    /// Temp, workspace, profile, as far as they are set.
    pub places: Vec<Place>,
    /// A sentence each, with the figures that were found.
    pub advice: Vec<String>,
}
