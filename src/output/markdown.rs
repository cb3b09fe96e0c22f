//! The document as Markdown: job summaries, comments, report.md. GitHub drops
//! what is longer than its limit whole, so it is cut here between two entries.

mod escape;

use crate::output::{
    Document,
    document::{Block, Cell, Entry, Field, Folded, Headline, Mark, Table, Value},
    frame,
    wording::count,
};
use crate::{
    output::sanitize::{clip, one_line},
    status::{Severity, Status},
};
pub use escape::{block, name, sentence};
use escape::{html, inline};

/// For a job summary. GitHub drops a longer one of a step whole (1 MiB), a step may have more than one command,
/// and a Windows runner writes each line feed as two bytes.
/// Source: GitHub, "Workflow commands for GitHub Actions", step isolation and limits.
pub const SUMMARY_BYTES: usize = 512 * 1024;
/// Kept free for what is said about the part that was left out.
const RESERVE_BYTES: usize = 1024;
/// Below this nothing but the headline would remain.
const LEAST_BYTES: usize = 4 * 1024;
/// Characters of each value.
const VALUE: usize = 2_000;
/// Characters of lines to copy, which are useless in part.
const CODE: usize = 3_000;
/// Columns of a frame.
const FRAME: usize = 120;
/// Characters of each title and each name.
const TITLE: usize = 300;

/// The document in at most `limit_bytes`, or in 4 KiB if that is more. `elsewhere` says where the rest is,
/// a sentence without a full stop: `report.json has them all`.
#[must_use]
pub fn render(document: &Document, limit_bytes: usize, elsewhere: &str) -> String {
    below(document, 0, limit_bytes, elsewhere)
}

/// As [`render`], with headings so many levels smaller: within a conversation, where others speak too.
#[must_use]
pub fn below(document: &Document, levels: usize, limit_bytes: usize, elsewhere: &str) -> String {
    let mut page = MarkdownPage::new(limit_bytes.max(LEAST_BYTES), levels);
    if let Some(title) = &document.title {
        page.text += &format!("{} {}\n", page.heading(1), inline(&title.in_one_line(TITLE)));
    }
    if let Some(headline) = &document.headline {
        page.text += &page.headline(headline, document.title.is_none());
    }
    page.add(&counts(document));
    page.add(&facts(&document.facts));
    page.blocks(&document.blocks);
    if page.left_out > 0 {
        let sections = count(page.left_out, "section");
        let elsewhere = sentence(&clip(elsewhere, TITLE));
        page.text += &format!("\n> **{sections} left out here** to keep this summary short. {elsewhere}.\n");
    }
    page.text
}

fn sign(status: Status) -> &'static str {
    match status {
        Status::Fail => "❌",
        Status::Error => "⚠️",
        Status::Skip => "⚪",
        Status::Pass => "✅",
    }
}

fn counts(document: &Document) -> String {
    let one = |count: &crate::output::document::Count| {
        let number = sentence(&clip(&one_line(&count.number), TITLE));
        let number = if number == "0" { number } else { format!("<b>{number}</b>") };
        format!("{number} {}", sentence(&clip(&one_line(&count.word), TITLE)))
    };
    let all: Vec<String> = document.counts.iter().map(one).collect();
    if all.is_empty() { String::new() } else { format!("\n<p>{}</p>\n", all.join(" · ")) }
}

fn facts(facts: &[Field]) -> String {
    let lines: Vec<String> = facts
        .iter()
        .map(|fact| format!("{}: {}", sentence(&one_line(&clip(&fact.name, TITLE))), cell_of(fact)))
        .collect();
    if lines.is_empty() { String::new() } else { format!("\n<p>{}</p>\n", lines.join("<br>\n")) }
}

/// A page under way.
struct MarkdownPage {
    text: String,
    room: usize,
    /// Sections that found no room.
    left_out: usize,
    /// By so many levels all headings are smaller.
    levels: usize,
}

impl MarkdownPage {
    fn new(limit_bytes: usize, levels: usize) -> Self {
        Self { text: String::new(), room: limit_bytes - RESERVE_BYTES, left_out: 0, levels }
    }

    /// The signs before a heading of a level, 1 for the largest.
    fn heading(&self, level: usize) -> String {
        "#".repeat((level + self.levels).min(6))
    }

    fn headline(&self, headline: &Headline, first: bool) -> String {
        let text = headline.text.in_one_line(TITLE);
        let sign = headline.status.map_or_else(String::new, |status| format!("{} ", sign(status)));
        if first {
            format!("{} {sign}{}\n", self.heading(1), inline(&text))
        } else {
            format!("\n<p>{sign}<strong>{}</strong></p>\n", html(&text))
        }
    }

    /// Whether there was room for it. After the first that found none, nothing is added any more.
    fn add(&mut self, section: &str) -> bool {
        let fits = self.left_out == 0 && self.text.len() + section.len() <= self.room;
        if fits {
            self.text += section;
        } else {
            self.left_out += 1;
        }
        fits
    }

    fn blocks(&mut self, blocks: &[Block]) {
        let mut heading = String::new();
        for block in blocks {
            let sections = match block {
                Block::Heading(title) => {
                    heading = format!("\n{} {}\n", self.heading(2), inline(&title.in_one_line(TITLE)));
                    continue;
                }
                Block::Entries(entries) => {
                    let mut sections: Vec<String> = entries.shown.iter().map(|entry| self.entry(entry)).collect();
                    if entries.more > 0 {
                        let elsewhere = html(&entries.elsewhere.in_one_line(TITLE));
                        let elsewhere = if elsewhere.is_empty() { elsewhere } else { format!("; {elsewhere}") };
                        sections.push(format!("\n<p>And {} more{elsewhere}.</p>\n", entries.more));
                    }
                    sections
                }
                other => vec![self.block(other)],
            };
            for section in sections.into_iter().filter(|section| !section.is_empty()) {
                if self.add(&format!("{heading}{section}")) {
                    heading.clear();
                }
            }
        }
    }

    fn block(&self, block: &Block) -> String {
        match block {
            Block::Heading(_) | Block::Entries(_) => String::new(),
            Block::Paragraph(text) if text.is_empty() => String::new(),
            Block::Paragraph(text) => format!("\n<p>{}</p>\n", html(&text.shown(VALUE))),
            Block::Notice(severity, text) => {
                let (sign, word) = match severity {
                    Severity::Error => ("❌", "Error"),
                    Severity::Warning => ("⚠️", "Warning"),
                    Severity::Note => ("ℹ️", "Note"),
                };
                format!("\n<p>{sign} <b>{word}</b>: {}.</p>\n", html(&text.in_one_line(VALUE)))
            }
            Block::Fields(fields) => self.fields(fields),
            Block::Table(table) => self.table(table),
            Block::List(items) => {
                let (mut items, left) =
                    self.some(items.iter().map(|item| format!("<li>{}</li>\n", html(&item.shown(VALUE)))));
                if left > 0 {
                    items += &format!("<li>and {left} more</li>\n");
                }
                if items.is_empty() { items } else { format!("\n<ul>\n{items}</ul>\n") }
            }
            Block::Code(code) => pre(code),
            Block::Folded(folded) => self.folded(folded),
        }
    }

    /// Lines for as long as they do not take more than a quarter of the page, and how many there are beyond.
    fn some(&self, lines: impl ExactSizeIterator<Item = String>) -> (String, usize) {
        let number = lines.len();
        let mut text = String::new();
        for (at, line) in lines.enumerate() {
            if text.len() + line.len() > self.room / 4 {
                return (text, number - at);
            }
            text += &line;
        }
        (text, 0)
    }

    fn fields(&self, fields: &[Field]) -> String {
        let row = |field: &Field| {
            let name = sentence(&one_line(&clip(&field.name, TITLE)));
            format!("<tr><th align=\"left\">{name}</th><td>{}</td></tr>\n", cell_of(field))
        };
        let (mut rows, left) = self.some(fields.iter().map(row));
        if left > 0 {
            rows += &format!("<tr><td colspan=\"2\">and {left} more</td></tr>\n");
        }
        if rows.is_empty() { rows } else { format!("\n<table>\n{rows}</table>\n") }
    }

    fn table(&self, table: &Table) -> String {
        let columns = table.rows.iter().map(Vec::len).chain([table.head.len()]).max().unwrap_or(0);
        if columns == 0 || table.rows.is_empty() {
            return String::new();
        }
        let head =
            (0..columns).map(|at| table.head.get(at).map_or_else(String::new, |text| inline(&text.in_one_line(VALUE))));
        let head = head.map(|cell| format!(" {cell} |")).collect::<String>();
        let row = |row: &Vec<Cell>| {
            let cells = (0..columns).map(|at| row.get(at).map_or_else(String::new, cell));
            format!("|{}\n", cells.map(|cell| format!(" {cell} |")).collect::<String>())
        };
        let (rows, beyond) = self.some(table.rows.iter().map(row));
        let left = table.more + beyond;
        let mut text = format!("\n|{head}\n|{}\n{rows}", " :-- |".repeat(columns));
        if left > 0 {
            text += &format!("\n<p>And {}.</p>\n", count(left, "more row"));
        }
        text
    }

    fn entry(&self, entry: &Entry) -> String {
        let Mark { status, word } = &entry.mark;
        let sign = status.map_or_else(String::new, |status| format!("{} ", sign(status)));
        let mut text = format!(
            "\n{} {sign}{}\n\n<p>{}",
            self.heading(3),
            inline(&entry.title.in_one_line(TITLE)),
            sentence(&clip(&one_line(word), TITLE))
        );
        if let Some(id) = &entry.id {
            text += &format!(" · {}", html(&id.in_one_line(TITLE)));
        }
        if let Some(summary) = &entry.summary {
            text += &format!("<br>\n{}.", html(&summary.shown(VALUE)));
        }
        text += "</p>\n";
        if let Some(shown) = &entry.frame {
            text += &pre(&frame::written(shown, FRAME, false));
        }
        text += &self.fields(&entry.fields);
        text += &self.within(&entry.details);
        text
    }

    fn folded(&self, folded: &Folded) -> String {
        let inner = self.within(&folded.blocks);
        if inner.is_empty() {
            return inner;
        }
        let sign = folded.status.map_or_else(String::new, |status| format!("{} ", sign(status)));
        let summary = html(&folded.summary.in_one_line(TITLE));
        let open = if folded.open { " open" } else { "" };
        format!("\n<details{open}><summary>{sign}{summary}</summary>\n{inner}\n</details>\n")
    }

    /// Blocks within another one: a quarter of the page at most, so that one of them does not use it up.
    fn within(&self, blocks: &[Block]) -> String {
        let mut page = Self { text: String::new(), room: self.room / 4, left_out: 0, levels: self.levels };
        page.blocks(blocks);
        if page.left_out > 0 {
            page.text += &format!("\n<p>And {} more.</p>\n", page.left_out);
        }
        page.text
    }
}

/// A value and its notes for a cell of a table of HTML: no blank line, which would end it.
fn cell_of(field: &Field) -> String {
    let mut lines = match &field.value {
        Value::Text(text) => vec![html(&text.shown(VALUE))],
        Value::List(items) => items.iter().map(|item| html(&item.in_one_line(TITLE))).collect(),
        Value::Code(code) => vec![code_of(code)],
    };
    if let Value::List(items) = &field.value {
        const MOST: usize = 50;
        if items.len() > MOST {
            lines.truncate(MOST);
            lines.push(format!("and {} more", items.len() - MOST));
        }
    }
    for note in &field.notes {
        let sign = note.status.map_or_else(String::new, |status| format!("{} ", sign(status)));
        lines.push(format!("<sub>{sign}{}</sub>", html(&note.text.shown(VALUE))));
    }
    lines.retain(|line| !line.is_empty());
    lines.join("<br>")
}

fn code_of(code: &str) -> String {
    let code = block(&clip(code, VALUE));
    if !code.contains('\n') {
        return format!("<code>{code}</code>");
    }
    // The line feed behind a blank line is written as an entity.
    let lines: Vec<&str> = code.split('\n').collect();
    let mut text = String::new();
    for (at, line) in lines.iter().enumerate() {
        text += line;
        if at + 1 < lines.len() {
            text += if line.trim().is_empty() { "&#10;" } else { "\n" };
        }
    }
    format!("<pre>{text}</pre>")
}

fn pre(code: &str) -> String {
    let code = block(&clip(code, CODE));
    if code.is_empty() { code } else { format!("\n<pre>\n{code}\n</pre>\n") }
}

fn cell(cell: &Cell) -> String {
    let text = inline(&cell.text.in_one_line(TITLE));
    match cell.status {
        None => text,
        Some(status) => format!("{} {text}", sign(status)).trim_end().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::{document::Entries, examples};

    fn shown(document: &Document, limit: usize) -> String {
        render(document, limit, "`report.json` has them all")
    }

    fn entry() -> Entry {
        let entries = |block| if let Block::Entries(entries) = block { Some(entries) } else { None };
        examples::whole()
            .blocks
            .into_iter()
            .find_map(entries)
            .map(|all| all.shown[0].clone())
            .unwrap_or_else(|| panic!())
    }

    #[test]
    fn every_block_is_there_and_an_empty_heading_is_not() {
        let text = shown(&examples::whole(), 65_536);
        assert!(
            text.starts_with("# ❌ GOBIN does not take effect on Go 1.21.13 and 1.22.10\n\n<p><b>182</b> passed · ")
        );
        for part in [
            "· 0 skipped ·",
            "Runner: windows-2022",
            "<p>⚠️ <b>Warning</b>: GOFLAGS in <code>",
            "<tr><th align=\"left\">PATH</th><td><code>/home/runner/go/bin</code><br><code>/usr/local/bin</code></td></tr>",
            "| GOBIN | ✅ 12 |",
            "| ❌ 1 of 9 failed |",
            "### ❌ GOBIN does not take effect",
            "<pre>go env -u GOBIN\ngo env GOBIN</pre>",
            "<details><summary>Commands on Go 1.21.13</summary>",
            "<p>And 4 more; <code>report.json</code> has them all.</p>",
            "<a href=\"https://example.org/rules#gobin\">the rules</a>",
        ] {
            assert!(text.contains(part), "{part}\n{text}");
        }
        assert!(!text.contains("Nothing follows") && !text.contains("left out"));
    }

    #[test]
    fn it_is_cut_between_two_entries_and_says_so() {
        let entries = Entries { shown: vec![entry(); 400], ..Entries::default() };
        let document = Document { blocks: vec![Block::Entries(entries)], ..examples::whole() };
        let text = shown(&document, 65_536);
        assert!(text.len() <= 65_536 && text.len() > 60_000, "{} bytes", text.len());
        let sections = text.matches("### ").count();
        let note = format!(
            "> **{} sections left out here** to keep this summary short. <code>report.json</code> has them all.\n",
            400 - sections
        );
        assert!(text.ends_with(&note), "{}", &text[text.len() - 400..]);
        assert_eq!(text.matches("<details>").count(), text.matches("</details>").count());
    }

    #[test]
    fn a_long_table_leaves_room_for_what_follows() {
        let rows = vec![vec![Cell::new("GOBIN"), Cell::new("one of many")]; 10_000];
        let table = Block::Table(Table { head: vec!["a".into(), "b".into()], rows, more: 5 });
        let folded = Folded { status: None, summary: "all".into(), open: false, blocks: vec![table.clone()] };
        let document = Document {
            blocks: vec![
                table,
                Block::Folded(folded),
                Block::Entries(Entries { shown: vec![entry()], ..Entries::default() }),
            ],
            ..Document::default()
        };
        let text = shown(&document, 65_536);
        let rows = text.split("<details>").next().unwrap_or_default().matches("| GOBIN |").count();
        assert!(text.contains(&format!("<p>And {} more rows.</p>", 10_005 - rows)), "{rows}");
        assert!(text.contains("### ❌") && !text.contains("left out here"));
    }

    #[test]
    fn nothing_hostile_becomes_markup_or_a_command() {
        let text = shown(&examples::hostile(), 512 * 1024);
        assert!(text.len() <= 512 * 1024 && !text.contains("left out here"), "{} bytes", text.len());
        for mark in ["<script", "@org", "##[", "![", "](", "\u{1b}", "\0", "\u{202e}"] {
            assert!(!text.contains(mark), "{mark}");
        }
        assert!(text.lines().all(|line| !line.trim_start().starts_with("::")));
        for (open, close) in
            [("<pre>", "</pre>"), ("<details", "</details>"), ("<table>", "</table>"), ("<code>", "</code>")]
        {
            assert_eq!(text.matches(open).count(), text.matches(close).count(), "{open}");
        }
        // A blank line would end a table of HTML, a line feed or `|` a row of Markdown's.
        for table in text.split("<table>").skip(1).filter_map(|rest| rest.split("</table>").next()) {
            assert!(!table.lines().skip(1).any(|line| line.trim().is_empty()), "{table}");
        }
        let rows = text.lines().filter(|line| line.starts_with('|'));
        assert!(rows.clone().count() > 9);
        for row in rows {
            assert_eq!(row.matches('|').count(), 3, "{row}");
        }
    }
}
