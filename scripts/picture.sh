#!/usr/bin/env bash
# Takes the README's picture, docs/report.png, of the report's page as it is now.
#
# usage: scripts/picture.sh     (with Chromium or Chrome on PATH)
#
# A test (docs::picture) holds the sum of the page, which the picture carries in a remark, against the page.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

browser=
for candidate in chromium chromium-browser google-chrome chrome; do
  if command -v "$candidate" >/dev/null; then
    browser=$candidate
    break
  fi
done
if [ -z "$browser" ]; then
  echo 'picture.sh: no Chromium and no Chrome on PATH' >&2
  exit 3
fi

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

GOENV_CI_PICTURE=$scratch/page.html cargo test --quiet --locked --test integration \
  docs::picture::the_picture_is_of_the_page_as_it_is -- --exact >/dev/null
# As root the browser refuses its own sandbox; the page is ours and loads nothing.
"$browser" --headless --no-sandbox --disable-gpu --hide-scrollbars --user-data-dir="$scratch/profile" \
  --window-size=1100,960 --screenshot="$scratch/page.png" "file://$scratch/page.html" >/dev/null 2>&1
python3 - "$scratch/page.html" "$scratch/page.png" docs/report.png <<'PYTHON'
import hashlib, struct, sys, zlib

page, taken, to = sys.argv[1:]
png = open(taken, "rb").read()
remark = b"tEXt" + b"page\0" + hashlib.sha256(open(page, "rb").read()).hexdigest().encode()
chunk = struct.pack(">I", len(remark) - 4) + remark + struct.pack(">I", zlib.crc32(remark))
# Behind the signature and the head, which is 25 bytes long.
open(to, "wb").write(png[:33] + chunk + png[33:])
PYTHON
echo 'docs/report.png is new: look at it'
