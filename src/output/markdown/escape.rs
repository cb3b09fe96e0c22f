//! Values inside Markdown. A value is either a name in a code span, or HTML in
//! which all that Markdown or GitHub could act on is an entity.

use crate::output::document::{Span, Text};
use crate::output::sanitize::{one_line, visible};

/// A name (variable, version, probe) as a code span that also holds in a table
/// cell: all but letters, digits and a few marks is shown as `\u{7c}`.
#[must_use]
pub fn name(value: &str) -> String {
    let mut span = String::from("`");
    for c in one_line(value).chars() {
        match c {
            c if c.is_alphanumeric() || "._-/+,: ()\\{}=%;?…⏎".contains(c) => span.push(c),
            c => span.extend(c.escape_unicode()),
        }
    }
    if span.len() == 1 {
        span.push('-');
    }
    span + "`"
}

/// A sentence for a block of HTML: what stands in backquotes becomes code, and so
/// does what GitHub would turn into a link or a mention. No line feed in it.
#[must_use]
pub fn sentence(value: &str) -> String {
    html(&Text::prose(value.trim()))
}

/// A text for a block of HTML, where Markdown does not look. No line feed in it.
pub(crate) fn html(text: &Text) -> String {
    let shown = |text: &str, plain: bool| {
        let safe = escaped(&visible(text));
        if plain { safe } else { format!("<code>{safe}</code>") }
    };
    let mut html = String::new();
    for span in &text.0 {
        html += &match span {
            Span::Words(words) => shown(words, is_plain(&visible(words))),
            Span::Code(_) | Span::File { .. } => shown(&span.plain(), false),
            Span::Link { words, .. } => match span.address() {
                Some(url) => {
                    format!("<a href=\"{}\">{}</a>", url.replace('&', "&amp;"), shown(words, is_plain(&visible(words))))
                }
                None => shown(words, is_plain(&visible(words))),
            },
        };
    }
    html.replace('\n', "<br>").replace('\t', " ")
}

/// A text for a heading or a cell of Markdown's own tables, where the inside of HTML would be read as Markdown.
pub(crate) fn inline(text: &Text) -> String {
    let words = |words: &str| {
        // A backslash would take the next character's meaning.
        if is_plain(&visible(words)) && !words.contains(['\\', '\n']) {
            return escaped(words);
        }
        let blank = |blank: bool| if blank { " " } else { "" };
        format!("{}{}{}", blank(words.starts_with(' ')), name(words), blank(words.ends_with(' ')))
    };
    let part = |span: &Span| match span {
        Span::Words(text) => words(text),
        Span::Code(_) | Span::File { .. } => name(&span.plain()),
        Span::Link { words: text, .. } => match span.address() {
            Some(url) => format!("[{}]({url})", words(text)),
            None => words(text),
        },
    };
    text.0.iter().map(part).collect()
}

/// Several lines as HTML for within `<pre>`; line feeds stay.
#[must_use]
pub fn block(value: &str) -> String {
    escaped(&visible(value.trim_end()))
}

/// Text that neither Markdown nor GitHub's filters (mentions, issue and commit
/// references, addresses) turn into anything.
fn is_plain(text: &str) -> bool {
    let ordinary = |c: char| c.is_alphanumeric() || " ,.;:()'\"%=/_+\\-…–·→⏎?{}\n".contains(c);
    let hex_run = text.split(|c: char| !c.is_ascii_hexdigit()).any(|run| run.len() >= 7);
    let lower = text.to_lowercase();
    text.chars().all(ordinary) && !hex_run && !["gh-", "www.", "://"].iter().any(|mark| lower.contains(mark))
}

fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len() + text.len() / 8);
    let mut last = '\n';
    for c in text.chars() {
        match c {
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '&' => html.push_str("&amp;"),
            '"' | '\'' | '`' | '|' | '@' | '#' | '[' | ']' | '!' | '*' | '_' | '~' => {
                html += &format!("&#{};", u32::from(c));
            }
            // A line that begins with `::` is a command when the file is printed in a step.
            ':' if last == ':' || last == '\n' => html.push_str("&#58;"),
            c => html.push(c),
        }
        last = c;
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_cannot_inject_markup() {
        assert_eq!(sentence("`D:\\a` has no file, ok"), "<code>D:\\a</code> has no file, ok");
        assert_eq!(sentence("hi @org/team"), "<code>hi &#64;org/team</code>");
        assert_eq!(sentence("see http://x.y"), "<code>see http://x.y</code>");
        assert_eq!(sentence("a ` b | <b>"), "<code>a &#96; b &#124; &lt;b&gt;</code>");
        assert_eq!(sentence("a\nb"), "a<br>b");
    }

    #[test]
    fn a_name_cannot_leave_its_table_cell() {
        assert_eq!(name("GOBIN"), "`GOBIN`");
        assert_eq!(name("a|b`@x\n"), "`a\\u{7c}b\\u{60}\\u{40}x`");
        assert_eq!(name(""), "`-`");
    }
}
