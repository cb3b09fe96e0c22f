//! What a program sees that a shell starts: which `go` a bare name means, the
//! three variables, and PATH. How a shell is started is `verify`'s business.

use crate::{
    goenv::variable::GoVar,
    platform::{Platform, env::EnvBlock},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A way in which a step's programs are started.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ShellKind {
    /// By the system's own call, without a shell: what all others are held against.
    Direct,
    /// `sh`.
    Sh,
    /// `bash`; on Windows the one of Git.
    Bash,
    /// `cmd /c`.
    Cmd,
    /// Windows PowerShell 5.1, `powershell`.
    WindowsPowershell,
    /// PowerShell 7, `pwsh`.
    Pwsh,
    /// A pseudo-terminal.
    PseudoTerminal,
    /// The pseudo-console in which Windows Terminal starts programs (ConPTY).
    PseudoConsole,
    /// A new window of the plain console host.
    ConsoleHost,
}

impl ShellKind {
    /// By its id, whatever the platform.
    #[must_use]
    pub fn named(id: &str) -> Option<Self> {
        let platforms = [Platform::Windows, Platform::Linux];
        platforms.into_iter().flat_map(Self::of).copied().find(|kind| kind.id() == id)
    }

    /// Those of a platform, in the order in which they are shown; the direct start is first.
    #[must_use]
    pub fn of(platform: Platform) -> &'static [Self] {
        use ShellKind::{Bash, Cmd, ConsoleHost, Direct, PseudoConsole, PseudoTerminal, Pwsh, Sh, WindowsPowershell};
        match platform {
            Platform::Windows => &[Direct, Cmd, WindowsPowershell, Pwsh, Bash, PseudoConsole, ConsoleHost],
            Platform::Linux | Platform::Macos => &[Direct, Sh, Bash, Pwsh, PseudoTerminal],
        }
    }

    /// On the wire and in a probe's id.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Direct => "direct",
            Self::Sh => "sh",
            Self::Bash => "bash",
            Self::Cmd => "cmd",
            Self::WindowsPowershell => "powershell",
            Self::Pwsh => "pwsh",
            Self::PseudoTerminal => "pseudo-terminal",
            Self::PseudoConsole => "pseudo-console",
            Self::ConsoleHost => "console-host",
        }
    }

    /// In a sentence.
    #[must_use]
    pub fn title(self, platform: Platform) -> &'static str {
        match self {
            Self::Direct => "the system's own call",
            Self::Sh => "`sh`",
            Self::Bash if platform == Platform::Windows => "Git Bash",
            Self::Bash => "`bash`",
            Self::Cmd => "`cmd`",
            Self::WindowsPowershell => "Windows PowerShell",
            Self::Pwsh => "PowerShell 7",
            Self::PseudoTerminal => "a pseudo-terminal",
            Self::PseudoConsole => "a pseudo-console",
            Self::ConsoleHost => "the console host",
        }
    }
}

/// One of the things that are looked at through a shell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Aspect {
    /// The file that a bare `go` means.
    Go,
    /// The value of a variable.
    Variable(GoVar),
    /// The entries of PATH and their order.
    Path,
}

impl Aspect {
    /// All, in the order in which they are shown.
    pub const ALL: [Self; 5] = [
        Self::Go,
        Self::Variable(GoVar::Gocache),
        Self::Variable(GoVar::Gopath),
        Self::Variable(GoVar::Gobin),
        Self::Path,
    ];

    /// As a head of a column: `go`, `GOCACHE`, `PATH`.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Go => "go",
            Self::Variable(variable) => variable.name(),
            Self::Path => "PATH",
        }
    }

    /// The variable that a `fail` blames.
    #[must_use]
    pub fn variable(self) -> &'static str {
        match self {
            Self::Go | Self::Path => "PATH",
            Self::Variable(variable) => variable.name(),
        }
    }
}

/// A shell and what is looked at through it: one cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShellCell {
    /// The shell.
    pub shell: ShellKind,
    /// What is looked at.
    pub aspect: Aspect,
}

impl ShellCell {
    /// All cells of a platform, shell by shell.
    #[must_use]
    pub fn of(platform: Platform) -> Vec<Self> {
        let shells = ShellKind::of(platform).iter();
        shells.flat_map(|shell| Aspect::ALL.map(|aspect| Self { shell: *shell, aspect })).collect()
    }

    /// `shells/bash-sees-gobin`.
    #[must_use]
    pub fn id(self) -> String {
        format!("shells/{}-sees-{}", self.shell.id(), self.aspect.title().to_lowercase())
    }

    /// The behaviour, in one sentence.
    #[must_use]
    pub fn why(self, platform: Platform) -> String {
        let shell = self.shell.title(platform);
        match (self.shell, self.aspect) {
            (ShellKind::Direct, Aspect::Variable(variable)) => {
                format!("a program started by {shell} holds the {} that apply wrote", variable.name())
            }
            (ShellKind::Direct, Aspect::Go) => format!("a program started by {shell} finds the `go` that PATH gives"),
            (ShellKind::Direct, Aspect::Path) => format!("a program started by {shell} gets PATH as it is here"),
            (_, Aspect::Variable(variable)) => {
                format!("a program started through {shell} holds the same {} as without it", variable.name())
            }
            (_, Aspect::Go) => format!("a program started through {shell} finds the same `go` as without it"),
            (_, Aspect::Path) => {
                format!("a program started through {shell} gets every folder of PATH, in the same order")
            }
        }
    }
}

/// What one process sees. An empty variable is unset for Go, and null here.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "SightV1")]
pub struct Sight {
    /// The file that a bare `go` means.
    #[serde(default)]
    pub go: Option<String>,
    /// GOCACHE as the environment holds it.
    #[serde(default)]
    pub gocache: Option<String>,
    /// GOPATH as the environment holds it.
    #[serde(default)]
    pub gopath: Option<String>,
    /// GOBIN as the environment holds it.
    #[serde(default)]
    pub gobin: Option<String>,
    /// The entries of PATH in order, empty ones left out.
    #[serde(default)]
    pub path: Vec<String>,
}

impl Sight {
    /// Of an environment, and the `go` that it finds.
    #[must_use]
    pub fn of(env: &EnvBlock, go: Option<String>) -> Self {
        let held = |variable: GoVar| env.get_filled(variable.name()).map(str::to_owned);
        Self {
            go,
            gocache: held(GoVar::Gocache),
            gopath: held(GoVar::Gopath),
            gobin: held(GoVar::Gobin),
            path: env.path_entries().into_iter().map(str::to_owned).collect(),
        }
    }

    /// The value of a variable.
    #[must_use]
    pub fn value(&self, variable: GoVar) -> Option<&str> {
        match variable {
            GoVar::Gocache => self.gocache.as_deref(),
            GoVar::Gopath => self.gopath.as_deref(),
            GoVar::Gobin => self.gobin.as_deref(),
        }
    }
}

/// What a program writes down that a shell has started.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Observation {
    /// What it sees.
    pub sight: Sight,
    /// What the shell itself says of `go`, in its own words; `None` where it was not asked.
    pub lookup: Option<String>,
    /// Names that its environment holds in more than one spelling.
    pub doubled: Vec<String>,
}

/// A shell in the report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShellView {
    /// Which.
    pub shell: ShellKind,
    /// The file that was started; `None` where there is none.
    pub program: Option<String>,
    /// What was seen through it; `None` where nothing was.
    pub sees: Option<Sight>,
    /// What is seen otherwise than it must be.
    pub differs: Vec<Aspect>,
    /// Entries that it puts into PATH, which hide nothing of Go's.
    pub added: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cell_has_an_id_of_its_own_that_names_shell_and_variable() {
        for platform in [Platform::Windows, Platform::Linux] {
            let mut ids: Vec<String> = ShellCell::of(platform).into_iter().map(ShellCell::id).collect();
            let all = ids.len();
            ids.sort();
            ids.dedup();
            assert_eq!((ids.len(), all), (all, ShellKind::of(platform).len() * 5));
        }
        let cell = ShellCell { shell: ShellKind::Pwsh, aspect: Aspect::Variable(GoVar::Gopath) };
        assert_eq!((cell.id().as_str(), cell.aspect.variable()), ("shells/pwsh-sees-gopath", "GOPATH"));
    }
}
