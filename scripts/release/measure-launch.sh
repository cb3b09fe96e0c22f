#!/usr/bin/env bash
# Measures what the action costs a job that has a release: the launcher's step and `apply`, from
# cold and from the tool cache, as ratio to `curl` of the same bytes from the same local server.
#
# usage: measure-launch.sh BINARY [OTHER_LAUNCHER]
#
# BINARY is what a release would ship. OTHER_LAUNCHER is another scripts/launch.sh, for instance an
# older one (`git show COMMIT:scripts/launch.sh >FILE`), which is measured in the same rounds.
# ROUNDS (11) says how many there are. Each figure is the median of its rounds, each ratio the
# median of the ratios of one round: what else the machine does slows both halves of it. Where
# strace is installed, the processes that the launcher's step starts are counted, too.
# Needs curl and python3.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

if [ $# -lt 1 ] || [ $# -gt 2 ] || [ ! -x "$1" ]; then
  sed -n '/^# usage/s/^# //p' "${BASH_SOURCE[0]}" >&2
  exit 2
fi
export LC_ALL=C # A point in EPOCHREALTIME.
rounds=${ROUNDS:-11}
scratch=$(mktemp -d)
server=''
# shellcheck disable=SC2329 # The trap calls it.
finish() {
  if [ -n "$server" ]; then kill "$server" 2>/dev/null || :; fi
  rm -rf -- "$scratch"
}
trap finish EXIT

. scripts/release/version.sh
version=$(version_of Cargo.toml)
case $(uname -s) in Darwin) system=apple-darwin ;; *) system=unknown-linux-musl ;; esac
case $(uname -m) in arm64 | aarch64) machine=aarch64 ;; *) machine=$(uname -m) ;; esac
case $machine in aarch64) arch=ARM64 ;; *) arch=X64 ;; esac
asset=goenv-ci-$version-$machine-$system
page=org/goenv-action/releases/download/v$version

# The sources with LAUNCHER and the sums that a release would have, in DIR.
lay_out() { # lay_out DIR LAUNCHER
  local input
  mkdir -p "$1/scripts"
  for input in Cargo.toml Cargo.lock .cargo askama.toml src matrix benches; do cp -R "$input" "$1/"; done
  cp "$2" "$1/scripts/launch.sh"
  {
    printf 'source %s\n' "$(bash -p "$1/scripts/launch.sh" --source-sum)"
    (cd "$scratch/server/$page" && sha256sum "$asset")
  } >"$1/scripts/checksums.txt"
}

serve() {
  python3 -u -c '
import functools, http.server, sys
handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=sys.argv[1])
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
print(server.server_address[1])
server.serve_forever()' "$scratch/server" >"$scratch/port" 2>/dev/null &
  server=$!
  until [ -s "$scratch/port" ]; do
    kill -0 "$server" # It ended otherwise.
    read -r -t 0.05 <> <(:) || :
  done
  url=http://127.0.0.1:$(cat "$scratch/port")
}

# What a runner gives a step.
as_step() { # as_step COMMAND...
  env -i PATH="$PATH" HOME="$HOME" GITHUB_ACTIONS=true RUNNER_ARCH=$arch \
    RUNNER_OS=Linux RUNNER_TEMP="$scratch/temp" RUNNER_TOOL_CACHE="$scratch/tools" \
    RUNNER_WORKSPACE="$scratch/work" GITHUB_WORKSPACE="$scratch/work/work" \
    GITHUB_OUTPUT="$scratch/output" GITHUB_ENV="$scratch/env" GITHUB_PATH="$scratch/path" \
    GOENV_CI_SERVER_URL="$url" GOENV_CI_ACTION_REPOSITORY=org/goenv-action "$@"
}
launch() { # launch DIR
  # shellcheck disable=SC2016 # As in action.yml.
  printf '%s\n' '"$BASH" -p "$GITHUB_ACTION_PATH/scripts/launch.sh"' >"$scratch/launch-step.sh"
  rm -f "$scratch/output" "$scratch/env" "$scratch/path"
  touch "$scratch/env" "$scratch/path"
  as_step GITHUB_ACTION_PATH="$1" "${tracer[@]}" bash --noprofile --norc -p -e -o pipefail "$scratch/launch-step.sh" >/dev/null
}
apply() {
  # shellcheck disable=SC2016 # As in action.yml.
  printf '%s\n' '"$GOENV_CI_PROGRAM" apply' >"$scratch/apply-step.sh"
  as_step GOENV_CI_PROGRAM="$(sed -n 's/^path=//p' "$scratch/output")" \
    bash --noprofile --norc -e -o pipefail "$scratch/apply-step.sh" >/dev/null
}
forget() {
  rm -rf "$scratch/temp" "$scratch/tools" "$scratch/work"
  mkdir -p "$scratch/temp" "$scratch/tools" "$scratch/work/work"
}

# Runs COMMAND... and adds its microseconds to the file NAME.
timed() { # timed NAME COMMAND...
  local from=${EPOCHREALTIME/./} name=$1
  shift
  "$@"
  printf '%s\n' $((${EPOCHREALTIME/./} - from)) >>"$scratch/times/$name"
}
launch_and_apply() { launch "$1" && apply; }

# The processes that the launcher's step starts, that step's own bash aside.
count() { # count DIR
  tracer=(strace -f -qq -o "$scratch/trace" -e 'trace=clone,clone3,fork,vfork')
  launch "$1"
  tracer=()
  # A thread of curl is none.
  grep -E '(= |resumed>.*= )[0-9]+$' "$scratch/trace" | grep -vc CLONE_THREAD || :
}

median() { sort -n | awk '{ all[NR] = $1 } END { print all[int((NR + 1) / 2)] }'; }
say() { # say WHAT NAME
  local own ratio
  own=$(median <"$scratch/times/$2")
  ratio=$(paste "$scratch/times/$2" "$scratch/times/curl" | awk '{ print $1 / $2 }' | median)
  awk -v what="$1" -v own="$own" -v ratio="$ratio" \
    'BEGIN { printf "%-34s %7.1f ms   %5.1f times curl\n", what, own / 1000, ratio }'
}

tracer=()
mkdir -p "$scratch/server/$page" "$scratch/times"
cp "$1" "$scratch/server/$page/$asset"
chmod +x "$scratch/server/$page/$asset"
lay_out "$scratch/this" scripts/launch.sh
launchers=(this)
if [ $# = 2 ]; then
  lay_out "$scratch/other" "$2"
  launchers+=(other)
fi
serve
for ((round = 0; round < rounds; round++)); do
  timed curl curl -q --fail --silent --show-error --output "$scratch/fetched" "$url/$page/$asset"
  for launcher in "${launchers[@]}"; do
    forget
    timed "$launcher-cold" launch_and_apply "$scratch/$launcher"
    timed "$launcher-cached" launch_and_apply "$scratch/$launcher"
  done
done
cmp "$1" "$scratch/fetched"

printf '%s bytes, %s rounds\n' "$(wc -c <"$1")" "$rounds"
say 'curl of the same bytes' curl
for launcher in "${launchers[@]}"; do
  say "$launcher launcher and apply, cold" "$launcher-cold"
  say "$launcher launcher and apply, cached" "$launcher-cached"
  if command -v strace >/dev/null; then
    forget
    cold=$(count "$scratch/$launcher")
    cached=$(count "$scratch/$launcher")
    printf '%-34s %s cold, %s cached\n' "$launcher launcher: processes" "$cold" "$cached"
  fi
done
