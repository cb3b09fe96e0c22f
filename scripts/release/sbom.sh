#!/usr/bin/env bash
# Writes the bill of materials of a release, in CycloneDX: every crate of Cargo.lock that one of the systems gets.
#
# usage: sbom.sh OUT     (`scripts/lab.sh release` installs cargo-cyclonedx)
set -euo pipefail
out=$(mkdir -p "$1" && cd "$1" && pwd)
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. scripts/release/repository.sh

lab=$(cd "${GOENV_CI_LAB:-.lab}" && pwd)
name=goenv-ci-$(version_of Cargo.toml).cdx
scratch=$(mktemp -d)
trap 'rm -rf -- "$scratch"' EXIT

# It writes beside Cargo.toml, and puts that directory's name into the file: so it sees a copy, at a fixed name.
mkdir "$scratch/src" "$scratch/benches"
cp -R Cargo.toml Cargo.lock src benches "$scratch"
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct) "$lab/bin/cargo-cyclonedx" cyclonedx --quiet --format json --spec-version 1.5 \
  --target all --manifest-path "$scratch/Cargo.toml" --override-filename "$name"
sed "s|$scratch|/goenv-ci|g" "$scratch/$name.json" >"$out/$name.json"
