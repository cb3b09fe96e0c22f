#!/usr/bin/env bash
# Runs the main job on this machine: plan, apply into real command files, verify on real Go.
#
# usage: scripts/demo.sh     (what it installs and writes lies in .lab/)
#
# A runner's folders are laid out in .lab/demo. `apply` writes to GITHUB_ENV and GITHUB_PATH
# there; `verify` then runs in a shell that got those values the way a runner delivers them.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
root=$PWD
lab=${GOENV_CI_LAB:-.lab}

title() { printf '\n=== %s\n' "$*"; }

# What is there already is not done again, so what is left decides how long it takes.
announce() {
  local left=()
  if [ ! -e "$lab/tool-cache/go/1.23.9" ]; then left+=('downloads Go 1.21, 1.22 and 1.23, some 200 MB'); fi
  if [ ! -x target/release/goenv-ci ]; then left+=('builds goenv-ci: about two minutes on two cores'); fi
  left+=('plans, applies and verifies: half a minute')
  printf 'demo: this takes these steps, and writes to .lab/ and target/ alone:\n'
  printf '  %s\n' "${left[@]}"
}

announce
title 'Go 1.21, 1.22 and 1.23, as a runner has them'
bash scripts/lab.sh go
title 'cargo build --release'
cargo build --release --locked
target=$(cargo metadata --format-version 1 --no-deps --locked |
  sed 's/.*"target_directory":"\([^"]*\)".*/\1/')
goenv_ci=$target/release/goenv-ci

title 'goenv-ci plan --runner windows-2022: the plan for another machine'
GITHUB_REPOSITORY=org/app "$goenv_ci" plan --runner windows-2022

# The folders of a runner that has checked out org/app.
demo=$root/.lab/demo
# Go makes its module cache read-only.
if [ -d "$demo" ]; then chmod -R u+w "$demo" && rm -rf "$demo"; fi
mkdir -p "$demo"/{temp,work/app/app}
touch "$demo"/{env,path,output,summary}.txt
export GITHUB_REPOSITORY=org/app GITHUB_WORKSPACE=$demo/work/app/app
export RUNNER_TEMP=$demo/temp RUNNER_WORKSPACE=$demo/work/app RUNNER_TOOL_CACHE=$root/.lab/tool-cache
export GITHUB_ENV=$demo/env.txt GITHUB_PATH=$demo/path.txt
export GITHUB_OUTPUT=$demo/output.txt GITHUB_STEP_SUMMARY=$demo/summary.txt
# What this shell has set is not what a runner would have set.
unset GOCACHE GOPATH GOBIN GOROOT GOFLAGS GOENV GO111MODULE

title 'goenv-ci apply: writes the command files of a runner'
cd "$GITHUB_WORKSPACE"
"$goenv_ci" apply
for file in GITHUB_ENV GITHUB_PATH; do
  title "$file"
  cat "${!file}"
done

# The next step's environment: each variable, then each PATH line in front of the one before.
while IFS= read -r line; do export "${line?}"; done <"$GITHUB_ENV"
while IFS= read -r line; do PATH=$line:$PATH; done <"$GITHUB_PATH"
export PATH

title 'goenv-ci verify: Go 1.21, 1.22 and 1.23 show where their files go'
code=0
"$goenv_ci" verify --report "$demo/report" || code=$?
title "The report: $demo/report/index.html"
exit "$code"
