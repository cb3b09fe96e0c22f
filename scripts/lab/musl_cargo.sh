#!/usr/bin/env bash
# Runs cargo for Linux with musl on Debian: programs are static, position-independent, and need no library of the machine.
#
# usage: musl_cargo.sh LAB COMMAND [ARGUMENTS...]     (COMMAND is build, test, run...)
#        musl_cargo.sh LAB prepare                    makes LAB/musl, or looks at it
#
# rustup has no standard library for musl without a download from elsewhere, so it is built from Debian's
# rust-web-src with Debian's own rustc and cargo, and linked with Debian's musl (1.2.3 or newer).
# `scripts/lab.sh musl` installs them. Everything lies in LAB/musl-target, apart from other builds;
# GOENV_CI_TARGET_DIR names another directory.
set -euo pipefail

lab=$(cd "$1" && pwd)
command=$2
shift 2
triple=x86_64-unknown-linux-musl
gcc=x86_64-linux-gnu-gcc
support=$lab/musl

# Debian's specs for gcc know no static program that is position-independent; these take their place.
write_specs() {
  local lib=/usr/lib/x86_64-linux-musl
  cat >"$1" <<SPECS
*startfile:
%{static-pie: $lib/rcrt1.o; static: $lib/crt1.o; shared:; : $lib/Scrt1.o} $lib/crti.o crtbeginS.o%s

*link:
-nostdlib %{static-pie: -static -pie --no-dynamic-linker -z text; static: -static; shared: -shared; : -dynamic-linker /lib/ld-musl-x86_64.so.1} %{rdynamic:-export-dynamic}

SPECS
}

# std asks for libunwind. gcc's own unwinder has the same functions; Debian's is made for glibc, which it asks for an
# object by an address in it: musl has no such function, and tells all objects instead.
write_finder() {
  cat >"$1" <<'C'
#define _GNU_SOURCE
#include <link.h>
#include <pthread.h>
#include <stdint.h>

/* The unwinder refers to these weakly, which a static link leaves out, and calls them all the same. */
__attribute__((used)) static const void *const called[] = {
    (void *)pthread_once, (void *)pthread_mutex_lock, (void *)pthread_mutex_unlock,
    (void *)pthread_key_create, (void *)pthread_getspecific, (void *)pthread_setspecific,
};

/* As glibc's dlfcn.h has it for x86-64. */
struct dl_find_object {
    unsigned long long flags;
    void *map_start, *map_end;
    struct link_map *link_map;
    void *eh_frame;
    unsigned long long reserved[7];
};

struct search {
    uintptr_t address;
    struct dl_find_object *found;
};

static int look(struct dl_phdr_info *object, size_t size, void *data) {
    struct search *search = data;
    int holds = 0;
    uintptr_t frames = 0;
    (void)size;
    for (int i = 0; i < object->dlpi_phnum; i++) {
        const ElfW(Phdr) *part = &object->dlpi_phdr[i];
        uintptr_t start = object->dlpi_addr + part->p_vaddr;
        if (part->p_type == PT_GNU_EH_FRAME) frames = start;
        if (part->p_type != PT_LOAD || search->address - start >= part->p_memsz) continue;
        holds = 1;
        search->found->map_start = (void *)start;
        search->found->map_end = (void *)(start + part->p_memsz);
    }
    if (!holds || !frames) return 0;
    search->found->eh_frame = (void *)frames;
    return 1;
}

int _dl_find_object(void *address, struct dl_find_object *found) {
    struct search search = {(uintptr_t)address, found};
    *found = (struct dl_find_object){0};
    return dl_iterate_phdr(look, &search) ? 0 : -1;
}
C
}

prepare() {
  if [ -e "$support/.prepared" ]; then return; fi
  rm -rf "$support"
  mkdir -p "$support"
  write_specs "$support/static-pie.specs"
  write_finder "$support/finder.c"
  musl-gcc -O2 -fPIC -Wall -Wextra -Werror -c -o "$support/finder.o" "$support/finder.c"
  cp "$("$gcc" -print-file-name=libgcc_eh.a)" "$support/libunwind.a"
  ar rs "$support/libunwind.a" "$support/finder.o"
  printf '#!/bin/sh\nexec %s "$@" -specs %s -specs "%s"\n' "$gcc" /usr/lib/x86_64-linux-musl/musl-gcc.specs \
    "$support/static-pie.specs" >"$support/musl-gcc"
  chmod +x "$support/musl-gcc"
  : >"$support/.prepared"
}

prepare
if [ "$command" = prepare ]; then exit; fi

# shellcheck source=scripts/lab/build_std.sh
. "${BASH_SOURCE[0]%/*}/build_std.sh"
export CARGO_TARGET_DIR=${GOENV_CI_TARGET_DIR:-$lab/musl-target}
export CARGO_TARGET_X86_64_UNKNOWN_LINUX_MUSL_LINKER=$support/musl-gcc
export CARGO_TARGET_X86_64_UNKNOWN_LINUX_MUSL_RUSTFLAGS="-L native=$support -C link-self-contained=no"
export CC_x86_64_unknown_linux_musl=musl-gcc AR_x86_64_unknown_linux_musl=ar

exec "$cargo" "$command" --locked "${build_std[@]}" --target "$triple" "$@"
