//! Build caches in which Go's runtime and its package testing are compiled, which takes longer than all else that most
//! tests have Go do.

use std::{
    env::consts::EXE_SUFFIX,
    fs,
    path::{Path, PathBuf, absolute},
    process::Command,
    sync::{Mutex, PoisonError},
};

/// Puts into a build cache what a program without imports and its test need, as this toolchain compiles it.
pub fn put_into(cache: &Path, goroot: &Path) {
    for part in fs::read_dir(compiled(goroot)).unwrap().map(|entry| entry.unwrap().path()) {
        // Files at the top are rewritten in place; entries are not.
        if part.is_dir() {
            let below = cache.join(part.file_name().unwrap());
            fs::create_dir_all(&below).unwrap();
            for entry in fs::read_dir(&part).unwrap().map(|entry| entry.unwrap().path()) {
                let to = below.join(entry.file_name().unwrap());
                // Between two file systems there are no links.
                fs::hard_link(&entry, &to).or_else(|_| fs::copy(&entry, &to).map(drop)).unwrap();
            }
        }
    }
}

/// The cache of this toolchain, made by the first test that asks.
fn compiled(goroot: &Path) -> PathBuf {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _alone = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let scratch = absolute(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let version = fs::read_to_string(goroot.join("VERSION")).unwrap();
    let cache = scratch.join(format!("compiled-{}", version.lines().next().unwrap().trim()));
    if cache.is_dir() {
        return cache;
    }
    let dir = tempfile::tempdir_in(&scratch).unwrap();
    let work = dir.path().join("work");
    fs::create_dir(&work).unwrap();
    fs::write(work.join("go.mod"), "module compiled\n").unwrap();
    fs::write(work.join("main.go"), "package main\n\nfunc main() {}\n").unwrap();
    fs::write(work.join("main_test.go"), "package main\n\nimport \"testing\"\n\nfunc TestNothing(*testing.T) {}\n")
        .unwrap();
    for arguments in [&["build", "-o", "program", "."][..], &["test", "."]] {
        let done = Command::new(goroot.join("bin").join(format!("go{EXE_SUFFIX}")))
            .args(arguments)
            .current_dir(&work)
            .env_clear()
            .envs(super::system_needs())
            .env("PATH", super::system_path())
            .envs(super::homes(dir.path(), dir.path()))
            .env("GOCACHE", dir.path().join("cache"))
            .envs([("GOENV", "off"), ("GOTOOLCHAIN", "local"), ("GOTELEMETRY", "off")])
            .output()
            .unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    }
    // Another test program may have been quicker, with the same.
    fs::rename(dir.path().join("cache"), &cache).ok();
    assert!(cache.is_dir(), "`{}` could not be made", cache.display());
    cache
}
