//! Obtains missing Go toolchains: through a Go that is there, else from the
//! module proxy, checked against the checksum database by Go's own rules.

mod dirhash;
mod error;
mod from_proxy;
mod means;
mod module_proxy;
mod note;
mod obtain;
mod proxy_list;
mod sumdb;
mod through_go;
mod tlog;

pub use error::InstallError;
pub use means::Means;
pub use obtain::{Installation, install};
pub use sumdb::SumDbError;
