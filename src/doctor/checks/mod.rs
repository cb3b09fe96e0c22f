//! The checks by subject. In each file the row of a check, as `--list` and
//! docs/doctor.md show it, stands above its function.

mod caches;
mod goenv_file;
mod gopath;
mod goroot;
mod installs;
mod names;
mod path;
mod settings;
mod toolchain;
mod windows;

use crate::doctor::check::Check;

/// All, in the order of docs/doctor.md.
pub fn checks() -> impl Iterator<Item = &'static Check> {
    [
        goroot::CHECKS,
        gopath::CHECKS,
        installs::CHECKS,
        caches::CHECKS,
        goenv_file::CHECKS,
        path::CHECKS,
        settings::CHECKS,
        toolchain::CHECKS,
        names::CHECKS,
        windows::CHECKS,
    ]
    .into_iter()
    .flatten()
}

/// The known id that is nearest to an unknown one.
#[must_use]
pub fn meant(id: &str) -> Option<&'static str> {
    let scored = checks().map(|check| (strsim::jaro_winkler(check.id, id), check.id));
    scored.filter(|(score, _)| *score > 0.8).max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, id)| id)
}
