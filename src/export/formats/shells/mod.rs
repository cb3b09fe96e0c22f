//! What shells and sessions of Linux and macOS read.

pub(crate) mod environment_d;
pub(crate) mod profile;
pub(crate) mod profile_fish;
