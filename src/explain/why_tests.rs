use super::*;
use crate::{
    explain::explain,
    goenv::Subject,
    ports::{
        Scopes,
        fake::FakeHost,
        registry::{Persisted, Scope},
    },
};

struct NoScopes;

impl Scopes for NoScopes {
    fn block(&self) -> Vec<(String, String)> {
        Vec::new()
    }

    fn live(&self, _: &str) -> Option<String> {
        None
    }

    fn persisted(&self, _: Scope) -> Result<Vec<Persisted>, String> {
        Ok(Vec::new())
    }

    fn number(&self, _: &str, _: &str) -> Option<u32> {
        None
    }
}

fn asked(platform: Platform, pairs: &[(&str, &str)], host: &FakeHost, file: &str) -> FileOrigin {
    let env = EnvBlock::from_pairs(platform, pairs.iter().copied());
    let (version, current_dir) =
        ("1.22.10".parse().unwrap(), if platform == Platform::Windows { r"C:\x" } else { "/x" });
    let subject = Subject { version: &version, goroot: None, goarch: "amd64", env: &env, current_dir };
    why(file, &env, &explain(&subject, host, &NoScopes), host)
}

fn told(reason: Option<&Reason>) -> String {
    reason.map_or("none".to_owned(), |one| {
        let parts: Vec<&str> = one.parts.iter().map(|part| part.text.as_str()).collect();
        format!("{} {} {}", one.variable, one.kind.name(), parts.join(" | "))
    })
}

#[test]
fn a_windows_path_is_taken_apart_on_any_machine() {
    let host = FakeHost::new(Platform::Windows);
    let env = [("USERPROFILE", r"C:\Users\r"), ("GoPath", r"D:\p;E:\q"), ("LOCALAPPDATA", r"C:\Users\r\AppData\Local")];
    let ask = |file: &str| asked(Platform::Windows, &env, &host, file);
    assert_eq!(told(ask(r"d:\P\bin\x.exe").reason.as_ref()), r"GOPATH program D:\p | bin | x.exe");
    assert_eq!(
        told(ask(r"D:\p\pkg\mod\github.com\!burnt!sushi\toml@v1.2.3\doc\a.md").reason.as_ref()),
        r"GOPATH module D:\p | pkg\mod | github.com\!burnt!sushi\toml | @v1.2.3 | doc\a.md"
    );
    let second = ask(r"E:\q\bin\x.exe");
    assert!(second.reason.is_none());
    assert_eq!(told(second.otherwise.first()), r"GOPATH program E:\q | bin | x.exe");
    assert!(second.otherwise[0].because.contains("folder 2 of 2"), "{}", second.otherwise[0].because);
}

#[test]
fn the_innermost_folder_wins_and_a_strange_name_is_said_to_be_one() {
    let host = FakeHost::new(Platform::Linux);
    let env = [("HOME", "/h"), ("GOPATH", "/h/go"), ("GOBIN", "/h/go/pkg/mod/tools"), ("GOCACHE", "/h/cache")];
    let ask = |file: &str| asked(Platform::Linux, &env, &host, file);
    assert_eq!(told(ask("/h/go/pkg/mod/tools/x").reason.as_ref()), "GOBIN program /h/go/pkg/mod/tools | x");
    let strange = ask("/h/cache/../cache/notes.txt");
    assert!(strange.reason.is_none() && strange.otherwise.is_empty());
    assert!(strange.notes.iter().any(|note| note.contains("below GOCACHE `/h/cache`")), "{:?}", strange.notes);
    // GOBIN hides GOPATH/bin.
    let hidden = ask("/h/go/bin/x");
    assert!(hidden.reason.is_none());
    assert!(hidden.otherwise[0].because.starts_with("GOBIN is set"), "{}", hidden.otherwise[0].because);
}

#[test]
fn a_shadowed_value_and_a_default_are_named_as_what_they_are() {
    let host = FakeHost::new(Platform::Linux).file("/h/.config/go/env", "# mine\nGOBIN=/old\n");
    let env = [("HOME", "/h"), ("GOBIN", "/new"), ("GOCACHE", "/cache")];
    let old = asked(Platform::Linux, &env, &host, "/old/x");
    assert!(old.reason.is_none());
    assert_eq!(old.otherwise[0].value.at.as_deref(), Some("/h/.config/go/env:2"));
    let entry = format!("/h/.cache/go-build/ab/ab{}-a", "0".repeat(62));
    let default = asked(Platform::Linux, &env, &host, &entry);
    assert!(default.reason.is_none());
    assert!(default.otherwise[0].because.contains("without a setting"), "{:?}", default.otherwise);
}

#[test]
fn a_fetched_toolchain_is_the_module_cache_s_and_a_folder_is_itself() {
    let goroot = "/h/go/pkg/mod/golang.org/toolchain@v0.0.1-go1.22.10.linux-amd64";
    let host = FakeHost::new(Platform::Linux).goroot(goroot, "1.22.10").file(&format!("{goroot}/pkg/tool/x"), "");
    let env = EnvBlock::from_pairs(Platform::Linux, [("HOME", "/h")]);
    let version = "1.22.10".parse().unwrap();
    let subject = Subject { version: &version, goroot: Some(goroot), goarch: "amd64", env: &env, current_dir: "/x" };
    let explanation = explain(&subject, &host, &NoScopes);
    let ask = |file: &str| why(file, &env, &explanation, &host);
    let program = ask(&format!("{goroot}/bin/go"));
    assert_eq!(
        told(program.reason.as_ref()),
        "GOPATH fetched-toolchain /h/go | pkg/mod | golang.org/toolchain | @v0.0.1-go1.22.10.linux-amd64 | bin/go"
    );
    assert_eq!(told(ask("/h/go").reason.as_ref()), "GOPATH folder /h/go");
    assert_eq!(told(ask("/h/.cache/go-build").reason.as_ref()), "GOCACHE folder /h/.cache/go-build");
    let above = ask("/h/go/pkg/mod/golang.org");
    assert!(above.notes.iter().any(|note| note.contains("ask about a file in it")), "{:?}", above.notes);
}

#[test]
fn a_link_into_a_folder_of_go_is_followed() {
    let host = FakeHost::new(Platform::Linux).file("/h/go/bin/x", "\u{7f}ELF").link("/usr/local/bin/x", "/h/go/bin/x");
    let origin = asked(Platform::Linux, &[("HOME", "/h")], &host, "/usr/local/bin/x");
    assert_eq!(told(origin.reason.as_ref()), "GOPATH program /h/go | bin | x");
    assert!(origin.notes.iter().any(|note| note.contains("in truth `/h/go/bin/x`")));
    assert!(origin.notes.iter().any(|note| note.contains("no build information of Go")));
}
