#!/usr/bin/env python3
"""Which settings of Go are fine alone and clash together: all pairs, tried with real Go; writes docs/clashes.md.

usage: scripts/clashes.py [--go 1.21,1.22] [--goenv-ci PROGRAM] [--only SETTING] [--again] [--jobs N]
  --go        the versions of the tool cache of scripts/lab.sh that are tried
  --goenv-ci  asks `PROGRAM doctor` about each pair that stops a command
  --only      only the pairs with this setting, printed; the page is not written
  --again     writes the page anew from the outcomes that the last run left in target/clashes

Each setting is a change to an environment, a module or the directories around it on which all is well. A pair
clashes where a command that works with either alone stops, or does what neither alone explains. Nothing is
downloaded: the module's one dependency comes from a directory. Linux; needs git and a C compiler.
"""

import argparse
import collections
import concurrent.futures
import functools
import itertools
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
LAB = pathlib.Path(os.environ.get("GOENV_CI_LAB", ROOT / ".lab"))
DEP = "example.com/dep"
LIMIT = 120  # seconds for one command

COMMANDS = {
    "build": ["go", "build", "."],
    "run": ["go", "run", "."],
    "install": ["go", "install", "."],
    "test": ["go", "test", "."],
    "vet": ["go", "vet", "."],
    "list -m": ["go", "list", "-m", "all"],
    "mod download": ["go", "mod", "download"],
}


class Place:
    """A case: its directories and its environment."""

    def __init__(self, root, goroot, newer):
        self.root, self.goroot, self.newer = root, goroot, newer
        self.module = root / "up/m"
        self.path = [str(goroot / "bin"), "/usr/bin", "/bin"]
        self.env = {"HOME": str(root / "home"), "GOPROXY": f"file://{root}/proxy", "GOSUMDB": "sum.golang.org"}
        self.flags = []

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def set(self, name, value):
        self.env[name] = value.replace("$W", str(self.root))

    def flag(self, flag):
        self.flags.append(flag.replace("$W", str(self.root)))

    def vendor(self):
        self.write(f"up/m/vendor/{DEP}/dep.go", "package dep\n\nconst Name = \"vendored\"\n")
        text = f"# {DEP} v1.0.0\n## explicit; go 1.20\n{DEP}\n"
        self.write("up/m/vendor/modules.txt", text)

    def other_module(self):
        self.write("up/other/go.mod", "module example.com/other\n\ngo 1.20\n")
        self.write("up/other/other.go", "package other\n")

    def whole_env(self):
        env = {**self.env, "PATH": ":".join(self.path)}
        if self.flags:
            env["GOFLAGS"] = " ".join(self.flags)
        return env


def env(name, value):
    return (name, lambda place: place.set(name, value))


def flag(text):
    return (text.split("=")[0] if text.startswith("-mod=") else text, lambda place: place.flag(text))


def without(program):
    """PATH with go and all but one program."""

    def change(place):
        bin_dir = place.root / "few"
        if not bin_dir.exists():
            bin_dir.mkdir()
            for name in ("git", "gcc", "sh", "ld", "as", "cc"):
                if shutil.which(name):
                    (bin_dir / name).symlink_to(shutil.which(name))
        for name in ("gcc", "cc", "g++") if program == "gcc" else (program,):
            (bin_dir / name).unlink(missing_ok=True)
        place.path = [entry for entry in place.path if entry not in ("/usr/bin", "/bin")]
        if str(bin_dir) not in place.path:
            place.path.append(str(bin_dir))

    return (f"without {program}", change)


def files(key, **contents):
    def change(place):
        for name, text in contents.items():
            place.write(name, text)

    return (key, change)


def change(key):
    return lambda function: (key, function)


@change("vendor")
def vendor(place):
    place.vendor()


@change("-mod")
def mod_vendor(place):
    place.vendor()
    place.flag("-mod=vendor")


@change("go.work")
def work_here(place):
    place.write("up/m/go.work", "go 1.21\n\nuse .\n")


@change("go.work")
def work_above(place):
    place.write("up/go.work", "go 1.21\n\nuse ./m\n")


@change("go.work")
def work_above_two(place):
    place.other_module()
    place.write("up/go.work", "go 1.21\n\nuse (\n\t./m\n\t./other\n)\n")


@change("GOWORK")
def work_elsewhere(place):
    place.write("work/go.work", "go 1.21\n\nuse ../up/m\n")
    place.set("GOWORK", "$W/work/go.work")


@change("cgo")
def uses_cgo(place):
    place.write("up/m/c.go", "package main\n\n// int one() { return 1; }\nimport \"C\"\n\nvar one = C.one()\n")


@change("repository")
def repository(place):
    quiet = {**os.environ, "HOME": str(place.root / "home")}
    who = ["-c", "user.name=a", "-c", "user.email=a@example.com"]
    for args in (["init", "-q"], ["add", "go.mod", "main.go"], [*who, "commit", "-q", "-m", "first"]):
        subprocess.run(["git", *args], cwd=place.module, env=quiet, check=True, capture_output=True)


@change("go.mod")
def newer_line(place):
    """The newer toolchain is on PATH, as `go1.23.9`."""
    name = f"go{place.newer.parent.name}"
    place.write("newer/.keep", "")
    (place.root / "newer" / name).symlink_to(place.newer / "bin/go")
    place.path.append(str(place.root / "newer"))
    file = place.module / "go.mod"
    file.write_text(file.read_text().replace("go 1.20\n", f"go {place.newer.parent.name}\n", 1))


@change("go.mod")
def toolchain_line(place):
    """As above, but only the `toolchain` line wants it."""
    newer_line[1](place)
    file = place.module / "go.mod"
    name = place.newer.parent.name
    file.write_text(file.read_text().replace(f"go {name}\n", f"go 1.21\n\ntoolchain go{name}\n", 1))


@change("-mod")
def no_sum(place):
    """Only -mod=mod writes it."""
    (place.module / "go.sum").unlink()
    place.flag("-mod=mod")
    place.set("GONOSUMDB", "example.com")


@change("GOENV file")
def goenv_file(place):
    place.write("home/.config/go/env", "GOFLAGS=-trimpath\nGOBIN=" + str(place.root / "envbin") + "\n")


@change("-modfile")
def modfile(place):
    for name in ("go.mod", "go.sum"):
        place.write("up/m/" + name.replace("go", "alt"), (place.module / name).read_text())
    place.flag("-modfile=alt.mod")


@change("overlay")
def overlay(place):
    place.write("over/main.go", MAIN.replace("plain", "overlaid"))
    text = json.dumps({"Replace": {str(place.module / "main.go"): str(place.root / "over/main.go")}})
    place.write("over/overlay.json", text)
    place.flag("-overlay=$W/over/overlay.json")


@change("replace")
def replace(place):
    place.write("up/dep/go.mod", f"module {DEP}\n\ngo 1.20\n")
    place.write("up/dep/dep.go", "package dep\n\nconst Name = \"replaced\"\n")
    file = place.module / "go.mod"
    file.write_text(file.read_text() + f"\nreplace {DEP} => ../dep\n")


# In the order of the page: name, what it changes (two of one key cannot be tried together), how.
SETTINGS = {
    "GOFLAGS=-mod=mod": flag("-mod=mod"),
    "GOFLAGS=-mod=readonly": flag("-mod=readonly"),
    "GOFLAGS=-mod=vendor, vendor/ there": mod_vendor,
    "vendor/ there": vendor,
    "GOFLAGS=-modfile=alt.mod": modfile,
    "GOFLAGS=-mod=mod, go.sum absent": no_sum,
    "GOFLAGS=-race": flag("-race"),
    "GOFLAGS=-trimpath": flag("-trimpath"),
    "GOFLAGS=-buildmode=pie": flag("-buildmode=pie"),
    "GOFLAGS=-modcacherw": flag("-modcacherw"),
    "GOFLAGS=-buildvcs=true": flag("-buildvcs=true"),
    "GOFLAGS=-overlay": overlay,
    "CGO_ENABLED=0": env("CGO_ENABLED", "0"),
    "CGO_ENABLED=1": env("CGO_ENABLED", "1"),
    "CC=nowhere-cc": env("CC", "nowhere-cc"),
    "no C compiler on PATH": without("gcc"),
    "the module uses cgo": uses_cgo,
    "no git on PATH": without("git"),
    "the module is a git repository": repository,
    "GOOS=windows": env("GOOS", "windows"),
    "GOARCH=arm64": env("GOARCH", "arm64"),
    "GOBIN set": env("GOBIN", "$W/bin"),
    "GOPATH inside the module": env("GOPATH", "$W/up/m/go"),
    "GOPATH is the module": env("GOPATH", "$W/up/m"),
    "GO111MODULE=on": env("GO111MODULE", "on"),
    "GO111MODULE=off": env("GO111MODULE", "off"),
    "GOWORK=off": env("GOWORK", "off"),
    "GOWORK=FILE that uses the module": work_elsewhere,
    "go.work in the module": work_here,
    "go.work above that uses the module": work_above,
    "go.work above that uses it and another": work_above_two,
    "go.mod wants a newer Go, on PATH": newer_line,
    "go.mod has a newer toolchain line, on PATH": toolchain_line,
    "GOTOOLCHAIN=local": env("GOTOOLCHAIN", "local"),
    "GOTOOLCHAIN=path": env("GOTOOLCHAIN", "path"),
    "GOPROXY=off": env("GOPROXY", "off"),
    "GOSUMDB=off": env("GOSUMDB", "off"),
    "GOPRIVATE=*": env("GOPRIVATE", "*"),
    "module cache empty": ("module cache", lambda place: shutil.rmtree(place.root / "home/go")),
    "go.mod replaces the dependency": replace,
    "GOENV=off": env("GOENV", "off"),
    "GOENV file with GOFLAGS and GOBIN": goenv_file,
    "GOTMPDIR inside the module": ("GOTMPDIR", lambda place: (place.write("up/m/tmp/.keep", ""), place.set("GOTMPDIR", "$W/up/m/tmp"))),
    "GOEXPERIMENT=loopvar": env("GOEXPERIMENT", "loopvar"),
}

MAIN = """package main

import (
	"os"
	"runtime"

	"example.com/dep"
)

func main() {
	os.Stdout.WriteString("plain " + dep.Name + " " + runtime.Version() + "\\n")
}
"""
TEST = "package main\n\nimport \"testing\"\n\nfunc TestIt(t *testing.T) {}\n"


def template(root, go, goroot):
    """A module with one dependency, its proxy, and a home whose module cache has it."""
    at = f"{DEP}@v1.0.0"
    mod = f"module {DEP}\n\ngo 1.20\n"
    versions = root / f"proxy/{DEP}/@v"
    versions.mkdir(parents=True)
    (versions / "list").write_text("v1.0.0\n")
    (versions / "v1.0.0.info").write_text('{"Version":"v1.0.0","Time":"2024-01-01T00:00:00Z"}')
    (versions / "v1.0.0.mod").write_text(mod)
    with zipfile.ZipFile(versions / "v1.0.0.zip", "w") as archive:
        for name, text in (("go.mod", mod), ("dep.go", "package dep\n\nconst Name = \"dep\"\n")):
            archive.writestr(zipfile.ZipInfo(f"{at}/{name}", (2024, 1, 1, 0, 0, 0)), text)
    module = root / "up/m"
    module.mkdir(parents=True)
    (module / "go.mod").write_text(f"module example.com/m\n\ngo 1.20\n\nrequire {DEP} v1.0.0\n")
    (module / "main.go").write_text(MAIN)
    (module / "main_test.go").write_text(TEST)
    (root / "home").mkdir()
    place = Place(root, goroot, None)
    place.set("GONOSUMDB", "example.com")
    place.flag("-modcacherw")
    place.flag("-mod=mod")
    done = subprocess.run(["go", "mod", "download", "all"], cwd=module, env=place.whole_env(), capture_output=True, text=True)
    assert done.returncode == 0 and (module / "go.sum").exists(), done.stderr


def listing(root):
    """Files that a command may have made or changed; its own directories only."""
    found = {}
    for top in ("up", "bin", "envbin", "home/go/bin", "home/go/pkg/mod", "work"):
        for dir_path, dirs, names in os.walk(root / top):
            dirs[:] = [name for name in dirs if name not in (".git", "cache", "tmp")]
            for name in names:
                path = pathlib.Path(dir_path) / name
                small = path.suffix in (".mod", ".sum", ".work") or name == "modules.txt"
                found[str(path.relative_to(root))] = path.read_text() if small else ""
    return found


def said(text, place):
    """Go's message, with nothing of this run in it."""
    text = text.replace(str(place.root), "$W").replace(str(place.goroot), "$GOROOT")
    if place.newer:
        text = text.replace(str(place.newer), "$NEWER")
    text = re.sub(r"go-build\d+", "go-build0", text)
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    chosen = [line for line in lines if not line.startswith(("go: downloading", "warning:"))] or lines
    return " / ".join(chosen[:3])[:300]


def laid_out(base, root, names, goroot, newer, cache):
    shutil.copytree(base, root, symlinks=True)
    place = Place(root, goroot, newer)
    (root / "home/.cache").mkdir(exist_ok=True)
    (root / "home/.cache/go-build").symlink_to(cache)
    # What changes files of the module comes before what copies them or commits them.
    late = {"GOFLAGS=-modfile=alt.mod": 1, "the module is a git repository": 2}
    for name in sorted(names, key=lambda name: late.get(name, 0)):
        SETTINGS[name][1](place)
    return place


def attempt(base, names, goroot, newer, cache):
    """What each command does: whether it works, what it says, and its effects."""
    with tempfile.TemporaryDirectory(prefix="clash-", dir=base.parent) as scratch:
        root = pathlib.Path(scratch) / "w"
        place = laid_out(base, root, names, goroot, newer, cache)
        outcomes = {}
        environ = place.whole_env()
        for command, argv in COMMANDS.items():
            before = listing(root)
            try:
                done = subprocess.run(argv, cwd=place.module, env=environ, capture_output=True, text=True, timeout=LIMIT)
                works, text, code = done.returncode == 0, done.stdout + done.stderr, done.returncode
            except subprocess.TimeoutExpired:
                works, text, code = False, f"no end within {LIMIT} s", -1
            after = listing(root)
            effects = {}
            if works:
                new = sorted(name for name in after if before.get(name) != after[name])
                effects["writes"] = ", ".join(new)
                for name in new:
                    if name.endswith(("/m", "/m.exe")):
                        effects["program"] = settings_of(root / name, environ, place)
                if command in ("run", "list -m"):
                    effects["says"] = said(done.stdout, place)
                if "warning" in done.stderr:
                    effects["warns"] = said(done.stderr, place)
            outcomes[command] = (works, "" if works else said(text, place), effects)
            if command == "build":
                for name in ("m", "m.exe"):
                    (place.module / name).unlink(missing_ok=True)
        return outcomes


def settings_of(program, environ, place):
    """What is recorded in a program of how it was built."""
    plain = {name: value for name, value in environ.items() if name not in ("GOFLAGS", "GOTOOLCHAIN")}
    done = subprocess.run(["go", "version", "-m", program], cwd="/", env={**plain, "GOFLAGS": ""}, capture_output=True, text=True)
    kept = [" ".join(line.split()[1:]) for line in done.stdout.splitlines() if line.startswith("\tbuild") or line.startswith("\tdep")]
    lines = [line for line in kept if not line.startswith(("vcs.revision", "vcs.time", "CGO_C", "CGO_L", "-ldflags"))]
    version = done.stdout.split("\n")[0].rsplit(": ", 1)[-1]
    return "; ".join([version, *sorted(lines)]).replace(str(place.root), "$W")


BETWEEN = {"program": "; ", "writes": ", ", "says": " "}


def parts(key, value):
    return set(value.split(BETWEEN.get(key, "; "))) if value else set()


def unexplained(base, one, two, both):
    """What of the effects of both is neither that of one where the other leaves the base alone, nor the reverse."""
    news = []
    for key in sorted({*base, *one, *two, *both}):
        nothing, left, right, now = (effects.get(key, "") for effects in (base, one, two, both))
        expected = {left if right == nothing else right} if nothing in (left, right) or left == right else set()
        if key == "program" and now and left and right and nothing:
            # Each line of it by itself.
            plain, a, b, c = parts(nothing), parts(left), parts(right), parts(now)
            lines = ((plain - (plain - a) - (plain - b)) | (a - plain) | (b - plain))
            if c != lines:
                news.append((key, "; ".join(sorted(c ^ lines))))
        elif now not in expected:
            news.append((key, now or "nothing"))
    return news


def toolchains(wanted):
    cache = LAB / "tool-cache/go"
    found = {}
    for version in wanted.split(","):
        patches = sorted(cache.glob(f"{version}.*/*/VERSION"))
        if not patches:
            sys.exit(f"Go {version} is not in {cache}: run `bash scripts/lab.sh go`")
        found[patches[-1].parent.parent.name] = patches[-1].parent.resolve()
    newest = sorted(cache.glob("1.23.*/*/VERSION"))[-1].parent.resolve()
    return found, newest


def sweep(base, goroot, newer, pairs, cache, workers):
    cache.mkdir(parents=True, exist_ok=True)
    run = functools.partial(attempt, base, goroot=goroot, newer=newer, cache=cache)
    plain = run(())
    broken = {command: outcome for command, outcome in plain.items() if not outcome[0]}
    assert not broken, broken
    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        alone = dict(zip(SETTINGS, pool.map(lambda name: run((name,)), SETTINGS)))
        together = dict(zip(pairs, pool.map(run, pairs)))
    return plain, alone, together


def judge(plain, alone, together):
    stops, changes, mends = [], [], []
    for (one, two), outcomes in together.items():
        for command, (works, message, effects) in outcomes.items():
            first, second = alone[one][command], alone[two][command]
            if first[0] and second[0] and not works:
                stops.append(((one, two), command, message))
            elif works and not (first[0] and second[0]):
                mends.append(((one, two), command, one if not first[0] else two))
            elif works:
                for key, now in unexplained(plain[command][2], first[2], second[2], effects):
                    changes.append(((one, two), command, f"{key}: {now}"))
    return stops, changes, mends


def doctor(program, base, pair, goroot, newer, cache):
    """Ids of errors and warnings that both have."""
    with tempfile.TemporaryDirectory(prefix="clash-", dir=base.parent) as scratch:
        place = laid_out(base, pathlib.Path(scratch) / "w", pair, goroot, newer, cache)
        argv = [program, "doctor", "--format", "json", "--fail-on", "never"]
        done = subprocess.run(argv, cwd=place.module, env=place.whole_env(), capture_output=True, text=True)
        return sorted({one["id"] for one in json.loads(done.stdout)["findings"] if one["severity"] != "note"})


def cell(text):
    return text.replace("|", "\\|").replace("\n", " ")


def grouped(rows):
    """By pair and what is told of it, with the commands and the versions."""
    found = collections.OrderedDict()
    for version, row in rows:
        pair, command, *told = row
        commands, versions = found.setdefault((tuple(pair), tuple(told)), ([], []))
        for one, many in ((command, commands), (version, versions)):
            if one not in many:
                many.append(one)
    return found


HEAD = """# Settings that are fine alone and clash together

Written by `python3 scripts/clashes.py --goenv-ci PROGRAM` from a run; nothing here is edited by hand. Each setting is a
change to an environment, a module with one dependency, or the directories around it, on which {commands} all work. Every
pair of settings that do not exclude each other is laid out in a directory of its own, and every command is run there by
real Go, without a network. Of a pair is said

- that it **stops** a command, where the command works with either setting alone;
- that it **changes** something, where what a command writes, prints, or records in a program is neither what one of them
  does nor both together: **takes back** (as if neither were set), **wins** (as if the other were not), **new**;
- that a command works **only with both**, where one alone stops it.

| Go | settings | pairs | commands run | pairs that stop a command | that change something | that work only together |
| --- | --- | --- | --- | --- | --- | --- |
"""


def page(judged, pairs, found_by_doctor):
    text = HEAD.format(commands=", ".join(f"`go {name}`" for name in COMMANDS))
    count = lambda rows: len({tuple(row[0]) for row in rows})
    for version, (alone, stops, changes, mends) in judged.items():
        runs = (len(pairs) + len(alone) + 1) * len(COMMANDS)
        text += f"| {version} | {len(alone)} | {len(pairs)} | {runs} | {count(stops)} | {count(changes)} | {count(mends)} |\n"
    text += "\n## Settings that stop a command alone\n\n| setting | stops |\n| --- | --- |\n"
    for name in SETTINGS:
        stopped = [c for c in COMMANDS if any(not one[0][name][c][0] for one in judged.values())]
        if stopped:
            text += f"| {name} | {', '.join(stopped)} |\n"
    text += "\nOf these only the other commands count.\n"
    text += "\n## Pairs that stop a command\n\nThe last column has the errors and warnings of `goenv-ci doctor` there.\n\n"
    text += "| one | the other | stops | Go | says | doctor finds |\n| --- | --- | --- | --- | --- | --- |\n"
    stops = collections.OrderedDict()
    for version, (_, rows, _, _) in judged.items():
        for pair, command, message in rows:
            kept = stops.setdefault(tuple(pair), [[], [], message])
            for one, many in ((command, kept[0]), (version, kept[1])):
                if one not in many:
                    many.append(one)
    for pair, (commands, versions, message) in stops.items():
        ids = ", ".join(f"[{one}](doctor.md#{one})" for one in found_by_doctor.get(pair, [])) or "nothing"
        message = cell(message.split(" / ")[0])
        text += f"| {pair[0]} | {pair[1]} | {', '.join(commands)} | {', '.join(versions)} | `{message}` | {ids} |\n"
    text += "\n## Pairs that change something\n\n"
    text += "| one | the other | commands | Go | how | what |\n| --- | --- | --- | --- | --- | --- |\n"
    rows = [(version, row) for version, one in judged.items() for row in one[2]]
    for (pair, told), (commands, versions) in grouped(rows).items():
        kind, what = told
        what = what if len(what) < 160 else what[:160] + "…"
        text += f"| {pair[0]} | {pair[1]} | {', '.join(commands)} | {', '.join(versions)} | {kind} | `{cell(what)}` |\n"
    return text


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--go", default="1.21,1.22")
    parser.add_argument("--goenv-ci")
    parser.add_argument("--only")
    parser.add_argument("--again", action="store_true", help="the page anew, from what the last run kept in target/")
    parser.add_argument("--jobs", type=int, default=2)
    wanted = parser.parse_args()
    found, newest = toolchains(wanted.go)
    pairs = [pair for pair in itertools.combinations(SETTINGS, 2) if SETTINGS[pair[0]][0] != SETTINGS[pair[1]][0]]
    if wanted.only:
        pairs = [pair for pair in pairs if wanted.only in pair]
    judged, finds = {}, {}
    with tempfile.TemporaryDirectory(prefix="clashes-") as place:
        for version, goroot in found.items():
            kept = ROOT / f"target/clashes/{version}.json"
            base = pathlib.Path(place) / version / "base"
            base.mkdir(parents=True)
            template(base, version, goroot)
            cache = ROOT / "target/clashes" / version
            if wanted.again:
                judged[version] = json.loads(kept.read_text())
            else:
                plain, alone, together = sweep(base, goroot, newest, pairs, cache, wanted.jobs)
                judged[version] = (alone, *judge(plain, alone, together))
                if not wanted.only:
                    kept.write_text(json.dumps(judged[version]))
            stops, changes, mends = judged[version][1:]
            print(version, *(len({tuple(row[0]) for row in rows}) for rows in (stops, changes, mends)), file=sys.stderr)
            for pair in {tuple(row[0]) for row in stops} if wanted.goenv_ci else ():
                program = os.path.abspath(wanted.goenv_ci)
                ids = doctor(program, base, pair, goroot, newest, cache)
                finds[pair] = sorted({*finds.get(pair, []), *ids})
    text = page(judged, pairs, finds)
    if wanted.only:
        print(text)
    else:
        (ROOT / "docs/clashes.md").write_text(text)


if __name__ == "__main__":
    main()
