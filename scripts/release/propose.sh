#!/usr/bin/env bash
# Proposes a release: the assets in a draft, and a pull request with their sums, whose merge publishes them.
#
# usage: propose.sh ASSETS     (in a checkout of the commit that the assets were built from; gh with GH_TOKEN)
#
# A second start replaces the draft and the branch of the first. What fails takes back what it made.
set -euo pipefail
assets=$(cd "$1" && pwd)
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. scripts/release/repository.sh

built=$(git rev-parse HEAD)
version=$(version_of Cargo.toml)
tag=v$version
branch=release/$tag
scratch=$(mktemp -d)
proposed=''

delete_drafts() {
  local is_draft
  for is_draft in $(releases_of "$tag"); do
    if [ "$is_draft" = false ]; then fail "$tag is published already" "Raise the version in Cargo.toml"; fi
    gh release delete "$tag" --yes
  done
}

delete_branch() {
  if [ -n "$(commit_at "refs/heads/$branch")" ]; then push ":refs/heads/$branch"; fi
}

# Half a proposal would be merged by somebody.
# shellcheck disable=SC2329 # The trap calls it.
finish() {
  local code=$?
  trap - EXIT INT TERM
  git worktree remove --force "$scratch/release" 2>/dev/null || :
  rm -rf -- "$scratch"
  if [ -z "$proposed" ]; then
    say "taking back the draft and the branch of $tag"
    delete_branch || say "$branch is still there: delete it"
    delete_drafts || say "the draft of $tag is still there: delete it"
  fi
  exit "$code"
}

# In a worktree of its own: nothing that the builds left here gets into the commit.
commit_release() {
  git worktree add --quiet --detach "$scratch/release" "$built"
  (
    cd "$scratch/release"
    bash scripts/release/sums.sh "$assets"
    python3 scripts/packaging/generate.py >"$scratch/generated"
    bash scripts/release/changelog.sh date "$version" "$(date -u +%F)"
    # With the first sums it is released: a test holds that README says so until then, and no longer.
    sed -i.before -e '/^<!-- until the first release -->$/,/^<!-- end -->$/d' README.md && rm -- README.md.before
    bash scripts/release/changelog.sh show "$version" >"$scratch/notes.md"
    git add --all
    git -c user.name='github-actions[bot]' -c user.email='41898282+github-actions[bot]@users.noreply.github.com' \
      commit --quiet -m "Release $tag: the sums of its binaries"
  )
  cp "$scratch/release/scripts/checksums.txt" "$scratch/checksums.txt"
}

describe() {
  cat >"$scratch/pull-request.md" <<TEXT
The binaries of $tag lie in a draft, built from $built. This commits their sums.

Merging it publishes: the workflow compares the draft with the sums, tags the merged commit $tag, publishes the draft, and
moves v${version%%.*}. If src, matrix, benches or Cargo.* change on main before, it refuses; start the Release workflow anew
then, which replaces this. Do not edit the draft.

A pull request of GITHUB_TOKEN starts no checks: close and open it again to run them (docs/release.md).
TEXT
}

trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
tagged=$(commit_at "refs/tags/$tag")
if [ -n "$tagged" ]; then
  proposed=nothing
  fail "$tag is a tag already, at $tagged" "Raise the version in Cargo.toml"
fi
delete_branch
delete_drafts
commit_release
describe
gh release create "$tag" --draft --target "$built" --title "$tag" --notes-file "$scratch/notes.md" \
  "$assets"/* "$scratch/checksums.txt"
push "$(git -C "$scratch/release" rev-parse HEAD):refs/heads/$branch"
# With its branch the pull request of an earlier start was closed.
gh pr create --base main --head "$branch" --title "Release $tag" --body-file "$scratch/pull-request.md"
proposed=true
say "$tag is proposed: merging the pull request publishes it"
