//! What is behind a URL.

/// Why a URL gave nothing. Addresses are shown without their passwords.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// 404 or 410, or no such file: another proxy of the list may have it.
    #[error("`{url}`: {reason}")]
    NotFound {
        /// What was asked for.
        url: String,
        /// `404 Not Found`, or what the system says about the file.
        reason: String,
    },
    /// Any other answer, or none: refused, unreachable, cut off, too large.
    #[error("`{url}`: {reason}")]
    Failed {
        /// What was asked for.
        url: String,
        /// The status, or the chain of causes.
        reason: String,
    },
    /// The user asked to stop.
    #[error("interrupted")]
    Interrupted,
}

impl FetchError {
    /// The same with something more that is to be known.
    #[must_use]
    pub fn and(self, more: &str) -> Self {
        match self {
            Self::NotFound { url, reason } => Self::NotFound { url, reason: format!("{reason}; {more}") },
            Self::Failed { url, reason } => Self::Failed { url, reason: format!("{reason}; {more}") },
            Self::Interrupted => Self::Interrupted,
        }
    }
}

/// Reads `http`, `https` and `file` URLs.
pub trait Fetch: Sync {
    /// The whole body.
    ///
    /// # Errors
    /// It is not there, did not arrive whole, or is longer than `limit_bytes`.
    fn get(&self, url: &str, limit_bytes: u64) -> Result<Vec<u8>, FetchError>;

    /// The body, streamed into the file at an absolute path; a part that arrived is removed.
    ///
    /// # Errors
    /// As for `get`.
    fn download(&self, url: &str, file: &str, limit_bytes: u64) -> Result<(), FetchError>;
}
