//! The releases of an action: a table of tags, and what changed with which version. A tag or commit that is in no table,
//! or newer than anybody has read, leads nowhere.

use crate::{
    actions::embedded,
    probe::{MatrixError, load},
    yaml::kinds::{PlainText, file_schema, published, shape_schema},
};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use semver::Version;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Map, Value};
use std::borrow::Cow;

/// The library that setup-go and cache speak to the cache service with: below 4.0.0 to the old service alone.
const FIRST_OF_NEW_SERVICE: u64 = 4;

/// One release of an action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ActionRelease<D> {
    /// As in `v6.5.0`.
    pub tag: String,
    pub version: Version,
    /// In lower case.
    pub commit: String,
    /// `using` of its action.yml.
    pub runtime: Option<String>,
    /// The version of @actions/cache in it.
    pub library: Option<Version>,
    pub does: D,
}

impl<D> ActionRelease<D> {
    /// Whether all it knows is the service that GitHub has switched off on github.com; other servers still have it.
    pub(crate) fn speaks_old_service_only(&self) -> bool {
        self.library.as_ref().is_some_and(|library| library.major < FIRST_OF_NEW_SERVICE)
    }
}

/// What is known of an action.
#[derive(Debug)]
pub(super) struct ReleaseTable<D> {
    releases: Vec<ActionRelease<D>>,
    moving: Vec<MovingTag>,
}

/// A tag such as `v6`.
#[derive(Debug)]
struct MovingTag {
    tag: String,
    commit: String,
    /// The tag of a release.
    means: String,
}

impl<D> Default for ReleaseTable<D> {
    fn default() -> Self {
        Self { releases: Vec::new(), moving: Vec::new() }
    }
}

/// The tags of an action; scripts/actions_table.py writes the file.
#[derive(JsonSchema)]
#[schemars(title = "goenv-ci tags of an action", transparent)]
struct TagsFile(#[allow(dead_code, reason = "for the schema alone")] Vec<TagRow>);

/// One tag.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Tag")]
struct TagRow {
    /// As in `v6.5.0`; one that is no full version moves.
    #[schemars(with = "PlainText")]
    tag: String,
    /// The commit that it names.
    #[schemars(with = "PlainText")]
    commit: String,
    /// `using` of the action.yml of that commit.
    #[schemars(with = "Option<PlainText>", extend("examples" = ["node24"]))]
    runtime: Option<String>,
    /// The version of @actions/cache in it.
    library: Option<TableVersion>,
    /// Of a tag that moves: the newest release with the very files of its commit.
    #[schemars(with = "Option<PlainText>")]
    means: Option<String>,
}

/// The schema of a table of tags, docs/schema/action-tags-file.schema.json.
pub(crate) fn tags_schema() -> Result<String, serde_json::Error> {
    file_schema::<TagsFile>("action-tags-file")
}

/// Whether a text is a table of tags.
///
/// # Errors
/// The first thing that is wrong.
pub(crate) fn check_tags(file: &str, text: &str) -> Result<(), MatrixError> {
    load::parse::<Vec<TagRow>>(file, text.as_bytes()).map(|_| ())
}

/// The schema of what an action does by release: the fields of `D`, each where it changed.
pub(super) fn changes_schema<D: JsonSchema>(name: &str, title: &str, says: &str) -> Result<String, serde_json::Error> {
    let (mut schema, fields) = (shape_schema::<ActionFile>(), shape_schema::<D>());
    schema.insert("title".to_owned(), title.into());
    schema.insert("description".to_owned(), says.into());
    let object = schema.ensure_object();
    if let Some(Value::Object(shared)) = fields.get("$defs") {
        let all = object.entry("$defs").or_insert_with(|| Value::Object(Map::new()));
        all.as_object_mut().into_iter().for_each(|all| all.extend(shared.clone()));
    }
    let row = object.get_mut("$defs").and_then(|all| all.get_mut("ChangeRow"));
    if let (Some(row), Some(Value::Object(fields))) = (row, fields.get("properties")) {
        row["additionalProperties"] = false.into();
        row["properties"].as_object_mut().into_iter().for_each(|own| own.extend(fields.clone()));
    }
    published(schema, name)
}

/// A version as it is written in a table.
#[derive(Debug, Deserialize)]
#[serde(try_from = "String")]
struct TableVersion(Version);

impl JsonSchema for TableVersion {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "TableVersion".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        const NUMBER: &str = "(0|[1-9][0-9]*)";
        let pattern = format!(r"^{NUMBER}\.{NUMBER}\.{NUMBER}(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$");
        json_schema!({ "type": "string", "pattern": pattern, "examples": ["5.6.0"] })
    }
}

impl TryFrom<String> for TableVersion {
    type Error = semver::Error;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse().map(Self)
    }
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ActionFile {
    /// The newest release of each major version whose source somebody has read; a newer one is unknown.
    read_to: Vec<TableVersion>,
    /// What changed, by release; a field holds until a later release states it anew.
    changes: Vec<ChangeRow>,
}

/// What changed with a release.
#[derive(Debug, Deserialize, JsonSchema)]
struct ChangeRow {
    /// The first release that has it.
    since: TableVersion,
    /// The files at that release's tag that say so.
    #[allow(dead_code, reason = "for the reader of the file")]
    #[schemars(with = "PlainText")]
    source: String,
    #[serde(flatten)]
    #[schemars(skip)]
    fields: Map<String, Value>,
}

impl ActionFile {
    /// All fields that hold for a version; `None` for one that nobody has read.
    fn holds_for(&self, version: &Version) -> Option<Map<String, Value>> {
        self.read_to.iter().find(|TableVersion(read)| read.major == version.major && version <= read)?;
        let mut changes: Vec<&ChangeRow> = self.changes.iter().filter(|change| change.since.0 <= *version).collect();
        changes.sort_by_key(|change| &change.since.0);
        let fields = changes.into_iter().flat_map(|change| change.fields.clone());
        Some(fields.collect()).filter(|fields: &Map<String, Value>| !fields.is_empty())
    }
}

impl<D: DeserializeOwned> ReleaseTable<D> {
    /// The tables of an action that is built in: `ACTION.yml` and `ACTION-tags.yml`.
    pub(super) fn embedded(action: &str) -> Result<Self, MatrixError> {
        let name = format!("{action}.yml");
        Self::with_own_tags(action, &name, embedded(&name))
    }

    /// What an action does as another text has it, for the tags that are built in.
    pub(super) fn with_own_tags(action: &str, file: &str, text: &str) -> Result<Self, MatrixError> {
        let tags = format!("{action}-tags.yml");
        Self::read(file, text, &tags, embedded(&tags))
    }

    fn read(file: &str, text: &str, tags_file: &str, tags: &str) -> Result<Self, MatrixError> {
        let action: ActionFile = load::parse(file, text.as_bytes())?;
        let rows: Vec<TagRow> = load::parse(tags_file, tags.as_bytes())?;
        let mut table = Self::default();
        for row in rows {
            let commit = row.commit.to_ascii_lowercase();
            if let Some(means) = row.means {
                table.moving.push(MovingTag { tag: row.tag, commit, means });
                continue;
            }
            let Some(version) = row.tag.strip_prefix('v').and_then(|rest| Version::parse(rest).ok()) else { continue };
            let Some(fields) = action.holds_for(&version) else { continue };
            let does = serde_json::from_value(Value::Object(fields))
                .map_err(|why| MatrixError::at(file, 1, 1, format!("for {}: {why}", row.tag)))?;
            let (runtime, library) = (row.runtime, row.library.map(|TableVersion(library)| library));
            table.releases.push(ActionRelease { tag: row.tag, version, commit, runtime, library, does });
        }
        Ok(table)
    }
}

impl<D> ReleaseTable<D> {
    /// By what stands behind `@`: the tag of a release, one that moves, or a commit.
    pub(super) fn find(&self, reference: &str) -> Option<&ActionRelease<D>> {
        let (is_commit, lower) = (is_commit(reference), reference.to_ascii_lowercase());
        let named = |tag: &str, commit: &str| if is_commit { commit == lower } else { tag == reference };
        let exact = self.releases.iter().filter(|release| named(&release.tag, &release.commit));
        exact.max_by(|a, b| a.version.cmp(&b.version)).or_else(|| {
            let moving = self.moving.iter().find(|moving| named(&moving.tag, &moving.commit))?;
            self.releases.iter().find(|release| release.tag == moving.means)
        })
    }

    #[cfg(test)]
    pub(super) fn all(&self) -> &[ActionRelease<D>] {
        &self.releases
    }
}

/// Whether a reference is a whole commit: GitHub takes no shortened ones.
pub(super) fn is_commit(reference: &str) -> bool {
    reference.len() == 40 && reference.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
    #[serde(default, deny_unknown_fields)]
    struct Does {
        a: String,
        b: bool,
    }

    const ACTION: &str = "read_to: [1.2.0, 2.0.0]\nchanges:\n\
        - { since: 2.0.0, source: s, a: second }\n- { since: 1.1.0, source: s, b: true }\n- { since: 1.0.0, source: s, a: first }\n";

    fn commit(letter: char) -> String {
        letter.to_string().repeat(40)
    }

    fn table() -> ReleaseTable<Does> {
        let row = |(tag, letter, rest): &(&str, char, &str)| {
            format!("- {{ tag: {tag}, commit: {}{rest} }}\n", commit(*letter))
        };
        let rows = [
            ("v1", '9', ", means: v1.2.0"),
            ("v3", 'e', ", means: v3.0.0"),
            ("v4", '4', ""),
            ("v0.9.0", 'f', ""),
            ("v1.0.0", 'a', ", library: 3.2.4"),
            ("v1.2.0-beta.1", 'b', ""),
            ("v1.2.0", 'b', ", library: 4.0.0"),
            ("v1.3.0", 'd', ""),
            ("v2.0.0", 'c', ""),
            ("v3.0.0", 'e', ""),
        ];
        let tags: String = rows.iter().map(row).collect();
        ReleaseTable::read("a.yml", ACTION, "t.yml", &tags).unwrap()
    }

    #[test]
    fn a_release_has_what_changed_up_to_it() {
        let table = table();
        let does = |reference: &str| table.find(reference).map(|release| (release.does.a.clone(), release.does.b));
        assert_eq!(does("v1.0.0"), Some(("first".to_owned(), false)));
        assert_eq!(does("v1.2.0"), Some(("first".to_owned(), true)));
        assert_eq!(does("v2.0.0"), Some(("second".to_owned(), true)));
    }

    #[test]
    fn a_moving_tag_and_a_commit_mean_the_newest_release_there() {
        let table = table();
        let tag = |reference: &str| table.find(reference).map(|release| release.tag.clone());
        for reference in ["v1", "v1.2.0", &commit('b'), &commit('B'), &commit('9')] {
            assert_eq!(tag(reference).as_deref(), Some("v1.2.0"), "{reference}");
        }
    }

    #[test]
    fn a_library_below_4_speaks_to_the_old_service_alone() {
        let table = table();
        let old = |reference: &str| table.find(reference).map(ActionRelease::speaks_old_service_only);
        assert_eq!([old("v1.0.0"), old("v1.2.0"), old("v2.0.0")], [Some(true), Some(false), Some(false)]);
    }

    #[test]
    fn what_nobody_has_read_leads_nowhere() {
        let table = table();
        for reference in ["v1.3.0", "v3", "v3.0.0", "v4", "v0.9.0", "V1", "main", "", "bbbbbbb", &commit('d')] {
            assert_eq!(table.find(reference), None, "{reference}");
        }
    }

    #[test]
    fn an_unknown_field_is_refused_with_the_release_that_has_it() {
        let action = "read_to: [1.0.0]\nchanges: [{ since: 1.0.0, source: s, c: 1 }]";
        let tags = format!("- {{ tag: v1.0.0, commit: {} }}", commit('a'));
        let error = ReleaseTable::<Does>::read("a.yml", action, "t.yml", &tags).unwrap_err().to_string();
        assert!(error.starts_with("a.yml:1:1: for v1.0.0: unknown field `c`"), "{error}");
    }
}
