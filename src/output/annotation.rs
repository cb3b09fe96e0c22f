//! `::error` and `::warning` lines for the log of a runner.
//! Source: actions/runner, `ActionCommand.cs` (escapes).

use crate::output::sanitize::visible;

/// How loud a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// `::error`.
    Error,
    /// `::warning`.
    Warning,
}

/// One line for a runner's log; nothing in title or message ends its place in it.
#[must_use]
pub fn annotation(level: Level, title: &str, message: &str) -> String {
    let word = if level == Level::Error { "error" } else { "warning" };
    let title = escaped(&visible(title)).replace(':', "%3A").replace(',', "%2C");
    format!("::{word} title={title}::{}", escaped(&visible(message)))
}

fn escaped(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

#[cfg(test)]
mod tests {
    use super::{Level, annotation};

    #[test]
    fn no_value_ends_its_place_in_the_line() {
        assert_eq!(
            annotation(Level::Error, "a:b,c%\n", "x::y\r\n100%,:"),
            "::error title=a%3Ab%2Cc%25%0A::x::y\\r%0A100%25,:",
            "a carriage return is shown, not sent"
        );
    }
}
