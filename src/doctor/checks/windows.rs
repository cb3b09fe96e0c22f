//! What Windows itself does to Go: its settings, its registry, its protected directories.

use crate::{
    doctor::{
        Context,
        check::{Check, Hit},
        event_log::RefusedWrite,
    },
    platform::Platform,
    ports::registry::Data,
    status::Severity,
};

pub(super) const CHECKS: &[Check] = &[NEEDED, LONG_PATHS, FOLDER_ACCESS, WRONG_TYPE];

/// Windows' own variables on which Go's defaults rest, and what is lost without them.
/// Source: Go, `os/file.go`: `UserCacheDir`, `UserConfigDir`.
const NEEDS: [(&str, &str, &str); 3] = [
    ("LOCALAPPDATA", "GOCACHE", "Go has no default for GOCACHE, and compiles nothing"),
    ("APPDATA", "GOENV", "Go finds no file of `go env -w`"),
    ("SystemRoot", "", "programs find no system libraries, and Go may not start"),
];

const NEEDED: Check = Check {
    id: "windows-variable-missing",
    severity: Severity::Error,
    title: "A variable of Windows is missing",
    why: "Services and `env -i` start programs without these variables.",
    run: needed,
};

fn needed(context: &Context<'_>) -> Vec<Hit> {
    if context.platform() != Platform::Windows {
        return Vec::new();
    }
    let env = context.subject.env;
    let missing = NEEDS.iter().filter(|(name, instead, _)| {
        env.get_filled(name).is_none() && (instead.is_empty() || env.get_filled(instead).is_none())
    });
    missing
        .map(|(name, _, loss)| {
            let message = format!("{name} is not set, so {loss}; start the process with the user's own environment");
            Hit::new(message, format!("{name} is not in the environment"))
        })
        .collect()
}

const LONG_PATHS: Check = Check {
    id: "long-paths-off",
    severity: Severity::Note,
    title: "Long paths are switched off",
    why: "Module caches have paths beyond 260 characters.",
    run: long_paths,
};

fn long_paths(context: &Context<'_>) -> Vec<Hit> {
    if context.windows.long_paths != Some(0) {
        return Vec::new();
    }
    let message = "long paths are off: Go itself copes, and git, compilers and cleaning tools stop at 260 characters in a module cache; an administrator sets LongPathsEnabled to 1";
    let evidence = r"LongPathsEnabled=0 in HKLM\SYSTEM\CurrentControlSet\Control\FileSystem";
    vec![Hit::new(message, evidence)]
}

/// Directories of Go: what runs there or is written there concerns Go.
const OURS: [&str; 6] = ["GOCACHE", "GOMODCACHE", "GOPATH", "GOBIN", "GOROOT", "GOTMPDIR"];

const FOLDER_ACCESS: Check = Check {
    id: "controlled-folder-access",
    severity: Severity::Warning,
    title: "Controlled Folder Access is on",
    why: "A refused write is event 1123 in Defender's log, one that was only logged is 1124. Events that concern Go are read from the live log, or from a saved one with `--event-log FILE`; both need Windows.",
    run: folder_access,
};

fn folder_access(context: &Context<'_>) -> Vec<Hit> {
    let state = match context.windows.folder_access {
        Some(1) => "on",
        Some(2) => "logging",
        _ => "off by now, or set where it cannot be read",
    };
    let is_set = matches!(context.windows.folder_access, Some(1 | 2));
    let of_go = match &context.windows.refused_writes {
        Ok(all) => all.iter().filter(|one| concerns_go(context, one)).collect(),
        Err(_) => Vec::new(),
    };
    if !is_set && of_go.is_empty() {
        return Vec::new();
    }
    let message = format!(
        "Controlled Folder Access is {state}: writing to protected folders is refused to programs that Windows does not know, such as one that was just built; Add-MpPreference lets one through"
    );
    let mut evidence = match context.windows.folder_access {
        Some(number) => format!("EnableControlledFolderAccess={number} in Defender's settings"),
        None => "EnableControlledFolderAccess is not in Defender's settings".to_owned(),
    };
    match (&context.windows.refused_writes, of_go.first()) {
        (Err(why), _) => evidence += &format!("; Defender's log cannot be read: {why}"),
        (Ok(_), None) => evidence += "; Defender's log holds no event 1123 or 1124 that concerns Go",
        (Ok(_), Some(latest)) => {
            let (number, event) = (of_go.len(), if latest.refused { 1123 } else { 1124 });
            evidence += &format!(
                "; {number} events in Defender's log concern Go, the latest {event} at {}: `{}` wanted to write `{}`",
                latest.time, latest.program, latest.path
            );
        }
    }
    vec![Hit::new(message, evidence)]
}

/// Whether it is Go itself, a program that it built or runs, or a write into one of its directories.
fn concerns_go(context: &Context<'_>, one: &RefusedWrite) -> bool {
    let lower = |path: &str| path.to_lowercase().replace('/', r"\");
    let (program, path) = (lower(&one.program), lower(&one.path));
    let name = program.rsplit('\\').next().unwrap_or_default();
    let ours = OURS.iter().map(|name| context.value(name)).filter(|dir| context.is_absolute(dir));
    matches!(name, "go.exe" | "gopls.exe" | "dlv.exe")
        || program.contains(r"\go-build")
        || ours
            .map(|dir| format!(r"{}\", lower(dir).trim_end_matches('\\')))
            .any(|dir| program.starts_with(&dir) || path.starts_with(&dir))
}

const WRONG_TYPE: Check = Check {
    id: "registry-wrong-type",
    severity: Severity::Warning,
    title: "A value of the wrong type in the registry",
    why: "Windows makes variables only from values of type REG_SZ and REG_EXPAND_SZ.",
    run: wrong_type,
};

fn wrong_type(context: &Context<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for (scope, values) in context.registry {
        for value in values {
            let Data::WrongType(kind) = &value.data else { continue };
            let upper = value.name.to_uppercase();
            if upper == "PATH" || upper.starts_with("GO") {
                let message =
                    format!("{} in the registry is of the type {kind}, of which Windows makes no variable", value.name);
                hits.push(Hit::new(message, scope.key()));
            }
        }
    }
    hits
}
