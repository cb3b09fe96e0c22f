//! What administrators of Windows use.

pub(crate) mod dsc;
pub(crate) mod dsc3;
pub(crate) mod gpp;
pub(crate) mod intune;
pub(crate) mod powershell;
mod powershell_reader;
pub(crate) mod reg;
pub(crate) mod registry_order;
