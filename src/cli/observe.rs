//! `observe`, which `verify` starts through each shell; the help does not show it.

use clap::ValueEnum;

/// `observe`.
#[derive(Debug, clap::Args)]
pub struct ObserveArgs {
    /// Open a terminal of this kind, and observe in it [default: none]
    #[arg(long = "in", value_name = "TERMINAL")]
    pub terminal: Option<TerminalName>,
}

/// `--in`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum TerminalName {
    /// A pseudo-terminal; ConPTY on Windows.
    PseudoTerminal,
    /// A new console window; Windows only.
    ConsoleHost,
}
