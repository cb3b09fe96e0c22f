//! GOROOT.

use super::{Harm, Scene};
use crate::doctor::desk::GOENV;

pub const SCENES: &[Scene] = &[
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
