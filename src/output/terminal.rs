//! The document for a terminal.

use crate::output::{Document, paint::Paint};

/// What the terminal can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terminal {
    /// Its width; lines of prose stay shorter on a very wide one.
    pub columns: usize,
    /// Whether it shows colours.
    pub color: bool,
    /// Whether it knows hyperlinks (OSC 8).
    pub links: bool,
}

impl Terminal {
    /// A file, a pipe, or a terminal of which nothing is known.
    pub const PLAIN: Self = Self { columns: 80, color: false, links: false };

    /// For the renderers that know colours alone.
    #[must_use]
    pub fn paint(self) -> Paint {
        if self.color { Paint::Ansi } else { Paint::Plain }
    }
}

/// The document in lines, the last of which ends in a line feed.
#[must_use]
pub fn render(document: &Document, terminal: Terminal) -> String {
    let _ = (document, terminal);
    String::new()
}
