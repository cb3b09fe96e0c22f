#!/usr/bin/env bash
# Runs everything that a change must pass, after installing what it needs into .lab/.
#
# usage: scripts/test.sh [lint|advisories|windows|fuzz|test]     (all without an argument, the tests last)
#   lint  rustfmt, clippy, cargo-deny, cargo-vet, cargo-machete, zizmor, actionlint, shellcheck, the book, and advisories
#   advisories  known weaknesses of our dependencies, where RustSec's database can be had: it lies on GitHub
#   windows  the tests as Windows programs, under Wine, on the Windows builds of the same Go
#         versions; needs Debian on x86-64, and elsewhere only says so without this argument
#   fuzz  two minutes for all fuzz targets together; Linux only, a no-op elsewhere
#   test  every test, among them the probes on real Go 1.21, 1.22 and 1.23 and the action under act, and on Linux the
#         quick rehearsal of a release
# With GOENV_CI_THOROUGH set, as in ci.yml, nothing is left out that takes many minutes: what Wine is spared, and probes of
# other variables than those that a change of Go is about.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# What the runner or a developer has set must not decide the result; Git hooks export these.
unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE

lab=${GOENV_CI_LAB:-.lab}
# shellcheck source=scripts/lab/large_pages.sh
. scripts/lab/large_pages.sh
# What is built once needs no notes for the next time, and a test that fails says where by itself.
if [ -n "${CI:-}" ]; then export CARGO_INCREMENTAL=0 CARGO_PROFILE_DEV_DEBUG=0; fi

# What a build without the feature `github` is for: none of what its client brings. That it builds without a warning
# scripts/fuzz.sh shows.
without_github_there_is_no_runtime() {
  local crates
  crates=$(cargo tree --locked --edges normal,build --target all --no-default-features --prefix none --format '{p}')
  if grep -E '^(futures|http-body|hyper|octocrab|reqwest|tokio|tower)[ -]' <<<"$crates"; then
    echo 'these belong to the feature github: make what brings them optional in Cargo.toml' >&2
    return 1
  fi
}

lint() {
  step cargo fmt --check
  step cargo fmt --check --manifest-path tests/fuzz/Cargo.toml
  # It has a lock file of its own: `cargo update --workspace --manifest-path tests/fuzz/Cargo.toml` after a change.
  step cargo metadata --quiet --locked --format-version 1 --manifest-path tests/fuzz/Cargo.toml >/dev/null
  step large_pages cargo clippy --locked --all-targets -- -D warnings
  step without_github_there_is_no_runtime
  step .lab/bin/cargo-deny --locked check licenses bans sources
  advisories
  CARGO=cargo step .lab/bin/cargo-vet vet --locked --frozen
  step .lab/bin/cargo-machete
  step .lab/bin/zizmor --offline --persona pedantic --no-progress .
  step .lab/bin/actionlint -shellcheck .lab/bin/shellcheck
  step .lab/bin/shellcheck scripts/*.sh scripts/lab/*.sh scripts/packaging/*.sh scripts/release/*.sh .ci/run
  step bash scripts/book.sh
}

# On GitHub it is had or the part fails; elsewhere it is said that it was not run, and when it was last.
advisories() {
  local database=https://github.com/rustsec/advisory-db
  if [ -n "${GITHUB_ACTIONS:-}" ] || GIT_TERMINAL_PROMPT=0 timeout 20 git ls-remote --exit-code "$database" HEAD >/dev/null 2>&1; then
    step .lab/bin/cargo-deny --locked check advisories
  else
    printf 'test.sh: advisories: not run: %s cannot be reached; %s\n' "$database" \
      "$(sed -n 's/^# \(Last checked .*\)/\1/p' deny.toml)" >&2
  fi
}

# On Windows itself `test` is all there is to it.
has_windows_lab() {
  [ "$(uname -sm)" = 'Linux x86_64' ] && grep -qx 'ID=debian' /etc/os-release 2>/dev/null &&
    { [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; }
}

# This module takes as long as all others with the unit tests.
windows_half=(verify::)
# What reads files of this repository, or takes minutes to calculate or to ask Go: Wine says nothing about it that Linux
# does not, and ci.yml runs it on Windows.
not_for_wine=(
  docs::
  editor::
  golden::
  lint::pairs::
  mistakes::
  export::foreign_files::what_is_large_or_deep_ends_with_an_answer
  export::hostile_values::each_odd_directory_is_refused_or_comes_back
  publish::outcomes::every_view_has_the_verdict_of_the_whole_whatever_the_order_of_the_shards
  report::compare::no_text_of_a_report_commands_a_reader
  report::merge::many_failures_on_many_machines_leave_the_files_usable
  report::merge::no_text_of_a_shard_commands_a_reader
  runner_log::
  verify::live::nothing_is_ever_asked_of_a_network
)

# Each half of the tests has a Wine of its own on its own half of the processors: a program and wineserver, which it asks
# for everything, then wake each other on one of them, which saves up to a third of the processor time.
run_windows_tests() {
  local began=$SECONDS status=0
  local -a cores left_out=("${not_for_wine[@]/#/--skip=}")
  if [ -n "${GOENV_CI_THOROUGH:-}" ]; then left_out=(); fi
  mapfile -t cores < <(python3 -c 'import os; print(*sorted(os.sched_getaffinity(0)), sep="\n")')
  local -a first=("${cores[@]:0:$(((${#cores[@]} + 1) / 2))}") second=("${cores[@]:${#cores[@]}/2}")
  beside windows2 other_windows_tests "${second[*]}" "${left_out[@]}"
  on_processors "${first[*]}" 1 --test integration -- "${windows_half[@]}" "${left_out[@]}" || status=$?
  joined windows2 || status=$?
  printf 'test.sh: windows: tests: %s s\n' $((SECONDS - began)) >&2
  return "$status"
}

other_windows_tests() { # other_windows_tests NUMBERS SKIPPED...
  local status=0
  on_processors "$1" 2 --lib --bins --test detection --test hanging_go --test reliability --test tidy || status=$?
  on_processors "$1" 2 --test integration -- "${windows_half[@]/#/--skip=}" "${@:2}" || status=$?
  return "$status"
}

# As many tests at once as processors: Rust counts those of the machine there, and with more Wine loses starts.
on_processors() { # on_processors NUMBERS PREFIX ARGUMENTS...
  local -a numbers
  read -ra numbers <<<"$1"
  step env RUST_TEST_THREADS="${#numbers[@]}" taskset --cpu-list "${1// /,}" bash scripts/lab/windows_tests.sh "$lab" "${@:2}"
}

# Enough for the seeds and for what is shallow, and the same for everybody; .github/workflows/fuzz.yml has hours and
# looks for what is new.
fuzz=(bash scripts/fuzz.sh --quick --minutes 2 --seed 1)

# act runs the action in host mode, which only Linux has here; the cache's answers are the same everywhere.
install_for_tests() {
  if [ "$(uname -s)" = Linux ]; then bash scripts/lab.sh go act api cache hooks faults readers browser shells packaging book; else bash scripts/lab.sh go api; fi
}

build_tests() {
  step large_pages cargo test --locked --lib --bins --tests --no-run
}

# The examples in the docs, which are not among the tests.
run_beside_the_tests() {
  step cargo test --locked --doc
  if [ "$(uname -s)" = Linux ]; then step bash scripts/rehearse-release.sh --quick; fi
}

run_tests() {
  step cargo test --locked --lib --bins --tests
}

run_all() {
  bash scripts/lab.sh lint book
  lint
  if has_windows_lab; then
    bash scripts/lab.sh windows
    run_windows_tests
  else
    echo 'test.sh: windows: skipped: this needs Debian on x86-64, as root or with sudo' >&2
  fi
  local linux=''
  if [ "$(uname -s)" = Linux ]; then linux=yes; else echo 'test.sh: fuzz: skipped: this needs Linux' >&2; fi
  if [ -n "$linux" ]; then step bash scripts/fuzz.sh --quick --build; fi
  install_for_tests
  build_tests
  # It takes its two minutes whatever goes on beside it.
  if [ -n "$linux" ]; then beside fuzz "${fuzz[@]}" --built; fi
  run_beside_the_tests
  if [ -n "$linux" ]; then joined fuzz; fi
  run_tests
}

# beside NAME COMMAND...: begins a command beside all that follows, in a group of its own, which ends with this script.
besides=()
beside() {
  set -m
  step "${@:2}" >"$lab/$1.out" 2>&1 </dev/null &
  set +m
  besides+=("$!")
  echo "$!" >"$lab/$1.pid"
  trap end_besides EXIT
}

# joined NAME: waits for it, shows what it printed, and comes to what it came to.
joined() {
  local status=0 group left=()
  wait "$(cat "$lab/$1.pid")" || status=$?
  for group in "${besides[@]}"; do
    if [ "$group" != "$(cat "$lab/$1.pid")" ]; then left+=("$group"); fi
  done
  besides=(${left[@]+"${left[@]}"})
  cat "$lab/$1.out"
  return "$status"
}

end_besides() {
  local group
  for group in ${besides[@]+"${besides[@]}"}; do kill -- "-$group" 2>/dev/null || :; done
}

step() {
  printf '\n==> %s\n' "$*" >&2
  "$@"
}

case ${1:-all} in
  lint)
    bash scripts/lab.sh lint book
    lint
    ;;
  advisories)
    bash scripts/lab.sh lint
    advisories
    ;;
  windows)
    bash scripts/lab.sh windows
    run_windows_tests
    ;;
  fuzz)
    if [ "$(uname -s)" = Linux ]; then step "${fuzz[@]}"; else echo 'test.sh: fuzz: skipped: this needs Linux' >&2; fi
    ;;
  test)
    install_for_tests
    build_tests
    # First, for the closing lines are those of the tests.
    run_beside_the_tests
    run_tests
    ;;
  all) run_all ;;
  *)
    echo "test.sh: unknown part \`$1\`: give lint, advisories, windows, fuzz or test" >&2
    exit 2
    ;;
esac
