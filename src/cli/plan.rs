//! `plan`, and the values and versions that `apply` and `verify` take too.

use crate::{
    cli::{
        layers::{ConfigArgs, Layers},
        values::{OrEmpty, Toggle, filled, heading, listed, titled},
    },
    goenv::version::{GoRequest, NotAGoVersion},
    plan::{
        DEFAULT_VERSIONS, Giver, Gobin, Override, Overrides, PlanSetting, jobs::MOST_JOBS, runner, shard::MOST_SHARDS,
    },
    probe::EMBEDDED,
};
use clap::ValueEnum;

/// The runner that is planned for where none is named.
const DEFAULT_RUNNER: &str = "windows-2022";

const PLANNED: &str = "What to plan for";
const MATRIX: &str = "The verification matrix";

const EXAMPLES: &str = "  # What a Windows runner would get, on any machine
  goenv-ci plan --runner windows-2022 --repository org/app
  # This machine, with a write test of its drives
  goenv-ci plan --runner current --measure-drives
  # The jobs of a workflow's matrix, for fromJSON
  goenv-ci plan --runner windows-2022,ubuntu-24.04 --format github-matrix";

/// `plan`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = titled("Examples", EXAMPLES))]
pub struct PlanArgs {
    #[arg(
        long,
        value_name = "NAMES",
        env = "GOENV_CI_RUNNER",
        hide_env_values = true,
        default_value = DEFAULT_RUNNER,
        help = format!("A recorded runner ({}), or `current` for this machine", runner::known().collect::<Vec<_>>().join(", ")),
        long_help = format!(
            "A recorded runner ({}), or `current` for this machine\n\nSeveral are separated by commas: the first is planned \
             for, and all are in the matrix. With `--format github-matrix`, and beside others, any label of your own is taken.",
            runner::known().collect::<Vec<_>>().join(", "),
        ),
        help_heading = PLANNED,
    )]
    #[allow(missing_docs)]
    pub runner: Vec<String>,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub values: ValueArgs,
    #[command(flatten, next_help_heading = MATRIX)]
    #[allow(missing_docs)]
    pub versions: VersionArgs,
    #[arg(
        long,
        value_name = "N",
        env = "GOENV_CI_SHARDS",
        hide_env_values = true,
        help = format!("Cut each runner's cells into N jobs, 1 to {MOST_SHARDS} [default: a job for each Go version]"),
        long_help = format!(
            "Cut each runner's cells into N jobs, 1 to {MOST_SHARDS} [default: a job for each Go version, and shards where that \
             would be more than {MOST_JOBS} jobs]"
        ),
        help_heading = MATRIX,
    )]
    #[allow(missing_docs)]
    pub shards: Option<ShardCount>,
    /// Directories of probes that `verify` will get, for the number of cells
    #[arg(long, value_name = "DIRS", env = "GOENV_CI_MATRIX", hide_env_values = true, default_value = EMBEDDED, help_heading = MATRIX)]
    pub matrix: Vec<String>,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub config: ConfigArgs,
    /// Print also the exact lines, all of PATH and what follows from the defaults; JSON always has everything
    #[arg(long, help_heading = heading::OUTPUT)]
    pub verbose: bool,
    /// How to print
    #[arg(long, value_name = "FORMAT", default_value = "human", help_heading = heading::OUTPUT)]
    pub format: PlanFormat,
}

/// Values other than the standard ones.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = heading::VALUES)]
pub struct ValueArgs {
    /// GOCACHE [default: RUNNER_TEMP/go-cache, without a runner Go's own]
    #[arg(long, value_name = "DIR", env = "GOENV_CI_GOCACHE", hide_env_values = true)]
    pub gocache: Option<String>,
    /// GOPATH [default: RUNNER_WORKSPACE/go, without a runner Go's own]
    #[arg(long, value_name = "DIR", env = "GOENV_CI_GOPATH", hide_env_values = true)]
    pub gopath: Option<String>,
    /// GOBIN; `none` leaves it unset and puts GOPATH/bin on PATH [default: GOPATH/bin]
    #[arg(long, value_name = "DIR|none", env = "GOENV_CI_GOBIN", hide_env_values = true)]
    pub gobin: Option<String>,
    /// The repository, whose name is part of the paths [default: GITHUB_REPOSITORY, else the working directory's name]
    #[arg(long, alias = "repo", value_name = "OWNER/NAME", env = "GOENV_CI_REPOSITORY", hide_env_values = true)]
    pub repository: Option<String>,
    /// Write small files for a fifth of a second at most, to compare the drives
    #[arg(long, value_name = "true|false", env = "GOENV_CI_MEASURE_DRIVES", hide_env_values = true, num_args = 0..=1, require_equals = true, default_value = "false", default_missing_value = "true", value_parser = OrEmpty::<Toggle>::new(), ignore_case = true, hide_possible_values = true)]
    pub measure_drives: Toggle,
}

/// The versions in a plan's matrix.
#[derive(Debug, clap::Args)]
pub struct VersionArgs {
    /// Go versions to verify, separated by commas: `1.21` is its newest patch, `1.21.13` exactly that, `path` the `go` on PATH
    #[arg(
        long,
        visible_alias = "go-versions",
        value_name = "VERSIONS",
        env = "GOENV_CI_GO_VERSIONS",
        hide_env_values = true,
        default_value = DEFAULT_VERSIONS
    )]
    pub go: Vec<String>,
}

/// `plan --format`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum PlanFormat {
    /// Text for a person.
    Human,
    /// JSON with a published schema, for a program.
    Json,
    /// The matrix alone, on one line for fromJSON.
    GithubMatrix,
    /// NAME=VALUE lines.
    Env,
}

/// `--shards`; empty for the default.
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

/// `plan`.
#[derive(Clone, Debug)]
pub struct PlanSettings {
    /// `windows-2022`, or `current`.
    pub runner: String,
    /// All labels of the matrix, `runner` among them.
    pub runners: Vec<String>,
    /// Jobs for each runner; `None`: as many as needed.
    pub shards: Option<usize>,
    /// Directories of probes, or the word `embedded`.
    pub matrix: Vec<String>,
    /// What to plan.
    pub options: PlanOptions,
    /// Explain the defaults too.
    pub verbose: bool,
    /// How to print.
    pub format: PlanFormat,
}

/// What a plan is made of, beside the machine.
#[derive(Clone, Debug)]
pub struct PlanOptions {
    /// Values other than the standard ones.
    pub overrides: Overrides,
    /// At least one.
    pub versions: Vec<GoRequest>,
    /// `OWNER/NAME`, if it was given or the runner names it.
    pub repository: Option<String>,
    /// Write a short burst to each drive.
    pub measure_drives: bool,
    /// Who says what each setting is.
    pub settings: Vec<PlanSetting>,
    /// The repository's file with defaults, where one was read.
    pub config: Option<String>,
    /// The repository's root, into which that file must not lead.
    pub root: Option<String>,
}

impl PlanArgs {
    pub(crate) fn settings(self, layers: &Layers<'_>) -> Result<PlanSettings, NotAGoVersion> {
        let mut options = self.values.options(self.versions.chosen(layers)?, layers);
        let said = Some(listed(&self.runner)).filter(|names| !names.is_empty());
        let chosen = layers.chosen("runner", said, layers.config.runners.as_ref());
        let (runners, giver) = chosen.unwrap_or_else(|| (vec![DEFAULT_RUNNER.to_owned()], Giver::Default));
        options.settings.push(PlanSetting { flag: "runner", value: Some(runners.join(",")), giver });
        let said = self.shards.and_then(|count| count.0);
        let shards = layers.chosen("shards", said, layers.config.shards.as_ref());
        options.settings.push(setting("shards", shards.as_ref()));
        Ok(PlanSettings {
            runner: runners[0].clone(),
            runners,
            shards: shards.map(|(number, _)| number),
            matrix: listed(&self.matrix),
            options,
            verbose: self.verbose,
            format: self.format,
        })
    }
}

/// A setting that has no one default.
fn setting<T: ToString>(flag: &'static str, chosen: Option<&(T, Giver)>) -> PlanSetting {
    let giver = chosen.map_or(Giver::Default, |(_, giver)| giver.clone());
    PlanSetting { flag, value: chosen.map(|(value, _)| value.to_string()), giver }
}

impl VersionArgs {
    pub(crate) fn chosen(&self, layers: &Layers<'_>) -> Result<(Vec<GoRequest>, Giver), NotAGoVersion> {
        layers.versions(&self.go)
    }
}

impl ValueArgs {
    /// `versions`: at least one, and who chose them.
    pub(crate) fn options(self, versions: (Vec<GoRequest>, Giver), layers: &Layers<'_>) -> PlanOptions {
        let Layers { config, env, .. } = layers;
        let gocache = layers.chosen("gocache", filled(self.gocache), config.gocache.as_ref());
        let gopath = layers.chosen("gopath", filled(self.gopath), config.gopath.as_ref());
        let gobin = layers.chosen("gobin", filled(self.gobin), config.gobin.as_ref());
        let said = match self.measure_drives {
            Toggle::Default => None,
            Toggle::On => Some(true),
            Toggle::Off => Some(false),
        };
        let measure = layers.chosen("measure_drives", said, None);
        let (measure_drives, measure_by) = measure.unwrap_or_default();
        let (versions, versions_by) = versions;
        let named: Vec<String> = versions.iter().map(ToString::to_string).collect();
        let settings = vec![
            setting("gocache", gocache.as_ref()),
            setting("gopath", gopath.as_ref()),
            setting("gobin", gobin.as_ref()),
            PlanSetting { flag: "go", value: Some(named.join(",")), giver: versions_by },
            PlanSetting { flag: "measure-drives", value: Some(measure_drives.to_string()), giver: measure_by },
        ];
        let wanted = |(value, giver)| Override { value, giver };
        let gobin = match gobin {
            None => Gobin::Standard,
            Some((none, giver)) if none == "none" => Gobin::Unset(giver),
            Some(dir) => Gobin::At(wanted(dir)),
        };
        let repository = filled(self.repository).or_else(|| env.get_filled("GITHUB_REPOSITORY").map(str::to_owned));
        PlanOptions {
            overrides: Overrides { gocache: gocache.map(wanted), gopath: gopath.map(wanted), gobin },
            versions,
            repository,
            measure_drives,
            settings,
            config: config.file.clone(),
            root: config.root.clone(),
        }
    }
}
