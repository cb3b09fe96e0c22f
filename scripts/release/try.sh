#!/usr/bin/env bash
# Takes the published binary as a job of a caller does, and says so when something else was started.
#
# usage: try.sh     (in a checkout of the tag, on a runner: GITHUB_SERVER_URL, GITHUB_REPOSITORY, RUNNER_TEMP)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. scripts/release/repository.sh

scratch=$(mktemp -d "${RUNNER_TEMP:-/tmp}/try.XXXXXXXXXX")
trap 'rm -rf -- "$scratch"' EXIT
# A cache of its own: only a download counts.
RUNNER_TOOL_CACHE=$scratch/tools GITHUB_OUTPUT=$scratch/output GOENV_CI_SERVER_URL=${GITHUB_SERVER_URL:?} \
  GOENV_CI_ACTION_REPOSITORY=${GITHUB_REPOSITORY:?} "$BASH" -p scripts/launch.sh
if ! grep -qx 'source=release' "$scratch/output"; then
  fail "the launcher does not take the published binary" "Look at the lines above; callers build it meanwhile"
fi
