//! `man`.

use crate::cli::values::titled;

const EXAMPLES: &str = "  # Read the page of the program itself
  goenv-ci man | man -l -
  # A page for each command, where man finds them
  goenv-ci man ~/.local/share/man/man1";

/// `man`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = titled("Examples", EXAMPLES))]
pub struct ManArgs {
    /// Write goenv-ci.1, goenv-ci-plan.1 and the others to this directory [default: the program's own page alone, to
    /// standard output]
    #[arg(value_name = "DIR", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    pub dir: Option<String>,
}
