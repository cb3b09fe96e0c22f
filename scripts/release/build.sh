#!/usr/bin/env bash
# Builds what a release ships for one system: the raw binary, which scripts/launch.sh downloads, and an archive.
#
# usage: build.sh TARGET OUT [CARGO...]     (CARGO is another command than cargo, for instance scripts/lab/musl_cargo.sh LAB)
set -euo pipefail
out=$(mkdir -p "$2" && cd "$2" && pwd)
target=$1
shift 2
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

if [ $# = 0 ]; then
  build=(cargo rustc --locked --target "$target")
else
  build=("$@" rustc)
fi
case $target in
  # At fixed addresses nothing is relocated at each start: a quarter of the page faults, and 0.3 MB.
  *-linux-musl) for_program=(-C relocation-model=static -C "link-arg=-Wl,-T,$PWD/scripts/release/no-unwinding.ld") ;;
  *) for_program=() ;;
esac
# cargo says where the program is: the target directory is not always `target`. bash 3.2 takes an empty list for none.
said=$("${build[@]}" --profile dist --bin goenv-ci --message-format json-render-diagnostics -- ${for_program[@]+"${for_program[@]}"})
program=$(sed -n 's/.*"executable":"\([^"]*\)".*/\1/p' <<<"$said" | tail -n 1)
# Windows' backslashes come doubled.
bash scripts/release/pack.sh "$target" "${program//\\\\//}" "$out"
