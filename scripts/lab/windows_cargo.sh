#!/usr/bin/env bash
# Runs cargo for Windows on Debian: the result is x86_64-pc-windows-gnu, tests run under Wine.
#
# usage: windows_cargo.sh LAB COMMAND [ARGUMENTS...]     (COMMAND is build, test, clippy...)
#
# rustup has no standard library for Windows without a download from elsewhere, so it is built
# from Debian's rust-web-src with Debian's own rustc and cargo. `scripts/lab.sh windows` installs
# them and makes the Wine prefix. Everything lies in LAB/windows-target, apart from other builds;
# GOENV_CI_TARGET_DIR names another directory.
set -euo pipefail

lab=$(cd "$1" && pwd)
command=$2
shift 2
triple=x86_64-pc-windows-gnu

# shellcheck source=scripts/lab/build_std.sh
. "${BASH_SOURCE[0]%/*}/build_std.sh"
export CARGO_TARGET_DIR=${GOENV_CI_TARGET_DIR:-$lab/windows-target}
export CARGO_TARGET_X86_64_PC_WINDOWS_GNU_LINKER=x86_64-w64-mingw32-gcc-posix
export CC_x86_64_pc_windows_gnu=x86_64-w64-mingw32-gcc-posix AR_x86_64_pc_windows_gnu=x86_64-w64-mingw32-ar
export CARGO_TARGET_X86_64_PC_WINDOWS_GNU_RUNNER=wine
# Wine maps the sections of a program where they begin on a page, as one of Windows' own does; else it reads all of them
# at each start, 70 MB of a debug build, which is half of the time that `--version` takes.
export CARGO_TARGET_X86_64_PC_WINDOWS_GNU_RUSTFLAGS='-C link-arg=-Wl,--file-alignment,4096'

exec bash "${BASH_SOURCE[0]%/*}/wine.sh" "$lab" with "$cargo" "$command" --locked "${build_std[@]}" --target "$triple" "$@"
