//! The shells in report.json, frozen like the rest of it.

use crate::report::shells::{ShellView, Sight};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A shell, or another way in which programs are started.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ShellV1 {
    /// `direct` (no shell), `sh`, `bash`, `cmd`, `powershell` (5.1), `pwsh`, `pseudo-terminal`,
    /// `pseudo-console` or `console-host`.
    pub shell: String,
    /// The file that was started; null where there is none.
    #[serde(default)]
    pub program: Option<String>,
    /// What a program sees that it starts; null where nothing was seen.
    #[serde(default)]
    pub sees: Option<SightV1>,
    /// What is seen otherwise than without the shell: `go`, `GOCACHE`, `GOPATH`, `GOBIN`, `PATH`.
    #[serde(default)]
    pub differs: Vec<String>,
    /// Entries that the shell puts into PATH, which hide nothing of Go's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub adds_to_path: Vec<String>,
}

/// What one process sees. An empty variable is unset for Go, and null here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SightV1 {
    /// The file that a bare `go` means.
    #[serde(default)]
    pub go: Option<String>,
    /// GOCACHE as the environment holds it.
    #[serde(default)]
    pub gocache: Option<String>,
    /// GOPATH likewise.
    #[serde(default)]
    pub gopath: Option<String>,
    /// GOBIN likewise.
    #[serde(default)]
    pub gobin: Option<String>,
    /// The entries of PATH in order.
    #[serde(default)]
    pub path: Vec<String>,
}

impl From<&ShellView> for ShellV1 {
    fn from(view: &ShellView) -> Self {
        let ShellView { shell, program, sees, differs, added } = view;
        Self {
            shell: shell.id().to_owned(),
            program: program.clone(),
            sees: sees.clone().map(|Sight { go, gocache, gopath, gobin, path }| SightV1 {
                go,
                gocache,
                gopath,
                gobin,
                path,
            }),
            differs: differs.iter().map(|aspect| aspect.title().to_owned()).collect(),
            adds_to_path: added.clone(),
        }
    }
}
