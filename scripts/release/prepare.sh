#!/usr/bin/env bash
# Installs what a hosted runner lacks to build for one system.
#
# usage: prepare.sh TARGET
set -euo pipefail

case $1 in
  *-musl)
    # The crates in C are compiled with it.
    sudo apt-get -qq -o DPkg::Lock::Timeout=600 update
    sudo apt-get -qq -y -o DPkg::Lock::Timeout=600 install --no-install-recommends musl-tools
    ;;
esac
rustup target add "$1"
