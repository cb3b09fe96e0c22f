//! The only code that touches files, processes and the network.

pub mod report_dir;
