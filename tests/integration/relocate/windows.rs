//! `relocate` on Windows: a cache goes to another directory behind a junction or a symbolic link, or, where the system
//! makes none, stays whole where it was.

use crate::support::{Runner, fits};
use serde_json::Value;
use std::{fs, path::Path, process::Output};

fn said(runner: &Runner, arguments: &[&str]) -> (Output, Value) {
    let from = runner.text("cache");
    let output =
        runner.goenv().args(["relocate", "--gocache", &from, "--format", "json"]).args(arguments).output().unwrap();
    let json = serde_json::from_slice(&output.stdout).unwrap_or_default();
    (output, json)
}

fn is_link(path: &Path) -> bool {
    fs::read_link(path).is_ok()
}

fn content(dir: &Path) -> Vec<String> {
    let read = |name: &str| fs::read_to_string(dir.join(name)).unwrap_or_default();
    vec![read("00/a-d"), read("ff/b-a"), read("ö 缓存")]
}

#[test]
fn a_cache_moves_behind_a_junction_and_comes_back_or_stays_where_it_is() {
    moves_and_comes_back(&[]);
}

#[test]
fn a_cache_moves_behind_a_symbolic_link_and_comes_back_or_stays_where_it_is() {
    moves_and_comes_back(&["--symlink"]);
}

fn moves_and_comes_back(link: &[&str]) {
    let runner = Runner::new();
    let (from, to) = (runner.path("cache"), runner.path("other drive/cache"));
    for dir in ["00", "ff"] {
        fs::create_dir_all(from.join(dir)).unwrap();
    }
    for (name, text) in [("00/a-d", "first"), ("ff/b-a", "second"), ("ö 缓存", "third")] {
        fs::write(from.join(name), text).unwrap();
    }
    let whole = content(&from);

    let (output, json) = said(&runner, &[&["--to", to.to_str().unwrap()], link].concat());
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(content(&from), whole, "{errors}");
    if output.status.code() == Some(3) {
        // Wine 8 knows no junctions, and says of a symbolic link that it has made it; Windows may want a right for one.
        let may_refuse = std::env::var_os("WINEPREFIX").is_some() || !link.is_empty();
        assert!(may_refuse && errors.contains("making the link"), "{errors}");
        assert!(!is_link(&from) && !to.exists(), "{errors}");
        return;
    }
    assert_eq!((output.status.code(), json["outcome"].as_str()), (Some(0), Some("moved")), "{errors}");
    fits(&goenv_ci::relocate::schema().unwrap(), &json);
    assert!(is_link(&from));
    assert_eq!(content(&to), whole);

    let (output, json) = said(&runner, &["--undo"]);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!((output.status.code(), json["outcome"].as_str()), (Some(0), Some("moved-back")), "{errors}");
    assert!(!is_link(&from) && !to.exists());
    assert_eq!(content(&from), whole);
}
