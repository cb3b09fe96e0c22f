//! Finds the Go toolchains that are present, in the documented order:
//! `--go-root`, tool cache, `GOROOT_1_21_X64`, `go` on PATH, module cache.
//! Reads files only; no process is run and nothing is downloaded.

pub(crate) mod goroot;
pub(crate) mod place;
pub(crate) mod search;
pub mod shim;

pub use goroot::{NotAGoroot, version_of};
pub use place::{
    GoOnPath, Places, default_settings, default_tool_cache, default_version, go_on_path, gos_on_path, through_shim,
    tool_cache_goroot, tool_cache_roots, toolchain_module,
};
pub use search::{Located, Suspicion, UnusedGoRoot, locate, present};
pub use shim::{NoTarget, Shim, ShimKind, ShimTarget};
