//! What `lint` looks at: files, directories, standard input, actions; and what it says of files that cannot be read.

use crate::support::goenv;
use std::{fs, path::Path};
use tempfile::TempDir;

/// A setup-go whose cache is dead, so that a finding shows that the file was judged.
const BAD: &str = "on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: actions/setup-go@v6\n      - uses: actions/checkout@v5\n";

fn repository(files: &[(&str, &[u8])]) -> TempDir {
    let dir = TempDir::new().unwrap();
    fs::create_dir(dir.path().join(".git")).unwrap();
    for (name, bytes) in files {
        let path = dir.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    dir
}

struct Linted {
    code: i32,
    /// `FILE:LINE:COLUMN RULE`.
    found: Vec<String>,
    stdout: String,
    stderr: String,
}

fn lint(dir: &Path, arguments: &[&str], input: Option<&[u8]>) -> Linted {
    let mut command = goenv();
    command.current_dir(dir).args(["lint", "--format", "json"]).args(arguments);
    if let Some(input) = input {
        command.write_stdin(input.to_vec());
    }
    let output = command.output().unwrap();
    let stdout = String::from_utf8(output.stdout).unwrap();
    let json: serde_json::Value = serde_json::from_str(&stdout).unwrap_or_default();
    let found = json["findings"].as_array().into_iter().flatten().map(|finding| {
        let at = &finding["location"];
        format!("{}:{}:{} {}", at["file"].as_str().unwrap(), at["line"], at["column"], finding["id"].as_str().unwrap())
    });
    let found = found.collect();
    Linted { code: output.status.code().unwrap(), found, stdout, stderr: String::from_utf8(output.stderr).unwrap() }
}

const A: &str = ".github/workflows/a.yml";
const FOUND: &str = ":6:9 cache-before-checkout";

#[test]
fn a_file_a_directory_and_the_repository_are_the_same_from_anywhere() {
    let dir = repository(&[(A, BAD.as_bytes()), ("sub/x/go.mod", b""), ("go.mod", b"")]);
    let wanted = [format!("{A}{FOUND}")];
    let absolute = dir.path().join(A);
    for (from, path) in [
        ("", ""),
        ("", "."),
        ("", A),
        ("", ".github"),
        ("", "./.github/../.github/workflows/a.yml"),
        ("", absolute.to_str().unwrap()),
        ("sub/x", ""),
        ("sub/x", "../../.github/workflows/a.yml"),
        ("sub/x", "../.."),
    ] {
        let arguments: Vec<&str> = Some(path).filter(|path| !path.is_empty()).into_iter().collect();
        let linted = lint(&dir.path().join(from), &arguments, None);
        assert_eq!((linted.code, linted.found.as_slice()), (1, &wanted[..]), "{from:?} {path:?}: {}", linted.stderr);
    }
}

#[test]
fn what_lies_in_a_cache_is_no_file_of_the_repository() {
    let workflow = "on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: actions/checkout@v5\n      - uses: actions/setup-go@v6\n        with: { cache-dependency-path: '**/go.sum' }\n";
    let in_a_cache = repository(&[(A, workflow.as_bytes()), ("target/package/go.sum", b"")]);
    assert_eq!(lint(in_a_cache.path(), &[], None).code, 0, "a directory of any name may hold it");
    fs::write(in_a_cache.path().join("target/CACHEDIR.TAG"), "Signature: 8a477f597d28d172789f06886806bc55\n").unwrap();
    let linted = lint(in_a_cache.path(), &[], None);
    assert!(linted.found.concat().contains("cache-key-file-missing"), "{}", linted.stderr);
}

#[test]
fn another_repository_and_a_file_of_none_are_named_so_that_they_are_found() {
    let (here, other) = (repository(&[]), repository(&[(A, BAD.as_bytes())]));
    let path = other.path().join(A);
    let linted = lint(here.path(), &[path.to_str().unwrap()], None);
    let found = linted.found.concat();
    assert!(
        linted.code == 1 && found.ends_with(&format!("{A}{FOUND}")) && found.len() > A.len() + FOUND.len(),
        "{found}"
    );
    let none = TempDir::new().unwrap();
    fs::write(none.path().join("x.yml"), BAD).unwrap();
    assert_eq!(lint(none.path(), &["x.yml"], None).found, [format!("x.yml{FOUND}")]);
}

#[test]
fn a_dash_is_a_workflow_from_standard_input() {
    let dir = repository(&[(A, BAD.as_bytes()), ("go.mod", b"")]);
    let linted = lint(dir.path(), &["-"], Some(BAD.as_bytes()));
    assert_eq!((linted.code, linted.found), (1, vec![format!("<stdin>{FOUND}")]));
    let huge = vec![b'#'; (1 << 20) + 1];
    let linted = lint(dir.path(), &["-"], Some(&huge));
    assert_eq!((linted.code, linted.found), (1, vec!["<stdin>:0:0 file-unreadable".to_owned()]));
    let fix = lint(dir.path(), &["--fix", "-"], Some(BAD.as_bytes()));
    assert_eq!((fix.code, fix.stdout.as_str()), (2, ""));
}

#[test]
fn what_cannot_be_read_is_a_finding_and_the_rest_is_linted() {
    let bomb = format!(
        "a: &a [x,x,x,x,x,x,x,x,x]\n{}on: push\n",
        ('b'..'k')
            .map(|c| {
                let before = char::from(c as u8 - 1);
                format!("{c}: &{c} [{}]\n", vec![format!("*{before}"); 9].join(","))
            })
            .collect::<String>()
    );
    let huge = vec![b'#'; 50 << 20];
    for (name, bytes, place) in [
        ("broken", &b"on: push\njobs:\n  a: [\n"[..], 3),
        ("cyclic", b"on: push\njobs: &a\n  b: *a\n", 3),
        ("bomb", bomb.as_bytes(), 8),
        ("not UTF-8", b"on: push\nname: \xff\n", 0),
        ("two of one name", b"on: push\njobs: {}\njobs: {}\n", 3),
        ("huge", &huge, 0),
        ("a tab", b"on: push\njobs:\n\ta: b\n", 3),
    ] {
        let dir = repository(&[(A, BAD.as_bytes()), (".github/workflows/b.yml", bytes), ("go.mod", b"")]);
        let linted = lint(dir.path(), &[], None);
        assert_eq!(linted.code, 1, "{name}: {}", linted.stderr);
        let [first, second] = linted.found.as_slice() else { panic!("{name}: {:?}", linted.found) };
        assert_eq!(*first, format!("{A}{FOUND}"), "{name}");
        assert!(
            second.starts_with(".github/workflows/b.yml:") && second.ends_with(" file-unreadable"),
            "{name}: {second}"
        );
        let line: usize = second.split(':').nth(1).unwrap().parse().unwrap();
        assert!(line == place || name == "bomb" && line > 0, "{name}: {second}");
    }
}

#[test]
fn a_directory_with_the_name_of_a_workflow_is_a_finding() {
    let dir = repository(&[(A, BAD.as_bytes()), (".github/workflows/b.yml/c.txt", b""), ("go.mod", b"")]);
    let wanted = [format!("{A}{FOUND}"), ".github/workflows/b.yml:0:0 file-unreadable".to_owned()];
    assert_eq!(lint(dir.path(), &[], None).found, wanted);
    let linted = lint(dir.path(), &[A, ".github/workflows/b.yml"], None);
    assert_eq!((linted.code, linted.found.as_slice()), (1, &wanted[..]));
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_read_and_a_link_to_nowhere_are_findings() {
    let dir = repository(&[(A, BAD.as_bytes()), ("go.mod", b"")]);
    std::os::unix::fs::symlink("nowhere", dir.path().join(".github/workflows/b.yml")).unwrap();
    let wanted = [format!("{A}{FOUND}"), ".github/workflows/b.yml:0:0 file-unreadable".to_owned()];
    assert_eq!(lint(dir.path(), &[], None).found, wanted);
}

#[test]
fn an_expression_that_cannot_be_read_has_its_place() {
    let steps = [
        ("      - run: echo ${{ github.sha\n", "6:19"),
        ("      - run: |\n          echo x\n          echo ${{ a b }} ${{ 'it''s }}' }}\n", "8:16"),
        ("      - if: a ==\n        run: echo\n", "6:13"),
        ("      - run: echo ${{ github.sha }} ${{ }}\n", "6:37"),
    ];
    for (step, place) in steps {
        let text = format!("on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n{step}");
        let dir = repository(&[(A, text.as_bytes())]);
        assert_eq!(lint(dir.path(), &[], None).found, [format!("{A}:{place} expression-syntax")], "{step}");
    }
}

#[test]
fn a_path_that_is_not_there_is_exit_code_2_and_the_rest_is_linted() {
    let dir = repository(&[(A, BAD.as_bytes()), ("go.mod", b"")]);
    let linted = lint(dir.path(), &[A, "b.yml"], None);
    assert_eq!((linted.code, linted.found), (2, vec![format!("{A}{FOUND}"), "b.yml:0:0 file-unreadable".to_owned()]));
}

#[test]
fn no_workflow_at_all_is_exit_code_4() {
    let dir = repository(&[("go.mod", b"")]);
    for arguments in [&[][..], &["--fix"], &["."]] {
        let linted = lint(dir.path(), arguments, None);
        assert_eq!((linted.code, linted.stdout.as_str()), (4, ""), "{arguments:?}");
        assert!(linted.stderr.contains("there is no workflow and no action in"), "{}", linted.stderr);
    }
}

#[test]
fn an_action_that_nobody_uses_is_read_and_nothing_is_said_about_its_runner() {
    let action = b"name: x\nruns:\n  using: composite\n  steps:\n    - uses: actions/setup-go@v6\n    - run: echo ${{ x y }}\n      shell: bash\n";
    let dir =
        repository(&[(".github/actions/a/b/action.yml", action), ("action.yml", action), ("other/action.yml", action)]);
    let linted = lint(dir.path(), &[], None);
    assert_eq!(
        linted.found,
        [".github/actions/a/b/action.yml:6:17 expression-syntax", "action.yml:6:17 expression-syntax"]
    );
    let linted = lint(dir.path(), &["other"], None);
    assert_eq!(linted.found, ["other/action.yml:6:17 expression-syntax"]);
}
