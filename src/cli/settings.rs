//! What is meant: the arguments and the environment, read and checked once.

use crate::cli::{
    args::{self, Args, Command},
    diagnosis::{ClaimsSettings, DoctorSettings, ExplainSettings},
    report::ReportTask,
    values::{ColorWhen, DataFormat, FailOnName, PlanFormat, ShellName, ShellWord, TerminalName, Toggle},
};
use crate::{
    goenv::version::{GoRequest, NotAGoVersion},
    output::terminal::Terminal,
    plan::{Gobin, Overrides, Shell, shard::Shard},
    platform::env::EnvBlock,
    report::shells::ShellKind,
};
use std::time::Duration;

/// Asked for where nothing else is.
const DEFAULT_VERSIONS: [&str; 3] = ["1.21", "1.22", "1.23"];

/// Everything that was meant.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The command.
    pub task: Task,
    /// What standard output shows.
    pub terminal: Terminal,
    /// Whether progress is shown.
    pub quiet: bool,
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
    /// `doctor`.
    Doctor(DoctorSettings),
    /// `claims`.
    Claims(ClaimsSettings),
    /// `report`.
    Report(ReportTask),
    /// `observe`, in a terminal that is to be opened if one is named.
    Observe(Option<TerminalName>),
}

/// What a plan is made of, beside the machine.
#[derive(Clone, Debug)]
pub struct PlanOptions {
    /// Values other than the standard ones.
    pub overrides: Overrides,
    /// At least one.
    pub versions: Vec<GoRequest>,
    /// `OWNER/NAME`, if it was said or the runner says it.
    pub repository: Option<String>,
    /// Write a short burst to each drive.
    pub measure_drives: bool,
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
    /// Folders of probes, or the word `embedded`.
    pub matrix: Vec<String>,
    /// What to plan.
    pub options: PlanOptions,
    /// How to print.
    pub format: PlanFormat,
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
    /// How to print.
    pub format: DataFormat,
}

/// Whether verdicts decide the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailOn {
    /// They do.
    Fail,
    /// They do not.
    Never,
}

/// Which toolchains are judged.
#[derive(Clone, Debug)]
pub struct ToolchainOptions {
    /// At least one.
    pub versions: Vec<GoRequest>,
    /// Used before all others.
    pub go_roots: Vec<String>,
    /// Download what is missing.
    pub install: bool,
    /// Skip what is missing.
    pub allow_missing: bool,
}

/// `verify`.
#[derive(Clone, Debug)]
pub struct VerifySettings {
    /// What to plan, for `--overlay`.
    pub options: PlanOptions,
    /// What to judge.
    pub toolchains: ToolchainOptions,
    /// Folders of probes, or the word `embedded`.
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
    /// How to print.
    pub format: DataFormat,
}

impl Settings {
    /// # Errors
    /// A version that is none.
    pub fn new(args: Args, env: &EnvBlock, stdout: Stdout) -> Result<Self, NotAGoVersion> {
        let terminal = Terminal {
            columns: stdout.columns.unwrap_or(Terminal::PLAIN.columns),
            color: color(args.color, env, stdout.is_terminal),
            links: stdout.shows_links,
        };
        let task = match args.command {
            Command::Plan(plan) => Task::Plan(plan_settings(plan, env)?),
            Command::Apply(apply) => Task::Apply(ApplySettings {
                options: options(apply.options, env)?,
                dry_run: apply.dry_run,
                shell: apply.shell.map(shell),
                format: apply.format,
            }),
            Command::Verify(verify) => Task::Verify(Box::new(verify_settings(verify, env)?)),
            Command::Explain(explain) => Task::Explain(ExplainSettings::new(explain)?),
            Command::Doctor(doctor) => Task::Doctor(DoctorSettings::new(doctor)),
            Command::Claims(claims) => Task::Claims(ClaimsSettings::new(claims)?),
            Command::Report(report) => Task::Report(ReportTask::new(report, env)),
            Command::Observe(observe) => Task::Observe(observe.terminal),
        };
        Ok(Self { task, terminal, quiet: args.quiet })
    }
}

fn plan_settings(plan: args::PlanArgs, env: &EnvBlock) -> Result<PlanSettings, NotAGoVersion> {
    let mut runners = listed(&plan.runner);
    if runners.is_empty() {
        runners.push("windows-2022".to_owned());
    }
    Ok(PlanSettings {
        runner: runners[0].clone(),
        runners,
        shards: plan.shards.and_then(|count| count.0),
        matrix: listed(&plan.matrix),
        options: options(plan.options, env)?,
        format: plan.format,
    })
}

fn verify_settings(verify: args::VerifyArgs, env: &EnvBlock) -> Result<VerifySettings, NotAGoVersion> {
    let options = options(verify.options, env)?;
    Ok(VerifySettings {
        toolchains: toolchains(verify.toolchains, options.versions.clone()),
        options,
        matrix: listed(&verify.matrix),
        probes: verify.probe,
        shard: verify.shard.and_then(|word| word.0),
        durations: filled(verify.durations),
        shells: shells(&verify.shells),
        report: filled(verify.report).or_else(|| default_report(env)),
        fail_on: fail_on(verify.fail_on),
        overlay: verify.overlay,
        jobs: verify.jobs.map(Into::into),
        limit: Duration::from_secs(verify.timeout),
        format: verify.format,
    })
}

pub(crate) fn toolchains(args: args::ToolchainArgs, versions: Vec<GoRequest>) -> ToolchainOptions {
    ToolchainOptions {
        versions,
        go_roots: args.go_root,
        install: args.install == Some(Toggle::On),
        allow_missing: args.allow_missing == Some(Toggle::On),
    }
}

pub(crate) fn fail_on(name: Option<FailOnName>) -> FailOn {
    if name == Some(FailOnName::Never) { FailOn::Never } else { FailOn::Fail }
}

pub(crate) fn versions_or_default(texts: &[String]) -> Result<Vec<GoRequest>, NotAGoVersion> {
    let said = versions(texts)?;
    if said.is_empty() { versions(&DEFAULT_VERSIONS.map(str::to_owned)) } else { Ok(said) }
}

/// `all` beside others means all; `none` beside others means the others.
fn shells(words: &[ShellWord]) -> Option<Vec<ShellKind>> {
    if words.contains(&ShellWord::All) || words.iter().all(|word| *word == ShellWord::Default) {
        return None;
    }
    let kind = |word: &ShellWord| if let ShellWord::One(kind) = word { Some(*kind) } else { None };
    Some(words.iter().filter_map(kind).collect())
}

/// Each once, in the order in which they were said.
pub(crate) fn versions(texts: &[String]) -> Result<Vec<GoRequest>, NotAGoVersion> {
    let mut versions: Vec<GoRequest> = Vec::new();
    for text in listed(texts) {
        let request = text.parse()?;
        if !versions.contains(&request) {
            versions.push(request);
        }
    }
    Ok(versions)
}

fn options(args: args::PlanOptionArgs, env: &EnvBlock) -> Result<PlanOptions, NotAGoVersion> {
    let gobin = match filled(args.gobin) {
        None => Gobin::Standard,
        Some(none) if none == "none" => Gobin::Unset,
        Some(dir) => Gobin::At(dir),
    };
    let versions = versions_or_default(&args.go)?;
    let repository = filled(args.repository).or_else(|| env.get_filled("GITHUB_REPOSITORY").map(str::to_owned));
    Ok(PlanOptions {
        overrides: Overrides { gocache: filled(args.gocache), gopath: filled(args.gopath), gobin },
        versions,
        repository,
        measure_drives: args.measure_drives == Some(Toggle::On),
    })
}

/// On a runner the report is wanted even when nobody said where.
fn default_report(env: &EnvBlock) -> Option<String> {
    env.get_filled("GITHUB_ACTIONS")?;
    env.get_filled("RUNNER_TEMP").map(|temp| env.platform().join(temp, "goenv-ci-report"))
}

/// An empty input means its default.
pub(crate) fn filled(value: Option<String>) -> Option<String> {
    value.filter(|text| !text.trim().is_empty())
}

/// Values that may be repeated, and separated by commas, blanks or line ends.
pub(crate) fn listed(values: &[String]) -> Vec<String> {
    let pieces = values.iter().flat_map(|value| value.split([',', '\n', '\r']));
    pieces.map(str::trim).filter(|piece| !piece.is_empty()).map(str::to_owned).collect()
}

fn shell(name: ShellName) -> Shell {
    match name {
        ShellName::Bash => Shell::Bash,
        ShellName::Pwsh => Shell::Pwsh,
        ShellName::Cmd => Shell::Cmd,
        ShellName::Fish => Shell::Fish,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::Platform;

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
