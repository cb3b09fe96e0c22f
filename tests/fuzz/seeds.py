#!/usr/bin/env python3
"""Writes what the fuzz targets begin with: the files of this repository, and the inputs of its tests.

usage: seeds.py DIRECTORY

A target takes numbers from the front of an input, then parts that a byte 0xFE separates (src/input.rs).
"""

import json
import pathlib
import re
import sys
import zipfile
import io

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
CUT = b"\xfe"


def parts(*all_parts):
    return CUT.join(part.encode() if isinstance(part, str) else part for part in all_parts)


def entries(path):
    """A YAML list, one entry at a time: each is a file of its own."""
    text = path.read_text(encoding="utf-8")
    return [entry for entry in re.split(r"(?m)^(?=- id: )", text) if entry.startswith("- id: ")]


def result(probe, go, verdict, **more):
    row = {"probe": probe, "variable": probe.split("/")[0].upper(), "go": go, "verdict": verdict, "duration_ms": 40}
    return row | more


def report(results, **more):
    runner = {"os": "Windows", "arch": "X64", "image": "windows-2022", "image_version": "1"}
    head = {"schema_version": 1, "tool": {"name": "goenv-ci", "version": "1.0.0"}, "runner": runner}
    tally = {word: sum(row["verdict"] == word for row in results) for word in ("pass", "fail", "skip", "error")}
    return json.dumps(head | more | {"results": results, "summary": tally})


REPORTS = [
    report([result("gobin/a", "1.21.13", "pass"), result("gobin/b", "1.22.10", "fail", expected="x", observed="y")]),
    report([result("gobin/a", "1.21.13", "fail", expected="x", observed="<b>|`::error::"), result("path/c", "1.22.10", "skip", reason="no Go")]),
    report([result("gobin/a", "1.21.13", "error", reason="gone", evidence=[{"argv": ["go", "build"], "ended": "code", "exit": 1, "stdout": "a", "stderr": "b"}])], notes=["n"], duration_ms=3),
    report([result("gobin/a", "1.21.13", "pass", runner="other Linux X64")], delivery="runner", toolchains=[{"version": "1.21.13", "goroot": "/go", "source": "tool-cache"}], missing=[{"request": "1.20"}], sources=[{"variable": "GOBIN", "source": "environment", "value": "/b"}]),
    report([]),
    report([])[:-30],
    report([]).replace('"schema_version": 1', '"schema_version": 2'),
    "{}",
]

HOSTILE = "<script>x</script> ::error::x ##[group] \x1b[31m \u202e | ` @org #1 http://x.y ![a](b) [a](b) **b** _c_ ~~d~~ &lt; \" '"


def settings_of_code():
    go, terminal = "go.toolsEnvVars", "terminal.integrated.env.linux"
    yield "{\n  // mine\n  \"go.toolsEnvVars\": { \"GOFLAGS\": \"-tags=a\", },\n  /* x */ \"" + terminal + "\": {\n    \"GOBIN\": \"/b\", \"GOPATH\": null\n  },\n}\n"
    yield json.dumps({go: {"GOBIN": "/b", "GOFLAGS": "-v"}, terminal: {"GOBIN": "/c", "GOPATH": "/p"}, "go.gopath": "/g"})
    yield json.dumps({go: {"GOBIN": 1}, "go.goroot": "/go", "other": [1, {"a": []}]})
    yield "[1]"


def archive(files):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as to:
        for name, content in files:
            to.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return held.getvalue()


def seeds():
    for at, content in enumerate(["", "A=1\n", "X=2", "A<<EOF\n1\nEOF\n", "A=1\nA=2\n", "B<<EOF\nx\n", "a=1\r\n", "garbage\n", "=1\n", "X<<\n", "/b\n/a\n", "/a\n/b", "\ufeffA=1\n", "GOBIN=/b=<<x\n"]):
        for mode in range(3):
            yield "command-files", bytes([mode, at % 3, at & 1]) + content.encode()
    yield "command-files", b"\x00\x00\x00\xff\xfeA\x00"
    for text in ("go: go.mod requires go >= 1.99 (running go 1.21.13; GOTOOLCHAIN=local)\n", "2026-01-01T00:00:00.0000000Z ##[error]main.go:3:8: package x/y is not in std (/r/src)\r\n", "=== RUN   TestA\ngo: invalid GOTOOLCHAIN \"x\"\n--- FAIL: TestA (0s)\n", "\x1b[31mgo: cannot find GOROOT directory: /x\x1b[0m\r100%\n"):
        yield "log", b"\x00" + text.encode()
        yield "log", b"\x01\xff\xfe" + text.encode("utf-16-le")
    yield "undo-record", "v1 GOBIN - /b GOPATH = /p PATH /p/bin 1"
    yield "undo-record", "v1 GOCACHE %2D %C3%BC PATH C:\\b 0"
    for event in ({"pull_request": {"number": 3, "head": {"sha": "a" * 40, "repo": {"full_name": "o/f"}}, "base": {"repo": {"full_name": "o/a"}}}}, {"issue": {"number": 4, "pull_request": {}}}, {"workflow_run": {"head_sha": "b" * 40, "pull_requests": [{"number": 5}]}}):
        yield "event", parts("refs/pull/3/merge", "org/app", "https://x.ghe.com", json.dumps(event))
    for text in ("# x\nGOPROXY=file:///p\nGOSUMDB=off\nGOFLAGS=\nbad\n", "GOBIN=/a\nGOBIN=/b\n", "GOBIN=/a\r\n", "gobin=/x\n =\n"):
        yield "go-env", b"\x00" + text.encode()
        yield "go-env", b"\x01" + text.encode()
    yield "go-env", b"\x00\xff\xfeG\x00"
    for setting in ("auto", "path", "local", "go1.23.4+auto", "go1.21.1", "go1.24rc1+path", "local+auto", "go1.22+x", "go1.99.1-custom"):
        yield "go-mod", b"\x00" + parts(setting, "module m\n\ngo 1.23\ntoolchain go1.23.5 // x\n", "")
        yield "go-mod", b"\x01" + parts(setting, "module m\ngo 1.21.0\n", "go 1.24rc2\n\ttoolchain default\n")
    for version in ("1.21.13\n1.21rc2", "1.20\n1.20.0", "go1.27beta2\n1.27.0", "1.021\n1.21.3rc1", "1.21-foo\nv1.21", "99999999999999999999.1\n1.x"):
        yield "versions", version
    for text in (" -v '-ldflags=-s -w'  --x=1", "\"-a", "x -", "-- ---x -=x --=x -w'"):
        yield "goflags", text
    yield "path-lists", b"\x01" + '"C:\\a;b";C:\\c;;"C:\\d e"\\bin'.encode()
    yield "path-lists", b"\x00" + b"/a::/b:\"/c:/d\""
    for left, right, third in ((r"D:\a\Go\ ".strip(), "d:/a/go", r"\\?\D:\a\go"), (r"\\Server\Share\x\..", "//server/share/", r"\\?\UNC\SERVER\share"), ("/a/./b/../c", "/a//c", "x/../.."), (r"C:x", r"\x", r"\\.\pipe\x"), (r"x .\y. ", "..", ".")):
        for platform in range(3):
            yield "paths", bytes([platform]) + parts(left, right, third)
    for kind in range(3):
        yield "registry", bytes([kind]) + parts(r"%HOMEDRIVE%\go;%X%;%nope%;100%", "y")
    for data in (b"plain", b"\xff\xfeG\x00r\x00", b"\xfe\xff\x00G", b"Gr\x81\xe1e", b"\x7fELF\x02\x01\x01" + bytes(11) + b"\x3e\x00", b"MZ" + bytes(58) + b"\x40\x00\x00\x00PE\x00\x00\x64\x86", b"root:x:0:0::/root:/bin/sh\nbuild:x:1000:1000::/h:/bin/sh\n"):
        yield "encodings", data
    for path in sorted(ROOT.glob("matrix/*.yml")):
        for entry in entries(path)[:3]:
            yield "probes", entry
    for example in re.findall(r"```yaml\n(.*?)```", (ROOT / "docs/config.md").read_text(encoding="utf-8"), re.S):
        yield "config", example.encode()
    for path in sorted(ROOT.glob("tests/integration/export/templates/*")):
        for number in range(40):
            yield "import", bytes([number]) + path.read_bytes()[:4000]
    for number in range(40):
        for which in range(3):
            yield "export", bytes([number, which, 0]) + parts("a b/$c", "%USERNAME%`d` ${e}")
    for path in sorted(ROOT.glob("tests/act/*probes/*.yml")):
        yield "probes", path.read_bytes()
    for path in sorted(ROOT.glob("matrix/claims/*.yml")):
        for entry in entries(path)[:4]:
            yield "claims", entry
    for path in sorted(ROOT.glob("matrix/runners/*.yml")):
        yield "profile", path.read_bytes()
    for path in sorted([*ROOT.glob(".github/workflows/*.yml"), *ROOT.glob("tests/act/workflows/*.yml")]):
        yield "workflow", path.read_bytes()[:4000]
    # A scanner of tree-sitter's that went back to no text at all.
    yield "linear", bytes.fromhex(
        "ededededededed2cededededededededededed0bfe68747443434343434343434343434343434343434343434343437073bc"
        "3a2f2f080808080808212f772f2e673a6974687562080c08080808083e08753a705c403d681a3f2f3f746e786b65df6f283d"
        "fef7019df501"
    )
    for path in sorted(ROOT.glob("tests/integration/lint/**/*.yml")):
        yield "lint", b"\x00" + path.read_bytes()[:4000]
    yield "workflow", json.dumps({"env": {"GOBIN": "/b"}, "jobs": {"a": {"env": {"GOFLAGS": "-v", "GOPATH": None}, "steps": [{"env": {"GOBIN": "/s"}}, {"run": "x"}]}}})
    yield "workflow", "env: ${{ fromJSON('{}') }}\njobs:\n  build:\n    env: {GOBIN: '${{ runner.temp }}/b'}\n    steps:\n      - env:\n          GOFLAGS: -x\n"
    for text in settings_of_code():
        yield "jsonc", text
    yield "mise", b"\x00# mine\n[env]\nGOBIN = '/b'\nGOFLAGS = { value = \"-v\", redact = true }\nCGO_ENABLED = 0\nGOWORK = false\n_.path = ['x']\n[tools]\ngo = ['1.22', '1.21']\n"
    yield "mise", b"\x00[[env]]\nGOBIN='/a'\n[[env]]\nGOBIN='/b'\n"
    yield "mise", b"\x01/a \"b\" \\c \xc3\xbc\t"
    yield "mise", b"\x02" + HOSTILE.encode()
    for mode, text in ((0, "export GOBIN=/b # mine\nGOPATH='/a b'\nexport GOFLAGS=$HOME/bin\n"), (1, "set -gx GOBIN /b\nset --export GOFLAGS '-v'\n"), (2, "$Env:GOBIN = 'C:\\b'\n$env:GOFLAGS=\"-v\"\n"), (3, "/a b"), (4, "/a $b"), (5, "C:\\a\u00fc")):
        yield "shell-profiles", bytes([mode]) + text.encode()
    for shell, text in enumerate((
        "if [ -n \"${X:-d}\" ]; then\n  cat >> $GITHUB_ENV <<EOF\nA=$(go env X)\nEOF\nfi\n{ echo a; b && c; } | tee -a \"$GITHUB_PATH\"\nX=${{ x }} go env -w Y=$P:$Q/z <<< \"$r\"\n",
        "f() { . ./e; for i in `a`; do echo $env:GITHUB_ENV >> %GITHUB_ENV%; done; }\ncase $x in a|b) c ;; esac\n[[ -z $A && $B == x* ]] || d\n",
        "$x = @\"\nA=$env:X\n\"@\nif ($x -eq 'a') { go test -tags=a,b -ldflags=\"-X $v\" ./$x/y -- --z 2>$null } else { \"A=$(b)\" | Out-File -FilePath $env:GITHUB_ENV -Append -Encoding utf8 }\n",
        "@echo off\r\nif not \"%X%\"==\"a\" (\r\n  set \"Y=!Z!\" & go vet ^\r\n -x\r\n) else call x.bat\r\n(echo A=%Y:a=b%)>>\"%GITHUB_ENV%\"\r\nfor %%i in (a) do echo %%i\r\n",
    )):
        yield "scripts", bytes([shell]) + text.encode()
    for text in ("GOBIN=/a\nX<<E\n1\nGOBIN=/no\nE\nGOBIN=/b\n", "GOFLAGS<<E\n-v\n", "GOBIN=/a\r\n", "A<<B=C\nB=C\n"):
        yield "github-env", text
    yield "event-log", b"\x01<Events><Event><System><EventID>1124</EventID></System><EventData><Data Name='Path'>C:\\x</Data></EventData></Event></Events>"
    yield "event-log", b"\x01<!DOCTYPE a [<!ENTITY b \"c\">]><Event>&b;</Event>"
    yield "event-log", b"\x00" + parts("C:\\Users\\r\\a & <b>", "C:\\go.exe")
    files = ["go 1.23\n", "use .\n", "export GOBIN=/b\n", "[env]\nGOBIN='/b'\n", "{}", "golang 1.22.1\n", "env: {GOBIN: /w}\n", "GOBIN=/b\nbad\n", "GOFLAGS=-v\n", "PATH=/x\n", "GOTOOLCHAIN=auto\n", "go1.23.0\n"]
    values = ["rel", "/p:/go", "/c", "'-v", "off", "/go", "direct|,", "go1.22.0+auto", "/m", "off", "'-I a' \"-b", "/go/bin:/p/bin:"]
    for flag in range(2):
        yield "explain-doctor", bytes([flag]) + b"".join(bytes([at]) + text.encode() + CUT for at, text in enumerate(files + values))
    for at, text in enumerate(files + values):
        yield "explain-doctor", b"\x00" + bytes([at]) + text.encode()
    yield "explain-doctor", b"\x00" + bytes([12]) + HOSTILE.encode() + CUT + bytes([7]) + b"GOFLAGS=" + HOSTILE.encode()
    digest = "ab" + "0" * 62
    for below, value, base in (("github.com/!burnt!sushi/toml@v1.2.3/decode.go", "", 0), ("cache/download/example.com/m/@v/v1.2.3-!r!c1.zip", "/b", 0), (f"ab/{digest}-d", "", 2), ("go/bin/linux_arm64/tool", "", 1), ("go/src/a/b.go", "", 1), ("cache/vcs/0a1b/HEAD", "/h/go/pkg/mod", 0)):
        for windows in range(2):
            yield "explain-why", bytes([windows]) + parts(below.replace("/", "\\") if windows else below, value, bytes([base + windows * (base // 2)]))
    for target in ("merge", "compare"):
        for at, one in enumerate(REPORTS):
            yield target, one
            yield target, parts(one, REPORTS[(at + 1) % len(REPORTS)])
        yield target, parts(*REPORTS[:4])
    for proxy, patterns, sumdb in (("https://proxy.golang.org,direct", "golang.org/*", "sum.golang.org"), ("file:///p|off", "*.org/tool?hain,x[a-z]y", "off"), ("proxy.example/a|http://u:p@h", "golang.org/[^a]oolchain/", "sum.golang.google.cn"), ("", "*a*b*", "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8 https://s")):
        yield "goproxy", parts(proxy, patterns, sumdb)
    yield "sumdb-note", b"\x01go.sum database tree\n2\nx"
    for at in range(0, 250, 20):
        yield "sumdb-note", bytes([0, at, 1]) + b"A"
    yield "sumdb-note", bytes([0, 0, 255]) + b"7\ngolang.org/toolchain v1 h1:x\n\nnote"
    for size, record in ((0, 0), (1, 1), (85, 40), (255, 254)):
        yield "sumdb-tiles", bytes([size, record])
        yield "sumdb-tiles", bytes([size, record, 0]) + bytes(40) + b"\x01"
        yield "sumdb-tiles", bytes([size, record, 1]) + bytes(64)
    for names in ("bin/go\ngo.mod\nsrc/_go.mod\na b/c~d.e", "a/B\na/b", "a\nA/b", "a/b/c\na/b", "A/x\na/y", "../x\n/x\na//b\nC:/x\na/NUL.txt\na.\na/go.mod", "\u00c4/x\n\u00e4/y", "\u017f\ns"):
        yield "zip-names", names
    for files in ([("m@v/bin/go", b"x" * 500), ("m@v/_go.mod", b"module m\n")], [("m@v/../x", b"")], [("other/x", b"y")], [("m@v/a", b""), ("m@v/A", b"")]):
        yield "zip-archive", archive(files)
    for target, lead in (("zip-archive", 1), ("artifact", 0)):
        for kind, lie, name in ((0, 0, "a/report.json"), (7, 0, "report.json"), (0, 1, "x/report.json"), (9, 0, "a/"), (0, 0x81, "_go.mod"), (0, 0, "../report.json")):
            yield target, bytes([lead, kind, lie]) + parts(name, "{}") + CUT + bytes([0, 0]) + parts("b/report.json", "[]")
    yield "artifact", archive([("shard-1/report.json", b"{}"), ("shard-1/other.txt", b"x")])
    yield "records", json.dumps({"schema_version": 1, "variables": [{"name": "GOBIN", "value": "/b"}], "path": ["/b"]})
    yield "records", json.dumps({"sight": {"go": "/go/bin/go", "gobin": "/b", "path": ["/b"]}, "lookup": "go", "doubled": ["PATH"]})
    yield "sanitize", b"\x28" + HOSTILE.encode()
    yield "sanitize", b"\x08a\r\n\t ::set-env name=x::y\x9b0m\x00"
    for kind in range(5):
        yield "mask", bytes([kind]) + parts("https://a:b@c/ http://x?sig=1", "&password=x ghp_0123456789012345678901234")
    for target in ("terminal", "markdown", "html"):
        for kind in range(14):
            yield target, bytes([kind]) + parts(HOSTILE, "plain words")
        yield target, b"".join(bytes([kind]) + parts("a\nb", HOSTILE, "") for kind in range(14))
    templates = [
        (0, "", b"export A\x1a=/b\n", ""), (1, "[env]\n", b"A\x1a='b'\n", ""), (2, "{\"go.toolsEnvVars\": {", b"\"A\x1a\":\"b\",\n", "\"Z\":\"\"}}"),
        (3, "env:\n", b"  A\x1a: b\n", ""), (4, "", b"A\x1a=b\n", ""), (5, "", b"set -gx A\x1a b\n", ""), (6, "", b"A\x1a=b\n", ""),
        (7, "", b"A\x1a=b\n", ""), (7, "", b"A\x1a<<E\nb\nE\n", ""), (8, "", b"/a\x1a\n", ""), (9, "", b"A\x1a=b\n", ""), (9, "", b"bad\n", ""),
        (10, "<Events>", b"<Event><EventID>1123</EventID></Event>", "</Events>"), (11, "", b"https://u:p@h\x1a/?token=x ", ""), (12, "", b"::error::\x1a\n", ""),
        (13, "", b"- id: a\x1a\n  variable: GOBIN\n  why: b\n  steps: [{run: [go, version]}]\n  expect: [{exit: 0}]\n  control: {unset: GOBIN}\n", ""), (14, "", b"/a\x1a:", ""),
        (16, "", b"A\x1a=$B go x && { y; } >> $GITHUB_ENV\n", ""), (18, "", b"$x\x1a = go env -a=b $env:Y/z\n", ""), (19, "", b"if %X%==\x1a (echo a>>%GITHUB_ENV%)\n", ""),
    ]
    for which, head, template, tail in templates:
        yield "linear", bytes([which]) + parts(head, template, tail)


def main():
    to = pathlib.Path(sys.argv[1])
    counts = {}
    for target, content in seeds():
        at = counts[target] = counts.get(target, 0) + 1
        (to / target).mkdir(parents=True, exist_ok=True)
        (to / target / f"{at:03}").write_bytes(content.encode() if isinstance(content, str) else content)


if __name__ == "__main__":
    main()
