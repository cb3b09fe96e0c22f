#!/usr/bin/env bash
# Fuzzes everything that reads foreign bytes, and what shows them: the targets of tests/fuzz.
#
# usage: scripts/fuzz.sh [--minutes N] [--seed N] [--quick] [TARGET...]   all targets without an argument, one minute for each
#        scripts/fuzz.sh [--quick] --build           only builds
#        scripts/fuzz.sh --again TARGET FILE         runs one input, such as a crash, and says what it does
#        scripts/fuzz.sh --list                      the targets
#        scripts/fuzz.sh --figures                   what all runs so far came to
#   --minutes N  for all targets together, each the same share; the build is not counted
#   --seed N     the same inputs in the same order, as far as the machine gets; without it they are others each time
#   --quick      with an unoptimised build, which is there sooner and runs slower: for a few minutes
#   --built      with the program that is there, as it is
#
# Needs Linux, Rust of any channel, a C++ compiler and Python 3. Below .lab/fuzz lie the program, the seeds
# (made of the tests' own data), the corpus that grows from run to run, crashes as files, and figures.tsv, in which
# the figures of all runs are added up. Exit code 1: a target found something.
set -euo pipefail
# Logs hold the bytes of inputs.
export LC_ALL=C

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
lab=${GOENV_CI_LAB:-$root/.lab}
fuzz=$lab/fuzz
figures=$fuzz/figures.tsv
host=$(rustc -vV | sed -n 's/^host: //p')
profile=release
# shellcheck source=scripts/lab/large_pages.sh
. "$root/scripts/lab/large_pages.sh"

say() { printf 'lab: fuzz: %s\n' "$*" >&2; }

# What libFuzzer reads its progress from, and a call at each edge, by which tests/fuzz counts work. They are options
# of LLVM, so that no nightly compiler is needed.
coverage=(
  -Cpasses=sancov-module
  -Cllvm-args=-sanitizer-coverage-level=4
  -Cllvm-args=-sanitizer-coverage-inline-8bit-counters
  -Cllvm-args=-sanitizer-coverage-pc-table
  -Cllvm-args=-sanitizer-coverage-trace-pc
)

build() {
  local began=$SECONDS
  # In the directory of the crate, with nothing of the caller's own flags.
  (cd "$root/tests/fuzz" && large_pages env -u CARGO_ENCODED_RUSTFLAGS RUSTFLAGS="${coverage[*]} -Dwarnings" CARGO_TARGET_DIR="$fuzz/target" \
    cargo build --quiet --locked --profile "$profile" --target "$host") || {
    say "it does not build; after a change of dependencies: cargo update --workspace --manifest-path tests/fuzz/Cargo.toml"
    exit 3
  }
  say "built in $((SECONDS - began)) s"
}

program() { echo "$fuzz/target/$host/$profile/fuzz"; }
targets() { GOENV_CI_FUZZ_TARGET=list "$(program)" 2>/dev/null; }

# Adds a run to figures.tsv: processor time and executions are summed up, of edges the most counts.
add_up() { # add_up TARGET CPU_SECONDS EXECUTIONS EDGES CRASHES
  [ -e "$figures" ] || printf 'target\tcpu_seconds\texecutions\tedges\tcrashes\n' >"$figures"
  awk -v OFS='\t' -v target="$1" -v cpu="$2" -v runs="$3" -v edges="$4" -v crashes="$5" '
    BEGIN { FS = "\t" }
    $1 == target { $2 += cpu; $3 += runs; if (edges > $4) $4 = edges; $5 += crashes; found = 1 }
    { print }
    END { if (!found) print target, cpu + 0, runs + 0, edges + 0, crashes + 0 }
  ' "$figures" >"$figures.new"
  mv "$figures.new" "$figures"
}

table() { # table FILE
  awk -F'\t' '
    NR == 1 { printf "%-16s %12s %14s %8s %8s\n", "target", "CPU seconds", "executions", "edges", "crashes"; next }
    { printf "%-16s %12.1f %14d %8d %8d\n", $1, $2, $3, $4, $5; cpu += $2; runs += $3; crashes += $5 }
    END { printf "%-16s %12.1f %14d %8s %8d\n", "all", cpu, runs, "", crashes }
  ' "$1"
}

# Runs one target for so many seconds; adds a line to the file of this run.
run() { # run TARGET SECONDS FILE
  local target=$1 seconds=$2 file=$3 log=$fuzz/logs/$1.log crashes=0 cpu
  mkdir -p "$fuzz/corpus/$target" "$fuzz/crashes/$target" "$fuzz/logs" "$fuzz/seeds/$target"
  local TIMEFORMAT='%U %S'
  # A minute is for an input that never ends; slow ones are found by counting.
  { time GOENV_CI_FUZZ_TARGET=$target "$(program)" -seed="$seed" -max_total_time="$seconds" -timeout=60 -report_slow_units=60 -rss_limit_mb=2048 -max_len=4096 \
    -print_final_stats=1 -verbosity=1 -artifact_prefix="$fuzz/crashes/$target/" \
    "$fuzz/corpus/$target" "$fuzz/seeds/$target" >"$log" 2>&1 || crashes=1; } 2>"$log.time"
  cpu=$(awk 'NF == 2 { print $1 + $2 }' "$log.time" | tail -n 1)
  local executions edges
  executions=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log" | tail -n 1)
  # A crash ends the program before its closing statistics.
  if [ -z "$executions" ]; then executions=$(sed -n 's/^#\([0-9]*\).*/\1/p' "$log" | tail -n 1); fi
  edges=$(sed -n 's/.* cov: \([0-9]*\) .*/\1/p' "$log" | sort -n | tail -n 1)
  add_up "$target" "${cpu:-0}" "${executions:-0}" "${edges:-0}" "$crashes"
  printf '%s\t%s\t%s\t%s\t%s\n' "$target" "${cpu:-0}" "${executions:-0}" "${edges:-0}" "$crashes" >>"$file"
  if [ "$crashes" = 0 ]; then return 0; fi
  say "$target: $(grep -a -m 1 -A 2 -E "panicked at|ERROR: libFuzzer" "$log" | tr -d '\000-\011\013-\037' | tr "\n" " " | cut -c 1-400)"
  local artifact
  artifact=$(sed -n 's/.*Test unit written to //p' "$log" | tail -n 1)
  say "again: bash scripts/fuzz.sh --again $target ${artifact:-(no file: see $log)}"
  return 1
}

minutes="" names=() wants_build=1 seed=0
while [ $# -gt 0 ]; do
  case $1 in
    --minutes) minutes=$2 && shift ;;
    --seed) seed=$2 && shift ;;
    --quick) profile=quick ;;
    --built) wants_build="" ;;
    --build) build && exit ;;
    --list) build && targets && exit ;;
    --figures) table "$figures" && exit ;;
    --again) build && GOENV_CI_FUZZ_TARGET=$2 exec "$(program)" -rss_limit_mb=2048 "$3" ;;
    -*)
      echo "fuzz.sh: unknown option \`$1\`" >&2
      exit 2
      ;;
    *) names+=("$1") ;;
  esac
  shift
done

mkdir -p "$fuzz"
if [ -n "$wants_build" ]; then build; fi
mapfile -t known < <(targets)
if [ ${#known[@]} = 0 ]; then
  say "the program names no targets"
  exit 3
fi
for name in "${names[@]}"; do
  if ! printf '%s\n' "${known[@]}" | grep -qx -- "$name"; then
    echo "fuzz.sh: unknown target \`$name\`; there are: ${known[*]}" >&2
    exit 2
  fi
done
if [ ${#names[@]} = 0 ]; then names=("${known[@]}"); fi
"${PYTHON:-python3}" "$root/tests/fuzz/seeds.py" "$fuzz/seeds"

seconds=$((${minutes:-${#names[@]}} * 60 / ${#names[@]}))
this=$fuzz/this-run.tsv
printf 'target\tcpu_seconds\texecutions\tedges\tcrashes\n' >"$this"
found=0
for name in "${names[@]}"; do
  run "$name" "$((seconds > 0 ? seconds : 1))" "$this" || found=1
done
table "$this"
exit "$found"
