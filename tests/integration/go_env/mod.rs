//! The crate's reading of Go's rules against real Go.

#[cfg(unix)]
mod known_variables;
#[cfg(unix)]
mod mixtures;
#[cfg(unix)]
mod settings_file;
#[cfg(unix)]
mod values;
