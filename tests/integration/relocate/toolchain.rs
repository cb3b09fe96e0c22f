//! A real Go that moves: what it says before and after, and that it is the same when it is back.

use super::site::{Site, inventory, judged};
use crate::support::judged::{goroot, tool_cache};
use std::{fs, path::Path, process::Command};

/// What a Go needs to build, without its own commands' sources and tests. Links would lead out of the tree.
pub fn copy_go(real: &Path, to: &Path) {
    fs::create_dir_all(to.join("src")).unwrap();
    let all = |dir: &str, leave: &[&str]| {
        let entries = fs::read_dir(real.join(dir)).unwrap().map(|entry| entry.unwrap());
        let kept = entries.filter(|entry| !leave.iter().any(|name| entry.file_name() == *name));
        kept.map(|entry| entry.path()).collect::<Vec<_>>()
    };
    let top = all("", &["test", "api", "doc", "misc", "src", ".git"]);
    let src = all("src", &["cmd", "testdata"]);
    for (paths, dir) in [(top, to.to_owned()), (src, to.join("src"))] {
        assert!(Command::new("cp").arg("-a").args(paths).arg(dir).status().unwrap().success());
    }
}

#[test]
fn a_toolchain_moves_says_the_same_and_comes_back() {
    let Some(cache) = tool_cache() else { return };
    let site = Site::new();
    copy_go(&goroot(&cache, "1.23"), &site.from());
    let before = inventory(&site.from());
    let from = site.from();
    let from = from.to_str().unwrap();
    let to = site.to.to_str().unwrap();
    let run = |words: &[&str]| {
        let args = [&["--goroot", from, "--format", "json"], words].concat();
        // What the probes need is compiled once for all runs of this test.
        let home = Path::new(env!("CARGO_TARGET_TMPDIR")).join("relocate-home");
        judged(0, &site.command(&args).env("HOME", home).output().unwrap())
    };
    let check = |said: &serde_json::Value, name: &str| {
        let all = said["checks"].as_array().unwrap();
        assert!(all.iter().all(|one| one["verdict"] == "pass" || one["verdict"] == "skip"), "{said}");
        let found = all.iter().find(|one| one["check"] == name).unwrap_or_else(|| panic!("{name}: {said}"));
        assert_eq!(found["verdict"], "pass", "{said}");
        (found["before"].as_str().unwrap().to_owned(), found["after"].as_str().unwrap().to_owned())
    };
    let said = run(&["--to", to]);
    assert_eq!(said["outcome"], "moved");
    let (version, after) = check(&said, "go version");
    assert!(version.starts_with("go version go1.23") && version == after);
    assert_eq!(check(&said, "go env GOROOT").0, from);
    check(&said, "goroot/standard-library-is-read-from-goroot");
    check(&said, "goroot/generate-hands-it-on");
    site.assert_moved();
    assert_eq!(inventory(&site.from()), before);
    let said = run(&["--undo"]);
    assert_eq!(check(&said, "go env GOROOT").1, from);
    site.assert_at_home();
    assert_eq!(inventory(&site.from()), before);
}

#[cfg(target_os = "linux")]
#[test]
fn a_toolchain_that_is_running_stays() {
    let Some(cache) = tool_cache() else { return };
    let site = Site::new();
    copy_go(&goroot(&cache, "1.23"), &site.from());
    // `go tool nm` waits for somebody to write to the pipe.
    let module = site.path("module");
    fs::create_dir(&module).unwrap();
    let mut nm = Command::new("/bin/sh")
        .args(["-c", "mkfifo pipe; exec \"$GO\" tool nm pipe"])
        .env("GO", site.path("from/bin/go"))
        .current_dir(&module)
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let from = site.from();
    let said = loop {
        let args =
            ["--goroot", from.to_str().unwrap(), "--to", site.to.to_str().unwrap(), "--dry-run", "--format", "json"];
        let output = site.command(&args).output().unwrap();
        if output.status.code() == Some(3) || nm.try_wait().unwrap().is_some() {
            break judged(3, &output);
        }
    };
    let message = said["findings"][0]["message"].as_str().unwrap().to_owned();
    nm.kill().unwrap();
    nm.wait().unwrap();
    // The tool that it started ends at the end of the pipe.
    let _ = fs::OpenOptions::new().read(true).write(true).open(module.join("pipe"));
    assert_eq!(said["findings"][0]["id"], "in-use", "{said}");
    assert!(message.contains("go (") && message.contains("runs from"), "{message}");
}
