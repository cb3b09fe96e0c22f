//! The book that `scripts/book.sh` makes of the pages: each id has its place there, and no link leads nowhere.

use super::root;
use crate::support::{goenv, lab};
use goenv_ci::doctor::log::messages;
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// A page of the book: the ids on it, and where it leads.
struct Built {
    ids: BTreeSet<String>,
    links: Vec<String>,
}

/// The values of an attribute.
fn attributes<'a>(html: &'a str, name: &str) -> impl Iterator<Item = &'a str> {
    let begin = format!(" {name}=\"");
    html.match_indices(&begin)
        .map(move |(at, begin)| {
            let value = &html[at + begin.len()..];
            &value[..value.find('"').unwrap()]
        })
        .collect::<Vec<_>>()
        .into_iter()
}

impl Built {
    fn of(html: &str) -> Self {
        let plain = |value: &str| value.replace("&amp;", "&").replace("&#x2F;", "/");
        Self {
            ids: attributes(html, "id").map(plain).collect(),
            links: ["href", "src"].iter().flat_map(|name| attributes(html, name)).map(plain).collect(),
        }
    }
}

/// The pages by their paths, and every file of the book.
struct Book {
    pages: BTreeMap<String, Built>,
    files: BTreeSet<String>,
}

impl Book {
    /// Nothing where mdbook is not there.
    fn build() -> Option<Self> {
        if !lab::lab().join("bin/mdbook").exists() {
            lab::skip("no mdbook: run `bash scripts/lab.sh book`");
            return None;
        }
        let dir = tempfile::tempdir().unwrap();
        let said = Command::new("bash").arg(root().join("scripts/book.sh")).arg(dir.path()).output().unwrap();
        let text = String::from_utf8_lossy(&said.stderr).into_owned();
        assert!(said.status.success() && !text.contains("WARN") && !text.contains("ERROR"), "{text}");
        let html = dir.path().join("html");
        let mut book = Self { pages: BTreeMap::new(), files: BTreeSet::new() };
        book.read(&html, &html);
        Some(book)
    }

    fn read(&mut self, top: &Path, dir: &Path) {
        for entry in fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                self.read(top, &path);
                continue;
            }
            let name = path.strip_prefix(top).unwrap().to_str().unwrap().to_owned();
            if name.ends_with(".html") && name != "404.html" && name != "toc.html" {
                self.pages.insert(name.clone(), Built::of(&fs::read_to_string(&path).unwrap()));
            }
            self.files.insert(name);
        }
    }

    /// Whether a path in the book, with an anchor or without, is there.
    fn has(&self, target: &str) -> bool {
        let (file, anchor) = target.split_once('#').map_or((target, None), |(file, anchor)| (file, Some(anchor)));
        match (anchor, self.pages.get(file)) {
            (Some(anchor), Some(page)) => page.ids.contains(anchor),
            (Some(_), None) => false,
            (None, _) => self.files.contains(file),
        }
    }
}

/// A link on a page as a path in the book.
fn resolved(page: &str, link: &str) -> String {
    if let Some(anchor) = link.strip_prefix('#') {
        return format!("{page}#{anchor}");
    }
    let mut path: PathBuf = Path::new(page).parent().unwrap().to_owned();
    for part in link.split('/') {
        match part {
            ".." => assert!(path.pop(), "{page}: {link} leads out of the book"),
            "." => {}
            part => path.push(part),
        }
    }
    path.to_str().unwrap().to_owned()
}

/// What a list of ours names.
fn ids_of(command: &str) -> Vec<String> {
    let output = goenv().args([command, "--list", "--format", "json"]).output().unwrap();
    let list: Value = serde_json::from_slice(&output.stdout).unwrap();
    let lists = list.as_object().unwrap().values().filter_map(Value::as_array);
    let ids = lists.flatten().map(|one| one["id"].as_str().unwrap().to_owned());
    // Those of shells are made of a table in docs/usage.md, and are others on each system.
    ids.filter(|id| !id.starts_with("shells/")).collect()
}

/// The checks of doctor, whose list is a text.
fn checks() -> Vec<String> {
    let output = goenv().args(["doctor", "--list"]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect()
}

/// Every address in a text that leads to a page of ours, as a path in the book.
fn led_to(text: &str) -> BTreeSet<String> {
    let pages = concat!(env!("CARGO_PKG_REPOSITORY"), "/blob/v1/");
    let links = text.split(pages).skip(1).map(|rest| {
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || "-_./#".contains(c))).unwrap_or(rest.len());
        rest[..end].replacen(".md", ".html", 1)
    });
    links.collect()
}

#[test]
fn every_id_has_its_place_in_the_book_and_every_link_leads_somewhere() {
    let Some(book) = Book::build() else { return };
    let messages = messages::all().map(|message| message.id.to_owned()).collect();
    let all: [(&str, Vec<String>); 5] = [
        ("docs/lint.html", ids_of("lint")),
        ("docs/doctor.html", checks()),
        ("docs/messages.html", messages),
        ("docs/claims.html", ids_of("claims")),
        ("docs/matrix.html", ids_of("verify")),
    ];
    for (page, ids) in all {
        assert!(ids.len() > 10, "{page}: only {} ids", ids.len());
        for id in ids {
            assert!(book.has(&format!("{page}#{id}")), "{page} has no place for {id}");
        }
    }
    let mut dead = Vec::new();
    for (name, page) in &book.pages {
        for link in page
            .links
            .iter()
            .filter(|link| !link.contains("://") && !link.starts_with("mailto:") && !link.starts_with("data:"))
        {
            let target = resolved(name, link.split('?').next().unwrap());
            if !target.is_empty() && !book.has(&target) {
                dead.push(format!("{name}: {link}"));
            }
        }
    }
    assert!(dead.is_empty(), "these lead nowhere:\n{}", dead.join("\n"));
    for schema in fs::read_dir(root().join("docs/schema")).unwrap() {
        let name = schema.unwrap().file_name().into_string().unwrap();
        assert!(book.files.contains(&format!("docs/schema/{name}")), "the book has no {name}");
    }
}

#[test]
fn every_address_that_is_printed_is_a_place_in_the_book() {
    let Some(book) = Book::build() else { return };
    let dir = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = dir.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write("go.mod", "module example.com/app\n");
    write(
        ".github/workflows/ci.yml",
        "on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: actions/setup-go@v6\n      - uses: actions/checkout@v5\n",
    );
    write("build.log", "go: parsing $GOFLAGS: non-flag \"six\"\ncannot install, GOBIN must be an absolute path\n");
    let said = |arguments: &[&str]| {
        let mut command = goenv();
        command
            .current_dir(dir.path())
            .env("HOME", dir.path())
            .env("GOBIN", "bin")
            .env("GOFLAGS", "six")
            .args(arguments);
        String::from_utf8(command.output().unwrap().stdout).unwrap()
    };
    let printed = [
        said(&["lint", "--format", "sarif"]),
        said(&["lint", "--format", "markdown"]),
        said(&["doctor", "--log", "build.log", "--format", "json"]),
        said(&["doctor", "--report", "out"]),
        fs::read_to_string(dir.path().join("out/doctor.md")).unwrap(),
    ];
    let found: BTreeSet<String> = printed.iter().flat_map(|text| led_to(text)).collect();
    for page in ["docs/lint.html", "docs/doctor.html", "docs/messages.html"] {
        assert!(found.iter().any(|link| link.starts_with(page)), "nothing leads to {page}: {found:?}");
    }
    let dead: Vec<&String> = found.iter().filter(|link| !book.has(link)).collect();
    assert!(dead.is_empty(), "{dead:?}");
}

#[test]
fn a_link_of_a_page_is_resolved_as_a_browser_does() {
    let page = Built::of("<a id=\"a/b\" href=\"../c.html#d\"><img src=\"e.png\"></a>");
    assert_eq!(
        (page.ids.iter().next().unwrap().as_str(), page.links),
        ("a/b", vec!["../c.html#d".to_owned(), "e.png".to_owned()])
    );
    assert_eq!(resolved("docs/a.html", "../c.html#d"), "c.html#d");
    assert_eq!(resolved("docs/a.html", "#d"), "docs/a.html#d");
    assert_eq!(resolved("a.html", "docs/b.html"), "docs/b.html");
    let text = "see https://github.com/org/goenv-action/blob/v1/docs/lint.md#a-b, or not";
    assert_eq!(led_to(text).into_iter().collect::<Vec<_>>(), ["docs/lint.html#a-b"]);
}
