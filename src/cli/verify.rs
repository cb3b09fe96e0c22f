//! `verify`.

use crate::{
    cli::{
        layers::{ConfigArgs, Layers},
        plan::{PlanOptions, ValueArgs},
        values::{
            COMMAND_SECONDS, DataFormat, FailOn, MOST_SECONDS, OrEmpty, Toggle, ToolchainArgs, ToolchainOptions,
            filled, heading, listed, titled,
        },
    },
    config::Stated,
    goenv::version::NotAGoVersion,
    plan::shard::{NotAShard, Shard},
    platform::env::EnvBlock,
    probe::EMBEDDED,
    report::shells::ShellKind,
};
use clap::{ValueEnum, builder::PossibleValue};
use std::time::Duration;

const VERIFIED: &str = "What to verify";

const EXAMPLES: &str = "  # Every probe on Go 1.21, 1.22 and 1.23, downloaded where they are not present
  goenv-ci verify --install --report goenv-report
  # What this step can do with its own Go, before anything else
  goenv-ci verify --live
  # On your own machine, as if `apply` had written the values
  goenv-ci verify --overlay --install
  # The probes of one variable, on the newest patch of one Go version
  goenv-ci verify --probe GOBIN --go 1.23
  # Which probes there are
  goenv-ci verify --list
  # The third of sixteen jobs
  goenv-ci verify --shard 3/16 --report shard-3";

/// `verify`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = titled("Examples", EXAMPLES))]
pub struct VerifyArgs {
    /// Only probes whose id or variable matches; repeatable [default: all]
    ///
    /// TEXT is a part of an id, as `gobin/`, a whole variable, as `GOPATH`, or `live`; `--list` prints the ids.
    #[arg(long, value_name = "TEXT", help_heading = VERIFIED)]
    pub probe: Vec<String>,
    /// Print the probes there are and run nothing; no Go is needed
    #[arg(long, help_heading = VERIFIED)]
    pub list: bool,
    /// Only this step's environment, with the `go` on PATH: for every job, in a second or two
    ///
    /// Nothing is downloaded, no other Go is looked for, and no shell is started unless `--shells` names one. Without
    /// a record of `apply`, what Go does is held against Go's own rules for this environment.
    #[arg(long, value_name = "true|false", env = "GOENV_CI_LIVE", hide_env_values = true, num_args = 0..=1, require_equals = true, default_value = "false", default_missing_value = "true", value_parser = OrEmpty::<Toggle>::new(), ignore_case = true, hide_possible_values = true, help_heading = VERIFIED)]
    pub live: Toggle,
    /// Directories of probes instead of the embedded ones; `embedded,DIR` takes both
    #[arg(long, value_name = "DIRS", env = "GOENV_CI_MATRIX", hide_env_values = true, default_value = EMBEDDED, help_heading = VERIFIED)]
    pub matrix: Vec<String>,
    /// Shells to look through, separated by commas; those of other systems are left out [default: all, with `--live` none]
    #[arg(long, value_name = "SHELLS", env = "GOENV_CI_SHELLS", hide_env_values = true, value_delimiter = ',', value_parser = OrEmpty::<ShellWord>::new(), help_heading = VERIFIED)]
    pub shells: Vec<ShellWord>,
    /// Judge the plan, laid over this environment, instead of what `apply` recorded
    #[arg(long, help_heading = VERIFIED)]
    pub overlay: bool,
    /// Only this part of the cells, as `3/16` for the third of sixteen [default: all]
    ///
    /// Each cell is in exactly one part.
    #[arg(long, value_name = "I/N", env = "GOENV_CI_SHARD", hide_env_values = true, help_heading = VERIFIED)]
    pub shard: Option<ShardWord>,
    /// Cut by the durations in this report.json, the same for every shard [default: by the number of cells]
    #[arg(long, value_name = "FILE", env = "GOENV_CI_DURATIONS", hide_env_values = true, help_heading = VERIFIED)]
    pub durations: Option<String>,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub toolchains: ToolchainArgs,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub values: ValueArgs,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub config: ConfigArgs,
    /// Cells at once [default: the number of cores]
    #[arg(long, short, value_name = "N", help_heading = heading::RUNNING)]
    pub jobs: Option<std::num::NonZeroUsize>,
    /// Seconds that one command of a probe may take
    #[arg(long, value_name = "SECONDS", default_value_t = COMMAND_SECONDS, value_parser = clap::value_parser!(u64).range(1..=MOST_SECONDS), help_heading = heading::RUNNING)]
    pub timeout: u64,
    /// Compile the runtime of each Go anew, instead of taking what an earlier run kept, and keep nothing
    ///
    /// It is kept in `goenv-ci/warm` in the directory of your caches, a file for each Go, which may be removed any time.
    #[arg(long, help_heading = heading::RUNNING)]
    pub cold: bool,
    /// Write report.json, report.md, junit.xml and index.html to this directory [default: RUNNER_TEMP/goenv-ci-report on a runner, else none]
    #[arg(long, visible_alias = "report-dir", value_name = "DIR", env = "GOENV_CI_REPORT_DIR", hide_env_values = true, help_heading = heading::OUTPUT)]
    pub report: Option<String>,
    /// What decides the exit code
    #[arg(long, value_name = "WHEN", env = "GOENV_CI_FAIL_ON", hide_env_values = true, default_value = "fail", value_parser = OrEmpty::<FailOn>::new(), help_heading = heading::OUTPUT)]
    pub fail_on: FailOn,
    /// How to print
    #[arg(long, value_name = "FORMAT", default_value = "human", help_heading = heading::OUTPUT)]
    pub format: DataFormat,
}

/// `--shard`; empty for all cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShardWord(pub Option<Shard>);

impl std::str::FromStr for ShardWord {
    type Err = NotAShard;
    fn from_str(text: &str) -> Result<Self, NotAShard> {
        if text.trim().is_empty() { Ok(Self(None)) } else { text.parse().map(|shard| Self(Some(shard))) }
    }
}

/// A word of `--shells`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ShellWord {
    /// Nothing, as behind a last comma.
    #[default]
    Default,
    /// Those of the platform.
    All,
    /// None.
    None,
    /// This one, beside the direct start.
    One(ShellKind),
}

impl ValueEnum for ShellWord {
    fn value_variants<'a>() -> &'a [Self] {
        use ShellKind::{Bash, Cmd, ConsoleHost, Direct, PseudoConsole, PseudoTerminal, Pwsh, Sh, WindowsPowershell};
        use ShellWord::{All, None, One};
        &[
            All,
            None,
            One(Direct),
            One(Sh),
            One(Bash),
            One(Cmd),
            One(WindowsPowershell),
            One(Pwsh),
            One(PseudoTerminal),
            One(PseudoConsole),
            One(ConsoleHost),
        ]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(match self {
            Self::Default => return None,
            Self::All => PossibleValue::new("all"),
            Self::None => PossibleValue::new("none"),
            // Beside every other one it is looked through anyway.
            Self::One(ShellKind::Direct) => PossibleValue::new(ShellKind::Direct.id()).hide(true),
            Self::One(kind) => PossibleValue::new(kind.id()),
        })
    }
}

/// `verify`.
#[derive(Clone, Debug)]
pub struct VerifySettings {
    /// Print the probes instead.
    pub list: bool,
    /// Only this step, with the `go` on PATH.
    pub live: bool,
    /// What to plan, for `--overlay`.
    pub options: PlanOptions,
    /// What to judge.
    pub toolchains: ToolchainOptions,
    /// Directories of probes, or the word `embedded`.
    pub matrix: Vec<String>,
    /// Empty: all.
    pub probes: Vec<String>,
    /// Which part of the cells; `None`: all.
    pub shard: Option<Shard>,
    /// A report whose durations say how to cut.
    pub durations: Option<String>,
    /// Through which to look, beside the direct start; `None`: all of the platform.
    pub shells: Option<Vec<ShellKind>>,
    /// Where the report goes.
    pub report: Option<String>,
    /// What decides the exit code.
    pub fail_on: FailOn,
    /// Lay the plan over the environment.
    pub overlay: bool,
    /// Cells at once; `None`: the number of cores.
    pub jobs: Option<usize>,
    /// For one command.
    pub limit: Duration,
    /// Take and keep nothing of other runs.
    pub cold: bool,
    /// How to print.
    pub format: DataFormat,
}

/// What `--live` leaves nothing to say about, each with why; by the ids of their flags.
pub(super) const NOT_LIVE: [(&str, &str); 6] = [
    ("go", "the `go` on PATH is judged"),
    ("go_root", "the `go` on PATH is judged"),
    ("install", "nothing is downloaded"),
    ("allow_missing", "no other Go is looked for"),
    ("shard", "one job judges its own step"),
    ("durations", "one job judges its own step"),
];

impl VerifyArgs {
    pub(crate) fn settings(self, layers: &Layers<'_>) -> Result<VerifySettings, NotAGoVersion> {
        let versions = layers.versions(&self.toolchains.go)?;
        let live = self.live == Toggle::On;
        let shells = shells(self.shells, live, layers);
        Ok(VerifySettings {
            list: self.list,
            live,
            toolchains: self.toolchains.options(versions.0.clone()),
            options: self.values.options(versions, layers),
            matrix: listed(&self.matrix),
            probes: self.probe,
            shard: self.shard.and_then(|word| word.0),
            durations: filled(self.durations),
            shells,
            report: filled(self.report).or_else(|| default_report(layers.env)),
            fail_on: self.fail_on,
            overlay: self.overlay,
            jobs: self.jobs.map(Into::into),
            limit: Duration::from_secs(self.timeout),
            cold: self.cold,
            format: self.format,
        })
    }
}

/// `all` beside others means all; `none` beside others means the others.
fn shells(words: Vec<ShellWord>, live: bool, layers: &Layers<'_>) -> Option<Vec<ShellKind>> {
    let said = Some(words).filter(|words| words.iter().any(|word| *word != ShellWord::Default));
    let word = |name: &String| ShellWord::from_str(name, false).ok();
    let of_file = layers.config.shells.as_ref();
    let of_file = of_file.map(|names| Stated { at: names.at, value: names.value.iter().filter_map(word).collect() });
    // A step of one's own is not looked through its shells because a repository likes to have all of them verified.
    let chosen = layers.chosen("shells", said, of_file.as_ref().filter(|_| !live)).map(|(words, _)| words);
    let words = match chosen {
        None if live => return Some(Vec::new()),
        None => return None,
        Some(words) if words.contains(&ShellWord::All) => return None,
        Some(words) => words,
    };
    let kind = |word: &ShellWord| if let ShellWord::One(kind) = word { Some(*kind) } else { None };
    Some(words.iter().filter_map(kind).collect())
}

/// On a runner a report is wanted even where no directory is given.
fn default_report(env: &EnvBlock) -> Option<String> {
    env.get_filled("GITHUB_ACTIONS")?;
    env.get_filled("RUNNER_TEMP").map(|temp| env.platform().join(temp, "goenv-ci-report"))
}
