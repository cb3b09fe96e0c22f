//! Numbers, lists and durations as all answers say them.

use std::time::Duration;

/// `1 cell`, `2 cells`.
#[must_use]
pub fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

/// `a`, `a and b`, `a, b and c`.
#[must_use]
pub fn list(parts: &[impl AsRef<str>]) -> String {
    let mut text = String::new();
    for (at, part) in parts.iter().enumerate() {
        text += match at {
            0 => "",
            _ if at + 1 == parts.len() => " and ",
            _ => ", ",
        };
        text += part.as_ref();
    }
    text
}

/// `41 ms`, `14.2 s`, `3 min 12 s`.
#[must_use]
pub fn duration(span: Duration) -> String {
    let ms = span.as_millis();
    match ms {
        0..=999 => format!("{ms} ms"),
        1000..=59_949 => format!("{:.1} s", span.as_secs_f64()),
        _ => {
            let seconds = (ms + 500) / 1000;
            format!("{} min {} s", seconds / 60, seconds % 60)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_said_in_the_unit_that_fits() {
        let said = |ms| duration(Duration::from_millis(ms));
        assert_eq!([said(0), said(999), said(1000), said(14_249)], ["0 ms", "999 ms", "1.0 s", "14.2 s"]);
        assert_eq!([said(59_949), said(59_950), said(192_400)], ["59.9 s", "1 min 0 s", "3 min 12 s"]);
    }

    #[test]
    fn lists_end_with_and() {
        assert_eq!([list(&["a"]), list(&["a", "b"]), list(&["a", "b", "c"])], ["a", "a and b", "a, b and c"]);
    }
}
