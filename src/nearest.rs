//! Which of the names that exist somebody may have meant by one that does not: in errors, and for variables that
//! are misspelt.

/// Names that are less alike than this are other names.
const ALIKE: f64 = 0.8;

/// A name that is so much less alike than the nearest was not meant.
const BEHIND: f64 = 0.05;

/// More than these few are a list, which the error names.
const MOST: usize = 3;

/// The names that are nearest to `word` whatever the case, nearest first; none where nothing is near.
#[must_use]
pub fn nearest<'a>(word: &str, names: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let word = word.to_lowercase();
    let scored = names.into_iter().map(|name| (strsim::jaro_winkler(&name.to_lowercase(), &word), name));
    let mut near: Vec<(f64, &str)> = scored.filter(|(score, _)| *score > ALIKE).collect();
    near.sort_by(|a, b| b.0.total_cmp(&a.0));
    let best = near.first().map_or(0.0, |(score, _)| *score);
    let mut names: Vec<&str> =
        near.iter().filter(|(score, _)| *score >= best - BEHIND).map(|(_, name)| *name).collect();
    names.dedup();
    names.truncate(MOST);
    names
}

/// ``did you mean `a` or `b`?``; `None` where nothing is near.
#[must_use]
pub fn did_you_mean(names: &[impl AsRef<str>]) -> Option<String> {
    let (last, others) = names.split_last()?;
    let others: Vec<String> = others.iter().map(|name| format!("`{}`", name.as_ref())).collect();
    let others = if others.is_empty() { String::new() } else { others.join(", ") + " or " };
    Some(format!("did you mean {others}`{}`?", last.as_ref()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_fingers_has_one_neighbour_and_a_strange_word_none() {
        let formats = ["human", "json", "github-matrix", "env"];
        assert_eq!(nearest("jsno", formats), ["json"]);
        assert_eq!(nearest("JSON", formats), ["json"]);
        assert_eq!(nearest("zsh", ["bash", "pwsh", "cmd", "fish"]), [""; 0]);
        assert_eq!(nearest("xyzzy", formats), [""; 0]);
    }

    #[test]
    fn names_that_are_equally_near_are_all_offered() {
        let runners = ["windows-2022", "windows-2025", "ubuntu-24.04"];
        let near = nearest("windows-2019", runners);
        assert_eq!(near, ["windows-2022", "windows-2025"]);
        assert_eq!(did_you_mean(&near).unwrap(), "did you mean `windows-2022` or `windows-2025`?");
        assert_eq!(did_you_mean(&["a", "b", "c"]).unwrap(), "did you mean `a`, `b` or `c`?");
        assert_eq!(did_you_mean(&[""; 0]), None);
    }
}
