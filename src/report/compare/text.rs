//! What a terminal shows after `report compare`: what no longer holds and what
//! changed beside it, then the rest, and one closing line.

use crate::status::Status;
use crate::{
    output::sanitize::{clip, disarmed, one_line},
    report::compare::{Drift, Listed, Turned},
};
use crate::{
    output::{
        paint::{BAD, BOLD, DIM, GOOD, Paint, WARN},
        wrap::{padded, wrap},
    },
    report::compare::wording::{self as phrase, Group},
};
use anstyle::Style;

/// Probes that are spelt out of each kind.
const MOST: usize = 20;
/// Where values begin.
const HANG: usize = 15;

/// The comparison for a terminal of this many columns, with a line feed at its end.
#[must_use]
pub fn render(drift: &Drift, paint: Paint, columns: usize) -> String {
    let sheet = Sheet { drift, paint, columns: columns.max(40) };
    let mut text = String::new();
    for (label, style, listed) in [
        ("NEW FAIL", BAD, &drift.new_failures),
        ("NEW ERROR", WARN, &drift.new_errors),
        ("STILL BAD", WARN, &drift.otherwise),
    ] {
        text += &sheet.turned(label, style, listed, Detail::All);
    }
    text += &sheet.turned("RECOVERED", GOOD, &drift.recovered, Detail::Where);
    text += &sheet.turned("CHANGED", DIM, &drift.turned, Detail::Reason);
    let said = |lines: Vec<String>, label: &str| sheet.lines(label, &lines);
    text += &said(drift.settings.iter().map(phrase::setting).collect(), "SETTING");
    text += &said(drift.pace.iter().map(phrase::pace).collect(), "TIME");
    text += &said(phrase::extents(&drift.added), "NEW");
    text += &said(phrase::extents(&drift.gone), "GONE");
    text += &said(phrase::incomplete(drift), "NOTE");
    let style = match (drift.new_failures.count, drift.new_errors.count, drift.is_none()) {
        (1.., ..) => BAD,
        (0, 1.., _) => WARN,
        (0, 0, _) => GOOD,
    };
    text += &paint.on(style, &phrase::headline(drift));
    text += &format!("\n{}\n", phrase::counts(drift));
    text += &format!("old: {}\nnew: {}\n", phrase::origin(&drift.old), phrase::origin(&drift.new));
    disarmed(&text)
}

#[derive(Clone, Copy, PartialEq)]
enum Detail {
    All,
    Reason,
    Where,
}

struct Sheet<'a> {
    drift: &'a Drift,
    paint: Paint,
    columns: usize,
}

impl Sheet<'_> {
    fn turned(&self, label: &str, style: Style, listed: &Listed<Turned>, detail: Detail) -> String {
        let groups = phrase::groups(&listed.named);
        let mut text: String = groups.iter().take(MOST).map(|group| self.group(label, style, group, detail)).collect();
        let left = listed.count - groups.iter().take(MOST).map(|group| group.all.len()).sum::<usize>();
        if left > 0 {
            text += &format!("and {left} more of these, which `--format json` lists\n\n");
        }
        text
    }

    fn group(&self, label: &str, style: Style, group: &Group<'_>, detail: Detail) -> String {
        let first = group.first;
        let title =
            format!("{} {}", one_line(&clip(&first.cell.variable, 60)), one_line(&clip(&first.cell.probe, 120)));
        let mut text = format!("{} {}\n", self.paint.on(style, label), self.paint.on(BOLD, &title));
        text += &self.field("where", &phrase::places(group));
        text += &self.field("before", &phrase::before(first));
        let mut named = |name: &str, value: &str| {
            if !value.is_empty() {
                text += &self.field(name, value);
            }
        };
        let said = if first.to == Status::Fail { "observed" } else { "reason" };
        match detail {
            Detail::All => {
                named("it said", &first.was);
                named("expected", &first.expected);
                named(said, &first.said);
                named("cause", &first.cause);
                phrase::suspects(first, self.drift).iter().for_each(|line| named("changed too", line));
            }
            Detail::Reason => named(said, &first.said),
            Detail::Where => {}
        }
        text + "\n"
    }

    fn lines(&self, label: &str, lines: &[String]) -> String {
        let mut text = String::new();
        for said in lines.iter().take(MOST) {
            for (at, line) in wrap(said, self.columns - label.len() - 1).iter().enumerate() {
                let lead = if at == 0 { self.paint.on(DIM, label) } else { " ".repeat(label.len()) };
                text += &format!("{lead} {line}\n");
            }
        }
        if lines.len() > MOST {
            text += &format!("and {} more, which `--format json` lists\n", lines.len() - MOST);
        }
        if text.is_empty() { text } else { text + "\n" }
    }

    /// A name and its value, which hangs at the same column when it is long.
    fn field(&self, name: &str, value: &str) -> String {
        let mut text = String::new();
        for (at, line) in wrap(&clip(value.trim(), 600), self.columns - HANG).iter().enumerate() {
            let lead = padded(if at == 0 { name } else { "" }, HANG - 2);
            text += format!("  {}{line}", self.paint.on(DIM, &lead)).trim_end();
            text.push('\n');
        }
        text
    }
}
