//! How answers reach people: one document, shown by a terminal, as Markdown and as a page.

pub mod document;

pub use document::Document;
