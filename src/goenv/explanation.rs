//! Where a value comes from: for one Go version each variable with the source
//! that wins and all that it shadows.

use crate::goenv::version::GoVersion;
use schemars::JsonSchema;
use serde::{Serialize, Serializer};

/// A place that can give a variable its value. Of those that Go itself reads the strongest comes
/// first; the upstream ones fill the environment of the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Layer {
    /// The environment of the process.
    Environment,
    /// What `go env -w` writes.
    GoenvFile,
    /// `go.env` in the GOROOT.
    GorootGoEnv,
    /// Derived by Go from other values, from files or from the machine.
    Computed,
    /// Built into Go.
    Default,
    /// Upstream: a workflow: the `env:` of itself, a job or a step, or what the script of a step sets.
    Workflow,
    /// Upstream: a line that an earlier step wrote to GITHUB_ENV.
    GithubEnv,
    /// Upstream: `HKCU\Environment`.
    UserRegistry,
    /// Upstream: the machine's scope in the registry.
    MachineRegistry,
    /// Upstream: a shim of a version manager, or a script, that PATH has under the name `go`.
    Shim,
    /// Upstream: a profile of a shell.
    ShellProfile,
    /// Upstream: `.envrc` of direnv.
    Envrc,
    /// Upstream: a file of mise.
    Mise,
    /// Upstream: settings of VS Code.
    VsCode,
    /// Upstream: none that can be read; whoever started the process set it.
    Process,
}

impl Layer {
    /// The word on the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Environment => "environment",
            Self::GoenvFile => "goenv-file",
            Self::GorootGoEnv => "goroot-go-env",
            Self::Computed => "computed",
            Self::Default => "default",
            Self::Workflow => "workflow",
            Self::GithubEnv => "github-env",
            Self::UserRegistry => "user-registry",
            Self::MachineRegistry => "machine-registry",
            Self::Shim => "shim",
            Self::ShellProfile => "shell-profile",
            Self::Envrc => "envrc",
            Self::Mise => "mise",
            Self::VsCode => "vscode",
            Self::Process => "process",
        }
    }
}

impl Serialize for Layer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// One value in one place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "HeldV1")]
pub struct SourcedValue {
    /// The place: `environment`, `goenv-file`, `goroot-go-env`, `computed`, `default`, `workflow`, `github-env`,
    /// `user-registry`, `machine-registry`, `shim`, `shell-profile`, `envrc`, `mise`, `vscode`, `process`.
    #[schemars(with = "String")]
    pub source: Layer,
    /// What it holds, as it is there; in an answer secrets are masked.
    pub value: String,
    /// `file:line`, a registry key; absent where the place says it all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
}

/// One variable of one Go version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "VariableV1")]
pub struct Explained {
    /// `GOBIN`.
    pub name: String,
    /// What `go env NAME` prints; null where only Go can tell.
    pub value: Option<String>,
    /// The place that wins: `environment`, `goenv-file`, `goroot-go-env`, `computed` or `default`.
    #[schemars(with = "String")]
    pub source: Layer,
    /// Where exactly: `file:line`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// How it was derived, or what Go makes of it, in one sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
    /// Where the environment's own value seems to come from, or which step of a workflow called `go env -w`; absent
    /// unless `source` is the environment or the file of `go env -w`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin: Option<SourcedValue>,
    /// All other places that hold a value, the strongest first.
    pub shadowed: Vec<SourcedValue>,
    /// What the real `go env` printed, where it differs from `value`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub go_says: Option<String>,
    /// Whether a reader should see it although it was not asked for: a PATH that lacks GOBIN.
    #[serde(skip)]
    pub is_unusual: bool,
}

/// A file that may say something of Go's variables and was not read: what is said of them may be incomplete.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "UnreadV1")]
pub struct UnreadSource {
    /// Its path.
    pub file: String,
    /// Why, as a clause: it is a FIFO, it is too large, the user may not read it.
    pub why: String,
    /// Whether Go reads it too, and may never come to an end or run out of memory.
    #[serde(skip)]
    pub keeps_go_busy: bool,
}

/// Which toolchain answers when this one is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Chosen {
    /// This one.
    This,
    /// Another one.
    Other {
        /// As in `go1.24.1`.
        name: String,
        /// Its GOROOT; `None` where Go would first have to fetch it.
        goroot: Option<String>,
        /// Who says so.
        because: String,
    },
    /// None: Go stops with this.
    Refused(String),
}

/// All variables of one Go version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "ExplanationV1")]
pub struct Explanation {
    /// The version whose rules apply: `1.22.10`.
    #[schemars(with = "String")]
    pub go: GoVersion,
    /// Its GOROOT by Go's own search; null where no toolchain of this version is here.
    pub goroot: Option<String>,
    /// In alphabetical order; in an answer those that differ from what Go says come first.
    pub variables: Vec<Explained>,
    /// What somebody should know, a sentence each: files that cannot be read, lines that Go ignores.
    pub notes: Vec<String>,
    /// Files that may set a variable and were not read; absent where all were.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unread: Vec<UnreadSource>,
    /// Where a settings file holds a value that is too long to ask Go about.
    #[serde(skip)]
    pub overlong: Option<String>,
    /// Which toolchain answers.
    #[serde(skip)]
    pub chosen: Chosen,
    /// What puts entries in front of PATH; in an answer they are with PATH.
    #[serde(skip)]
    pub path_places: Box<[SourcedValue]>,
}

impl Explanation {
    /// A variable by its name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Explained> {
        self.variables.iter().find(|variable| variable.name == name)
    }

    /// What `go env NAME` prints; empty where the variable is not known.
    #[must_use]
    pub fn value(&self, name: &str) -> &str {
        self.get(name).and_then(|variable| variable.value.as_deref()).unwrap_or_default()
    }
}
