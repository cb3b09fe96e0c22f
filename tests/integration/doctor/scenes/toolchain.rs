//! Which toolchain answers, what stops it, and which workspace it is in.

use super::{Harm, Scene};
use crate::doctor::desk::{Desk, GOENV};
use std::fs;

/// A newer toolchain under its own name on PATH, where Go finds it instead of downloading it; the module wants it.
fn fetched(desk: &mut Desk) {
    let newer = desk.other("1.23");
    let version = fs::read_to_string(newer.join("VERSION")).unwrap();
    let name = version.lines().next().unwrap();
    desk.link(newer.join("bin/go"), &format!("named/{name}"));
    let named = desk.text("named");
    desk.behind_path(&named);
    desk.write("module/go.mod", format!("module example.com/m\n\ngo {}\n", name.trim_start_matches("go")));
}

pub const SCENES: &[Scene] = &[
    Scene::new(
        "toolchain-not-here",
        "named by GOTOOLCHAIN",
        |desk| desk.set("GOTOOLCHAIN", "go1.99.0"),
        Harm::Stops("go build .", "download go1.99.0"),
    ),
    Scene::new(
        "toolchain-not-here",
        "left by go env -w, which now stops go env -u",
        |desk| desk.write(GOENV, "GOTOOLCHAIN=go1.99.0\n"),
        Harm::Stops("go env -u GOTOOLCHAIN && go build .", "download go1.99.0"),
    ),
    Scene::new(
        "toolchain-not-here",
        "named by GOTOOLCHAIN, and older than the one that is here",
        |desk| desk.set("GOTOOLCHAIN", "go1.21"),
        Harm::Stops("go build .", "go1.21"),
    )
    .on(&["1.22", "1.23"]),
    Scene::new(
        "toolchain-not-here",
        "only those on PATH may run, and a later patch of what go.mod wants is installed",
        |desk| {
            desk.link(desk.other("1.23"), "home/sdk/go1.23");
            desk.write("module/go.mod", "module example.com/m\n\ngo 1.23.0\n");
            let least = if desk.goroot().contains("1.21") { "go1.21.13+path" } else { "go1.22.10+path" };
            desk.set("GOTOOLCHAIN", least);
        },
        Harm::Stops("go build .", "cannot find \"go1.23.0\" in PATH"),
    )
    .on(&["1.21", "1.22"]),
    Scene::new(
        "toolchain-not-here",
        "a version of the language, which is no toolchain",
        |desk| desk.set("GOTOOLCHAIN", "go1.99"),
        Harm::Stops("go version", "go1.99"),
    ),
    Scene::new(
        "toolchain-not-here",
        "wanted by go.mod, and installed elsewhere",
        |desk| {
            desk.link(desk.other("1.23"), "home/sdk/go1.23");
            desk.write("module/go.mod", "module example.com/m\n\ngo 1.23.0\n");
        },
        Harm::Stops("go build .", "download go1.23"),
    )
    .on(&["1.21", "1.22"]),
    Scene::new(
        "module-wants-newer-go",
        "under GOTOOLCHAIN=local, and installed elsewhere",
        |desk| {
            desk.link(desk.other("1.23"), "home/sdk/go1.23");
            desk.write("module/go.mod", "module example.com/m\n\ngo 1.23\n");
            desk.set("GOTOOLCHAIN", "local");
        },
        Harm::Stops("go build .", "go.mod requires go >= 1.23"),
    )
    .on(&["1.21", "1.22"]),
    Scene::new(
        "module-wants-newer-go",
        "by go.work, under GOTOOLCHAIN=local",
        |desk| {
            desk.link(desk.other("1.23"), "home/sdk/go1.23");
            desk.write("module/go.work", "go 1.23\n\nuse .\n");
            desk.set("GOTOOLCHAIN", "local");
        },
        Harm::Stops("go build .", "go.work requires go >= 1.23"),
    )
    .on(&["1.21", "1.22"]),
    Scene::new(
        "module-wants-newer-go",
        "than GOTOOLCHAIN names, and the one on PATH would do",
        |desk| {
            desk.link(desk.other("1.22").join("bin/go"), "named/go1.22.10");
            let named = desk.text("named");
            desk.behind_path(&named);
            desk.write("module/go.mod", "module example.com/m\n\ngo 1.23\n");
            desk.set("GOTOOLCHAIN", "go1.22.10");
        },
        Harm::Stops("go build .", "go.mod requires go >= 1.23"),
    )
    .on(&["1.23"]),
    Scene::new(
        "workspace-missing",
        "a relative path, by which the file is found",
        |desk| {
            desk.write("module/gw", "go 1.21\n\nuse .\n");
            desk.set("GOWORK", "gw");
        },
        Harm::Stops("go build .", "invalid GOWORK: not an absolute path"),
    ),
    Scene::new(
        "workspace-missing",
        "a relative path, under GOTOOLCHAIN=local",
        |desk| {
            desk.write("module/gw", "go 1.21\n\nuse .\n");
            desk.set("GOWORK", "gw");
            desk.set("GOTOOLCHAIN", "local");
        },
        Harm::Stops("go build .", "invalid GOWORK: not an absolute path"),
    )
    .on(&["1.23"]),
    Scene::new(
        "module-wants-newer-go",
        "under GOTOOLCHAIN=local, and fetched already",
        |desk| {
            fetched(desk);
            desk.set("GOTOOLCHAIN", "local");
        },
        Harm::Stops("go build .", "go.mod requires go >= 1.23"),
    )
    .on(&["1.21", "1.22"]),
    Scene::new(
        "module-wants-newer-go",
        "under GOTOOLCHAIN=local of go env -w, and fetched already",
        |desk| {
            fetched(desk);
            desk.write(GOENV, "GOTOOLCHAIN=local\n");
        },
        Harm::Stops("go build .", "go.mod requires go >= 1.23"),
    )
    .on(&["1.21", "1.22"]),
    Scene::new(
        "toolchain-handed-over",
        "by GOTOOLCHAIN, to one on PATH",
        |desk| {
            desk.link(desk.other("1.22").join("bin/go"), "named/go1.22.10");
            let named = desk.text("named");
            desk.behind_path(&named);
            desk.set("GOTOOLCHAIN", "go1.22.10+path");
        },
        Harm::Prints("go version", "go1.22.10", "go1.23"),
    )
    .on(&["1.23"]),
    Scene::new(
        "toolchain-refused",
        "a word that is none",
        |desk| desk.set("GOTOOLCHAIN", "nonsense"),
        Harm::Stops("go version", "invalid GOTOOLCHAIN \"nonsense\""),
    ),
    Scene::new(
        "toolchain-refused",
        "left in the file of go env -w, which stops go env -u",
        |desk| desk.write(GOENV, "GOTOOLCHAIN=1.22.1\n"),
        Harm::Stops("go env -u GOTOOLCHAIN", "invalid GOTOOLCHAIN \"1.22.1\""),
    ),
    Scene::new(
        "value-refused",
        "GO111MODULE",
        |desk| desk.set("GO111MODULE", "maybe"),
        Harm::Stops("go build .", "unknown environment setting GO111MODULE=maybe"),
    ),
    Scene::new(
        "value-refused",
        "GO111MODULE, and as wrong a value left by go env -w",
        |desk| {
            desk.write(GOENV, "GO111MODULE=yes\n");
            desk.set("GO111MODULE", "maybe");
        },
        Harm::Stops("go build .", "unknown environment setting GO111MODULE=maybe"),
    ),
    Scene::new(
        "value-refused",
        "GOAMD64",
        |desk| desk.set("GOAMD64", "v9"),
        Harm::Stops("go build .", "invalid GOAMD64"),
    )
    .on(&["1.21", "1.22"]),
    Scene::new(
        "value-refused",
        "GOEXPERIMENT",
        |desk| desk.set("GOEXPERIMENT", "unified"),
        Harm::Stops("go build .", "unknown GOEXPERIMENT unified"),
    ),
    Scene::new(
        "go-stops",
        "a pair that is none, of the environment and of the file of go env -w",
        |desk| {
            desk.write(GOENV, "GOARCH=wasm\n");
            desk.set("GOOS", "linux");
        },
        Harm::Stops("go build .", "unsupported GOOS/GOARCH pair linux/wasm"),
    ),
    Scene::new(
        "value-refused",
        "CC with an open quotation mark",
        |desk| desk.set("CC", "'gcc -O2"),
        Harm::Stops("go build .", "CC"),
    ),
    Scene::new(
        "value-refused",
        "CGO_CFLAGS with an open quotation mark",
        |desk| desk.set("CGO_CFLAGS", "\"-O2"),
        Harm::Stops("go build runtime/cgo", "CGO_CFLAGS"),
    ),
    Scene::new(
        "workspace-missing",
        "the directory of the workspace",
        |desk| desk.set_to("GOWORK", "module"),
        Harm::Stops("go build .", "is a directory"),
    ),
    Scene::new(
        "workspace-missing",
        "in the file of go env -w, where go env -u refuses the name",
        |desk| desk.write(GOENV, "GOWORK=/nowhere/go.work\n"),
        Harm::Stops("go build .", "go.work"),
    ),
    Scene::new(
        "workspace-above",
        "of other modules",
        |desk| {
            desk.write("other/go.mod", "module example.com/other\n\ngo 1.21\n");
            desk.write("go.work", "go 1.21\n\nuse ./other\n");
        },
        Harm::Stops("go build .", "is not one of the workspace modules"),
    ),
];
