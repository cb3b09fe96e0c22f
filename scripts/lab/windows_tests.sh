#!/usr/bin/env bash
# Runs tests as Windows programs, and once more what failed for Wine's sake.
#
# usage: windows_tests.sh LAB PREFIX ARGUMENTS...     (PREFIX is 1 or 2: which of the lab's two; ARGUMENTS are those of cargo test)
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
lab=$1
prefix=$2
shift 2
log=$lab/windows$prefix.log

windows_tests() {
  printf '\n==> cargo test %s\n' "$*" >&2
  GOENV_CI_WINE=$prefix bash scripts/lab/windows_cargo.sh "$lab" test --no-fail-fast "$@" 2>&1 | tee "$log"
}

# Prints a line for each target that failed in a log of `cargo test --no-fail-fast`: `--test
# integration`, a tab, and the names of its failed tests, none where it ended before it could say them.
failed_tests() {
  awk '
    { sub(/\r$/, "") }
    /^failures:$/ { listing = 1; names = ""; next }
    listing && /^    [^ ]+$/ { names = names " " $1; next }
    /^test result: FAILED/ { failed = names }
    { listing = 0 }
    /^ +Running / { failed = "" }
    /^error: test failed, to rerun pass `/ { split($0, part, "`"); print part[2] "\t" substr(failed, 2) }
  ' "$1"
}

# Wine 8 slips now and then: a program does not start, a library of its own is not found. What is
# wrong with goenv-ci is wrong each time. So what failed runs again, twice at most and nothing else.
run_again() { # run_again TARGET NAMES
  local -a target names
  local attempt passed
  read -ra target <<<"$1"
  read -ra names <<<"$2"
  for attempt in 2 3; do
    echo "lab: windows: attempt $attempt of $1: ${names[*]:-all of it}, for Wine slips now and then (docs/windows.md)" >&2
    if [ "${#names[@]}" = 0 ]; then
      windows_tests "${target[@]}" && return
    elif windows_tests "${target[@]}" -- --exact "${names[@]}"; then
      # A name that is no test's runs nothing, and nothing fails then.
      passed=$(sed -n 's/^test result: ok\. \([0-9]*\) passed;.*/\1/p' "$log" | tr -d '\r')
      [ "$passed" = "${#names[@]}" ] && return
      echo "lab: windows: ${passed:-none} of ${#names[@]} tests ran again" >&2
      return 1
    fi
    # The next attempt is for what fails still.
    IFS=$'\t' read -r _ still < <(failed_tests "$log") || return 1
    read -ra names <<<"$still"
  done
  return 1
}

if windows_tests "$@"; then exit; fi
mapfile -t failed < <(failed_tests "$log")
# What does not compile has failed no test.
[ "${#failed[@]}" -gt 0 ] || exit 1
for target in "${failed[@]}"; do run_again "${target%%$'\t'*}" "${target#*$'\t'}" || exit 1; done
