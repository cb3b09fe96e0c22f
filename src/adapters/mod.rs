//! The only code that touches files, processes, the environment and the network.

mod archive_names;
mod code_page;
pub mod command_files;
pub mod ending;
pub mod github;
mod github_api;
mod github_patience;
mod github_wire;
mod holders;
pub mod http;
pub mod live_disks;
pub mod live_host;
pub mod patience;
pub mod process;
#[cfg(windows)]
mod pseudo_console;
pub mod report_dir;
pub mod report_files;
pub mod running;
pub mod scopes;
pub mod scratch;
pub mod terminal;
pub mod this_machine;
pub mod tool_cache;
pub mod unpack;
pub mod unpack_shard;
pub mod wine;
