//! Probes, claims and runner profiles: read from YAML, checked, turned into
//! values. No other part knows the YAML crate.

mod check;
mod claim_schema;
mod claims;
mod embedded;
mod load;
mod profile;
mod schema;

pub use claims::load_claims;
pub use embedded::{CLAIMS, EMBEDDED, EMBEDDED_FILES, RUNNERS};
pub use load::{MatrixError, SourceFile, load_probes};
pub use profile::{Profile, load_profile};
