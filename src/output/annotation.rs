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
    let title = escaped(&visible(title)).replace(':', "%3A").replace(',', "%2C");
    RunnerCommand(format!("::{word} title={title}::{}", escaped(&visible(message))))
}

fn escaped(text: &str) -> String {
    unmarked(&text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_value_ends_its_place_in_the_line() {
        assert_eq!(
            annotation(Severity::Error, "a:b,c%\n##[group]", "x::y\r\n100%,:##vso[task.x]").as_str(),
            "::error title=a%3Ab%2Cc%25%0A##\\u{5b}group]::x::y\\r%0A100%25,:##vso\\u{5b}task.x]",
            "a carriage return is shown, not sent"
        );
    }
}
