//! PATH.

use super::{Harm, Scene};
use crate::{doctor::desk::Desk, support::copy_another_program};
use std::{fs, os::unix::fs::PermissionsExt};

fn program(desk: &Desk, name: &str) {
    desk.write(name, "#!/bin/sh\necho 'the program runs'\n");
    fs::set_permissions(desk.path(name), fs::Permissions::from_mode(0o755)).unwrap();
}

pub const SCENES: &[Scene] = &[
    Scene::new(
        "no-go-on-path",
        "it lies in ~/sdk",
        |desk| {
            desk.link(desk.goroot(), "home/sdk/go");
            let path = format!("{}:/usr/bin", desk.text("home/go/bin"));
            desk.set("PATH", &path);
        },
        Harm::Stops("go build .", "go: command not found"),
    ),
    Scene::new(
        "no-go-on-path",
        "it lies in the runner's tool cache",
        |desk| {
            let cache = crate::support::judged::tool_cache().unwrap();
            desk.set("RUNNER_TOOL_CACHE", cache.to_str().unwrap());
            let path = format!("{}:/usr/bin", desk.text("home/go/bin"));
            desk.set("PATH", &path);
        },
        Harm::Stops("go build .", "go: command not found"),
    )
    .on(&["1.23"]),
    Scene::new(
        "go-cannot-start",
        "without the permission to run",
        |desk| {
            desk.own_goroot(Some("GOTOOLCHAIN=local\nGOPROXY=https://proxy.golang.org,direct\nGOSUMDB=sum.golang.org\n"));
            fs::set_permissions(desk.path("usr/go/bin/go"), fs::Permissions::from_mode(0o644)).unwrap();
        },
        Harm::Stops("go version", "Permission denied"),
    )
    .on(&["1.23"]),
    Scene::new(
        "go-cannot-start",
        "a program for another processor, and the right one in ~/sdk",
        |desk| {
            desk.link(desk.goroot(), "home/sdk/go");
            let own = format!("{}/bin/go", desk.goroot());
            desk.own_goroot(Some("GOTOOLCHAIN=auto\nGOPROXY=https://proxy.golang.org,direct\nGOSUMDB=sum.golang.org\n"));
            let mut program = fs::read(own).unwrap();
            // `e_machine`: s390x, which no hosted runner is.
            program[18] = 22;
            fs::write(desk.path("usr/go/bin/go"), program).unwrap();
        },
        Harm::Stops("go version", "cannot execute binary file"),
    )
    .on(&["1.23"]),
    Scene::new(
        "two-gos-on-path",
        "in another order another one runs",
        |desk| {
            let other = desk.other("1.21").join("bin");
            desk.behind_path(other.to_str().unwrap());
        },
        Harm::Prints("type -a go", "$TOOLS/go/1.21", "$GOROOT/bin/go"),
    )
    .on(&["1.22", "1.23"]),
    Scene::new(
        "go-of-no-installation",
        "a copy of the program alone",
        |desk| {
            fs::create_dir_all(desk.path("alone")).unwrap();
            copy_another_program(format!("{}/bin/go", desk.goroot()).as_ref(), &desk.path("alone/go"));
            let alone = desk.text("alone");
            desk.before_path(&alone);
        },
        Harm::Stops("go build .", "'go' binary is trimmed and GOROOT is not set"),
    ),
    Scene::new(
        "path-entry-quoted",
        "a directory with a blank",
        |desk| {
            program(desk, "my tools/mine");
            let entry = format!("\"{}\"", desk.text("my tools"));
            desk.behind_path(&entry);
        },
        Harm::Stops("mine", "mine: command not found"),
    )
    .on(&["1.23"]),
    Scene::new(
        "path-entry-relative",
        "the current directory, from which Go runs nothing",
        |desk| {
            program(desk, "module/mine");
            program(desk, "home/go/bin/mine");
            desk.write("module/m.go", "package m\n\n//go:generate mine\n");
            desk.before_path(".");
        },
        Harm::Stops("go generate .", "cannot run executable found relative to current directory"),
    ),
    Scene::new(
        "path-entry-relative",
        "an empty entry",
        |desk| {
            program(desk, "module/mine");
            program(desk, "home/go/bin/mine");
            desk.write("module/m.go", "package m\n\n//go:generate mine\n");
            desk.before_path("");
        },
        Harm::Stops("go generate .", "cannot run executable found relative to current directory"),
    )
    .on(&["1.23"]),
    Scene::new(
        "path-entry-missing",
        "whoever makes the directory puts programs there",
        |desk| {
            let gone = desk.text("gone");
            desk.before_path(&gone);
        },
        Harm::Prints(
            "mkdir -p ~/../gone && printf 'echo not go' > ~/../gone/go && chmod +x ~/../gone/go; go version; rm -r ~/../gone",
            "not go",
            "go version go1",
        ),
    )
    .on(&["1.23"]),
    Scene::new(
        "path-entry-doubled",
        "with a slash at its end",
        |desk| desk.behind_path("/usr/bin/"),
        Harm::Prints("echo \"$PATH\" | tr : '\\n' | sed 's,/*$,,' | sort | uniq -d", "/usr/bin", ""),
    )
    .on(&["1.23"]),
    Scene::new(
        "path-too-long",
        "thousands of entries that lead nowhere",
        |desk| {
            let many: Vec<String> = (0..5_000).map(|number| format!("/opt/{number}")).collect();
            desk.behind_path(&many.join(":"));
        },
        Harm::Stops(
            "[ ${#PATH} -lt 30000 ] || { echo more than a program of Windows gets; false; }",
            "more than a program of Windows gets",
        ),
    )
    .on(&["1.23"]),
];
