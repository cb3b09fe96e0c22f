#!/usr/bin/env python3
"""Writes the Homebrew formula and the Scoop and winget manifests of the released version.

usage: scripts/packaging/generate.py [--checksums FILE] [--out DIR]

Version and sums come from scripts/checksums.txt, all else from Cargo.toml, so there is one source for each. The files
go to homebrew/, scoop/ and winget/ beside this script, and the release's own commit has them; what is there of an
earlier release goes. Without a release nothing is written. Exit codes: 2 what it reads is wrong, nothing was written.
"""
import argparse
import json
import pathlib
import re
import shutil
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
NAME = "goenv-ci"
KINDS = ("homebrew", "scoop", "winget")
WINGET_SCHEMA = "1.10.0"

LINUX, MACOS, WINDOWS = "unknown-linux-musl", "apple-darwin", "pc-windows-msvc"
X64, ARM64 = "x86_64", "aarch64"
ARCHIVES = [f"{cpu}-{system}" for system in (MACOS, LINUX, WINDOWS) for cpu in (ARM64, X64)]


class Wrong(Exception):
    """What is wrong, and what to do."""


def package(text):
    """The strings of Cargo.toml's `[package]`."""
    table = re.search(r"^\[package\]\n(.*?)(?=^\[|\Z)", text, re.M | re.S)
    found = dict(re.findall(r'^([a-z-]+) = "([^"\\]*)"$', table.group(1) if table else "", re.M))
    for key in ("description", "license", "homepage", "repository"):
        if not found.get(key):
            raise Wrong(f"Cargo.toml has no `{key}`", f'Write `{key} = "..."` below [package]')
    if not re.fullmatch(r"https://github\.com/[A-Za-z0-9-]+/[A-Za-z0-9._-]+", found["repository"]):
        raise Wrong(f"`repository` is no repository on GitHub: {found['repository']}", "Run scripts/owner.sh OWNER/NAME")
    return found


def archive(version, target):
    """The name of a target's archive."""
    return f"{NAME}-{version}-{target}.{'zip' if target.endswith(WINDOWS) else 'tar.gz'}"


def release(text, path):
    """The released version and its archives' sums by target; None without a release."""
    sums = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line or line.startswith(("#", "source ")):
            continue
        match = re.fullmatch(r"([0-9a-f]{64})  ([A-Za-z0-9][A-Za-z0-9._-]*)", line)
        if not match:
            raise Wrong(f"{path}:{number}: this is no line `SHA-256  ASSET`: {line}", "Let the release's workflow write the file")
        if match[2] in sums:
            raise Wrong(f"{path}:{number}: `{match[2]}` stands here twice", "Let the release's workflow write the file")
        sums[match[2]] = match[1]
    if not sums:
        return None
    number = r"\d+\.\d+\.\d+(?:-[0-9A-Za-z.]+)?"
    shape = re.compile(rf"{NAME}-({number})-({'|'.join(ARCHIVES)})\.(?:tar\.gz|zip)")
    versions = {match[1] for match in map(shape.fullmatch, sums) if match}
    if len(versions) != 1:
        raise Wrong(f"{path}: the archives are of {len(versions)} versions: {', '.join(sorted(versions)) or 'none is here'}",
                    "Let the release's workflow write the file")
    version = versions.pop()
    missing = [archive(version, target) for target in ARCHIVES if archive(version, target) not in sums]
    if missing:
        raise Wrong(f"{path}: version {version} lacks {', '.join(missing)}", "Let the release's workflow write the file")
    return version, {target: sums[archive(version, target)] for target in ARCHIVES}


def ruby(text):
    """A Ruby string of this text and nothing else."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("#", "\\#") + '"'


def formula(about, version, sums):
    """Homebrew's formula."""
    def source(target):
        return f"      url {ruby(address(about, version, target))}\n      sha256 {ruby(sums[target])}"

    def system(name, of):
        return (f"  on_{name} do\n    on_arm do\n{source(f'{ARM64}-{of}')}\n    end\n"
                f"    on_intel do\n{source(f'{X64}-{of}')}\n    end\n  end\n")

    return f"""\
# Written by scripts/packaging/generate.py from scripts/checksums.txt.
class GoenvCi < Formula
  desc {ruby(about['description'])}
  homepage {ruby(about['homepage'])}
  version {ruby(version)}
  license {ruby(about['license'])}

{system('macos', MACOS)}
{system('linux', LINUX)}
  def install
    bin.install "{NAME}"
    bash_completion.install "completions/{NAME}.bash" => "{NAME}"
    zsh_completion.install "completions/_{NAME}"
    fish_completion.install "completions/{NAME}.fish"
    man1.install Dir["man/man1/*.1"]
  end

  test do
    assert_equal "{NAME} #{{version}}", shell_output("#{{bin}}/{NAME} --version").strip
    assert_match "go-cache", shell_output("#{{bin}}/{NAME} plan --runner ubuntu-24.04 --repository org/app")
  end
end
"""


def address(about, version, target):
    """Where a target's archive is downloaded from."""
    return f"{about['repository']}/releases/download/v{version}/{archive(version, target)}"


def scoop(about, version, sums):
    """Scoop's manifest, from which Scoop itself finds the next version's addresses and sums."""
    places = {"64bit": f"{X64}-{WINDOWS}", "arm64": f"{ARM64}-{WINDOWS}"}
    manifest = {
        "version": version,
        "description": about["description"],
        "homepage": about["homepage"],
        "license": about["license"],
        "architecture": {
            place: {
                "url": address(about, version, target),
                "hash": sums[target],
                "extract_dir": f"{NAME}-{version}-{target}",
            } for place, target in places.items()
        },
        "bin": f"{NAME}.exe",
        "checkver": {"github": about["repository"]},
        "autoupdate": {
            "architecture": {
                place: {
                    "url": address(about, "$version", target),
                    "extract_dir": f"{NAME}-$version-{target}",
                } for place, target in places.items()
            },
            "hash": {"url": "$baseurl/checksums.txt"},
        },
    }
    return json.dumps(manifest, indent=4, ensure_ascii=False) + "\n"


def winget(about, version, sums):
    """winget's three files by name; a string of JSON is one of YAML."""
    owner = about["repository"].split("/")[3]
    identifier = f"{owner}.{NAME}"
    say = json.dumps

    def file(kind, lines):
        head = [
            "# Written by scripts/packaging/generate.py from scripts/checksums.txt.",
            f"# yaml-language-server: $schema=https://aka.ms/winget-manifest.{kind}.{WINGET_SCHEMA}.schema.json",
            "",
            f"PackageIdentifier: {say(identifier)}",
            f"PackageVersion: {say(version)}",
        ]
        return "\n".join([*head, *lines, f"ManifestType: {kind}", f"ManifestVersion: {WINGET_SCHEMA}", ""])

    installers = []
    for architecture, cpu in (("x64", X64), ("arm64", ARM64)):
        target = f"{cpu}-{WINDOWS}"
        inside = f"{NAME}-{version}-{target}\\{NAME}.exe"
        installers += [
            f"- Architecture: {architecture}",
            "  NestedInstallerFiles:",
            f"  - RelativeFilePath: {say(inside)}",
            f"    PortableCommandAlias: {say(NAME)}",
            f"  InstallerUrl: {say(address(about, version, target))}",
            f"  InstallerSha256: {say(sums[target].upper())}",
        ]
    return {
        f"{identifier}.yaml": file("version", ["DefaultLocale: en-US"]),
        f"{identifier}.installer.yaml": file("installer", [
            "InstallerType: zip", "NestedInstallerType: portable", "Commands:", f"- {say(NAME)}", "Installers:", *installers,
        ]),
        f"{identifier}.locale.en-US.yaml": file("defaultLocale", [
            "PackageLocale: en-US",
            f"Publisher: {say(owner)}",
            f"PublisherUrl: {say('https://github.com/' + owner)}",
            f"PackageName: {say(NAME)}",
            f"PackageUrl: {say(about['homepage'])}",
            f"License: {say(about['license'])}",
            f"LicenseUrl: {say(about['repository'] + '/blob/v' + version + '/LICENSE')}",
            f"ShortDescription: {say(about['description'])}",
            f"Moniker: {say(NAME)}",
            "Tags:", "- ci", "- github-actions", "- go",
            f"ReleaseNotesUrl: {say(about['repository'] + '/releases/tag/v' + version)}",
        ]),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--checksums", type=pathlib.Path, default=ROOT / "scripts" / "checksums.txt")
    parser.add_argument("--out", type=pathlib.Path, default=HERE)
    wanted = parser.parse_args()
    try:
        about = package((ROOT / "Cargo.toml").read_text(encoding="utf-8"))
        found = release(wanted.checksums.read_text(encoding="utf-8"), wanted.checksums)
    except Wrong as wrong:
        sys.exit(fail(*wrong.args))
    except (OSError, UnicodeDecodeError) as why:
        sys.exit(fail(f"this cannot be read: {why}", "Give a file that is there in --checksums"))
    if found is None:
        print(f"{wanted.checksums} names no release: there is nothing to generate")
        return
    files = {
        pathlib.Path("homebrew", f"{NAME}.rb"): formula(about, *found),
        pathlib.Path("scoop", f"{NAME}.json"): scoop(about, *found),
        **{pathlib.Path("winget", name): text for name, text in winget(about, *found).items()},
    }
    for kind in KINDS:
        shutil.rmtree(wanted.out / kind, ignore_errors=True)
    for path, text in files.items():
        place = wanted.out / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(text.encode("utf-8"))
        print(place)


def fail(what, what_to_do):
    print(f"error: {what}\n help: {what_to_do}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    main()
