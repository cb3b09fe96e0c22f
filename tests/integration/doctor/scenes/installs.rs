//! GOBIN and the directory of `go install`.

use super::{Harm, Scene};
use crate::doctor::desk::GOENV;
use std::{fs, os::unix::fs::PermissionsExt};

const INSTALL: &str = "go install ./cmd/tool && tool";

pub const SCENES: &[Scene] = &[
    Scene::new(
        "install-target-is-directory",
        "left by another tool",
        |desk| desk.write("home/go/bin/tool/readme", ""),
        Harm::Stops("go install ./cmd/tool && tool", "tool\" already exists and is a directory"),
    ),
    Scene::new(
        "gobin-relative",
        "in the environment",
        |desk| desk.set("GOBIN", "bin"),
        Harm::Stops(INSTALL, "cannot install, GOBIN must be an absolute path"),
    ),
    Scene::new(
        "gobin-relative",
        "with ~ in quotation marks, left by go env -w",
        |desk| desk.write(GOENV, "GOBIN=~/bin\n"),
        Harm::Stops(INSTALL, "cannot install, GOBIN must be an absolute path"),
    ),
    Scene::new(
        "gobin-relative",
        "in a profile, which is a link",
        |desk| {
            desk.write("dotfiles/zshrc", "export GOBIN=bin\n");
            desk.link(desk.path("dotfiles/zshrc"), "home/.zshrc");
            desk.set("GOBIN", "bin");
        },
        Harm::Stops("! grep GOBIN ~/.zshrc && [ -L ~/.zshrc ] && go install ./cmd/tool", "export GOBIN=bin"),
    )
    .on(&["1.23"]),
    Scene::new(
        "gobin-relative",
        "in an .envrc",
        |desk| {
            desk.write("module/.envrc", "export GOBIN='bin'\n");
            desk.set("GOBIN", "bin");
        },
        Harm::Stops("! grep GOBIN .envrc && go install ./cmd/tool", "export GOBIN="),
    )
    .on(&["1.23"]),
    Scene::new(
        "gobin-relative",
        "in two profiles, and twice in one",
        |desk| {
            desk.write("home/.profile", "export GOBIN=bin\nexport EDITOR=vi\nexport GOBIN=\"bin\"\n");
            desk.write("home/.bashrc", "export GOBIN=bin # mine\n");
            desk.set("GOBIN", "bin");
        },
        Harm::Stops(
            "! grep GOBIN ~/.profile ~/.bashrc && grep vi ~/.profile && go install ./cmd/tool",
            "export GOBIN=",
        ),
    )
    .on(&["1.23"]),
    Scene::new(
        "install-directory-not-writable",
        "GOBIN names the program go",
        |desk| {
            let go = format!("{}/bin/go", desk.goroot());
            desk.set("GOBIN", &go);
        },
        Harm::Stops(INSTALL, "/bin/go/: file exists"),
    ),
    Scene::new(
        "install-directory-not-writable",
        "a file lies where GOPATH's bin should be",
        |desk| {
            fs::remove_dir(desk.path("home/go/bin")).unwrap();
            desk.write("home/go/bin", "a program");
        },
        Harm::Stops(INSTALL, "go/bin/: file exists"),
    )
    .on(&["1.23"]),
    Scene::new(
        "gobin-list",
        "taken for the name of one directory",
        |desk| {
            let list = format!("{}:{}", desk.text("home/go/bin"), desk.text("home/bin"));
            desk.set("GOBIN", &list);
        },
        Harm::Stops(INSTALL, "tool: command not found"),
    ),
    Scene::new(
        "gobin-list",
        "left by go env -w, the second entry on PATH",
        |desk| {
            desk.write(GOENV, format!("GOBIN={}:{}\n", desk.text("home/bin"), desk.text("home/go/bin")));
        },
        Harm::Stops(INSTALL, "tool: command not found"),
    ),
    Scene::new(
        "gobin-not-on-path",
        "a directory of its own, with a blank and a quotation mark in its name",
        |desk| desk.set_to("GOBIN", "it's elsewhere"),
        Harm::Stops(INSTALL, "tool: command not found"),
    ),
    Scene::new(
        "gobin-not-on-path",
        "the default",
        |desk| {
            let path = desk.env["PATH"].replace(&format!("{}:", desk.text("home/go/bin")), "");
            desk.set("PATH", &path);
        },
        Harm::Stops(INSTALL, "tool: command not found"),
    ),
    Scene::new(
        "gobin-shadowed",
        "an older copy earlier on PATH",
        |desk| {
            desk.write("old/tool", "#!/bin/sh\necho 'the old tool'\n");
            fs::set_permissions(desk.path("old/tool"), fs::Permissions::from_mode(0o755)).unwrap();
            let old = desk.text("old");
            desk.before_path(&old);
        },
        Harm::Prints(INSTALL, "the old tool", "the new tool"),
    ),
    Scene::new(
        "gobin-and-cross-build",
        "both in the environment",
        |desk| {
            desk.set_to("GOBIN", "home/go/bin");
            desk.set("GOOS", "windows");
        },
        Harm::Stops("go install -n ./cmd/tool", "cannot install cross-compiled binaries when GOBIN is set"),
    ),
    Scene::new(
        "gobin-and-cross-build",
        "GOARCH left by go env -w",
        |desk| {
            desk.set_to("GOBIN", "home/go/bin");
            desk.write(GOENV, "GOARCH=arm\n");
        },
        Harm::Stops(INSTALL, "cannot install cross-compiled binaries when GOBIN is set"),
    ),
];
