use super::*;

const WINDOWS: Shell = Shell { platform: Platform::Windows };
const LINUX: Shell = Shell { platform: Platform::Linux };

#[test]
fn words_are_quoted_for_the_shell_that_reads_them() {
    assert_eq!(LINUX.quoted("GOBIN=x/y"), "GOBIN=x/y");
    assert_eq!(LINUX.quoted("it's {{.Dir}} $x"), "'it'\\''s {{.Dir}} $x'");
    assert_eq!(LINUX.quoted("\u{1}/a b$c"), "\"$S/a b\\$c\"");
    assert_eq!(LINUX.quoted(""), "''");
    assert_eq!(WINDOWS.quoted("\u{1}\\bin"), "%S%\\bin");
    assert_eq!(WINDOWS.quoted("a b & c"), "\"a b & c\"");
}

#[test]
fn files_are_written_line_by_line_into_cmd() {
    assert_eq!(
        WINDOWS.file("\u{1}\\work\\go.mod", "module probe\n\nuse <x>\n"),
        [
            "if not exist \"%S%\\work\" mkdir \"%S%\\work\"",
            ">\"%S%\\work\\go.mod\" echo(module probe",
            ">>\"%S%\\work\\go.mod\" echo(",
            ">>\"%S%\\work\\go.mod\" echo(use ^<x^>",
        ]
    );
    assert_eq!(
        LINUX.file("\u{1}/work/a", "50%\n\\x\n"),
        ["mkdir -p \"$S/work\" && printf '50%%\\n\\\\x\\n' > \"$S/work/a\""]
    );
}

#[test]
fn a_value_of_one_step_is_taken_back_in_cmd() {
    let step = Step {
        run: vec!["go".into(), "version".into()],
        env: vec![("GOBIN".into(), "\u{1}\\b".into())],
        dir: None,
        exit: 0,
    };
    let probe = crate::claims::load_claims(&[crate::probe::SourceFile {
        name: "a.yml".into(),
        content: b"- id: a\n  statement: b\n  cases: [{ steps: [{ run: [go] }], expect: [{ exit: 0 }], control: { unset: X } }]\n".to_vec(),
    }])
    .unwrap()
    .remove(0)
    .cases
    .remove(0)
    .probe;
    let setting = Setting { env: vec![("GOBIN".into(), "c".into())], probe };
    assert_eq!(WINDOWS.step(&step, &setting), ["set \"GOBIN=%S%\\b\"", "go version", "set \"GOBIN=c\""]);
    assert_eq!(LINUX.step(&step, &setting), ["run GOBIN=\"$S\\\\b\" go version"]);
}
