//! What must hold of every hostile case whatever its exact bytes: no value
//! runs, marks up, commands or is lost.

use super::{Case, every_case};
use serde_json::Value;
use std::collections::BTreeSet;

/// A page may lead to our own documentation, and nowhere else.
const DOCS: &str = concat!(env!("CARGO_PKG_REPOSITORY"), "/blob/v1/docs/");

fn hostile_cases() -> impl Iterator<Item = &'static Case> {
    every_case().iter().filter(|case| case.hostile.is_some())
}

/// Every file of the hostile cases whose name ends so, with its name.
fn hostile(ending: &str) -> Vec<(String, &'static str)> {
    let files = |case: &'static Case| {
        let named = move |(own, content): &'static (String, String)| {
            (format!("{}/{}.{own}", case.command, case.name), content.as_str())
        };
        case.outputs.iter().map(named)
    };
    let found: Vec<_> = hostile_cases().flat_map(files).filter(|(name, _)| name.ends_with(ending)).collect();
    assert!(!found.is_empty(), "no hostile case has a file *{ending}");
    found
}

/// Controls, marks that turn the reading direction, what takes no room, and what is no character.
pub fn is_hidden(c: char) -> bool {
    let code = u32::from(c);
    (c.is_control() && c != '\n')
        || matches!(code, 0xAD | 0x61C | 0x200B | 0x200E | 0x200F | 0x2028..=0x202E | 0x2060..=0x206F | 0xFEFF)
        || code & 0xFFFE == 0xFFFE
}

/// Where something hidden begins.
fn hidden(name: &str, content: &str) -> Option<String> {
    let plain = if name.ends_with(".color.txt") { without_colours(content) } else { content.to_owned() };
    plain.char_indices().find(|(_, c)| is_hidden(*c)).map(|(at, _)| last(&plain[..at]))
}

/// A line that the runner takes for a command: one that begins with `::`, or that holds `##[`.
fn command(name: &str, content: &str) -> Option<String> {
    // Annotations are commands of our own; a merged report.json and a page are files and go to no log.
    let no_log = name.contains("annotations.txt") || name == "report-merge/hostile.json" || name.ends_with(".html");
    let of_a_log = |line: &&str| line.trim_start().starts_with("::") || (line.contains("##[") && !name.ends_with("md"));
    content.lines().filter(|_| !no_log && !name.ends_with(".xml")).find(of_a_log).map(start)
}

fn faults(fault: fn(&str, &str) -> Option<String>) -> Vec<(String, String)> {
    hostile("").into_iter().filter_map(|(name, content)| Some((name.clone(), fault(&name, content)?))).collect()
}

#[test]
fn no_value_commands_a_terminal() {
    assert_eq!(faults(hidden), []);
}

#[test]
fn no_value_commands_the_log_of_a_runner() {
    assert_eq!(faults(command), []);
}

fn last(text: &str) -> String {
    text.chars().rev().take(80).collect::<Vec<_>>().into_iter().rev().collect()
}

/// The text without sequences that only choose colours.
fn without_colours(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(|c: char| !c.is_ascii_digit() && c != ';').unwrap_or(part.len());
        match part[end..].strip_prefix('m') {
            Some(rest) => plain += rest,
            None => plain += &format!("\u{1b}[{part}"),
        }
    }
    plain
}

#[test]
fn colours_add_nothing_but_colour() {
    // A colour before `::` disarms it as well as an escape does.
    let lines = |text: &str| text.lines().map(|line| line.trim_end().replace("\\u{3a}:", "::")).collect::<Vec<_>>();
    for case in every_case() {
        let text = |ending: &str| case.outputs.iter().find(|(own, _)| own == ending).map(|(_, content)| content);
        for columns in ["80", "140"] {
            let Some(painted) = text(&format!("{columns}.color.txt")) else { continue };
            let plain = text(&format!("{columns}.txt")).unwrap();
            let (painted, plain) = (lines(&without_colours(painted)), lines(&without_colours(plain)));
            let other = painted.iter().zip(&plain).find(|(painted, plain)| painted != plain);
            assert!(painted.len() == plain.len() && other.is_none(), "{}/{}: {other:#?}", case.command, case.name);
        }
    }
}

#[test]
fn no_value_is_markup_in_markdown() {
    for (name, content) in hostile("md") {
        let small = content.to_ascii_lowercase();
        for markup in ["<script", "</script", "</style", "<img", "](", "```", "@org", "<!-- -->"] {
            assert!(!small.contains(markup), "{name}: {markup}");
        }
        // Numbers and the words of notices are bold by our own hand.
        let own = |rest: &str| {
            let word = rest.split("</b>").next().unwrap();
            word.starts_with(|c: char| c.is_ascii_digit()) || matches!(word, "error" | "warning" | "note")
        };
        assert!(small.split("<b>").skip(1).all(own), "{name}: <b>");
        assert!(!content.lines().any(|line| line.starts_with("# heading")), "{name}: a heading of the value's own");
        for tag in ["pre", "table", "details", "summary", "ul", "li", "code", "p", "td", "tr"] {
            let (opened, closed) =
                (content.matches(&format!("<{tag}>")).count(), content.matches(&format!("</{tag}>")).count());
            assert!(opened <= closed, "{name}: <{tag}> {opened} times, </{tag}> {closed} times");
        }
    }
}

/// The page without our own script at its end, which may hold anything that looks like a tag.
fn until_script(page: &str) -> &str {
    page.find("<script>").map_or(page, |start| &page[..start])
}

/// The names of all tags, of closing ones with their slash.
fn tags(page: &str) -> Vec<&str> {
    page.split('<')
        .skip(1)
        .filter_map(|rest| {
            let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '/' | '!' | '-'))?;
            (end > 0).then_some(&rest[..end])
        })
        .collect()
}

#[test]
fn no_value_is_markup_in_a_page() {
    // Tags of a page whose values are harmless are its template's.
    let harmless = every_case().iter().filter(|case| case.hostile.is_none()).flat_map(|case| &case.outputs);
    let ours: BTreeSet<&str> = harmless
        .filter(|(ending, _)| ending == "html")
        .flat_map(|(_, page)| tags(until_script(page)))
        .filter(|tag| !tag.starts_with('/'))
        .collect();
    let empty = ["!doctype", "meta", "link", "input", "br"];
    for (name, page) in hostile("html") {
        let small = page.to_ascii_lowercase();
        assert_eq!(small.matches("<style").count(), 1, "{name}");
        assert!(small.matches("<script").count() <= 1, "{name}");
        let own = until_script(page);
        let tags = tags(own);
        let foreign = tags.iter().find(|tag| !ours.contains(tag.trim_start_matches('/')));
        assert_eq!(foreign, None, "{name}: this tag is not ours");
        for tag in ours.iter().filter(|tag| !empty.contains(tag) && !matches!(**tag, "html" | "body" | "script")) {
            let opened = tags.iter().filter(|found| *found == tag).count();
            let closed = tags.iter().filter(|found| found.strip_prefix('/') == Some(tag)).count();
            assert_eq!(opened, closed, "{name}: <{tag}> and </{tag}>");
        }
        assert!(page.contains("default-src &#39;none&#39;"), "{name}: nothing may be loaded");
        let own = own.replace(&format!("href=\"{DOCS}"), "href=\"#");
        for attribute in [" src=", " onerror=\"", " onclick=", "href=\"javascript:", "href=\"http"] {
            let held = own.split('<').skip(1).filter_map(|rest| rest.split('>').next());
            assert!(!held.into_iter().any(|tag| tag.contains(attribute)), "{name}: {attribute}");
        }
    }
}

#[test]
fn no_value_is_lost_from_json() {
    for case in hostile_cases() {
        let hostile = case.hostile.as_ref().unwrap();
        let (_, content) = case.outputs.iter().find(|(ending, _)| ending == "json").unwrap();
        let name = format!("{}/{}.json", case.command, case.name);
        let value: Value = serde_json::from_str(content).unwrap();
        assert!(!hostile.exact.is_empty(), "{name}");
        let held = |pointer: &str| value.pointer(pointer).and_then(Value::as_str);
        for (pointer, wanted) in &hostile.exact {
            assert!(held(pointer) == Some(wanted), "{name}: {pointer} is {:?}", held(pointer).map(start));
        }
    }
}

fn start(text: &str) -> String {
    text.chars().take(200).collect()
}

#[test]
fn what_a_merge_prints_is_json() {
    for (name, content) in hostile("answer.json") {
        serde_json::from_str::<Value>(content).unwrap_or_else(|why| panic!("{name}: {why}"));
    }
}

#[test]
fn no_value_is_markup_in_junit() {
    for (name, content) in hostile("junit.xml") {
        let document = roxmltree::Document::parse(content).unwrap_or_else(|why| panic!("{name}: {why}"));
        let known = [
            "testsuites",
            "testsuite",
            "testcase",
            "failure",
            "error",
            "skipped",
            "system-out",
            "properties",
            "property",
        ];
        for node in document.descendants().filter(roxmltree::Node::is_element) {
            assert!(known.contains(&node.tag_name().name()), "{name}: <{}>", node.tag_name().name());
        }
    }
}

#[test]
fn an_annotation_is_one_command_and_no_more() {
    for (name, content) in hostile("annotations.txt") {
        if name.contains("check.") {
            continue; // It goes through an API, not through a log.
        }
        for line in content.lines() {
            let own = ["::error title=", "::warning title="].iter().find_map(|lead| line.strip_prefix(lead));
            let rest = own.unwrap_or_else(|| panic!("{name}: {}", start(line)));
            let (title, _) = rest.split_once("::").unwrap();
            assert!(!title.contains([':', ',']), "{name}: the title ends early: {}", start(line));
            assert!(line.chars().count() < 4_096, "{name}: the runner cuts it");
        }
    }
}
