//! YAML that people write for us: one reader with one set of limits, and for what is likely to go wrong in it words,
//! the line, and what to write instead.

mod excerpt;
pub(crate) mod kinds;
mod mistakes;
mod source;

pub(crate) use mistakes::no_expression;

use crate::yaml::source::SourceText;
use serde::de::DeserializeOwned;
use serde_yaml::Options;

/// Larger than any file a person writes.
const LARGEST: usize = 1 << 20;

/// What is wrong with a file, where, and what to write instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct YamlFault {
    /// Counted from 1.
    pub line: u64,
    /// Counted from 1, in characters.
    pub column: u64,
    /// What is wrong, a clause.
    pub message: String,
    pub detail: FaultDetail,
    /// The key that is none here, where that is what is wrong.
    pub unknown_key: Option<String>,
}

/// What an error about a file shows below its message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FaultDetail {
    /// The line that is meant, with its number and a mark below its column; lines that end in line feeds. Empty where
    /// the file has no such line.
    pub excerpt: String,
    /// What to do about it, with text that can stand in the file; a clause.
    pub instead: Option<String>,
}

impl FaultDetail {
    /// With the line of the file that is meant; what [`parse`] has found out already stays.
    #[must_use]
    pub(crate) fn of(self, content: &[u8], line: u64, column: u64) -> Self {
        if !self.excerpt.is_empty() || is_utf16(content) {
            return self;
        }
        let text = String::from_utf8_lossy(content);
        let source = SourceText::new(&text);
        let instead = self.instead.or_else(|| mistakes::of_value(&source, line, column));
        Self { excerpt: excerpt::of(&source, line, column), instead }
    }
}

/// Parses one document with the limits that hold for all of ours.
pub(crate) fn parse<T: DeserializeOwned>(content: &[u8]) -> Result<T, YamlFault> {
    let beginning = |message: String, instead: Option<String>| YamlFault {
        line: 1,
        column: 1,
        message,
        detail: FaultDetail { excerpt: String::new(), instead },
        unknown_key: None,
    };
    if content.len() > LARGEST {
        return Err(beginning(format!("the file has {} bytes, and at most {LARGEST} are read", content.len()), None));
    }
    if is_utf16(content) {
        let way = "save it as UTF-8; PowerShell does by `(Get-Content FILE) | Set-Content -Encoding utf8 FILE`, other \
                   systems by `iconv -f UTF-16 -t UTF-8 FILE`";
        return Err(beginning("the file is UTF-16, and UTF-8 is read".to_owned(), Some(way.to_owned())));
    }
    let text = std::str::from_utf8(content).map_err(|error| {
        let before = String::from_utf8_lossy(&content[..error.valid_up_to()]).into_owned();
        let line = before.matches('\n').count() as u64 + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() as u64 + 1;
        let message = "the file is not UTF-8 from here on; save it as UTF-8".to_owned();
        let instead = Some("`iconv -f WINDOWS-1252 -t UTF-8 FILE` reads what Windows editors call ANSI".to_owned());
        let detail = FaultDetail { instead, ..FaultDetail::default() }.of(content, line, column);
        YamlFault { line, column, message, detail, unknown_key: None }
    })?;
    let mut options = Options::default();
    options.with_snippet = false;
    // `yes` is a text, as editors have it.
    options.strict_booleans = true;
    serde_yaml::from_str_with_options(text, options)
        .map_err(|error| mistakes::explained(&SourceText::new(text), &error))
}

/// By its mark, or by a NUL in every other byte of what it begins with.
fn is_utf16(content: &[u8]) -> bool {
    match content {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => true,
        [0, b, 0, c, ..] | [b, 0, c, 0, ..] => *b != 0 && *c != 0,
        _ => false,
    }
}
