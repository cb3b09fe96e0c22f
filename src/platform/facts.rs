//! What is true of a machine before anything is changed there.

use crate::platform::{Platform, env::EnvBlock};

/// A runner, hosted, recorded or this machine, with its directories.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// Its name: `windows-2022`, or `current`.
    pub runner: String,
    /// What `runs-on` calls it: `windows-2022`, or `self-hosted`.
    pub label: String,
    /// Decides path syntax and name folding.
    pub platform: Platform,
    /// As in `RUNNER_ARCH`: `X64` or `ARM64`.
    pub arch: String,
    /// The image, as in `ImageOS`; empty where there is none.
    pub image: String,
    /// `OWNER/NAME`.
    pub repository: String,
    /// `RUNNER_TEMP`, absolute; `None` where there is no runner, as on a person's machine.
    pub temp: Option<String>,
    /// What empties `temp`, where something does.
    pub temp_emptied: Option<String>,
    /// `RUNNER_WORKSPACE`, absolute: the parent of the checkout; `None` where no runner says.
    pub workspace: Option<String>,
    /// `GITHUB_WORKSPACE`, absolute; without a runner the current directory.
    pub checkout: String,
    /// PATH before this tool, first entry first; empty where it is not recorded.
    pub path: Vec<String>,
    /// Go versions that the image brings along.
    pub preinstalled: Vec<String>,
    /// The environment of this process; empty for a recorded runner.
    pub env: EnvBlock,
    /// Whether what reads the values puts the variables in that they begin with, such as `%USERPROFILE%` and `$HOME`.
    /// A runner does not; what lasts on a machine often does.
    pub expands: bool,
    /// What had to be assumed, a sentence each.
    pub assumptions: Vec<String>,
}
