//! Files that hold what was accepted. `SNAPSHOTS=overwrite` accepts what there is now.

use std::{env, fs, path::Path};

/// Compares byte for byte with a file below `tests/integration/snapshots`, as `plan/windows-2022.json`.
#[track_caller]
pub fn assert_snapshot(name: &str, actual: &str) {
    assert_file(&format!("tests/integration/snapshots/{name}"), actual);
}

/// Compares byte for byte with a file of the repository, as `docs/schema/plan.schema.json`. Slashes
/// and line ends are never made equal: wrong ones are what these tests look for.
#[track_caller]
pub fn assert_file(name: &str, actual: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    if env::var_os("SNAPSHOTS").is_some_and(|value| value == "overwrite") {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, actual).unwrap();
        return;
    }
    let accepted = fs::read_to_string(&path).unwrap_or_default();
    if accepted != actual {
        // Fails and shows the difference, unless it is one of line ends, which snapbox does not see.
        let wanted = snapbox::Data::read_from(&path, Some(snapbox::data::DataFormat::Text)).raw();
        snapbox::Assert::new().action_env("SNAPSHOTS").normalize_paths(false).eq(actual.to_owned(), wanted);
        panic!("{name} differs in its line ends (SNAPSHOTS=overwrite accepts)");
    }
}
