//! JSON with comments, as VS Code and dev containers have it.

use jsonc_parser::{
    ParseOptions,
    ast::{Object, Value},
    errors::ParseErrorKind,
    parse_to_ast,
};

/// Why a text is not what is expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct UnreadJson {
    /// From 1.
    pub line: usize,
    /// From 1.
    pub column: usize,
    /// A clause.
    pub why: &'static str,
}

/// The object that a file is; none where it holds nothing but comments.
///
/// # Errors
/// It is no JSON that VS Code itself reads without a complaint, or no object.
pub(crate) fn object(text: &str) -> Result<Option<Object<'_>>, UnreadJson> {
    let options = ParseOptions {
        allow_loose_object_property_names: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        ..ParseOptions::default()
    };
    let parsed = parse_to_ast(text, &Default::default(), &options).map_err(|error| UnreadJson {
        line: error.line_display(),
        column: error.column_display(),
        why: fault(error.kind()),
    })?;
    match parsed.value {
        None => Ok(None),
        Some(Value::Object(object)) => Ok(Some(object)),
        Some(_) => Err(UnreadJson { line: 1, column: 1, why: "it holds no object" }),
    }
}

/// What is wrong with the JSON, as its author would say it.
fn fault(kind: &ParseErrorKind) -> &'static str {
    use ParseErrorKind::{
        ExpectedColonAfterObjectKey, ExpectedComma, ExpectedObjectValue, ExpectedStringObjectProperty,
        MultipleRootJsonValues, NestingDepthExceeded, SingleQuotedStringsNotAllowed, UnterminatedArray,
        UnterminatedCommentBlock, UnterminatedObject,
    };
    match kind {
        MultipleRootJsonValues => "something stands behind its end",
        ExpectedComma => "a comma is missing",
        ExpectedColonAfterObjectKey => "behind a name stands no colon",
        ExpectedObjectValue => "behind a colon stands no value",
        ExpectedStringObjectProperty => "a name is not in quotation marks",
        SingleQuotedStringsNotAllowed => "a text is in single quotation marks",
        ParseErrorKind::String(_) => "a text does not end, or holds what it must not",
        UnterminatedArray | UnterminatedObject => "a bracket is not closed",
        UnterminatedCommentBlock => "a comment does not end",
        NestingDepthExceeded => "it is nested too deeply",
        _ => "it is not JSON there",
    }
}
