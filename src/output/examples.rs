//! Documents for the renderers' tests: one with every block, one whose every
//! value tries to break out.

use super::document::{
    Block, Cell, Count, Document, Entries, Entry, Field, Folded, Frame, FrameMark, FramePart, Headline, Mark, Note,
    Span, Table, Text, Value,
};
use crate::status::{Severity, Status};

fn file(path: &str, line: Option<usize>) -> Text {
    Text::from(Span::File { path: path.to_owned(), line })
}

/// One of each block, with what a real answer would say.
pub(super) fn whole() -> Document {
    Document {
        command: "report",
        title: None,
        headline: Some(Headline {
            status: Some(Status::Fail),
            text: "GOBIN does not take effect on Go 1.21.13 and 1.22.10".into(),
            tail: "182 passed, 2 failed, 1 error, 3 skipped in 14.2 s".to_owned(),
        }),
        counts: vec![
            count(Some(Status::Pass), "182", "passed"),
            count(Some(Status::Fail), "2", "failed"),
            count(Some(Status::Error), "1", "error"),
            count(Some(Status::Skip), "0", "skipped"),
            count(None, "14.2 s", "in all"),
        ],
        facts: vec![
            Field::new("Runner", "windows-2022 (Windows, X64)"),
            Field::new("Judged", "the environment that the runner delivered to this step"),
        ],
        blocks: vec![
            Block::Notice(Severity::Warning, "GOFLAGS in `D:\\a\\_temp\\go-env` is ignored: `-mod` stands there twice".into()),
            Block::Notice(Severity::Note, "drive C: is slower than D: by a factor of 3".into()),
            Block::Heading("Variables".into()),
            Block::Fields(fields()),
            Block::Heading("Nothing follows".into()),
            Block::Heading("Overview".into()),
            Block::Table(table()),
            Block::Heading("What does not hold".into()),
            Block::Entries(entries()),
            Block::Heading("Next steps".into()),
            Block::Paragraph("A plan that was written by an older version is read as it is; `goenv-ci plan` shows what a new one would say, and why each of its values is what it is.".into()),
            Block::List(vec![
                "`go install` into the new directory".into(),
                Text::words("read ").and(link("the rules")),
                file("/home/runner/go/env", Some(3)),
            ]),
            Block::Code("export GOBIN=\"$HOME/go/bin\"\nexport PATH=\"$GOBIN:$PATH\"".to_owned()),
            Block::Folded(Folded {
                status: Some(Status::Skip),
                summary: "3 cells were skipped".into(),
                open: false,
                blocks: vec![Block::List(vec!["no Go 1.20 on this machine".into()]), Block::Table(table())],
            }),
        ],
        hints: vec!["`goenv-ci explain --all` shows all variables".into(), Text::words("report: ").and(file("/tmp/report/index.html", None))],
    }
}

fn count(status: Option<Status>, number: &str, word: &str) -> Count {
    Count { status, number: number.to_owned(), word: word.to_owned() }
}

fn link(words: &str) -> Text {
    Text::from(Span::Link { words: words.to_owned(), url: "https://example.org/rules#gobin".to_owned() })
}

fn fields() -> Vec<Field> {
    let shadowed = Note { status: Some(Status::Error), text: "go env says `/usr/bin`".into() };
    vec![
        Field { notes: vec![shadowed], ..Field::new("GOBIN", file("/home/runner/go/bin", None)) }
            .note("environment, set by /home/runner/.bashrc:3"),
        Field {
            value: Value::List(vec![file("/home/runner/go/bin", None), file("/usr/local/bin", None)]),
            ..Field::new("PATH", "")
        },
        Field::new("GOTOOLCHAIN_WITH_A_LONG_NAME", "local"),
        Field::code("GOFLAGS", "-mod=mod"),
    ]
}

fn table() -> Table {
    let cell = |status, text: &str| Cell { status: Some(status), text: text.into() };
    let versions = ["1.21.13", "1.22.10", "1.23.4", "1.24.1", "1.25.0", "1.26rc1"];
    let row = |name: &str, last: Cell| {
        let passed = (1..versions.len()).map(|_| cell(Status::Pass, "12"));
        [Cell::new(name)].into_iter().chain(passed).chain([last]).collect()
    };
    Table {
        head: [Text::from("Variable")].into_iter().chain(versions.map(|v| Text::from(format!("Go {v}")))).collect(),
        rows: vec![
            row("GOCACHE", cell(Status::Pass, "7")),
            row("GOBIN", cell(Status::Fail, "1 of 9 failed")),
            row("GOTMPDIR", cell(Status::Error, "1 of 4 in error")),
            row("GOWORK", cell(Status::Skip, "skipped")),
            row("CC", Cell::default()),
        ],
        more: 2,
    }
}

/// A place and one that belongs to it.
pub(super) fn frame() -> Frame {
    let mark = |line, column, end_column, label: &str| FrameMark {
        line,
        column,
        end_column,
        label: label.to_owned(),
        is_primary: label.is_empty(),
    };
    let lines = [
        "      - uses: actions/setup-go@v5",
        "",
        "",
        "",
        "      - run: |",
        "          echo \"GOTMPDIR=/gone\" >> $GITHUB_ENV",
    ];
    let marks = vec![mark(15, 11, 0, ""), mark(10, 9, 36, "setup-go asks for it here")];
    let part =
        FramePart { path: ".github/workflows/ci.yml".to_owned(), first_line: 10, source: lines.join("\n"), marks };
    Frame { severity: Severity::Warning, parts: vec![part] }
}

/// Hostile text in a file and in what is said about it.
fn hostile_frame() -> Frame {
    let mark = |line, column| FrameMark {
        line,
        column,
        end_column: column + 40,
        label: HOSTILE.to_owned(),
        is_primary: line == 3,
    };
    let part = |path: &str, source: String, marks| FramePart { path: path.to_owned(), first_line: 3, source, marks };
    let lines = format!("{HOSTILE}\n::error::x\r##[group]{HOSTILE}");
    Frame {
        severity: Severity::Error,
        parts: vec![
            part(HOSTILE, lines, vec![mark(3, 1), mark(4, 12), mark(9, 1)]),
            part("huge.yml", "x".repeat(1 << 20), vec![mark(3, 900_000)]),
        ],
    }
}

fn entries() -> Entries {
    let folded = Folded {
        status: None,
        summary: "Commands on Go 1.21.13".into(),
        open: false,
        blocks: vec![Block::Code(
            "$ go install example.org/probe\n\ngo: no such module\n(exit code 1, 41 ms)".to_owned(),
        )],
    };
    let first = Entry {
        mark: Status::Fail.into(),
        title: "GOBIN does not take effect on Go 1.21.13 and 1.22.10".into(),
        id: Some(Text::code("gobin/install-lands-there")),
        summary: Some("`go install` puts a program into GOBIN and nowhere else".into()),
        frame: None,
        fields: vec![
            Field::new("expected", file("D:\\a\\app\\go\\bin\\probe.exe", None)),
            Field::new("observed", file("C:\\Users\\runneradmin\\go\\bin\\probe.exe", None))
                .note("C: is the slower drive of this machine"),
            Field::new(
                "likely cause",
                "the file of `go env -w` sets GOBIN to another directory, and the environment does not set it at all, so that Go reads it from there",
            ),
            Field::code("fix", "go env -u GOBIN\ngo env GOBIN"),
        ],
        details: vec![Block::Folded(folded)],
    };
    let second = Entry {
        mark: Severity::Warning.into(),
        title: "GOTMPDIR could not be judged".into(),
        id: Some(link("gotmpdir-is-gone")),
        summary: None,
        frame: Some(frame()),
        fields: vec![Field::new("seen", "no such directory")],
        details: Vec::new(),
    };
    Entries { shown: vec![first, second], more: 4, elsewhere: "`report.json` has them all".into() }
}

/// Text that commands terminals, runners, browsers and GitHub.
pub(super) const HOSTILE: &str = "::error::x ##[group]y \u{1b}[31mred\u{1b}]8;;http://evil\u{7} \u{202e}txt\0 `a | b` <script>alert(1)</script> @org/team #1 日本語 [x](javascript:y) ![i](z) </pre></details> \"'&";

/// Hostile text wherever there can be text, and a word of 1 MB.
pub(super) fn hostile() -> Document {
    let huge = "x".repeat(1 << 20);
    let lines = format!("first\n{HOSTILE}\n\n  {HOSTILE}\n{huge}");
    let text = || Text::from(HOSTILE);
    let field = || Field {
        notes: vec![Note { status: Some(Status::Fail), text: text() }],
        ..Field::new(HOSTILE, Text::words(lines.clone()))
    };
    let fields = || {
        vec![
            field(),
            Field::code(HOSTILE, lines.clone()),
            Field { value: Value::List(vec![text(), Text::code(HOSTILE), file(HOSTILE, Some(1))]), ..field() },
        ]
    };
    let evil = || Text::from(Span::Link { words: HOSTILE.to_owned(), url: format!("https://x/{HOSTILE}") });
    let cell = || Cell { status: Some(Status::Error), text: text() };
    let table = || Table {
        head: vec![text(), text()],
        rows: vec![vec![cell(), cell()], vec![Cell::new(Text::code(lines.clone())), Cell::new(evil())]],
        more: 1,
    };
    let entry = || Entry {
        mark: Mark { status: Some(Status::Fail), word: HOSTILE.into() },
        title: text(),
        id: Some(Text::code(HOSTILE)),
        summary: Some(Text::words(lines.clone())),
        frame: Some(hostile_frame()),
        fields: fields(),
        details: vec![Block::Code(lines.clone()), Block::Table(table())],
    };
    Document {
        command: "report",
        title: Some(text()),
        headline: Some(Headline { status: Some(Status::Fail), text: text(), tail: HOSTILE.to_owned() }),
        counts: vec![count(None, HOSTILE, HOSTILE)],
        facts: fields(),
        blocks: vec![
            Block::Heading(text()),
            Block::Paragraph(Text::words(lines.clone())),
            Block::Notice(Severity::Error, text()),
            Block::Fields(fields()),
            Block::Table(table()),
            Block::Entries(Entries { shown: vec![entry()], more: 1, elsewhere: text() }),
            Block::List(vec![text(), evil(), Text::words(huge.clone())]),
            Block::Code(lines.clone()),
            Block::Folded(Folded {
                status: None,
                summary: text(),
                open: true,
                blocks: vec![Block::Paragraph(text()), Block::Table(table())],
            }),
        ],
        hints: vec![text(), evil()],
    }
}
