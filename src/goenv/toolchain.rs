//! Go installations, and which of those that were asked for are missing.

use crate::goenv::version::{GoRequest, GoVersion};
use serde::{Deserialize, Serialize};

/// Where a toolchain was found; the order is that of the search.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ToolchainSource {
    /// `--go-root DIR`.
    GoRoot,
    /// `RUNNER_TOOL_CACHE/go/1.21.13/x64` with its `x64.complete`.
    ToolCache,
    /// `GOROOT_1_21_X64` and its like.
    GorootVariable,
    /// The `go` on PATH, whose own version is the wanted one.
    Path,
    /// `GOMODCACHE/golang.org/toolchain@v0.0.1-go1.21.13.linux-amd64`.
    ModuleCache,
}

impl ToolchainSource {
    /// As in report.json and in messages.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::GoRoot => "go-root",
            Self::ToolCache => "tool-cache",
            Self::GorootVariable => "goroot-variable",
            Self::Path => "path",
            Self::ModuleCache => "module-cache",
        }
    }
}

/// One Go installation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Toolchain {
    /// What its VERSION file says.
    pub version: GoVersion,
    /// Absolute directory that holds `bin/go`.
    pub goroot: String,
    /// How it was found.
    pub source: ToolchainSource,
}

/// A wanted version that is nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingToolchain {
    /// What was asked for.
    pub request: GoRequest,
    /// Every place that was looked at, each with what was found there.
    pub looked_at: Vec<String>,
}
