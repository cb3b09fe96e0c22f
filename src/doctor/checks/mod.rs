//! The checks by subject. In each file the row of a check, as `--list` and
//! docs/doctor.md show it, stands above its function.

mod caches;
mod cgo;
mod clashes;
mod flags;
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
mod values;
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
        flags::CHECKS,
        values::CHECKS,
        toolchain::CHECKS,
        workspace::CHECKS,
        clashes::CHECKS,
        cgo::CHECKS,
        names::CHECKS,
        windows::CHECKS,
    ]
    .into_iter()
    .flatten()
}

/// The check of what does not answer.
pub(super) const SILENT: &str = "place-does-not-answer";

/// Checks without a fix, with why.
const UNFIXED: [(&str, &str); 14] = [
    ("place-does-not-answer", "what answers again is for whoever serves the mount"),
    ("shim-without-go", "which version to install or to choose is for a person to say"),
    ("wrapper-not-followed", "what the script starts is not known, so neither is what would be right"),
    ("module-file-broken", "which of two sides of a merge is right is for a person to say"),
    ("source-not-read", "what is in the file is not known, so neither is what would be right"),
    ("cache-on-network", "it takes a drive of another machine to prove one"),
    ("cache-drive-nearly-full", "it takes a full drive to prove one, and what to delete is for a person to say"),
    ("goproxy-insecure", "whether the proxy answers over https is not known without asking it"),
    ("goproxy-credentials", "a command would have to show the password"),
    ("name-twice", "only the program that started this one can set one spelling"),
    ("windows-variable-missing", "only the program that started this one knows the user's directories"),
    ("long-paths-off", "it changes the machine for everybody, which no test does"),
    ("controlled-folder-access", "it changes the machine for everybody, which no test does"),
    ("registry-wrong-type", "what the value was meant to be is not known"),
];

/// Why a check has no fix; `None` where it has one.
#[must_use]
pub fn unfixed(id: &str) -> Option<&'static str> {
    UNFIXED.iter().find(|(known, _)| *known == id).map(|(_, why)| *why)
}

/// The ids that are nearest to one that no check has, nearest first.
#[must_use]
pub fn meant(id: &str) -> Vec<&'static str> {
    nearest(id, checks().map(|check| check.id))
}
