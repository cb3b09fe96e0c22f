#!/usr/bin/env bash
# How much `verify` detects: runs it against every mutant of Go, and writes docs/detection.md.
#
# usage: scripts/detection.sh [--quick] [PART]     (PART of an id, as gobin/ or install-of-files)
#   without PART  all mutants; writes the page and fails where one is not caught or another variable is blamed
#   PART          only these, and writes nothing
#   --quick       only the probes of the mutant's own variable: says whether it is caught, not whom else it blames
#
# GOENV_CI_DETECTION_GO chooses the versions (1.22,1.23). An interrupted run goes on where it stopped.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if [ "${1:-}" = --quick ]; then
  export GOENV_CI_DETECTION_QUICK=1
  shift
fi
bash scripts/lab.sh go
export GOENV_CI_DETECTION=${1:-all}
exec cargo test --locked --release --test detection -- --nocapture the_whole_list
