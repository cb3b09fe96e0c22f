//! Why a toolchain could not be obtained, and what to do about it.

use crate::goenv::version::GoRequest;
use crate::install::{proxy_list::GoproxyError, sumdb::SumDbError};
use crate::output::trouble::system;
use std::io;

/// Other ways to a toolchain, whatever went wrong.
const OTHER_WAYS: &str = "set GOPROXY to a proxy that serves golang.org/toolchain, fill the tool cache with actions/setup-go, or name an installed Go with --go-root DIR";

/// One wanted version that could not be obtained.
#[derive(Debug, thiserror::Error)]
pub enum InstallError {
    /// The list of versions has none that answers.
    #[error("no release of Go {request} among the {listed} versions that {from} lists")]
    NoSuchVersion {
        /// What was asked for.
        request: GoRequest,
        /// How many versions there are.
        listed: usize,
        /// Who listed them.
        from: String,
    },
    /// GOPROXY cannot be used.
    #[error(transparent)]
    Goproxy(#[from] GoproxyError),
    /// No entry of GOPROXY gave it.
    #[error("Go {request} cannot be downloaded: {why}")]
    NotServed {
        /// What was asked for.
        request: GoRequest,
        /// The answer of the proxy whose failure is reported.
        why: String,
    },
    /// The go command that was to download it failed.
    #[error("`{command}` failed ({ended}): {output}")]
    Go {
        /// As it was run, with the variables that were set for it.
        command: String,
        /// `exit code 1`, `timed out after 600 s`.
        ended: String,
        /// What it wrote, in its own words.
        output: String,
    },
    /// The go command reported success, and the toolchain is not where it should be.
    #[error("Go {request} was downloaded by `{go}` but is not a usable GOROOT: {why}")]
    NotThere {
        /// What was asked for.
        request: GoRequest,
        /// Who downloaded it.
        go: String,
        /// Where it should be, and what is there.
        why: String,
    },
    /// The checksum database does not vouch for it.
    #[error("Go {request}: {source}")]
    Unverified {
        /// What was asked for.
        request: GoRequest,
        /// Why.
        source: Box<SumDbError>,
    },
    /// The download is no archive, or an archive with entries it must not have.
    #[error("the archive of Go {request} cannot be unpacked to `{goroot}`: {}", system(source))]
    Archive {
        /// What was asked for.
        request: GoRequest,
        /// Where to.
        goroot: String,
        /// What is wrong.
        source: io::Error,
    },
    /// The tool cache cannot be written.
    #[error("cannot write the tool cache at `{goroot}`: {}", system(source))]
    ToolCache {
        /// Where to.
        goroot: String,
        /// What the system says.
        source: io::Error,
    },
    /// There is no directory to install to.
    #[error("there is no tool cache to install to: neither RUNNER_TOOL_CACHE nor a home folder is set")]
    NoToolCache,
    /// The user asked to stop.
    #[error("interrupted while Go {0} was obtained")]
    Interrupted(GoRequest),
}

impl InstallError {
    /// Whether what was downloaded is not what the checksum database vouches for, which no fallback may hide.
    #[must_use]
    pub fn is_forged(&self) -> bool {
        let Self::Unverified { source, .. } = self else { return false };
        matches!(**source, SumDbError::Untrusted { .. } | SumDbError::Mismatch { .. })
    }

    /// What to do, one or two sentences.
    #[must_use]
    pub fn help(&self) -> String {
        match self {
            Self::NoSuchVersion { .. } => {
                format!("ask for a version that was released, exactly (1.21.13) where the list is short; or {OTHER_WAYS}")
            }
            Self::Goproxy(_) => "give GOPROXY as Go takes it, for example `https://proxy.golang.org,direct`".to_owned(),
            Self::NotServed { .. } | Self::Go { .. } | Self::NotThere { .. } => OTHER_WAYS.to_owned(),
            Self::Unverified { source, .. } => match **source {
                SumDbError::Off | SumDbError::Setting { .. } => {
                    format!("unset GOSUMDB, or give it as Go takes it: `sum.golang.org` or `NAME+HASH+KEY [URL]`; or {OTHER_WAYS}")
                }
                SumDbError::Unreachable { .. } => {
                    format!("let the proxy pass on /sumdb/, or name an address: GOSUMDB=`sum.golang.org URL`; or {OTHER_WAYS}")
                }
                SumDbError::Untrusted { .. } | SumDbError::Mismatch { .. } => {
                    "do not use this download; find out who changed it on the way: the proxy that GOPROXY names, or a cache before it".to_owned()
                }
                SumDbError::Interrupted => String::new(),
            },
            Self::Archive { .. } => format!("see what GOPROXY's entry really serves; or {OTHER_WAYS}"),
            Self::ToolCache { .. } | Self::NoToolCache => {
                "set RUNNER_TOOL_CACHE to a folder that this user may write to".to_owned()
            }
            Self::Interrupted(_) => String::new(),
        }
    }
}
