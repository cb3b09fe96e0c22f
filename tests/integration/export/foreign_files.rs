//! Files that somebody else wrote: what import says of each line, with its place, and where it gives up.

use goenv_ci::export::{FileToImport, TemplateValue, format};
use goenv_ci::platform::Platform;

/// One thing on a line: `LINE:COLUMN NAME=VALUE`, `LINE:COLUMN + DIR` for PATH, `LINE:COLUMN ! REMARK`; `?` for what only
/// a run could tell.
fn told(name: &str, shell: Option<&str>, text: &str) -> Vec<String> {
    let read = match (format(name, shell).unwrap().read)(&FileToImport { path: "x", bytes: text.as_bytes() }) {
        Ok(read) => read,
        Err(fault) => return vec![fault.to_string()],
    };
    let shown = |value: &Option<TemplateValue>| {
        value.as_ref().map_or_else(|| "?".to_owned(), |value| value.in_plan(Platform::Linux))
    };
    let place = |at: &goenv_ci::export::LineColumn| format!("{}:{}", at.line, at.column);
    let variables = read.variables.iter().map(|one| format!("{} {}={}", place(&one.at), one.name, shown(&one.value)));
    let path = read.path.iter().map(|one| format!("{} + {}", place(&one.at), shown(&one.value)));
    let remarks = read.remarks.iter().map(|one| format!("{} ! {}", place(&one.at), one.text));
    variables.chain(path).chain(remarks).collect()
}

#[test]
fn profiles_of_posix_shells() {
    let text = "export GOPATH=$HOME/go\n  export GOBIN=\"$GOPATH/bin\"  # mine\nexport GOCACHE=$(mktemp -d)\nPATH=$GOBIN:$PATH\n\
                export PATH=$PATH:/opt/bin\nif true; then PATH=\"/x y:/z:$PATH\"; fi\nunset GOFLAGS\nexport GOENV=~/e\nPATH=/bin\n";
    assert_eq!(
        told("profile", Some("bash"), text),
        [
            "1:8 GOPATH=$HOME/go",
            "2:10 GOBIN=$HOME/go/bin",
            "3:8 GOCACHE=?",
            "8:8 GOENV=$HOME/e",
            "6:15 + /x y",
            "6:15 + /z",
            "4:1 + $HOME/go/bin",
            "5:8 ! it puts `/opt/bin` behind PATH",
            "7:1 ! it removes `GOFLAGS`",
            "9:1 ! it replaces PATH by `/bin`",
        ]
    );
    let zsh = told("profile", Some("zsh"), "export GOBIN=/b\n  path=(/b $path)\n");
    assert_eq!(zsh, ["1:8 GOBIN=/b", "2:3 ! it changes `path`, zsh's own list of PATH, which is not read"]);
}

#[test]
fn fish() {
    let text = "set -gx GOPATH $HOME/go\nset --export --global GOBIN 'a\\'b\\\\c' # mine\nset -Ux GOCACHE (mktemp -d)\nset GOFLAGS -v\n\
                if test -d /x; set -gx GOENV \"/e \\$1\"; end\nfish_add_path -g /one /two\nfish_add_path --append /last\n\
                set -gx PATH $HOME/three $PATH /four\nset -e GOWORK\nset -gx GOVCS a b\nset -px PATH /five\nset -a PATH /six\n";
    assert_eq!(
        told("profile", Some("fish"), text),
        [
            "1:9 GOPATH=$HOME/go",
            "2:23 GOBIN=a'b\\c",
            "3:9 GOCACHE=?",
            "5:24 GOENV=/e $1",
            "10:9 GOVCS=?",
            "11:14 + /five",
            "8:14 + $HOME/three",
            "6:18 + /one",
            "6:23 + /two",
            "7:24 ! it puts `/last` behind PATH",
            "8:32 ! it puts `/four` behind PATH",
            "9:8 ! it removes `GOWORK`",
            "12:13 ! it puts `/six` behind PATH",
        ]
    );
    assert_eq!(told("profile", Some("fish"), "set -x A 'b\n"), ["x:1:10: the text has no end"]);
    assert_eq!(told("profile", Some("fish"), "\nset A (b\n"), ["x:2:7: the `)` is missing"]);
}

#[test]
fn environment_d() {
    let text = "# mine\nGOPATH=$HOME/go\nGOBIN=\"${GOPATH}/bin\"\nGOFLAGS='-v $$x'\nGOCACHE=${X:-/c}\nGOENV=a\\ b \\\nc  \n\
                PATH=/one:$PATH:/two\n";
    assert_eq!(
        told("profile", Some("environment.d"), text),
        [
            "2:1 GOPATH=$HOME/go",
            "3:1 GOBIN=$HOME/go/bin",
            "4:1 GOFLAGS=-v $x",
            "5:1 GOCACHE=?",
            "6:1 GOENV=a b c",
            "8:1 + /one",
            "8:1 ! it puts `/two` behind PATH",
        ]
    );
    for (text, fault) in [
        ("A=b\nexport A=b\n", "x:2:1: the name of a variable is expected in front of `=`"),
        ("A\n", "x:1:1: `NAME=VALUE` is expected"),
        ("A='b\n", "x:1:1: the text has no end"),
    ] {
        assert_eq!(told("profile", Some("environment.d"), text), [fault]);
    }
}

#[test]
fn what_go_keeps_and_the_lines_that_write_it() {
    let script = "go env -w GOBIN=/b GOPATH=\"$HOME/go\"\ngo env -w GOFLAGS=$(cat x)\ngo env GOROOT\n";
    assert_eq!(told("go-env", None, script), ["1:1 GOBIN=/b", "1:1 GOPATH=$HOME/go", "2:1 GOFLAGS=?"]);
    let powershell = "go env -w 'GOBIN=D:\\it''s'\r\ngo env -w \"GOPATH=$env:USERPROFILE\\go\"\r\n";
    assert_eq!(told("go-env", None, powershell), ["1:1 GOBIN=D:\\it's", "2:1 GOPATH=$USERPROFILE\\go"]);
    let file = "# by hand\nGOBIN=/b\nnothing\nGOFLAGS=-v -x\nnor this\n";
    assert_eq!(
        told("go-env", None, file),
        [
            "2:1 GOBIN=/b",
            "4:1 GOFLAGS=-v -x",
            "3:1 ! Go passes over 2 lines that are no `NAME=VALUE`; this is the first",
        ]
    );
}

#[test]
fn direnv_mise_and_nix() {
    let envrc = "use flake\nexport GOPATH=$HOME/go\nPATH_add \"$GOPATH/bin\"\nPATH_add /x /y\n";
    assert_eq!(told("envrc", None, envrc), ["2:8 GOPATH=$HOME/go", "4:1 + /y", "4:1 + /x", "3:1 + $HOME/go/bin"]);
    let mise = "[tools]\ngo = '1.22'\n[env]\nGOBIN = '{{ env.HOME }}/b'\nGOCACHE = { value = \"/c\", redact = true }\n\
                GOFLAGS = false\nGOPATH = \"{{config_root}}/go\"\nCGO_ENABLED = 0\n_.path = [\"{{env.GOBIN}}\", './x']\n_.file = '.env'\n";
    assert_eq!(
        told("mise", None, mise),
        [
            "4:1 GOBIN=$HOME/b",
            "5:1 GOCACHE=/c",
            "7:1 GOPATH=?",
            "8:1 CGO_ENABLED=0",
            "9:11 + $HOME/b",
            "9:28 + ./x",
            "6:1 ! it removes `GOFLAGS`",
            "10:3 ! it takes more from what `_.file` names",
        ]
    );
    assert!(told("mise", None, "[env]\nGOBIN = \n")[0].starts_with("x:2:9: it is no TOML: "));
    let nix = "{ pkgs ? import <nixpkgs> { } }: # GOWORK = \"x\";\npkgs.mkShell {\n  /* GOENV = \"x\"; */\n  name = \"a\";\n  GOBIN = \"/b \\${x}\";\n\
               \x20 env.GOCACHE = \"${toString ./.}/c\";\n  GOFLAGS = toString [ \"-v\" ];\n  CGO_CFLAGS = ''\n    -g ''${x}\n  '';\n\
               \x20 shellHook = ''\n    export GOPATH=\"$HOME/go\"\n    export GOROOT=\"${pkgs.go}/share/go\"\n    export PATH=\"$GOBIN:$PATH\"\n  '';\n}\n";
    assert_eq!(
        told("nix", None, nix),
        [
            "5:3 GOBIN=/b ${x}",
            "6:7 GOCACHE=?",
            "7:3 GOFLAGS=?",
            "8:3 CGO_CFLAGS=-g ${x}\n",
            "12:12 GOPATH=$HOME/go",
            "13:12 GOROOT=?",
            "14:12 + /b ${x}",
        ]
    );
    assert_eq!(told("nix", None, "{ A = \"x\n"), ["x:1:7: what begins here has no end"]);
    assert_eq!(told("nix", None, "{\n/* a"), ["x:2:1: what begins here has no end"]);
}

#[test]
fn env_files() {
    let text = "# mine\nexport GOBIN=/b # yours\nGOPATH='/g # $x'\n  GOCACHE = \"/c\\\"d\"\nGOFLAGS=\"-v\n-x\"\nGOENV=$HOME/e\nHOME\nA=b#c\n\
                GOTMPDIR=\"\\q\"\n";
    assert_eq!(
        told("dotenv", None, text),
        [
            "2:1 GOBIN=/b",
            "3:1 GOPATH=/g # $x",
            "4:3 GOCACHE=/c\"d",
            "5:1 GOFLAGS=-v\n-x",
            "7:1 GOENV=?",
            "9:1 A=b#c",
            "10:1 GOTMPDIR=?",
            "8:1 ! it gives on `HOME`, where its reader has one",
        ]
    );
    assert_eq!(told("dotenv", None, "A=b\n  {\n"), ["x:2:3: `NAME=VALUE` is expected"]);
    assert_eq!(told("dotenv", None, "A='b\n\n"), ["x:1:1: the text has no end"]);
}

#[test]
fn what_is_large_or_deep_ends_with_an_answer() {
    let large = |part: &str| part.repeat((48 << 10) / part.len());
    for (name, shell) in [
        ("profile", Some("bash")),
        ("profile", Some("fish")),
        ("profile", Some("environment.d")),
        ("go-env", None),
        ("envrc", None),
        ("mise", None),
        ("nix", None),
        ("dotenv", None),
    ] {
        for part in [
            "PATH_add a\n",
            "export A=b;",
            "A=b\n",
            "PATH=/x:$PATH\n",
            "fish_add_path a\n",
            "\"$(",
            "\"${",
            "A='\n",
            "''${",
            "{",
            "(",
            "/*",
            "A=$A$A\n",
            "export A=$A$A\n",
            "{{",
            "go env -w A=b\n",
        ] {
            let table = if name == "mise" { "[env]\n" } else { "" };
            let read = told(name, shell, &format!("{table}{}", large(part)));
            assert!(read.iter().all(|line| line.len() < 128 << 10), "{name} {part}");
        }
    }
}
