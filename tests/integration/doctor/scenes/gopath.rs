//! GOPATH, and where it is derived from.

use super::{Harm, Scene};
use crate::doctor::desk::GOENV;

const TARGET: &str = "go list -f '{{.Target}}' ./cmd/tool";

pub const SCENES: &[Scene] = &[
    Scene::new(
        "gopath-invalid",
        "with ~ in quotation marks",
        |desk| desk.set("GOPATH", "~/go"),
        Harm::Stops("go build .", "GOPATH entry cannot start with shell metacharacter '~': \"~/go\""),
    ),
    Scene::new(
        "gopath-invalid",
        "relative",
        |desk| desk.set("GOPATH", "go"),
        Harm::Stops("go version && go build .", "GOPATH entry is relative; must be absolute path: \"go\""),
    ),
    Scene::new(
        "gopath-invalid",
        "left by go env -w of an older Go, which now stops go env -u",
        |desk| desk.write(GOENV, "GOPATH=go\n"),
        Harm::Stops("go env -u GOPATH && go build .", "GOPATH entry is relative; must be absolute path: \"go\""),
    ),
    Scene::new(
        "gopath-invalid",
        "one entry of two, and another wrong one in the file of go env -w",
        |desk| {
            desk.write(GOENV, "GOPATH=~/go\n");
            desk.set("GOPATH", "/opt/gopath:gopath");
        },
        Harm::Stops("go build .", "GOPATH entry is relative; must be absolute path: \"gopath\""),
    ),
    Scene::new(
        "gopath-invalid",
        "in a profile of fish",
        |desk| {
            desk.write("home/.config/fish/config.fish", "set -gx GOPATH go\n");
            desk.set("GOPATH", "go");
        },
        Harm::Stops("! grep GOPATH ~/.config/fish/config.fish && go build .", "set -gx GOPATH go"),
    )
    .on(&["1.23"]),
    Scene::new(
        "gopath-invalid",
        "an empty entry before the first",
        |desk| {
            let list = format!(":{}", desk.text("home/go"));
            desk.set("GOPATH", &list);
        },
        Harm::Stops("go install ./cmd/tool && tool", "no install location for directory"),
    ),
    Scene::new(
        "gopath-invalid",
        "nothing but empty entries",
        |desk| desk.set("GOPATH", ":"),
        Harm::Stops("go install ./cmd/tool && tool", "no install location for directory"),
    )
    .on(&["1.23"]),
    Scene::new(
        "gopath-is-goroot",
        "programs are installed among Go's own",
        |desk| {
            let own = desk.goroot().to_owned();
            desk.set("GOPATH", &own);
        },
        Harm::Prints(TARGET, "$GOROOT/bin/tool", "$HOME/go/bin/tool"),
    ),
    Scene::new(
        "gopath-is-module",
        "a checkout called go, in Go 1.21",
        |desk| desk.set_to("GOPATH", "module"),
        Harm::Stops("go build .", "$GOPATH/go.mod exists but should not"),
    )
    .on(&["1.21"]),
    Scene::new(
        "gopath-is-module",
        "a checkout called go",
        |desk| desk.set_to("GOPATH", "module"),
        Harm::Stops("go mod tidy", "go.mod file not found in current directory or any parent directory"),
    )
    .on(&["1.22", "1.23"]),
    Scene::new(
        "gopath-is-module",
        "the home directory's go, which is the default",
        |desk| desk.write("home/go/go.mod", "module example.com/go\n\ngo 1.21\n"),
        Harm::Stops("cd ~/go && go mod tidy", "go.mod"),
    ),
    Scene::new(
        "gopath-in-module",
        "with modules in it",
        |desk| {
            desk.set_to("GOPATH", "module/go");
            desk.write("module/go/pkg/mod/example.com/dep@v1.0.0/dep.go", "package dep\n");
        },
        Harm::Stops("go vet ./...", "outside main module or its selected dependencies"),
    ),
    Scene::new(
        "gopath-in-module",
        "a stray go.mod in the home directory",
        |desk| desk.write("home/go.mod", "module example.com/home\n\ngo 1.21\n"),
        Harm::Prints(
            "mkdir -p \"$(go env GOPATH)/src/x\" && echo 'package x' > \"$(go env GOPATH)/src/x/x.go\"; cd ~ && go list ./...; rm -rf ~/go/src",
            "example.com/home/go/src/x",
            "",
        ),
    )
    .on(&["1.23"]),
    Scene::new(
        "gopath-several",
        "a script that takes it for one directory",
        |desk| {
            let list = format!("{}:{}", desk.text("home/go"), desk.text("home/more"));
            desk.set("GOPATH", &list);
        },
        Harm::Stops("go install ./cmd/tool && \"$(go env GOPATH)/bin/tool\"", "No such file or directory"),
    ),
    Scene::new(
        "no-home",
        "a service",
        |desk| {
            desk.env.remove("HOME");
            desk.set_to("XDG_CACHE_HOME", "home/.cache");
            desk.set_to("XDG_CONFIG_HOME", "home/.config");
            desk.set_to("GOBIN", "home/go/bin");
        },
        Harm::Prints("echo \"modules are in [$(go env GOMODCACHE)]\"", "modules are in []", "/go/pkg/mod]"),
    ),
];
