//! The words that arguments take.

use crate::{
    plan::shard::{MOST_SHARDS, NotAShard, Shard},
    report::shells::ShellKind,
};
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

/// `report compare --fail-on`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FailOnChange {
    /// New failures, and new errors.
    Fail,
    /// Any change.
    Drift,
    /// Nothing.
    Never,
}

/// `report publish --fail-on`, empty for the default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FailOnWord(pub FailOnChange);

impl std::str::FromStr for FailOnWord {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "" | "fail" => Ok(Self(FailOnChange::Fail)),
            "drift" => Ok(Self(FailOnChange::Drift)),
            "never" => Ok(Self(FailOnChange::Never)),
            _ => Err("it must be `fail`, `drift` or `never`".to_owned()),
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

/// `verify --shard`, empty for all cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShardWord(pub Option<Shard>);

impl std::str::FromStr for ShardWord {
    type Err = NotAShard;
    fn from_str(text: &str) -> Result<Self, NotAShard> {
        if text.trim().is_empty() { Ok(Self(None)) } else { text.parse().map(|shard| Self(Some(shard))) }
    }
}

/// `plan --shards`, empty for the default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShardCount(pub Option<usize>);

impl std::str::FromStr for ShardCount {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        if text.trim().is_empty() {
            return Ok(Self(None));
        }
        let number = text.trim().parse().ok().filter(|number| (1..=MOST_SHARDS).contains(number));
        number.map(|number| Self(Some(number))).ok_or_else(|| format!("it must be a number from 1 to {MOST_SHARDS}"))
    }
}

/// A word of `verify --shells`, empty for the default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShellWord {
    /// Nothing was said.
    Default,
    /// Those of the platform.
    All,
    /// Not one.
    None,
    /// This one, beside the direct start.
    One(ShellKind),
}

impl std::str::FromStr for ShellWord {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        match text.trim() {
            "" => Ok(Self::Default),
            "all" => Ok(Self::All),
            "none" => Ok(Self::None),
            id => ShellKind::named(id).map(Self::One).ok_or_else(|| {
                "it must be `all`, `none` or shells: `sh`, `bash`, `cmd`, `powershell`, `pwsh`, `pseudo-terminal`, \
                 `pseudo-console`, `console-host`"
                    .to_owned()
            }),
        }
    }
}
