#!/usr/bin/env bash
# Finds or builds the goenv-ci binary for action.yml and writes its path to GITHUB_OUTPUT.
#
# In this order: the input `binary` (GOENV_CI_BINARY), the release's asset by the sums in
# scripts/checksums.txt, a build of this checkout. What was downloaded or built goes into the tool
# cache, or RUNNER_TEMP where others may write to that, and is looked for there first.
#
# usage: bash -p launch.sh [--source-sum]     (the second form only prints the sum of the sources)
#
# A build's key is version and source sum: a moved branch never runs yesterday's binary. A release
# is only used for the very sources that it was built from.
#
# The job is not trusted: it may have checked out a stranger's files and put any variable into
# the environment. So the script starts itself anew with the variables below and no other, looks
# for programs only where neither the job nor another user can have put one, and starts nothing
# but a private copy whose sum it has checked. docs/action.md says the same to users.
set -euo pipefail

# What the launcher itself reads.
own_variables=(
  GITHUB_OUTPUT GITHUB_WORKSPACE RUNNER_ARCH RUNNER_TEMP RUNNER_TOOL_CACHE RUNNER_WORKSPACE TMPDIR
  GOENV_CI_ACTION_REPOSITORY GOENV_CI_BINARY GOENV_CI_SERVER_URL GOENV_CI_VERIFY
)
# What curl and cargo get as well: homes, proxies, certificates, and what no Windows program
# starts without.
let_through=(
  PATH HOME CARGO_HOME RUSTUP_HOME
  http_proxy https_proxy all_proxy no_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY NO_PROXY CARGO_HTTP_PROXY
  SSL_CERT_FILE SSL_CERT_DIR CURL_CA_BUNDLE CARGO_HTTP_CAINFO CARGO_HTTP_CHECK_REVOKE
  ALLUSERSPROFILE APPDATA COMMONPROGRAMFILES CommonProgramFiles COMSPEC ComSpec HOMEDRIVE HOMEPATH LOCALAPPDATA
  NUMBER_OF_PROCESSORS OS PATHEXT PROCESSOR_ARCHITECTURE PROGRAMDATA ProgramData PROGRAMFILES ProgramFiles
  SYSTEMDRIVE SystemDrive SYSTEMROOT SystemRoot USERNAME USERPROFILE WINDIR windir
)

# POSIXLY_CORRECT would forbid what follows.
set +o posix
# The values go through a pipe, for another user of the machine can read the arguments of `env`.
if [ "${1:-}" != --isolated ]; then
  exec 3< <(
    for name in "${own_variables[@]}" "${let_through[@]}"; do
      if [ -n "${!name+set}" ]; then printf '%s=%s\0' "$name" "${!name}"; fi
    done
  )
  exec -c "$BASH" --noprofile --norc -p -- "${BASH_SOURCE[0]}" --isolated "$@"
fi
shift
while IFS= read -r -d '' entry <&3; do export "${entry?}"; done
exec 3<&-
umask_of_job=$(umask)
umask 077

control='[[:cntrl:]]'
error_is_said=''
fail() { # fail CODE WHAT HELP
  local message="$2. $3"
  message=${message//%/%25}
  message=${message//$'\r'/%0D}
  message=${message//$'\n'/%0A}
  printf '::error title=goenv-ci::%s\n' "${message//$control/?}"
  error_is_said=true
  exit "$1"
}
# A runner takes `##[` for a command also in the middle of a line.
note() {
  local text=${*//$control/?} mark='##[' shown='##\u{5b}'
  printf 'goenv-ci: %s\n' "${text//"$mark"/$shown}"
}

private='' # The directory of this run; what is delivered lies in it.
delivered=''
# shellcheck disable=SC2329 # The trap calls it.
finish() {
  local code=$?
  if [ -n "$private" ] && [ -z "$delivered" ]; then rm -rf -- "$private" || :; fi
  if [ "$code" = 0 ] || [ -n "$error_is_said" ]; then return; fi
  error_is_said=true
  fail 3 "goenv-ci could not be found or built: a command of scripts/launch.sh ended with $code" \
    "The lines above say why. Give a built goenv-ci in the input \`binary\` to do without"
}
trap finish EXIT

case $OSTYPE in msys* | cygwin*) windows=true ;; *) windows='' ;; esac
# The form that both Git Bash and Windows programs read: D:/a/_tool.
native() { if [ -n "$windows" ]; then /usr/bin/cygpath -m "$1"; else printf '%s\n' "$1"; fi; }
unix() { if [ -n "$windows" ]; then /usr/bin/cygpath -u "$1"; else printf '%s\n' "$1"; fi; }

workspace=${GITHUB_WORKSPACE:+$(unix "$GITHUB_WORKSPACE")}
# The checkout's parent: apply's GOPATH lies there, with programs from any module.
around=${RUNNER_WORKSPACE:+$(unix "$RUNNER_WORKSPACE")}
scratch=$(unix "${RUNNER_TEMP:-${TMPDIR:-/tmp}}")

# Whether the working directory lies in one of DIR..., whatever links or spellings lead there.
is_in() { # is_in DIR...
  local here=$PWD/ dir
  while [ -n "$here" ]; do
    here=${here%/*}
    for dir in "$@"; do
      if [ -n "$dir" ] && [ "${here:-/}" -ef "$dir" ]; then return 0; fi
    done
  done
  return 1
}
# Whether the job decides what is in DIR.
is_the_jobs() ( # is_the_jobs DIR
  cd -P -- "$1" 2>/dev/null || return 1
  is_in "$workspace" "$around" "$scratch"
)

# Prints those of DIR... that no other user can write to. The groups of root and of macOS'
# administrators, and a group of the user's own, give nobody more than its members have.
closed_to_others() { # closed_to_others DIR...
  local groups=(-group 0)
  case $OSTYPE in darwin*) groups+=(-o -group 80) ;; esac
  if [ "$(id -gn 2>/dev/null)" = "$(id -un 2>/dev/null)" ]; then groups+=(-o -group "$(id -g)"); fi
  find "$@" -prune ! -perm -002 \( ! -perm -020 -o "${groups[@]}" \) \( -user 0 -o -user "$EUID" \) 2>/dev/null || :
}

# The directories of PATH, without those that the job or another user could have filled.
safe_path() (
  local entry dirs=() closed joined=''
  set -f
  IFS=:
  for entry in $1; do
    case $entry in /*) ;; *) continue ;; esac
    cd -P -- "$entry" 2>/dev/null || continue
    if ! is_in "$workspace" "$around" "$scratch"; then dirs+=("$PWD"); fi
  done
  if [ "${#dirs[@]}" = 0 ]; then return; fi
  # Git Bash shows every file as the user's own.
  if [ -z "$windows" ]; then closed=$'\n'$(closed_to_others "${dirs[@]}")$'\n'; fi
  for entry in "${dirs[@]}"; do
    case ${closed-$'\n'$entry$'\n'} in *$'\n'"$entry"$'\n'*) joined=$joined${joined:+:}$entry ;; esac
  done
  printf '%s' "$joined"
)

# The system's own programs first: Git Bash would otherwise find Windows' `find` and `sort`, too.
system_path=/usr/bin:/bin:/usr/sbin:/sbin:/mingw64/bin:/clangarm64/bin:/run/current-system/sw/bin
whole_path=${PATH:-}
PATH=$system_path
job_path=$(safe_path "$whole_path")
export PATH=$system_path${job_path:+:$job_path}

for name in HOME CARGO_HOME RUSTUP_HOME; do
  if [ -z "${!name:-}" ]; then continue; fi
  case $(unix "${!name}") in /*) ;; *) unset "$name" && continue ;; esac
  if is_the_jobs "$(unix "${!name}")"; then unset "$name"; fi
done

if command -v sha256sum >/dev/null; then sha256=(sha256sum); else sha256=(shasum -a 256); fi
sum_of() { "${sha256[@]}" <"$1" | cut -d' ' -f1; }

# What the build reads, and nothing else is there when it runs. Cargo.toml names the benches.
list_sources() { # list_sources ROOT
  local input
  for input in Cargo.toml Cargo.lock .cargo build.rs rust-toolchain.toml askama.toml src matrix benches; do
    if [ -e "$1/$input" ]; then printf '%s\n' "$input"; fi
  done
}
# One sum over every file of them.
source_sum() ( # source_sum ROOT
  cd -P -- "$1"
  IFS=$'\n'
  # shellcheck disable=SC2046 # One name on each line.
  set -- $(list_sources .)
  export LC_ALL=C
  # Git Bash marks binary files with `*`; without it the sum is the same everywhere.
  find "$@" -type f -print0 | sort -z | xargs -0 "${sha256[@]}" | sed 's/ \*/  /' |
    "${sha256[@]}" | cut -c1-16
)

case ${BASH_SOURCE[0]} in
  */*) root=$(cd -P -- "${BASH_SOURCE[0]%/*}/.." && pwd -P) ;;
  *) root=$(cd -P .. && pwd -P) ;;
esac
if [ "${1:-}" = --source-sum ]; then
  source_sum "$root"
  exit
fi

deliver() { # deliver FILE SOURCE
  local path version
  path=$(native "$1")
  case $path in
    *$control*) fail 3 "the path of the binary holds a control character: \`$path\`" "Give RUNNER_TEMP another name" ;;
  esac
  version=$("$1" --version) || fail 3 "the binary \`$path\` does not start" \
    "It came from: $2. Give a goenv-ci for this system in the input \`binary\`"
  note "$version from $2: $path"
  printf 'path=%s\nsource=%s\n' "$path" "$2" >>"$GITHUB_OUTPUT"
  delivered=true
  exit 0
}

case ${GOENV_CI_VERIFY:-true} in
  true | false | only | live) ;;
  *) fail 2 "the input \`verify\` is \`$GOENV_CI_VERIFY\`" "Give true, live, false or only" ;;
esac

case $(uname -s) in
  Linux) triple=unknown-linux-musl exe='' ;;
  Darwin) triple=apple-darwin exe='' ;;
  MINGW* | MSYS* | CYGWIN*) triple=pc-windows-msvc exe=.exe ;;
  *) triple=unknown exe='' ;;
esac
case ${RUNNER_ARCH:-$(uname -m)} in
  X64 | x86_64) arch=x64 triple=x86_64-$triple ;;
  ARM64 | arm64 | aarch64) arch=arm64 triple=aarch64-$triple ;;
  *) arch=$(uname -m) triple=$arch-$triple ;;
esac

if [ -n "${GOENV_CI_BINARY:-}" ]; then
  case $GOENV_CI_BINARY in
    *$control*)
      fail 2 "the input \`binary\` holds a line feed or another control character: \`$GOENV_CI_BINARY\`" \
        "Give one path on one line"
      ;;
  esac
  binary=$(unix "$GOENV_CI_BINARY")
  case $binary in /*) ;; *) binary=${workspace:-$PWD}/$binary ;; esac
  if [ ! -f "$binary" ] && [ -f "$binary$exe" ]; then binary=$binary$exe; fi
  if [ ! -f "$binary" ]; then
    fail 2 "the input \`binary\` names no file: \`$GOENV_CI_BINARY\`" "Give a path, absolute or from the workspace"
  fi
  deliver "$binary" 'input binary'
fi

version=$(sed -n 's/^version = "\(.*\)"/\1/p' "$root/Cargo.toml" | head -n 1)
source=$(source_sum "$root")
mkdir -p -- "$scratch"
private=$(mktemp -d "$scratch/goenv-ci.XXXXXXXXXX")
program=$private/goenv-ci$exe
largest=268435456 # bytes of a binary; one with all debugging information has half of it

# checksums.txt: `source SUM` names the sources of the release, `SUM  ASSET` each of its files.
checksums=$root/scripts/checksums.txt
asset=goenv-ci-$version-$triple$exe
expected=$(sed -n "s/^\([0-9a-f]\{64\}\)  $asset\$/\1/p" "$checksums")
if [ -z "$expected" ]; then
  reason="no released binary for version $version on $triple: building it"
elif ! grep -qx "source $source" "$checksums"; then
  reason="these are not the sources of release $version: building them"
  expected=''
fi

# Whether PATH is the user's own and nobody else can write to it. Here a group counts as others.
is_own() { # is_own PATH
  [ -n "$(find "$1" -prune ! -type l -user "$EUID" ! -perm -002 ! -perm -020)" ]
}
# Makes DIR such a directory.
own_directory() { # own_directory DIR
  if [ -L "$1" ]; then rm -f -- "$1" || return 1; fi
  if [ ! -d "$1" ]; then mkdir -- "$1" 2>/dev/null || [ -d "$1" ] || return 1; fi
  [ ! -L "$1" ] && [ -O "$1" ] && chmod go-w "$1"
}

# The tool cache, and RUNNER_TEMP for the later steps of this job: the runner empties it before
# and after the job, and keeps there what it runs itself.
tools=${RUNNER_TOOL_CACHE:+$(unix "$RUNNER_TOOL_CACHE")}
if [ -n "$tools" ]; then
  mkdir -p -- "$tools" 2>/dev/null || :
  tools=$(cd -P -- "$tools" 2>/dev/null && pwd -P) || tools=''
fi
# Who may write to the tool cache is not to be had from Git Bash.
tools_are_own=''
if [ -n "$tools" ] && [ -z "$windows" ] && ! is_the_jobs "$tools" &&
  [ -n "$(find "$tools" -prune ! -perm -002 ! -perm -020 \( -user 0 -o -user "$EUID" \))" ]; then
  tools_are_own=true
fi
# A release is known by its sum, whoever has put it there. A build is known by nothing: the marker
# beside it says what its sum was, which is worth what the directory is.
released=goenv-ci/$version/$arch
built=goenv-ci/$version-$source/$arch

# Copies what lies in DIR to where only this run can write, and looks at the copy.
take() { # take DIR SUM
  local file=$1/goenv-ci$exe
  if [ ! -f "$file" ]; then return 1; fi
  if head -c "$largest" <"$file" >"$program" && [ "$(sum_of "$program")" = "$2" ]; then
    chmod 700 "$program"
    return
  fi
  rm -f -- "$program"
  note "the cached binary is not what was stored, it is replaced: $file"
  return 1
}
take_built() { # take_built PLACE
  local dir=$1/$built part sum
  if [ ! -f "$dir/goenv-ci$exe" ] || [ ! -f "$dir.complete" ]; then return 1; fi
  for part in "$1/goenv-ci" "${dir%/*}" "$dir" "$dir/goenv-ci$exe" "$dir.complete"; do
    if [ -n "$windows" ] || is_own "$part"; then continue; fi
    note "the cached binary is not this user's alone, it is replaced: $part"
    return 1
  done
  IFS= read -r -n 64 sum <"$dir.complete" || :
  take "$dir" "$sum"
}

# Keeps the program in PLACE/ENTRY; the marker, with the file's sum, comes last.
store() { # store PLACE ENTRY
  local dir=$1/$2 new
  own_directory "$1/goenv-ci" || return 1
  # Who could write there may have prepared it.
  if [ -z "$windows" ] && [ -e "${dir%/*}" ] && ! is_own "${dir%/*}"; then rm -rf -- "${dir%/*}" || return 1; fi
  own_directory "${dir%/*}" || return 1
  rm -rf -- "$dir.complete" "$dir" && own_directory "$dir" || return 1
  new=$(mktemp "$dir/new.XXXXXXXXXX") && cp "$program" "$new" && chmod 700 "$new" || return 1
  mv -f -- "$new" "$dir/goenv-ci$exe" || return 1
  new=$(mktemp "${dir%/*}/new.XXXXXXXXXX") && sum_of "$program" >"$new" && mv -f -- "$new" "$dir.complete"
}
keep() { # keep PLACE ENTRY
  if [ -n "$1" ] && store "$1" "$2" 2>/dev/null; then return; fi
  if [ -n "$1" ]; then note "nothing can be kept in the tool cache: $1"; fi
  store "$scratch" "$2" 2>/dev/null || note "nothing can be kept in RUNNER_TEMP: $scratch"
}

# Ten minutes at most with all attempts; silence ends one sooner. A body that does not say how
# long it is is cut by `ulimit`: curl itself looks at its size from 8.4 on only.
download() { # download URL FILE
  local protocols
  case $1 in
    https://*) protocols='=https' ;;
    http://*) protocols='=http,https' ;;
    *) return 1 ;;
  esac
  (
    ulimit -c 0 2>/dev/null || :
    ulimit -f $((largest / 1024)) 2>/dev/null || :
    exec curl -q --globoff --fail --silent --show-error --location --proto "$protocols" --proto-redir '=https' \
      --connect-timeout 10 --speed-limit 1024 --speed-time 30 --max-time 300 --max-filesize "$largest" \
      --retry 3 --retry-max-time 300 --output "$(native "$2")" -- "$1"
  ) </dev/null
}

if [ -n "$expected" ]; then
  for place in "$tools" "$scratch"; do
    if [ -n "$place" ] && take "$place/$released" "$expected"; then deliver "$program" 'tool cache'; fi
  done
  url=${GOENV_CI_SERVER_URL:-}/${GOENV_CI_ACTION_REPOSITORY:-}/releases/download/v$version/$asset
  if download "$url" "$program"; then
    seen=$(sum_of "$program")
    if [ "$seen" != "$expected" ]; then
      fail 3 "the released binary has the SHA-256 $seen, not $expected: $url" \
        "It was not started. Report this to the action's maintainers"
    fi
    chmod 700 "$program"
    if [ -n "$tools_are_own$windows" ]; then keep "$tools" "$released"; else keep '' "$released"; fi
    deliver "$program" release
  fi
  rm -f -- "$program"
  reason='the released binary could not be downloaded: building it'
fi

if [ -n "$tools_are_own" ]; then
  if take_built "$tools"; then deliver "$program" 'tool cache'; fi
elif [ -n "$tools" ]; then
  note "others may write to the tool cache, what is built is not kept there: $tools"
  tools=''
fi
if take_built "$scratch"; then deliver "$program" 'an earlier step'; fi
note "$reason"

# For cargo and the compiler the order of PATH is the user's: the system's may be older.
cargo_path=$job_path${job_path:+:}$system_path
# shellcheck disable=SC2030 # Meant for this line alone.
if ! cargo=$(PATH=$cargo_path && command -v cargo); then
  unused=$(PATH=$whole_path && command -v cargo) || unused=''
  fail 3 "there is no goenv-ci to download and no cargo to build it with${unused:+, for \`$unused\` is where the job or another user could have put it}" \
    "Install Rust before this step, outside the workspace and where only this user can write, or give a built goenv-ci in the input \`binary\`"
fi

# Cargo reads configuration, workspace and toolchain from every directory above those where it
# runs and where Cargo.toml lies. So it runs in `/`, on a copy that is a workspace of its own.
sources=$private/source
mkdir "$sources" "$private/target" "$private/temp"
names=$(list_sources "$root")
while IFS= read -r input; do cp -R -- "$root/$input" "$sources/"; done <<<"$names"
find "$sources" ! -type d ! -type f -exec rm -f -- {} +
if [ "$(source_sum "$sources")" != "$source" ]; then
  fail 3 "the action's sources changed while they were copied: $root" "Run the job again"
fi
if ! grep -q '^\[workspace' "$sources/Cargo.toml"; then printf '\n[workspace]\n' >>"$sources/Cargo.toml"; fi

# What cargo's home configures of registries and network is the user's and counts. A wrapper and
# flags from there would make another program of the same sources.
build=("$cargo" build --release --locked --manifest-path "$(native "$sources")/Cargo.toml"
  --target-dir "$(native "$private/target")")
# bash cannot export this name, and Visual Studio's parts are found by it.
if [ -n "$windows" ]; then build=(/usr/bin/env "ProgramFiles(x86)=$(/usr/bin/cygpath -w -F 42)" "${build[@]}"); fi
(
  unset "${own_variables[@]}"
  umask "$umask_of_job" # For what cargo keeps in its home, which may be shared.
  export CARGO_ENCODED_RUSTFLAGS='' RUSTC_WRAPPER='' RUSTC_WORKSPACE_WRAPPER=''
  TMPDIR=$(native "$private/temp")
  # shellcheck disable=SC2031 # Nothing but cargo runs here.
  export TMPDIR TEMP=$TMPDIR TMP=$TMPDIR PATH=$cargo_path
  cd / && exec "${build[@]}" </dev/null
) || fail 3 "goenv-ci could not be built" \
  "The lines above are cargo's. Give a built goenv-ci in the input \`binary\` to do without"
# Below a triple where cargo's home chooses one.
for file in "$private/target/release/goenv-ci$exe" "$private/target"/*/release/"goenv-ci$exe"; do
  if [ -f "$file" ]; then break; fi
done
if [ ! -f "$file" ]; then
  fail 3 "cargo ended without a goenv-ci" \
    "Look into the configuration in cargo's home, or give a built goenv-ci in the input \`binary\`"
fi
mv -- "$file" "$program"
chmod 700 "$program"
rm -rf -- "$sources" "$private/target" "$private/temp"
keep "$tools" "$built"
deliver "$program" build
