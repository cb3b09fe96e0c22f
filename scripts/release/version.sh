# shellcheck shell=bash
# Sourced by whoever asks for this project's version.

version_of() { sed -n 's/^version = "\(.*\)"/\1/p' "$1" | head -n 1; } # version_of CARGO_TOML
