//! The order of the places, and what each says about what it has not.

use super::*;
use crate::{
    platform::{
        Platform::{self, Linux, Windows},
        env::EnvBlock,
    },
    ports::fake::FakeHost,
};

fn asked(texts: &[&str]) -> Vec<GoRequest> {
    texts.iter().map(|text| text.parse().unwrap()).collect()
}

fn search(host: &FakeHost, platform: Platform, env: &[(&str, &str)], go_roots: &[&str], wanted: &[&str]) -> Located {
    let env = EnvBlock::from_pairs(platform, env.iter().copied());
    let go_roots: Vec<String> = go_roots.iter().map(|dir| (*dir).to_owned()).collect();
    let places = Places { go_roots: &go_roots, env: &env, current_dir: "/w", platform, arch: "X64", tool_cache: None };
    locate(&asked(wanted), &places, host)
}

fn shown(located: &Located) -> Vec<String> {
    let one = |found: &Toolchain| format!("{} {} {}", found.version, found.source.name(), found.goroot);
    located.found.iter().map(one).collect()
}

fn everywhere() -> FakeHost {
    FakeHost::new(Linux)
        .goroot("/mine", "1.21.9")
        .goroot("/tc/go/1.21.13/x64", "1.21.13")
        .file("/tc/go/1.21.13/x64.complete", "")
        .goroot("/tc/go/1.21.5/x64", "1.21.5")
        .file("/tc/go/1.21.5/x64.complete", "")
        .goroot("/image/go121", "1.21.11")
        .goroot("/usr/lib/go", "1.21.4")
        .link("/usr/bin/go", "/usr/lib/go/bin/go")
        .goroot("/h/go/pkg/mod/golang.org/toolchain@v0.0.1-go1.21.12.linux-amd64", "1.21.12")
}

const EVERYWHERE: [(&str, &str); 4] =
    [("RUNNER_TOOL_CACHE", "/tc"), ("GOROOT_1_21_X64", "/image/go121"), ("PATH", "/bin:/usr/bin"), ("HOME", "/h")];

#[test]
fn the_first_place_in_the_promised_order_answers() {
    let host = everywhere();
    let mut env = EVERYWHERE.to_vec();
    let first = |env: &[(&str, &str)], roots: &[&str]| shown(&search(&host, Linux, env, roots, &["1.21"])).remove(0);
    assert_eq!(first(&env, &["/mine"]), "1.21.9 go-root /mine");
    assert_eq!(first(&env, &[]), "1.21.13 tool-cache /tc/go/1.21.13/x64");
    env.remove(0);
    assert_eq!(first(&env, &[]), "1.21.11 goroot-variable /image/go121");
    env.remove(0);
    assert_eq!(first(&env, &[]), "1.21.4 path /usr/lib/go");
    env.remove(0);
    let module = "/h/go/pkg/mod/golang.org/toolchain@v0.0.1-go1.21.12.linux-amd64";
    assert_eq!(first(&env, &[]), format!("1.21.12 module-cache {module}"));
}

#[test]
fn an_exact_version_is_taken_from_whichever_place_has_it() {
    let found = search(&everywhere(), Linux, &EVERYWHERE, &[], &["1.21.4", "1.21.5", "1.21.11", "1.21.12"]);
    let sources: Vec<&str> = found.found.iter().map(|toolchain| toolchain.source.name()).collect();
    assert_eq!(sources, ["path", "tool-cache", "goroot-variable", "module-cache"], "oldest first");
}

#[test]
fn two_requests_for_one_toolchain_give_it_once() {
    assert_eq!(search(&everywhere(), Linux, &EVERYWHERE, &[], &["1.21.13", "1.21"]).found.len(), 1);
}

#[test]
fn what_is_missing_comes_with_every_place_and_what_is_there() {
    let host = everywhere().goroot("/tc/go/1.22.10/x64", "1.22.10");
    let located = search(&host, Linux, &EVERYWHERE, &["/mine", "/nothing"], &["1.22"]);
    assert_eq!(
        located.missing[0].looked_at,
        [
            "--go-root /mine: is 1.21.9",
            "--go-root /nothing: no such folder",
            "tool cache /tc/go: holds 1.21.5, 1.21.13, 1.22.10 without its .complete marker for x64",
            "tool cache /h/.cache/goenv-ci/tool-cache: there is no such folder",
            "GOROOT_1_22_X64: not set",
            "go on PATH: `/usr/lib/go` is 1.21.4",
            "module cache /h/go/pkg/mod (default): holds 1.21.12 for linux-amd64",
        ]
    );
    let unused: Vec<&str> = located.unused_go_roots.iter().map(|unused| unused.why.as_str()).collect();
    assert_eq!(unused, ["is 1.21.9, which was not asked for", "no such folder"]);
}

#[test]
fn a_toolchain_that_is_not_what_its_place_says_is_suspicious_and_never_used() {
    let host = FakeHost::new(Linux)
        .goroot("/tc/go/1.21.13/x64", "1.22.10")
        .file("/tc/go/1.21.13/x64.complete", "")
        .goroot("/image/go122", "1.23.1")
        .file("/tc/go/1.23.9/x64/VERSION", "go1.23.9")
        .file("/tc/go/1.23.9/x64.complete", "");
    let env = [("RUNNER_TOOL_CACHE", "/tc"), ("GOROOT_1_22_X64", "/image/go122")];
    let located = search(&host, Linux, &env, &[], &["1.21", "1.22", "1.23"]);
    assert!(located.found.is_empty() && located.missing.is_empty(), "{located:?}");
    let told: Vec<(&str, &str)> = located.suspicious.iter().map(|s| (s.claimed.as_str(), s.actual.as_str())).collect();
    assert_eq!(told, [("1.21.13", "1.22.10"), ("GOROOT_1_22_X64", "1.23.1"), ("1.23.9", "no `bin/go` in it")]);
}

#[test]
fn a_windows_runner_is_searched_on_any_machine() {
    let host = FakeHost::new(Windows)
        .goroot(r"C:\hostedtoolcache\windows\go\1.24.13\x64", "1.24.13")
        .file(r"C:\hostedtoolcache\windows\go\1.24.13\x64.complete", "")
        .goroot(r"C:\Program Files\Go", "1.25.1")
        .link(r"C:\Links\go.exe", r"\\?\C:\Program Files\Go\bin\go.exe")
        .file(r"\\?\C:\Program Files\Go\bin\go.exe", "")
        .goroot(r"D:\a\app\go\pkg\mod\golang.org\toolchain@v0.0.1-go1.21.13.windows-amd64", "1.21.13");
    let env = [
        ("RUNNER_TOOL_CACHE", r"C:\hostedtoolcache\windows"),
        ("Path", r"C:\Windows;C:\Links"),
        ("GOPATH", r"D:\a\app\go"),
    ];
    let located = search(&host, Windows, &env, &[], &["1.24", "1.25", "1.21"]);
    assert_eq!(
        shown(&located),
        [
            r"1.21.13 module-cache D:\a\app\go\pkg\mod\golang.org\toolchain@v0.0.1-go1.21.13.windows-amd64",
            r"1.24.13 tool-cache C:\hostedtoolcache\windows\go\1.24.13\x64",
            r"1.25.1 path C:\Program Files\Go",
        ]
    );
}

#[test]
fn an_arm_image_names_its_variables_either_way() {
    let host = FakeHost::new(Windows).goroot(r"C:\go124", "1.24.13");
    let env = EnvBlock::from_pairs(Windows, [("GOROOT_1_24_AARCH64", r"C:\go124")]);
    let places =
        Places { go_roots: &[], env: &env, current_dir: r"D:\w", platform: Windows, arch: "ARM64", tool_cache: None };
    let located = locate(&asked(&["1.24", "1.23"]), &places, &host);
    assert_eq!(located.found[0].source, ToolchainSource::GorootVariable);
    assert!(located.missing[0].looked_at.contains(&"GOROOT_1_23_ARM64: not set".to_owned()));
}

#[test]
fn a_toolchain_that_go_has_not_finished_is_left_alone() {
    let module = |version: &str| format!("/m/golang.org/toolchain@v0.0.1-go{version}.linux-amd64");
    let host = FakeHost::new(Linux)
        .goroot(&module("1.21.13"), "1.21.13")
        .file("/m/cache/download/golang.org/toolchain/@v/v0.0.1-go1.21.13.linux-amd64.partial", "")
        .goroot(&module("1.22.10"), "1.22.10")
        .file(&format!("{}/src/_go.mod", module("1.22.10")), "module std");
    let located = search(&host, Linux, &[("GOMODCACHE", "/m")], &[], &["1.21", "1.22"]);
    assert_eq!(located.missing.len(), 2, "{located:?}");
    let last = located.missing[0].looked_at.last().unwrap();
    assert!(last.contains("1.21.13 without the rest of its files"), "{last}");
}

#[test]
fn a_go_on_path_that_is_a_wrapper_is_named() {
    let host = FakeHost::new(Linux).file("/opt/shims/go", "#!/bin/sh");
    let located = search(&host, Linux, &[("PATH", "relative:/opt/shims")], &[], &["1.21"]);
    let told = located.missing[0].looked_at.join("\n");
    assert!(told.contains("`/opt/shims/go` does not lie in a GOROOT"), "{told}");
}

#[test]
fn a_tool_cache_on_a_drive_that_is_not_there_is_said() {
    let host = FakeHost::new(Windows).file(r"D:\a\x", "");
    let looked_at = |root: &str| {
        let env = EnvBlock::from_pairs(Windows, [("RUNNER_TOOL_CACHE", root)]);
        let places =
            Places { go_roots: &[], env: &env, current_dir: r"D:\w", platform: Windows, arch: "X64", tool_cache: None };
        locate(&["1.21".parse().unwrap()], &places, &host).missing[0].looked_at[0].clone()
    };
    assert_eq!(looked_at(r"Q:\hostedtoolcache"), r"tool cache Q:\hostedtoolcache: there is no drive `Q:\`");
    assert_eq!(looked_at(r"D:\hostedtoolcache"), r"tool cache D:\hostedtoolcache: there is no such folder");
    assert_eq!(looked_at(r"\\h\s\tools"), r"tool cache \\h\s\tools: there is no such folder");
}
