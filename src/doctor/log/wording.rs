//! How a message reads: literal text, and values between it. `{version}` is one of Go's versions, `{path}`, `{value}`
//! and `{why}` are any text, `{rest}` may be empty, and every other name stands for one word.

use crate::output::sanitize::clip;

/// Characters of a value that a sentence repeats.
const VALUE: usize = 160;

/// A message's wording, ready to be compared.
#[derive(Debug)]
pub(super) struct Wording {
    parts: Vec<WordingPart>,
    /// Bytes of literal text: the more, the more specific.
    pub(super) literal: usize,
}

#[derive(Debug)]
enum WordingPart {
    Text(&'static str),
    Value(&'static str, ValueKind),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ValueKind {
    Version,
    Word,
    Text,
    Any,
}

impl ValueKind {
    fn of(name: &str) -> Self {
        match name {
            "version" | "running" => Self::Version,
            "path" | "value" | "why" => Self::Text,
            "rest" => Self::Any,
            _ => Self::Word,
        }
    }

    fn takes(self, text: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Text => !text.trim().is_empty(),
            Self::Word => !text.is_empty() && !text.contains(char::is_whitespace),
            Self::Version => {
                text.strip_prefix("go").unwrap_or(text).starts_with(|c: char| c.is_ascii_digit())
                    && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+'))
            }
        }
    }
}

impl Wording {
    pub(super) fn new(text: &'static str) -> Self {
        let parts: Vec<WordingPart> = pieces(text)
            .map(|(literal, name)| match name {
                true => WordingPart::Value(literal, ValueKind::of(literal)),
                false => WordingPart::Text(literal),
            })
            .collect();
        let literal = parts.iter().map(|part| if let WordingPart::Text(text) = part { text.len() } else { 0 }).sum();
        Self { parts, literal }
    }

    /// The literal text it begins with.
    pub(super) fn first(&self) -> &'static str {
        match self.parts.first() {
            Some(WordingPart::Text(text)) => text,
            _ => "",
        }
    }

    /// The values of a text that reads so. Each part is looked for once, behind the one before.
    pub(super) fn values<'t>(&self, text: &'t str) -> Option<Vec<(&'static str, &'t str)>> {
        let (mut rest, mut values, mut open) = (text, Vec::new(), None::<(&'static str, ValueKind)>);
        for part in &self.parts {
            match (part, open.take()) {
                (WordingPart::Text(literal), None) => rest = rest.strip_prefix(literal)?,
                (WordingPart::Text(literal), Some((name, kind))) => {
                    let at = rest.find(literal)?;
                    values.push((name, rest.get(..at).filter(|value| kind.takes(value))?));
                    rest = &rest[at + literal.len()..];
                }
                (WordingPart::Value(name, kind), _) => open = Some((name, *kind)),
            }
        }
        match open {
            Some((name, kind)) => values.push((name, Some(rest).filter(|value| kind.takes(value))?)),
            None if !rest.is_empty() => return None,
            None => {}
        }
        Some(values)
    }
}

/// A text with values in the place of their names.
pub(super) fn filled(text: &'static str, values: &[(&str, &str)]) -> String {
    pieces(text)
        .map(|(piece, name)| {
            let value = values.iter().find(|(known, _)| *known == piece).map(|(_, value)| value.trim());
            match (name, value) {
                (false, _) => piece.to_owned(),
                // A backquote would end what the sentence shows as code.
                (true, Some(value)) => clip(&value.replace('`', "'"), VALUE).into_owned(),
                (true, None) => String::new(),
            }
        })
        .collect()
}

/// Literal pieces and, with `true`, names.
pub(super) fn pieces(text: &'static str) -> impl Iterator<Item = (&'static str, bool)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let name = rest.strip_prefix('{').and_then(|inner| inner.split_once('}'));
        let (piece, left, is_name) = match name {
            Some((name, left)) => (name, left, true),
            None => {
                let end = rest[1..].find('{').map_or(rest.len(), |at| at + 1);
                (&rest[..end], &rest[end..], false)
            }
        };
        rest = left;
        Some((piece, is_name))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stand_between_literal_text_and_are_of_their_kind() {
        let wording = Wording::new("go.mod requires go >= {version} (running go {running}; GOTOOLCHAIN={setting})");
        let values = wording.values("go.mod requires go >= 1.99 (running go 1.21.13; GOTOOLCHAIN=local)");
        assert_eq!(values, Some(vec![("version", "1.99"), ("running", "1.21.13"), ("setting", "local")]));
        for other in [
            "go.mod requires go >= much (running go 1.21.13; GOTOOLCHAIN=local)",
            "go.mod requires go >= 1.99 (running go 1.21.13; GOTOOLCHAIN=a b)",
            "go.mod requires go >= 1.99 (running go 1.21.13; GOTOOLCHAIN=local) more",
            "go.mod requires go >= 1.99",
        ] {
            assert_eq!(wording.values(other), None, "{other}");
        }
        assert_eq!(Wording::new("x {rest}").values("x "), Some(vec![("rest", "")]));
        assert_eq!(Wording::new("x {path}").values("x  "), None);
    }

    #[test]
    fn a_sentence_has_the_values_of_the_message() {
        assert_eq!(filled("`{path}` is not there; {path}", &[("path", "/a`b")]), "`/a'b` is not there; /a'b");
    }
}
