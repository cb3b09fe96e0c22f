//! Probes and runner profiles: read from YAML, checked, turned into values.
//! `load` is the one file that names the YAML crate.

mod embedded;
mod load;
mod profile;
mod schema;

pub use embedded::{EMBEDDED, EMBEDDED_FILES, RUNNERS};
pub use load::{MatrixError, SourceFile, load_probes};
pub use profile::{Profile, load_profile};
