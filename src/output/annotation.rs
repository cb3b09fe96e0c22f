//! `::error`, `::warning` and `::notice` lines for the log of a runner.
//! Source: actions/runner, `ActionCommand.cs` (escapes).

use crate::{output::sanitize::visible, status::Severity};

/// One line for a runner's log; nothing in title or message ends its place in it.
#[must_use]
pub fn annotation(severity: Severity, title: &str, message: &str) -> String {
    let word = match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let title = escaped(&visible(title)).replace(':', "%3A").replace(',', "%2C");
    format!("::{word} title={title}::{}", escaped(&visible(message)))
}

fn escaped(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_value_ends_its_place_in_the_line() {
        assert_eq!(
            annotation(Severity::Error, "a:b,c%\n", "x::y\r\n100%,:"),
            "::error title=a%3Ab%2Cc%25%0A::x::y\\r%0A100%25,:",
            "a carriage return is shown, not sent"
        );
    }
}
