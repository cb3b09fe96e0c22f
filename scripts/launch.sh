#!/usr/bin/env bash
# Finds or builds the goenv-ci binary for action.yml and writes its path to GITHUB_OUTPUT.
#
# In this order: the input `binary` (GOENV_CI_BINARY), what another job of the run has built
# (GOENV_CI_BUILT), the release's asset by the sums in scripts/checksums.txt, a build of this
# checkout. What was downloaded or built goes into the tool cache, or RUNNER_TEMP where others may
# write to that, and is looked for there first.
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
#
# Under Git Bash every `$(...)`, pipe and program costs tens of milliseconds. So what the shell can
# do itself it does, and functions that give a text set a variable instead of printing it.
set -euo pipefail

# What the launcher itself reads.
own_variables=(
  GITHUB_OUTPUT GITHUB_WORKSPACE RUNNER_ARCH RUNNER_TEMP RUNNER_TOOL_CACHE RUNNER_WORKSPACE TMPDIR
  GOENV_CI_ACTION_REPOSITORY GOENV_CI_BINARY GOENV_CI_BUILT GOENV_CI_BUILT_SUM GOENV_CI_PUBLISH
  GOENV_CI_SERVER_URL GOENV_CI_VERIFY
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
# They are quoted in the locale in which they are read again.
if [ "${1:-}" != --isolated ]; then
  LC_ALL=C
  passed=''
  for name in "${own_variables[@]}" "${let_through[@]}"; do
    if [ -z "${!name+set}" ]; then continue; fi
    printf -v entry 'export %s=%q\n' "$name" "${!name}"
    passed=$passed$entry
  done
  exec 3<<<"$passed"
  exec -c "$BASH" --noprofile --norc -p -- "${BASH_SOURCE[0]}" --isolated "$@"
fi
shift
IFS= read -r -d '' passed <&3 || :
eval "$passed"
exec 3<&-
export LC_ALL=C
shopt -s dotglob nullglob
case $OSTYPE in msys* | cygwin*) windows=true ;; *) windows='' ;; esac
# No Windows program knows a umask, and what Git Bash makes has its directory's permissions.
umask_of_job=022
if [ -z "$windows" ]; then umask_of_job=$(umask); fi
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

# Sets `unix` to the form that Git Bash itself has, /d/a/_tool.
to_unix() { # to_unix PATH
  local slashes drive
  unix=$1
  if [ -z "$windows" ] || [ -z "$1" ]; then return; fi
  slashes=${1//\\//}
  case $slashes in
    [A-Za-z]:/*)
      drive=${slashes%%:*}
      unix=/${drive,,}/${slashes#??/}
      if [ "/${drive,,}/" -ef "$drive:/" ]; then return; fi
      ;;
  esac
  unix=$(/usr/bin/cygpath -u "$1")
}
# Sets `native` to the form that both Git Bash and Windows programs read: D:/a/_tool.
to_native() { # to_native PATH
  local drive=${1:1:1}
  native=$1
  if [ -z "$windows" ]; then return; fi
  case $1 in
    /[A-Za-z]/*)
      native=${drive^}:${1:2}
      if [ "/$drive/" -ef "${drive^}:/" ]; then return; fi
      ;;
  esac
  native=$(/usr/bin/cygpath -m "$1")
}

# From here on the script stays in `/`, which no job can take away, but for a moment.
here=$PWD
case ${BASH_SOURCE[0]} in */*) cd -P -- "${BASH_SOURCE[0]%/*}/.." ;; *) cd -P .. ;; esac
root=$PWD
cd /

to_unix "${GITHUB_WORKSPACE:-}"
workspace=${GITHUB_WORKSPACE:+$unix}
# The checkout's parent: apply's GOPATH lies there, with programs from any module.
to_unix "${RUNNER_WORKSPACE:-}"
around=${RUNNER_WORKSPACE:+$unix}
to_unix "${RUNNER_TEMP:-${TMPDIR:-/tmp}}"
case $unix in /*) scratch=$unix ;; *) scratch=$here/$unix ;; esac

# Whether the working directory lies in one of DIR..., whatever links or spellings lead there.
is_in() { # is_in DIR...
  local up=$PWD/ dir
  while [ -n "$up" ]; do
    up=${up%/*}
    for dir in "$@"; do
      if [ -n "$dir" ] && [ "${up:-/}" -ef "$dir" ]; then return 0; fi
    done
  done
  return 1
}
# Whether the job decides what is in DIR.
is_the_jobs() { # is_the_jobs DIR
  local answer=1
  cd -P -- "$1" 2>/dev/null || return 1
  if is_in "$workspace" "$around" "$scratch"; then answer=0; fi
  cd /
  return "$answer"
}

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

# The system's own programs first: Git Bash would otherwise find Windows' `find`, too.
system_path=/usr/bin:/bin:/usr/sbin:/sbin:/mingw64/bin:/clangarm64/bin:/run/current-system/sw/bin
whole_path=${PATH:-}
export PATH=$system_path
# The rest of PATH is looked through only where a program is not the system's.
need() { # need PROGRAM...
  local name
  if [ -n "${job_path+set}" ]; then return; fi
  for name in "$@"; do
    if command -v "$name" >/dev/null; then continue; fi
    job_path=$(safe_path "$whole_path")
    PATH=$system_path${job_path:+:$job_path}
    return
  done
}

# Sets `digest` to the SHA-256 of FILE.
if command -v sha256sum >/dev/null; then
  sha256=(sha256sum)
elif command -v shasum >/dev/null; then
  sha256=(shasum -a 256)
else
  need sha256sum
  sha256=(sha256sum)
fi
sum_up() { # sum_up FILE
  digest=$("${sha256[@]}" <"$1") && digest=${digest%% *}
}

# Sets `inputs` to what the build reads in the working directory. Nothing else is there when it
# runs. Cargo.toml names the benches.
list_sources() {
  local input
  inputs=()
  for input in Cargo.toml Cargo.lock .cargo build.rs rust-toolchain.toml askama.toml src matrix benches; do
    if [ -e "$input" ]; then inputs+=("$input"); fi
  done
}
# Adds every file at PATH... or below to `files`, in the same order everywhere.
list_files() { # list_files PATH...
  local path
  for path in "$@"; do
    if [ -L "$path" ]; then continue; fi
    if [ -f "$path" ]; then files+=("$path"); elif [ -d "$path" ]; then list_files "$path"/*; fi
  done
}
# Sets `source_sum` to one sum over every source below ROOT, names and contents.
sum_up_sources() { # sum_up_sources ROOT
  cd -P -- "$1"
  list_sources
  files=()
  list_files "${inputs[@]}"
  # `-b` marks each name with `*`, as Git Bash does anyway.
  source_sum=$("${sha256[@]}" -b -- "${files[@]}" | "${sha256[@]}")
  source_sum=${source_sum:0:16}
  cd /
}
if [ "${1:-}" = --source-sum ]; then
  sum_up_sources "$root"
  printf '%s\n' "$source_sum"
  exit
fi

# SUM is that of a binary which was built: the jobs of one run give it to each other by these outputs.
deliver() { # deliver FILE SOURCE [SUM]
  local answer native lines
  to_native "$1"
  case $native in
    *$control*) fail 3 "the path of the binary holds a control character: \`$native\`" "Give RUNNER_TEMP another name" ;;
  esac
  if ! answer=$("$1" --version); then
    if [ "$2" = 'another job' ]; then return 1; fi
    fail 3 "the binary \`$native\` does not start" "It came from: $2. Give a goenv-ci for this system in the input \`binary\`"
  fi
  note "$answer from $2: $native"
  lines=path=$native$'\n'source=$2
  if [ -n "${3:-}" ]; then lines=$lines$'\n'sum=$3$'\n'directory=${native%/*}; fi
  # Of a text with conversions `printf` reports no error but the last.
  printf '%s\n' "$lines" >>"$GITHUB_OUTPUT" ||
    fail 3 "GITHUB_OUTPUT cannot be written: $GITHUB_OUTPUT" "Make room on its disk"
  delivered=true
  exit 0
}

case ${GOENV_CI_VERIFY:-true} in
  true | false | only | live) ;;
  *) fail 2 "the input \`verify\` is \`$GOENV_CI_VERIFY\`" "Give true, live, false or only" ;;
esac

case $OSTYPE in
  linux*) triple=unknown-linux-musl exe='' ;;
  darwin*) triple=apple-darwin exe='' ;;
  msys* | cygwin*) triple=pc-windows-msvc exe=.exe ;;
  *) triple=unknown exe='' ;;
esac
machine=${RUNNER_ARCH:-}
case $machine in X64 | ARM64) ;; *) machine=$(uname -m) ;; esac
case $machine in
  X64 | x86_64) arch=x64 triple=x86_64-$triple ;;
  ARM64 | arm64 | aarch64) arch=arm64 triple=aarch64-$triple ;;
  *) arch=$machine triple=$machine-$triple ;;
esac

# Makes the directory of this run.
make_private() {
  if [ -n "$private" ]; then return; fi
  if [ ! -d "$scratch" ]; then mkdir -p -- "$scratch" || :; fi
  private=$(mktemp -d "$scratch/goenv-ci.XXXXXXXXXX") ||
    fail 3 "nothing can be written to RUNNER_TEMP: $scratch" "Make room on its disk, or give RUNNER_TEMP another directory"
  program=$private/goenv-ci$exe
}
largest=268435456 # bytes of a binary; one with all debugging information has half of it
# Copies FILE to where only this run can write.
copy_in() { # copy_in FILE
  (
    ulimit -c 0 2>/dev/null || :
    ulimit -f $((largest / 1024)) 2>/dev/null || :
    exec cp -- "$1" "$program"
  ) || return 1
  if [ -z "$windows" ] && [ ! -x "$program" ]; then chmod 700 "$program"; fi
}

if [ -n "${GOENV_CI_BINARY:-}" ]; then
  case $GOENV_CI_BINARY in
    *$control*)
      fail 2 "the input \`binary\` holds a line feed or another control character: \`$GOENV_CI_BINARY\`" \
        "Give one path on one line"
      ;;
  esac
  to_unix "$GOENV_CI_BINARY"
  binary=$unix
  case $binary in /*) ;; *) binary=${workspace:-$here}/$binary ;; esac
  if [ ! -f "$binary" ] && [ -f "$binary$exe" ]; then binary=$binary$exe; fi
  if [ ! -f "$binary" ]; then
    fail 2 "the input \`binary\` names no file: \`$GOENV_CI_BINARY\`" "Give a path, absolute or from the workspace"
  fi
  deliver "$binary" 'input binary'
fi

# What another job of this run has built for this kind of runner: GOENV_CI_BUILT is an artifact, which
# any job of the run can have written, and its sum comes with the outputs of the one that built it.
if [ -n "${GOENV_CI_BUILT_SUM:-}" ]; then
  to_unix "$GOENV_CI_BUILT"
  if [ ! -f "$unix" ] && [ -f "$unix$exe" ]; then unix=$unix$exe; fi
  if [ -f "$unix" ]; then
    make_private
    if copy_in "$unix" && sum_up "$program"; then
      if [ "$digest" != "$GOENV_CI_BUILT_SUM" ]; then
        fail 3 "what another job has built has the SHA-256 $digest here, not $GOENV_CI_BUILT_SUM: $unix" \
          "It was not started. Look for a job of this run that uploads an artifact of this name"
      fi
      deliver "$program" 'another job' || note "what another job has built does not start here: $unix"
    fi
    rm -f -- "$program"
  else
    note "what another job has built is not here: $unix"
  fi
fi

version=''
while [ -z "$version" ] && IFS= read -r line; do
  case $line in 'version = "'*'"'*) version=${line#*\"} version=${version%%\"*} ;; esac
done <"$root/Cargo.toml"
sum_up_sources "$root"
make_private

# checksums.txt: `source SUM` names the sources of the release, `SUM  ASSET` each of its files.
asset=goenv-ci-$version-$triple$exe
expected='' is_released=''
while IFS= read -r line || [ -n "$line" ]; do
  case ${line%$'\r'} in
    "source $source_sum") is_released=true ;;
    *"  $asset") expected=${line%%  *} ;;
  esac
done <"$root/scripts/checksums.txt"
case $expected in *[!0-9a-f]*) expected='' ;; esac
if [ "${#expected}" != 64 ]; then
  reason="no released binary for version $version on $triple: building it"
  expected=''
elif [ -z "$is_released" ]; then
  reason="these are not the sources of release $version: building them"
  expected=''
fi

# Prints those of PATH... that are the user's own and nobody else can write to. Here a group
# counts as others.
own() { # own PATH...
  find "$@" -prune ! -type l -user "$EUID" ! -perm -002 ! -perm -020
}
# Makes DIR such a directory.
own_directory() { # own_directory DIR
  if [ -L "$1" ]; then rm -f -- "$1" || return 1; fi
  if [ -d "$1" ]; then chmod go-w "$1"; else mkdir -- "$1" 2>/dev/null || [ -d "$1" ] || return 1; fi
  [ ! -L "$1" ] && [ -O "$1" ]
}

# The tool cache, and RUNNER_TEMP for the later steps of this job: the runner empties it before
# and after the job, and keeps there what it runs itself.
to_unix "${RUNNER_TOOL_CACHE:-}"
tools=${RUNNER_TOOL_CACHE:+$unix}
if [ -n "$tools" ]; then
  if [ ! -d "$tools" ]; then mkdir -p -- "$tools" 2>/dev/null || :; fi
  if cd -P -- "$tools" 2>/dev/null; then tools=$PWD; else tools=''; fi
  cd /
fi
# Whether nobody else may write to the tool cache, which is not to be had from Git Bash.
tools_are_own() {
  [ -n "$tools" ] && [ -z "$windows" ] && ! is_the_jobs "$tools" &&
    [ -n "$(find "$tools" -prune ! -perm -002 ! -perm -020 \( -user 0 -o -user "$EUID" \))" ]
}
# A release is known by its sum, whoever has put it there. A build is known by nothing: the marker
# beside it says what its sum was, which is worth what the directory is.
released=goenv-ci/$version/$arch
built=goenv-ci/$version-$source_sum/$arch
features=()
if [ "${GOENV_CI_PUBLISH:-}" = true ]; then
  # The part that talks to GitHub takes a third of the time, and only publishing needs it.
  built=goenv-ci/$version-$source_sum-github/$arch
  features=(--features github)
fi

# Copies what lies in DIR to where only this run can write, and looks at the copy.
take() { # take DIR SUM
  local file=$1/goenv-ci$exe
  if [ ! -f "$file" ]; then return 1; fi
  if ! copy_in "$file"; then
    note "the cached binary could not be copied to RUNNER_TEMP: $file"
  elif sum_up "$program" && [ "$digest" = "$2" ]; then
    return
  else
    note "the cached binary is not what was stored, it is replaced: $file"
  fi
  rm -f -- "$program"
  return 1
}
take_built() { # take_built PLACE
  local dir=$1/$built part parts owned sum
  if [ ! -f "$dir/goenv-ci$exe" ] || [ ! -f "$dir.complete" ]; then return 1; fi
  if [ -z "$windows" ]; then
    parts=("$1/goenv-ci" "${dir%/*}" "$dir" "$dir/goenv-ci$exe" "$dir.complete")
    owned=$'\n'$(own "${parts[@]}")$'\n'
    for part in "${parts[@]}"; do
      case $owned in *$'\n'"$part"$'\n'*) continue ;; esac
      note "the cached binary is not this user's alone, it is replaced: $part"
      return 1
    done
  fi
  IFS= read -r -n 64 sum <"$dir.complete" || :
  take "$dir" "$sum"
}

# Keeps the program in PLACE/ENTRY; the marker, with the file's sum, comes last. Two jobs may do so
# at once: what is there is replaced in one move, and removed only where it is of no use.
store() { # store PLACE ENTRY
  local top=$1/goenv-ci dir=$1/$2 part new
  if [ ! -e "$top" ] && [ ! -L "$top" ]; then
    mkdir -p -- "$dir" || return 1
  else
    own_directory "$top" || return 1
    for part in "${dir%/*}" "$dir"; do
      # Who could write there may have prepared it.
      if [ -z "$windows" ] && [ -e "$part" ] && [ -z "$(own "$part")" ]; then rm -rf -- "$part" "$part.complete" || return 1; fi
      own_directory "$part" || return 1
    done
    if [ -e "$dir.complete" ] || [ -L "$dir.complete" ]; then rm -rf -- "$dir.complete" || return 1; fi
    if [ -d "$dir/goenv-ci$exe" ]; then rm -rf -- "$dir/goenv-ci$exe" || return 1; fi
  fi
  for part in "$top" "${dir%/*}" "$dir"; do
    if [ -L "$part" ] || [ ! -O "$part" ]; then return 1; fi
  done
  new=$dir/new.${private##*.}
  if ! { cp -- "$program" "$new" && mv -f -- "$new" "$dir/goenv-ci$exe"; }; then
    rm -f -- "$new"
    return 1
  fi
  printf '%s\n' "$digest" >"$dir.complete"
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
  to_native "$2"
  (
    ulimit -c 0 2>/dev/null || :
    ulimit -f $((largest / 1024)) 2>/dev/null || :
    exec curl -q --globoff --fail --silent --show-error --location --proto "$protocols" --proto-redir '=https' \
      --connect-timeout 10 --speed-limit 1024 --speed-time 30 --max-time 300 --max-filesize "$largest" \
      --retry 3 --retry-max-time 300 --output "$native" -- "$1"
  ) </dev/null
}

# Downloads the release to `program`. A transfer that was cut is tried once more.
fetch() { # fetch URL
  local code=0 limit
  download "$1" "$program" || code=$?
  case $code in
    18 | 52 | 56 | 92) if [ "$SECONDS" -lt 300 ]; then code=0 && { download "$1" "$program" || code=$?; }; fi ;;
  esac
  # The job's own limit on the size of a file, or the one that cuts an endless body.
  if [ "$code" = 153 ]; then
    limit=$(ulimit -f)
    if [ "$limit" != unlimited ] && [ "$limit" -lt $((largest / 1024)) ]; then code=23; fi
  fi
  if [ "$code" = 23 ]; then no_room; fi
  return "$code"
}
no_room() {
  fail 3 "goenv-ci does not fit into RUNNER_TEMP: $scratch" \
    "Make room on its disk, or lift the limit on the size of files (\`ulimit -f\`)"
}

if [ -n "$expected" ]; then
  for place in "$tools" "$scratch"; do
    if [ -n "$place" ] && take "$place/$released" "$expected"; then deliver "$program" 'tool cache'; fi
  done
  server=${GOENV_CI_SERVER_URL:-}
  url=${server%/}/${GOENV_CI_ACTION_REPOSITORY:-}/releases/download/v$version/$asset
  need curl
  if fetch "$url"; then
    sum_up "$program"
    if [ "$digest" != "$expected" ]; then
      fail 3 "the released binary has the SHA-256 $digest, not $expected: $url" \
        "It was not started. Report this to the action's maintainers"
    fi
    if [ -z "$windows" ]; then chmod 700 "$program"; fi
    if [ -n "$windows" ] || tools_are_own; then keep "$tools" "$released"; else keep '' "$released"; fi
    deliver "$program" release
  fi
  rm -f -- "$program"
  reason='the released binary could not be downloaded: building it'
fi

if tools_are_own; then
  if take_built "$tools"; then deliver "$program" 'tool cache' "$digest"; fi
elif [ -n "$tools" ]; then
  note "others may write to the tool cache, what is built is not kept there: $tools"
  tools=''
fi
if take_built "$scratch"; then deliver "$program" 'an earlier step' "$digest"; fi
note "$reason"

# For cargo and the compiler the order of PATH is the user's: the system's may be older.
if [ -z "${job_path+set}" ]; then job_path=$(safe_path "$whole_path"); fi
cargo_path=$job_path${job_path:+:}$system_path
# shellcheck disable=SC2030 # Meant for this line alone.
if ! cargo=$(PATH=$cargo_path && command -v cargo); then
  unused=$(PATH=$whole_path && command -v cargo) || unused=''
  fail 3 "there is no goenv-ci to download and no cargo to build it with${unused:+, for \`$unused\` is where the job or another user could have put it}" \
    "Install Rust before this step, outside the workspace and where only this user can write, or give a built goenv-ci in the input \`binary\`"
fi
for name in HOME CARGO_HOME RUSTUP_HOME; do
  if [ -z "${!name:-}" ]; then continue; fi
  to_unix "${!name}"
  case $unix in /*) ;; *) unset "$name" && continue ;; esac
  if is_the_jobs "$unix"; then unset "$name"; fi
done

# Cargo reads configuration, workspace and toolchain from every directory above those where it
# runs and where Cargo.toml lies. So it runs in `/`, on a copy that is a workspace of its own.
sources=$private/source
mkdir "$sources" "$private/target" "$private/temp"
cd -P -- "$root"
list_sources
cp -R -- "${inputs[@]}" "$sources/" || no_room
cd /
find "$sources" ! -type d ! -type f -exec rm -f -- {} +
summed=$source_sum
sum_up_sources "$sources"
if [ "$source_sum" != "$summed" ]; then
  fail 3 "the action's sources changed while they were copied: $root" "Run the job again"
fi
if ! grep -q '^\[workspace' "$sources/Cargo.toml"; then printf '\n[workspace]\n' >>"$sources/Cargo.toml"; fi

# What cargo's home configures of registries and network is the user's and counts. A wrapper and
# flags from there would make another program of the same sources.
to_native "$private"
build=("$cargo" build --profile fallback --no-default-features ${features[@]+"${features[@]}"} --locked
  --manifest-path "$native/source/Cargo.toml" --target-dir "$native/target")
# bash cannot export this name, and Visual Studio's parts are found by it.
if [ -n "$windows" ]; then build=(/usr/bin/env "ProgramFiles(x86)=$(/usr/bin/cygpath -w -F 42)" "${build[@]}"); fi
(
  unset "${own_variables[@]}" LC_ALL
  umask "$umask_of_job" # For what cargo keeps in its home, which may be shared.
  export CARGO_ENCODED_RUSTFLAGS='' RUSTC_WRAPPER='' RUSTC_WORKSPACE_WRAPPER=''
  TMPDIR=$native/temp
  # shellcheck disable=SC2031 # Nothing but cargo runs here.
  export TMPDIR TEMP=$TMPDIR TMP=$TMPDIR PATH=$cargo_path
  exec "${build[@]}" </dev/null
) || fail 3 "goenv-ci could not be built" \
  "The lines above are cargo's. Give a built goenv-ci in the input \`binary\` to do without"
# In the profile's directory, below a triple where cargo's home chooses one.
file=''
for file in "$private/target"/*/"goenv-ci$exe" "$private/target"/*/*/"goenv-ci$exe"; do
  if [ -f "$file" ]; then break; fi
done
if [ ! -f "$file" ]; then
  fail 3 "cargo ended without a goenv-ci" \
    "Look into the configuration in cargo's home, or give a built goenv-ci in the input \`binary\`"
fi
mv -- "$file" "$program"
chmod 700 "$program"
rm -rf -- "$sources" "$private/target" "$private/temp"
sum_up "$program"
keep "$tools" "$built"
deliver "$program" build "$digest"
