#!/usr/bin/env bash
# Makes the Debian package of a built goenv-ci: the program, its manual, completions, copyright and changelog.
#
# usage: scripts/packaging/deb.sh TARGET OUT [PROGRAM [BY]]
#   TARGET   the Rust target of the program, for example x86_64-unknown-linux-musl
#   OUT      the directory for goenv-ci_VERSION-1_ARCHITECTURE.deb
#   PROGRAM  the built program; target/TARGET/dist/goenv-ci without it
#   BY       a goenv-ci that runs here and writes manual and completions; PROGRAM without it
#
# What is in it is said by `[package.metadata.deb]` of Cargo.toml. It needs cargo-deb (scripts/lab.sh packaging) and, for a
# program with shared libraries, Debian's dpkg-dev. The same program makes the same bytes: its times are SOURCE_DATE_EPOCH,
# without it the commit's.
set -euo pipefail

fail() { # fail CODE WHAT HELP
  printf 'error: %s\n help: %s\n' "$2" "$3" >&2
  exit "$1"
}
absolute() { printf '%s/%s' "$(cd "$(dirname "$1")" && pwd)" "$(basename "$1")"; }

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
if [ $# -lt 2 ] || [ $# -gt 4 ]; then fail 2 "TARGET and OUT are wanted" "usage: scripts/packaging/deb.sh TARGET OUT [PROGRAM [BY]]"; fi
target=$1
case $target in
  *-linux-*) ;;
  *) fail 2 "\`$target\` is no target of Linux" 'Give one that Debian runs, for example x86_64-unknown-linux-musl' ;;
esac
program=${3:-${CARGO_TARGET_DIR:-$root/target}/$target/dist/goenv-ci}
if [ ! -x "$program" ]; then fail 2 "there is no program: $program" "Build it first: cargo build --profile dist --target $target"; fi
program=$(absolute "$program")
by=$(absolute "${4:-$program}")
mkdir -p "$2"
out=$(cd "$2" && pwd)

lab=${GOENV_CI_LAB:-$root/.lab}
if [ -x "$lab/bin/cargo-deb" ]; then
  cargo_deb=$lab/bin/cargo-deb
elif ! cargo_deb=$(command -v cargo-deb); then
  fail 3 'there is no cargo-deb' 'Run scripts/lab.sh packaging, which installs it'
fi

epoch=${SOURCE_DATE_EPOCH:-$(git -C "$root" log -1 --format=%ct)}
# shellcheck source=scripts/release/version.sh
. "$root/scripts/release/version.sh"
version=$(version_of "$root/Cargo.toml")
maintainer=$(sed -n 's/^maintainer = "\(.*\)"/\1/p' "$root/Cargo.toml")
revision=$(sed -n 's/^revision = "\(.*\)"/\1/p' "$root/Cargo.toml")

# A package of its own, so that nothing is left in the project and two of these can run at once.
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
for input in src benches; do ln -s "$root/$input" "$work/$input"; done
for input in Cargo.toml Cargo.lock README.md LICENSE CHANGELOG.md; do cp "$root/$input" "$work/$input"; done
mkdir -p "$work/target/$target/release" "$work/packaged/man" "$work/packaged/completions"
cp "$program" "$work/target/$target/release/goenv-ci"
"$by" man "$work/packaged/man" >/dev/null
"$by" completions bash >"$work/packaged/completions/goenv-ci"
"$by" completions zsh >"$work/packaged/completions/_goenv-ci"
"$by" completions fish >"$work/packaged/completions/goenv-ci.fish"
cat >"$work/packaged/changelog" <<CHANGELOG
goenv-ci (${version/-/\~}-$revision) unstable; urgency=medium

  * Version $version: what is new in it is in changelog.gz beside this file.

 -- $maintainer  $(LC_ALL=C date -u -d "@$epoch" '+%a, %d %b %Y %H:%M:%S +0000')
CHANGELOG
find "$work" -type f -exec touch -d "@$epoch" {} +

cd "$work"
env -u CARGO_BUILD_TARGET -u CARGO_ENCODED_RUSTFLAGS -u RUSTFLAGS CARGO_TARGET_DIR="$work/target" SOURCE_DATE_EPOCH="$epoch" \
  "$cargo_deb" deb --quiet --no-build --no-strip --locked --offline --target "$target" --output "$out"
