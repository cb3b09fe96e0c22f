//! The checks by subject. In each file the row of a check, as `--list` and
//! docs/doctor.md show it, stands above its function.

mod caches;
mod clashes;
mod goenv_file;
mod gopath;
mod goroot;
mod installs;
pub(super) mod modules;
mod names;
mod path;
mod places;
mod settings;
mod shims;
mod toolchain;
mod windows;
mod workspace;

use crate::{doctor::check::Check, nearest::nearest};

/// All, in the order of docs/doctor.md.
pub fn checks() -> impl Iterator<Item = &'static Check> {
    [
        goroot::CHECKS,
        gopath::CHECKS,
        installs::CHECKS,
        caches::CHECKS,
        places::CHECKS,
        goenv_file::CHECKS,
        path::CHECKS,
        shims::CHECKS,
        settings::CHECKS,
        toolchain::CHECKS,
        workspace::CHECKS,
        clashes::CHECKS,
        names::CHECKS,
        windows::CHECKS,
    ]
    .into_iter()
    .flatten()
}

/// The ids that are nearest to one that no check has, nearest first.
#[must_use]
pub fn meant(id: &str) -> Vec<&'static str> {
    nearest(id, checks().map(|check| check.id))
}
