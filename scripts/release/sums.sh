#!/usr/bin/env bash
# Writes scripts/checksums.txt: the sum of the sources and of every asset of the release.
#
# usage: sums.sh ASSETS
set -euo pipefail
assets=$(cd "$1" && pwd)
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. scripts/release/repository.sh

version=$(version_of Cargo.toml)
for target in "${targets[@]}"; do
  for asset in "$(binary_of "$version" "$target")" "$(archive_of "$version" "$target")"; do
    if [ ! -s "$assets/$asset" ]; then fail "the release has no $asset" "Every system gets its binary, or nothing is released"; fi
  done
done
source=$(bash -p scripts/launch.sh --source-sum)
sums=$(
  cd "$assets"
  export LC_ALL=C
  # Git Bash marks binary files with `*`.
  for asset in *; do if [ "$asset" != checksums.txt ]; then sha256 "$asset"; fi; done | sed 's/ \*/  /'
)
{
  grep '^#' scripts/checksums.txt
  printf 'source %s\n%s\n' "$source" "$sums"
} >scripts/checksums.txt.new
mv -- scripts/checksums.txt.new scripts/checksums.txt
