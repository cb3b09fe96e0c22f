//! Sentences in which backquotes mark code, taken apart.

/// A part of a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part<'a> {
    /// Ordinary words.
    Words(&'a str),
    /// What stood between two backquotes.
    Code(&'a str),
}

/// The parts in order, none of them empty. A backquote without a partner is a
/// character like any other.
#[must_use]
pub fn parts(text: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(open) = rest.find('`') {
        let Some(length) = rest[open + 1..].find('`') else { break };
        let (words, code) = (&rest[..open], &rest[open + 1..open + 1 + length]);
        parts.extend((!words.is_empty()).then_some(Part::Words(words)));
        parts.extend((!code.is_empty()).then_some(Part::Code(code)));
        rest = &rest[open + length + 2..];
    }
    parts.extend((!rest.is_empty()).then_some(Part::Words(rest)));
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_backquote_without_a_partner_stays() {
        assert_eq!(parts("`a` is b"), [Part::Code("a"), Part::Words(" is b")]);
        assert_eq!(parts("x `a` `"), [Part::Words("x "), Part::Code("a"), Part::Words(" `")]);
        assert_eq!(parts("``"), []);
    }
}
