//! What editors, containers, version managers and libraries read.

pub(crate) mod compose;
pub(crate) mod devcontainer;
pub(crate) mod dockerfile;
pub(crate) mod dotenv;
pub(crate) mod envrc;
mod jsonc;
pub(crate) mod mise;
pub(crate) mod nix;
mod path_list;
pub(crate) mod vscode;
