# shellcheck shell=bash
# Sourced by those who run compilers: `large_pages COMMAND...` has it ask Linux for large pages, which costs nothing and
# saves a sixth of the processor time where the first touch of a page is dear, as on virtual machines.

large_pages() {
  if [ "$(uname -s)" = Linux ]; then
    # rustc's allocator, and the one of C's compilers and linkers.
    MALLOC_CONF=thp:always,metadata_thp:always GLIBC_TUNABLES=glibc.malloc.hugetlb=1 "$@"
  else
    "$@"
  fi
}
