//! A page of Markdown that is cut where its reader cuts: sections below headings, for as long as there is room.

use crate::output::wording::count;

/// Kept free for what is said about the part that was left out.
const RESERVE_BYTES: usize = 1024;

/// A page under way.
pub(crate) struct Page {
    text: String,
    room: usize,
    /// Sections that found no room.
    pub left_out: usize,
}

impl Page {
    /// Of at most so many bytes, which `head` does not fill.
    pub fn new(head: String, limit_bytes: usize) -> Self {
        Self { text: head, room: limit_bytes - RESERVE_BYTES, left_out: 0 }
    }

    /// Adds sections below a heading for as long as there is room.
    pub fn group(&mut self, title: &str, sections: impl IntoIterator<Item = String>) {
        let mut heading = format!("\n## {title}\n");
        for section in sections {
            if self.left_out > 0 || self.text.len() + heading.len() + section.len() > self.room {
                self.left_out += 1;
                continue;
            }
            self.text += &std::mem::take(&mut heading);
            self.text += &section;
        }
    }

    /// The text; `all` says where to find what was left out.
    pub fn finish(mut self, all: &str) -> String {
        if self.left_out > 0 {
            let sections = count(self.left_out, "section");
            self.text += &format!("\n> **{sections} left out here** to keep this summary short. {all}\n");
        }
        self.text
    }
}
