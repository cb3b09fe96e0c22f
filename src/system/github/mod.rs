//! GitHub's REST API, where this program is built with its client (the feature `github`); a build without one leaves
//! out octocrab and what that needs.

#[cfg(feature = "github")]
mod api;
#[cfg(feature = "github")]
mod bridge;
#[cfg(feature = "github")]
mod client;
#[cfg(feature = "github")]
mod wire;

#[cfg(feature = "github")]
pub use client::GitHub;

use crate::ports::{Forge, forge::ForgeError};

/// Where GitHub is and who asks.
#[derive(Clone, Debug)]
pub struct Connection {
    /// `https://api.github.com`, or `https://HOST/api/v3`.
    pub api: String,
    /// `OWNER/NAME`.
    pub repository: String,
    /// Sent to `api` and to no other server.
    pub token: String,
}

/// Whether there is a client.
pub const BUILT_IN: bool = cfg!(feature = "github");

/// A client, if there is one. `stop` says whether the user asked to stop. Nothing is sent yet.
///
/// # Errors
/// There is none, or it cannot be made.
#[cfg(feature = "github")]
pub fn connect<'a>(
    connection: Connection,
    stop: &'a (dyn Fn() -> bool + Sync),
) -> Result<Box<dyn Forge + 'a>, ForgeError> {
    Ok(Box::new(GitHub::new(connection, stop)?))
}

/// No client.
///
/// # Errors
/// Always.
#[cfg(not(feature = "github"))]
pub fn connect<'a>(_: Connection, _: &'a (dyn Fn() -> bool + Sync)) -> Result<Box<dyn Forge + 'a>, ForgeError> {
    Err(ForgeError::NoClient)
}
