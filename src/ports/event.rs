//! What happens while a command works, for progress only; reports come from results.

use crate::status::Status;

/// Something an observer may show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// What is being done from now on, of interest only while it lasts: `looking for Go 1.21`.
    Stage(String),
    /// Preparation that takes its time and belongs into a log: a toolchain is downloaded.
    Preparing(String),
    /// Something is odd, and the work goes on.
    Warning(String),
    /// So many cells will be run.
    Planned(usize),
    /// One cell has its verdict.
    CellFinished {
        /// `go1.22.10 gobin/install-lands-in-gobin`.
        cell: String,
        /// What it came to; `None`: it was tried, and is judged later.
        status: Option<Status>,
        /// Expected against observed, or the reason; empty for a pass.
        detail: String,
    },
    /// All is done or given up.
    Finished,
}

/// Shows what happens.
pub trait Observer: Sync {
    /// Takes one event.
    fn event(&self, event: &Event);
}
