//! The drives on which what Go writes can lie, as they are here and now.

use crate::ports::disks::{Burst, Drive};

/// A directory that decides where bytes go, and the drive it lies on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirectoryOnDrive {
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

/// What a directory is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Where GOCACHE goes: RUNNER_TEMP, without a runner the user's cache directory.
    Temp,
    /// Where GOPATH goes: RUNNER_WORKSPACE, without a runner the home directory.
    Workspace,
    /// On a runner, the user's own directory, where Go's defaults lie.
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

/// The places of one machine, and what follows from them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Drives {
    /// Temp, workspace, profile, as far as they are set.
    pub places: Vec<DirectoryOnDrive>,
    /// A sentence each, with the figures that were found.
    pub advice: Vec<String>,
}
