#!/usr/bin/env bash
# Refuses a release that could not come to its end, before anything is built for it.
#
# usage: check.sh     (in a checkout of main; GITHUB_REPOSITORY is OWNER/NAME)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. scripts/release/repository.sh

version=$(version_of Cargo.toml)
repository=${GITHUB_REPOSITORY:?is OWNER/NAME of the repository}
address=${GITHUB_SERVER_URL:-https://github.com}/$repository

if ! [[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?$ ]]; then
  fail "the version in Cargo.toml is \`$version\`" "Give it three numbers"
fi
if [ "$(commit_at refs/heads/main)" != "$(git rev-parse HEAD)" ]; then
  fail "this is not the newest commit of main" "Start the workflow on main, anew where main has moved on"
fi
tagged=$(commit_at "refs/tags/v$version")
if [ -n "$tagged" ]; then
  fail "v$version is a tag already, at $tagged" "Raise the version in Cargo.toml"
fi
# What a squashed or an interrupted release left is replaced, what people see already is not.
case $'\n'$(releases_of "v$version")$'\n' in
  *$'\n'false$'\n'*) fail "v$version is published already" "Raise the version in Cargo.toml" ;;
esac
# Read to the end each time: `grep -q` would leave, and pipefail call that a failure.
news=$(bash scripts/release/changelog.sh show Unreleased)
if ! grep -q '^- ' <<<"$news"; then
  fail "CHANGELOG.md has nothing under Unreleased" "Say there what is new for users"
fi
if [ -n "$(bash scripts/release/changelog.sh show "$version")" ]; then
  fail "CHANGELOG.md has a section $version already" "Raise the version in Cargo.toml"
fi
if ! cargo update --quiet --workspace --locked --offline; then
  fail "Cargo.lock does not follow Cargo.toml" "Run \`cargo update --workspace\` and commit it"
fi
if ! grep -qxF "repository = \"$address\"" Cargo.toml; then
  fail "Cargo.toml does not name this repository, $address" "Run \`scripts/owner.sh $repository\`: launcher and manifests would look for the binaries elsewhere"
fi
if ! grep -qF "uses: $repository@v${version%%.*}" README.md; then
  fail "README.md does not say \`uses: $repository@v${version%%.*}\`" "Run \`scripts/owner.sh $repository\`, and name the major version there"
fi
output version "$version"
say "v$version can be built and proposed"
