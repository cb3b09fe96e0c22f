//! `powershell` and `intune`: the grammar knows every script that is written; what scripts of others set is read, too.
//! Windows PowerShell 5.1 and PowerShell 7 themselves run the scripts in .github/workflows/ci.yml.

use super::hostile_values::{directories, template};
use goenv_ci::{
    export::{ExportFormat, FileToImport, Imported, TemplateValue, format},
    platform::Platform,
    ports::registry::Scope,
};

fn formats() -> [&'static ExportFormat; 2] {
    ["powershell", "intune"].map(|name| format(name, None).unwrap())
}

fn read(text: &str) -> Imported {
    (formats()[0].read)(&FileToImport { path: "x.ps1", bytes: text.as_bytes() }).unwrap()
}

#[test]
fn each_script_is_read_whole_whatever_its_values_are() {
    for format in formats() {
        for scope in Scope::ALL {
            for dir in directories(Platform::Windows) {
                for file in (format.write)(&template(Platform::Windows, scope, &dir)).unwrap() {
                    let read = (format.read)(&FileToImport { path: &file.name, bytes: &file.bytes }).unwrap();
                    assert_eq!(read.remarks, [], "{} {dir}", file.name);
                    assert_eq!(read.scope, Some(scope));
                    // Windows PowerShell 5.1 takes what has no mark for ANSI.
                    let has_mark = file.bytes.starts_with(b"\xef\xbb\xbf");
                    assert_eq!(has_mark, !file.bytes.is_ascii(), "{} {dir}", file.name);
                    assert!(!has_mark || format.name == "powershell");
                }
            }
        }
    }
}

/// Ours are known by their text; with another blank in it they are read like anybody's.
#[test]
fn the_grammar_knows_the_scripts() {
    for format in formats() {
        for file in (format.write)(&template(Platform::Windows, Scope::User, r"D:\it's $x\%USERNAME%")).unwrap() {
            let text = String::from_utf8(file.bytes).unwrap().replace("function ", "function  ");
            let read = (format.read)(&FileToImport { path: &file.name, bytes: text.as_bytes() }).unwrap();
            let shown: Vec<_> = read.remarks.iter().map(|one| (one.at.line, one.text.as_str())).collect();
            assert_eq!(shown, [], "{}", file.name);
            assert_eq!((read.variables.len(), read.path.len()), (3, 1), "{}", file.name);
        }
    }
}

#[test]
fn scripts_of_others_are_read() {
    let script = r#"
$old = (Get-ItemProperty HKCU:\Environment).Path
[Environment]::SetEnvironmentVariable('GOPATH', 'D:\go', 'User')
[System.Environment]::SetEnvironmentVariable("GOBIN", "$env:USERPROFILE\go\bin", [System.EnvironmentVariableTarget]::User)
[Environment]::SetEnvironmentVariable("Path", "D:\go\bin;" + $old + ";D:\last", "User")
[Environment]::SetEnvironmentVariable('GOTMPDIR', $null, 'User')
[Environment]::SetEnvironmentVariable('GOCACHE', 'D:\c')
setx GOMODCACHE "%USERPROFILE%\mod"
Set-ItemProperty -Path HKCU:\Environment -Name GOENV -Value 'D:\it''s' -Type ExpandString
if ($x) { New-ItemProperty 'HKCU:\Environment' GOSUMDB off -Force }
Remove-ItemProperty HKCU:\Environment GOFLAGS
$env:GOPROXY = 'off'
setx GOROOT $x
"#;
    let read = read(script);
    let shown = |value: &Option<TemplateValue>| value.as_ref().map(|value| value.in_plan(Platform::Windows));
    let variables: Vec<_> =
        read.variables.iter().map(|one| (one.name.as_str(), shown(&one.value), one.at.line)).collect();
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(
        variables,
        [
            ("GOPATH", some(r"D:\go"), 3),
            ("GOBIN", some(r"%USERPROFILE%\go\bin"), 4),
            ("GOMODCACHE", None, 8),
            ("GOENV", some(r"D:\it's"), 9),
            ("GOSUMDB", some("off"), 10),
            ("GOROOT", None, 13),
        ]
    );
    assert_eq!(read.path.iter().map(|one| shown(&one.value)).collect::<Vec<_>>(), [some(r"D:\go\bin")]);
    let remarks: Vec<_> = read.remarks.iter().map(|one| (one.at.line, one.text.as_str())).collect();
    assert_eq!(
        remarks,
        [
            (5, r"it puts `D:\last` behind what PATH holds"),
            (6, "it removes GOTMPDIR"),
            (7, "it sets GOCACHE for its own process alone"),
            (10, "only a run could tell whether it sets GOSUMDB at all"),
            (11, "it removes GOFLAGS"),
            (12, "it sets GOPROXY for its own process alone"),
        ]
    );
    assert_eq!(read.scope, Some(Scope::User));
}

#[test]
fn what_is_no_script_is_refused_with_its_place() {
    let file = FileToImport { path: "x.ps1", bytes: b"$a = 1\n$b = 'open\n" };
    let why = (formats()[0].read)(&file).unwrap_err();
    assert_eq!((why.at.line, why.path.as_str()), (2, "x.ps1"), "{why}");
}
