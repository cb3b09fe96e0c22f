//! What must be true of the list of mutants itself, without building any.

use crate::{mutant, support::judged, sweep::Sweep, table, trial::Outcome};
use goenv_ci::goenv::version::GoVersion;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// The mutants of this repository.
pub fn mutants() -> Vec<mutant::Mutant> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/detection/mutants");
    mutant::load(&dir).unwrap_or_else(|error| panic!("tests/detection/mutants/{error}"))
}

/// Every toolchain of a tool cache, the oldest first.
fn toolchains(tool_cache: &Path) -> Vec<(GoVersion, PathBuf)> {
    let versions = fs::read_dir(tool_cache.join("go")).unwrap().map(|entry| entry.unwrap().file_name());
    let mut found: Vec<(GoVersion, PathBuf)> = versions
        .map(|name| {
            let name = name.to_str().unwrap().to_owned();
            let dirs = fs::read_dir(tool_cache.join("go").join(&name)).unwrap().map(|entry| entry.unwrap().path());
            let root = dirs.into_iter().find(|path| path.join("VERSION").is_file()).unwrap();
            (name.parse().unwrap(), root)
        })
        .collect();
    found.sort();
    found
}

#[test]
fn every_edit_applies_to_each_of_its_versions() {
    let Some(tool_cache) = judged::tool_cache() else { return };
    let mutants = mutants();
    let mut stale = Vec::new();
    for (version, goroot) in toolchains(&tool_cache) {
        for mutant in mutants.iter().filter(|mutant| mutant.is_for(&version)) {
            if let Err(why) = mutant.apply(&goroot, &version) {
                stale.push(format!("{} {} on {version}: {why}", mutant.place, mutant.id));
            }
        }
    }
    assert!(stale.is_empty(), "give the edit, or the mutant, a range `go:`:\n  {}", stale.join("\n  "));
}

/// What the list has to hold at least.
const FEWEST: usize = 120;

#[test]
fn the_page_lists_the_mutants_of_the_list() {
    let ids: BTreeSet<String> = mutants().into_iter().map(|mutant| mutant.id).collect();
    assert!(ids.len() >= FEWEST, "there are only {} mutants", ids.len());
    let listed: BTreeSet<String> = table::listed_ids(&fs::read_to_string(table::page()).unwrap()).into_iter().collect();
    let differing: Vec<&String> = ids.symmetric_difference(&listed).collect();
    assert!(differing.is_empty(), "docs/detection.md is out of date, run `bash scripts/detection.sh`: {differing:?}");
}

#[test]
fn a_mistake_in_the_list_has_its_line() {
    const GOOD: &str = "- id: a\n  variable: GOBIN\n  stands_for: it\n  command: build\n  edits:\n    - file: cmd/go/main.go\n      find: a\n      replace: b\n";
    assert_eq!(mutant::parse("gobin.yml", GOOD).unwrap()[0].id, "gobin/a");
    let refused = |text: &str| mutant::parse("gobin.yml", text).err().unwrap_or_default();
    let twice = refused(&format!("{GOOD}{GOOD}"));
    assert!(twice.starts_with("gobin.yml:9: the id `a` is there twice"), "{twice}");
    let unknown = refused(&GOOD.replace("  command: build\n", "  comand: build\n"));
    assert!(unknown.starts_with("gobin.yml:4: ") && unknown.contains("comand"), "{unknown}");
    let nothing = refused(&GOOD.replace("replace: b", "replace: a"));
    assert!(nothing.starts_with("gobin.yml:7: this edit changes nothing"), "{nothing}");
    let range = refused(&GOOD.replace("command: build\n", "command: build\n  go: new\n"));
    assert!(range.starts_with("gobin.yml:5: `new`"), "{range}");
}

#[test]
fn an_edit_that_no_longer_applies_is_named_and_counted_apart() {
    const ONE: &str = "- id: a\n  variable: GOBIN\n  stands_for: it\n  command: build\n  edits:\n    - file: cmd/go/main.go\n      find: gone\n      replace: b\n";
    let mutant = mutant::parse("gobin.yml", ONE).unwrap().remove(0);
    let goroot = tempfile::tempdir().unwrap();
    fs::create_dir_all(goroot.path().join("src/cmd/go")).unwrap();
    let version: GoVersion = "1.99.0".parse().unwrap();
    let applied = |source: &str| {
        fs::write(goroot.path().join("src/cmd/go/main.go"), source).unwrap();
        mutant.apply(goroot.path(), &version)
    };
    assert!(applied("it is not gone").is_ok());
    assert!(applied("gone and gone").unwrap_err().contains("2 times"));
    let why = applied("it moved").unwrap_err();
    assert!(why.contains("cmd/go/main.go: `gone`") && why.contains("0 times"), "{why}");

    let outcomes = BTreeMap::from([("gobin/a".to_owned(), Outcome::DoesNotApply(why))]);
    let page = table::render(&[&mutant], &[Sweep { version: version.to_string(), outcomes, earlier: 0 }]);
    assert!(page.contains("| Go 1.99.0 | 0 | 0 | 0 | 0 | 0 |"), "it is no mutant that was tried: {page}");
    assert!(page.contains("- 1 mutants that do not apply to the source of Go 1.99.0: `gobin/a`"), "{page}");
}
