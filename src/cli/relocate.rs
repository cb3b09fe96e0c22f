//! `relocate`.

use crate::{
    cli::values::{DataFormat, heading, titled},
    relocate::MovedTree,
};

const WHAT: &str = "What is moved, one of";
const HOW: &str = "How";

const EXAMPLES: &str = "  # What would happen, and what speaks against it
  goenv-ci relocate --goroot 'C:\\Go' --to 'D:\\Go' --dry-run
  # Move the toolchain; the old path leads to the new one, through a junction on Windows
  goenv-ci relocate --goroot 'C:\\Go' --to 'D:\\Go'
  # The module cache of a full home directory
  goenv-ci relocate --gomodcache ~/go/pkg/mod --to /data/gomodcache
  # Back again; also after a run that was killed
  goenv-ci relocate --gomodcache ~/go/pkg/mod --undo";

/// `relocate`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = titled("Examples", EXAMPLES))]
#[command(override_usage = "goenv-ci relocate [OPTIONS] --goroot <DIR> --to <DIR>")]
#[command(group = clap::ArgGroup::new("tree").required(true).multiple(false))]
pub struct RelocateArgs {
    /// A Go installation, as `go env GOROOT` prints it [default: none]
    #[arg(long, value_name = "DIR", group = "tree", help_heading = WHAT)]
    pub goroot: Option<String>,
    /// A GOPATH [default: none]
    #[arg(long, value_name = "DIR", group = "tree", help_heading = WHAT)]
    pub gopath: Option<String>,
    /// A module cache [default: none]
    #[arg(long, value_name = "DIR", group = "tree", help_heading = WHAT)]
    pub gomodcache: Option<String>,
    /// A build cache [default: none]
    #[arg(long, value_name = "DIR", group = "tree", help_heading = WHAT)]
    pub gocache: Option<String>,
    /// The directory that it becomes: one that is not there yet, or an empty one [default: with --undo, where it was moved to]
    #[arg(long, value_name = "DIR", required_unless_present = "undo", help_heading = HOW)]
    pub to: Option<String>,
    /// Windows: leave a symbolic link, which needs a privilege, instead of a junction
    #[arg(long, help_heading = HOW)]
    pub symlink: bool,
    /// Show the plan and what speaks against it, and change nothing
    #[arg(long, help_heading = HOW)]
    pub dry_run: bool,
    /// Move it back, or take back what a killed run left
    #[arg(long, help_heading = HOW)]
    pub undo: bool,
    /// How to print
    #[arg(long, value_name = "FORMAT", default_value = "human", help_heading = heading::OUTPUT)]
    pub format: DataFormat,
}

/// `relocate`.
#[derive(Clone, Debug)]
pub struct RelocateSettings {
    /// What is moved.
    pub tree: MovedTree,
    /// Where it is, as given.
    pub from: String,
    /// Where it shall be, as given.
    pub to: Option<String>,
    /// A symbolic link on Windows too.
    pub symlink: bool,
    /// Change nothing.
    pub dry_run: bool,
    /// The way back.
    pub undo: bool,
    /// How to print.
    pub format: DataFormat,
}

impl RelocateArgs {
    pub(crate) fn settings(self) -> RelocateSettings {
        let named = [
            (MovedTree::Goroot, self.goroot),
            (MovedTree::Gopath, self.gopath),
            (MovedTree::Gomodcache, self.gomodcache),
            (MovedTree::Gocache, self.gocache),
        ];
        // One of them is required.
        let (tree, from) = named
            .into_iter()
            .find_map(|(tree, from)| Some((tree, from?)))
            .unwrap_or((MovedTree::Goroot, String::new()));
        RelocateSettings {
            tree,
            from,
            to: self.to,
            symlink: self.symlink,
            dry_run: self.dry_run,
            undo: self.undo,
            format: self.format,
        }
    }
}
