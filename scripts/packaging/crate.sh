#!/usr/bin/env bash
# Makes the package for crates.io, builds what is in it, and asks cargo whether it could be published.
#
# usage: scripts/packaging/crate.sh [OPTION...]     (options of `cargo publish`; `--allow-dirty` before a commit)
#
# cargo says once for each of our test programs that it is not in the package, as it is meant to be. Any other warning, and
# a package of more than 1.5 MB, is an error (exit code 1).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

largest=1500000
log=$(mktemp)
trap 'rm -f -- "$log" "$log.start"' EXIT
: >"$log.start"
if ! cargo publish --dry-run --locked --color never "$@" 2>&1 | tee "$log" >&2; then exit 1; fi
expected='^warning: (ignoring test .* is not included in the published package|aborting upload due to dry run)$'
if grep '^warning: ' "$log" | grep -vE "$expected" >&2; then
  printf 'error: cargo warns of the package\n help: The lines above say of what\n' >&2
  exit 1
fi
. scripts/release/version.sh
version=$(version_of Cargo.toml)
# Where a dry run leaves it is cargo's own affair, and differs between its versions.
package=$(find "${CARGO_TARGET_DIR:-target}/package" -name "goenv-ci-$version.crate" -newer "$log.start" -print -quit)
if [ -z "$package" ]; then
  printf 'error: cargo has made no goenv-ci-%s.crate\n help: The lines above say what it made\n' "$version" >&2
  exit 1
fi
bytes=$(wc -c <"$package" | tr -d ' ')
if [ "$bytes" -gt "$largest" ]; then
  printf 'error: %s has %s bytes, more than %s\n help: Look with cargo package --list for what nobody builds with\n' \
    "$package" "$bytes" "$largest" >&2
  exit 1
fi
printf '%s %s bytes\n' "$package" "$bytes"
