//! Lists of patterns such as GOPRIVATE holds: which module paths one matches, and which entry can
//! match none. Source: golang.org/x/mod, `module.go: MatchPrefixPatterns, CheckPath`; Go, `path.Match`.

use std::{iter::Peekable, str::Chars};

/// Whether one of the comma-separated patterns matches the beginning of a module path.
pub fn matches_prefix(patterns: &str, path: &str) -> bool {
    patterns.split(',').map(|pattern| pattern.strip_suffix('/').unwrap_or(pattern)).any(|pattern| {
        let slashes = pattern.matches('/').count();
        let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
        !pattern.is_empty() && ends.skip(slashes).take(1).any(|end| glob_matches(pattern, &path[..end]))
    })
}

/// Why an entry of such a list can match no module path that there can be; `None` where it may.
pub(crate) fn matches_nothing(entry: &str) -> Option<String> {
    let entry = entry.strip_suffix('/').unwrap_or(entry);
    let Some(pieces) = glob_pieces(entry) else {
        return Some("it is no pattern: a bracket or a backslash is not closed".to_owned());
    };
    let in_a_path = |c: char| c.is_ascii_alphanumeric() || "-._~/".contains(c);
    for piece in &pieces {
        match piece {
            GlobPiece::One(c) if c.is_whitespace() => {
                return Some("it holds a blank, which is part of the pattern".to_owned());
            }
            GlobPiece::One(c @ ('"' | '\'')) => {
                return Some(format!("it holds the mark {c}, which is part of the pattern"));
            }
            GlobPiece::One(c) if !in_a_path(*c) => return Some(format!("no module path holds `{c}`")),
            _ => {}
        }
    }
    if entry.starts_with('/') || entry.contains("//") {
        return Some("no module path has an empty element".to_owned());
    }
    if entry.split('/').any(|element| element.starts_with('.') || element.ends_with('.')) {
        return Some("no element of a module path begins or ends with a dot".to_owned());
    }
    let first = entry.split('/').next().unwrap_or_default();
    let is_text = !first.contains(['*', '?', '[', '\\']);
    (is_text && !first.is_empty() && !first.contains('.'))
        .then(|| format!("a module path begins with a name that has a dot, and `{first}` has none"))
}

/// Go's `path.Match`. A pattern that Go refuses matches nothing.
fn glob_matches(glob: &str, text: &str) -> bool {
    let Some(pieces) = glob_pieces(glob) else { return false };
    let text: Vec<char> = text.chars().collect();
    let (mut piece, mut at) = (0, 0);
    // The last `*`, and where what it stands for ends: only that one can still stand for more.
    let mut star = None;
    while at < text.len() || piece < pieces.len() {
        match pieces.get(piece) {
            Some(GlobPiece::Star) => {
                star = Some((piece, at));
                piece += 1;
            }
            Some(one) if text.get(at).is_some_and(|c| one.takes(*c)) => {
                piece += 1;
                at += 1;
            }
            _ => match star {
                Some((before, end)) if text.get(end).is_some_and(|c| *c != '/') => {
                    star = Some((before, end + 1));
                    (piece, at) = (before + 1, end + 1);
                }
                _ => return false,
            },
        }
    }
    true
}

/// What a pattern is made of.
enum GlobPiece {
    Star,
    Any,
    One(char),
    Class { negated: bool, ranges: Vec<(char, char)> },
}

impl GlobPiece {
    fn takes(&self, c: char) -> bool {
        match self {
            Self::Star => false,
            Self::Any => c != '/',
            Self::One(one) => *one == c,
            Self::Class { negated, ranges } => ranges.iter().any(|(low, high)| (*low..=*high).contains(&c)) != *negated,
        }
    }
}

/// `None`: no pattern for Go.
fn glob_pieces(glob: &str) -> Option<Vec<GlobPiece>> {
    let (mut pieces, mut chars) = (Vec::new(), glob.chars().peekable());
    while let Some(c) = chars.next() {
        pieces.push(match c {
            '*' => GlobPiece::Star,
            '?' => GlobPiece::Any,
            '\\' => GlobPiece::One(chars.next()?),
            '[' => {
                let negated = chars.next_if_eq(&'^').is_some();
                let mut ranges = Vec::new();
                while ranges.is_empty() || chars.next_if_eq(&']').is_none() {
                    let low = in_class(&mut chars)?;
                    let high = if chars.next_if_eq(&'-').is_some() { in_class(&mut chars)? } else { low };
                    ranges.push((low, high));
                }
                GlobPiece::Class { negated, ranges }
            }
            c => GlobPiece::One(c),
        });
    }
    Some(pieces)
}

/// The next character of a class, which may be escaped.
fn in_class(chars: &mut Peekable<Chars<'_>>) -> Option<char> {
    match chars.next()? {
        '-' | ']' => None,
        '\\' => chars.next(),
        c => Some(c),
    }
}
