//! The document for a terminal: its real width, its colours and links where it
//! has them. The verdict comes last, where it is read.

mod lines;
mod table;

use crate::output::{
    Document,
    document::{Block, Entries, Entry, Field, Headline, Text, Value},
    frame,
    wording::count,
};
use crate::{
    output::sanitize::{clip, one_line, visible},
    status::{Severity, Status},
};
use anstyle::{AnsiColor, Style};
use lines::{Line, width, wrapped};

/// What the terminal can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terminal {
    /// Its width; lines of prose stay shorter on a very wide one.
    pub columns: usize,
    /// Whether it shows colours.
    pub color: bool,
    /// Whether it knows hyperlinks (OSC 8).
    pub links: bool,
}

impl Terminal {
    /// A file, a pipe, or a terminal of which nothing is known.
    pub const PLAIN: Self = Self { columns: 80, color: false, links: false };
}

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
const NAME: Style = AnsiColor::Cyan.on_default();

/// Columns of a sentence; longer lines are hard to read.
const PROSE: usize = 100;
/// Columns for names; longer ones get a line of their own.
const NAMES: usize = 16;
/// Entries, and lines of one value.
const MOST: usize = 50;
/// Characters of each value.
const VALUE: usize = 1_200;
/// Characters of lines to copy, which are useless in part.
const CODE: usize = 8_000;
/// Characters of each title.
const TITLE: usize = 300;

/// The document in lines, the last of which ends in a line feed.
#[must_use]
pub fn render(document: &Document, terminal: Terminal) -> String {
    let screen = Screen { terminal, columns: terminal.columns.max(40) };
    let mut parts = Vec::new();
    if let Some(title) = &document.title {
        parts.push(screen.written(0, wrapped(&title.in_one_line(TITLE), BOLD, screen.columns)));
    }
    parts.push(screen.blocks(&document.blocks, 0));
    let mut end = document.headline.as_ref().map_or_else(String::new, |headline| screen.headline(headline));
    for hint in &document.hints {
        end += &screen.written(0, wrapped(&hint.in_one_line(VALUE), DIM, screen.prose(0)));
    }
    parts.push(end);
    parts.retain(|part| !part.is_empty());
    parts.join("\n")
}

/// In colours everywhere the same.
fn style(status: Status) -> Style {
    match status {
        Status::Fail => AnsiColor::Red.on_default().bold(),
        Status::Error => AnsiColor::Yellow.on_default(),
        Status::Skip => DIM,
        Status::Pass => AnsiColor::Green.on_default(),
    }
}

fn sign(status: Status) -> &'static str {
    match status {
        Status::Fail => "✗",
        Status::Error => "!",
        Status::Skip => "–",
        Status::Pass => "✓",
    }
}

struct Screen {
    terminal: Terminal,
    columns: usize,
}

impl Screen {
    fn room(&self, indent: usize) -> usize {
        self.columns.saturating_sub(indent).max(20)
    }

    fn prose(&self, indent: usize) -> usize {
        self.room(indent).min(PROSE)
    }

    fn written(&self, indent: usize, lines: Vec<Line>) -> String {
        let mut text = String::new();
        for line in lines {
            let line = Line::new(" ".repeat(indent), Style::new()).and(line);
            text += &line.written(self.terminal.color, self.terminal.links);
            text.push('\n');
        }
        text
    }

    fn headline(&self, headline: &Headline) -> String {
        let style = headline.status.map_or(BOLD, |status| match status {
            Status::Skip => BOLD,
            status => style(status).bold(),
        });
        let lead = headline.status.map_or_else(String::new, |status| format!("{} ", sign(status)));
        let indent = width(&lead);
        let lead = Line::new(lead, style);
        let mut lines = wrapped(&headline.text.in_one_line(TITLE), style, self.prose(indent));
        if !headline.tail.is_empty() {
            let tail = Line::new(one_line(&clip(&headline.tail, TITLE)), Style::new());
            match lines.as_slice() {
                [only] if indent + only.width() + 2 + tail.width() <= self.columns => {
                    lines[0] = only.clone().and(Line::new(":", style)).and(Line::new(" ", Style::new())).and(tail);
                }
                _ => lines.push(tail),
            }
        }
        self.written(0, hanging(lead, lines, indent))
    }

    /// Blocks with a blank line between them; a heading has none behind it.
    fn blocks(&self, blocks: &[Block], indent: usize) -> String {
        let mut text = String::new();
        let mut heading = None;
        let mut noticed = false;
        for block in blocks {
            if let Block::Heading(title) = block {
                heading = Some(title);
                continue;
            }
            let part = self.block(block, indent);
            if part.is_empty() {
                continue;
            }
            let notice = matches!(block, Block::Notice(..));
            if !text.is_empty() && (heading.is_some() || !(notice && noticed)) {
                text.push('\n');
            }
            if let Some(title) = heading.take() {
                text += &self.written(indent, wrapped(&title.in_one_line(TITLE), BOLD, self.room(indent)));
            }
            text += &part;
            noticed = notice;
        }
        text
    }

    fn block(&self, block: &Block, indent: usize) -> String {
        let lines = match block {
            Block::Heading(_) | Block::Folded(_) => Vec::new(),
            Block::Paragraph(text) if text.is_empty() => Vec::new(),
            Block::Paragraph(text) => wrapped(&text.shown(VALUE), Style::new(), self.prose(indent)),
            Block::Notice(severity, text) => {
                let (word, style) = match severity {
                    Severity::Error => ("error: ", style(Status::Fail)),
                    Severity::Warning => ("warning: ", style(Status::Error).bold()),
                    Severity::Note => ("note: ", BOLD),
                };
                let room = self.prose(indent + width(word));
                hanging(Line::new(word, style), wrapped(&text.in_one_line(VALUE), Style::new(), room), width(word))
            }
            Block::Fields(fields) => {
                let hang = name_columns(fields) + 4;
                fields.iter().flat_map(|field| self.field(field, NAME, hang, indent)).collect()
            }
            Block::Table(table) => {
                let mut lines = table::lines(table, self.room(indent));
                if table.more > 0 {
                    lines.push(Line::new(format!("and {}", count(table.more, "more row")), DIM));
                }
                lines
            }
            Block::Entries(entries) => return self.entries(entries, indent),
            Block::List(items) => items.iter().flat_map(|item| self.item(item, indent + 2)).map(by_two).collect(),
            Block::Code(code) => code_lines(code).map(by_two).collect(),
        };
        self.written(indent, lines)
    }

    /// One line for it, or more with the further ones set off.
    fn item(&self, text: &Text, indent: usize) -> Vec<Line> {
        let mut lines = wrapped(&text.in_one_line(VALUE), Style::new(), self.room(indent + 2)).into_iter();
        let first = lines.next();
        first.into_iter().chain(lines.map(by_two)).collect()
    }

    /// A name and its value, which begins at column `hang`.
    fn field(&self, field: &Field, names: Style, hang: usize, indent: usize) -> Vec<Line> {
        let room = self.room(indent + hang);
        let mut lines = match &field.value {
            Value::Text(text) => wrapped(&text.shown(VALUE), Style::new(), room),
            Value::List(items) => {
                let mut lines: Vec<Line> =
                    items.iter().take(MOST).flat_map(|item| self.item(item, indent + hang)).collect();
                if let Some(more @ 1..) = items.len().checked_sub(MOST) {
                    lines.push(Line::new(format!("and {more} more"), DIM));
                }
                lines
            }
            Value::Code(code) => code_lines(code).collect(),
        };
        for note in &field.notes {
            lines.extend(wrapped(&note.text.shown(VALUE), note.status.map_or(DIM, style), room));
        }
        let name = by_two(Line::new(one_line(&clip(&field.name, TITLE)), names));
        if name.width() + 2 <= hang {
            return hanging(name, lines, hang);
        }
        [name].into_iter().chain(hanging(Line::default(), lines, hang)).collect()
    }

    /// Entries with a blank line between them; all their values begin at one column.
    fn entries(&self, entries: &Entries, indent: usize) -> String {
        let shown = &entries.shown[..entries.shown.len().min(MOST)];
        let hang = shown.iter().map(|entry| name_columns(&entry.fields) + 4).max().unwrap_or(0);
        let mut parts: Vec<String> = shown.iter().map(|entry| self.entry(entry, hang, indent)).collect();
        let more = entries.more + entries.shown.len() - shown.len();
        if more > 0 {
            let mut text = Text::words(format!("and {more} more"));
            if !entries.elsewhere.is_empty() {
                text = text.and("; ").and(entries.elsewhere.clone());
            }
            parts.push(self.written(indent, wrapped(&text.in_one_line(VALUE), DIM, self.prose(indent))));
        }
        parts.join("\n")
    }

    fn entry(&self, entry: &Entry, hang: usize, indent: usize) -> String {
        let word = one_line(&clip(&entry.mark.word, NAMES)).to_uppercase() + " ";
        let mut title = lines::words(&entry.title.in_one_line(TITLE), BOLD);
        if let (Some(id), Some(line)) = (&entry.id, title.first_mut()) {
            let id = id.in_one_line(TITLE);
            line.extend(lines::enclosed("(", &id, ")", DIM));
        }
        let style = match entry.mark.status {
            Some(Status::Skip) | None => DIM,
            Some(status) => style(status).bold(),
        };
        let room = self.room(indent + width(&word));
        let lines = hanging(Line::new(&word, style), lines::wrap(&title, room), width(&word));
        let mut text = self.written(indent, lines);
        if let Some(shown) = &entry.frame {
            let room = self.room(indent + 2);
            let lines = frame::written(shown, room, self.terminal.color);
            text.extend(lines.lines().map(|line| format!("{}{line}\n", " ".repeat(indent + 2))));
        }
        let mut lines = Vec::new();
        if let Some(summary) = &entry.summary {
            lines.extend(wrapped(&summary.shown(VALUE), Style::new(), self.prose(indent + 2)).into_iter().map(by_two));
        }
        lines.extend(entry.fields.iter().flat_map(|field| self.field(field, DIM, hang, indent)));
        text += &self.written(indent, lines);
        let details = self.blocks(&entry.details, indent + 2);
        if !details.is_empty() {
            text += &format!("\n{details}");
        }
        text
    }
}

/// Columns for the names of fields that stand below each other.
fn name_columns(fields: &[Field]) -> usize {
    fields
        .iter()
        .map(|field| width(&one_line(&clip(&field.name, TITLE))))
        .filter(|width| *width <= NAMES)
        .max()
        .unwrap_or(0)
}

fn by_two(line: Line) -> Line {
    Line::new("  ", Style::new()).and(line)
}

/// The first line behind `lead`, all of them from column `hang` on.
fn hanging(lead: Line, lines: Vec<Line>, hang: usize) -> Vec<Line> {
    let mut lines = lines.into_iter();
    let first = lead.padded(hang).and(lines.next().unwrap_or_default());
    let rest = lines.map(|line| Line::default().padded(hang).and(line));
    [first].into_iter().chain(rest).collect()
}

fn code_lines(code: &str) -> impl Iterator<Item = Line> {
    let code = visible(&clip(code.trim_end(), CODE)).into_owned();
    code.lines().map(|line| Line::new(line, Style::new())).collect::<Vec<_>>().into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::examples;

    const RICH: Terminal = Terminal { columns: 80, color: true, links: true };

    #[test]
    fn colours_and_links_change_no_letter_and_no_line() {
        for (document, name) in [(examples::whole(), "whole"), (examples::hostile(), "hostile")] {
            for columns in [40, 80, 140] {
                let plain = render(&document, Terminal { columns, ..Terminal::PLAIN });
                let rich = render(&document, Terminal { columns, ..RICH });
                assert_eq!(anstream::adapter::strip_str(&rich).to_string(), plain, "{name} at {columns}");
                assert!(!plain.contains('\u{1b}'), "{name} at {columns}");
            }
        }
    }

    #[test]
    fn lines_fit_unless_one_word_or_code_does_not() {
        for columns in [60, 80, 140] {
            let text = render(&examples::whole(), Terminal { columns, ..Terminal::PLAIN });
            for line in text.lines() {
                assert!(width(line) <= columns && line.trim_end() == line, "{columns}: {line:?}");
            }
            assert!(columns < 140 || text.lines().any(|line| width(line) > 100), "nothing uses the width");
        }
    }

    #[test]
    fn a_heading_without_content_and_what_is_folded_are_left_out() {
        let text = render(&examples::whole(), Terminal::PLAIN);
        assert!(!text.contains("Nothing follows") && !text.contains("were skipped"), "{text}");
        let last: Vec<&str> = text.lines().rev().take(4).collect();
        assert_eq!(last[3], "✗ GOBIN does not take effect on Go 1.21.13 and 1.22.10");
        assert_eq!(last[2], "  182 passed, 2 failed, 1 error, 3 skipped in 14.2 s");
    }

    #[test]
    fn nothing_hostile_commands_a_terminal_or_a_runner() {
        for terminal in [Terminal::PLAIN, RICH, Terminal { columns: 140, links: false, ..RICH }] {
            let text = render(&examples::hostile(), terminal);
            assert!(text.len() < 200_000, "{} bytes", text.len());
            for line in anstream::adapter::strip_str(&text).to_string().lines().chain(text.lines()) {
                assert!(!line.trim_start().starts_with("::") && !line.contains("##["), "{line:?}");
            }
            let own = text.replace("\u{1b}]8;;\u{1b}\\", "").replace("\u{1b}[", "");
            assert!(!own.contains(['\u{1b}', '\0', '\u{7}', '\u{202e}']), "{own:?}");
        }
    }

    #[test]
    fn beyond_fifty_entries_are_counted() {
        let Some(Block::Entries(mut entries)) =
            examples::whole().blocks.into_iter().find(|block| matches!(block, Block::Entries(_)))
        else {
            panic!("no entries")
        };
        entries.shown = entries.shown[1..].iter().cycle().take(60).cloned().collect();
        let document = Document { blocks: vec![Block::Entries(entries)], ..Document::default() };
        let text = render(&document, Terminal::PLAIN);
        assert_eq!(text.matches("WARNING GOTMPDIR").count(), MOST);
        assert!(text.ends_with("\nand 14 more; `report.json` has them all\n"), "{text}");
    }
}
