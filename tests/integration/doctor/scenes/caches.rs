//! GOCACHE, GOMODCACHE and GOTMPDIR.

use super::{Harm, Scene};
use crate::doctor::desk::{Desk, GOENV};
use std::{fs, os::unix::fs::PermissionsExt};

/// What needs the module cache, from a proxy in a directory.
const MODULE: &str =
    "GOFLAGS=-mod=mod GONOSUMDB=example.com GOPROXY=file://${HOME%/*}/proxy go mod download example.com/dep@v1.0.0";

fn file_for_a_cache(desk: &mut Desk, name: &str) {
    desk.write("file", "");
    desk.set_to(name, "file");
}

pub const SCENES: &[Scene] = &[
    Scene::new(
        "gocache-not-writable",
        "a link that leads nowhere",
        |desk| {
            desk.link("/nowhere/cache", "home/cache");
            desk.set_to("GOCACHE", "home/cache");
        },
        Harm::Stops("go build .", "file exists"),
    ),
    Scene::new(
        "gocache-not-writable",
        "a link that leads to itself",
        |desk| {
            desk.link("cache", "home/cache");
            desk.set_to("GOCACHE", "home/cache");
        },
        Harm::Stops("go build .", "$HOME/cache: file exists"),
    )
    .on(&["1.23"]),
    Scene::new(
        "gocache-not-writable",
        "a path below a file",
        |desk| desk.set("XDG_CACHE_HOME", "/etc/passwd"),
        Harm::Stops("go build .", "not a directory"),
    ),
    Scene::new(
        "gocache-not-writable",
        "a name that is too long",
        |desk| {
            let dir = desk.text("home") + "/" + &"x".repeat(300);
            desk.set("GOCACHE", &dir);
        },
        Harm::Stops("go build .", "file name too long"),
    )
    .on(&["1.23"]),
    Scene::new(
        "gocache-off",
        "in the environment",
        |desk| desk.set("GOCACHE", "off"),
        Harm::Stops("go build .", "build cache is disabled by GOCACHE=off, but required as of Go 1.12"),
    ),
    Scene::new(
        "gocache-off",
        "relative, and another such value left by go env -w",
        |desk| {
            desk.write(GOENV, "GOCACHE=off\n");
            desk.set("GOCACHE", "cache");
        },
        Harm::Stops("go build .", "GOCACHE is not an absolute path"),
    ),
    Scene::new(
        "gocache-off",
        "off, in a service without a home directory",
        |desk| {
            desk.env.remove("HOME");
            desk.set_to("XDG_CONFIG_HOME", "home/.config");
            desk.set_to("TMPDIR", "tmp");
            desk.set_to("GOPATH", "home/go");
            desk.set("GOCACHE", "off");
        },
        Harm::Stops("go build .", "build cache is disabled by GOCACHE=off"),
    )
    .on(&["1.23"]),
    Scene::new(
        "gocache-not-writable",
        "a file is in the way",
        |desk| file_for_a_cache(desk, "GOCACHE"),
        Harm::Stops("go build .", "not a directory"),
    ),
    Scene::new(
        "gocache-not-writable",
        "a file where the default is",
        |desk| {
            fs::remove_file(desk.path("home/.cache/go-build")).unwrap();
            desk.write("home/.cache/go-build", "");
        },
        Harm::Stops("go build .", "not a directory"),
    ),
    Scene::new(
        "gomodcache-not-writable",
        "a file is in the way",
        |desk| {
            file_for_a_cache(desk, "GOMODCACHE");
            desk.proxy();
        },
        Harm::Stops(MODULE, "not a directory"),
    ),
    Scene::new(
        "gomodcache-not-writable",
        "a file where the default is",
        |desk| {
            desk.write("home/go/pkg/mod", "");
            desk.proxy();
        },
        Harm::Stops(MODULE, "not a directory"),
    ),
    Scene::new(
        "directory-of-others",
        "a cache in which everybody may write",
        |desk| {
            desk.write("cache/README", "");
            fs::set_permissions(desk.path("cache"), fs::Permissions::from_mode(0o777)).unwrap();
            desk.set_to("GOCACHE", "cache");
        },
        Harm::Prints("find \"$(go env GOCACHE)\" -maxdepth 0 -perm -o+w", "$W/cache", ""),
    )
    .on(&["1.23"]),
    Scene::new(
        "cache-synchronised",
        "in a folder of Dropbox",
        |desk| desk.set_to("GOCACHE", "home/Dropbox/go-build"),
        Harm::Prints("rm -rf ~/Dropbox && go build . && find ~ -name Dropbox", "$HOME/Dropbox", ""),
    )
    .on(&["1.23"]),
    Scene::new(
        "cache-in-module",
        "where everything that walks the checkout walks it",
        |desk| desk.set_to("GOCACHE", "module/cache"),
        Harm::Prints("rm -rf cache && go build . && ls", "cache", ""),
    )
    .on(&["1.23"]),
    Scene::new(
        "gotmpdir-missing",
        "not made yet",
        |desk| desk.set_to("GOTMPDIR", "tmp/my go"),
        Harm::Stops("go build .", "creating work dir: stat $W/tmp/my go: no such file or directory"),
    ),
    Scene::new(
        "gotmpdir-missing",
        "a file, left by go env -w",
        |desk| {
            desk.write("file", "");
            desk.write(GOENV, format!("GOTMPDIR={}\n", desk.text("file")));
        },
        Harm::Stops("go build .", "creating work dir"),
    ),
    Scene::new(
        "gotmpdir-missing",
        "relative",
        |desk| desk.set("GOTMPDIR", "tmp"),
        Harm::Stops("go build .", "creating work dir"),
    ),
];
