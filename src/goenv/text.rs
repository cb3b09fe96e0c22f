//! Paths and words as Go itself reads them: `filepath.Clean`, `SplitList`, and
//! the quoting of flags. Source: Go, `path/filepath`, `cmd/internal/quoted`.

use crate::platform::Platform;

/// `filepath.Clean`: the shortest spelling by the text alone.
#[must_use]
pub fn clean(platform: Platform, path: &str) -> String {
    let windows = platform == Platform::Windows;
    let text = if windows { path.replace('/', r"\") } else { path.to_owned() };
    let (volume, rest) = text.split_at(if windows { volume(&text) } else { 0 });
    let separator = platform.separator();
    let rooted = rest.starts_with(separator);
    if rest.is_empty() && volume.len() > 2 {
        return text;
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in rest.split(separator) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => drop(parts.pop()),
            ".." if rooted => {}
            _ => parts.push(part),
        }
    }
    let joined = parts.join(separator.to_string().as_str());
    let cleaned = match (rooted, joined.is_empty()) {
        (true, _) => format!("{volume}{separator}{joined}"),
        (false, true) => format!("{volume}."),
        (false, false) => format!("{volume}{joined}"),
    };
    // What was left out must not make a drive or a device of a name.
    if windows && volume.is_empty() && !path.starts_with(&cleaned) {
        if cleaned.split(separator).next().is_some_and(|first| first.contains(':')) {
            return format!(r".\{cleaned}");
        }
        if cleaned.starts_with(r"\??") {
            return format!(r"\.{cleaned}");
        }
    }
    cleaned
}

/// The length of `C:`, `\\server\share` or `\\?\C:` at the beginning.
fn volume(text: &str) -> usize {
    let bytes = text.as_bytes();
    if bytes.len() >= 2 && bytes[1] == b':' && bytes[0].is_ascii_alphabetic() {
        return 2;
    }
    let Some(rest) = text.strip_prefix(r"\\") else { return 0 };
    let verbatim = rest.strip_prefix(r"?\UNC\").or_else(|| rest.strip_prefix(r".\UNC\"));
    let (start, rest) = match verbatim {
        Some(rest) => (8, rest),
        None => (2, rest),
    };
    let mut ends = rest.match_indices('\\').map(|(at, _)| start + at);
    ends.next();
    ends.next().unwrap_or(text.len())
}

/// `filepath.Join`.
pub(crate) fn join(platform: Platform, parts: &[&str]) -> String {
    let filled: Vec<&str> = parts.iter().copied().filter(|part| !part.is_empty()).collect();
    if filled.is_empty() {
        return String::new();
    }
    clean(platform, &filled.join(platform.separator().to_string().as_str()))
}

/// `filepath.SplitList`: empty entries stay; none for an empty text.
pub(crate) fn split_list(platform: Platform, list: &str) -> Vec<String> {
    if list.is_empty() {
        return Vec::new();
    }
    platform.list_pieces(list).map(|entry| platform.unquoted(entry).into_owned()).collect()
}

/// The words of a setting such as CGO_CFLAGS; the error names the quotation mark that is not closed.
pub(crate) fn words(text: &str) -> Result<Vec<&str>, char> {
    let blank = |c: char| matches!(c, ' ' | '\t' | '\n' | '\r');
    let (mut found, mut rest) = (Vec::new(), text.trim_start_matches(blank));
    while let Some(first) = rest.chars().next() {
        let behind = if matches!(first, '"' | '\'') {
            let inner = &rest[1..];
            let end = inner.find(first).ok_or(first)?;
            found.push(&inner[..end]);
            &inner[end + 1..]
        } else {
            let end = rest.find(blank).unwrap_or(rest.len());
            found.push(&rest[..end]);
            &rest[end..]
        };
        rest = behind.trim_start_matches(blank);
    }
    Ok(found)
}

/// Why Go stops at GOFLAGS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WrongGoflags {
    /// This quotation mark is not closed.
    Unterminated(char),
    /// This word is no flag.
    NotAFlag(String),
}

/// The flags that GOFLAGS holds; names that no command knows are not looked for.
/// Source: Go, `cmd/go/internal/base/goflags.go: InitGOFLAGS`.
///
/// # Errors
/// The text cannot be split, or a word of it is no flag.
pub fn goflags(text: &str) -> Result<Vec<&str>, WrongGoflags> {
    let words = words(text).map_err(WrongGoflags::Unterminated)?;
    let is_flag = |word: &&str| {
        let name = word.strip_prefix("--").or_else(|| word.strip_prefix('-')).unwrap_or_default();
        !name.is_empty() && !name.starts_with(['-', '='])
    };
    match words.iter().find(|word| !is_flag(word)) {
        Some(word) => Err(WrongGoflags::NotAFlag((*word).to_owned())),
        None => Ok(words),
    }
}

/// The words in one text again, as `go env` prints them.
pub(crate) fn rejoined(words: &[&str]) -> String {
    let mut quoted = Vec::new();
    for word in words {
        let blank = word.contains([' ', '\t', '\n', '\r']);
        let (single, double) = (word.contains('\''), word.contains('"'));
        quoted.push(match (blank || single || double, single, double) {
            (false, ..) => (*word).to_owned(),
            (true, false, _) => format!("'{word}'"),
            (true, true, false) => format!("\"{word}\""),
            (true, true, true) => return words.join(" "),
        });
    }
    quoted.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use Platform::{Linux, Windows};

    #[test]
    fn a_path_is_cleaned_as_go_does() {
        for (platform, text, want) in [
            (Linux, "", "."),
            (Linux, "/a/../..//b/", "/b"),
            (Linux, "a/../..", ".."),
            (Windows, "C:/a/../b/", r"C:\b"),
            (Windows, "C:", "C:."),
            (Windows, "//h/s/x/..", r"\\h\s\"),
            (Windows, r"\\h\s", r"\\h\s"),
            (Windows, r"\a\.", r"\a"),
            (Windows, r"a\..\c:", r".\c:"),
            (Windows, r".\c:\x", r".\c:\x"),
            (Windows, "1:", "1:"),
            (Windows, r"\a\..\??\c:\x", r"\.\??\c:\x"),
        ] {
            assert_eq!(clean(platform, text), want, "{text}");
        }
    }

    #[test]
    fn words_are_quoted_only_where_they_must_be() {
        assert_eq!(words(" -a  '-b c' \"d'e\"f").unwrap(), ["-a", "-b c", "d'e", "f"]);
        assert_eq!(rejoined(&["-a", "-b c", "d'e"]), "-a '-b c' \"d'e\"");
        assert_eq!(words("-a 'b"), Err('\''));
    }

    #[test]
    fn goflags_are_split_at_blanks_outside_quotation_marks() {
        assert_eq!(goflags(" -v '-ldflags=-s -w'  --x=1").unwrap(), ["-v", "-ldflags=-s -w", "--x=1"]);
        assert_eq!(goflags("-ldflags='-s"), Ok(vec!["-ldflags='-s"]), "a mark counts at the beginning of a word only");
        assert_eq!(goflags("'-ldflags=-s"), Err(WrongGoflags::Unterminated('\'')));
        for word in ["x", "-", "--", "---x", "-=x", "--=x", "-w'"] {
            let is_flag = word == "-w'";
            assert_eq!(goflags(word).is_ok(), is_flag, "{word}");
        }
    }
}
