//! Installs missing Go toolchains: through a Go that is present, else from the
//! module proxy, checked against the checksum database by Go's own rules.

pub(crate) mod dirhash;
pub(crate) mod error;
pub(crate) mod from_proxy;
pub(crate) mod means;
pub(crate) mod module_proxy;
pub(crate) mod obtain;
pub(crate) mod proxy_list;
pub(crate) mod sumdb;
pub(crate) mod through_go;
pub(crate) mod tlog;

pub use error::InstallError;
pub use means::Means;
pub use obtain::{Installation, install};
pub use sumdb::SumDbError;
