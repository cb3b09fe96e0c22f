//! The only code that touches files, processes, the environment and the network.

pub(crate) mod archive_names;
pub(crate) mod authorities;
#[cfg(target_os = "linux")]
pub(crate) mod before_exec;
pub(crate) mod bounded_read;
pub(crate) mod code_page;
pub mod command_files;
#[cfg(target_os = "linux")]
pub(crate) mod descendants;
pub(crate) mod directory;
pub mod disks;
pub(crate) mod file_lock_owner;
pub mod github;
pub mod host;
pub mod http;
pub mod kept_files;
pub mod log_input;
pub mod patience;
pub mod process;
pub mod process_env;
#[cfg(windows)]
pub(crate) mod pseudo_console;
pub mod pseudo_terminal;
pub mod registry;
pub mod report_dir;
pub mod report_files;
pub mod retry;
pub mod scratch;
pub mod signals;
pub mod this_machine;
pub mod tool_cache;
pub(crate) mod transfer;
pub mod unpack;
pub mod unpack_shard;
pub(crate) mod whole_file;
pub mod wine;
