//! A room for each kind of reader, and in it one module for each format: its row of the table, its writer and its reader.

pub(crate) mod ci;
pub(crate) mod go_env;
pub(crate) mod shells;
pub(crate) mod tools;
pub(crate) mod windows;
