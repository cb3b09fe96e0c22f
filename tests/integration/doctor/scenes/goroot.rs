//! GOROOT.

use super::{Harm, Scene};
use crate::doctor::desk::{Desk, GOENV};
use std::fs;

/// The Go on PATH becomes one that has a file of an older Go, and behind it stands the sound one.
fn unpacked_over(desk: &mut Desk, file: &str, content: &str) {
    let sound = format!("{}/bin", desk.goroot());
    desk.own_goroot(Some("GOPROXY=off\nGOSUMDB=sum.golang.org\nGOTOOLCHAIN=local\n"));
    let link_all = |dir: &str| {
        fs::create_dir_all(desk.path(&format!("usr/go/{dir}"))).unwrap();
        for entry in fs::read_dir(format!("{}/{dir}", desk.goroot())).unwrap() {
            let entry = entry.unwrap();
            desk.link(entry.path(), &format!("usr/go/{dir}/{}", entry.file_name().to_str().unwrap()));
        }
    };
    fs::remove_file(desk.path("usr/go/src")).unwrap();
    link_all("src");
    fs::remove_file(desk.path("usr/go/src/runtime")).unwrap();
    link_all("src/runtime");
    assert!(!desk.path(&format!("usr/go/{file}")).exists(), "{file} is one of this Go");
    desk.write(&format!("usr/go/{file}"), content);
    desk.behind_path(&sound);
}

pub const SCENES: &[Scene] = &[
    Scene::new(
        "toolchain-over-older",
        "1.22 over 1.21",
        |desk| unpacked_over(desk, "src/runtime/msize.go", "package runtime\n\nfunc roundupsize(x uintptr) {}\n"),
        Harm::Stops("go build -o tool ./cmd/tool", "roundupsize redeclared in this block"),
    )
    .on(&["1.22"]),
    Scene::new(
        "toolchain-over-older",
        "1.23 over 1.22",
        |desk| unpacked_over(desk, "src/runtime/exithook.go", "package runtime\n\nfunc runExitHooks(code int) {}\n"),
        Harm::Stops("go build -o tool ./cmd/tool", "runExitHooks redeclared in this block"),
    )
    .on(&["1.23"]),
    Scene::new(
        "goroot-missing",
        "in the environment",
        |desk| desk.set("GOROOT", "/nowhere"),
        Harm::Stops("go version", "cannot find GOROOT directory: /nowhere"),
    ),
    Scene::new(
        "goroot-missing",
        "left by go env -w, which now stops go env -u",
        |desk| desk.write(GOENV, "GOROOT=/nowhere\nGOPRIVATE=corp.example\n"),
        Harm::Stops("go env -u GOROOT", "cannot find GOROOT directory: /nowhere"),
    ),
    Scene::new(
        "goroot-missing",
        "in the environment, and another in the file of go env -w",
        |desk| {
            desk.write(GOENV, "GOROOT=/nowhere/else\n");
            desk.set("GOROOT", "/nowhere");
        },
        Harm::Stops("go version", "cannot find GOROOT directory: /nowhere"),
    ),
    Scene::new(
        "goroot-missing",
        "in a profile",
        |desk| {
            desk.write("home/.bashrc", "# mine\nexport GOROOT=/nowhere\nalias ll='ls -l'\n");
            desk.set("GOROOT", "/nowhere");
        },
        Harm::Stops(
            "go version && if [ -f ~/.bashrc ]; then . ~/.bashrc; fi && go version",
            "cannot find GOROOT directory: /nowhere",
        ),
    ),
    Scene::new(
        "goroot-incomplete",
        "a directory without a Go",
        |desk| {
            desk.write("half/readme", "");
            desk.set_to("GOROOT", "half");
        },
        Harm::Stops("go build .", "no such tool"),
    ),
    Scene::new(
        "goroot-of-another-version",
        "that of a newer one",
        |desk| {
            let other = desk.other("1.23");
            desk.set("GOROOT", other.to_str().unwrap());
        },
        Harm::Stops("go build .", "does not match go tool version"),
    )
    .on(&["1.21", "1.22"]),
    Scene::new(
        "goroot-needless",
        "the next Go that is put on PATH trips over it",
        |desk| {
            let own = desk.goroot().to_owned();
            desk.set("GOROOT", &own);
            let next = desk.other("1.23").join("bin");
            desk.set("NEXT", next.to_str().unwrap());
        },
        Harm::Stops("PATH=\"$NEXT:$PATH\" go build .", "does not match go tool version"),
    )
    .on(&["1.21", "1.22"]),
    Scene::new(
        "goroot-needless",
        "left by go env -w",
        |desk| {
            let own = desk.goroot().to_owned();
            desk.write(GOENV, format!("GOROOT={own}\n"));
            let next = desk.other("1.23").join("bin");
            desk.set("NEXT", next.to_str().unwrap());
        },
        Harm::Stops("PATH=\"$NEXT:$PATH\" go build .", "does not match go tool version"),
    )
    .on(&["1.21", "1.22"]),
    Scene::new(
        "goroot-without-go-env",
        "a package that left it out",
        |desk| desk.own_goroot(None),
        Harm::Prints("echo \"checked by [$(go env GOSUMDB)]\"", "checked by []", "checked by [sum.golang.org]"),
    ),
];
