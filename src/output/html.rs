//! The document as a page: one file that loads nothing and runs nothing. The
//! policy in its head allows exactly its own style. The templates escape.

use crate::output::{
    Document,
    document::{Block, Entries, Field, Frame, Span, Table, Text, Value},
    frame,
};
use crate::{
    output::sanitize::{clip, one_line, visible},
    status::{Severity, Status},
};
use askama::{Template, filters::HtmlSafe};
use base64::{Engine, engine::general_purpose::STANDARD};
use ring::digest::{SHA256, digest};
use std::{
    cell::{Cell, RefCell},
    collections::BTreeSet,
};

/// The style of every page.
pub const STYLE: &str = include_str!("templates/style.css");

/// Entries of one block.
const MOST: usize = 200;
/// Cells of all tables together.
const MOST_CELLS: usize = 12_000;
/// Characters of each value.
const VALUE: usize = 4_000;
/// Characters of each title and each name.
const TITLE: usize = 300;
/// Characters of a cell that are never broken into lines.
const ONE_LINE: usize = 32;
/// Characters of lines to copy, which are useless in part.
const CODE: usize = 8_000;
/// Columns of a frame.
const FRAME: usize = 120;
/// Characters of code in the whole page.
const ALL_CODE: usize = 120_000;
/// The level of a page's own headings, below its title.
const TOP: u8 = 2;
/// The level beyond which there are no headings.
const DEEPEST: u8 = 5;

/// The document as one self-contained page.
///
/// # Errors
/// As the template engine says; none is known.
pub fn render(document: &Document) -> Result<String, askama::Error> {
    let mut ids = BTreeSet::new();
    anchors(&document.blocks, &mut ids);
    let limits =
        Limits { code: Cell::new(ALL_CODE), cells: Cell::new(MOST_CELLS), anchors: ids, taken: RefCell::default() };
    let first = document.headline.as_ref().map(|headline| &headline.text).or(document.title.as_ref());
    let name = first.map_or_else(|| document.command.to_owned(), |text| text.in_one_line(TITLE).plain());
    let content = Blocks { blocks: &document.blocks, about: name.clone(), level: TOP, limits: &limits };
    Page {
        policy: format!(
            "default-src 'none'; style-src '{}'; img-src data:; base-uri 'none'; form-action 'none'",
            hash(STYLE)
        ),
        style: STYLE,
        version: env!("CARGO_PKG_VERSION"),
        name,
        state: document.headline.as_ref().map_or("", |headline| class(&headline.status)),
        content,
        document,
    }
    .render()
}

/// What a policy calls a style or a script.
#[must_use]
pub fn hash(text: &str) -> String {
    format!("sha256-{}", STANDARD.encode(digest(&SHA256, text.as_bytes())))
}

/// The frame; every value is escaped by the template.
#[derive(Template)]
#[template(path = "document.html")]
struct Page<'a> {
    policy: String,
    style: &'static str,
    version: &'static str,
    /// What the browser calls the page.
    name: String,
    state: &'static str,
    document: &'a Document,
    content: Blocks<'a>,
}

/// Blocks below each other, at the top or within another one.
#[derive(Template)]
#[template(path = "blocks.html")]
struct Blocks<'a> {
    blocks: &'a [Block],
    /// What they are about, for regions that come before any heading.
    about: String,
    /// Of their headings.
    level: u8,
    limits: &'a Limits,
}

/// A block where it stands.
struct HeadedBlock<'a> {
    block: &'a Block,
    /// The heading above it, or what all of them are about.
    about: String,
    /// Of what has a heading of its own within the block.
    level: u8,
}

impl HeadedBlock<'_> {
    fn level(&self) -> u8 {
        self.level
    }
}

/// What is left for the whole page, and what can be gone to.
struct Limits {
    code: Cell<usize>,
    cells: Cell<usize>,
    /// The ids of entries that are shown.
    anchors: BTreeSet<String>,
    /// Those that an element has already: of several entries with one id the first.
    taken: RefCell<BTreeSet<String>>,
}

/// What a field holds, and its notes.
#[derive(Template)]
#[template(path = "value.html")]
struct FieldShown<'a> {
    field: &'a Field,
    blocks: &'a Blocks<'a>,
}

/// A text with its code and its links.
#[derive(Template)]
#[template(path = "prose.html")]
struct Prose(Text);

impl HtmlSafe for Blocks<'_> {}
impl HtmlSafe for FieldShown<'_> {}
impl HtmlSafe for Prose {}

impl<'a> Blocks<'a> {
    /// All but headings that nothing follows.
    fn shown(&self) -> impl Iterator<Item = HeadedBlock<'a>> {
        let heading = |at: usize| matches!(self.blocks.get(at), Some(Block::Heading(_)) | None);
        let shown = self.blocks.iter().enumerate().filter(move |(at, _)| !(heading(*at) && heading(at + 1)));
        let (mut about, mut level) = (self.about.clone(), self.level);
        shown.map(move |(_, block)| {
            if let Block::Heading(text) = block {
                about = text.in_one_line(TITLE).plain();
                // No level is skipped, for readers who go from heading to heading.
                level = self.level + 1;
            }
            HeadedBlock { block, about: about.clone(), level }
        })
    }

    fn within(&self, blocks: &'a [Block], about: &Text, level: u8) -> Self {
        Self { blocks, about: about.in_one_line(TITLE).plain(), level: level.min(DEEPEST), limits: self.limits }
    }

    fn is_nested(&self) -> bool {
        self.level > TOP
    }

    fn value(&'a self, field: &'a Field) -> FieldShown<'a> {
        FieldShown { field, blocks: self }
    }

    fn frame(&self, shown: &Frame) -> String {
        self.code(&frame::written(shown, FRAME, false))
    }

    fn code(&self, code: &str) -> String {
        let code = visible(&clip(code.trim_end(), CODE)).into_owned();
        match self.limits.code.get().checked_sub(code.len()) {
            Some(left) => {
                self.limits.code.set(left);
                code
            }
            None => "left out to keep this page small".to_owned(),
        }
    }

    /// The rows that there is room for.
    fn rows(&self, table: &'a Table) -> &'a [Vec<crate::output::document::Cell>] {
        let columns = table.rows.iter().map(Vec::len).max().unwrap_or(0).max(1);
        let rows = table.rows.len().min(self.limits.cells.get() / columns);
        self.limits.cells.set(self.limits.cells.get() - rows * columns);
        &table.rows[..rows]
    }

    /// What an address calls this entry, if no other is called so.
    fn own_anchor(&self, id: &Option<Text>) -> Option<String> {
        let anchor = anchor(id.as_ref()?);
        self.limits.taken.borrow_mut().insert(anchor.clone()).then_some(anchor)
    }

    /// The entry that a row is about.
    fn target(&self, text: &Text) -> Option<String> {
        let anchor = anchor(text);
        self.limits.anchors.contains(&anchor).then_some(anchor)
    }
}

fn prose(text: &Text) -> Prose {
    Prose(text.shown(VALUE))
}

fn line(text: &Text) -> Prose {
    Prose(text.in_one_line(TITLE))
}

/// What stands in large letters begins with a capital, unless it begins with a name: `setup-go`, `go.mod`.
fn title(text: &Text) -> Prose {
    let mut text = text.in_one_line(TITLE);
    if let Some(Span::Words(words)) = text.0.first_mut() {
        let first = words.split(' ').next().unwrap_or_default();
        if first.bytes().all(|byte| byte.is_ascii_lowercase())
            && let Some(letter) = words.get_mut(..1)
        {
            letter.make_ascii_uppercase();
        }
    }
    Prose(text)
}

fn word(text: &str) -> String {
    one_line(&clip(text, TITLE))
}

fn class(status: &Option<Status>) -> &'static str {
    status.map_or("", Status::name)
}

fn sign(status: &Status) -> &'static str {
    match status {
        Status::Fail => "✕",
        Status::Error => "!",
        Status::Skip => "–",
        Status::Pass => "✓",
    }
}

fn notice(severity: &Severity) -> &'static str {
    if *severity == Severity::Note { "i" } else { "!" }
}

/// Whether a cell may take several lines.
fn is_long(text: &Text) -> bool {
    is_long_name(&text.plain())
}

fn is_long_name(name: &str) -> bool {
    name.chars().nth(ONE_LINE).is_some()
}

/// Entries that are not shown.
fn beyond(entries: &Entries) -> usize {
    entries.more + entries.shown.len().saturating_sub(MOST)
}

/// What an address calls an entry.
fn anchor(id: &Text) -> String {
    let plain = |c: char| if c.is_alphanumeric() || "-._/".contains(c) { c } else { '-' };
    id.plain().chars().take(TITLE).map(plain).collect()
}

fn anchors(blocks: &[Block], found: &mut BTreeSet<String>) {
    for block in blocks {
        match block {
            Block::Entries(entries) => {
                let shown = entries.shown.iter().take(MOST);
                found.extend(shown.filter_map(|entry| entry.id.as_ref()).map(anchor));
            }
            Block::Folded(folded) => anchors(&folded.blocks, found),
            Block::Heading(_) | Block::Paragraph(_) | Block::Notice(..) | Block::Fields(_) => {}
            Block::Table(_) | Block::List(_) | Block::Code(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::{document, examples};

    fn shown(document: &Document) -> String {
        render(document).unwrap_or_else(|error| panic!("{error}"))
    }

    #[test]
    fn every_block_is_there_and_an_empty_heading_is_not() {
        let page = shown(&examples::whole());
        for part in [
            "<title>GOBIN does not take effect on Go 1.21.13 and 1.22.10 · goenv-ci</title>",
            "<header class=\"top fail\">",
            "<li class=\"skip zero\"><b>0</b> skipped</li>",
            "<dt>Runner</dt><dd>windows-2022 (Windows, X64)</dd>",
            "<h2>Variables</h2>",
            "<span class=\"from error\">go env says <code>/usr/bin</code></span>",
            "<td class=\"fail\"><span class=\"mark fail\" aria-hidden=\"true\">✕</span> 1 of 9 failed</td>",
            "<article class=\"card finding fail\" id=\"gobin/install-lands-there\">",
            "<pre>go env -u GOBIN\ngo env GOBIN</pre>",
            "4 more; <code>report.json</code> has them all.",
            "<summary><span>Commands on Go 1.21.13</span></summary>",
            "<a href=\"https://example.org/rules#gobin\">the rules</a>",
        ] {
            assert!(page.contains(part), "{part}\n{page}");
        }
        assert!(!page.contains("Nothing follows"));
    }

    #[test]
    fn a_row_about_an_entry_leads_to_it() {
        let mut document = examples::whole();
        let row = vec![document::Cell::new(Text::code("gobin/install-lands-there"))];
        document.blocks.push(Block::Table(Table { rows: vec![row], ..Table::default() }));
        let page = shown(&document);
        assert!(page.contains("<a href=\"#gobin/install-lands-there\"><code>gobin/install-lands-there</code></a>"));
    }

    #[test]
    fn of_entries_with_one_id_the_first_can_be_gone_to() {
        let mut document = examples::whole();
        document.blocks.extend(examples::whole().blocks);
        assert_eq!(shown(&document).matches("id=\"gobin/install-lands-there\"").count(), 1);
    }

    #[test]
    fn it_loads_nothing_and_allows_its_own_style_alone() {
        for page in [shown(&examples::whole()), shown(&examples::hostile())] {
            let style = page.split("<style>").nth(1).and_then(|rest| rest.split("</style>").next()).unwrap_or_default();
            assert!(page.contains(&format!("default-src 'none'; style-src '{}'", hash(style)).replace('\'', "&#39;")));
            for mark in ["<script", "src=", "@import", "url(", "javascript:y\"", "\u{1b}", "\0", "\u{202e}"] {
                assert!(!page.contains(mark), "{mark}");
            }
        }
    }

    #[test]
    fn nothing_hostile_leaves_its_element() {
        let page = shown(&examples::hostile());
        assert!(page.len() < 400_000, "{} bytes", page.len());
        let tags = |name: &str| {
            let open = page.matches(&format!("<{name}>")).count() + page.matches(&format!("<{name} ")).count();
            (open, page.matches(&format!("</{name}>")).count())
        };
        for name in ["pre", "details", "td", "th", "dd", "li", "article", "code", "a", "span", "main"] {
            let (open, close) = tags(name);
            assert_eq!(open, close, "{name}");
        }
        assert!(!page.contains("href=\"http"), "an address with hostile text is no link");
    }

    #[test]
    fn what_is_too_much_is_counted() {
        let Some(Block::Entries(mut entries)) =
            examples::whole().blocks.into_iter().find(|block| matches!(block, Block::Entries(_)))
        else {
            panic!("no entries")
        };
        let mut long = entries.shown[0].clone();
        long.fields.push(Field::code("output", "y".repeat(10_000)));
        entries.shown = vec![long; 300];
        let rows = vec![vec![document::Cell::new("a"), document::Cell::new("b")]; 10_000];
        let table = Table { rows, ..Table::default() };
        let document = Document { blocks: vec![Block::Entries(entries), Block::Table(table)], ..Document::default() };
        let page = shown(&document);
        assert_eq!(page.matches("<article").count(), MOST);
        assert!(page.contains("104 more; ") && page.contains("4000 more rows are not shown here"));
        assert!(page.contains("left out to keep this page small") && page.len() < 1_500_000, "{}", page.len());
    }
}
