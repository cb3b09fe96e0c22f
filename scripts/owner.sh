#!/usr/bin/env bash
# Names the repository that publishes this project, everywhere. Cargo.toml's `repository` is the one setting; the name
# stands in README, documentation, badges, schemas, workflows and tests too, and this keeps all of them the same.
#
# usage: scripts/owner.sh [OWNER/NAME]     (without an argument it prints who it is)
#
# What stands for a caller's repository (`org/app`) stays. A name that the files already have for something else is
# refused, since a later run could not tell the two apart. Nothing in .git, .lab and target is touched.
# Exit codes: 2 the name is refused and nothing was changed, 3 the old name is still somewhere.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export LC_ALL=C

fail() { # fail CODE WHAT HELP
  printf 'error: %s\n help: %s\n' "$2" "$3" >&2
  exit "$1"
}

# Prints the files of the project that hold PATTERN, whatever its case.
files_with() { # files_with PATTERN
  find . \( -name .git -o -name .lab -o -name target -o -name node_modules \) -prune -o -type f -exec grep -IliE -- "$1" {} + || :
}

# A pattern of sed -E and grep -E that is TEXT and nothing else; what is in a name leaves only the dot.
literal() { printf '%s' "${1//./\\.}"; }

# How OWNER/NAME is found, whatever is between the two. Where a name goes on it is another one.
pattern_of() { # pattern_of OWNER NAME
  printf '(^|[^A-Za-z0-9_.-])%s(%s|@users\\.noreply\\.github\\.com)' "$(literal "$1")" \
    "(/|%2F|\\\\/|\\.github\\.io/)$(literal "$2")($|[^A-Za-z0-9_-])"
}

# Prints what sed does to a file. What ends one place may begin the next one, hence twice.
commands() { # commands OLD_OWNER OLD_NAME OWNER NAME
  local between
  for _ in 1 2; do
    for between in / %2F %2f '\\/'; do
      printf 's|(^\|[^A-Za-z0-9_.-])%s%s%s($\|[^A-Za-z0-9_-])|\\1%s%s%s\\2|g\n' "$(literal "$1")" "$between" "$(literal "$2")" \
        "$3" "$between" "$4"
    done
    printf 's|(^\|[^A-Za-z0-9_.-])%s\\.github\\.io/%s($\|[^A-Za-z0-9_-])|\\1%s.github.io/%s\\2|g\n' "$(literal "$1")" \
      "$(literal "$2")" "$3" "$4"
    printf 's|(^\|[^A-Za-z0-9_.-])%s@users\\.noreply|\\1%s@users.noreply|g\n' "$(literal "$1")" "$3"
  done
}

small() { tr '[:upper:]' '[:lower:]' <<<"$1"; }

# The rules of GitHub for the two names.
check() { # check OWNER/NAME
  local owner='[A-Za-z0-9](-?[A-Za-z0-9]){0,38}' name='[A-Za-z0-9._-]{1,100}'
  if [[ ! $1 =~ ^$owner/$name$ || ${#1} -gt 140 ]]; then
    fail 2 "\`$1\` is no OWNER/NAME" "Give it as it stands behind https://github.com/, like \`$old\`"
  fi
  case ${1#*/} in
    . | .. | *.git) fail 2 "\`$1\` names no repository" "Give it as it stands behind https://github.com/, like \`$old\`" ;;
  esac
}

old=$(sed -n 's|^repository = "https://github.com/\([^"]*\)"$|\1|p' Cargo.toml)
if [[ ! $old =~ ^[A-Za-z0-9-]+/[A-Za-z0-9._-]+$ ]]; then
  fail 2 "Cargo.toml has no line \`repository = \"https://github.com/OWNER/NAME\"\`" 'Put it back: it is the one setting'
fi
if [ $# = 0 ]; then
  printf '%s\n' "$old"
  exit
elif [ $# != 1 ]; then
  fail 2 "one name is wanted, here are $#" 'Give OWNER/NAME'
fi
new=$1
check "$new"
if [ "$new" = "$old" ]; then
  printf 'it is %s already\n' "$new"
  exit
fi
if [ "$(small "$new")" != "$(small "$old")" ]; then
  taken=$(files_with "$(pattern_of "${new%/*}" "${new#*/}")")
  if [ -n "$taken" ]; then
    fail 2 "\`$new\` stands for something else in $(head -n 1 <<<"$taken")" 'Give the name of the repository that publishes this, or change it there first'
  fi
fi

work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
commands "${old%/*}" "${old#*/}" "${new%/*}" "${new#*/}" >"$work/commands"
files_with "$(pattern_of "${old%/*}" "${old#*/}")" >"$work/files"
while IFS= read -r file; do
  sed -E -f "$work/commands" -- "$file" >"$work/new"
  # Written in place: its mode and its links stay.
  cat "$work/new" >"$file"
  printf '%s\n' "${file#./}"
done <"$work/files"

if [ "$(small "$new")" != "$(small "$old")" ]; then
  left=$(files_with "$(pattern_of "${old%/*}" "${old#*/}")")
  if [ -n "$left" ]; then
    fail 3 "\`$old\` is still in: ${left//$'\n'/, }" 'Change it there by hand: it is written in another way'
  fi
fi
