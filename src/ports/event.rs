//! What happens during `verify`, for progress only; reports come from `Report`.

use crate::status::Status;

/// Something an observer may show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A message about the preparation: a toolchain is fetched, a cache filled.
    Preparing(String),
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
