//! What happens during `verify`, for progress only; reports come from `Report`.

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
        /// `pass`, `fail`, `skip` or `error`.
        verdict: &'static str,
        /// Expected against observed, or the reason; empty for a pass.
        detail: String,
    },
    /// All is done or given up.
    Finished,
}
