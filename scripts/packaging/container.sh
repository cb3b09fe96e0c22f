#!/usr/bin/env bash
# Makes the container image of a static goenv-ci: that program, certificates and nothing else, for a user who is not root.
#
# usage: scripts/packaging/container.sh PROGRAM OUT
#   PROGRAM  a goenv-ci without shared libraries: goenv-ci-VERSION-x86_64-unknown-linux-musl of a release
#   OUT      the file to write, which `docker load` and `podman load` read
#
# It builds with Docker, Buildah or Podman, whichever is there first, or with what GOENV_CI_BUILDER names. The image is
# called goenv-ci:VERSION.
set -euo pipefail

fail() { # fail CODE WHAT HELP
  printf 'error: %s\n help: %s\n' "$2" "$3" >&2
  exit "$1"
}

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$here/../..
if [ $# != 2 ]; then fail 2 'PROGRAM and OUT are wanted' 'usage: scripts/packaging/container.sh PROGRAM OUT'; fi
program=$1
if [ ! -f "$program" ]; then fail 2 "there is no program: $program" 'Give the static goenv-ci of a release'; fi
out=$(mkdir -p "$(dirname "$2")" && cd "$(dirname "$2")" && pwd)/$(basename "$2")

# What the program is for, by its own head.
if ! head=$(LC_ALL=C readelf -hlW "$program" 2>/dev/null); then fail 2 "this is no program of Linux: $program" 'Give the static goenv-ci of a release'; fi
case $head in
  *INTERP*) fail 2 "this program needs shared libraries, and the image has none: $program" 'Give the one for unknown-linux-musl' ;;
  *'Machine:'*X86-64*) architecture=amd64 ;;
  *'Machine:'*AArch64*) architecture=arm64 ;;
  *) fail 2 "this program is for another machine than x86-64 and ARM64: $program" 'Give the static goenv-ci of a release' ;;
esac

certificates=
for file in /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt /etc/ssl/cert.pem; do
  if [ -s "$file" ]; then
    certificates=$file
    break
  fi
done
if [ -z "$certificates" ]; then fail 3 'there are no certificates for the image' 'Install ca-certificates'; fi

builder() {
  local candidate
  for candidate in docker buildah podman; do
    # A client of Docker without its daemon builds nothing.
    if command -v "$candidate" >/dev/null && { [ "$candidate" != docker ] || docker info >/dev/null 2>&1; }; then
      printf '%s' "$candidate"
      return
    fi
  done
  return 1
}
if ! builder=${GOENV_CI_BUILDER:-$(builder)}; then
  fail 3 'there is no builder of images that works' 'Install buildah, or start the daemon of Docker'
fi

work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
mkdir -p "$work/context/root/usr/bin" "$work/context/root/etc/ssl/certs" "$work/context/root/tmp"
install -m 755 "$program" "$work/context/root/usr/bin/goenv-ci"
install -m 644 "$certificates" "$work/context/root/etc/ssl/certs/ca-certificates.crt"
chmod 755 "$work/context/root" "$work/context/root"/*
chmod 1777 "$work/context/root/tmp"

setting() { sed -n "s/^$1 = \"\(.*\)\"/\1/p" "$root/Cargo.toml" | head -n 1; }
version=$(setting version)
epoch=${SOURCE_DATE_EPOCH:-$(git -C "$root" log -1 --format=%ct)}
arguments=(--file "$here/Dockerfile" --tag "goenv-ci:$version"
  --build-arg "VERSION=$version" --build-arg "REVISION=$(git -C "$root" rev-parse HEAD 2>/dev/null || printf unknown)"
  --build-arg "DESCRIPTION=$(setting description)" --build-arg "LICENSE=$(setting license)"
  --build-arg "SOURCE=$(setting repository)" --build-arg "DOCUMENTATION=$(setting documentation)")
rm -f -- "$out"
case $builder in
  docker)
    docker build --platform "linux/$architecture" --build-arg "SOURCE_DATE_EPOCH=$epoch" "${arguments[@]}" "$work/context" >&2
    docker save --output "$out" "goenv-ci:$version"
    ;;
  buildah | podman)
    # In stores of its own: nothing stays, and a root or a user has the same.
    store=(--root "$work/store" --runroot "$work/run" --storage-driver vfs)
    "$builder" "${store[@]}" build --isolation chroot --format docker --arch "$architecture" --timestamp "$epoch" \
      "${arguments[@]}" "$work/context" >&2
    "$builder" "${store[@]}" push --quiet "goenv-ci:$version" "docker-archive:$out:goenv-ci:$version" >&2
    ;;
  *) fail 2 "\`$builder\` is no builder that this knows" 'Give docker, buildah or podman in GOENV_CI_BUILDER' ;;
esac
printf '%s\n' "$out"
