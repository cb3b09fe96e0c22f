//! `lint`.

use crate::{
    cli::{
        doctor::FailOnSeverity,
        values::{filled, heading, titled},
    },
    status::Severity,
};
use clap::ValueEnum;

const LOOKED_AT: &str = "What to look at";
const FIXES: &str = "Fixes";

const EXAMPLES: &str = "  # The workflows and local actions of this repository
  goenv-ci lint
  # One workflow
  goenv-ci lint .github/workflows/ci.yml
  # A workflow that is no file yet
  generate-workflow | goenv-ci lint -
  # For code scanning
  goenv-ci lint --format sarif > goenv-ci.sarif
  # Show what would be fixed without you, and change nothing
  goenv-ci lint --fix --dry-run
  # Say for each cache which entry it looks for, and who finds what it stores
  goenv-ci lint --explain-cache
  # The rules there are
  goenv-ci lint --list";

/// `lint`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = titled("Examples", EXAMPLES))]
pub struct LintArgs {
    /// Workflows, actions or directories of them; `-` is one workflow from standard input [default: all of the
    /// repository]
    #[arg(value_name = "PATH", help_heading = LOOKED_AT)]
    pub paths: Vec<String>,
    /// Print the rules there are
    #[arg(long, conflicts_with = "paths", help_heading = LOOKED_AT)]
    pub list: bool,
    /// Say for each cache over Go's directories what it looks for, what it stores, and who finds that
    #[arg(long, conflicts_with = "list", help_heading = LOOKED_AT)]
    pub explain_cache: bool,
    /// Fix what can be fixed without you, and show it as a diff
    #[arg(long, conflicts_with_all = ["list", "report", "explain_cache"], help_heading = FIXES)]
    pub fix: bool,
    /// With --fix: show the diff, and change nothing
    #[arg(long, requires = "fix", help_heading = FIXES)]
    pub dry_run: bool,
    /// The least severity that is exit code 1
    #[arg(long, value_name = "SEVERITY", default_value = "warning", help_heading = heading::OUTPUT)]
    pub fail_on: FailOnSeverity,
    /// Write lint.json, lint.sarif, lint.md and lint.html to this directory [default: none]
    #[arg(long, visible_alias = "report-dir", value_name = "DIR", help_heading = heading::OUTPUT)]
    pub report: Option<String>,
    /// How to print
    #[arg(long, value_name = "FORMAT", default_value = "human", help_heading = heading::OUTPUT)]
    pub format: LintFormat,
}

/// `--format` of `lint`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LintFormat {
    /// Text for a person.
    Human,
    /// JSON, by docs/schema/lint.schema.json; with --list by lint-rules.schema.json, with --explain-cache by
    /// lint-caches.schema.json.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Markdown, as in a job summary.
    Markdown,
    /// A page that loads nothing.
    Html,
}

/// `lint`.
#[derive(Clone, Debug)]
pub struct LintSettings {
    /// Empty: all of the repository.
    pub paths: Vec<String>,
    /// What to do.
    pub mode: LintMode,
    /// The least severity that gives exit code 1; `None`: none does.
    pub least: Option<Severity>,
    /// Where the report goes.
    pub report: Option<String>,
    /// How to print.
    pub format: LintFormat,
}

/// What `lint` does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LintMode {
    /// Print the rules.
    List,
    /// Say what is wrong.
    Judge,
    /// Say what becomes of each cache.
    Explain,
    /// Show what can be fixed.
    Show,
    /// Fix it.
    Fix,
}

impl LintArgs {
    pub(crate) fn settings(self) -> LintSettings {
        LintSettings {
            paths: self.paths,
            mode: match () {
                () if self.list => LintMode::List,
                () if self.explain_cache => LintMode::Explain,
                () if self.dry_run => LintMode::Show,
                () if self.fix => LintMode::Fix,
                () => LintMode::Judge,
            },
            least: self.fail_on.least(),
            report: filled(self.report),
            format: self.format,
        }
    }
}
