#!/usr/bin/env bash
# Writes scripts/checksums.txt: the sum of the sources and of every asset of the release.
#
# usage: sums.sh ASSETS
set -euo pipefail
assets=$(cd "$1" && pwd)
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. scripts/release/repository.sh

version=$(version_of Cargo.toml)
# Every system gets its binary, or nothing is released.
expected=$(assets_of "$version" | LC_ALL=C sort)
found=$(cd "$assets" && find . -maxdepth 1 -type f -size +0 | sed 's|^./||' | LC_ALL=C sort)
if [ "$expected" != "$found" ]; then
  fail "these are not the assets of a release: $(diff <(echo "$expected") <(echo "$found") | sed -n 's/^</missing/p; s/^>/unknown/p' | tr '\n' ' ')" \
    "Look at the job that builds them"
fi
source=$(bash -p scripts/launch.sh --source-sum)
# Git Bash marks binary files with `*`.
sums=$(cd "$assets" && while IFS= read -r asset; do sha256 "$asset"; done <<<"$expected" | sed 's/ \*/  /')
{
  grep '^#' scripts/checksums.txt
  printf 'source %s\n%s\n' "$source" "$sums"
} >scripts/checksums.txt.new
mv -- scripts/checksums.txt.new scripts/checksums.txt
