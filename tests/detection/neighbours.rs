//! What others would notice of a mutant: whoever compares `go env` with what was set, and whoever looks, as
//! setup-go does, whether the directories that `go env` names exist and hold something.

use crate::toolchain::{MutantRoot, Toolchain};
use std::{
    fs,
    io::{Cursor, Write},
    path::{Path, PathBuf},
    process::Command,
};
use zip::{ZipWriter, write::SimpleFileOptions};

/// What is set for the comparison with `go env`, one at a time. `DIR` is a directory, `FILE` a file in it.
const SETTINGS: &[(&str, &str)] = &[
    ("AR", "llvm-ar"),
    ("CC", "other-cc"),
    ("CGO_CFLAGS", "-O1"),
    ("CGO_CPPFLAGS", "-DX"),
    ("CGO_CXXFLAGS", "-O1"),
    ("CGO_ENABLED", "1"),
    ("CGO_LDFLAGS", "-s"),
    ("CXX", "other-c++"),
    ("GO111MODULE", "off"),
    ("GOAMD64", "v3"),
    ("GOARCH", "arm64"),
    ("GOARM64", "v9.0"),
    ("GOAUTH", "off"),
    ("GOBIN", "DIR"),
    ("GOCACHE", "DIR"),
    ("GOCACHEPROG", "/bin/true"),
    ("GODEBUG", "panicnil=1"),
    ("GOENV", "FILE"),
    ("GOEXPERIMENT", "fieldtrack"),
    ("GOFIPS140", "latest"),
    ("GOFLAGS", "-mod=mod"),
    ("GOINSECURE", "example.com/x"),
    ("GOMODCACHE", "DIR"),
    ("GONOPROXY", "example.com/x"),
    ("GONOSUMDB", "example.com/x"),
    ("GOOS", "windows"),
    ("GOPATH", "DIR"),
    ("GOPRIVATE", "example.com/x"),
    ("GOPROXY", "https://proxy.example"),
    ("GOROOT", "GOROOT"),
    ("GOSUMDB", "sum.example"),
    ("GOTMPDIR", "DIR"),
    ("GOTOOLCHAIN", "local"),
    ("GOVCS", "private:git"),
    ("GOWORK", "FILE"),
];

/// Variables of which `go env` does not print what was set.
pub fn env_differs(toolchain: &Toolchain, root: &MutantRoot) -> Vec<String> {
    let dir = root.beside("env");
    fs::write(dir.join("file"), "").unwrap();
    let differs = |(name, value): &&(&'static str, &str)| {
        let value = match *value {
            "DIR" => dir.to_str().unwrap().to_owned(),
            "FILE" => dir.join("file").to_str().unwrap().to_owned(),
            "GOROOT" => root.path().to_str().unwrap().to_owned(),
            other => other.to_owned(),
        };
        let mut command = toolchain.go(&root.path().join("bin/go"), &dir);
        command.current_dir(&dir).env("GOCACHE", dir.join("cache")).env(name, &value).args(["env", name]);
        answer(&mut command) != value
    };
    SETTINGS.iter().filter(differs).map(|(name, _)| (*name).to_owned()).collect()
}

/// What a successful command prints, without the line end.
fn answer(command: &mut Command) -> String {
    let output = command.output().unwrap();
    if output.status.success() { String::from_utf8_lossy(&output.stdout).trim_end().to_owned() } else { String::new() }
}

/// Of the directories that `go env GOMODCACHE GOCACHE` names after a build, an install and a download, those that
/// do not exist or are empty. GOMODCACHE is set for mutants of it alone, since it would hide those of GOPATH.
///
/// # Errors
/// A command failed, which a job sees without any check.
pub fn empty_directories(toolchain: &Toolchain, root: &MutantRoot, variable: &str) -> Result<Vec<String>, String> {
    let dir = root.beside("job");
    let (cache, gopath, work) = (root.beside("job/cache"), root.beside("job/gopath"), root.beside("job/work"));
    // What is in it already saves the time to compile the runtime, and does not count below.
    link_files(&toolchain.warm_cache(), &cache);
    let warm = files(&cache).len();
    fs::write(work.join("go.mod"), "module job\n").unwrap();
    fs::write(work.join("main.go"), "package main\n\nfunc main() { println(\"job\") }\n").unwrap();
    let proxy = root.beside("job/proxy");
    write_proxy(&proxy);
    let go = |arguments: &[&str]| {
        let mut command = toolchain.go(&root.path().join("bin/go"), &dir);
        command
            .current_dir(&work)
            .env("GOCACHE", &cache)
            .env("GOPATH", &gopath)
            .env("GOBIN", gopath.join("bin"))
            .env("GOPROXY", format!("file://{}", proxy.display()))
            .env("GOFLAGS", "-modcacherw")
            .args(arguments);
        if variable == "GOMODCACHE" {
            command.env("GOMODCACHE", dir.join("modules"));
        }
        command
    };
    for arguments in [&["build", "."][..], &["install", "."], &["mod", "download", "example.com/dep@v1.0.0"]] {
        let output = go(arguments).output().unwrap();
        crate::toolchain::succeeded(&format!("go {}", arguments.join(" ")), &output)?;
    }
    let is_empty = |name: &&str| {
        let named = answer(&mut go(&["env", name]));
        let found = if named.is_empty() { 0 } else { files(Path::new(&named)).len() };
        found <= if Path::new(&named) == cache { warm } else { 0 }
    };
    Ok(["GOMODCACHE", "GOCACHE"].into_iter().filter(is_empty).map(str::to_owned).collect())
}

/// Fills the cache from which the jobs of all mutants begin, with the unchanged `go`; nothing where it is there.
pub fn warm_up(toolchain: &Toolchain) {
    let cache = toolchain.warm_cache();
    if cache.is_dir() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    // Go ignores a go.mod at the root of its temporary directory.
    let work = dir.path().join("work");
    fs::create_dir(&work).unwrap();
    fs::write(work.join("go.mod"), "module warm\n").unwrap();
    fs::write(work.join("main.go"), "package main\n\nfunc main() {}\n").unwrap();
    let filling = cache.with_extension("filling");
    fs::remove_dir_all(&filling).ok();
    let mut build = toolchain.go(&toolchain.goroot.join("bin/go"), dir.path());
    let output = build.current_dir(work).env("GOCACHE", &filling).args(["build", "-o", "warm", "."]).output();
    crate::toolchain::succeeded("go build", &output.unwrap()).unwrap();
    fs::rename(filling, cache).unwrap();
}

/// Gives another directory the cache entries of the first, without copying them.
fn link_files(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap().map(|entry| entry.unwrap().path()) {
        // Files at the top are rewritten in place; entries are not.
        if entry.is_dir() {
            let below = to.join(entry.file_name().unwrap());
            fs::create_dir_all(&below).unwrap();
            for file in files(&entry) {
                fs::hard_link(&file, below.join(file.file_name().unwrap())).unwrap();
            }
        }
    }
}

/// The files below a directory, none where it does not exist.
fn files(dir: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(dir) else { return Vec::new() };
    let paths = entries.map(|entry| entry.unwrap().path());
    paths.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// A module proxy as files, with one module. Source of the layout: Go, `go help goproxy`.
fn write_proxy(dir: &Path) {
    let versions = dir.join("example.com/dep/@v");
    fs::create_dir_all(&versions).unwrap();
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in [("go.mod", "module example.com/dep\n"), ("dep.go", "package dep\n")] {
        archive.start_file(format!("example.com/dep@v1.0.0/{name}"), SimpleFileOptions::default()).unwrap();
        archive.write_all(content.as_bytes()).unwrap();
    }
    fs::write(versions.join("v1.0.0.zip"), archive.finish().unwrap().into_inner()).unwrap();
    fs::write(versions.join("list"), "v1.0.0\n").unwrap();
    fs::write(versions.join("v1.0.0.info"), r#"{"Version":"v1.0.0","Time":"2020-01-01T00:00:00Z"}"#).unwrap();
    fs::write(versions.join("v1.0.0.mod"), "module example.com/dep\n").unwrap();
}
