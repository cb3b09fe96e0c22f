#!/usr/bin/env bash
# Starts what was built for the system that this runs on, and looks into its archive.
#
# usage: smoke.sh TARGET ASSETS
set -euo pipefail
assets=$(cd "$2" && pwd)
target=$1
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. scripts/release/repository.sh

version=$(version_of Cargo.toml)
binary=$(binary_of "$version" "$target")
archive=$(archive_of "$version" "$target")
scratch=$(mktemp -d)
trap 'rm -rf -- "$scratch"' EXIT

case $archive in
  *.zip) find_python && "$python" -m zipfile -e "$assets/$archive" "$scratch" ;;
  *) tar -xzf "$assets/$archive" -C "$scratch" ;;
esac
content=$scratch/goenv-ci-$version-$target
case $binary in *.exe) program=$content/goenv-ci.exe ;; *) program=$content/goenv-ci ;; esac

said=$("$program" --version)
if [ "$said" != "goenv-ci $version" ]; then fail "$archive holds a program that says \`$said\`" "Look at the build"; fi
cmp -- "$program" "$assets/$binary"
for file in LICENSE README.md CHANGELOG.md completions/goenv-ci.bash man/man1/goenv-ci.1 man/man1/goenv-ci-verify.1; do
  if [ ! -s "$content/$file" ]; then fail "$archive has no $file" "Look at scripts/release/pack.sh"; fi
done
"$program" plan >/dev/null
say "$archive: $said plans on this system"
