use super::*;
use crate::actions::{
    cache_entry::{Compression, entry_version, hash_files},
    image::HostedImage,
};

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
    assert_eq!((does("v2.1.2").exports, does("v2").exports), (ExportWay::Commands, ExportWay::Files));
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

#[test]
fn one_version_is_known_before_it_is_installed_and_a_range_is_not() {
    let exact = |wanted: &str| exact_version(wanted).map(|version| version.to_string());
    assert_eq!(exact("1.24.1").as_deref(), Some("1.24.1"));
    assert_eq!(exact(" 1.20.0 ").as_deref(), Some("1.20"));
    assert_eq!(exact("1.25.0-rc.1").as_deref(), Some("1.25rc1"));
    for range in ["", "1.24", "1.24.x", "^1.24.1", ">=1.24.1", "stable", "1.24rc1", "1.24.1-rc.1", "1.24.1+a", "latest"]
    {
        assert_eq!(exact(range), None, "{range}");
    }
}

/// What the releases themselves did on Linux, as scripts/lab/cache/setup_go.mjs has it.
#[derive(Deserialize)]
struct PlayedRow {
    tag: String,
    scene: String,
    fails: bool,
    by_command: bool,
    wanted: String,
    restore: Option<PlayedEntry>,
    save: Option<PlayedEntry>,
    gotoolchain: Option<String>,
    goroot: bool,
    gopath_bin: bool,
}

#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
struct PlayedEntry {
    protocol: String,
    key: String,
    version: String,
}

/// The scenes of that script, as far as the data has a say in them.
struct Scene<'a> {
    cache: Option<&'a str>,
    /// What is in go.sum and go.mod, or what cache-dependency-path finds.
    key_file: Option<&'a str>,
    input: &'a str,
    wanted: String,
    go: &'a str,
    moved: bool,
}

const PLAYED_MOD: &str = "module m\n\ngo 1.21.13\n\ntoolchain go1.22.10\n";
const PLAYED_SUM: &str = "a v1.0.0 h1:x\n";

fn scene<'a>(name: &str, does: &SetupGo) -> Scene<'a> {
    let own = |there: &[&str]| match does.key_file.as_deref() {
        Some("go.mod") if there.contains(&"go.mod") => Some(PLAYED_MOD),
        Some("go.sum") if there.contains(&"go.sum") => Some(PLAYED_SUM),
        _ => None,
    };
    let usual = Scene {
        cache: Some("true"),
        key_file: own(&["go.mod", "go.sum"]),
        input: "1.22.10",
        wanted: "1.22.10".to_owned(),
        go: "1.22.10",
        moved: false,
    };
    match name {
        "as it is" => Scene { cache: None, ..usual },
        "with cache" => usual,
        "without go.sum" => Scene { key_file: own(&["go.mod"]), ..usual },
        "without go.mod" => Scene { key_file: own(&["go.sum"]), ..usual },
        "nested key file" => Scene { key_file: Some(PLAYED_SUM), ..usual },
        "key file outside" => Scene { key_file: None, ..usual },
        "directory moved" => Scene { moved: true, ..usual },
        // Below v6 it is Go that takes the toolchain of its line, whatever was wanted.
        "version file" => {
            let wanted = does.version_in_file("go.mod", PLAYED_MOD, false).unwrap_or_default();
            Scene { input: "", wanted, ..usual }
        }
        "no version" => Scene { input: "", wanted: String::new(), go: "1.23.9", ..usual },
        "empty cache" => Scene { cache: Some(""), ..usual },
        other => panic!("an unknown scene: {other}"),
    }
}

/// What is asked for under this name; the version where the library's way of packing is known.
fn expected_entry(release: &SetupGoRelease, scene: &Scene, moved: bool) -> Option<(String, Option<String>)> {
    let image = HostedImage::of("ubuntu-24.04").unwrap();
    let dirs = image.default_dirs().unwrap();
    let gocache = if moved { "/home/runner/moved" } else { &dirs.gocache };
    let hash = hash_files([scene.key_file?.as_bytes()]);
    let facts = SetupGoKeyFacts {
        platform: image.platform,
        arch: Some(&image.arch),
        image: image.image.as_deref(),
        input: Some(scene.input),
        wanted: Some(&scene.wanted),
        go: Some(scene.go),
        files: hash.as_deref(),
    };
    let key = release.does.primary_key(&facts)?.known()?;
    let paths = release.does.cached_dirs(&dirs.gomodcache, gocache);
    let packed = Compression::of(release.library.as_ref()?, true);
    Some((key, packed.map(|packed| entry_version(&paths, packed, image.platform, false))))
}

fn assert_entry(row: &PlayedRow, played: Option<&PlayedEntry>, release: &SetupGoRelease, scene: &Scene, moved: bool) {
    let context = format!("{}, {}", row.tag, row.scene);
    let caches = release.does.caches_with(scene.cache) == Some(true) && !row.fails;
    let expected = expected_entry(release, scene, moved).filter(|_| caches);
    assert_eq!(played.map(|entry| &entry.key), expected.as_ref().map(|(key, _)| key), "{context}");
    if let (Some(played), Some((_, Some(version)))) = (played, &expected) {
        assert_eq!(&played.version, version, "{context}");
    }
    if let Some(played) = played {
        assert_eq!(played.protocol == "v1", release.speaks_old_service_only(), "{context}");
    }
}

fn assert_exports(row: &PlayedRow, does: &SetupGo, scene: &Scene) {
    let (context, wants) = (format!("{}, {}", row.tag, row.scene), !scene.wanted.is_empty());
    let by_file = does.exports == ExportWay::Files;
    assert_eq!(row.by_command, wants && !by_file, "{context}");
    let local = does.gotoolchain == ToolchainExport::Local;
    assert_eq!(row.gotoolchain.as_deref(), local.then_some("local"), "{context}");
    assert_eq!(row.goroot, by_file && wants && does.goroot == GorootExport::Always, "{context}");
    assert_eq!(row.gopath_bin, by_file && (wants || does.gopath_bin == GopathBin::Always), "{context}");
}

#[test]
fn the_releases_themselves_did_what_the_data_says() {
    let rows: Vec<PlayedRow> = serde_json::from_str(include_str!("../measured/setup-go.json")).unwrap();
    assert!(rows.len() >= 410);
    for row in rows {
        let release = release(&row.tag).unwrap();
        let (does, context) = (&release.does, format!("{}, {}", row.tag, row.scene));
        let scene = scene(&row.scene, does);
        let has_no_key = scene.key_file.is_none() && does.caches_with(scene.cache) == Some(true);
        let fails =
            does.caches_with(scene.cache).is_none() || has_no_key && does.without_key == Some(WithoutKey::Fails);
        assert_eq!(row.fails, fails, "{context}");
        assert_entry(&row, row.restore.as_ref(), release, &scene, false);
        assert_entry(&row, row.save.as_ref(), release, &scene, scene.moved);
        if !row.fails {
            assert_eq!(row.wanted, scene.wanted, "{context}");
            assert_exports(&row, does, &scene);
        }
    }
}
