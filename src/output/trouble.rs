//! What libraries and systems say of what is broken, in words that its reader knows: not the library's own advice to
//! a programmer, no numbers of the system, no names of types.

use crate::nearest::{did_you_mean, nearest};
use std::io;

/// A system's message as a clause: `permission denied`.
#[must_use]
pub fn system(error: &io::Error) -> String {
    system_text(&error.to_string())
}

/// As [`system`], where somebody made a text of it already.
#[must_use]
pub fn system_text(text: &str) -> String {
    let mut rest = text;
    let mut bare = String::with_capacity(text.len());
    while let Some(at) = rest.find("(os error ") {
        let digits = rest[at + 10..].bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b'-').count();
        let ends = rest[at + 10 + digits..].starts_with(')');
        bare.push_str(if ends { rest[..at].trim_end() } else { &rest[..at + 10] });
        rest = &rest[at + 10 + if ends { digits + 1 } else { 0 }..];
    }
    bare.push_str(rest);
    // Where a file of our own was tried, its name says nothing.
    if let Some((before, _)) = bare.split_once(" at path \"") {
        bare = before.to_owned();
    }
    let mut chars = bare.chars();
    let first = chars.next();
    // `I/O error` keeps its capital, `Permission denied` does not.
    match first {
        Some(first) if chars.as_str().starts_with(|c: char| c.is_ascii_lowercase()) => {
            first.to_lowercase().chain(chars).collect::<String>().trim_end_matches('.').to_owned()
        }
        _ => bare.trim_end_matches('.').to_owned(),
    }
}

/// What is wrong with a YAML file, without its place.
#[must_use]
pub fn yaml(error: &serde_yaml::Error) -> String {
    use serde_yaml::Error;
    match error.without_snippet() {
        Error::DuplicateMappingKey { key: Some(key), .. } => format!("`{key}` stands there twice"),
        Error::DuplicateMappingKey { key: None, .. } => "a name stands there twice".to_owned(),
        Error::Budget { .. }
        | Error::AliasReplayCounterOverflow { .. }
        | Error::AliasReplayLimitExceeded { .. }
        | Error::AliasExpansionLimitExceeded { .. }
        | Error::AliasReplayStackDepthExceeded { .. } => "it is nested too deeply, or holds too much".to_owned(),
        Error::Eof { .. } => "it ends where something is missing".to_owned(),
        Error::MultipleDocuments { .. } => "it holds more than one document".to_owned(),
        Error::MergeValueNotMapOrSeqOfMaps { .. } => "behind `<<` stands no mapping".to_owned(),
        Error::UnknownAnchor { .. } => "an alias has no anchor before it".to_owned(),
        Error::RecursiveReferencesRequireWeakTypes { .. } => "an anchor holds itself".to_owned(),
        Error::InvalidUtf8Input | Error::BinaryNotUtf8 { .. } => "it is not UTF-8".to_owned(),
        Error::InvalidBooleanStrict { .. } => "`true` or `false` is expected".to_owned(),
        Error::SerdeUnknownField { field, expected, .. } => unknown("key", field, expected),
        Error::SerdeUnknownVariant { variant, expected, .. } => unknown("word", variant, expected),
        Error::Unexpected { expected: "sequence start", .. } => "a list is expected".to_owned(),
        Error::Unexpected { expected: "mapping start", .. } => "names with values are expected".to_owned(),
        Error::Unexpected { expected: "string scalar", .. } => "a text is expected".to_owned(),
        Error::InvalidScalar { ty: "boolean", .. } => "`true` or `false` is expected".to_owned(),
        Error::InvalidScalar { ty, .. } if ty.starts_with('u') => "a number is expected, without a sign".to_owned(),
        Error::NullIntoString { .. } => "a value is missing".to_owned(),
        Error::InvalidBinaryBase64 { .. }
        | Error::TaggedScalarCannotDeserializeIntoString { .. }
        | Error::BytesNotSupportedMissingBinaryTag { .. }
        | Error::UnsupportedTag { .. }
        | Error::TaggedStructFieldName { .. }
        | Error::UnsupportedIncludeForm { .. } => "a tag that begins with `!` is not understood".to_owned(),
        Error::IOError { .. } => "it cannot be read".to_owned(),
        other => without_advice(other),
    }
}

/// What may be there is listed where nothing near is.
fn unknown(what: &str, name: &str, known: &[&str]) -> String {
    match did_you_mean(&nearest(name, known.iter().copied())) {
        Some(meant) => format!("there is no {what} `{name}` here; {meant}"),
        None => format!("there is no {what} `{name}` here; it may be {}", known.join(", ")),
    }
}

/// A message of which the advice to a programmer is left out.
fn without_advice(error: &serde_yaml::Error) -> String {
    let text = error.to_string();
    let text = text.split(" at line ").next().unwrap_or_default();
    let text = text.split(" in Options").next().unwrap_or_default();
    let text = text.split("; use Option<").next().unwrap_or_default();
    if text.contains("budget") || text.contains("limit exceeded") {
        return "it is nested too deeply, or holds too much".to_owned();
    }
    let internal = ["internal", "deserialize", "serde", "unit struct", "enum", "::"];
    if text.trim().is_empty() || internal.iter().any(|word| text.contains(word)) {
        "it is not as YAML is written".to_owned()
    } else {
        text.trim().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_the_system_are_left_out() {
        assert!(!system(&io::Error::from_raw_os_error(13)).contains("os error"));
        for (text, want) in [
            ("Permission denied (os error 13)", "permission denied"),
            ("Access is denied. (os error 5)", "access is denied"),
            ("failed: No such file or directory (os error 2): x", "failed: No such file or directory: x"),
            ("Access is denied. (os error 5) at path \"C:\\\\x\\\\.tmpAbC\"", "access is denied"),
            ("I/O error", "I/O error"),
            ("(os error", "(os error"),
        ] {
            assert_eq!(system_text(text), want);
        }
    }

    /// No reader should see what a library says to its programmer.
    #[test]
    fn yaml_that_is_broken_in_any_way_is_told_in_plain_words() {
        let deep = format!("{}1{}", "[".repeat(200), "]".repeat(200));
        for text in [
            "a: 1\na: 2\n",
            "{a: 1, a: 2}",
            "a: [\n",
            "a: {\n",
            "a: \"x\n",
            "a: 'x\n",
            "a: b: c\n",
            "\ta: 1\n",
            "a:\n\t- b\n",
            "a: *x\n",
            "a: &x [*x]\n",
            "a: !!binary x\n",
            "a: !foo x\n",
            "<<: 1\n",
            "a: 1\n---\nb: 2\n",
            "a: 1\n b: 2\n",
            "- a\nb: c\n",
            "%YAML 9\n---\na: 1\n",
            "? [a]\n: b\n",
            "a: |\n x\n  y\n z\nb\n",
            "a: @x\n",
            "a: `x\n",
            "\u{0}",
            "a: \"\\q\"\n",
            &deep,
        ] {
            let parsed: Result<std::collections::BTreeMap<String, u8>, _> = serde_yaml::from_str(text);
            let Err(error) = parsed else { continue };
            let said = yaml(&error);
            for word in [
                "Options", "Policy", "os error", "serde", "saphyr", "deserial", "::", "Option<", "enum", "struct",
                "at line", "\n",
            ] {
                assert!(!said.contains(word), "{text:?}: {said}");
            }
            assert!(!said.is_empty(), "{text:?}");
        }
        let twice = serde_yaml::from_str::<std::collections::BTreeMap<String, u8>>("a: 1\na: 2\n").unwrap_err();
        assert_eq!(yaml(&twice), "`a` stands there twice");
    }
}
