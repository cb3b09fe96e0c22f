//! The words that arguments take.

use clap::ValueEnum;

/// `observe --in`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum TerminalName {
    /// ConPTY on Windows.
    PseudoTerminal,
    /// A new console window; Windows only.
    ConsoleHost,
}

/// When colours are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ColorWhen {
    /// On a terminal and on a runner, unless NO_COLOR is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// `plan --format`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum PlanFormat {
    /// For a person.
    Human,
    /// For a program.
    Json,
    /// One line for fromJSON.
    GithubMatrix,
    /// NAME=VALUE lines.
    Env,
}

/// `--format` of the other commands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DataFormat {
    /// For a person.
    Human,
    /// For a program.
    Json,
}

/// `apply --shell`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ShellName {
    /// bash and zsh.
    Bash,
    /// PowerShell.
    #[value(alias = "powershell")]
    Pwsh,
    /// A batch file.
    Cmd,
    /// fish.
    Fish,
}

/// A switch that a variable can hold too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Toggle {
    /// Nothing was said.
    Default,
    /// `true`.
    On,
    /// `false`.
    Off,
}

impl std::str::FromStr for Toggle {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        match text.to_ascii_lowercase().as_str() {
            "" => Ok(Self::Default),
            "true" => Ok(Self::On),
            "false" => Ok(Self::Off),
            _ => Err("it must be `true` or `false`".to_owned()),
        }
    }
}

/// `--fail-on`, empty for the default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailOnName {
    /// A `fail` or an `error` decides the exit code.
    Fail,
    /// It does not.
    Never,
}

impl std::str::FromStr for FailOnName {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "" | "fail" => Ok(Self::Fail),
            "never" => Ok(Self::Never),
            _ => Err("it must be `fail` or `never`".to_owned()),
        }
    }
}

/// `doctor --fail-on`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FailOnSeverity {
    /// Errors alone.
    Error,
    /// Errors and warnings.
    Warning,
    /// Every finding.
    Note,
    /// None.
    Never,
}
