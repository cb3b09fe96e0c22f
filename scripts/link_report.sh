#!/usr/bin/env bash
# Adds to the job summary a line that leads to the uploaded report.
#
# usage: GOENV_CI_ARTIFACT_URL=URL link_report.sh
#
# A step after the upload runs it: `verify` writes the summary before there is an address. The address is
# actions/upload-artifact's output `artifact-url`; one that could mean anything but an address to Markdown is not
# written, and without an address or a summary there is nothing to do.
set -euo pipefail

main() {
  local url=${GOENV_CI_ARTIFACT_URL:-} rest
  rest=${url#http://}
  rest=${rest#https://}
  if [ -z "$url" ] || [ -z "${GITHUB_STEP_SUMMARY:-}" ]; then return; fi
  if [ "$rest" = "$url" ] || [ -z "${rest##*[!A-Za-z0-9._~:/?#=&%+,@-]*}" ]; then
    echo '::warning title=goenv-ci::the address of the uploaded report is no plain web address, and is not linked'
    return
  fi
  # In HTML `&` begins an entity.
  printf '\n<p>📄 <a href="%s"><b>Download the report</b></a>: <code>index.html</code> in it shows each probe with its control, and what failed with its commands.</p>\n' \
    "${url//&/&amp;}" >>"$GITHUB_STEP_SUMMARY"
}

main
