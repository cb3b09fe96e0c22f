//! Values that a profile of a shell sets otherwise than by a line of their own. Before the fix and behind it a shell
//! reads the profile anew.

use super::{Harm, Scene};

const BUILDS: Harm = Harm::Stops(
    "cp ~/.profile ~/read.sh && unset GOFLAGS && . ~/read.sh && [ \"$EDITOR\" = vi ] && go build .",
    "parsing $GOFLAGS: unknown flag -nosuch",
);

pub const SCENES: &[Scene] = &[
    Scene::new(
        "goflags-invalid",
        "in a profile, beside another statement and in a list of variables",
        |desk| {
            desk.write("home/.profile", "export GOFLAGS=-nosuch; EDITOR=vi\nexport VISUAL=vi GOFLAGS=-nosuch\n");
            desk.set("GOFLAGS", "-nosuch");
        },
        BUILDS,
    )
    .on(&["1.23"]),
    Scene::new(
        "goflags-invalid",
        "in a profile, all that a branch and a function do",
        |desk| {
            desk.write(
                "home/.profile",
                "EDITOR=vi\nif true; then\n  # for Go\n  export GOFLAGS=-nosuch\nfi\n\
                 for_go() {\n\texport GOFLAGS=-nosuch\n}\nfor_go\n[ -d / ] && export GOFLAGS=-nosuch\n",
            );
            desk.set("GOFLAGS", "-nosuch");
        },
        BUILDS,
    )
    .on(&["1.23"]),
    Scene::new(
        "goflags-invalid",
        "in a profile, added to what was set before",
        |desk| {
            desk.write("home/.profile", "EDITOR=vi\nexport GOFLAGS=-v\nexport GOFLAGS=\"$GOFLAGS -nosuch\"\n");
            desk.set("GOFLAGS", "-v -nosuch");
        },
        BUILDS,
    )
    .on(&["1.23"]),
    Scene::new(
        "goflags-invalid",
        "in a file that .envrc reads by dotenv",
        |desk| {
            desk.write("module/.envrc", "dotenv\n");
            desk.write("module/.env", "# of all of us\nGOFLAGS=-nosuch\nEDITOR=vi\n");
            desk.set("GOFLAGS", "-nosuch");
        },
        Harm::Stops(
            "unset GOFLAGS && set -a && . ./.env && [ \"$EDITOR\" = vi ] && go build .",
            "parsing $GOFLAGS: unknown flag -nosuch",
        ),
    )
    .on(&["1.23"]),
    Scene::new(
        "gocache-off",
        "in a profile, unless it is set already",
        |desk| {
            desk.write("home/.profile", "if true; then\n  : \"${GOCACHE:=off}\"\nfi\nexport GOCACHE\n");
            desk.set("GOCACHE", "off");
        },
        Harm::Stops("unset GOCACHE && . ~/.profile && go build .", "build cache is disabled by GOCACHE=off"),
    )
    .on(&["1.23"]),
];
