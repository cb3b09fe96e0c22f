//! doctor/checks.

pub(crate) mod caches;
pub(crate) mod goenv_file;
pub(crate) mod gopath;
pub(crate) mod goroot;
pub(crate) mod installs;
pub(crate) mod names;
pub(crate) mod of_directories;
pub(crate) mod of_settings;
pub(crate) mod path;
pub(crate) mod settings;
pub(crate) mod toolchain;
pub(crate) mod windows;
