//! How answers reach people: one document, shown by a terminal, as Markdown and
//! as a page; and the one writer of JSON.

pub mod document;
#[cfg(test)]
mod examples;
pub mod html;
pub mod json;
pub mod markdown;
pub mod terminal;
pub mod wording;

pub use document::Document;
