#!/usr/bin/env bash
# Reads and dates the sections of CHANGELOG.md.
#
# usage: changelog.sh show NAME          prints what stands under `## NAME` or `## NAME (DATE)`
#        changelog.sh date NAME DATE     what is unreleased becomes `## NAME (DATE)`, below a new `## Unreleased`
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

case $1 in
  show)
    awk -v name="$2" '
      /^## / { inside = $2 == name; next }
      inside { lines[++count] = $0; if ($0 != "") last = count; if ($0 != "" && !first) first = count }
      END { if (first) for (line = first; line <= last; line++) print lines[line] }
    ' CHANGELOG.md
    ;;
  date)
    dated=$(awk -v heading="## $2 ($3)" '{ print } $0 == "## Unreleased" { print ""; print heading }' CHANGELOG.md)
    printf '%s\n' "$dated" >CHANGELOG.md
    ;;
  *)
    echo "changelog.sh: unknown command \`$1\`" >&2
    exit 2
    ;;
esac
