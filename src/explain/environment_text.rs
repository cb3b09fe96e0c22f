//! `explain --environment` for a terminal: what differs first.

use crate::output::sanitize::{disarmed, one_line};
use crate::{
    explain::{
        environment_json::{EnvironmentV1, RowV1},
        text::lines_of,
    },
    output::{paint::Paint, wrap::wrap},
};
use anstyle::{AnsiColor, Style};
use std::fmt::Write;

const HEADING: Style = Style::new().bold();
const NAME: Style = AnsiColor::Cyan.on_default();
const DIM: Style = Style::new().dimmed();
const WARN: Style = AnsiColor::Yellow.on_default().bold();
/// Where values begin.
const INDENT: usize = 16;

const GROUPS: [(&str, &str); 4] = [
    ("differs", "The process has one value, and Go says another"),
    ("go-only", "Not set in the process, and filled by Go"),
    ("same", "The same in both"),
    ("process-only", "In the process; no variable of Go's own"),
];

/// The whole, with a line feed at the end.
#[must_use]
pub fn render(all: &EnvironmentV1, paint: Paint, columns: usize) -> String {
    let sheet = Sheet { paint, columns: columns.max(40) };
    let mut out = sheet.head(all);
    for note in &all.notes {
        sheet.lines(&mut out, "warning: ", &one_line(note), WARN);
    }
    for (standing, title) in GROUPS {
        let rows: Vec<&RowV1> = all.variables.iter().filter(|row| row.standing == standing).collect();
        if rows.is_empty() {
            continue;
        }
        let _ = writeln!(out, "\n{}", paint.on(HEADING, title));
        rows.into_iter().for_each(|row| sheet.row(&mut out, row));
    }
    if !all.others.is_empty() {
        let text = format!("and {} more names, whose values are not shown", all.others.len());
        let _ = writeln!(out, "\n{}", paint.on(DIM, &text));
    }
    disarmed(&out)
}

struct Sheet {
    paint: Paint,
    columns: usize,
}

impl Sheet {
    fn head(&self, all: &EnvironmentV1) -> String {
        let program = all.process.program.as_deref().map(|file| format!(" ({})", one_line(file))).unwrap_or_default();
        let whose = match all.process.pid {
            None => "The environment of this process".to_owned(),
            Some(pid) => format!("The environment of process {pid}{program}"),
        };
        let mut out = format!("{}\n", self.paint.on(HEADING, &whose));
        self.lines(&mut out, "in ", &one_line(&all.process.dir), DIM);
        for one in &all.versions {
            let goroot = one
                .goroot
                .as_deref()
                .map_or_else(|| ", by its rules alone".to_owned(), |dir| format!(" in {}", one_line(dir)));
            self.lines(&mut out, "beside ", &format!("Go {}{goroot}", one.go), DIM);
        }
        out
    }

    fn row(&self, out: &mut String, row: &RowV1) {
        let mut told: Vec<(String, String)> = Vec::new();
        let alone = matches!(row.standing.as_str(), "same" | "process-only");
        if let Some(process) = &row.process {
            told.push((if alone { String::new() } else { "process: ".to_owned() }, process.clone()));
        }
        for spelling in &row.spellings {
            told.push((format!("as {}: ", spelling.name), spelling.value.clone()));
        }
        if !alone {
            told.extend(self.said(row));
        }
        let gap = if row.name.len() < INDENT { "" } else { " " };
        let mut lead = format!("{}{gap}", self.paint.on(NAME, &format!("{:<INDENT$}", row.name)));
        for (label, text) in told {
            let room = self.columns.saturating_sub(INDENT + label.chars().count()).max(20);
            for (at, line) in lines_of(&row.name, Some(&text), room).iter().enumerate() {
                let label = if at == 0 { label.clone() } else { " ".repeat(label.chars().count()) };
                let _ = writeln!(out, "{lead}{}{line}", self.paint.on(DIM, &label));
                lead = " ".repeat(INDENT);
            }
        }
    }

    /// What Go says, versions that agree together.
    fn said(&self, row: &RowV1) -> Vec<(String, String)> {
        let mut groups: Vec<(String, Vec<&str>)> = Vec::new();
        for one in &row.go {
            let text = one.value.clone().unwrap_or_else(|| "(it does not answer)".to_owned());
            match groups.iter_mut().find(|(known, _)| *known == text) {
                Some((_, versions)) => versions.push(&one.go),
                None => groups.push((text, vec![&one.go])),
            }
        }
        let all = groups.len() == 1;
        let label =
            |versions: &[&str]| if all { "go env: ".to_owned() } else { format!("go env {}: ", versions.join(", ")) };
        groups.into_iter().map(|(text, versions)| (label(&versions), text)).collect()
    }

    fn lines(&self, out: &mut String, indent: &str, text: &str, style: Style) {
        for (at, line) in wrap(text, self.columns.saturating_sub(indent.len()).max(20)).iter().enumerate() {
            let lead = if at == 0 { indent.to_owned() } else { " ".repeat(indent.len()) };
            let _ = writeln!(out, "{}{}", self.paint.on(style, &lead), self.paint.on(style, line));
        }
    }
}
