//! What each source says, on machines in memory.

use super::*;
use crate::{
    goenv::toolchain::ToolchainSource,
    ports::fake::{FakeHost, FakeScopes},
};
use Platform::{Linux, Windows};

const COMPLETE: [(&str, &str); 4] = [
    ("LOCALAPPDATA", r"C:\Users\r\AppData\Local"),
    ("APPDATA", r"C:\Users\r\AppData\Roaming"),
    ("USERPROFILE", r"C:\Users\r"),
    ("SystemRoot", r"C:\Windows"),
];

fn complete(more: &[(&str, &str)]) -> FakeScopes {
    FakeScopes::of(&[&COMPLETE[..], more].concat())
}

fn without_files(scopes: &FakeScopes) -> Sources {
    read(&scopes.env(Windows), r"D:\w", scopes, &FakeHost::new(Windows), &[])
}

fn said(sources: &Sources, variable: &str) -> Vec<(&'static str, String, String)> {
    let of = sources.found.iter().filter(|s| s.variable == variable);
    of.map(|s| (s.kind.name(), s.value.clone(), s.at.clone().unwrap_or_default())).collect()
}

#[test]
fn every_source_is_asked_and_says_where_exactly() {
    let scopes = complete(&[("GoCache", r"D:\live")])
        .user("GOCACHE", Data::Expand(r"%userprofile%\cache".into()))
        .machine("gocache", Data::Text(r"E:\%raw%".into()));
    let host = FakeHost::new(Windows)
        .file(r"C:\Users\r\AppData\Roaming\go\env", "GOCACHE=first\nGOPATH=C:\\p\n\nGOCACHE=last\n")
        .file(r"C:\go\go.env", "# defaults\n\nGOPROXY=https://proxy.golang.org,direct\nGOTOOLCHAIN=auto\n");
    let sources = {
        let go =
            Toolchain { version: "1.22.0".parse().unwrap(), goroot: r"C:\go".into(), source: ToolchainSource::Path };
        read(&scopes.env(Windows), r"D:\w", &scopes, &host, &[go])
    };
    let text = |kind, value: &str, at: &str| (kind, value.to_owned(), at.to_owned());
    assert_eq!(
        said(&sources, "GOCACHE"),
        [
            text("environment", r"D:\live", ""),
            text("user-registry", r"C:\Users\r\cache", r"HKCU\Environment"),
            text("machine-registry", r"E:\%raw%", Scope::Machine.key()),
            text("goenv-file", "last", r"C:\Users\r\AppData\Roaming\go\env:4"),
        ]
    );
    assert_eq!(said(&sources, "GOPATH"), [text("goenv-file", r"C:\p", r"C:\Users\r\AppData\Roaming\go\env:2")]);
    assert_eq!(said(&sources, "GOTOOLCHAIN"), [text("goroot-go-env", "auto", r"C:\go\go.env:4")]);
    assert_eq!(sources.notes, Vec::<String>::new());
}

#[test]
fn a_value_of_the_environment_is_traced_to_the_scope_that_holds_it() {
    let scopes = complete(&[("GOBIN", r"c:\users\r\bin")]).user("GOBIN", Data::Expand(r"%USERPROFILE%\bin\".into()));
    let sources = without_files(&scopes);
    assert_eq!(sources.origin("GOBIN", r"c:\users\r\bin", Windows), Some((Scope::User, r"HKCU\Environment")));
    assert_eq!(sources.origin("GOBIN", r"D:\other", Windows), None);
}

#[test]
fn a_registry_value_of_the_wrong_type_is_named_and_no_variable() {
    let scopes = complete(&[])
        .user("GOPATH", Data::WrongType("REG_DWORD".into()))
        .user("X", Data::WrongType("REG_BINARY".into()));
    let sources = without_files(&scopes);
    assert_eq!(said(&sources, "GOPATH"), []);
    assert_eq!(sources.notes.len(), 1, "only what is ours: {:?}", sources.notes);
    assert!(
        sources.notes[0].contains("GOPATH")
            && sources.notes[0].contains("REG_DWORD")
            && sources.notes[0].contains(r"HKCU\Environment")
    );
}

#[test]
fn a_scope_that_cannot_be_read_is_said_and_the_others_still_count() {
    let mut scopes = complete(&[]).user("GOPATH", Data::Text(r"D:\p".into()));
    scopes.machine = None;
    let sources = without_files(&scopes);
    assert_eq!(said(&sources, "GOPATH").len(), 1);
    assert!(sources.notes[0].contains("Session Manager") && sources.notes[0].contains("access denied"));
}

#[test]
fn passwords_and_tokens_in_goproxy_are_not_shown() {
    let list = "https://user:secret@proxy.example/x|https://token@b.example,direct";
    let scopes = complete(&[("GOPROXY", list), ("goproxy", list)]);
    let sources = without_files(&scopes);
    assert_eq!(said(&sources, "GOPROXY")[0].1, "https://xxxxx@proxy.example/x|https://xxxxx@b.example,direct");
    assert!(!format!("{sources:?}").contains("secret") && !format!("{sources:?}").contains("token"));
}

#[test]
fn two_spellings_are_two_sources_and_a_note() {
    let scopes = complete(&[("gocache", r"C:\a"), ("GOCACHE", r"D:\b"), ("Secret", "s3"), ("SECRET", "s4")]);
    let sources = without_files(&scopes);
    assert_eq!(said(&sources, "GOCACHE").len(), 2);
    assert!(sources.notes[0].contains(r"`gocache` and `GOCACHE`") && sources.notes[0].contains(r"`D:\b`"));
    assert!(
        sources.notes[1].contains("`Secret` and `SECRET`") && !sources.notes[1].contains("s4"),
        "{:?}",
        sources.notes
    );
}

#[test]
fn each_missing_variable_of_windows_is_named_with_what_is_lost() {
    for (name, _) in COMPLETE {
        let block: Vec<(&str, &str)> = COMPLETE.iter().filter(|(other, _)| *other != name).copied().collect();
        let scopes = FakeScopes::of(&block);
        let notes = environment_notes(&scopes.env(Windows), &scopes.block);
        assert_eq!(notes.len(), 1);
        assert!(notes[0].starts_with(&format!("{name} is not set, so ")), "{}", notes[0]);
        assert!(environment_notes(&scopes.env(Linux), &scopes.block).is_empty(), "only Windows has them");
    }
}

#[test]
fn a_path_with_quoted_entries_or_too_many_characters_is_named() {
    let scopes = complete(&[("Path", r#"C:\a;"C:\b c";C:\d"#)]);
    let notes = environment_notes(&scopes.env(Windows), &scopes.block);
    assert!(notes[0].contains(r#"entry 2 of PATH is `"C:\b c"`"#), "{notes:?}");
    let long = complete(&[("Path", &r"C:\a;".repeat(7_000))]);
    let notes = environment_notes(&long.env(Windows), &long.block);
    assert!(notes[0].contains("35000 characters"), "{notes:?}");
}

#[test]
fn names_between_percent_signs_are_filled_and_unknown_ones_stay() {
    let env = EnvBlock::from_pairs(Platform::Windows, [("UserProfile", r"C:\Users\r"), ("X", "%Y%"), ("Y", "no")]);
    for (text, want) in [
        (r"%USERPROFILE%\go", r"C:\Users\r\go"),
        (r"%NOPE%\go", r"%NOPE%\go"),
        ("100%", "100%"),
        ("%NOPE%userprofile%", r"%NOPEC:\Users\r"),
        ("%%", "%%"),
        ("%X%", "%Y%"),
        ("", ""),
    ] {
        assert_eq!(expand(text, &env), want, "{text}");
    }
}
