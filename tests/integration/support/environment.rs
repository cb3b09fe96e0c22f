//! The environment of a process that a test starts: what its system asks for, a PATH without Go, homes.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};

/// What Windows programs need to start at all; nothing elsewhere.
pub fn system_needs() -> impl Iterator<Item = (&'static str, OsString)> {
    let names = ["SYSTEMROOT", "SYSTEMDRIVE", "COMSPEC", "PATHEXT", "NUMBER_OF_PROCESSORS", "PROCESSOR_ARCHITECTURE"];
    names.into_iter().filter_map(|name| Some((name, std::env::var_os(name)?))).filter(|_| cfg!(windows))
}

/// A PATH with the system's own programs, and no Go among them.
pub fn system_path() -> String {
    match std::env::var("SYSTEMROOT") {
        Ok(root) if cfg!(windows) => format!("{root}\\system32;{root}"),
        _ => "/usr/bin:/bin".to_owned(),
    }
}

/// The home and the temporary folder, under every name that a system gives them.
pub fn homes(home: &Path, temp: &Path) -> [(&'static str, PathBuf); 7] {
    [
        ("HOME", home.to_owned()),
        ("USERPROFILE", home.to_owned()),
        ("LOCALAPPDATA", below(home, "AppData/Local")),
        ("APPDATA", below(home, "AppData/Roaming")),
        ("TMPDIR", temp.to_owned()),
        ("TMP", temp.to_owned()),
        ("TEMP", temp.to_owned()),
    ]
}

/// A path below a folder, in the system's own syntax.
pub fn below(dir: &Path, name: &str) -> PathBuf {
    name.split('/').fold(dir.to_owned(), |path, part| path.join(part))
}
