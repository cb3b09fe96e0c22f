//! The flag before the variable before the repository's file before the default: once, for every setting.

use crate::{
    cli::values::{filled, heading, versions, versions_or_default},
    config::{Config, ConfigChoice, Stated},
    goenv::version::{GoRequest, NotAGoVersion},
    plan::Giver,
    platform::env::EnvBlock,
};
use clap::{ArgMatches, parser::ValueSource};
use std::collections::BTreeMap;

/// The file with a repository's defaults.
#[derive(Debug, Default, clap::Args)]
#[command(next_help_heading = heading::DEFAULTS)]
pub struct ConfigArgs {
    /// The file with this repository's defaults; `none` reads none [default: .github/goenv-ci.yml, from the working directory up to the repository's root]
    #[arg(long, value_name = "FILE|none", env = "GOENV_CI_CONFIG", hide_env_values = true)]
    pub config: Option<String>,
    /// Read no file with defaults; the same as `--config none`
    #[arg(long)]
    pub no_config: bool,
}

impl ConfigArgs {
    pub(crate) fn choice(&self) -> ConfigChoice {
        match filled(self.config.clone()) {
            _ if self.no_config => ConfigChoice::Nothing,
            None => ConfigChoice::Search,
            Some(none) if none == "none" => ConfigChoice::Nothing,
            Some(file) => ConfigChoice::File(file),
        }
    }
}

/// Which flags were given, and how; by the ids of the command's own arguments.
#[derive(Clone, Debug, Default)]
pub struct FlagSources(BTreeMap<String, Giver>);

impl FlagSources {
    pub(crate) fn of(matches: &ArgMatches) -> Self {
        let giver = |id: &str| match matches.value_source(id)? {
            ValueSource::CommandLine => Some((id.to_owned(), Giver::Flag)),
            ValueSource::EnvVariable => Some((id.to_owned(), Giver::Variable)),
            _ => None,
        };
        Self(matches.ids().filter_map(|id| giver(id.as_str())).collect())
    }

    /// Whether a flag was typed.
    pub(crate) fn typed(&self, id: &str) -> bool {
        self.0.get(id) == Some(&Giver::Flag)
    }
}

/// What settings are made of, beside the arguments themselves.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Layers<'a> {
    pub(crate) sources: &'a FlagSources,
    pub(crate) config: &'a Config,
    pub(crate) env: &'a EnvBlock,
}

impl Layers<'_> {
    /// The Go versions, at least one; [`DEFAULT_VERSIONS`] where nobody says anything.
    ///
    /// # Errors
    /// A version that is none.
    pub(crate) fn versions(&self, texts: &[String]) -> Result<(Vec<GoRequest>, Giver), NotAGoVersion> {
        let said = Some(versions(texts)?).filter(|said| !said.is_empty());
        match self.chosen("go", said, self.config.go.as_ref()) {
            Some(chosen) => Ok(chosen),
            None => Ok((versions_or_default(&[])?, Giver::Default)),
        }
    }

    /// What counts, and who says so: `said` by flag or variable, where `None` is an empty one, then `of_file`.
    pub(crate) fn chosen<T: Clone>(
        &self,
        id: &str,
        said: Option<T>,
        of_file: Option<&Stated<T>>,
    ) -> Option<(T, Giver)> {
        let by_flag = said.zip(self.sources.0.get(id).cloned());
        by_flag
            .or_else(|| of_file.map(|stated| (stated.value.clone(), Giver::File { at: self.config.place(stated.at) })))
    }
}
