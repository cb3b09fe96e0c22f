//! The pages as GitHub shows them: a table that falls apart, or a link that leads nowhere, is not seen in the source.

mod blocks;
#[cfg(target_os = "linux")]
mod book;
#[cfg(target_os = "linux")]
mod commands;
mod examples;
mod front;
mod picture;

use crate::cli::typed as typed_words;
use blocks::Block;
use clap::Parser as _;
use goenv_ci::cli::Args;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use std::{
    collections::{HashMap, HashSet},
    fs,
    ops::Range,
    path::{Path, PathBuf},
};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every page, by its path in the repository.
fn pages() -> Vec<(String, String)> {
    let docs = fs::read_dir(root().join("docs")).unwrap().map(|entry| entry.unwrap().path());
    let mut paths: Vec<PathBuf> = docs.filter(|path| path.extension().is_some_and(|ending| ending == "md")).collect();
    paths.extend(["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md"].map(|name| root().join(name)));
    paths.sort();
    let name = |path: &Path| path.strip_prefix(root()).unwrap().to_str().unwrap().replace('\\', "/");
    paths.iter().map(|path| (name(path), text(path))).collect()
}

fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap().replace("\r\n", "\n")
}

fn events(page: &str) -> impl Iterator<Item = (Event<'_>, Range<usize>)> {
    Parser::new_ext(page, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH).into_offset_iter()
}

/// A cell ends at each bar that no backslash hides, in code too.
/// Source: GitHub Flavored Markdown, tables.
fn cells(row: &str) -> usize {
    let row = row.trim().trim_start_matches('|');
    let row = row.strip_suffix('|').filter(|row| !row.ends_with('\\')).unwrap_or(row);
    let bars = row.char_indices().filter(|(at, c)| *c == '|' && !row[..*at].ends_with('\\'));
    bars.count() + 1
}

/// What is wrong with the tables of a page, by line.
fn broken_tables(page: &str) -> Vec<String> {
    let mut tables: Vec<(Range<usize>, usize)> = Vec::new();
    let mut code: Vec<Range<usize>> = Vec::new();
    for (event, range) in events(page) {
        match event {
            Event::Start(Tag::Table(columns)) => tables.push((range, columns.len())),
            Event::Start(Tag::CodeBlock(_)) => code.push(range),
            _ => {}
        }
    }
    let mut wrong = Vec::new();
    let mut start = 0;
    for (number, line) in page.split_inclusive('\n').enumerate() {
        let at = start + (line.len() - line.trim_start().len());
        start += line.len();
        if line.trim().is_empty() || code.iter().any(|range| range.contains(&at)) {
            continue;
        }
        match tables.iter().find(|(range, _)| range.contains(&at)) {
            None if line.trim_start().starts_with('|') => {
                wrong.push(format!("{}: in no table: {}", number + 1, line.trim_end()));
            }
            Some((_, columns)) if cells(line) != *columns => {
                wrong.push(format!(
                    "{}: {} cells below a head of {columns}: {}",
                    number + 1,
                    cells(line),
                    line.trim_end()
                ));
            }
            _ => {}
        }
    }
    wrong
}

/// The anchors that GitHub gives the headings of a page.
fn anchors(page: &str) -> Vec<String> {
    let (mut anchors, mut seen) = (Vec::new(), HashMap::<String, usize>::new());
    let mut heading: Option<String> = None;
    for (event, _) in events(page) {
        match (event, &mut heading) {
            (Event::Start(Tag::Heading { .. }), _) => heading = Some(String::new()),
            (Event::Text(text) | Event::Code(text), Some(words)) => *words += &text,
            (Event::End(TagEnd::Heading(_)), Some(words)) => {
                let kept = words.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
                let slug = kept.collect::<String>().to_lowercase().replace(' ', "-");
                let before = seen.entry(slug.clone()).or_default();
                anchors.push(if *before == 0 { slug } else { format!("{slug}-{before}") });
                *before += 1;
                heading = None;
            }
            _ => {}
        }
    }
    anchors
}

/// Relative links of a page that lead to no file or no heading.
fn dead_links(name: &str, page: &str) -> Vec<String> {
    let mut dead = Vec::new();
    for (event, _) in events(page) {
        let (Event::Start(Tag::Link { dest_url, .. }) | Event::Start(Tag::Image { dest_url, .. })) = event else {
            continue;
        };
        if dest_url.contains("://") || dest_url.starts_with("mailto:") {
            continue;
        }
        let (file, anchor) = dest_url.split_once('#').map_or((&*dest_url, None), |(file, anchor)| (file, Some(anchor)));
        let own = root().join(name);
        let path = if file.is_empty() { own.clone() } else { own.parent().unwrap().join(file) };
        let is_page = path.extension().is_some_and(|ending| ending == "md");
        let leads = path.exists()
            && anchor.is_none_or(|anchor| !is_page || anchors(&text(&path)).iter().any(|known| known == anchor));
        if !leads {
            dead.push(dest_url.to_string());
        }
    }
    dead
}

#[test]
fn every_page_is_a_chapter_of_the_book() {
    let chapters = text(&root().join("docs/SUMMARY.md"));
    for (name, _) in pages().iter().filter(|(name, _)| name != "docs/SUMMARY.md") {
        let link = name.strip_prefix("docs/").map_or_else(|| format!("(../{name})"), |name| format!("({name})"));
        assert!(chapters.contains(&link), "docs/SUMMARY.md leaves out {name}");
    }
}

#[test]
fn every_row_of_every_table_is_shown_with_all_of_its_cells() {
    let wrong: Vec<String> = pages()
        .iter()
        .flat_map(|(name, page)| broken_tables(page).into_iter().map(move |why| format!("{name}:{why}")))
        .collect();
    assert!(wrong.is_empty(), "GitHub does not show these as they were meant:\n{}", wrong.join("\n"));
}

#[test]
fn every_relative_link_leads_to_a_file_and_its_anchor_to_a_heading() {
    let dead: Vec<String> = pages()
        .iter()
        .flat_map(|(name, page)| dead_links(name, page).into_iter().map(move |link| format!("{name}: {link}")))
        .collect();
    assert!(dead.is_empty(), "these lead nowhere:\n{}", dead.join("\n"));
}

/// The languages of blocks, each of which a test reads.
const LANGUAGES: [&str; 4] = ["console", "powershell", "sh", "yaml"];

/// Words of a page that stand for what the reader puts there.
fn is_placeholder(word: &str) -> bool {
    word == "..." || (word.len() > 1 && word.chars().all(|c| c.is_ascii_uppercase() || matches!(c, '.' | '_')))
}

/// The commands of ours in the running text of a page, without those that only name one or hold a placeholder.
fn named_commands(page: &str) -> Vec<String> {
    let spans = events(page).filter_map(|(event, _)| match event {
        Event::Code(code) => Some(code.to_string()),
        _ => None,
    });
    let whole = spans.filter(|code| code.starts_with("goenv-ci ") && !code.split(' ').any(is_placeholder));
    whole.filter(|code| code.split(' ').count() > 2).collect()
}

#[test]
fn every_block_is_in_a_language_and_every_session_has_a_prompt() {
    let mut wrong = Vec::new();
    for (name, page) in pages() {
        for block in Block::all(&name, &page) {
            let is_known = LANGUAGES.contains(&block.language.as_str());
            let is_session = block.language != "console" || block.text.starts_with("$ ");
            let is_script = block.language != "sh" || !block.text.contains("\n$ ") && !block.text.starts_with("$ ");
            if !(is_known && is_session && is_script) {
                wrong.push(format!("{}: `{}`", block.place(), block.language));
            }
        }
    }
    let rule = "`console` has `$ ` before each command and what it prints below, `sh` commands alone";
    assert!(wrong.is_empty(), "no test reads these; {rule}:\n{}", wrong.join("\n"));
}

#[test]
fn every_command_of_ours_is_taken() {
    let (mut wrong, mut count) = (Vec::new(), 0);
    for (name, page) in pages() {
        let blocks = Block::all(&name, &page);
        let typed = blocks.iter().flat_map(Block::commands).map(|typed| typed.line);
        let named = if name == "CHANGELOG.md" { Vec::new() } else { named_commands(&page) };
        for line in typed.chain(named) {
            let Some(typed) = typed_words(&line) else { continue };
            count += 1;
            if let Err(why) = Args::try_parse_from(typed) {
                wrong.push(format!("{name}: {line}: {why}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count > 60, "only {count} are found");
}

/// The names of all tests below a directory.
fn tests_below(dir: &Path, found: &mut HashSet<String>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            tests_below(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let code = text(&path);
            for after in code.split("#[test]").skip(1) {
                let name = after.split("fn ").nth(1).and_then(|rest| rest.split('(').next());
                found.extend(name.map(str::to_owned));
            }
        }
    }
}

/// For each row of a page's tables, what it begins with, and the names in backquotes in its last cell.
fn promises(page: &str) -> Vec<(String, Vec<String>)> {
    let rows = page.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| ---"));
    let is_head = |row: &&str| row.trim_end().ends_with("| held by |") || row.trim_end().ends_with("| test |");
    let names = |cell: &str| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect();
    let cell = |row: &str| row.trim_end().trim_end_matches('|').rsplit('|').next().unwrap_or_default().to_owned();
    rows.filter(|row| !is_head(row)).map(|row| (row.chars().take(80).collect(), names(&cell(row)))).collect()
}

/// The names of all tests.
fn known_tests() -> HashSet<String> {
    let mut known = HashSet::new();
    for dir in ["src", "tests"] {
        tests_below(&root().join(dir), &mut known);
    }
    known
}

#[test]
fn every_promise_and_every_threat_names_tests_that_exist() {
    let known = known_tests();
    for name in ["SECURITY.md", "docs/threats.md"] {
        let promises = promises(&text(&root().join(name)));
        assert!(promises.len() > 10, "{name}: only {} are found", promises.len());
        for (promise, tests) in promises {
            assert!(!tests.is_empty(), "{name}: {promise}: no test holds it");
            for test in tests {
                assert!(known.contains(&test), "{name}: {promise}: there is no test `{test}`");
            }
        }
    }
}

#[test]
fn a_test_that_only_looks_like_one_is_no_test() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("a.rs"), "#[cfg(unix)]\n#[test]\nfn a_test() {}\nfn no_test() {}\n").unwrap();
    let mut known = HashSet::new();
    tests_below(dir.path(), &mut known);
    assert_eq!(known.into_iter().collect::<Vec<_>>(), ["a_test"]);
    let table = "| promise | held by |\n| --- | --- |\n| One `thing` | `a_test`, `b` |\n| Two | none |\n";
    let wanted = [("| One `thing` | `a_test`, `b` |", vec!["a_test", "b"]), ("| Two | none |", vec![])];
    let found = promises(table);
    assert_eq!(found.len(), wanted.len());
    for ((promise, tests), (row, names)) in found.iter().zip(wanted) {
        assert_eq!(
            (promise.as_str(), tests.as_slice()),
            (row, names.into_iter().map(str::to_owned).collect::<Vec<_>>().as_slice())
        );
    }
}

#[test]
fn what_breaks_a_table_or_a_link_is_noticed() {
    let head = "| a | b |\n| --- | --- |\n";
    assert_eq!(broken_tables(&format!("{head}| 1 | `x\\|y` |\n\n```\n| code |\n```\n")), [""; 0]);
    assert_eq!(broken_tables(&format!("{head}| 1 | 2 |\n\n| 3 | 4 |\n")), ["5: in no table: | 3 | 4 |"]);
    assert_eq!(broken_tables(&format!("{head}| 1 |\n")), ["3: 1 cells below a head of 2: | 1 |"]);
    assert_eq!(broken_tables(&format!("{head}| 1 | `x|y` |\n")), ["3: 3 cells below a head of 2: | 1 | `x|y` |"]);
    assert_eq!(broken_tables(&format!("{head}| 1 | 2 |\nA sentence\n")), ["4: 1 cells below a head of 2: A sentence"]);
    let page = "## `report` merge, twice\n## One\n## One\n[a](#report-merge-twice) [b](#one-1) [c](#two) [d](absent.md) [e](https://x.y/#z)\n";
    assert_eq!(anchors(page), ["report-merge-twice", "one", "one-1"]);
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("links.md");
    fs::write(&file, page).unwrap();
    assert_eq!(dead_links(file.to_str().unwrap(), page), ["#two", "absent.md"]);
}
