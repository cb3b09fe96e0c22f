//! What Windows itself does to Go: its settings, its registry, its protected folders.

use super::scene::{Scene, Seen};
use crate::model::{
    platform::Platform,
    source::{Data, Scope},
};

/// Windows' own variables on which Go's defaults rest, and what is lost without them.
/// Source: Go, `os/file.go`: `UserCacheDir`, `UserConfigDir`.
const NEEDS: [(&str, &str, &str); 3] = [
    ("LOCALAPPDATA", "GOCACHE", "Go has no default for GOCACHE, and compiles nothing"),
    ("APPDATA", "GOENV", "Go finds no file of `go env -w`"),
    ("SystemRoot", "", "programs find no system libraries, and Go may not start"),
];

pub(super) fn needed(scene: &Scene<'_>) -> Vec<Seen> {
    if scene.platform() != Platform::Windows {
        return Vec::new();
    }
    let env = scene.subject.env;
    let missing = NEEDS.iter().filter(|(name, instead, _)| {
        env.get_filled(name).is_none() && (instead.is_empty() || env.get_filled(instead).is_none())
    });
    missing
        .map(|(name, _, loss)| {
            Seen::new(format!("{name} is not set, so {loss}"), format!("{name} is not in the environment"))
                .mend("start the process with the user's own environment")
        })
        .collect()
}

pub(super) fn long_paths(scene: &Scene<'_>) -> Vec<Seen> {
    if scene.windows.long_paths != Some(0) {
        return Vec::new();
    }
    let message = "long paths are off: Go itself copes, and git, compilers and cleaning tools stop at 260 characters in a module cache";
    let command = r"New-ItemProperty HKLM:\SYSTEM\CurrentControlSet\Control\FileSystem -Name LongPathsEnabled -Value 1 -PropertyType DWORD -Force";
    let evidence = r"LongPathsEnabled=0 in HKLM\SYSTEM\CurrentControlSet\Control\FileSystem";
    vec![Seen::new(message, evidence).mend(command)]
}

pub(super) fn folder_access(scene: &Scene<'_>) -> Vec<Seen> {
    let state = match scene.windows.folder_access {
        Some(1) => "on",
        Some(2) => "logging",
        _ => return Vec::new(),
    };
    let message = format!(
        "Controlled Folder Access is {state}: writing to protected folders is refused to programs that Windows does not know, such as one that was just built"
    );
    let command =
        "Get-WinEvent -LogName 'Microsoft-Windows-Windows Defender/Operational' | Where-Object Id -in 1123,1124";
    let evidence = "EnableControlledFolderAccess in Defender's settings";
    vec![Seen::new(message, evidence).mend(command)]
}

pub(super) fn wrong_type(scene: &Scene<'_>) -> Vec<Seen> {
    let mut seen = Vec::new();
    for (scope, values) in scene.registry {
        for value in values {
            let Data::WrongType(kind) = &value.data else { continue };
            let upper = value.name.to_uppercase();
            if upper == "PATH" || upper.starts_with("GO") {
                let message =
                    format!("{} in the registry is of the type {kind}, of which Windows makes no variable", value.name);
                seen.push(Seen::new(message, scope.key()).mend(reset(*scope, &value.name)));
            }
        }
    }
    seen
}

fn reset(scope: Scope, name: &str) -> String {
    let owner = if scope == Scope::User { "User" } else { "Machine" };
    format!("[Environment]::SetEnvironmentVariable('{name}', 'VALUE', '{owner}')")
}
