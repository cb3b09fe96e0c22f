//! The only code that touches files, processes and the network.

mod archive_names;
pub mod http;
pub mod tool_cache;
pub mod unpack;
