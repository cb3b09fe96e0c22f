//! Where a value comes from: for one Go version each variable with the source
//! that wins and all that it shadows.

use crate::goenv::version::GoVersion;

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
    /// Upstream: the `env:` of a workflow, a job or a step.
    Workflow,
    /// Upstream: a line that an earlier step wrote to GITHUB_ENV.
    GithubEnv,
    /// Upstream: `HKCU\Environment`.
    UserRegistry,
    /// Upstream: the machine's scope in the registry.
    MachineRegistry,
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
            Self::ShellProfile => "shell-profile",
            Self::Envrc => "envrc",
            Self::Mise => "mise",
            Self::VsCode => "vscode",
            Self::Process => "process",
        }
    }
}

/// One value in one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourcedValue {
    /// Which place.
    pub source: Layer,
    /// What it holds, as it is there; secrets are masked when it is shown.
    pub value: String,
    /// Where exactly: `file:line`, a registry key; `None` where the name says it all.
    pub at: Option<String>,
}

/// One variable of one Go version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explained {
    /// For example `GOBIN`.
    pub name: String,
    /// What `go env NAME` prints; `None` where only Go itself can tell.
    pub value: Option<String>,
    /// The place that wins.
    pub source: Layer,
    /// Where exactly.
    pub at: Option<String>,
    /// How it was derived, or what Go makes of it, in one sentence.
    pub because: Option<String>,
    /// Where the environment's own value seems to come from; `None` unless `source` is the environment.
    pub origin: Option<SourcedValue>,
    /// All other places that hold a value, the strongest first.
    pub shadowed: Vec<SourcedValue>,
    /// What the real `go env` printed, where it differs from `value`.
    pub go_says: Option<String>,
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The version whose rules apply.
    pub go: GoVersion,
    /// Its GOROOT by Go's own search; `None` where no toolchain of this version is there.
    pub goroot: Option<String>,
    /// In alphabetical order.
    pub variables: Vec<Explained>,
    /// Which toolchain answers.
    pub chosen: Chosen,
    /// What somebody should know, a sentence each: files that cannot be read, lines that Go ignores.
    pub notes: Vec<String>,
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
