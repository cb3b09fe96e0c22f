//! Values that Go refuses or misreads.

use super::{Harm, Scene};
use crate::doctor::desk::{Desk, GOENV};

/// A proxy that knows one module, and nothing else to ask.
fn proxy(desk: &Desk) -> String {
    for (name, text) in [
        ("list", "v1.0.0\n"),
        ("v1.0.0.info", "{\"Version\":\"v1.0.0\",\"Time\":\"2024-01-01T00:00:00Z\"}"),
        ("v1.0.0.mod", "module example.com/dep\n"),
    ] {
        desk.write(&format!("proxy/example.com/dep/@v/{name}"), text);
    }
    format!("file://{}", desk.text("proxy"))
}

const ASK: &str = "go list -m example.com/dep@v1.0.0";
const ASK_ANYWAY: &str = "rm -rf ~/go/pkg/mod; go list -m example.com/dep@v1.0.0 2>&1 || true";

pub const SCENES: &[Scene] = &[
    Scene::new(
        "goflags-invalid",
        "quotation marks inside of a flag",
        |desk| desk.set("GOFLAGS", "-ldflags='-s -w'"),
        Harm::Stops("go build -o /dev/null ./cmd/tool", "parsing $GOFLAGS: unknown flag -w'"),
    ),
    Scene::new(
        "goflags-invalid",
        "a blank instead of =",
        |desk| desk.set("GOFLAGS", "-tags six -v"),
        Harm::Stops("go version", "parsing $GOFLAGS: non-flag \"six\""),
    ),
    Scene::new(
        "goflags-invalid",
        "a flag that no command has, left by go env -w",
        |desk| desk.write(GOENV, "GOFLAGS=-nosuch\n"),
        Harm::Stops("go list .", "parsing $GOFLAGS: unknown flag -nosuch"),
    ),
    Scene::new(
        "goflags-invalid",
        "a value that a flag does not take",
        |desk| desk.set("GOFLAGS", "-mod=vender"),
        Harm::Stops("go list .", "-mod=vender not supported"),
    ),
    Scene::new(
        "value-refused",
        "GO111MODULE in capital letters",
        |desk| desk.set("GO111MODULE", "ON"),
        Harm::Stops("go list .", "unknown environment setting GO111MODULE=ON"),
    ),
    Scene::new(
        "value-refused",
        "GOPROXY in quotation marks",
        |desk| {
            let proxy = proxy(desk);
            desk.set("GOPROXY", &format!("\"{proxy}\""));
        },
        Harm::Stops(ASK, "first path segment in URL cannot contain colon"),
    ),
    Scene::new(
        "value-refused",
        "GOPROXY in quotation marks, left by go env -w",
        |desk| {
            let proxy = proxy(desk);
            desk.write(GOENV, format!("GOPROXY='{proxy}'\n"));
        },
        Harm::Stops(ASK, "first path segment in URL cannot contain colon"),
    ),
    Scene::new(
        "value-refused",
        "an architecture that Go does not know",
        |desk| desk.set("GOAMD64", "v9"),
        Harm::Stops("go version", "invalid GOAMD64: must be v1, v2, v3, v4"),
    )
    .on(&["1.21", "1.22"]),
    Scene::new(
        "value-refused",
        "an experiment of another version, left by go env -w",
        |desk| desk.write(GOENV, "GOEXPERIMENT=nosuchthing\n"),
        Harm::Stops("go version", "unknown GOEXPERIMENT suchthing"),
    ),
    Scene::new(
        "value-refused",
        "a compiler by a relative path",
        |desk| desk.set("CC", "tools/cc"),
        Harm::Stops("go build ./cmd/tool", "CC environment variable is relative"),
    ),
    Scene::new(
        "value-refused",
        "C flags with a quotation mark that is not closed",
        |desk| desk.set("CGO_CFLAGS", "-g '-O2"),
        Harm::Stops("go env", "could not parse environment variable CGO_CFLAGS"),
    ),
    Scene::new(
        "value-misread",
        "GOPRIVATE with a scheme: the proxy is asked for the private module",
        |desk| {
            let proxy = proxy(desk);
            desk.set("GOPROXY", &proxy);
            desk.set("GOPRIVATE", "https://example.com/dep");
        },
        Harm::Prints(ASK_ANYWAY, "example.com/dep v1.0.0", "unrecognized import path"),
    ),
    Scene::new(
        "value-misread",
        "GONOPROXY with blanks between its patterns, left by go env -w",
        |desk| {
            let proxy = proxy(desk);
            desk.set("GOPROXY", &proxy);
            desk.write(GOENV, "GONOPROXY=corp.example.com, example.com\n");
        },
        Harm::Prints(ASK_ANYWAY, "example.com/dep v1.0.0", "unrecognized import path"),
    ),
    Scene::new(
        "value-misread",
        "a CGO_ENABLED that is neither 0 nor 1",
        |desk| {
            desk.set("CC", "/usr/bin/env");
            desk.set("CGO_ENABLED", "false");
        },
        Harm::Prints("go env CGO_ENABLED", "1", "0"),
    ),
];
