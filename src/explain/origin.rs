//! Why a file lies where it lies: the variable that put it there, and which
//! part of its path means what.

use crate::goenv::{explanation::SourcedValue, version::GoVersion};

/// What Go puts at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deposit {
    /// What `go install` makes.
    Program,
    /// A file of the build cache.
    BuildCache,
    /// A module, unpacked.
    Module,
    /// A module as it was downloaded: `.info`, `.mod`, `.zip` and their like.
    ModuleDownload,
    /// What the checksum database said.
    ChecksumDatabase,
    /// A clone of a repository.
    VersionControl,
    /// A file of the toolchain itself.
    Toolchain,
    /// A file of a toolchain that Go fetched.
    FetchedToolchain,
    /// The file of `go env -w`.
    GoenvFile,
    /// Go's own counters.
    Telemetry,
    /// What a build works in.
    WorkFolder,
    /// Source of GOPATH mode.
    GopathSource,
    /// The very folder that a variable names.
    Folder,
}

impl Deposit {
    /// The word on the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Program => "program",
            Self::BuildCache => "build-cache",
            Self::Module => "module",
            Self::ModuleDownload => "module-download",
            Self::ChecksumDatabase => "checksum-database",
            Self::VersionControl => "version-control",
            Self::Toolchain => "toolchain",
            Self::FetchedToolchain => "fetched-toolchain",
            Self::GoenvFile => "goenv-file",
            Self::Telemetry => "telemetry",
            Self::WorkFolder => "work-folder",
            Self::GopathSource => "gopath-source",
            Self::Folder => "folder",
        }
    }
}

/// A part of the path; all of them together are the whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// As it stands in the path.
    pub text: String,
    /// What it is: `GOBIN`, `module path`, `version`.
    pub means: String,
    /// What it says, where that is spelt otherwise: `!burnt!sushi` is `BurntSushi`.
    pub decoded: Option<String>,
}

/// One value that puts a file where it lies, or would.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// `GOBIN`; the one that a person would set, so GOPATH where GOBIN is derived from it.
    pub variable: String,
    /// The value and where it stands.
    pub held: SourcedValue,
    /// Where the environment's own value seems to come from.
    pub origin: Option<SourcedValue>,
    /// What Go puts there.
    pub deposit: Deposit,
    /// From the left to the right.
    pub parts: Vec<Part>,
    /// The rule, or why it is not in force, as a sentence without a full stop.
    pub because: String,
}

/// One Go version's answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Landing {
    /// Whose rules and values.
    pub go: GoVersion,
    /// Its GOROOT; `None` where no toolchain of this version is there.
    pub goroot: Option<String>,
    /// The value in force that puts the file there; `None`: no variable does.
    pub reason: Option<Reason>,
    /// Values that would put it there and are not in force: shadowed ones, further folders of GOPATH.
    pub otherwise: Vec<Reason>,
    /// What somebody should know, a sentence each.
    pub notes: Vec<String>,
}
