//! Shims on machines in memory. That real ones do what is said here is held by tests/integration/shims.rs.

use super::*;
use crate::ports::fake::FakeHost;
use Platform::{Linux, Windows};

fn followed(host: &FakeHost, platform: Platform, program: &str, pairs: &[(&str, &str)]) -> Option<Shim> {
    let env = EnvBlock::from_pairs(platform, pairs.iter().copied());
    shim(program, &env, if platform == Windows { r"C:\w" } else { "/w/app" }, host)
}

/// `GOROOT, because; NAME=value ...`, or why there is none.
fn told(shim: Option<Shim>) -> String {
    match shim.map(|shim| shim.leads_to) {
        None => "no shim".to_owned(),
        Some(Err(why)) => why.to_string(),
        Some(Ok(target)) => {
            let sets: Vec<String> = target.sets.iter().map(|one| format!(" {}={}", one.name, one.value)).collect();
            format!("{}: {};{}", target.goroot, target.because, sets.concat())
        }
    }
}

const GOENV: &str = "#!/usr/bin/env bash\nset -e\n[ -n \"$GOENV_DEBUG\" ] && set -x\n\nprogram=\"${0##*/}\"\nexport GOENV_ROOT=\"/h/.goenv\"\nexec \"/h/.goenv/libexec/goenv\" exec \"$program\" \"$@\"\n";

fn goenv_machine() -> FakeHost {
    FakeHost::new(Linux)
        .file("/h/.goenv/shims/go", GOENV)
        .goroot("/h/.goenv/versions/1.21.13", "1.21.13")
        .goroot("/h/.goenv/versions/1.22.9", "1.22.9")
        .goroot("/h/.goenv/versions/1.22.10", "1.22.10")
}

#[test]
fn goenv_chooses_by_variable_then_by_the_nearest_file_then_for_all() {
    let of = |host: &FakeHost, pairs: &[(&str, &str)]| {
        let pairs = [&[("HOME", "/h")], pairs].concat();
        told(followed(host, Linux, "/h/.goenv/shims/go", &pairs))
    };
    let host = goenv_machine().file("/h/.goenv/version", "1.21.13\n");
    assert_eq!(
        of(&host, &[]),
        "/h/.goenv/versions/1.21.13: `/h/.goenv/version` says 1.21.13; GOROOT=/h/.goenv/versions/1.21.13 GOPATH=/h/go/1.21.13"
    );
    let host = host.file("/w/.go-version", "# ours\n1.22\n");
    assert!(of(&host, &[]).starts_with("/h/.goenv/versions/1.22.10: `/w/.go-version` says 1.22;"), "the newest patch");
    let set = [("GOENV_VERSION", "1.22.9"), ("GOENV_DISABLE_GOPATH", "1"), ("GOPATH", "/mine")];
    assert_eq!(
        of(&host, &set),
        "/h/.goenv/versions/1.22.9: GOENV_VERSION says 1.22.9; GOROOT=/h/.goenv/versions/1.22.9"
    );
    let set =
        [("GOENV_VERSION", "1.22.9"), ("GOENV_APPEND_GOPATH", "1"), ("GOPATH", "/mine"), ("GOENV_DISABLE_GOROOT", "1")];
    assert!(of(&host, &set).ends_with("; GOPATH=/h/go/1.22.9:/mine"), "{}", of(&host, &set));
    let set = [("GOENV_VERSION", "1.20.1")];
    assert_eq!(of(&host, &set), "GOENV_VERSION says 1.20.1, and `/h/.goenv/versions` has no such Go");
}

#[test]
fn system_is_the_next_go_on_path() {
    let host = goenv_machine().goroot("/usr/lib/go", "1.19.8");
    let env = [("HOME", "/h"), ("PATH", "/h/.goenv/shims:/usr/lib/go/bin")];
    assert_eq!(
        told(followed(&host, Linux, "/h/.goenv/shims/go", &env)),
        "/usr/lib/go: `/h/.goenv/version` says system;",
        "no file at all"
    );
    let env = [("HOME", "/h"), ("PATH", "/h/.goenv/shims")];
    assert_eq!(told(followed(&host, Linux, "/h/.goenv/shims/go", &env)), "nothing says which version it shall start");
}

const ASDF: &str = "#!/usr/bin/env bash\n# asdf-plugin: golang 1.22.10\nexec /opt/asdf/bin/asdf exec \"go\" \"$@\" # asdf_allow: ' asdf '\n";

#[test]
fn asdf_sets_only_what_is_not_set_and_takes_the_first_that_is_installed() {
    let host = FakeHost::new(Linux)
        .file("/h/.asdf/shims/go", ASDF)
        .goroot("/h/.asdf/installs/golang/1.22.10/go", "1.22.10")
        .file("/w/.tool-versions", "node 20\ngolang 1.99.0 1.22.10 # x\n");
    let install = "/h/.asdf/installs/golang/1.22.10";
    assert_eq!(
        told(followed(&host, Linux, "/h/.asdf/shims/go", &[("HOME", "/h"), ("GOBIN", "/b")])),
        format!("{install}/go: `/w/.tool-versions` says 1.22.10; GOROOT={install}/go GOPATH={install}/packages")
    );
    let env = [("HOME", "/h"), ("ASDF_GOLANG_VERSION", "1.21.0")];
    assert_eq!(
        told(followed(&host, Linux, "/h/.asdf/shims/go", &env)),
        "ASDF_GOLANG_VERSION says 1.21.0, and `/h/.asdf/installs/golang` has no such Go"
    );
    let pinned = followed(&host, Linux, "/h/.asdf/shims/go", &[("HOME", "/h")]).unwrap().leads_to.unwrap().pinned;
    assert_eq!(pinned, Some(ShimValue { name: "ASDF_GOLANG_VERSION".into(), value: "1.22.10".into() }));
}

#[test]
fn mise_is_a_link_to_itself_and_its_files_choose_and_set() {
    let data = "/h/.local/share/mise";
    let host = FakeHost::new(Linux)
        .file("/usr/bin/mise", "\x7fELF")
        .link(&format!("{data}/shims/go"), "/usr/bin/mise")
        .goroot(&format!("{data}/installs/go/1.22.10"), "1.22.10")
        .file("/w/app/mise.toml", "[env]\nGOFLAGS = '-v'\nGOBIN = '{{ cwd }}/bin'\n[settings]\ngo.set_goroot = false\n")
        .file("/h/.config/mise/config.toml", "[tools]\ngo = { version = '1.22' }\n");
    let program = format!("{data}/shims/go");
    assert_eq!(
        told(followed(&host, Linux, &program, &[("HOME", "/h")])),
        format!(
            "{data}/installs/go/1.22.10: `/h/.config/mise/config.toml` says 1.22; GOBIN={data}/installs/go/1.22.10/bin GOFLAGS=-v"
        )
    );
    let env = [("HOME", "/h"), ("GOBIN", "/b"), ("MISE_GO_VERSION", "1.30")];
    assert_eq!(
        told(followed(&host, Linux, &program, &env)),
        format!("MISE_GO_VERSION says 1.30, and `{data}/installs/go` has no such Go")
    );
}

#[test]
fn a_script_that_only_hands_over_is_followed_and_another_is_not() {
    let host = |script: &str| FakeHost::new(Linux).file("/b/go", script).goroot("/opt/go", "1.23.9");
    let of = |script: &str| told(followed(&host(script), Linux, "/b/go", &[("HOME", "/h"), ("BASE", "/opt")]));
    let here = "/opt/go: `/b/go` hands over to it;";
    assert_eq!(of("#!/bin/sh\nexec /opt/go/bin/go \"$@\"\n"), here);
    assert_eq!(of("#!/bin/sh\n# ours\nset -eu\n\"/opt/go/bin/go\" \"$@\"\n"), here);
    assert_eq!(
        of("#!/bin/sh\nexport GOFLAGS='-mod=mod -v'\nexec env GOBIN=\"$HOME/b\" \"${BASE:-/usr}/go/bin/go\" $@\n"),
        format!("{here} GOFLAGS=-mod=mod -v GOBIN=/h/b")
    );
    let unknown = "what it starts can be told only by running it, and nothing is run for a question";
    for script in [
        "#!/bin/sh\nif [ -n \"$X\" ]; then\nexec /opt/go/bin/go \"$@\"\nfi\nexec /usr/bin/go \"$@\"\n",
        "#!/bin/sh\nexec \"$(find-go)\" \"$@\"\n",
        "#!/bin/sh\nexec /opt/go/bin/go -x \"$@\"\n",
        "#!/bin/sh\n",
        "#!/usr/bin/python3\nimport os\nos.execv('/opt/go/bin/go', ['go'])\n",
    ] {
        assert_eq!(of(script), unknown, "{script}");
    }
    assert_eq!(of("\x7fELF"), "no shim");
    assert_eq!(of("#!/bin/sh\nexec /opt/none \"$@\"\n"), "it starts `/opt/none`, which belongs to no Go installation");
}

#[test]
fn what_leads_back_to_itself_is_named_and_ends() {
    let host = FakeHost::new(Linux)
        .file("/a/go", "#!/bin/sh\nexec /b/go \"$@\"\n")
        .file("/b/go", "#!/bin/sh\nexec /a/go \"$@\"\n");
    assert_eq!(told(followed(&host, Linux, "/a/go", &[])), "it leads back to itself: /a/go, then /b/go, then /a/go");
    let lost = FakeHost::new(Linux).file("/a/go", "#!/bin/sh\nexec go \"$@\"\n");
    assert_eq!(
        told(followed(&lost, Linux, "/a/go", &[("PATH", "/x:/a")])),
        "it leads back to itself: /a/go, then /a/go"
    );
    let long = (0..100).fold(FakeHost::new(Linux), |host, number| {
        host.file(&format!("/{number}/go"), &format!("#!/bin/sh\nexec /{}/go \"$@\"\n", number + 1))
    });
    assert!(told(followed(&long, Linux, "/0/go", &[])).starts_with("it leads back to itself: /0/go, then /1/go"));
}

#[test]
fn what_other_programs_put_under_the_name_of_go_is_known() {
    let host = FakeHost::new(Windows)
        .file(r"C:\s\shims\go.exe", "MZ")
        .file(r"C:\s\shims\go.shim", "path = \"C:\\s\\apps\\go\\current\\bin\\go.exe\"\r\n")
        .goroot(r"C:\s\apps\go\current", "1.22.3");
    let shim = followed(&host, Windows, r"C:\s\shims\go.exe", &[]);
    assert_eq!(told(shim), r"C:\s\apps\go\current: `C:\s\shims\go.shim` names it;");

    let host = FakeHost::new(Linux)
        .file("/mnt/c/Go/bin/go.exe", "MZ")
        .link("/b/go", "/mnt/c/Go/bin/go.exe")
        .file("/h/go/bin/go1.22.3", "\x7fELF")
        .link("/d/go", "/h/go/bin/go1.22.3")
        .file("/h/sdk/go1.22.3/.unpacked-success", "")
        .goroot("/h/sdk/go1.22.3", "1.22.3")
        .link("/snap/bin/go", "/usr/bin/snap")
        .file("/usr/bin/snap", "\x7fELF")
        .goroot("/snap/go/current", "1.23.1")
        .goroot("/usr/lib/go-1.19", "1.19.8")
        .link("/usr/bin/go", "/usr/lib/go-1.19/bin/go");
    let of = |program: &str| told(followed(&host, Linux, program, &[("HOME", "/h")]));
    assert_eq!(of("/b/go"), "variables of this side do not reach it, unless WSLENV names them");
    assert_eq!(of("/d/go"), "/h/sdk/go1.22.3: its name says go1.22.3; GOROOT=/h/sdk/go1.22.3");
    assert_eq!(of("/snap/bin/go"), "/snap/go/current: snap starts what is current;");
    assert_eq!(of("/usr/bin/go"), "no shim", "a link of Debian's leads to Go itself");
}
