#!/usr/bin/env bash
# Rehearses a release from the first script to a caller's job, with the workflow's own scripts, and says what it could not.
#
# usage: rehearse-release.sh [--quick]
#   --quick  with target/debug/goenv-ci, built where it is not yet, in place of real builds for three systems
#
# A bare repository stands in for GitHub's, tests/release/gh for its `gh`, tests/release/server.py for the release page,
# act for a caller's runner. Linux only; wants what `scripts/lab.sh go act` installs, without --quick on Debian
# `scripts/lab.sh musl windows` too. Ends at the first thing that does not hold.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1

root=$PWD
lab=$(cd "${GOENV_CI_LAB:-.lab}" && pwd)
quick=''
case ${1:-} in
  --quick) quick=true ;;
  '') ;;
  *) echo "rehearse-release.sh: unknown argument \`$1\`" >&2 && exit 2 ;;
esac

repository=$(sed -n 's|^repository = "https://[^/]*/\(.*\)"|\1|p' Cargo.toml)
. scripts/release/version.sh
version=$(version_of Cargo.toml)
tag=v$version
major=v${version%%.*}
musl=x86_64-unknown-linux-musl

# A directory that only this user can write to, as the launcher asks of a tool cache.
scratch=$(umask 077 && mktemp -d)
assets=$scratch/assets
server=''
rehearsed=()
missing=()
sizes=()
cargo_is_there='' # For a caller, too.
in_namespace=(unshare --mount)
if [ "$(id -u)" != 0 ]; then in_namespace=(unshare --user --map-root-user --mount); fi
log=$scratch/log
began=$SECONDS

finish() {
  local code=$?
  if [ -n "$server" ]; then kill "$server" 2>/dev/null || :; fi
  if [ "$code" != 0 ]; then
    printf '\nrehearse-release.sh: this does not hold: %s\n' "${step:-the start}" >&2
    if [ -s "$log" ]; then tail -n 60 "$log" >&2; fi
  fi
  rm -rf -- "$scratch"
  exit "$code"
}
trap finish EXIT

holds() { # holds WHAT COMMAND... : one line of the rehearsal
  step=$1
  local from=$EPOCHREALTIME
  : >"$log"
  "${@:2}"
  rehearsed+=("$(printf '%6.1f s  %s' "$(seconds_since "$from")" "$1")")
  printf 'rehearse-release.sh: %s\n' "${rehearsed[-1]}" >&2
}
seconds_since() { awk -v from="$1" -v to="$EPOCHREALTIME" 'BEGIN { printf "%.3f", to - from }'; }
not_here() { missing+=("$1"); }

# COMMAND must fail, and say TEXT.
refused() { # refused TEXT COMMAND...
  if "${@:2}" >"$log" 2>&1; then echo "it is not refused: ${*:2}" >>"$log" && return 1; fi
  if ! grep -qF -- "$1" "$log"; then printf 'it does not say: %s\n' "$1" >>"$log" && return 1; fi
}
quietly() { "$@" >"$log" 2>&1; }
same() { if [ "$1" != "$2" ]; then printf 'here is %s, not %s\n' "$1" "$2" >>"$log" && return 1; fi; }

## The repository

as_maintainer() { git -c user.name=maintainer -c user.email=maintainer@example.invalid "$@"; }

# The working tree as it is, in one commit: what is not committed yet is rehearsed too.
make_repository() {
  git init --quiet --bare --initial-branch=main "$scratch/origin.git"
  git init --quiet --initial-branch=main "$scratch/maintainer"
  git ls-files -z --cached --others --exclude-standard | tar --null --files-from=- -cf - | tar -xf - -C "$scratch/maintainer"
  cd "$scratch/maintainer"
  # Just after a real release nothing is new.
  if ! grep -q '^- ' <<<"$(bash scripts/release/changelog.sh show Unreleased)"; then
    sed -i 's/^## Unreleased$/&\n\n- Something for the rehearsal./' CHANGELOG.md
  fi
  # And this version has a section.
  sed -i "s/^## $version (/## $version-before (/" CHANGELOG.md
  git add --all
  as_maintainer commit --quiet -m 'The sources'
  git remote add origin "$scratch/origin.git"
  git push --quiet origin main
}

# A job of the workflow: a checkout of its own at COMMIT, `gh`, and the variables of a runner.
job() { # job COMMIT COMMAND...
  local checkout
  checkout=$(mktemp -d "$scratch/checkout.XXXXXX")
  git clone --quiet --branch main "$scratch/origin.git" "$checkout"
  git -C "$checkout" checkout --quiet --detach "$1"
  (
    cd "$checkout" && PATH=$scratch/bin:$PATH GH_RELEASES=$scratch/releases GITHUB_REPOSITORY=$repository \
      GITHUB_SERVER_URL=https://github.com "${@:2}"
  ) || return
  rm -rf -- "$checkout"
}
newest() { git -C "$scratch/origin.git" rev-parse main; }
at() { git -C "$scratch/origin.git" rev-parse --quiet --verify "$1" || echo nowhere; }

# Commits on main what COMMAND changes in a checkout.
change_main() { # change_main COMMAND...
  (
    cd "$scratch/maintainer"
    git pull --quiet origin main
    "$@"
    as_maintainer commit --quiet --all -m 'A change'
    git push --quiet origin HEAD:main
  )
}
back_to() { git -C "$scratch/origin.git" update-ref refs/heads/main "$1" && git -C "$scratch/maintainer" reset --quiet --hard "$1"; }

## What is built

build_quick() {
  local program=${CARGO_TARGET_DIR:-target}/debug/goenv-ci
  cd "$root"
  # As the tests have it: `cargo build` would build half of the dependencies anew, without the features that tests ask for.
  cargo test --quiet --locked --no-run --test tidy
  # Debugging information is most of it, and no part of the rehearsal.
  strip -o "$scratch/program" "$program"
  cd "$scratch/maintainer"
  bash scripts/release/pack.sh "$musl" "$scratch/program" "$assets"
  bash scripts/release/smoke.sh "$musl" "$assets"
  not_here "builds: $musl is the debug build of this machine, without --quick it is built for musl"
}

# Below target, where a second rehearsal finds what does not change: neither compilers of another kind nor the lab's own
# builds are touched.
build_here() { # build_here TARGET OUT [CARGO...]
  (cd "$scratch/maintainer" && CARGO_TARGET_DIR=$root/target GOENV_CI_TARGET_DIR=$root/target/rehearsal-musl \
    bash scripts/release/build.sh "$@")
  (cd "$scratch/maintainer" && bash scripts/release/smoke.sh "$1" "$2")
  sizes+=("$1" "$(wc -c <"$2/goenv-ci-$version-$1")")
}
build_musl() {
  build_here "$musl" "$assets" bash "$root/scripts/lab/musl_cargo.sh" "$lab"
  # At fixed addresses, and without a loader.
  same "$(readelf -hlW "$assets/goenv-ci-$version-$musl" | grep -cE 'Type: +DYN|INTERP')" 0
}
build_windows() {
  local exe=$scratch/unpacked/goenv-ci-$version-x86_64-pc-windows-msvc/goenv-ci.exe said
  (cd "$scratch/maintainer" && BY=$assets/goenv-ci-$version-$musl GOENV_CI_TARGET_DIR=$root/target/rehearsal-windows \
    bash scripts/release/build.sh x86_64-pc-windows-msvc "$assets" bash "$root/scripts/lab/windows_cargo.sh" "$lab")
  python3 -m zipfile -e "$assets/goenv-ci-$version-x86_64-pc-windows-msvc.zip" "$scratch/unpacked"
  said=$(bash scripts/lab/wine.sh "$lab" with wine "$exe" --version | tr -d '\r')
  same "$said" "goenv-ci $version"
  bash scripts/lab/wine.sh "$lab" with wine "$exe" plan --runner windows-2022
  sizes+=(x86_64-pc-windows-gnu "$(wc -c <"$exe")")
}

# The systems that nothing here can build for: their names and sums are in the release, their bytes are none of theirs.
fill_up_systems() {
  local target absent=()
  . scripts/release/repository.sh
  printf 'not built in a rehearsal\n' >"$scratch/none"
  for target in "${targets[@]}"; do
    if [ -e "$assets/$(binary_of "$version" "$target")" ]; then continue; fi
    BY=$assets/goenv-ci-$version-$musl bash scripts/release/pack.sh "$target" "$scratch/none" "$assets"
    absent+=("$target")
  done
  not_here "builds for ${absent[*]}: a line of text takes the binary's place, and is never started"
}
# And what is installed for the full rehearsal alone.
fill_up() {
  local asset
  while IFS= read -r asset; do
    if [ ! -e "$assets/$asset" ]; then cp "$scratch/none" "$assets/$asset"; fi
  done < <(assets_of "$version")
}

make_debian() {
  (cd "$scratch/maintainer" && GOENV_CI_LAB=$lab quietly bash scripts/release/debian.sh "$assets")
  dpkg-deb --fsys-tarfile "$assets/goenv-ci_$version-1_amd64.deb" | tar -xf - -C "$scratch" ./usr/bin/goenv-ci
  cmp "$scratch/usr/bin/goenv-ci" "$assets/goenv-ci-$version-$musl"
}

# It is run in its own files by its own user, where there is no daemon, too.
make_image() {
  local run=(python3 "$root/scripts/packaging/run_image.py" "$scratch/image.tar")
  if [ "$(id -u)" != 0 ]; then run=(sudo -n "${run[@]}"); fi
  quietly bash scripts/packaging/container.sh "$assets/goenv-ci-$version-$musl" "$scratch/image.tar"
  same "$("${run[@]}" --version)" "goenv-ci $version"
  same "$("${run[@]}" plan --runner windows-2022 --repository org/app --format env | head -n 1)" 'GOCACHE=D:\a\_temp\go-cache'
}

# With what is compiled already of the dependencies.
make_crate() {
  (cd "$scratch/maintainer" && CARGO_TARGET_DIR=$root/target quietly bash scripts/packaging/crate.sh)
}

same_bytes() {
  local target
  for target in x86_64-apple-darwin x86_64-pc-windows-msvc; do
    (cd "$scratch/maintainer" && BY=$assets/goenv-ci-$version-$musl bash scripts/release/pack.sh "$target" Cargo.toml "$scratch/once")
    (cd "$scratch/maintainer" && umask 077 && cp Cargo.toml "$scratch/copy" && touch -d 2001-01-01 LICENSE "$scratch/copy" &&
      TZ=Asia/Kathmandu BY=$assets/goenv-ci-$version-$musl bash scripts/release/pack.sh "$target" "$scratch/copy" "$scratch/again")
  done
  diff -r "$scratch/once" "$scratch/again"
}

write_materials() {
  (cd "$scratch/maintainer" && GOENV_CI_LAB=$lab quietly bash scripts/release/sbom.sh "$assets")
  python3 - "$assets/goenv-ci-$version.cdx.json" <<'PYTHON'
import json, re, sys

lock = re.findall(r'name = "(.+)"\nversion = "(.+)"', open("Cargo.lock").read())
bill = json.load(open(sys.argv[1]))
listed = {(part["name"], part["version"]) for part in bill["components"]}
assert bill["bomFormat"] == "CycloneDX" and listed and listed <= set(lock), listed - set(lock)
direct = re.search(r"^\[dependencies\]\n(.*?)^\[", open("Cargo.toml").read(), re.M | re.S)[1]
for name in re.findall(r"^([a-z0-9_-]+) = ", direct, re.M):
    assert name == "serde_yaml" or any(part[0] == name for part in listed), name
PYTHON
}

## The rehearsal

check_refusals() {
  local base
  base=$(newest)
  refuse_after() { # refuse_after TEXT COMMAND...
    change_main "${@:2}"
    refused "$1" job "$(newest)" bash scripts/release/check.sh
    back_to "$base"
  }
  refuse_after 'has nothing under Unreleased' sed -i '/^- /d' CHANGELOG.md
  refuse_after 'Cargo.lock does not follow' sed -i "s/^version = \".*\"/version = \"$version-other\"/" Cargo.toml
  refuse_after 'does not name this repository' sed -i 's|^repository = .*|repository = "https://github.com/some/fork"|' Cargo.toml
  refuse_after 'does not say `uses: ' sed -i "s|$repository@|some/fork@|g" README.md
  change_main sed -i '1s/$/ /' CHANGELOG.md
  refused 'not the newest commit of main' job "$base" bash scripts/release/check.sh
  back_to "$base"
  git -C "$scratch/origin.git" tag "$tag" "$base"
  refused 'is a tag already' job "$base" bash scripts/release/check.sh
  refused 'is a tag already' job "$base" bash scripts/release/propose.sh "$assets"
  git -C "$scratch/origin.git" tag --delete "$tag" >"$log"
  quietly job "$base" bash scripts/release/check.sh
}

no_proposal() {
  same "$(at "refs/heads/release/$tag")" nowhere
  same "$(ls "$scratch/releases")" ''
}
propose_interrupted() {
  local call
  for call in 'release create' 'pr create'; do
    GH_FAILS_AT=$call refused 'as it was told to' job "$(newest)" bash scripts/release/propose.sh "$assets"
    no_proposal
  done
  mkdir "$scratch/incomplete"
  ln "$assets"/*linux* "$scratch/incomplete"
  refused 'missing goenv-ci-' job "$(newest)" bash scripts/release/propose.sh "$scratch/incomplete"
  no_proposal
}
propose() {
  quietly job "$(newest)" bash scripts/release/propose.sh "$assets"
  same "$(tail -n 1 "$scratch/pull-requests")" "release/$tag"
  if [ ! -e "$scratch/releases/$tag/draft" ]; then return 1; fi
}
propose_again() {
  local first
  first=$(at "refs/heads/release/$tag")
  propose
  same "$(at "refs/heads/release/$tag^{tree}")" "$(at "$first^{tree}")"
}

# What GitHub's button does to the branch of the pull request.
merge() {
  (
    cd "$scratch/maintainer"
    git fetch --quiet origin "release/$tag"
    git merge --quiet --squash FETCH_HEAD
    as_maintainer commit --quiet -m "Release $tag (#1)"
    git push --quiet origin HEAD:main
  ) >"$log" 2>&1
  same "$(cd "$scratch/maintainer" && git status --porcelain)" ''
  if grep -q '^\*\*Not released yet' "$scratch/maintainer/README.md"; then echo 'README.md still says that nothing is released' >>"$log" && return 1; fi
}

nothing_published() { same "$(at "refs/tags/$tag") $(at "refs/tags/$major") $(ls "$scratch/releases/$tag/draft")" "nowhere nowhere $scratch/releases/$tag/draft"; }
publish_refusals() {
  local merged asset=$scratch/releases/$tag/assets/goenv-ci-$version-$musl
  merged=$(newest)
  publish_refused() { # publish_refused TEXT [COMMIT]
    refused "$1" job "${2:-$merged}" bash scripts/release/publish.sh
  }

  cp "$asset" "$scratch/kept"
  cp "$scratch/kept" "$scratch/other" && printf x >>"$scratch/other" && mv "$scratch/other" "$asset"
  publish_refused 'are not those of this commit'
  rm "$asset"
  publish_refused 'are not those of this commit'
  mv "$scratch/kept" "$asset"
  : >"$scratch/releases/$tag/assets/one-more"
  publish_refused 'are not those of this commit'
  rm "$scratch/releases/$tag/assets/one-more"
  nothing_published

  change_main sed -i '$ a // One more line.' src/main.rs
  publish_refused 'has other sources' "$(newest)"
  back_to "$merged"
  change_main sed -i '/^#/!d' scripts/checksums.txt
  quietly job "$(newest)" bash scripts/release/publish.sh
  back_to "$merged"
  nothing_published

  git -C "$scratch/origin.git" tag "$tag" "$merged^"
  publish_refused 'is the tag of another commit'
  git -C "$scratch/origin.git" tag --delete "$tag" >"$log"
  back_to "$merged^"
  git -C "$scratch/origin.git" update-ref refs/heads/aside "$merged"
  publish_refused 'is not on main'
  back_to "$merged"
  mv "$scratch/releases/$tag" "$scratch/aside"
  publish_refused 'there is no draft'
  mv "$scratch/aside" "$scratch/releases/$tag"
  nothing_published
}
publish_interrupted() {
  GH_FAILS_AT='release edit' refused 'as it was told to' job "$(newest)" bash scripts/release/publish.sh
  same "$(at "refs/tags/$tag") $(at "refs/tags/$major")" "$(newest) nowhere"
}
publish() {
  quietly job "$(newest)" bash scripts/release/publish.sh
  same "$(at "refs/tags/$tag") $(at "refs/tags/$major")" "$(newest) $(newest)"
  if [ -e "$scratch/releases/$tag/draft" ]; then return 1; fi
}

## A caller

start_server() {
  python3 "$root/tests/release/server.py" "$scratch/releases" "$scratch/port" 2>"$scratch/server.log" &
  server=$!
  until [ -s "$scratch/port" ]; do kill -0 "$server" && sleep 0.05; done
  address=http://127.0.0.1:$(cat "$scratch/port")
}

# The launcher looks in the system's directories whatever PATH is, and Debian's cargo lies there: it is covered up, for
# the callers alone.
hide_cargo() {
  local dir dirs=()
  without_cargo=()
  while read -r dir; do if [ -x "$dir/cargo" ]; then dirs+=("$dir"); fi; done < <(realpath -q /usr/bin /usr/sbin /bin /sbin | sort -u)
  if [ ${#dirs[@]} = 0 ]; then return; fi
  mkdir "$scratch/cover"
  cat >"$scratch/without-cargo" <<'SCRIPT'
set -e
mount -t tmpfs none "$1"
mkdir "$1/upper" "$1/work"
mount -t overlay overlay -o "lowerdir=$2,upperdir=$1/upper,workdir=$1/work" "$2"
rm "$2/cargo"
exec "${@:3}"
SCRIPT
  for dir in "${dirs[@]}"; do without_cargo+=("${in_namespace[@]}" bash "$scratch/without-cargo" "$scratch/cover" "$dir"); done
  if ! "${without_cargo[@]}" true 2>/dev/null; then
    not_here "callers without cargo: ${dirs[*]} has one, which only root can cover up"
    without_cargo=()
    cargo_is_there=true
  fi
}

# What GitHub gives a job that says `uses: OWNER/NAME@$1`.
fetch_action() { # fetch_action REF
  rm -rf -- "$scratch/action"
  git clone --quiet --config advice.detachedHead=false --depth 1 --branch "$1" "file://$scratch/origin.git" "$scratch/action"
}

# The launch step of a job on a machine of its own; later ones with the same NAME find its tool cache.
launch() { # launch NAME [VARIABLE...]
  local machine=$scratch/machines/$1
  mkdir -p "$machine/temp" "$machine/tools" "$machine/workspace"
  : >"$machine/output"
  (
    cd "$machine/workspace" && env -i PATH=/usr/bin:/bin HOME="$machine" GITHUB_WORKSPACE="$machine/workspace" \
      GITHUB_OUTPUT="$machine/output" RUNNER_TEMP="$machine/temp" RUNNER_TOOL_CACHE="$machine/tools" \
      GOENV_CI_VERIFY=live GOENV_CI_SERVER_URL="$address" GOENV_CI_ACTION_REPOSITORY="$repository" "${@:2}" \
      "${without_cargo[@]}" /bin/bash --noprofile --norc -p -e -o pipefail -c "\"\$BASH\" -p '$scratch/action/scripts/launch.sh'"
  )
}
launched_from() { sed -n 's/^source=//p' "$scratch/machines/$1/output"; }

# The step behind it.
apply() { # apply NAME
  local machine=$scratch/machines/$1 program
  program=$(sed -n 's/^path=//p' "$machine/output")
  : >"$machine/env" && : >"$machine/path"
  env -i PATH=/usr/bin:/bin HOME="$machine" GITHUB_ACTIONS=true RUNNER_OS=Linux RUNNER_ARCH=X64 GITHUB_REPOSITORY=org/app \
    GITHUB_WORKSPACE="$machine/workspace" RUNNER_TEMP="$machine/temp" RUNNER_TOOL_CACHE="$machine/tools" \
    GITHUB_OUTPUT="$machine/output" GITHUB_ENV="$machine/env" GITHUB_PATH="$machine/path" "$program" apply
}

launch_cold_and_warm() {
  local from url program
  fetch_action "$major"
  from=$EPOCHREALTIME
  launch one >"$log" 2>&1
  apply one >"$log" 2>&1
  cold=$(seconds_since "$from")
  same "$(launched_from one)" release
  if ! grep -q GOBIN "$scratch/machines/one/env"; then return 1; fi
  from=$EPOCHREALTIME
  launch one >"$log" 2>&1
  apply one >"$log" 2>&1
  warm=$(seconds_since "$from")
  same "$(launched_from one)" 'tool cache'
  program=$(sed -n 's/^path=//p' "$scratch/machines/one/output")
  same "$("$program" --version)" "goenv-ci $version"
  url=$address/$repository/releases/download/$tag/goenv-ci-$version-$musl
  from=$EPOCHREALTIME
  curl --fail --silent --output "$scratch/curled" "$url"
  curled=$(seconds_since "$from")
  bytes=$(wc -c <"$scratch/curled")
  same "$(sort -u "$scratch/requests")" "${url#"$address"}"
}

# No release is taken, and without one there is no cargo to build with.
nothing_to_start() { # nothing_to_start NAME TEXT
  refused "$2" launch "$1"
  same "$(cat "$scratch/machines/$1/output")" ''
  same "$(find "$scratch/machines/$1" -name goenv-ci -type f)" ''
}
launch_refusals() {
  local asset=$scratch/releases/$tag/assets/goenv-ci-$version-$musl none='no cargo to build it with'
  if [ -n "$cargo_is_there" ]; then return; fi
  cp "$asset" "$scratch/kept"
  cp "$asset" "$scratch/other" && printf x >>"$scratch/other" && mv "$scratch/other" "$asset"
  nothing_to_start wrong-sum 'It was not started'
  mv "$scratch/kept" "$asset"
  : >"$scratch/cut"
  nothing_to_start cut "$none"
  rm "$scratch/cut"
  address=http://127.0.0.1:9 nothing_to_start down "$none"

  sed -i "/  goenv-ci-$version-$musl\$/d" "$scratch/action/scripts/checksums.txt"
  nothing_to_start unknown-platform "$none"
  fetch_action "$major"
}
moved_tag() {
  change_main sed -i '$ a // One more line.' src/main.rs
  git -C "$scratch/origin.git" tag --force "$major" main >"$log"
  fetch_action "$major"
  if [ -z "$cargo_is_there" ]; then nothing_to_start moved 'no cargo to build it with'; fi
  git -C "$scratch/origin.git" tag --force "$major" "$tag" >"$log"
  back_to "$(at "refs/tags/$tag")"
  fetch_action "$major"
}
try_published() {
  mkdir -p "$scratch/try"
  (cd "$scratch/action" && GITHUB_SERVER_URL=$address GITHUB_REPOSITORY=$repository RUNNER_TEMP=$scratch/try \
    quietly bash scripts/release/try.sh)
}

# The whole action in a job of its own repository, in act's host mode.
act() { # act SERVER
  local caller=$scratch/caller upload
  rm -rf -- "$scratch/act"
  mkdir -p "$caller/.github/workflows" "$scratch/act/home" "$scratch/act/seen" "$scratch/act/cache/act/tool_cache"
  ln -s "$lab/tool-cache/go" "$scratch/act/cache/act/tool_cache/go"
  if [ ! -d "$caller/.git" ]; then
    sed "s|ACTION\$|$repository@$major|" "$root/tests/release/caller.yml" >"$caller/.github/workflows/caller.yml"
    git init --quiet --initial-branch=main "$caller"
    git -C "$caller" add --all
    (cd "$caller" && as_maintainer commit --quiet -m caller)
  fi
  upload=$(sed -n 's|.*uses: \(actions/upload-artifact@[0-9a-f]*\).*|\1|p' "$scratch/action/action.yml")
  (
    cd "$caller" && env -i PATH=/usr/bin:/bin HOME="$scratch/act/home" TMPDIR="$scratch/act" \
      XDG_CACHE_HOME="$scratch/act/cache" "${without_cargo[@]}" "$lab/bin/act" push --pull=false --action-offline-mode \
      --no-cache-server --platform ubuntu-latest=-self-hosted \
      --local-repository "$repository@$major=$scratch/action" --local-repository "$upload=$lab/stand-ins/upload-artifact" \
      --env GITHUB_SERVER_URL="$1" --env SEEN="$scratch/act/seen"
  )
}
act_verifies() {
  local job outcome verdict applied seen
  if ! quietly act "$address"; then return 1; fi
  for job in one two; do
    read -r outcome verdict applied seen <"$scratch/act/seen/$job"
    same "$outcome $verdict" 'success pass'
    same "$applied" "$seen"
  done
  # Whoever comes second may find it in the tool cache already.
  same "$(grep -c "goenv-ci $version from \(release\|tool cache\): " "$log")" 2
  if ! grep -q ' from release: ' "$log"; then return 1; fi
}
act_refuses() {
  local asset=$scratch/releases/$tag/assets/goenv-ci-$version-$musl
  act_fails() { # act_fails TEXT [SERVER]
    refused "$1" act "${2:-$address}"
    same "$(cut -d' ' -f1-2 "$scratch/act/seen/one")" 'failure '
  }
  cp "$asset" "$scratch/kept"
  cp "$asset" "$scratch/other" && printf x >>"$scratch/other" && mv "$scratch/other" "$asset"
  act_fails 'It was not started'
  mv "$scratch/kept" "$asset"
  if [ -n "$cargo_is_there" ]; then return; fi
  : >"$scratch/cut"
  act_fails 'no cargo to build it with'
  rm "$scratch/cut"
  act_fails 'no cargo to build it with' http://127.0.0.1:9
}

# The next release, whose program is a line of shell: only the tags are about it.
next_release() {
  local first=$tag next=${version%.*}.$((${version##*.} + 1)) asset
  change_main bash -c "sed -i 's/^version = \"$version\"/version = \"$next\"/' Cargo.toml && cargo update --quiet --workspace --offline &&
    sed -i 's/^## Unreleased\$/&\n\n- Something new./' CHANGELOG.md"
  rm -rf -- "$assets"
  mkdir "$assets"
  while IFS= read -r asset; do
    printf '#!/bin/sh\necho goenv-ci %s\n' "$next" >"$assets/$asset"
  done < <(cd "$scratch/maintainer" && . scripts/release/repository.sh && assets_of "$next")
  version=$next tag=v$next
  propose
  merge
  publish
  same "$(at "refs/tags/$first")" "$released"
  fetch_action "$major"
  launch one >"$log" 2>&1
  same "$(launched_from one)" release
  # The workflow of the first release, started anew, moves nothing back.
  quietly job "$released" bash scripts/release/publish.sh
  same "$(at "refs/tags/$major")" "$(at "refs/tags/$tag")"
}

## In order

mkdir "$assets" "$scratch/releases" "$scratch/bin" "$scratch/machines"
step='the repository'
make_repository
ln -s "$scratch/maintainer/tests/release/gh" "$scratch/bin/gh"
export PYTHONDONTWRITEBYTECODE=1
start_server
hide_cargo

if [ -n "$quick" ]; then
  holds 'a program that is built already is packed, and starts' build_quick
else
  holds 'the build for x86_64-unknown-linux-gnu starts and plans' build_here x86_64-unknown-linux-gnu "$scratch/gnu"
  holds "the build for $musl starts and plans" build_musl
  holds 'the build for Windows starts and plans under Wine' build_windows
fi
holds 'the same commit and program make the same bytes, whenever and wherever they are packed' same_bytes
fill_up_systems
if [ -z "$quick" ]; then (cd "$root" && bash scripts/lab.sh release packaging); fi
if [ -x "$lab/bin/cargo-cyclonedx" ]; then
  holds 'the bill of materials names what Cargo.toml asks for, and nothing that Cargo.lock has not' write_materials
else
  not_here 'the bill of materials: cargo-cyclonedx is not installed, which is done without --quick'
fi
if [ -z "$quick" ]; then
  holds 'the Debian package holds the program' make_debian
  holds 'the container image starts as nobody, and plans' make_image
  holds 'crates.io would take the package, and it builds' make_crate
else
  not_here 'the Debian packages, the image and the crate: they are made without --quick'
fi
fill_up
holds 'check: nothing new, another version, another repository, an older commit, a tag that is there' check_refusals
holds 'propose: interrupted twice, and without a system; nothing is left' propose_interrupted
holds 'propose: draft, branch and pull request' propose
holds 'propose: a second start replaces them' propose_again
holds 'the pull request is merged' merge
holds 'publish: other assets, other sources, another tag, not on main, no draft; nothing is published' publish_refusals
holds 'publish: interrupted behind the tag' publish_interrupted
holds "publish: goes on; $tag and $major are at the merged commit" publish
holds 'publish: a second start changes nothing' publish
released=$(newest)
holds "a job takes $major and applies, from the release, then from the tool cache, with one request" launch_cold_and_warm
holds 'the published binary is what the launcher takes' try_published
holds 'a wrong sum, a cut download, a server that is down, a system without a binary: nothing is started' launch_refusals
holds "$major at other sources: the binary of the release is not for them" moved_tag
holds "two jobs at once under act, without cargo: launch, apply, verify: live" act_verifies
if [ -z "$quick" ]; then holds 'under act: a wrong sum, a cut download, a server that is down' act_refuses; fi
holds "the next release moves $major; the first, published again, moves nothing back" next_release

printf '\nRehearsed in %s s:\n' $((SECONDS - began))
printf '  %s\n' "${rehearsed[@]}"
if [ -z "$quick" ]; then
  printf '  %s: %s bytes\n' "${sizes[@]}"
fi
awk -v cold="$cold" -v warm="$warm" -v curled="$curled" -v bytes="$bytes" 'BEGIN {
  printf "  launch and apply, %d bytes: %s s from the release, %.1f times curl of them; %s s from the tool cache\n", bytes, cold, cold / curled, warm
}'
not_here "GitHub itself: that it lets the workflow's token push the branch and the tags, shows a draft to gh, starts the second run"
not_here 'attestations: signed by Sigstore for a workflow of GitHub, nothing here can'
not_here 'runners of macOS, ARM and Windows itself: their builds and smoke tests'
printf 'Not rehearsed:\n'
printf '  %s\n' "${missing[@]}"
