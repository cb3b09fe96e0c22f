//! `doctor` on real directories and real toolchains: each check fires where it should, and not on a
//! machine where all is well; what is fixed is shown first and can be taken back.

use super::desk::{Desk, GOENV};
use crate::support::{self, judged};
use goenv_ci::doctor::unfixed;
use std::{
    collections::BTreeSet,
    fs,
    os::unix::fs::{PermissionsExt, symlink},
};

type Break = fn(&mut Desk);

/// Id, and what brings it about.
const CASES: &[(&str, Break)] = &[
    ("module-file-broken", |desk| {
        desk.write("module/go.work", "go 1.21\n<<<<<<< HEAD\nuse ./a\n=======\nuse ./b\n>>>>>>> b\n");
    }),
    ("module-file-broken", |desk| desk.write("module/go.mod", "module example.com/m\n\ngo 1.21\nrequir a v1\n")),
    ("goenv-directory-not-writable", |desk| {
        fs::remove_dir(desk.path("home/.config/go")).unwrap();
        desk.write("home/.config/go", "");
    }),
    ("source-not-read", |desk| symlink("/dev/zero", desk.path("module/.envrc")).unwrap()),
    ("goroot-missing", |desk| desk.set("GOROOT", "/nowhere")),
    ("goroot-incomplete", |desk| {
        desk.write("half/readme", "");
        desk.set_to("GOROOT", "half");
    }),
    ("goroot-of-another-version", |desk| {
        let other = judged::goroot(&judged::tool_cache().unwrap(), "1.22");
        desk.set("GOROOT", other.to_str().unwrap());
    }),
    ("goroot-needless", |desk| {
        let own = judged::goroot(&judged::tool_cache().unwrap(), "1.23");
        desk.set("GOROOT", own.to_str().unwrap());
    }),
    ("goroot-without-go-env", |desk| {
        let own = judged::goroot(&judged::tool_cache().unwrap(), "1.23");
        for part in ["bin", "pkg", "src", "VERSION"] {
            fs::create_dir_all(desk.path("lean")).unwrap();
            symlink(own.join(part), desk.path("lean").join(part)).unwrap();
        }
        fs::remove_file(desk.path("lean/bin")).unwrap();
        fs::create_dir_all(desk.path("lean/bin")).unwrap();
        fs::copy(own.join("bin/go"), desk.path("lean/bin/go")).unwrap();
        let path = format!("{}:{}", desk.text("home/go/bin"), desk.text("lean/bin"));
        desk.set("PATH", &path);
    }),
    ("gopath-invalid", |desk| desk.set("GOPATH", "~/go")),
    ("gopath-is-goroot", |desk| {
        let own = judged::goroot(&judged::tool_cache().unwrap(), "1.23");
        desk.set("GOPATH", own.to_str().unwrap());
    }),
    ("gopath-is-module", |desk| desk.set_to("GOPATH", "module")),
    ("gopath-in-module", |desk| desk.set_to("GOPATH", "module/go")),
    ("gopath-several", |desk| {
        let list = format!("{}:{}", desk.text("home/go"), desk.text("home/more"));
        desk.set("GOPATH", &list);
    }),
    ("no-home", |desk| drop(desk.env.remove("HOME"))),
    ("gobin-relative", |desk| desk.set("GOBIN", "bin")),
    ("gobin-list", |desk| desk.set("GOBIN", "/a/bin:/b/bin")),
    ("gobin-not-on-path", |desk| desk.set_to("GOBIN", "elsewhere")),
    ("gobin-shadowed", |desk| {
        desk.write("home/go/bin/tool", "new");
        desk.write("old/tool", "old");
        let path = format!("{}:{}", desk.text("old"), desk.env["PATH"]);
        desk.set("PATH", &path);
    }),
    ("gobin-and-cross-build", |desk| {
        desk.set_to("GOBIN", "home/go/bin");
        desk.set("GOOS", "windows");
    }),
    ("gocache-off", |desk| desk.set("GOCACHE", "off")),
    ("gocache-not-writable", |desk| {
        desk.write("file", "");
        desk.set_to("GOCACHE", "file");
    }),
    ("gomodcache-not-writable", |desk| {
        desk.write("file", "");
        desk.set_to("GOMODCACHE", "file");
    }),
    ("directory-of-others", |desk| {
        desk.write("home/cache/README", "");
        fs::set_permissions(desk.path("home/cache"), fs::Permissions::from_mode(0o1777)).unwrap();
        desk.set_to("GOCACHE", "home/cache");
    }),
    ("directory-of-others", |desk| {
        fs::set_permissions(desk.path("home/go/bin"), fs::Permissions::from_mode(0o777)).unwrap();
    }),
    ("directory-of-others", |desk| {
        fs::set_permissions(desk.path("home"), fs::Permissions::from_mode(0o777)).unwrap();
    }),
    ("cache-synchronised", |desk| desk.set_to("GOCACHE", "home/OneDrive - Firm/cache")),
    ("cache-in-module", |desk| desk.set_to("GOCACHE", "module/cache/go")),
    ("gotmpdir-missing", |desk| desk.set_to("GOTMPDIR", "tmp/go")),
    ("goenv-file-unreadable", |desk| fs::create_dir_all(desk.path(GOENV)).unwrap()),
    ("goenv-file-unreadable", |desk| desk.write(GOENV, b"\xff\xfeG\0O\0B\0I\0N\0=\0/\0b\0\n\0")),
    ("goenv-file-broken-lines", |desk| desk.write(GOENV, "export GOBIN=/b\n")),
    ("goenv-file-unknown-names", |desk| desk.write(GOENV, "GOCOLOUR=red\n")),
    ("goenv-file-carriage-returns", |desk| desk.write(GOENV, "GOVCS=*:git\r\n")),
    ("goenv-file-in-force", |desk| desk.write(GOENV, "GOFLAGS=-trimpath\n")),
    ("goenv-file-shadowed", |desk| {
        desk.write(GOENV, "GOFLAGS=-trimpath\n");
        desk.set("GOFLAGS", "-v");
    }),
    ("no-go-on-path", |desk| desk.set("PATH", "/usr/bin")),
    ("two-gos-on-path", |desk| {
        let other = judged::goroot(&judged::tool_cache().unwrap(), "1.21");
        let path = format!("{}:{}/bin", desk.env["PATH"], other.display());
        desk.set("PATH", &path);
    }),
    ("go-of-no-installation", |desk| {
        desk.write("alone/go", "");
        let path = format!("{}:{}", desk.text("alone"), desk.env["PATH"]);
        desk.set("PATH", &path);
    }),
    ("path-entry-quoted", |desk| {
        let path = format!("{}:\"/opt/x\"", desk.env["PATH"]);
        desk.set("PATH", &path);
    }),
    ("path-entry-relative", |desk| {
        let path = format!("{}:", desk.env["PATH"]);
        desk.set("PATH", &path);
    }),
    ("path-entry-missing", |desk| {
        let path = format!("{}:/opt/nowhere", desk.env["PATH"]);
        desk.set("PATH", &path);
    }),
    ("path-entry-missing", |desk| {
        symlink("loop", desk.path("loop")).unwrap();
        let path = format!("{}:{}", desk.env["PATH"], desk.text("loop"));
        desk.set("PATH", &path);
    }),
    ("path-entry-doubled", |desk| {
        let path = format!("{}:/usr/bin/", desk.env["PATH"]);
        desk.set("PATH", &path);
    }),
    ("path-too-long", |desk| {
        let many: String = (0..5_000).map(|number| format!(":/opt/{number}")).collect();
        let path = desk.env["PATH"].clone() + &many;
        desk.set("PATH", &path);
    }),
    ("goflags-invalid", |desk| desk.set("GOFLAGS", "trimpath")),
    ("goflags-changes-commands", |desk| desk.set("GOFLAGS", "-mod=vendor")),
    ("gopath-mode", |desk| desk.set("GO111MODULE", "off")),
    ("goproxy-off", |desk| desk.set("GOPROXY", "off")),
    ("goproxy-insecure", |desk| desk.set("GOPROXY", "http://proxy.example,direct")),
    ("goproxy-credentials", |desk| desk.set("GOPROXY", "https://user:hunter2@proxy.example")),
    ("downloads-unchecked", |desk| desk.set("GOSUMDB", "off")),
    ("behaviour-leftover", |desk| desk.set("GODEBUG", "netdns=go")),
    ("value-with-blanks", |desk| {
        let value = desk.text("home/cache") + " ";
        desk.set("GOCACHE", &value);
    }),
    ("path-of-another-world", |desk| desk.set("GOCACHE", r"C:\Users\me\cache")),
    ("toolchain-not-here", |desk| desk.set("GOTOOLCHAIN", "go1.99.0")),
    ("toolchain-refused", |desk| desk.set("GOTOOLCHAIN", "nonsense")),
    ("toolchain-handed-over", |desk| {
        let other = judged::goroot(&judged::tool_cache().unwrap(), "1.22");
        desk.write("named/.keep", "");
        symlink(other.join("bin/go"), desk.path("named/go1.22.10")).unwrap();
        let path = format!("{}:{}", desk.env["PATH"], desk.text("named"));
        desk.set("PATH", &path);
        desk.set("GOTOOLCHAIN", "go1.22.10+path");
    }),
    ("module-wants-newer-go", |desk| {
        desk.write("module/go.mod", "module example.com/m\n\ngo 1.99\n");
        desk.set("GOTOOLCHAIN", "local");
    }),
    ("go-stops", |desk| desk.set("GOOS", "nonsense")),
    ("value-refused", |desk| desk.set("GO111MODULE", "maybe")),
    ("value-refused", |desk| desk.set("GOMODCACHE", "~/mod")),
    ("value-misread", |desk| desk.set("GOPRIVATE", "https://example.com/x")),
    ("value-misread", |desk| desk.set("GOENV", "~/env")),
    ("workspace-missing", |desk| desk.set_to("GOWORK", "module")),
    ("workspace-above", |desk| desk.write("go.work", "go 1.21\n")),
    ("name-misspelt", |desk| desk.set("GO_BIN", "/b")),
];

/// They need another user, a file system of their own, or a server that is gone; scenes, tests/integration/shims.rs
/// and unit tests try them.
const ELSEWHERE: [&str; 13] = [
    "place-does-not-answer",
    "gocache-entry-not-writable",
    "gomodcache-entry-not-writable",
    "module-archive-empty",
    "install-directory-not-writable",
    "installed-program-of-another-user",
    "temporary-directory-not-usable",
    "temporary-directory-noexec",
    "file-system-full",
    "toolchain-half-unpacked",
    "repository-of-another-user",
    "shim-without-go",
    "wrapper-not-followed",
];

/// Only Windows has what these look at; unit tests make it up.
const WINDOWS_ONLY: [&str; 5] =
    ["name-twice", "windows-variable-missing", "long-paths-off", "controlled-folder-access", "registry-wrong-type"];

/// These need a drive of a kind that no test can count on; unit tests make it up.
const OF_DRIVES: [&str; 2] = ["cache-on-network", "cache-drive-nearly-full"];

#[test]
fn a_machine_on_which_all_is_well_has_no_finding() {
    let Some(desk) = Desk::new() else { return };
    assert_eq!(desk.findings().keys().collect::<Vec<_>>(), Vec::<&String>::new());
    let (code, stdout, _) = desk.doctor(&[]);
    assert_eq!((code, stdout.as_str()), (0, "✓ Nothing is wrong with Go's environment\n"));
}

/// What looks wrong and is not, with the check that must not speak of it.
const SOUND: &[(&str, Break)] = &[
    // `go help private` recommends it.
    ("value-misread", |desk| desk.set("GONOPROXY", "none")),
    ("value-misread", |desk| desk.set("GONOSUMDB", "none")),
    // Go passes over what begins with a dot.
    ("gopath-in-module", |desk| desk.set_to("GOPATH", "module/.direnv/go")),
    ("cache-in-module", |desk| desk.set_to("GOCACHE", "module/.cache/go")),
    ("goflags-changes-commands", |desk| {
        desk.write("module/go.work", "go 1.22\n\nuse ./a\n");
        desk.write("module/a/go.mod", "module example.com/a\n\ngo 1.22\n");
        desk.write("module/vendor/modules.txt", "## workspace\n");
        desk.set("GOFLAGS", "-mod=vendor");
    }),
    // By its own name Go would stop at it.
    ("name-misspelt", |desk| desk.set("GO_FLAGS", "-v -run X")),
    ("name-misspelt", |desk| {
        let go = format!("{}/bin/go", desk.goroot());
        desk.set("GO_BIN", &go);
    }),
    ("gopath-several", |desk| desk.set("GOPATH", r"C:\go")),
    ("goroot-needless", |desk| {
        desk.link(desk.goroot(), "home/.gvm/gos/go1.23");
        desk.set_to("GOROOT", "home/.gvm/gos/go1.23");
    }),
    ("toolchain-refused", |desk| desk.set("GOWORK", "nowhere")),
    ("memory-limit-refused", |desk| desk.set("GOMEMLIMIT", "4GiB")),
    ("goflags-unusable", |desk| desk.set("GOFLAGS", "-pgo=off -exec=env")),
    ("repository-damaged", |desk| {
        assert!(
            std::process::Command::new("git").args(["init", "-q"]).arg(desk.path("module")).status().unwrap().success()
        );
    }),
    // One file with C, and another in its place without.
    ("cgo-package-excluded", |desk| {
        desk.write("module/m.go", "//go:build cgo\n\npackage m\n\nimport \"C\"\n");
        desk.write("module/n.go", "//go:build !cgo\n\npackage m\n");
        desk.set("CGO_ENABLED", "0");
    }),
    // Nobody imports it.
    ("cgo-package-excluded", |desk| {
        desk.write("module/example/m.go", "package example\n\nimport \"C\"\n");
        desk.set("CGO_ENABLED", "0");
    }),
    ("goproxy-directory-missing", |desk| desk.set("GOPROXY", "file:///nowhere,https://proxy.example")),
    ("goproxy-directory-missing", |desk| {
        let proxy = desk.proxy();
        desk.set("GOPROXY", &proxy);
    }),
    ("goflags-unusable", |desk| desk.set("GOFLAGS", "-buildmode=pie '-ldflags=-s -linkmode=external'")),
    ("module-file-broken", |desk| {
        desk.write("module/go.mod", "// mine\nmodule example.com/m // here\n\ngo 1.21\n\nretract (\n\tv1.0.0\n)\n");
    }),
    ("install-target-is-directory", |desk| desk.write("home/go/bin/linux_arm64/tool", "")),
    ("workspace-above", |desk| desk.write("go.work", "go 1.21\n\nuse module/\n")),
    // One of several faults that are one.
    ("goenv-file-in-force", |desk| desk.write(GOENV, "GO111MODULE=maybe\n")),
    ("gocache-off", |desk| {
        let value = " ".to_owned() + &desk.text("home/cache");
        desk.set("GOCACHE", &value);
    }),
    ("gobin-not-on-path", |desk| {
        let value = desk.text("home/bin") + " ";
        desk.set("GOBIN", &value);
    }),
];

#[test]
fn what_only_looks_wrong_is_no_finding() {
    for (at, (id, break_it)) in SOUND.iter().enumerate() {
        let Some(mut desk) = Desk::new() else { return };
        break_it(&mut desk);
        let found = desk.findings();
        assert!(!found.contains_key(*id), "case {at}, {id}: {:#?}", found[*id]);
    }
}

#[test]
fn each_check_fires_where_something_is_wrong() {
    for (id, break_it) in CASES {
        let Some(mut desk) = Desk::new() else { return };
        break_it(&mut desk);
        let found = desk.findings();
        assert!(found.contains_key(*id), "{id} is not among {:?}", found.keys().collect::<Vec<_>>());
        assert_eq!(desk.doctor(&["--check", id, "--fail-on", "note"]).0, 1, "{id}");
        let fix = found[*id]["mend"]["command"].as_str();
        assert!(fix.is_none_or(|command| !command.is_empty()), "{id} has an empty fix");
        assert!(fix.is_none() || unfixed(id).is_none(), "{id} has a fix: {fix:?}");
    }
}

#[test]
fn every_check_is_tried_by_one_of_these_tests() {
    let toolchains = ["sumdb-off-and-toolchain", "toolchain-is-private"];
    let tried: BTreeSet<&str> = CASES
        .iter()
        .map(|(id, _)| *id)
        .chain(toolchains)
        .chain(WINDOWS_ONLY)
        .chain(OF_DRIVES)
        .chain(ELSEWHERE)
        .chain(super::scenes::tried())
        .collect();
    let all: BTreeSet<&str> = goenv_ci::doctor::checks().map(|check| check.id).collect();
    assert_eq!(all, tried);
    assert!(all.len() >= 30);
}

#[test]
fn the_page_in_the_docs_has_a_section_for_each() {
    let table = fs::read_to_string(super::scenes::TABLE).unwrap();
    let proven = include_str!("../snapshots/doctor/proven.md");
    let page = [include_str!("../snapshots/doctor/head.md"), &goenv_ci::doctor::page(), proven, &table].concat();
    support::assert_file("docs/doctor.md", &page);
}

#[test]
fn the_published_schema_is_the_one_of_the_types() {
    support::assert_file("docs/schema/doctor.schema.json", &goenv_ci::doctor::finding::schema().unwrap());
}

#[test]
fn a_goroot_that_is_none_is_refused() {
    let Some(desk) = Desk::new() else { return };
    let (code, stdout, stderr) = desk.doctor(&["--go-root", "/nowhere"]);
    assert_eq!((code, stdout.as_str()), (2, ""));
    assert!(stderr.contains("`/nowhere` is no GOROOT"), "{stderr}");
}

#[test]
fn a_value_is_shown_as_it_was_written() {
    let Some(desk) = Desk::new() else { return };
    desk.write(GOENV, "GOCACHE=rel\n");
    let found = desk.findings();
    assert!(found["gocache-off"]["evidence"].as_str().unwrap().contains("`rel`"), "{found:#?}");
}

#[test]
fn a_value_that_go_never_reads_is_shown_with_its_place() {
    let Some(mut desk) = Desk::new() else { return };
    desk.set("GOTELEMETRY", "off");
    let found = desk.findings();
    assert_eq!(found["value-misread"]["evidence"], "GOTELEMETRY=off (environment)", "{found:#?}");
}

/// The `go` on PATH hands over before it looks at GOFLAGS.
#[test]
fn values_are_judged_by_the_toolchain_that_answers() {
    let (Some(mut desk), Some(new)) = (Desk::with("1.21"), Desk::new()) else { return };
    let version = fs::read_to_string(format!("{}/VERSION", new.goroot())).unwrap();
    let name = version.lines().next().unwrap();
    desk.link(format!("{}/bin/go", new.goroot()), &format!("home/go/bin/{name}"));
    desk.set("GOTOOLCHAIN", name);
    desk.set("GOFLAGS", "-diff");
    let go = || {
        let mut command = std::process::Command::new(format!("{}/bin/go", desk.goroot()));
        command.args(["list", "."]).current_dir(desk.path("module")).env_clear().envs(&desk.env);
        command
    };
    assert!(go().output().unwrap().status.success(), "{:?}", go().output());
    assert!(!desk.findings().contains_key("goflags-invalid"), "{:#?}", desk.findings());
    assert!(!go().env("GOTOOLCHAIN", "local").output().unwrap().status.success(), "1.21 knows no -diff");
    desk.set("GOTOOLCHAIN", "local");
    assert!(desk.findings().contains_key("goflags-invalid"), "{:#?}", desk.findings());
}

#[test]
fn a_runner_gets_the_line_of_the_checkout_that_a_finding_is_about() {
    let Some(mut desk) = Desk::new() else { return };
    desk.write("module/sub/.envrc", "# mine\nexport GOBIN=rel\n");
    desk.link(desk.path("module/sub/.envrc"), "module/.envrc");
    desk.set("GOBIN", "rel");
    desk.set("GITHUB_ACTIONS", "true");
    desk.set_to("GITHUB_WORKSPACE", "module");
    let (_, _, log) = desk.doctor(&[]);
    assert!(log.contains("::error file=.envrc,line=2,col=1,title=gobin-relative::"), "{log}");
    desk.set_to("GITHUB_WORKSPACE", "elsewhere");
    let (_, _, log) = desk.doctor(&[]);
    assert!(log.contains("::error title=gobin-relative::"), "{log}");
}

#[test]
fn a_report_that_cannot_be_written_is_told_in_plain_words() {
    let Some(desk) = Desk::new() else { return };
    let (code, _, told) = desk.doctor(&["--report", "/etc/passwd/x"]);
    assert_eq!(code, 3, "{told}");
    assert!(told.contains("`/etc/passwd/x` cannot be made: not a directory\n"), "{told}");
}

#[test]
fn what_is_fixed_is_shown_first_and_taken_back_byte_for_byte() {
    let Some(mut desk) = Desk::new() else { return };
    let before = "# mine\r\nGOROOT=/nowhere\nbroken\nGOCOLOUR=red\nGOVCS=*:git\r\nGOINSECURE=x";
    desk.write(GOENV, before);
    desk.set_to("GOTMPDIR", "tmp/go");
    let read = || fs::read_to_string(desk.path(GOENV)).unwrap();

    let (code, shown, _) = desk.doctor(&["--fix", "--dry-run"]);
    assert_eq!((code, read().as_str()), (1, before), "a dry run changes nothing");
    assert!(!desk.path("tmp/go").exists());
    // Columns are aligned by the longest name.
    let shown = shown.split_whitespace().collect::<Vec<_>>().join(" ");
    for line in ["- line 2 GOROOT=/nowhere", "- line 3 broken", "- line 4 GOCOLOUR=red", "~ line 5 GOVCS=*:git CR LF"] {
        assert!(shown.contains(line), "{line} is not in:\n{shown}");
    }
    assert!(shown.contains(&format!("MAKE DIRECTORY {}", desk.text("tmp/go"))), "{shown}");

    desk.doctor(&["--fix"]);
    assert_eq!(read(), "# mine\nGOVCS=*:git\nGOINSECURE=x");
    assert!(desk.path("tmp/go").is_dir());

    let (code, said, _) = desk.doctor(&["--undo"]);
    assert_eq!((code, read().as_str()), (0, before), "{said}");
    assert_eq!(desk.doctor(&["--undo"]).0, 4, "there is nothing left to take back");
}

#[test]
fn what_somebody_changed_since_is_not_taken_back() {
    let Some(desk) = Desk::new() else { return };
    desk.write(GOENV, "broken\n");
    desk.doctor(&["--fix"]);
    desk.write(GOENV, "GOVCS=*:git\n");
    let (code, _, stderr) = desk.doctor(&["--undo"]);
    assert_eq!(code, 3);
    assert!(stderr.contains("changed after it was fixed"), "{stderr}");
    assert_eq!(fs::read_to_string(desk.path(GOENV)).unwrap(), "GOVCS=*:git\n");
}

#[test]
fn a_link_stays_a_link_and_a_private_file_private() {
    let Some(desk) = Desk::new() else { return };
    desk.write("dotfiles/env", "broken\nGOVCS=*:git\n");
    fs::set_permissions(desk.path("dotfiles/env"), fs::Permissions::from_mode(0o600)).unwrap();
    symlink(desk.path("dotfiles/env"), desk.path(GOENV)).unwrap();
    desk.doctor(&["--fix"]);
    assert!(fs::symlink_metadata(desk.path(GOENV)).unwrap().is_symlink());
    assert_eq!(fs::read_to_string(desk.path("dotfiles/env")).unwrap(), "GOVCS=*:git\n");
    assert_eq!(fs::metadata(desk.path("dotfiles/env")).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn a_saved_event_log_needs_windows() {
    let Some(desk) = Desk::new() else { return };
    let (code, stdout, stderr) = desk.doctor(&["--event-log", "defender.evtx"]);
    assert_eq!((code, stdout.as_str()), (2, ""));
    assert!(stderr.contains("`defender.evtx`: a saved event log is read with Windows' own wevtutil"), "{stderr}");
}

#[test]
fn a_check_that_nobody_knows_has_a_neighbour() {
    let (code, _, stderr) = {
        let output = support::goenv().args(["doctor", "--check", "gobin-lst"]).output().unwrap();
        (output.status.code(), output.stdout, String::from_utf8(output.stderr).unwrap())
    };
    assert_eq!(code, Some(2));
    assert!(stderr.contains("did you mean `gobin-list`?"), "{stderr}");
}

#[test]
fn no_format_shows_a_secret() {
    let Some(mut desk) = Desk::new() else { return };
    let token = format!("ghp_{}", "a1B2".repeat(9));
    desk.set("GOPROXY", "http://user:hunter2@proxy.example");
    desk.set("GOFLAGS", &format!("-mod=mod -ldflags=-X=main.token={token}"));
    desk.set("GO_AUTH_TOKEN", &token);
    desk.write(GOENV, format!("broken {token}\n"));
    let report = desk.text("report");
    let (_, human, stderr) = desk.doctor(&["--report", &report, "--fix", "--dry-run"]);
    let files = ["doctor.json", "doctor.md", "doctor.html"]
        .map(|name| fs::read_to_string(desk.path("report").join(name)).unwrap());
    for text in files.iter().chain([&human, &stderr]) {
        assert!(!text.contains("hunter2") && !text.contains(&token), "{text}");
    }
    assert!(human.contains("xxxxx@proxy.example"));
}

#[test]
fn the_severity_that_counts_can_be_chosen() {
    let Some(mut desk) = Desk::new() else { return };
    desk.set("GOPROXY", "off");
    assert_eq!(desk.doctor(&[]).0, 0, "notes alone are no failure");
    assert_eq!(desk.doctor(&["--fail-on", "note"]).0, 1);
    desk.set("GODEBUG", "netdns=go");
    assert_eq!(desk.doctor(&[]).0, 1, "a warning is one");
    desk.set("GOBIN", "bin");
    assert_eq!(desk.doctor(&["--fail-on", "error"]).0, 1);
    assert_eq!(desk.doctor(&["--fail-on", "never"]).0, 0);
}
