//! One module for each format: its row of the table, its writer and its reader.

pub(crate) mod dotenv;
pub(crate) mod environment_d;
pub(crate) mod envrc;
pub(crate) mod go_env;
pub(crate) mod mise;
pub(crate) mod nix;
pub(crate) mod profile;
pub(crate) mod profile_fish;
pub(crate) mod reg;
