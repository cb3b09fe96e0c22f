//! The file system below what Go fills and runs, as a user whom permissions stop.

use super::{Harm, Scene};
use crate::doctor::desk::Desk;
use std::{
    fs,
    io::Write,
    os::unix::fs::{PermissionsExt, symlink},
};

/// A file is made by this user and given to root; below `foreign` it goes with the machine.
fn of_root(desk: &Desk, name: &str, mode: &str) {
    desk.as_root("chown", &["-R", "-h", "0", &desk.text(name)]);
    desk.as_root("chmod", &[mode, &desk.text(name)]);
}

/// The module example.com/d, on a proxy that is a directory, and a program that uses it.
fn with_module(desk: &mut Desk) {
    const AT: &str = "proxy/example.com/d/@v";
    desk.write(&format!("{AT}/list"), "v1.0.0\n");
    desk.write(&format!("{AT}/v1.0.0.info"), "{\"Version\":\"v1.0.0\"}");
    desk.write(&format!("{AT}/v1.0.0.mod"), "module example.com/d\n");
    let mut archive = zip::ZipWriter::new(fs::File::create(desk.path(&format!("{AT}/v1.0.0.zip"))).unwrap());
    for (name, content) in [("go.mod", "module example.com/d\n"), ("d.go", "package d\n")] {
        archive.start_file(format!("example.com/d@v1.0.0/{name}"), zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(content.as_bytes()).unwrap();
    }
    archive.finish().unwrap();
    desk.write("module/go.mod", "module example.com/m\n\ngo 1.21\n\nrequire example.com/d v1.0.0\n");
    desk.write("module/m.go", "package m\n\nimport _ \"example.com/d\"\n");
    let proxy = format!("file://{}", desk.text("proxy"));
    desk.set("GOPROXY", &proxy);
    desk.set("GONOSUMDB", "example.com");
    desk.set("GOFLAGS", "-mod=mod");
}

/// A Go whose compiler was unpacked without the permission to run.
fn half_go(desk: &mut Desk) {
    let (own, tools) = (std::path::PathBuf::from(desk.goroot()), "pkg/tool/linux_amd64");
    let whole = desk.path("home/go-sdk");
    for part in ["bin", tools] {
        fs::create_dir_all(whole.join(part)).unwrap();
    }
    for part in ["src", "VERSION", "go.env", "pkg/include", "bin/gofmt"] {
        symlink(own.join(part), whole.join(part)).unwrap();
    }
    for tool in fs::read_dir(own.join(tools)).unwrap().flatten() {
        symlink(tool.path(), whole.join(tools).join(tool.file_name())).unwrap();
    }
    fs::copy(own.join("bin/go"), whole.join("bin/go")).unwrap();
    let compiler = whole.join(tools).join("compile");
    fs::remove_file(&compiler).unwrap();
    fs::copy(own.join(tools).join("compile"), &compiler).unwrap();
    desk.is_used_by_another();
    fs::set_permissions(&compiler, fs::Permissions::from_mode(0o644)).unwrap();
    let path = format!("{}:{}:/usr/bin", desk.text("home/go/bin"), desk.text("home/go-sdk/bin"));
    desk.set("PATH", &path);
}

const BUILD: &str = "go build -gcflags=-N -o tool ./cmd/tool";

pub const SCENES: &[Scene] = &[
    Scene::new(
        "goenv-directory-not-writable",
        "left by root",
        |desk| {
            desk.is_used_by_another();
            desk.as_root("chown", &["-R", "root", &desk.text("home/.config/go")]);
        },
        Harm::Stops("go env -w GOPRIVATE=corp.example", "permission denied"),
    )
    .on(&["1.23"]),
    Scene::new(
        "gocache-entry-not-writable",
        "directories that root made inside the user's cache",
        |desk| {
            with_module(desk);
            desk.is_used_by_another();
            (0..256).for_each(|number| of_root(desk, &format!("home/.cache/go-build/{number:02x}"), "u+w"));
        },
        Harm::Stops("go build .", "permission denied"),
    ),
    Scene::new(
        "gocache-entry-not-writable",
        "the note of the last cleaning is root's",
        |desk| {
            desk.is_used_by_another();
            desk.write("home/.cache/go-build/trim.txt", "1000000000");
            of_root(desk, "home/.cache/go-build/trim.txt", "600");
        },
        Harm::Stops("go build -o tool ./cmd/tool", "failed to trim cache"),
    ),
    Scene::new(
        "gocache-entry-not-writable",
        "the user's own directories, without permission to write",
        |desk| {
            with_module(desk);
            desk.is_used_by_another();
            (0..256).for_each(|number| {
                desk.as_root("chmod", &["u-w", &desk.text(&format!("home/.cache/go-build/{number:02x}"))]);
            });
        },
        Harm::Stops("go build .", "permission denied"),
    ),
    Scene::new(
        "gomodcache-entry-not-writable",
        "a directory that root made where modules are downloaded",
        |desk| {
            with_module(desk);
            fs::create_dir_all(desk.path("home/go/pkg/mod/cache/download/example.com")).unwrap();
            desk.is_used_by_another();
            of_root(desk, "home/go/pkg/mod/cache/download/example.com", "u+w");
        },
        Harm::Stops("go build .", "permission denied"),
    ),
    Scene::new(
        "module-archive-empty",
        "a cache that was saved half",
        |desk| {
            with_module(desk);
            desk.write("home/go/pkg/mod/cache/download/example.com/d/@v/v1.0.0.zip", "");
            desk.is_used_by_another();
        },
        Harm::Stops("go build .", "zip: not a valid zip file"),
    ),
    Scene::new(
        "install-directory-not-writable",
        "root made it below the user's home",
        |desk| {
            desk.is_used_by_another();
            of_root(desk, "home/go/bin", "755");
        },
        Harm::Stops("go install ./cmd/tool", "permission denied"),
    ),
    Scene::new(
        "install-directory-not-writable",
        "GOBIN names a directory of the system's",
        |desk| {
            fs::create_dir_all(desk.path("foreign")).unwrap();
            desk.is_used_by_another();
            of_root(desk, "foreign", "755");
            desk.set_to("GOBIN", "foreign");
            let path = format!("{}:{}", desk.text("foreign"), desk.env["PATH"]);
            desk.set("PATH", &path);
        },
        Harm::Stops("go install ./cmd/tool", "permission denied"),
    ),
    Scene::new(
        "install-directory-not-writable",
        "the user of a container, whose HOME is /",
        |desk| {
            desk.is_used_by_another();
            desk.set("HOME", "/");
            for (name, dir) in [("GOCACHE", "tmp/cache"), ("GOMODCACHE", "tmp/mod"), ("TMPDIR", "tmp")] {
                desk.set_to(name, dir);
            }
        },
        Harm::Stops("go install ./cmd/tool && tool", "permission denied"),
    ),
    Scene::new(
        "install-directory-not-writable",
        "GOPATH in a directory of the system's",
        |desk| {
            desk.is_used_by_another();
            desk.set("GOPATH", "/usr/local/gopath");
        },
        Harm::Stops("go install ./cmd/tool && tool", "permission denied"),
    )
    .on(&["1.23"]),
    Scene::new(
        "installed-program-of-another-user",
        "in the user's own directory, with the sticky bit",
        |desk| {
            fs::copy(desk.path(&format!("{}/bin/gofmt", desk.goroot())), desk.path("home/go/bin/tool")).unwrap();
            desk.is_used_by_another();
            of_root(desk, "home/go/bin", "1777");
        },
        Harm::Stops("go install ./cmd/tool", "permission denied"),
    )
    .on(&["1.23"]),
    Scene::new(
        "installed-program-of-another-user",
        "in a directory for everybody",
        |desk| {
            fs::create_dir_all(desk.path("foreign")).unwrap();
            fs::copy(desk.path(&format!("{}/bin/gofmt", desk.goroot())), desk.path("foreign/tool")).unwrap();
            desk.is_used_by_another();
            of_root(desk, "foreign", "1777");
            desk.set_to("GOBIN", "foreign");
            let path = format!("{}:{}", desk.env["PATH"], desk.text("foreign"));
            desk.set("PATH", &path);
        },
        Harm::Stops("go install ./cmd/tool", "permission denied"),
    ),
    Scene::new(
        "temporary-directory-not-usable",
        "TMPDIR names a directory that is not there",
        |desk| {
            desk.is_used_by_another();
            desk.set("TMPDIR", "/nowhere/tmp");
        },
        Harm::Stops("go build .", "creating work dir: stat /nowhere/tmp: no such file or directory"),
    ),
    Scene::new(
        "temporary-directory-not-usable",
        "TMPDIR names a directory that the user can make",
        |desk| {
            desk.is_used_by_another();
            desk.set_to("TMPDIR", "home/tmp");
        },
        Harm::Stops("go build .", "creating work dir"),
    ),
    Scene::new(
        "temporary-directory-not-usable",
        "TMPDIR is root's",
        |desk| {
            fs::create_dir_all(desk.path("foreign")).unwrap();
            desk.is_used_by_another();
            of_root(desk, "foreign", "755");
            desk.set_to("TMPDIR", "foreign");
        },
        Harm::Stops("go build .", "permission denied"),
    ),
    Scene::new(
        "toolchain-half-unpacked",
        "the compiler may not be started",
        half_go,
        Harm::Stops(BUILD, "permission denied"),
    ),
    Scene::new(
        "repository-damaged",
        "an empty .git",
        |desk| {
            desk.is_used_by_another();
            fs::create_dir_all(desk.path("module/.git")).unwrap();
            desk.gives_all_back();
        },
        Harm::Stops("go build -o /dev/null ./cmd/tool", "error obtaining VCS status"),
    ),
    Scene::new(
        "repository-damaged",
        "a HEAD that names nothing",
        |desk| {
            let made = std::process::Command::new("git").args(["init", "-q"]).arg(desk.path("module")).status();
            assert!(made.is_ok_and(|status| status.success()), "git is needed");
            desk.write("module/.git/HEAD", "junk");
            desk.is_used_by_another();
        },
        Harm::Stops("go build -o /dev/null ./cmd/tool", "error obtaining VCS status"),
    )
    .on(&["1.23"]),
    Scene::new(
        "repository-damaged",
        "a GIT_DIR that is none",
        |desk| {
            let made = std::process::Command::new("git").args(["init", "-q"]).arg(desk.path("module")).status();
            assert!(made.is_ok_and(|status| status.success()), "git is needed");
            desk.is_used_by_another();
            desk.set("GIT_DIR", "/nowhere");
        },
        Harm::Stops("go build -o /dev/null ./cmd/tool", "error obtaining VCS status"),
    )
    .on(&["1.23"]),
    Scene::new(
        "repository-of-another-user",
        "a checkout that root made",
        |desk| {
            let made = std::process::Command::new("git").args(["init", "-q"]).arg(desk.path("module")).status();
            assert!(made.is_ok_and(|status| status.success()), "git is needed");
            desk.is_used_by_another();
            of_root(desk, "module/.git", "755");
        },
        Harm::Stops("go build -o /dev/null ./cmd/tool", "error obtaining VCS status"),
    ),
];

/// These need a file system of their own.
pub const ON_MOUNTS: &[Scene] = &[
    Scene::new(
        "temporary-directory-noexec",
        "TMPDIR",
        |desk| {
            desk.is_used_by_another();
            assert!(desk.mounts("mounted", "noexec,mode=1777"));
            desk.set_to("TMPDIR", "mounted");
        },
        Harm::Stops("go run ./cmd/tool", "fork/exec"),
    ),
    Scene::new(
        "temporary-directory-noexec",
        "GOTMPDIR",
        |desk| {
            desk.is_used_by_another();
            assert!(desk.mounts("mounted", "noexec,mode=1777"));
            desk.set_to("GOTMPDIR", "mounted");
        },
        Harm::Stops("go run ./cmd/tool", "fork/exec"),
    ),
    Scene::new(
        "file-system-full",
        "TMPDIR has no room",
        |desk| {
            desk.is_used_by_another();
            assert!(desk.mounts("mounted", "size=64k,mode=1777"));
            desk.set_to("TMPDIR", "mounted");
        },
        Harm::Stops(BUILD, "no space left on device"),
    ),
    Scene::new(
        "file-system-full",
        "TMPDIR has bytes, and no files that could be made",
        |desk| {
            desk.is_used_by_another();
            assert!(desk.mounts("mounted", "nr_inodes=2,mode=1777"));
            desk.write("mounted/last", "");
            desk.set_to("TMPDIR", "mounted");
        },
        Harm::Stops("go build .", "no space left on device"),
    ),
    Scene::new(
        "file-system-full",
        "GOCACHE has filled its own file system",
        |desk| {
            desk.is_used_by_another();
            assert!(desk.mounts("mounted", "size=64m,mode=1777"));
            for number in 0..256 {
                fs::create_dir_all(desk.path(&format!("mounted/cache/{number:02x}"))).unwrap();
            }
            // As full as it goes: the write fails at the end.
            let mut last = fs::File::create(desk.path("mounted/cache/00/old-d")).unwrap();
            while last.write_all(&[0; 4096]).is_ok() {}
            desk.as_root("chmod", &["-R", "a+rwX", &desk.text("mounted/cache")]);
            desk.set_to("GOCACHE", "mounted/cache");
        },
        Harm::Stops("go build .", "no space left on device"),
    ),
];
