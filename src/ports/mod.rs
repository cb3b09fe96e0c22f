//! The outside world as a few small traits, each beside the values that cross it.
//! `system` implements them, the core only calls them.

mod bounded_read;
mod command_files;
pub mod disks;
pub mod event;
#[cfg(test)]
pub(crate) mod fake;
mod fetch;
pub mod forge;
mod host;
mod kept_files;
mod process;
pub mod registry;
mod report_files;
mod tool_cache;
pub mod transfer;
pub mod trees;

pub use bounded_read::{Irregular, ReadLimit, UnreadFile};
pub use command_files::{Appended, CommandFiles, Decide, NotAppended};
pub use disks::Disks;
pub use event::Observer;
pub use fetch::{Fetch, FetchError};
pub use forge::Forge;
pub use host::{Host, Kind, Rights, exposed};
pub use kept_files::KeptFiles;
pub use process::{Completed, Ended, Executor, Invocation, NotRun};
pub use registry::Scopes;
pub use report_files::{Draft, ReportFiles};
pub use tool_cache::{Reservation, ToolCache, Unpacked};
pub use transfer::TransferPolicy;
pub use trees::Trees;
