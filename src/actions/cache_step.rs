//! What a release of actions/cache, actions/cache/restore and actions/cache/save does.

use crate::{
    actions::{
        release::{ActionRelease, ReleaseTable, changes_schema},
        uses::CachePart,
    },
    probe::MatrixError,
};
use schemars::JsonSchema;
use serde::Deserialize;
use std::sync::LazyLock;

static RELEASES: LazyLock<ReleaseTable<CacheStep>> =
    LazyLock::new(|| ReleaseTable::embedded("cache").unwrap_or_default());

/// A release of actions/cache.
pub(crate) type CacheRelease = ActionRelease<CacheStep>;

/// What a release does; matrix/actions/cache.yml says what the fields mean.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub(crate) struct CacheStep {
    /// GitHub fails every job that uses it.
    pub retired: bool,
    /// The actions that there are below the repository: cache is the repository itself.
    parts: Vec<PartName>,
    /// All inputs that one of them knows.
    inputs: Vec<String>,
}

#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq)]
#[schemars(inline)]
#[serde(rename_all = "kebab-case")]
enum PartName {
    Cache,
    Restore,
    Save,
}

/// The schema of cache.yml, docs/schema/cache-file.schema.json.
pub(crate) fn schema() -> Result<String, serde_json::Error> {
    changes_schema::<CacheStep>(
        "cache-file",
        "goenv-ci on actions/cache",
        "What actions/cache, actions/cache/restore and actions/cache/save do, by release.",
    )
}

/// Whether a text is such a file, for the tags that are built in.
///
/// # Errors
/// The first thing that is wrong.
pub(crate) fn check(file: &str, text: &str) -> Result<(), MatrixError> {
    ReleaseTable::<CacheStep>::with_own_tags("cache", file, text).map(|_| ())
}

/// The release that `uses: actions/cache@REFERENCE` means, and of its parts as well; `None` where it is not known.
pub(crate) fn release(reference: &str) -> Option<&'static CacheRelease> {
    RELEASES.find(reference)
}

impl CacheStep {
    /// Whether the release has this action.
    pub(crate) fn has(&self, part: CachePart) -> bool {
        self.parts.contains(&match part {
            CachePart::Both => PartName::Cache,
            CachePart::Restore => PartName::Restore,
            CachePart::Save => PartName::Save,
        })
    }

    /// Inputs are found in any case.
    pub(crate) fn knows_input(&self, part: CachePart, name: &str) -> bool {
        let is = |other: &&str| other.eq_ignore_ascii_case(name);
        let without = match part {
            CachePart::Both => [].as_slice(),
            // Source: restore/action.yml and save/action.yml of v3.2.0 to v5.0.5.
            CachePart::Restore => &["upload-chunk-size", "save-always"],
            CachePart::Save => &["restore-keys", "fail-on-cache-miss", "lookup-only", "save-always"],
        };
        self.inputs.iter().any(|input| is(&input.as_str())) && !without.iter().any(is)
    }
}

/// The entries of `path` or `restore-keys`. Source: actions/cache v5.0.5, `actionUtils.ts: getInputAsArray`.
pub(crate) fn input_lines(value: &str) -> Vec<String> {
    let entries = value.split('\n').map(|line| match line.strip_prefix('!') {
        Some(rest) => format!("!{}", rest.trim_start()).trim().to_owned(),
        None => line.trim().to_owned(),
    });
    entries.filter(|entry| !entry.is_empty()).collect()
}

/// Whether an input of actions/cache such as `lookup-only` is on.
pub(crate) fn is_on(value: &str) -> bool {
    value.trim().eq_ignore_ascii_case("true")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn retired(reference: &str) -> Option<bool> {
        release(reference).map(|release| release.does.retired)
    }

    #[test]
    fn the_tables_are_sound_and_what_is_retired_speaks_to_the_old_service_alone() {
        let table = ReleaseTable::<CacheStep>::embedded("cache").unwrap();
        for release in table.all() {
            let old = release.library.is_none() || release.speaks_old_service_only();
            assert_eq!(release.does.retired, old, "{}", release.tag);
        }
        assert!(table.all().len() > 60);
    }

    #[test]
    fn retired_releases_are_known_by_tag_moving_tag_and_commit() {
        assert_eq!(retired("v4.1.2"), Some(true));
        assert_eq!(retired("6849a6489940f00c2f30c0fb92c6274307ccb58a"), Some(true));
        assert_eq!(retired("v3.3.3"), Some(true));
        assert_eq!(
            (retired("v1"), retired("v2"), retired("v3"), retired("v4")),
            (Some(true), Some(true), Some(false), Some(false))
        );
        assert_eq!((retired("v3.4.0"), retired("v4.2.0")), (Some(false), Some(false)));
        assert_eq!((retired("v9"), retired("main")), (None, None));
    }

    #[test]
    fn each_part_has_its_own_inputs() {
        let does = &release("v4.3.0").unwrap().does;
        for (name, expected) in [
            ("path", [true, true, true]),
            ("restore-keys", [true, true, false]),
            ("lookup-only", [true, true, false]),
            ("upload-chunk-size", [true, false, true]),
            ("ENABLECROSSOSARCHIVE", [true, true, true]),
            ("save-always", [true, false, false]),
            ("paths", [false, false, false]),
        ] {
            let parts = [CachePart::Both, CachePart::Restore, CachePart::Save];
            assert_eq!(parts.map(|part| does.knows_input(part, name)), expected, "{name}");
        }
        assert!(does.has(CachePart::Save) && !release("v3.0.11").unwrap().does.has(CachePart::Save));
        assert!(!release("v3.4.0").unwrap().does.knows_input(CachePart::Both, "save-always"));
    }

    #[test]
    fn paths_are_trimmed_lines() {
        assert_eq!(
            input_lines("  ~/.cache/go-build\r\n\n~/go/pkg/mod \n!  a b\n  ! c\n"),
            ["~/.cache/go-build", "~/go/pkg/mod", "!a b", "! c"]
        );
        assert!(is_on("True") && !is_on("yes") && !is_on(""));
    }
}
