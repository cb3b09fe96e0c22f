//! What writing a format gives: files, or the rule of the format that a value breaks.

/// A file of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportFile {
    /// What it is usually called: `goenv.reg`.
    pub name: String,
    /// The whole, in the encoding that its readers take.
    pub bytes: Vec<u8>,
}

impl ExportFile {
    /// In UTF-8 without a mark; `text` ends with a line end.
    #[must_use]
    pub fn utf8(name: &str, text: String) -> Self {
        Self { name: name.to_owned(), bytes: text.into_bytes() }
    }
}

/// A format cannot say what the plan says; nothing is written then.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{format}` cannot hold {name} `{value}`: {rule}")]
pub struct CannotHold {
    /// `dotenv`.
    pub format: &'static str,
    /// `GOCACHE`, or `PATH`.
    pub name: String,
    /// As it was planned.
    pub value: String,
    /// A clause: what of it the format has no way to say.
    pub rule: String,
    /// What to do.
    pub help: String,
}
