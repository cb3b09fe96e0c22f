//! The lab that `scripts/lab.sh` fills. Where a part of it is not present a test cannot be done: under CI
//! that is a failure, elsewhere it is said.

use std::{
    env,
    io::{self, Write},
    path::{Path, PathBuf},
};

/// `.lab`, or what GOENV_CI_LAB names.
pub fn lab() -> PathBuf {
    env::var_os("GOENV_CI_LAB").map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join(".lab"), PathBuf::from)
}

/// Says that a test is skipped, and why: `no toolchains: run ...`.
#[track_caller]
pub fn skip(why: &str) {
    assert!(env::var_os("CI").is_none(), "{why}");
    // Past the harness, which would swallow it in a test that passes.
    writeln!(io::stderr(), "skipped: {why}").ok();
}

/// Whether a run is to leave out nothing that takes many minutes: GOENV_CI_THOROUGH is set, as ci.yml does.
pub fn is_thorough() -> bool {
    env::var_os("GOENV_CI_THOROUGH").is_some_and(|wish| !wish.is_empty())
}
