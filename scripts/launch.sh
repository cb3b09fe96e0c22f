#!/usr/bin/env bash
# Finds or builds the goenv-ci binary for action.yml and writes its path to GITHUB_OUTPUT.
#
# In this order: the input `binary` (GOENV_CI_BINARY), the tool cache, the release's asset
# checked against scripts/checksums.txt, a build of this checkout. What was built or
# downloaded goes into the tool cache, so that the next job finds it.
#
# usage: launch.sh [--source-sum]     (the second form only prints the sum of the sources)
#
# The cache's key is version and source sum: a moved branch never runs yesterday's binary, and
# a release is only used for the very sources that it was built from.
set -euo pipefail

fail() { # fail CODE WHAT HELP
  local message="$2. $3"
  message=${message//%/%25}
  message=${message//$'\r'/%0D}
  printf '::error title=goenv-ci::%s\n' "${message//$'\n'/%0A}"
  exit "$1"
}
note() { printf 'goenv-ci: %s\n' "$*"; }

# Git Bash without its own programs first would find Windows' `find` and `sort`.
runner_path=$PATH
case ${OSTYPE:-} in msys* | cygwin*) PATH=/usr/bin:$PATH ;; esac

# The form that both Git Bash and Windows programs read: D:/a/_tool.
native() { if command -v cygpath >/dev/null; then cygpath -m "$1"; else printf '%s\n' "$1"; fi; }
unix() { if command -v cygpath >/dev/null; then cygpath -u "$1"; else printf '%s\n' "$1"; fi; }

if command -v sha256sum >/dev/null; then sha256=(sha256sum); else sha256=(shasum -a 256); fi
sum_of() { "${sha256[@]}" <"$1" | cut -d' ' -f1; }

# One sum over every file that the build reads.
source_sum() (
  cd "$root"
  local inputs=() input
  for input in Cargo.toml Cargo.lock .cargo build.rs rust-toolchain.toml askama.toml src matrix; do
    if [ -e "$input" ]; then inputs+=("$input"); fi
  done
  export LC_ALL=C
  # Git Bash marks binary files with `*`; without it the sum is the same everywhere.
  find "${inputs[@]}" -type f -print0 | sort -z | xargs -0 "${sha256[@]}" | sed 's/ \*/  /' |
    "${sha256[@]}" | cut -c1-16
)

deliver() { # deliver FILE SOURCE
  local path version
  path=$(native "$1")
  version=$("$path" --version) || fail 3 "the binary \`$path\` does not start" \
    "It came from: $2. Give a goenv-ci for this system in the input \`binary\`"
  note "$version from $2: $path"
  printf 'path=%s\nsource=%s\n' "$path" "$2" >>"$GITHUB_OUTPUT"
  exit 0
}

# Puts FILE into the tool cache in one move; the marker, with the file's sum, comes last.
store() { # store FILE
  mkdir -p "$cached_dir"
  cp "$1" "$cached.$$"
  chmod +x "$cached.$$"
  mv -f "$cached.$$" "$cached"
  sum_of "$cached" >"$marker.$$"
  mv -f "$marker.$$" "$marker"
}

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
if [ "${1:-}" = --source-sum ]; then
  source_sum
  exit
fi

case ${GOENV_CI_VERIFY:-true} in
  true | false | only | live) ;;
  *) fail 2 "the input \`verify\` is \`$GOENV_CI_VERIFY\`" "Give true, live, false or only" ;;
esac

case $(uname -s) in
  Linux) triple=unknown-linux-musl exe='' ;;
  Darwin) triple=apple-darwin exe='' ;;
  MINGW* | MSYS* | CYGWIN*) triple=pc-windows-msvc exe=.exe ;;
  *) triple=unknown exe='' ;;
esac
case ${RUNNER_ARCH:-$(uname -m)} in
  X64 | x86_64) arch=x64 triple=x86_64-$triple ;;
  ARM64 | arm64 | aarch64) arch=arm64 triple=aarch64-$triple ;;
  *) arch=$(uname -m) triple=$arch-$triple ;;
esac

if [ -n "${GOENV_CI_BINARY:-}" ]; then
  binary=$(unix "$GOENV_CI_BINARY")
  case $binary in /*) ;; *) binary=${GITHUB_WORKSPACE:+$(unix "$GITHUB_WORKSPACE")/}$binary ;; esac
  if [ ! -f "$binary" ] && [ -f "$binary$exe" ]; then binary=$binary$exe; fi
  if [ ! -f "$binary" ]; then
    fail 2 "the input \`binary\` names no file: \`$GOENV_CI_BINARY\`" "Give a path, absolute or from the workspace"
  fi
  deliver "$binary" 'input binary'
fi

version=$(sed -n 's/^version = "\(.*\)"/\1/p' "$root/Cargo.toml" | head -n 1)
source=$(source_sum)
scratch=$(unix "${RUNNER_TEMP:-${TMPDIR:-/tmp}}")
cached_dir=$(unix "${RUNNER_TOOL_CACHE:-$scratch}")/goenv-ci/$version-$source/$arch
cached=$cached_dir/goenv-ci$exe
marker=$cached_dir.complete

if [ -f "$marker" ] && [ -f "$cached" ]; then
  if [ "$(sum_of "$cached")" = "$(cat "$marker")" ]; then deliver "$cached" 'tool cache'; fi
  note "the cached binary is not what was stored, it is replaced: $cached"
fi

# checksums.txt: `source SUM` names the sources of the release, `SUM  ASSET` each of its files.
checksums=$root/scripts/checksums.txt
asset=goenv-ci-$version-$triple$exe
expected=$(sed -n "s/^\([0-9a-f]\{64\}\)  $asset\$/\1/p" "$checksums")
if [ -z "$expected" ]; then
  note "no released binary for version $version on $triple: building it"
elif ! grep -qx "source $source" "$checksums"; then
  note "these are not the sources of release $version: building them"
else
  url=${GOENV_CI_SERVER_URL:-}/${GOENV_CI_ACTION_REPOSITORY:-}/releases/download/v$version/$asset
  download=$scratch/$asset.$$
  if curl --fail --silent --show-error --location --retry 3 --output "$(native "$download")" "$url"; then
    seen=$(sum_of "$download")
    if [ "$seen" != "$expected" ]; then
      rm -f "$download"
      fail 3 "the released binary has the SHA-256 $seen, not $expected: $url" \
        "It was not started. Report this to the action's maintainers"
    fi
    store "$download"
    rm -f "$download"
    deliver "$cached" release
  fi
  note "the released binary could not be downloaded: building it"
fi

if ! command -v cargo >/dev/null; then
  fail 3 "there is no goenv-ci to download and no cargo to build it with" \
    "Install Rust before this step, or give a built goenv-ci in the input \`binary\`"
fi
PATH=$runner_path cargo build --release --locked --manifest-path "$(native "$root")/Cargo.toml" --target-dir "$(native "$root")/target" ||
  fail 3 "goenv-ci could not be built" "The lines above are cargo's"
store "$root/target/release/goenv-ci$exe"
deliver "$cached" build
