#!/usr/bin/env bash
# Makes the Debian packages of a release from its binaries for Linux.
#
# usage: debian.sh ASSETS     (on x86-64; `scripts/lab.sh packaging` installs cargo-deb)
set -euo pipefail
assets=$(cd "$1" && pwd)
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. scripts/release/repository.sh

version=$(version_of Cargo.toml)
by=$assets/$(binary_of "$version" x86_64-unknown-linux-musl)
chmod +x "$assets"/goenv-ci-*-linux-musl # An artifact forgets it.
for target in "${targets[@]}"; do
  case $target in
    *-linux-*) bash scripts/packaging/deb.sh "$target" "$assets" "$assets/$(binary_of "$version" "$target")" "$by" ;;
  esac
done
# A release page gives `~`, which is in the version of a prerelease, another letter.
for package in "$assets"/*~*.deb; do
  if [ -e "$package" ]; then mv -- "$package" "${package//\~/.}"; fi
done
