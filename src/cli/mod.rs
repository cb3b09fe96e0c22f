//! The command line: one module a command, with its flags and what they mean; here the whole and the colour rule.
//! Every input of the action is a flag and a `GOENV_CI_*` variable: the flag wins, and an empty variable is as none.

pub(crate) mod apply;
pub(crate) mod claims;
pub(crate) mod completions;
pub(crate) mod doctor;
pub(crate) mod explain;
pub(crate) mod export;
pub(crate) mod layers;
pub(crate) mod lint;
pub(crate) mod man;
mod mistakes;
pub(crate) mod observe;
pub(crate) mod plan;
pub(crate) mod progress;
pub(crate) mod relocate;
pub(crate) mod report;
pub(crate) mod values;
pub(crate) mod verify;

pub use apply::ApplySettings;
pub use claims::ClaimsSettings;
pub use completions::CompletedShell;
pub use doctor::{DoctorMode, DoctorSettings};
pub use explain::{ExplainSettings, Question};
pub use export::{ExportSettings, ImportSettings};
pub use layers::{ConfigArgs, FlagSources};
pub use lint::{LintFormat, LintMode, LintSettings};
pub use observe::TerminalName;
pub use plan::{PlanFormat, PlanOptions, PlanSettings};
pub use progress::{Progress, Stderr, tell, tell_runner};
pub use relocate::RelocateSettings;
pub use report::{
    CompareSettings, FailOnChange, HistorySettings, HistorySource, MergeSettings, Post, PublishSettings, ReportTask,
    RunSelection,
};
pub use values::{DataFormat, FailOn, ToolchainOptions};
pub use verify::VerifySettings;

use crate::{
    cli::layers::Layers,
    config::{Config, ConfigChoice},
    exit::Exit,
    goenv::version::NotAGoVersion,
    output::terminal::Terminal,
    platform::env::EnvBlock,
};
use clap::{ArgAction, Args as _, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};
use std::ffi::OsString;
use values::{heading, titled};

const EXAMPLES: &str = "  goenv-ci plan --runner windows-2022 --repository org/app
  goenv-ci apply --dry-run
  eval \"$(goenv-ci apply --shell bash)\"
  goenv-ci verify --install --report goenv-report
  goenv-ci explain GOBIN GOCACHE
  goenv-ci doctor --fix --dry-run
  goenv-ci claims --go 1.23";

const NAME: &str = "goenv-ci";

/// Adds a command's flags to it.
type Augment = fn(clap::Command) -> clap::Command;

/// What the commands add to the command line, by their names.
const ONE_BY_ONE: [(&str, Augment); 14] = [
    ("plan", plan::PlanArgs::augment_args),
    ("apply", apply::ApplyArgs::augment_args),
    ("verify", verify::VerifyArgs::augment_args),
    ("explain", explain::ExplainArgs::augment_args),
    ("export", export::ExportArgs::augment_args),
    ("import", export::ImportArgs::augment_args),
    ("doctor", doctor::DoctorArgs::augment_args),
    ("lint", lint::LintArgs::augment_args),
    ("claims", claims::ClaimsArgs::augment_args),
    ("report", report::ReportArgs::augment_args),
    ("relocate", relocate::RelocateArgs::augment_args),
    ("completions", completions::CompletionsArgs::augment_args),
    ("man", man::ManArgs::augment_args),
    ("observe", observe::ObserveArgs::augment_args),
];

/// Standard GOCACHE, GOPATH and GOBIN on CI runners, and proof from real Go toolchains that they take effect
#[derive(Debug, Parser)]
#[command(
    name = NAME,
    version,
    max_term_width = 100,
    disable_help_flag = true,
    disable_version_flag = true,
    after_help = after_help()
)]
pub struct Args {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// What every command takes.
    #[command(flatten)]
    pub everywhere: EverywhereArgs,
    /// How the command's flags were given.
    #[arg(skip)]
    pub sources: FlagSources,
}

/// What every command takes.
#[derive(Debug, clap::Args)]
pub struct EverywhereArgs {
    /// When to use colors
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", help_heading = heading::GLOBAL)]
    pub color: ColorWhen,
    /// No progress and no messages on standard error, except errors
    #[arg(long, short, global = true, help_heading = heading::GLOBAL)]
    pub quiet: bool,
    /// Print help, with `-h` the short form
    #[arg(long, short, global = true, action = ArgAction::Help, help_heading = heading::GLOBAL)]
    pub help: Option<bool>,
    /// Print the version
    #[arg(long, short = 'V', action = ArgAction::Version, help_heading = heading::GLOBAL)]
    pub version: Option<bool>,
}

impl Args {
    /// Reads the command line, the program's name first.
    ///
    /// # Errors
    /// Help or the version is asked for, or something is wrong: with the names that are nearest.
    pub fn read(arguments: impl IntoIterator<Item = OsString>) -> Result<Self, clap::Error> {
        let arguments: Vec<OsString> = arguments.into_iter().collect();
        // Help and complaints come from the whole command line below, with what is said of the other commands.
        if let Some(Ok(args)) = Self::of_one_command(&arguments).map(|mut command| Self::of(&mut command, &arguments)) {
            return Ok(args);
        }
        let mut command = Self::command();
        Self::of(&mut command, &arguments)
            .map_err(|error| mistakes::explained(error.format(&mut command), &Self::command(), &arguments))
    }

    fn of(command: &mut clap::Command, arguments: &[OsString]) -> Result<Self, clap::Error> {
        let matches = command.try_get_matches_from_mut(arguments)?;
        let mut args = Self::from_arg_matches(&matches)?;
        args.sources = matches.subcommand().map(|(_, below)| FlagSources::of(below)).unwrap_or_default();
        mistakes::live_alone(&args)?;
        mistakes::one_config(&args)?;
        Ok(args)
    }

    /// The command line with the one command that the first argument names; `None` where it names none. Putting all
    /// commands together takes as long as `apply` itself.
    fn of_one_command(arguments: &[OsString]) -> Option<clap::Command> {
        let name = arguments.get(1)?.to_str()?;
        let (_, add) = ONE_BY_ONE.iter().find(|(one, _)| *one == name)?;
        let below = add(clap::Command::new(name.to_owned()));
        let root = clap::Command::new(NAME).version(env!("CARGO_PKG_VERSION")).disable_help_flag(true);
        Some(EverywhereArgs::augment_args(root.disable_version_flag(true)).subcommand(below))
    }
}

impl Args {
    /// Which file has the repository's defaults: none where the command has no use for it.
    #[must_use]
    pub fn config_choice(&self) -> ConfigChoice {
        match &self.command {
            Command::Plan(plan) => plan.config.choice(),
            Command::Apply(apply) if !apply.undo => apply.config.choice(),
            Command::Export(export) if !export.list => export.config.choice(),
            Command::Verify(verify) if !verify.list => verify.config.choice(),
            Command::Doctor(doctor) if doctor.uses_config() => doctor.config.choice(),
            _ => ConfigChoice::Nothing,
        }
    }
}

fn after_help() -> String {
    let codes = Exit::ALL.map(|exit| format!("  {:<3}  {}", exit.code(), exit.meaning()));
    format!("{}\n\n{}", titled("Examples", EXAMPLES), titled("Exit codes", &codes.join("\n")))
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Show what would be written for a runner, why, and the verification matrix; changes nothing
    Plan(plan::PlanArgs),
    /// Create the directories and write GITHUB_ENV, GITHUB_PATH and GITHUB_OUTPUT
    Apply(apply::ApplyArgs),
    /// Make real Go toolchains build, install and download, and judge whether each variable takes effect
    Verify(verify::VerifyArgs),
    /// Show where each variable's value comes from and what it shadows, for each Go version
    Explain(explain::ExplainArgs),
    /// Write the plan as what lasts: for administrators, shells, containers, tools and other CI systems
    Export(export::ExportArgs),
    /// Show what such a file would set, and what that would shadow; nothing is run or set
    Import(export::ImportArgs),
    /// Find what is wrong with Go's environment here, and say how to fix it
    Doctor(doctor::DoctorArgs),
    /// Find workflow steps that set Go's environment wrongly, and caches that will never hit
    Lint(lint::LintArgs),
    /// Judge by experiment what is said about Go's environment, for each Go version
    Claims(claims::ClaimsArgs),
    /// Merge, publish and compare reports
    Report(report::ReportArgs),
    /// Move a toolchain or a cache to another drive, and leave a link
    Relocate(relocate::RelocateArgs),
    /// Print a script that lets a shell complete commands, flags and their values
    Completions(completions::CompletionsArgs),
    /// Print the manual, or write a page for each command
    Man(man::ManArgs),
    /// Started by `verify` through each shell: write what this process sees, as JSON
    #[command(hide = true)]
    Observe(observe::ObserveArgs),
}

/// `--color`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ColorWhen {
    /// On a terminal and on a runner, as NO_COLOR, FORCE_COLOR, CLICOLOR_FORCE and CLICOLOR say.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// Everything that was meant.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The command.
    pub task: Task,
    /// What standard output shows.
    pub terminal: Terminal,
    /// Whether progress is left out.
    pub quiet: bool,
}

/// A command with its settings.
#[derive(Clone, Debug)]
pub enum Task {
    /// `plan`.
    Plan(PlanSettings),
    /// `apply`.
    Apply(ApplySettings),
    /// `verify`.
    Verify(Box<VerifySettings>),
    /// `explain`.
    Explain(ExplainSettings),
    /// `export`.
    Export(Box<ExportSettings>),
    /// `import`.
    Import(ImportSettings),
    /// `doctor`.
    Doctor(DoctorSettings),
    /// `lint`.
    Lint(LintSettings),
    /// `claims`.
    Claims(ClaimsSettings),
    /// `report`.
    Report(ReportTask),
    /// `relocate`.
    Relocate(RelocateSettings),
    /// `completions`.
    Completions(CompletedShell),
    /// `man`, with the directory for the pages if there is one.
    Man(Option<String>),
    /// `observe`, in a terminal that is to be opened if one is named.
    Observe(Option<TerminalName>),
}

/// What the system says of standard output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stdout {
    /// Whether a person watches it.
    pub is_terminal: bool,
    /// Its width; `None` where it has none.
    pub columns: Option<usize>,
    /// Whether it knows hyperlinks (OSC 8).
    pub shows_links: bool,
}

impl Settings {
    /// # Errors
    /// A version that is none.
    pub fn new(args: Args, env: &EnvBlock, config: &Config, stdout: Stdout) -> Result<Self, NotAGoVersion> {
        let layers = Layers { sources: &args.sources, config, env };
        let terminal = Terminal {
            columns: stdout.columns.unwrap_or(Terminal::PLAIN.columns),
            color: color(args.everywhere.color, env, stdout.is_terminal),
            links: stdout.shows_links,
        };
        let task = match args.command {
            Command::Plan(plan) => Task::Plan(plan.settings(&layers)?),
            Command::Apply(apply) => Task::Apply(apply.settings(&layers)?),
            Command::Verify(verify) => Task::Verify(Box::new(verify.settings(&layers)?)),
            Command::Explain(explain) => Task::Explain(explain.settings()?),
            Command::Export(export) => Task::Export(Box::new(export.settings(&layers)?)),
            Command::Import(import) => Task::Import(import.settings()),
            Command::Doctor(doctor) => Task::Doctor(doctor.settings(&layers)),
            Command::Lint(lint) => Task::Lint(lint.settings(env)),
            Command::Claims(claims) => Task::Claims(claims.settings()?),
            Command::Report(report) => Task::Report(report.task(env)),
            Command::Relocate(relocate) => Task::Relocate(relocate.settings()),
            Command::Completions(completions) => Task::Completions(completions.shell),
            Command::Man(man) => Task::Man(man.dir),
            Command::Observe(observe) => Task::Observe(observe.terminal),
        };
        Ok(Self { task, terminal, quiet: args.everywhere.quiet })
    }
}

/// The flag, then a filled NO_COLOR, then FORCE_COLOR or CLICOLOR_FORCE unless they are `0`, then CLICOLOR=0 and
/// TERM=dumb; what is left is coloured for a person and for the log of a runner.
/// Source: no-color.org, force-color.org, bixense.com/clicolors.
fn color(when: ColorWhen, env: &EnvBlock, is_terminal: bool) -> bool {
    let set = |name: &str| env.get_filled(name).is_some();
    let is = |name: &str, value: &str| env.get_filled(name) == Some(value);
    let forced = |name: &str| set(name) && !is(name, "0");
    match when {
        ColorWhen::Always => true,
        ColorWhen::Never => false,
        ColorWhen::Auto if set("NO_COLOR") => false,
        ColorWhen::Auto if forced("FORCE_COLOR") || forced("CLICOLOR_FORCE") => true,
        ColorWhen::Auto if is("CLICOLOR", "0") || is("FORCE_COLOR", "0") => false,
        ColorWhen::Auto => set("GITHUB_ACTIONS") || is_terminal && !is("TERM", "dumb"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::Platform;

    #[test]
    fn a_command_alone_takes_what_it_takes_beside_the_others() {
        let said = |command: &clap::Command| -> Vec<String> {
            let below = command.get_subcommands().flat_map(|below| below.get_arguments().map(move |arg| (below, arg)));
            let own = command.get_arguments().map(|arg| (command, arg));
            // Where it stands in the help, which the whole command line prints.
            let placed = |arg: &clap::Arg| arg.clone().display_order(0);
            own.chain(below).map(|(of, arg)| format!("{} {:?}", of.get_name(), placed(arg))).collect()
        };
        let mut whole = Args::command();
        whole.build();
        let names: Vec<&str> =
            whole.get_subcommands().map(clap::Command::get_name).filter(|name| *name != "help").collect();
        assert_eq!(names, ONE_BY_ONE.map(|(name, _)| name));
        for name in names {
            let mut alone = Args::of_one_command(&[NAME.into(), name.into()]).unwrap();
            alone.build();
            let (alone, beside) = (alone.find_subcommand(name).unwrap(), whole.find_subcommand(name).unwrap());
            assert!(said(alone) == said(beside), "{name}");
            assert_eq!(alone.get_groups().count(), beside.get_groups().count());
        }
        assert!(Args::of_one_command(&[NAME.into(), "nope".into()]).is_none());
        assert!(Args::of_one_command(&[NAME.into(), "--color".into(), "plan".into()]).is_none());
    }

    #[test]
    fn the_flag_wins_then_no_color_then_what_forces_colours() {
        let colored = |when, pairs: &[(&str, &str)], is_terminal| {
            color(when, &EnvBlock::from_pairs(Platform::Linux, pairs.iter().copied()), is_terminal)
        };
        for (pairs, on_terminal, in_pipe) in [
            (&[][..], true, false),
            (&[("NO_COLOR", "1"), ("FORCE_COLOR", "1")], false, false),
            (&[("NO_COLOR", "")], true, false),
            (&[("FORCE_COLOR", "1")], true, true),
            (&[("FORCE_COLOR", "0")], false, false),
            (&[("CLICOLOR_FORCE", "1")], true, true),
            (&[("CLICOLOR_FORCE", "0")], true, false),
            (&[("CLICOLOR", "0")], false, false),
            (&[("TERM", "dumb")], false, false),
            (&[("GITHUB_ACTIONS", "true")], true, true),
        ] {
            assert_eq!(colored(ColorWhen::Auto, pairs, true), on_terminal, "{pairs:?}");
            assert_eq!(colored(ColorWhen::Auto, pairs, false), in_pipe, "{pairs:?}");
            assert!(colored(ColorWhen::Always, pairs, false) && !colored(ColorWhen::Never, pairs, true));
        }
    }
}
