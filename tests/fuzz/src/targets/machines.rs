//! Whole answers about a machine whose files and environment are hostile, in every format.

use crate::{
    input::Input,
    machine::Machine,
    meter::{Limit, within},
    targets::output::{check_markdown, check_page, check_terminal},
};
use goenv_ci::{
    doctor::{
        self, Context, WindowsFacts, examine,
        finding::{Findings, safe_changes},
    },
    explain::{self, Values, Why, explain, view},
    goenv::{Subject, look, version::GoVersion},
    output::{Document, json},
    platform::{Platform, env::EnvBlock},
};

/// Where each part of an input goes, in its order.
const FILES: [&str; 12] = [
    "/w/go.mod",
    "/w/go.work",
    "/w/.envrc",
    "/w/mise.toml",
    "/w/.vscode/settings.json",
    "/w/.tool-versions",
    "/w/.github/workflows/a.yml",
    "/h/.config/go/env",
    "/h/.bashrc",
    "/h/.profile",
    "/go/go.env",
    "/go/VERSION",
];
const VARIABLES: [&str; 12] = [
    "GOBIN",
    "GOPATH",
    "GOCACHE",
    "GOFLAGS",
    "GOENV",
    "GOROOT",
    "GOPROXY",
    "GOTOOLCHAIN",
    "GOMODCACHE",
    "GO111MODULE",
    "CGO_CFLAGS",
    "PATH",
];

fn shown(document: &Document) {
    check_terminal(document);
    check_markdown(document);
    check_page(document);
}

pub fn explained(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let on_a_runner = input.flag();
    let mut machine = Machine::new(Platform::Linux).file("/go/bin/go", "").file("/go/VERSION", "go1.23.0\n");
    let mut block = vec![("HOME".to_owned(), "/h".to_owned())];
    if on_a_runner {
        block.push(("GITHUB_ACTIONS".to_owned(), "true".to_owned()));
    }
    while !input.is_empty() {
        let which = usize::from(input.byte()) % (FILES.len() + VARIABLES.len());
        let content = input.part();
        match FILES.get(which) {
            Some(path) => machine = machine.file(path, content),
            None => block.push((
                VARIABLES[which - FILES.len()].to_owned(),
                // No environment holds a NUL.
                String::from_utf8_lossy(content).replace('\0', ""),
            )),
        }
    }
    machine.block = block.clone();
    let env = EnvBlock::from_pairs(Platform::Linux, block.clone());
    let version: GoVersion = "1.23.0".parse().unwrap();
    let subject = Subject { version: &version, goroot: Some("/go"), goarch: "amd64", env: &env, current_dir: "/w" };
    // A path is asked about at each directory of PATH and above each directory.
    let limit = Limit { bytes_each: 60_000, edges: 200 << 20, edges_each: 400_000, ..Limit::ANSWER };
    let (explanation, findings) = within(limit, bytes.len(), || {
        let explanation = explain(&subject, &machine, &machine);
        let (look, windows) = (look(&subject, &machine), WindowsFacts::default());
        let context = Context {
            subject,
            explanation: &explanation,
            look: &look,
            block: &block,
            registry: &[],
            windows: &windows,
            host: &machine,
            disks: &machine,
        };
        let findings = examine(&context, &[]);
        (explanation, findings)
    });
    for change in safe_changes(&findings) {
        let _ = change.after();
    }
    let values = Values::new(vec![explanation]);
    let text = json::to_text(&values).expect("JSON");
    serde_json::from_str::<serde_json::Value>(&text).expect("JSON that can be read");
    shown(&view::values(&values, view::Shown::All, Platform::Linux));
    shown(&doctor::view::document(&Findings::new(Some("1.23.0".to_owned()), findings)));
}

/// `explain --why`: the parts of a path, which together are the path.
pub fn why(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let windows = input.flag();
    let platform = if windows { Platform::Windows } else { Platform::Linux };
    let below = input.text();
    let value = input.text();
    let (home, cache) = if windows { (r"C:\h", r"C:\h\go\pkg\mod") } else { ("/h", "/h/go/pkg/mod") };
    let bases = [cache, home, "/c", r"C:\c"];
    let file = format!("{}{}{below}", input.one_of(&bases), platform.separator());
    let env = EnvBlock::from_pairs(
        platform,
        [
            ("HOME", home),
            ("USERPROFILE", home),
            ("LOCALAPPDATA", home),
            ("APPDATA", home),
            ("GOBIN", value.as_str()),
            ("GOCACHE", if windows { r"C:\c" } else { "/c" }),
        ],
    );
    let machine = Machine::new(platform);
    let version: GoVersion = "1.23.0".parse().unwrap();
    let subject = Subject { version: &version, goroot: None, goarch: "amd64", env: &env, current_dir: home };
    let origin = within(Limit::ANSWER, bytes.len(), || {
        let explanation = explain(&subject, &machine, &machine);
        explain::why(&file, &env, &explanation, &machine)
    });
    for reason in origin.reason.iter().chain(&origin.otherwise) {
        let separator = platform.separator();
        let texts: Vec<&str> = reason.parts.iter().map(|part| part.text.as_str()).collect();
        let mut whole = String::new();
        for text in texts {
            // A version stands beside the name of its module.
            if !whole.is_empty() && !whole.ends_with(separator) && !text.starts_with('@') {
                whole.push(separator);
            }
            whole += text;
        }
        let loose = |text: &str| text.replace(separator, "").replace('@', "").to_lowercase();
        let spelt = goenv_ci::goenv::clean(platform, &file);
        assert!(
            platform.same_path(&whole, &file) || loose(&whole) == loose(&spelt) || loose(&whole) == loose(&file),
            "{whole:?} is not {file:?}"
        );
    }
    shown(&view::why(&Why::new(&file, vec![origin])));
}
