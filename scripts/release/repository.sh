# shellcheck shell=bash
# What the release's scripts ask the repository: version, names of the assets, branches and tags of `origin`.
#
# Sourced, with the working directory in the checkout that it is about.

# The systems that a release has binaries for; without one of them there is none.
# shellcheck disable=SC2034 # For those who source this.
targets=(
  aarch64-apple-darwin
  aarch64-pc-windows-msvc
  aarch64-unknown-linux-musl
  x86_64-apple-darwin
  x86_64-pc-windows-msvc
  x86_64-unknown-linux-musl
)

fail() { # fail WHAT HELP
  if [ -n "${GITHUB_ACTIONS:-}" ]; then printf '::error title=Release::%s. %s\n' "$1" "$2"; fi
  printf '%s: %s. %s\n' "${0##*/}" "$1" "$2" >&2
  exit 1
}
say() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }

output() { if [ -n "${GITHUB_OUTPUT:-}" ]; then printf '%s=%s\n' "$1" "$2" >>"$GITHUB_OUTPUT"; fi; } # output NAME VALUE

. scripts/release/version.sh

binary_of() { # binary_of VERSION TARGET
  case $2 in *-windows-*) printf 'goenv-ci-%s-%s.exe\n' "$1" "$2" ;; *) printf 'goenv-ci-%s-%s\n' "$1" "$2" ;; esac
}
archive_of() { # archive_of VERSION TARGET
  case $2 in *-windows-*) printf 'goenv-ci-%s-%s.zip\n' "$1" "$2" ;; *) printf 'goenv-ci-%s-%s.tar.gz\n' "$1" "$2" ;; esac
}

assets_of() { # assets_of VERSION
  local target cpu
  for target in "${targets[@]}"; do binary_of "$1" "$target" && archive_of "$1" "$target"; done
  for cpu in amd64 arm64; do printf 'goenv-ci_%s-1_%s.deb\n' "${1/-/.}" "$cpu"; done
  printf 'goenv-ci-%s.cdx.json\n' "$1"
}

# The commit that `origin` has for a branch or a tag, peeled where the tag is an object; nothing where there is none.
commit_at() { # commit_at REF
  local listed
  listed=$(git ls-remote origin "$1" "$1^{}") || return
  printf '%s\n' "$listed" | tail -n 1 | cut -f1
}

# The checkout keeps no credentials; gh knows the token of the one step that pushes.
push() { # push REFSPEC [OPTION...]
  git -c credential.helper= -c credential.helper='!gh auth git-credential' push --quiet "${@:2}" origin "$1"
}

# `true` for a draft of TAG, `false` for one that is published, a line for each.
releases_of() { # releases_of TAG
  local listed
  # shellcheck disable=SC2016 # gh's expression, not the shell's.
  listed=$(gh release list --limit 1000 --json tagName,isDraft --jq '.[] | "\(.tagName) \(.isDraft)"') || return
  printf '%s\n' "$listed" | sed -n "s/^$1 //p"
}

sha256() { if command -v sha256sum >/dev/null; then sha256sum -- "$@"; else shasum -a 256 -- "$@"; fi; }

# On Windows `python3` may be a shop window.
find_python() {
  for python in python3 python ''; do
    if "$python" -c '' 2>/dev/null; then return; fi
  done
  fail 'there is no Python 3' 'Install it: it reads and writes the archives'
}
