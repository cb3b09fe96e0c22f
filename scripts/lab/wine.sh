#!/usr/bin/env bash
# A Wine prefix that runs the real go.exe, and programs in it.
#
# usage: wine.sh LAB prepare         makes LAB/wine, or looks at it
#        wine.sh LAB with COMMAND... runs a command that runs programs with `wine`
#
# The first program of a prefix starts Windows' services, which inherit its output: whoever reads
# that through a pipe would wait for ever. So `with` starts them first, with no pipe to inherit;
# they end by themselves a minute after the last program. GOENV_CI_WINE=2 is a second prefix, LAB/wine2.
set -euo pipefail

lab=$(cd "$1" && pwd)
case ${GOENV_CI_WINE:-1} in
  1) WINEPREFIX=$lab/wine ;;
  *) WINEPREFIX=$lab/wine$GOENV_CI_WINE ;;
esac
unset GOENV_CI_WINE # It is nobody's setting beyond here.
export WINEPREFIX WINEARCH=win64 WINEDEBUG=-all WINEDLLOVERRIDES='mscoree,mshtml='
unset DISPLAY

# Go 1.21 and Rust ask bcryptprimitives.dll for random numbers; Wine has it from version 9 on.
install_shim() {
  local scratch
  scratch=$(mktemp -d)
  cat >"$scratch/shim.c" <<'C'
#include <windows.h>
BOOLEAN NTAPI SystemFunction036(PVOID buffer, ULONG length);
__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE buffer, SIZE_T length) {
    while (length) {
        ULONG part = length > 0x10000000 ? 0x10000000 : (ULONG)length;
        if (!SystemFunction036(buffer, part)) return FALSE;
        buffer += part;
        length -= part;
    }
    return TRUE;
}
BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, LPVOID reserved) { return TRUE; }
C
  x86_64-w64-mingw32-gcc-posix -shared -O2 -s -o "$scratch/bcryptprimitives.dll" "$scratch/shim.c" -ladvapi32
  mv -f "$scratch/bcryptprimitives.dll" "$WINEPREFIX/drive_c/windows/system32/bcryptprimitives.dll"
  rm -rf "$scratch"
}

# A prefix whose services run still writes its registry.
wait_for_the_first() { WINEPREFIX=$lab/wine wineserver -w; }

case $2 in
  prepare)
    if [ -e "$WINEPREFIX/.prepared" ]; then exit; fi
    rm -rf "$WINEPREFIX"
    if [ -e "$lab/wine/.prepared" ]; then
      wait_for_the_first
      cp -a --reflink=auto "$lab/wine" "$WINEPREFIX"
      exit
    fi
    wine wineboot --init >/dev/null 2>&1 </dev/null
    wine winecfg -v win10 >/dev/null 2>&1 </dev/null
    wineserver -w
    install_shim
    : >"$WINEPREFIX/.prepared"
    ;;
  with)
    shift 2
    wineserver -p60 >/dev/null 2>&1 </dev/null || true # It fails where one is running already.
    wine cmd /c ver >/dev/null 2>&1 </dev/null
    exec "$@"
    ;;
  *)
    echo "wine.sh: unknown command \`$2\`" >&2
    exit 2
    ;;
esac
