//! What a check is, and what it reports.

use crate::{
    doctor::{
        Context,
        finding::{FileChange, Finding, Location},
    },
    status::Severity,
};

/// One thing that can be wrong.
#[derive(Debug)]
pub struct Check {
    /// Kebab-case; never renamed once released.
    pub id: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// A few words.
    pub title: &'static str,
    /// Why it matters, for docs/doctor.md.
    pub why: &'static str,
    pub(super) run: fn(&Context<'_>) -> Vec<Hit>,
}

impl Check {
    /// What is wrong here.
    pub(super) fn findings(&self, context: &Context<'_>) -> impl Iterator<Item = Finding> {
        (self.run)(context).into_iter().map(|hit| {
            let finding = Finding::new(self.id, self.severity, &hit.message, &hit.evidence);
            let finding = match hit.fix {
                Some((command, change)) => finding.fixed_by(&command, change),
                None => finding,
            };
            Finding { location: hit.location, ..finding }
        })
    }
}

/// What a check found; the check itself says how bad that is.
#[derive(Clone, Debug)]
pub(super) struct Hit {
    message: String,
    evidence: String,
    fix: Option<(String, Option<FileChange>)>,
    location: Option<Location>,
}

impl Hit {
    pub fn new(message: impl Into<String>, evidence: impl Into<String>) -> Self {
        Self { message: message.into(), evidence: evidence.into(), fix: None, location: None }
    }

    /// With a command for a person, who has to decide.
    pub fn fix(self, command: impl Into<String>) -> Self {
        self.fix_with(command, None)
    }

    /// With a command, and with what `--fix` does by itself.
    pub fn fix_with(mut self, command: impl Into<String>, change: Option<FileChange>) -> Self {
        self.fix = Some((command.into(), change));
        self
    }

    pub fn at(mut self, file: &str, line: Option<usize>) -> Self {
        self.location = Some(Location { file: file.to_owned(), line, column: line.map(|_| 1) });
        self
    }

    /// The command that fixes it, or an empty text.
    pub fn command(&self) -> &str {
        self.fix.as_ref().map_or("", |(command, _)| command)
    }
}
