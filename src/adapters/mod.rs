//! The only code that touches files, processes, the environment and the network.

pub mod command_files;
pub mod live_host;
pub mod process;
pub mod report_dir;
pub mod scratch;
pub mod this_machine;
