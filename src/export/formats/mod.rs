//! One module for each format: its row of the table, its writer and its reader.

pub(crate) mod ci;
pub(crate) mod compose;
pub(crate) mod devcontainer;
pub(crate) mod dockerfile;
pub(crate) mod dotenv;
pub(crate) mod dsc;
pub(crate) mod dsc3;
pub(crate) mod environment_d;
pub(crate) mod envrc;
pub(crate) mod go_env;
pub(crate) mod gpp;
pub(crate) mod intune;
mod jsonc;
pub(crate) mod mise;
pub(crate) mod nix;
mod path_list;
pub(crate) mod powershell;
mod powershell_reader;
pub(crate) mod profile;
pub(crate) mod profile_fish;
pub(crate) mod reg;
pub(crate) mod vscode;
