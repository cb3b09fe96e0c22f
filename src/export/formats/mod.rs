//! One module for each format: its row of the table, its writer and its reader.

pub(crate) mod dotenv;
pub(crate) mod reg;
