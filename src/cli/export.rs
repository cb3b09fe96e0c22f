//! `export` and `import`: the plan as what lasts.

use crate::{
    cli::{
        layers::{ConfigArgs, Layers},
        plan::{PlanOptions, ValueArgs, VersionArgs},
        values::{DataFormat, filled, heading, titled},
    },
    export::EXPORT_FORMATS,
    goenv::version::NotAGoVersion,
    plan::runner,
    ports::registry::Scope,
};
use clap::{ValueEnum, builder::PossibleValuesParser};

const EXPORTED: &str = "What to export";
const IMPORTED: &str = "What to import";

const EXAMPLES: &str = "  # What each format is for, and what it cannot say
  goenv-ci export --list
  # For every user of a Windows machine, by registry file
  goenv-ci export reg --scope machine --gocache 'D:\\go\\b' --gopath 'D:\\go'
  # The same values in a .env file
  goenv-ci export dotenv --out .env";

const IMPORT_EXAMPLES: &str = "  # What a registry file of somebody else would set here, and what it would shadow
  goenv-ci import reg goenv.reg
  # For a program
  goenv-ci import dotenv .env --format json";

/// The formats' names, each once.
fn names() -> PossibleValuesParser {
    let mut names: Vec<&str> = EXPORT_FORMATS.iter().map(|format| format.name).collect();
    names.dedup();
    PossibleValuesParser::new(names)
}

/// The shells of `profile`.
fn shells() -> PossibleValuesParser {
    PossibleValuesParser::new(EXPORT_FORMATS.iter().filter_map(|format| format.shell))
}

/// `export`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = titled("Examples", EXAMPLES))]
pub struct ExportArgs {
    /// The format (required without --list)
    #[arg(value_name = "FORMAT", value_parser = names(), required_unless_present = "list", hide_possible_values = true)]
    pub export_format: Option<String>,
    /// List the formats, with what each is for and cannot say
    #[arg(long, conflicts_with = "export_format", help_heading = EXPORTED)]
    pub list: bool,
    /// For which of its shells, with a format of several [default: the first of `--list`]
    #[arg(long, value_name = "SHELL", value_parser = shells(), help_heading = EXPORTED)]
    pub shell: Option<String>,
    /// For whom: the user who takes it, or all users of the machine
    #[arg(long, value_name = "SCOPE", default_value = "user", help_heading = EXPORTED)]
    pub scope: ScopeName,
    #[arg(
        long,
        value_name = "NAME",
        env = "GOENV_CI_RUNNER",
        hide_env_values = true,
        help = format!("A recorded runner ({}), or `current` for this machine [default: a machine of the kind that the format is for]", runner::known().collect::<Vec<_>>().join(", ")),
        help_heading = EXPORTED,
    )]
    #[allow(missing_docs)]
    pub runner: Option<String>,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub values: ValueArgs,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub versions: VersionArgs,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub config: ConfigArgs,
    /// A new file, or for a format of several files a new directory [default: standard output]
    #[arg(long, short, value_name = "PATH", help_heading = heading::OUTPUT)]
    pub out: Option<String>,
    /// Replace what `--out` names
    #[arg(long, requires = "out", help_heading = heading::OUTPUT)]
    pub force: bool,
}

/// `import`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = titled("Examples", IMPORT_EXAMPLES))]
pub struct ImportArgs {
    /// What the file is (required)
    #[arg(value_name = "FORMAT", value_parser = names(), hide_possible_values = true)]
    pub import_format: String,
    /// The file; `-` for standard input (required)
    #[arg(value_name = "FILE")]
    pub file: String,
    /// Of which of its shells, with a format of several [default: the first of `--list`]
    #[arg(long, value_name = "SHELL", value_parser = shells(), help_heading = IMPORTED)]
    pub shell: Option<String>,
    /// How to print
    #[arg(long, value_name = "FORMAT", default_value = "human", help_heading = heading::OUTPUT)]
    pub format: DataFormat,
}

/// `--scope`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ScopeName {
    /// The user who takes it.
    User,
    /// All users of the machine.
    Machine,
}

/// `export`.
#[derive(Clone, Debug)]
pub struct ExportSettings {
    /// What to write, with the shell; `None`: list the formats.
    pub format: Option<(String, Option<String>)>,
    /// For whom.
    pub scope: Scope,
    /// `None`: a machine of the kind that the format is for.
    pub runner: Option<String>,
    /// What to plan.
    pub options: PlanOptions,
    /// `None`: standard output.
    pub out: Option<String>,
    /// Replace what is there.
    pub force: bool,
}

/// `import`.
#[derive(Clone, Debug)]
pub struct ImportSettings {
    /// As it was typed.
    pub name: String,
    /// Of which shell.
    pub shell: Option<String>,
    /// As it was given; `-` for standard input.
    pub file: String,
    /// How to print.
    pub format: DataFormat,
}

impl ExportArgs {
    pub(crate) fn settings(self, layers: &Layers<'_>) -> Result<ExportSettings, NotAGoVersion> {
        let scope = match self.scope {
            ScopeName::User => Scope::User,
            ScopeName::Machine => Scope::Machine,
        };
        Ok(ExportSettings {
            format: self.export_format.map(|name| (name, self.shell)),
            scope,
            runner: filled(self.runner),
            options: self.values.options(self.versions.chosen(layers)?, layers),
            out: self.out,
            force: self.force,
        })
    }
}

impl ImportArgs {
    pub(crate) fn settings(self) -> ImportSettings {
        ImportSettings { name: self.import_format, shell: self.shell, file: self.file, format: self.format }
    }
}
