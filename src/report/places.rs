//! Where something was met: Go versions and runners, each set of versions once.

use crate::{
    output::{
        document::{Text, Value},
        wording::{count, list},
    },
    report::wording::go,
};

/// Lines that are shown.
const MOST_LINES: usize = 8;
/// Runners in one sentence.
const MOST_IN_SENTENCE: usize = 4;

/// `Go 1.21.13 and 1.22.10 on win22 Windows X64`: a line for each set of versions, with all runners that have it.
/// `places` are Go version and runner, which may be empty; `cells` is how many there are in all.
pub(crate) fn places<'a>(places: impl Iterator<Item = (&'a str, &'a str)>, cells: usize) -> Value {
    let mut by_runner: Vec<(&str, Vec<&str>)> = Vec::new();
    let mut named = 0;
    for (go, runner) in places {
        named += 1;
        match by_runner.iter_mut().find(|(held, _)| *held == runner) {
            Some((_, versions)) if versions.contains(&go) => {}
            Some((_, versions)) => versions.push(go),
            None => by_runner.push((runner, vec![go])),
        }
    }
    let mut by_versions: Vec<(Vec<&str>, Vec<&str>)> = Vec::new();
    for (runner, versions) in by_runner {
        match by_versions.iter_mut().find(|(held, _)| *held == versions) {
            Some((_, runners)) => runners.push(runner),
            None => by_versions.push((versions, vec![runner])),
        }
    }
    let line = |(versions, runners): &(Vec<&str>, Vec<&str>)| {
        let on = match runners.len() {
            0..=MOST_IN_SENTENCE => list(runners),
            many => format!("{} and {} more", runners[..MOST_IN_SENTENCE].join(", "), many - MOST_IN_SENTENCE),
        };
        format!("{}{}", go(versions), if on.is_empty() { on } else { format!(" on {on}") })
    };
    let mut lines: Vec<String> = by_versions.iter().take(MOST_LINES).map(line).collect();
    if by_versions.len() > MOST_LINES || cells > named {
        lines.push(format!("{} in all", count(cells, "cell")));
    }
    match lines.len() {
        1 => Value::Text(Text::words(lines.remove(0))),
        _ => Value::List(lines.into_iter().map(Text::words).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runners_with_the_same_versions_share_a_line() {
        let said = |all: &[(&'static str, &'static str)], cells| match places(all.iter().copied(), cells) {
            Value::Text(text) => vec![text.plain()],
            Value::List(lines) => lines.iter().map(Text::plain).collect(),
            Value::Code(_) => Vec::new(),
        };
        let all = [("1.21", "a"), ("1.22", "a"), ("1.21", "b"), ("1.22", "b"), ("1.22", "c")];
        assert_eq!(said(&all, 5), ["Go 1.21 and 1.22 on a and b", "Go 1.22 on c"]);
        assert_eq!(said(&[("1.21", "")], 1), ["Go 1.21"]);
        assert_eq!(said(&all[..1], 7), ["Go 1.21 on a", "7 cells in all"]);
    }
}
