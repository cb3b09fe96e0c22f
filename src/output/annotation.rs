//! `::error`, `::warning` and `::notice` lines for the log of a runner.
//! Source: actions/runner, `ActionCommand.cs` (escapes).

use crate::{
    output::sanitize::{one_line, unmarked, visible},
    status::Severity,
};
use std::fmt;

/// A line that a runner shall obey. Only this module makes one, so whatever else goes to a log is escaped there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunnerCommand(String);

impl RunnerCommand {
    /// What follows is folded in the log, until [`RunnerCommand::end_group`].
    #[must_use]
    pub fn group(title: &str) -> Self {
        Self(format!("::group::{}", escaped(&one_line(title))))
    }

    /// Ends a group.
    #[must_use]
    pub fn end_group() -> Self {
        Self("::endgroup::".to_owned())
    }

    /// The line, without a line feed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RunnerCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One line for a runner's log; nothing in title or message ends its place in it.
#[must_use]
pub fn annotation(severity: Severity, title: &str, message: &str) -> RunnerCommand {
    let word = match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    RunnerCommand(format!("::{word} title={}::{}", property(title), escaped(&visible(message))))
}

/// A place in a file of the checkout.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AnnotatedPlace<'a> {
    /// From the workspace, with `/`.
    pub file: &'a str,
    /// From 1; 0: the file as a whole.
    pub line: usize,
    /// From 1; 0: the whole line.
    pub column: usize,
}

/// As [`annotation`], shown beside a line of a file.
/// Source: actions/runner, `ActionCommandManager.cs`, `IssueCommandExtension`.
#[must_use]
pub fn annotation_at(severity: Severity, place: &AnnotatedPlace<'_>, title: &str, message: &str) -> RunnerCommand {
    let mut at = format!("file={}", property(place.file));
    for (name, number) in [("line", place.line), ("col", place.column)] {
        if number > 0 {
            at += &format!(",{name}={number}");
        }
    }
    let RunnerCommand(line) = annotation(severity, title, message);
    RunnerCommand(line.replacen(" title=", &format!(" {at},title="), 1))
}

/// A value before the second `::`.
fn property(text: &str) -> String {
    escaped(&visible(text)).replace(':', "%3A").replace(',', "%2C")
}

fn escaped(text: &str) -> String {
    unmarked(&text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_a_property_like_any_other() {
        let at = |file, line, column| AnnotatedPlace { file, line, column };
        let line = |place| annotation_at(Severity::Note, &place, "a title=b", "c").as_str().to_owned();
        assert_eq!(line(at("a.yml", 3, 5)), "::notice file=a.yml,line=3,col=5,title=a title=b::c");
        assert_eq!(line(at("C:\\a,b%\n.yml", 0, 0)), "::notice file=C%3A\\a%2Cb%25%0A.yml,title=a title=b::c");
    }

    #[test]
    fn no_value_ends_its_place_in_the_line() {
        assert_eq!(
            annotation(Severity::Error, "a:b,c%\n##[group]", "x::y\r\n100%,:##vso[task.x]").as_str(),
            "::error title=a%3Ab%2Cc%25%0A##\\u{5b}group]::x::y\\r%0A100%25,:##vso\\u{5b}task.x]",
            "a carriage return is shown, not sent"
        );
    }
}
