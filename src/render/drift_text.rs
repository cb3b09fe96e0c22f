//! What a terminal shows after `report compare`.

use super::{
    drift_phrase::{headline, hint, sections},
    text::{BAD, BOLD, DIM, GOOD, Paint, WARN},
    wrap::wrap,
};
use crate::model::{drift::Drift, visible::disarmed};

/// Of each kind; the JSON has more.
const MOST: usize = 20;

/// For a terminal of this many columns, with a line feed at its end.
#[must_use]
pub fn render(drift: &Drift, paint: Paint, columns: usize) -> String {
    let columns = columns.max(40);
    let mut text = String::new();
    let lines = |line: &str, indent: usize| -> Vec<String> {
        wrap(line, columns - indent).iter().map(|part| format!("{}{part}\n", " ".repeat(indent))).collect()
    };
    for section in sections(drift, MOST) {
        text += &format!("{}\n", paint.on(if section.bad { BAD } else { BOLD }, section.title));
        for (line, seen) in &section.lines {
            text += &lines(line, 2).concat();
            if !seen.is_empty() {
                text += &paint.on(DIM, lines(seen, 4).concat().trim_end_matches('\n'));
                text.push('\n');
            }
        }
        if section.more > 0 {
            text += &format!("  and {} more\n", section.more);
        }
        text.push('\n');
    }
    if let Some(hint) = hint(drift) {
        text += &(lines(&hint, 0).concat() + "\n");
    }
    let style = match drift {
        _ if drift.new_failures.count > 0 => BAD,
        _ if drift.is_none() => GOOD,
        _ => WARN,
    };
    text += &paint.on(style, lines(&headline(drift), 0).concat().trim_end());
    disarmed(&(text + "\n"))
}
