//! Settings that change what commands do.

use super::{Harm, Scene};
use crate::doctor::desk::GOENV;

const LIST: &str = "GOFLAGS=-mod=mod GONOSUMDB=example.com go list -m example.com/dep@v1.0.0";

pub const SCENES: &[Scene] = &[
    Scene::new(
        "memory-limit-refused",
        "a unit of other programs",
        |desk| desk.set("GOMEMLIMIT", "1G"),
        Harm::Stops("go version", "malformed GOMEMLIMIT"),
    ),
    Scene::new(
        "memory-limit-refused",
        "nothing like a number",
        |desk| desk.set("GOMEMLIMIT", "80%"),
        Harm::Stops("go version", "malformed GOMEMLIMIT"),
    )
    .on(&["1.23"]),
    Scene::new(
        "goflags-invalid",
        "-C, which is for the command line alone",
        |desk| desk.set("GOFLAGS", "-C=/tmp -v"),
        Harm::Stops("go env GOPATH && go build .", "-C flag must be first flag on command line"),
    ),
    Scene::new(
        "goflags-invalid",
        "-buildvcs of no known kind",
        |desk| desk.set("GOFLAGS", "-buildvcs=maybe"),
        Harm::Stops("go build .", "invalid boolean value \"maybe\" for flag -buildvcs"),
    )
    .on(&["1.23"]),
    Scene::new(
        "goflags-unusable",
        "a profile that is not there",
        |desk| desk.set("GOFLAGS", "-trimpath -pgo=nope.pgo"),
        Harm::Stops("go build -o tool ./cmd/tool", "nope.pgo: no such file or directory"),
    ),
    Scene::new(
        "goflags-unusable",
        "an overlay that is not there",
        |desk| desk.set("GOFLAGS", "-overlay=nope.json"),
        Harm::Stops("go build .", "reading overlay file: open nope.json: no such file or directory"),
    ),
    Scene::new(
        "goflags-unusable",
        "a go.mod that is not there",
        |desk| desk.set("GOFLAGS", "-modfile=nope.mod"),
        Harm::Stops("go build .", "open nope.mod: no such file or directory"),
    )
    .on(&["1.23"]),
    Scene::new(
        "goflags-unusable",
        "a program before the compiler that is not there",
        |desk| desk.set("GOFLAGS", "-toolexec=nosuch"),
        Harm::Stops("go build .", "exec: \"nosuch\": executable file not found in $PATH"),
    ),
    Scene::new(
        "goflags-unusable",
        "a program that is to start others, and is not there",
        |desk| desk.set("GOFLAGS", "-exec=nosuch"),
        Harm::Stops("go run ./cmd/tool", "exec: \"nosuch\": executable file not found in $PATH"),
    )
    .on(&["1.23"]),
    Scene::new(
        "goflags-unusable",
        "another compiler, which is not there",
        |desk| desk.set("GOFLAGS", "-compiler=gccgo"),
        Harm::Stops("go build .", "exec: \"gccgo\": executable file not found in $PATH"),
    )
    .on(&["1.23"]),
    Scene::new(
        "goflags-invalid",
        "a word without a dash",
        |desk| desk.set("GOFLAGS", "trimpath"),
        Harm::Stops("go build .", "go: parsing $GOFLAGS: non-flag \"trimpath\""),
    ),
    Scene::new(
        "goflags-invalid",
        "left by an edit of the file of go env -w",
        |desk| desk.write(GOENV, "GOFLAGS=-tags six\n"),
        Harm::Stops("go build .", "go: parsing $GOFLAGS: non-flag \"six\""),
    ),
    Scene::new(
        "goflags-invalid",
        "and another such value in the file of go env -w",
        |desk| {
            desk.write(GOENV, "GOFLAGS=mod=mod\n");
            desk.set("GOFLAGS", "trimpath");
        },
        Harm::Stops("go build .", "go: parsing $GOFLAGS: non-flag \"trimpath\""),
    ),
    Scene::new(
        "goflags-changes-commands",
        "-n: nothing is built",
        |desk| desk.set("GOFLAGS", "-n -trimpath"),
        Harm::Stops("rm -f built && go build -o built ./cmd/tool && ./built", "./built: No such file or directory"),
    ),
    Scene::new(
        "goflags-unusable",
        "-modfile of another place",
        |desk| desk.set("GOFLAGS", "'-modfile=other go.mod'"),
        Harm::Stops("go build .", "other go.mod"),
    ),
    Scene::new(
        "goflags-unusable",
        "-toolexec of what is not there, beside a flag that stays",
        |desk| desk.set("GOFLAGS", "-trimpath -toolexec=nowhere '-ldflags=-s -w'"),
        Harm::Stops("go vet . && go build .", "nowhere"),
    ),
    Scene::new(
        "goflags-changes-commands",
        "-buildmode, left by go env -w",
        |desk| desk.write(GOENV, "GOFLAGS=-buildmode=archive\n"),
        Harm::Stops("go build -o built ./cmd/tool && ./built", "no packages to build"),
    ),
    Scene::new(
        "goflags-changes-commands",
        "-o: every build writes to one file",
        |desk| desk.set("GOFLAGS", "-o=built"),
        Harm::Stops(
            "rm -f built && go build . && { [ ! -e built ] || { echo it wrote to built; false; }; }",
            "it wrote to built",
        ),
    ),
    Scene::new(
        "gopath-mode",
        "a leftover",
        |desk| desk.set("GO111MODULE", "off"),
        Harm::Stops("go mod tidy", "modules disabled by GO111MODULE=off"),
    ),
    Scene::new(
        "gopath-mode",
        "in the file of go env -w too",
        |desk| {
            desk.write(GOENV, "GO111MODULE=off\n");
            desk.set("GO111MODULE", "off");
        },
        Harm::Stops("go mod tidy", "modules disabled by GO111MODULE=off"),
    ),
    Scene::new(
        "goproxy-off",
        "over the proxy of a company",
        |desk| {
            let proxy = desk.proxy();
            desk.write(GOENV, format!("GOPROXY={proxy}\n"));
            desk.set("GOPROXY", "off");
        },
        Harm::Stops(LIST, "module lookup disabled by GOPROXY=off"),
    ),
    Scene::new(
        "goproxy-directory-missing",
        "over the proxy of a company",
        |desk| {
            let proxy = desk.proxy();
            desk.write(GOENV, format!("GOPROXY={proxy}\n"));
            desk.set("GOPROXY", "file:///nowhere");
        },
        Harm::Stops(LIST, "no such file or directory"),
    ),
    Scene::new(
        "value-refused",
        "a proxy without a host",
        |desk| {
            let proxy = desk.proxy();
            desk.write(GOENV, format!("GOPROXY={proxy}\n"));
            desk.set("GOPROXY", "https://");
        },
        Harm::Stops(LIST, "http: no Host in request URL"),
    )
    .on(&["1.23"]),
    Scene::new(
        "goflags-unusable",
        "-msan, and the compiler is gcc",
        |desk| desk.set("GOFLAGS", "-msan"),
        Harm::Stops("go build -o tool ./cmd/tool", "unrecognized argument to '-fsanitize=' option"),
    )
    .on(&["1.23"]),
    Scene::new(
        "goflags-unusable",
        "linked by a C compiler, and cgo is off",
        |desk| {
            desk.set("GOFLAGS", "'-ldflags=-s -linkmode=external'");
            desk.set("CGO_ENABLED", "0");
        },
        Harm::Stops("go build -o tool ./cmd/tool", "requires external (cgo) linking, but cgo is not enabled"),
    )
    .on(&["1.22", "1.23"]),
    Scene::new(
        "goflags-unusable",
        "-buildmode=pie for a processor that has none",
        |desk| {
            desk.set("GOFLAGS", "-buildmode=pie");
            desk.set("GOARCH", "mips");
        },
        Harm::Stops("go build -o tool ./cmd/tool", "-buildmode=pie not supported on linux/mips"),
    )
    .on(&["1.23"]),
    Scene::new(
        "downloads-unchecked",
        "GOSUMDB=off",
        |desk| desk.set("GOSUMDB", "off"),
        Harm::Prints("echo \"checked by [$(go env GOSUMDB)]\"", "checked by [off]", "checked by [sum.golang.org]"),
    ),
    Scene::new(
        "downloads-unchecked",
        "GOSUMDB=off, left by go env -w",
        |desk| desk.write(GOENV, "GOSUMDB=off\n"),
        Harm::Prints("echo \"checked by [$(go env GOSUMDB)]\"", "checked by [off]", "checked by [sum.golang.org]"),
    ),
    Scene::new(
        "downloads-unchecked",
        "GOSUMDB=off in the toolchain's own go.env",
        |desk| desk.own_goroot(Some("GOPROXY=https://proxy.golang.org,direct\nGOSUMDB=off\nGOTOOLCHAIN=auto\n")),
        Harm::Prints("echo \"checked by [$(go env GOSUMDB)]\"", "checked by [off]", "checked by [sum.golang.org]"),
    ),
    Scene::new(
        "downloads-unchecked",
        "GOPRIVATE=*, from which GONOSUMDB is derived",
        |desk| desk.set("GOPRIVATE", "*"),
        Harm::Prints("echo \"not checked is [$(go env GONOSUMDB)]\"", "not checked is [*]", "not checked is []"),
    ),
    Scene::new(
        "downloads-unchecked",
        "GONOSUMDB=*",
        |desk| desk.set("GONOSUMDB", "*"),
        Harm::Prints("echo \"not checked is [$(go env GONOSUMDB)]\"", "not checked is [*]", "not checked is []"),
    ),
    Scene::new(
        "behaviour-leftover",
        "GODEBUG of one try",
        |desk| desk.set("GODEBUG", "gocachehash=1"),
        Harm::Prints("go build . && echo built", "HASH[", "built"),
    ),
    Scene::new(
        "behaviour-leftover",
        "GOEXPERIMENT of another Go in the file of go env -w, beneath one in the environment",
        |desk| {
            desk.write(GOENV, "GOEXPERIMENT=unified\n");
            desk.set("GOEXPERIMENT", "none");
        },
        Harm::Stops("env -u GOEXPERIMENT go build .", "unknown GOEXPERIMENT unified"),
    ),
    Scene::new(
        "behaviour-leftover",
        "GOEXPERIMENT of another Go, left by go env -w",
        |desk| desk.write(GOENV, "GOEXPERIMENT=unified\n"),
        Harm::Stops("go build .", "unknown GOEXPERIMENT unified"),
    ),
    Scene::new(
        "value-with-blanks",
        "a blank at the end",
        |desk| {
            let value = desk.text("home/go/bin") + " ";
            desk.set("GOBIN", &value);
        },
        Harm::Stops("go install ./cmd/tool && tool", "tool: command not found"),
    ),
    Scene::new(
        "value-with-blanks",
        "quotation marks",
        |desk| {
            let value = format!("\"{}\"", desk.text("home/.cache/go-build"));
            desk.set("GOCACHE", &value);
        },
        Harm::Stops("go build .", "GOCACHE is not an absolute path"),
    ),
    Scene::new(
        "value-with-blanks",
        "GOPATH in single quotation marks, with ~",
        |desk| desk.set("GOPATH", "'~/go'"),
        Harm::Stops("go build .", "GOPATH entry is relative"),
    ),
    Scene::new(
        "path-of-another-world",
        "from Windows, by WSL",
        |desk| desk.set("GOCACHE", r"C:\Users\me\cache"),
        Harm::Stops("go build .", "GOCACHE is not an absolute path"),
    ),
    Scene::new(
        "path-of-another-world",
        "from Windows, in the file of go env -w",
        |desk| desk.write(GOENV, "GOPATH=C:\\Users\\me\\go\n"),
        Harm::Stops("go build .", "GOPATH entry is relative"),
    ),
    Scene::new(
        "name-misspelt",
        "GO_BIN",
        |desk| {
            desk.set_to("GO_BIN", "wanted");
            let wanted = desk.text("wanted");
            desk.write("wanted/.keep", "");
            desk.before_path(&wanted);
        },
        Harm::Prints("go list -f '{{.Target}}' ./cmd/tool", "$HOME/go/bin/tool", "$W/wanted/tool"),
    ),
    Scene::new(
        "name-misspelt",
        "two letters in the wrong order",
        |desk| desk.set("GOFALGS", "-tags=mine"),
        Harm::Prints("echo \"flags are [$(go env GOFLAGS)]\"", "flags are []", "flags are [-tags=mine]"),
    ),
];
