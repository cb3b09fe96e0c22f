#!/usr/bin/env bash
# How much `verify` detects: runs it against every mutant of Go, and writes docs/detection.md.
#
# usage: scripts/detection.sh [--quick | --again PARTS] [PART]     (PART of an id, as gobin/ or install-of-files)
#   without PART  all mutants; writes the page and fails where one is not caught or another variable is blamed
#   PART          only these, and writes nothing
#   --quick       only the probes of the mutant's own variable: says whether it is caught, not whom else it blames
#   --again PARTS after a change to goenv-ci: judges only these anew (a,b,...), takes the last outcome of all others,
#                 and says on the page how many those are
#
# GOENV_CI_DETECTION_GO chooses the versions (1.22,1.23). An interrupted run goes on where it stopped; after
# GOENV_CI_DETECTION_MINUTES no further mutant is begun, and the page says how many were not run.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if [ "${1:-}" = --quick ]; then
  export GOENV_CI_DETECTION_QUICK=1
  shift
fi
if [ "${1:-}" = --again ]; then
  export GOENV_CI_DETECTION_AGAIN=${2:?"say which mutants are judged again"}
  shift 2
fi
bash scripts/lab.sh go
export GOENV_CI_DETECTION=${1:-all}
exec cargo test --locked --release --test detection -- --nocapture the_whole_list
