//! `apply`.

use crate::{
    cli::{
        layers::{ConfigArgs, Layers},
        plan::{PlanOptions, ValueArgs, VersionArgs},
        values::{DataFormat, heading, titled},
    },
    goenv::version::NotAGoVersion,
    plan::Shell,
};
use clap::ValueEnum;

const EXAMPLES: &str = "  # In a step of a workflow
  goenv-ci apply
  # Print what that would do, and change nothing
  goenv-ci apply --dry-run
  # Without a runner, in bash or zsh; in fish; in PowerShell
  eval \"$(goenv-ci apply --shell bash)\"
  goenv-ci apply --shell fish | source
  goenv-ci apply --shell pwsh | Out-String | Invoke-Expression
  # Give this shell back what it held before
  eval \"$(goenv-ci apply --shell bash --undo)\"
  # Leave GOBIN unset, for a job that installs cross-compiled programs
  goenv-ci apply --gobin none";

/// `apply`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = titled("Examples", EXAMPLES))]
pub struct ApplyArgs {
    #[command(flatten)]
    #[allow(missing_docs)]
    pub values: ValueArgs,
    #[command(flatten, next_help_heading = heading::VALUES)]
    #[allow(missing_docs)]
    pub versions: VersionArgs,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub config: ConfigArgs,
    /// Print what would be done, and do nothing
    #[arg(long, conflicts_with = "shell", help_heading = heading::OUTPUT)]
    pub dry_run: bool,
    /// Create the directories and print lines for this shell to evaluate, for use without a runner [default: none]
    #[arg(long, value_name = "SHELL", help_heading = heading::OUTPUT)]
    pub shell: Option<ShellName>,
    /// With `--shell`: print lines that give the shell back what it held before
    #[arg(long, requires = "shell", help_heading = heading::OUTPUT)]
    pub undo: bool,
    /// How to print
    #[arg(long, value_name = "FORMAT", default_value = "human", help_heading = heading::OUTPUT)]
    pub format: DataFormat,
}

/// `--shell`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ShellName {
    /// bash, zsh and other shells that read sh.
    Bash,
    /// Windows PowerShell and PowerShell 7.
    #[value(alias = "powershell")]
    Pwsh,
    /// cmd, as a batch file.
    Cmd,
    /// fish.
    Fish,
}

/// `apply`.
#[derive(Clone, Debug)]
pub struct ApplySettings {
    /// What to plan.
    pub options: PlanOptions,
    /// Print instead.
    pub dry_run: bool,
    /// Print lines for a shell instead.
    pub shell: Option<Shell>,
    /// Print the lines that take it back.
    pub undo: bool,
    /// How to print.
    pub format: DataFormat,
}

impl ApplyArgs {
    pub(crate) fn settings(self, layers: &Layers<'_>) -> Result<ApplySettings, NotAGoVersion> {
        Ok(ApplySettings {
            options: self.values.options(self.versions.chosen(layers)?, layers),
            dry_run: self.dry_run,
            shell: self.shell.map(ShellName::shell),
            undo: self.undo,
            format: self.format,
        })
    }
}

impl ShellName {
    fn shell(self) -> Shell {
        match self {
            Self::Bash => Shell::Bash,
            Self::Pwsh => Shell::Pwsh,
            Self::Cmd => Shell::Cmd,
            Self::Fish => Shell::Fish,
        }
    }
}
