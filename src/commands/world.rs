//! The outside world of this process, as the pipeline uses it.

use crate::{
    goenv::locate::Places,
    plan::runner::Here,
    system::{
        command_files::RunnerFiles, disks::LiveDisks, host::LiveHost, process::Processes, registry::LiveScopes,
        this_machine, wine,
    },
};
use std::sync::Arc;

/// What touches the outside, each made once; what costs something is made when it is needed.
#[derive(Debug)]
pub struct World {
    /// What the system tells this process.
    pub here: Here,
    /// Files.
    pub host: LiveHost,
    /// The runner's command files.
    pub files: RunnerFiles,
    /// Drives.
    pub disks: LiveDisks,
    /// Where settings persist.
    pub scopes: LiveScopes,
    /// Programs.
    pub processes: Arc<Processes>,
    /// As in GOARCH.
    pub goarch: String,
    /// The version of Wine, where that stands for Windows.
    pub wine: Option<String>,
    /// Whether a person watches the standard error.
    pub watched: bool,
}

impl World {
    /// A path that was given, seen from the working directory.
    #[must_use]
    pub fn absolute(&self, path: &str) -> String {
        let Here { platform, current_dir, .. } = &self.here;
        if platform.is_absolute(path) { path.to_owned() } else { platform.join(current_dir, path) }
    }

    /// Cores that this process may use.
    pub(crate) fn cores(&self) -> usize {
        this_machine::cores()
    }

    /// Where toolchains are looked for: in the directories that somebody named, and around this process.
    pub(crate) fn places<'a>(&'a self, go_roots: &'a [String]) -> Places<'a> {
        let Here { platform, arch, env, current_dir, .. } = &self.here;
        Places { go_roots, env, current_dir, platform: *platform, arch, tool_cache: None }
    }

    /// This process, on this machine.
    #[must_use]
    pub fn live() -> Self {
        let here = Here {
            platform: this_machine::platform(),
            arch: this_machine::arch(),
            env: this_machine::environment(),
            unreadable: this_machine::unreadable_names(),
            current_dir: this_machine::current_dir(),
            temp_dir: this_machine::temp_dir(),
        };
        Self {
            here,
            host: LiveHost,
            files: RunnerFiles,
            disks: LiveDisks::default(),
            scopes: LiveScopes,
            processes: Arc::default(),
            goarch: this_machine::goarch(),
            wine: wine::version(),
            watched: this_machine::stderr_is_terminal(),
        }
    }
}
