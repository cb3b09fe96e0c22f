//! What publishing decides and says, from values alone: which artifacts are shards, which pull
//! request is meant, which comment is ours, what goes into it. `commands::report` talks to the forge.

pub mod pick;
pub mod place;
pub mod publication;
pub mod sticky;
pub mod view;
pub mod wait;

pub use publication::{Publication, schema};
