//! Settings that change what Go's commands do.

use crate::{
    doctor::{
        Context,
        check::{Check, Hit, told},
        checks::{
            modules::{flags, parts},
            workspace::Workspace,
        },
    },
    goenv::goflags,
    output::mask,
    platform::Platform,
    ports::Kind,
    status::Severity,
};

pub(super) const CHECKS: &[Check] = &[
    GOFLAGS_INVALID,
    GOFLAGS_BREAKS_INSTALLS,
    GOPATH_MODE,
    PROXY_OFF,
    PROXY_DIRECTORY,
    PROXY_INSECURE,
    PROXY_CREDENTIALS,
    UNCHECKED,
    LEFTOVERS,
    BLANKS,
    OTHER_WORLD,
    MEMORY_LIMIT,
];

const GOFLAGS_INVALID: Check = Check {
    id: "goflags-invalid",
    severity: Severity::Error,
    title: "GOFLAGS has something that is not a flag",
    why: "Every command but `go env` stops with `go: parsing $GOFLAGS: non-flag ...` or `unknown flag ...`; one that builds stops at a value that its flag does not take. A flag that holds a blank must be in quotation marks as a whole: `'-ldflags=-s -w'`.",
    run: goflags_invalid,
};

fn goflags_invalid(context: &Context<'_>) -> Vec<Hit> {
    let Some(wrong) = context.look.wrong_values.iter().find(|wrong| wrong.name == "GOFLAGS") else { return Vec::new() };
    let Some(reach) = wrong.fault.stops else { return Vec::new() };
    let message = format!("GOFLAGS holds something that is no flag, or no value of one: {} stops", reach.name());
    let evidence = format!("{}; Go says `{}`", context.shown("GOFLAGS"), wrong.fault.says);
    let hit = Hit::new(message, evidence);
    vec![match &wrong.fault.corrected {
        Some(meant) => context.with("GOFLAGS", meant, hit),
        None => context.without_any("GOFLAGS", &|held| goflags(held).is_err(), hit),
    }]
}

const GOFLAGS_BREAKS_INSTALLS: Check = Check {
    id: "goflags-changes-commands",
    severity: Severity::Warning,
    title: "GOFLAGS changes what commands do",
    why: "GOFLAGS is added to every command, including those that tools start.",
    run: goflags_breaks_installs,
};

fn goflags_breaks_installs(context: &Context<'_>) -> Vec<Hit> {
    let gomod = context.value("GOMOD");
    let vendor = context.platform().parent(gomod).map(|dir| context.platform().join(&dir, "vendor"));
    // From Go 1.22 on a workspace has its own, beside go.work, from `go work vendor`.
    let of_workspace = Workspace::of(context)
        .filter(|_| context.subject.version.minor() >= (1, 22))
        .and_then(|work| context.platform().parent(&work.file))
        .map(|dir| context.platform().join(&dir, "vendor"));
    let has_vendor = [vendor, of_workspace].into_iter().flatten().any(|dir| context.host.kind(&dir) == Kind::Dir);
    let shown = mask::masked(&context.shown("GOFLAGS")).into_owned();
    let harm = |flag: &str| {
        let why = match parts(flag) {
            ("mod", "vendor") if !has_vendor => {
                "there is no vendor folder here, and `go install PACKAGE@VERSION` refuses it"
            }
            ("mod", "mod") => "go.mod is rewritten by every build",
            ("n", _) => "commands are printed and not run",
            ("o", _) => "every build writes to one file, and `go install` does not know the flag",
            ("buildmode", mode) if mode != "default" && mode != "exe" && mode != "pie" => {
                "programs are built as something else"
            }
            (name, _) if super::flags::is_unusable(context, name) => return None,
            ("modfile", _) => "another go.mod is read",
            ("overlay", _) => "files are read from other places",
            ("toolexec", _) => "another program stands before the compiler",
            _ => return None,
        };
        Some(why)
    };
    let flags = flags(context);
    // All of them go at once: each fix alone would bring back the others.
    let rest: Option<Vec<String>> = flags.iter().filter(|flag| harm(flag).is_none()).map(|flag| word(flag)).collect();
    let one = |(flag, why): (&str, &str)| {
        let hit = Hit::new(format!("GOFLAGS holds `{}`: {why}", mask::masked(flag)), &*shown);
        let hit = if flag.trim_start_matches('-') == "mod=mod" { hit.severity(Severity::Note) } else { hit };
        match &rest {
            Some(rest) if !rest.is_empty() => context.with("GOFLAGS", &rest.join(" "), hit),
            _ => context.without_any(
                "GOFLAGS",
                &|held| goflags(held).is_ok_and(|all| all.iter().any(|flag| harm(flag).is_some())),
                hit,
            ),
        }
    };
    told(flags.iter().filter_map(|flag| Some((&**flag, harm(flag)?))), one)
}

/// A flag as one word of GOFLAGS; none where no quotation marks can hold it.
fn word(flag: &str) -> Option<String> {
    match (flag.contains(char::is_whitespace), flag.contains('\''), flag.contains('"')) {
        (false, false, false) => Some(flag.to_owned()),
        (_, false, _) => Some(format!("'{flag}'")),
        (_, true, false) => Some(format!("\"{flag}\"")),
        _ => None,
    }
}

const GOPATH_MODE: Check = Check {
    id: "gopath-mode",
    severity: Severity::Warning,
    title: "Modules are switched off",
    why: "GO111MODULE=off is a leftover from before Go 1.16.",
    run: gopath_mode,
};

fn gopath_mode(context: &Context<'_>) -> Vec<Hit> {
    if context.value("GO111MODULE") != "off" {
        return Vec::new();
    }
    let message = "GO111MODULE=off: go.mod files are not read, and packages are looked for in GOPATH/src";
    vec![context.without_any("GO111MODULE", &|_| true, Hit::new(message, context.shown("GO111MODULE")))]
}

fn proxies<'a>(context: &'a Context<'_>) -> Vec<&'a str> {
    context.value("GOPROXY").split([',', '|']).map(str::trim).filter(|proxy| !proxy.is_empty()).collect()
}

fn masked(context: &Context<'_>, name: &str) -> String {
    mask::masked(&context.shown(name)).into_owned()
}

const PROXY_OFF: Check = Check {
    id: "goproxy-off",
    severity: Severity::Note,
    title: "Downloads are switched off",
    why: "This is meant for machines without a network; elsewhere it is a leftover.",
    run: proxy_off,
};

fn proxy_off(context: &Context<'_>) -> Vec<Hit> {
    if proxies(context).first() != Some(&"off") {
        return Vec::new();
    }
    let message = "GOPROXY=off: nothing is downloaded, and a module that is not in the cache is an error";
    vec![context.without("GOPROXY", Hit::new(message, masked(context, "GOPROXY")))]
}

const PROXY_DIRECTORY: Check = Check {
    id: "goproxy-directory-missing",
    severity: Severity::Warning,
    title: "The directory that GOPROXY names is not there",
    why: "A proxy may be a directory, `file:///srv/goproxy`. Where it is not there and no other follows in the list, each module that is not in the module cache ends with `no such file or directory`.",
    run: proxy_directory,
};

/// What a `file://` address names, where nothing in it has to be decoded.
fn directory_of<'p>(context: &Context<'_>, proxy: &'p str) -> Option<&'p str> {
    let path = proxy.strip_prefix("file://").filter(|path| !path.contains('%'))?;
    let path = if context.platform() == Platform::Windows { path.strip_prefix('/')? } else { path };
    context.is_absolute(path).then_some(path)
}

fn proxy_directory(context: &Context<'_>) -> Vec<Hit> {
    let gone = |list: &str| {
        let mut all = list.split([',', '|']).map(str::trim).filter(|proxy| !matches!(*proxy, "" | "off"));
        let (only, None) = (all.next()?, all.next()) else { return None };
        let dir = directory_of(context, only)?;
        (context.host.kind(dir) != Kind::Dir).then(|| dir.to_owned())
    };
    let Some(dir) = gone(context.value("GOPROXY")) else { return Vec::new() };
    let message = format!("GOPROXY is the directory `{dir}`, which is not there: no module can be downloaded");
    let hit = Hit::new(message, masked(context, "GOPROXY"));
    vec![context.without_any("GOPROXY", &|held| gone(held).is_some(), hit)]
}

const PROXY_INSECURE: Check = Check {
    id: "goproxy-insecure",
    severity: Severity::Warning,
    title: "A proxy is used without encryption",
    why: "The checksum database protects only public modules, and only where it is used.",
    run: proxy_insecure,
};

fn proxy_insecure(context: &Context<'_>) -> Vec<Hit> {
    let plain =
        |proxy: &&str| proxy.starts_with("http://") && !proxy.contains("//localhost") && !proxy.contains("//127.");
    let Some(proxy) = proxies(context).into_iter().find(plain) else { return Vec::new() };
    let message = "a proxy of GOPROXY is asked without encryption: whoever is on the way reads and changes what is fetched; its address should begin with https://";
    vec![Hit::new(message, mask::masked(proxy).into_owned())]
}

const PROXY_CREDENTIALS: Check = Check {
    id: "goproxy-credentials",
    severity: Severity::Warning,
    title: "A password is in GOPROXY",
    why: "`go env` prints it, and so does every log that contains its output.",
    run: proxy_credentials,
};

fn proxy_credentials(context: &Context<'_>) -> Vec<Hit> {
    let holds = |proxy: &&str| {
        proxy.split_once("://").is_some_and(|(_, rest)| rest.split('/').next().is_some_and(|host| host.contains('@')))
    };
    let Some(proxy) = proxies(context).into_iter().find(holds) else { return Vec::new() };
    let message = "GOPROXY holds a user name or a password: `go env` and every log that prints it show them; they belong into ~/.netrc, or from Go 1.24 on into what GOAUTH names";
    vec![Hit::new(message, mask::masked(proxy).into_owned())]
}

const UNCHECKED: Check = Check {
    id: "downloads-unchecked",
    severity: Severity::Warning,
    title: "Downloads are not checked",
    why: "GOSUMDB=off, GONOSUMDB=* and GOPRIVATE=* apply to all modules, not only to private ones; GOPRIVATE with their names is the setting for those.",
    run: unchecked,
};

fn unchecked(context: &Context<'_>) -> Vec<Hit> {
    let off = context.value("GOSUMDB") == "off";
    let all = context.value("GONOSUMDB").split(',').any(|pattern| pattern.trim() == "*");
    let message = "downloads are not checked against the checksum database: go.sum takes what comes first";
    let mut hits = Vec::new();
    if off {
        hits.push(context.without_any("GOSUMDB", &|held| held == "off", Hit::new(message, context.shown("GOSUMDB"))));
    }
    if all {
        // GONOSUMDB that nobody set is GOPRIVATE.
        let name = if context.set("GONOSUMDB").is_some() { "GONOSUMDB" } else { "GOPRIVATE" };
        let every = |held: &str| held.split(',').any(|pattern| pattern.trim() == "*");
        hits.push(context.without_any(name, &every, Hit::new(message, context.shown(name))));
    }
    hits
}

const LEFTOVERS: Check = Check {
    id: "behaviour-leftover",
    severity: Severity::Warning,
    title: "GOEXPERIMENT or GODEBUG is set",
    why: "Set for one try, they change everything that is built or run afterwards.",
    run: leftovers,
};

fn leftovers(context: &Context<'_>) -> Vec<Hit> {
    let one = |name: &str, does: &str| {
        let value = context.subject.env.get_filled(name).or_else(|| context.set(name).map(|_| context.raw(name)))?;
        let message = format!("{name} is set, and changes {does} of everything that is built or run from here");
        // The one beneath it may be of another version of Go, and stop this one.
        Some(context.without_any(name, &|_| true, Hit::new(message, format!("{name}={value}"))))
    };
    [("GOEXPERIMENT", "the language and the runtime"), ("GODEBUG", "the behaviour")]
        .into_iter()
        .filter_map(|(name, does)| one(name, does))
        .collect()
}

const MEMORY_LIMIT: Check = Check {
    id: "memory-limit-refused",
    severity: Severity::Error,
    title: "GOMEMLIMIT is no number of bytes",
    why: "GOMEMLIMIT is read by every program that Go built, and Go's own commands are such programs: each ends before it begins, with `malformed GOMEMLIMIT`. A limit is a number, alone or with `B`, `KiB`, `MiB`, `GiB` or `TiB`, or `off`; `1G` and `1GB` are none.",
    run: memory_limit,
};

fn memory_limit(context: &Context<'_>) -> Vec<Hit> {
    const NAME: &str = "GOMEMLIMIT";
    let Some(value) = context.subject.env.get_filled(NAME).filter(|value| !is_memory_limit(value)) else {
        return Vec::new();
    };
    let message = "GOMEMLIMIT is no number of bytes: every go command, and every program that Go built, stops at once";
    let hit = Hit::new(message, format!("{NAME}={value}; Go says `malformed GOMEMLIMIT`"));
    let number = value.trim().trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = value.trim()[number.len()..].to_ascii_lowercase();
    let unit = match unit.trim_end_matches('b').trim_end_matches('i') {
        "k" => "KiB",
        "m" => "MiB",
        "g" => "GiB",
        "t" => "TiB",
        _ => "",
    };
    let meant = format!("{number}{unit}");
    vec![match !unit.is_empty() && is_memory_limit(&meant) {
        true => context.with(NAME, &meant, hit),
        false => context.without(NAME, hit),
    }]
}

/// Source: Go, `runtime/string.go: parseByteCount`, `runtime/mgcpacer.go: readGOMEMLIMIT`.
fn is_memory_limit(text: &str) -> bool {
    let units = [("KiB", 10), ("MiB", 20), ("GiB", 30), ("TiB", 40), ("B", 0), ("", 0)];
    let (number, shift) =
        units.iter().find_map(|(unit, shift)| Some((text.strip_suffix(unit)?, *shift))).unwrap_or((text, 0));
    let digits = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    text == "off" || digits && number.parse::<i64>().is_ok_and(|number| number <= i64::MAX >> shift)
}

/// Variables that hold one path or a list of paths.
const PATHS: [&str; 8] = ["GOBIN", "GOCACHE", "GOENV", "GOMODCACHE", "GOPATH", "GOROOT", "GOTMPDIR", "GOWORK"];

const BLANKS: Check = Check {
    id: "value-with-blanks",
    severity: Severity::Error,
    title: "Blanks or quotation marks around a value",
    why: "cmd keeps both: `set GOBIN=C:\\x & go ...` ends the value with a space, `set GOPATH=\"C:\\x\"` keeps the quotation marks.",
    run: blanks,
};

fn blanks(context: &Context<'_>) -> Vec<Hit> {
    let one = |name: &&str| {
        let value = context.subject.env.get_filled(name)?;
        let what = match () {
            () if value.trim() != value => "begins or ends with a blank",
            () if value.starts_with(['"', '\'']) || value.ends_with(['"', '\'']) => "is in quotation marks",
            () => return None,
        };
        let message = format!("{name} {what}, and Go takes that for a part of the path");
        let bare = value.trim().trim_matches(['"', '\'']).trim().to_owned();
        let hit = Hit::new(message, format!("{name}=[{value}]"));
        let fits = |path: &str| context.is_absolute(path) || (name == &"GOENV" || name == &"GOWORK") && path == "off";
        let whole = !bare.is_empty() && context.platform().split_list(&bare).into_iter().all(fits);
        Some(if whole { context.with(name, &bare, hit) } else { context.without_any(name, &|_| false, hit) })
    };
    PATHS.iter().filter_map(one).collect()
}

const OTHER_WORLD: Check = Check {
    id: "path-of-another-world",
    severity: Severity::Error,
    title: "A path of Windows on Linux, or the reverse",
    why: "WSL and Git Bash pass variables on unchanged.",
    run: other_world,
};

fn other_world(context: &Context<'_>) -> Vec<Hit> {
    let platform = context.platform();
    let one = |name: &&str| {
        let value = context.subject.env.get_filled(name).or_else(|| context.set(name).map(|_| context.raw(name)))?;
        let bytes = value.as_bytes();
        let drive =
            bytes.len() > 2 && bytes[0].is_ascii_alphabetic() && bytes[1] == b':' && matches!(bytes[2], b'\\' | b'/');
        let wsl = value.starts_with("/mnt/")
            || value.starts_with("/home/")
            || value.starts_with("/c/")
            || value.starts_with("/d/");
        let message = match platform {
            Platform::Windows if wsl => {
                format!("{name} is a path of WSL or Git Bash, which Windows programs do not know")
            }
            Platform::Linux | Platform::Macos if drive => {
                format!("{name} is a path of Windows, which is a relative one here")
            }
            Platform::Linux if value.starts_with("/mnt/c/") => {
                format!(
                    "{name} lies on a Windows drive: from WSL every small file there is slow, and two Gos share one cache"
                )
            }
            _ => return None,
        };
        let hit = context.without(name, Hit::new(message, format!("{name}={value}")));
        let works = platform == Platform::Linux && !drive;
        Some(if works { hit.severity(Severity::Warning) } else { hit })
    };
    PATHS.iter().filter_map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Measured with Go 1.21 and 1.23.
    #[test]
    fn a_memory_limit_is_what_the_runtime_takes() {
        for fine in ["1GiB", "1B", "10", "off", "1MiB", "9223372036854775807"] {
            assert!(is_memory_limit(fine), "{fine}");
        }
        for wrong in ["1G", "1gib", "-1", "1.5GiB", "1KB", " 1GiB", "99999999999999999999", "8388608TiB", "GiB", "B"] {
            assert!(!is_memory_limit(wrong), "{wrong}");
        }
    }
}
