//! What an editor is told of the YAML that people write: each kind of file with its schema and with the reader that
//! has the last word. Which files of this repository are of which kind stands in their first lines.

use crate::{
    actions::{cache_step, image, release, setup_go},
    claims, config,
    lint::rules,
    plan::profile,
    probe::{self, SourceFile},
};

/// A kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FileKind {
    /// `matrix/*.yml`, `--matrix DIR`.
    Probes,
    /// `matrix/claims`, `--claims DIR`.
    Claims,
    /// `.github/goenv-ci.yml`, `--config FILE`.
    Config,
    /// `matrix/runners`.
    Runner,
    /// `matrix/actions/images.yml`.
    Images,
    /// `matrix/actions/setup-go.yml`.
    SetupGo,
    /// `matrix/actions/cache.yml`.
    Cache,
    /// `matrix/actions/*-tags.yml`.
    ActionTags,
}

impl FileKind {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Probes,
        Self::Claims,
        Self::Config,
        Self::Runner,
        Self::Images,
        Self::SetupGo,
        Self::Cache,
        Self::ActionTags,
    ];

    /// The schema is `docs/schema/NAME.schema.json`.
    #[must_use]
    pub fn schema_name(self) -> &'static str {
        match self {
            Self::Probes => "probe-file",
            Self::Claims => "claim-file",
            Self::Config => "config",
            Self::Runner => "runner-file",
            Self::Images => "images-file",
            Self::SetupGo => "setup-go-file",
            Self::Cache => "cache-file",
            Self::ActionTags => "action-tags-file",
        }
    }

    /// Of a file below this repository's `matrix`, by its path there: `claims/gobin.yml`.
    #[must_use]
    pub fn of_shipped(path: &str) -> Option<Self> {
        let (dir, name) = path.rsplit_once('/').unwrap_or(("", path));
        Some(match (dir, name) {
            ("", _) => Self::Probes,
            ("claims", _) => Self::Claims,
            ("runners", _) => Self::Runner,
            ("actions", "images.yml") => Self::Images,
            ("actions", "setup-go.yml") => Self::SetupGo,
            ("actions", "cache.yml") => Self::Cache,
            ("actions", tags) if tags.ends_with("-tags.yml") => Self::ActionTags,
            _ => return None,
        })
    }

    /// The JSON Schema.
    ///
    /// # Errors
    /// As serde says; none is known.
    pub fn schema(self) -> Result<String, serde_json::Error> {
        match self {
            Self::Probes => probe::schema::schema(),
            Self::Claims => claims::file_schema(),
            Self::Config => config::schema(&rules().map(|rule| (rule.id, rule.title)).collect::<Vec<_>>()),
            Self::Runner => profile::schema(),
            Self::Images => image::schema(),
            Self::SetupGo => setup_go::schema(),
            Self::Cache => cache_step::schema(),
            Self::ActionTags => release::tags_schema(),
        }
    }

    /// Whether the reader takes a file that is called so.
    ///
    /// # Errors
    /// The first thing that is wrong, with its place.
    pub fn read(self, file: &str, text: &str) -> Result<(), String> {
        let source = || [SourceFile { name: file.to_owned(), content: text.as_bytes().to_vec() }];
        match self {
            Self::Probes => probe::load_probes(&source()).map(|_| ()).map_err(|why| why.to_string()),
            Self::Claims => claims::load_claims(&source()).map(|_| ()).map_err(|why| why.to_string()),
            Self::Config => config::parse(file, text.as_bytes()).map(|_| ()).map_err(|why| why.to_string()),
            Self::Runner => profile::load_profile(file, text).map(|_| ()).map_err(|why| why.to_string()),
            Self::Images => image::check(file, text).map_err(|why| why.to_string()),
            Self::SetupGo => setup_go::check(file, text).map_err(|why| why.to_string()),
            Self::Cache => cache_step::check(file, text).map_err(|why| why.to_string()),
            Self::ActionTags => release::check_tags(file, text).map_err(|why| why.to_string()),
        }
    }
}
