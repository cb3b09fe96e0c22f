//! `completions`.

use crate::cli::values::titled;
use clap::ValueEnum;

const EXAMPLES: &str = "  # bash, in ~/.bashrc; zsh likewise, behind compinit
  source <(goenv-ci completions bash)
  # fish, for good
  goenv-ci completions fish > ~/.config/fish/completions/goenv-ci.fish
  # PowerShell, in $PROFILE
  goenv-ci completions powershell | Out-String | Invoke-Expression
  # elvish, in rc.elv
  eval (goenv-ci completions elvish | slurp)
  # Nushell, anew with each version; then `use goenv-ci.nu *` in config.nu
  goenv-ci completions nushell | save --force goenv-ci.nu";

/// `completions`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = titled("Examples", EXAMPLES))]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_name = "SHELL")]
    pub shell: CompletedShell,
}

/// The shells that completions are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CompletedShell {
    /// bash 3.2 and newer.
    Bash,
    /// zsh.
    Zsh,
    /// fish.
    Fish,
    /// Windows PowerShell and PowerShell 7.
    #[value(alias = "pwsh")]
    Powershell,
    /// elvish.
    Elvish,
    /// Nushell.
    #[value(alias = "nu")]
    Nushell,
}
