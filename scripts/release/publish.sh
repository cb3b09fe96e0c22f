#!/usr/bin/env bash
# Publishes the release whose sums a commit of main holds: tags exactly that commit, publishes the draft, moves the major tag.
#
# usage: publish.sh     (in a checkout of that commit, with the history; gh with GH_TOKEN)
#
# Nothing is tagged before all of it holds. After a failure a second start goes on where the first ended.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. scripts/release/repository.sh

commit=$(git rev-parse HEAD)
version=$(version_of Cargo.toml)
tag=v$version
major=v${version%%.*}
scratch=$(mktemp -d)
trap 'rm -rf -- "$scratch"' EXIT
anew='Start the Release workflow on main, it builds and proposes anew'

listed() { grep -v -e '^#' -e '^source ' scripts/checksums.txt || :; }

# Whether the commit holds the sums of its own sources, for this version.
check_sources() {
  local recorded actual
  recorded=$(sed -n 's/^source //p' scripts/checksums.txt)
  actual=$(bash -p scripts/launch.sh --source-sum)
  if [ "$recorded" != "$actual" ]; then
    fail "main has other sources ($actual) than $tag was built from ($recorded)" "$anew"
  fi
  if ! grep -qF "  goenv-ci-$version-" scripts/checksums.txt; then
    fail "scripts/checksums.txt has no asset of $version" "$anew"
  fi
}

check_tag() {
  local tagged
  tagged=$(commit_at "refs/tags/$tag")
  if [ -n "$tagged" ] && [ "$tagged" != "$commit" ]; then
    fail "$tag is the tag of another commit, $tagged" "A release is never moved: raise the version in Cargo.toml, and $anew"
  fi
}

# Sets `is_draft`; every asset is looked at, whether the release is a draft still or published already.
check_assets() {
  local found
  found=$(releases_of "$tag")
  case $found in
    true | false) is_draft=$found ;;
    '') fail "there is no draft of $tag" "$anew" ;;
    *) fail "there is more than one release of $tag" "Delete them, and $anew" ;;
  esac
  gh release download "$tag" --dir "$scratch/assets"
  if ! cmp -s scripts/checksums.txt "$scratch/assets/checksums.txt"; then
    fail "the draft of $tag has another checksums.txt than this commit" "$anew"
  fi
  rm -- "$scratch/assets/checksums.txt"
  (cd "$scratch/assets" && LC_ALL=C && for asset in *; do sha256 "$asset"; done) >"$scratch/found"
  if ! listed | diff - "$scratch/found" >"$scratch/differences"; then
    fail "the assets of $tag are not those of this commit: $(sed -n 's/^[<>] //p' "$scratch/differences" | tr '\n' ' ')" "$anew"
  fi
}

tag_commit() {
  if [ -z "$(commit_at "refs/tags/$tag")" ]; then push "$commit:refs/tags/$tag"; fi
}

publish_draft() {
  local latest=true prerelease=false
  if ! is_newest; then latest=false; fi
  case $version in *-*) prerelease=true latest=false ;; esac
  gh release edit "$tag" --draft=false --tag "$tag" --verify-tag --prerelease="$prerelease" --latest="$latest"
}

# Whether the major tag is absent, or at this version or an older one.
is_newest() {
  local there
  there=$(commit_at "refs/tags/$major")
  if [ -z "$there" ]; then return; fi
  git fetch --quiet origin "refs/tags/$major"
  git show "$there:Cargo.toml" >"$scratch/there.toml"
  [ "$(printf '%s\n' "$(version_of "$scratch/there.toml")" "$version" | sort -V | tail -n 1)" = "$version" ]
}

move_major() {
  local there
  case $version in *-*) say "$major stays: $version comes before a release" && return ;; esac
  if ! is_newest; then say "$major stays: it is at a newer release" && return; fi
  there=$(commit_at "refs/tags/$major")
  if [ "$there" = "$commit" ]; then return; fi
  push "$commit:refs/tags/$major" --force-with-lease="refs/tags/$major:$there"
}

if [ -z "$(listed)" ]; then
  say 'scripts/checksums.txt names no asset: there is nothing to publish'
  exit
fi
git fetch --quiet origin main
if ! git merge-base --is-ancestor "$commit" FETCH_HEAD; then fail "$commit is not on main" "Only what was merged is published"; fi
check_sources
check_tag
check_assets
tag_commit
if [ "$is_draft" = true ]; then publish_draft; fi
move_major
output tag "$tag"
say "$tag is published at $commit, and $major is at $(commit_at "refs/tags/$major")"
