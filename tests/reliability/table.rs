//! What a part of the campaign counted, and what of that may not be.

use std::fmt::Write as _;

/// Whether a count may be anything.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// It says how much was done.
    Counts,
    /// Anything but 0 is a fault.
    Zero,
}

/// A counted thing.
pub struct Figure {
    pub name: &'static str,
    pub rule: Rule,
    pub count: usize,
}

/// One line of a table.
pub struct Row {
    pub name: String,
    figures: Vec<Figure>,
    /// What was seen, for those who mend it.
    seen: Vec<String>,
}

/// So many sights of a kind are told.
const MOST_SEEN: usize = 12;

impl Row {
    /// A row with these columns, all 0.
    pub fn new(name: impl Into<String>, columns: &[(&'static str, Rule)]) -> Self {
        let figures = columns.iter().map(|(name, rule)| Figure { name, rule: *rule, count: 0 }).collect();
        Self { name: name.into(), figures, seen: Vec::new() }
    }

    /// Counts one more.
    pub fn add(&mut self, column: &str) {
        self.add_all(column, 1);
    }

    /// Counts so many more.
    pub fn add_all(&mut self, column: &str, count: usize) {
        self.figures.iter_mut().find(|figure| figure.name == column).expect("a column of the table").count += count;
    }

    /// Counts one more, and keeps what was seen.
    pub fn saw(&mut self, column: &str, what: impl Into<String>) {
        self.add(column);
        let what = format!("{}: {column}: {}", self.name, what.into());
        if self.seen.iter().filter(|seen| seen.starts_with(&format!("{}: {column}", self.name))).count() < MOST_SEEN {
            self.seen.push(what);
        }
    }

    /// Counts each.
    pub fn saw_all(&mut self, column: &str, what: Vec<String>) {
        for one in what {
            self.saw(column, one);
        }
    }

    /// Says on the way what it came to.
    pub fn told(self) -> Self {
        let figures = self.figures.iter().map(|figure| format!("{} {}", figure.name, figure.count));
        eprintln!("{}: {}", self.name, figures.collect::<Vec<_>>().join(", "));
        for fault in self.faults() {
            eprintln!("  {fault}");
        }
        self
    }

    /// The faults, as lines.
    pub fn faults(&self) -> Vec<String> {
        let wrong = |figure: &&Figure| figure.rule == Rule::Zero && figure.count > 0;
        let mut lines = Vec::new();
        for figure in self.figures.iter().filter(wrong) {
            let about = format!("{}: {}", self.name, figure.name);
            lines.push(format!("{about}: {}", figure.count));
            let told = self.seen.iter().filter(|seen| seen.starts_with(&format!("{about}:")));
            lines.extend(told.map(|seen| format!("    {}", seen.trim_end().replace('\n', "\\n"))));
        }
        lines
    }
}

/// What one part came to.
pub struct Table {
    /// As it is named on the command line.
    pub part: &'static str,
    /// What was done, a paragraph of Markdown.
    pub about: String,
    pub rows: Vec<Row>,
    /// Why it was not run here; it has no rows then.
    pub skipped: Option<String>,
}

impl Table {
    /// A part that cannot be run here.
    pub fn skipped(part: &'static str, about: &str, why: impl Into<String>) -> Self {
        Self { part, about: about.to_owned(), rows: Vec::new(), skipped: Some(why.into()) }
    }

    /// As a section of the page.
    pub fn markdown(&self) -> String {
        let mut text = format!("## {}\n\n{}\n\n", self.part, self.about);
        if let Some(why) = &self.skipped {
            writeln!(text, "Not in this run: {why}.\n").unwrap();
        }
        if let Some(first) = self.rows.first() {
            let names: Vec<&str> = first.figures.iter().map(|figure| figure.name).collect();
            writeln!(text, "| | {} |\n|{}", names.join(" | "), " --- |".repeat(names.len() + 1)).unwrap();
        }
        for row in &self.rows {
            let counts = row.figures.iter().map(|figure| match figure.rule {
                Rule::Zero if figure.count > 0 => format!("**{}**", figure.count),
                _ => figure.count.to_string(),
            });
            writeln!(text, "| {} | {} |", row.name, counts.collect::<Vec<_>>().join(" | ")).unwrap();
        }
        text
    }
}
