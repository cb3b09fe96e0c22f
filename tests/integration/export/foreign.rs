//! Files that others have written, as `import` reads them: what they set, where, and what they do besides.

use goenv_ci::{
    export::{FileToImport, ImportFault, Imported, TemplateValue, format},
    platform::Platform,
};

fn read(name: &str, text: &str) -> Result<Imported, ImportFault> {
    (format(name, None).unwrap().read)(&FileToImport { path: "x", bytes: text.as_bytes() })
}

/// `LINE: NAME=VALUE`, `LINE: PATH ENTRY`, `LINE: # REMARK`; `?` where only a run could tell.
fn shown(name: &str, text: &str) -> Vec<String> {
    let read = read(name, text).unwrap();
    let platform = read.platform.unwrap_or(Platform::Linux);
    let value = |value: &Option<TemplateValue>| value.as_ref().map_or("?".to_owned(), |value| value.in_plan(platform));
    let mut all: Vec<String> = Vec::new();
    all.extend(read.variables.iter().map(|one| format!("{}: {}={}", one.at.line, one.name, value(&one.value))));
    all.extend(read.path.iter().map(|one| format!("{}: PATH {}", one.at.line, value(&one.value))));
    all.extend(read.remarks.iter().map(|one| format!("{}: # {}", one.at.line, one.text)));
    all
}

fn fault(name: &str, text: &str) -> (usize, usize) {
    let why = read(name, text).unwrap_err();
    (why.at.line, why.at.column)
}

#[test]
fn dockerfiles() {
    let text = r#"# syntax=docker/dockerfile:1
FROM golang:1.23 AS build
ARG GOCACHE=/tmp/c
ENV GOPATH=/go GOBIN='/x $y/bin' \
    # a comment within
    GOFLAGS="-mod=mod -tags=\"a\""
env GOCACHE /srv/my cache
ENV A=${B:-c} D=$E/f G=\$h
ENV PATH=$GOPATH/bin:$GOBIN:/usr/local/go/bin:$PATH:/last
RUN <<EOF
ENV NOT=this
EOF
ENV PATH=/only
"#;
    assert_eq!(
        shown("dockerfile", text),
        [
            "4: GOPATH=/go",
            "4: GOBIN=/x $y/bin",
            r#"6: GOFLAGS=-mod=mod -tags="a""#,
            "7: GOCACHE=/srv/my cache",
            "8: A=?",
            "8: D=$E/f",
            "8: G=$h",
            "9: PATH $GOPATH/bin",
            "9: PATH /x $y/bin",
            "9: PATH /usr/local/go/bin",
            "13: PATH /only",
            "3: # GOCACHE can be given to the build",
            "9: # it puts `/last` behind what PATH holds",
            "13: # it replaces PATH, and what it held is gone",
        ]
    );
    assert_eq!(shown("dockerfile", "# escape=`\nFROM x\nENV A=\"C:\\a`$b\" `\n  B=c\n"), ["3: A=C:\\a$b", "4: B=c"]);
    assert_eq!(fault("dockerfile", "FROM x\nENV A=b c\n"), (2, 9));
    assert_eq!(fault("dockerfile", "FROM x\nENV A=b  C=\"open\n"), (2, 12));
    assert_eq!(fault("dockerfile", "FROM x\nENV A=${}\n"), (2, 8));
    assert_eq!(fault("dockerfile", "{\"image\": \"x\"}\n"), (1, 1));
}

#[test]
fn compose_files() {
    let text = "
x-env: &env
  GOFLAGS: -mod=mod
services:
  one:
    environment:
      <<: *env
      GOCACHE: /c$$d
      GOPATH: ${HOME}/go
      GOBIN:
      GOMAXPROCS: 4
  two:
    env_file: .env
    environment:
      - GOCACHE=/e=f
      - PATH=/bin
      - GOPROXY
";
    let shown = shown("compose", text);
    for one in [
        "8: GOCACHE=/c$d",
        "9: GOPATH=?",
        "10: GOBIN=?",
        "11: GOMAXPROCS=4",
        "15: GOCACHE=/e=f",
        "17: GOPROXY=?",
        "16: # it replaces PATH, and what the image has there is gone",
        "13: # `two` takes variables from other files, too",
    ] {
        assert!(shown.iter().any(|line| line == one), "{one}: {shown:#?}");
    }
    assert_eq!(fault("compose", "services:\n  a:\n    environment: text\n"), (3, 18));
    assert_eq!(fault("compose", "services: [\n").0, 1);
}

#[test]
fn settings_of_vs_code() {
    let text = r#"{
  // a comment
  "go.gopath": "${workspaceFolder}/.go",
  "go.toolsEnvVars": { "GOFLAGS": "-tags=a", "GOBIN": null, "GOMAXPROCS": 2 },
  "terminal.integrated.env.windows": {
    "GOPATH": "${env:USERPROFILE}\\go",
    "Path": "${env:GOBIN};${env:Path};D:\\last",
  },
  "editor.fontSize": 12
}
"#;
    assert_eq!(
        shown("vscode", text),
        [
            "3: GOPATH=?",
            "4: GOFLAGS=-tags=a",
            "4: GOMAXPROCS=2",
            r"6: GOPATH=%USERPROFILE%\go",
            "7: PATH %GOBIN%",
            "4: # it removes GOBIN",
            r"7: # it puts `D:\last` behind what PATH holds",
        ]
    );
    assert_eq!(fault("vscode", "{\n  \"go.toolsEnvVars\": []\n}\n"), (2, 3));
    assert_eq!(fault("vscode", "{\n  \"a\" 1\n}\n").0, 2);
}

#[test]
fn dev_containers() {
    let text = r#"{
  "remoteEnv": {
    "GOPATH": "${containerEnv:HOME}/go",
    "GOCACHE": "${localEnv:GOCACHE}",
    "GOENV": "${containerEnv:GOENV:off}",
    "A": "${unknown}/x",
    "PATH": "${containerEnv:GOBIN}:/b:${containerEnv:PATH}",
    "GOFLAGS": null
  },
  "containerEnv": { "GOBIN": "/gobin" }
}
"#;
    assert_eq!(
        shown("devcontainer", text),
        [
            "10: GOBIN=/gobin",
            "3: GOPATH=$HOME/go",
            "4: GOCACHE=?",
            "5: GOENV=?",
            "6: A=${unknown}/x",
            "7: PATH /gobin",
            "7: PATH /b",
            "8: # it removes GOFLAGS",
        ]
    );
    assert_eq!(fault("devcontainer", "[]\n"), (1, 1));
}

/// What took the square of its length would not end here.
#[test]
fn a_megabyte_of_anything_is_read_to_its_end() {
    let lines = |line: &str| line.repeat((1 << 20) / line.len());
    let inner = |line: &str| lines(line).trim_end_matches(',').to_owned();
    for (name, text) in [
        ("dockerfile", lines("ENV A=b PATH=$A:$PATH\n")),
        ("dockerfile", lines("ENV A=\"$b\" \\\n")),
        ("dockerfile", format!("ENV A={}", lines("$a'"))),
        ("dockerfile", lines("$")),
        ("vscode", format!("{{\"go.toolsEnvVars\": {{{}}}}}", inner("\"A\": \"${env:b}\","))),
        ("vscode", format!("{{\"go.gopath\": \"{}\"}}", lines("${env:"))),
        ("devcontainer", format!("{{\"containerEnv\": {{{}}}}}", inner("\"A\": \"${containerEnv:b}\","))),
        ("compose", format!("services:\n  a:\n    environment:\n{}", lines("    - A=$$b\n"))),
        ("powershell", lines("setx A b\n")),
        ("powershell", lines("('a'+")),
    ] {
        let _ = read(name, &text);
    }
}
