//! What shows foreign values: on a terminal, in a runner's log, in Markdown, on a page. What comes out is read by
//! another parser: nothing of a value may be a command, a tag, a link or a colour.

use crate::{
    input::Input,
    meter::{Limit, within},
};
use goenv_ci::{
    output::{
        Document,
        annotation::annotation,
        document::{Block, Cell, Count, Entries, Entry, Field, Folded, Headline, Mark, Note, Span, Table, Text, Value},
        html, markdown,
        mask::{masked, shown},
        sanitize::{clip, disarmed, disarmed_line, is_hidden, one_line, unmarked, visible},
        terminal::{self, Terminal},
    },
    status::{Severity, Status},
};
use pulldown_cmark::{Event, Options, Parser, Tag};

/// Each value is shown a few times, and none is longer than a limit.
const LIMIT: Limit = Limit { bytes: 16 << 20, bytes_each: 8_000, edges: 32 << 20, edges_each: 80_000 };

/// A text without what is hidden, in one line or in several.
fn is_safe(text: &str) -> bool {
    !text.chars().any(is_hidden)
}

pub fn sanitized(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let most = usize::from(input.byte());
    let text = String::from_utf8_lossy(input.rest()).into_owned();
    within(Limit::READER, bytes.len(), || {
        let seen = visible(&text);
        assert!(is_safe(&seen) && !seen.contains('\r'));
        assert_eq!(visible(&seen), seen, "shown twice it is another text");
        assert!(!one_line(&text).contains(['\n', '\t', '\r']));
        let clipped = clip(&text, most);
        assert!(clipped.chars().count() <= most + 60 || text.chars().count() <= most);
        let log = disarmed(&seen);
        assert_harmless(&log);
        assert_eq!(disarmed(&log), log, "disarmed twice it is another text");
        for line in text.lines() {
            assert_harmless(&disarmed_line(line));
        }
        for severity in [Severity::Error, Severity::Warning, Severity::Note] {
            let command = annotation(severity, &text, &text);
            let line = command.as_str();
            let (head, message) = line[2..].split_once("::").expect("a title and a message");
            assert!(!line.contains(['\n', '\r']) && is_safe(line) && !line.contains("##["), "{line:?}");
            let title = head.split_once(" title=").expect("a title").1;
            assert!(!title.contains([':', ',']));
            let back = |text: &str| {
                text.replace("%3A", ":")
                    .replace("%2C", ",")
                    .replace("%0A", "\n")
                    .replace("%0D", "\r")
                    .replace("%25", "%")
            };
            assert_eq!(
                (back(title), back(message)),
                (unmarked(&seen).into_owned(), unmarked(&seen).into_owned()),
                "what the runner reads"
            );
        }
    });
}

/// actions/runner, `ActionCommand.cs`: blanks before `::` do not matter, nor do colours and links for us.
fn assert_harmless(log: &str) {
    for line in log.lines() {
        let mut rest = line.trim_start();
        while let Some(codes) = rest.strip_prefix("\u{1b}[") {
            rest = codes.find(|c: char| ('@'..='~').contains(&c)).map_or("", |end| codes[end + 1..].trim_start());
        }
        assert!(!rest.starts_with("::"), "a command: {line:?}");
        assert!(!line.contains("##["), "a command: {line:?}");
    }
}

/// A secret in the middle of anything is never shown, and what is masked stays as it is.
pub fn masks(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let kind = input.byte() % 5;
    let (before, after) = (input.text(), input.text());
    let secret = "Zq7S3cretV4lue0123456789abcdef01";
    if before.contains(secret) || after.contains(secret) {
        return;
    }
    let planted = match kind {
        0 => format!("{before} https://user:{secret}@host/{after}"),
        1 => format!("{before} https://{secret}@host {after}"),
        2 => format!("{before} https://host/x?token={secret} {after}"),
        3 => format!("{before} ghp_{secret} {after}"),
        _ => format!("{before} Bearer {secret} {after}"),
    };
    within(Limit::READER, planted.len(), || {
        let seen = masked(&planted);
        assert!(!seen.contains(secret), "{seen:?}");
        assert_eq!(masked(&seen), seen, "masked twice it is another text");
        assert!(!shown("MY_TOKEN", &planted).contains(secret) && !shown("GOPROXY", &planted).contains(secret));
        let _ = shown("GOAUTH", &planted);
        let plain = "nothing: to hide, at all";
        assert_eq!(masked(plain), plain);
    });
}

pub fn terminals(bytes: &[u8]) {
    check_terminal(&document(bytes));
}

pub fn markdowns(bytes: &[u8]) {
    check_markdown(&document(bytes));
}

pub fn pages(bytes: &[u8]) {
    check_page(&document(bytes));
}

/// A document of the blocks that the bytes choose, with the texts that follow.
fn document(bytes: &[u8]) -> Document {
    let mut input = Input::new(bytes);
    let mut document = Document { command: "report", ..Document::default() };
    let mut blocks = Vec::new();
    while !input.is_empty() {
        let kind = input.byte() % 14;
        let value = input.text();
        let other = input.text();
        let words = |text: &str| Text::words(text).and(Text::prose(text)).and(Span::Code(text.to_owned()));
        let file = Span::File { path: format!("/{other}"), line: Some(3) };
        let link = Span::Link { words: value.clone(), url: "https://example.org/x".to_owned() };
        let cell = |text: &str| Cell { status: Some(Status::Skip), text: words(text) };
        match kind {
            0 => blocks.push(Block::Heading(words(&value))),
            1 => blocks.push(Block::Paragraph(words(&value).and(link))),
            2 => blocks.push(Block::Notice(Severity::Warning, words(&value).and(file))),
            3 => blocks.push(Block::Fields(vec![Field {
                name: value.clone(),
                value: Value::Text(words(&other)),
                notes: vec![Note { status: Some(Status::Fail), text: words(&value) }],
            }])),
            4 => blocks.push(Block::Fields(vec![Field::code(value, other)])),
            5 => blocks.push(Block::Fields(vec![Field {
                name: value.clone(),
                value: Value::List(vec![words(&value), words(&other)]),
                notes: Vec::new(),
            }])),
            6 => blocks.push(Block::Table(Table {
                head: vec![words("a"), words(&value)],
                rows: vec![vec![cell(&value), cell(&other)], vec![cell(&other), cell(&value)]],
                more: 2,
            })),
            7 => blocks.push(Block::Entries(Entries {
                shown: vec![Entry {
                    mark: Mark::from(Status::Fail),
                    title: words(&value),
                    id: Some(words(&other)),
                    summary: Some(words(&value)),
                    frame: None,
                    fields: vec![Field::new(other.clone(), words(&value))],
                    details: vec![Block::Code(value.clone())],
                }],
                more: 1,
                elsewhere: words(&other),
            })),
            8 => blocks.push(Block::List(vec![words(&value), words(&other)])),
            9 => blocks.push(Block::Code(value)),
            10 => blocks.push(Block::Folded(Folded {
                status: None,
                summary: words(&value),
                open: true,
                blocks: vec![Block::Code(other)],
            })),
            11 => document.headline = Some(Headline { status: Some(Status::Error), text: words(&value), tail: other }),
            12 => {
                document.title = Some(words(&value));
                document.hints.push(words(&other));
            }
            _ => {
                document.counts.push(Count { status: None, number: value.clone(), word: other.clone() });
                document.facts.push(Field::new(value, words(&other)));
            }
        }
    }
    document.blocks = blocks;
    document
}

fn size(document: &Document) -> usize {
    format!("{document:?}").len()
}

/// Without colours nothing but text; with them our own codes alone. No line is a runner's command.
pub fn check_terminal(document: &Document) {
    for terminal in [Terminal::PLAIN, Terminal { columns: 43, color: false, links: false }] {
        let text = within(LIMIT, size(document), || terminal::render(document, terminal));
        assert!(is_safe(&text), "{text:?}");
        assert_harmless(&disarmed(&text));
    }
    let text = within(LIMIT, size(document), || {
        terminal::render(document, Terminal { columns: 100, color: true, links: true })
    });
    let mut rest = text.as_str();
    while let Some(at) = rest.find('\u{1b}') {
        let code = &rest[at + 1..];
        let end = match code.strip_prefix('[') {
            Some(sgr) => sgr
                .find(|c: char| !c.is_ascii_digit() && c != ';')
                .filter(|end| sgr[*end..].starts_with('m'))
                .map(|end| end + 2),
            None => code.strip_prefix("]8;;").and_then(|link| {
                let end = link.find('\u{1b}')?;
                let fine = link[..end].chars().all(|c| c.is_ascii_graphic());
                (fine && link[end..].starts_with("\u{1b}\\")).then_some(end + 6)
            }),
        };
        let end = end.unwrap_or_else(|| panic!("not a code of ours: {:?}", code.chars().take(30).collect::<String>()));
        assert!(is_safe(&rest[..at]));
        rest = &code[end..];
    }
    assert!(is_safe(rest));
    assert_harmless(&disarmed(&text));
}

/// Read by another parser: our own tags and links alone. No line is a runner's command, and the limit holds.
pub fn check_markdown(document: &Document) {
    const TAGS: [&str; 24] = [
        "a",
        "b",
        "br",
        "code",
        "details",
        "li",
        "p",
        "pre",
        "span",
        "strong",
        "sub",
        "summary",
        "table",
        "tbody",
        "td",
        "th",
        "thead",
        "tr",
        "ul",
        "ol",
        "blockquote",
        "em",
        "h3",
        "h4",
    ];
    for limit in [markdown::SUMMARY_BYTES, 5_000] {
        let text = within(LIMIT, size(document), || markdown::render(document, limit, "`report.json` has it"));
        assert!(text.len() <= limit, "{} bytes of {limit}", text.len());
        assert!(is_safe(&text), "{text:?}");
        for line in text.lines() {
            assert!(!line.trim_start().starts_with("::") && !line.contains("##["), "a command: {line:?}");
        }
        let options = Options::ENABLE_TABLES
            | Options::ENABLE_STRIKETHROUGH
            | Options::ENABLE_TASKLISTS
            | Options::ENABLE_FOOTNOTES;
        let mut tags = Vec::new();
        for event in Parser::new_ext(&text, options) {
            match event {
                Event::Html(html) | Event::InlineHtml(html) => tags.push(html.into_string()),
                Event::Start(Tag::Link { dest_url, .. }) => assert!(ours(&dest_url), "a link to {dest_url}"),
                Event::Start(Tag::Image { .. }) => panic!("an image"),
                Event::Start(Tag::Strikethrough | Tag::FootnoteDefinition(_))
                | Event::FootnoteReference(_)
                | Event::TaskListMarker(_) => {
                    panic!("a value was read as Markdown: {text}")
                }
                _ => {}
            }
        }
        check_tags(&tags.concat(), &TAGS);
    }
}

/// Read as a browser would: our own tags and attributes alone.
pub fn check_page(document: &Document) {
    const TAGS: [&str; 41] = [
        "!doctype", "a", "article", "b", "body", "br", "code", "dd", "details", "div", "dl", "dt", "em", "footer",
        "h1", "h2", "h3", "head", "header", "html", "li", "link", "main", "meta", "nav", "ol", "p", "pre", "section",
        "span", "strong", "style", "summary", "table", "tbody", "td", "th", "thead", "title", "tr", "ul",
    ];
    let page = within(LIMIT, size(document), || html::render(document).expect("a page"));
    assert!(is_safe(&page), "{page:?}");
    check_tags(&page, &TAGS);
}

fn ours(url: &str) -> bool {
    [
        "https://example.org/x",
        "https://github.com/",
        "https://docs.github.com/",
        "https://go.dev/",
        "https://learn.microsoft.com/",
    ]
    .iter()
    .any(|known| url.starts_with(known))
        && !url.contains(char::is_whitespace)
}

fn check_tags(html: &str, known: &[&str]) {
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        if let Some(comment) = rest.strip_prefix("!--") {
            rest = comment.split_once("-->").expect("a comment that is not closed").1;
            continue;
        }
        let tag = rest.strip_prefix('/').unwrap_or(rest);
        let length = tag.find(|c: char| !c.is_ascii_alphanumeric() && c != '!').unwrap_or(tag.len());
        let name = tag[..length].to_ascii_lowercase();
        assert!(
            known.contains(&name.as_str()),
            "a tag that is not ours: {:?}",
            tag.chars().take(60).collect::<String>()
        );
        rest = &tag[length..];
        loop {
            rest = rest.trim_start();
            if let Some(behind) = rest.strip_prefix("/>").or_else(|| rest.strip_prefix('>')) {
                rest = behind;
                break;
            }
            let length = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '-').unwrap_or(rest.len());
            let attribute = rest[..length].to_ascii_lowercase();
            const ATTRIBUTES: [&str; 19] = [
                "class",
                "colspan",
                "href",
                "id",
                "open",
                "scope",
                "tabindex",
                "title",
                "lang",
                "charset",
                "name",
                "content",
                "rel",
                "role",
                "aria-label",
                "aria-hidden",
                "http-equiv",
                "html",
                "align",
            ];
            assert!(
                ATTRIBUTES.contains(&attribute.as_str()),
                "an attribute that is not ours: {:?}",
                rest.chars().take(60).collect::<String>()
            );
            rest = &rest[length..];
            if let Some(value) = rest.strip_prefix("=\"") {
                let (value, behind) = value.split_once('"').expect("a value that is not closed");
                assert!(
                    attribute != "href" || ours(value) || value.starts_with('#') || value == "data:,",
                    "a link to {value}"
                );
                rest = behind;
            }
        }
        if name == "style" && !rest.is_empty() {
            rest = rest.split_once("</style>").map_or("", |(_, behind)| behind);
        }
    }
}
