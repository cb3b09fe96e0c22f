//! `scripts/owner.sh` on a copy of the repository.

use super::{ROOT, repository, root};
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};
use tempfile::TempDir;

/// Whoever is written here must not stand in a file as it is: the script refuses names that mean something else.
const OTHER: &str = concat!("acme", "/goenv");
const THIRD: &str = concat!("3rd-party", "/Go.env_2");

/// What no script may touch, and what git does not have.
const LEFT_OUT: [&str; 4] = [".git", ".lab", "target", "node_modules"];

struct Copied {
    dir: TempDir,
}

impl Copied {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        for (path, bytes) in tree(root()) {
            let to = dir.path().join(path);
            fs::create_dir_all(to.parent().unwrap()).unwrap();
            fs::write(to, bytes).unwrap();
        }
        Self { dir }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn owner(&self, arguments: &[&str]) -> Output {
        Command::new("bash").arg(self.path("scripts/owner.sh")).args(arguments).current_dir("/").output().unwrap()
    }

    fn becomes(&self, name: &str) {
        let output = self.owner(&[name]);
        assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
        assert!(output.stderr.is_empty(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    }

    fn tree(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        tree(self.dir.path())
    }
}

fn tree(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut dirs = vec![root.to_owned()];
    while let Some(dir) = dirs.pop() {
        for entry in fs::read_dir(dir).unwrap().map(Result::unwrap) {
            let (path, kind) = (entry.path(), entry.file_type().unwrap());
            if LEFT_OUT.iter().any(|name| entry.file_name() == *name) {
                continue;
            }
            if kind.is_dir() {
                dirs.push(path);
            } else if kind.is_file() {
                files.insert(path.strip_prefix(root).unwrap().to_owned(), fs::read(&path).unwrap());
            }
        }
    }
    files
}

/// Each place of a repository's name: the owner, what may stand between the two, the name, in any case. A name that goes
/// on is another one. Told here in another way than by the script.
fn places(text: &str, owner: &str, name: &str) -> Vec<String> {
    let (text, owner, name) = (text.to_lowercase(), owner.to_lowercase(), name.to_lowercase());
    let goes_on = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
    let mut found = Vec::new();
    for (at, _) in text.match_indices(&owner) {
        let behind = &text[at + owner.len()..];
        if text[..at].ends_with(|c| goes_on(c) || c == '.') {
            continue;
        }
        // `", "`, `/`, `\/`, `%2F`, `.github.io/`: no letters but those.
        let gap = behind.find(&name).map(|gap| &behind[..gap]).unwrap_or("");
        let is_gap =
            gap.len() <= 12 && !gap.is_empty() && !gap.replace("%2f", "/").replace(".github.io", "").contains(goes_on);
        let end = gap.len() + name.len();
        if is_gap && !gap.contains(['\n', ' ']) && !behind[end..].starts_with(goes_on) {
            found.push(text[at..at + owner.len() + end].to_owned());
        }
    }
    found
}

fn leftovers(files: &BTreeMap<PathBuf, Vec<u8>>, old: &str) -> Vec<String> {
    let (owner, name) = old.split_once('/').unwrap();
    let mut left = Vec::new();
    for (path, bytes) in files {
        let Ok(text) = std::str::from_utf8(bytes) else { continue };
        // The program's own name is not the repository's.
        for name in [name, "goenv-ci"] {
            left.extend(places(text, owner, name).into_iter().map(|place| format!("{}: {place}", path.display())));
        }
        // A name that is nobody else's word is looked for alone, too: in two strings, or under `OWNER`.
        if name.contains('-') && name != "goenv-ci" && text.to_lowercase().contains(&name.to_lowercase()) {
            left.push(format!("{}: {name}", path.display()));
        }
        if text.contains(concat!("OWNER", "/goenv")) {
            left.push(format!("{}: a repository without an owner", path.display()));
        }
    }
    left
}

#[test]
fn another_owner_is_everywhere_and_the_old_one_nowhere() {
    let copy = Copied::new();
    let before = copy.tree();
    assert!(leftovers(&before, repository()).len() > 50, "the old name is looked for in the right way");

    copy.becomes(OTHER);
    let after = copy.tree();
    assert_eq!(leftovers(&after, repository()), [""; 0]);
    let text = |path: &str| String::from_utf8(after[Path::new(path)].clone()).unwrap();
    assert!(text("Cargo.toml").contains(&format!("\nrepository = \"https://github.com/{OTHER}\"\n")));
    assert!(text("README.md").contains(&format!("uses: {OTHER}@v1")));
    assert!(text("docs/schema/report.schema.json").contains(&format!("githubusercontent.com/{OTHER}/v1/docs")));

    // What stands for a caller is nobody's name.
    let callers = |files: &BTreeMap<PathBuf, Vec<u8>>| -> usize {
        files.values().map(|bytes| String::from_utf8_lossy(bytes).matches("org/app").count()).sum()
    };
    assert!(callers(&before) > 100, "{}", callers(&before));
    assert_eq!(callers(&after), callers(&before));
    let changed: Vec<_> = before.iter().filter(|(path, bytes)| after[*path] != **bytes).collect();
    let (owner, name) = repository().split_once('/').unwrap();
    for (path, bytes) in &changed {
        let lines = |bytes: &[u8]| String::from_utf8_lossy(bytes).lines().map(str::to_owned).collect::<Vec<_>>();
        let (old, new) = (lines(bytes), lines(&after[*path]));
        assert_eq!(old.len(), new.len(), "{}", path.display());
        for (old, new) in old.iter().zip(new).filter(|(old, new)| *old != new) {
            assert!(
                !places(old, owner, name).is_empty() || old.contains(&format!("{owner}@users.noreply")),
                "{}: `{old}` became `{new}`",
                path.display()
            );
        }
    }
}

#[test]
fn owners_can_follow_each_other_and_the_way_back_leads_to_the_same_bytes() {
    let copy = Copied::new();
    let before = copy.tree();
    copy.becomes(OTHER);
    let first = copy.tree();
    let again = copy.owner(&[OTHER]);
    assert_eq!(String::from_utf8_lossy(&again.stdout), format!("it is {OTHER} already\n"));
    assert_eq!(copy.tree(), first);

    copy.becomes(THIRD);
    assert_eq!(leftovers(&copy.tree(), OTHER), [""; 0]);
    assert_eq!(String::from_utf8_lossy(&copy.owner(&[]).stdout), format!("{THIRD}\n"));
    copy.becomes(repository());
    let back = copy.tree();
    let differing: Vec<_> =
        before.iter().filter(|(path, bytes)| back[*path] != **bytes).map(|(path, _)| path).collect();
    assert!(differing.is_empty(), "{differing:?}");
}

#[test]
fn every_way_to_write_it_is_found_and_another_name_is_left_alone() {
    let copy = Copied::new();
    let (owner, name) = repository().split_once('/').unwrap();
    let line = |owner: &str, name: &str| {
        format!(
            "{owner}/{name} {owner}/{name},{owner}/{name}.git (https://{owner}.github.io/{name}/) {owner}%2F{name} {owner}%2f{name}\n\
             \"{owner}\\/{name}\" <{owner}@users.noreply.github.com> git@github.com:{owner}/{name} {owner}/{name}@v1 {owner}/{name}.\r\n\
             {owner}/{name}"
        )
    };
    let others = format!(
        "x{owner}/{name} {owner}/{name}-extra {owner}/{name}_2 my.{owner}/{name} {owner}x/{name} {owner}/app\n"
    );
    fs::write(copy.path("docs/ways.md"), format!("{others}{}", line(owner, name))).unwrap();
    fs::create_dir_all(copy.path(".lab")).unwrap();
    fs::create_dir_all(copy.path("target")).unwrap();
    for untouched in [".lab/kept", "target/kept"] {
        fs::write(copy.path(untouched), repository()).unwrap();
    }
    copy.becomes(OTHER);
    let (other_owner, other_name) = OTHER.split_once('/').unwrap();
    let seen = fs::read_to_string(copy.path("docs/ways.md")).unwrap();
    assert_eq!(seen, format!("{others}{}", line(other_owner, other_name)));
    for untouched in [".lab/kept", "target/kept"] {
        assert_eq!(fs::read_to_string(copy.path(untouched)).unwrap(), repository());
    }
}

#[test]
fn a_name_that_is_none_or_means_something_else_is_refused_and_nothing_changes() {
    let copy = Copied::new();
    let before = copy.tree();
    let long = format!("{}/x", "o".repeat(40));
    let malformed = [
        "", "x", "/x", "x/", "a/b/c", "a b/c", "-a/b", "a-/b", "a--b/c", "a_b/c", "a/b.git", "a/..", "a/.", "a/b;c",
        "a/b\nc/d", "a/é",
    ];
    for name in malformed.into_iter().chain([long.as_str(), "https://github.com/a/b"]) {
        let output = copy.owner(&[name]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{name}: {said}");
        assert!(said.starts_with(&format!("error: `{name}` ")) && said.contains("\n help: "), "{name}: {said}");
    }
    for taken in ["org/app", "actions/checkout", "Actions/Setup-Go"] {
        let output = copy.owner(&[taken]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{taken}: {said}");
        assert!(said.contains(&format!("`{taken}` stands for something else in ./")), "{said}");
    }
    assert_eq!(copy.owner(&["a/b", "c/d"]).status.code(), Some(2));
    assert_eq!(copy.tree(), before);
}

#[test]
fn what_nobody_can_change_by_a_pattern_is_named() {
    let copy = Copied::new();
    fs::write(copy.path("docs/loud.md"), repository().to_uppercase()).unwrap();
    let output = copy.owner(&[OTHER]);
    assert_eq!(output.status.code(), Some(3));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("is still in: ./docs/loud.md\n"), "{said}");
    assert!(Path::new(ROOT).join("Cargo.toml").is_file());
}
