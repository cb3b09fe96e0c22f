//! Lines of files with what is marked in them. The crate of the compiler's own frames lays them out; what it is
//! given has no character that commands a terminal or a runner.

use crate::{
    output::{
        document::{Frame, FrameMark, FramePart},
        mask::masked,
        sanitize::{disarmed_line, one_line, unmarked, visible},
    },
    status::Severity,
};
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use anstyle::{AnsiColor, Style};
use std::ops::Range;
use unicode_width::UnicodeWidthStr;

/// Characters of a line that can be shown; a longer one is the work of a program, and nobody reads it.
const LONGEST: usize = 1_000;
/// Bytes of all lines between the first mark and the last one.
const MOST: usize = 64 << 10;

/// In as many columns as there are; its lines end in line feeds.
pub(super) fn written(frame: &Frame, columns: usize, color: bool) -> String {
    let renderer = if color { in_colors() } else { Renderer::plain() };
    let level = match frame.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let parts: Vec<Clean> = frame.parts.iter().map(Clean::of).collect();
    // A further part of one group would begin with `:::`, which a runner could take for a command.
    let groups: Vec<Group<'_>> = parts.iter().map(|part| part.group(level.clone(), columns)).collect();
    let text = renderer.term_width(columns).render(&groups);
    text.lines().map(|line| disarmed_line(line.trim_end()).into_owned() + "\n").collect()
}

/// Those of the findings around it.
fn in_colors() -> Renderer {
    let quiet = Style::new().dimmed();
    Renderer::styled()
        .hyperlink(false)
        .error(AnsiColor::Red.on_default().bold())
        .warning(AnsiColor::Yellow.on_default().bold())
        .note(Style::new().bold())
        .line_num(quiet)
        .context(quiet)
}

/// A part without anything that commands.
struct Clean {
    path: String,
    /// The first mark, for a part whose lines are not shown.
    at: Option<(usize, usize)>,
    source: Option<(String, usize)>,
    marks: Vec<CleanMark>,
}

struct CleanMark {
    /// In bytes of the source.
    span: Range<usize>,
    label: String,
    is_primary: bool,
}

impl Clean {
    fn of(part: &FramePart) -> Self {
        let lines: Vec<&str> = part.source.lines().collect();
        let is_readable = part.source.len() <= MOST && lines.iter().all(|line| line.chars().count() <= LONGEST);
        let first = part.marks.iter().find(|mark| mark.is_primary).or(part.marks.first());
        let mut one = Self {
            path: unmarked(&one_line(&part.path)).into_owned(),
            at: first.map(|mark| (mark.line, mark.column)),
            source: None,
            marks: Vec::new(),
        };
        if !is_readable || lines.is_empty() || part.marks.is_empty() {
            return one;
        }
        let mut starts = Vec::new();
        let mut source = String::new();
        for line in &lines {
            starts.push(source.len());
            source += &shown(line);
            source.push('\n');
        }
        for mark in &part.marks {
            let at = mark.line.wrapping_sub(part.first_line);
            let (Some(line), Some(start)) = (lines.get(at), starts.get(at)) else { continue };
            let columns = columns(line, mark);
            one.marks.push(CleanMark {
                span: start + columns.start..start + columns.end,
                label: unmarked(&one_line(&mark.label)).into_owned(),
                is_primary: mark.is_primary,
            });
        }
        if !one.marks.is_empty() {
            one.source = Some((source, part.first_line));
        }
        one
    }

    fn group<'s>(&'s self, level: Level<'static>, columns: usize) -> Group<'s> {
        let group = Group::with_level(level);
        let Some((source, first_line)) = &self.source else { return group.element(self.origin()) };
        let gutter = (first_line + source.lines().count()).to_string().len() + 3;
        let fits = |mark: &&CleanMark| {
            let start = source[..mark.span.end].rfind('\n').map_or(0, |at| at + 1);
            gutter + source[start..mark.span.end].width() + 1 + mark.label.width() <= columns
        };
        let annotation = |mark: &'s CleanMark| {
            let kind = if mark.is_primary { AnnotationKind::Primary } else { AnnotationKind::Context };
            let label = Some(mark.label.as_str()).filter(|label| !label.is_empty() && fits(&mark));
            kind.span(mark.span.clone()).label(label)
        };
        let snippet = Snippet::source(source.as_str()).line_start(*first_line).path(self.path.as_str());
        let group = group.element(snippet.annotations(self.marks.iter().map(annotation)));
        let beyond = self.marks.iter().filter(|mark| !mark.label.is_empty() && !fits(mark));
        group.elements(beyond.map(|mark| {
            let line = first_line + source[..mark.span.start].matches('\n').count();
            Level::NOTE.no_name().message(format!("line {line}: {}", mark.label))
        }))
    }

    fn origin(&self) -> Origin<'_> {
        let origin = Origin::path(self.path.as_str());
        match self.at {
            None | Some((0, _)) => origin,
            Some((line, 0)) => origin.line(line),
            Some((line, column)) => origin.line(line).char_column(column),
        }
    }
}

fn shown(line: &str) -> String {
    unmarked(&visible(&masked(line))).into_owned()
}

/// The bytes of a mark in its line as it is shown.
fn columns(line: &str, mark: &FrameMark) -> Range<usize> {
    let whole = shown(line);
    let indent = whole.len() - whole.trim_start().len();
    let all = indent..whole.trim_end().len().max(indent);
    // Where a secret is left out, places behind it have moved.
    if mark.column == 0 || masked(line) != line {
        return all;
    }
    let before = |column: usize| shown(&line.chars().take(column - 1).collect::<String>()).len();
    let start = before(mark.column).min(whole.len());
    let end = if mark.end_column > mark.column { before(mark.end_column) } else { all.end };
    let span = start..end.clamp(start, whole.len());
    if whole.is_char_boundary(span.start) && whole.is_char_boundary(span.end) { span } else { all }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::examples;

    fn part(path: &str, first_line: usize, source: &str, marks: Vec<FrameMark>) -> FramePart {
        FramePart { path: path.to_owned(), first_line, source: source.to_owned(), marks }
    }

    fn mark(line: usize, column: usize, end_column: usize, label: &str) -> FrameMark {
        FrameMark { line, column, end_column, label: label.to_owned(), is_primary: label.is_empty() }
    }

    fn plain(parts: Vec<FramePart>) -> String {
        written(&Frame { severity: Severity::Error, parts }, 80, false)
    }

    #[test]
    fn a_mark_stands_below_what_it_is_about_whatever_is_before_it() {
        let text = plain(vec![part("a.yml", 7, "  ü: x\u{1b}日\n", vec![mark(7, 8, 9, "")])]);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[2..4], ["7 |   ü: x\\u{1b}日", "  |             ^^"], "{text}");
        assert_eq!(lines[0].trim(), "--> a.yml:7:13", "the place is that of what is shown: {text}");
    }

    #[test]
    fn lines_between_two_marks_are_left_out_and_other_files_follow() {
        let source = (10..=30).map(|line| format!("line {line}\n")).collect::<String>();
        let marks = vec![mark(30, 1, 5, ""), mark(10, 0, 0, "it begins here")];
        let text =
            plain(vec![part("a.yml", 10, &source, marks), part("b.yml", 1, "x: y\n", vec![mark(1, 4, 0, "or here")])]);
        assert!(text.contains("10 | line 10") && text.contains("30 | line 30") && !text.contains("line 20"), "{text}");
        assert!(text.contains("------- it begins here") && text.contains("--> b.yml:1:4"), "{text}");
    }

    #[test]
    fn what_has_no_room_beside_a_mark_is_said_below() {
        let wide = format!("{}x", " ".repeat(70));
        let text = plain(vec![part("a.yml", 5, &wide, vec![mark(5, 71, 72, "the cache is restored here")])]);
        assert!(text.ends_with("  = line 5: the cache is restored here\n"), "{text}");
    }

    #[test]
    fn colours_change_no_letter() {
        let frame = examples::frame();
        for columns in [40, 80, 140] {
            let rich = written(&frame, columns, true);
            assert!(rich.contains('\u{1b}'));
            assert_eq!(anstream::adapter::strip_str(&rich).to_string(), written(&frame, columns, false));
        }
    }

    #[test]
    fn what_nobody_can_read_is_a_place_alone() {
        let long = "x".repeat(5_000);
        let text = plain(vec![part("a.yml", 3, &long, vec![mark(3, 4_000, 4_001, "")])]);
        assert_eq!(text.trim(), "--> a.yml:3:4000");
        assert_eq!(plain(vec![part("a.yml", 0, "", Vec::new())]).trim(), "--> a.yml");
    }

    #[test]
    fn a_secret_is_not_shown() {
        let token = format!("ghp_{}", "a1B2".repeat(9));
        let text = plain(vec![part("a.yml", 1, &format!("env: {token} # x"), vec![mark(1, 1, 4, "")])]);
        assert!(!text.contains(&token) && text.contains("env:"), "{text}");
    }
}
