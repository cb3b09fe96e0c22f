"""Packs a directory so that the same content makes the same bytes, as .tar.gz or .zip by the archive's name.

usage: archive.py DIR ARCHIVE SECONDS     (SECONDS since 1970 are every entry's time)
"""

import gzip
import os
import sys
import tarfile
import time
import zipfile

PROGRAMS = {"goenv-ci", "goenv-ci.exe"}


def entries(root):
    """Yields (name in the archive, path) of each file, sorted by the name's bytes."""
    found = []
    for folder, _, files in os.walk(root):
        for file in files:
            path = os.path.join(folder, file)
            name = os.path.relpath(path, os.path.dirname(root)).replace(os.sep, "/")
            found.append((name, path))
    return sorted(found, key=lambda entry: entry[0].encode())


def mode_of(name):
    """Windows knows no modes, so they follow from the name."""
    return 0o755 if name.rsplit("/", 1)[-1] in PROGRAMS else 0o644


def pack_tar(root, archive, seconds):
    with open(archive, "wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as packed:
        with tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as tar:
            for name, path in entries(root):
                entry = tarfile.TarInfo(name)
                entry.size = os.path.getsize(path)
                entry.mtime = seconds
                entry.mode = mode_of(name)
                with open(path, "rb") as content:
                    tar.addfile(entry, content)


def pack_zip(root, archive, seconds):
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        for name, path in entries(root):
            entry = zipfile.ZipInfo(name, time.gmtime(seconds)[:6])
            entry.create_system = 3  # Unix, wherever this runs: only then does the mode count.
            entry.external_attr = (0o100000 | mode_of(name)) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            with open(path, "rb") as content:
                packed.writestr(entry, content.read())


def main():
    root, archive, seconds = os.path.abspath(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    pack = pack_zip if archive.endswith(".zip") else pack_tar
    pack(root, archive, seconds)


main()
