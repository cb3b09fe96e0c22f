#!/usr/bin/env bash
# Runs everything that a change must pass, after installing what it needs into .lab/.
#
# usage: scripts/test.sh [lint|test]     (both without an argument, the tests last)
#   lint  rustfmt, clippy, cargo-deny, zizmor, actionlint, shellcheck
#   test  every test, among them the probes on real Go 1.21, 1.22 and 1.23 and the action under act
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# What the runner or a developer has set must not decide the result; Git hooks export these.
unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE

lint() {
  bash scripts/lab.sh lint
  step cargo fmt --check
  step cargo clippy --locked --all-targets -- -D warnings
  step .lab/bin/cargo-deny --locked check licenses bans sources
  step .lab/bin/zizmor --offline --persona pedantic --no-progress .
  step .lab/bin/actionlint -shellcheck .lab/bin/shellcheck
  step .lab/bin/shellcheck scripts/*.sh .ci/run
}

run_tests() {
  # act runs the action in host mode, which only Linux has here.
  if [ "$(uname -s)" = Linux ]; then bash scripts/lab.sh go act; else bash scripts/lab.sh go; fi
  # The examples in the docs first: the closing lines are those of the integration tests.
  step cargo test --locked --doc
  step cargo test --locked --lib --bins --tests
}

step() {
  printf '\n==> %s\n' "$*" >&2
  "$@"
}

case ${1:-all} in
  lint) lint ;;
  test) run_tests ;;
  all)
    lint
    run_tests
    ;;
  *)
    echo "test.sh: unknown part \`$1\`: give lint or test" >&2
    exit 2
    ;;
esac
