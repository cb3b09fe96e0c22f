# shellcheck shell=bash
# Debian's own Rust, which builds the standard library too, for a system that rustup has none for without a download.
#
# Sourced by those who run cargo so. Sets `cargo` and `build_std`, the options of every command.

# Debian's, not rustup's: `command -p` looks in the system's folders only.
RUSTC=$(command -p -v rustc)
# shellcheck disable=SC2034 # For those who source this.
cargo=$(command -p -v cargo)
export RUSTC RUSTC_BOOTSTRAP=1 # For build-std, which a stable cargo does not offer.
unset RUSTUP_TOOLCHAIN RUSTC_WRAPPER RUSTFLAGS RUSTDOC CARGO_BUILD_TARGET CARGO_ENCODED_RUSTFLAGS
export CARGO_INCREMENTAL=0 CARGO_PROFILE_DEV_DEBUG=0 CARGO_PROFILE_TEST_DEBUG=0
# Tests copy the program and read its bytes; half of them would be names.
export CARGO_PROFILE_DEV_STRIP=symbols CARGO_PROFILE_TEST_STRIP=symbols

# One list of crates for every command, so that the standard library is built once.
# shellcheck disable=SC2034 # For those who source this.
build_std=(-Z 'build-std=std,panic_abort,panic_unwind,test')
