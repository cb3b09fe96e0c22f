//! The blocks of code on the pages, and the command lines in them.

use super::events;
use pulldown_cmark::{CodeBlockKind, Event, Tag, TagEnd};
use std::ops::Range;

/// A block between fences.
pub struct Block {
    /// `docs/usage.md`.
    pub page: String,
    /// The line of its first fence.
    pub line: usize,
    /// `console`; empty where the fence says nothing.
    pub language: String,
    pub text: String,
    /// Where its text is on the page.
    pub range: Range<usize>,
}

impl Block {
    pub fn all(name: &str, page: &str) -> Vec<Self> {
        let mut found: Vec<Self> = Vec::new();
        let mut open = false;
        for (event, range) in events(page) {
            match event {
                Event::Start(Tag::CodeBlock(kind)) => {
                    let language = match kind {
                        CodeBlockKind::Fenced(language) => language.to_string(),
                        CodeBlockKind::Indented => "indented".to_owned(),
                    };
                    let line = page[..range.start].matches('\n').count() + 1;
                    let start = range.start + page[range.start..].find('\n').map_or(0, |end| end + 1);
                    found.push(Self {
                        page: name.to_owned(),
                        line,
                        language,
                        text: String::new(),
                        range: start..start,
                    });
                    open = true;
                }
                Event::Text(text) if open => {
                    let block = found.last_mut().unwrap();
                    block.text += &text;
                    block.range.end = range.end;
                }
                Event::End(TagEnd::CodeBlock) => open = false,
                _ => {}
            }
        }
        found
    }

    pub fn place(&self) -> String {
        format!("{}:{}", self.page, self.line)
    }

    /// Its command lines: in `console` those behind a `$ `, with what they print; in `sh` every line.
    pub fn commands(&self) -> Vec<Typed> {
        match self.language.as_str() {
            "console" => session(&self.text),
            "sh" | "powershell" => script(&self.text),
            _ => Vec::new(),
        }
    }
}

/// A command line of a page.
#[derive(Debug, PartialEq)]
pub struct Typed {
    pub line: String,
    /// What the page shows behind it; `None` where the block shows no outputs at all.
    pub shown: Option<String>,
}

impl Typed {
    /// The line without the remark behind it.
    pub fn command(&self) -> &str {
        let line = self.line.as_str();
        line.find("  # ").or_else(|| line.find(" # ")).map_or(line, |at| &line[..at]).trim_end()
    }
}

fn session(text: &str) -> Vec<Typed> {
    let mut typed: Vec<Typed> = Vec::new();
    for line in text.split_inclusive('\n') {
        if let Some(command) = line.strip_prefix("$ ") {
            typed.push(Typed { line: command.trim_end().to_owned(), shown: Some(String::new()) });
        } else if let Some(Typed { shown: Some(shown), .. }) = typed.last_mut() {
            *shown += line;
        }
    }
    typed
}

fn script(text: &str) -> Vec<Typed> {
    let joined = text.replace("\\\n", "");
    let lines = joined.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| Typed { line: line.to_owned(), shown: None }).collect()
}

#[test]
fn command_lines_are_found_with_what_they_print() {
    let page = "# A\n\n```console\n$ one | two  # why\na\n\nb\n$ three\n```\n\n```sh\nx \\\n  y\n# z\n```\n";
    let blocks = Block::all("a.md", page);
    assert_eq!(blocks.iter().map(Block::place).collect::<Vec<_>>(), ["a.md:3", "a.md:11"]);
    assert_eq!(&page[blocks[0].range.clone()], blocks[0].text);
    let [one, three] = &blocks[0].commands()[..] else { panic!("not two") };
    assert_eq!((one.command(), one.shown.as_deref()), ("one | two", Some("a\n\nb\n")));
    assert_eq!((three.command(), three.shown.as_deref()), ("three", Some("")));
    assert_eq!(blocks[1].commands(), [Typed { line: "x   y".to_owned(), shown: None }]);
}
