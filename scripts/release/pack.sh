#!/usr/bin/env bash
# Puts a built program under the names of a release: raw, and in an archive with what belongs to it.
#
# usage: [BY=FILE] pack.sh TARGET PROGRAM OUT     (BY is a goenv-ci that runs here, where PROGRAM does not)
#
# The same commit and the same program make the same bytes: entries are sorted, have no owner and the commit's time.
set -euo pipefail
absolute() { printf '%s/%s\n' "$(cd "$(dirname "$1")" && pwd)" "$(basename "$1")"; }
target=$1
program=$(absolute "$2")
out=$(mkdir -p "$3" && cd "$3" && pwd)
by=$(absolute "${BY:-$2}") # Writes completions and manual.
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. scripts/release/repository.sh

find_python
version=$(version_of Cargo.toml)
binary=$(binary_of "$version" "$target")
archive=$(archive_of "$version" "$target")
scratch=$(mktemp -d)
trap 'rm -rf -- "$scratch"' EXIT

content=$scratch/goenv-ci-$version-$target
mkdir -p "$content/completions" "$content/man/man1"
case $binary in *.exe) inside=goenv-ci.exe ;; *) inside=goenv-ci ;; esac
cp -- "$program" "$content/$inside"
cp LICENSE README.md CHANGELOG.md "$content/"
while read -r shell file; do
  "$by" completions "$shell" >"$content/completions/$file"
done <<'SHELLS'
bash goenv-ci.bash
zsh _goenv-ci
fish goenv-ci.fish
powershell goenv-ci.ps1
elvish goenv-ci.elv
nushell goenv-ci.nu
SHELLS
"$by" man "$content/man/man1" >/dev/null

"$python" scripts/release/archive.py "$content" "$out/$archive" "$(git log -1 --format=%ct)"
cp -- "$program" "$out/$binary"
chmod 755 "$out/$binary"
