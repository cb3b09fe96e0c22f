//! The file of `go env -w`.

use super::{Harm, Scene};
use crate::doctor::desk::{Desk, GOENV};
use std::{fs, process::Command};

fn utf16(text: &str) -> Vec<u8> {
    let units = "\u{feff}".encode_utf16().chain(text.encode_utf16());
    units.flat_map(u16::to_le_bytes).collect()
}

fn fifo(desk: &mut Desk) {
    let made = Command::new("mkfifo").arg(desk.path(GOENV)).status().unwrap();
    assert!(made.success());
}

pub const SCENES: &[Scene] = &[
    Scene::new(
        "goenv-directory-not-writable",
        "a file in its place",
        |desk| {
            fs::remove_dir(desk.path("home/.config/go")).unwrap();
            desk.write("home/.config/go", "");
        },
        Harm::Stops("go env -w GOPRIVATE=corp.example", "not a directory"),
    )
    .on(&["1.23"]),
    Scene::new(
        "goenv-file-unreadable",
        "written by Windows PowerShell, in UTF-16",
        |desk| desk.write(GOENV, utf16("GOPRIVATE=corp.example\r\n")),
        Harm::Prints("echo \"private is [$(go env GOPRIVATE)]\"", "private is []", "private is [corp.example]"),
    ),
    Scene::new(
        "goenv-file-unreadable",
        "a FIFO, at which Go waits",
        fifo,
        Harm::Stops("timeout 1 go version || { echo no answer in a second; false; }", "no answer in a second"),
    )
    .on(&["1.23"]),
    Scene::new(
        "goenv-file-broken-lines",
        "a line of a shell",
        |desk| desk.write(GOENV, "export GOFLAGS=-mod=vendor\nGOPRIVATE=corp.example\n"),
        Harm::Prints("cat \"$(go env GOENV)\"; go env GOFLAGS GOPRIVATE", "export GOFLAGS=-mod=vendor", "corp.example"),
    )
    .on(&["1.23"]),
    Scene::new(
        "goenv-file-broken-lines",
        "private names behind a byte order mark",
        |desk| desk.write(GOENV, "\u{feff}GOPRIVATE=corp.example\nGOINSECURE=a.example\n"),
        Harm::Prints("echo \"private is [$(go env GOPRIVATE)]\"", "private is []", "private is [corp.example]"),
    ),
    Scene::new(
        "goenv-file-broken-lines",
        "private names as a shell would set them",
        |desk| desk.write(GOENV, "  export GOPRIVATE=\"corp.example/a,*.b.example\"\nGOINSECURE=a.example\n"),
        Harm::Prints(
            "echo \"private is [$(go env GOPRIVATE)]\"",
            "private is []",
            "private is [corp.example/a,*.b.example]",
        ),
    )
    .on(&["1.23"]),
    Scene::new(
        "goenv-file-unreadable",
        "GOENV names the home directory, which stays where it is",
        |desk| {
            desk.write(GOENV, "GOPRIVATE=corp.example\n");
            desk.set_to("GOENV", "home");
        },
        Harm::Prints("echo \"private is [$(go env GOPRIVATE)]\"", "private is []", "private is [corp.example]"),
    )
    .on(&["1.23"]),
    Scene::new(
        "goenv-file-unknown-names",
        "a name that no Go knows",
        |desk| desk.write(GOENV, "GOPRIVATE=corp.example\nGOCOLOUR=red\n"),
        Harm::Prints("cat \"$(go env GOENV)\"", "GOCOLOUR=red", "GOPRIVATE=corp.example"),
    )
    .on(&["1.23"]),
    Scene::new(
        "goenv-file-carriage-returns",
        "a file with line ends of Windows",
        |desk| desk.write(GOENV, "GOPRIVATE=corp.example\r\nGO111MODULE=on\r\n"),
        Harm::Stops("go build .", "unknown environment setting GO111MODULE=on"),
    ),
    Scene::new(
        "goenv-file-in-force",
        "GOARCH, of a board",
        |desk| desk.write(GOENV, "GOPRIVATE=corp.example\nGOARCH=arm64\n"),
        Harm::Prints("go list -f '{{.Target}}' ./cmd/tool", "$HOME/go/bin/linux_arm64/tool", "$HOME/go/bin/tool"),
    ),
    Scene::new(
        "goenv-file-in-force",
        "GOFLAGS",
        |desk| desk.write(GOENV, "GOFLAGS=-trimpath\n"),
        Harm::Prints("go version && go env GOFLAGS", "-trimpath", ""),
    ),
    Scene::new(
        "value-refused",
        "a processor that this machine has not, left by `go env -w`",
        |desk| desk.write(GOENV, "GOAMD64=v9\n"),
        Harm::Stops("go build .", "invalid GOAMD64: must be v1, v2, v3, v4"),
    )
    .on(&["1.21", "1.22"]),
    Scene::new(
        "goenv-file-in-force",
        "GOPROXY=off",
        |desk| {
            let proxy = desk.proxy();
            desk.own_goroot(Some(&format!("GOPROXY={proxy}\nGOSUMDB=sum.golang.org\nGOTOOLCHAIN=auto\n")));
            desk.write(GOENV, "GOPROXY=off\n");
        },
        Harm::Stops(
            "GOFLAGS=-mod=mod GONOSUMDB=example.com go list -m example.com/dep@v1.0.0",
            "module lookup disabled by GOPROXY=off",
        ),
    ),
    Scene::new(
        "goenv-file-in-force",
        "GOFLAGS, where every go command stops for another reason",
        |desk| {
            desk.write(GOENV, "GOFLAGS=-trimpath\nGOROOT=/nowhere\n");
        },
        Harm::Prints("cat \"${HOME}/.config/go/env\"", "GOFLAGS=-trimpath", ""),
    )
    .on(&["1.23"]),
    Scene::new(
        "goenv-file-shadowed",
        "comes to light in a shell without the variable",
        |desk| {
            desk.write(GOENV, "GOFLAGS=-mod=vendor\n");
            desk.set("GOFLAGS", "-v");
        },
        Harm::Prints("env -u GOFLAGS go version && env -u GOFLAGS go env GOFLAGS", "-mod=vendor", ""),
    ),
];
