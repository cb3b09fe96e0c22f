//! `explain`: values, `--why` and `--environment`.

use super::{
    Case, Hostile,
    accepted::accept_of,
    seam,
    values::{HOSTILE, HOSTILE_NAME, long_line},
};
use goenv_ci::{
    explain::{
        FileOrigin,
        artifact::{ArtifactKind, PathPart},
        environment::{Agreement, AskedGo, ComparedVariable, Environment, GoAnswer, Process, Spelling},
        view::Shown,
        why::Reason,
    },
    goenv::explanation::{Chosen, Explained, Explanation, Layer, SourcedValue},
};

fn held(source: Layer, value: &str, at: Option<&str>) -> SourcedValue {
    SourcedValue { source, value: value.to_owned(), at: at.map(str::to_owned) }
}

fn variable(name: &str, source: Layer, value: Option<&str>) -> Explained {
    Explained {
        name: name.to_owned(),
        value: value.map(str::to_owned),
        source,
        at: None,
        because: None,
        origin: None,
        shadowed: Vec::new(),
        go_says: None,
        is_unusual: false,
    }
}

fn explanation(go: &str, goroot: Option<&str>, variables: Vec<Explained>) -> Explanation {
    Explanation {
        unread: Vec::new(),
        overlong: None,
        path_places: Box::default(),
        go: go.parse().unwrap(),
        goroot: goroot.map(str::to_owned),
        variables,
        chosen: Chosen::This,
        notes: Vec::new(),
    }
}

const GOENV: &str = r"C:\Users\runneradmin\AppData\Roaming\go\env:3";

/// Everything that an answer can hold.
fn variables(gopath: &str) -> Vec<Explained> {
    let gobin = Explained {
        origin: Some(held(Layer::GithubEnv, r"D:\a\app\go\bin", Some(r"D:\a\_temp\_runner_file_commands\set_env_1:3"))),
        shadowed: vec![
            held(Layer::GoenvFile, r"C:\Users\runneradmin\go\bin", Some(GOENV)),
            held(Layer::UserRegistry, r"C:\old\bin", Some(r"HKCU\Environment")),
        ],
        ..variable("GOBIN", Layer::Environment, Some(r"D:\a\app\go\bin"))
    };
    let gomodcache = Explained {
        because: Some("`pkg/mod` below the first folder of GOPATH".to_owned()),
        ..variable("GOMODCACHE", Layer::Computed, Some(&format!(r"{gopath}\pkg\mod")))
    };
    let gotoolchain = Explained {
        at: Some(r"C:\hostedtoolcache\windows\go\1.23.4\x64\go.env:12".to_owned()),
        ..variable("GOTOOLCHAIN", Layer::GorootGoEnv, Some("auto"))
    };
    let gopath = Explained {
        origin: Some(held(Layer::Process, gopath, None)),
        ..variable("GOPATH", Layer::Environment, Some(&format!(r"{gopath};D:\shared\go;D:\仕事\go")))
    };
    let goproxy = Explained {
        at: Some(GOENV.to_owned()),
        ..variable("GOPROXY", Layer::GoenvFile, Some("https://user:hunter2@proxy.example,direct"))
    };
    vec![
        gobin,
        variable("GOCACHE", Layer::Default, Some(r"C:\Users\runneradmin\AppData\Local\go-build")),
        variable("GOFLAGS", Layer::Default, Some("")),
        variable("GOGCCFLAGS", Layer::Computed, None),
        gomodcache,
        gopath,
        goproxy,
        gotoolchain,
    ]
}

fn values() -> Vec<Case> {
    let goroot = r"C:\hostedtoolcache\windows\go\1.23.4\x64";
    let one = explanation("1.23.4", Some(goroot), variables(r"D:\a\app\go"));
    let defaults = explanation(
        "1.23.4",
        Some(goroot),
        vec![
            variable("GOBIN", Layer::Default, Some("")),
            variable("GOCACHE", Layer::Default, Some(r"C:\Users\runneradmin\AppData\Local\go-build")),
            variable("GOFLAGS", Layer::Default, Some("")),
        ],
    );
    let many_unset = explanation(
        "1.22.10",
        None,
        ["A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K", "L", "M", "N"]
            .map(|letter| variable(&format!("GO{letter}UNSET"), Layer::Default, Some("")))
            .into_iter()
            .chain([variable("GOBIN", Layer::Environment, Some(r"D:\a\app\go\bin"))])
            .collect(),
    );
    let several = vec![
        explanation("1.21.13", None, variables(r"D:\a\app\go")),
        explanation("1.22.10", None, variables(r"D:\a\app\go")[..6].to_vec()),
        explanation("1.23.4", Some(goroot), variables(r"E:\go")),
    ];
    let mut failing = one.clone();
    failing.variables[0].go_says = Some(r"C:\Users\runneradmin\go\bin".to_owned());
    failing.notes = vec![
        "every command stops: GOCACHE is not an absolute path".to_owned(),
        format!("`{GOENV}` is read by nobody: `GOBIM` is no variable of Go"),
    ];
    let (line, text) = (long_line(), HOSTILE);
    let hostile = |go: &str| {
        let first = Explained {
            at: Some(text.to_owned()),
            because: Some(text.to_owned()),
            origin: Some(held(Layer::ShellProfile, text, Some(text))),
            shadowed: vec![held(Layer::VsCode, text, Some(text)), held(Layer::GoenvFile, &line, Some(&line))],
            go_says: Some(text.to_owned()),
            ..variable("GOBIN", Layer::Environment, Some(text))
        };
        let named = variable(HOSTILE_NAME, Layer::Environment, Some(&line));
        let list = variable("GOPATH", Layer::Environment, Some(&format!("/a:{text};{text}")));
        let notes = vec![text.to_owned(), line.clone()];
        Explanation { notes, ..explanation(go, Some(text), vec![first, named, list]) }
    };
    let alone = Hostile::exact(&[
        ("/goroot", HOSTILE),
        ("/variables/0/value", HOSTILE),
        ("/variables/0/at", HOSTILE),
        ("/variables/0/because", HOSTILE),
        ("/variables/0/origin/at", HOSTILE),
        ("/variables/0/shadowed/0/value", HOSTILE),
        ("/variables/0/shadowed/1/value", &line),
        ("/variables/0/go_says", HOSTILE),
        ("/variables/1/name", HOSTILE_NAME),
        ("/variables/1/value", &line),
        ("/notes/1", &line),
    ]);
    let mut other = hostile("1.22.10");
    other.variables.remove(1);
    let both = [hostile("1.23.4"), other];
    let of_both = Hostile::exact(&[
        ("/explanations/0/variables/0/value", HOSTILE),
        ("/differences/0/name", HOSTILE_NAME),
        ("/differences/0/values/0/value", &line),
    ]);
    let case = |name, all: &[Explanation]| Case::new("explain", name, |view| seam::explain(all, Shown::Changed, view));
    vec![
        case("one", &[one]),
        case("defaults", &[defaults]),
        case("many-unset", &[many_unset]),
        case("several", &several),
        case("failing", &[failing]),
        case("empty", &[explanation("1.23.4", None, Vec::new())]),
        Case::hostile("explain", "hostile", alone, |view| seam::explain(&[hostile("1.23.4")], Shown::Asked, view)),
        Case::hostile("explain", "hostile-several", of_both, |view| seam::explain(&both, Shown::All, view)),
    ]
}

fn part(text: &str, means: &str, decoded: Option<&str>) -> PathPart {
    PathPart { text: text.to_owned(), means: means.to_owned(), decoded: decoded.map(str::to_owned) }
}

fn origin(go: &str, goroot: Option<&str>, reason: Option<Reason>) -> FileOrigin {
    let goroot = goroot.map(str::to_owned);
    FileOrigin { go: go.parse().unwrap(), goroot, reason, otherwise: Vec::new(), notes: Vec::new() }
}

fn program(base: &str) -> Reason {
    Reason {
        variable: "GOBIN".to_owned(),
        value: held(Layer::Environment, base, None),
        origin: Some(held(Layer::ShellProfile, base, Some("/home/u/.bashrc:3"))),
        kind: ArtifactKind::Program,
        parts: vec![part(base, "GOBIN", None), part("tool", "program", None)],
        because: "`go install` puts programs into GOBIN".to_owned(),
    }
}

fn module() -> Reason {
    Reason {
        variable: "GOPATH".to_owned(),
        value: held(Layer::GoenvFile, "/home/u/go", Some("/home/u/.config/go/env:2")),
        origin: None,
        kind: ArtifactKind::Module,
        parts: vec![
            part("/home/u/go", "GOPATH", None),
            part("pkg/mod", "its module cache", None),
            part("github.com/!burnt!sushi/toml", "module path", Some("github.com/BurntSushi/toml")),
            part("@v1.2.3", "version", Some("v1.2.3")),
            part("internal/a/rather/long/path/that/has/no/room/beside.go", "file of the module", None),
        ],
        because: "the module cache is `pkg/mod` of GOPATH's first folder where GOMODCACHE is not set".to_owned(),
    }
}

fn why() -> Vec<Case> {
    let shadowed = Reason {
        value: held(Layer::GoenvFile, "/home/u/bin", Some("/home/u/.config/go/env:3")),
        origin: None,
        because: "this shadowed value would put it here".to_owned(),
        ..program("/home/u/bin")
    };
    let file = "/home/u/bin/tool";
    let mut otherwise = origin("1.23.4", Some("/usr/local/go"), Some(program("/home/u/bin")));
    otherwise.otherwise = vec![shadowed.clone()];
    otherwise.notes = vec![
        "there is no such file now".to_owned(),
        "the file holds no build information of Go: by its place Go could have put it there, by its content another did"
            .to_owned(),
    ];
    let nothing = FileOrigin { otherwise: vec![shadowed], ..origin("1.22.10", None, None) };
    let (line, text) = (long_line(), HOSTILE);
    let reason = Reason {
        variable: HOSTILE_NAME.to_owned(),
        value: held(Layer::Environment, text, Some(text)),
        origin: Some(held(Layer::Envrc, &line, Some(text))),
        kind: ArtifactKind::Program,
        parts: vec![part(text, text, Some(text)), part(&line, "program", Some(&line))],
        because: text.to_owned(),
    };
    let mut hostile = origin("1.23.4", Some(text), Some(reason.clone()));
    hostile.otherwise = vec![reason];
    hostile.notes = vec![text.to_owned(), line.clone()];
    let exact = Hostile::exact(&[
        ("/file", HOSTILE),
        ("/explanations/0/goroot", HOSTILE),
        ("/explanations/0/reason/variable", HOSTILE_NAME),
        ("/explanations/0/reason/held/value", HOSTILE),
        ("/explanations/0/reason/origin/value", &line),
        ("/explanations/0/reason/parts/0/text", HOSTILE),
        ("/explanations/0/reason/parts/0/decoded", HOSTILE),
        ("/explanations/0/reason/parts/1/text", &line),
        ("/explanations/0/otherwise/0/because", HOSTILE),
        ("/explanations/0/notes/1", &line),
    ]);
    let module_file = "/home/u/go/pkg/mod/github.com/!burnt!sushi/toml@v1.2.3/internal/a/b.go";
    let modules = ["1.21.13", "1.23.4"].map(|go| origin(go, None, Some(module())));
    let case = |name, file: &str, all: &[FileOrigin]| Case::new("explain-why", name, |view| seam::why(file, all, view));
    vec![
        case("program", file, &[origin("1.23.4", Some("/usr/local/go"), Some(program("/home/u/bin")))]),
        case("module", module_file, &modules),
        case("otherwise", file, &[otherwise]),
        case("nothing", file, &[nothing]),
        Case::hostile("explain-why", "hostile", exact, |view| seam::why(HOSTILE, &[hostile.clone()], view)),
    ]
}

fn answer(go: &str, value: Option<&str>) -> GoAnswer {
    GoAnswer { go: go.parse().unwrap(), value: value.map(str::to_owned) }
}

fn spelling(name: &str, value: &str) -> Spelling {
    Spelling { name: name.to_owned(), value: value.to_owned() }
}

fn row(name: &str, agreement: Agreement, process: Option<&str>, says: &[Option<&str>]) -> ComparedVariable {
    ComparedVariable {
        name: name.to_owned(),
        process: process.map(str::to_owned),
        spellings: Vec::new(),
        go: ["1.22.10", "1.23.4"].iter().zip(says).map(|(go, said)| answer(go, *said)).collect(),
        agreement,
    }
}

fn compared(variables: Vec<ComparedVariable>) -> Environment {
    Environment {
        schema_version: 1,
        process: Process { pid: None, program: None, dir: r"D:\a\app\app".to_owned() },
        versions: vec![
            AskedGo { go: "1.22.10".parse().unwrap(), goroot: None },
            AskedGo {
                go: "1.23.4".parse().unwrap(),
                goroot: Some(r"C:\hostedtoolcache\windows\go\1.23.4\x64".to_owned()),
            },
        ],
        variables,
        others: vec!["ComSpec".to_owned(), "RUNNER_TEMP".to_owned()],
        notes: Vec::new(),
    }
}

fn environment() -> Vec<Case> {
    let path = r"D:\a\app\go\bin;C:\Windows\system32;C:\Windows;C:\Program Files\Git\cmd;C:\Users\山田太郎\bin";
    let spelt = ComparedVariable {
        spellings: vec![spelling("Path", path), spelling("PATH", r"C:\Windows\system32")],
        ..row("PATH", Agreement::ProcessOnly, Some(path), &[None, None])
    };
    let bin = r"D:\a\app\go\bin";
    let mixed = compared(vec![
        row("GOBIN", Agreement::Differs, Some(bin), &[Some(r"C:\Users\runneradmin\go\bin"), Some(bin)]),
        row("GOFLAGS", Agreement::Differs, Some("-mod=mod"), &[Some(""), Some("")]),
        row("GOCACHE", Agreement::GoOnly, None, &[Some(r"C:\cache"), Some(r"C:\cache")]),
        row("GOPATH", Agreement::Same, Some(r"D:\a\app\go"), &[Some(r"D:\a\app\go"), Some(r"D:\a\app\go")]),
        row("GOAUTH", Agreement::ProcessOnly, Some("command --token hunter2"), &[None, None]),
        spelt,
    ]);
    let mut other = compared(vec![row("GOBIN", Agreement::Same, Some(bin), &[Some(bin), Some(bin)])]);
    other.process = Process { pid: Some(4711), program: Some("/usr/bin/code".to_owned()), dir: "/".to_owned() };
    other.notes =
        vec!["this is the block that the process was started with; what it has set since is not in it".to_owned()];
    let (line, text) = (long_line(), HOSTILE);
    let first = ComparedVariable {
        spellings: vec![spelling(HOSTILE_NAME, text)],
        ..row("GOBIN", Agreement::Differs, Some(text), &[Some(&line), Some(text)])
    };
    let mut hostile = compared(vec![
        first,
        row(HOSTILE_NAME, Agreement::ProcessOnly, Some(&line), &[None, None]),
        row("PATH", Agreement::ProcessOnly, Some(text), &[None, None]),
    ]);
    hostile.process = Process { pid: Some(1), program: Some(text.to_owned()), dir: text.to_owned() };
    hostile.versions[1].goroot = Some(text.to_owned());
    hostile.others = vec![text.to_owned()];
    hostile.notes = vec![text.to_owned(), line.clone()];
    let exact = Hostile::exact(&[
        ("/process/program", HOSTILE),
        ("/process/dir", HOSTILE),
        ("/versions/1/goroot", HOSTILE),
        ("/variables/0/process", HOSTILE),
        ("/variables/0/spellings/0/name", HOSTILE_NAME),
        ("/variables/0/spellings/0/value", HOSTILE),
        ("/variables/0/go/0/value", &line),
        ("/variables/1/name", HOSTILE_NAME),
        ("/variables/1/process", &line),
        ("/others/0", HOSTILE),
        ("/notes/1", &line),
    ]);
    let case =
        |name, compared: &Environment| Case::new("explain-environment", name, |view| seam::environment(compared, view));
    vec![
        case("mixed", &mixed),
        case("process", &other),
        case("empty", &compared(Vec::new())),
        Case::hostile("explain-environment", "hostile", exact, |view| seam::environment(&hostile, view)),
    ]
}

pub(super) fn cases() -> Vec<Case> {
    [values(), why(), environment()].into_iter().flatten().collect()
}

#[test]
fn every_format_is_as_accepted() {
    accept_of(&["explain", "explain-why", "explain-environment"]);
}
