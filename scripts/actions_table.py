#!/usr/bin/env python3
"""Writes the table of an action's tags from a clone: commit, runtime and cache library of each release.

usage: actions_table.py ACTION GIT_DIR [FILE]      (ACTION: setup-go or cache; FILE: matrix/actions/ACTION-tags.yml)

The clone needs all tags (`git clone --bare https://github.com/actions/setup-go`). What a release does beyond that is in
matrix/actions/ACTION.yml, for a person to read from its source: a tag newer than `read_to` there stays unknown.
"""
import json
import re
import subprocess
import sys
from pathlib import Path

LIBRARY = "@actions/cache"
HEADER = """\
# yaml-language-server: $schema=../../docs/schema/action-tags-file.schema.json
# The tags of actions/{action}: written by scripts/actions_table.py from a clone, the newest commit of {date}.
# `runtime` is `using` of action.yml, `library` the version of {library} in package-lock.json, both at that commit.
# A tag that is no full version moves: it `means` the newest release with the very files of its commit.
"""


def git(repository, *arguments):
    run = subprocess.run(["git", f"--git-dir={repository}", *arguments], stdout=subprocess.PIPE, check=True)
    return run.stdout.decode("utf-8", "replace")


def text_at(repository, tag, path):
    if not git(repository, "ls-tree", "--name-only", tag, "--", path).strip():
        return ""
    return git(repository, "show", f"{tag}:{path}")


def library(lock):
    """The locked version of the cache library; lock files of npm 6 have no `packages`."""
    lock = json.loads(lock or "{}")
    entry = lock.get("packages", {}).get(f"node_modules/{LIBRARY}") or lock.get("dependencies", {}).get(LIBRARY) or {}
    return entry.get("version")


def order(tag):
    """v3 before v3.0.0, v3.1.0-beta before v3.1.0-beta.1, that before v3.1.0."""
    number, _, pre = tag[1:].partition("-")
    parts = [int(part) for part in number.split(".")]
    return parts[0], len(parts) > 1, parts, not pre, pre


def meant(repository, tag, releases):
    """The newest release whose files are those of a moving tag."""
    tree = git(repository, "rev-parse", f"{tag}^{{tree}}")
    same = (release for release in reversed(releases) if git(repository, "rev-parse", f"{release}^{{tree}}") == tree)
    return next(same, None)


def row(repository, tag, releases):
    commit = git(repository, "rev-parse", f"{tag}^{{commit}}").strip()
    if tag not in releases:
        means = meant(repository, tag, releases)
        return f"- {{ tag: {tag}, commit: {commit}" + (f", means: {means} }}" if means else " }")
    using = re.search(r"^\s*using:\s*['\"]?(node\d+)", text_at(repository, tag, "action.yml"), re.M)
    fields = {
        "tag": tag,
        "commit": commit,
        "runtime": using and using[1],
        "library": library(text_at(repository, tag, "package-lock.json")),
    }
    return "- {{ {} }}".format(", ".join(f"{name}: {value}" for name, value in fields.items() if value))


def table(action, repository):
    tags = [tag for tag in git(repository, "tag", "--list").split() if re.fullmatch(r"v\d+(\.\d+)*(-[\w.]+)?", tag)]
    if not tags:
        sys.exit(f"{repository} has no tags such as v1.2.3: fetch them")
    date = git(repository, "log", "-1", "--date-order", "--format=%cs", *tags).strip()
    tags.sort(key=order)
    releases = [tag for tag in tags if tag.count(".") >= 2]
    rows = [row(repository, tag, releases) for tag in tags]
    return HEADER.format(action=action, date=date, library=LIBRARY) + "\n".join(rows) + "\n"


def main(arguments):
    if len(arguments) not in (2, 3) or arguments[0] not in ("setup-go", "cache"):
        sys.exit(__doc__)
    action, repository = arguments[:2]
    beside = Path(__file__).resolve().parent.parent / "matrix" / "actions" / f"{action}-tags.yml"
    file = Path(arguments[2]) if len(arguments) == 3 else beside
    file.write_text(table(action, repository), encoding="utf-8", newline="\n")
    print(f"{file.name}: written")


if __name__ == "__main__":
    main(sys.argv[1:])
