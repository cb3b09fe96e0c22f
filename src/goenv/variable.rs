//! The variables that this program sets.

use serde::{Serialize, Serializer};

/// A variable that `apply` writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum GoVar {
    /// Where Go keeps what it compiled.
    Gocache,
    /// Where Go keeps what it downloaded.
    Gopath,
    /// Where `go install` puts programs.
    Gobin,
}

impl Serialize for GoVar {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl GoVar {
    /// All, in the order in which they are written and shown.
    pub const ALL: [Self; 3] = [Self::Gocache, Self::Gopath, Self::Gobin];

    /// The name in the environment.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Gocache => "GOCACHE",
            Self::Gopath => "GOPATH",
            Self::Gobin => "GOBIN",
        }
    }

    /// The flag, action input and output of the same name: `gocache`.
    #[must_use]
    pub fn input(self) -> &'static str {
        match self {
            Self::Gocache => "gocache",
            Self::Gopath => "gopath",
            Self::Gobin => "gobin",
        }
    }
}
