//! A comparison as Markdown, for a comment or a job summary: values are made
//! harmless, and the whole is cut at a limit that its reader gives.

use crate::status::Status;
use crate::{
    output::sanitize::clip,
    report::compare::{Drift, Listed, Turned},
};
use crate::{
    output::{
        markdown::{name, sentence},
        wording::count,
    },
    report::compare::wording::{self as phrase, Group},
};

/// Kept free for what is said about the part that was left out.
const RESERVE_BYTES: usize = 512;
/// Characters of each value.
const VALUE: usize = 600;

/// The comparison as Markdown of at most so many bytes, not less than 4 KiB. Its headings are of
/// level three, so that it can stand below a report's own.
#[must_use]
pub fn within(drift: &Drift, limit_bytes: usize) -> String {
    let mut page = Page { text: String::new(), room: limit_bytes.max(4 * 1024) - RESERVE_BYTES, left_out: 0 };
    let symbol = match (drift.new_failures.count, drift.new_errors.count) {
        (1.., _) => "❌",
        (0, 1..) => "⚠️",
        (0, 0) => "✅",
    };
    page.text += &format!("<p>{symbol} <strong>{}</strong></p>\n", sentence(&clip(&phrase::headline(drift), VALUE)));
    page.text += &format!("<p>{}.</p>\n", sentence(&phrase::counts(drift)));
    page.text += &format!(
        "<p>Old: {}. New: {}.</p>\n",
        sentence(&phrase::origin(&drift.old)),
        sentence(&phrase::origin(&drift.new))
    );
    let turned = |listed: &Listed<Turned>, detail: Detail| {
        phrase::groups(&listed.named).iter().map(|group| section(group, drift, detail)).collect::<Vec<_>>()
    };
    page.group("What does not hold any more", &turned(&drift.new_failures, Detail::All), drift.new_failures.count > 0);
    page.group("What cannot be judged any more", &turned(&drift.new_errors, Detail::All), drift.new_errors.count > 0);
    page.list("What changed beside it", drift.settings.iter().map(phrase::setting).collect());
    page.list("What takes another time", drift.pace.iter().map(phrase::pace).collect());
    page.group("What still does not hold, otherwise", &turned(&drift.otherwise, Detail::All), false);
    page.group("What holds again", &turned(&drift.recovered, Detail::Where), false);
    page.group("What is skipped or no longer skipped", &turned(&drift.turned, Detail::Where), false);
    page.list("Cells that are new", phrase::extents(&drift.added));
    page.list("Cells that are gone", phrase::extents(&drift.gone));
    page.list("To be noted", phrase::incomplete(drift));
    if page.left_out > 0 {
        let left = count(page.left_out, "section");
        page.text += &format!("\n> **{left} left out here** to keep this short; `report compare` shows all.\n");
    }
    page.text
}

#[derive(Clone, Copy, PartialEq)]
enum Detail {
    All,
    Where,
}

struct Page {
    text: String,
    room: usize,
    left_out: usize,
}

impl Page {
    fn list(&mut self, title: &str, lines: Vec<String>) {
        let items: Vec<String> =
            lines.iter().map(|line| format!("<li>{}</li>\n", sentence(&clip(line, VALUE)))).collect();
        self.group(title, &items, false);
    }

    /// Sections under a heading; what is no finding to act on is folded.
    fn group(&mut self, title: &str, sections: &[String], open: bool) {
        if sections.is_empty() {
            return;
        }
        let (before, after) = if open {
            (format!("\n### {title}\n\n<ul>\n"), "</ul>\n".to_owned())
        } else {
            (
                format!("\n<details><summary>{title} ({})</summary>\n\n<ul>\n", sections.len()),
                "</ul>\n\n</details>\n".to_owned(),
            )
        };
        let mut body = String::new();
        for section in sections {
            if self.text.len() + before.len() + body.len() + section.len() + after.len() > self.room {
                self.left_out += 1;
                continue;
            }
            body += section;
        }
        if !body.is_empty() {
            self.text += &format!("{before}{body}{after}");
        }
    }
}

fn section(group: &Group<'_>, drift: &Drift, detail: Detail) -> String {
    let first = group.first;
    let cell = &first.cell;
    let title = format!("{} {}", html(&name(&clip(&cell.variable, 80))), html(&name(&clip(&cell.probe, 200))));
    let mut text = format!("<li>{title}: {}", sentence(&phrase::places(group)));
    let mut row = |title: &str, value: &str| {
        if !value.is_empty() {
            text += &format!("<br>{title}: {}", sentence(&clip(&value.replace('\n', " "), VALUE)));
        }
    };
    row("Before", &phrase::before(first));
    if detail == Detail::All {
        row("It said", &first.was);
        row("Expected", &first.expected);
        row(if first.to == Status::Fail { "Observed" } else { "Reason" }, &first.said);
        row("Likely cause", &first.cause);
        phrase::suspects(first, drift).iter().for_each(|said| row("Changed too", said));
    }
    text + "</li>\n"
}

/// A code span as HTML: Markdown is not read within a block of HTML.
fn html(span: &str) -> String {
    let inner = span.trim_matches('`');
    format!("<code>{}</code>", inner.replace('&', "&amp;").replace('<', "&lt;").replace('@', "&#64;"))
}
