//! What publishing decides, from values alone: which artifacts are shards, which pull request
//! is meant, which comment is ours, what the forge's limits leave of a text.

pub mod comment;
pub mod digest;
pub mod json;
pub mod pick;
pub mod place;
pub mod publication;
pub mod sticky;
pub mod text;
pub mod wait;
