//! The mistakes, as what is changed in a good file. Chosen by what YAML is known for, by what the parsers of our files
//! saw in their tests, and by what a reader of GitHub's workflows brings along.

use Kind::{Claims, Config, Probes};

/// Which file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Probes,
    Claims,
    Config,
}

impl Kind {
    pub fn name(self) -> &'static str {
        match self {
            Self::Probes => "probes",
            Self::Claims => "claims",
            Self::Config => "config",
        }
    }

    pub fn file(self) -> &'static str {
        match self {
            Self::Probes | Self::Claims => "mine/x.yml",
            Self::Config => ".github/goenv-ci.yml",
        }
    }

    /// One that reads the file and does no more.
    pub fn command(self) -> &'static [&'static str] {
        match self {
            Self::Probes => &["verify", "--list", "--matrix", "mine"],
            Self::Claims => &["claims", "--list", "--claims", "mine"],
            Self::Config => &["plan"],
        }
    }

    /// A file without a mistake.
    pub fn good(self) -> &'static str {
        match self {
            Self::Probes => PROBES,
            Self::Claims => CLAIMS,
            Self::Config => CONFIG,
        }
    }
}

const PROBES: &str = "- id: a
  variable: GOBIN
  why: because
  steps:
    - run: [go, version]
  expect:
    - exit: 0
  control: { unset: GOBIN }
";

const CLAIMS: &str = "- id: a
  statement: go runs
  cases:
    - steps:
        - run: [go, version]
      expect:
        - exit: 0
      control: { run: [go, nonsense] }
";

const CONFIG: &str = "values:
  gobin: none
go: ['1.22']
plan:
  runner: [windows-2022]
  shards: 4
verify:
  shells: [bash]
lint:
  rules:
    env-lost: off
  waivers:
    - rule: env-lost
      path: .github/workflows/ci.yml
      reason: known
      until: 2026-12-31
";

/// One mistake in one kind of file.
pub struct Case {
    pub name: &'static str,
    pub kind: Kind,
    change: Change,
    /// It is none: the file says what it means.
    pub is_taken: bool,
    /// The line that is to be written instead leaves something else to be wrong.
    pub is_right_still_refused: bool,
}

/// What is done to the good file.
enum Change {
    Text(&'static str, &'static str),
    Bytes(fn(&str) -> Vec<u8>),
}

impl Case {
    const fn new(name: &'static str, kind: Kind, from: &'static str, to: &'static str) -> Self {
        Self { name, kind, change: Change::Text(from, to), is_taken: false, is_right_still_refused: false }
    }

    const fn bytes(name: &'static str, kind: Kind, made: fn(&str) -> Vec<u8>) -> Self {
        Self { name, kind, change: Change::Bytes(made), is_taken: false, is_right_still_refused: false }
    }

    const fn taken(self) -> Self {
        Self { is_taken: true, ..self }
    }

    const fn still_refused(self) -> Self {
        Self { is_right_still_refused: true, ..self }
    }

    pub fn content(&self) -> Vec<u8> {
        let good = self.kind.good();
        match self.change {
            Change::Text(from, to) => {
                assert!(good.contains(from), "{}: {from}", self.name);
                good.replacen(from, to, 1).into_bytes()
            }
            Change::Bytes(made) => made(good),
        }
    }
}

fn utf16(good: &str) -> Vec<u8> {
    [0xfeff].into_iter().chain(good.encode_utf16()).flat_map(u16::to_le_bytes).collect()
}

fn utf16_without_its_mark(good: &str) -> Vec<u8> {
    good.encode_utf16().flat_map(u16::to_be_bytes).collect()
}

fn latin_1(good: &str) -> Vec<u8> {
    let mut bytes = b"# caf".to_vec();
    bytes.extend([0xe9, b'\n']);
    bytes.extend(good.as_bytes());
    bytes
}

fn byte_order_mark(good: &str) -> Vec<u8> {
    format!("\u{feff}{good}").into_bytes()
}

fn windows_lines(good: &str) -> Vec<u8> {
    good.replace('\n', "\r\n").into_bytes()
}

fn two_documents(good: &str) -> Vec<u8> {
    format!("{good}---\n{good}").into_bytes()
}

pub const CASES: &[Case] = &[
    Case::new("a key is misspelt", Probes, "  why", "  whi"),
    Case::new("a key is misspelt below a list", Probes, "- run", "- runs"),
    Case::new("a key is misspelt", Claims, "statement", "statment"),
    Case::new("a key is misspelt", Config, "values", "value"),
    Case::new("a tab indents", Probes, "  why", "\twhy"),
    Case::new("two tabs indent", Probes, "    - run", "\t\t- run"),
    Case::new("a tab indents", Claims, "    - steps", "\t- steps"),
    Case::new("a tab indents", Config, "  gobin", "\tgobin"),
    Case::new("on for a level", Config, "lost: off", "lost: on"),
    Case::new("yes for a level", Config, "lost: off", "lost: yes"),
    Case::new("no for a level", Config, "lost: off", "lost: no"),
    Case::new("True for a level", Config, "lost: off", "lost: True"),
    Case::new(
        "on, yes and no are texts",
        Probes,
        "[go, version]",
        "[go, version]\n      env: { GO111MODULE: on, A: yes, B: no, C: 1.20 }",
    )
    .taken(),
    Case::new("one version is no list", Config, "['1.22']", "1.22"),
    Case::new("a version without quotes", Config, "['1.22']", "[1.20]").taken(),
    Case::new("versions in one text", Config, "['1.22']", "'1.22, 1.23'"),
    Case::new("a range of versions", Config, "'1.22'", "'>=1.22'"),
    Case::new("a version without quotes", Probes, "  why", "  go: 1.20\n  why").taken(),
    Case::new("a list of one version", Probes, "  why", "  go: [1.20]\n  why"),
    Case::new("a range without quotes", Probes, "  why", "  go: >=1.21\n  why"),
    Case::new("a range with a plus", Probes, "  why", "  go: '1.22+'\n  why"),
    Case::new("a range without quotes", Claims, "    - steps", "    - go: >=1.21\n      steps"),
    Case::new("a percent sign begins", Config, "gobin: none", "gobin: %USERPROFILE%\\go").still_refused(),
    Case::new("an at sign begins", Config, "known", "@team knows"),
    Case::new("a star begins", Config, "path: .github/workflows/ci.yml", "path: *.yml"),
    Case::new("two stars begin", Config, "path: .github/workflows/ci.yml", "path: **/ci.yml"),
    Case::new("a backtick begins", Config, "known", "`go env` says so"),
    Case::new("a percent sign begins", Probes, "exit: 0", "stdout_is: %GOBIN%"),
    Case::new("an at sign begins", Probes, "version]", "list, @latest]"),
    Case::new("a star begins", Probes, "version]", "list, *]"),
    Case::new("a brace begins", Probes, "exit: 0", "stdout_is: {GOBIN}/x"),
    Case::new("Go's template", Probes, "version]", "list, -f, {{.Dir}}]"),
    Case::new("a percent sign begins", Claims, "exit: 0", "stdout_is: %GOBIN%"),
    Case::new("a backslash in double quotes is a bell", Config, "none", "\"D:\\a\\bin\""),
    Case::new("a backslash in double quotes is no escape", Config, "none", "\"D:\\go\""),
    Case::new("a backslash and a U in double quotes", Config, "none", "\"C:\\Users\\x\""),
    Case::new("a backslash in double quotes is a tab", Config, "none", "\"D:\\tools\""),
    Case::new("a backslash in double quotes is no escape", Probes, "exit: 0", "stdout_is: \"D:\\go\""),
    Case::new("a backslash in double quotes is a bell", Probes, "exit: 0", "stdout_contains: \"D:\\a\""),
    Case::new("a backslash and an x in double quotes", Probes, "version]", "version]\n      env: { GOBIN: \"C:\\x\" }"),
    Case::new("a backslash in double quotes is no escape", Claims, "exit: 0", "stdout_is: \"D:\\go\""),
    Case::new("a key stands there twice", Config, "lint:\n", "go: ['1.23']\nlint:\n"),
    Case::new("a key stands there twice", Probes, "  control", "  why: again\n  control"),
    Case::new("a key stands there twice", Claims, "  cases", "  statement: again\n  cases"),
    Case::new("a list for names", Config, "  gobin: none", "  - gobin: none"),
    Case::new("a word for a list", Config, "[bash]", "bash"),
    Case::new("rules as a list", Config, "    env-lost: off", "    - env-lost: off"),
    Case::new("a waiver without its list", Config, "    - rule: env-lost\n      path", "    rule: env-lost\n    path")
        .still_refused(),
    Case::new("a key at the top instead of below another", Config, "values:\n  gobin: none", "gobin: none"),
    Case::new("a key below another instead of at the top", Config, "  shards: 4", "  shards: 4\n  lint: {}"),
    Case::new("one probe without its list", Probes, "- id", "  id"),
    Case::new("a key above the list", Probes, "- id: a", "probes:\n- id: a"),
    Case::new("a command as a text", Probes, "[go, version]", "go version"),
    Case::new("a command as a text in quotes", Probes, "[go, version]", "'go version'"),
    Case::new("a step without its list", Probes, "    - run", "    run"),
    Case::new("an expectation without its list", Probes, "    - exit", "    exit"),
    Case::new("a list for a control", Probes, "{ unset: GOBIN }", "[unset: GOBIN]"),
    Case::new("a text for a control", Probes, "{ unset: GOBIN }", "unset GOBIN"),
    Case::new("variables as in a shell", Probes, "  why", "  env: [A=B]\n  why"),
    Case::new("variables as a list", Probes, "  why", "  env:\n    - A: B\n  why"),
    Case::new("a step without `run`", Probes, "    - run: [go", "    - [go"),
    Case::new("a word for a list", Probes, "  why", "  os: linux\n  why"),
    Case::new("one claim without its list", Claims, "- id", "  id"),
    Case::new("one case without its list", Claims, "    - steps", "      steps"),
    Case::new("a command as a text", Claims, "[go, version]", "go version"),
    Case::new("an expression", Config, "none", "${{ runner.temp }}/bin"),
    Case::new("an expression for a list", Config, "['1.22']", "${{ matrix.go }}"),
    Case::new("an expression in a list", Config, "'1.22'", "'${{ matrix.go }}'"),
    Case::new("an expression in quotes", Probes, "version]", "\"${{ matrix.go }}\"]"),
    Case::new("an expression in brackets", Probes, "version]", "${{ matrix.go }}]"),
    Case::new("an expression", Probes, "exit: 0", "stdout_is: ${{ x }}"),
    Case::new("an expression", Claims, "exit: 0", "stdout_is: ${{ x }}"),
    Case::new("a colon and a blank in a text", Probes, "because", "go says: nothing"),
    Case::new("a colon and a blank in a text", Claims, "go runs", "go says: nothing"),
    Case::new("a colon and a blank in a text", Config, "known", "see: issue"),
    Case::new("a colon and a blank in brackets", Probes, "version]", "env: x]"),
    Case::new("no blank behind a colon", Config, "gobin: none", "gobin:none"),
    Case::new("no blank behind a colon", Probes, "why: because", "why:because"),
    Case::new("a key of a workflow", Config, "values:", "on: push\nvalues:"),
    Case::new("a key of the action", Config, "values:", "with: { verify: live }\nvalues:"),
    Case::new("a flag", Config, "values:", "fail-on: never\nvalues:"),
    Case::new("a key of a workflow", Probes, "  why", "  runs-on: ubuntu-latest\n  why"),
    Case::new("an action", Probes, "run: [go, version]", "uses: actions/setup-go@v5"),
    Case::new("a shell", Probes, "[go, version]", "[go, version]\n      shell: bash"),
    Case::new("a name", Probes, "- id: a", "- name: a"),
    Case::new("a workflow's working directory", Probes, "[go, version]", "[go, version]\n      working-directory: x"),
    Case::new("a workflow's time limit", Probes, "  why", "  timeout-minutes: 5\n  why"),
    Case::new("a key of a workflow", Claims, "  statement", "  runs-on: x\n  statement"),
    Case::new("a probe", Claims, "  statement: go runs", "  variable: GOBIN"),
    Case::new("a claim", Probes, "  variable: GOBIN", "  statement: go runs"),
    Case::new("minutes", Probes, "  why", "  limit_seconds: 5m\n  why"),
    Case::new("a unit", Probes, "  why", "  limit_seconds: 30 s\n  why"),
    Case::new("a fraction", Probes, "  why", "  limit_seconds: 1.5\n  why"),
    Case::new("a number as a word", Config, "shards: 4", "shards: four"),
    Case::new("minutes", Claims, "      control", "      limit_seconds: 5m\n      control"),
    Case::new("a day as in Germany", Config, "2026-12-31", "31.12.2026"),
    Case::new("a day with a time", Config, "2026-12-31", "2026-12-31T00:00:00Z"),
    Case::new("a backslash in a path", Config, ".github/workflows/ci.yml", ".github\\workflows\\ci.yml"),
    Case::new("an absolute path", Config, ".github/workflows/ci.yml", "/home/x/ci.yml"),
    Case::new("an absolute path", Probes, "  why", "  files: { /etc/x: y }\n  why"),
    Case::new("a drive", Probes, "  why", "  files: { 'C:\\x': y }\n  why"),
    Case::new("a path of one machine", Probes, "exit: 0", "file_exists: /usr/bin/x"),
    Case::new("a quote that is never closed", Probes, "because", "'because"),
    Case::new("a bracket that is never closed", Probes, "version]", "version"),
    Case::new("a bracket that is never closed", Config, "'1.22']", "'1.22'"),
    Case::new("an apostrophe", Probes, "because", "'it's so'"),
    Case::new("text behind a quote", Config, "known", "\"known\" by all"),
    Case::new("one blank too many", Probes, "  why", "   why"),
    Case::new("one blank too few", Probes, "  why", " why"),
    Case::new("one blank too many", Config, "  shards", "   shards"),
    Case::new("a key is missing", Probes, "  why: because\n", ""),
    Case::new("a key is missing", Claims, "  statement: go runs\n", ""),
    Case::new("a value is missing", Probes, "because", ""),
    Case::new("null", Probes, "because", "null"),
    Case::new("a capital letter", Probes, "  why", "  kind: Live\n  why"),
    Case::new("a system by another name", Probes, "  why", "  os: [darwin]\n  why"),
    Case::bytes("UTF-16", Probes, utf16),
    Case::bytes("UTF-16 without its mark", Probes, utf16_without_its_mark),
    Case::bytes("Latin-1", Probes, latin_1),
    Case::bytes("two documents", Probes, two_documents),
    Case::bytes("a byte order mark", Probes, byte_order_mark).taken(),
    Case::bytes("lines as Windows ends them", Probes, windows_lines).taken(),
    Case::bytes("UTF-16", Claims, utf16),
    Case::bytes("UTF-16 without its mark", Claims, utf16_without_its_mark),
    Case::bytes("Latin-1", Claims, latin_1),
    Case::bytes("two documents", Claims, two_documents),
    Case::bytes("a byte order mark", Claims, byte_order_mark).taken(),
    Case::bytes("lines as Windows ends them", Claims, windows_lines).taken(),
    Case::bytes("UTF-16", Config, utf16),
    Case::bytes("UTF-16 without its mark", Config, utf16_without_its_mark),
    Case::bytes("Latin-1", Config, latin_1),
    Case::bytes("two documents", Config, two_documents),
    Case::bytes("a byte order mark", Config, byte_order_mark).taken(),
    Case::bytes("lines as Windows ends them", Config, windows_lines).taken(),
];
