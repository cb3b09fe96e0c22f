//! What several commands share: headings of the help, groups of flags, and the words that flags take.

use crate::{
    goenv::version::{GoRequest, NotAGoVersion},
    plan::DEFAULT_VERSIONS,
};
use anstyle::Style;
use clap::{
    Arg, Command, ValueEnum,
    builder::{EnumValueParser, PossibleValue, TypedValueParser},
};
use std::{ffi::OsStr, marker::PhantomData};

/// Headings of the help, in the order in which a command shows them.
pub(crate) mod heading {
    pub(crate) const VALUES: &str = "Values";
    pub(crate) const TOOLCHAINS: &str = "Where Go comes from";
    pub(crate) const RUNNING: &str = "How it runs";
    pub(crate) const DEFAULTS: &str = "Defaults of the repository";
    pub(crate) const OUTPUT: &str = "Output";
    pub(crate) const GLOBAL: &str = "Global options";
}

/// A part of the help with its title, which looks like clap's own headings.
pub(crate) fn titled(title: &str, text: &str) -> String {
    let style = Style::new().bold().underline();
    format!("{style}{title}:{style:#}\n{text}")
}

/// Seconds that one command of a probe or an experiment may take where nothing else is said.
pub(crate) const COMMAND_SECONDS: u64 = 120;

/// The longest time that a flag in seconds takes: a day.
pub(crate) const MOST_SECONDS: u64 = 86_400;

/// The toolchains of `verify` and `claims`.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = heading::TOOLCHAINS)]
pub struct ToolchainArgs {
    /// Go versions, separated by commas: `1.21` is its newest patch, `1.21.13` exactly that, `path` the `go` on PATH
    #[arg(
        long,
        visible_alias = "go-versions",
        value_name = "VERSIONS",
        env = "GOENV_CI_GO_VERSIONS",
        hide_env_values = true,
        default_value = DEFAULT_VERSIONS
    )]
    pub go: Vec<String>,
    /// A Go installation to use before all others; repeatable [default: none]
    ///
    /// Then follow the tool cache, GOROOT_1_21_X64 and its like, the `go` on PATH, and toolchains that Go has
    /// downloaded into the module cache.
    #[arg(long, value_name = "DIR")]
    pub go_root: Vec<String>,
    /// Download versions that are not present
    #[arg(long, value_name = "true|false", env = "GOENV_CI_INSTALL", hide_env_values = true, num_args = 0..=1, require_equals = true, default_value = "false", default_missing_value = "true", value_parser = OrEmpty::<Toggle>::new(), ignore_case = true, hide_possible_values = true)]
    pub install: Toggle,
    /// Skip versions that are not found, instead of ending with exit code 3
    #[arg(long, value_name = "true|false", env = "GOENV_CI_ALLOW_MISSING", hide_env_values = true, num_args = 0..=1, require_equals = true, default_value = "false", default_missing_value = "true", value_parser = OrEmpty::<Toggle>::new(), ignore_case = true, hide_possible_values = true)]
    pub allow_missing: Toggle,
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

impl ToolchainArgs {
    pub(crate) fn options(self, versions: Vec<GoRequest>) -> ToolchainOptions {
        ToolchainOptions {
            versions,
            go_roots: self.go_root,
            install: self.install == Toggle::On,
            allow_missing: self.allow_missing == Toggle::On,
        }
    }
}

/// `--format` of every command but `plan`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DataFormat {
    /// Text for a person.
    Human,
    /// JSON with a published schema, for a program.
    Json,
}

/// `--fail-on` of `verify` and `claims`: whether verdicts decide the exit code.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// A verdict that does not hold is exit code 1, an error 5.
    #[default]
    Fail,
    /// Verdicts do not change the exit code.
    Never,
}

/// A switch that a variable can hold too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Toggle {
    /// An empty variable: what the flag means without it.
    #[default]
    #[value(skip)]
    Default,
    /// `true`.
    #[value(name = "true")]
    On,
    /// `false`.
    #[value(name = "false")]
    Off,
}

/// Reads a word of an enum. An empty one, as the action passes for an input that is not given, is its default.
#[derive(Clone, Debug)]
pub(crate) struct OrEmpty<T>(PhantomData<T>);

impl<T> OrEmpty<T> {
    pub(crate) const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<T: ValueEnum + Default + Send + Sync + 'static> TypedValueParser for OrEmpty<T> {
    type Value = T;

    fn parse_ref(&self, command: &Command, arg: Option<&Arg>, value: &OsStr) -> Result<T, clap::Error> {
        let value = value.to_str().map_or(value, |text| OsStr::new(text.trim()));
        if value.is_empty() {
            return Ok(T::default());
        }
        EnumValueParser::new().parse_ref(command, arg, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(T::value_variants().iter().filter_map(ValueEnum::to_possible_value)))
    }
}

/// An empty input means its default.
pub(crate) fn filled(value: Option<String>) -> Option<String> {
    value.filter(|text| !text.trim().is_empty())
}

/// Values that may be repeated, and separated by commas or line ends.
pub(crate) fn listed(values: &[String]) -> Vec<String> {
    let pieces = values.iter().flat_map(|value| value.split([',', '\n', '\r']));
    pieces.map(str::trim).filter(|piece| !piece.is_empty()).map(str::to_owned).collect()
}

/// Each once, in the order in which they were given.
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

/// The same, and [`DEFAULT_VERSIONS`] where an empty variable or flag gives none.
pub(crate) fn versions_or_default(texts: &[String]) -> Result<Vec<GoRequest>, NotAGoVersion> {
    let given = versions(texts)?;
    if given.is_empty() { versions(&[DEFAULT_VERSIONS.to_owned()]) } else { Ok(given) }
}
