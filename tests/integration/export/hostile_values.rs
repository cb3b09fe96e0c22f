//! Every format and more than two hundred odd directories: each is refused with value, format and rule, or comes back
//! as it was.

use goenv_ci::{
    export::{EXPORT_FORMATS, ExportFormat, ExportTemplate, FileToImport, TemplateValue, TemplateVariable},
    platform::Platform,
    ports::registry::Scope,
};

/// What may be in the name of a directory and means something to somebody; a plan takes all of them.
const ODD: &[&str] = &[
    " ",
    "  ",
    "$",
    "$$",
    "$HOME",
    "${HOME}",
    "$(id)",
    "`id`",
    "!",
    "!!",
    "#",
    " #",
    "&",
    "&&",
    "|",
    "(",
    ")",
    "()",
    "*",
    "?x",
    "[a]",
    "{a,b}",
    "{{a}}",
    "${{ a }}",
    "<%= a %>",
    "%",
    "%%",
    "%PATH%",
    "%1",
    "%~dp0",
    "^",
    "^^",
    "~",
    "'",
    "''",
    "a'b'c",
    "@",
    "@@",
    "=",
    "==",
    "+",
    ",",
    ".",
    "..a",
    "-",
    "--",
    "-x",
    "_",
    "\\n",
    "\\t",
    "\\\\",
    "\\0",
    "\\u0041",
    "\\x41",
    "n",
    "t",
    "é",
    "ß",
    "缓存",
    "кэш",
    "😀",
    "e\u{301}",
    "\u{a0}",
    "\u{200b}",
    "\u{202e}",
    "\u{feff}",
    "İ",
    "ſ",
    "null",
    "true",
    "yes",
    "0x10",
    "1e3",
    "1_000",
    "0",
    "nan",
    "[",
    "]",
    "[]",
    "{",
    "}",
    "{}",
    "&amp;",
    "&lt;",
    "<",
    ">",
    "<a>",
    "]]>",
    "<!--",
    "-->",
    "<?",
    "?>",
    "/*",
    "*/",
    "//x",
    "--x",
    "REM",
    "::",
    "::set-env name=A::b",
    "##[x]",
    "##vso[task.setvariable]x",
    "\\${HOME}",
    "\\$HOME",
    "$$HOME",
    "$env:HOME",
    "$ENV{HOME}",
    "@{a=1}",
    "$null",
    "${env:HOME}",
    "${localEnv:HOME}",
    "{{env.HOME}}",
    "{{ env.HOME }}",
    "{% raw %}",
    "$(HOME)",
    "$[variables.x]",
    "$%HOME%",
    "%{a}",
    "#{a}",
    "<<EOF",
    "EOF",
    "$'a'",
    "a$",
    "$a",
    "a b c",
    "a  b",
    "a\\ b",
    "a%20b",
    "a;b",
    "a:b",
    "CON",
    "aux",
    "a.",
    "NUL.x",
    "long-long-long-long-long-long-long-long",
];

fn directories(platform: Platform) -> Vec<String> {
    let mut all = Vec::new();
    for odd in ODD {
        for text in [format!("a{odd}b"), format!("{odd}b"), format!("a{odd}")] {
            all.push(match platform {
                Platform::Windows => format!(r"D:\{text}\go"),
                _ => format!("/{text}/go"),
            });
        }
    }
    let can_be = |dir: &String| {
        let taken = match platform {
            Platform::Windows => !dir[2..].contains(['<', '>', '|', '?', '*', ':', ';', '/']),
            _ => !dir.contains(':'),
        };
        taken && !dir.contains('"') && dir.trim() == dir
    };
    all.retain(can_be);
    all
}

fn template(platform: Platform, scope: Scope, dir: &str) -> ExportTemplate {
    let variable = |name: &str, value: &str| TemplateVariable {
        name: name.to_owned(),
        value: TemplateValue::planned(platform, value),
        reason: "standard: `a` and 'b'".to_owned(),
    };
    let bin = platform.join(dir, "bin");
    let variables =
        vec![variable("GOCACHE", &platform.join(dir, "cache")), variable("GOPATH", dir), variable("GOBIN", &bin)];
    ExportTemplate {
        runner: "current".to_owned(),
        platform,
        scope,
        variables,
        path: vec![TemplateValue::planned(platform, &bin)],
        go: vec!["1.23".to_owned()],
    }
}

/// What is wrong with a format and a directory.
fn fault(format: &ExportFormat, template: &ExportTemplate) -> Option<String> {
    let files = match (format.write)(template) {
        Err(why) => {
            let of_it = template.variables.iter().any(|one| one.value.in_plan(template.platform) == why.value)
                || template.path.iter().any(|one| one.in_plan(template.platform) == why.value);
            let says = !why.rule.is_empty() && !why.help.is_empty() && why.format == format.name;
            return (!(of_it && says)).then(|| format!("refused without saying what: {why}"));
        }
        Ok(files) => files,
    };
    let mut variables = Vec::new();
    let mut path = Vec::new();
    for file in &files {
        let read = match (format.read)(&FileToImport { path: &file.name, bytes: &file.bytes }) {
            Ok(read) => read,
            Err(why) => return Some(format!("written and not read: {why}")),
        };
        for one in read.variables {
            let Some(value) = one.value else { return Some(format!("{} is not read", one.name)) };
            if !variables.contains(&(one.name.clone(), value.clone())) {
                variables.push((one.name, value));
            }
        }
        path.extend(read.path.into_iter().filter_map(|entry| entry.value));
    }
    path.dedup();
    let planned: Vec<_> = template.variables.iter().map(|one| (one.name.clone(), one.value.clone())).collect();
    if variables != planned {
        return Some(format!("read {variables:?}"));
    }
    let wanted: &[TemplateValue] = if format.carries_path { &template.path } else { &[] };
    (path != wanted).then(|| format!("PATH is read as {path:?}"))
}

#[test]
fn each_odd_directory_is_refused_or_comes_back() {
    let mut wrong = Vec::new();
    for format in EXPORT_FORMATS {
        for platform in format.platforms {
            let scopes: &[Scope] = if format.has_scopes { &Scope::ALL } else { &[Scope::User] };
            let dirs = directories(*platform);
            assert!(dirs.len() > 200, "{} for {platform:?}", dirs.len());
            for (dir, scope) in dirs.iter().flat_map(|dir| scopes.iter().map(move |scope| (dir, scope))) {
                if let Some(why) = fault(format, &template(*platform, *scope, dir)) {
                    wrong.push(format!("{} {platform:?} {scope:?} `{dir}`: {why}", format.shown()));
                }
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.iter().take(40).cloned().collect::<Vec<_>>().join("\n")
    );
}

#[test]
fn plain_directories_are_held_by_every_format() {
    for format in EXPORT_FORMATS {
        for platform in format.platforms {
            let dirs: &[&str] = match platform {
                Platform::Windows => &[r"D:\go", r"D:\a b\go", r"C:\Users\me\go"],
                _ => &["/srv/go", "/home/me/go"],
            };
            for dir in dirs {
                let template = template(*platform, Scope::User, dir);
                assert_eq!(fault(format, &template), None, "{} {dir}", format.shown());
                assert!((format.write)(&template).is_ok(), "{} {dir}", format.shown());
            }
        }
    }
}

#[test]
fn a_reader_ends_with_an_answer_whatever_it_is_given() {
    let garbage: &[&[u8]] = &[
        b"",
        b"\n",
        b"\0",
        b"\xff\xfe",
        b"\xff\xfe\x00",
        b"\xef\xbb\xbf",
        b"\xc3(",
        b"{",
        b"<",
        b"[",
        b"a: [",
        b"'",
        b"\"",
        b"export A=$(touch x)\n",
    ];
    for format in EXPORT_FORMATS {
        let whole = template(
            format.platforms[0],
            Scope::User,
            if format.platforms[0] == Platform::Windows { r"D:\go" } else { "/go" },
        );
        let written = (format.write)(&whole).unwrap();
        let cut = written.iter().flat_map(|file| (0..file.bytes.len()).step_by(7).map(|end| &file.bytes[..end]));
        for bytes in garbage.iter().copied().chain(cut) {
            if let Err(why) = (format.read)(&FileToImport { path: "x", bytes }) {
                assert!(why.at.line > 0 && why.at.column > 0 && !why.why.is_empty(), "{}: {why}", format.shown());
            }
        }
    }
}
