//! A message that is known: how it reads, what it means, what to do, where it comes from.

use crate::status::Severity;

/// One message, with a section in docs/messages.md.
#[derive(Clone, Copy, Debug)]
pub struct LogMessage {
    /// Kebab-case; never renamed once released.
    pub id: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// A few words.
    pub title: &'static str,
    /// How it reads, in the words of each version: `{name}` stands for a value.
    pub said: &'static [&'static str],
    /// What it means here; `{name}` is the value from the message.
    pub cause: &'static str,
    /// What to do, a sentence or two.
    pub remedy: &'static str,
    /// A command that does it, where one does it everywhere.
    pub command: Option<&'static str>,
    /// Who says it.
    pub source: &'static str,
    /// Which Go says it; empty: each from 1.21 on.
    pub go: &'static str,
    /// Messages of which this one is a consequence: where one of them was found, this one is not told.
    pub after: &'static [&'static str],
    /// A line that somebody met, where the message cannot be provoked in a test.
    pub sample: Option<Sample>,
}

/// A line from a real log.
#[derive(Clone, Copy, Debug)]
pub struct Sample {
    /// The line.
    pub line: &'static str,
    /// Where it was found.
    pub from: &'static str,
}

const fn message(id: &'static str, severity: Severity, title: &'static str) -> LogMessage {
    LogMessage {
        id,
        severity,
        title,
        said: &[],
        cause: "",
        remedy: "",
        command: None,
        source: "",
        go: "",
        after: &[],
        sample: None,
    }
}

pub(super) const fn error(id: &'static str, title: &'static str) -> LogMessage {
    message(id, Severity::Error, title)
}

pub(super) const fn warning(id: &'static str, title: &'static str) -> LogMessage {
    message(id, Severity::Warning, title)
}

pub(super) const fn note(id: &'static str, title: &'static str) -> LogMessage {
    message(id, Severity::Note, title)
}

impl LogMessage {
    pub(super) const fn said(self, said: &'static [&'static str]) -> Self {
        Self { said, ..self }
    }

    pub(super) const fn cause(self, cause: &'static str) -> Self {
        Self { cause, ..self }
    }

    pub(super) const fn remedy(self, remedy: &'static str) -> Self {
        Self { remedy, ..self }
    }

    pub(super) const fn command(self, command: &'static str) -> Self {
        Self { command: Some(command), ..self }
    }

    pub(super) const fn source(self, source: &'static str) -> Self {
        Self { source, ..self }
    }

    pub(super) const fn go(self, go: &'static str) -> Self {
        Self { go, ..self }
    }

    pub(super) const fn after(self, after: &'static [&'static str]) -> Self {
        Self { after, ..self }
    }

    pub(super) const fn sample(self, line: &'static str, from: &'static str) -> Self {
        Self { sample: Some(Sample { line, from }), ..self }
    }
}
