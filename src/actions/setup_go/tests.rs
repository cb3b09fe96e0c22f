use super::*;

fn does(reference: &str) -> &'static SetupGo {
    &release(reference).unwrap_or_else(|| panic!("{reference} is unknown")).does
}

#[test]
fn the_tables_are_sound_and_every_release_that_caches_has_all_that_belongs_to_it() {
    let table = ReleaseTable::<SetupGo>::embedded("setup-go").unwrap();
    assert!(table.all().len() >= 42);
    for release in table.all() {
        let (does, caches) = (&release.does, release.does.caches != Caching::Never);
        let parts = [
            does.key.is_some(),
            does.key_file.is_some(),
            does.without_key.is_some(),
            does.directories.is_some(),
            release.library.is_some(),
            does.knows_input("cache-dependency-path"),
        ];
        assert_eq!(parts, [caches; 6], "{}", release.tag);
    }
}

#[test]
fn a_reference_means_a_release() {
    let tag = |reference: &str| release(reference).map(|release| release.tag.as_str());
    assert_eq!(tag("v6"), Some("v6.5.0"));
    assert_eq!(tag("v3"), Some("v3.6.1"));
    assert_eq!(tag("v2-beta"), Some("v2.0.3"));
    assert_eq!(tag("v5.0.1"), Some("v5.0.1"));
    assert_eq!(tag("0aaccfd150d50ccaeb58ebd88d36e91967a5f35b"), Some("v5.4.0"));
    for unknown in ["v1", "v5.0", "main", "v8", "v6.6.0", "0aaccfd", "releases/v6"] {
        assert_eq!(tag(unknown), None, "{unknown}");
    }
}

#[test]
fn pins_on_the_switched_off_service_are_those_with_a_library_below_4() {
    let table = ReleaseTable::<SetupGo>::embedded("setup-go").unwrap();
    let dead: Vec<&str> = table
        .all()
        .iter()
        .filter(|release| release.speaks_old_service_only())
        .map(|release| release.tag.as_str())
        .collect();
    assert_eq!(
        dead,
        [
            "v3.2.0", "v3.2.1", "v3.3.0", "v3.3.1", "v3.4.0", "v3.5.0", "v4.0.0", "v4.0.1", "v4.1.0", "v5.0.0",
            "v5.0.1", "v5.0.2", "v5.1.0", "v5.2.0"
        ]
    );
}

#[test]
fn what_is_cached_by_default_changes_with_v3_2_and_v4() {
    let with = |reference: &str, cache| does(reference).caches_with(cache);
    for (reference, by_default, asked) in [
        ("v2.2.0", false, false),
        ("v3.0.0", false, false),
        ("v3.5.0", false, true),
        ("v4.0.0", true, true),
        ("v7", true, true),
    ] {
        assert_eq!(with(reference, None), Some(by_default), "{reference}");
        assert_eq!(with(reference, Some("true")), Some(asked), "{reference}");
        assert_eq!(with(reference, Some("FALSE")), Some(false), "{reference}");
    }
    assert_eq!((with("v5", Some("yes")), with("v5", Some(""))), (None, None));
    assert_eq!(with("v2", Some("yes")), Some(false));
}

#[test]
fn the_key_file_and_the_toolchain_change_within_v6() {
    let facts = |reference: &str| {
        let does = does(reference);
        (does.key_file.as_deref(), does.gotoolchain, does.without_key)
    };
    assert_eq!(facts("v3.6.0"), (Some("go.sum"), ToolchainExport::Kept, Some(WithoutKey::Fails)));
    assert_eq!(facts("v5.6.0"), (Some("go.sum"), ToolchainExport::Kept, Some(WithoutKey::Warns)));
    assert_eq!(facts("v6.2.0"), (Some("go.sum"), ToolchainExport::Local, Some(WithoutKey::Warns)));
    assert_eq!(facts("v6.3.0"), (Some("go.mod"), ToolchainExport::Local, Some(WithoutKey::Warns)));
    assert_eq!(facts("v7.0.0"), (Some("go.mod"), ToolchainExport::Local, Some(WithoutKey::Warns)));
}

#[test]
fn what_is_exported_beside_that() {
    let exports = |reference: &str| (does(reference).goroot, does(reference).gopath_bin);
    assert_eq!(exports("v3.0.0"), (GorootExport::Always, GopathBin::Wanted));
    assert_eq!(exports("v3.1.0"), (GorootExport::Old, GopathBin::Wanted));
    assert_eq!(exports("v4"), (GorootExport::Old, GopathBin::Always));
    assert!(does("v6.4.0").knows_input("Go-Download-Base-URL") && !does("v6.3.0").knows_input("go-download-base-url"));
    assert!(does("v7").cache_mode && !does("v6").cache_mode);
    assert_eq!((does("v3.4.0").aliases.len(), does("v3.5.0").aliases.len()), (0, 2));
}

fn key(reference: &str, platform: Platform, image: Option<&str>) -> Option<String> {
    let facts = SetupGoKeyFacts {
        platform,
        arch: Some("ARM64"),
        image,
        input: Some("1.24"),
        wanted: Some("1.24"),
        go: Some("1.24.1"),
        files: Some("abc"),
    };
    does(reference).primary_key(&facts).map(|key| key.to_string())
}

#[test]
fn the_key_has_another_form_in_each_age() {
    let linux = |reference: &str| key(reference, Platform::Linux, Some("ubuntu24")).unwrap();
    assert_eq!(linux("v3.6.1"), "setup-go-Linux-go-1.24-abc");
    assert_eq!(linux("v4.0.1"), "setup-go-Linux-go-1.24.1-abc");
    assert_eq!(linux("v5.0.2"), "setup-go-Linux-ubuntu24-go-1.24.1-abc");
    assert_eq!(linux("v5.6.0"), "setup-go-Linux-arm64-ubuntu24-go-1.24.1-abc");
    assert_eq!(key("v7", Platform::Macos, Some("macos26")).unwrap(), "setup-go-macOS-arm64-go-1.24.1-abc");
    assert_eq!(key("v2", Platform::Linux, None), None);
}

#[test]
fn what_is_not_known_of_a_key_is_named_in_it() {
    let nothing = SetupGoKeyFacts {
        platform: Platform::Linux,
        arch: None,
        image: None,
        input: None,
        wanted: None,
        go: None,
        files: None,
    };
    let key = does("v6").primary_key(&nothing).unwrap();
    assert_eq!(key.to_string(), "setup-go-Linux-{architecture}-{ImageOS}-go-{Go version}-{hash of files}");
    assert_eq!(key.known(), None);
    assert_eq!(key.unknown().collect::<Vec<_>>(), [KeyFact::Arch, KeyFact::Image, KeyFact::GoVersion, KeyFact::Files]);
}

#[test]
fn the_module_cache_comes_first_and_v3_wants_both_directories() {
    assert_eq!(does("v5").cached_dirs("/m\n", "/b"), ["/m", "/b"]);
    assert_eq!(does("v5").cached_dirs("", "/b"), ["/b"]);
    assert!(does("v3").cached_dirs("", "/b").is_empty());
    assert!(does("v2").cached_dirs("/m", "/b").is_empty());
}

#[test]
fn a_version_file_is_read_by_its_name_and_the_release() {
    let module = "module m\n\ngo 1.21rc2 // x\ntoolchain go1.24.3-custom\n";
    for (reference, path, text, is_local, expected) in [
        ("v2", "go.mod", module, false, None),
        ("v3.1.0", "a/go.mod", module, false, Some("1.21")),
        ("v3.1.0", "go.work", " go 1.2 ", false, Some("go 1.2")),
        ("v3.4.0", "go.work", "go 1.22.0\n", false, Some("1.22.0")),
        ("v5", "go.mod", module, false, Some("1.21")),
        ("v6", "go.mod", module, false, Some("1.24.3")),
        ("v6", "go.mod", module, true, Some("1.21")),
        ("v6", r"sub\go.mod", "toolchain go1.23rc1\r\ngo 1.23\r\n", false, Some("1.23rc1")),
        ("v6", "go.mod", "toolchain default\ngo 1\n", false, Some("1")),
        ("v6", "go.mod", "  go 1.21\n// go 1.22\ngo\t1.23\ngo x\n", false, Some("")),
        ("v6", "go.mod", "", false, Some("")),
        ("v5", ".go-version", "\u{feff} 1.22.1\n", false, Some("1.22.1")),
        ("v6.0.0", ".tool-versions", "golang 1.2", false, Some("golang 1.2")),
        ("v6.1.0", ".tool-versions", "nodejs 20\ngolang  1.22.1  # why\n", false, Some("1.22.1")),
        ("v6.1.0", ".tool-versions", "golangci-lint 1.2\n", false, Some("")),
    ] {
        let read = does(reference).version_in_file(path, text, is_local);
        assert_eq!(read.as_deref(), expected, "{reference} {path} {text:?}");
    }
}
