use super::*;
use serde::Deserialize;

/// What the libraries themselves answered; the integration test `cache_library` measures it anew.
#[derive(Deserialize)]
struct Measured {
    libraries: Vec<LibraryRow>,
    keys: Vec<KeyRow>,
    modes: Vec<ModeRow>,
    hash_files: Vec<HashRow>,
}

#[derive(Deserialize)]
struct LibraryRow {
    library: String,
    protocol: String,
    platform: String,
    paths: Vec<String>,
    zstd: bool,
    cross_os: bool,
    /// Of all lookups and reservations.
    versions: Vec<String>,
}

#[derive(Deserialize)]
struct KeyRow {
    key: String,
    refused: bool,
}

#[derive(Deserialize)]
struct ModeRow {
    library: String,
    mode: String,
    restores: bool,
    saves: bool,
}

#[derive(Deserialize)]
struct HashRow {
    contents: Vec<String>,
    hash: String,
}

fn measured() -> Measured {
    serde_json::from_str(include_str!("../measured/libraries.json")).unwrap()
}

#[test]
fn an_entry_has_the_version_that_every_library_gives_it() {
    let rows = measured().libraries;
    assert!(rows.len() >= 48);
    for row in rows {
        let platform = match row.platform.as_str() {
            "win32" => Platform::Windows,
            "darwin" => Platform::Macos,
            _ => Platform::Linux,
        };
        let compression = Compression::of(&row.library.parse().unwrap(), row.zstd).unwrap();
        let ours = entry_version(&row.paths, compression, platform, row.cross_os);
        assert_eq!([ours].as_slice(), row.versions, "{} {:?}", row.library, row.paths);
    }
}

#[test]
fn below_4_a_library_asks_the_old_service_though_both_are_there() {
    for row in measured().libraries {
        let major = row.library.parse::<Version>().unwrap().major;
        assert_eq!(row.protocol, if major < 4 { "v1" } else { "v2" }, "{}", row.library);
    }
}

#[test]
fn a_key_is_refused_where_the_libraries_refuse_it() {
    for row in measured().keys {
        assert_eq!(refused(&row.key).is_some(), row.refused, "{}", row.key);
    }
}

#[test]
fn the_newest_library_obeys_the_mode_and_older_ones_do_not() {
    for row in measured().modes {
        let newest = row.library.parse::<Version>().unwrap().major >= 6;
        let expected = if newest { CacheMode::of(&row.mode) } else { CacheMode { restores: true, saves: true } };
        assert_eq!(CacheMode { restores: row.restores, saves: row.saves }, expected, "{} {}", row.library, row.mode);
    }
}

#[test]
fn files_have_the_hash_that_the_library_gives_them() {
    for row in measured().hash_files {
        let ours = hash_files(row.contents.iter().map(String::as_bytes));
        assert_eq!(ours.unwrap_or_default(), row.hash, "{:?}", row.contents);
    }
}

#[test]
fn compression_is_not_known_below_library_3_1_4() {
    assert_eq!(Compression::of(&Version::new(3, 1, 3), true), None);
    assert_eq!(Compression::of(&Version::new(3, 1, 4), true), Some(Compression::ZstdWithoutLong));
}
