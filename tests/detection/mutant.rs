//! The list of mutants, `mutants/*.yml`: small changes to cmd/go, each a plausible way to disregard a variable.
//! How one is written is in docs/design.md.

use goenv_ci::goenv::version::GoVersion;
use semver::VersionReq;
use serde::Deserialize;
use serde_yaml::{Options, Spanned};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

/// The commands that a mutant may name: those that read the variable where the edit is.
const COMMANDS: &[&str] = &[
    "any",
    "build",
    "clean",
    "download",
    "env",
    "generate",
    "get",
    "install",
    "install-file",
    "install-version",
    "list",
    "run",
    "test",
    "tidy",
    "tool",
    "vendor",
    "version",
    "vet",
    "work",
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MutantShape {
    id: Spanned<String>,
    variable: Spanned<String>,
    stands_for: String,
    command: Spanned<String>,
    go: Option<Spanned<String>>,
    edits: Vec<EditShape>,
    #[serde(default)]
    governs: Vec<String>,
    equivalent: Option<String>,
    unseen: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EditShape {
    file: Spanned<String>,
    go: Option<Spanned<String>>,
    find: Spanned<String>,
    replace: String,
}

/// One change to cmd/go that makes it disregard a variable.
pub struct Mutant {
    /// `gobin/install-of-files-forgets-it`.
    pub id: String,
    /// Whom verify must blame.
    pub variable: String,
    /// The misbehaviour in one sentence.
    pub stands_for: String,
    /// The command that reads the variable there.
    pub command: String,
    /// The versions that it is for, all without one.
    pub go: Option<VersionReq>,
    /// What is changed in the source.
    pub edits: Vec<Edit>,
    /// Variables that may fail beside the mutated one, for it governs them.
    pub governs: BTreeSet<String>,
    /// Why nobody could see a difference.
    pub equivalent: Option<String>,
    /// Why no probe sees it, although there is a difference: it is known to survive, and counts as that.
    pub unseen: Option<String>,
    /// FILE:LINE of its entry.
    pub place: String,
}

/// One text of one file, in place of which another stands.
pub struct Edit {
    file: String,
    go: Option<VersionReq>,
    find: String,
    replace: String,
}

impl Mutant {
    /// Whether it is meant for this version.
    pub fn is_for(&self, version: &GoVersion) -> bool {
        self.go.as_ref().is_none_or(|range| version.within(range))
    }

    /// The files that it changes, with their new content, by their path below GOROOT/src.
    ///
    /// # Errors
    /// An edit does not apply to this source; says which and why.
    pub fn apply(&self, goroot: &Path, version: &GoVersion) -> Result<BTreeMap<String, String>, String> {
        let mut changed: BTreeMap<String, String> = BTreeMap::new();
        for edit in self.edits.iter().filter(|edit| edit.go.as_ref().is_none_or(|range| version.within(range))) {
            let text = match changed.remove(&edit.file) {
                Some(text) => text,
                None => fs::read_to_string(goroot.join("src").join(&edit.file))
                    .map_err(|error| format!("{}: {error}", edit.file))?,
            };
            let found = text.matches(&edit.find).count();
            if found != 1 {
                let first = edit.find.trim().lines().next().unwrap_or_default();
                return Err(format!("{}: `{first}` ... is there {found} times instead of once", edit.file));
            }
            changed.insert(edit.file.clone(), text.replacen(&edit.find, &edit.replace, 1));
        }
        if changed.is_empty() {
            return Err("none of its edits is for this version".to_owned());
        }
        Ok(changed)
    }
}

/// All mutants below a directory, by file and then as they are written.
///
/// # Errors
/// The first entry that is wrong, with its file and line.
pub fn load(dir: &Path) -> Result<Vec<Mutant>, String> {
    let entries = fs::read_dir(dir).map_err(|error| format!("{}: {error}", dir.display()))?;
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let mut mutants = Vec::new();
    for path in paths {
        let name = path.file_name().unwrap().to_str().unwrap();
        let text = fs::read_to_string(&path).map_err(|error| format!("{name}: {error}"))?;
        mutants.extend(parse(name, &text)?);
    }
    Ok(mutants)
}

/// The mutants of one file, `gobin.yml`.
///
/// # Errors
/// What is wrong with it, with file and line.
pub fn parse(file: &str, text: &str) -> Result<Vec<Mutant>, String> {
    let stem = file.strip_suffix(".yml").ok_or_else(|| format!("{file}: mutants are in .yml files"))?;
    let mut options = Options::default();
    options.with_snippet = false;
    let shapes: Vec<MutantShape> = serde_yaml::from_str_with_options(text, options).map_err(|error| {
        let line = error.location().map_or(1, |place| place.line());
        let message = error.to_string();
        format!("{file}:{line}: {}", message.split(" at line ").next().unwrap_or_default())
    })?;
    let mut seen = BTreeSet::new();
    shapes.into_iter().map(|shape| shape.checked(file, stem, &mut seen)).collect()
}

impl MutantShape {
    fn checked(self, file: &str, stem: &str, seen: &mut BTreeSet<String>) -> Result<Mutant, String> {
        let at = |place: &Spanned<String>, message: &str| format!("{file}:{}: {message}", place.referenced.line());
        let id = &self.id.value;
        if id.is_empty() || !id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-') {
            return Err(at(&self.id, &format!("`{id}` is no id: a-z, 0-9 and `-`")));
        }
        if !seen.insert(id.clone()) {
            return Err(at(&self.id, &format!("the id `{id}` is there twice")));
        }
        if !COMMANDS.contains(&self.command.value.as_str()) {
            return Err(at(&self.command, &format!("`{}` is none of {}", self.command.value, COMMANDS.join(", "))));
        }
        if self.edits.is_empty() {
            return Err(at(&self.id, "a mutant without an edit changes nothing"));
        }
        let variable = &self.variable.value;
        if self.stands_for.contains(['|', '\n'])
            || self.equivalent.iter().chain(&self.unseen).any(|why| why.contains(['|', '\n']))
        {
            return Err(at(
                &self.id,
                "`stands_for`, `equivalent` and `unseen` are one line each, without `|`: they stand in a table",
            ));
        }
        if variable.is_empty() || !variable.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_') {
            return Err(at(&self.variable, &format!("`{variable}` is no name of a variable")));
        }
        let place = format!("{file}:{}", self.id.referenced.line());
        let edits = self.edits.into_iter().map(|edit| {
            if edit.find.value == edit.replace || edit.find.value.is_empty() {
                return Err(at(&edit.find, "this edit changes nothing"));
            }
            let go = range(file, edit.go.as_ref())?;
            Ok(Edit { file: edit.file.value, go, find: edit.find.value, replace: edit.replace })
        });
        Ok(Mutant {
            id: format!("{stem}/{id}"),
            edits: edits.collect::<Result<_, _>>()?,
            go: range(file, self.go.as_ref())?,
            variable: self.variable.value,
            stands_for: self.stands_for,
            command: self.command.value,
            governs: self.governs.into_iter().collect(),
            equivalent: self.equivalent,
            unseen: self.unseen,
            place,
        })
    }
}

fn range(file: &str, text: Option<&Spanned<String>>) -> Result<Option<VersionReq>, String> {
    let Some(text) = text else { return Ok(None) };
    let parsed = VersionReq::parse(&text.value);
    parsed.map(Some).map_err(|error| format!("{file}:{}: `{}`: {error}", text.referenced.line(), text.value))
}
