//! How answers reach people: one document, shown by a terminal, as Markdown and
//! as a page; and the one writer of JSON.

pub mod annotation;
pub mod document;
#[cfg(test)]
mod examples;
mod frame;
pub mod html;
pub mod json;
pub mod markdown;
pub mod mask;
pub mod sanitize;
pub mod terminal;
pub mod trouble;
pub mod wording;

pub use document::Document;

/// Where the pages below `docs` are read, followed by a page's file name. The tag `v1` is moved to each release.
pub(crate) const DOCS: &str = concat!(env!("CARGO_PKG_REPOSITORY"), "/blob/v1/docs/");
