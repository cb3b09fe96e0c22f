//! Settings that are fine alone and clash together.

use super::{Harm, Scene};
use crate::doctor::desk::{Desk, GOENV};
use std::{
    io::{Cursor, Write},
    os::unix::fs::symlink,
    process::Command,
};

fn workspace(desk: &Desk, content: &str) {
    desk.write("go.work", content);
}

/// PATH with Go and some programs alone.
fn only(desk: &mut Desk, programs: &[&str]) {
    desk.write("few/.keep", "");
    for program in programs {
        symlink(format!("/usr/bin/{program}"), desk.path("few").join(program)).unwrap();
    }
    let path = format!("{}:{}/bin:{}", desk.text("home/go/bin"), desk.goroot(), desk.text("few"));
    desk.set("PATH", &path);
}

/// Of the two processors that programs are built for most, the one that this is not.
const OTHER_PROCESSOR: &str = if cfg!(target_arch = "aarch64") { "amd64" } else { "arm64" };

/// A module proxy in a directory with the module `example.com/Dep`, which the module needs.
fn needs_dep(desk: &mut Desk) {
    let go_mod = "module example.com/Dep\n\ngo 1.20\n";
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in [("go.mod", go_mod), ("dep.go", "package dep\n")] {
        zip.start_file(format!("example.com/Dep@v1.0.0/{name}"), zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    let at = "proxy/example.com/!dep/@v";
    desk.write(&format!("{at}/v1.0.0.zip"), zip.finish().unwrap().into_inner());
    desk.write(&format!("{at}/v1.0.0.mod"), go_mod);
    desk.write(&format!("{at}/v1.0.0.info"), r#"{"Version":"v1.0.0"}"#);
    desk.write(&format!("{at}/list"), "v1.0.0\n");
    desk.write("module/go.mod", "module example.com/m\n\ngo 1.20\n\nrequire example.com/Dep v1.0.0\n");
    desk.write("module/m.go", "package m\n\nimport _ \"example.com/Dep\"\n");
    let proxy = format!("file://{}", desk.text("proxy"));
    go(
        desk,
        &["mod", "download", "all"],
        &[("GOPROXY", &proxy), ("GOSUMDB", "off"), ("GOFLAGS", "-mod=mod -modcacherw")],
    );
    // What comes to light behind the environment is there before, too.
    desk.write(GOENV, format!("GOPROXY={proxy}\nGOFLAGS=-modcacherw\n"));
}

fn go(desk: &Desk, args: &[&str], env: &[(&str, &str)]) {
    let mut command = Command::new(format!("{}/bin/go", desk.goroot()));
    command.args(args).current_dir(desk.path("module")).env_clear().envs(&desk.env).envs(env.iter().copied());
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

pub const SCENES: &[Scene] = &[
    Scene::new(
        "cgo-package-excluded",
        "cgo switched off, where a package needs it",
        |desk| {
            desk.write("module/native/native.go", "package native\n\n// int one() { return 1; }\nimport \"C\"\n");
            desk.write("module/m.go", "package m\n\nimport _ \"example.com/m/native\"\n");
            desk.set("CGO_ENABLED", "0");
        },
        Harm::Stops("go build .", "build constraints exclude all Go files in $W/module/native"),
    ),
    Scene::new(
        "cgo-package-excluded",
        "no gcc, and a compiler of another name",
        |desk| {
            desk.write("module/m.go", "package m\n\nimport \"C\"\n");
            desk.write("tools/.keep", "");
            for program in ["as", "ld", "cat", "bash", "sed", "true"] {
                desk.link(format!("/usr/bin/{program}"), &format!("tools/{program}"));
            }
            desk.write("tools/cc", "#!/bin/sh\nexec /usr/bin/gcc \"$@\"\n");
            let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
            std::fs::set_permissions(desk.path("tools/cc"), mode).unwrap();
            let path = format!("{}/bin:{}", desk.goroot(), desk.text("tools"));
            desk.set("PATH", &path);
        },
        Harm::Stops("go build .", "build constraints exclude all Go files in $W/module"),
    )
    .on(&["1.23"]),
    Scene::new(
        "cgo-without-cxx-compiler",
        "CXX of another machine",
        |desk| {
            desk.write("module/m.go", "package m\n\nimport \"C\"\n");
            desk.write("module/x.cc", "int x() { return 1; }\n");
            desk.set("CXX", "arm-linux-g++");
        },
        Harm::Stops("go build .", "exec: \"arm-linux-g++\": executable file not found in $PATH"),
    ),
    Scene::new(
        "workspace-refuses-flag",
        "-mod=mod beside another flag",
        |desk| {
            workspace(desk, "go 1.21\n\nuse ./module\n");
            desk.set("GOFLAGS", "-mod=mod -trimpath");
        },
        Harm::Stops("go build ./...", "when in workspace mode, but it is set to \"mod\""),
    ),
    Scene::new(
        "workspace-refuses-flag",
        "-mod=vendor before Go 1.22",
        |desk| {
            workspace(desk, "go 1.21\n\nuse ./module\n");
            desk.write("module/vendor/modules.txt", "");
            desk.set("GOFLAGS", "-mod=vendor");
        },
        Harm::Stops(
            "go build ./...",
            "-mod may only be set to readonly when in workspace mode, but it is set to \"vendor\"",
        ),
    )
    .on(&["1.21"]),
    Scene::new(
        "workspace-refuses-flag",
        "-modfile",
        |desk| {
            workspace(desk, "go 1.21\n\nuse ./module\n");
            desk.write("module/alt.mod", "module example.com/m\n\ngo 1.20\n");
            desk.set("GOFLAGS", "-modfile=alt.mod");
        },
        Harm::Stops("go build ./...", "-modfile cannot be used in workspace mode"),
    ),
    Scene::new(
        "workspace-refuses-flag",
        "-mod=vendor, and only the module has vendor/",
        |desk| {
            needs_dep(desk);
            go(desk, &["mod", "vendor"], &[]);
            workspace(desk, "go 1.21\n\nuse ./module\n");
            desk.set("GOFLAGS", "-mod=vendor");
        },
        Harm::Stops("go build .", "inconsistent vendoring in $W"),
    )
    .on(&["1.22", "1.23"]),
    Scene::new(
        "workspace-refuses-flag",
        "-mod=vendor, and nothing is vendored",
        |desk| {
            needs_dep(desk);
            workspace(desk, "go 1.21\n\nuse ./module\n");
            desk.set("GOFLAGS", "-mod=vendor");
        },
        Harm::Stops("go build .", "inconsistent vendoring in $W"),
    )
    .on(&["1.22", "1.23"]),
    Scene::new(
        "workspace-above",
        "the module is entered through a link",
        |desk| {
            std::fs::rename(desk.path("module"), desk.path("real")).unwrap();
            desk.link("real", "module");
            workspace(desk, "go 1.21\n\nuse ./real\n");
            // As a shell that came here by the link has it.
            desk.set_to("PWD", "module");
        },
        Harm::Stops(
            "go build .",
            "current directory is contained in a module that is not one of the workspace modules listed in go.work",
        ),
    ),
    Scene::new(
        "workspace-above",
        "a stray go.work",
        |desk| {
            desk.write("other/go.mod", "module example.com/other\n");
            workspace(desk, "go 1.21\n\nuse ./other\n");
        },
        Harm::Stops("go build ./...", "does not contain modules listed in go.work"),
    ),
    Scene::new(
        "workspace-above",
        "a go.work of the same repository",
        |desk| {
            desk.write(".git/HEAD", "ref: refs/heads/main\n");
            desk.write("other/go.mod", "module example.com/other\n");
            workspace(desk, "go 1.21\n\nuse ./other\n");
        },
        Harm::Stops(
            "go build .",
            "current directory is contained in a module that is not one of the workspace modules listed in go.work",
        ),
    ),
    Scene::new(
        "workspace-use-missing",
        "a directory that is not there",
        |desk| workspace(desk, "go 1.21\n\nuse (\n\t./module\n\t./gone\n)\n"),
        Harm::Stops("go build ./...", "cannot load module ../gone listed in go.work file"),
    ),
    Scene::new(
        "workspace-use-missing",
        "a directory without a go.mod, with an apostrophe",
        |desk| {
            desk.write("it's here/readme", "");
            workspace(desk, "go 1.21\n\nuse ./module\n\nuse \"./it's here\"\n");
        },
        Harm::Stops("go build ./...", "listed in go.work file"),
    ),
    Scene::new(
        "workspace-use-twice",
        "one directory twice",
        |desk| workspace(desk, "go 1.21\n\nuse ./module\n\nuse ./module/../module\n"),
        Harm::Stops("go build ./...", "appears multiple times in workspace"),
    ),
    Scene::new(
        "workspace-use-twice",
        "two directories of one module",
        |desk| {
            desk.write("copy/go.mod", "module example.com/m\n\ngo 1.20\n");
            workspace(desk, "go 1.21\n\nuse ./module\n\nuse ./copy\n");
        },
        Harm::Stops("go build ./...", "module example.com/m appears multiple times in workspace"),
    ),
    Scene::new(
        "workspace-older-than-module",
        "an older go line",
        |desk| {
            desk.write("module/go.mod", "module example.com/m\n\ngo 1.21.0\n");
            workspace(desk, "go 1.20\n\nuse ./module\n");
        },
        Harm::Stops("go build ./...", "requires go >= 1.21.0, but go.work lists go 1.20"),
    ),
    Scene::new(
        "workspace-older-than-module",
        "no go line",
        |desk| {
            desk.write("module/go.mod", "module example.com/m\n\ngo 1.21.0\n");
            workspace(desk, "use ./module\n");
        },
        Harm::Stops("go build ./...", "requires go >= 1.21.0"),
    ),
    Scene::new(
        "race-without-cgo",
        "CGO_ENABLED=0",
        |desk| {
            only(desk, &[]);
            desk.set("CGO_ENABLED", "0");
            desk.set("GOFLAGS", "-race -v");
        },
        Harm::Stops("go build .", "-race requires cgo; enable cgo by setting CGO_ENABLED=1"),
    ),
    Scene::new(
        "race-without-cgo",
        "a cross build",
        |desk| {
            desk.set("GOARCH", OTHER_PROCESSOR);
            desk.set("GOFLAGS", "-race");
        },
        Harm::Stops("go build .", "-race requires cgo"),
    ),
    Scene::new(
        "race-and-pie",
        "both in GOFLAGS",
        |desk| {
            desk.set("GOFLAGS", "-race -buildmode=pie");
        },
        Harm::Stops("go build -n .", "-buildmode=pie not supported when -race is enabled"),
    ),
    Scene::new(
        "cgo-without-compiler",
        "CGO_ENABLED=1 without gcc",
        |desk| {
            only(desk, &[]);
            desk.set("CGO_ENABLED", "1");
            desk.write("module/c.go", "package m\n\nimport \"C\"\n");
        },
        Harm::Stops("go build .", "\"gcc\": executable file not found"),
    ),
    Scene::new(
        "cgo-without-compiler",
        "a CC that is not there",
        |desk| {
            only(desk, &[]);
            desk.set("CC", "nowhere-cc");
            desk.write("module/c.go", "package m\n\nimport \"C\"\n");
        },
        Harm::Stops("go build .", "\"nowhere-cc\": executable file not found"),
    ),
    Scene::new(
        "target-does-not-run-here",
        "GOARCH of another processor",
        |desk| {
            desk.set("GOARCH", OTHER_PROCESSOR);
        },
        Harm::Stops("go run ./cmd/tool", "exec format error"),
    )
    .on(&["1.23"]),
    Scene::new(
        "vendor-inconsistent",
        "modules.txt names another version",
        |desk| {
            needs_dep(desk);
            desk.write(
                "module/vendor/modules.txt",
                "# example.com/Dep v0.9.0\n## explicit; go 1.20\nexample.com/Dep\n",
            );
        },
        Harm::Stops("go build .", "inconsistent vendoring"),
    ),
    Scene::new(
        "vendor-inconsistent",
        "go.mod replaces a module since",
        |desk| {
            needs_dep(desk);
            go(desk, &["mod", "vendor"], &[]);
            desk.write("dep/go.mod", "module example.com/Dep\n\ngo 1.20\n");
            desk.write("dep/dep.go", "package dep\n");
            let go_mod = "module example.com/m\n\ngo 1.20\n\nrequire example.com/Dep v1.0.0\n\nreplace example.com/Dep => ../dep\n";
            desk.write("module/go.mod", go_mod);
        },
        Harm::Stops("go build .", "is replaced in go.mod, but not marked as replaced in vendor/modules.txt"),
    ),
    Scene::new(
        "proxy-off-and-module-absent",
        "an empty module cache",
        |desk| {
            needs_dep(desk);
            desk.set_to("GOMODCACHE", "moved");
            desk.set("GOPROXY", "off");
        },
        Harm::Stops("go build .", "module lookup disabled by GOPROXY=off"),
    ),
    Scene::new(
        "proxy-off-and-module-absent",
        "a go.work takes the place of vendor/",
        |desk| {
            needs_dep(desk);
            go(desk, &["mod", "vendor"], &[]);
            workspace(desk, "go 1.21\n\nuse ./module\n");
            desk.set_to("GOMODCACHE", "moved");
            desk.set("GOPROXY", "off");
        },
        Harm::Stops("go build .", "module lookup disabled by GOPROXY=off"),
    ),
    Scene::new(
        "buildvcs-without-git",
        "in a repository",
        |desk| {
            only(desk, &[]);
            desk.write("module/.git/HEAD", "ref: refs/heads/main\n");
            desk.set("GOFLAGS", "-buildvcs=true -trimpath");
        },
        Harm::Stops(
            "go build -o /dev/null ./cmd/tool",
            "error obtaining VCS status: exec: \"git\": executable file not found in $PATH",
        ),
    )
    .on(&["1.21", "1.23"]),
];
