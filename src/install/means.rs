//! The places and tools that an installation works with.

use crate::{
    goenv::{
        locate::{Places, default_settings},
        settings::GoSettings,
        toolchain::Toolchain,
    },
    ports::{Executor, Fetch, Host, Observer, ToolCache},
};

/// What is needed to obtain toolchains.
#[derive(Clone, Copy)]
pub struct Means<'a> {
    /// Where toolchains are looked for; the first tool cache is where they are put.
    pub places: &'a Places<'a>,
    /// Toolchains that were found; one of them may download the others. Oldest first.
    pub found: &'a [Toolchain],
    /// An empty directory, absolute, that go commands are run in; there is no go.mod above it.
    pub scratch: &'a str,
    /// This machine's files.
    pub host: &'a dyn Host,
    /// Runs the go that is there.
    pub executor: &'a dyn Executor,
    /// Asks the module proxy where there is no go.
    pub fetch: &'a dyn Fetch,
    /// Where toolchains are put then.
    pub tool_cache: &'a dyn ToolCache,
    /// Told of each download.
    pub observer: &'a dyn Observer,
}

impl Means<'_> {
    pub(crate) fn settings(&self) -> GoSettings<'_> {
        default_settings(self.places, self.host)
    }
}
