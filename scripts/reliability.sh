#!/usr/bin/env bash
# What is left when something goes wrong in the middle: runs the campaigns, and writes docs/reliability.md.
#
# usage: scripts/reliability.sh [PART]     (apply-killed, apply-refused-room, interrupted, interrupted-wine,
#                                          system-calls or short-writes)
#   without PART  all; writes the page, and fails where something is left that may not be
#   PART          only this one, and writes nothing
#
# GOENV_CI_RELIABILITY_SEED chooses other moments, GOENV_CI_RELIABILITY_MOMENTS how many of each signal (100; `apply`
# is killed ten times as often), and GOENV_CI_RELIABILITY_WINE_MOMENTS how many under Wine, which takes longest.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

lab=${GOENV_CI_LAB:-.lab}
bash scripts/lab.sh go faults
cargo build --locked --release
GOENV_CI_RELIABILITY_BINARY=$PWD/target/release/goenv-ci
export GOENV_CI_RELIABILITY=${1:-all} GOENV_CI_RELIABILITY_BINARY
# Whoever starts this in the background has SIGINT ignored, and so would each command.
campaign=(env --default-signal=INT cargo test --locked --test reliability -- --nocapture the_whole_campaign)
case $GOENV_CI_RELIABILITY in
  all | interrupted-wine)
    if [ "$(uname -sm)" = 'Linux x86_64' ] && grep -qx 'ID=debian' /etc/os-release; then
      # It would build all tests for Windows too, which takes minutes and serves nothing here.
      if [ ! -e "$lab/wine/.prepared" ]; then bash scripts/lab.sh windows; fi
      bash scripts/lab/windows_cargo.sh "$lab" build
      GOENV_CI_RELIABILITY_EXE=$(cd "$lab" && pwd)/windows-target/x86_64-pc-windows-gnu/debug/goenv-ci.exe
      export GOENV_CI_RELIABILITY_EXE
      # With Wine's services running, so that none of them belongs to a program that is killed.
      exec bash scripts/lab/wine.sh "$lab" with "${campaign[@]}"
    fi
    ;;
esac
exec "${campaign[@]}"
