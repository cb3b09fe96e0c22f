//! `explain --why` for a terminal: the variable, then the path part by part.

use crate::output::sanitize::{disarmed, one_line};
use crate::{
    explain::{
        text::{place, value},
        why_json::{LandingV1, PartV1, ReasonV1, WhyV1},
    },
    output::{
        paint::Paint,
        wrap::{width, wrap},
    },
};
use anstyle::{AnsiColor, Style};
use std::fmt::Write;

const HEADING: Style = Style::new().bold();
const NAME: Style = AnsiColor::Cyan.on_default();
const DIM: Style = Style::new().dimmed();
const WARN: Style = AnsiColor::Yellow.on_default().bold();

/// Parts up to this width have their meaning beside them, longer ones below.
const WIDEST: usize = 40;

/// All versions, with a line feed at the end.
#[must_use]
pub fn render(all: &WhyV1, paint: Paint, columns: usize) -> String {
    let sheet = Sheet { paint, columns: columns.max(40) };
    let mut out = sheet.paint.on(HEADING, &one_line(&all.file)) + "\n";
    for landing in &all.explanations {
        out.push('\n');
        sheet.landing(&mut out, landing);
    }
    disarmed(&out)
}

struct Sheet {
    paint: Paint,
    columns: usize,
}

impl Sheet {
    fn landing(&self, out: &mut String, one: &LandingV1) {
        let goroot = one
            .goroot
            .as_deref()
            .map_or_else(|| "by its rules alone".to_owned(), |dir| format!("in {}", one_line(dir)));
        let _ = writeln!(out, "{} {}", self.paint.on(HEADING, &format!("Go {}", one.go)), self.paint.on(DIM, &goroot));
        match &one.reason {
            Some(reason) => self.reason(out, reason),
            None => self.lines(out, "  ", "No variable that is in force puts a file there.", WARN),
        }
        for other in &one.otherwise {
            let text = format!("{} in {}: {}", assigned(other), place(&other.held), other.because);
            self.lines(out, "  otherwise: ", &text, DIM);
        }
        for note in &one.notes {
            self.lines(out, "  note: ", &one_line(note), DIM);
        }
    }

    fn reason(&self, out: &mut String, one: &ReasonV1) {
        let _ = writeln!(out, "  {}", self.paint.on(NAME, &assigned(one)));
        let origin = one.origin.as_ref().map(|origin| format!(", set by {}", place(origin))).unwrap_or_default();
        self.lines(out, "  from ", &one_line(&format!("{}{origin}", place(&one.held))), DIM);
        self.lines(out, "  ", &one.because, Style::new());
        let widest = one.parts.iter().map(|part| width(&one_line(&part.text))).filter(|wide| *wide <= WIDEST).max();
        for part in &one.parts {
            self.part(out, part, widest.unwrap_or_default());
        }
    }

    fn part(&self, out: &mut String, part: &PartV1, widest: usize) {
        let text = one_line(&part.text);
        let decoded = part.decoded.as_ref().map(|plain| format!(" {}", one_line(plain))).unwrap_or_default();
        let means = format!("{}{decoded}", part.means);
        let wide = width(&text);
        let lead = format!("    {}", self.paint.on(NAME, &text));
        let indent = widest + 6;
        if wide > widest {
            let _ = writeln!(out, "{lead}");
            self.lines(out, &" ".repeat(indent), &means, DIM);
            return;
        }
        for (at, line) in wrap(&means, self.columns.saturating_sub(indent).max(20)).iter().enumerate() {
            let lead = if at == 0 { format!("{lead}{}", " ".repeat(widest - wide + 2)) } else { " ".repeat(indent) };
            let _ = writeln!(out, "{lead}{}", self.paint.on(DIM, line));
        }
    }

    fn lines(&self, out: &mut String, indent: &str, text: &str, style: Style) {
        for (at, line) in wrap(text, self.columns.saturating_sub(indent.len()).max(20)).iter().enumerate() {
            let lead = if at == 0 { indent.to_owned() } else { " ".repeat(indent.len()) };
            let _ = writeln!(out, "{}{}", self.paint.on(style, &lead), self.paint.on(style, line));
        }
    }
}

/// `GOBIN=/b`.
fn assigned(one: &ReasonV1) -> String {
    format!("{}={}", one.variable, value(Some(&one.held.value)))
}
