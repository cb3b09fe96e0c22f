#!/usr/bin/env bash
# Builds the documentation as a book, with the README in front and the published schemas beside it.
#
# usage: scripts/book.sh [DIR]     (default: target/book; the pages are in DIR/html)
#
# The pages lead to each other as they do on GitHub, so the book has them in the same places: README.md above docs/.
# What is in DIR is replaced. `bash scripts/lab.sh book` installs mdbook.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
mdbook=${GOENV_CI_LAB:-$root/.lab}/bin/mdbook
book=${1:-$root/target/book}
source=https://github.com/org/goenv-action/blob/main

if [ ! -x "$mdbook" ]; then
  echo 'book.sh: no mdbook: bash scripts/lab.sh book' >&2
  exit 3
fi

lay_out() {
  rm -rf "$book/src" "$book/html"
  mkdir -p "$book/src"
  cp "$root"/{README,CHANGELOG,CONTRIBUTING,SECURITY}.md "$book/src"
  cp -R "$root/docs" "$book/src/docs"
  mv "$book/src/docs/book.toml" "$book/book.toml"
  # The list of chapters stands above docs/ here, among what it names.
  sed -E 's|\]\(\.\./|](@|; s|\]\(([^@])|](docs/\1|; s|\]\(@|](|' "$book/src/docs/SUMMARY.md" >"$book/src/SUMMARY.md"
  rm "$book/src/docs/SUMMARY.md"
  # What is no page leads to the repository.
  sed -i.bak -E "s#\]\(\.\./([^)]*\.(json|yml|rs|sh))\)#]($source/\1)#g" "$book"/src/docs/*.md
  rm "$book"/src/docs/*.bak
}

lay_out
"$mdbook" build "$book"
echo "The book: $book/html/index.html"
